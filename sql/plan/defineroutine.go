package plan

import (
	"slices"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// CreateRoutine is CREATE FUNCTION and CREATE PROCEDURE; DefineRoutine says what it
// declares.
type CreateRoutine struct{ stmt *pg.CreateFunctionStmt }

func (*CreateRoutine) utility() {}

// Temp reports whether the routine is to be made in the session's own schema.
func (u *CreateRoutine) Temp() bool {
	names, _ := fieldNames(u.stmt.Funcname)
	return len(names) == 2 && strings.HasPrefix(names[0], catalog.TempSchema)
}

// RoutineDefinition is what CREATE FUNCTION declares. Its OID is that of the routine
// that it replaces, or 0.
type RoutineDefinition struct {
	catalog.StoredRoutine
	Replaces *functions.Routine
	// Settings are those of SET clauses: the value of FROM CURRENT is not said.
	Settings []*Set
	Current  []string // settings of SET … FROM CURRENT
	// NewOwner is who ALTER … OWNER TO names; nil: the owner stays.
	NewOwner *RoleSpec
	// Notices are what there is to say of types.
	Notices []string
}

// invalidFunction is PostgreSQL's invalid_function_definition.
func invalidFunction(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidFunctionDefinition, format, args...)
}

// routineDefiner reads one CREATE FUNCTION.
type routineDefiner struct {
	*binder
	def      *RoutineDefinition
	n        *pg.CreateFunctionStmt
	defaults bool // there was a parameter with one
	outs     []types.OID
	rel      types.OID // of the type that was read last, if it is of a relation's rows
}

// DefineRoutine says what a CREATE FUNCTION or CREATE PROCEDURE declares; its body is
// not looked at. languages are those that there are.
func DefineRoutine(ctx BindContext, stmt *parser.Statement, u *CreateRoutine, languages []string) (def *RoutineDefinition, err error) {
	d := &routineDefiner{binder: newBinder(ctx, stmt), def: &RoutineDefinition{}, n: u.stmt}
	d.noParams = true
	defer d.recover(&err)
	d.def.Procedure = d.n.IsProcedure
	d.def.Volatility, d.def.Safety, d.def.Cost = 'v', 'u', 100
	d.schema()
	d.options(languages)
	d.parameters()
	d.result()
	d.estimates()
	d.polymorphic()
	d.replace()
	return d.def, nil
}

// schema finds the schema that the routine goes into.
func (d *routineDefiner) schema() {
	names, _ := fieldNames(d.n.Funcname)
	if len(names) > 2 {
		names = names[len(names)-2:]
	}
	s := &d.def.StoredRoutine
	s.Name = names[len(names)-1]
	if len(names) == 1 {
		s.Schema = d.creationSchema()
	} else {
		schema, ok := d.ctx.Catalog.SchemaNamed(names[0])
		if !ok {
			fail(sqlerr.New(sqlerr.InvalidSchemaName, `schema "%s" does not exist`, names[0]))
		}
		s.Schema = schema.Name
	}
	if !strings.HasPrefix(s.Schema, catalog.TempSchema) {
		mayMakeRoutine(s.Schema)
	}
}

// mayMakeRoutine refuses to put functions among those that are declared.
func mayMakeRoutine(schema string) {
	if schema != "public" {
		fail(sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for schema %s", schema).
			WithHint("Functions are made in schema public or pg_temp."))
	}
}

// options reads what stands behind the result.
func (d *routineDefiner) options(languages []string) {
	s := &d.def.StoredRoutine
	language, body := "", []*pg.Node(nil)
	a := d.attributes(d.n.Options)
	if a["language"] != nil {
		language = constText(a["language"].Arg)
	}
	if a["as"] != nil {
		body = a["as"].Arg.GetList().GetItems()
	}
	switch {
	case language == "" && d.n.SqlBody == nil:
		if body == nil {
			fail(invalidFunction("no function body specified"))
		}
		fail(invalidFunction("no language specified"))
	case language == "":
		language = "sql"
	}
	if !slices.Contains(languages, language) {
		switch language {
		case "c", "internal":
			fail(sqlerr.New(sqlerr.FeatureNotSupported, `functions in language "%s" are not supported`, language).
				WithHint("Functions can be written in: %s.", strings.Join(languages, ", ")))
		}
		fail(sqlerr.New(sqlerr.UndefinedObject, `language "%s" does not exist`, language))
	}
	s.Language = language
	s.Path = d.ctx.SearchPath
	switch {
	case body != nil && d.n.SqlBody != nil:
		fail(invalidFunction("duplicate function body specified"))
	case body == nil && d.n.SqlBody == nil:
		fail(invalidFunction("no function body specified"))
	case d.n.SqlBody != nil && language != "sql":
		fail(invalidFunction("inline SQL function body only valid for language SQL"))
	case len(body) > 1:
		fail(invalidFunction(`only one AS item needed for language "%s"`, language))
	case body != nil:
		s.Body = body[0].GetString_().GetSval()
	default:
		s.Body, s.Atomic = d.stmt.RoutineBody(), true
	}
}

