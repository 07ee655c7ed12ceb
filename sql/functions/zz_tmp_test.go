package functions

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stemedb/stemedb/sql/types"
)

var pool = map[string][]string{
	"int2":        {"0", "1", "-1", "2", "3", "7", "10", "-10", "100", "32767", "-32768", "255", "12"},
	"int4":        {"0", "1", "-1", "2", "3", "4", "5", "-2", "-3", "7", "10", "13", "60", "100", "1000", "-100", "2147483647", "-2147483648", "65536", "31", "32", "12", "2024", "-2147483647"},
	"int8":        {"0", "1", "-1", "2", "3", "5", "-7", "10", "60", "100", "1000000", "9223372036854775807", "-9223372036854775808", "4294967296", "2147483648", "-2147483649", "1152921504606846976", "3037000500", "-3037000499", "9", "64"},
	"float4":      {"0", "-0", "1", "-1", "0.5", "1.5", "2.5", "-2.5", "NaN", "Infinity", "-Infinity", "1e-45", "3.4028235e38", "1e10", "0.1", "123456.79", "-7.25", "1e20", "16777217"},
	"float8":      {"0", "-0", "1", "-1", "0.5", "1.5", "2.5", "-2.5", "NaN", "Infinity", "-Infinity", "5e-324", "1.7976931348623157e308", "1e15", "1e16", "0.1", "123456.789", "-7.25", "1e-5", "1e-4", "9.223372036854775e18", "2147483647.5", "30", "45", "90", "-180", "0.3333333333333333", "2", "3", "100"},
	"numeric":     {"0", "0.00", "1", "-1", "1.5", "2.5", "-2.5", "0.5", "NaN", "Infinity", "-Infinity", "123456789012345678901234567890.123456789", "0.000000000000000000001", "-0.0001", "10", "100.00", "1e20", "1e-20", "99999999999999999999", "3", "7", "2", "-7.125", "1234.5678", "9223372036854775807", "9223372036854775808", "18446744073709551615", "0.1", "1e100", "-12", "36", "48.0", "2147483648"},
	"text":        {"", "a", "abc", "ABC", "abcabc", "héllo wörld", "日本語", "  pad  ", "x", "A_b%c", "a\\b", "foo.bar", "12", "-5", "1.5", "Ünï", "😀x", "a,b,c", ",", "b", "%", "a.c", "(a)(b)?", "[a-c]+", "^a", "g", "i", "gi", "\t\n", "aaaaaaaaaa", "12 kB", "NFC", "YYYY-MM-DD", "'quoted'", "\"Dq\"", "é", "é", "hex", "base64", "escape", "\\x41", "YWJj", "6162", "day", "hour", "month", "year", "week", "century", "epoch", "UTC", "America/New_York", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "%s", "%I.%L", "%1$s", "b*", "\\d+", "\\m", "a|b", "(b)(c)", "utf8", "latin1", "nosuch", "Quarter", "ms", "dow", "isoyear", "julian", "milliseconds", "999.99", "FM999", "S99", "HH24:MI", "Mon"},
	"bytea":       {"\\x", "\\x00", "\\x41", "\\x616263", "\\xdeadbeef", "\\xff", "\\x0102030405060708090a", "\\xc3a9", "\\x2020612020", "\\xe6979c", "\\x80", "\\x5c27", "\\x6162630061"},
	"name":        {"", "a", "abc", "Foo", "zz", "utf8", "latin1", "nosuch", "pg_catalog", "UTF-8", "SQL_ASCII"},
	"bpchar":      {"", "a", "a  ", "abc", "ABC", "  x", "b ", "héllo  ", "a\t"},
	"varchar":     {"", "a", "abc", "12", "t", "x y"},
	"char":        {"", "a", "b", "Z", "~", "1", " "},
	"bool":        {"t", "f"},
	"oid":         {"0", "1", "16", "2147483648", "4294967295", "1259", "2200"},
	"xid":         {"0", "1", "3", "4294967295", "100"},
	"cid":         {"0", "1", "4294967295"},
	"xid8":        {"0", "1", "3", "18446744073709551615", "9223372036854775808", "4294967299"},
	"tid":         {"(0,0)", "(0,1)", "(4294967295,65535)", "(10,2)", "(65537,3)"},
	"pg_lsn":      {"0/0", "0/1", "FFFFFFFF/FFFFFFFF", "16/B374D848", "80000000/0", "1/0"},
	"uuid":        {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
	"date":        {"2024-02-29", "1970-01-01", "2000-01-01", "0001-01-01", "0044-03-15 BC", "4713-01-01 BC", "5874897-12-31", "infinity", "-infinity", "1999-12-31", "2024-12-30", "2021-01-03", "2024-03-10", "4714-11-24 BC", "294277-01-01", "1582-10-15"},
	"time":        {"00:00", "24:00", "12:34:56.789012", "23:59:59.999999", "01:02:03", "00:00:00.000001", "12:00"},
	"timetz":      {"00:00+00", "24:00-05", "12:34:56.789012+05:30", "23:59:59.999999-15:59", "01:02:03+02", "12:00+15:59:59"},
	"timestamp":   {"2024-02-29 12:34:56.789012", "1970-01-01 00:00", "2000-01-01", "0001-01-01", "0044-03-15 BC 01:02:03", "4714-11-24 00:00 BC", "294276-12-31 23:59:59.999999", "infinity", "-infinity", "1999-12-31 23:59:59.999999", "2024-03-10 02:30", "2024-11-03 01:30", "1883-11-18 12:00", "2021-01-03 05:06:07"},
	"timestamptz": {"2024-02-29 12:34:56.789012+00", "1970-01-01 00:00+00", "2000-01-01 00:00-05", "0001-01-01 00:00+00", "0044-03-15 01:02:03+00 BC", "4714-11-24 00:00+00 BC", "294276-12-31 23:59:59.999999+00", "infinity", "-infinity", "2024-03-10 06:59:59+00", "2024-03-10 07:00+00", "2024-11-03 05:30+00", "2024-11-03 06:30+00", "1883-11-18 16:00+00", "2024-06-15 12:00+09"},
	"interval":    {"0", "1 day", "-1 day", "1 mon", "1 year 2 mons 3 days 04:05:06.789", "-1 year -2 mons +3 days -04:05:06.789", "00:00:00.000001", "178000000 years", "-178000000 years", "30 days", "24:00", "1 mon -1 day", "2562047788:00:54.775807", "15 mins", "1 hour", "-00:30", "1 week", "2147483647 days", "1 mon 1 day", "1.5 hours", "9 mons 45 days 30:00"},
	"_int4":       {"{}", "{1}", "{1,2,3}", "{3,NULL,1}", "[2:4]={5,6,7}", "{{1,2},{3,4}}", "[0:1][-1:0]={{1,2},{3,4}}", "{NULL}", "{1,1,2,2,1}", "{{{1},{2}}}", "{0}", "{-1,5}", "[-3:-1]={9,8,7}"},
	"_text":       {"{}", "{a}", "{a,b,c}", "{b,NULL,\"x y\"}", "[3:4]={q,r}", "{{a,b},{c,d}}", "{a,1,b,2}", "{\"\",NULL}", "{{a,1},{b,2}}", "{NULL,b}", "{\"a,b\",\"c\\\"d\"}"},
	"_numeric":    {"{}", "{1.5,2.50}", "{NaN,1}", "{1,2,3,NULL}", "[5:6]={0.1,0.2}"},
	"_float8":     {"{}", "{1.5,2.5}", "{NaN,1}", "{1,2,3,NULL}", "{Infinity}"},
	"_timestamp":  {"{}", "{\"2024-01-01 00:00:00\",infinity}", "{NULL}"},
	"_date":       {"{}", "{2024-01-01,2025-01-01}", "{NULL}"},
	"_bool":       {"{}", "{t,f,NULL}", "{t}"},
	"oidvector":   {"", "1", "1 2 3", "23 25", "4294967295", "16 1700 20"},
	"int2vector":  {"", "1", "1 2 -3"},
	"unknown":     {"a", "", "12"},
	"json":        {`{}`, `{"a": 1}`, `[1, 2]`, `null`, `"x"`, `{"a": {"b": [1, {"c": null}]}}`},
	"jsonb":       {`{}`, `{"a": 1}`, `[1, 2]`, `null`, `"x"`, `{"a": {"b": [1, {"c": null}]}}`, `1.50`},
	"regtype":     {"integer", "text"},
	"regclass":    {"pg_class"},
	"_char":       {"{a,b}"},
	"_name":       {"{a,b}"},
	"cstring":     {"a"},
}

func zzCandidates(f *Func) bool {
	if f.Kind == WindowFn || f.Volatility == 'v' {
		return false
	}
	return true
}

type zzCall struct {
	fn   *Func
	line string
	sql  string
	g    *goldenCase
}

func lit(s string) string { return "E'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(s) + "'" }
func tn(n string) string {
	if n == "char" || n == "name" || n == "bpchar" {
		return `pg_catalog."` + n + `"`
	}
	if strings.HasPrefix(n, "_") {
		return `pg_catalog."` + n + `"`
	}
	return `"` + n + `"`
}

func zzMake(r *rand.Rand, f *Func) *zzCall {
	elem := []string{"int4", "text", "numeric", "float8", "timestamp", "date", "bool"}[r.Intn(7)]
	var sig, as, sqls []string
	for i, t := range f.Args {
		ty, _ := types.Lookup(t)
		n := ty.Name
		poly := ""
		switch n {
		case "anyelement", "anynonarray", "anycompatible", "anycompatiblenonarray":
			poly = elem
		case "any":
			poly = []string{"int4", "text", "numeric", "_text", "timestamp", "float8"}[r.Intn(6)]
		case "anyarray", "anycompatiblearray":
			poly = "_" + elem
		}
		sig = append(sig, n)
		if poly != "" {
			n = poly
		}
		null := r.Intn(25) == 0
		if f.Kind == Agg {
			k := r.Intn(7)
			p := pool[n]
			if p == nil || strings.HasPrefix(n, "_") {
				return nil
			}
			_ = k
			_ = i
			sqls = append(sqls, n)
			as = append(as, n)
			continue
		}
		p := pool[n]
		if p == nil {
			return nil
		}
		v := p[r.Intn(len(p))]
		pre := ""
		if poly != "" {
			pre = n + ":"
		}
		if null {
			as = append(as, pre+"NULL")
			sqls = append(sqls, "NULL::"+tn(n))
			if poly != "" {
				return nil
			}
			continue
		}
		as = append(as, pre+strconv.Quote(v))
		s := lit(v) + "::" + tn(n)
		if f.Variadic && i == len(f.Args)-1 {
			s = "VARIADIC " + s
			if n != "_text" && poly == "" || ty.Name == "any" && !strings.HasPrefix(n, "_") {
				return nil
			}
		}
		sqls = append(sqls, s)
	}
	call := &zzCall{fn: f}
	if f.Kind == Agg {
		rows := r.Intn(7)
		cols := make([][]string, len(sqls))
		for i, n := range sqls {
			if f.Name == "string_agg" && i == 1 {
			}
			for range rows {
				v := "NULL"
				if r.Intn(6) > 0 {
					v = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(pool[n][r.Intn(len(pool[n]))]) + `"`
				}
				cols[i] = append(cols[i], v)
			}
		}
		var from []string
		var names []string
		for i, n := range sqls {
			l := "{" + strings.Join(cols[i], ",") + "}"
			as[i] = "_" + n + ":" + strconv.Quote(l)
			from = append(from, lit(l)+"::"+tn("_"+n))
			names = append(names, fmt.Sprintf("c%d", i))
		}
		if len(from) == 0 {
			return nil
		}
		call.sql = fmt.Sprintf("SELECT (pg_catalog.%s(%s))::text FROM unnest(%s) u(%s)", QuoteIdent(f.Name), strings.Join(names, ","), strings.Join(from, ","), strings.Join(names, ","))
	} else if f.RetSet {
		call.sql = fmt.Sprintf("SELECT string_agg(coalesce(r::text,'NULL'),'|') FROM (SELECT pg_catalog.%s(%s) r LIMIT 200) x", QuoteIdent(f.Name), strings.Join(sqls, ","))
	} else {
		call.sql = fmt.Sprintf("SELECT (pg_catalog.%s(%s))::text", QuoteIdent(f.Name), strings.Join(sqls, ","))
		if f.Ret == tBpchar {
			call.sql = fmt.Sprintf("SELECT textin(bpcharout(pg_catalog.%s(%s)))", QuoteIdent(f.Name), strings.Join(sqls, ","))
		}
		if f.Ret == tBool {
			call.sql = fmt.Sprintf("SELECT case (pg_catalog.%s(%s)) when true then 't' when false then 'f' end", QuoteIdent(f.Name), strings.Join(sqls, ","))
		}
	}
	call.line = f.Name + "(" + strings.Join(sig, ",") + ")"
	if len(as) > 0 {
		call.line += " " + strings.Join(as, " ")
	}
	return call
}

func TestZZFuzz(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, "postgres://postgres@127.0.0.1:6543/postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `set timezone='America/New_York'; set statement_timeout='60s'; create or replace function pg_temp.try(q text, out r text, out code text, out msg text) language plpgsql as $$
begin execute q into r; exception when others then code := sqlstate; msg := sqlerrm; end $$`); err != nil {
		t.Fatal(err)
	}
	re := regexp.MustCompile(os.Getenv("FZ_FUNCS"))
	skip := regexp.MustCompile(`^(generate_series|age|pg_|has_|inet|cidr|current_|to_reg|col_desc|obj_desc|shobj|lo_|binary_|.*(in|out|send|recv)$|txid|now|statement_t|transaction_t|format_type|version|regexp_.*|json.*|xml)`)
	if os.Getenv("FZ_ALL") != "" {
		skip = regexp.MustCompile(`^$`)
	}
	n, _ := strconv.Atoi(os.Getenv("FZ_N"))
	seed, _ := strconv.ParseInt(os.Getenv("FZ_SEED"), 10, 64)
	r := rand.New(rand.NewSource(seed))
	var calls []*zzCall
	for _, f := range All() {
		if !re.MatchString(f.Name) || skip.MatchString(f.Name) || !zzCandidates(f) {
			continue
		}
		seen := map[string]bool{}
		for range n {
			if c := zzMake(r, f); c != nil && !seen[c.line] {
				seen[c.line] = true
				calls = append(calls, c)
			}
			if len(f.Args) == 0 {
				break
			}
		}
	}
	if lines := os.Getenv("FZ_LINES"); lines != "" {
		calls = nil
		b, _ := os.ReadFile(lines)
		for _, l := range strings.Split(string(b), "\n") {
			if l != "" {
				calls = append(calls, zzFromLine(t, l))
			}
		}
	}
	t.Logf("%d calls", len(calls))
	var out *os.File
	if p := os.Getenv("FZ_OUT"); p != "" {
		out, _ = os.Create(p)
		defer out.Close()
	}
	bad := map[string]int{}
	for lo := 0; lo < len(calls); lo += 500 {
		part := calls[lo:min(lo+500, len(calls))]
		var qs []string
		for _, c := range part {
			qs = append(qs, c.sql)
		}
		rows, err := conn.Query(ctx, `select (pg_temp.try(q)).* from unnest($1::text[]) with ordinality u(q,o) order by o`, qs)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for rows.Next() {
			var res, code, msg *string
			if err := rows.Scan(&res, &code, &msg); err != nil {
				t.Fatal(err)
			}
			want := "NULL"
			if code != nil {
				want = fmt.Sprintf("ERROR %s %q", *code, *msg)
			} else if res != nil {
				want = strconv.Quote(*res)
			}
			c := part[i]
			i++
			line := c.line + " => " + want
			if isCmp.MatchString(c.fn.Name) && res != nil {
				v, _ := strconv.Atoi(*res)
				want = strconv.Quote(strconv.Itoa(map[bool]int{true: 1}[v > 0] - map[bool]int{true: 1}[v < 0]))
				line = c.line + " => " + want
			}
			got := zzRun(t, line)
			if out != nil {
				fmt.Fprintln(out, line)
			}
			if got != want && !strings.HasPrefix(got, "PARSE") {
				if closeEnough(c.fn.Ret, got, want) {
					continue
				}
				if strings.Contains(want, "ERROR") && strings.Contains(got, "PARSE") {
					continue
				}
				bad[c.fn.Name]++
				if bad[c.fn.Name] <= 4 {
					fmt.Printf("%s\n   got %.200s\n", line, got)
				}
			}
		}
		if err := rows.Err(); err != nil {
			fmt.Println("BATCH", err)
			for _, c := range part {
				_ = c
			}
			t.Fatal(err)
		}
	}
	fmt.Println(bad)
}

var isCmp = regexp.MustCompile(`cmp(_|$)|^bt.*cmp`)

func zzRun(t *testing.T, line string) (got string) {
	defer func() {
		if e := recover(); e != nil {
			got = fmt.Sprint("PANIC ", e)
		}
	}()
	c := testCtx(t)
	g := parseGolden(t, c, line)
	return g.run(c)
}

// zzFromLine reads a golden line without its answer.
func zzFromLine(t *testing.T, l string) *zzCall {
	c := testCtx(t)
	l, _, _ = strings.Cut(l, " => ")
	g := parseGolden(t, c, l+" => NULL")
	call := &zzCall{fn: g.fn, line: l}
	var sqls []string
	for i, a := range g.args {
		ty, _ := types.Lookup(g.ts[i])
		s := "NULL::" + tn(ty.Name)
		if !a.Null {
			b, _ := types.AppendTextDatum(nil, g.ts[i], a, &c.Format)
			s = lit(string(b)) + "::" + tn(ty.Name)
		}
		if g.fn.Variadic && i == len(g.args)-1 {
			s = "VARIADIC " + s
		}
		sqls = append(sqls, s)
	}
	args := strings.Join(sqls, ",")
	switch {
	case g.fn.Kind == Agg:
		var names []string
		for i := range sqls {
			names = append(names, fmt.Sprintf("c%d", i))
		}
		call.sql = fmt.Sprintf("SELECT (pg_catalog.%s(%s))::text FROM unnest(%s) u(%s)", QuoteIdent(g.fn.Name), strings.Join(names, ","), args, strings.Join(names, ","))
	case g.fn.RetSet:
		call.sql = fmt.Sprintf("SELECT string_agg(coalesce(r::text,'NULL'),'|') FROM (SELECT pg_catalog.%s(%s) r LIMIT 200) x", QuoteIdent(g.fn.Name), args)
	case g.fn.Ret == tBool:
		call.sql = fmt.Sprintf("SELECT case (pg_catalog.%s(%s)) when true then 't' when false then 'f' end", QuoteIdent(g.fn.Name), args)
	default:
		call.sql = fmt.Sprintf("SELECT (pg_catalog.%s(%s))::text", QuoteIdent(g.fn.Name), args)
	}
	return call
}
