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
	return nodeFields(d.node(n), "")
}

func nodeFields(n *described, label string) []ExplainField {
	title, using, _ := strings.Cut(n.title, " using ")
	out := []ExplainField{{"Node Type", title}}
	if using != "" {
		out = append(out, ExplainField{"Index Name", using})
	}
	if name, ok := strings.CutPrefix(n.on, " on "); ok {
		out = append(out, ExplainField{"Relation Name", name})
	}
	if label != "" {
		out = append(out, ExplainField{"Subplan Name", label})
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
	out = append(out, ExplainField{"Parallel Aware", Number("false")})
	var kids [][]ExplainField
	for _, k := range n.kids {
		kids = append(kids, nodeFields(k.node, k.label))
	}
	if kids != nil {
		out = append(out, ExplainField{"Plans", kids})
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
