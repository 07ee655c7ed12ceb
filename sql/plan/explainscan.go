package plan

import (
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// scan describes a scan by its way in.
func (d *describer) scan(n *Scan) *described {
	x := &described{title: "Seq Scan", on: " on " + n.Name}
	name := n.Name
	if d.opt.Relation != nil {
		if name = d.opt.Relation(uint32(n.Rel)); name != n.Name {
			x.on = " on " + name + " " + n.Name
		}
	}
	x.named = []ExplainField{{"Relation Name", name}, {"Alias", n.Name}}
	lines := d.keyLines(&n.Key)
	if len(lines) > 0 {
		x.title = "Index Scan using " + n.Key.Index.String()
		x.kind = []ExplainField{{"Scan Direction", "Forward"}, {"Index Name", n.Key.Index.String()}}
	}
	cond := strings.Join(lines, " AND ")
	if len(lines) > 1 {
		cond = "(" + cond + ")"
	}
	x.add("Index Cond", cond)
	outer := d.bare
	d.bare = n.Name
	x.add("Filter", d.cond(n.Filter))
	d.bare = outer
	if n.AsOf != nil {
		x.add("System Time", d.expr(n.AsOf))
	}
	return d.finish(x, n)
}

// String names the index as EXPLAIN does.
func (i Index) String() string {
	switch i {
	case ByPredicate:
		return "predicate"
	case BySource:
		return "source"
	case ByID, ByIDRange:
		return "id"
	}
	return "concept_path"
}

func (d *describer) keyLines(k *KeyCond) []string {
	var out []string
	points := func(col string, es []Expr) {
		switch len(es) {
		case 0:
		case 1:
			out = append(out, "("+col+" = "+d.expr(es[0])+")")
		default:
			out = append(out, "("+col+" IN ("+strings.Join(d.exprs(es), ", ")+"))")
		}
	}
	anyOf := func(col string, array Expr) {
		switch {
		case array == nil:
		case d.ofBatch(array):
			out = append(out, "("+col+" = "+d.expr(array)+")")
		default:
			out = append(out, "("+col+" = ANY ("+d.expr(array)+"))")
		}
	}
	points("id", k.IDs)
	anyOf("id", k.IDsArray)
	points("concept_path", k.Paths)
	anyOf("concept_path", k.PathsArray)
	if k.Prefix != nil {
		out = append(out, "(concept_path ^@ "+d.expr(k.Prefix)+")")
	}
	if k.From != nil {
		out = append(out, "(concept_path >= "+d.expr(k.From)+")")
	}
	if k.To != nil {
		out = append(out, "(concept_path < "+d.expr(k.To)+")")
	}
	points("predicate", k.Predicates)
	anyOf("predicate", k.PredicatesArray)
	points("source", k.Sources)
	anyOf("source", k.SourcesArray)
	return out
}

// lens describes a lens: what chose its candidates, what went below it.
func (d *describer) lens(n *Lens) *described {
	x := &described{title: "Lens " + n.Name, on: " on " + n.Alias}
	var params []string
	for _, p := range n.Params {
		params = append(params, p.Name+" => "+d.expr(p.Value))
	}
	x.addList("Parameters", params)
	x.add("Lens Filter", d.cond(n.Filter))
	var pushed []string
	for _, p := range n.Pushed {
		pushed = append(pushed, d.cond(p))
	}
	x.add("Pushed below lens", strings.Join(pushed, " AND "))
	if n.AsOf != nil {
		x.add("System Time", d.expr(n.AsOf))
	}
	if !n.Ordered {
		x.add("Order", "sorts its input by concept_path, predicate")
	}
	return d.finish(x, n, n.Input)
}

// Hints returns what EXPLAIN adds below a plan: a condition above a lens on
// what tells candidates apart (source, confidence, …) drops whole answers, and
// probably FILTER was meant.
func Hints(n Node) []string {
	var out []string
	var visit func(n Node)
	visit = func(n Node) {
		if f, ok := n.(*Filter); ok {
			if l, cols := lensBelow(f); l != nil && len(cols) > 0 {
				out = append(out, "Hint: WHERE on "+strings.Join(cols, ", ")+" applies to the lens's answers; to choose what the lens may see, write USING LENS "+
					l.Name+" FILTER (WHERE …).")
			}
		}
		for _, k := range n.Children() {
			visit(k)
		}
	}
	visit(n)
	return out
}

// lensBelow returns the lens right below a Filter and the columns of claims
// that the condition names.
func lensBelow(f *Filter) (*Lens, []string) {
	l, ok := f.Input.(*Lens)
	if !ok {
		return nil, nil
	}
	in := f.Input.Columns()
	var cols []string
	walk(f.Cond, func(e Expr) bool {
		c, ok := e.(*Col)
		if !ok || c.Index >= len(in) {
			return true
		}
		switch name := in[c.Index].Name; name {
		case "source", "source_class", "tier", "confidence", "lifecycle", "epoch", "asserted_at", "recorded_at", "agent", "valid_from", "valid_to":
			if indexOf(cols, name) < 0 {
				cols = append(cols, name)
			}
		}
		return true
	})
	return l, cols
}

func (d *describer) join(n *Join) *described {
	x := &described{}
	kind := [...]string{"", "Left ", "Right ", "Full ", "Semi ", "Anti "}[n.Kind]
	switch {
	case len(n.LeftKeys) > 0 && n.Batch == nil:
		method := "Hash"
		if n.Merge != nil {
			method = "Merge"
		}
		x.title = method + " " + kind + "Join"
		var conds []string
		for i := range n.LeftKeys {
			conds = append(conds, "("+d.expr(n.LeftKeys[i])+" = "+d.expr(n.RightKeys[i])+")")
		}
		cond := strings.Join(conds, " AND ")
		if len(conds) > 1 {
			cond = "(" + cond + ")"
		}
		x.add(method+" Cond", cond)
	case kind == "":
		x.title = "Nested Loop"
	default:
		x.title = "Nested Loop " + kind + "Join"
	}
	x.add("Join Filter", d.joinFilter(n))
	x.joins = true
	x.kind = []ExplainField{{"Join Type", [...]string{"Inner", "Left", "Right", "Full", "Semi", "Anti"}[n.Kind]}}
	if n.Lateral || n.Batch != nil {
		args := d.exprs(n.Args)
		left := describedKid{node: d.node(n.Left)}
		d.outer = append(d.outer, outerArgs{args, n.Batch})
		right := describedKid{node: d.node(n.Right)}
		d.outer = d.outer[:len(d.outer)-1]
		x = d.finish(x, n)
		x.kids = append([]describedKid{left, right}, x.kids...)
		return x
	}
	x = d.finish(x, n, n.Left, n.Right)
	if len(n.LeftKeys) > 0 && n.Merge == nil {
		d.hash(x)
	}
	return x
}

// joinFilter prints what is asked of pairs of rows beside the keys that lead to them.
func (d *describer) joinFilter(n *Join) string {
	var conds []string
	for i := range n.LeftKeys {
		if n.Batch != nil && !n.looksUp(i) {
			conds = append(conds, "("+d.expr(n.LeftKeys[i])+" = "+d.expr(n.RightKeys[i])+")")
		}
	}
	if n.On != nil {
		conds = append(conds, d.cond(n.On))
	}
	if len(conds) < 2 {
		return strings.Join(conds, "")
	}
	return "(" + strings.Join(conds, " AND ") + ")"
}

// looksUp reports whether the right side is read by a join's i-th key.
func (n *Join) looksUp(i int) bool {
	for k, batch := range n.Batch {
		if batch && sameExpr(n.Args[k], n.LeftKeys[i]) {
			return true
		}
	}
	return false
}

func (d *describer) aggregate(n *Aggregate) *described {
	x := &described{title: "Aggregate"}
	strategy := "Plain"
	if len(n.Keys) > 0 {
		x.title, strategy = "HashAggregate", "Hashed"
	}
	x.kind = []ExplainField{{"Strategy", strategy}, {"Partial Mode", "Simple"}}
	keys := d.exprs(n.Keys)
	if n.Sets == nil {
		x.addList("Group Key", keys)
	}
	for _, set := range n.Sets {
		chosen := []string{"()"} // as PostgreSQL writes the empty set
		if len(set) > 0 {
			chosen = chosen[:0]
		}
		for _, k := range set {
			chosen = append(chosen, keys[k])
		}
		x.addList("Group Key", chosen)
	}
	if d.opt.Verbose {
		var calls []string
		for i := range n.Aggs {
			calls = append(calls, d.aggCall(&n.Aggs[i]))
		}
		x.addList("Aggregates", calls)
	}
	return d.finish(x, n, n.Input)
}

func (d *describer) aggCall(a *AggCall) string {
	args := strings.Join(d.exprs(a.Args), ", ")
	if a.Star {
		args = "*"
	}
	if a.Distinct {
		args = "DISTINCT " + args
	}
	if len(a.OrderBy) > 0 && !a.WithinGroup {
		args += " ORDER BY " + strings.Join(d.sortKeys(a.OrderBy), ", ")
	}
	out := funcNameOf(a.Func) + "(" + args + ")"
	if a.WithinGroup {
		out = funcNameOf(a.Func) + "(" + strings.Join(d.exprs(a.Direct), ", ") + ") WITHIN GROUP (ORDER BY " + strings.Join(d.sortKeys(a.OrderBy), ", ") + ")"
	}
	if a.Filter != nil {
		out += " FILTER (WHERE " + d.cond(a.Filter) + ")"
	}
	return out
}

func (d *describer) sortKeys(keys []SortKey) []string {
	var out []string
	for _, k := range keys {
		t := d.expr(k.Expr)
		if k.Desc {
			t += " DESC"
		}
		if k.NullsFirst != k.Desc {
			if k.NullsFirst {
				t += " NULLS FIRST"
			} else {
				t += " NULLS LAST"
			}
		}
		out = append(out, t)
	}
	return out
}

// literal prints a constant.
func literal(c *Const) string {
	if c.Value.Null {
		return "NULL::" + types.FormatType(c.OID, c.Typmod)
	}
	text, err := types.AppendTextDatum(nil, c.OID, c.Value, nil)
	if err != nil {
		return "?"
	}
	switch c.OID {
	case types.OIDInt4, types.OIDInt2, types.OIDNumeric:
		return string(text)
	case types.OIDBool:
		if c.Value.I != 0 {
			return "true"
		}
		return "false"
	}
	return "'" + strings.ReplaceAll(string(text), "'", "''") + "'::" + types.FormatType(c.OID, c.Typmod)
}
