package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// Claim is a claim found by id. The slices are the caller's. Key is path NUL
// predicate NUL id; RecordedAt is resolved.
type Claim struct {
	Shard      ShardID
	Key        []byte
	Row        Row
	RecordedAt knowledge.Micros
}

// ClaimByID looks a claim up in all shards of the view.
func (v *View) ClaimByID(ctx context.Context, id knowledge.ID) (c Claim, ok bool, err error) {
	for _, shard := range v.shards {
		if c, ok, err = v.ClaimByIDIn(ctx, shard, id); ok || err != nil {
			return c, ok, err
		}
	}
	return c, false, nil
}

// ClaimByIDIn looks a claim up in one shard of the view.
func (v *View) ClaimByIDIn(ctx context.Context, shard ShardID, id knowledge.ID) (c Claim, ok bool, err error) {
	st, err := v.state(shard)
	if err != nil {
		return c, false, fmt.Errorf("claim by id: %w", err)
	}
	sh := v.store.Shard(shard)
	if !sh.filter.Load().mayHave(id[:]) {
		return c, false, sh.checkHeld(st)
	}
	pair, found, err := sh.pairOf(st, id)
	if err != nil {
		return c, false, fmt.Errorf("claim by id: %w", err)
	}
	if !found {
		return c, false, nil
	}
	return v.claimAt(ctx, shard, append(pair, id[:]...))
}

// claimAt reads the claim of one suffix.
func (v *View) claimAt(ctx context.Context, shard ShardID, suffix []byte) (c Claim, ok bool, err error) {
	it := v.open(ctx, shard, byPath, nil, ClaimBounds{exact: suffix})
	if it.Next() {
		c = Claim{Shard: shard, Key: suffix, Row: slices.Clone(it.Row()), RecordedAt: it.RecordedAt()}
		ok = true
	}
	if err = it.Err(); err == nil {
		err = it.Close()
	} else {
		_ = it.Close() // the first error counts
	}
	return c, ok, err
}

// pairOf looks an id up in the id index. A rebuild may swap the index in
// between; then the new one is asked.
func (sh *Shard) pairOf(st *readState, id knowledge.ID) (pair []byte, ok bool, err error) {
	for gen := st.gens[idxID]; ; {
		v, closer, err := sh.store.db.Get(keys.AppendByID(make([]byte, 0, 64), uint16(sh.id), gen, id[:]))
		if err == nil {
			pair = append(make([]byte, 0, len(v)+keys.IDLen), v...)
			return pair, true, closer.Close()
		}
		if !isNotFound(err) {
			return nil, false, fmt.Errorf("read id index: %w", sh.store.fatal.corruption(err))
		}
		now := sh.pub.Load().gens[idxID]
		if now == gen {
			return nil, false, sh.checkHeld(st)
		}
		gen = now
	}
}
