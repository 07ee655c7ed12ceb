package functions

import (
	"math"
	"math/big"
	"math/bits"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/types"
)

// moneyOf checks an amount that was computed exactly.
func moneyOf(v int64, ok bool) (datum, error) {
	if !ok {
		return null, errRange("money")
	}
	return types.Int(v), nil
}

func mulInt64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if a < 0 {
		hi -= uint64(b)
	}
	if b < 0 {
		hi -= uint64(a)
	}
	return int64(lo), int64(hi) == int64(lo)>>63
}

func rowMoneyAdd(_ *Ctx, a []datum) (datum, error) {
	v := a[0].I + a[1].I
	return moneyOf(v, (v < a[0].I) == (a[1].I < 0))
}

func rowMoneySub(_ *Ctx, a []datum) (datum, error) {
	v := a[0].I - a[1].I
	return moneyOf(v, (v < a[0].I) == (a[1].I > 0))
}

func rowMoneyMul(_ *Ctx, a []datum) (datum, error) { return moneyOf(mulInt64(a[0].I, a[1].I)) }

func rowMoneyDiv(_ *Ctx, a []datum) (datum, error) {
	if a[1].I == 0 {
		return null, errDivZero()
	}
	return moneyOf(a[0].I/a[1].I, a[0].I != math.MinInt64 || a[1].I != -1)
}

func moneyFloat(f float64) (datum, error) {
	f = math.RoundToEven(f)
	if !(f >= math.MinInt64 && f < -math.MinInt64) {
		return null, errRange("money")
	}
	return types.Int(int64(f)), nil
}

// rowMoneyMulFloat multiplies by a float, which may come first.
func rowMoneyMulFloat(flip bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if flip {
			return moneyFloat(float64(a[1].I) * a[0].F)
		}
		return moneyFloat(float64(a[0].I) * a[1].F)
	}
}

func rowMoneyDivFloat(_ *Ctx, a []datum) (datum, error) {
	if a[1].F == 0 {
		return null, errDivZero()
	}
	return moneyFloat(float64(a[0].I) / a[1].F)
}

func rowMoneyRatio(_ *Ctx, a []datum) (datum, error) {
	if a[1].I == 0 {
		return null, errDivZero()
	}
	return types.Float(float64(a[0].I) / float64(a[1].I)), nil
}

// rowMoneyPick gives the greater or the smaller of two amounts.
func rowMoneyPick(greater bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if (a[0].I > a[1].I) == greater {
			return a[0], nil
		}
		return a[1], nil
	}
}

func rowIntToMoney(_ *Ctx, a []datum) (datum, error) {
	v, ok := mulInt64(a[0].I, 100)
	if !ok {
		return null, width8.err()
	}
	return types.Int(v), nil
}

func rowNumericToMoney(_ *Ctx, a []datum) (datum, error) {
	d, err := numMul(num(a[0]), numericFromInt(100))
	if err != nil {
		return null, err
	}
	v, err := numericInt(d, &width8)
	return types.Int(v), err
}

func rowMoneyToNumeric(_ *Ctx, a []datum) (datum, error) {
	d := &apd.Decimal{Exponent: -2, Negative: a[0].I < 0}
	d.Coeff.SetMathBigInt(new(big.Int).Abs(big.NewInt(a[0].I)))
	return types.Any(d), nil
}

var smallNumbers = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
	"seventeen eighteen nineteen twenty")

var tensNumbers = strings.Fields("zero ten twenty thirty forty fifty sixty seventy eighty ninety")

// hundredsInWords spells a number below 1,000.
func hundredsInWords(v uint64) string {
	rest, head := v%100, ""
	if v >= 100 {
		if head = smallNumbers[v/100] + " hundred"; rest == 0 {
			return head
		}
		if head += " "; rest < 20 && rest != 0 && !(v%10 == 0 && rest > 10) {
			head += "and "
		}
	}
	switch {
	case rest <= 20 && rest != 20:
		return head + smallNumbers[rest]
	case rest%10 == 0:
		return head + tensNumbers[rest/10]
	}
	return head + tensNumbers[rest/10] + " " + smallNumbers[rest%10]
}

// rowMoneyWords spells an amount as on a cheque.
func rowMoneyWords(_ *Ctx, a []datum) (datum, error) {
	var b strings.Builder
	v := uint64(a[0].I)
	if a[0].I < 0 {
		v = -v
		b.WriteString("minus ")
	}
	head := b.Len()
	unit := uint64(1e17)
	for _, name := range []string{" quadrillion ", " trillion ", " billion ", " million ", " thousand ", ""} {
		if part := v / unit % 1000; part > 0 {
			b.WriteString(hundredsInWords(part) + name)
		}
		unit /= 1000
	}
	if b.Len() == head {
		b.WriteString("zero")
	}
	if v/100 == 1 {
		b.WriteString(" dollar and ")
	} else {
		b.WriteString(" dollars and ")
	}
	b.WriteString(hundredsInWords(v % 100))
	if v%100 == 1 {
		b.WriteString(" cent")
	} else {
		b.WriteString(" cents")
	}
	s := b.String()
	return types.Text(strings.ToUpper(s[:1]) + s[1:]), nil
}

// moneySum sums amounts, of which too many are an error.
type moneySum struct {
	sum []int64
	any []bool
}

// Grow makes room for groups.
func (s *moneySum) Grow(n int) { s.sum, s.any = growTo(s.sum, n), growTo(s.any, n) }

func (s *moneySum) put(g int32, v int64) error {
	sum := s.sum[g] + v
	if (sum < s.sum[g]) != (v < 0) {
		return errRange("money")
	}
	s.sum[g], s.any[g] = sum, true
	return nil
}

// Add takes rows.
func (s *moneySum) Add(_ *Ctx, groups []int32, args []*vec) error {
	for i, g := range groups {
		if nullAt(args[0], i) {
			continue
		}
		if err := s.put(g, at(args[0].I, i)); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds other's groups.
func (s *moneySum) Merge(_ *Ctx, other State, groups []int32) error {
	o := other.(*moneySum)
	for i, g := range groups {
		if o.any[i] {
			if err := s.put(g, o.sum[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Result is the sum, NULL of no amounts.
func (s *moneySum) Result(_ *Ctx, g int32) (datum, error) {
	if !s.any[g] {
		return null, nil
	}
	return types.Int(s.sum[g]), nil
}

// Size is the bytes held.
func (s *moneySum) Size() int64 { return sizeOf(s.sum) + sizeOf(s.any) }
