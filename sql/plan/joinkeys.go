package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// joinKeys takes equalities between the sides of joins out of their conditions
// and makes hash keys of them.
func (b *binder) joinKeys(r rel) rel {
	b.step()
	kids(r, b.joinKeys)
	j, ok := r.(*rJoin)
	if !ok || lateral(j) {
		return r
	}
	left, right := outSet(j.left), outSet(j.right)
	if j.kind == FullJoin && !fullJoinable(j, left, right) {
		fail(sqlerr.New(sqlerr.FeatureNotSupported, "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions"))
	}
	var rest []Expr
	for _, c := range conjuncts(j.on) {
		l, k := b.equality(c, left, right)
		if l == nil {
			rest = append(rest, c)
			continue
		}
		j.leftKeys = append(j.leftKeys, l)
		j.rightKeys = append(j.rightKeys, k)
	}
	j.on = conjunction(rest)
	return j
}

// fullJoinable says whether PostgreSQL can run a full join: by an equality
// between the sides, or with constants for conditions.
func fullJoinable(j *rJoin, left, right *colSet) bool {
	constant := true
	for _, c := range conjuncts(j.on) {
		if l, _ := sides(c, left, right); l != nil && functions.Comparable(typeOf(l), false) {
			return true
		}
		_, ok := c.(*Const)
		constant = constant && ok
	}
	return constant
}

// sides recognises left-expression = right-expression and returns both, or
// nil.
func sides(c Expr, left, right *colSet) (l, r Expr) {
	call, ok := c.(*Call)
	if !ok || call.Op != "=" || len(call.Args) != 2 || holdsSubquery(c) || volatility(c) == 'v' {
		return nil, nil
	}
	l, r = call.Args[0], call.Args[1]
	lc, rc := colsOf(l), colsOf(r)
	switch {
	case within1(lc, right) && within1(rc, left):
		return r, l
	case within1(lc, left) && within1(rc, right):
		return l, r
	}
	return nil, nil
}

// equality recognises left-expression = right-expression of types whose equal
// values can be made equal values of one type, and returns both as of that, or
// nil.
func (b *binder) equality(c Expr, left, right *colSet) (l, r Expr) {
	if l, r = sides(c, left, right); l == nil {
		return nil, nil
	}
	t := keyType(typeOf(l), typeOf(r))
	if t == 0 {
		return nil, nil
	}
	if l, r = b.asKey(l, t), b.asKey(r, t); l == nil || r == nil {
		return nil, nil
	}
	return l, r
}

// keyType is the type as which values of two types are hashed, where there is an
// equality between them; 0: none. Conversion to it must be exact.
func keyType(l, r types.OID) types.OID {
	has := func(a, b types.OID) bool { return l == a && r == b || l == b && r == a }
	switch {
	case l == r && !functions.Comparable(l, false):
		return 0 // "=" of boxes compares areas
	case l == r:
		return l
	case isInt(l) && isInt(r):
		return []types.OID{types.OIDInt2, types.OIDInt4, types.OIDInt8}[max(rank(l), rank(r))]
	case has(types.OIDFloat4, types.OIDFloat8):
		return types.OIDFloat8
	case has(types.OIDName, types.OIDText):
		return types.OIDText
	case has(types.OIDDate, types.OIDTimestamp):
		return types.OIDTimestamp
	}
	return 0
}

// asKey makes a key of a type of an expression. A date that no timestamp can
// equal becomes NULL, which equals nothing either.
func (b *binder) asKey(e Expr, t types.OID) Expr {
	if typeOf(e) != types.OIDDate || t != types.OIDTimestamp {
		return b.coerce(e, t, -1, implicit)
	}
	date := func(days int64) Expr { return &Const{Value: types.Int(days), OID: types.OIDDate, Typmod: -1} }
	fits := &BoolOp{Op: Or, Args: []Expr{b.binary("<", e, date(afterTimestamps), -1), b.binary("=", e, date(types.DateInfinity), -1)}}
	return &Case{Whens: []When{{Cond: fits, Result: b.coerce(e, t, -1, implicit)}}, OID: t}
}

// afterTimestamps is the first date after the last timestamp, 294277-01-01, in
// days from 2000-01-01.
const afterTimestamps = 106751983

// within1 is within, of at least one.
func within1(s, t *colSet) bool { return !s.empty() && s.within(t) }

func isInt(t types.OID) bool { return rank(t) >= 0 }

func rank(t types.OID) int {
	switch t {
	case types.OIDInt2:
		return 0
	case types.OIDInt4:
		return 1
	case types.OIDInt8:
		return 2
	}
	return -1
}
