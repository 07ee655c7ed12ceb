package replication

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/stemedb/stemedb/storage"
)

// A crash after a received snapshot was recorded and before it was restored is
// made good at the next start.
func TestReceivedSnapshotIsRestoredAtStart(t *testing.T) {
	from := open(t, setup{})
	res := from.mustInsert(t, claim("p", "1"))
	g := from.Group(storage.ShardOf("p", 4))
	data := from.stream(t, g.id)

	dir := t.TempDir()
	receive(t, dir, g, data)
	files, err := filepath.Glob(filepath.Join(dir, "snapshots", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("spools %v, %v", files, err)
	}
	stray := filepath.Join(dir, "snapshots", "stray.snapshot")
	if err := os.WriteFile(stray, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	in := open(t, setup{dir: dir})
	if got := in.values(t, "p", 0, storage.TxnID{}); got["1"] != res.RecordedAt {
		t.Errorf("claims %v", got)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "snapshots", "*")); len(files) != 0 {
		t.Errorf("spools left: %v", files)
	}
	in.mustInsert(t, claim("p", "2"))
	in.shutdown(t)
	in = open(t, setup{dir: dir})
	if got := in.values(t, "p", 0, storage.TxnID{}); len(got) != 2 {
		t.Errorf("claims %v", got)
	}
}

// receive records a snapshot in a fresh directory as a follower does, and no
// more.
func receive(t *testing.T, dir string, g *Group, data []byte) {
	t.Helper()
	store, err := storage.Open(storage.Options{Dir: filepath.Join(dir, "state"), Shards: 4, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	file, err := openStable(dir)
	if err != nil {
		t.Fatal(err)
	}
	sp, err := newDirSpools(filepath.Join(dir, "snapshots"), func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSnapshotStore(g.id, store, newStable(file, g.id), sp, &flusher{})
	if err != nil {
		t.Fatal(err)
	}
	self := raft.Configuration{Servers: []raft.Server{{ID: "node1", Address: "node1"}}}
	sink, err := s.Create(1, g.raft.AppliedIndex(), g.raft.CurrentTerm(), self, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sink.Write(data)
	if err := errors.Join(err, sink.Close(), s.stable.SetUint64([]byte("CurrentTerm"), g.raft.CurrentTerm())); err != nil {
		t.Fatal(err)
	}
	meta, r, err := s.Open(sink.ID())
	if err != nil || meta.Size != int64(len(data)) {
		t.Fatalf("open: %+v, %v", meta, err)
	}
	if err := errors.Join(r.Close(), file.Close(), store.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestSnapshotSinks(t *testing.T) {
	in := open(t, setup{dir: t.TempDir()})
	in.mustInsert(t, claim("p", "1"))
	g := in.Group(storage.ShardOf("p", 4))
	empty, err := g.snaps.Create(1, 5, 1, raft.Configuration{}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := empty.Close(); !errors.Is(err, storage.ErrSnapshot) {
		t.Errorf("a received snapshot without bytes: %v", err)
	}
	cancelled, err := g.snaps.Create(1, 6, 1, raft.Configuration{}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cancelled.Write([]byte("abc")); err != nil {
		t.Fatal(err)
	}
	if err := cancelled.Cancel(); err != nil {
		t.Fatal(err)
	}
	if list, _ := g.snaps.List(); len(list) != 0 {
		t.Errorf("snapshots %v", list)
	}
	if _, _, err := g.snaps.Open("1-5"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("open of no snapshot: %v", err)
	}
	if err := g.snapshot(); err != nil {
		t.Fatal(err)
	}
	list, err := g.snaps.List()
	if err != nil || len(list) != 1 {
		t.Fatalf("snapshots %v, %v", list, err)
	}
	meta, r, err := g.snaps.Open(list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r); n != meta.Size || err != nil {
		t.Errorf("%d bytes of %d, %v", n, meta.Size, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if files, _ := filepath.Glob(filepath.Join(in.opts.Dir, "snapshots", "*")); len(files) != 0 {
		t.Errorf("spools left: %v", files)
	}
}

func TestRaftLogGoesToSlog(t *testing.T) {
	var out strings.Builder
	l := newRaftLogger(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo})), "3")
	l.Info("election")
	l.Warn("candidate")
	l.Error("failed to heartbeat to", "peer", "n2")
	l.Named("net").With("peer", "n2").Error("torn", "servers", hclog.Fmt("%d", 3))
	l.Error("broken")
	l.StandardLogger(nil).Print("quiet")
	got := out.String()
	if strings.Count(got, "\n") != 2 {
		t.Errorf("raft's chatter is logged:\n%s", got)
	}
	for _, want := range []string{`level=ERROR msg="raft.net: torn" group=3 peer=n2 servers=3`, `level=ERROR msg="raft: broken" group=3`} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in:\n%s", want, got)
		}
	}
	if l.IsInfo() || l.IsWarn() || l.GetLevel() != hclog.Error {
		t.Error("levels")
	}
}

func TestMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	in := open(t, setup{options: func(o *Options) { o.Registerer = reg }})
	in.mustInsert(t, claim("p", "1"))
	in.mustInsert(t, claim(pathIn("q", 0, 4), "1"), claim(pathIn("q", 1, 4), "1"))
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]float64)
	for _, f := range families {
		for _, m := range f.Metric {
			name := f.GetName()
			for _, l := range m.Label {
				name += "/" + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	if got["stemedb_transactions_total/direct"] != 1 || got["stemedb_transactions_total/distributed"] != 1 {
		t.Errorf("transactions: %v", got)
	}
	for _, name := range []string{"stemedb_raft_apply_seconds", "stemedb_raft_propose_seconds", "stemedb_raft_entries_total", "stemedb_raft_bytes_total"} {
		if got[name] == 0 {
			t.Errorf("%s is 0", name)
		}
	}
	if _, err := newMetrics(reg); err == nil {
		t.Error("registered twice")
	}
}
