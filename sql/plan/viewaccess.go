package plan

import "slices"

// Who writes through a view needs the privileges on the view, and its owner needs the
// same on the relation below, and to read there what the view's query names. While the
// statement is bound, rModify.access gathers what is done to columns of the relation
// that is written, and viewTarget.access what is read of the view.

// throughEntry notes the view that a write names.
func (b *binder) throughEntry(m *rModify) {
	m.access = &entry{Access: Access{Needs: verbNeeds[m.kind]}}
	m.via.access = b.access.enter(m.via.view, m.access.Needs, 0, 0)
	b.access.through = append(b.access.through, m)
}

// keepChain takes what binding a view has noted since start out of the list: the views
// below it, and the relation, which endThrough enters with what the write came to need.
// What else the views' queries read stays.
func (b *binder) keepChain(t *viewTarget, start int) {
	noted := b.access.list[start:]
	t.chain = slices.Clone(noted[1 : 1+len(t.views)])
	b.access.list = append(b.access.list[:start:start], noted[1+len(t.views):]...)
	for _, v := range t.views[1:] {
		at := len(b.access.list)
		below, fault := b.throughView(v)
		if fault != nil {
			refuseView(fault, "")
		}
		t.levels = append(t.levels, below.cols)
		b.access.list = b.access.list[:at]
	}
}

// nameRow lets the columns of a view's row be found when they are named.
func (b *binder) nameRow(t *viewTarget, row *viewRow) {
	if b.access.named == nil {
		b.access.named = map[Expr]otherCol{}
	}
	for i := range row.item.cols {
		c := &row.item.cols[i]
		if col, ok := c.expr.(*Col); ok { // which other columns may be, too
			own := *col
			c.expr = &own
		}
		b.access.named[c.expr] = otherCol{of: t.access, att: int16(i + 1)}
	}
}

// endThrough enters what a write through a view needs.
func (a *accesses) endThrough(m *rModify) {
	t, did := m.via, &m.access.Access
	e := t.access
	e.Needs |= did.Needs
	e.Inserted, e.Updated = above(t.cols, did.Inserted), above(t.cols, did.Updated)
	for _, c := range above(t.cols, did.Selected) {
		e.Selected = withColumn(e.Selected, c)
	}
	for i, c := range t.chain {
		if c.Needs = e.Needs; i < len(t.levels) {
			c.Inserted, c.Updated = above(t.levels[i], did.Inserted), above(t.levels[i], did.Updated)
		} else {
			c.Inserted, c.Updated = did.Inserted, did.Updated
		}
		a.list = append(a.list, c)
	}
}

// above lists the columns of a view that are columns of the relation below, all of them
// counted from 1.
func above(cols []viewColumn, atts []int16) (out []int16) {
	for _, att := range atts {
		if i := slices.IndexFunc(cols, func(c viewColumn) bool { return c.base == int(att)-1 }); i >= 0 {
			out = append(out, int16(i+1))
		}
	}
	return out
}
