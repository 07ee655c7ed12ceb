package sqlsmith

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
)

// logTables are what sqlsmith writes its log to.
const logTables = `
CREATE TABLE instance (id bigserial PRIMARY KEY, rev text, target text, hostname text, version text, seed text);
CREATE TABLE error (id bigint, msg text, query text, sqlstate text);
CREATE TABLE stat (id bigint, generated bigint, level float8, nodes float8, updated timestamptz, retries float8, impedance json);`

// Failure is a query that a server refused.
type Failure struct {
	Query, Code, Message string
	// False says that PostgreSQL answers it, Same that it gives this very error,
	// Ended that it ends the session, as pg_terminate_backend is asked to.
	False, Same, Ended bool
}

// Run is what one server did.
type Run struct {
	Name     string
	Queries  int
	Failures []Failure
}

// Smith runs sqlsmith on a server until it has asked so many queries, and reads
// the failures from the log, which is a database of its own.
func Smith(ctx context.Context, name, target, logURL string, queries int, seed uint64) (*Run, error) {
	log, err := pgconn.Connect(ctx, logURL)
	if err != nil {
		return nil, err
	}
	defer log.Close(ctx) //nolint:errcheck // the server may be gone
	if err := log.Exec(ctx, logTables).Close(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "sqlsmith", "--target="+target, "--log-to="+logURL,
		fmt.Sprintf("--seed=%d", seed), fmt.Sprintf("--max-queries=%d", queries))
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("sqlsmith on %s: %w", name, err)
	}
	a, err := oracle.Ask(ctx, log, "SELECT query, sqlstate, msg FROM error")
	if err != nil {
		return nil, err
	}
	r := &Run{Name: name, Queries: queries}
	for _, row := range a.Rows {
		r.Failures = append(r.Failures, Failure{Query: string(row[0]), Code: string(row[1]), Message: firstLine(string(row[2]))})
	}
	return r, nil
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return strings.TrimPrefix(s, "ERROR:  ")
}

// Judge asks PostgreSQL what the server refused; nothing that it does stays. A
// query may end the session that asks it, or all of them: then the next has a new
// one.
func (r *Run) Judge(ctx context.Context, url string) error {
	var pg *pgconn.PgConn
	defer func() {
		if pg != nil {
			pg.Close(ctx) //nolint:errcheck // all that it did is rolled back
		}
	}()
	for i := range r.Failures {
		f := &r.Failures[i]
		if pg == nil || pg.IsClosed() {
			var err error
			if pg, err = judge(ctx, url); err != nil {
				return err
			}
		}
		if err := around(ctx, pg, "BEGIN"); err != nil {
			return err
		}
		a, err := oracle.Ask(ctx, pg, f.Query)
		if pg.IsClosed() {
			f.Ended = true
			continue
		}
		if err != nil {
			return fmt.Errorf("PostgreSQL: %w\n%s", err, f.Query)
		}
		f.False = a.Code == ""
		f.Same = a.Code == f.Code && firstLine(a.Message) == f.Message
		if err := around(ctx, pg, "ROLLBACK"); err != nil {
			return err
		}
	}
	return nil
}

// judge connects to a PostgreSQL, which may be starting anew.
func judge(ctx context.Context, url string) (*pgconn.PgConn, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		pg, err := pgconn.Connect(ctx, url)
		if err == nil {
			return pg, pg.Exec(ctx, "SET statement_timeout = '2s'").Close()
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// around runs what stands around a query. The time that is for the query may
// be too short for it where the machine is busy with other things: then again.
func around(ctx context.Context, pg *pgconn.PgConn, sql string) error {
	for try := 1; ; try++ {
		err := pg.Exec(ctx, sql).Close()
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != "57014" || try == 10 {
			return err
		}
	}
}

// False is how many failures are false.
func (r *Run) False() int {
	n := 0
	for _, f := range r.Failures {
		if f.False {
			n++
		}
	}
	return n
}

// lost are the classes of errors that no query may bring about: faults within,
// and connections that end.
var lost = regexp.MustCompile(`^(XX|08|57P|$)`)

// Broken are the failures that a server must never show. What PostgreSQL too
// calls a fault within, in the same words for the same query, is none, and nor is
// a session that ended where it ended there too.
func (r *Run) Broken() []Failure {
	return slices.DeleteFunc(slices.Clone(r.Failures), func(f Failure) bool {
		return f.Ended || f.Same && strings.HasPrefix(f.Code, "XX") || !lost.MatchString(f.Code)
	})
}

// Share is the part of the queries that ran without error.
func (r *Run) Share() float64 { return float64(r.Queries-len(r.Failures)) / float64(r.Queries) }

// Write prints the counts by SQLSTATE.
func (r *Run) Write(w io.Writer) {
	fmt.Fprintf(w, "%s: %d queries, %d (%.1f %%) without error\n", r.Name, r.Queries, r.Queries-len(r.Failures), 100*r.Share())
	counts(w, "  %6d %s\n", r.Failures, func(f Failure) string { return f.Code })
}

// WriteFalse prints the false errors by their message, with one query each.
func (r *Run) WriteFalse(w io.Writer) {
	var wrong []Failure
	examples := map[string]string{}
	for _, f := range r.Failures {
		if f.False {
			wrong = append(wrong, f)
			if e, ok := examples[f.Message]; !ok || len(f.Query) < len(e) {
				examples[f.Message] = f.Query
			}
		}
	}
	fmt.Fprintf(w, "%s: %d queries (%.1f %%) refused that PostgreSQL answers\n", r.Name, len(wrong), 100*float64(len(wrong))/float64(r.Queries))
	counts(w, "  %6d %s\n", wrong, func(f Failure) string { return f.Code + " " + f.Message })
	for m, q := range examples {
		if len(q) < 1500 {
			fmt.Fprintf(w, "-- %s\n%s;\n", m, q)
		}
	}
}

// counts prints how often each key is there, the most frequent first.
func counts(w io.Writer, line string, list []Failure, key func(Failure) string) {
	n := map[string]int{}
	var keys []string
	for _, f := range list {
		k := key(f)
		if n[k] == 0 {
			keys = append(keys, k)
		}
		n[k]++
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(n[b]-n[a], strings.Compare(a, b)) })
	for _, k := range keys {
		fmt.Fprintf(w, line, n[k], k)
	}
}
