package keys

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

type triple struct {
	path, pred string
	id         [IDLen]byte
}

func (t triple) suffix() []byte { return AppendSuffix(nil, t.path, t.pred, &t.id) }

func (t triple) compare(o triple) int {
	return cmp.Or(strings.Compare(t.path, o.path), strings.Compare(t.pred, o.pred), bytes.Compare(t.id[:], o.id[:]))
}

// word makes a short string without NUL, of few letters so that prefixes and
// equals are common.
func word(rng *rand.Rand) string {
	b := make([]byte, 1+rng.IntN(4))
	for i := range b {
		b[i] = []byte{1, '/', 'a', 'b', 0xFF}[rng.IntN(5)]
	}
	return string(b)
}

func randomTriple(rng *rand.Rand) triple {
	t := triple{path: word(rng), pred: word(rng)}
	for i := range t.id {
		t.id[i] = byte(rng.IntN(3) * 127)
	}
	return t
}

// TestOrder checks that keys sort as what they are made of.
func TestOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		a, b := randomTriple(rng), randomTriple(rng)
		if got, want := bytes.Compare(a.suffix(), b.suffix()), a.compare(b); got != want {
			t.Fatalf("suffixes of %q and %q: %d, want %d", a, b, got, want)
		}
		ka := AppendByPred(nil, 3, 1, []byte(a.path), []byte(a.pred), a.id[:])
		kb := AppendByPred(nil, 3, 1, []byte(b.path), []byte(b.pred), b.id[:])
		a.path, a.pred, b.path, b.pred = a.pred, a.path, b.pred, b.path
		if got, want := bytes.Compare(ka, kb), a.compare(b); got != want {
			t.Fatalf("predicate index of %q and %q: %d, want %d", a, b, got, want)
		}
		ra, rb, oa, ob := rng.Int64N(3)+1, rng.Int64N(3)+1, rng.Uint32N(3), rng.Uint32N(3)
		ka = AppendByRecorded(nil, 3, 1, ra, oa, a.suffix())
		kb = AppendByRecorded(nil, 3, 1, rb, ob, b.suffix())
		if got, want := bytes.Compare(ka, kb), cmp.Or(cmp.Compare(ra, rb), cmp.Compare(oa, ob), a.compare(b)); got != want {
			t.Fatalf("recorded index: %d, want %d", got, want)
		}
		ma, mb := []byte(strings.ReplaceAll(a.path, "b", "\x00")), []byte(strings.ReplaceAll(b.path, "b", "\x00"))
		ka, kb = AppendMeta(nil, 3, 7, ma, ra), AppendMeta(nil, 3, 7, mb, rb)
		if got, want := bytes.Compare(ka, kb), cmp.Or(bytes.Compare(ma, mb), cmp.Compare(ra, rb)); got != want {
			t.Fatalf("state rows %q and %q: %d, want %d", ma, mb, got, want)
		}
	}
}

// TestBounds checks that the bounds of a path hold exactly its claims.
func TestBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 20000 {
		a, path := randomTriple(rng), word(rng)
		in := bytes.Compare(a.suffix(), append([]byte(path), 0)) >= 0 && bytes.Compare(a.suffix(), append([]byte(path), 1)) < 0
		if in != (a.path == path) {
			t.Fatalf("%q within the bounds of %q: %v", a.path, path, in)
		}
		if got, want := bytes.Compare(a.suffix(), []byte(path)) >= 0, a.path >= path; got != want {
			t.Fatalf("%q at or above %q: %v", a.path, path, got)
		}
	}
}

func TestShardSpan(t *testing.T) {
	for _, shard := range []uint16{0, 1, 255, 256, 0xFFFE, 0xFFFF} {
		lower, upper := ShardSpan(shard)
		first, last := AppendPrefix(nil, shard, 0), AppendPrefix(nil, shard, 0xFE)
		if bytes.Compare(lower, first) > 0 || bytes.Compare(last, upper) >= 0 {
			t.Fatalf("shard %d: %x to %x", shard, lower, upper)
		}
		if shard < 0xFFFF && bytes.Compare(upper, AppendPrefix(nil, shard+1, 0)) > 0 {
			t.Fatalf("shard %d reaches into the next", shard)
		}
	}
}

