package replication

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/storage"
)

// LocalTable tells which state tables are about the nodes of a cluster: they mean
// nothing in another one, and no backup has them.
func LocalTable(table uint16) bool { return table >= tableMembers }

// Adopt makes a data directory that of the only node of a new cluster, whose state a
// store holds already, durable, up to a log position: every group begins with a
// snapshot there, so that nodes that join get all of it. The directory has had no node.
// Errors: those of writing.
func Adopt(dir, nodeID string, store *storage.Store) (err error) {
	file, err := openStable(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	for i := range store.Shards() + 1 {
		id := storage.ShardID(i)
		if i == store.Shards() {
			id = storage.MetaShard
		}
		if err := adoptGroup(newStable(file, id), store.Shard(id), nodeID); err != nil {
			return fmt.Errorf("group %s: %w", groupName(id), err)
		}
	}
	_, err = makeOrigin(dir, false)
	return err
}

// adoptGroup writes the record of a snapshot that is the shard as it stands.
func adoptGroup(st *stable, shard *storage.Shard, nodeID string) error {
	// The node's address is put right by whoever leads, like one that has changed.
	self := raft.Server{Suffrage: raft.Voter, ID: raft.ServerID(nodeID), Address: raft.ServerAddress(nodeID)}
	rec := snapshotRecord{
		Version: raft.SnapshotVersionMax, Index: shard.Applied(), Term: shard.AppliedTerm(),
		Configuration: raft.Configuration{Servers: []raft.Server{self}}, ConfigurationIndex: shard.Applied(), Applied: shard.Applied(),
	}
	text, err := json.Marshal(&rec)
	if err != nil {
		return err
	}
	return errors.Join(st.Set(snapshotKey, text), st.SetUint64([]byte("CurrentTerm"), rec.Term))
}
