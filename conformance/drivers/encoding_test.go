package drivers

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestClientEncoding: what a client sends and gets is in its encoding, in every part of
// the protocol that has texts, and is UTF8 within.
func TestClientEncoding(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	ctx := context.Background()
	conn, err := pgconn.Connect(ctx, n.URL()+"&client_encoding=latin1")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if got := conn.ParameterStatus("client_encoding"); got != "LATIN1" {
		t.Errorf("told: %q", got)
	}
	run := func(sql string) *pgconn.Result {
		t.Helper()
		res, err := conn.Exec(ctx, sql).ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", sql, err)
		}
		return res[len(res)-1]
	}
	// A query string, a column's name, a value.
	res := run("SELECT 'caf\xe9' AS \"gr\xfc\xdfe\", length('\xe9'), convert_to('\xe9', 'UTF8')")
	if string(res.Rows[0][0]) != "caf\xe9" || res.FieldDescriptions[0].Name != "gr\xfc\xdfe" || string(res.Rows[0][1]) != "1" || string(res.Rows[0][2]) != `\xc3a9` {
		t.Errorf("%q %q", res.Rows, res.FieldDescriptions[0].Name)
	}
	// Parameters and results of the extended protocol, text and binary, arrays and JSON.
	for _, p := range []struct {
		sql, in, out string
		binary       int16
	}{
		{"SELECT $1::text || '-' || encode(convert_to($1, 'UTF8'), 'hex')", "\xe9", "\xe9-c3a9", 0},
		{"SELECT $1::text || '-' || encode(convert_to($1, 'UTF8'), 'hex')", "\xe9", "\xe9-c3a9", 1},
		{"SELECT $1::jsonb", "\x01\"\xe9\"", "\x01\"\xe9\"", 1},
		{"SELECT $1::text[]", "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x19\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x02\xe9x", "", 1},
	} {
		format := []int16{p.binary}
		rr := conn.ExecParams(ctx, p.sql, [][]byte{[]byte(p.in)}, nil, format, format).Read()
		if rr.Err != nil {
			t.Errorf("%s: %v", p.sql, rr.Err)
			continue
		}
		want := p.out
		if want == "" {
			want = p.in
		}
		if got := string(rr.Rows[0][0]); got != want {
			t.Errorf("%s: %q, want %q", p.sql, got, want)
		}
	}
	// What the encoding lacks, and errors.
	var pgErr *pgconn.PgError
	if _, err := conn.Exec(ctx, `SELECT chr(8364)`).ReadAll(); !errors.As(err, &pgErr) || pgErr.Code != "22P05" ||
		pgErr.Message != `character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1"` {
		t.Errorf("%v", err)
	}
	if _, err := conn.Exec(ctx, "SELECT \"\xe9\"").ReadAll(); !errors.As(err, &pgErr) || pgErr.Message != "column \"\xe9\" does not exist" {
		t.Errorf("%q", err)
	}
	testEncodedCopy(t, conn, run)
	// It is told anew, and what is not in the new encoding is refused.
	run("SET client_encoding = 'SJIS'")
	if got := run("SELECT U&'\\65E5\\672C' || '\x8f\x5c', pg_client_encoding()").Rows[0]; conn.ParameterStatus("client_encoding") != "SJIS" || string(got[0]) != "\x93\xfa\x96\x7b\x8f\x5c" || string(got[1]) != "SJIS" {
		t.Errorf("%q, told %q", got, conn.ParameterStatus("client_encoding"))
	}
	if _, err := conn.Exec(ctx, "SELECT '\x8f'").ReadAll(); !errors.As(err, &pgErr) || pgErr.Code != "22021" {
		t.Errorf("%v", err)
	}
	run("BEGIN; SET client_encoding TO DEFAULT; ROLLBACK; SET client_encoding = 'UNICODE'")
	if got := run("SHOW client_encoding").Rows[0][0]; string(got) != "UNICODE" {
		t.Errorf("%q", got)
	}
	if got := run("SELECT 'é', pg_client_encoding()").Rows[0]; string(got[0]) != "é" || string(got[1]) != "UTF8" {
		t.Errorf("%q", got)
	}
	for name, code := range map[string]string{"latin11": "22023", "MULE_INTERNAL": "0A000"} {
		if _, err := conn.Exec(ctx, "SET client_encoding = '"+name+"'").ReadAll(); !errors.As(err, &pgErr) || pgErr.Code != code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// testEncodedCopy: COPY's data are in the client's encoding, or in the one that it names.
func testEncodedCopy(t *testing.T, conn *pgconn.PgConn, run func(string) *pgconn.Result) {
	t.Helper()
	ctx := context.Background()
	run("CREATE TEMP TABLE t (a text, b text[])")
	in := func(options, data string) error {
		t.Helper()
		_, err := conn.CopyFrom(ctx, strings.NewReader(data), "COPY t FROM STDIN"+options)
		return err
	}
	out := func(options string) string {
		t.Helper()
		var b bytes.Buffer
		if _, err := conn.CopyTo(ctx, &b, "COPY t TO STDOUT"+options); err != nil {
			t.Fatalf("COPY TO %s: %v", options, err)
		}
		run("TRUNCATE t")
		return b.String()
	}
	stored := func(want string) {
		t.Helper()
		res := run("SELECT string_agg(encode(convert_to(a, 'UTF8'), 'hex'), ' '), string_agg(encode(convert_to(b[1], 'UTF8'), 'hex'), ' ') FROM t")
		if got := string(res.Rows[0][0]) + "|" + string(res.Rows[0][1]); got != want {
			t.Errorf("stored %s, want %s", got, want)
		}
	}
	// A character of Shift JIS whose second byte is a backslash.
	if err := in(" (ENCODING 'SJIS')", "\x8f\x5c\t{\x93\xfa}\n"); err != nil {
		t.Error(err)
	}
	stored(hex.EncodeToString([]byte("十")) + "|" + hex.EncodeToString([]byte("日")))
	if got := out(" (ENCODING 'SJIS')"); got != "\x8f\x5c\t{\x93\xfa}\n" {
		t.Errorf("%q", got)
	}
	if err := in(" (FORMAT csv)", "\"\xe9\",{\xfc}\n"); err != nil {
		t.Error(err)
	}
	stored("c3a9|c3bc")
	if err := in("", "\xdf\t\\N\n"); err != nil {
		t.Error(err)
	}
	tuples := out(" (FORMAT binary)")
	if !strings.Contains(tuples, "\x00\x00\x00\x01\xe9") || !strings.Contains(tuples, "\x00\x00\x00\x01\xfc") {
		t.Errorf("%q", tuples)
	}
	if err := in(" (FORMAT binary)", tuples); err != nil {
		t.Error(err)
	}
	stored("c3a9 c39f|c3bc")
	if got := out(" (FORMAT csv, HEADER)"); got != "a,b\n\xe9,{\xfc}\n\xdf,\n" {
		t.Errorf("%q", got)
	}
	var pgErr *pgconn.PgError
	if err := in(" (ENCODING 'EUC_JP')", "a\t\\N\n\xc6\xfc\t\\N\n\xc6"); !errors.As(err, &pgErr) || pgErr.Code != "22021" || !strings.HasPrefix(pgErr.Where, "COPY t, line 3") {
		t.Errorf("%v %+v", err, pgErr)
	}
	if err := in(" (ENCODING 'no')", ""); !errors.As(err, &pgErr) || pgErr.Code != "22023" {
		t.Errorf("%v", err)
	}
	stored("|")
}
