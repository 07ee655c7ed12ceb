package functions

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// The bits of a rank's normalization.
const (
	rankLogLength = 1 << iota
	rankLength
	rankExtent
	rankUnique
	rankLogUnique
	rankSelf
)

// tsWeights are the weights of D, C, B and A.
type tsWeights [4]float32

var defaultTSWeights = tsWeights{0.1, 0.2, 0.4, 1}

func (w *tsWeights) of(p types.TSPos) float32 { return w[p.Weight()] }

func tsWeightsArg(d datum) (tsWeights, error) {
	a, w := arr(d), defaultTSWeights
	switch {
	case len(a.Dims) != 1:
		return w, sqlerr.New(sqlerr.ArraySubscriptError, "array of weight must be one-dimensional")
	case len(a.Elems) < len(w):
		return w, sqlerr.New(sqlerr.ArraySubscriptError, "array of weight is too short")
	case slices.ContainsFunc(a.Elems, func(e datum) bool { return e.Null }):
		return w, sqlerr.New(sqlerr.NullValueNotAllowed, "array of weight must not contain nulls")
	}
	for i := range w {
		if f := float32(a.Elems[i].F); f >= 0 {
			w[i] = f
		}
		if w[i] > 1 {
			return w, sqlerr.New(sqlerr.InvalidParameterValue, "weight out of range")
		}
	}
	return w, nil
}

// rowTSRank takes weights first and a normalization last, or neither.
func rowTSRank(weights bool, rank func(w *tsWeights, v *types.TSVector, q *types.TSQuery, method int64) float32) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		w := defaultTSWeights
		if weights {
			var err error
			if w, err = tsWeightsArg(a[0]); err != nil {
				return null, err
			}
			a = a[1:]
		}
		method := int64(0)
		if len(a) > 2 {
			method = a[2].I
		}
		return types.Float(float64(rank(&w, tsvec(a[0]), tsq(a[1]), method))), nil
	}
}

// tsLength counts a document's words, each as often as it comes.
func tsLength(v *types.TSVector) int {
	n := 0
	for _, l := range v.Lexemes {
		n += max(len(l.Pos), 1)
	}
	return n
}

// tsFind returns the lexemes that a query's word stands for.
func tsFind(v *types.TSVector, n *types.TSNode) []types.Lexeme {
	i, ok := v.Find(n.Word)
	end := i
	if ok {
		end++
	}
	if n.Prefix {
		for end = i; end < len(v.Lexemes) && strings.HasPrefix(v.Lexemes[end].Word, n.Word); {
			end++
		}
	}
	return v.Lexemes[i:end]
}

func tsRank(w *tsWeights, v *types.TSVector, q *types.TSQuery, method int64) float32 {
	if len(v.Lexemes) == 0 || q.Root == nil {
		return 0
	}
	words := queryWords(q)
	var res float32
	if (q.Root.Op == types.TSAnd || q.Root.Op == types.TSPhrase) && len(words) > 1 {
		res = rankAnd(w, v, words)
	} else {
		res = rankOr(w, v, words)
	}
	if res < 0 {
		res = 1e-20
	}
	if method&rankLogLength != 0 {
		res = float32(float64(res) / (libmLog(float64(tsLength(v)+1)) / libmLog(2)))
	}
	if method&rankLength != 0 {
		res /= float32(tsLength(v))
	}
	if method&rankUnique != 0 {
		res /= float32(len(v.Lexemes))
	}
	if method&rankLogUnique != 0 {
		res = float32(float64(res) / (libmLog(float64(len(v.Lexemes)+1)) / libmLog(2)))
	}
	if method&rankSelf != 0 {
		res /= res + 1
	}
	return res
}

// rankAnd ranks by how near the words are to each other.
func rankAnd(w *tsWeights, v *types.TSVector, words []*types.TSNode) float32 {
	nowhere := []types.TSPos{types.MakeTSPos(types.MaxTSPos-1, 0)}
	pos := make([][]types.TSPos, len(words))
	lacks := make([]bool, len(words)) // positions
	res := float32(-1)
	for i, word := range words {
		for _, l := range tsFind(v, word) {
			if pos[i], lacks[i] = l.Pos, false; len(l.Pos) == 0 {
				pos[i], lacks[i] = nowhere, true
			}
			for k := range i {
				for _, x := range pos[i] {
					for _, y := range pos[k] {
						d := max(x.Pos()-y.Pos(), y.Pos()-x.Pos())
						if d == 0 && !lacks[i] && !lacks[k] {
							continue
						}
						if d == 0 {
							d = types.MaxTSPos
						}
						cur := float32(math.Sqrt(float64(w.of(x) * w.of(y) * wordDistance(d))))
						if res < 0 {
							res = cur
						} else {
							res = float32(1 - (1-float64(res))*(1-float64(cur)))
						}
					}
				}
			}
		}
	}
	return res
}

func wordDistance(d int) float32 {
	if d > 100 {
		return 1e-30
	}
	return float32(1 / (1.005 + 0.05*libmExp(float64(float32(d))/1.5-2)))
}

