package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/stemedb/stemedb/storage"
)

// badDisk is a disk in memory whose syncs hang, or that has no room.
type badDisk struct {
	vfs.FS
	mu   sync.Mutex
	well chan struct{} // closed: syncs go through
	left atomic.Uint64
}

func newBadDisk() *badDisk {
	d := &badDisk{well: make(chan struct{})}
	d.left.Store(100 << 30)
	close(d.well)
	d.FS = errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		switch op.Kind {
		case errorfs.OpFileSync, errorfs.OpFileSyncData, errorfs.OpFileSyncTo:
			d.mu.Lock()
			well := d.well
			d.mu.Unlock()
			<-well
		}
		return nil
	}))
	return d
}

func (d *badDisk) hang() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.well = make(chan struct{})
}

func (d *badDisk) heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.well)
}

// GetDiskUsage implements vfs.FS.
func (d *badDisk) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: d.left.Load(), TotalBytes: 100 << 30}, nil
}

// badNode is a cluster of three whose first node, which leads, has a bad disk.
func badNode(t *testing.T) (*badDisk, []*instance) {
	t.Helper()
	d := newBadDisk()
	n1 := open(t, setup{fs: d, shards: 1, options: clustered(t, "n1", false)})
	nodes := []*instance{n1, join(t, n1, "n2", 1), join(t, n1, "n3", 1)}
	waitVoters(t, n1, 3)
	return d, nodes
}

// waitLed waits until others than the first node lead all groups.
func waitLed(t *testing.T, nodes []*instance) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for _, id := range []storage.ShardID{0, storage.MetaShard} {
		for !nodes[1].Group(id).isReady() && !nodes[2].Group(id).isReady() {
			if time.Now().After(deadline) {
				t.Fatalf("nobody else leads group %s", groupName(id))
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func kinds(in *instance) (out []string) {
	for _, f := range in.Health() {
		out = append(out, f.Kind)
	}
	return out
}

func waitHealth(t *testing.T, in *instance, want ...string) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !slices.Equal(kinds(in), want) {
		if time.Now().After(deadline) {
			t.Fatalf("health %+v, want %v", in.Health(), want)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// A leader whose disk hangs, in the goroutine that would hand its lead over, gives
// way to the others, says so, and is one of them again when the disk is well.
func TestStalledDiskGivesWay(t *testing.T) {
	t.Parallel()
	d, nodes := badNode(t)
	n1, n2 := nodes[0], nodes[1]
	before := n1.mustInsert(t, claim("p", "1"))
	d.hang()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	hung := make(chan error, 1)
	go func() {
		_, err := n1.insert(ctx, claim("p", "2"))
		hung <- err
	}()
	waitHealth(t, n1, FindingStalled)
	if f := n1.Health(); !f[0].Unready {
		t.Errorf("finding %+v", f)
	}
	waitLed(t, nodes)
	if res, err := n2.insert(ctx, claim("p", "3")); err != nil || res.RecordedAt <= before.RecordedAt {
		t.Errorf("%+v, %v", res, err)
	}
	d.heal()
	waitHealth(t, n1)
	if err := <-hung; err != nil && !errors.Is(err, ErrUnknownOutcome) && !errors.Is(err, ErrUnavailable) {
		t.Errorf("the write that hung: %v", err)
	}
	if got := n1.values(t, "p", 0, storage.TxnID{}); got["1"] == 0 || got["3"] == 0 {
		t.Errorf("reads %v", got)
	}
	waitEqual(t, n1, n2)
}

// waitUnfit waits until a node knows of these, and of no others, that their disks are
// in trouble.
func waitUnfit(t *testing.T, in *instance, want ...string) {
	t.Helper()
	eventually(t, func() (bool, string) {
		members, err := in.ClusterMembers(t.Context())
		var got []string
		for _, m := range members {
			if m.Unfit {
				got = append(got, m.ID)
			}
		}
		return err == nil && slices.Equal(got, want), fmt.Sprintf("unfit are %v, want %v, %v", got, want, err)
	})
}

// A leader whose disk is nearly full hands over; alone, it refuses claims, and
// goes on answering.
func TestFullDiskGivesWay(t *testing.T) {
	t.Parallel()
	d, nodes := badNode(t)
	n1 := nodes[0]
	n1.mustInsert(t, claim("p", "1"))
	d.left.Store(100 << 20)
	waitHealth(t, n1, FindingFull)
	waitLed(t, nodes)
	n1.mustInsert(t, claim("p", "2")) // another leads
	waitUnfit(t, nodes[1], "n1")
	d.left.Store(100 << 30)
	waitHealth(t, n1)
	waitUnfit(t, nodes[1])

	d = newBadDisk()
	alone := open(t, setup{fs: d, shards: 1})
	alone.mustInsert(t, claim("p", "1"))
	d.left.Store(1 << 20)
	waitHealth(t, alone, FindingFull)
	if _, err := alone.insert(t.Context(), claim("p", "2")); !errors.Is(err, ErrDiskFull) {
		t.Errorf("insert: %v", err)
	}
	if got := alone.values(t, "p", 0, storage.TxnID{}); len(got) != 1 {
		t.Errorf("reads %v", got)
	}
	d.left.Store(100 << 30)
	waitHealth(t, alone)
	alone.mustInsert(t, claim("p", "2"))
}
