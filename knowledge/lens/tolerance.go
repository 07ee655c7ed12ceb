package lens

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
)

// tolerance decides which numbers are near enough to be one value. It decides
// exactly: floats only where they leave no doubt, else integers.
type tolerance struct {
	r      float64
	digits uint64 // r = digits × 10^exp
	exp    int
	one    int // r compared to 1

	nums       []number
	prev, next []int32 // untaken neighbours in nums
	byWeight   []int32
	leader     []int32 // per value: the value that took it
	a, b, c, t big.Int
}

// number is a distinct number of the pair.
type number struct {
	value  int32
	unit   string
	has    bool // has a unit
	neg    bool
	digits string // digits × 10^exp; "0" for zero
	exp    int
	text   string  // canonical
	m      float64 // |number| = m × 10^mag, m from 0.1 to 1, or 0
	mag    int
}

// newTolerance takes the decimal number that a float8 prints as: 0.3 is meant
// to be three tenths.
func newTolerance(r float64) tolerance {
	text, err := knowledge.CanonicalNumber(strconv.FormatFloat(r, 'e', -1, 64))
	if err != nil { // a finite float is in range
		return tolerance{}
	}
	_, digits, exp := knowledge.SplitNumber(text)
	d, _ := strconv.ParseUint(digits, 10, 64) // at most 17 digits
	return tolerance{r: r, digits: d, exp: exp, one: cmp.Compare(r, 1)}
}

func newNumber(v int32, c *Candidate, text string) number {
	n := number{value: v, unit: c.Unit, has: c.HasUnit, text: text}
	n.neg, n.digits, n.exp = knowledge.SplitNumber(text)
	if n.digits == "0" {
		return n
	}
	head := n.digits[:min(len(n.digits), 18)]
	u, _ := strconv.ParseUint(head, 10, 64)
	n.m, n.mag = float64(u)/math.Pow10(len(head)), len(n.digits)+n.exp
	return n
}

// mergeable reports whether two values are numbers of one unit, and gathers
// the numbers.
func (r *Resolver) mergeable(ents []entry) bool {
	t := &r.tolerance
	t.nums = t.nums[:0]
	for v := range r.values {
		if rep := r.values[v].rep; r.canon.nums[rep] {
			t.nums = append(t.nums, newNumber(int32(v), &r.cands[ents[rep].row], r.canon.texts[rep]))
		}
	}
	slices.SortFunc(t.nums, func(a, b number) int {
		return cmp.Or(compareUnits(&a, &b), knowledge.CompareNumbers(a.text, b.text))
	})
	for i := 1; i < len(t.nums); i++ {
		if compareUnits(&t.nums[i-1], &t.nums[i]) == 0 {
			return true
		}
	}
	return false
}

func compareUnits(a, b *number) int {
	return cmp.Or(compareBool(a.has, b.has), strings.Compare(a.unit, b.unit))
}

// merge joins numbers within the tolerance (spec §2): by s ↓, sources ↓,
// number ↑ each takes the untaken ones near it. It renumbers the values and
// reports whether any were joined.
func (r *Resolver) merge(ents []entry) bool {
	r.countSources(ents)
	t := &r.tolerance
	n := len(t.nums)
	t.byWeight = slices.Grow(t.byWeight[:0], n)[:n]
	t.prev, t.next = slices.Grow(t.prev[:0], n)[:n], slices.Grow(t.next[:0], n)[:n]
	for i := range n {
		t.byWeight[i], t.prev[i], t.next[i] = int32(i), int32(i-1), int32(i+1)
	}
	slices.SortFunc(t.byWeight, func(a, b int32) int {
		x, y := &r.values[t.nums[a].value], &r.values[t.nums[b].value]
		return cmp.Or(cmp.Compare(y.s, x.s), cmp.Compare(y.sources, x.sources), cmp.Compare(a, b))
	})
	t.leader = t.leader[:0]
	for v := range r.values {
		t.leader = append(t.leader, int32(v))
	}
	merged := false
	for _, it := range t.byWeight {
		if t.prev[it] == taken {
			continue
		}
		if t.take(it) {
			merged = true
		}
	}
	if merged {
		r.renumber(ents)
	}
	return merged
}

