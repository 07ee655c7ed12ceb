package functions

import (
	"math"
	"strings"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// appendJSON renders any value as JSON. feed is what stands between the
// elements of the outermost array or row: "," or a comma and a line feed.
func appendJSON(c *Ctx, b []byte, t types.OID, d datum, feed string) ([]byte, error) {
	if d.Null {
		return append(b, "null"...), nil
	}
	switch t {
	case tBool:
		if d.I != 0 {
			return append(b, "true"...), nil
		}
		return append(b, "false"...), nil
	case tInt2, tInt4, tInt8:
		return types.AppendTextDatum(b, t, d, &c.Format)
	case tFloat4, tFloat8:
		if math.IsNaN(d.F) || isInf(d.F) {
			break
		}
		return types.AppendTextDatum(b, t, d, &c.Format)
	case tNumeric:
		if !isFinite(num(d)) {
			break
		}
		return types.AppendTextDatum(b, t, d, &c.Format)
	case tJSON, tJSONB:
		return append(b, d.S...), nil
	case tDate, tTimestamp, tTimestamptz:
		return append(append(append(b, '"'), xsdTime(c, t, d.I)...), '"'), nil
	}
	if r, ok := d.A.(*types.Record); ok {
		return appendJSONRecord(c, b, r, feed)
	}
	if a, ok := d.A.(*types.Array); ok && types.IsArray(t) {
		return appendJSONArray(c, b, a, feed)
	}
	s, err := textOf(c, t, d)
	return jsonpath.AppendQuoted(b, s), err
}

// xsdTime prints a time as XML Schema has it, whatever the DateStyle.
func xsdTime(c *Ctx, t types.OID, v int64) string {
	f := types.Format{Loc: c.Format.Loc}
	s, _ := types.AppendTextDatum(nil, t, types.Int(v), &f)
	out := string(s)
	if t == tDate || !strings.Contains(out, ":") {
		return out
	}
	out = strings.Replace(out, " ", "T", 1)
	if t == tTimestamptz {
		i := strings.LastIndexAny(out, "+-")
		if bc := strings.HasSuffix(out, " BC"); i > 0 && !strings.Contains(out[i:], ":") {
			if bc {
				return strings.TrimSuffix(out, " BC") + ":00 BC"
			}
			return out + ":00"
		}
	}
	return out
}

func appendJSONRecord(c *Ctx, b []byte, r *types.Record, feed string) ([]byte, error) {
	b = append(b, '{')
	for i, v := range r.Vals {
		if i > 0 {
			b = append(b, feed...)
		}
		var name string
		if i < len(r.Names) {
			name = r.Names[i]
		} else {
			name = "f" + itoa(i+1)
		}
		b = append(jsonpath.AppendQuoted(b, name), ':')
		var err error
		if b, err = appendJSON(c, b, r.Types[i], v, ","); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func appendJSONArray(c *Ctx, b []byte, a *types.Array, feed string) ([]byte, error) {
	if len(a.Dims) == 0 {
		return append(b, "[]"...), nil
	}
	b, _, err := appendJSONDim(c, b, a, 0, 0, feed)
	return b, err
}

// appendJSONDim renders one dimension from element pos on and returns the
// position behind it.
func appendJSONDim(c *Ctx, b []byte, a *types.Array, dim, pos int, feed string) ([]byte, int, error) {
	b = append(b, '[')
	var err error
	for i := range int(a.Dims[dim]) {
		if i > 0 {
			b = append(b, feed...)
		}
		if dim == len(a.Dims)-1 {
			b, err = appendJSON(c, b, a.Elem, a.Elems[pos], ",")
			pos++
		} else {
			b, pos, err = appendJSONDim(c, b, a, dim+1, pos, ",")
		}
		if err != nil {
			return nil, 0, err
		}
	}
	return append(b, ']'), pos, nil
}

const jsonFeed = ",\n "

func bindToJSON(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		feed := ","
		if len(a) > 1 && a[1].Bool() {
			feed = jsonFeed
		}
		b, err := appendJSON(c, nil, args[0], a[0], feed)
		return types.Text(string(b)), err
	}
}

// toJSONB renders any value as canonical jsonb text.
func toJSONB(c *Ctx, t types.OID, d datum) (string, error) {
	switch {
	case d.Null:
		return "null", nil
	case t == tJSONB:
		return d.S, nil
	}
	b, err := appendJSON(c, nil, t, d, ",")
	if err != nil {
		return "", err
	}
	switch t {
	case tBool, tInt2, tInt4, tInt8:
		return string(b), nil
	}
	j, err := types.ParseText(tJSONB, -1, string(b), &c.Format)
	return j.S, err
}

func bindToJSONB(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		s, err := toJSONB(c, args[0], a[0])
		return types.Text(s), err
	}
}

// jsonKey renders an object's key, which must be a scalar.
func jsonKey(c *Ctx, t types.OID, d datum) (string, error) {
	_, isRec := d.A.(*types.Record)
	if t == tJSON || t == tJSONB || types.IsArray(t) || isRec {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "key value must be scalar, not array, composite, or json")
	}
	switch t {
	case tBool:
		if d.I != 0 {
			return "true", nil
		}
		return "false", nil
	case tDate, tTimestamp, tTimestamptz:
		return xsdTime(c, t, d.I), nil
	}
	return textOf(c, t, d)
}

