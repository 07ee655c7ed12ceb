package storage

import (
	"context"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// ClaimsByID iterates a shard's claims with from <= id <= to in the order of their
// ids. Ids are hashes: the claims of a range of them are a random sample of all.
func (v *View) ClaimsByID(ctx context.Context, shard ShardID, from, to knowledge.ID) *ClaimIter {
	it := v.open(ctx, shard, byID, nil, ClaimBounds{})
	it.ids = [2]knowledge.ID{from, to}
	if it.sh != nil {
		it.setBounds(it.bounds)
	}
	return it
}

// idBounds are the index's bounds for the ids.
func (it *ClaimIter) idBounds() {
	shard, gen := uint16(it.sh.id), it.gens[idxID]
	it.lower = keys.AppendByID(it.lower[:0], shard, gen, it.ids[0][:])
	it.upper = append(keys.AppendByID(it.upper[:0], shard, gen, it.ids[1][:]), 0)
}

// nextID looks up the claim of each entry.
func (it *ClaimIter) nextID() bool {
	for {
		if !it.stepIndex() {
			return false
		}
		pair, err := it.idx.ValueAndErr()
		id := it.idx.Key()[keys.IndexLen:]
		if err == nil && len(id) != keys.IDLen {
			err = fmt.Errorf("id index: %w", ErrCorrupt)
		}
		if err != nil {
			it.fail(err)
			return false
		}
		it.suffix = append(append(it.suffix[:0], pair...), id...)
		if it.lookup(it.suffix) {
			return true
		}
		if it.err != nil {
			return false
		}
	}
}
