package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"
)

// spreadRows writes the fields of record variables that VALUES names as name.* one by one.
// The tree stays as it is: others have it too.
func (s *scope) spreadRows(sel *pg.SelectStmt) *pg.SelectStmt {
	if s.b.ctx.Variables == nil {
		return sel
	}
	rows := make([]*pg.Node, len(sel.ValuesLists))
	changed := false
	for i, l := range sel.ValuesLists {
		var items []*pg.Node
		for _, item := range l.GetList().GetItems() {
			fields := s.fieldsOf(item)
			changed = changed || fields != nil
			if fields == nil {
				fields = []*pg.Node{item}
			}
			items = append(items, fields...)
		}
		rows[i] = &pg.Node{Node: &pg.Node_List{List: &pg.List{Items: items}}}
	}
	if !changed {
		return sel
	}
	return &pg.SelectStmt{ValuesLists: rows}
}

// fieldsOf are the fields of the variable in name.*, as names; nil: it is none.
func (s *scope) fieldsOf(item *pg.Node) (out []*pg.Node) {
	ref := item.GetColumnRef()
	names, star := fieldNames(ref.GetFields())
	if !star || len(names) == 0 {
		return nil
	}
	v, ok := s.b.ctx.Variables.Variable(names)
	if !ok || v.Row == nil || v.Parts != len(names) {
		return nil
	}
	s.b.variable(v, ref.Location) // it is a parameter, though not used
	for _, f := range v.Row.Names {
		fields := append(slices.Clone(ref.Fields[:len(names)]), pg.MakeStrNode(f))
		out = append(out, &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: &pg.ColumnRef{Fields: fields, Location: ref.Location}}})
	}
	return out
}
