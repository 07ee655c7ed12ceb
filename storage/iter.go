package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// ClaimBounds narrow an iteration; nil fields do not. Path (exact) excludes
// Lower and Upper; Predicate needs Path. Lower and Upper bound the path,
// half-open. AfterKey is the Key of the last row seen: iteration resumes
// behind it. The slices are not kept.
type ClaimBounds struct {
	Path, Predicate []byte
	Lower, Upper    []byte
	AfterKey        []byte

	exact []byte // one suffix
}

type iterMode uint8

const (
	byPath iterMode = iota
	byPredicate
	bySource
	byRecorded
	byID
)

// ClaimIter streams the claims that a view sees, each id once. What its
// methods return is valid until Next, Reset or Close. It allocates nothing per
// row. One goroutine uses it.
type ClaimIter struct {
	v     *View
	ctx   context.Context
	sh    *Shard
	st    *readState
	mode  iterMode
	gens  [idxCount]uint8 // of the indexes, when main was opened
	value []byte          // the predicate or source of the index modes

	main    *pooledIter
	idx     *pebble.Iterator
	marks   sideIter
	intents sideIter
	lower   []byte
	upper   []byte
	seekBuf []byte
	bounds  ClaimBounds
	opened  bool
	onePath bool // byPath: all keys within the bounds are of one path
	inPair  bool // byPredicate: main is among the claims of a pair
	rows    uint

	key      []byte // suffix of the current row
	row      Row
	recorded knowledge.Micros
	pair     []byte // of the current row, copied
	same     bool
	err      error

	lastRaw     int64 // the last tag looked up
	lastAt      knowledge.Micros
	lastVisible bool

	from, to knowledge.Micros // byRecorded
	rec      *recordedScan
	ids      [2]knowledge.ID // byID: the first and the last
	suffix   []byte          // byID: of the entry at hand
}

func (v *View) open(ctx context.Context, shard ShardID, mode iterMode, value []byte, b ClaimBounds) *ClaimIter {
	it := &ClaimIter{v: v, ctx: ctx, mode: mode, bounds: b, value: value}
	st, err := v.state(shard)
	if err != nil {
		it.err = fmt.Errorf("iterate: %w", err)
		return it
	}
	it.sh, it.st, it.gens = v.store.Shard(shard), st, st.gens
	if mode != byPath {
		it.value = slices.Clone(value)
	}
	it.setBounds(b)
	return it
}

// Reset moves the iterator to other bounds, keeping what it holds open: the
// way to read many paths of one shard.
func (it *ClaimIter) Reset(b ClaimBounds) {
	if it.err != nil || it.sh == nil {
		return
	}
	it.setBounds(b)
	if it.main != nil && it.opened {
		if it.idx != nil {
			it.idx.SetBounds(it.lower, it.upper)
		} else {
			it.main.SetBounds(it.lower, it.upper)
		}
	}
	it.opened, it.inPair, it.same, it.key, it.pair = false, false, false, nil, it.pair[:0]
	it.marks.last, it.intents.last = it.marks.last[:0], it.intents.last[:0]
}

// Next moves to the next claim; false at the end or on an error.
func (it *ClaimIter) Next() bool {
	if it.err != nil {
		return false
	}
	if it.rows++; it.rows&1023 == 0 {
		if it.err = it.ctx.Err(); it.err != nil {
			return false
		}
	}
	if it.main == nil {
		if it.err = it.start(); it.err != nil {
			return false
		}
	}
	switch it.mode {
	case byPath:
		return it.nextPath()
	case byPredicate:
		return it.nextPredicate()
	case bySource:
		return it.nextSource()
	case byID:
		return it.nextID()
	default:
		return it.nextRecorded()
	}
}

