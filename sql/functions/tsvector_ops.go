package functions

import (
	"slices"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// charWeight reads a weight's letter as a number, 3 for A.
func charWeight(c int64) (byte, bool) {
	if c |= 0x20; c >= 'a' && c <= 'd' {
		return byte('d' - c), true
	}
	return 0, false
}

// withWeight is a lexeme with all its positions of one weight.
func withWeight(l types.Lexeme, w byte) types.Lexeme {
	pos := make([]types.TSPos, len(l.Pos))
	for i, p := range l.Pos {
		pos[i] = types.MakeTSPos(p.Pos(), w)
	}
	return types.Lexeme{Word: l.Word, Pos: pos}
}

func newVector(list []types.Lexeme) datum { return types.Any(&types.TSVector{Lexemes: list}) }

// rowSetWeight gives all positions a weight, or those of the lexemes named.
func rowSetWeight(_ *Ctx, a []datum) (datum, error) {
	w, ok := charWeight(a[1].I)
	if !ok {
		if len(a) > 2 {
			return null, sqlerr.New(sqlerr.InternalError, "unrecognized weight: %c", rune(a[1].I))
		}
		return null, sqlerr.New(sqlerr.InternalError, "unrecognized weight: %d", int8(a[1].I))
	}
	v := tsvec(a[0])
	out := slices.Clone(v.Lexemes)
	if len(a) < 3 {
		for i := range out {
			out[i] = withWeight(out[i], w)
		}
		return newVector(out), nil
	}
	for _, e := range arr(a[2]).Elems {
		if i, ok := v.Find(e.S); ok && !e.Null {
			out[i] = withWeight(out[i], w)
		}
	}
	return newVector(out), nil
}

func rowStrip(_ *Ctx, a []datum) (datum, error) {
	v := tsvec(a[0])
	out := make([]types.Lexeme, len(v.Lexemes))
	for i, l := range v.Lexemes {
		out[i].Word = l.Word
	}
	return newVector(out), nil
}

func rowTSLength(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(len(tsvec(a[0]).Lexemes))), nil
}

// rowTSConcat puts a document behind another.
func rowTSConcat(_ *Ctx, a []datum) (datum, error) {
	x, y := tsvec(a[0]), tsvec(a[1])
	last := 0
	for _, l := range x.Lexemes {
		for _, p := range l.Pos {
			last = max(last, p.Pos())
		}
	}
	list := slices.Clone(x.Lexemes)
	for _, l := range y.Lexemes {
		pos := make([]types.TSPos, len(l.Pos))
		for i, p := range l.Pos {
			pos[i] = types.MakeTSPos(p.Pos()+last, p.Weight())
		}
		list = append(list, types.Lexeme{Word: l.Word, Pos: pos})
	}
	v, err := types.NewTSVector(list)
	return types.Any(v), err
}

// rowTSDelete takes out a lexeme or an array of them.
func rowTSDelete(array bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		words := []datum{a[1]}
		if array {
			words = arr(a[1]).Elems
		}
		drop := map[string]bool{}
		for _, w := range words {
			if !w.Null {
				drop[w.S] = true
			}
		}
		return newVector(slices.DeleteFunc(slices.Clone(tsvec(a[0]).Lexemes), func(l types.Lexeme) bool { return drop[l.Word] })), nil
	}
}

func rowTSFilter(_ *Ctx, a []datum) (datum, error) {
	mask := byte(0)
	for _, e := range arr(a[1]).Elems {
		if e.Null {
			return null, sqlerr.New(sqlerr.NullValueNotAllowed, "weight array may not contain nulls")
		}
		w, ok := charWeight(e.I)
		if !ok {
			return null, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized weight: \"%c\"", rune(e.I))
		}
		mask |= 1 << w
	}
	var out []types.Lexeme
	for _, l := range tsvec(a[0]).Lexemes {
		var pos []types.TSPos
		for _, p := range l.Pos {
			if mask>>p.Weight()&1 != 0 {
				pos = append(pos, p)
			}
		}
		if pos != nil {
			out = append(out, types.Lexeme{Word: l.Word, Pos: pos})
		}
	}
	return newVector(out), nil
}

func rowTSToArray(_ *Ctx, a []datum) (datum, error) {
	var out []datum
	for _, l := range tsvec(a[0]).Lexemes {
		out = append(out, types.Text(l.Word))
	}
	return types.Any(types.NewArray(tText, out)), nil
}

func rowArrayToTS(_ *Ctx, a []datum) (datum, error) {
	var list []types.Lexeme
	for _, e := range arr(a[0]).Elems {
		if e.Null {
			return null, sqlerr.New(sqlerr.NullValueNotAllowed, "lexeme array may not contain nulls")
		}
		if e.S == "" {
			return null, sqlerr.New("2200F", "lexeme array may not contain empty strings")
		}
		list = append(list, types.Lexeme{Word: e.S})
	}
	v, err := types.NewTSVector(list)
	return types.Any(v), err
}

func setTSUnnest(_ *Ctx, a []datum) (SetIter, error) {
	it := &rowsIter{}
	for _, l := range tsvec(a[0]).Lexemes {
		row := []datum{types.Text(l.Word), null, null}
		var pos, weights []datum
		for _, p := range l.Pos {
			pos = append(pos, types.Int(int64(p.Pos())))
			weights = append(weights, types.Text("DCBA"[p.Weight():][:1]))
		}
		if pos != nil {
			row[1], row[2] = types.Any(types.NewArray(tInt2, pos)), types.Any(types.NewArray(tText, weights))
		}
		it.rows = append(it.rows, row)
	}
	return it, nil
}
