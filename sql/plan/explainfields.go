package plan

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Measured is what EXPLAIN ANALYZE saw of a node: times in milliseconds and
// rows, each the mean of a loop. Loops 0: it never ran.
type Measured struct {
	Startup, Total, Rows float64
	Loops                int64
	Timed                bool
	// Removed are the rows that the node's own filter dropped, then a join's
	// conditions.
	Removed [2]float64
	Details []Detail
}

// String is the note behind a node's title.
func (m Measured) String() string {
	if m.Loops == 0 {
		return "(never executed)"
	}
	if m.Timed {
		return fmt.Sprintf("(actual time=%.3f..%.3f rows=%.0f loops=%d)", m.Startup, m.Total, m.Rows, m.Loops)
	}
	return fmt.Sprintf("(actual rows=%.0f loops=%d)", m.Rows, m.Loops)
}

// fields are the same for the other formats.
func (m Measured) fields() []ExplainField {
	var out []ExplainField
	if m.Timed {
		out = append(out, ExplainField{"Actual Startup Time", Number(fmt.Sprintf("%.3f", m.Startup))},
			ExplainField{"Actual Total Time", Number(fmt.Sprintf("%.3f", m.Total))})
	}
	return append(out, ExplainField{"Actual Rows", Number(fmt.Sprintf("%.0f", m.Rows))}, ExplainField{"Actual Loops", Number(fmt.Sprint(m.Loops))})
}

// ExplainFields returns the plan as the fields of "Plan".
func ExplainFields(n Node, o ExplainOptions) []ExplainField {
	d := describer{opt: o}
	return d.fields(d.node(n), "", "")
}

// Zeros are what PostgreSQL tells of buffers and of its log, which are not here.
func (o *ExplainOptions) Zeros() []ExplainField {
	var names []string
	if o.Buffers {
		for _, of := range []string{"Shared ", "Local "} {
			for _, what := range []string{"Hit", "Read", "Dirtied", "Written"} {
				names = append(names, of+what+" Blocks")
			}
		}
		names = append(names, "Temp Read Blocks", "Temp Written Blocks")
	}
	if o.WAL {
		names = append(names, "WAL Records", "WAL FPI", "WAL Bytes")
	}
	out := make([]ExplainField, len(names))
	for i, n := range names {
		out[i] = ExplainField{n, Number("0")}
	}
	return out
}

func (d *describer) fields(n *described, parent, label string) []ExplainField {
	title, _, _ := strings.Cut(n.title, " using ")
	kind := n.kind
	switch {
	case title == "HashAggregate":
		title = "Aggregate"
	case strings.HasSuffix(title, " Join") && strings.HasPrefix(title, "Hash "):
		title = "Hash Join"
	case strings.HasSuffix(title, " Join") && strings.HasPrefix(title, "Merge "):
		title = "Merge Join"
	case strings.HasPrefix(title, "Nested Loop"):
		title = "Nested Loop"
	case strings.HasPrefix(title, "HashSetOp "):
		kind = []ExplainField{{"Strategy", "Hashed"}, {"Command", strings.TrimPrefix(title, "HashSetOp ")}}
		title = "SetOp"
	case title == "Insert" || title == "Update" || title == "Delete":
		title = "ModifyTable"
	}
	out := []ExplainField{{"Node Type", title}}
	late := title == "Hash Join" || title == "Merge Join" || title == "Nested Loop" || title == "Index Scan"
	if !late {
		out = append(out, kind...)
	}
	if parent != "" {
		out = append(out, ExplainField{"Parent Relationship", parent})
	}
	if label != "" {
		out = append(out, ExplainField{"Subplan Name", label})
	}
	out = append(out, ExplainField{"Parallel Aware", Number("false")}, ExplainField{"Async Capable", Number("false")})
	if late {
		out = append(out, kind...)
	}
	if name, ok := strings.CutPrefix(n.on, " on "); ok && n.named == nil {
		out = append(out, ExplainField{"Relation Name", name})
	}
	out = append(out, n.named...)
	if e := n.est; e != nil {
		out = append(out, ExplainField{"Startup Cost", Number(fmt.Sprintf("%.2f", e.Startup))}, ExplainField{"Total Cost", Number(fmt.Sprintf("%.2f", e.Total))},
			ExplainField{"Plan Rows", Number(fmt.Sprintf("%.0f", e.Rows))}, ExplainField{"Plan Width", Number(fmt.Sprint(e.Width))})
	}
	if n.measured != nil {
		out = append(out, n.measured.fields()...)
	}
	for _, p := range n.props {
		if p.list == nil {
			out = append(out, ExplainField{p.name, p.text})
			continue
		}
		out = append(out, ExplainField{p.name, p.list})
	}
	for _, x := range n.details {
		out = append(out, x.Fields...)
	}
	out = append(out, d.opt.Zeros()...)
	var plans [][]ExplainField
	for i, k := range n.kids {
		rel := "Outer"
		switch {
		case strings.HasPrefix(k.label, "CTE ") || strings.HasPrefix(k.label, "InitPlan "):
			rel = "InitPlan"
		case k.label != "":
			rel = "SubPlan"
		case n.members:
			rel = "Member"
		case n.title == "Subquery Scan":
			rel = "Subquery"
		case n.joins && i > 0:
			rel = "Inner"
		}
		plans = append(plans, d.fields(k.node, rel, k.label))
	}
	if plans != nil {
		out = append(out, ExplainField{"Plans", plans})
	}
	return out
}

// ExplainTree returns the plan as the JSON object of EXPLAIN (FORMAT JSON), the
// value of "Plan"; its keys stand in a fixed order.
func ExplainTree(n Node, o ExplainOptions) json.RawMessage {
	var b strings.Builder
	jsonGroup(&b, ExplainFields(n, o), "")
	return json.RawMessage(b.String())
}
