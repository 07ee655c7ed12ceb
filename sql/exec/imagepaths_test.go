package exec

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stemedb/stemedb/storage"
)

// TestImagePaths holds what an image gives for one path, or one pair, against a
// look at every row: paths that are there, that span chunks, that would stand
// before, between and behind those that are there.
func TestImagePaths(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for range 50 {
		im, keys := randomImage(rnd)
		for _, limit := range []int64{1 << 20, 0} { // with indexes and without
			cache := NewScanCache(limit, 1, nil)
			for p := range 42 {
				path := fmt.Sprintf("p/%02d", p)
				compareRows(t, cache, im, keys, storage.ClaimBounds{Path: []byte(path)}, path+"\x00")
				for q := range 6 {
					pred := fmt.Sprintf("q%d", q)
					compareRows(t, cache, im, keys, storage.ClaimBounds{Path: []byte(path), Predicate: []byte(pred)}, path+"\x00"+pred+"\x00")
				}
			}
			if limit > 0 && cache.Bytes() == 0 {
				t.Error("no index was made")
			}
			for _, c := range im.chunks { // as drop does
				if x := c.byPath.Swap(nil); x != nil {
					cache.give(x.size())
				}
			}
			if cache.Bytes() != 0 {
				t.Errorf("%d bytes are left", cache.Bytes())
			}
		}
	}
}

// randomImage has paths p/01 to p/40, some of them, in chunks of a few rows.
func randomImage(rnd *rand.Rand) (*image, []string) {
	b := newImageBuilder()
	b.full = 1 + rnd.IntN(12)
	var keys []string
	for p := 1; p <= 40; p++ {
		if rnd.IntN(3) == 0 {
			continue
		}
		for q := range 5 {
			for n := range rnd.IntN(3) {
				pair := fmt.Sprintf("p/%02d\x00q%d\x00", p, q)
				one := block{buf: fmt.Appendf([]byte(pair), "%032d", n)}
				one.rows = []blockRow{{pred: 5, id: int32(len(pair)), row: int32(len(one.buf)), end: int32(len(one.buf))}}
				b.begin(n > 0).addRow(&one, &one.rows[0])
				b.added(n > 0)
				keys = append(keys, string(one.buf))
			}
		}
	}
	b.close()
	return b.im, keys
}

func compareRows(t *testing.T, cache *ScanCache, im *image, keys []string, bounds storage.ClaimBounds, prefix string) {
	t.Helper()
	var want, got []string
	for _, k := range keys {
		if bytes.HasPrefix([]byte(k), []byte(prefix)) {
			want = append(want, k)
		}
	}
	var o imageCursor
	for o.begin(cache, im, &bounds, 0); ; {
		c, from, end := o.takePairs(2)
		if from == end {
			break
		}
		for i := from; i < end; i++ {
			got = append(got, string(c.key(&c.rows[i])))
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%q: got %q, want %q", prefix, got, want)
	}
}
