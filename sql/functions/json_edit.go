package functions

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// jsonConcat is ||: objects merge, everything else is put into one array.
func jsonConcat(a, b string) string {
	la, lb := openJSON(a), openJSON(b)
	if la.kind == '{' && lb.kind == '{' {
		la.keys = append(la.keys, lb.keys...)
		la.vals = append(la.vals, lb.vals...)
		return la.jsonb()
	}
	list := func(l *jsonLevel, s string) []string {
		if l.kind == '{' {
			return []string{s}
		}
		return l.vals
	}
	out := jsonLevel{kind: '[', vals: append(list(&la, a), list(&lb, b)...)}
	return out.jsonb()
}

func rowJSONDeleteKeys(_ *Ctx, a []datum) (datum, error) {
	keys := []datum{a[1]}
	if a[1].A != nil {
		if len(arr(a[1]).Dims) > 1 {
			return null, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts")
		}
		keys = arr(a[1]).Elems
	}
	l := openJSON(a[0].S)
	if l.kind == 's' {
		return null, errJSON("cannot delete from scalar")
	}
	for _, k := range keys {
		if k.Null {
			continue
		}
		for i := len(l.vals) - 1; i >= 0; i-- {
			if l.kind == '{' && l.keys[i] == k.S || l.kind == '[' && jsonKind(l.vals[i]) == '"' && jsonString(l.vals[i]) == k.S {
				l.remove(i)
			}
		}
	}
	return types.Text(l.jsonb()), nil
}

func rowJSONDeleteIndex(_ *Ctx, a []datum) (datum, error) {
	l := openJSON(a[0].S)
	switch l.kind {
	case 's':
		return null, errJSON("cannot delete from scalar")
	case '{':
		return null, errJSON("cannot delete from object using integer index")
	}
	i := a[1].I
	if i < 0 {
		i += int64(len(l.vals))
	}
	if i >= 0 && i < int64(len(l.vals)) {
		l.remove(int(i))
	}
	return types.Text(l.jsonb()), nil
}

// jsonEdit is what happens at the end of a path.
type jsonEdit struct {
	op     byte // 's' set, 'i' insert, 'd' delete
	val    string
	create bool // set: also when there is nothing yet
	after  bool // insert: behind the element
	path   []datum
}

// apply edits below the first n steps of the path.
func (e *jsonEdit) apply(s string, depth int) (string, error) {
	step := e.path[depth]
	if step.Null {
		return "", sqlerr.New(sqlerr.NullValueNotAllowed, "path element at position %d is null", depth+1)
	}
	l := openJSON(s)
	last := depth == len(e.path)-1
	switch l.kind {
	case '{':
		return e.object(&l, step.S, depth, last)
	case '[':
		return e.array(&l, step.S, depth, last)
	}
	return s, nil
}

func (e *jsonEdit) object(l *jsonLevel, key string, depth int, last bool) (string, error) {
	i := l.find(key)
	switch {
	case !last:
		if i >= 0 {
			v, err := e.apply(l.vals[i], depth+1)
			if err != nil {
				return "", err
			}
			l.vals[i] = v
		}
	case e.op == 'd':
		if i >= 0 {
			l.remove(i)
		}
	case i < 0:
		if e.create || e.op == 'i' {
			l.put(key, e.val)
		}
	case e.op == 'i':
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "cannot replace existing key").
			WithHint("Try using the function jsonb_set to replace key value.")
	default:
		l.vals[i] = e.val
	}
	return l.jsonb(), nil
}

