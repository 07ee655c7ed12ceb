package functions

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/types"
)

// portableTexts are values by type, of which NULL and these are drawn.
var portableTexts = map[types.OID][]string{
	tBool: {"t", "f"}, tInt2: {"1", "-7"}, tInt4: {"3", "2000000000"}, tInt8: {"9223372036854775807", "-1"},
	tFloat4: {"1.5", "-0"}, tFloat8: {"1e300", "0.1", "NaN"}, tNumeric: {"1.50", "-3", "NaN", "123456789012345678901234567890.5", "Infinity"},
	tText: {"", "ä"}, tTimestamptz: {"2020-01-01Z"}, tDate: {"2020-01-01"}, tInterval: {"1 mon -3 days"},
}

// TestPortable: groups of every portable aggregate give the same on another node,
// and go on from there.
func TestPortable(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	ctx := &Ctx{}
	seen := map[string]bool{}
	for _, f := range All() {
		if f.Kind != Agg || f.Aggregate.New == nil || len(f.Args) > 1 || len(f.Args) == 1 && portableTexts[f.Args[0]] == nil && f.Args[0] != tAny {
			continue
		}
		var args []*types.Vec
		var ts []types.OID
		if len(f.Args) == 1 {
			typ := f.Args[0]
			if typ == tAny {
				typ = tText
			}
			v := types.NewVec(typ)
			for range 200 {
				d := types.NullDatum
				if rng.IntN(4) > 0 {
					texts := portableTexts[typ]
					var err error
					if d, err = types.ParseText(typ, -1, texts[rng.IntN(len(texts))], nil); err != nil {
						t.Fatal(err)
					}
				}
				v.Append(d)
			}
			args, ts = []*types.Vec{&v}, []types.OID{typ}
		}
		here, ok := f.Aggregate.New(ts).(Portable)
		if !ok {
			continue
		}
		seen[f.Name] = true
		groups := make([]int32, 200)
		for i := range groups {
			groups[i] = int32(rng.IntN(9)) // the tenth stays empty
		}
		here.Grow(10)
		if err := here.Add(ctx, groups, args); err != nil {
			continue // an overflow
		}
		b, err := here.AppendGroups(nil, 3, 10)
		if err != nil {
			t.Fatal(err)
		}
		there := f.Aggregate.New(ts).(Portable)
		there.Grow(7)
		r := batch.NewReader(b)
		if there.ReadGroups(r, 7); r.Bad() || r.Len() > 0 {
			t.Errorf("%s(%v): %d bytes are left", f.Name, ts, r.Len())
		}
		merged := f.Aggregate.New(ts)
		merged.Grow(10)
		if err := merged.Merge(ctx, there, []int32{3, 4, 5, 6, 7, 8, 9}); err != nil {
			t.Fatal(err)
		}
		for g := int32(3); g < 10; g++ {
			want, err1 := here.Result(ctx, g)
			got, err2 := merged.Result(ctx, g)
			if !reflect.DeepEqual(text(f.Ret, want), text(f.Ret, got)) || (err1 == nil) != (err2 == nil) {
				t.Errorf("%s(%v), group %d: %v %v, want %v %v", f.Name, ts, g, text(f.Ret, got), err2, text(f.Ret, want), err1)
			}
		}
		there.ReadGroups(batch.NewReader(b[:len(b)/2]), 7) // cut short: no panic
	}
	for _, name := range []string{"count", "sum", "avg", "min", "max", "bool_and", "bit_or", "stddev", "var_pop"} {
		if !seen[name] {
			t.Errorf("%s is not portable", name)
		}
	}
}

func text(t types.OID, d types.Datum) string {
	if d.Null {
		return "NULL"
	}
	b, err := types.AppendTextDatum(nil, t, d, nil)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
