package types

import (
	"errors"
	"math"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// ParseText reads a value's text form, as the type's input function does, and
// makes it fit typmod (-1: none) as an assignment would. Errors are
// *sqlerr.Error in PostgreSQL's words. Strings are kept, not copied: s must
// never change afterwards. Text types are free of allocation.
func ParseText(t OID, typmod int32, s string, f *Format) (Datum, error) {
	switch t {
	case OIDText, OIDUnknown, OIDCString:
		return Datum{S: s}, checkText(s)
	}
	f = f.orDefault()
	d, err := parseText(t, typmod, s, f)
	if err != nil {
		return Datum{}, err
	}
	if typmod >= 0 && !IsArray(t) {
		return ApplyTypmod(t, typmod, d, false)
	}
	return d, nil
}

func parseText(t OID, typmod int32, s string, f *Format) (Datum, error) {
	switch RepOf(t) {
	case RepInt:
		v, err := parseIntText(t, s, f)
		return Datum{I: v}, err
	case RepFloat:
		bits := 64
		if t == OIDFloat4 {
			bits = 32
		}
		v, err := ParseFloat(s, bits)
		return Datum{F: v}, err
	case RepText:
		if t == OIDACLItem {
			v, err := canonicalACLItem(s, f)
			return Datum{S: v}, err
		}
		if t == OIDJSONPath {
			v, err := canonicalPath(s, f)
			return Datum{S: v}, err
		}
		v, err := parseStringText(t, s)
		return Datum{S: v}, err
	}
	return parseAnyText(t, typmod, s, f)
}

func parseIntText(t OID, s string, f *Format) (int64, error) {
	switch t {
	case OIDBool:
		b, err := parseBool(s)
		return Bool(b).I, err
	case OIDInt2:
		return parseInt(s, "smallint", math.MinInt16, math.MaxInt16)
	case OIDInt4:
		return parseInt(s, "integer", math.MinInt32, math.MaxInt32)
	case OIDInt8:
		return parseInt(s, "bigint", math.MinInt64, math.MaxInt64)
	case OIDOID:
		return parseOID(s, "oid")
	case OIDChar:
		if s == "" {
			return 0, nil
		}
		if len(s) == 4 && s[0] == '\\' && octal(s[1]) && octal(s[2]) && octal(s[3]) {
			return int64((s[1]-'0')<<6 | (s[2]-'0')<<3 | (s[3] - '0')), nil // the byte wraps, as \400 does
		}
		return int64(s[0]), nil
	case OIDXID, OIDCID:
		return parseLaxUint(s, 32), nil
	case OIDXID8:
		return parseLaxUint(s, 64), nil
	case OIDTID:
		return parseTID(s)
	case OIDPgLSN:
		return parseLSN(s)
	case OIDMacaddr:
		return parseMacaddr(s)
	case OIDMacaddr8:
		return parseMacaddr8(s)
	case OIDMoney:
		return parseMoney(s)
	case OIDDate:
		return ParseDate(s, f)
	case OIDTime:
		return parseTime(s, f)
	case OIDTimestamp:
		return ParseTimestamp(s, f)
	case OIDTimestamptz:
		return ParseTimestamptz(s, f)
	}
	if IsReg(t) {
		oid, err := parseReg(t, s, f)
		return int64(oid), err
	}
	return 0, unsupported(t)
}

func octal(b byte) bool { return b >= '0' && b <= '7' }

func parseStringText(t OID, s string) (string, error) {
	switch t {
	case OIDBytea:
		return parseBytea(s)
	case OIDUUID:
		return parseUUID(s)
	case OIDPgSnapshot, OIDTxidSnapshot:
		return parseSnapshot(s)
	}
	if err := checkText(s); err != nil {
		return "", err
	}
	switch t {
	case OIDName:
		return ClipName(s), nil
	case OIDJSON:
		return s, checkJSON(s)
	case OIDJSONB:
		return parseJSONB(s)
	case OIDVoid:
		return "", nil
	case OIDPgNodeTree:
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "cannot accept a value of type %s", "pg_node_tree")
	}
	return s, nil
}

// parseJSONB returns jsonb's canonical text. Only what is refused is looked at
// again, for PostgreSQL's words about what is wrong.
func parseJSONB(s string) (string, error) {
	out, err := knowledge.CanonicalJSON(s)
	if err == nil {
		return out, nil
	}
	if err := checkJSON(s); err != nil {
		return "", err
	}
	var je *knowledge.JSONError
	if errors.As(err, &je) {
		if je.Kind == knowledge.TooLarge {
			return "", sqlerr.New(sqlerr.ProgramLimitExceeded, "%s", je.Message).Wrap(err)
		}
	}
	return "", jsonbRefused(s, err)
}

func parseAnyText(t OID, typmod int32, s string, f *Format) (Datum, error) {
	switch t {
	case OIDNumeric:
		v, err := ParseNumeric(s)
		return Datum{A: v}, err
	case OIDInterval:
		v, err := ParseInterval(s, typmod, f)
		return Datum{A: v}, err
	case OIDTimetz:
		v, err := parseTimetz(s, f)
		return Datum{A: v}, err
	case OIDBit, OIDVarbit:
		v, err := parseBits(s)
		if err == nil && t == OIDBit && typmod < 0 {
			return Datum{A: v}, nil
		}
		return Datum{A: v}, err
	case OIDInet, OIDCIDR:
		v, err := parseInet(t, s)
		return Datum{A: v}, err
	case OIDTSVector:
		v, err := parseTSVector(s)
		return Datum{A: v}, err
	case OIDTSQuery:
		v, err := ParseTSQuery(s, TSStandard, PlainOperand, f)
		return Datum{A: v}, err
	case OIDPoint, OIDLseg, OIDLine, OIDBox, OIDPath, OIDPolygon, OIDCircle:
		v, err := parseGeo(t, s)
		return Datum{A: v}, err
	case OIDInt2Vector, OIDOIDVector:
		v, err := parseVector(t, s)
		return Datum{A: v}, err
	case OIDRecord:
		return Datum{}, sqlerr.New(sqlerr.FeatureNotSupported, "input of anonymous composite types is not implemented")
	}
	if e := ElemOf(t); e != 0 {
		v, err := parseArray(t, e, typmod, s, f)
		return Datum{A: v}, err
	}
	if e := RangeSubtype(t); e != 0 && IsRange(t) {
		v, err := parseRange(e, typmod, s, f)
		return Datum{A: v}, err
	} else if e != 0 {
		v, err := parseMultirange(e, typmod, s, f)
		return Datum{A: v}, err
	}
	if ty, ok := Lookup(t); ok && ty.Kind == 'p' {
		return Datum{}, sqlerr.New(sqlerr.FeatureNotSupported, "cannot accept a value of type %s", ty.Name)
	}
	return Datum{}, unsupported(t)
}
