package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// TupleID and WriterID in Scan.Cols stand for the system columns that differ
// from row to row: ctid and xmin. The others are constants.
const (
	TupleID  = -2
	WriterID = -3
)

// StoredColumn is what Scan.Cols has for the k'th stored system column, and
// StoredTypes are their types.
func StoredColumn(k int) int { return TupleID - k }

// StoredTypes are the types of the system columns that are stored, in order.
var StoredTypes = [...]types.OID{types.OIDTID, types.OIDXID}

// systemIDs are the numbers of the stored system columns; 0: not asked for.
type systemIDs [len(StoredTypes)]int

// asked lists those that have a number.
func (ids *systemIDs) asked() []int {
	return slices.DeleteFunc(slices.Clone(ids[:]), func(id int) bool { return id == 0 })
}

func systemColumnNamed(name string) *catalog.Column {
	i := slices.IndexFunc(catalog.SystemColumns(), func(c catalog.Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &catalog.SystemColumns()[i]
}

// refuseSystemName complains of a column of a table with a system column's name.
func refuseSystemName(name string) {
	if systemColumnNamed(name) != nil {
		fail(systemNameTaken(name))
	}
}

func systemNameTaken(name string) *sqlerr.Error {
	return sqlerr.New(sqlerr.DuplicateColumn, `column name "%s" conflicts with a system column name`, name)
}

// refuseSystemColumn complains where only tableoid may be named.
func (s *scope) refuseSystemColumn(name string, location int32) {
	switch s.clause {
	case "MERGE WHEN conditions":
		s.failAt(location, sqlerr.InvalidColumnReference, `cannot use system column "%s" in MERGE WHEN condition`, name)
	case copyWhere:
		s.failAt(location, sqlerr.FeatureNotSupported, `system column "%s" is not supported in %s`, name, copyWhere)
	case "check constraints":
		s.failAt(location, sqlerr.InvalidColumnReference, `system column "%s" reference in check constraint is invalid`, name)
	case "column generation expressions":
		s.failAt(location, sqlerr.InvalidColumnReference, `cannot use system column "%s" in column generation expression`, name)
	}
}

// storedPlace is the place among the stored system columns; -1: it is a constant.
func storedPlace(name string) int { return slices.Index([]string{"ctid", "xmin"}, name) }

// systemID numbers the k'th stored system column of an item.
func (b *binder) systemID(rl *catalog.Relation, alias string, k int) int {
	c := systemColumnNamed([]string{"ctid", "xmin"}[k])
	att := slices.IndexFunc(catalog.SystemColumns(), func(x catalog.Column) bool { return x.Name == c.Name })
	id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: -1, Rel: rl.OID, Att: int16(-1 - att)})
	b.alias[id] = alias
	return id
}

func (b *binder) systemIDs(rl *catalog.Relation, alias string) (ids systemIDs) {
	for k := range ids {
		ids[k] = b.systemID(rl, alias, k)
	}
	return ids
}

// askSystem numbers an item's stored system columns before they are named.
func (b *binder) askSystem(it *item) {
	if it.system == nil || !catalog.HasSystemColumns(it.rel) {
		return
	}
	for k := range it.system {
		b.storedColumn(it, k)
	}
}

func (b *binder) storedColumn(it *item, k int) *Col {
	if it.system[k] == 0 {
		it.system[k] = b.systemID(it.rel, it.alias, k)
	}
	if it.access != nil {
		b.access.stands(it.system[k], otherCol{of: it.access, att: -1})
	}
	return b.ref(it.system[k])
}

// systemColumn returns an item's system column, or nil when it has none of
// that name. Constant ones are NULL in a row that an outer join made up, which
// a column that cannot be NULL otherwise tells.
func (s *scope) systemColumn(it *item, name string, location int32) Expr {
	c := systemColumnNamed(name)
	if c == nil || it.rel == nil || it.hasPlan || !catalog.HasSystemColumns(it.rel) {
		return nil
	}
	if name != "tableoid" {
		s.refuseSystemColumn(name, location)
		if it.system == nil { // a row that is only about to be stored
			return nil
		}
	}
	if s.b.shown != nil && it.shown != nil {
		return s.b.shownSystem(it, c)
	}
	if k := storedPlace(name); k >= 0 {
		return s.b.storedColumn(it, k)
	}
	if it.access != nil {
		it.access.Needs |= types.PrivSelect
		it.access.Selected = withColumn(it.access.Selected, -6)
	}
	value := &Const{Value: types.Int(0), OID: c.Type, Typmod: -1}
	if name == "tableoid" {
		value.Value = types.Int(int64(it.rel.OID))
	}
	witness := Expr(nil)
	for i := range it.rel.Columns {
		if i < len(it.cols) && it.rel.Columns[i].NotNull {
			witness = it.cols[i].expr
			break
		}
	}
	if witness == nil && it.system != nil {
		witness = s.b.storedColumn(it, 0)
	}
	if witness == nil {
		return value
	}
	return &Case{Whens: []When{{Cond: &NullTest{Arg: witness, Not: true}, Result: value}}, OID: c.Type}
}
