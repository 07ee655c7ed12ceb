package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// classRelation is pg_class, whose objects have comments on columns.
const classRelation = 1259

// maybe makes a result of a lookup.
func maybe(s string, ok bool) (datum, error) {
	if !ok {
		return null, nil
	}
	return types.Text(s), nil
}

func maybeBool(v, ok bool) (datum, error) {
	if !ok {
		return null, nil
	}
	return types.Bool(v), nil
}

func oidArg(d datum) types.OID { return types.OID(uint32(d.I)) }

func rowFormatType(c *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, nil
	}
	if name, ok := c.catalog().RowTypeName(oidArg(a[0])); ok {
		return types.Text(name), nil
	}
	if a[1].Null {
		return types.Text(types.FormatTypeBare(oidArg(a[0]))), nil
	}
	return types.Text(types.FormatType(oidArg(a[0]), int32(a[1].I))), nil
}

func rowUserByID(c *Ctx, a []datum) (datum, error) {
	if n, ok := c.catalog().RoleName(oidArg(a[0])); ok {
		return types.Text(n), nil
	}
	return types.Text("unknown (OID=" + itoa(int(a[0].I)) + ")"), nil
}

func rowIndexDef(c *Ctx, a []datum) (datum, error) {
	col := 0
	if len(a) > 1 {
		col = int(a[1].I)
	}
	return maybe(c.catalog().IndexDef(oidArg(a[0]), col, len(a) > 2 && a[2].I != 0))
}

func rowConstraintDef(c *Ctx, a []datum) (datum, error) {
	return maybe(c.catalog().ConstraintDef(oidArg(a[0]), prettyArg(a)))
}

func rowPrettyExpr(c *Ctx, a []datum) (datum, error) {
	if !prettyArg(a[1:]) {
		return types.Text(a[0].S), nil
	}
	return types.Text(c.catalog().PrettyExpr(oidArg(a[1]), a[0].S)), nil
}

func rowViewDef(c *Ctx, a []datum) (datum, error) {
	return maybe(c.catalog().ViewDef(oidArg(a[0]), ViewStyle{Pretty: prettyArg(a)}, &c.Format))
}

// rowViewDefWrapped is told the column to wrap lines at.
func rowViewDefWrapped(c *Ctx, a []datum) (datum, error) {
	return maybe(c.catalog().ViewDef(oidArg(a[0]), ViewStyle{Pretty: true, Wrap: int(a[1].I)}, &c.Format))
}

// prettyArg is the second argument of pg_get_viewdef and kin.
func prettyArg(a []datum) bool { return len(a) > 1 && a[1].I != 0 }

func rowViewDefByName(c *Ctx, a []datum) (datum, error) {
	oid, err := c.relation(a[0].S)
	if err != nil {
		return null, err
	}
	return maybe(c.catalog().ViewDef(oid, ViewStyle{Pretty: prettyArg(a)}, &c.Format))
}

// relation finds a relation by a possibly qualified name as SQL writes it; a
// number is a name too.
func (c *Ctx) relation(name string) (types.OID, error) {
	if c.Format.Names == nil {
		return 0, sqlerr.New(sqlerr.UndefinedTable, "relation \"%s\" does not exist", name)
	}
	return c.Format.Names.ResolveReg(tRegclass, name)
}

// rowTextToRegclass is the cast, which takes names alone, where the type's
// input reads numbers and a dash too.
func rowTextToRegclass(c *Ctx, a []datum) (datum, error) {
	oid, err := c.relation(a[0].S)
	return types.Int(int64(oid)), err
}

// rowNone is the answer about kinds of object that do not exist here: rules,
// triggers, partitions, extended statistics.
func rowNone(*Ctx, []datum) (datum, error) { return null, nil }

func rowObjDescription(c *Ctx, a []datum) (datum, error) {
	class := types.OID(0)
	if len(a) > 1 {
		oid, ok := c.catalog().RelationByName("pg_catalog", a[1].S)
		if !ok {
			return null, nil
		}
		class = oid
	}
	return maybe(c.catalog().Comment(class, oidArg(a[0]), 0))
}

func rowColDescription(c *Ctx, a []datum) (datum, error) {
	return maybe(c.catalog().Comment(classRelation, oidArg(a[0]), int32(a[1].I)))
}

func rowBuiltinVisible(_ *Ctx, a []datum) (datum, error) {
	_, ok := OperatorByOID(oidArg(a[0]))
	return maybeBool(true, ok || a[0].I > 0 && a[0].I < 16384)
}

func rowRelationSize(c *Ctx, a []datum) (datum, error) {
	if len(a) > 1 && a[1].S != "main" {
		switch a[1].S {
		case "fsm", "vm", "init":
			return types.Int(0), nil
		}
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "invalid fork name").
			WithHint(`Valid fork names are "main", "fsm", "vm", and "init".`)
	}
	if _, _, ok := c.catalog().RelationName(oidArg(a[0])); !ok {
		return null, nil
	}
	return types.Int(c.catalog().RelationSize(oidArg(a[0]))), nil
}

func rowDatabaseSize(c *Ctx, _ []datum) (datum, error) {
	return types.Int(c.catalog().RelationSize(0)), nil
}

// rowToReg is the to_reg family: NULL when nothing has the name. Numbers name
// nothing here.
func rowToReg(t types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if s := a[0].S; s != "" && (s[0] >= '0' && s[0] <= '9' || s == "-") {
			return null, nil
		}
		d, err := types.ParseText(t, -1, a[0].S, &c.Format)
		if err != nil {
			switch e := sqlerr.From(err); e.Code {
			case sqlerr.SyntaxError, sqlerr.InvalidName, sqlerr.FeatureNotSupported:
				return null, err
			}
			return null, nil
		}
		return d, nil
	}
}

func setOptions(_ *Ctx, a []datum) (SetIter, error) {
	var rows [][]datum
	for _, e := range arr(a[0]).Elems {
		if e.Null {
			continue
		}
		k, v, has := strings.Cut(e.S, "=")
		d := null
		if has {
			d = types.Text(v)
		}
		rows = append(rows, []datum{types.Text(k), d})
	}
	return &rowsIter{rows}, nil
}

func setNothing(*Ctx, []datum) (SetIter, error) { return &rowsIter{}, nil }

func rowRelVisible(c *Ctx, a []datum) (datum, error) {
	return maybeBool(c.catalog().RelationVisible(oidArg(a[0])))
}

func rowTypeVisible(c *Ctx, a []datum) (datum, error) {
	return maybeBool(c.catalog().TypeVisible(oidArg(a[0])))
}

func rowFuncVisible(c *Ctx, a []datum) (datum, error) {
	return maybeBool(c.catalog().FunctionVisible(oidArg(a[0])))
}

func rowFalse(*Ctx, []datum) (datum, error) { return types.Bool(false), nil }

func rowZero(*Ctx, []datum) (datum, error) { return types.Int(0), nil }
