package plan

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// DropRoutine is DROP FUNCTION, PROCEDURE or ROUTINE.
type DropRoutine struct {
	objects           []*pg.ObjectWithArgs
	What              string // function, procedure, routine
	IfExists, Cascade bool
}

// AlterRoutine is ALTER FUNCTION, PROCEDURE or ROUTINE; see ChangedRoutine.
type AlterRoutine struct {
	stmt   *pg.Node
	object *pg.ObjectWithArgs
	What   string
}

// Calls is what complaints of who may not do it call the routine.
func (u *AlterRoutine) Calls() string {
	if u.stmt.GetAlterFunctionStmt() != nil {
		return u.What
	}
	return "function"
}

func (*DropRoutine) utility()  {}
func (*AlterRoutine) utility() {}

// routineKinds are the words for routines.
var routineKinds = map[pg.ObjectType]string{
	pg.ObjectType_OBJECT_FUNCTION: "function", pg.ObjectType_OBJECT_PROCEDURE: "procedure", pg.ObjectType_OBJECT_ROUTINE: "routine",
}

func dropRoutine(n *pg.DropStmt, what string) *DropRoutine {
	d := &DropRoutine{What: what, IfExists: n.MissingOk, Cascade: n.Behavior == pg.DropBehavior_DROP_CASCADE}
	for _, o := range n.Objects {
		d.objects = append(d.objects, o.GetObjectWithArgs())
	}
	return d
}

