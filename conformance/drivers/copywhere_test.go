package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestCopyWhere: COPY FROM stores the claims for which its condition is true, and tells
// the lines of those that are at fault, whatever went before them.
func TestCopyWhere(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	ctx := context.Background()
	conn, err := pgconn.Connect(ctx, n.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	load := func(sql, data string) (string, *pgconn.PgError) {
		t.Helper()
		tag, err := conn.CopyFrom(ctx, strings.NewReader(data), sql)
		var e *pgconn.PgError
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%q: %v", sql, err)
		}
		return tag.String(), e
	}
	var many strings.Builder
	fit := 0
	for i := range 3000 {
		if i%26 < 2 && i%7 >= 3 {
			fit++
		}
		many.WriteString("copy/where\tp\tv")
		many.WriteString(strings.Repeat("x", i%7))
		many.WriteString("\ts" + string(rune('a'+i%26)) + "\n")
	}
	const list = "COPY assertions (concept_path, predicate, value, source) FROM STDIN "
	if tag, err := load(list+"WHERE source IN ('sa', 'sb') AND length(value) > 3 AND lifecycle = 'approved' AND confidence IS NULL", many.String()); err != nil || tag != fmt.Sprint("COPY ", fit) {
		t.Errorf("%s %v", tag, err)
	}
	res, err := conn.Exec(ctx, "SELECT count(*), count(DISTINCT source), min(length(value)) FROM assertions WHERE concept_path = 'copy/where'").ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if row := res[0].Rows[0]; string(row[0]) != "8" || string(row[1]) != "2" || string(row[2]) != "4" { // those that say the same are one claim
		t.Errorf("%s", row)
	}
	for _, c := range []struct{ sql, data, code, message, where string }{
		{list + "WHERE value <> 'no'", "a\tp\tno\ts\na\tp\tno\ts\na\tp\tyes\t\\N\n", "23502", "null value", "COPY assertions, line 3: \"a\tp\tyes\t\\N\""},
		{list + "WHERE value::int > 1", "a\tp\t2\ts\na\tp\tx\ts\n", "22P02", "invalid input syntax", "COPY assertions, line 2: \"a\tp\tx\ts\""},
		{list + "WHERE id IS NULL", "", "0A000", `column "id" is not supported in COPY FROM WHERE conditions`, ""},
		{list + "WHERE recorded_at < now()", "", "42P10", "generated columns are not supported in COPY FROM WHERE conditions", ""},
		{list + "WHERE tier = 1", "", "42P10", "generated columns are not supported in COPY FROM WHERE conditions", ""},
	} {
		if tag, err := load(c.sql, c.data); err == nil || err.Code != c.code || !strings.HasPrefix(err.Message, c.message) || !strings.HasPrefix(err.Where, c.where) {
			t.Errorf("%s: %s %+v", c.sql, tag, err)
		}
	}
	if tag, err := load("COPY sources (source, trust) FROM STDIN WHERE trust > 0.5 AND status = 'active'", "one\t0.25\ntwo\t0.75\nthree\t\\N\n"); err != nil || tag != "COPY 1" {
		t.Errorf("%s %v", tag, err)
	}
}
