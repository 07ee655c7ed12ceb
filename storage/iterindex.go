package storage

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/storage/keys"
)

// setBounds computes the key span of an iteration.
func (it *ClaimIter) setBounds(b ClaimBounds) {
	it.bounds = b
	shard := uint16(it.sh.id)
	switch it.mode {
	case byPath:
		it.onePath = b.exact != nil || b.Path != nil
		it.lower = keys.AppendPrefix(it.lower[:0], shard, keys.Claim)
		it.upper = keys.AppendPrefix(it.upper[:0], shard, keys.Claim)
		if b.exact != nil {
			it.lower = append(it.lower, b.exact...)
			it.upper = append(append(it.upper, b.exact...), 0)
			return
		}
		it.spanOf(b, b.Predicate)
		if b.AfterKey != nil {
			it.after(keys.AppendClaim(nil, shard, b.AfterKey))
		}
	case byID:
		it.idBounds()
	case byPredicate, bySource:
		kind, i := keys.ByPred, idxPred
		if it.mode == bySource {
			kind, i = keys.BySource, idxSource
		}
		gen := it.gens[i]
		it.lower = append(append(keys.AppendIndexPrefix(it.lower[:0], shard, kind, gen), it.value...), 0)
		it.upper = append(append(keys.AppendIndexPrefix(it.upper[:0], shard, kind, gen), it.value...), 0)
		pred := b.Predicate
		if it.mode == byPredicate {
			pred = nil
		}
		n := len(it.lower)
		it.spanOf(b, pred)
		if path, _, id, err := keys.SplitSuffix(b.AfterKey); err == nil {
			rest := b.AfterKey
			if it.mode == byPredicate {
				rest = append(append(slices.Clone(path), 0), id...)
			}
			it.after(append(slices.Clone(it.lower[:n]), rest...))
		}
	}
}

// spanOf narrows lower and upper, which are equal prefixes, to the bounds'
// paths.
func (it *ClaimIter) spanOf(b ClaimBounds, pred []byte) {
	switch {
	case b.Path != nil && pred != nil:
		it.lower = keys.AppendPair(it.lower, b.Path, pred)
		it.upper = keys.AppendPair(it.upper, b.Path, pred)
		it.upper[len(it.upper)-1]++
	case b.Path != nil:
		it.lower = append(append(it.lower, b.Path...), 0)
		it.upper = append(append(it.upper, b.Path...), 1)
	default:
		it.lower = append(it.lower, b.Lower...)
		if b.Upper != nil {
			it.upper = append(it.upper, b.Upper...)
		} else {
			it.upper = keys.Successor(it.upper)
		}
	}
	if bytes.Compare(it.lower, it.upper) > 0 {
		it.upper = append(it.upper[:0], it.lower...) // nothing
	}
}

// after raises lower above a key.
func (it *ClaimIter) after(key []byte) {
	if key = append(key, 0); bytes.Compare(key, it.lower) > 0 {
		it.lower = key
		if bytes.Compare(key, it.upper) > 0 {
			it.upper = append(it.upper[:0], key...)
		}
	}
}

// start opens what the mode needs. All iterators of one ClaimIter are clones,
// so that they see the store at one moment.
func (it *ClaimIter) start() error {
	if err := it.sh.store.fatal.check(); err != nil {
		return err
	}
	if err := it.open(); err != nil {
		return err
	}
	return it.sh.checkHeld(it.st) // after it was opened
}

// checkHeld is ErrEmptied when the shard was dropped since its state was captured.
func (sh *Shard) checkHeld(st *readState) error {
	if sh.emptied.Load() != st.emptied {
		return fmt.Errorf("shard %d: %w", sh.id, ErrEmptied)
	}
	return nil
}

func (it *ClaimIter) open() error {
	if it.mode == byPath {
		var err error
		it.main, err = it.sh.iters.get(it.sh.store.db, it.lower, it.upper)
		return err
	}
	// A rebuild swaps generations and then deletes the old one: an iterator
	// opened while the generation was current sees all of it.
	for {
		before := it.sh.pub.Load().gens
		lower := keys.AppendPrefix(nil, uint16(it.sh.id), keys.Claim)
		main, err := it.sh.iters.get(it.sh.store.db, lower, keys.Successor(slices.Clone(lower)))
		if err != nil {
			return err
		}
		if it.sh.pub.Load().gens == before {
			it.main, it.gens = main, before
			it.setBounds(it.bounds)
			break
		}
		if err := main.Close(); err != nil {
			return fmt.Errorf("close iterator: %w", err)
		}
	}
	if it.mode == byRecorded {
		return it.startRecorded()
	}
	var err error
	it.idx, err = it.main.Clone(pebble.CloneOptions{IterOptions: iterOptions(it.lower, it.upper)})
	if err != nil {
		return fmt.Errorf("open index: %w", err)
	}
	return nil
}

// nextPredicate walks the pairs that the index names; the claims of a pair are
// neighbours, so one seek serves them all.
func (it *ClaimIter) nextPredicate() bool {
	for {
		if it.inPair {
			ok := it.main.Next()
			if !ok && it.main.Error() != nil {
				it.fail(it.main.Error())
				return false
			}
			if ok && it.atSeekPair() {
				if it.accept() {
					return true
				}
				if it.err != nil {
					return false
				}
				continue
			}
			it.inPair = false
		}
		if !it.nextIndexPair() {
			return false
		}
		if !it.main.SeekGE(it.seekBuf) {
			it.fail(it.main.Error())
			it.dangling()
			return false
		}
		it.seekBuf = it.seekBuf[:len(it.seekBuf)-keys.IDLen]
		if it.inPair = it.atSeekPair(); !it.inPair {
			it.dangling()
			return false
		}
		if it.accept() {
			return true
		}
		if it.err != nil {
			return false
		}
	}
}

