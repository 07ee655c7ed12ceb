package plan

import (
	"fmt"
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// GrantTarget is an object on which a statement grants privileges.
type GrantTarget struct {
	Key  catalog.CommentKey
	Name string            // as messages call it
	Rel  *catalog.Relation // of relations
}

// GrantCatalog is what finding the objects of a GRANT asks beyond names of relations.
type GrantCatalog interface {
	Catalog
	// RelationsIn and FunctionsIn list what a schema has.
	RelationsIn(schema string) []*catalog.Relation
	FunctionsIn(schema string) []*functions.Func
	Function(oid types.OID) (*functions.Func, bool)
	// ObjectNamed finds an object of a class whose objects have names alone.
	ObjectNamed(class types.OID, name string) (types.OID, bool)
}

// GrantTargets finds the objects that a GRANT or REVOKE names.
func GrantTargets(ctx BindContext, c GrantCatalog, stmt *parser.Statement, u *Grant) (out []GrantTarget, err error) {
	kind, err := u.Kind()
	if err != nil {
		return nil, err
	}
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	g := &targetFinder{b: b, c: c, kind: kind}
	for _, n := range u.stmt.Objects {
		if u.stmt.Targtype == pg.GrantTargetType_ACL_TARGET_ALL_IN_SCHEMA {
			out = append(out, g.allIn(n.GetString_().GetSval())...)
			continue
		}
		out = append(out, g.one(n))
	}
	return out, nil
}

type targetFinder struct {
	b    *binder
	c    GrantCatalog
	kind GrantedKind
}

// allIn lists what a schema has of a kind.
func (g *targetFinder) allIn(schema string) (out []GrantTarget) {
	if _, ok := g.c.SchemaNamed(schema); !ok {
		fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, schema))
	}
	switch g.kind.Kind {
	case types.ACLRelation, types.ACLSequence:
		for _, r := range g.c.RelationsIn(schema) {
			if (r.Kind == 'S') == (g.kind.Kind == types.ACLSequence) {
				out = append(out, relationTarget(r))
			}
		}
	case types.ACLFunction:
		for _, f := range g.c.FunctionsIn(schema) {
			if g.suits(f) {
				out = append(out, functionTarget(f))
			}
		}
	}
	return out
}

// suits reports whether a function is of the kind that the statement names: FUNCTION
// is all that is no procedure, ROUTINE is both.
func (g *targetFinder) suits(f *functions.Func) bool {
	switch g.kind.object {
	case pg.ObjectType_OBJECT_PROCEDURE:
		return f.Kind == 'p'
	case pg.ObjectType_OBJECT_FUNCTION:
		return f.Kind != 'p'
	}
	return true
}

func relationTarget(r *catalog.Relation) GrantTarget {
	return GrantTarget{Key: catalog.CommentKey{Class: catalog.RelationClass, OID: r.OID}, Name: r.Name, Rel: r}
}

func functionTarget(f *functions.Func) GrantTarget {
	return GrantTarget{Key: catalog.CommentKey{Class: catalog.FunctionClass, OID: f.OID}, Name: f.Name}
}

func (g *targetFinder) one(n *pg.Node) GrantTarget {
	switch g.kind.Kind {
	case types.ACLRelation, types.ACLSequence:
		return g.relation(n.GetRangeVar())
	case types.ACLFunction:
		return g.function(n.GetObjectWithArgs())
	case types.ACLType:
		return g.typ(rangeVarOf(n.GetList().GetItems()))
	case types.ACLLargeObject:
		key, err := commentLarge(n)
		if err != nil {
			fail(sqlerr.From(err))
		}
		return GrantTarget{Key: key, Name: fmt.Sprintf("large object %d", key.OID)}
	}
	return g.named(n.GetString_().GetSval())
}

// named finds an object that a name alone identifies.
func (g *targetFinder) named(name string) GrantTarget {
	k := map[types.ACLKind]struct {
		class   types.OID
		words   string
		missing string
	}{
		types.ACLDatabase: {catalog.DatabaseClass, "database", sqlerr.InvalidCatalogName}, types.ACLSchema: {catalog.SchemaClass, "schema", sqlerr.InvalidSchemaName},
		types.ACLLanguage: {catalog.LanguageClass, "language", sqlerr.UndefinedObject}, types.ACLTablespace: {catalog.TablespaceClass, "tablespace", sqlerr.UndefinedObject},
		types.ACLForeignData:   {catalog.ForeignDataClass, "foreign-data wrapper", sqlerr.UndefinedObject},
		types.ACLForeignServer: {catalog.ForeignServerClass, "server", sqlerr.UndefinedObject},
	}[g.kind.Kind]
	oid, ok := g.c.ObjectNamed(k.class, name)
	if !ok {
		fail(sqlerr.New(k.missing, `%s "%s" does not exist`, k.words, name))
	}
	return GrantTarget{Key: catalog.CommentKey{Class: k.class, OID: oid}, Name: name}
}

func (g *targetFinder) relation(n *pg.RangeVar) GrantTarget {
	r := g.b.find(n)
	_, isIndex := g.b.ctx.indexNamed(n)
	switch {
	case r == nil && isIndex:
		fail(sqlerr.New(sqlerr.WrongObjectType, `"%s" is an index`, n.Relname))
	case r == nil:
		fail(sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(n)))
	case g.kind.Kind == types.ACLSequence && r.Kind != 'S':
		fail(sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a sequence`, r.Name))
	}
	return relationTarget(r)
}

func (g *targetFinder) function(n *pg.ObjectWithArgs) GrantTarget {
	f := g.b.routineNamed(n, g.kind.Words)
	if !g.suits(f) {
		names, _ := fieldNames(n.Objname)
		var args []string
		for _, a := range n.Objargs {
			t, _ := g.b.typ(a.GetTypeName())
			args = append(args, types.FormatTypeBare(t))
		}
		fail(sqlerr.New(sqlerr.WrongObjectType, "%s(%s) is not a %s", strings.Join(names, "."), strings.Join(args, ", "), g.kind.Words))
	}
	return functionTarget(f)
}

func (g *targetFinder) typ(n *pg.RangeVar) GrantTarget {
	parts := []*pg.Node{{Node: &pg.Node_String_{String_: &pg.String{Sval: n.Relname}}}}
	if n.Schemaname != "" {
		if _, ok := g.c.SchemaNamed(n.Schemaname); !ok {
			fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, n.Schemaname))
		}
		parts = slices.Insert(parts, 0, &pg.Node{Node: &pg.Node_String_{String_: &pg.String{Sval: n.Schemaname}}})
	}
	var c catalog.Column
	g.b.columnType(&c, &pg.TypeName{Names: parts, Typemod: -1, Location: -1})
	oid := c.Type
	if c.Domain != 0 {
		oid = c.Domain
	}
	_, array, isDomain := g.c.Domain(oid)
	switch {
	case g.kind.object == pg.ObjectType_OBJECT_DOMAIN && (!isDomain || array):
		fail(sqlerr.New(sqlerr.WrongObjectType, `"%s" is not a domain`, n.Relname))
	case types.IsArray(oid) || array:
		fail(sqlerr.New(sqlerr.InvalidGrantOperation, "cannot set privileges of array types").WithHint("Set the privileges of the element type instead."))
	}
	return GrantTarget{Key: catalog.CommentKey{Class: catalog.TypeClass, OID: oid}, Name: n.Relname}
}