func bindJSONArray(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		b := []byte{'['}
		var err error
		for i := range a {
			if i > 0 {
				b = append(b, ", "...)
			}
			if b, err = appendJSON(c, b, args[i], a[i], ","); err != nil {
				return null, err
			}
		}
		return types.Text(string(append(b, ']'))), nil
	}
}

func bindJSONBArray(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		l := jsonLevel{kind: '['}
		for i := range a {
			s, err := toJSONB(c, args[i], a[i])
			if err != nil {
				return null, err
			}
			l.vals = append(l.vals, s)
		}
		return types.Text(l.jsonb()), nil
	}
}

func checkPairs(n int, fn string) error {
	if n%2 != 0 {
		return sqlerr.New(sqlerr.InvalidParameterValue, "argument list must have even number of elements").
			WithHint("The arguments of %s() must consist of alternating keys and values.", fn)
	}
	return nil
}

func bindJSONObject(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if err := checkPairs(len(a), "json_build_object"); err != nil {
			return null, err
		}
		b := []byte{'{'}
		for i := 0; i < len(a); i += 2 {
			if i > 0 {
				b = append(b, ", "...)
			}
			if a[i].Null {
				return null, sqlerr.New(sqlerr.InvalidParameterValue, "argument %d cannot be null", i+1).WithHint("Object keys should be text.")
			}
			k, err := jsonKey(c, args[i], a[i])
			if err != nil {
				return null, err
			}
			b = append(jsonpath.AppendQuoted(b, k), " : "...)
			if b, err = appendJSON(c, b, args[i+1], a[i+1], ","); err != nil {
				return null, err
			}
		}
		return types.Text(string(append(b, '}'))), nil
	}
}

func bindJSONBObject(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if err := checkPairs(len(a), "jsonb_build_object"); err != nil {
			return null, err
		}
		l := jsonLevel{kind: '{'}
		for i := 0; i < len(a); i += 2 {
			if a[i].Null {
				return null, sqlerr.New(sqlerr.InvalidParameterValue, "argument %d: key must not be null", i+1)
			}
			k, err := jsonKey(c, args[i], a[i])
			if err != nil {
				return null, err
			}
			v, err := toJSONB(c, args[i+1], a[i+1])
			if err != nil {
				return null, err
			}
			l.keys, l.vals = append(l.keys, k), append(l.vals, v)
		}
		return types.Text(l.jsonb()), nil
	}
}

// jsonPairs reads the arguments of json_object: one array of pairs, or keys
// and values.
func jsonPairs(a []datum) (keys, vals []datum, err error) {
	wrong := sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts")
	x := arr(a[0])
	if len(a) == 2 {
		y := arr(a[1])
		if len(x.Dims) > 1 || len(x.Dims) != len(y.Dims) {
			return nil, nil, wrong
		}
		if len(x.Elems) != len(y.Elems) {
			return nil, nil, sqlerr.New(sqlerr.ArraySubscriptError, "mismatched array dimensions")
		}
		return x.Elems, y.Elems, nil
	}
	switch len(x.Dims) {
	case 0, 1:
		if len(x.Elems)%2 != 0 {
			return nil, nil, sqlerr.New(sqlerr.ArraySubscriptError, "array must have even number of elements")
		}
	case 2:
		if x.Dims[1] != 2 {
			return nil, nil, sqlerr.New(sqlerr.ArraySubscriptError, "array must have two columns")
		}
	default:
		return nil, nil, wrong
	}
	for i := 0; i < len(x.Elems); i += 2 {
		keys, vals = append(keys, x.Elems[i]), append(vals, x.Elems[i+1])
	}
	return keys, vals, nil
}

func rowJSONObject(b bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		keys, vals, err := jsonPairs(a)
		if err != nil {
			return null, err
		}
		l := jsonLevel{kind: '{'}
		out := []byte{'{'}
		for i, k := range keys {
			if k.Null {
				return null, sqlerr.New(sqlerr.NullValueNotAllowed, "null value not allowed for object key")
			}
			v := "null"
			if !vals[i].Null {
				v = string(jsonpath.AppendQuoted(nil, vals[i].S))
			}
			l.keys, l.vals = append(l.keys, k.S), append(l.vals, v)
			if i > 0 {
				out = append(out, ", "...)
			}
			out = append(append(jsonpath.AppendQuoted(out, k.S), " : "...), v...)
		}
		if b {
			return types.Text(l.jsonb()), nil
		}
		return types.Text(string(append(out, '}'))), nil
	}
}
