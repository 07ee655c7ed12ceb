//go:build psql

package clients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stemedb/stemedb/conformance/testnode"
)

func TestMain(m *testing.M) { testnode.Main(m) }

// client is a third-party client, and the program of its checks.
type client struct {
	name  string
	build []string // makes the program, where it has to be made; OUT is a directory for it
	run   []string // OUT as above
}

// limit is what a client's program may take, on a machine that does much else.
const limit = 4 * time.Minute

// Programs of Python run by Debian's, for which Debian has the clients.
func python(program string) []string {
	return []string{"/usr/bin/python3", "python/" + program + "_check.py"}
}

func node(program string) []string { return []string{"node", "node/" + program + ".mjs"} }

func shell(program string) []string { return []string{"bash", "shell/" + program + ".sh"} }

var clients = []client{
	{name: "psql", run: shell("psql")},
	{name: "pgbench", run: shell("pgbench")},
	{name: "pgcli", run: python("pgcli")},
	{name: "libpq", build: []string{"sh", "-c", "cc -Wall -O1 -o OUT/libpq c/libpq.c $(pkg-config --cflags --libs libpq)"}, run: []string{"OUT/libpq"}},
	{name: "pgjdbc", run: []string{"java", "-cp", "/usr/share/java/postgresql.jar", "java/Pgjdbc.java"}},
	{name: "psqlODBC", run: python("pyodbc")},
	{name: "isql", run: shell("isql")},
	{name: "psycopg2", run: python("psycopg2")},
	{name: "psycopg3", run: python("psycopg3")},
	{name: "asyncpg", run: python("asyncpg")},
	{name: "SQLAlchemy", run: python("sqlalchemy")},
	{name: "Django", run: python("django")},
	{name: "node-postgres", run: node("nodepostgres")},
	{name: "postgres.js", run: node("postgresjs")},
	{name: "Knex", run: node("knex")},
	{name: "Kysely", run: node("kysely")},
	{name: "Drizzle", run: node("drizzle")},
	{name: "Sequelize", run: node("sequelize")},
	{name: "TypeORM", run: node("typeorm")},
	{name: "pgx", build: []string{"go", "build", "-o", "OUT/pgx", "./golang/pgx"}, run: []string{"OUT/pgx"}},
	{name: "lib/pq", build: []string{"go", "build", "-o", "OUT/pq", "./golang/pq"}, run: []string{"OUT/pq"}},
	{name: "DBD::Pg", run: []string{"perl", "perl/dbdpg.pl"}},
	{name: "ruby-pg", run: []string{"ruby", "ruby/pg_check.rb"}},
	{name: "ActiveRecord", run: []string{"ruby", "ruby/activerecord_check.rb"}},
	{name: "PDO", run: []string{"php", "php/pdo.php"}},
	{name: "PHP pgsql", run: []string{"php", "php/pgsql.php"}},
	{name: "Adminer", run: node("adminer")},
	{name: "RPostgreSQL", run: []string{"Rscript", "r/rpostgresql.R"}},
	{name: "postgres_fdw", run: shell("postgres_fdw")},
	{name: "catalog queries", run: python("catalogs")},
}

// result is what came of a client on a server.
type result struct {
	report
	took time.Duration
}

// TestClients runs each client's checks on a node and on PostgreSQL. All must hold on
// both, and both must be asked the same.
func TestClients(t *testing.T) {
	out := t.TempDir()
	for _, c := range clients {
		if c.build != nil {
			c.make(t, out)
		}
	}
	stemedb, postgres := startServers(t)
	var mu sync.Mutex
	results := map[string]map[string]result{stemedb.name: {}, postgres.name: {}}
	t.Run("on", func(t *testing.T) {
		for _, s := range []server{stemedb, postgres} {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel() // the clients of one server are run one after the other
				for _, c := range clients {
					t.Run(c.name, func(t *testing.T) {
						r := c.check(t, s, out)
						mu.Lock()
						defer mu.Unlock()
						results[s.name][c.name] = r
					})
				}
			})
		}
	})
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "client\tversion\tchecks\tfailed\tseconds\tfailed on PostgreSQL")
	for _, c := range clients {
		ours, ran := results[stemedb.name][c.name]
		theirs, also := results[postgres.name][c.name]
		if !ran && !also {
			continue // -run chose others
		}
		// Once more where it is seen: the first word of them is far above.
		for _, bad := range ours.failed() {
			t.Errorf("%s: not ok: %s", c.name, bad.name)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.1f\t%d\n", c.name, ours.version, len(ours.checks), len(ours.failed()), ours.took.Seconds(), len(theirs.failed()))
		if a, b := names(ours.checks), names(theirs.checks); ran && also && !slices.Equal(a, b) {
			t.Errorf("%s: the node was asked %q, PostgreSQL %q", c.name, a, b)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", table.String())
}

func names(checks []check) (out []string) {
	for _, c := range checks {
		out = append(out, c.name)
	}
	return out
}

// in puts the directory of programs that were made into a command.
func in(out string, command []string) (args []string) {
	for _, a := range command {
		args = append(args, strings.ReplaceAll(a, "OUT", out))
	}
	return args
}

// make makes a client's program.
func (c client) make(t *testing.T, out string) {
	t.Helper()
	args := in(out, c.build)
	if msg, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %s: %v\n%s", c.name, strings.Join(args, " "), err, msg)
	}
}

// check runs a client's program on a server.
func (c client) check(t *testing.T, s server, out string) result {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), limit)
	defer stop()
	args := in(out, c.run)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	// Nothing of the person who runs this may tell a client anything: no files in its
	// home, no PG variables.
	cmd.Env = append(s.env(), "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME="+t.TempDir(), "LANG=C.UTF-8", "TZ=UTC", "TMPDIR="+os.TempDir())
	// A program that is told to stop takes what it has started with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	ended := cmd.Run()
	r := result{took: time.Since(began)}
	var flaws error
	r.report, flaws = readTAP(&stdout)
	for _, bad := range r.failed() {
		t.Errorf("not ok: %s\n%s", bad.name, bad.detail)
	}
	if err := errors.Join(ctx.Err(), flaws); err != nil {
		t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	} else if (ended == nil) != (len(r.failed()) == 0) {
		t.Errorf("%d checks failed, and the program ended with %v\n%s", len(r.failed()), ended, stderr.String())
	}
	return r
}
