package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// namesRelation reports whether a relation of this bare name is read anywhere
// within a query.
func namesRelation(n *pg.SelectStmt, name string) bool {
	if n == nil {
		return false
	}
	return messageNames(n.ProtoReflect(), name)
}

func messageNames(m protoreflect.Message, name string) bool {
	if v, ok := m.Interface().(*pg.RangeVar); ok {
		return v.Schemaname == "" && v.Relname == name
	}
	found := false
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Kind() != protoreflect.MessageKind {
			return true
		}
		if f.IsList() {
			for i := 0; i < v.List().Len() && !found; i++ {
				found = messageNames(v.List().Get(i).Message(), name)
			}
		} else {
			found = messageNames(v.Message(), name)
		}
		return !found
	})
	return found
}
