package plan

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// View says that the statement is ALTER VIEW.
func (u *AlterTable) View() bool { return u.stmt.Objtype == pg.ObjectType_OBJECT_VIEW }

// AlterView is ALTER VIEW, or ALTER TABLE of a view, but for RENAME: it returns the view
// as it is after the commands.
func AlterView(ctx BindContext, stmt *parser.Statement, u *AlterTable, rl *catalog.Relation, newOID func() types.OID) (out *catalog.Relation, err error) {
	d := newDefiner(ctx, stmt, newOID)
	defer d.b.recover(&err)
	if rl.View == nil {
		if rl.Store == catalog.LensStore {
			mayCreate(rl.Schema, rl.Name)
		}
		return nil, readOnlyCatalog(rl)
	}
	a := &alterer{definer: d, out: &Alteration{}, from: rl}
	a.alter(rl)
	view := *rl.View
	a.rel.View = &view
	for _, n := range u.stmt.Cmds {
		a.viewCommand(n.GetAlterTableCmd())
	}
	for _, f := range a.exprs {
		f()
	}
	a.show()
	return a.rel, nil
}

// viewCommand carries out one command on a view.
func (a *alterer) viewCommand(n *pg.AlterTableCmd) {
	view := a.rel.View
	switch n.Subtype {
	case pg.AlterTableType_AT_ColumnDefault:
		a.setDefault(n)
	case pg.AlterTableType_AT_SetRelOptions:
		for _, o := range viewOptions(n.Def.GetList().GetItems()) {
			view.Options = catalog.SetOption(view.Options, o.name, o.value)
		}
		a.b.checkable(a.rel)
	case pg.AlterTableType_AT_ResetRelOptions:
		for _, o := range n.Def.GetList().GetItems() {
			view.Options = catalog.ResetOption(view.Options, o.GetDefElem().Defname)
		}
	default:
		if word := alterActions[n.Subtype]; word != "" {
			fail(sqlerr.New(sqlerr.WrongObjectType, `ALTER action %s cannot be performed on relation "%s"`, word, a.rel.Name).
				WithDetail("This operation is not supported for views."))
		}
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "this form of ALTER VIEW is not supported"))
	}
}

// alterActions are the commands that no view takes.
var alterActions = map[pg.AlterTableType]string{
	pg.AlterTableType_AT_AddColumn:          "ADD COLUMN",
	pg.AlterTableType_AT_DropColumn:         "DROP COLUMN",
	pg.AlterTableType_AT_AlterColumnType:    "ALTER COLUMN ... SET DATA TYPE",
	pg.AlterTableType_AT_SetNotNull:         "ALTER COLUMN ... SET NOT NULL",
	pg.AlterTableType_AT_DropNotNull:        "ALTER COLUMN ... DROP NOT NULL",
	pg.AlterTableType_AT_AddConstraint:      "ADD CONSTRAINT",
	pg.AlterTableType_AT_DropConstraint:     "DROP CONSTRAINT",
	pg.AlterTableType_AT_ValidateConstraint: "VALIDATE CONSTRAINT",
	pg.AlterTableType_AT_AlterConstraint:    "ALTER CONSTRAINT",
}

// viewOption is a storage parameter of a view with its value.
type viewOption struct{ name, value string }

// viewOptions reads WITH (…) of a view.
func viewOptions(list []*pg.Node) (out []viewOption) {
	for _, n := range list {
		d := n.GetDefElem()
		o := viewOption{d.Defname, "true"}
		if d.Arg != nil {
			o.value = constText(d.Arg)
			if t := d.Arg.GetTypeName(); t != nil { // a bare word
				names, _ := fieldNames(t.Names)
				o.value = names[len(names)-1]
			}
		}
		if slices.ContainsFunc(out, func(x viewOption) bool { return x.name == o.name }) {
			fail(sqlerr.New(sqlerr.InvalidParameterValue, `parameter "%s" specified more than once`, o.name))
		}
		out = append(out, o)
	}
	for _, o := range out {
		o.check()
	}
	return out
}

func (o viewOption) check() {
	switch o.name {
	case catalog.CheckOptionName:
		if o.value != catalog.CheckLocal && o.value != catalog.CheckCascaded {
			fail(sqlerr.New(sqlerr.InvalidParameterValue, `invalid value for enum option "%s": %s`, o.name, o.value).
				WithDetail(`Valid values are "local" and "cascaded".`))
		}
	case catalog.SecurityBarrierName, catalog.SecurityInvokerName:
		if _, err := types.ParseText(types.OIDBool, -1, o.value, types.DefaultFormat()); err != nil {
			fail(sqlerr.New(sqlerr.InvalidParameterValue, `invalid value for boolean option "%s": %s`, o.name, o.value))
		}
	default:
		fail(sqlerr.New(sqlerr.InvalidParameterValue, `unrecognized parameter "%s"`, o.name))
	}
}

// declaredOptions are the storage parameters that CREATE VIEW gives.
func declaredOptions(n *pg.ViewStmt) (out []string) {
	list := slices.Clone(n.Options)
	if n.WithCheckOption > pg.ViewCheckOption_NO_CHECK_OPTION {
		value := catalog.CheckLocal
		if n.WithCheckOption == pg.ViewCheckOption_CASCADED_CHECK_OPTION {
			value = catalog.CheckCascaded
		}
		arg := &pg.Node{Node: &pg.Node_String_{String_: &pg.String{Sval: value}}}
		list = append(list, &pg.Node{Node: &pg.Node_DefElem{DefElem: &pg.DefElem{Defname: catalog.CheckOptionName, Arg: arg}}})
	}
	for _, o := range viewOptions(list) {
		out = append(out, o.name+"="+o.value)
	}
	return out
}

// checkable refuses a check option of a view that takes no rows.
func (b *binder) checkable(rl *catalog.Relation) {
	if rl.View.CheckOption() == "" {
		return
	}
	t, fault := b.throughView(rl)
	if fault == nil && !t.anyColumn() {
		fault = &viewFault{rl, noneToWrite}
	}
	if fault != nil {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "WITH CHECK OPTION is supported only on automatically updatable views").
			WithHint("%s", fault.detail))
	}
}
