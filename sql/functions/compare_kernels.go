package functions

import (
	"cmp"
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Kernels of comparison: each has one loop per shape of its arguments
// (column with column, column with constant), so that a loop has no branch
// but its own. Greater-than is less-than with the arguments swapped.

func vecEq[T comparable](a, b []T, out []int64) {
	switch {
	case len(a) == len(b) && len(a) == len(out):
		for i, x := range a {
			out[i] = b2i(x == b[i])
		}
	case len(b) == 1:
		y := b[0]
		for i, x := range a[:min(len(a), len(out))] {
			out[i] = b2i(x == y)
		}
		fillFirst(out, len(a))
	default:
		vecEq(b, a, out)
	}
}

func vecNe[T comparable](a, b []T, out []int64) {
	vecEq(a, b, out)
	for i := range out {
		out[i] ^= 1
	}
}

func vecLt[T cmp.Ordered](a, b []T, out []int64) {
	switch {
	case len(a) == len(b) && len(a) == len(out):
		for i, x := range a {
			out[i] = b2i(x < b[i])
		}
	case len(b) == 1:
		y := b[0]
		for i, x := range a[:min(len(a), len(out))] {
			out[i] = b2i(x < y)
		}
		fillFirst(out, len(a))
	default:
		x := a[0]
		for i, y := range b {
			out[i] = b2i(x < y)
		}
	}
}

func vecLe[T cmp.Ordered](a, b []T, out []int64) {
	vecLt(b, a, out)
	for i := range out {
		out[i] ^= 1
	}
}

// fillFirst spreads the first result over the column when both arguments were
// constants.
func fillFirst(out []int64, n int) {
	if n == 1 {
		for i := range out {
			out[i] = out[0]
		}
	}
}

// Floats compare as PostgreSQL's btree does: NaN equals NaN and is above all
// else.

func floatEq(a, b float64) bool { return a == b || a != a && b != b }
func floatLt(a, b float64) bool { return a < b || b != b && a == a }

func vecFloat(f func(a, b float64) bool) func(a, b []float64, out []int64) {
	return func(a, b []float64, out []int64) {
		for i := range out {
			out[i] = b2i(f(at(a, i), at(b, i)))
		}
	}
}

func vecFloatEq(a, b []float64, out []int64) {
	if len(b) == 1 && len(a) == len(out) && !math.IsNaN(b[0]) {
		y := b[0]
		for i, x := range a {
			out[i] = b2i(x == y)
		}
		return
	}
	vecFloat(floatEq)(a, b, out)
}

func vecFloatLt(a, b []float64, out []int64) {
	switch {
	case len(b) == 1 && len(a) == len(out) && !math.IsNaN(b[0]):
		y := b[0]
		for i, x := range a {
			out[i] = b2i(x < y)
		}
	case len(a) == 1 && len(b) == len(out) && !math.IsNaN(a[0]):
		x := a[0]
		for i, y := range b {
			out[i] = b2i(!(y <= x))
		}
	default:
		vecFloat(floatLt)(a, b, out)
	}
}

type vecFunc = func(c *Ctx, args []*vec, n int, out *vec) error

func swap[T any](f func(a, b []T, out []int64)) func(a, b []T, out []int64) {
	return func(a, b []T, out []int64) { f(b, a, out) }
}

func not[T any](f func(a, b []T, out []int64)) func(a, b []T, out []int64) {
	return func(a, b []T, out []int64) {
		f(a, b, out)
		for i := range out {
			out[i] ^= 1
		}
	}
}

func kernelInt(f func(a, b []int64, out []int64)) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error { f(a[0].I, a[1].I, out.I[:n]); return nil }
}

func kernelFloat(f func(a, b []float64, out []int64)) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error { f(a[0].F, a[1].F, out.I[:n]); return nil }
}

func kernelText(f func(a, b []string, out []int64)) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error { f(a[0].S, a[1].S, out.I[:n]); return nil }
}

// compareOp is a comparison's verdict on the sign of a three-way comparison.
type compareOp func(sign int) bool

func opEq(s int) bool { return s == 0 }
func opNe(s int) bool { return s != 0 }
func opLt(s int) bool { return s < 0 }
func opLe(s int) bool { return s <= 0 }
func opGt(s int) bool { return s > 0 }
func opGe(s int) bool { return s >= 0 }

