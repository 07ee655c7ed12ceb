package sql

import (
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// tempRoutines are the functions and procedures of pg_temp, which are the session's own.
type tempRoutines struct {
	list    []*functions.Routine
	past    [][]*functions.Routine // what the list was before each change of the transaction
	changed func()
}

// mark and rollbackTo let savepoints take changes back.
func (t *tempRoutines) mark() int { return len(t.past) }

func (t *tempRoutines) rollbackTo(mark int) {
	if mark < len(t.past) {
		t.list, t.past = t.past[mark], t.past[:mark]
		t.changed()
	}
}

// end ends the transaction.
func (t *tempRoutines) end(commit bool) {
	if !commit {
		t.rollbackTo(0)
	}
	t.past = nil
}

// set makes another list the present one.
func (t *tempRoutines) set(list []*functions.Routine) {
	t.past, t.list = append(t.past, t.list), list
	t.changed()
}

// put adds a routine, or declares one anew.
func (t *tempRoutines) put(r *functions.Routine) {
	list := slices.Clone(t.list)
	if i := slices.IndexFunc(list, func(o *functions.Routine) bool { return o.OID == r.OID }); i >= 0 {
		list[i] = r
	} else {
		list = append(list, r)
	}
	t.set(list)
}

// drop takes routines away.
func (t *tempRoutines) drop(oids ...types.OID) {
	t.set(slices.DeleteFunc(slices.Clone(t.list), func(r *functions.Routine) bool { return slices.Contains(oids, r.OID) }))
}
