package plan

import (
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
		if l, _ := sides(c, left, right); l != nil {
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

// equality recognises left-expression = right-expression of one hashable type
// and returns both, or nil.
func (b *binder) equality(c Expr, left, right *colSet) (l, r Expr) {
	if l, r = sides(c, left, right); l == nil {
		return nil, nil
	}
	lt, rt := typeOf(l), typeOf(r)
	if lt == rt {
		return l, r
	}
	// int4 = int8 and the like: compare as the wider of the two.
	if !isInt(lt) || !isInt(rt) {
		return nil, nil
	}
	wide := max(rank(lt), rank(rt))
	t := []types.OID{types.OIDInt2, types.OIDInt4, types.OIDInt8}[wide]
	if l, r = b.coerce(l, t, -1, implicit), b.coerce(r, t, -1, implicit); l == nil || r == nil {
		return nil, nil
	}
	return l, r
}

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
