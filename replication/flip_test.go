package replication

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// flips is a cluster of three of which the third node is started again and again,
// each time on a copy of its directory with one bit flipped.
type flips struct {
	nodes  []*instance // the first two
	want   map[string]knowledge.Micros
	at     knowledge.Micros
	dir    string // the third node's, as it was closed
	copies string
	addr   string
	r      *rand.Rand
	live   map[string][]span // by root: what is read, and summed

	found map[string]int // by how, of live bytes
	spare map[string]int // of others
}

// flipRoots are where bits flip.
var flipRoots = []string{"state", "log", stableName}

// sparedEvery is how many bits flip in live bytes for one elsewhere.
const sparedEvery = 5

// TestBitFlips flips single bits in the state, the log and raft.db of one replica,
// in bytes that are in use. Each is found: the node refuses to start, or stops, or
// the replica is quarantined and rebuilt, or verify says so. Never is an answer wrong:
// nor after flips in bytes that nobody reads, some of which are made too.
//
// STEMEDB_BIT_FLIPS makes it more of them. The node comes back without votes that
// it has cast since its copy was made, which only a test may do: the other two
// hold all there is.
func TestBitFlips(t *testing.T) {
	t.Parallel()
	rounds := envRounds(t, "STEMEDB_BIT_FLIPS", 6)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	f := newFlips(t, rand.New(rand.NewPCG(seed, 1)))
	for i := range rounds {
		f.flip(t, flipRoots[i%len(flipRoots)], true)
		if i%sparedEvery == 0 && !t.Failed() {
			f.flip(t, flipRoots[i/sparedEvery%len(flipRoots)], false)
		}
		if t.Failed() {
			t.Fatalf("flip %d of seed %d", i, seed)
		}
	}
	t.Logf("%d flips in bytes in use, each found: %v; in others: %v", rounds, f.found, f.spare)
}

func newFlips(t *testing.T, r *rand.Rand) *flips {
	t.Helper()
	f := &flips{r: r, dir: t.TempDir(), copies: t.TempDir(), found: map[string]int{}, spare: map[string]int{}}
	n1 := open(t, setup{shards: 2, options: clustered(t, "n1", false)})
	f.nodes = []*instance{n1, join(t, n1, "n2", 2)}
	mux := newMux(t)
	f.addr = mux.Address()
	n3, err := tryOpen(t, f.setup(f.dir, func(o *Options) { o.Mux = mux }))
	if err != nil {
		t.Fatal(err)
	}
	if err := n1.admit(t.Context(), n3.self()); err != nil {
		t.Fatal(err)
	}
	waitVoters(t, n1, 3)
	for i := range 60 {
		var recs []storage.ClaimRec
		for k := range 20 {
			recs = append(recs, claim(fmt.Sprintf("p/%d/%d", i, k), fmt.Sprint(i, r.Uint64())))
		}
		f.at = n1.mustInsert(t, recs...).RecordedAt
	}
	n1.waitResolved(t)
	waitEqual(t, n1, n3)
	f.want = n1.allClaims(t)
	n3.shutdown(t)
	if err := mux.Close(); err != nil {
		t.Fatal(err)
	}
	f.live = liveBytes(t, f.dir)
	return f
}

func (f *flips) setup(dir string, more func(*Options)) setup {
	return setup{dir: dir, shards: 2, onFatal: func(error) {}, options: func(o *Options) {
		o.NodeID, o.Join = "n3", true
		o.SnapshotEntries, o.TrailingLogs = 100, 50
		more(o)
	}}
}

// flip flips a bit somewhere below a root, in bytes in use or in others, starts the
// node, and sees what comes. A node may remove a damaged table before it has read the
// damage: then verify must have found it while the node was stopped.
func (f *flips) flip(t *testing.T, root string, live bool) {
	t.Helper()
	h := f.draw(t, root, live)
	f.copy(t, h, func(dir string) {
		how, err := f.run(t, dir)
		if live && how == "harmless" {
			f.copy(t, h, func(dir string) { how, err = verifyDir(t, dir) })
		}
		f.note(t, live, how, h, err)
	})
}

// run starts the node on a directory, and says how the damage was found.
func (f *flips) run(t *testing.T, dir string) (how string, err error) {
	t.Helper()
	mux := muxAt(t, f.addr)
	defer func() {
		if err := mux.Close(); err != nil {
			t.Error(err)
		}
	}()
	var fatal atomic.Pointer[error]
	s := f.setup(dir, func(o *Options) { o.Mux = mux })
	s.onFatal = func(err error) { fatal.Store(&err) }
	in, err := tryOpen(t, s)
	if err != nil {
		return "refused", err
	}
	how, err = f.use(t, in, &fatal)
	closing, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	err = errors.Join(err, in.Close(closing), in.store.Close(), in.log.Close())
	in.store = nil
	if how == "" {
		how, err = verifyDir(t, dir)
	}
	return how, err
}

