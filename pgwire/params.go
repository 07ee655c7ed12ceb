package pgwire

import (
	"fmt"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// decodeParams turns a Bind's values into datums, appended to dst. Strings
// that a datum may keep are cut from one copy of all values, so that a Bind
// costs one allocation, and none when its parameters are numbers.
func (c *conn) decodeParams(m *bindMessage, st *statement, dst []types.Datum) ([]types.Datum, error) {
	if m.params == 0 {
		return dst, nil
	}
	var all string // of m.values, made when first needed
	var f *types.Format
	var err error
	cur := cursor{b: m.values}
	for i, t := range st.params {
		n := int(cur.int32())
		if n == -1 {
			dst = append(dst, types.NullDatum)
			continue
		}
		at := len(m.values) - len(cur.b)
		b := cur.bytes(n)
		var code int16
		switch {
		case len(m.paramFormats) == 2:
			code = format(m.paramFormats, 0)
		case len(m.paramFormats) > 2:
			code = format(m.paramFormats, i)
		}
		if code != 0 && code != 1 {
			return dst, inParameter(sqlerr.New(sqlerr.InvalidParameterValue, "unsupported format code: %d", code), m, i, false)
		}
		text := code == 0 || isString(t)
		recoded := c.out.coder != nil && !types.IsASCII(alias(b))
		if recoded {
			if b, err = c.decodeValue(t, b, text); err != nil {
				return dst, inParameter(err, m, i, false)
			}
		}
		if text {
			if err := checkText(alias(b)); err != nil {
				return dst, inParameter(err, m, i, false)
			}
		}
		if text && !isScalarNumber(t) {
			var s string
			if recoded {
				s = string(b)
			} else {
				if all == "" {
					all = string(m.values)
				}
				s = all[at : at+n]
			}
			if isString(t) {
				dst = append(dst, types.Text(s))
				continue
			}
			if f == nil {
				f = c.session.Format()
			}
			d, err := types.ParseText(t, -1, s, f)
			if err != nil {
				return dst, inParameter(err, m, i, true)
			}
			dst = append(dst, d)
			continue
		}
		d, err := decodeNumber(t, b, code)
		if err != nil {
			return dst, inParameter(err, m, i, code == 0)
		}
		dst = append(dst, d)
	}
	return dst, nil
}

// decodeNumber decodes values of which the datum keeps nothing, text or
// binary, and every other binary value, which package types copies.
func decodeNumber(t types.OID, b []byte, code int16) (types.Datum, error) {
	if code == 1 {
		return types.ParseBinary(t, -1, b)
	}
	// The string lives in the read buffer: it must not be kept, and a number
	// does not.
	return types.ParseText(t, -1, alias(b), nil)
}

// isString reports whether a type's text and binary forms are its value.
func isString(t types.OID) bool {
	return t == types.OIDText || t == types.OIDVarchar || t == types.OIDUnknown
}

// isScalarNumber reports whether the datum of a type keeps nothing of the text
// it was parsed from, and needs no settings to parse.
func isScalarNumber(t types.OID) bool {
	switch t {
	case types.OIDBool, types.OIDInt2, types.OIDInt4, types.OIDInt8, types.OIDFloat4, types.OIDFloat8, types.OIDOID:
		return true
	}
	return false
}

// inParameter adds PostgreSQL's context line to an error of a parameter;
// parsed: its text had been read (PostgreSQL then shows it, cut to nothing by
// its default settings).
func inParameter(err error, m *bindMessage, i int, parsed bool) error {
	e := *asError(err)
	e.Position = 0
	where := fmt.Sprintf("unnamed portal parameter $%d", i+1)
	if len(m.portal) > 0 {
		where = fmt.Sprintf("portal %q parameter $%d", m.portal, i+1)
	}
	if parsed {
		where += " = '...'"
	}
	if e.Code == sqlerr.InvalidBinaryRepresentation && e.Message == "incorrect binary data format" {
		e.Message = fmt.Sprintf("incorrect binary data format in bind parameter %d", i+1)
	}
	if e.Where != "" {
		where = e.Where + "\n" + where
	}
	e.Where = where
	return &e
}
