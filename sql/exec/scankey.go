package exec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/storage"
)

// keyCond is a plan's KeyCond with its values' evaluators.
type keyCond struct {
	index                      plan.Index
	paths, predicates, sources keyList
	ids                        keyList
	prefix, from, to           evaluator
	first, last                evaluator // ids
	pairs                      bool
}

func (bd *builder) keyCond(k *plan.KeyCond) (*keyCond, error) {
	out := &keyCond{index: k.Index, pairs: k.Pairs}
	for _, l := range []struct {
		dst    *keyList
		values []plan.Expr
		array  plan.Expr
	}{
		{&out.paths, k.Paths, k.PathsArray}, {&out.predicates, k.Predicates, k.PredicatesArray},
		{&out.sources, k.Sources, k.SourcesArray}, {&out.ids, k.IDs, k.IDsArray},
	} {
		var err error
		if *l.dst, err = bd.keyList(l.values, l.array); err != nil {
			return nil, err
		}
	}
	for _, x := range []struct {
		dst *evaluator
		src plan.Expr
	}{{&out.prefix, k.Prefix}, {&out.from, k.From}, {&out.to, k.To}, {&out.first, k.IDFrom}, {&out.last, k.IDTo}} {
		e, err := bd.optional(x.src)
		if err != nil {
			return nil, err
		}
		*x.dst = e
	}
	return out, nil
}

// keySpec is a KeyCond's values for one execution: which claims a scan wants,
// as far as keys say. Lists are sorted, without repeats and empty texts.
type keySpec struct {
	paths, preds, sources []string
	ids                   []knowledge.ID
	idRange               [2]knowledge.ID // by the way ByIDRange
	pairs                 [][2]string     // paths with their predicates; nil: all go together
	hasPaths, hasPreds    bool
	hasSources, hasIDs    bool
	lower, upper          string // path range, half-open; "": open
	none                  bool   // no claim can match
	shards                []storage.ShardID
}

// evaluate computes the values; spec's memory is reused.
func (k *keyCond) evaluate(t *task, s *keySpec) error {
	*s = keySpec{paths: s.paths[:0], preds: s.preds[:0], sources: s.sources[:0], ids: s.ids[:0], shards: s.shards,
		hasPaths: k.paths.given, hasPreds: k.predicates.given, hasSources: k.sources.given, hasIDs: k.ids.given}
	var err error
	if s.paths, err = k.paths.texts(t, s.paths); err != nil {
		return err
	}
	if s.preds, err = k.predicates.texts(t, s.preds); err != nil {
		return err
	}
	if s.sources, err = k.sources.texts(t, s.sources); err != nil {
		return err
	}
	ids, err := k.ids.texts(t, nil)
	if err != nil {
		return err
	}
	if k.pairs {
		if s.pairs, err = pairsOf(t, k.paths.array, k.predicates.array); err != nil {
			return err
		}
	}
	if err = k.pathRange(t, s); err != nil {
		return err
	}
	for _, x := range ids {
		if id, err := knowledge.ParseID(x); err == nil {
			s.ids = append(s.ids, id)
		}
	}
	slices.SortFunc(s.ids, knowledge.ID.Compare)
	s.ids = slices.Compact(s.ids)
	if k.index == plan.ByIDRange {
		if err := k.rangeOfIDs(t, s); err != nil {
			return err
		}
	}
	if s.hasPaths && (s.lower != "" || s.upper != "") {
		s.paths = slices.DeleteFunc(s.paths, func(p string) bool { return !s.inRange(p) })
	}
	s.none = s.none || s.hasPaths && len(s.paths) == 0 || s.hasPreds && len(s.preds) == 0 ||
		s.hasSources && len(s.sources) == 0 || s.hasIDs && len(s.ids) == 0
	return nil
}

// rangeOfIDs evaluates the first and the last id.
func (k *keyCond) rangeOfIDs(t *task, s *keySpec) error {
	for i, e := range [2]evaluator{k.first, k.last} {
		d, err := evalScalar(e, t)
		if err != nil {
			return err
		}
		if s.idRange[i], err = knowledge.ParseID(d.S); err != nil {
			return fmt.Errorf("range of ids: %w", err)
		}
	}
	return nil
}

// pathRange folds prefix and range conditions into lower and upper.
func (k *keyCond) pathRange(t *task, s *keySpec) error {
	for _, x := range []struct {
		e    evaluator
		kind int
	}{{k.prefix, 0}, {k.from, 1}, {k.to, 2}} {
		if x.e == nil {
			continue
		}
		d, err := evalScalar(x.e, t)
		if err != nil {
			return err
		}
		if d.Null {
			s.none = true
			continue
		}
		lower, upper := d.S, ""
		switch x.kind {
		case 0:
			upper = successor(d.S)
		case 2:
			lower, upper = "", d.S
			s.none = s.none || d.S == "" // nothing is below the empty text
		}
		s.lower = max(s.lower, lower)
		if upper != "" && (s.upper == "" || upper < s.upper) {
			s.upper = upper
		}
	}
	s.none = s.none || s.upper != "" && s.lower >= s.upper
	return nil
}

// successor returns the first text after all that begin with s; "": none.
func successor(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] != 0xFF {
			return s[:i] + string([]byte{s[i] + 1})
		}
	}
	return ""
}

func (s *keySpec) inRange(path string) bool {
	return path >= s.lower && (s.upper == "" || path < s.upper)
}

