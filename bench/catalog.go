package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed catalog.sql
var getColumns string

// The other questions stand where tests ask them, from the project's root.
const (
	psqlSQL   = "sql/catalog/testdata/psql/d_assertions.sql"
	npgsqlSQL = "conformance/clients/catalogs/npgsql.sql"
)

const (
	// lookupLimit is how long a lookup may take on a cold connection, in ms.
	lookupLimit = 50
	// lookupsEach is how often one is measured a round.
	lookupsEach = 20
)

// lookup is what a tool asks of the catalogs on a new connection. OID in a statement
// stands for what the first one answers first.
type lookup struct {
	name       string
	statements []string
	peer, ours []float64 // ms, of which the connection is a part
}

// lookups are those of the scripts.
func lookups() ([]*lookup, error) {
	psql, err := os.ReadFile(psqlSQL)
	if err != nil {
		return nil, fmt.Errorf("the questions of psql (bench is run from the project's root): %w", err)
	}
	script, err := os.ReadFile(npgsqlSQL)
	if err != nil {
		return nil, fmt.Errorf("the questions of Npgsql: %w", err)
	}
	types := &lookup{name: "Npgsql: types, on connecting"}
	for _, part := range strings.Split(string(script), "-- name: ")[1:] {
		name, text, _ := strings.Cut(part, "\n")
		if name == "version" || name == "types of pg_catalog with their elements" {
			types.statements = append(types.statements, statementsOf(text)[0])
		}
	}
	return []*lookup{
		{name: `psql: \d assertions`, statements: statementsOf(strings.ReplaceAll(string(psql), "'16400'", "'OID'"))},
		{name: "pgjdbc: getColumns of assertions", statements: statementsOf(getColumns)},
		types,
	}, nil
}

// statementsOf splits a script at the semicolons that end its lines.
func statementsOf(text string) (out []string) {
	for _, s := range strings.SplitAfter(text, ";\n") {
		if s = strings.TrimSpace(s); strings.HasSuffix(s, ";") {
			out = append(out, s)
		}
	}
	return out
}

// measureLookups times every lookup on both servers in turn, and prints a table.
func measureLookups(ctx context.Context, c *config, chosen []*lookup, peer, node *server) error {
	for range c.rounds * lookupsEach {
		for _, l := range chosen {
			a, err := l.time(ctx, peer)
			if err != nil {
				return err
			}
			b, err := l.time(ctx, node)
			if err != nil {
				return err
			}
			l.peer, l.ours = append(l.peer, a), append(l.ours, b)
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "lookup, cold connection\tPostgreSQL 15, ms\tStemeDB, ms\tworst\tlimit\t\t")
	for _, l := range chosen {
		mark := "met"
		if median(l.ours) > lookupLimit {
			mark = "SHORT"
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%d\t%s\t\n", l.name, median(l.peer), median(l.ours), slices.Max(l.ours), lookupLimit, mark)
	}
	return w.Flush()
}

// time connects, asks and says how long all of it took, in ms.
func (l *lookup) time(ctx context.Context, s *server) (float64, error) {
	start := time.Now()
	conn, err := pgconn.Connect(ctx, s.url())
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	oid := ""
	for i, text := range l.statements {
		res, err := conn.Exec(ctx, strings.ReplaceAll(text, "'OID'", "'"+oid+"'")).ReadAll()
		if err != nil {
			return 0, fmt.Errorf("%s, statement %d, on %s: %w", l.name, i+1, s.name, err)
		}
		if i == 0 {
			if len(res) != 1 || len(res[0].Rows) == 0 {
				return 0, fmt.Errorf("%s: %s answers nothing", l.name, s.name)
			}
			oid = string(res[0].Rows[0][0])
		}
	}
	return float64(time.Since(start)) / float64(time.Millisecond), nil
}

// chosenLookups are those whose names fit.
func chosenLookups(only *regexp.Regexp) ([]*lookup, error) {
	all, err := lookups()
	return slices.DeleteFunc(all, func(l *lookup) bool { return !only.MatchString(l.name) }), err
}
