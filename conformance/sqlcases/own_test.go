package sqlcases

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestOwn runs what only StemeDB has: lenses, times, claims refused. The golden
// files are its own answers, read by people; SQLCASES_REWRITE writes them anew.
func TestOwn(t *testing.T) {
	for _, name := range []string{"lens", "privileges", "write", "windows", "viewdefs", "updatableviews"} {
		t.Run(name, func(t *testing.T) {
			n := testnode.Start(t, t.TempDir())
			load(t, n)
			statements := readStatements(t, "testdata/own/"+name+".sql")
			golden := "testdata/own/" + name + ".golden"
			if os.Getenv("SQLCASES_REWRITE") != "" {
				conn := connect(t, n.URL())
				var b strings.Builder
				for _, s := range statements {
					b.WriteString(record(s, answer(conn, s)))
				}
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			text, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, connect(t, n.URL()), statements, string(text))
		})
	}
}

// TestRepeatableRead: a transaction reads at one time while others write.
func TestRepeatableRead(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	a, b := connect(t, n.URL()), connect(t, n.URL())
	const insert = "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('%s', 'p', 'v', 's')"
	steps := []struct {
		conn *pgconn.PgConn
		sql  string
		want string
	}{
		{a, "BEGIN ISOLATION LEVEL REPEATABLE READ", "BEGIN"},
		{a, "SELECT count(*) FROM assertions", "count:int8\n0\nSELECT 1"},
		{b, fmt.Sprintf(insert, "b"), "INSERT 0 1"},
		{a, "SELECT count(*) FROM assertions", "count:int8\n0\nSELECT 1"},
		{a, "SELECT count(*) FROM assertions USING LENS recency", "count:int8\n0\nSELECT 1"},
		{a, fmt.Sprintf(insert, "a"), "INSERT 0 1"},
		{a, "SELECT concept_path FROM assertions USING LENS recency", "concept_path:text\na\nSELECT 1"},
		{b, "SELECT concept_path FROM assertions", "concept_path:text\nb\nSELECT 1"},
		{a, "COMMIT", "COMMIT"},
		{b, "SELECT count(*) FROM assertions", "count:int8\n2\nSELECT 1"},
		{b, "BEGIN", "BEGIN"},
		{b, "SELECT count(*) FROM assertions", "count:int8\n2\nSELECT 1"},
		{a, fmt.Sprintf(insert, "c"), "INSERT 0 1"},
		{b, "SELECT count(*) FROM assertions", "count:int8\n3\nSELECT 1"},
		{b, "ROLLBACK", "ROLLBACK"},
	}
	for _, s := range steps {
		if got := answer(s.conn, s.sql); got != s.want {
			t.Errorf("%s\n%s\nwanted\n%s", s.sql, got, s.want)
		}
	}
}

// TestCopyForms: COPY in and out in each format with each option, and input
// that it must refuse with the line and the column.
func TestCopyForms(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	conn := connect(t, n.URL())
	const columns = "assertions (concept_path, predicate, value, source, unit)"
	cases := []struct{ options, data, want string }{
		{"", "x/1\tp\ta\\tb\\\\\ts\t\\N\n\\.\n", "COPY 1"},
		{"(FORMAT text, DELIMITER '|', NULL 'nil')", "x/2|p|a\\|b|s|nil\n", "COPY 1"},
		{"(FORMAT csv)", "x/3,p,\"a,\"\"b\"\"\nc\",s,\n", "COPY 1"},
		{"(FORMAT csv, HEADER, DELIMITER ';', QUOTE '''', ESCAPE '\\')", "h1;h2;h3;h4;h5\nx/4;p;'it\\'s';s;\n", "COPY 1"},
		{"(FORMAT csv, HEADER match)", "concept_path,predicate,value,source,unit\nx/5,p,v,s,\n", "COPY 1"},
		{"(FORMAT csv, NULL '-', FORCE_NOT_NULL (value))", "x/6,p,-,s,-\n", "COPY 1"},
		{"(FORMAT csv, NULL '-', FORCE_NULL (unit))", "x/7,p,v,s,\"-\"\n", "COPY 1"},
		{"CSV HEADER", "a,b,c,d,e\r\nx/8,p,v,s,\r\n", "COPY 1"},
		{"(FORMAT csv, HEADER match)", "concept_path,predicate,valu,source,unit\n", "22P04"},
		{"", "x/9\tp\n", "22P04"},
		{"", "x/9\tp\tv\ts\t\\N\textra\n", "22P04"},
		{"", "x/9\tp\t\\N\ts\t\\N\n", "23502"},
		{"", "x//9\tp\tv\ts\t\\N\n", "23514"},
		{"(FORMAT csv)", "x/9,p,\"open,s,\n", "22P04"},
		{"", "x/9\tp\t\xff\ts\t\\N\n", "22021"},
		{"(FORMAT binary)", "nonsense", "22P04"},
	}
	for _, c := range cases {
		tag, err := conn.CopyFrom(context.Background(), strings.NewReader(c.data), "COPY "+columns+" FROM STDIN "+c.options)
		got := tag.String()
		if err != nil {
			var b strings.Builder
			writeError(&b, err)
			got = b.String()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("COPY %s of %q: %s; wanted %s", c.options, c.data, got, c.want)
		}
	}
	copyOut(t, conn)
}

// copyOut checks what went in as it comes out, and that each format reads its
// own output.
func copyOut(t *testing.T, conn *pgconn.PgConn) {
	t.Helper()
	const query = "COPY (SELECT concept_path, value, unit FROM assertions ORDER BY 1) TO STDOUT "
	cases := []struct{ options, want string }{
		{"", "x/1\ta\\tb\\\\\t\\N\nx/2\ta|b\t\\N\nx/3\ta,\"b\"\\nc\t\\N\nx/4\tit's\t\\N\nx/5\tv\t\\N\nx/6\t-\t\\N\nx/7\tv\t\\N\nx/8\tv\t\\N\n"},
		{"(FORMAT csv, HEADER, FORCE_QUOTE (value), NULL 'nil', DELIMITER ';')", "concept_path;value;unit\nx/1;\"a\tb\\\";nil\nx/2;\"a|b\";nil\nx/3;\"a,\"\"b\"\"\nc\";nil\nx/4;\"it's\";nil\nx/5;\"v\";nil\nx/6;\"-\";nil\nx/7;\"v\";nil\nx/8;\"v\";nil\n"},
	}
	for _, c := range cases {
		var out bytes.Buffer
		if _, err := conn.CopyTo(context.Background(), &out, query+c.options); err != nil || out.String() != c.want {
			t.Errorf("COPY TO %s: %v\n%s\nwanted\n%s", c.options, err, out.String(), c.want)
		}
	}
	for _, columns := range []string{"", "(concept_path, predicate, value, source, asserted_at)"} {
		for _, format := range []string{"text", "csv", "binary"} {
			options := " (FORMAT " + format + ")"
			var out bytes.Buffer
			if _, err := conn.CopyTo(context.Background(), &out, "COPY assertions "+columns+" TO STDOUT"+options); err != nil {
				t.Fatal(err)
			}
			tag, err := conn.CopyFrom(context.Background(), io.Reader(&out), "COPY assertions "+columns+" FROM STDIN"+options)
			if err != nil || tag.String() != "COPY 8" {
				t.Errorf("%s does not read its own output of columns %q: %s %v", format, columns, tag, err)
			}
		}
	}
	if got := answer(conn, "SELECT count(*) FROM assertions"); got != "count:int8\n8\nSELECT 1" {
		t.Errorf("the copies were new claims: %s", got)
	}
}
