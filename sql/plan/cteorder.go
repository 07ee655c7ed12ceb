package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// orderCTEs lists the queries of a WITH so that each follows those that it
// names: under RECURSIVE they may be written in any order.
func (s *scope) orderCTEs(n *pg.WithClause) []*pg.CommonTableExpr {
	list := make([]*pg.CommonTableExpr, len(n.Ctes))
	byName := map[string]*pg.CommonTableExpr{}
	for i, c := range n.Ctes {
		x := c.GetCommonTableExpr()
		if byName[x.Ctename] != nil {
			s.failAt(x.Location, sqlerr.DuplicateAlias, `WITH query name "%s" specified more than once`, x.Ctename)
		}
		list[i], byName[x.Ctename] = x, x
	}
	if !n.Recursive || len(list) < 2 {
		return list
	}
	needs := map[*pg.CommonTableExpr]map[*pg.CommonTableExpr]bool{}
	for _, x := range list {
		named := map[*pg.CommonTableExpr]bool{}
		namedCTEs(x.Ctequery.ProtoReflect(), byName, named)
		delete(named, x)
		needs[x] = named
	}
	for i := range list {
		j := i
		for j < len(list) && len(needs[list[j]]) > 0 {
			j++
		}
		if j == len(list) {
			s.failAt(list[i].Location, sqlerr.FeatureNotSupported, "mutual recursion between WITH items is not implemented")
		}
		list[i], list[j] = list[j], list[i]
		for _, x := range list[i+1:] {
			delete(needs[x], list[i])
		}
	}
	return list
}

// namedCTEs gathers the queries of a WITH that a tree names. A name that an
// inner WITH gives to a query of its own means that one there.
func namedCTEs(m protoreflect.Message, byName map[string]*pg.CommonTableExpr, named map[*pg.CommonTableExpr]bool) {
	if v, ok := m.Interface().(*pg.RangeVar); ok {
		if x := byName[v.Relname]; x != nil && v.Schemaname == "" {
			named[x] = true
		}
		return
	}
	if inner := withOf(m); inner != nil {
		outer := byName
		byName = map[string]*pg.CommonTableExpr{}
		for name, x := range outer {
			byName[name] = x
		}
		for _, c := range inner.Ctes {
			x := c.GetCommonTableExpr()
			if inner.Recursive {
				delete(byName, x.Ctename)
				continue
			}
			namedCTEs(x.ProtoReflect(), byName, named)
			delete(byName, x.Ctename)
		}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Kind() != protoreflect.MessageKind:
		case f.IsList():
			for i := range v.List().Len() {
				namedCTEs(v.List().Get(i).Message(), byName, named)
			}
		default:
			namedCTEs(v.Message(), byName, named)
		}
		return true
	})
}

// withOf returns the WITH of a statement that has one.
func withOf(m protoreflect.Message) *pg.WithClause {
	switch n := m.Interface().(type) {
	case *pg.SelectStmt:
		return n.WithClause
	case *pg.InsertStmt:
		return n.WithClause
	case *pg.UpdateStmt:
		return n.WithClause
	case *pg.DeleteStmt:
		return n.WithClause
	case *pg.MergeStmt:
		return n.WithClause
	}
	return nil
}