func TestSuccessor(t *testing.T) {
	for _, c := range [][2]string{{"a", "b"}, {"a\xff", "b"}, {"\xff\xff", ""}, {"a\x00", "a\x01"}} {
		if got := Successor([]byte(c[0])); string(got) != c[1] {
			t.Errorf("Successor(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

// TestRoundTrip takes every kind of key apart again.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 2000 {
		c := randomTriple(rng)
		txn, reviser := bytes.Repeat([]byte{byte(rng.Uint32())}, TxnIDLen), bytes.Repeat([]byte{7}, IDLen)
		suffix := c.suffix()
		path, pred, id, err := SplitSuffix(suffix)
		if err != nil || string(path) != c.path || string(pred) != c.pred || !bytes.Equal(id, c.id[:]) {
			t.Fatalf("suffix: %q %q %x %v", path, pred, id, err)
		}
		shard, kind, rest, err := Split(AppendClaim(nil, 9, suffix))
		if err != nil || shard != 9 || kind != Claim || !bytes.Equal(rest, suffix) {
			t.Fatalf("claim: %v %v %x", shard, kind, rest)
		}
		mark := append(slices.Clone(suffix), reviser...)
		target, by, by16, err := SplitMark(AppendMark(nil, 9, mark, txn)[PrefixLen:])
		if err != nil || !bytes.Equal(target, suffix) || !bytes.Equal(by, reviser) || !bytes.Equal(by16, txn) {
			t.Fatalf("mark: %x %x %x %v", target, by, by16, err)
		}
		s, by16, err := SplitIntent(AppendIntent(nil, 9, suffix, txn)[PrefixLen:])
		if err != nil || !bytes.Equal(s, suffix) || !bytes.Equal(by16, txn) {
			t.Fatalf("intent: %x %x %v", s, by16, err)
		}
		source, s, err := SplitBySource(AppendBySource(nil, 9, 3, []byte(c.pred), suffix)[IndexLen:])
		if err != nil || string(source) != c.pred || !bytes.Equal(s, suffix) {
			t.Fatalf("source: %q %x %v", source, s, err)
		}
		path, pred, id, err = SplitByPred(AppendByPred(nil, 9, 3, path, pred, id)[IndexLen:])
		if err != nil || string(path) != c.path || string(pred) != c.pred || !bytes.Equal(id, c.id[:]) {
			t.Fatalf("predicate: %q %q %x %v", path, pred, id, err)
		}
		e, err := SplitByRecorded(AppendByRecorded(nil, 9, 3, 77, 5, suffix)[IndexLen:])
		if err != nil || e.Recorded != 77 || e.Ordinal != 5 || e.Seq != 0 || !bytes.Equal(e.Suffix, suffix) {
			t.Fatalf("recorded: %+v %v", e, err)
		}
		if e, err = SplitByRecorded(AppendByRecordedTxn(nil, 9, 3, 78, 6)[IndexLen:]); err != nil || e.Seq != 6 || e.Recorded != 78 {
			t.Fatalf("recorded transaction: %+v %v", e, err)
		}
		seq, ordinal, err := SplitTxnRows(AppendTxnRows(nil, 9, 4, 8)[PrefixLen:])
		if err != nil || seq != 4 || ordinal != 8 {
			t.Fatalf("row list: %d %d %v", seq, ordinal, err)
		}
		delta, s, rest, err := CutRowEntry(append(AppendRowEntry(nil, 300, suffix), 1))
		if err != nil || delta != 300 || !bytes.Equal(s, suffix) || len(rest) != 1 {
			t.Fatalf("row list entry: %d %x %x %v", delta, s, rest, err)
		}
		n, id16, err := SplitOutcome(AppendOutcome(nil, 9, 12, (*[16]byte)(txn))[PrefixLen:])
		if err != nil || n != 12 || !bytes.Equal(id16[:], txn) {
			t.Fatalf("outcome: %d %x %v", n, id16, err)
		}
		key := []byte("a\x00b\x00\x00" + c.path)
		table, k, recorded, err := SplitMeta(nil, AppendMeta(nil, 9, 300, key, 99)[PrefixLen:])
		if err != nil || table != 300 || recorded != 99 || !bytes.Equal(k, key) {
			t.Fatalf("state row: %d %q %d %v", table, k, recorded, err)
		}
		recorded, n, err = SplitMetaChange(AppendMetaChange(nil, 9, 5, 6)[PrefixLen:])
		if err != nil || recorded != 5 || n != 6 {
			t.Fatalf("state change: %d %d %v", recorded, n, err)
		}
	}
}

// FuzzSplit feeds any bytes to every decoder: no panic, and what decodes
// encodes to the same bytes.
func FuzzSplit(f *testing.F) {
	var id [IDLen]byte
	suffix := AppendSuffix(nil, "a/b", "p", &id)
	f.Add(suffix)
	f.Add(AppendMark(nil, 1, append(slices.Clone(suffix), id[:]...), id[:TxnIDLen])[PrefixLen:])
	f.Add(AppendByRecorded(nil, 1, 0, 5, 6, suffix)[IndexLen:])
	f.Add(AppendByRecordedTxn(nil, 1, 0, 5, 6)[IndexLen:])
	f.Add(AppendTxnRows(nil, 1, 5, 6)[PrefixLen:])
	f.Add(AppendRowEntry(nil, 6, suffix))
	f.Add(AppendMeta(nil, 1, 5, []byte("a\x00b"), 6)[PrefixLen:])
	f.Add(AppendBySource(nil, 1, 0, []byte("s"), suffix)[IndexLen:])
	f.Fuzz(func(t *testing.T, b []byte) {
		same := func(what string, got []byte) {
			if !bytes.Equal(got, b) {
				t.Fatalf("%s: %x encodes to %x", what, b, got)
			}
		}
		if path, pred, id, err := SplitSuffix(b); err == nil {
			same("suffix", append(AppendPair(nil, path, pred), id...))
		}
		if path, pred, id, err := SplitByPred(b); err == nil {
			same("predicate", AppendByPred(nil, 0, 0, path, pred, id)[IndexLen:])
		}
		if source, s, err := SplitBySource(b); err == nil {
			same("source", AppendBySource(nil, 0, 0, source, s)[IndexLen:])
		}
		if target, reviser, txn, err := SplitMark(b); err == nil {
			same("mark", AppendMark(nil, 0, append(slices.Clone(target), reviser...), txn)[PrefixLen:])
		}
		if s, txn, err := SplitIntent(b); err == nil {
			same("intent", AppendIntent(nil, 0, s, txn)[PrefixLen:])
		}
		if e, err := SplitByRecorded(b); err == nil {
			if b[8] == RecordedTxn {
				same("recorded transaction", AppendByRecordedTxn(nil, 0, 0, e.Recorded, e.Seq)[IndexLen:])
			} else {
				same("recorded", AppendByRecorded(nil, 0, 0, e.Recorded, e.Ordinal, e.Suffix)[IndexLen:])
			}
		}
		if seq, ordinal, err := SplitTxnRows(b); err == nil {
			same("row list", AppendTxnRows(nil, 0, seq, ordinal)[PrefixLen:])
		}
		if delta, s, rest, err := CutRowEntry(b); err == nil {
			again, t2, _, err := CutRowEntry(append(AppendRowEntry(nil, delta, s), rest...))
			if err != nil || again != delta || !bytes.Equal(s, t2) {
				t.Fatalf("row list entry: %v", err)
			}
		}
		if table, key, recorded, err := SplitMeta(nil, b); err == nil {
			same("state row", AppendMeta(nil, 0, table, key, recorded)[PrefixLen:])
		}
		if n, txn, err := SplitOutcome(b); err == nil {
			same("outcome", AppendOutcome(nil, 0, n, &txn)[PrefixLen:])
		}
		if recorded, n, err := SplitMetaChange(b); err == nil {
			same("state change", AppendMetaChange(nil, 0, recorded, n)[PrefixLen:])
		}
		if shard, kind, rest, err := Split(b); err == nil {
			same("key", append(AppendPrefix(nil, shard, kind), rest...))
		}
	})
}

// TestSplitPrefix checks what the store's comparer promises of prefixes, also
// for shortened keys.
func TestSplitPrefix(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	key := func() []byte {
		c := randomTriple(rng)
		var k []byte
		switch rng.IntN(5) {
		case 0:
			k = AppendClaim(nil, uint16(rng.IntN(2)), c.suffix())
		case 1:
			k = AppendByPred(nil, 1, uint8(rng.IntN(2)), []byte(c.path), []byte(c.pred), c.id[:])
		case 2:
			k = AppendTxnRows(nil, 1, uint64(rng.IntN(3)), 1)
		case 3:
			k = AppendByID(nil, 1, 0, c.id[:])
		default:
			k = AppendIntent(nil, 1, c.suffix(), c.id[:TxnIDLen])
		}
		return k[:len(k)-rng.IntN(2)*rng.IntN(len(k))]
	}
	for range 50000 {
		a, b := key(), key()
		pa, pb := a[:SplitPrefix(a)], b[:SplitPrefix(b)]
		if SplitPrefix(pa) != len(pa) {
			t.Fatalf("prefix of %x is %x, whose prefix is shorter", a, pa)
		}
		c := bytes.Compare(pa, pb)
		if c == 0 {
			c = bytes.Compare(a[len(pa):], b[len(pb):])
		}
		if c != bytes.Compare(a, b) {
			t.Fatalf("%x and %x order differently by prefix", a, b)
		}
	}
}
