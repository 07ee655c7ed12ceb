package exec

import (
	"context"

	"github.com/stemedb/stemedb/storage"
)

// Remote is what a Cluster is besides where shards may lie on other nodes alone: its
// Read gives a time that is late enough for all shards asked for, and a view of those
// that this node holds; the claims of the others come from Ask.
type Remote interface {
	// Holds reports whether this node has a replica of a shard that it reads.
	Holds(shard storage.ShardID) bool
	// Sites sorts shards by the node to ask for them: at attempt 0 the one that leads
	// each, at later ones another that has a replica.
	Sites(ctx context.Context, shards []storage.ShardID, attempt int) ([]Site, error)
	// Ask has a node answer a request, which FragmentServer.Serve does there, within
	// ctx. Errors mean that another node is to be asked.
	Ask(ctx context.Context, site Site, request []byte) (Answers, error)
}

// Site is a node and the shards that it is to be asked for.
type Site struct {
	Node    string // its name
	Address string
	Shards  []storage.ShardID
}

// Answers are the frames that answer a request. They must be closed.
type Answers interface {
	// Next returns the next frame, which is the caller's to keep; io.EOF at the end.
	Next(ctx context.Context) ([]byte, error)
	Close()
}

// away returns what asks other nodes for shards that this one does not hold; nil:
// there are none among these (nil: all).
func (e *Env) away(shards []storage.ShardID) Remote {
	r, ok := e.Cluster.(Remote)
	if !ok || e.serves != nil {
		return nil
	}
	if shards == nil {
		for i := range e.Cluster.Shards() {
			if !r.Holds(storage.ShardID(i)) {
				return r
			}
		}
		return nil
	}
	for _, id := range shards {
		if !r.Holds(id) {
			return r
		}
	}
	return nil
}
