package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// The indexes, by their place in arrays; the kind of index i is keys.ByID + i.
const (
	idxID = iota
	idxPred
	idxSource
	idxRecorded
	idxCount
)

var indexNames = [idxCount]string{"id", "predicate", "source", "recorded"}

func indexKind(i int) keys.Kind { return keys.ByID + keys.Kind(i) }

// tally counts entries and sums their hashes modulo 2^64, so that order does
// not matter and removal is subtraction.
type tally struct {
	n   int64
	sum uint64
}

func (t *tally) add(h uint64) { t.n++; t.sum += h }
func (t *tally) sub(h uint64) { t.n--; t.sum -= h }

// shardState is what a shard counts and remembers; one record, written in
// every batch.
type shardState struct {
	applied, term uint64
	lastRecorded  knowledge.Micros
	nextSeq       uint64 // numbers transactions and outcomes
	oldest        uint64 // outcomes below are gone
	claims        tally  // rows at final keys, over suffix and row sum
	marks         int64  // mark keys, tagged ones too
	intents       int64  // intent keys
	gens          [idxCount]uint8
	idx           [idxCount]tally
}

const (
	stateVersion = 1
	stateLen     = 1 + 4*8 + 8 + 16 + 16 + idxCount*(1+16)
)

func (s *shardState) encode(dst []byte) []byte {
	dst = append(dst, stateVersion)
	for _, v := range [...]uint64{s.applied, s.term, uint64(s.lastRecorded), s.nextSeq, s.oldest,
		uint64(s.claims.n), s.claims.sum, uint64(s.marks), uint64(s.intents)} {
		dst = binary.BigEndian.AppendUint64(dst, v)
	}
	for i := range s.idx {
		dst = append(dst, s.gens[i])
		dst = binary.BigEndian.AppendUint64(dst, uint64(s.idx[i].n))
		dst = binary.BigEndian.AppendUint64(dst, s.idx[i].sum)
	}
	return dst
}

func (s *shardState) decode(b []byte) error {
	if len(b) != stateLen || b[0] != stateVersion {
		return fmt.Errorf("decode shard state: %w", ErrCorrupt)
	}
	var v [9]uint64
	for i := range v {
		v[i] = binary.BigEndian.Uint64(b[1+8*i:])
	}
	*s = shardState{applied: v[0], term: v[1], lastRecorded: knowledge.Micros(v[2]), nextSeq: v[3], oldest: v[4],
		claims: tally{int64(v[5]), v[6]}, marks: int64(v[7]), intents: int64(v[8])}
	b = b[1+8*len(v):]
	for i := range s.idx {
		s.gens[i] = b[0]
		s.idx[i] = tally{int64(binary.BigEndian.Uint64(b[1:])), binary.BigEndian.Uint64(b[9:])}
		b = b[17:]
	}
	return nil
}

// readState is what readers need of a shard; a published one is never changed.
type readState struct {
	txns  *txnTable
	meta  *metaState
	gens  [idxCount]uint8
	idx   [idxCount]tally
	build *indexBuild // only whether there is one

	claims, marks, intents int64
	last                   knowledge.Micros // at or above all recorded times
	epoch                  uint64           // how often the shard was replaced
	emptied                uint64           // how often it was dropped
}