// taken in prev marks a number that is out of the list.
const taken = -2

// take lets a number take its near neighbours. What is within reach lies on
// both sides without a gap, so that the first one beyond ends the walk.
func (t *tolerance) take(it int32) bool {
	some := false
	for at := t.prev[it]; at >= 0 && t.near(it, at); {
		before := t.prev[at]
		t.join(it, at)
		at, some = before, true
	}
	for at := t.next[it]; int(at) < len(t.nums) && t.near(it, at); {
		after := t.next[at]
		t.join(it, at)
		at, some = after, true
	}
	t.unlink(it)
	return some
}

func (t *tolerance) join(it, at int32) {
	t.leader[t.nums[at].value] = t.nums[it].value
	t.unlink(at)
}

func (t *tolerance) unlink(at int32) {
	before, after := t.prev[at], t.next[at]
	if before >= 0 {
		t.next[before] = after
	}
	if int(after) < len(t.nums) {
		t.prev[after] = before
	}
	t.prev[at] = taken
}

// far is how many orders of magnitude apart numbers need no arithmetic: r has
// at most 17 digits, so it is 1 or differs from 1 by more than 1e-18.
const far = 40

// near reports whether |x - it| <= r·|it|, for numbers of one unit.
func (t *tolerance) near(itAt, xAt int32) bool {
	it, x := &t.nums[itAt], &t.nums[xAt]
	if compareUnits(it, x) != 0 {
		return false
	}
	off := x.mag - it.mag
	switch {
	case it.m == 0:
		return false // x is another number than zero
	case x.m == 0:
		return t.one >= 0
	case off > far:
		return false // r is at most MaxTolerance
	case off < -far:
		return t.one > 0 || t.one == 0 && it.neg == x.neg
	}
	xm := x.m * math.Pow10(off)
	if it.neg != x.neg {
		xm = -xm
	}
	distance, reach := math.Abs(xm-it.m), t.r*it.m
	doubt := 1e-13 * (math.Abs(xm) + it.m + reach)
	if math.Abs(distance-reach) > doubt {
		return distance < reach
	}
	return t.nearExactly(it, x)
}

// nearExactly decides with integers: all scaled by the least power of ten.
func (t *tolerance) nearExactly(it, x *number) bool {
	least := min(it.exp, x.exp, it.exp+t.exp)
	scale := func(z *big.Int, digits string, exp int) {
		z.SetString(digits, 10)
		if exp > least {
			z.Mul(z, t.t.Exp(big.NewInt(10), big.NewInt(int64(exp-least)), nil))
		}
	}
	scale(&t.a, it.digits, it.exp)
	scale(&t.b, x.digits, x.exp)
	if it.neg != x.neg {
		t.b.Neg(&t.b)
	}
	t.b.Sub(&t.b, &t.a)
	// reach = digits × 10^exp × |it|
	scale(&t.c, it.digits, it.exp+t.exp)
	t.c.Mul(&t.c, t.t.SetUint64(t.digits))
	return t.b.CmpAbs(&t.c) <= 0
}

// renumber gives joined values one number each.
func (r *Resolver) renumber(ents []entry) {
	lead := r.tolerance.leader
	// A leader is its own leader. Give the new numbers in order of the old.
	kept := int32(0)
	r.order = r.order[:0]
	for v := range lead {
		r.order = append(r.order, kept)
		if lead[v] == int32(v) {
			r.values[kept] = r.values[v]
			kept++
		}
	}
	for i := range ents {
		ents[i].value = r.order[lead[ents[i].value]]
	}
	r.values = r.values[:kept]
}

// countSources counts the distinct sources that claim each value.
func (r *Resolver) countSources(ents []entry) {
	for v := range r.values {
		r.values[v].sources = 0
	}
	r.keys = r.keys[:0]
	for i := range ents {
		r.keys = append(r.keys, groupKey{x: uint64(uint32(ents[i].source))<<32 | uint64(uint32(ents[i].value))})
	}
	groups := r.group()
	seen := int32(0)
	for i := range r.keys {
		// Groups are numbered by first appearance.
		if r.keys[i].group == seen && int(seen) < groups {
			r.values[ents[i].value].sources++
			seen++
		}
	}
}
