package functions

import (
	"bufio"
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// The golden files hold what PostgreSQL 15 answered: see testdata/README.md.
// A line is
//
//	name(argument types) argument … => result
//
// with texts quoted as Go quotes them, NULL bare, an argument of a
// polymorphic parameter led by its type, and an error as ERROR SQLSTATE
// "message".

type goldenCase struct {
	line string
	fn   *Func
	args []types.Datum
	ts   []types.OID
	want string
}

func testCtx(t testing.TB) *Ctx {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2024, 2, 29, 13, 14, 15, 678901000, time.UTC)
	f := *types.DefaultFormat()
	f.Loc, f.Now, f.Regex = loc, now, CheckPathRegex
	return &Ctx{Context: t.Context(), Format: f, TxnStart: now, StmtStart: now}
}

func typeByName(name string) (types.OID, bool) {
	ty, ok := types.ByName("pg_catalog", name)
	if !ok {
		return 0, false
	}
	return ty.OID, true
}

func funcBySignature(t *testing.T, sig string) *Func {
	name, rest, _ := strings.Cut(sig, "(")
	var args []types.OID
	if rest = strings.TrimSuffix(rest, ")"); rest != "" {
		for _, a := range strings.Split(rest, ",") {
			oid, ok := typeByName(a)
			if !ok {
				t.Fatalf("%s: no type %s", sig, a)
			}
			args = append(args, oid)
		}
	}
next:
	for _, f := range ByName(name) {
		if len(f.Args) != len(args) {
			continue
		}
		for i := range args {
			if f.Args[i] != args[i] {
				continue next
			}
		}
		return f
	}
	t.Fatalf("no function %s", sig)
	return nil
}

func parseGolden(t *testing.T, c *Ctx, line string) *goldenCase {
	left, want, ok := strings.Cut(line, " => ")
	if !ok {
		t.Fatalf("bad line %q", line)
	}
	end := strings.Index(left, ")") + 1
	g := &goldenCase{line: line, fn: funcBySignature(t, left[:end]), want: want}
	rest := strings.TrimSpace(left[end:])
	for rest != "" {
		typ := types.OID(0)
		if len(g.ts) < len(g.fn.Args) {
			typ = g.fn.Args[len(g.ts)]
		}
		if q := strings.IndexAny(rest, `" `); !strings.HasPrefix(rest, `"`) && !strings.HasPrefix(rest, "NULL ") && rest != "NULL" && q > 0 || strings.HasSuffix(rest, ":NULL") && !strings.Contains(rest, " ") {
			name, after, _ := strings.Cut(rest, ":")
			if typ, ok = typeByName(name); !ok {
				t.Fatalf("%s: no type %q", line, name)
			}
			rest = after
		}
		d := types.NullDatum
		if strings.HasPrefix(rest, "NULL") {
			rest = strings.TrimSpace(rest[4:])
		} else {
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				t.Fatalf("%s: %v at %q", line, err, rest)
			}
			s, _ := strconv.Unquote(q)
			if d, err = types.ParseText(typ, -1, s, &c.Format); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			rest = strings.TrimSpace(rest[len(q):])
		}
		g.args, g.ts = append(g.args, d), append(g.ts, typ)
	}
	return g
}

// resolve gives the result type of a call with polymorphic parameters.
func (g *goldenCase) resolve(args []types.OID) types.OID {
	var elem, rng types.OID
	for i, p := range g.fn.Args {
		switch p {
		case types.OIDAnyElement, types.OIDAnyNonArray, types.OIDAnyCompatible, types.OIDAnyCompatibleNonArray:
			elem = args[i]
		case types.OIDAnyArray, types.OIDAnyCompatibleArray:
			elem = types.ElemOf(args[i])
		case types.OIDAnyRange:
			rng = args[i]
		case types.OIDAnyMultirange:
			rng = types.RangeOf(args[i])
		}
	}
	if elem == 0 {
		elem = types.RangeSubtype(rng)
	}
	switch g.fn.Ret {
	case types.OIDAnyElement, types.OIDAnyCompatible:
		return elem
	case types.OIDAnyRange:
		return rng
	case types.OIDAnyMultirange:
		return types.MultirangeOf(rng)
	case types.OIDAnyArray, types.OIDAnyCompatibleArray:
		if types.IsArray(elem) {
			return elem
		}
		return types.ArrayOf(elem)
	}
	return g.fn.Ret
}

