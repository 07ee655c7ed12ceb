package codec

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// TestVersion: bytes of another version, or of other declarations, are refused.
func TestVersion(t *testing.T) {
	b, err := Encode(&plan.Scan{Rel: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1 + len(Layout) {
		other := append([]byte{}, b...)
		other[i]++
		if _, err := Decode(other); !errors.Is(err, ErrVersion) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	if _, err := Decode(b); err != nil {
		t.Error(err)
	}
}

// random fills a value with parts, no deeper than depth.
func random(rng *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(rng.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(rng.Uint64()) >> (64 - v.Type().Bits()) >> rng.IntN(v.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rng.Uint64() >> (64 - v.Type().Bits()) >> rng.IntN(v.Type().Bits()))
	case reflect.String:
		v.SetString([]string{"", "a", "grün\x00"}[rng.IntN(3)])
	case reflect.Slice:
		if n := rng.IntN(4); n > 0 { // 1: empty, not nil
			v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
			for i := range n - 1 {
				random(rng, v.Index(i), depth)
			}
		}
	case reflect.Struct:
		randomFields(rng, v, depth)
	case reflect.Interface:
		if depth <= 0 {
			return
		}
		for {
			p := reflect.New(kinds[1+rng.IntN(len(kinds)-1)])
			if !p.Type().Implements(v.Type()) {
				continue
			}
			random(rng, p.Elem(), depth-1)
			if s, ok := p.Interface().(*plan.Scan); ok {
				s.Temp = false
			}
			if j, ok := p.Interface().(*plan.Join); ok {
				j.ByShard = true
			}
			v.Set(p)
			return
		}
	}
}

func randomFields(rng *rand.Rand, v reflect.Value, depth int) {
	switch v.Type() {
	case constType:
		v.Set(reflect.ValueOf(randomConst(rng)))
		return
	case datumType:
		v.Set(reflect.ValueOf([]types.Datum{types.Bool(true), types.Bool(false), types.NullDatum}[rng.IntN(3)]))
		return
	}
	for i := range v.NumField() {
		if !stays(v.Type(), v.Type().Field(i).Name) {
			random(rng, v.Field(i), depth)
		}
	}
}

func randomConst(rng *rand.Rand) plan.Const {
	d := new(apd.Decimal)
	d.SetFinite(rng.Int64(), -int32(rng.IntN(9)))
	all := []plan.Const{
		{Value: types.Int(int64(rng.Uint64())), OID: types.OIDInt8},
		{Value: types.Float([]float64{0, math.Inf(-1), rng.NormFloat64()}[rng.IntN(3)]), OID: types.OIDFloat8},
		{Value: types.Text("x\ty"), OID: types.OIDText, Typmod: -1},
		{Value: types.NullDatum, OID: types.OIDNumeric},
		{Value: types.Any(types.Interval{Months: 1, Days: -3, Micros: rng.Int64()}), OID: types.OIDInterval},
		{Value: types.Any(&types.Array{Elem: types.OIDText, Dims: []int32{2}, Lbound: []int32{1}, Elems: []types.Datum{types.Text("a"), types.NullDatum}}), OID: types.OIDTextArray},
		{Value: types.Any(d), OID: types.OIDNumeric},
	}
	return all[rng.IntN(len(all))]
}

// TestRoundTrip: a plan of any shape comes back equal.
func TestRoundTrip(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range 3000 {
		var n plan.Node
		random(rng, reflect.ValueOf(&n).Elem(), 1+i%6)
		b, err := Encode(n, nil)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		got, err := Decode(b)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		again, err := Encode(got, nil)
		if err != nil || string(again) != string(b) {
			t.Fatalf("seed %d: encoded again it is another plan: %v", seed, err)
		}
		if x, y := fmt.Sprintf("%#v", flat(n)), fmt.Sprintf("%#v", flat(got)); x != y {
			t.Fatalf("seed %d: %s\nbecame %s", seed, x, y)
		}
	}
}

// flat turns a plan into values that print wholly, pointers followed.
func flat(x any) any {
	v := reflect.ValueOf(x)
	switch v.Kind() {
	case reflect.Pointer:
		if d, ok := x.(*apd.Decimal); ok {
			return d.String()
		}
		if v.IsNil() {
			return nil
		}
		return flat(v.Elem().Interface())
	case reflect.Struct:
		out := []any{v.Type().Name()}
		for i := range v.NumField() {
			out = append(out, flat(v.Field(i).Interface()))
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		out := []any{}
		for i := range v.Len() {
			out = append(out, flat(v.Index(i).Interface()))
		}
		return out
	}
	return x
}

func TestStays(t *testing.T) {
	scan := func(f plan.Expr) plan.Node { return &plan.Scan{Rel: 1, Filter: f} }
	outer := &plan.OuterRef{Index: 1, OID: types.OIDText}
	for what, n := range map[string]plan.Node{
		"outer row":      scan(&plan.NullTest{Arg: outer}),
		"subquery":       scan(&plan.Subplan{Plan: scan(nil)}),
		"temporary":      &plan.Scan{Temp: true},
		"join":           &plan.Join{},
		"filter on join": &plan.Filter{Input: &plan.Join{}},
	} {
		if _, err := Encode(n, nil); !errors.Is(err, ErrStays) {
			t.Errorf("%s: %v", what, err)
		}
	}
	deep := plan.Expr(&plan.CaseTest{})
	for range maxDepth {
		deep = &plan.NullTest{Arg: deep}
	}
	if _, err := Encode(scan(deep), nil); !errors.Is(err, ErrStays) {
		t.Errorf("nested too deeply: %v", err)
	}
	b, err := Encode(scan(&plan.NullTest{Arg: outer}), func(x plan.Expr) (plan.Expr, error) {
		if x == outer {
			return &plan.Param{Index: 7, OID: outer.OID}, nil
		}
		return x, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := Decode(b)
	if err != nil || n.(*plan.Scan).Filter.(*plan.NullTest).Arg.(*plan.Param).Index != 7 {
		t.Errorf("%v, %v", n, err)
	}
}

func FuzzDecode(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		var n plan.Node
		random(rng, reflect.ValueOf(&n).Elem(), 4)
		b, err := Encode(n, nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrVersion) && !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if _, err := Encode(n, nil); err != nil && !errors.Is(err, ErrStays) {
			t.Fatal(err)
		}
	})
}
