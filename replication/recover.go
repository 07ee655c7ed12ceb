package replication

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// GroupRecovery is a group of a stopped node as Recover finds and leaves it.
type GroupRecovery struct {
	Group  string   // the shard's number, or "meta"
	Voters []string // before; empty: the node has no part in the group
	Kept   []string // those that were not lost
	Last   uint64   // index of the last entry in the node's log
	Term   uint64
	// LostMajority says that the nodes that were not lost can elect nobody, so that
	// the group stands still. Only such groups are changed.
	LostMajority bool
}

// RecoverOptions say whose groups to recover.
type RecoverOptions struct {
	Dir  string // the node's own files, as in Options
	Log  *storage.Log
	Lost []string // node ids that will never come back
	// Members are those of the node's state (MembersIn): what the lost ones among them
	// hold is refused, should they come back.
	Members []Member
	// Apply makes the change; else it is only told what would be changed.
	Apply  bool
	stable stableFile // tests: instead of raft.db
}

// Recover has the groups of a stopped node go on without nodes that are lost for
// good, where they were so many that those that are left can elect nobody. It is
// to be done on every node that is left, while all of them are stopped: then the
// one whose log is the longest leads. What only the lost nodes had is lost. Should they
// be started again, they are refused, and answer nothing once they have heard of it;
// before, they could elect one another. shards is the
// cluster's number of shards. Errors: those of reading and writing; then some
// groups may have been changed, and it can be done again.
func Recover(o RecoverOptions, shards int) (out []GroupRecovery, err error) {
	file := o.stable
	if file == nil {
		if file, err = openStable(o.Dir); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
	}
	if o.Apply {
		lost := slices.DeleteFunc(slices.Clone(o.Members), func(m Member) bool { return !slices.Contains(o.Lost, m.ID) })
		if err := writeGone(file, lost); err != nil { // before anybody could come back
			return nil, err
		}
	}
	for i := range shards + 1 {
		id := storage.ShardID(i)
		if i == shards {
			id = storage.MetaShard
		}
		g, err := recoverGroup(&o, newStable(file, id), id)
		if err != nil {
			return out, fmt.Errorf("group %s: %w", groupName(id), err)
		}
		out = append(out, g)
	}
	return out, nil
}

func recoverGroup(o *RecoverOptions, st *stable, id storage.ShardID) (GroupRecovery, error) {
	g := GroupRecovery{Group: groupName(id)}
	rec, err := readSnapshotRecord(st)
	if err != nil {
		return g, err
	}
	if rec == nil {
		rec = &snapshotRecord{}
	}
	logs := newLogStore(o.Log.Group(id))
	conf, err := latestConfiguration(rec, logs)
	if err != nil {
		return g, err
	}
	if g.Term, err = st.GetUint64([]byte("CurrentTerm")); err != nil && !notFound(err) {
		return g, fmt.Errorf("read term: %w", err)
	}
	g.Last = max(logs.log.Last(), rec.Index)
	var kept raft.Configuration
	for _, s := range conf.Servers {
		lost := slices.Contains(o.Lost, string(s.ID))
		if !lost {
			kept.Servers = append(kept.Servers, s)
		}
		if s.Suffrage != raft.Voter {
			continue
		}
		g.Voters = append(g.Voters, string(s.ID))
		if !lost {
			g.Kept = append(g.Kept, string(s.ID))
		}
	}
	g.LostMajority = len(g.Kept) > 0 && len(g.Kept) <= len(g.Voters)/2
	if !g.LostMajority || !o.Apply {
		return g, nil
	}
	// An entry of the present term: whoever is elected next has it committed, with
	// everything before it.
	entry := raft.Log{Index: g.Last + 1, Term: g.Term, Type: raft.LogConfiguration, Data: raft.EncodeConfiguration(kept)}
	if err := logs.StoreLog(&entry); err != nil {
		return g, err
	}
	return g, nil
}

// latestConfiguration is a group's configuration as raft would find it at its
// start: the last in the log, else the snapshot's.
func latestConfiguration(rec *snapshotRecord, logs *logStore) (raft.Configuration, error) {
	conf := rec.Configuration
	for i := max(logs.log.First(), rec.Index+1); i <= logs.log.Last(); i++ {
		var e raft.Log
		if err := logs.GetLog(i, &e); err != nil {
			return conf, err
		}
		if e.Type == raft.LogConfiguration {
			conf = raft.DecodeConfiguration(e.Data)
		}
	}
	return conf, nil
}