// attributes reads the options that CREATE and ALTER have in common, and returns all by
// name.
func (d *routineDefiner) attributes(options []*pg.Node) map[string]*pg.DefElem {
	s := &d.def.StoredRoutine
	seen := map[string]*pg.DefElem{}
	for _, o := range options {
		e := o.GetDefElem()
		if seen[e.Defname] != nil && e.Defname != "set" {
			d.failAt(e.Location, sqlerr.SyntaxError, "conflicting or redundant options")
		}
		seen[e.Defname] = e
		if d.def.Procedure {
			switch e.Defname {
			case "volatility", "strict", "leakproof", "cost", "rows", "support", "parallel", "window":
				d.failAt(e.Location, sqlerr.InvalidFunctionDefinition, "invalid attribute in procedure definition")
			}
		}
		switch e.Defname {
		case "volatility":
			s.Volatility = constText(e.Arg)[0]
		case "strict":
			s.Strict = boolOption(e.Arg)
		case "security":
			s.Definer = boolOption(e.Arg)
		case "leakproof":
			s.Leakproof = boolOption(e.Arg)
		case "cost":
			if s.Cost = numberOption(e.Arg); s.Cost <= 0 {
				fail(sqlerr.New(sqlerr.InvalidParameterValue, "COST must be positive"))
			}
		case "rows":
			if s.Rows = numberOption(e.Arg); s.Rows <= 0 {
				fail(sqlerr.New(sqlerr.InvalidParameterValue, "ROWS must be positive"))
			}
		case "parallel":
			i := slices.Index([]string{"safe", "restricted", "unsafe"}, constText(e.Arg))
			if i < 0 {
				fail(sqlerr.New(sqlerr.SyntaxError, "parameter \"parallel\" must be SAFE, RESTRICTED, or UNSAFE"))
			}
			s.Safety = "sru"[i]
		case "set":
			d.setting(e.Arg.GetVariableSetStmt())
		case "window", "transform", "support":
			d.unsupported(e.Location, strings.ToUpper(e.Defname)+" of functions is")
		}
	}
	return seen
}

// setting reads a SET clause.
func (d *routineDefiner) setting(n *pg.VariableSetStmt) {
	if n.Kind == pg.VariableSetKind_VAR_SET_CURRENT {
		d.def.Current = append(d.def.Current, n.Name)
		return
	}
	u, err := setStmt(n)
	if err != nil {
		fail(sqlerr.From(err))
	}
	d.def.Settings = append(d.def.Settings, u.(*Set))
}

func boolOption(n *pg.Node) bool { return n.GetBoolean().GetBoolval() }

func numberOption(n *pg.Node) float64 {
	f, _ := strconv.ParseFloat(constText(n), 64) // the grammar takes numbers alone
	return f
}

// parameterModes are the modes of the grammar; DEFAULT is IN.
var parameterModes = map[pg.FunctionParameterMode]byte{
	pg.FunctionParameterMode_FUNC_PARAM_IN: functions.ParamIn, pg.FunctionParameterMode_FUNC_PARAM_OUT: functions.ParamOut,
	pg.FunctionParameterMode_FUNC_PARAM_INOUT: functions.ParamInOut, pg.FunctionParameterMode_FUNC_PARAM_VARIADIC: functions.ParamVariadic,
	pg.FunctionParameterMode_FUNC_PARAM_TABLE: functions.ParamTable, pg.FunctionParameterMode_FUNC_PARAM_DEFAULT: functions.ParamIn,
}

