package sql

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// TestLargeObjectSessions: what a transaction writes others see when it has committed,
// and of two that write one object at once the second waits, or fails.
func TestLargeObjectSessions(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("BEGIN; SELECT lo_from_bytea(7, 'abc')", "BEGIN", "7", "SELECT 1")
	b.want("SELECT lo_get(7)", "42704: large object 7 does not exist")
	a.want("COMMIT", "COMMIT")
	b.want("SELECT lo_get(7), count(*), sum(octet_length(data)) FROM pg_largeobject", `\x616263|1|3`, "SELECT 1")

	// A reader keeps what it opened; a writer sees what others have written.
	b.want("BEGIN; SELECT lo_open(7, 262144), lo_open(7, 131072)", "BEGIN", "0|1", "SELECT 1")
	a.want("SELECT lo_put(7, 1, 'xyz')", "", "SELECT 1")
	b.want("SELECT loread(0, 9), loread(1, 9), lo_get(7); COMMIT", `\x616263|\x6178797a|\x6178797a`, "SELECT 1", "COMMIT")

	// REPEATABLE READ.
	b.want("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT lo_get(7)", "BEGIN", `\x6178797a`, "SELECT 1")
	a.want("SELECT lo_put(7, 0, '1')", "", "SELECT 1")
	b.want("SELECT lo_get(7); SELECT lo_put(7, 3, '2'); COMMIT", `\x6178797a`, "SELECT 1", "", "SELECT 1",
		"40001: could not serialize access due to concurrent update")
	b.want("SELECT lo_get(7)", `\x3178797a`, "SELECT 1")

	// One that has to wait reads anew.
	a.want("BEGIN; SELECT lo_put(7, 0, 'A')", "BEGIN", "", "SELECT 1")
	done := make(chan []string)
	go func() { done <- b.run("SELECT lo_put(7, 1, 'B')") }()
	e.waiting(1)
	a.want("COMMIT", "COMMIT")
	if got := <-done; len(got) != 2 || got[1] != "SELECT 1" {
		t.Errorf("the one that waited: %q", got)
	}
	a.want("SELECT lo_get(7)", `\x4142797a`, "SELECT 1")
	a.want("SELECT lo_get(7) FROM generate_series(1, 2); SELECT lo_unlink(7)", `\x4142797a`, `\x4142797a`, "SELECT 2", "1", "SELECT 1")
	b.want("SELECT lo_get(7)", "42704: large object 7 does not exist")
}

// TestLargeObjectWithWrites: what a statement stores by functions commits with what else
// it writes.
func TestLargeObjectWithWrites(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("INSERT INTO sources (source, note) SELECT 'lo', lo_create(9)::text; SELECT 1/0", "INSERT 0 1", "22012: division by zero")
	s.want("SELECT count(*) FROM pg_largeobject_metadata", "0", "SELECT 1")
	s.want("INSERT INTO sources (source, note) SELECT 'lo', lo_create(9)::text", "INSERT 0 1")
	s.want("SELECT oid, note FROM pg_largeobject_metadata, sources WHERE source = 'lo'", "9|9", "SELECT 1")
	s.want("INSERT INTO sources (source, note) SELECT 'lo2', lo_unlink(9)::text || (1 / 0)", "22012: division by zero")
	s.want("SELECT count(*) FROM pg_largeobject_metadata", "1", "SELECT 1")
	s.want("SELECT lo_from_bytea(10, 'x'); COMMENT ON LARGE OBJECT 10 IS 'c'; SELECT 1/0", "10", "SELECT 1", "COMMENT", "22012: division by zero")
	s.want("SELECT lo_from_bytea(10, 'x'); INSERT INTO sources (source) VALUES ('lo')", "10", "SELECT 1",
		`23505: duplicate key value violates unique constraint "sources_pkey"`)
	s.want("SELECT count(*), count(obj_description(oid)) FROM pg_largeobject_metadata", "1|0", "SELECT 1")
	s.want("BEGIN AS OF SYSTEM TIME '-1us'; SELECT lo_unlink(9)", "BEGIN", "25006: cannot execute lo_unlink() in a read-only transaction")
	s.want("ROLLBACK; BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT lo_unlink(9)", "ROLLBACK", "BEGIN",
		"0A000: cannot execute lo_unlink() in a SERIALIZABLE transaction")
	s.run("ROLLBACK")
	s.want("SELECT lo_import('/etc/passwd')", "0A000: server-side lo_import() is not supported")
	s.want("SELECT lo_export(9, '/tmp/x')", "0A000: server-side lo_export() is not supported")
}

