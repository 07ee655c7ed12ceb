package command

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// randomEntry makes an entry of any shape; nil and empty slices are one.
func randomEntry(r *rand.Rand) *Entry {
	blob := func(most int) []byte {
		b := make([]byte, r.IntN(most))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	e := &Entry{
		Kind: Insert + Kind(r.IntN(int(Forget))), At: knowledge.Micros(r.Int64()),
		Coordinator: storage.ShardID(r.Uint32()),
	}
	if r.IntN(10) == 0 {
		e.Kind = Close
	}
	copy(e.Txn[:], blob(17))
	for range r.IntN(20) {
		e.Recs = append(e.Recs, storage.ClaimRec{Key: blob(300), Row: blob(2000)})
	}
	for range r.IntN(5) {
		e.Ops = append(e.Ops, storage.MetaOp{
			Table: uint16(r.Uint32()), Key: blob(100), Row: blob(300), Delete: r.IntN(2) == 0, Expect: r.Uint64(),
		})
	}
	return e
}

func TestDecodeEncodeIsIdentity(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var got Entry
	for range 2000 {
		want := randomEntry(r)
		data := Encode(want)
		if Time(data) != want.At {
			t.Fatalf("Time = %d, want %d", Time(data), want.At)
		}
		if err := Decode(data, &got); err != nil {
			t.Fatal(err)
		}
		if len(want.Recs) == 0 {
			want.Recs = got.Recs[:0]
		}
		if len(want.Ops) == 0 {
			want.Ops = got.Ops[:0]
		}
		if !reflect.DeepEqual(want, &got) {
			t.Fatalf("got %+v\nwant %+v", got, *want)
		}
	}
}

func TestDecodeRefusesEveryTruncation(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var e Entry
	for range 50 {
		data := Encode(randomEntry(r))
		for i := range data {
			if err := Decode(data[:i], &e); !errors.Is(err, ErrMalformed) {
				t.Fatalf("%d of %d bytes: %v", i, len(data), err)
			}
		}
		if err := Decode(append(bytes.Clone(data), 0), &e); !errors.Is(err, ErrMalformed) {
			t.Fatalf("a byte too many: %v", err)
		}
	}
}

func TestDecodeRefusesTheUnknown(t *testing.T) {
	data := Encode(&Entry{Kind: Insert})
	for _, c := range []struct {
		name   string
		offset int
		value  byte
	}{{"version", offVersion, 2}, {"kind 0", offKind, 0}, {"kind 9", offKind, 9}} {
		bad := bytes.Clone(data)
		bad[c.offset] = c.value
		var e Entry
		if err := Decode(bad, &e); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestDecisions(t *testing.T) {
	var b Builder
	b.Start(storage.TxnID{}, 3)
	b.AddDecision(storage.TxnID{1}, 77)
	b.AddForget(storage.TxnID{2})
	var e Entry
	if err := Decode(b.Finish(Resolve, nil), &e); err != nil {
		t.Fatal(err)
	}
	if txn, at, err := Decision(e.Recs[0]); txn != (storage.TxnID{1}) || at != 77 || err != nil {
		t.Errorf("decision: %x %d %v", txn, at, err)
	}
	if _, _, err := Decision(e.Recs[1]); !errors.Is(err, ErrMalformed) {
		t.Errorf("a record without time: %v", err)
	}
}

// A row must cost no allocation, neither encoded nor decoded. The buffer that
// holds them grows a few times, oftener under the race detector.
func TestAllocations(t *testing.T) {
	rec := storage.ClaimRec{Key: make([]byte, 80), Row: make([]byte, 150)}
	var e Entry
	var data []byte
	build := testing.AllocsPerRun(50, func() {
		var b Builder
		b.Start(storage.TxnID{1}, 1)
		for range 1000 {
			b.Add(rec)
		}
		data = b.Finish(Insert, nil)
	})
	if build > 12 {
		t.Errorf("building 1,000 rows allocates %v times", build)
	}
	if n := testing.AllocsPerRun(50, func() {
		if err := Decode(data, &e); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("decoding 1,000 rows allocates %v times", n)
	}
}

func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		f.Add(Encode(randomEntry(r)))
	}
	f.Add([]byte{})
	// Counts and lengths beyond the entry.
	huge := Encode(&Entry{Kind: Insert})
	huge[offRecords], huge[offRecords+3] = 0xFF, 0xFF
	f.Add(huge)
	f.Add(append(Encode(&Entry{Kind: PutMeta})[:headerSize], 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e, again Entry
		if err := Decode(data, &e); err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrUnknown) {
				t.Fatalf("error without a kind: %v", err)
			}
			return
		}
		if err := Decode(Encode(&e), &again); err != nil {
			t.Fatalf("what decodes does not encode: %v", err)
		}
		if e.Kind != again.Kind || e.At != again.At || e.Txn != again.Txn || e.Coordinator != again.Coordinator ||
			len(e.Recs) != len(again.Recs) || len(e.Ops) != len(again.Ops) {
			t.Fatalf("differs: %+v, %+v", e, again)
		}
		for i := range e.Recs {
			if !bytes.Equal(e.Recs[i].Key, again.Recs[i].Key) || !bytes.Equal(e.Recs[i].Row, again.Recs[i].Row) {
				t.Fatalf("record %d differs", i)
			}
		}
	})
}

func BenchmarkDecode1000(b *testing.B) {
	var bld Builder
	bld.Start(storage.TxnID{1}, 1)
	rec := storage.ClaimRec{Key: make([]byte, 80), Row: make([]byte, 150)}
	for range 1000 {
		bld.Add(rec)
	}
	data := bld.Finish(Insert, nil)
	var e Entry
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Decode(data, &e); err != nil {
			b.Fatal(err)
		}
	}
}
