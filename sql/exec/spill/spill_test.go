package spill

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/types"
)

var testTypes = []types.OID{types.OIDInt8, types.OIDFloat8, types.OIDText, types.OIDNumeric, types.OIDInterval, types.OIDTimetz, types.OIDTextArray,
	types.OIDVarbit, types.OIDInet, types.OIDNumRange, types.OIDInt8Multirange, types.OIDRecord,
	types.OIDPoint, types.OIDLseg, types.OIDLine, types.OIDBox, types.OIDPath, types.OIDPolygon, types.OIDCircle}

// restTexts are values of the types that are easiest written as texts.
var restTexts = map[types.OID][]string{
	types.OIDVarbit:         {"", "1", "101010101"},
	types.OIDInet:           {"10.1.2.3", "10.1.2.3/8", "::1/64"},
	types.OIDNumRange:       {"empty", "(,)", "[1.50,2)", "(,3]"},
	types.OIDInt8Multirange: {"{}", "{(,3),[7,9)}", "{(,)}"},
	types.OIDPoint:          {"1,2", "(-0,-inf)", "inf,1e300"},
	types.OIDLseg:           {"[(1,2),(3,4)]"},
	types.OIDLine:           {"{1,2,3}", "{inf,-1,0}"},
	types.OIDBox:            {"(1,2),(3,4)", "inf,1,2,3"},
	types.OIDPath:           {"[(1,2),(3,4)]", "((1,2))"},
	types.OIDPolygon:        {"((1,2),(3,4),(-5,6))"},
	types.OIDCircle:         {"<(1,2),3>", "<(0,0),inf>"},
}

func decimal(t testing.TB, s string) *apd.Decimal {
	d, _, err := apd.NewFromString(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// randomDatum draws a value of one of testTypes.
func randomDatum(t testing.TB, rng *rand.Rand, typ types.OID) types.Datum {
	if rng.IntN(5) == 0 {
		return types.NullDatum
	}
	switch typ {
	case types.OIDInt8:
		return types.Int(int64(rng.Uint64()))
	case types.OIDFloat8:
		return types.Float([]float64{0, math.Copysign(0, -1), math.Inf(1), math.NaN(), rng.NormFloat64()}[rng.IntN(5)])
	case types.OIDText:
		return types.Text(strings.Repeat("ä", rng.IntN(200)))
	case types.OIDNumeric:
		return types.Any(decimal(t, []string{"0.00", "-1.50", "NaN", "Infinity", "-Infinity", "123456789012345678901234567890.123", "1e300"}[rng.IntN(7)]))
	case types.OIDInterval:
		return types.Any(types.Interval{Months: rng.Int32(), Days: -rng.Int32(), Micros: int64(rng.Uint64())})
	case types.OIDTimetz:
		return types.Any(types.TimeTZ{Micros: rng.Int64(), West: -rng.Int32()})
	case types.OIDTextArray:
		return types.Any(&types.Array{
			Elem: types.OIDText, Dims: []int32{2}, Lbound: []int32{-3},
			Elems: []types.Datum{randomDatum(t, rng, types.OIDText), types.NullDatum}, Nulls: rng.IntN(2) == 0,
		})
	}
	if texts := restTexts[typ]; texts != nil {
		d, err := types.ParseText(typ, -1, texts[rng.IntN(len(texts))], nil)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	ts := testTypes[:len(testTypes)-1]
	r := &types.Record{Names: []string{"a", ""}}
	for range 2 {
		f := ts[rng.IntN(len(ts))]
		r.Types, r.Vals = append(r.Types, f), append(r.Vals, randomDatum(t, rng, f))
	}
	return types.Any(r)
}

// same compares datums; decimals by their parts, floats by their bits.
func same(a, b types.Datum) bool {
	if a.Null || b.Null {
		return a.Null == b.Null
	}
	x, ok := a.A.(*apd.Decimal)
	y, ok2 := b.A.(*apd.Decimal)
	if ok && ok2 {
		return x.Form == y.Form && x.Negative == y.Negative && x.Exponent == y.Exponent && x.Coeff.Cmp(&y.Coeff) == 0
	}
	if r, ok := a.A.(*types.Record); ok {
		s := b.A.(*types.Record)
		for i := range r.Vals {
			if !same(r.Vals[i], s.Vals[i]) {
				return false
			}
		}
		return reflect.DeepEqual(r.Types, s.Types) && reflect.DeepEqual(r.Names, s.Names)
	}
	if r, ok := a.A.(*types.Range); ok { // a decimal may come back with another capacity
		return types.Compare(types.OIDNumRange, a, b) == 0 && r.Flags() == b.A.(*types.Range).Flags()
	}
	return a.I == b.I && math.Float64bits(a.F) == math.Float64bits(b.F) && a.S == b.S && reflect.DeepEqual(a.A, b.A)
}

func TestRoundTrip(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	space, err := Open(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := space.Create(testTypes)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var want [][]types.Datum
	for range 20 {
		b := types.NewBatch(testTypes)
		for range rng.IntN(100) {
			row := make([]types.Datum, len(testTypes))
			for c, typ := range testTypes {
				row[c] = randomDatum(t, rng, typ)
				b.Cols[c].Append(row[c])
			}
			want = append(want, row)
			b.N++
		}
		if err := f.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	r, err := f.Reader()
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; {
		b, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if b == nil {
			if n != len(want) || int64(n) != f.Rows() {
				t.Fatalf("%d rows of %d", n, len(want))
			}
			break
		}
		for i := range b.N {
			for c := range b.Cols {
				if got := b.Cols[c].Datum(i); !same(got, want[n][c]) {
					t.Fatalf("row %d column %d: %v, want %v", n, c, got, want[n][c])
				}
			}
			n++
		}
	}
}

// TestNothingLeft checks that files have no names, that their bytes count until
// they are closed, and that Open sweeps.
func TestNothingLeft(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spill-old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	space, err := Open(dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	f, err := space.Create([]types.OID{types.OIDText})
	if err != nil {
		t.Fatal(err)
	}
	b := types.NewBatch([]types.OID{types.OIDText})
	b.Cols[0].Append(types.Text(strings.Repeat("x", 600)))
	b.N = 1
	if err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(b); !errors.Is(err, ErrLimit) {
		t.Fatalf("beyond the limit: %v", err)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 0 {
		t.Fatalf("%v %v", names, err)
	}
	if space.Used() < 600 {
		t.Fatalf("used %d", space.Used())
	}
	f.Close()
	f.Close()
	if space.Used() != 0 {
		t.Fatalf("used %d after closing", space.Used())
	}
}

func TestUnknownValue(t *testing.T) {
	space, err := Open(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := space.Create([]types.OID{types.OIDNumeric})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := types.NewBatch([]types.OID{types.OIDNumeric})
	b.Cols[0].Append(types.Any(struct{}{}))
	b.N = 1
	if err := f.Write(b); !errors.Is(err, batch.ErrValue) {
		t.Fatal(err)
	}
}
