package replication

import (
	"bytes"
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

	found map[string]int // by how
}

// TestBitFlips flips single bits in the state, the log and raft.db of one replica.
// Each is found: the node refuses to start, or stops, or the replica is quarantined
// and rebuilt, or verify says so; or it lies where nothing is read, or in what the
// log and the other nodes make good. Never is an answer wrong.
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
		f.flip(t, []string{"state", "log", stableName}[i%3])
		if t.Failed() {
			t.Fatalf("flip %d of seed %d", i, seed)
		}
	}
	t.Logf("%d flips: %v", rounds, f.found)
}

func newFlips(t *testing.T, r *rand.Rand) *flips {
	t.Helper()
	f := &flips{r: r, dir: t.TempDir(), copies: t.TempDir(), found: map[string]int{}}
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
	return f
}

func (f *flips) setup(dir string, more func(*Options)) setup {
	return setup{dir: dir, shards: 2, onFatal: func(error) {}, options: func(o *Options) {
		o.NodeID, o.Join = "n3", true
		o.SnapshotEntries, o.TrailingLogs = 100, 50
		more(o)
	}}
}

// flip flips a bit somewhere below a name, starts the node, and sees what comes.
func (f *flips) flip(t *testing.T, where string) {
	t.Helper()
	dir := filepath.Join(f.copies, fmt.Sprint(f.r.Uint64()))
	if err := os.CopyFS(dir, os.DirFS(f.dir)); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}()
	name, what := f.damage(t, filepath.Join(dir, where))
	bad, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
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
		f.note(t, "refused", what, err)
		return
	}
	how, err := f.use(t, in, &fatal)
	closing, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	err = errors.Join(err, in.Close(closing), in.store.Close(), in.log.Close())
	in.store = nil
	if how == "" {
		how, err = verifyDir(t, dir)
	}
	if now, e := os.ReadFile(name); how == "harmless" && strings.HasSuffix(name, ".sst") {
		// Every byte of a table is summed: this one was not in use, and is gone.
		if e == nil && bytes.Equal(now, bad) {
			t.Errorf("nobody found %s", what)
		}
	}
	f.note(t, how, what, err)
}

func (f *flips) note(t *testing.T, how, what string, err error) {
	t.Helper()
	f.found[how]++
	text := fmt.Sprint(err)
	t.Logf("%s: %s: %.160s", how, what, strings.ReplaceAll(text, "\n", " "))
}

// damage flips a bit of a file, before the zeros that some end with; each byte of
// all files is as likely as the others.
func (f *flips) damage(t *testing.T, root string) (name, what string) {
	t.Helper()
	type file struct {
		name string
		data []byte
		used int
	}
	var files []file
	total := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		used := len(bytes.TrimRight(data, "\x00"))
		files, total = append(files, file{path, data, used}), total+used
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	at, bit := f.r.IntN(total), byte(1)<<f.r.IntN(8)
	for _, one := range files {
		if at >= one.used {
			at -= one.used
			continue
		}
		one.data[at] ^= bit
		if err := os.WriteFile(one.name, one.data, 0o600); err != nil {
			t.Fatal(err)
		}
		return one.name, fmt.Sprintf("%s/%s byte %d of %d, bit %#x", filepath.Base(root), filepath.Base(one.name), at, len(one.data), bit)
	}
	t.Fatal("there is nothing to damage")
	return "", ""
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
