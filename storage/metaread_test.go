package storage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
)

// The reads of the metamorphic test, and what the model expects of them.

// visible is the model's answer for one claim at a time.
func visible(rows []modelRow, at knowledge.Micros) (best modelRow, ok bool) {
	for _, r := range rows {
		if r.at <= at && (!ok || r.at < best.at) {
			best, ok = r, true
		}
	}
	return best, ok
}

type seen struct {
	suffix  string
	agent   string
	at      knowledge.Micros
	revised bool
}

// expect lists what a view should see of a shard, by suffix.
func (w *world) expect(shard ShardID, at knowledge.Micros, own *modelTxn) []seen {
	var out []seen
	add := func(suffix string, r modelRow, marks []knowledge.Micros) {
		revised := slices.ContainsFunc(marks, func(m knowledge.Micros) bool { return m <= at })
		if own != nil && own.commit == 0 && own.marks[shard][suffix] {
			revised = true
		}
		out = append(out, seen{suffix, r.agent, r.at, revised})
	}
	for suffix, rows := range w.rows[shard] {
		if r, ok := visible(rows, at); ok {
			add(suffix, r, w.marks[shard][suffix])
		}
	}
	if own != nil && own.commit == 0 {
		for suffix, agent := range own.rows[shard] {
			if _, ok := visible(w.rows[shard][suffix], at); !ok {
				add(suffix, modelRow{agent, knowledge.Infinity}, w.marks[shard][suffix])
			}
		}
	}
	slices.SortFunc(out, func(x, y seen) int { return cmp.Compare(x.suffix, y.suffix) })
	return out
}

func (w *world) collect(it *ClaimIter) []seen {
	w.t.Helper()
	var out []seen
	var pair []byte
	for it.Next() {
		if it.SamePair() != (pair != nil && bytes.Equal(pair, it.Pair())) {
			w.t.Fatal("SamePair is wrong")
		}
		pair = append(pair[:0], it.Pair()...)
		revised := it.RevisedElsewhere()
		out = append(out, seen{string(it.Key()), string(it.Row().Agent()), it.RecordedAt(), revised})
	}
	if err := errors.Join(it.Err(), it.Close()); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) compare(what string, got, want []seen) {
	w.t.Helper()
	if !slices.Equal(got, want) {
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				var g, e seen
				if i < len(got) {
					g = got[i]
				}
				if i < len(want) {
					e = want[i]
				}
				w.t.Fatalf("%s: %d rows, want %d; row %d is %q, want %q", what, len(got), len(want), i, fmt.Sprint(g), fmt.Sprint(e))
			}
		}
	}
}

func (w *world) read() {
	at := knowledge.Micros(1 + w.rng.Int64N(int64(w.clock)+1))
	var own *modelTxn
	var id TxnID
	if len(w.txns) > 0 && w.rng.IntN(2) == 0 {
		if own = w.txns[w.rng.IntN(len(w.txns))]; len(own.prepared) > 0 {
			own = nil
		} else {
			id, at = own.id, w.clock
		}
	}
	for _, t := range w.txns { // an undecided transaction would make the read wait
		for _, p := range t.prepared {
			if t.commit == 0 && p <= at {
				at, own, id = p-1, nil, TxnID{}
			}
		}
	}
	shard := ShardID(w.rng.IntN(worldShards))
	v := w.s.View(nil, at, id)
	defer v.Close()
	ctx := context.Background()
	if err := v.Settle(ctx); err != nil {
		w.t.Fatal(err)
	}
	want := w.expect(shard, at, own)
	switch w.rng.IntN(6) {
	case 0:
		w.compare("scan", w.collect(v.Claims(ctx, shard, ClaimBounds{})), want)
	case 1:
		w.readRange(v, shard, want)
	case 2:
		w.readIndex(v, shard, want)
	case 3:
		w.readRecorded(v, shard, want)
	case 4:
		w.readByID(v, shard, want)
	default:
		w.readMeta(v)
	}
}

func (w *world) readRange(v *View, shard ShardID, want []seen) {
	path := []byte(w.claims[w.rng.IntN(len(w.claims))].ConceptPath)
	keep := func(fn func(path string) bool) []seen {
		return slices.DeleteFunc(slices.Clone(want), func(s seen) bool { return !fn(s.suffix[:bytes.IndexByte([]byte(s.suffix), 0)]) })
	}
	it := v.Claims(context.Background(), shard, ClaimBounds{Path: path})
	for it.Next() && w.rng.IntN(3) > 0 {
	}
	it.Reset(ClaimBounds{Lower: path})
	w.compare("from "+string(path), w.collect(it), keep(func(p string) bool { return p >= string(path) }))
	w.compare("path "+string(path), w.collect(v.Claims(context.Background(), shard, ClaimBounds{Path: path})), keep(func(p string) bool { return p == string(path) }))
	w.compare("below "+string(path), w.collect(v.Claims(context.Background(), shard, ClaimBounds{Upper: path})), keep(func(p string) bool { return p < string(path) }))
	if len(want) > 0 {
		i := w.rng.IntN(len(want))
		w.compare("after", w.collect(v.Claims(context.Background(), shard, ClaimBounds{AfterKey: []byte(want[i].suffix)})), want[i+1:])
	}
}

