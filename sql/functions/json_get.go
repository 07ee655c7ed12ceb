package functions

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func jsonElement(l *jsonLevel, i int64) (string, bool) {
	if i < 0 {
		i += int64(len(l.vals))
	}
	if l.kind != '[' || i < 0 || i >= int64(len(l.vals)) {
		return "", false
	}
	return l.vals[i], true
}

func jsonMember(s string, key string) (string, bool) {
	l := openJSON(s)
	if l.kind != '{' {
		return "", false
	}
	i := l.find(key)
	if i < 0 {
		return "", false
	}
	return l.vals[i], true
}

// found makes a result of a part: its text form or the value.
func found(v string, ok, text bool) (datum, error) {
	if !ok {
		return null, nil
	}
	if text {
		return jsonText(v), nil
	}
	return types.Text(v), nil
}

func rowJSONField(text bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		v, ok := jsonMember(a[0].S, a[1].S)
		return found(v, ok, text)
	}
}

// rowJSONElement takes an element; a scalar jsonb counts as an array of one.
func rowJSONElement(text, binary bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		l := openJSON(a[0].S)
		if binary && l.kind == 's' {
			l.kind = '['
		}
		v, ok := jsonElement(&l, a[1].I)
		return found(v, ok, text)
	}
}

func rowJSONPath(text bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		path := arr(a[1]).Elems
		if slices.ContainsFunc(path, func(p datum) bool { return p.Null }) {
			return null, nil
		}
		v, ok := jsonAt(jsonTrim(a[0].S), path)
		return found(v, ok, text)
	}
}

// jsonAt follows a path into a value. Of members of one name, which json may
// have, it is the last in which the rest of the path leads somewhere.
func jsonAt(v string, path []datum) (string, bool) {
	if len(path) == 0 {
		return v, true
	}
	l := openJSON(v)
	switch l.kind {
	case '{':
		for i := len(l.keys) - 1; i >= 0; i-- {
			if l.keys[i] != path[0].S {
				continue
			}
			if at, ok := jsonAt(l.vals[i], path[1:]); ok {
				return at, true
			}
		}
	case '[':
		if i, err := strconv.ParseInt(strings.TrimLeft(path[0].S, " \t\n\v\f\r"), 10, 32); err == nil {
			if at, ok := jsonElement(&l, i); ok {
				return jsonAt(at, path[1:])
			}
		}
	}
	return "", false
}

func errJSON(format string, args ...any) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, format, args...)
}

func rowJSONArrayLength(_ *Ctx, a []datum) (datum, error) {
	l := openJSON(a[0].S)
	switch l.kind {
	case 's':
		return null, errJSON("cannot get array length of a scalar")
	case '{':
		return null, errJSON("cannot get array length of a non-array")
	}
	return types.Int(int64(len(l.vals))), nil
}

func rowJSONTypeof(_ *Ctx, a []datum) (datum, error) {
	return types.Text(jsonTypeName(jsonTrim(a[0].S))), nil
}

func jsonTypeName(s string) string {
	switch jsonKind(s) {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

func setJSONElements(name string, text bool) SetFunc {
	return func(_ *Ctx, a []datum) (SetIter, error) {
		l := openJSON(a[0].S)
		if l.kind != '[' {
			switch {
			case strings.HasPrefix(name, "jsonb") && l.kind == 's':
				return nil, errJSON("cannot extract elements from a scalar")
			case strings.HasPrefix(name, "jsonb"):
				return nil, errJSON("cannot extract elements from an object")
			case l.kind == 's':
				return nil, errJSON("cannot call %s on a scalar", name)
			}
			return nil, errJSON("cannot call %s on a non-array", name)
		}
		rows := make([]datum, len(l.vals))
		for i, v := range l.vals {
			rows[i], _ = found(v, true, text)
		}
		return newSliceIter(rows), nil
	}
}

// jsonMembers are an object's members, of equal keys the last, for jsonb; json
// keeps them all.
func setJSONEach(name string, text bool) SetFunc {
	return func(_ *Ctx, a []datum) (SetIter, error) {
		l := openJSON(a[0].S)
		if l.kind != '{' {
			switch {
			case strings.HasPrefix(name, "jsonb"):
				return nil, errJSON("cannot call %s on a non-object", name)
			case l.kind == 's':
				return nil, errJSON("cannot deconstruct a scalar")
			}
			return nil, errJSON("cannot deconstruct an array as an object")
		}
		rows := make([][]datum, len(l.vals))
		for i, v := range l.vals {
			d, _ := found(v, true, text)
			rows[i] = []datum{types.Text(l.keys[i]), d}
		}
		return &rowsIter{rows}, nil
	}
}

func setJSONKeys(name string) SetFunc {
	return func(_ *Ctx, a []datum) (SetIter, error) {
		l := openJSON(a[0].S)
		switch l.kind {
		case 's':
			return nil, errJSON("cannot call %s on a scalar", name)
		case '[':
			return nil, errJSON("cannot call %s on an array", name)
		}
		return newSliceIter(textDatums(l.keys)), nil
	}
}

func jsonEqual(a, b string) bool {
	return a == b || types.Compare(tJSONB, types.Text(a), types.Text(b)) == 0
}

// jsonContains is @> : scalars by value, objects by member, arrays by element.
// At the top an array also contains a scalar that is among its elements.
func jsonContains(a, b string, top bool) bool {
	la, lb := openJSON(a), openJSON(b)
	if top && la.kind == '[' && lb.kind == 's' {
		lb.kind = '['
	}
	if la.kind != lb.kind {
		return false
	}
	switch lb.kind {
	case 's':
		return jsonEqual(a, b)
	case '{':
		for i, k := range lb.keys {
			j := la.find(k)
			if j < 0 || !jsonContains(la.vals[j], lb.vals[i], false) {
				return false
			}
		}
		return true
	}
	for _, want := range lb.vals {
		ok := false
		for _, have := range la.vals {
			if jsonContains(have, want, false) {
				ok = true
				break
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

func jsonExists(l *jsonLevel, key string) bool {
	if l.kind == '{' {
		return l.find(key) >= 0
	}
	for _, v := range l.vals {
		if jsonKind(v) == '"' && jsonString(v) == key {
			return true
		}
	}
	return false
}

func rowJSONExists(all bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		l := openJSON(a[0].S)
		for _, k := range arr(a[1]).Elems {
			if !k.Null && jsonExists(&l, k.S) != all {
				return types.Bool(!all), nil
			}
		}
		return types.Bool(all), nil
	}
}

// rowJSONCast casts a jsonb scalar to a number type or bool.
func rowJSONCast(t types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		k := jsonKind(a[0].S)
		if t == tBool && (k == 't' || k == 'f') {
			return types.Bool(k == 't'), nil
		}
		if t == tBool || k != '0' {
			name := jsonTypeName(a[0].S)
			if k == '0' {
				name = "numeric"
			}
			return null, sqlerr.New(sqlerr.InvalidParameterValue, "cannot cast jsonb %s to type %s", name, types.FormatType(t, -1))
		}
		d, err := types.ParseText(tNumeric, -1, a[0].S, &c.Format)
		if err != nil || t == tNumeric {
			return d, err
		}
		switch t {
		case tInt2:
			return rowNumericToInt(&width2)(c, []datum{d})
		case tInt4:
			return rowNumericToInt(&width4)(c, []datum{d})
		case tInt8:
			return rowNumericToInt(&width8)(c, []datum{d})
		}
		return rowNumericToFloat(t)(c, []datum{d})
	}
}
