package differential

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
)

// Setup is run on both connections before anything else.
const Setup = "SET timezone = 'America/New_York'; SET extra_float_digits = 1; SET statement_timeout = '5s'"

// shrinkTries bounds the questions that shrinking one query may ask, and
// shownEach the queries of one cause that are shrunk and shown.
const (
	shrinkTries = 150
	shownEach   = 2
)

// Runner runs queries on both servers.
type Runner struct {
	PG, Node *pgconn.PgConn
	Out      io.Writer // where differing queries go
	Report   *Report
}

// Run runs the queries from number first up to end, every step-th of them.
func (r *Runner) Run(ctx context.Context, s *Source, first, end, step int) error {
	for i := first; i < end; i += step {
		for _, q := range s.Queries(i) {
			q.Root.Targets(r.Report.drawn)
			if err := r.query(ctx, q, fmt.Sprintf("seed %d query %d", s.seed, i)); err != nil {
				return fmt.Errorf("seed %d query %d: %w\n%s", s.seed, i, err, q.Root.SQL())
			}
		}
	}
	return nil
}

func (r *Runner) query(ctx context.Context, q *Query, name string) error {
	if q.Parts != nil {
		return r.partition(ctx, q, name)
	}
	want, got, err := r.both(ctx, q.Root.SQL())
	if err != nil {
		return err
	}
	if len(q.Columns) > 0 && (want.Code != "" || got.Code != "") {
		for _, c := range q.Columns {
			if err := r.query(ctx, &Query{Kind: q.Kind, Root: c, How: q.How}, name); err != nil {
				return err
			}
		}
		return nil
	}
	return r.judge(ctx, q, want, got, name)
}

func (r *Runner) both(ctx context.Context, sql string) (want, got *oracle.Answer, err error) {
	if want, err = oracle.Ask(ctx, r.PG, sql); err != nil {
		return nil, nil, fmt.Errorf("PostgreSQL: %w", err)
	}
	if got, err = oracle.Ask(ctx, r.Node, sql); err != nil {
		return nil, nil, fmt.Errorf("node: %w", err)
	}
	return want, got, nil
}

// judge counts one pair of answers, and shows a difference.
func (r *Runner) judge(ctx context.Context, q *Query, want, got *oracle.Answer, name string) error {
	t := r.Report.of(q.Kind)
	t.Queries++
	if resource(want) || resource(got) {
		t.Resources++
		return nil
	}
	diff := oracle.Compare(want, got, q.How)
	switch {
	case diff == "" && want.Code != "":
		t.Errors++
		return nil
	case diff == "":
		q.Root.Targets(r.Report.good)
		return nil
	case got.Code == "0A000":
		t.Unsupported++
		return nil
	}
	before := q.Root.SQL()
	cause := r.cause(q, want, got)
	if r.Report.causes[cause] < shownEach {
		if err := r.shrink(ctx, q, want.Code == "" || got.Code == ""); err != nil {
			return err
		}
		var err error
		if want, got, err = r.both(ctx, q.Root.SQL()); err != nil {
			return err
		}
	}
	if orderOfEvaluation(q, want, got) || foldedEarly(q, want, got) {
		t.Order++
		return nil
	}
	if knownDifference(q) {
		t.Known++
		return nil
	}
	t.Differences++
	r.Report.causes[cause]++
	if r.Report.causes[cause] <= shownEach {
		fmt.Fprintf(r.Out, "-- %s (%s): %s\n%s\n", name, q.Kind, oracle.Compare(want, got, q.How), q.Root.SQL())
		if len(before) < 600 && before != q.Root.SQL() {
			fmt.Fprintf(r.Out, "-- before shrinking: %s\n", before)
		}
	}
	return nil
}

// shrink makes the query smaller while it differs: when one side alone
// failed, in that way, so that a fault of types made by shrinking is not
// taken for the one found.
func (r *Runner) shrink(ctx context.Context, q *Query, oneSided bool) error {
	var failed error
	Shrink(q.Root, shrinkTries, func(sql string) bool {
		if failed != nil {
			return false
		}
		want, got, err := r.both(ctx, sql)
		if err != nil {
			failed = err
			return false
		}
		if resource(want) || resource(got) || got.Code == "0A000" || oneSided && want.Code != "" && got.Code != "" {
			return false
		}
		return oracle.Compare(want, got, q.How) != ""
	})
	return failed
}

