package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// visitTree calls f on each message of a parse tree, while f returns true.
func visitTree(m protoreflect.Message, f func(proto.Message) bool) {
	if !f(m.Interface()) {
		return
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				visitTree(v.List().Get(i).Message(), f)
			}
		default:
			visitTree(v.Message(), f)
		}
		return true
	})
}

// refuseColumns complains of the first column that an expression names.
func refuseColumns(b *binder, n *pg.Node, message string) {
	visitTree(n.ProtoReflect(), func(m proto.Message) bool {
		if c, ok := m.(*pg.ColumnRef); ok {
			b.failAt(c.Location, sqlerr.FeatureNotSupported, "%s", message)
		}
		return true
	})
}

// refuseSubqueries complains of a subquery where there may be none.
func (b *binder) refuseSubqueries(n *pg.Node, where string) {
	visitTree(n.ProtoReflect(), func(m proto.Message) bool {
		if c, ok := m.(*pg.SubLink); ok {
			b.failAt(c.Location, sqlerr.FeatureNotSupported, "cannot use subquery in %s", where)
		}
		return true
	})
}

// columnNames lists the columns that an expression names.
func columnNames(n *pg.Node) (out []string) {
	visitTree(n.ProtoReflect(), func(m proto.Message) bool {
		if c, ok := m.(*pg.ColumnRef); ok {
			names, _ := fieldNames(c.Fields)
			if len(names) > 0 {
				out = append(out, names[len(names)-1])
			}
		}
		return true
	})
	return out
}
