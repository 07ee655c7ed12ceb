package replication

import (
	"fmt"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// TestRecover loses two nodes of three for good, and has the third go on with
// all that it holds.
func TestRecover(t *testing.T) {
	fs, files, dir := vfs.NewMem(), memStable{raft.NewInmemStore()}, t.TempDir()
	base := clustered(t, "n1", false)
	first := setup{fs: fs, dir: dir, shards: 2, stable: files, options: func(o *Options) {
		base(o)
		o.Factor, o.InMemory = 3, false
	}}
	in := []*instance{open(t, first)}
	in = append(in, join(t, in[0], "n2", 2), join(t, in[0], "n3", 2))
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])
		return isReplicated(3)(s), fmt.Sprintf("%+v", s)
	})
	for i := range 60 {
		in[1].mustInsert(t, claim(fmt.Sprintf("p/%d", i), "1"))
	}
	waitEqual(t, in[1], in[0])
	for _, n := range []*instance{in[0], in[1], in[2]} {
		n.shutdown(t)
	}
	log, err := storage.OpenLog(dir+"/log", storage.Options{Dir: dir + "/state", FS: fs, Shards: 2, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	recoverAs := func(apply bool, lost ...string) []GroupRecovery {
		t.Helper()
		out, err := Recover(RecoverOptions{Log: log, Lost: lost, Apply: apply, stable: files}, 2)
		if err != nil || len(out) != 3 {
			t.Fatalf("%+v, %v", out, err)
		}
		return out
	}
	for _, g := range recoverAs(true, "n2") {
		if g.LostMajority {
			t.Errorf("group %s lost its majority with one of three nodes", g.Group)
		}
	}
	for _, g := range recoverAs(false, "n2", "n3") {
		if !g.LostMajority || !slices.Equal(g.Kept, []string{"n1"}) || len(g.Voters) != 3 {
			t.Errorf("before: %+v", g)
		}
	}
	recoverAs(true, "n2", "n3")
	for _, g := range recoverAs(true, "n2", "n3") {
		if g.LostMajority || !slices.Equal(g.Voters, []string{"n1"}) {
			t.Errorf("afterwards: %+v", g)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, first)
	for i := range 60 {
		if got := again.values(t, fmt.Sprintf("p/%d", i), 0, storage.TxnID{}); len(got) != 1 {
			t.Errorf("claim %d: %v", i, got)
		}
	}
	again.mustInsert(t, claim("after", "1"), claim("other", "1"), claim("third", "1"))
	n4 := join(t, again, "n4", 2)
	for _, lost := range []string{"n2", "n3"} {
		if err := again.Decommission(t.Context(), lost); err != nil {
			t.Error(err)
		}
	}
	eventually(t, func() (bool, string) {
		s := shardStates(t, again)
		members, err := again.Members()
		return err == nil && isReplicated(2)(s) && len(members) == 2, fmt.Sprintf("%+v %+v", s, members)
	})
	waitEqual(t, again, n4)
}
