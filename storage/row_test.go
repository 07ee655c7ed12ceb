package storage

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
)

// fullClaim has every field set.
func fullClaim() *knowledge.Assertion {
	a := testClaim("drugs/semaglutide", "side_effect", "12.50", "fda")
	a.ValueType, a.Number = knowledge.ValueNumber, "12.5"
	a.Unit, a.Epoch = knowledge.Some("mg"), knowledge.Some("modern")
	a.Revises = knowledge.Some(knowledge.ID{1, 2, 3})
	a.DerivedFrom, a.HasDerivedFrom = []knowledge.ID{{4}, {5}}, true
	a.Evidence, a.Metadata = knowledge.Some("https://example.org/"+strings.Repeat("x", 300)), knowledge.Some(`{"a": 1}`)
	a.ValidFrom, a.ValidTo = knowledge.Some(knowledge.Micros(-5)), knowledge.Some(knowledge.Infinity)
	a.Signer, a.Signature = knowledge.Some("ab"), knowledge.Some("cd")
	a.MayRevise, a.RecordedAt, a.AssertedAt = true, 42, -7
	return a
}

func TestClaimRoundTrip(t *testing.T) {
	plain := testClaim("a", "b", "", "s")
	plain.Confidence, plain.RecordedAt = knowledge.Opt[float64]{}, knowledge.Infinity
	empty := testClaim("a", "b", "c", "s")
	empty.HasDerivedFrom, empty.Unit, empty.RecordedAt = true, knowledge.Some(""), 9
	for _, want := range []*knowledge.Assertion{fullClaim(), plain, empty} {
		rec, buf := AppendClaim([]byte("before"), want)
		if !bytes.HasPrefix(buf, []byte("before")) || rec.Size() != len(buf)-6 || rec.Check() != nil {
			t.Fatalf("record of %d bytes in %d: %v", rec.Size(), len(buf), rec.Check())
		}
		if want.RecordedAt != knowledge.Infinity {
			stamp(rec.Row, int64(want.RecordedAt), 3)
		}
		var got knowledge.Assertion
		if err := DecodeClaim(rec.Key, rec.Row, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(&got, want) {
			t.Fatalf("got  %+v\nwant %+v", &got, want)
		}
	}
}

func TestRowAccessors(t *testing.T) {
	a := fullClaim()
	rec, _ := AppendClaim(nil, a)
	r := Row(rec.Row)
	stamp(r, 42, 3)
	var f RowFields
	if err := r.Fields(&f); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		one  []byte
		all  []byte
		want string
	}{
		{"class", r.Class(), f.Class, a.SourceClass}, {"source", r.Source(), f.Source, a.Source},
		{"value", r.Value(), f.Value, a.Value}, {"number", r.Number(), f.Number, a.Number},
		{"unit", opt(r.Unit()), f.Unit, a.Unit.V}, {"epoch", opt(r.Epoch()), f.Epoch, a.Epoch.V},
		{"revises", opt(r.Revises()), f.Revises, string(a.Revises.V[:])}, {"agent", r.Agent(), f.Agent, a.Agent},
		{"derived", opt(r.DerivedFrom()), f.DerivedFrom, string(a.DerivedFrom[0][:]) + string(a.DerivedFrom[1][:])},
		{"evidence", opt(r.Evidence()), f.Evidence, a.Evidence.V}, {"metadata", opt(r.Metadata()), f.Metadata, a.Metadata.V},
		{"signer", opt(r.Signer()), f.Signer, a.Signer.V}, {"signature", opt(r.Signature()), f.Signature, a.Signature.V},
	} {
		if string(c.one) != c.want || string(c.all) != c.want {
			t.Errorf("%s: %q, %q, want %q", c.name, c.one, c.all, c.want)
		}
	}
	conf, ok := r.Confidence()
	from, ok1 := r.ValidFrom()
	to, ok2 := r.ValidTo()
	if conf != 0.8 || !ok || from != -5 || !ok1 || to != knowledge.Infinity || !ok2 || f.ValidFrom != from || f.ValidTo != to {
		t.Errorf("confidence %v, valid %v to %v", conf, from, to)
	}
	if r.Recorded() != 42 || r.Ordinal() != 3 || r.AssertedAt() != -7 || !r.MayRevise() ||
		r.Lifecycle() != a.Lifecycle || r.ValueType() != a.ValueType {
		t.Error("fixed fields differ")
	}
	if n := testing.AllocsPerRun(100, func() { _ = r.Fields(&f); _ = r.Signature; _, _ = r.Metadata() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { _, _ = AppendClaim(buf, a) }); n != 0 {
		t.Errorf("%v allocations to encode", n)
	}
}

func opt(b []byte, ok bool) []byte {
	if !ok {
		return []byte("absent")
	}
	return b
}

// FuzzRow reads any bytes as a row: no panic, and a row that decodes encodes
// to the same bytes.
func FuzzRow(f *testing.F) {
	rec, _ := AppendClaim(nil, fullClaim())
	f.Add(rec.Key, rec.Row)
	rec, _ = AppendClaim(nil, testClaim("a", "b", "c", "d"))
	f.Add(rec.Key, rec.Row)
	f.Add(rec.Key, rec.Row[:50])
	f.Fuzz(func(t *testing.T, key, row []byte) {
		r := Row(row)
		r.Recorded()
		r.AssertedAt()
		r.Confidence()
		r.Source()
		r.Signature()
		r.ValidTo()
		var fields RowFields
		if r.Fields(&fields) == nil {
			few := RowFields{Unit: []byte("stale"), HasRevises: true}
			if err := r.LensFields(&few); err != nil {
				t.Fatal(err)
			}
			fields.Agent, fields.DerivedFrom, fields.Evidence, fields.Metadata, fields.Signer, fields.Signature = nil, nil, nil, nil, nil, nil
			fields.HasDerivedFrom, fields.HasEvidence, fields.HasMetadata, fields.HasSigner, fields.HasSignature = false, false, false, false, false
			if !reflect.DeepEqual(fields, few) {
				t.Fatalf("%+v\n%+v", fields, few)
			}
		}
		_ = ClaimRec{key, row}.Check()
		var a knowledge.Assertion
		if err := DecodeClaim(key, row, &a); err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatal(err)
			}
			return
		}
		var b knowledge.Assertion
		rec, _ := AppendClaim(nil, &a)
		if err := DecodeClaim(rec.Key, rec.Row, &b); err != nil {
			t.Fatal(err)
		}
		a.RecordedAt, b.RecordedAt = 0, 0
		if a.Confidence.V == a.Confidence.V && !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

// FuzzMetaOps reads any bytes as state ops.
func FuzzMetaOps(f *testing.F) {
	f.Add(AppendMetaOps(nil, []MetaOp{{Table: 3, Key: []byte("k"), Row: []byte("r"), Expect: 9}, {Delete: true}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		ops, _, err := DecodeMetaOps(b)
		if err != nil {
			return
		}
		again, rest, err := DecodeMetaOps(AppendMetaOps(nil, ops))
		if err != nil || len(rest) != 0 || len(again) != len(ops) {
			t.Fatalf("%v: %d ops, want %d", err, len(again), len(ops))
		}
	})
}

func TestIDFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	ids := make([][32]byte, 100_000)
	for i := range ids {
		for j := range ids[i] {
			ids[i][j] = byte(rng.Uint32())
		}
	}
	f := newIDFilter(0, 1<<20)
	f.ready.Store(true)
	stored, absent := ids[:50_000], ids[50_000:]
	for i := range stored {
		f.add(stored[i][:])
	}
	for i := range stored {
		if !f.mayHave(stored[i][:]) {
			t.Fatal("lost an id")
		}
	}
	wrong := func(f *idFilter) (n int) {
		for i := range absent {
			if f.mayHave(absent[i][:]) {
				n++
			}
		}
		return n
	}
	if n := wrong(f); n > len(absent)/500 {
		t.Fatalf("%d of %d false", n, len(absent))
	}
	// Four times as many ids as its memory is for: it forgets none, takes no more
	// memory, and is still of use.
	small := newIDFilter(0, int64(len(stored))*filterBits/8/4)
	small.ready.Store(true)
	for i := range stored {
		small.add(stored[i][:])
	}
	var blocks uint64
	for _, s := range *small.segments.Load() {
		blocks += s.blocks
	}
	if blocks > small.maxBlocks {
		t.Fatalf("%d blocks, %d allowed", blocks, small.maxBlocks)
	}
	for i := range stored {
		if !small.mayHave(stored[i][:]) {
			t.Fatal("lost an id")
		}
	}
	if n := wrong(small); n == 0 || n > len(absent)/2 {
		t.Fatalf("%d of %d false past its memory", n, len(absent))
	}
	var table idTable
	for i := range stored {
		table.add(stored[i][:])
		table.add(stored[i/2][:])
	}
	if len(table.ids) != len(stored) || !table.has(stored[7][:]) || table.has(absent[7][:]) {
		t.Fatal("id table is wrong")
	}
	if table.reset(); table.has(stored[7][:]) {
		t.Fatal("reset table holds ids")
	}
}