func (it *ClaimIter) nextPath() bool {
	for {
		var ok bool
		if it.opened {
			ok = it.main.Next()
		} else {
			it.opened, ok = true, it.first()
		}
		if !ok {
			it.fail(it.main.Error())
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

// first moves main to the first key within its bounds. Within one path the
// filters tell which tables to leave out.
func (it *ClaimIter) first() bool {
	if it.onePath {
		return it.main.SeekPrefixGE(it.lower)
	}
	return it.main.First()
}

// accept looks at the row under main: true if the view sees it.
func (it *ClaimIter) accept() bool {
	key := it.main.Key()[keys.PrefixLen:]
	v, err := it.main.ValueAndErr()
	if err != nil {
		it.fail(err)
		return false
	}
	row := Row(v)
	if len(row) < rowHeader || row[0] != rowFormat || len(key) < keys.IDLen+4 {
		it.fail(fmt.Errorf("claim %x: %w", key, ErrCorrupt))
		return false
	}
	raw := row.Recorded()
	at, visible := knowledge.Micros(raw), raw <= int64(it.v.at)
	if raw <= 0 {
		at, visible = it.resolveTag(raw)
	}
	if it.st.intents > 0 && it.err == nil {
		row, at, visible = it.mergeIntents(key, row, at, visible)
	}
	if !visible || it.err != nil {
		return false
	}
	it.key, it.row, it.recorded = key, row, at
	n := len(key) - keys.IDLen
	it.same = len(it.pair) == n && bytes.Equal(key[:n], it.pair)
	if !it.same {
		it.pair = append(it.pair[:0], key[:n]...)
	}
	return true
}

// resolveTag says when the rows of a transaction were recorded and whether the
// view sees them.
func (it *ClaimIter) resolveTag(raw int64) (knowledge.Micros, bool) {
	if raw == it.lastRaw && raw != 0 {
		return it.lastAt, it.lastVisible
	}
	var at knowledge.Micros
	var visible bool
	if r := it.st.txns.bySeq[uint64(-raw)]; r != nil {
		if at, visible, it.err = it.v.visibleTxn(it.ctx, it.sh.id, r); it.err != nil {
			return 0, false
		}
	} else if t, ok := it.st.txns.settledAt(uint64(-raw)); ok {
		at, visible = t, t <= it.v.at
	}
	it.lastRaw, it.lastAt, it.lastVisible = raw, at, visible
	return at, visible
}

// mergeIntents finds the earliest visible row of a claim among its final row
// and its intents.
func (it *ClaimIter) mergeIntents(key []byte, row Row, at knowledge.Micros, visible bool) (Row, knowledge.Micros, bool) {
	for ok := it.intents.find(it, keys.Intent, key); ok && it.err == nil; ok = it.intents.next(it, key) {
		v, err := it.intents.it.ValueAndErr()
		if err != nil || Row(v).Check() != nil {
			it.fail(errors.Join(err, fmt.Errorf("intent: %w", ErrCorrupt)))
			break
		}
		if t, ok := it.resolveTag(Row(v).Recorded()); ok && (!visible || t < at) {
			row, at, visible = append(it.intents.row[:0], v...), t, true
			it.intents.row = row
		}
	}
	return row, at, visible
}

// RevisedElsewhere reports that a claim of another pair, recorded by the
// view's time and allowed to, revises this claim.
func (it *ClaimIter) RevisedElsewhere() bool {
	if it.st.marks == 0 || it.err != nil {
		return false
	}
	for ok := it.marks.find(it, keys.Mark, it.key); ok && it.err == nil; ok = it.marks.next(it, it.key) {
		v, err := it.marks.it.ValueAndErr()
		if err != nil || len(v) != markLen {
			it.fail(errors.Join(err, fmt.Errorf("mark: %w", ErrCorrupt)))
			return false
		}
		raw := Row(v).Recorded()
		visible := raw > 0 && raw <= int64(it.v.at)
		if raw <= 0 {
			_, visible = it.resolveTag(raw)
		}
		if visible {
			return true
		}
	}
	return false
}

func (it *ClaimIter) fail(err error) {
	if err != nil && it.err == nil {
		it.err = fmt.Errorf("iterate shard %d: %w", it.sh.id, it.sh.store.fatal.corruption(err))
	}
}

// Err returns what ended the iteration, nil at its end.
func (it *ClaimIter) Err() error { return it.err }

// Close lets go of what the iterator holds. It may be called more than once.
func (it *ClaimIter) Close() error {
	var errs [4]error
	if it.idx != nil {
		errs[0] = it.idx.Close()
		it.idx = nil
	}
	errs[1], errs[2] = it.marks.close(), it.intents.close()
	if it.rec != nil {
		errs[3] = it.rec.close()
		it.rec = nil
	}
	var err error
	if it.main != nil {
		err = it.sh.iters.put(it.main)
		it.main = nil
	}
	if it.err == nil {
		it.err = errClosedIter
	}
	if err = errors.Join(err, errs[0], errs[1], errs[2], errs[3]); err != nil {
		return fmt.Errorf("close iterator: %w", err)
	}
	return nil
}

var (
	errClosedIter = fmt.Errorf("iterator: %w", ErrClosed)
	errOverlaid   = errors.New("overlaid")
)

// Key is path NUL predicate NUL id.
func (it *ClaimIter) Key() []byte { return it.key }

// Pair is path NUL predicate NUL.
func (it *ClaimIter) Pair() []byte { return it.key[:len(it.key)-keys.IDLen] }

// SamePair reports whether the row before had the same path and predicate.
func (it *ClaimIter) SamePair() bool { return it.same }

// Path is the concept path.
func (it *ClaimIter) Path() []byte { return it.key[:bytes.IndexByte(it.key, 0)] }

// Predicate is the predicate.
func (it *ClaimIter) Predicate() []byte {
	i := bytes.IndexByte(it.key, 0)
	return it.key[i+1 : len(it.key)-keys.IDLen-1]
}

// ID is the claim's id.
func (it *ClaimIter) ID() *[32]byte { return (*[32]byte)(it.key[len(it.key)-keys.IDLen:]) }

// Row is the encoded claim.
func (it *ClaimIter) Row() Row { return it.row }

// RecordedAt is the claim's system time; Infinity for the own transaction's.
func (it *ClaimIter) RecordedAt() knowledge.Micros { return it.recorded }

func isNotFound(err error) bool { return errors.Is(err, pebble.ErrNotFound) }
