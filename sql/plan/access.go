package plan

import (
	"slices"
	"sort"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Access is what a statement needs to be allowed on one of the relations that it
// names: PostgreSQL's range table entry, as far as privileges go.
type Access struct {
	Rel  types.OID
	Name string
	What string // its kind, as messages call it
	// View is the view whose owner is asked for the privileges; 0: the current role is.
	View types.OID
	// Needs are the privileges; those that there are on columns are enough on these.
	Needs types.Privileges
	// The columns that are read, given and set, counted from 1; negative are system
	// columns. Where there are none, the privilege on any column is enough.
	Selected, Inserted, Updated []int16
	Referenced                  []int16 // by a foreign key
}

// Denied is the complaint of one that is not allowed.
func (a *Access) Denied() *sqlerr.Error {
	return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for %s %s", a.What, a.Name)
}

// entry is an Access while the statement is being bound, and the numbers of its
// columns: n from first on.
type entry struct {
	Access
	first, n int
}

// accesses gathers what a statement needs. Columns are marked as they are named.
type accesses struct {
	entries []*entry // those with columns, by their first ones
	list    []*entry // in the order of PostgreSQL's range table
	// others are columns that stand for a relation's but are not among its entry's:
	// of a lens, a row that is returned, a system column.
	others map[int]otherCol
	// view is the view whose owner's privileges count for what is being bound; 0: none.
	view types.OID
	// unasked counts what is bound that nobody wrote: CHECK constraints and the like.
	unasked int
	// named are the columns of views that are written through, which are expressions over
	// the relation below.
	named   map[Expr]otherCol
	through []*rModify // the writes through views
	calls   map[types.OID]bool
}

// otherCol is the column att of an entry, or another numbered column.
type otherCol struct {
	of  *entry
	att int16
	col int
}

// enter notes a relation of which n columns are numbered from first on.
func (a *accesses) enter(rl *catalog.Relation, needs types.Privileges, first, n int) *entry {
	e := &entry{Access{Rel: rl.OID, Name: rl.Name, What: rl.KindWord(), View: a.view, Needs: needs}, first, n}
	a.list = append(a.list, e)
	if n > 0 {
		a.cover(e, first, n)
	}
	return e
}

// cover says which columns are an entry's.
func (a *accesses) cover(e *entry, first, n int) {
	e.first, e.n = first, n
	i := sort.Search(len(a.entries), func(i int) bool { return a.entries[i].first > first })
	a.entries = slices.Insert(a.entries, i, e)
}

// stands says that a column stands for another, or for one of an entry.
func (a *accesses) stands(id int, for_ otherCol) {
	if a.others == nil {
		a.others = map[int]otherCol{}
	}
	a.others[id] = for_
}

// find is the entry and column that a numbered column is of.
func (a *accesses) find(id int) (*entry, int16) {
	for {
		o, ok := a.others[id]
		switch {
		case !ok:
			i := sort.Search(len(a.entries), func(i int) bool { return a.entries[i].first > id }) - 1
			if i < 0 || id >= a.entries[i].first+a.entries[i].n {
				return nil, 0
			}
			return a.entries[i], int16(id - a.entries[i].first + 1)
		case o.of != nil:
			return o.of, o.att
		}
		id = o.col
	}
}

// read marks a column as read.
func (a *accesses) read(id int) {
	if a.unasked > 0 {
		return
	}
	if e, att := a.find(id); e != nil {
		e.Needs |= types.PrivSelect
		e.Selected = withColumn(e.Selected, att)
	}
}

func withColumn(list []int16, att int16) []int16 {
	if slices.Contains(list, att) {
		return list
	}
	return append(list, att)
}

// readExpr marks the columns of an expression as read.
func (a *accesses) readExpr(e Expr) {
	if o, ok := a.named[e]; ok {
		if a.unasked == 0 {
			o.of.reads(int(o.att) - 1)
		}
		return
	}
	if c, ok := e.(*Col); ok {
		a.read(c.Index)
		return
	}
	for id := range colsOf(e).all() {
		a.read(id)
	}
}

// unwritten binds what no statement wrote, and so needs no privileges.
func (b *binder) unwritten(bind func() Expr) Expr {
	b.access.unasked++
	defer func() { b.access.unasked-- }()
	return bind()
}

var verbNeeds = map[string]types.Privileges{"INSERT": types.PrivInsert, "UPDATE": types.PrivUpdate, "DELETE": types.PrivDelete}

// writeEntry notes the target of a write.
func (b *binder) writeEntry(rl *catalog.Relation, verb string) *entry {
	return b.access.enter(rl, verbNeeds[verb], 0, 0)
}

// inserts notes that columns, counted from 0, are given values.
func (e *entry) inserts(cols []int) {
	e.Needs |= types.PrivInsert
	for _, c := range cols {
		e.Inserted = withColumn(e.Inserted, int16(c+1))
	}
}

// reads notes that columns, counted from 0, are read.
func (e *entry) reads(cols ...int) {
	e.Needs |= types.PrivSelect
	for _, c := range cols {
		if c >= 0 {
			e.Selected = withColumn(e.Selected, int16(c+1))
		}
	}
}

// updates notes that columns are set.
func (e *entry) updates(cols []int) {
	e.Needs |= types.PrivUpdate
	for _, c := range cols {
		e.Updated = withColumn(e.Updated, int16(c+1))
	}
}

// calling notes that a function is called.
func (b *binder) calling(oid types.OID) {
	if b.access.calls == nil {
		b.access.calls = map[types.OID]bool{}
	}
	b.access.calls[oid] = true
}

// access notes what the statement came to need.
func (out *Bound) access(b *binder) {
	for _, m := range b.access.through {
		b.access.endThrough(m)
	}
	for _, e := range b.access.list {
		out.Access = append(out.Access, e.Access)
		out.Viewed = out.Viewed || e.View != 0
	}
	for oid := range b.access.calls {
		out.Calls = append(out.Calls, oid)
	}
	slices.Sort(out.Calls)
}

// useSchema refuses to look for something in a schema that the current role may not
// use. The search path has none of those.
func (b *binder) useSchema(name string, location int32) {
	if b.ctx.MayUse != nil && !b.ctx.MayUse(name) {
		b.failAt(location, sqlerr.InsufficientPrivilege, "permission denied for schema %s", name)
	}
}