func (e *jsonEdit) array(l *jsonLevel, step string, depth int, last bool) (string, error) {
	idx, err := strconv.ParseInt(strings.TrimSpace(step), 10, 32)
	if err != nil {
		return "", sqlerr.New(sqlerr.InvalidTextRepresentation, "path element at position %d is not an integer: \"%s\"", depth+1, step)
	}
	n := int64(len(l.vals))
	i := idx
	if i < 0 {
		i += n
	}
	inside := i >= 0 && i < n
	switch {
	case !last:
		if inside {
			v, err := e.apply(l.vals[i], depth+1)
			if err != nil {
				return "", err
			}
			l.vals[i] = v
		}
	case e.op == 'd':
		if inside {
			l.remove(int(i))
		}
	case e.op == 's' && inside:
		l.vals[i] = e.val
	case e.op == 's' && !e.create:
	case !inside && i < 0:
		l.vals = append([]string{e.val}, l.vals...)
	case !inside:
		l.vals = append(l.vals, e.val)
	default:
		if e.after {
			i++
		}
		l.vals = append(l.vals[:i:i], append([]string{e.val}, l.vals[i:]...)...)
	}
	return l.jsonb(), nil
}

func (e *jsonEdit) run(target string, path datum) (datum, error) {
	p := arr(path)
	if len(p.Dims) > 1 {
		return null, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts")
	}
	l := openJSON(target)
	if l.kind == 's' {
		verb := "set"
		if e.op == 'd' {
			verb = "delete"
		}
		return null, errJSON("cannot %s path in scalar", verb)
	}
	if len(l.vals) == 0 && !(e.create || e.op == 'i') || len(p.Elems) == 0 {
		return types.Text(target), nil
	}
	e.path = p.Elems
	s, err := e.apply(target, 0)
	return types.Text(s), err
}

func rowJSONSet(_ *Ctx, a []datum) (datum, error) {
	e := jsonEdit{op: 's', val: a[2].S, create: len(a) < 4 || a[3].Bool()}
	return e.run(a[0].S, a[1])
}

func rowJSONInsert(_ *Ctx, a []datum) (datum, error) {
	e := jsonEdit{op: 'i', val: a[2].S, after: len(a) > 3 && a[3].Bool()}
	return e.run(a[0].S, a[1])
}

func rowJSONDeletePath(_ *Ctx, a []datum) (datum, error) {
	e := jsonEdit{op: 'd'}
	return e.run(a[0].S, a[1])
}

