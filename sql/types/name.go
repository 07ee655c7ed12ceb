package types

import (
	"strconv"
	"strings"
)

// sqlNames are the types whose SQL name differs from their catalog name.
func sqlName(t OID) (before, after string) {
	switch t {
	case OIDBool:
		return "boolean", ""
	case OIDInt2:
		return "smallint", ""
	case OIDInt4:
		return "integer", ""
	case OIDInt8:
		return "bigint", ""
	case OIDFloat4:
		return "real", ""
	case OIDFloat8:
		return "double precision", ""
	case OIDBpchar:
		return "character", ""
	case OIDVarchar:
		return "character varying", ""
	case OIDVarbit:
		return "bit varying", ""
	case OIDTime:
		return "time", " without time zone"
	case OIDTimetz:
		return "time", " with time zone"
	case OIDTimestamp:
		return "timestamp", " without time zone"
	case OIDTimestamptz:
		return "timestamp", " with time zone"
	case OIDChar:
		return `"char"`, ""
	case OIDAny:
		return `"any"`, ""
	}
	if ty, ok := Lookup(t); ok {
		return ty.Name, ""
	}
	return "", ""
}

// FormatType returns a type's SQL name with its modifier, as format_type does
// when it is given one (-1: none): bpchar without a length is "bpchar". An
// OID that is no built-in type gives "???", 0 gives "-".
func FormatType(t OID, typmod int32) string {
	if typmod < 0 {
		if t == OIDBpchar {
			return "bpchar"
		}
		if t == OIDBpcharArray {
			return "bpchar[]"
		}
		// "bit" in quotes is bit of any length, bit alone is bit(1).
		if t == OIDBit {
			return `"bit"`
		}
		if t == OIDBitArray {
			return `"bit"[]`
		}
		return FormatTypeBare(t)
	}
	if t == OIDBit && typmod == 0 {
		return "bit"
	}
	elem, suffix := t, ""
	if e := plainElem(t); e != 0 {
		elem, suffix = e, "[]"
	}
	before, after := sqlName(elem)
	if before == "" {
		return FormatTypeBare(t)
	}
	if mod := TypmodOut(elem, typmod); mod != "" && !ignoresTypmod(elem) {
		return before + mod + suffix
	}
	return before + after + suffix
}

// ignoresTypmod names the types whose SQL names have no room for a modifier.
func ignoresTypmod(t OID) bool {
	switch t {
	case OIDBool, OIDInt2, OIDInt4, OIDInt8, OIDFloat4, OIDFloat8:
		return true
	}
	return false
}

// FormatTypeBare returns a type's SQL name, as format_type(t, NULL) and
// regtype do.
func FormatTypeBare(t OID) string {
	if t == 0 {
		return "-"
	}
	elem, suffix := t, ""
	if e := plainElem(t); e != 0 {
		elem, suffix = e, "[]"
	}
	before, after := sqlName(elem)
	if before == "" {
		return "???"
	}
	return before + after + suffix
}

// plainElem returns the element type of an array type that prints as elem[].
func plainElem(t OID) OID {
	if t == OIDInt2Vector || t == OIDOIDVector {
		return 0
	}
	return ElemOf(t)
}

// typeWords are the SQL spellings that differ from catalog names.
func typeWords(words string) (OID, bool) {
	switch words {
	case "boolean":
		return OIDBool, true
	case "smallint":
		return OIDInt2, true
	case "int", "integer":
		return OIDInt4, true
	case "bigint":
		return OIDInt8, true
	case "real":
		return OIDFloat4, true
	case "float", "double precision":
		return OIDFloat8, true
	case "decimal", "dec":
		return OIDNumeric, true
	case "char", "character", "nchar", "national character", "national char":
		return OIDBpchar, true
	case "char varying", "character varying", "nchar varying", "national character varying", "national char varying":
		return OIDVarchar, true
	case "bit varying":
		return OIDVarbit, true
	case "time without time zone":
		return OIDTime, true
	case "time with time zone":
		return OIDTimetz, true
	case "timestamp without time zone":
		return OIDTimestamp, true
	case "timestamp with time zone":
		return OIDTimestamptz, true
	}
	return 0, false
}

// ParseTypeName reads the name of a built-in type as SQL writes it:
// "int4", "character varying(10)", "timestamp(3) with time zone[]",
// `pg_catalog."char"`. ok is false when there is no such type.
func ParseTypeName(s string) (t OID, typmod int32, ok bool) {
	s = strings.TrimSpace(s)
	array := false
	for {
		open := strings.LastIndexByte(s, '[')
		if open <= 0 || !strings.HasSuffix(s, "]") {
			break
		}
		if _, err := strconv.Atoi(s[open+1 : len(s)-1]); err != nil && open+2 != len(s) {
			return 0, -1, false
		}
		array = true
		s = strings.TrimSpace(s[:open])
	}
	t, typmod, ok = parseScalarName(s)
	if ok && array {
		t = ArrayOf(t)
		ok = t != 0
	}
	return t, typmod, ok
}

func parseScalarName(s string) (t OID, typmod int32, ok bool) {
	if rest, cut := strings.CutPrefix(s, "pg_catalog."); cut {
		ty, ok := ByName("", unquoteName(rest))
		if !ok {
			return 0, -1, false
		}
		return ty.OID, -1, true
	}
	if strings.HasPrefix(s, `"`) {
		ty, ok := ByName("", unquoteName(s))
		if !ok {
			return 0, -1, false
		}
		return ty.OID, -1, true
	}
	name, args := s, []string(nil)
	if open := strings.IndexByte(s, '('); open >= 0 {
		end := strings.IndexByte(s, ')')
		if end < open {
			return 0, -1, false
		}
		for a := range strings.SplitSeq(s[open+1:end], ",") {
			args = append(args, strings.TrimSpace(a))
		}
		name = s[:open] + " " + s[end+1:]
	}
	name = strings.Join(strings.Fields(strings.ToLower(name)), " ")
	t, ok = typeWords(name)
	if !ok {
		var ty *Type
		if ty, ok = ByName("", name); !ok {
			return 0, -1, false
		}
		t = ty.OID
	}
	return withArgs(t, name, args)
}

func withArgs(t OID, name string, args []string) (OID, int32, bool) {
	switch {
	case name == "float" && len(args) == 1:
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > 53 {
			return 0, -1, false
		}
		if n <= 24 {
			return OIDFloat4, -1, true
		}
		return OIDFloat8, -1, true
	case t == OIDInterval && len(args) > 0:
		args = append([]string{strconv.Itoa(intervalFullRange)}, args...)
	case args == nil && (t == OIDBit || t == OIDBpchar && name != "bpchar"):
		args = []string{"1"}
	case args == nil:
		return t, -1, true
	}
	typmod, err := TypmodIn(t, args)
	return t, typmod, err == nil
}

// unquoteName folds a plain identifier to lower case and takes the quotes off
// a quoted one.
func unquoteName(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	return strings.ToLower(s)
}
