package plan

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// systemColumn returns an item's system column, or nil when it has none of
// that name. tableoid is the only one: rows have no place that a ctid could
// name. It is a constant, and NULL in a row that an outer join made up, which
// a column that cannot be NULL otherwise tells.
func (s *scope) systemColumn(it *item, name string) Expr {
	if name != "tableoid" || it.rel == nil {
		return nil
	}
	oid := &Const{Value: types.Int(int64(it.rel.OID)), OID: types.OIDOID, Typmod: -1}
	for i := range it.rel.Columns {
		if i < len(it.cols) && it.rel.Columns[i].NotNull {
			there := &NullTest{Arg: it.cols[i].expr, Not: true}
			return &Case{Whens: []When{{Cond: there, Result: oid}}, OID: types.OIDOID}
		}
	}
	return oid
}

// bareSystemColumn finds a system column that is named without its table.
func (s *scope) bareSystemColumn(name string, location int32) Expr {
	for level := s; level != nil; level = level.parent {
		var found Expr
		for _, it := range level.items {
			e := s.systemColumn(it, name)
			if e != nil && found != nil {
				s.failAt(location, sqlerr.AmbiguousColumn, `column reference "%s" is ambiguous`, name)
			}
			if e != nil {
				found = e
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}
