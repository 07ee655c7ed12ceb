package functions

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// ternary is whether a document matches; maybe is for phrases over documents
// whose lexemes have no positions.
type ternary uint8

const (
	tsNo ternary = iota
	tsYes
	tsMaybe
)

// tsPlaces says where a part of a query matches: at the ends of matches that
// are width positions long before it, or, with negate, everywhere but there.
type tsPlaces struct {
	pos    []int
	width  int
	negate bool
}

// tsCheck tells whether a lexeme of a query is there; where places is not nil
// it also says where.
type tsCheck func(n *types.TSNode, places *tsPlaces) ternary

// tsExecute decides a query.
func tsExecute(n *types.TSNode, check tsCheck) bool { return tsDecide(n, check) != tsNo }

func tsDecide(n *types.TSNode, check tsCheck) ternary {
	switch n.Op {
	case types.TSWord:
		return check(n, nil)
	case types.TSNot:
		switch tsDecide(n.Right, check) {
		case tsNo:
			return tsYes
		case tsYes:
			return tsNo
		}
		return tsMaybe
	case types.TSAnd:
		l := tsDecide(n.Left, check)
		if l == tsNo {
			return tsNo
		}
		if r := tsDecide(n.Right, check); r != tsYes {
			return r
		}
		return l
	case types.TSOr:
		l := tsDecide(n.Left, check)
		if l == tsYes {
			return tsYes
		}
		if r := tsDecide(n.Right, check); r != tsNo {
			return r
		}
		return l
	}
	var places tsPlaces
	if tsPhrase(n, check, &places) == tsYes {
		return tsYes
	}
	return tsNo // without positions there is no phrase
}

// tsPhrase finds the places of a part of a phrase.
func tsPhrase(n *types.TSNode, check tsCheck, out *tsPlaces) ternary {
	switch n.Op {
	case types.TSWord:
		return check(n, out)
	case types.TSNot:
		switch res := tsPhrase(n.Right, check, out); {
		case res == tsNo: // nowhere becomes everywhere
			*out = tsPlaces{negate: true, width: out.width}
			return tsYes
		case res == tsMaybe:
			return tsMaybe
		case len(out.pos) > 0:
			out.negate = !out.negate
			return tsYes
		}
		out.negate = false
		return tsNo
	}
	var l, r tsPlaces
	lm := tsPhrase(n.Left, check, &l)
	if lm == tsNo && n.Op != types.TSOr {
		return tsNo
	}
	rm := tsPhrase(n.Right, check, &r)
	switch {
	case rm == tsNo && (lm == tsNo || n.Op != types.TSOr):
		return tsNo
	case lm == tsMaybe || rm == tsMaybe:
		return tsMaybe
	}
	if lm == tsNo {
		l = tsPlaces{}
	}
	if rm == tsNo {
		r = tsPlaces{}
	}
	out.width = max(l.width, r.width)
	lo, ro := out.width-l.width, out.width-r.width
	if n.Op == types.TSPhrase {
		d := int(n.Distance)
		lo, ro, out.width = d+r.width, 0, d+l.width+r.width
	}
	// !L & !R is !(L | R), and so on: negation goes to the outside
	both, left, right := l.negate == r.negate, r.negate, l.negate
	out.negate = l.negate && r.negate
	if n.Op == types.TSOr {
		out.negate = l.negate || r.negate
		left, right = l.negate == r.negate && !l.negate || l.negate && !r.negate, !l.negate
	} else if out.negate {
		left, right = true, true
	}
	out.pos = mergePlaces(l.pos, r.pos, lo, ro, both, left, right)
	if len(out.pos) > 0 || out.negate {
		return tsYes
	}
	return tsNo
}