func (w *world) readIndex(v *View, shard ShardID, want []seen) {
	c := w.claims[w.rng.IntN(len(w.claims))]
	var byPred, bySource []seen
	for _, s := range want {
		if bytes.Contains([]byte(s.suffix), []byte("\x00"+c.Predicate+"\x00")) {
			byPred = append(byPred, s)
		}
		if w.sourceOf(s.suffix) == c.Source {
			bySource = append(bySource, s)
		}
	}
	ctx := context.Background()
	w.compare("predicate", w.collect(v.ClaimsByPredicate(ctx, shard, []byte(c.Predicate), ClaimBounds{})), byPred)
	w.compare("source", w.collect(v.ClaimsBySource(ctx, shard, []byte(c.Source), ClaimBounds{})), bySource)
	from, to := w.claims[w.rng.IntN(len(w.claims))].ID, w.claims[w.rng.IntN(len(w.claims))].ID
	byID := slices.DeleteFunc(slices.Clone(want), func(s seen) bool {
		id := knowledge.ID([]byte(s.suffix[len(s.suffix)-32:]))
		return id.Compare(from) < 0 || id.Compare(to) > 0
	})
	slices.SortFunc(byID, func(a, b seen) int { return cmp.Compare(a.suffix[len(a.suffix)-32:], b.suffix[len(b.suffix)-32:]) })
	w.compare("id", w.collect(v.ClaimsByID(ctx, shard, from, to)), byID)
	if len(byPred) > 0 {
		i := w.rng.IntN(len(byPred))
		w.compare("predicate after", w.collect(v.ClaimsByPredicate(ctx, shard, []byte(c.Predicate), ClaimBounds{AfterKey: []byte(byPred[i].suffix)})), byPred[i+1:])
	}
	if len(bySource) > 0 {
		i := w.rng.IntN(len(bySource))
		w.compare("source after", w.collect(v.ClaimsBySource(ctx, shard, []byte(c.Source), ClaimBounds{AfterKey: []byte(bySource[i].suffix)})), bySource[i+1:])
	}
}

func (w *world) sourceOf(suffix string) string {
	id := suffix[len(suffix)-32:]
	for _, c := range w.claims {
		if string(c.ID[:]) == id {
			return c.Source
		}
	}
	return ""
}

func (w *world) readRecorded(v *View, shard ShardID, want []seen) {
	from := knowledge.Micros(w.rng.Int64N(int64(w.clock) + 1))
	to := knowledge.Infinity
	if w.rng.IntN(2) == 0 {
		to = from + knowledge.Micros(w.rng.Int64N(1000))
	}
	want = slices.DeleteFunc(slices.Clone(want), func(s seen) bool {
		return s.at < from || (s.at >= to && to != knowledge.Infinity)
	})
	got := w.collect(v.ClaimsByRecorded(context.Background(), shard, from, to))
	if !slices.IsSortedFunc(got, func(x, y seen) int { return cmp.Compare(x.at, y.at) }) {
		w.t.Fatal("not in recorded order")
	}
	slices.SortFunc(got, func(x, y seen) int { return cmp.Compare(x.suffix, y.suffix) })
	w.compare("recorded", got, want)
}

func (w *world) readByID(v *View, shard ShardID, want []seen) {
	for range 5 {
		c := w.claims[w.rng.IntN(len(w.claims))]
		if ShardOf(c.ConceptPath, worldShards) != shard {
			continue
		}
		got, ok, err := v.ClaimByID(context.Background(), c.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		i := slices.IndexFunc(want, func(s seen) bool { return s.suffix[len(s.suffix)-32:] == string(c.ID[:]) })
		if ok != (i >= 0) {
			w.t.Fatalf("by id %x: found %v, want %v", c.ID, ok, i >= 0)
		}
		if ok && (got.RecordedAt != want[i].at || string(got.Row.Agent()) != want[i].agent) {
			w.t.Fatalf("by id %x: %d, want %d", c.ID, got.RecordedAt, want[i].at)
		}
	}
}

func (w *world) readMeta(v *View) {
	n := 0
	err := v.Meta(7).Scan(func(key, row []byte, version uint64, recorded knowledge.Micros) error {
		n++
		return w.checkMetaRow(v, key, row, version)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for key := range w.meta {
		if w.metaAt(key, v.At()) != nil {
			n--
		}
	}
	if n != 0 {
		w.t.Fatalf("%+d state rows too many", n)
	}
}

func (w *world) metaAt(key string, at knowledge.Micros) (out *metaVersion) {
	for i, v := range w.meta[key] {
		if v.recorded <= at {
			out = &w.meta[key][i]
		}
	}
	if out != nil && out.deleted {
		return nil
	}
	return out
}

func (w *world) checkMetaRow(v *View, key, row []byte, version uint64) error {
	want := w.metaAt(string(key), v.At())
	if want == nil || !bytes.Equal(want.row, row) || version != uint64(want.recorded) {
		return fmt.Errorf("state row %s: %q, want %+v", hex.EncodeToString(key), row, want)
	}
	if got, _, ok := v.Meta(7).Get(key); !ok || !bytes.Equal(got, row) {
		return fmt.Errorf("state row %x: get differs from scan", key)
	}
	return nil
}
