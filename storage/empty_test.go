package storage

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
)

// TestEmpty drops a shard while a view of it is open: what iterates goes on, nothing
// new is opened as if there were no claims, and the shard begins anew.
func TestEmpty(t *testing.T) {
	s := memStore(t, 2)
	const claims = 50
	for shard := range ShardID(2) {
		for i := range claims {
			rec, _ := AppendClaim(nil, testClaim(fmt.Sprintf("a/%d", i), "p", "v", "s"))
			do(t, s, shard, func(a *Apply) {
				a.InsertDirect(TxnID{byte(i), byte(shard), 1}, knowledge.Micros(10+i), []ClaimRec{rec})
				a.SetApplied(uint64(i+1), 1)
			})
		}
	}
	v := s.View(nil, 1000, TxnID{})
	defer v.Close()
	it := v.Claims(t.Context(), 0, ClaimBounds{})
	if !it.Next() {
		t.Fatal(it.Err())
	}
	id := testClaim("a/7", "p", "v", "s")
	key := testID(id)
	if _, ok, err := v.ClaimByIDIn(t.Context(), 0, key); !ok || err != nil {
		t.Fatalf("before: %t, %v", ok, err)
	}
	if err := s.Empty(0); err != nil {
		t.Fatal(err)
	}
	left := 1
	for it.Next() {
		left++
	}
	if err := errors.Join(it.Err(), it.Close()); err != nil || left != claims {
		t.Errorf("an iterator that was open saw %d claims, %v", left, err)
	}
	if n, err := count(t, t.Context(), v, 0); !errors.Is(err, ErrEmptied) {
		t.Errorf("a view of before finds %d claims, %v", n, err)
	}
	if _, ok, err := v.ClaimByIDIn(t.Context(), 0, key); ok || !errors.Is(err, ErrEmptied) {
		t.Errorf("a view of before finds by id: %t, %v", ok, err)
	}
	if n, err := count(t, t.Context(), v, 1); n != claims || err != nil {
		t.Errorf("the other shard has %d claims, %v", n, err)
	}
	anew := s.View(nil, 1000, TxnID{})
	defer anew.Close()
	if n, err := count(t, t.Context(), anew, 0); n != 0 || err != nil || s.Shard(0).Applied() != 0 {
		t.Errorf("afterwards there are %d claims, %v, applied %d", n, err, s.Shard(0).Applied())
	}
	rec, _ := AppendClaim(nil, testClaim("b", "p", "v", "s"))
	do(t, s, 0, func(a *Apply) { a.InsertDirect(TxnID{9}, 2000, []ClaimRec{rec}) })
	again := s.View(nil, 3000, TxnID{})
	defer again.Close()
	if n, err := count(t, t.Context(), again, 0); n != 1 || err != nil {
		t.Errorf("the shard that begins anew has %d claims, %v", n, err)
	}
	if err := s.Empty(7); err == nil {
		t.Error("a shard that is not there was emptied")
	}
}
