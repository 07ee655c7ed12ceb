package replication

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// threeKept starts three nodes whose data can be opened again, at the same addresses.
func threeKept(t *testing.T) (in [3]*instance, data [3]kept, again func(i int) *instance) {
	t.Helper()
	var muxes [3]*transport.Mux
	of := func(i int) setup {
		return data[i].with(func(o *Options) { o.NodeID, o.Join, o.Mux = fmt.Sprintf("n%d", i+1), i > 0, muxes[i] })
	}
	for i := range in {
		data[i], muxes[i] = keep(t), newMux(t)
		if i == 0 {
			in[i] = open(t, of(i))
		} else {
			in[i] = joinWith(t, in[0], of(i))
		}
	}
	waitVoters(t, in[0], 3)
	in[0].mustInsert(t, claim("before", "1"))
	waitEqual(t, in[0], in[1])
	waitEqual(t, in[0], in[2])
	return in, data, func(i int) *instance {
		t.Helper()
		muxes[i] = reopen(t, muxes[i])
		n, err := tryOpen(t, of(i)) // the others may keep it from being ready
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
}

// hasLeft waits until a node answers nothing any more.
func hasLeft(t *testing.T, in *instance) {
	t.Helper()
	eventually(t, func() (bool, string) {
		v, err := in.Read(t.Context(), storage.ReadOptions{})
		if err == nil {
			v.Close()
		}
		return errors.Is(err, ErrLeft), fmt.Sprintf("node %s answers: %v", in.opts.NodeID, err)
	})
	if _, err := in.insert(t.Context(), claim("late", "1")); !errors.Is(err, ErrLeft) {
		t.Errorf("node %s takes a claim: %v", in.opts.NodeID, err)
	}
}

// TestGivenUpComeBack gives up two nodes of three, and starts them again. They have the
// majority that the groups had, and must not take away what was acknowledged since.
func TestGivenUpComeBack(t *testing.T) {
	in, data, again := threeKept(t)
	for _, n := range in {
		n.shutdown(t)
	}
	so := storage.Options{Dir: data[0].dir + "/state", FS: data[0].fs, Logger: quiet()}
	state, err := storage.Open(so)
	if err != nil {
		t.Fatal(err)
	}
	members, err := MembersIn(state)
	if err = errors.Join(err, state.Close()); err != nil || len(members) != 3 {
		t.Fatalf("members %v, %v", members, err)
	}
	log, err := storage.OpenLog(data[0].dir+"/log", so)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Recover(RecoverOptions{Log: log, Lost: []string{"n2", "n3"}, Members: members, Apply: true, stable: data[0].files}, 1)
	if err = errors.Join(err, log.Close()); err != nil {
		t.Fatal(err)
	}

	n1 := again(0)
	n1.mustInsert(t, claim("after", "1"))
	n2, n3 := again(1), again(2)
	hasLeft(t, n2)
	hasLeft(t, n3)
	n1.mustInsert(t, claim("after", "2"))
	if got := n1.values(t, "after", 0, storage.TxnID{}); len(got) != 2 {
		t.Errorf("claims acknowledged since: %v", got)
	}
	if got := n1.values(t, "late", 0, storage.TxnID{}); len(got) != 0 {
		t.Errorf("claims of nodes that were given up: %v", got)
	}
	// With other data a node of that name is welcome.
	for _, id := range []string{"n2", "n3"} {
		if err := n1.Decommission(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, func() (bool, string) {
		members, err := n1.Members()
		return err == nil && len(members) == 1, fmt.Sprintf("%+v %v", members, err)
	})
	fresh := join(t, n1, "n2", 1)
	waitEqual(t, n1, fresh)
}

// TestTakenOutComesBack takes out a node that is down, and starts it again.
func TestTakenOutComesBack(t *testing.T) {
	in, _, again := threeKept(t)
	in[2].shutdown(t)
	join(t, in[0], "n4", 1)
	eventually(t, func() (bool, string) {
		err := in[0].Decommission(t.Context(), "n3")
		return err == nil, fmt.Sprint(err)
	})
	eventually(t, func() (bool, string) {
		members, err := in[0].Members()
		return err == nil && len(members) == 3, fmt.Sprintf("%+v %v", members, err)
	})
	hasLeft(t, again(2))
	if members, err := in[0].Members(); err != nil || len(members) != 3 {
		t.Errorf("members %+v, %v", members, err)
	}
}
