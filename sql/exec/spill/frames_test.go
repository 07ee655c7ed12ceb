package spill

import (
	"math/rand/v2"
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

// TestFrames reads rows in any order while more are written.
func TestFrames(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	space, err := Open(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := space.Frames(testTypes)
	if err != nil {
		t.Fatal(err)
	}
	var want [][]types.Datum
	out := types.NewBatch(testTypes)
	for range 60 {
		b := types.NewBatch(testTypes)
		for range rng.IntN(40) { // none at all, sometimes
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
		if f.Rows() != int64(len(want)) {
			t.Fatalf("%d rows of %d", f.Rows(), len(want))
		}
		for range min(len(want), 5) {
			row := rng.Int64N(int64(len(want)))
			first, err := f.Read(row, out)
			if err != nil || first > row || first+int64(out.N) <= row {
				t.Fatalf("row %d: %d rows from %d, %v", row, out.N, first, err)
			}
			for i := range out.N {
				for c := range out.Cols {
					if got := out.Cols[c].Datum(i); !same(got, want[first+int64(i)][c]) {
						t.Fatalf("row %d column %d: %v, want %v", first+int64(i), c, got, want[first+int64(i)][c])
					}
				}
			}
		}
	}
	f.Close()
	f.Close()
	if space.Used() != 0 {
		t.Fatalf("used %d after closing", space.Used())
	}
}