func rowJSONSetLax(c *Ctx, a []datum) (datum, error) {
	if a[0].Null || a[1].Null || a[3].Null {
		return null, nil
	}
	if a[4].Null {
		return null, errJSON("null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"")
	}
	if !a[2].Null {
		return rowJSONSet(c, a[:4])
	}
	switch a[4].S {
	case "raise_exception":
		return null, sqlerr.New(sqlerr.NullValueNotAllowed, "JSON value must not be null").
			WithDetail("Exception was raised because null_value_treatment is \"raise_exception\".").
			WithHint("To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.")
	case "use_json_null":
		return rowJSONSet(c, []datum{a[0], a[1], types.Text("null"), a[3]})
	case "delete_key":
		return rowJSONDeletePath(c, a[:2])
	case "return_target":
		return a[0], nil
	}
	return null, errJSON("null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"")
}

// stripNulls drops an object's null members at every depth. The separators
// are json's or jsonb's.
func stripNulls(s string, b bool) string {
	l := openJSON(s)
	switch l.kind {
	case 's':
		return l.vals[0]
	case '[':
		for i, v := range l.vals {
			l.vals[i] = stripNulls(v, b)
		}
		if b {
			return l.jsonb()
		}
		return "[" + strings.Join(l.vals, ",") + "]"
	}
	kept := jsonLevel{kind: '{'}
	for i, v := range l.vals {
		if jsonKind(v) != 'n' {
			kept.keys = append(kept.keys, l.keys[i])
			kept.vals = append(kept.vals, stripNulls(v, b))
		}
	}
	if b {
		return kept.jsonb()
	}
	out := []byte{'{'}
	for i, k := range kept.keys {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(jsonpath.AppendQuoted(out, k), ':')
		out = append(out, kept.vals[i]...)
	}
	return string(append(out, '}'))
}

func rowStripNulls(b bool) RowFunc {
	return rowText(func(s string) string { return stripNulls(s, b) })
}

// appendPretty prints with four blanks a level.
func appendPretty(out []byte, s string, depth int) []byte {
	l := openJSON(s)
	if l.kind == 's' {
		return append(out, l.vals[0]...)
	}
	indent := func(n int) {
		out = append(out, '\n')
		for range n {
			out = append(out, "    "...)
		}
	}
	out = append(out, l.kind)
	for i, v := range l.vals {
		if i > 0 {
			out = append(out, ',')
		}
		indent(depth + 1)
		if l.kind == '{' {
			out = append(jsonpath.AppendQuoted(out, l.keys[i]), ": "...)
		}
		out = appendPretty(out, v, depth+1)
	}
	indent(depth)
	return append(out, l.kind+2) // the closing bracket's code
}

func jsonPretty(s string) string { return string(appendPretty(nil, s, 0)) }

// jsonEditFuncs change jsonb values.
func jsonEditFuncs() []Func {
	return []Func{
		{OID: 3301, Name: "jsonb_concat", Args: oids{tJSONB, tJSONB}, Ret: tJSONB, Kind: Scalar, Row: rowTextText(jsonConcat)},
		{OID: 3302, Name: "jsonb_delete", Args: oids{tJSONB, tText}, Ret: tJSONB, Kind: Scalar, Row: rowJSONDeleteKeys},
		{
			OID: 3343, Name: "jsonb_delete", Args: oids{tJSONB, tTextArray}, ArgNames: names{"from_json", "path_elems"}, Variadic: true, Ret: tJSONB, Kind: Scalar, Src: "jsonb_delete_array",
			Row: rowJSONDeleteKeys,
		},
		{
			OID: 3303, Name: "jsonb_delete", Args: oids{tJSONB, tInt4}, Ret: tJSONB, Kind: Scalar, Src: "jsonb_delete_idx",
			Row: rowJSONDeleteIndex,
		},
		{OID: 3304, Name: "jsonb_delete_path", Args: oids{tJSONB, tTextArray}, Ret: tJSONB, Kind: Scalar, Row: rowJSONDeletePath},
		{
			OID: 3305, Name: "jsonb_set", Args: oids{tJSONB, tTextArray, tJSONB, tBool}, ArgNames: names{"jsonb_in", "path", "replacement", "create_if_missing"}, Defaults: datums{types.Bool(true)}, Ret: tJSONB, Kind: Scalar, Doc: "Set part of a jsonb",
			Row: rowJSONSet,
		},
		{
			OID: 5054, Name: "jsonb_set_lax", Args: oids{tJSONB, tTextArray, tJSONB, tBool, tText}, ArgNames: names{"jsonb_in", "path", "replacement", "create_if_missing", "null_value_treatment"}, Defaults: datums{types.Bool(true), types.Text("use_json_null")}, Ret: tJSONB, Kind: Scalar, NotStrict: true, Doc: "Set part of a jsonb, handle NULL value",
			Row: rowJSONSetLax,
		},
		{
			OID: 3579, Name: "jsonb_insert", Args: oids{tJSONB, tTextArray, tJSONB, tBool}, ArgNames: names{"jsonb_in", "path", "replacement", "insert_after"}, Defaults: datums{types.Bool(false)}, Ret: tJSONB, Kind: Scalar, Doc: "Insert value into a jsonb",
			Row: rowJSONInsert,
		},
		{
			OID: 3306, Name: "jsonb_pretty", Args: oids{tJSONB}, Ret: tText, Kind: Scalar, Doc: "Indented text from jsonb",
			Row: rowText(jsonPretty),
		},
		{
			OID: 3261, Name: "json_strip_nulls", Args: oids{tJSON}, Ret: tJSON, Kind: Scalar, Doc: "remove object fields with null values from json",
			Row: rowStripNulls(false),
		},
		{
			OID: 3262, Name: "jsonb_strip_nulls", Args: oids{tJSONB}, Ret: tJSONB, Kind: Scalar, Doc: "remove object fields with null values from jsonb",
			Row: rowStripNulls(true),
		},
	}
}