// mergePlaces merges two lists of positions, moved by offsets, and keeps those
// in both, only in the left or only in the right one.
func mergePlaces(l, r []int, lo, ro int, both, left, right bool) []int {
	var out []int
	for i, k := 0, 0; i < len(l) || k < len(r); {
		x, y := math.MaxInt, math.MaxInt
		if i < len(l) {
			x = l[i] + lo
		}
		if k < len(r) {
			y = r[k] + ro
		}
		keep := both
		switch {
		case x < y:
			keep = left
		case x > y:
			keep = right
		}
		if keep && min(x, y) > 0 {
			out = append(out, min(x, y))
		}
		if x <= y {
			i++
		}
		if y <= x {
			k++
		}
	}
	return out
}

// vectorCheck looks lexemes of a query up in a document.
func vectorCheck(v *types.TSVector) tsCheck {
	return func(n *types.TSNode, places *tsPlaces) ternary {
		i, found := v.Find(n.Word)
		res := tsNo
		if found {
			res = checkLexeme(&v.Lexemes[i], n, places)
		}
		if !n.Prefix || res == tsYes && places == nil {
			return res
		}
		res = tsNo
		var all []int
		for ; i < len(v.Lexemes) && strings.HasPrefix(v.Lexemes[i].Word, n.Word); i++ {
			var one *tsPlaces
			if places != nil {
				one = &tsPlaces{}
			}
			switch sub := checkLexeme(&v.Lexemes[i], n, one); {
			case sub == tsNo:
			case sub == tsMaybe:
				places.pos = nil
				return tsMaybe
			case places == nil:
				return tsYes
			default:
				all = append(all, one.pos...)
				res = tsYes
			}
		}
		if places != nil {
			slices.Sort(all)
			places.pos = slices.Compact(all)
		}
		return res
	}
}

// checkLexeme holds one lexeme's weights against the query's. A lexeme without
// positions has every weight.
func checkLexeme(l *types.Lexeme, n *types.TSNode, places *tsPlaces) ternary {
	if len(l.Pos) == 0 {
		if places != nil {
			return tsMaybe
		}
		return tsYes
	}
	res := tsNo
	for _, p := range l.Pos {
		if n.Weights == 0 || n.Weights>>p.Weight()&1 != 0 {
			res = tsYes
			if places == nil {
				break
			}
			places.pos = append(places.pos, p.Pos())
		}
	}
	return res
}

func tsvec(d datum) *types.TSVector { return d.A.(*types.TSVector) }
func tsq(d datum) *types.TSQuery    { return d.A.(*types.TSQuery) }

func tsMatch(v *types.TSVector, q *types.TSQuery) bool {
	return q.Root != nil && tsExecute(q.Root, vectorCheck(v))
}

func rowTSMatch(_ *Ctx, a []datum) (datum, error) {
	return types.Bool(tsMatch(tsvec(a[0]), tsq(a[1]))), nil
}

func rowTSMatchQV(_ *Ctx, a []datum) (datum, error) {
	return types.Bool(tsMatch(tsvec(a[1]), tsq(a[0]))), nil
}

// rowTSMatchText matches a text, with a query or a text that is made one.
func rowTSMatchText(plain bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		cfg, err := c.currentTSConfig()
		if err != nil {
			return null, err
		}
		v, err := toTSVector(c, cfg, a[0].S)
		if err != nil {
			return null, err
		}
		q := a[1]
		if plain {
			parsed, err := types.ParseTSQuery(a[1].S, types.TSPlain, tsOperand(c, cfg, types.TSAnd), &c.Format)
			if err != nil {
				return null, err
			}
			q = types.Any(parsed)
		}
		return types.Bool(tsMatch(tsvec(v), tsq(q))), nil
	}
}

// queryWords lists a query's words, each once and sorted.
func queryWords(q *types.TSQuery) []*types.TSNode {
	var out []*types.TSNode
	q.Root.Walk(func(n *types.TSNode) {
		if n.Op == types.TSWord {
			out = append(out, n)
		}
	})
	slices.SortStableFunc(out, func(a, b *types.TSNode) int { return cmp.Compare(a.Word, b.Word) })
	return slices.CompactFunc(out, func(a, b *types.TSNode) bool { return a.Word == b.Word })
}
