package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// path returns a parsed path, parsed once per statement and worker.
func (c *Ctx) path(text string) (*jsonpath.Path, error) {
	m := c.patterns().path
	if p := m[text]; p != nil {
		return p, nil
	}
	p, err := types.ParseJSONPath(text, nil)
	if err != nil {
		return nil, err
	}
	if len(m) >= maxPatterns {
		clear(m)
	}
	m[text] = p
	return p, nil
}

// runPath runs a path over target. The operators give no vars and no silent.
func runPath(c *Ctx, a []datum, zoned bool, out *pathItems) (pathFound, error) {
	p, err := c.path(a[1].S)
	if err != nil {
		return pathFailed, err
	}
	x := pathExec{c: c, zoned: zoned}
	if len(a) > 2 {
		x.vars, x.throw = a[2].S, !a[3].Bool()
		if jsonKind(x.vars) != '{' {
			return pathFailed, errJSONVars()
		}
	}
	return x.run(p, a[0].S, out)
}

func errJSONVars() error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "\"vars\" argument is not an object").
		WithDetail("Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.")
}

// queryPath is runPath for all items; a failure that is not thrown leaves
// those found before it.
func queryPath(c *Ctx, a []datum, zoned bool) ([]pathItem, error) {
	var out pathItems
	_, err := runPath(c, a, zoned, &out)
	return out.list, err
}

func rowPathExists(zoned bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		r, err := runPath(c, a, zoned, nil)
		if err != nil || r == pathFailed {
			return null, err
		}
		return types.Bool(r == pathSome), nil
	}
}

func rowPathMatch(zoned bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		list, err := queryPath(c, a, zoned)
		if err != nil {
			return null, err
		}
		if len(list) == 1 {
			switch list[0].kind {
			case 't', 'f':
				return types.Bool(list[0].kind == 't'), nil
			case 'n':
				return null, nil
			}
		}
		if len(a) > 2 && !a[3].Bool() {
			return null, sqlerr.New(sqlerr.SingletonSQLJSONItemRequired, "single boolean result is expected")
		}
		return null, nil
	}
}

func setPathQuery(zoned bool) SetFunc {
	return func(c *Ctx, a []datum) (SetIter, error) {
		list, err := queryPath(c, a, zoned)
		if err != nil {
			return nil, err
		}
		rows := make([]datum, len(list))
		for i := range list {
			rows[i] = types.Text(list[i].jsonb())
		}
		return newSliceIter(rows), nil
	}
}

func rowPathArray(zoned bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		list, err := queryPath(c, a, zoned)
		if err != nil {
			return null, err
		}
		parts := make([]string, len(list))
		for i := range list {
			parts[i] = list[i].jsonb()
		}
		return types.Text("[" + strings.Join(parts, ", ") + "]"), nil
	}
}

func rowPathFirst(zoned bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		list, err := queryPath(c, a, zoned)
		if err != nil || len(list) == 0 {
			return null, err
		}
		return types.Text(list[0].jsonb()), nil
	}
}

// jsonPathFuncs run paths. Those of the name _tz may use the time zone.
func jsonPathFuncs() []Func {
	define := func(oid types.OID, name string, zoned bool, doc string) Func {
		f := Func{
			OID: oid, Name: name, Args: oids{tJSONB, tJSONPath, tJSONB, tBool}, ArgNames: names{"target", "path", "vars", "silent"},
			Defaults: datums{types.Text("{}"), types.Bool(false)}, Ret: tJSONB, Kind: Scalar, Doc: doc,
		}
		if zoned {
			f.Volatility = 's'
		}
		return f
	}
	with := func(f Func, ret types.OID, row RowFunc, set SetFunc) Func {
		f.Ret, f.Row, f.Set, f.RetSet = ret, row, set, set != nil
		return f
	}
	return []Func{
		with(define(4005, "jsonb_path_exists", false, "jsonpath exists test"), tBool, rowPathExists(false), nil),
		with(define(4006, "jsonb_path_query", false, "jsonpath query"), tJSONB, nil, setPathQuery(false)),
		with(define(4007, "jsonb_path_query_array", false, "jsonpath query wrapped into array"), tJSONB, rowPathArray(false), nil),
		with(define(4008, "jsonb_path_query_first", false, "jsonpath query first item"), tJSONB, rowPathFirst(false), nil),
		with(define(4009, "jsonb_path_match", false, "jsonpath match"), tBool, rowPathMatch(false), nil),
		with(define(1177, "jsonb_path_exists_tz", true, "jsonpath exists test with timezone"), tBool, rowPathExists(true), nil),
		with(define(1179, "jsonb_path_query_tz", true, "jsonpath query with timezone"), tJSONB, nil, setPathQuery(true)),
		with(define(1180, "jsonb_path_query_array_tz", true, "jsonpath query wrapped into array with timezone"), tJSONB, rowPathArray(true), nil),
		with(define(2023, "jsonb_path_query_first_tz", true, "jsonpath query first item with timezone"), tJSONB, rowPathFirst(true), nil),
		with(define(2030, "jsonb_path_match_tz", true, "jsonpath match with timezone"), tBool, rowPathMatch(true), nil),
		{
			OID: 4010, Name: "jsonb_path_exists_opr", Args: oids{tJSONB, tJSONPath}, Ret: tBool, Kind: Scalar,
			Row: rowPathExists(false),
		},
		{
			OID: 4011, Name: "jsonb_path_match_opr", Args: oids{tJSONB, tJSONPath}, Ret: tBool, Kind: Scalar,
			Row: rowPathMatch(false),
		},
		{OID: 4001, Name: "jsonpath_in", Args: oids{tCString}, Ret: tJSONPath, Kind: Scalar, Row: ioIn(tJSONPath)},
		{OID: 4003, Name: "jsonpath_out", Args: oids{tJSONPath}, Ret: tCString, Kind: Scalar, Bind: ioOut},
		{OID: 4004, Name: "jsonpath_send", Args: oids{tJSONPath}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
	}
}

func jsonPathOperators() []Operator {
	return []Operator{
		{4012, "@?", tJSONB, tJSONPath, tBool, 4010, 0, 0},
		{4013, "@@", tJSONB, tJSONPath, tBool, 4011, 0, 0},
	}
}
