package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// AlterOwner is ALTER … OWNER TO.
type AlterOwner struct {
	To       RoleSpec
	Relation RelationName // of relations: which, and of what kind
	What     string       // table, view, sequence
	IfExists bool
	object   *pg.CommentStmt // of others: named as COMMENT names them
}

// OwnedBy is DROP OWNED and REASSIGN OWNED.
type OwnedBy struct {
	Roles   []RoleSpec
	To      *RoleSpec // REASSIGN OWNED; nil: it is DROP OWNED
	Cascade bool
}

func (*AlterOwner) utility() {}
func (*OwnedBy) utility()    {}

// ownerUtility binds statements on owners; nil: it is none.
func ownerUtility(stmt *parser.Statement) (Utility, error) {
	switch n := stmt.Tree.GetNode().(type) {
	case *pg.Node_AlterOwnerStmt:
		x := n.AlterOwnerStmt
		if routineKinds[x.ObjectType] != "" || x.ObjectType == pg.ObjectType_OBJECT_DOMAIN {
			return nil, nil // a change of its declaration
		}
		to, err := roleSpec(x.Newowner)
		return &AlterOwner{To: to, object: &pg.CommentStmt{Objtype: x.ObjectType, Object: x.Object}}, err
	case *pg.Node_AlterTableStmt:
		return alterTableOwner(n.AlterTableStmt)
	case *pg.Node_DropOwnedStmt:
		roles, err := roleSpecs(n.DropOwnedStmt.Roles)
		return &OwnedBy{Roles: roles, Cascade: n.DropOwnedStmt.Behavior == pg.DropBehavior_DROP_CASCADE}, err
	case *pg.Node_ReassignOwnedStmt:
		roles, err := roleSpecs(n.ReassignOwnedStmt.Roles)
		if err != nil {
			return nil, err
		}
		to, err := roleSpec(n.ReassignOwnedStmt.Newrole)
		return &OwnedBy{Roles: roles, To: &to}, err
	}
	return nil, nil
}

func alterTableOwner(n *pg.AlterTableStmt) (Utility, error) {
	for _, c := range n.Cmds {
		cmd := c.GetAlterTableCmd()
		if cmd.GetSubtype() != pg.AlterTableType_AT_ChangeOwner {
			continue
		}
		if len(n.Cmds) > 1 {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "OWNER TO with other changes of a table is not supported").
				WithHint("Change the owner by a statement of its own.")
		}
		to, err := roleSpec(cmd.Newowner)
		return &AlterOwner{To: to, Relation: n.Relation, What: droppable[n.Objtype], IfExists: n.MissingOk}, err
	}
	return nil, nil
}

// OwnerTarget says what an AlterOwner is on that is not a relation.
func OwnerTarget(ctx BindContext, stmt *parser.Statement, u *AlterOwner) (catalog.CommentKey, error) {
	named := pg.CommentStmt{Objtype: u.object.Objtype, Object: u.object.Object}
	switch named.Objtype {
	case pg.ObjectType_OBJECT_SCHEMA, pg.ObjectType_OBJECT_DATABASE, pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_LARGEOBJECT:
	case pg.ObjectType_OBJECT_TYPE, pg.ObjectType_OBJECT_DOMAIN: // COMMENT has types, where this has names
		name := &pg.TypeName{Names: named.Object.GetList().GetItems(), Typemod: -1, Location: -1}
		named.Object = &pg.Node{Node: &pg.Node_TypeName{TypeName: name}}
	default:
		return catalog.CommentKey{}, sqlerr.New(sqlerr.FeatureNotSupported, "%s OWNER TO is not supported", stmt.Kind)
	}
	return CommentTarget(ctx, stmt, &Comment{&named})
}

// OnRelation reports whether the statement is on a relation.
func (u *AlterOwner) OnRelation() bool { return u.object == nil }

// FindOwned finds the relation of an AlterOwner.
func FindOwned(ctx BindContext, stmt *parser.Statement, u *AlterOwner) (*catalog.Relation, error) {
	rl, err := FindRelation(ctx, stmt, u.Relation, u.What)
	if _, index := ctx.indexNamed(u.Relation); rl == nil && index && sqlerr.From(err).Code == sqlerr.UndefinedTable {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, `cannot change owner of index "%s"`, u.Relation.Relname).
			WithHint("Change the ownership of the index's table, instead.")
	}
	switch {
	case err != nil:
		return nil, err
	case u.What == "sequence" && rl.Kind != 'S':
		return nil, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a sequence`, rl.Name)
	case u.What == "index":
		return nil, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not an index`, rl.Name)
	}
	return rl, nil
}