// Routines finds the functions that a DROP names. missing is called with the error for
// one that there is not, and may let it pass.
func (d *DropRoutine) Routines(ctx BindContext, stmt *parser.Statement, missing func(error) error) ([]*functions.Func, error) {
	var out []*functions.Func
	for _, o := range d.objects {
		f, err := findRoutine(ctx, stmt, o, d.What)
		if err != nil {
			if sqlerr.From(err).Code == sqlerr.UndefinedFunction && d.IfExists {
				err = d.absent(o)
			}
			if err = missing(err); err != nil {
				return nil, err
			}
			continue
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out, nil
}

// absent names a routine that there is not by the types as they were written.
func (d *DropRoutine) absent(o *pg.ObjectWithArgs) error {
	names, _ := fieldNames(o.Objname)
	var args []string
	for _, a := range o.Objargs {
		t, _ := fieldNames(a.GetTypeName().Names)
		args = append(args, strings.Join(t, ".")+strings.Repeat("[]", len(a.GetTypeName().ArrayBounds)))
	}
	return sqlerr.New(sqlerr.UndefinedFunction, "%s %s(%s) does not exist", d.What, strings.Join(names, "."), strings.Join(args, ","))
}

func findRoutine(ctx BindContext, stmt *parser.Statement, n *pg.ObjectWithArgs, what string) (f *functions.Func, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	return b.routineNamed(n, what), nil
}

// routineNamed finds a function, built in or not, by its name and argument types.
func (b *binder) routineNamed(n *pg.ObjectWithArgs, what string) *functions.Func {
	names, _ := fieldNames(n.Objname)
	written := strings.Join(names, ".")
	r := b.funcNamed(names, -1)
	var args []types.OID
	var texts []string
	for _, a := range n.Objargs {
		t := b.signatureType(a.GetTypeName())
		args, texts = append(args, t), append(texts, types.FormatTypeBare(t))
	}
	// Of a procedure all arguments may be named.
	all, modes := args, false
	for _, p := range n.Objfuncargs {
		modes = modes || p.GetFunctionParameter().Mode != pg.FunctionParameterMode_FUNC_PARAM_DEFAULT
	}
	if modes {
		all = nil
		for _, p := range n.Objfuncargs {
			all = append(all, b.signatureType(p.GetFunctionParameter().ArgType))
		}
	}
	var found []*functions.Func
	for _, f := range b.functionsNamed(r) {
		procedure := f.Kind == functions.Procedure
		if what == "function" && procedure && !n.ArgsUnspecified || what == "procedure" && !procedure && n.ArgsUnspecified {
			continue
		}
		fits := n.ArgsUnspecified || slices.Equal(f.Args, args)
		if !fits && procedure && what != "function" {
			fits = slices.Equal(f.Made.Called.Args, all)
		}
		if fits && !slices.ContainsFunc(found, func(g *functions.Func) bool { return slices.Equal(g.Args, f.Args) }) {
			found = append(found, f)
		}
	}
	switch {
	case len(found) == 1:
		f := found[0]
		if what == "procedure" && f.Kind != functions.Procedure {
			fail(sqlerr.New(sqlerr.WrongObjectType, "%s is not a procedure", written+"("+strings.Join(texts, ", ")+")"))
		}
		if f.Kind == functions.Agg && what == "function" {
			fail(sqlerr.New(sqlerr.WrongObjectType, "%s is an aggregate function", written+"("+strings.Join(texts, ", ")+")").
				WithHint("Use DROP AGGREGATE to drop aggregate functions."))
		}
		return f
	case len(found) > 1:
		fail(sqlerr.New(sqlerr.AmbiguousFunction, `%s name "%s" is not unique`, what, written).
			WithHint("Specify the argument list to select the %s unambiguously.", what))
	case n.ArgsUnspecified:
		fail(sqlerr.New(sqlerr.UndefinedFunction, `could not find a %s named "%s"`, what, written))
	}
	sig := written + "(" + strings.Join(texts, ", ") + ")"
	if what == "function" {
		for _, f := range b.functionsNamed(r) {
			if f.Kind == functions.Procedure && slices.Equal(f.Args, args) {
				fail(sqlerr.New(sqlerr.WrongObjectType, "%s is not a function", sig))
			}
		}
	}
	fail(sqlerr.New(sqlerr.UndefinedFunction, "%s %s does not exist", what, sig))
	return nil
}

// signatureType is the type of an argument as functions declare it.
func (b *binder) signatureType(n *pg.TypeName) types.OID {
	d := &routineDefiner{binder: b, def: &RoutineDefinition{}}
	t, _ := d.namedType(n, `type "%s" does not exist`)
	return t
}

// ChangedRoutine is what ALTER FUNCTION makes of a routine, and the routine.
func ChangedRoutine(ctx BindContext, stmt *parser.Statement, u *AlterRoutine) (def *RoutineDefinition, err error) {
	b := newBinder(ctx, stmt)
	defer b.recover(&err)
	f := b.routineNamed(u.object, u.What)
	if f.Made == nil {
		fail(sqlerr.New(sqlerr.InsufficientPrivilege, "must be owner of function %s", f.Name))
	}
	d := &routineDefiner{binder: b, def: &RoutineDefinition{StoredRoutine: catalog.Stored(f.Made), Replaces: f.Made}}
	switch n := u.stmt.GetNode().(type) {
	case *pg.Node_AlterFunctionStmt:
		d.attributes(n.AlterFunctionStmt.Actions)
		d.estimates()
	case *pg.Node_RenameStmt:
		d.free(d.def.Schema, n.RenameStmt.Newname, f)
		d.def.Name = n.RenameStmt.Newname
	case *pg.Node_AlterObjectSchemaStmt:
		d.move(n.AlterObjectSchemaStmt.Newschema, f)
	case *pg.Node_AlterOwnerStmt:
		to, err := roleSpec(n.AlterOwnerStmt.Newowner)
		if err != nil {
			fail(sqlerr.From(err))
		}
		d.def.NewOwner = &to
	}
	return d.def, nil
}

// free refuses a name that another routine with the same arguments has.
func (d *routineDefiner) free(schema, name string, f *functions.Func) {
	if d.routineWith(schema, name, f.Args) != nil {
		var args []string
		for _, t := range f.Args {
			args = append(args, types.FormatTypeBare(t))
		}
		fail(sqlerr.New(sqlerr.DuplicateFunction, `function %s already exists in schema "%s"`, name+"("+strings.Join(args, ", ")+")", schema))
	}
}

// move is SET SCHEMA.
func (d *routineDefiner) move(schema string, f *functions.Func) {
	s, ok := d.ctx.Catalog.SchemaNamed(schema)
	if !ok {
		fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, schema))
	}
	if s.Name == f.Schema {
		return
	}
	if strings.HasPrefix(s.Name, catalog.TempSchema) || strings.HasPrefix(f.Schema, catalog.TempSchema) {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "cannot move objects into or out of temporary schemas"))
	}
	mayMakeRoutine(s.Name)
	d.free(s.Name, f.Name, f)
	d.def.Schema = s.Name
}
