package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// unify fits actual argument types to declared ones of which some are
// polymorphic, and returns the declared types with those replaced, and the
// result type. It is PostgreSQL's enforce_generic_type_consistency, whose
// complaints have no position.
func unify(actual, declared []types.OID, result types.OID) ([]types.OID, types.OID, *sqlerr.Error) {
	if !slices.ContainsFunc(declared, types.IsPolymorphic) {
		return declared, result, nil // of input functions the result may be polymorphic all the same
	}
	p, err := newPoly(actual, declared)
	if err != nil {
		return nil, 0, err
	}
	if err := p.complete(); err != nil {
		return nil, 0, err
	}
	out := make([]types.OID, len(declared))
	for i, d := range declared {
		if out[i], err = p.argument(d, actual[i]); err != nil {
			return nil, 0, err
		}
	}
	result, err = p.resolve(result)
	return out, result, err
}

// consistent reports whether actual argument types can be those of declared
// ones. Literals whose type is open stand in nobody's way.
func consistent(actual, declared []types.OID) bool {
	_, err := newPoly(actual, declared)
	return err == nil
}

// poly is what the two families of polymorphic types have been found to be;
// 0 is what is not known.
type poly struct {
	family
	compat family
	common []types.OID // what arguments of the compatible family are
	enum   bool
}

// family is one family of polymorphic types: an element with the array, range
// and multirange over it. seen says that an argument is declared of it, and
// the others what is declared.
type family struct {
	elem, array, rng, multi types.OID
	seen, nonArray          bool
	wantRange, wantMulti    bool
}

func mismatch(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.DatatypeMismatch, format, args...)
}

func newPoly(actual, declared []types.OID) (*poly, *sqlerr.Error) {
	p := &poly{}
	for i, d := range declared {
		if err := p.note(d, actual[i]); err != nil {
			return nil, err
		}
	}
	if err := p.settle(); err != nil {
		return nil, err
	}
	return p, p.settleCompat()
}

// note takes one argument in.
func (p *poly) note(declared, actual types.OID) *sqlerr.Error {
	unknown := actual == types.OIDUnknown
	switch declared {
	case types.OIDAnyElement, types.OIDAnyNonArray, types.OIDAnyEnum:
		p.seen = true
		p.nonArray = p.nonArray || declared == types.OIDAnyNonArray
		p.enum = p.enum || declared == types.OIDAnyEnum
		return alike(&p.elem, actual, types.OIDAnyElement)
	case types.OIDAnyArray:
		p.seen = true
		return alike(&p.array, actual, declared)
	case types.OIDAnyRange:
		p.seen, p.wantRange = true, true
		return alike(&p.rng, actual, declared)
	case types.OIDAnyMultirange:
		p.seen, p.wantMulti = true, true
		return alike(&p.multi, actual, declared)
	case types.OIDAnyCompatible, types.OIDAnyCompatibleNonArray:
		p.compat.seen = true
		p.compat.nonArray = p.compat.nonArray || declared == types.OIDAnyCompatibleNonArray
		if !unknown {
			p.common = append(p.common, actual)
		}
	case types.OIDAnyCompatibleArray:
		p.compat.seen = true
		if unknown {
			return nil
		}
		e := types.ElemOf(actual)
		if e == 0 {
			return mismatch("argument declared %s is not an array but type %s", types.FormatTypeBare(declared), types.FormatTypeBare(actual))
		}
		p.common = append(p.common, e)
	case types.OIDAnyCompatibleRange:
		p.compat.seen, p.compat.wantRange = true, true
		return alike(&p.compat.rng, actual, declared)
	case types.OIDAnyCompatibleMultirange:
		p.compat.seen, p.compat.wantMulti = true, true
		return alike(&p.compat.multi, actual, declared)
	}
	return nil
}

// alike notes what arguments of one declared type are: all the same.
func alike(found *types.OID, actual, declared types.OID) *sqlerr.Error {
	if actual == types.OIDUnknown {
		return nil
	}
	if *found != 0 && *found != actual {
		return mismatch(`arguments declared "%s" are not all alike`, types.FormatTypeBare(declared)).
			WithDetail("%s versus %s", types.FormatTypeBare(*found), types.FormatTypeBare(actual))
	}
	*found = actual
	return nil
}

// agree derives a type from another one of the family, or holds it to it.
func agree(found *types.OID, derived, from, declaredFrom, declared types.OID) *sqlerr.Error {
	if *found == 0 {
		*found = derived
	}
	if *found == derived {
		return nil
	}
	return mismatch("argument declared %s is not consistent with argument declared %s",
		types.FormatTypeBare(declaredFrom), types.FormatTypeBare(declared)).
		WithDetail("%s versus %s", types.FormatTypeBare(from), types.FormatTypeBare(*found))
}

// settle derives the first family's types from each other.
func (p *poly) settle() *sqlerr.Error {
	if p.array != 0 && p.array != types.OIDAnyArray { // of pg_stats and the like: elements unknown
		e := types.ElemOf(p.array)
		if e == 0 {
			return mismatch("argument declared %s is not an array but type %s", "anyarray", types.FormatTypeBare(p.array))
		}
		if err := agree(&p.elem, e, p.array, types.OIDAnyArray, types.OIDAnyElement); err != nil {
			return err
		}
	}
	if err := p.settleRanges(types.OIDAnyRange, types.OIDAnyMultirange); err != nil {
		return err
	}
	if p.rng != 0 {
		if err := agree(&p.elem, types.RangeSubtype(p.rng), p.rng, types.OIDAnyRange, types.OIDAnyElement); err != nil {
			return err
		}
	}
	if p.nonArray && types.ElemOf(p.elem) != 0 {
		return mismatch("type matched to anynonarray is an array type: %s", types.FormatTypeBare(p.elem))
	}
	if ty, ok := types.Lookup(p.elem); p.enum && ok && ty.Kind != 'e' {
		return mismatch("type matched to anyenum is not an enum type: %s", types.FormatTypeBare(p.elem))
	}
	return nil
}

