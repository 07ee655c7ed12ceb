package replication

import (
	"fmt"

	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// Data that the cluster has gone on without are those of nodes that were taken out of
// it, and of nodes that were given up because they were lost (Recover). If they come
// back, they know neither, and two of them may elect one another to lead a group as it
// was. What such a leader sends, raft takes from anybody who is in a later term: it would
// replace what was acknowledged since. So nobody takes connections of theirs, and they
// learn by that to answer nothing.

// tableGone is the state table of such data by their instances; a row is the id of the
// node that had them.
const tableGone uint16 = 1003

// goneKey is the node's key of the data that it was told to go on without.
var goneKey = []byte("gone")

// writeGone adds members to those that the node goes on without.
func writeGone(file stableFile, lost []Member) error {
	st := newStable(file, nodeGroup)
	gone, err := readGone(file)
	if err != nil {
		return err
	}
	for i := range lost {
		gone[lost[i].Instance] = lost[i].ID
	}
	var b []byte
	for instance, id := range gone {
		b = appendBytes(append(b, instance[:]...), []byte(id))
	}
	if err := st.Set(goneKey, b); err != nil {
		return fmt.Errorf("note which nodes are given up: %w", err)
	}
	return nil
}

// readGone gives the ids of nodes that were given up, by their data.
func readGone(file stableFile) (map[transport.Instance]string, error) {
	b, err := newStable(file, nodeGroup).Get(goneKey)
	if err != nil && !notFound(err) {
		return nil, fmt.Errorf("read which nodes are given up: %w", err)
	}
	gone := map[transport.Instance]string{}
	for r := (messageReader{b: b}); len(r.b) > 0; {
		var instance transport.Instance
		copy(instance[:], r.take(len(instance)))
		if gone[instance] = r.text(); r.err != nil {
			return nil, fmt.Errorf("read which nodes are given up: %w", r.err)
		}
	}
	return gone, nil
}

// goneOp notes, with the end of a membership, that nobody is to hear of its data again.
func (m *Member) goneOp() storage.MetaOp {
	return storage.MetaOp{Table: tableGone, Key: m.Instance[:], Row: []byte(m.ID)}
}

// goneAs is the node whose data the cluster has gone on without; ok is false when it
// has not, as far as this node knows.
func (n *Node) goneAs(instance transport.Instance) (id string, ok bool) {
	if id, ok := n.gone[instance]; ok {
		return id, true
	}
	v := n.applied()
	defer v.Close()
	row, _, ok := v.Meta(tableGone).Get(instance[:])
	return string(row), ok
}

// refuses reports whether another node's connections are refused for its data.
func (n *Node) refuses(instance transport.Instance) bool {
	id, ok := n.goneAs(instance)
	if !ok {
		return false
	}
	if _, told := n.refused.LoadOrStore(instance, struct{}{}); !told {
		n.logger.Warn("a node is refused: the cluster has gone on without its data", "node", id)
	}
	return true
}

// noteGone is told that another node has refused this one for its data.
func (n *Node) noteGone() {
	if n.left.CompareAndSwap(false, true) {
		n.logger.Error("stop this node; to join again, start it on an empty data directory", "error", transport.ErrGone)
	}
}