func cmpInt(op compareOp) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Bool(op(cmp.Compare(a[0].I, a[1].I))), nil }
}

// cmpXIDInt compares a transaction's number with an int4 that has its bits.
func cmpXIDInt(op compareOp) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		return types.Bool(op(cmp.Compare(uint32(a[0].I), uint32(a[1].I)))), nil
	}
}

func cmpFloat(op compareOp) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Bool(op(floatCmp(a[0].F, a[1].F))), nil }
}

func floatCmp(a, b float64) int {
	switch {
	case floatEq(a, b):
		return 0
	case floatLt(a, b):
		return -1
	}
	return 1
}

func cmpText(op compareOp) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Bool(op(cmp.Compare(a[0].S, a[1].S))), nil }
}

// cmpType compares by a type's btree order.
func cmpType(t types.OID, op compareOp) RowFunc {
	if t == tRecord {
		return cmpRecords(op)
	}
	if types.IsArray(t) {
		if err := mustCompare(types.ElemOf(t), ordering(op)); err != nil {
			return failing(err)
		}
	}
	return func(_ *Ctx, a []datum) (datum, error) { return types.Bool(op(types.Compare(t, a[0], a[1]))), nil }
}

// cmpRecords compares rows, of which no order is known where columns have
// different types.
func cmpRecords(op compareOp) RowFunc {
	order := ordering(op)
	return func(_ *Ctx, a []datum) (datum, error) {
		c, err := compareRecords(a, order)
		return types.Bool(op(c)), err
	}
}

func compareRecords(a []datum, order bool) (int, error) {
	l, ok1 := a[0].A.(*types.Record)
	r, ok2 := a[1].A.(*types.Record)
	if !ok1 || !ok2 {
		return types.Compare(tRecord, a[0], a[1]), nil
	}
	for i := range min(len(l.Vals), len(r.Vals)) {
		if l.Types[i] != r.Types[i] {
			return 0, sqlerr.New(sqlerr.DatatypeMismatch, "cannot compare dissimilar column types %s and %s at record column %d",
				types.FormatTypeBare(l.Types[i]), types.FormatTypeBare(r.Types[i]), i+1)
		}
		if err := mustCompare(l.Types[i], order); err != nil {
			return 0, err
		}
		if err := sameCollation(l, r, i); err != nil {
			return 0, err
		}
		if c := types.Compare(l.Types[i], l.Vals[i], r.Vals[i]); c != 0 {
			return c, nil
		}
	}
	if len(l.Vals) != len(r.Vals) {
		return 0, sqlerr.New(sqlerr.DatatypeMismatch, "cannot compare record types with different numbers of columns")
	}
	return 0, nil
}

// sameCollation refuses to compare column i of two rows, of one type, where its
// collations differ and both values are there.
func sameCollation(l, r *types.Record, i int) error {
	if l.Collations == nil && r.Collations == nil || l.Vals[i].Null || r.Vals[i].Null {
		return nil
	}
	of := func(rec *types.Record) types.OID {
		if rec.Collations != nil {
			return rec.Collations[i]
		}
		t, _ := types.Lookup(rec.Types[i])
		return t.Collation
	}
	if of(l) == of(r) {
		return nil
	}
	return sqlerr.New(sqlerr.IndeterminateCollation, "could not determine which collation to use for string comparison").
		WithHint("Use the COLLATE clause to set the collation explicitly.")
}

// cmpBind compares values of the call's own type: arrays and records.
func cmpBind(op compareOp) func([]types.OID, types.OID) RowFunc {
	return func(args []types.OID, _ types.OID) RowFunc { return cmpType(args[0], op) }
}

// cmpSign is the three-way comparison that a btree's support function gives.
func cmpSign(t types.OID) RowFunc {
	if t == tRecord {
		return func(_ *Ctx, a []datum) (datum, error) {
			c, err := compareRecords(a, true)
			return types.Int(int64(c)), err
		}
	}
	if types.IsArray(t) {
		if err := mustCompare(types.ElemOf(t), true); err != nil {
			return failing(err)
		}
	}
	return func(_ *Ctx, a []datum) (datum, error) { return types.Int(int64(types.Compare(t, a[0], a[1]))), nil }
}