func (it *ClaimIter) atSeekPair() bool {
	k := it.main.Key()
	return len(k) == len(it.seekBuf)+keys.IDLen && bytes.HasPrefix(k, it.seekBuf)
}

// dangling fails an index entry without a claim: index and claims change in
// one batch, so it is corruption.
func (it *ClaimIter) dangling() {
	it.fail(fmt.Errorf("index entry without a claim: %w", ErrCorrupt))
}

// nextIndexPair moves the predicate index to the first entry of another pair
// and puts the key of its claim into seekBuf.
func (it *ClaimIter) nextIndexPair() bool {
	var ok bool
	if !it.opened {
		it.opened, ok = true, it.idx.First()
	} else {
		ok = it.idx.Next()
		for ok && it.sameIndexPair() {
			ok = it.idx.Next()
		}
	}
	if !ok {
		it.fail(it.idx.Error())
		return false
	}
	rest := it.idx.Key()[keys.IndexLen+len(it.value)+1:]
	if len(rest) < keys.IDLen+2 {
		it.fail(fmt.Errorf("predicate index: %w", ErrCorrupt))
		return false
	}
	n := len(rest) - keys.IDLen // path and its NUL
	it.seekBuf = append(keys.AppendPrefix(it.seekBuf[:0], uint16(it.sh.id), keys.Claim), rest[:n]...)
	it.seekBuf = append(append(it.seekBuf, it.value...), 0)
	it.seekBuf = append(it.seekBuf, rest[n:]...)
	return true
}

// sameIndexPair compares the index entry's path with that of seekBuf, which
// holds the pair last visited.
func (it *ClaimIter) sameIndexPair() bool {
	rest := it.idx.Key()[keys.IndexLen+len(it.value)+1:]
	n := len(rest) - keys.IDLen
	path := it.seekBuf[keys.PrefixLen : len(it.seekBuf)-len(it.value)-1]
	return n == len(path) && bytes.Equal(rest[:n], path)
}

// stepIndex steps to the first or next entry of the index.
func (it *ClaimIter) stepIndex() bool {
	var ok bool
	if it.opened {
		ok = it.idx.Next()
	} else {
		it.opened, ok = true, it.idx.First()
	}
	if !ok {
		it.fail(it.idx.Error())
	}
	return ok
}

// nextSource looks up the claim of each entry.
func (it *ClaimIter) nextSource() bool {
	for {
		if !it.stepIndex() {
			return false
		}
		suffix := it.idx.Key()[keys.IndexLen+len(it.value)+1:]
		if it.lookup(suffix) {
			return true
		}
		if it.err != nil {
			return false
		}
	}
}

// lookup seeks the claim of a suffix and accepts it.
func (it *ClaimIter) lookup(suffix []byte) bool {
	it.seekBuf = keys.AppendClaim(it.seekBuf[:0], uint16(it.sh.id), suffix)
	if !it.main.SeekGE(it.seekBuf) || !bytes.Equal(it.main.Key(), it.seekBuf) {
		it.fail(it.main.Error())
		it.dangling()
		return false
	}
	return it.accept()
}

// sideIter walks marks or intents beside the claims. It remembers where it
// stands, so that a scan of claims without any costs a comparison a row.
type sideIter struct {
	it   *pebble.Iterator
	last []byte // the suffix last sought
	cur  []byte // the first key's rest at or behind last; empty: none
	done bool   // nothing behind last
	row  []byte
	seek []byte
}

// find stands on the first key that begins with the suffix.
func (s *sideIter) find(it *ClaimIter, kind keys.Kind, suffix []byte) bool {
	if s.it == nil {
		lower := keys.AppendPrefix(nil, uint16(it.sh.id), kind)
		clone, err := it.main.Clone(pebble.CloneOptions{IterOptions: iterOptions(lower, keys.Successor(slices.Clone(lower)))})
		if err != nil {
			it.fail(err)
			return false
		}
		s.it = clone
	}
	if len(s.last) > 0 && bytes.Compare(s.last, suffix) < 0 &&
		(s.done || (bytes.Compare(s.cur, suffix) > 0 && !bytes.HasPrefix(s.cur, suffix))) {
		return false
	}
	s.last = append(s.last[:0], suffix...)
	s.seek = append(keys.AppendPrefix(s.seek[:0], uint16(it.sh.id), kind), suffix...)
	ok := s.it.SeekGE(s.seek)
	if s.done = !ok; !ok {
		it.fail(s.it.Error())
		return false
	}
	s.cur = append(s.cur[:0], s.it.Key()[keys.PrefixLen:]...)
	return bytes.HasPrefix(s.cur, suffix)
}

// next moves to the next key that begins with the suffix.
func (s *sideIter) next(it *ClaimIter, suffix []byte) bool {
	if !s.it.Next() {
		it.fail(s.it.Error())
		return false
	}
	return bytes.HasPrefix(s.it.Key()[keys.PrefixLen:], suffix)
}

func (s *sideIter) close() error {
	if s.it == nil {
		return nil
	}
	err := s.it.Close()
	s.it = nil
	return err
}
