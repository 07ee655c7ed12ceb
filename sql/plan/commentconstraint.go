package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// commentConstraint finds a constraint of a relation or a domain.
func (b *binder) commentConstraint(n *pg.CommentStmt) (catalog.CommentKey, error) {
	parts := n.Object.GetList().GetItems()
	last := len(parts) - 1
	name := parts[last].GetString_().GetSval()
	if n.Objtype == pg.ObjectType_OBJECT_DOMCONSTRAINT {
		d, err := FindDomain(b.ctx, parts[0].GetTypeName(), AsDomain)
		if err != nil {
			return catalog.CommentKey{}, err
		}
		for i := range d.Checks {
			if d.Checks[i].Name == name {
				return catalog.CommentKey{Class: catalog.ConstraintClass, OID: d.Checks[i].OID}, nil
			}
		}
		return catalog.CommentKey{}, sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" for domain %s does not exist`, name, b.writtenDomain(d, false))
	}
	of := rangeVarOf(parts[:last])
	rl := b.find(of)
	if rl == nil {
		return catalog.CommentKey{}, sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(of))
	}
	oid, ok := rl.ConstraintNamed(name)
	if !ok {
		return catalog.CommentKey{}, sqlerr.New(sqlerr.UndefinedObject, `constraint "%s" for table "%s" does not exist`, name, rl.Name)
	}
	return catalog.CommentKey{Class: catalog.ConstraintClass, OID: oid}, nil
}