// TestLargeObjectOwner: objects are their owner's and the superuser's.
func TestLargeObjectOwner(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("SELECT lo_from_bytea(5, 'x')", "5", "SELECT 1")
	s.want("CREATE USER ann", "CREATE ROLE")
	ann := e.sessionAs(t, "ann")
	for _, c := range [][2]string{
		{"SELECT lo_get(5)", "42501: permission denied for large object 5"},
		{"SELECT lo_put(5, 0, 'y')", "42501: permission denied for large object 5"},
		{"SELECT lo_open(5, 131072)", "42501: permission denied for large object 5"},
		{"SELECT lo_unlink(5)", "42501: must be owner of large object 5"},
		{"COMMENT ON LARGE OBJECT 5 IS 'x'", "42501: must be owner of large object 5"},
		{"SELECT data FROM pg_largeobject", "42501: permission denied for table pg_largeobject"},
		{"SELECT lo_import('/etc/passwd')", "42501: permission denied for function lo_import"},
	} {
		ann.want(c[0], c[1])
	}
	ann.want("SELECT oid FROM pg_largeobject_metadata", "5", "SELECT 1")
}

// TestLargeObjectBounds: a transaction writes so much and no more, whatever the size of
// its pieces, and what savepoints have taken back does not count.
func TestLargeObjectBounds(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.want("SELECT lo_create(3)", "3", "SELECT 1")
	const tooMuch = "54000: too much is written to large objects in a transaction"
	s.want("SELECT lo_put(3, 0, convert_to(repeat('x', 16000000), 'utf8'))", tooMuch)
	s.want("SELECT count(*) FROM pg_largeobject", "0", "SELECT 1")
	s.want("BEGIN; SELECT lo_open(3, 131072); SELECT count(lowrite(0, 'piece')) FROM generate_series(1, 100000); COMMIT",
		"BEGIN", "0", "SELECT 1", "100000", "SELECT 1", "COMMIT")
	s.want("SELECT length(lo_get(3)), md5(lo_get(3)) = md5(repeat('piece', 100000)), max(pageno) FROM pg_largeobject", "500000|t|244", "SELECT 1")
	s.run("BEGIN")
	for i := range 20 {
		s.want(fmt.Sprintf("SAVEPOINT a; SELECT lo_put(3, %d, convert_to(repeat('y', 2000000), 'utf8')); ROLLBACK TO a", i),
			"SAVEPOINT", "", "SELECT 1", "ROLLBACK")
	}
	if o := &s.large; o.bytes != 0 || o.rows != 0 || len(o.changes) != 0 {
		t.Errorf("%d bytes in %d rows are left", o.bytes, o.rows)
	}
	s.want("SELECT lo_truncate(lo_open(3, 131072), 10); COMMIT", "0", "SELECT 1", "COMMIT")
	s.want("SELECT lo_get(3), count(*) FROM pg_largeobject", `\x70696563657069656365|1`, "SELECT 1")
	s.want("SELECT lo_put(3, 4398046509000, 'end'), lo_put(3, 100, 'z')", "|", "SELECT 1")
	s.want("SELECT lo_get(3)", "22023: large object read request is too large")
	s.want("SELECT lo_get(3, 4398046508998, 9), lo_get(3, 99, 3), length(lo_get(3, 0, 1000000))", `\x0000656e64|\x007a00|1000000`, "SELECT 1")
}

