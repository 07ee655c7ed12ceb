package regress

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
)

// Runner runs scripts on both servers.
type Runner struct {
	PG, Node *pgconn.PgConn
	Diffs    io.Writer // every statement that differs
	scripts  []score
	causes   map[string]int
}

type score struct {
	name           string
	counted, equal int
	failed         int // of the equal ones, errors
}

var (
	reads   = regexp.MustCompile(`(?is)^(select|values|with|table|set|reset|show)\b`)
	ordered = regexp.MustCompile(`(?i)order\s+by`)
	writes  = regexp.MustCompile(`(?i)\b(insert|update|delete|into)\b|\bpg_sleep|set\s+(session\s+authorization|role)|statement_timeout`)
	words   = regexp.MustCompile(`"[^"]*"|[0-9]+`)
)

// Run runs one script's statements.
func (r *Runner) Run(ctx context.Context, name, script string) error {
	sc := score{name: name}
	for _, sql := range Split(script) {
		if !reads.MatchString(sql) || writes.MatchString(sql) || strings.Contains(sql, ":'") {
			continue
		}
		want, err := oracle.Ask(ctx, r.PG, sql)
		if err != nil {
			return fmt.Errorf("PostgreSQL: %s: %w", sql, err)
		}
		if want.Code == "42P01" || want.Code == "57014" {
			continue
		}
		got, err := oracle.Ask(ctx, r.Node, sql)
		if err != nil {
			return fmt.Errorf("node: %s: %w", sql, err)
		}
		sc.counted++
		diff := oracle.Compare(want, got, oracle.How{Ordered: ordered.MatchString(sql), Sums: true})
		if diff == "" {
			sc.equal++
			if want.Code != "" {
				sc.failed++
			}
			continue
		}
		r.note(cause(want, got))
		fmt.Fprintf(r.Diffs, "-- %s: %s\n%s;\n", name, diff, sql)
	}
	r.scripts = append(r.scripts, sc)
	return nil
}

func (r *Runner) note(cause string) {
	if r.causes == nil {
		r.causes = map[string]int{}
	}
	r.causes[cause]++
}

// cause groups differences: by the message where the node refuses what
// PostgreSQL does not, else by what differs.
func cause(want, got *oracle.Answer) string {
	switch {
	case got.Code != "" && want.Code == "":
		return got.Code + " " + brief(got.Message)
	case got.Code == "":
		if want.Code != "" {
			return "no error, wanted " + want.Code + " " + brief(want.Message)
		}
	default:
		return "SQLSTATE " + got.Code + ", wanted " + want.Code
	}
	switch {
	case !slices.Equal(want.OIDs, got.OIDs):
		return "types of columns"
	case !slices.Equal(want.Names, got.Names):
		return "names of columns"
	}
	return "rows"
}

func brief(message string) string {
	if strings.HasPrefix(message, "function ") || strings.HasPrefix(message, "type ") || strings.HasPrefix(message, "operator ") {
		return message
	}
	return words.ReplaceAllString(message, "…")
}

// Write prints the table of scripts and the most frequent causes.
func (r *Runner) Write(w io.Writer) {
	total := score{name: "total"}
	for _, s := range r.scripts {
		total.counted += s.counted
		total.equal += s.equal
		total.failed += s.failed
	}
	fmt.Fprintf(w, "%-28s %10s %7s %14s %7s\n", "script", "statements", "equal", "of them errors", "share")
	for _, s := range append(r.scripts, total) {
		if s.counted > 0 {
			fmt.Fprintf(w, "%-28s %10d %7d %14d %6.1f%%\n", s.name, s.counted, s.equal, s.failed, 100*float64(s.equal)/float64(s.counted))
		}
	}
	oracle.WriteCauses(w, r.causes)
}
