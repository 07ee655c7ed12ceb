package replication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// TestOutcomeElsewhere reads a part of a transaction on a node that has no replica of
// its coordinator, while the part does not know how it ended: the coordinator's leader
// is asked.
func TestOutcomeElsewhere(t *testing.T) {
	in := cluster(t, 4, 2, 3)
	// Six replicas on four nodes: one of them comes to hold a single shard.
	i := -1
	eventually(t, func() (bool, string) {
		s := shardStates(t, in[0])
		i = slices.IndexFunc(in, func(n *instance) bool { return n.Holds(0) != n.Holds(1) })
		moving := slices.ContainsFunc(s, func(s ShardStatus) bool { return s.Move.State == MoveRunning })
		return isReplicated(3)(s) && !moving && i >= 0, fmt.Sprintf("%+v", s)
	})
	if err := in[0].SetBalancing(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	reader, part, coordinator := in[i], storage.ShardID(0), storage.ShardID(1)
	if reader.Holds(1) {
		part, coordinator = 1, 0
	}
	owner := in[(i+1)%4]
	path := pathIn("x", part, 2)
	prepare := func() (storage.TxnID, result) {
		t.Helper()
		txn := owner.newTxnID()
		owner.active.add(txn) // nobody finishes it
		res, err := owner.Group(part).propose(t.Context(), command.Encode(&command.Entry{
			Kind: command.Prepare, Txn: txn, Coordinator: coordinator, Recs: []storage.ClaimRec{claim(path, fmt.Sprintf("%x", txn))},
		}), 0)
		if err != nil {
			t.Fatal(err)
		}
		return txn, res
	}
	commit := func(txn storage.TxnID, prepared result) (knowledge.Micros, error) {
		out, err := owner.Group(coordinator).propose(t.Context(), command.Encode(&command.Entry{
			Kind: command.Commit, Txn: txn, Recs: []storage.ClaimRec{claim(pathIn("x", coordinator, 2), fmt.Sprintf("%x", txn))},
		}), prepared.at)
		if err == nil && !out.outcome.Committed {
			err = errors.New("it did not commit")
		}
		return out.outcome.At, err
	}
	// As of the commit: nobody tells the part's leader of it.
	read := func(at knowledge.Micros) map[string]knowledge.Micros {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		got, err := reader.tryValues(ctx, path, at, storage.TxnID{})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	txn, prepared := prepare()
	at, err := commit(txn, prepared)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(at); got[fmt.Sprintf("%x", txn)] != at {
		t.Errorf("a claim committed at %d is not seen: %v", at, got)
	}
	// One that commits while a read waits for it, at the time of the prepare or later.
	txn, prepared = prepare()
	done := make(chan error, 1)
	go func() {
		time.Sleep(3 * askAfter)
		var err error
		at, err = commit(txn, prepared)
		done <- err
	}()
	beside := read(prepared.at)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%x", txn)
	if got := read(at); got[name] != at || beside[name] != 0 && beside[name] != at {
		t.Errorf("a claim committed at %d is read as %v, beside the commit as %v", at, got, beside)
	}
}