func showResult(c *Ctx, t types.OID, d types.Datum, err error) string {
	if err != nil {
		e := sqlerr.From(err)
		return fmt.Sprintf("ERROR %s %q", e.Code, e.Message)
	}
	if d.Null {
		return "NULL"
	}
	b, err := types.AppendTextDatum(nil, t, d, &c.Format)
	if err != nil {
		return err.Error()
	}
	return strconv.Quote(string(b))
}

func (g *goldenCase) run(c *Ctx) string {
	switch {
	case g.fn.Kind == Agg:
		return g.runAggregate(c)
	case g.fn.RetSet:
		return g.runSet(c)
	}
	ret := g.resolve(g.ts)
	if !g.fn.NotStrict {
		for _, a := range g.args {
			if a.Null {
				return "NULL"
			}
		}
	}
	d, err := g.fn.RowFor(g.ts, ret)(c, g.args)
	return showResult(c, ret, d, err)
}

func (g *goldenCase) runSet(c *Ctx) string {
	ret := g.resolve(g.ts)
	it, err := g.fn.SetFor(g.ts, ret)(c, g.args)
	if err != nil {
		return showResult(c, ret, types.NullDatum, err)
	}
	var out []string
	for {
		row, ok, err := it.Next()
		if err != nil {
			return showResult(c, ret, types.NullDatum, err)
		}
		if !ok {
			break
		}
		d, t := row[0], ret
		if g.fn.Ret == types.OIDRecord {
			t = types.OIDRecord
			d = types.Any(&types.Record{Types: g.fn.OutTypes, Vals: append([]types.Datum(nil), row...)})
		}
		if d.Null {
			out = append(out, "NULL")
			continue
		}
		b, err := types.AppendTextDatum(nil, t, d, &c.Format)
		if err != nil {
			return err.Error()
		}
		out = append(out, string(b))
	}
	if len(out) == 0 {
		return "NULL"
	}
	return strconv.Quote(strings.Join(out, "|"))
}

// runAggregate feeds the arrays that stand for columns: whole, and in random
// parts that are merged in the end.
func (g *goldenCase) runAggregate(c *Ctx) string {
	var cols []types.Vec
	var ts []types.OID
	n := 0
	for i, a := range g.args {
		t := types.ElemOf(g.ts[i])
		v := types.NewVec(t)
		for _, e := range arr(a).Elems {
			v.Append(e)
		}
		n = v.Len()
		cols, ts = append(cols, v), append(ts, t)
	}
	ret := g.resolve(ts)
	whole := g.fn.Aggregate.New(ts)
	whole.Grow(1)
	err := addRows(c, whole, cols, 0, n, 0)
	var d types.Datum
	if err == nil {
		d, err = whole.Result(c, 0)
	}
	return showResult(c, ret, d, err)
}

// addRows adds rows lo to hi of the columns to one group.
func addRows(c *Ctx, s State, cols []types.Vec, lo, hi int, group int32) error {
	var args []*types.Vec
	for i := range cols {
		v := types.NewVec(cols[i].Type)
		for k := lo; k < hi; k++ {
			v.Append(cols[i].Datum(k))
		}
		args = append(args, &v)
	}
	groups := make([]int32, hi-lo)
	for i := range groups {
		groups[i] = group
	}
	return s.Add(c, groups, args)
}

// closeEnough allows floats the last digits: Go's functions and C's round some
// values differently.
func closeEnough(t types.OID, got, want string) bool {
	x, err1 := strconv.ParseFloat(strings.Trim(got, `"`), 64)
	y, err2 := strconv.ParseFloat(strings.Trim(want, `"`), 64)
	if err1 != nil || err2 != nil || types.RepOf(t) != types.RepFloat {
		return false
	}
	return math.Abs(x-y) <= 4e-15*max(math.Abs(x), math.Abs(y))
}

