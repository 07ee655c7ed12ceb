package functions

import (
	"cmp"
	"strconv"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// pick returns the first argument when its comparison with the second
// satisfies op, else the second: a type's larger and smaller.
func pick(t types.OID, op compareOp) RowFunc {
	if types.IsArray(t) {
		if err := mustCompare(types.ElemOf(t), true); err != nil {
			return failing(err)
		}
	}
	return func(_ *Ctx, a []datum) (datum, error) {
		if op(types.Compare(t, a[0], a[1])) {
			return a[0], nil
		}
		return a[1], nil
	}
}

// signTimes is the three-way form of cmpTimes.
func signTimes(l, r types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		return types.Int(int64(cmp.Compare(comparableTime(c, l, r, a[0].I), comparableTime(c, r, l, a[1].I)))), nil
	}
}

// A pg_lsn is the bits of a uint64; distances are numerics.

func lsnNumeric(d datum) datum {
	if d.I >= 0 {
		return types.Any(numericFromInt(d.I))
	}
	// Half, doubled, and the bit that the halving lost.
	half, _ := numMul(numericFromInt(int64(uint64(d.I)>>1)), numericFromInt(2))
	whole, _ := numAdd(half, numericFromInt(d.I&1))
	return types.Any(whole)
}

func rowLSNMinus(_ *Ctx, a []datum) (datum, error) {
	d, err := numSub(num(lsnNumeric(a[0])), num(lsnNumeric(a[1])))
	return types.Any(d), err
}

func errLSNRange() error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "pg_lsn out of range")
}

// rowLSN rounds a numeric to a position.
func rowLSN(_ *Ctx, a []datum) (datum, error) {
	x := num(a[0])
	if !isFinite(x) {
		what := "infinity"
		if isNaN(x) {
			what = "NaN"
		}
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "cannot convert %s to pg_lsn", what)
	}
	r := roundNumeric(x, 0)
	limit := num(lsnNumeric(types.Int(-1)))
	if numSign(r) < 0 || numericCmp(r, limit) > 0 {
		return null, errLSNRange()
	}
	v, err := strconv.ParseUint(string(types.AppendNumeric(nil, r)), 10, 64)
	if err != nil {
		return null, errLSNRange()
	}
	return types.Int(int64(v)), nil
}

func rowLSNPlus(sign int) RowFunc {
	verb, prep := "add", "to"
	if sign < 0 {
		verb, prep = "subtract", "from"
	}
	return func(c *Ctx, a []datum) (datum, error) {
		x := num(a[1])
		if isNaN(x) {
			return null, sqlerr.New(sqlerr.FeatureNotSupported, "cannot %s NaN %s pg_lsn", verb, prep)
		}
		f := numAdd
		if sign < 0 {
			f = numSub
		}
		s, err := f(num(lsnNumeric(a[0])), x)
		if err != nil {
			return null, err
		}
		return rowLSN(c, datums{types.Any(s)})
	}
}

func rowNumericPlusLSN(c *Ctx, a []datum) (datum, error) {
	return rowLSNPlus(1)(c, datums{a[1], a[0]})
}