// residual says which conditions the way in does not hold by itself.
type residual struct{ preds, sources, ids bool }

// keeps checks the residual conditions on the iterator's row.
func (r residual) keeps(s *keySpec, it *storage.ClaimIter) bool {
	return r == residual{} || r.hold(s, it.Predicate(), it.Row(), it.ID())
}

// keepsRow checks the residual conditions on a row of a block.
func (r residual) keepsRow(s *keySpec, k *block, row *blockRow) bool {
	return r == residual{} || r.hold(s, k.predicate(row), k.row(row), (*[32]byte)(k.id(row)))
}

func (r residual) hold(s *keySpec, predicate []byte, row storage.Row, id *[32]byte) bool {
	if r.preds && !hasText(s.preds, predicate) || r.sources && !hasText(s.sources, row.Source()) {
		return false
	}
	if r.ids {
		_, found := slices.BinarySearchFunc(s.ids, knowledge.ID(*id), knowledge.ID.Compare)
		return found
	}
	return true
}

func hasText(list []string, b []byte) bool {
	if len(list) == 1 {
		return list[0] == string(b)
	}
	_, found := slices.BinarySearchFunc(list, view(b), strings.Compare)
	return found
}

// unit is one piece of a scan's work: a key range of one shard.
type unit struct {
	shard  storage.ShardID
	bounds storage.ClaimBounds
	via    plan.Index
	key    []byte          // the predicate or source, by index
	n      int             // its number among all of the scan's
	skip   int             // first rows that are not to be given
	one    bool            // by id: of this shard alone
	ids    [2]knowledge.ID // by a range of ids: the first and the last
}

// way chooses the way in and what remains to be checked. Exact paths always
// go first: they name shards.
func (s *keySpec) way(index plan.Index) (plan.Index, residual) {
	r := residual{preds: s.hasPreds, sources: s.hasSources, ids: s.hasIDs}
	switch {
	case index == plan.ByIDRange:
		return index, r
	case index == plan.ByID && s.hasIDs:
		r.ids = false
		return plan.ByID, r
	case s.hasPaths:
		r.preds = false
		return plan.ByPath, r
	case index == plan.ByPredicate && s.hasPreds:
		r.preds = false
		return plan.ByPredicate, r
	case index == plan.BySource && s.hasSources:
		r.sources = false
		return plan.BySource, r
	}
	return plan.ByPath, r
}

// shardsOf lists the shards that the conditions name, nil for all.
func (s *keySpec) shardsOf(shards int) []storage.ShardID {
	if !s.hasPaths {
		return nil
	}
	if len(s.paths) == 1 {
		s.shards = append(s.shards[:0], storage.ShardOf(s.paths[0], shards))
		return s.shards
	}
	out := s.shards[:0]
	for _, p := range s.paths {
		out = append(out, storage.ShardOf(p, shards))
	}
	slices.Sort(out)
	s.shards = slices.Compact(out)
	return s.shards
}

// units cuts the work up.
func (s *keySpec) units(way plan.Index, shards int, out []unit) []unit {
	if s.none {
		return out
	}
	var b storage.ClaimBounds
	if s.lower != "" {
		b.Lower = bytesOf(s.lower)
	}
	if s.upper != "" {
		b.Upper = bytesOf(s.upper)
	}
	switch way {
	case plan.ByPath:
		if s.hasPaths {
			return s.pathUnits(shards, out)
		}
		for i := range shards {
			out = append(out, unit{shard: storage.ShardID(i), bounds: b, via: way})
		}
		return out
	case plan.ByPredicate:
		return listUnits(s.preds, way, b, shards, out)
	case plan.BySource:
		return listUnits(s.sources, way, b, shards, out)
	case plan.ByIDRange:
		for i := range shards {
			out = append(out, unit{shard: storage.ShardID(i), via: way, ids: s.idRange})
		}
		return out
	}
	return append(out, unit{via: plan.ByID})
}

// idUnits makes a unit for each shard (nil: all) of a search by id.
func idUnits(ids []storage.ShardID, shards int, out []unit) []unit {
	for i := range shards {
		if id := storage.ShardID(i); ids == nil || slices.Contains(ids, id) {
			out = append(out, unit{shard: id, via: plan.ByID, one: true})
		}
	}
	return out
}

// pathUnits makes a unit for each path, or path and predicate.
func (s *keySpec) pathUnits(shards int, out []unit) []unit {
	for _, p := range s.pairs {
		if s.inRange(p[0]) {
			out = append(out, unit{shard: storage.ShardOf(p[0], shards), via: plan.ByPath, bounds: storage.ClaimBounds{Path: bytesOf(p[0]), Predicate: bytesOf(p[1])}})
		}
	}
	if s.pairs != nil {
		return out
	}
	for _, p := range s.paths {
		u := unit{shard: storage.ShardOf(p, shards), via: plan.ByPath, bounds: storage.ClaimBounds{Path: bytesOf(p)}}
		if !s.hasPreds {
			out = append(out, u)
			continue
		}
		for _, pred := range s.preds {
			u.bounds.Predicate = bytesOf(pred)
			out = append(out, u)
		}
	}
	return out
}

func listUnits(keys []string, way plan.Index, b storage.ClaimBounds, shards int, out []unit) []unit {
	for i := range shards {
		for _, k := range keys {
			out = append(out, unit{shard: storage.ShardID(i), bounds: b, via: way, key: bytesOf(k)})
		}
	}
	return out
}