func eachGolden(t *testing.T, pattern string, f func(t *testing.T, c *Ctx, g *goldenCase)) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c := testCtx(t)
			fh, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer fh.Close()
			sc := bufio.NewScanner(fh)
			sc.Buffer(nil, 1<<20)
			for sc.Scan() {
				if line := sc.Text(); line != "" && !strings.HasPrefix(line, "#") {
					f(t, c, parseGolden(t, c, line))
				}
			}
		})
	}
}

func TestGolden(t *testing.T) {
	eachGolden(t, "testdata/golden/*.txt", func(t *testing.T, c *Ctx, g *goldenCase) {
		if got := g.run(c); got != g.want && !closeEnough(g.fn.Ret, got, g.want) {
			t.Errorf("%s\n   got %.300s", g.line, got)
		}
	})
}

// TestKernels holds every kernel to its row code, with both arguments as
// columns and each as a constant.
func TestKernels(t *testing.T) {
	eachGolden(t, "testdata/golden/*.txt", func(t *testing.T, c *Ctx, g *goldenCase) {
		if g.fn.Vec == nil {
			return
		}
		want := g.run(c)
		const n = 3
		for constants := 0; constants < 1<<len(g.args); constants++ {
			out := types.NewVec(g.fn.Ret)
			out.Resize(n)
			var args []*types.Vec
			anyNull := false
			for i, a := range g.args {
				v := types.NewVec(g.ts[i])
				for range n {
					v.Append(a)
					if constants>>i&1 == 1 {
						break
					}
				}
				anyNull = anyNull || a.Null
				args = append(args, &v)
			}
			for i := range n {
				if anyNull {
					out.SetNull(i)
				}
			}
			err := g.fn.Vec(c, args, n, &out)
			if err != nil {
				if got := showResult(c, 0, types.NullDatum, err); got != want {
					t.Errorf("%s (constants %b): %s, want %s", g.line, constants, got, want)
				}
				continue
			}
			for i := range n {
				if got := showResult(c, g.fn.Ret, out.Datum(i), nil); got != want {
					t.Errorf("%s (constants %b) row %d: %s, want %s", g.line, constants, i, got, want)
				}
			}
		}
	})
}

// TestAggregateMerge splits each aggregate's rows at random and merges the
// parts in order: the result must be that of the whole, floats but for the
// last digits.
func TestAggregateMerge(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewSource(seed))
	eachGolden(t, "testdata/golden/aggregate.txt", func(t *testing.T, c *Ctx, g *goldenCase) {
		if strings.HasPrefix(g.want, "ERROR") {
			return
		}
		var cols []types.Vec
		var ts []types.OID
		n := 0
		for i, a := range g.args {
			e := types.ElemOf(g.ts[i])
			v := types.NewVec(e)
			for _, d := range arr(a).Elems {
				v.Append(d)
			}
			n = v.Len()
			cols, ts = append(cols, v), append(ts, e)
		}
		total := g.fn.Aggregate.New(ts)
		total.Grow(3)
		for lo := 0; lo <= n; {
			hi := min(n, lo+rnd.Intn(3))
			part := g.fn.Aggregate.New(ts)
			part.Grow(2)
			if err := addRows(c, part, cols, lo, hi, 1); err != nil {
				t.Fatalf("%s: %v", g.line, err)
			}
			if err := total.Merge(c, part, []int32{0, 2}); err != nil {
				t.Fatalf("%s: %v", g.line, err)
			}
			if hi == n {
				break
			}
			lo = hi
		}
		d, err := total.Result(c, 2)
		ret := g.resolve(ts)
		got := showResult(c, ret, d, err)
		if got == g.want {
			return
		}
		if closeEnough(ret, got, g.want) {
			return
		}
		t.Errorf("%s\n   merged %s", g.line, got)
	})
}
