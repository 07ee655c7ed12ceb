package storage

import (
	"context"
	"time"

	"github.com/stemedb/stemedb/storage/keys"
)

const (
	janitorTick = 2 * time.Second
	// settleAfter is how many quiet ticks tell that a load is over.
	settleAfter = 2
	// settleLayers of L0 and more are worth a compaction.
	settleLayers = 2
	// settleShare bounds what settling rewrites: L0 must be at least this part
	// of the store.
	settleShare = 8
)

// janitor does what nobody waits for. It lets go of idle iterators, which hold
// on to files that compactions have replaced, and when writes have paused it
// merges what they left in layers, which every read has to look through.
func (s *Store) janitor() {
	defer s.wg.Done()
	t := time.NewTicker(janitorTick)
	defer t.Stop()
	seen, settled, quiet := s.writes(), s.writes(), 0
	for {
		select {
		case <-s.stop:
			return
		case <-t.C:
		}
		for _, sh := range s.all() {
			sh.iters.drop(false)
		}
		now := s.writes()
		if quiet++; now != seen {
			seen, quiet = now, 0
		}
		if quiet >= settleAfter && now != settled && s.settle(now) {
			settled = now
		}
	}
}

// writes counts what was applied, for comparison only.
func (s *Store) writes() (n uint64) {
	for _, sh := range s.all() {
		n += sh.Applied()
	}
	return n
}

// settle merges the layers of L0, one kind of one shard after the other. It
// gives way to the first write, and reports whether it came to its end.
func (s *Store) settle(writes uint64) bool {
	if !s.layered() {
		return true
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		select {
		case <-s.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	kinds := [...]keys.Kind{keys.State, keys.Claim, keys.ByID, keys.ByPred, keys.BySource, keys.ByRecorded}
	for _, sh := range s.all() {
		for i, k := range kinds {
			if s.writes() != writes || s.stopping() || s.fatal.check() != nil {
				return false
			}
			lower := keys.AppendPrefix(nil, uint16(sh.id), k)
			_, upper := keys.ShardSpan(uint16(sh.id))
			if i+1 < len(kinds) {
				upper = keys.AppendPrefix(nil, uint16(sh.id), kinds[i+1])
			}
			if err := s.db.Compact(ctx, lower, upper, false); err != nil {
				s.opts.Logger.Debug("settling stopped", "shard", sh.id, "error", err)
				return false
			}
		}
	}
	return true
}

// layered reports whether reads would gain from settling, at a cost that the
// writes before it justify.
func (s *Store) layered() bool {
	m := s.db.Metrics()
	total := int64(0)
	for i := range m.Levels {
		total += m.Levels[i].TablesSize
	}
	return m.Levels[0].Sublevels >= settleLayers && m.Levels[0].TablesSize*settleShare >= total
}
