package storage

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/stemedb/stemedb/knowledge"
)

var (
	metaSeed  = flag.Uint64("seed", 0, "seed of the metamorphic test; 0: by the clock")
	metaSteps = flag.Int("steps", 1500, "steps of the metamorphic test")
)

// modelRow is one statement of a claim: who wrote it, when it was recorded.
type modelRow struct {
	agent string
	at    knowledge.Micros
}

// modelTxn is an open transaction of the model.
type modelTxn struct {
	id       TxnID
	shards   []ShardID
	rows     map[ShardID]map[string]string // suffix → agent
	marks    map[ShardID]map[string]bool   // suffix of the target
	prepared map[ShardID]knowledge.Micros
	commit   knowledge.Micros
	resolved map[ShardID]bool
}

// world runs a store against maps.
type world struct {
	t      *testing.T
	rng    *rand.Rand
	fs     vfs.FS
	s      *Store
	clock  knowledge.Micros
	index  map[ShardID]uint64
	claims []*knowledge.Assertion // the universe
	rows   map[ShardID]map[string][]modelRow
	marks  map[ShardID]map[string][]knowledge.Micros
	meta   map[string][]metaVersion
	txns   []*modelTxn
	next   uint64
}

const worldShards = 2

func (w *world) open() {
	s, err := Open(Options{Dir: "db", FS: w.fs, Shards: worldShards, MemTableBytes: 1 << 20, ClaimID: testID,
		OnFatal: func(err error) { w.t.Errorf("fatal: %v", err) }})
	if err != nil {
		w.t.Fatal(err)
	}
	w.s = s
}

func (w *world) tick() knowledge.Micros {
	w.clock += knowledge.Micros(1 + w.rng.IntN(3))
	return w.clock
}

// commit runs fn on a shard in one Apply.
func (w *world) apply(shard ShardID, fn func(a *Apply)) {
	w.t.Helper()
	a := w.s.Shard(shard).Begin()
	fn(a)
	w.index[shard]++
	a.SetApplied(w.index[shard], 1)
	if err := a.Commit(); err != nil {
		w.t.Fatal(err)
	}
}

// pick makes records of random claims of a shard, written by a new agent.
func (w *world) pick(shard ShardID, n int) (recs []ClaimRec, agent string) {
	w.next++
	agent = fmt.Sprintf("agent%d", w.next)
	for range n {
		a := *w.claims[w.rng.IntN(len(w.claims))]
		if ShardOf(a.ConceptPath, worldShards) != shard {
			continue
		}
		a.Agent = agent
		rec, _ := AppendClaim(nil, &a)
		recs = append(recs, rec)
	}
	return recs, agent
}

func (w *world) size() int {
	if w.rng.IntN(25) == 0 {
		return 6000 // past resolveRows
	}
	return 1 + w.rng.IntN(20)
}

func (w *world) insertDirect() {
	shard := ShardID(w.rng.IntN(worldShards))
	recs, agent := w.pick(shard, w.size())
	at := w.tick()
	w.next++
	id := w.txnID()
	stored := 0
	w.apply(shard, func(a *Apply) { stored = a.InsertDirect(id, at, recs).Stored })
	want := 0
	for _, r := range recs {
		if old := w.rows[shard][string(r.Key)]; len(old) > 0 {
			want++ // recorded before, also by this statement
		}
		w.rows[shard][string(r.Key)] = append(w.rows[shard][string(r.Key)], modelRow{agent, at})
	}
	// A claim that is only in a transaction decided elsewhere may or may not be
	// known yet, so the count is bounded.
	if stored < len(recs)-want {
		w.t.Fatalf("%d of %d are new, want at least %d", stored, len(recs), len(recs)-want)
	}
	if w.rng.IntN(4) == 0 {
		w.apply(shard, func(a *Apply) {
			if o := a.InsertDirect(id, w.clock+1, recs); o.At != at || o.Stored != stored {
				w.t.Fatalf("retried: %+v, want time %d, %d new", o, at, stored)
			}
		})
	}
	if w.rng.IntN(5) == 0 && len(recs) > 0 {
		at := w.tick()
		rec, _ := AppendMark(nil, recs[0].Key, knowledge.ID{byte(w.next)})
		w.apply(shard, func(a *Apply) { a.Insert(at, []ClaimRec{rec}) })
		w.marks[shard][string(recs[0].Key)] = append(w.marks[shard][string(recs[0].Key)], at)
	}
}

func (w *world) txnID() (id TxnID) {
	w.next++
	for i := range id {
		id[i] = byte(w.rng.Uint32())
	}
	return id
}