// settleRanges derives range and multirange from each other.
func (f *family) settleRanges(anyRange, anyMulti types.OID) *sqlerr.Error {
	if f.multi != 0 {
		r := types.RangeOf(f.multi)
		if r == 0 {
			return mismatch("argument declared %s is not a multirange type but type %s", types.FormatTypeBare(anyMulti), types.FormatTypeBare(f.multi))
		}
		if err := agree(&f.rng, r, f.multi, anyMulti, anyRange); err != nil {
			return err
		}
	}
	if f.rng == 0 {
		return nil
	}
	if !types.IsRange(f.rng) {
		return mismatch("argument declared %s is not a range type but type %s", types.FormatTypeBare(anyRange), types.FormatTypeBare(f.rng))
	}
	f.multi = types.MultirangeOf(f.rng)
	return nil
}

// settleCompat finds the common type of the compatible family.
func (p *poly) settleCompat() *sqlerr.Error {
	f := &p.compat
	if !f.seen {
		return nil
	}
	if err := f.settleRanges(types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange); err != nil {
		return err
	}
	if f.rng != 0 {
		p.common = append(p.common, types.RangeSubtype(f.rng))
	}
	f.elem = types.OIDText
	if len(p.common) > 0 {
		t, ok := commonType(p.common)
		if !ok {
			return mismatch("arguments of anycompatible family cannot be cast to a common type")
		}
		f.elem = t
	}
	if f.rng != 0 && types.RangeSubtype(f.rng) != f.elem {
		return mismatch("anycompatiblerange type %s does not match anycompatible type %s", types.FormatTypeBare(f.rng), types.FormatTypeBare(f.elem))
	}
	if f.nonArray && types.ElemOf(f.elem) != 0 {
		return mismatch("type matched to anycompatiblenonarray is an array type: %s", types.FormatTypeBare(f.elem))
	}
	return nil
}

// complete refuses what literals alone leave open.
func (p *poly) complete() *sqlerr.Error {
	if p.seen && p.elem == 0 && p.array == 0 {
		return mismatch("could not determine polymorphic type because input has type %s", "unknown")
	}
	for _, f := range []struct {
		fam        *family
		rng, multi types.OID
	}{{&p.family, types.OIDAnyRange, types.OIDAnyMultirange}, {&p.compat, types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange}} {
		if f.fam.wantRange && f.fam.rng == 0 {
			return undetermined(f.rng)
		}
		if f.fam.wantMulti && f.fam.multi == 0 {
			return undetermined(f.multi)
		}
	}
	return nil
}

func undetermined(declared types.OID) *sqlerr.Error {
	return mismatch("could not determine polymorphic type %s because input has type %s", types.FormatTypeBare(declared), "unknown")
}

// argument returns what a declared argument type stands for.
func (p *poly) argument(declared, given types.OID) (types.OID, *sqlerr.Error) {
	switch {
	case declared == types.OIDAny && given == types.OIDUnknown:
		return types.OIDText, nil
	case declared == types.OIDAny:
		return given, nil
	}
	return p.resolve(declared)
}

// resolve returns what a declared type stands for.
func (p *poly) resolve(declared types.OID) (types.OID, *sqlerr.Error) {
	t := declared
	switch declared {
	case types.OIDAnyElement, types.OIDAnyNonArray, types.OIDAnyEnum:
		t = p.elem
	case types.OIDAnyArray:
		if t = p.array; t == 0 {
			return arrayOver(p.elem)
		}
	case types.OIDAnyRange:
		t = p.rng
	case types.OIDAnyMultirange:
		t = p.multi
	case types.OIDAnyCompatible, types.OIDAnyCompatibleNonArray:
		t = p.compat.elem
	case types.OIDAnyCompatibleArray:
		return arrayOver(p.compat.elem)
	case types.OIDAnyCompatibleRange:
		t = p.compat.rng
	case types.OIDAnyCompatibleMultirange:
		t = p.compat.multi
	}
	if t == 0 {
		return declared, nil
	}
	return t, nil
}

func arrayOver(elem types.OID) (types.OID, *sqlerr.Error) {
	if a := types.ArrayOf(elem); a != 0 || elem == 0 {
		return a, nil
	}
	return 0, sqlerr.New(sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatTypeBare(elem))
}

// commonType is select_common_type's choice over types, none of them unknown
// unless all are; ok is false when there is none.
func commonType(in []types.OID) (types.OID, bool) {
	best := types.OIDUnknown
	for _, t := range in {
		switch {
		case t == types.OIDUnknown || t == best:
		case best == types.OIDUnknown:
			best = t
		case category(t) != category(best):
			return 0, false
		case !preferred(best) && canCoerce([]types.OID{best}, []types.OID{t}, implicit) &&
			!canCoerce([]types.OID{t}, []types.OID{best}, implicit):
			best = t
		}
	}
	if best == types.OIDUnknown {
		best = types.OIDText
	}
	for _, t := range in {
		if t != types.OIDUnknown && !canCoerce([]types.OID{t}, []types.OID{best}, implicit) {
			return best, false
		}
	}
	return best, true
}

// ResolvePolymorphic returns what a polymorphic type of a function's declaration stands
// for in a call.
func ResolvePolymorphic(actual, declared []types.OID, t types.OID) types.OID {
	_, out, err := unify(actual, declared, t)
	if err != nil {
		return t
	}
	return out
}
