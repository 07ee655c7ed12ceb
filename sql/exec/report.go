package exec

import (
	"fmt"
	"strconv"

	"github.com/stemedb/stemedb/sql/plan"
)

// reporter is an operator that tells EXPLAIN ANALYZE how it went, in the words
// of PostgreSQL. It is asked before it is closed.
type reporter interface{ report() []plan.Detail }

// conditions are those of a node that count what they drop: its filter, then a
// join's own.
func conditions(n plan.Node) [2]plan.Expr {
	switch n := n.(type) {
	case *plan.Scan:
		return [2]plan.Expr{n.Filter, nil}
	case *plan.Filter:
		return [2]plan.Expr{n.Cond, nil}
	case *plan.Join:
		return [2]plan.Expr{nil, n.On}
	}
	return [2]plan.Expr{}
}

func kilobytes(n int64) string { return strconv.FormatInt((n+1023)/1024, 10) }

func field(name, number string) plan.ExplainField {
	return plan.ExplainField{Name: name, Value: plan.Number(number)}
}

func (o *sortOp) report() []plan.Detail {
	method, space, size := "quicksort", "Memory", kilobytes(max(o.hold.peak, o.store.bytes))
	switch {
	case len(o.runs.files) > 0:
		var disk int64
		for _, f := range o.runs.files {
			disk += f.Size()
		}
		method, space, size = "external merge", "Disk", kilobytes(disk)
	case o.topN():
		method = "top-N heapsort"
	}
	return []plan.Detail{{
		Name: "Sort Method", Text: fmt.Sprintf("%s  %s: %skB", method, space, size),
		Fields: []plan.ExplainField{{Name: "Sort Method", Value: method}, field("Sort Space Used", size), {Name: "Sort Space Type", Value: space}},
	}}
}

func (j *hashJoin) report() []plan.Detail {
	batches := 1
	if j.parts != nil {
		batches = max(j.parts.batches, 1)
	}
	buckets, n, size := strconv.Itoa(max(1024, len(j.table.slots))), strconv.Itoa(batches), kilobytes(max(j.hold.peak, j.held()))
	return []plan.Detail{{
		Below: "Hash", Name: "Buckets", Text: fmt.Sprintf("%s  Batches: %s  Memory Usage: %skB", buckets, n, size),
		Fields: []plan.ExplainField{
			field("Hash Buckets", buckets), field("Original Hash Buckets", buckets), field("Hash Batches", n), field("Original Hash Batches", "1"),
			field("Peak Memory Usage", size),
		},
	}}
}

func (o *aggOp) report() []plan.Detail {
	remote := o.pull.report()
	if len(o.node.Keys) == 0 {
		return remote
	}
	return append(groupReport(o.batches+1, o.hold.peak, o.disk), remote...)
}

func (o *distinctOp) report() []plan.Detail {
	if o.spill == nil {
		return groupReport(1, o.hold.peak, 0)
	}
	return groupReport(o.spill.batches+1, o.hold.peak, o.spill.disk)
}

func groupReport(batches int, peak, disk int64) []plan.Detail {
	n, size, files := strconv.Itoa(batches), kilobytes(peak), kilobytes(disk)
	d := plan.Detail{
		Name: "Batches", Text: fmt.Sprintf("%s  Memory Usage: %skB", n, size),
		Fields: []plan.ExplainField{field("HashAgg Batches", n), field("Peak Memory Usage", size), field("Disk Usage", files)},
	}
	if disk > 0 {
		d.Text += fmt.Sprintf("  Disk Usage: %skB", files)
	}
	return []plan.Detail{d}
}