// TestLargeObjectVersions: a page is kept in no more versions than somebody may come back
// to.
func TestLargeObjectVersions(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	s.want("BEGIN; SELECT lo_from_bytea(4, '0'), lo_open(4, 131072) IS NULL", "BEGIN", "4|f", "SELECT 1")
	for i := range 50 {
		s.want(fmt.Sprintf("SELECT lo_put(4, %d, 'x')", i), "", "SELECT 1")
	}
	page := s.large.changes[4].pages[0]
	if n := len(page.versions); n > 2 {
		t.Errorf("%d versions", n)
	}
	s.run("SAVEPOINT a")
	s.run("SELECT lo_put(4, 0, 'a')")
	s.run("SAVEPOINT b")
	s.run("SELECT lo_put(4, 0, 'b')")
	for range 9 {
		s.run("SELECT lo_put(4, 0, 'c')")
	}
	if n := len(page.versions); n < 3 || n > 4 {
		t.Errorf("%d versions with two savepoints", n)
	}
	s.want("ROLLBACK TO b; SELECT lo_get(4, 0, 1); ROLLBACK TO a; SELECT lo_get(4, 0, 1); COMMIT; SELECT lo_get(4, 0, 1)",
		"ROLLBACK", `\x61`, "SELECT 1", "ROLLBACK", `\x78`, "SELECT 1", "COMMIT", `\x78`, "SELECT 1")
}

// TestLargeObjectCalls plays what libpq does, by the protocol's function calls.
func TestLargeObjectCalls(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	fn := func(name string) types.OID { return functions.ByName(name)[0].OID }
	s.run("BEGIN")
	oid := s.call(fn("lo_creat"), types.Int(-1))
	id, err := types.ParseText(types.OIDOID, -1, oid, types.DefaultFormat())
	if err != nil || id.I < 16384 {
		t.Fatal(oid, err)
	}
	got := []string{
		s.call(fn("lo_open"), id, types.Int(0x60000)), s.call(fn("lowrite"), types.Int(0), types.Text("hello\x00world")),
		s.call(fn("lo_lseek"), types.Int(0), types.Int(6), types.Int(0)), s.call(fn("loread"), types.Int(0), types.Int(20)),
		s.call(fn("lo_tell64"), types.Int(0)), s.call(fn("lo_close"), types.Int(0)), s.call(fn("lo_unlink"), id), s.call(fn("lo_close"), types.Int(0)),
	}
	if want := `0 11 6 \x776f726c64 11 0 1 42704: invalid large-object descriptor: 0`; strings.Join(got, " ") != want {
		t.Errorf("got %q", got)
	}
	s.want("COMMIT; SELECT count(*) FROM pg_largeobject_metadata", "ROLLBACK", "0", "SELECT 1")
	// A descriptor ends with the transaction of its statement.
	s.want("SELECT lo_from_bytea(2, 'x'), lo_open(2, 131072)", "2|0", "SELECT 1")
	if got := s.call(fn("lo_tell"), types.Int(0)); got != "42704: invalid large-object descriptor: 0" {
		t.Error(got)
	}
}

// TestLargeObjectSpace: when all that was ever written fills the space, nothing more is
// taken, and what is there can be read.
func TestLargeObjectSpace(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	s.want("SELECT lo_create(1)", "1", "SELECT 1")
	s.large.space = 4 << 20
	fill := "SELECT lo_put(1, 0, convert_to(repeat('x', 1000000), 'utf8'))"
	for range 4 {
		if got := s.run(fill); len(got) != 2 {
			t.Fatal(got)
		}
	}
	s.want(fill, "53100: there is no space left for large objects")
	s.want("SELECT length(lo_get(1))", "1000000", "SELECT 1")
}

// TestLargeObjectTimes: a transaction as of a time finds the objects of then.
func TestLargeObjectTimes(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	s.want("SELECT lo_from_bytea(6, 'then')", "6", "SELECT 1")
	at := s.run("SELECT clock_timestamp()")[0]
	s.want("SELECT lo_put(6, 0, 'now!'), lo_create(8)", "|8", "SELECT 1")
	s.want("SELECT lo_unlink(6)", "1", "SELECT 1")
	s.want("BEGIN AS OF SYSTEM TIME '"+at+"'; SELECT lo_get(6), count(*) FROM pg_largeobject_metadata; SELECT loread(lo_open(6, 262144), 9); COMMIT",
		"BEGIN", `\x7468656e|1`, "SELECT 1", `\x7468656e`, "SELECT 1", "COMMIT")
	s.want("SELECT oid FROM pg_largeobject_metadata", "8", "SELECT 1")
}