func (w *world) beginTxn() {
	if len(w.txns) < 6 {
		shards := []ShardID{0, 1}
		w.rng.Shuffle(2, func(i, j int) { shards[i], shards[j] = shards[j], shards[i] })
		w.txns = append(w.txns, &modelTxn{id: w.txnID(), shards: shards[:1+w.rng.IntN(2)],
			rows:  map[ShardID]map[string]string{0: {}, 1: {}},
			marks: map[ShardID]map[string]bool{0: {}, 1: {}}, prepared: map[ShardID]knowledge.Micros{}, resolved: map[ShardID]bool{}})
	}
}

// stepTxn moves a random transaction on.
func (w *world) stepTxn() {
	if len(w.txns) == 0 {
		return
	}
	i := w.rng.IntN(len(w.txns))
	t := w.txns[i]
	switch {
	case t.commit != 0:
		shard := t.shards[w.rng.IntN(len(t.shards))]
		w.apply(shard, func(a *Apply) {
			if err := a.Resolve(t.id, t.commit); err != nil {
				w.t.Fatal(err)
			}
		})
		if t.resolved[shard] = true; len(t.resolved) == len(t.shards) {
			w.txns = slices.Delete(w.txns, i, i+1)
			w.apply(t.shards[0], func(a *Apply) { a.Forget(t.id) })
		}
	case len(t.prepared) == len(t.shards):
		w.commitTxn(t)
	case w.rng.IntN(6) == 0 && len(t.prepared) < len(t.shards):
		for _, shard := range t.shards {
			w.apply(shard, func(a *Apply) {
				if o := a.Abort(t.id); o.Committed {
					w.t.Fatal("aborted transaction committed")
				}
				if o := a.CommitTxn(t.id, w.clock); o.Committed {
					w.t.Fatal("commit after abort")
				}
			})
		}
		w.txns = slices.Delete(w.txns, i, i+1)
	case w.rng.IntN(3) == 0:
		w.prepareTxn(t)
	default:
		w.insertTagged(t)
	}
}

func (w *world) prepareTxn(t *modelTxn) {
	for _, shard := range t.shards {
		if t.prepared[shard] != 0 {
			continue
		}
		at := w.tick()
		w.apply(shard, func(a *Apply) {
			n, err := a.Prepare(t.id, t.shards[0], at, nil)
			if err != nil {
				w.t.Fatal(err)
			}
			w.checkStored(t, shard, n)
		})
		t.prepared[shard] = at
		return
	}
}

// checkStored checks how many of a transaction's claims a shard calls new: at least
// those that nobody else wrote, and at most one of each.
func (w *world) checkStored(t *modelTxn, shard ShardID, n int) {
	w.t.Helper()
	least := 0
	for suffix := range t.rows[shard] {
		if len(w.rows[shard][suffix]) == 0 {
			least++
		}
	}
	if most := len(t.rows[shard]); n < least || n > most {
		w.t.Fatalf("%d claims of a transaction are new, want %d to %d", n, least, most)
	}
}

func (w *world) commitTxn(t *modelTxn) {
	for _, at := range t.prepared {
		t.commit = max(t.commit, at)
	}
	w.apply(t.shards[0], func(a *Apply) {
		if o := a.CommitTxn(t.id, t.commit); !o.Committed || o.At != t.commit {
			w.t.Fatalf("commit: %+v", o)
		} else {
			w.checkStored(t, t.shards[0], o.Stored)
		}
	})
	for shard, rows := range t.rows {
		for suffix, agent := range rows {
			w.rows[shard][suffix] = append(w.rows[shard][suffix], modelRow{agent, t.commit})
		}
		for suffix := range t.marks[shard] {
			w.marks[shard][suffix] = append(w.marks[shard][suffix], t.commit)
		}
	}
}

func (w *world) insertTagged(t *modelTxn) {
	shard := t.shards[w.rng.IntN(len(t.shards))]
	if t.prepared[shard] != 0 {
		return
	}
	recs, agent := w.pick(shard, w.size())
	if len(recs) > 0 && w.rng.IntN(4) == 0 {
		rec, _ := AppendMark(nil, recs[0].Key, knowledge.ID{byte(w.next), 1})
		t.marks[shard][string(recs[0].Key)] = true
		w.apply(shard, func(a *Apply) { a.InsertTagged(t.id, t.shards[0], []ClaimRec{rec}) })
	}
	for range 1 + w.rng.IntN(2) { // an entry may come twice
		w.apply(shard, func(a *Apply) { a.InsertTagged(t.id, t.shards[0], recs) })
	}
	for _, r := range recs {
		// The first copy in a transaction counts; one that is decided already
		// stays what it is, because it was recorded earlier.
		if _, ok := t.rows[shard][string(r.Key)]; !ok {
			t.rows[shard][string(r.Key)] = agent
		}
	}
}