// parameters reads the list of parameters.
func (d *routineDefiner) parameters() {
	s := &d.def.StoredRoutine
	for _, node := range d.n.Parameters {
		n := node.GetFunctionParameter()
		p := functions.Param{Name: n.Name, Mode: parameterModes[n.Mode]}
		if n.ArgType.Setof {
			what := "functions"
			if d.def.Procedure {
				what = "procedures"
			}
			fail(invalidFunction("%s cannot accept set arguments", what))
		}
		p.Type, p.Domain = d.namedType(n.ArgType, "type %s does not exist")
		p.Row = d.rel
		d.parameter(&p, n)
		s.Params = append(s.Params, p)
	}
}

// parameter checks one parameter beside those before it.
func (d *routineDefiner) parameter(p *functions.Param, n *pg.FunctionParameter) {
	before := d.def.Params
	if i := len(before) - 1; i >= 0 {
		variadic := slices.ContainsFunc(before, func(q functions.Param) bool { return q.Mode == functions.ParamVariadic })
		switch {
		case variadic && d.def.Procedure:
			fail(invalidFunction("VARIADIC parameter must be the last parameter"))
		case variadic && p.Input():
			fail(invalidFunction("VARIADIC parameter must be the last input parameter"))
		}
	}
	if p.Mode == functions.ParamVariadic && types.ElemOf(p.Type) == 0 && p.Type != types.OIDAnyArray && p.Type != types.OIDAnyCompatibleArray {
		if p.Type == types.OIDAny {
			d.unsupported(-1, `VARIADIC "any" of functions that statements make is`)
		}
		fail(invalidFunction("VARIADIC parameter must be an array"))
	}
	for i := range before {
		q := &before[i]
		if p.Name == "" || q.Name != p.Name {
			continue
		}
		// Input and output parameters may have a name in common, as those of TABLE may not.
		if onlyOut(p) && onlyIn(q) && p.Mode != functions.ParamTable || onlyIn(p) && onlyOut(q) && q.Mode != functions.ParamTable {
			continue
		}
		fail(invalidFunction(`parameter name "%s" used more than once`, p.Name))
	}
	if p.Output() {
		d.outs = append(d.outs, p.Type)
	}
	switch {
	case n.Defexpr != nil && !p.Input():
		fail(invalidFunction("only input parameters can have default values"))
	case n.Defexpr != nil:
		p.Default, d.defaults = d.defaultText(n, p), true
	case d.defaults && p.Input():
		fail(invalidFunction("input parameters after one with a default value must also have defaults"))
	case d.defaults && d.def.Procedure:
		fail(invalidFunction("procedure OUT parameters cannot appear after one with a default value"))
	}
}

func onlyIn(p *functions.Param) bool  { return p.Input() && !p.Output() }
func onlyOut(p *functions.Param) bool { return p.Output() && !p.Input() }

// defaultText checks the expression of a default, and returns it as the catalogs show
// it.
func (d *routineDefiner) defaultText(n *pg.FunctionParameter, p *functions.Param) string {
	bind := func(b *binder) Expr {
		s := &scope{b: b, clause: "DEFAULT expressions"}
		e := s.expr(n.Defexpr)
		if !colsOf(e).empty() {
			fail(sqlerr.New(sqlerr.InvalidColumnReference, "cannot use table references in parameter default value"))
		}
		if types.IsPolymorphic(p.Type) {
			return b.resolveUnknown(e)
		}
		out := b.coerce(e, p.Type, -1, assignment)
		if out == nil {
			fail(b.at(locate(n.Defexpr), sqlerr.New(sqlerr.DatatypeMismatch, "argument of %s must be type %s, not type %s", "DEFAULT",
				types.FormatTypeBare(p.Type), types.FormatTypeBare(typeOf(e)))))
		}
		return out
	}
	bind(d.binder)
	shown := *d.binder
	shown.forms, shown.loc = map[Expr]form{}, map[Expr]int32{}
	shown.ctx.SearchPath = viewSearch // what is printed is read with any search path
	if text, err := shown.printed(func() Expr { in := shown; in.ctx.SearchPath = d.ctx.SearchPath; return bind(&in) }); err == nil {
		return text
	}
	d.unsupported(locate(n.Defexpr), "this expression as a default of a parameter is")
	return ""
}

// printed binds an expression to be printed, and prints it.
func (b *binder) printed(bind func() Expr) (text string, err error) {
	defer b.recover(&err)
	plain, _, ok := b.deparse(bind())
	if !ok {
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "the expression cannot be printed")
	}
	return plain, nil
}
