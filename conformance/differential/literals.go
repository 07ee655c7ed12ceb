package differential

import (
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// samples are text forms of each type, typical ones first, then extremes.
var samples = map[string][]string{
	"bool":        {"t", "f"},
	"int2":        {"1", "0", "-1", "2", "7", "100", "32767", "-32768"},
	"int4":        {"1", "0", "-1", "2", "3", "10", "255", "1000", "2147483647", "-2147483648"},
	"int8":        {"1", "0", "-1", "5", "12", "123456789012", "9223372036854775807", "-9223372036854775808"},
	"float4":      {"1", "0", "-1.5", "0.1", "3.4e38", "1e-40", "NaN", "Infinity", "-0", "16777217"},
	"float8":      {"1", "0", "-1.5", "0.1", "2.5", "100", "1e308", "5e-324", "NaN", "-Infinity", "Infinity", "-0", "0.5", "123456.789"},
	"numeric":     {"1", "0", "-1", "1.5", "-2.5", "0.001", "12345.6789", "1e20", "-99999999999999999999.99", "NaN", "Infinity", "0.00", "1e-12", "100"},
	"text":        {"abc", "", "a", "Hello World", "äöü€", "a%b_c", "123", "-4.5", "line\nbreak", "it's", `back\slash`, "  pad  ", "ABCabc", "x,y,z", "t", "2024-02-29", "a.b(c)", "日本語", "[0-9]+"},
	"varchar":     {"abc", "", "Hello", "äöü", "12", "  x "},
	"bpchar":      {"abc", "a  ", "", "xyz", "10 "},
	"char":        {"a", "", "Z", "1"},
	"name":        {"abc", "pg_class", "Mixed", ""},
	"bytea":       {`\x`, `\x00ff`, `\x616263`, `\xdeadbeef`, `\x68c3a9`},
	"uuid":        {"00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
	"date":        {"2024-02-29", "2000-01-01", "1999-12-31", "infinity", "-infinity", "0044-03-15 BC", "5874897-12-31", "1900-06-15"},
	"time":        {"00:00:00", "12:34:56.789", "23:59:59.999999", "24:00:00"},
	"timetz":      {"00:00:00+00", "12:34:56.789+05:30", "23:59:59-08"},
	"timestamp":   {"2024-02-29 12:34:56.789", "2000-01-01 00:00:00", "1999-12-31 23:59:59.999999", "infinity", "-infinity", "0044-03-15 01:02:03 BC", "1969-07-20 20:17:40"},
	"timestamptz": {"2024-02-29 12:34:56.789+00", "2000-01-01 00:00:00+01", "1999-12-31 23:59:59.999999-08", "infinity", "-infinity", "2024-03-10 10:30:00+00"},
	"interval":    {"1 day", "00:00:00", "-1 mon", "1 year 2 mons 3 days 04:05:06.789", "-3 days +02:00:00", "400 days", "36:00:00", "1000 years"},
	"json":        {"{}", "[]", "null", "1", `"x"`, `{"a": 1, "b": [1,2,{"c":null}]}`, `[1, "two", null, {"k": "v"}]`, `{"a":{"b":"c"},"a":2}`, "true"},
	"jsonb":       {"{}", "[]", "null", "1.50", `"x"`, `{"a": 1, "b": [1,2,{"c":null}]}`, `[1, "two", null, {"k": "v"}]`, `{"a":{"b":"c"},"d":2}`, "false", "-12"},
	"oid":         {"0", "1", "16", "23", "25", "4294967295", "1259"},
	"xid":         {"0", "1", "3", "4294967295"},
	"cid":         {"0", "1", "7"},
	"xid8":        {"0", "1", "18446744073709551615"},
	"tid":         {"(0,1)", "(1,2)", "(4294967295,65535)"},
	"oidvector":   {"", "1 2 3", "23 25"},
	"int2vector":  {"", "1 2", "-1 7"},
	"regtype":     {"int4", "text", "timestamptz", "numeric"},
	"regproc":     {"now", "pi", "textcat"},
	"regclass":    {"pg_class", "pg_type"},
	"regrole":     {"stemedb"},
	"cstring":     {"1", "abc", "", "2024-02-29", "t", "-12.5", "{1,2}", "1 2"},
	"unknown":     {"abc", "1", ""},
	"inet":        {"127.0.0.1", "192.168.1.5/24", "::1", "10.0.0.0/8", "2001:db8::/32"},
	"cidr":        {"10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32"},
	"macaddr":     {"08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"},
	"macaddr8":    {"08:00:2b:01:02:03:04:05"},
	"money":       {"$1.50", "-$2.00", "0"},
	"bit":         {"1", "0"},
	"varbit":      {"", "1", "0101", "11111111", "000000001"},
	"int4range":   {"[1,5)", "empty", "(,10]", "[3,)", "(,)", "[7,7]"},
	"int8range":   {"[1,5)", "empty", "(,10]", "[3,)"},
	"numrange":    {"[1.5,2.5)", "empty", "(,10]", "[3,)", "(1,2]"},
	"daterange":   {"[2024-01-01,2024-02-01)", "empty", "(,2024-01-01]", "[2024-01-15,)"},
	"tsrange":     {"[2024-01-01 00:00,2024-02-01 12:00)", "empty", "(,)"},
	"tstzrange":   {"[2024-01-01 00:00+00,2024-02-01 12:00+00)", "empty"},
	"point":       {"(0,0)", "(1,2)", "(-3.5,4)", "(1.0000001,2)", "(1e300,-1e300)", "(NaN,1)", "(Infinity,0)"},
	"lseg":        {"[(0,0),(1,2)]", "[(-1,1),(4,1)]", "[(2,-2),(2,5)]", "[(1,1),(1,1)]", "[(0,0),(1e300,1)]"},
	"line":        {"{1,-1,0}", "{0,-1,2}", "{-1,0,3}", "{0.5,3,1}", "{NaN,1,1}"},
	"box":         {"(2,2),(0,0)", "(3,4),(1,1)", "(2,2),(2,2)", "(-1,-2),(-5,-5)", "(Infinity,1),(0,-Infinity)"},
	"path":        {"[(0,0),(1,2),(3,3)]", "((0,0),(4,0),(4,4),(0,4))", "((1,1))", "[(7,7)]", "[(1e300,1),(NaN,2)]"},
	"polygon":     {"((0,0),(4,0),(4,4),(0,4))", "((1,1),(2,1),(2,2),(1,2))", "((10,10),(12,10),(11,14))", "((1,1))", "((0,0),(6,0),(6,6),(3,1),(0,6))"},
	"circle":      {"<(0,0),1>", "<(1,2),3>", "<(3,3),0>", "<(-4,0),3.25>", "<(1,1),NaN>", "<(1e300,0),1e300>"},
	"jsonpath":    {"$", "$.a", "$.b[*]", "$[0]", "$.a ? (@ > 0)", "strict $.b[1]", "$.**"},
}

// arrayText are arrays of a few element types in their text form.
var arrayText = map[string][]string{
	"text": {"{}", "{a,b,c}", `{NULL,"x y",""}`, `{{a,b},{c,d}}`, "[2:4]={p,q,r}", "{abc}", `{a,"1"}`, "{b,0,c}"},
	"int4": {"{}", "{1,2,3}", "{NULL,1}", "{{1,2},{3,4}}", "[0:1]={5,6}", "{3,1,2,1}"},
}

func typeOf(name string) types.OID {
	t, ok := types.ByName("", name)
	if !ok {
		return 0
	}
	return t.OID
}

// writable reports whether values of the type can be made.
func writable(oid types.OID) bool {
	t, ok := types.Lookup(oid)
	if !ok {
		return false
	}
	if _, ok = samples[t.Name]; ok {
		return true
	}
	return types.IsArray(oid) && writable(types.ElemOf(oid))
}

// spell writes a type's name for a cast.
func spell(name string) string {
	if elem, ok := strings.CutPrefix(name, "_"); ok {
		return spell(elem) + "[]"
	}
	switch name {
	case "char", "unknown":
		return `pg_catalog."` + name + `"`
	}
	return name
}

func quote(s string) string {
	s = strings.ReplaceAll(s, "'", "''")
	return "'" + s + "'"
}

func literalOf(name, text string) string { return quote(text) + "::" + spell(name) }

// constant is the simplest value of a sort, for shrinking; "" when it is no
// type's name.
func constant(sort string) string {
	if list, ok := samples[sort]; ok {
		return literalOf(sort, list[0])
	}
	if elem, ok := strings.CutPrefix(sort, "_"); ok && samples[elem] != nil {
		return "'{}'::" + spell(sort)
	}
	return ""
}

func nullOf(sort string) string { return "NULL::" + spell(sort) }

// literal is a random value of a type, NULL now and then.
func (g *Gen) literal(oid types.OID) *Node {
	t, ok := types.Lookup(oid)
	if !ok {
		return leaf("", "NULL")
	}
	if g.chance(12) {
		return leaf(t.Name, nullOf(t.Name))
	}
	if _, listed := samples[t.Name]; !listed && types.IsArray(oid) {
		elem, _ := types.Lookup(types.ElemOf(oid))
		if texts := arrayText[elem.Name]; texts != nil && g.chance(2) {
			return leaf(t.Name, literalOf(t.Name, pick(g, texts)))
		}
		var kids []string
		for range g.rnd.IntN(4) {
			kids = append(kids, g.literal(elem.OID).SQL())
		}
		return leaf(t.Name, "ARRAY["+strings.Join(kids, ", ")+"]::"+spell(t.Name))
	}
	texts := samples[t.Name]
	if len(texts) == 0 {
		return leaf(t.Name, nullOf(t.Name))
	}
	return leaf(t.Name, literalOf(t.Name, pick(g, texts)))
}