// resource reports an answer that says how much a server can do, not what the
// query means: timeouts and limits.
func resource(a *oracle.Answer) bool {
	switch a.Code {
	case "57014", "53200", "54000", "54001", "53100":
		return true
	}
	return false
}

// orderOfEvaluation: both failed at a datum, but at different ones of several
// parts that may fail. Which comes first is open in SQL.
func orderOfEvaluation(q *Query, want, got *oracle.Answer) bool {
	if !atDatum(want.Code) || !atDatum(got.Code) {
		return false
	}
	calls := 0
	q.Root.each(func(n *Node) {
		if len(n.Kids) > 0 && !n.off && n.Sort != "" {
			calls++
		}
	})
	return calls > 1
}

// atDatum reports an error that values bring about, not types: of templates and
// paths, which are texts, the syntax too.
func atDatum(code string) bool {
	return strings.HasPrefix(code, "22") || code == "0A000" || code == "42601" || code == "2201B"
}

// conditional are the forms that evaluate their parts only when needed.
var conditional = []string{"CASE ", "COALESCE(", " AND ", " OR ", " IN (", " BETWEEN ", " FILTER ", " WHERE ", " HAVING ", "ROW("}

// foldedEarly: PostgreSQL computes constants before it runs a query, those too
// that no row would have needed. Where one fails, it fails; here it need not.
// And where an argument turns out to be NULL, it drops the others of a strict
// call, which may fail here.
func foldedEarly(q *Query, want, got *oracle.Answer) bool {
	if want.Code == "" && strings.HasPrefix(got.Code, "22") && allNull(want) && strings.Contains(q.Root.SQL(), ")[") {
		return true
	}
	if got.Code != "" || !strings.HasPrefix(want.Code, "22") && want.Code != "0A000" {
		return false
	}
	sql := q.Root.SQL()
	if allNull(got) && strings.Contains(sql, "VALUES") { // a VALUES of one row is constants too
		return true
	}
	return slices.ContainsFunc(conditional, func(c string) bool { return strings.Contains(sql, c) })
}

// knownDifference: what is left of the query has a target that is known to
// differ.
func knownDifference(q *Query) bool {
	return q.Root.holds(func(n *Node) bool { return known[n.Target] != "" })
}

func allNull(a *oracle.Answer) bool {
	return !slices.ContainsFunc(a.Rows, func(row [][]byte) bool {
		return slices.ContainsFunc(row, func(v []byte) bool { return v != nil })
	})
}

// cause groups differences: by the outermost target and what differs.
func (r *Runner) cause(q *Query, want, got *oracle.Answer) string {
	label := ""
	q.Root.each(func(n *Node) {
		if label == "" {
			label = n.Target
		}
	})
	if q.Kind == "relational" || label == "" {
		label = q.Kind
	}
	switch {
	case want.Code != got.Code:
		return fmt.Sprintf("%s: SQLSTATE %q, wanted %q", label, got.Code, want.Code)
	case fmt.Sprint(want.OIDs) != fmt.Sprint(got.OIDs):
		return label + ": types"
	case fmt.Sprint(want.Names) != fmt.Sprint(got.Names):
		return label + ": column names"
	}
	return label + ": rows"
}

// partition holds a query against its parts, on the node alone.
func (r *Runner) partition(ctx context.Context, q *Query, name string) error {
	t := r.Report.of(q.Kind)
	t.Queries++
	whole, err := oracle.Ask(ctx, r.Node, q.Root.SQL())
	if err != nil {
		return err
	}
	if whole.Code != "" {
		t.Errors++
		return nil
	}
	union := *whole
	union.Rows = nil
	var texts []string
	for _, p := range q.Parts {
		part, err := oracle.Ask(ctx, r.Node, p.SQL())
		if err != nil {
			return err
		}
		if part.Code != "" {
			t.Errors++
			return nil
		}
		union.Rows = append(union.Rows, part.Rows...)
		texts = append(texts, p.SQL())
	}
	if diff := oracle.Compare(whole, &union, q.How); diff != "" {
		t.Differences++
		r.Report.causes["partitions: rows"]++
		fmt.Fprintf(r.Out, "-- %s (partitions): the parts have %s\n%s\n%s\n", name, diff, q.Root.SQL(), strings.Join(texts, "\n"))
	}
	return nil
}