// rankOr ranks by how often the words come.
func rankOr(w *tsWeights, v *types.TSVector, words []*types.TSNode) float32 {
	once := []types.TSPos{0}
	res := float32(0)
	for _, word := range words {
		for _, l := range tsFind(v, word) {
			pos := l.Pos
			if len(pos) == 0 {
				pos = once
			}
			sum, best, at := float32(0), float32(-1), 0
			for j, p := range pos {
				sum += w.of(p) / float32((j+1)*(j+1))
				if w.of(p) > best {
					best, at = w.of(p), j
				}
			}
			part := best + sum - best/float32((at+1)*(at+1))
			res = float32(float64(res) + float64(part)/1.64493406685)
		}
	}
	if len(words) > 0 {
		res /= float32(len(words))
	}
	return res
}

// tsSpot is a place of a document where words of a query are.
type tsSpot struct {
	pos   types.TSPos
	entry int
	words []*types.TSNode
}

// tsSpots lists the places of a document that a query speaks of, in order.
func tsSpots(v *types.TSVector, q *types.TSQuery) []tsSpot {
	var out []tsSpot
	q.Root.Walk(func(n *types.TSNode) {
		if n.Op != types.TSWord {
			return
		}
		for _, l := range tsFind(v, n) {
			entry, _ := v.Find(l.Word)
			for _, p := range l.Pos {
				if n.Weights == 0 || n.Weights>>p.Weight()&1 != 0 {
					out = append(out, tsSpot{p, entry, []*types.TSNode{n}})
				}
			}
		}
	})
	slices.SortStableFunc(out, func(a, b tsSpot) int {
		return cmp.Or(cmp.Compare(a.pos.Pos(), b.pos.Pos()), cmp.Compare(a.pos.Weight(), b.pos.Weight()), cmp.Compare(a.entry, b.entry))
	})
	n := 0
	for _, s := range out {
		if n > 0 && out[n-1].pos == s.pos && out[n-1].entry == s.entry {
			out[n-1].words = append(out[n-1].words, s.words...)
			continue
		}
		out[n] = s
		n++
	}
	return out[:n]
}

// tsSeen is the part of a document that a cover is looked for in: where each
// word has been seen, in the order of looking.
type tsSeen map[*types.TSNode][]int

func (s tsSeen) add(spot *tsSpot) {
	for _, w := range spot.words {
		if at := s[w]; len(at) == 0 || at[len(at)-1] != spot.pos.Pos() {
			s[w] = append(at, spot.pos.Pos())
		}
	}
}

func (s tsSeen) check(n *types.TSNode, places *tsPlaces) ternary {
	at, ok := s[n]
	if !ok {
		return tsNo
	}
	if places != nil {
		places.pos = slices.Clone(at)
		slices.Sort(places.pos)
	}
	return tsYes
}

// tsCover finds the first shortest stretch from spot at on that satisfies a
// query: spots begin to end.
func tsCover(spots []tsSpot, q *types.TSQuery, at int) (begin, end int, ok bool) {
	for ; at < len(spots); at++ {
		seen := tsSeen{}
		for end = at; end < len(spots); end++ {
			if seen.add(&spots[end]); tsExecute(q.Root, seen.check) {
				ok = true
				break
			}
		}
		if !ok || spots[end].pos.Pos() == 0 {
			return 0, 0, false
		}
		seen = tsSeen{}
		for begin = end; begin >= at; begin-- {
			if seen.add(&spots[begin]); tsExecute(q.Root, seen.check) {
				return begin, end, true
			}
		}
		ok = false
	}
	return 0, 0, false
}

// tsRankCover ranks by the density of covers.
func tsRankCover(w *tsWeights, v *types.TSVector, q *types.TSQuery, method int64) float32 {
	var inverse [4]float64
	for i := range inverse {
		inverse[i] = 1 / float64(w[i])
	}
	spots := tsSpots(v, q)
	if len(spots) == 0 {
		return 0
	}
	var doc, distance, last float64
	extents := 0
	for begin, end, ok := tsCover(spots, q, 0); ok; begin, end, ok = tsCover(spots, q, begin+1) {
		sum := 0.0
		for _, s := range spots[begin : end+1] {
			sum += inverse[s.pos.Weight()]
		}
		p, e := spots[begin].pos.Pos(), spots[end].pos.Pos()
		noise := e - p - (end - begin)
		if noise < 0 {
			noise = (end - begin) / 2
		}
		doc += float64(end-begin+1) / sum / float64(1+noise)
		cur := float64(e+p) / 2
		if extents > 0 && cur > last {
			distance += 1 / (cur - last)
		}
		last = cur
		extents++
	}
	n := float64(len(v.Lexemes))
	if method&rankLogLength != 0 {
		doc /= libmLog(float64(tsLength(v) + 1))
	}
	if method&rankLength != 0 {
		doc /= float64(tsLength(v))
	}
	if method&rankExtent != 0 && extents > 0 && distance > 0 {
		doc /= float64(extents) / distance
	}
	if method&rankUnique != 0 {
		doc /= n
	}
	if method&rankLogUnique != 0 {
		doc /= libmLog(n+1) / libmLog(2)
	}
	if method&rankSelf != 0 {
		doc /= doc + 1
	}
	return float32(doc)
}
