package functions

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// datum and vec shorten the signatures of the families.
type (
	datum = types.Datum
	vec   = types.Vec
)

var null = types.NullDatum

// The makers below turn plain Go functions into row code, so that a family's
// file shows what each function computes and nothing else.

func rowInt(f func(a int64) int64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Int(f(a[0].I)), nil }
}

func rowIntErr(f func(a int64) (int64, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		v, err := f(a[0].I)
		return types.Int(v), err
	}
}

func rowIntInt(f func(a, b int64) int64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Int(f(a[0].I, a[1].I)), nil }
}

func rowIntIntErr(f func(a, b int64) (int64, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		v, err := f(a[0].I, a[1].I)
		return types.Int(v), err
	}
}

func rowFloat(f func(a float64) float64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Float(f(a[0].F)), nil }
}

func rowFloatErr(f func(a float64) (float64, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		v, err := f(a[0].F)
		return types.Float(v), err
	}
}

func rowFloatFloatErr(f func(a, b float64) (float64, error)) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		v, err := f(a[0].F, a[1].F)
		return types.Float(v), err
	}
}

func rowText(f func(a string) string) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Text(f(a[0].S)), nil }
}

func rowTextText(f func(a, b string) string) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Text(f(a[0].S, a[1].S)), nil }
}

func rowTextInt(f func(a string) int64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Int(f(a[0].S)), nil }
}

func rowTextTextBool(f func(a, b string) bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Bool(f(a[0].S, a[1].S)), nil }
}

// same returns its first argument: the code of casts that change nothing.
func same(_ *Ctx, a []datum) (datum, error) { return a[0], nil }

func errDivZero() error { return sqlerr.New(sqlerr.DivisionByZero, "division by zero") }

func errRange(typ string) error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "%s out of range", typ)
}

// b2i is SQL's bool as it lies in a column.
func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// at reads row i of a column that may be a constant.
func at[T any](s []T, i int) T {
	if len(s) == 1 {
		return s[0]
	}
	return s[i]
}

// sliceIter yields rows that have been computed beforehand, one datum each.
type sliceIter struct {
	rows []datum
	buf  [1]datum
}

func newSliceIter(rows []datum) SetIter { return &sliceIter{rows: rows} }

// Next returns the next row.
func (s *sliceIter) Next() ([]datum, bool, error) {
	if len(s.rows) == 0 {
		return nil, false, nil
	}
	s.buf[0], s.rows = s.rows[0], s.rows[1:]
	return s.buf[:], true, nil
}

// rowsIter yields records that have been computed beforehand.
type rowsIter struct{ rows [][]datum }

// Next returns the next row.
func (s *rowsIter) Next() ([]datum, bool, error) {
	if len(s.rows) == 0 {
		return nil, false, nil
	}
	r := s.rows[0]
	s.rows = s.rows[1:]
	return r, true, nil
}

// textOf renders a datum in its type's text form under the statement's
// settings.
func textOf(c *Ctx, t types.OID, d datum) (string, error) {
	switch t {
	case types.OIDText, types.OIDVarchar, types.OIDName, types.OIDUnknown, types.OIDJSON, types.OIDJSONB, types.OIDCString, types.OIDBpchar:
		return d.S, nil
	}
	var buf [64]byte
	b, err := types.AppendTextDatum(buf[:0], t, d, &c.Format)
	return string(b), err
}

// asciiLower folds ASCII letters only, as identifiers are folded.
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

func itoa(n int) string { return strconv.Itoa(n) }