func (f *flips) note(t *testing.T, live bool, how string, what hit, err error) {
	t.Helper()
	by := f.spare
	if live {
		by = f.found
	}
	by[how]++
	t.Logf("%s: %s: %.160s", how, what, strings.ReplaceAll(fmt.Sprint(err), "\n", " "))
	if live && how == "harmless" {
		t.Errorf("nobody found %s", what)
	}
}

// hit is a bit of a file of the directory.
type hit struct {
	name string
	at   int
	bit  byte
}

func (h hit) String() string { return fmt.Sprintf("%s byte %d, bit %#x", h.name, h.at, h.bit) }

// flip flips the bit in a copy of the directory.
func (h hit) flip(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, h.name)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[h.at] ^= h.bit
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// draw chooses a bit below a root: each live byte, or each other one, is as likely as
// the others.
func (f *flips) draw(t *testing.T, root string, live bool) hit {
	t.Helper()
	spans := f.live[root]
	if !live {
		spans = rest(t, f.dir, root, spans)
	}
	total := 0
	for _, s := range spans {
		total += s.to - s.from
	}
	if total == 0 {
		t.Fatalf("there is nothing to damage in %s", root)
	}
	at, bit := f.r.IntN(total), byte(1)<<f.r.IntN(8)
	for at >= spans[0].to-spans[0].from {
		at -= spans[0].to - spans[0].from
		spans = spans[1:]
	}
	return hit{spans[0].name, spans[0].from + at, bit}
}

// copy makes a copy of the directory with a bit flipped, and removes it behind use.
func (f *flips) copy(t *testing.T, h hit, use func(dir string)) {
	t.Helper()
	dir := filepath.Join(f.copies, fmt.Sprint(f.r.Uint64()))
	if err := os.CopyFS(dir, os.DirFS(f.dir)); err != nil {
		t.Fatal(err)
	}
	h.flip(t, dir)
	use(dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
}

// use reads everything, and has the node compared with the others. It says how the
// damage was found; empty: it was not.
func (f *flips) use(t *testing.T, in *instance, fatal *atomic.Pointer[error]) (how string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	got, err := f.read(ctx, in)
	if err == nil && !maps.Equal(got, f.want) {
		t.Errorf("wrong answer: %d claims of %d", len(got), len(f.want))
	}
	before := foundBy(t, f.nodes)
	if err == nil {
		err = f.nodes[0].Sync(ctx, "n3", false)
	}
	switch {
	case fatal.Load() != nil:
		return "stopped", *fatal.Load()
	case err != nil:
		return "failed", err
	case foundBy(t, f.nodes) > before:
		if got, err = f.read(ctx, in); err == nil && !maps.Equal(got, f.want) {
			t.Errorf("wrong answer after the rebuild: %d claims of %d", len(got), len(f.want))
		}
		return "rebuilt", err
	}
	return "", nil
}

func (f *flips) read(ctx context.Context, in *instance) (map[string]knowledge.Micros, error) {
	v, err := in.Read(ctx, storage.ReadOptions{At: f.at})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	out := map[string]knowledge.Micros{}
	for _, shard := range in.all {
		it := v.Claims(ctx, shard, storage.ClaimBounds{})
		for it.Next() {
			out[string(it.Path())+"="+string(it.Row().Value())] = it.RecordedAt()
		}
		if err := errors.Join(it.Err(), it.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// verifyDir is what `stemedb verify` does. Where it finds nothing, no byte that
// anybody reads is wrong any more.
func verifyDir(t *testing.T, dir string) (how string, err error) {
	t.Helper()
	quietly := storage.Options{OnFatal: func(error) {}}
	quietly.Dir = filepath.Join(dir, "state")
	store, err := storage.Open(quietly)
	if err != nil {
		return "verified", err
	}
	rep, err := store.Verify(t.Context(), nil)
	if err = errors.Join(err, store.Close()); err != nil || !rep.OK() {
		return "verified", errors.Join(err, fmt.Errorf("%v", rep.Problems))
	}
	log, err := storage.OpenLog(filepath.Join(dir, "log"), quietly)
	if err != nil {
		return "verified", err
	}
	rep, err = VerifyLog(t.Context(), dir, log, nil)
	if err = errors.Join(err, log.Close()); err != nil || !rep.OK() {
		return "verified", errors.Join(err, fmt.Errorf("%v", rep.Problems))
	}
	return "harmless", nil
}