func (w *world) putMeta() {
	key := []byte{byte(w.rng.IntN(8)), 0, byte(w.rng.IntN(2))}
	hist := w.meta[string(key)]
	var live *metaVersion
	if n := len(hist); n > 0 && !hist[n-1].deleted {
		live = &hist[n-1]
	}
	op := MetaOp{Table: 7, Key: key, Row: []byte(fmt.Sprint("row", w.next)), Delete: w.rng.IntN(4) == 0}
	want := error(nil)
	switch w.rng.IntN(3) {
	case 0:
		op.Expect = AnyVersion
	case 1:
		if live != nil {
			want = ErrExists
		}
	case 2:
		op.Expect = 12345678
		if live != nil && w.rng.IntN(2) == 0 {
			op.Expect = uint64(live.recorded)
		} else {
			want = ErrConflict
		}
	}
	at := w.tick()
	w.apply(MetaShard, func(a *Apply) {
		if err := a.PutMeta(at, []MetaOp{op}); !errors.Is(err, want) {
			w.t.Fatalf("put meta: %v, want %v", err, want)
		}
	})
	if want == nil {
		w.meta[string(key)] = append(hist, metaVersion{at, op.Delete, op.Row})
	}
}

func (w *world) verify() {
	rep, err := w.s.Verify(context.Background(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if !rep.OK() {
		w.t.Fatalf("verify: %v", rep.Problems)
	}
}

func (w *world) upkeep() {
	switch w.rng.IntN(5) {
	case 0:
		if err := w.s.Close(); err != nil {
			w.t.Fatal(err)
		}
		w.open()
	case 1:
		if err := w.s.RebuildIndexes(context.Background(), nil); err != nil {
			w.t.Fatal(err)
		}
	case 2:
		w.snapshot()
	case 3:
		if err := w.s.Flush(ShardID(w.rng.IntN(worldShards))); err != nil {
			w.t.Fatal(err)
		}
	default:
		a := w.s.Shard(0).Begin()
		recs, _ := w.pick(0, 10)
		a.Insert(w.clock+100, recs)
		if err := a.Discard(); err != nil {
			w.t.Fatal(err)
		}
	}
	w.verify()
}

// snapshot takes a shard's snapshot, makes a mess of the shard, and restores.
func (w *world) snapshot() {
	shard := ShardID(w.rng.IntN(worldShards))
	sn, err := w.s.Checkpoint(shard)
	if err != nil {
		w.t.Fatal(err)
	}
	recs, _ := w.pick(shard, 50)
	a := w.s.Shard(shard).Begin()
	a.Insert(w.clock+50, recs)
	if err := a.Commit(); err != nil {
		w.t.Fatal(err)
	}
	if err := errors.Join(w.s.Restore(shard, sn), sn.Close()); err != nil {
		w.t.Fatal(err)
	}
	if got := w.s.Shard(shard).Applied(); got != w.index[shard] {
		w.t.Fatalf("restored to %d, want %d", got, w.index[shard])
	}
}

// TestMetamorphic runs random operations on a store and on maps, and compares
// every read. It prints its seed; go test -run Metamorphic -seed N repeats it.
func TestMetamorphic(t *testing.T) {
	seed := *metaSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 1)), fs: vfs.NewMem(), index: map[ShardID]uint64{},
		rows:  map[ShardID]map[string][]modelRow{0: {}, 1: {}},
		marks: map[ShardID]map[string][]knowledge.Micros{0: {}, 1: {}}, meta: map[string][]metaVersion{}}
	for i := range 5000 {
		w.claims = append(w.claims, testClaim(fmt.Sprintf("p%d/c%d", i%11, i%700), fmt.Sprintf("pred%d", i%13), fmt.Sprint("v", i), fmt.Sprintf("s%d", i%17)))
	}
	w.open()
	deadline := time.Now().Add(20 * time.Second)
	step := 0
	for ; step < *metaSteps && time.Now().Before(deadline); step++ {
		switch n := w.rng.IntN(100); {
		case n < 20:
			w.insertDirect()
		case n < 28:
			w.beginTxn()
		case n < 60:
			w.stepTxn()
		case n < 68:
			w.putMeta()
		case n < 98:
			w.read()
		default:
			w.upkeep()
		}
	}
	t.Logf("%d steps", step)
	w.verify()
	if err := w.s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.s.Close(); !errors.Is(err, ErrClosed) {
		t.Fatalf("closed twice: %v", err)
	}
}
