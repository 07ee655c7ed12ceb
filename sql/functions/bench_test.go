package functions

import (
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

// benchKernel runs a kernel over a column and a constant; it must not allocate.
func benchKernel(b *testing.B, sig string, col, con types.Datum) {
	name, _, _ := strings.Cut(sig, "(")
	f := ByName(name)[0]
	x, y, out := types.NewVec(f.Args[0]), types.NewVec(f.Args[1]), types.NewVec(f.Ret)
	for range types.BatchSize {
		x.Append(col)
	}
	y.Append(con)
	out.Resize(types.BatchSize)
	args := []*types.Vec{&x, &y}
	c := &Ctx{}
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Vec(c, args, types.BatchSize, &out); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInt4Lt(b *testing.B)   { benchKernel(b, "int4lt", types.Int(5), types.Int(7)) }
func BenchmarkFloat8Gt(b *testing.B) { benchKernel(b, "float8gt", types.Float(5), types.Float(7)) }
func BenchmarkTextEq(b *testing.B) {
	benchKernel(b, "texteq", types.Text("countries/bg"), types.Text("countries/be"))
}
func BenchmarkLikePrefix(b *testing.B) {
	benchKernel(b, "textlike", types.Text("countries/bg"), types.Text("countries/%"))
}
func BenchmarkInt4Add(b *testing.B) { benchKernel(b, "int4pl", types.Int(5), types.Int(7)) }

func benchAggregate(b *testing.B, f *Func, t types.OID, d types.Datum) {
	s := f.Aggregate.New([]types.OID{t})
	s.Grow(64)
	v := types.NewVec(t)
	groups := make([]int32, types.BatchSize)
	for i := range groups {
		v.Append(d)
		groups[i] = int32(i % 64)
	}
	args := []*types.Vec{&v}
	c := &Ctx{}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Add(c, groups, args); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	f, _ := ByOID(2147)
	benchAggregate(b, f, types.OIDText, types.Text("x"))
}

func BenchmarkAvgFloat8(b *testing.B) {
	f, _ := ByOID(2105)
	benchAggregate(b, f, types.OIDFloat8, types.Float(0.5))
}

func BenchmarkSumInt8(b *testing.B) {
	f, _ := ByOID(2107)
	benchAggregate(b, f, types.OIDInt8, types.Int(7))
}
