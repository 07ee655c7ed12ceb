package plan

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Comment is COMMENT ON.
type Comment struct{ stmt *pg.CommentStmt }

func (*Comment) utility() {}

// Text is the comment; empty takes the object's comment away.
func (u *Comment) Text() string { return u.stmt.Comment }

// relationKinds are the kinds of relations that COMMENT knows, with the words
// for one that is of another kind.
var relationKinds = map[pg.ObjectType]struct {
	kind  byte
	words string
}{
	pg.ObjectType_OBJECT_TABLE: {'r', "a table"}, pg.ObjectType_OBJECT_VIEW: {'v', "a view"}, pg.ObjectType_OBJECT_INDEX: {'i', "an index"},
	pg.ObjectType_OBJECT_SEQUENCE: {'S', "a sequence"},
}

// CommentTarget says what a COMMENT is on.
func CommentTarget(ctx BindContext, stmt *parser.Statement, u *Comment) (k catalog.CommentKey, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	n := u.stmt
	switch n.Objtype {
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_INDEX, pg.ObjectType_OBJECT_SEQUENCE:
		return b.commentRelation(n)
	case pg.ObjectType_OBJECT_COLUMN:
		return b.commentColumn(n.Object.GetList().GetItems())
	case pg.ObjectType_OBJECT_SCHEMA:
		name := n.Object.GetString_().GetSval()
		s, ok := ctx.Catalog.SchemaNamed(name)
		if !ok {
			return k, sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, name)
		}
		return catalog.CommentKey{Class: catalog.SchemaClass, OID: s.OID}, nil
	case pg.ObjectType_OBJECT_DATABASE:
		name := n.Object.GetString_().GetSval()
		if name != "stemedb" {
			return k, sqlerr.New(sqlerr.InvalidCatalogName, `database "%s" does not exist`, name)
		}
		return catalog.CommentKey{Class: catalog.DatabaseClass, OID: catalog.OIDDatabase}, nil
	case pg.ObjectType_OBJECT_ROLE:
		name := n.Object.GetString_().GetSval()
		r, ok := ctx.Catalog.Roles().Named(name)
		if !ok {
			return k, sqlerr.New(sqlerr.UndefinedObject, `role "%s" does not exist`, name)
		}
		return catalog.CommentKey{Class: catalog.RoleClass, OID: r.OID}, nil
	case pg.ObjectType_OBJECT_TYPE, pg.ObjectType_OBJECT_DOMAIN:
		var c catalog.Column
		b.columnType(&c, n.Object.GetTypeName())
		t := c.Type
		switch {
		case c.Domain != 0:
			t = c.Domain
		case n.Objtype == pg.ObjectType_OBJECT_DOMAIN:
			names, _ := fieldNames(n.Object.GetTypeName().Names)
			return k, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a domain`, strings.Join(names, "."))
		}
		return catalog.CommentKey{Class: catalog.TypeClass, OID: t}, nil
	case pg.ObjectType_OBJECT_DOMCONSTRAINT, pg.ObjectType_OBJECT_TABCONSTRAINT:
		return b.commentConstraint(n)
	case pg.ObjectType_OBJECT_LARGEOBJECT:
		return commentLarge(n.Object)
	case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_PROCEDURE, pg.ObjectType_OBJECT_ROUTINE:
		f := b.routineNamed(n.Object.GetObjectWithArgs(), routineKinds[n.Objtype])
		return catalog.CommentKey{Class: catalog.FunctionClass, OID: f.OID}, nil
	}
	what := strings.ReplaceAll(strings.TrimPrefix(n.Objtype.String(), "OBJECT_"), "_", " ")
	return k, sqlerr.New(sqlerr.FeatureNotSupported, "COMMENT ON %s is not supported", what)
}

// commentLarge reads the OID of a large object, which is written as a number.
func commentLarge(n *pg.Node) (catalog.CommentKey, error) {
	text := n.GetFloat().GetFval()
	if text == "" {
		text = strconv.Itoa(int(n.GetInteger().GetIval()))
	}
	oid, err := types.ParseText(types.OIDOID, -1, text, types.DefaultFormat())
	return catalog.CommentKey{Class: catalog.LargeObjectClass, OID: types.OID(oid.I)}, err
}

func (b *binder) commentRelation(n *pg.CommentStmt) (catalog.CommentKey, error) {
	name := rangeVarOf(n.Object.GetList().GetItems())
	want := relationKinds[n.Objtype]
	oid, kind := types.OID(0), byte('r')
	if rl := b.find(name); rl != nil {
		oid, kind = rl.OID, rl.Kind
	} else if found, ok := b.ctx.indexNamed(name); ok {
		oid, kind = found, 'i'
	}
	switch {
	case oid == 0:
		return catalog.CommentKey{}, sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(name))
	case kind != want.kind:
		return catalog.CommentKey{}, sqlerr.New(sqlerr.WrongObjectType, `"%s" is not %s`, name.Relname, want.words)
	}
	return catalog.CommentKey{Class: catalog.RelationClass, OID: oid}, nil
}

// indexNamed finds an index by a name that no relation has: it is among relations, but
// is none that can be read.
func (ctx BindContext) indexNamed(name *pg.RangeVar) (types.OID, bool) {
	if ctx.Format == nil || ctx.Format.Names == nil {
		return 0, false
	}
	written := functions.QuoteIdent(name.Relname)
	if name.Schemaname != "" {
		written = functions.QuoteIdent(name.Schemaname) + "." + written
	}
	oid, err := ctx.Format.Names.ResolveReg(types.OIDRegclass, written)
	return oid, err == nil
}

func (b *binder) commentColumn(names []*pg.Node) (catalog.CommentKey, error) {
	if len(names) < 2 {
		return catalog.CommentKey{}, sqlerr.New(sqlerr.SyntaxError, "column name must be qualified")
	}
	name, column := rangeVarOf(names[:len(names)-1]), names[len(names)-1].GetString_().GetSval()
	rl := b.find(name)
	if rl == nil {
		return catalog.CommentKey{}, sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(name))
	}
	i := rl.ColumnIndex(column)
	if i < 0 {
		return catalog.CommentKey{}, sqlerr.New(sqlerr.UndefinedColumn, `column "%s" of relation "%s" does not exist`, column, rl.Name)
	}
	return catalog.CommentKey{Class: catalog.RelationClass, OID: rl.OID, Sub: int32(i + 1)}, nil
}
