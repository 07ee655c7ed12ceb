package plan

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// unify fits actual argument types to declared ones of which some are
// polymorphic, and returns the declared types with those replaced, and the
// result type. It is PostgreSQL's enforce_generic_type_consistency.
func unify(actual, declared []types.OID, result types.OID, name func() string) ([]types.OID, types.OID, *sqlerr.Error) {
	var p poly
	for i, d := range declared {
		if err := p.note(d, actual[i]); err != nil {
			return nil, 0, err
		}
	}
	if err := p.settle(); err != nil {
		return nil, 0, err
	}
	out := make([]types.OID, len(declared))
	for i, d := range declared {
		out[i] = p.actual(d, actual[i])
	}
	return out, p.result(result), nil
}

// poly is what the two families of polymorphic types have been found to be.
type poly struct {
	elem, array      types.OID // anyelement, anyarray
	rng              types.OID
	nonArray         bool
	seen             bool // any of the family was declared
	compat           []types.OID
	compatElem       types.OID
	compatSeen       bool
	compatNonArray   bool
	unknownElem      bool
	compatArraySeen  bool
	compatRangeInput types.OID
}

func mismatch(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.DatatypeMismatch, format, args...)
}

// note takes one argument in.
func (p *poly) note(declared, actual types.OID) *sqlerr.Error {
	switch declared {
	case types.OIDAnyElement, types.OIDAnyNonArray, types.OIDAnyEnum:
		p.seen = true
		p.nonArray = p.nonArray || declared == types.OIDAnyNonArray
		return p.noteElem(actual)
	case types.OIDAnyArray:
		p.seen = true
		return p.noteArray(actual)
	case types.OIDAnyRange, types.OIDAnyMultirange:
		p.seen = true
		if actual == types.OIDUnknown {
			return nil
		}
		if types.RangeSubtype(actual) == 0 {
			return mismatch("argument declared %s is not a range type but type %s", types.FormatTypeBare(declared), types.FormatTypeBare(actual))
		}
		p.rng = actual
		return p.noteElem(types.RangeSubtype(actual))
	case types.OIDAnyCompatible, types.OIDAnyCompatibleNonArray:
		p.compatSeen = true
		p.compatNonArray = p.compatNonArray || declared == types.OIDAnyCompatibleNonArray
		if actual != types.OIDUnknown {
			p.compat = append(p.compat, actual)
		}
	case types.OIDAnyCompatibleArray:
		p.compatSeen, p.compatArraySeen = true, true
		if actual == types.OIDUnknown {
			return nil
		}
		e := types.ElemOf(actual)
		if e == 0 {
			return mismatch("argument declared %s is not an array but type %s", "anycompatiblearray", types.FormatTypeBare(actual))
		}
		p.compat = append(p.compat, e)
	case types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange:
		p.compatSeen = true
		if e := types.RangeSubtype(actual); e != 0 {
			p.compat = append(p.compat, e)
			p.compatRangeInput = actual
		}
	}
	return nil
}

func (p *poly) noteElem(actual types.OID) *sqlerr.Error {
	if actual == types.OIDUnknown {
		return nil
	}
	if p.elem != 0 && p.elem != actual {
		return mismatch(`arguments declared "%s" are not all alike`, "anyelement").
			WithDetail("%s versus %s", types.FormatTypeBare(p.elem), types.FormatTypeBare(actual))
	}
	p.elem = actual
	return nil
}

func (p *poly) noteArray(actual types.OID) *sqlerr.Error {
	if actual == types.OIDUnknown {
		return nil
	}
	if actual == types.OIDAnyArray { // a value of pg_stats and the like: elements unknown
		p.array = actual
		return nil
	}
	if types.ElemOf(actual) == 0 {
		return mismatch("argument declared %s is not an array but type %s", "anyarray", types.FormatTypeBare(actual))
	}
	if p.array != 0 && p.array != actual {
		return mismatch(`arguments declared "%s" are not all alike`, "anyarray").
			WithDetail("%s versus %s", types.FormatTypeBare(p.array), types.FormatTypeBare(actual))
	}
	p.array = actual
	return nil
}

// settle derives the families' element types.
func (p *poly) settle() *sqlerr.Error {
	if p.array != 0 && p.array != types.OIDAnyArray {
		e := types.ElemOf(p.array)
		if p.elem == 0 {
			p.elem = e
		} else if p.elem != e {
			return mismatch("argument declared %s is not consistent with argument declared %s", "anyarray", "anyelement").
				WithDetail("%s versus %s", types.FormatTypeBare(p.array), types.FormatTypeBare(p.elem))
		}
	}
	if p.seen && p.elem == 0 && p.array == 0 {
		if p.rng == 0 {
			p.unknownElem = true
		}
	}
	if p.nonArray && p.elem != 0 && types.ElemOf(p.elem) != 0 {
		return mismatch("type matched to anynonarray is an array type: %s", types.FormatTypeBare(p.elem))
	}
	if p.compatSeen {
		p.compatElem = types.OIDText
		if len(p.compat) > 0 {
			t, ok := commonType(p.compat)
			if !ok {
				return mismatch("arguments of anycompatible family cannot be cast to a common type")
			}
			p.compatElem = t
		}
		if p.compatNonArray && types.ElemOf(p.compatElem) != 0 {
			return mismatch("type matched to anycompatiblenonarray is an array type: %s", types.FormatTypeBare(p.compatElem))
		}
	}
	return nil
}

// actual returns what a declared argument type stands for.
func (p *poly) actual(declared, given types.OID) types.OID {
	switch declared {
	case types.OIDAnyElement, types.OIDAnyNonArray, types.OIDAnyEnum, types.OIDAnyArray, types.OIDAnyRange, types.OIDAnyMultirange:
		if p.unknownElem {
			// Only unknown literals: they are text, where the function can work
			// with that; given stays unknown for the caller to complain.
			if declared == types.OIDAnyArray {
				return types.OIDTextArray
			}
			return types.OIDText
		}
		if given != types.OIDUnknown {
			return given
		}
	}
	if r := p.result(declared); r != declared {
		return r
	}
	if declared == types.OIDAny && given == types.OIDUnknown {
		return types.OIDText
	}
	if declared == types.OIDAny {
		return given
	}
	return declared
}

// result returns what a declared result type stands for.
func (p *poly) result(declared types.OID) types.OID {
	switch declared {
	case types.OIDAnyElement, types.OIDAnyNonArray, types.OIDAnyEnum:
		if p.elem != 0 {
			return p.elem
		}
		if p.unknownElem {
			return types.OIDText
		}
	case types.OIDAnyArray:
		if p.array != 0 {
			return p.array
		}
		if p.elem != 0 {
			return types.ArrayOf(p.elem)
		}
		return types.OIDTextArray
	case types.OIDAnyRange, types.OIDAnyMultirange:
		if p.rng != 0 {
			return p.rng
		}
	case types.OIDAnyCompatible, types.OIDAnyCompatibleNonArray:
		return p.compatElem
	case types.OIDAnyCompatibleArray:
		return types.ArrayOf(p.compatElem)
	case types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange:
		return p.compatRangeInput
	}
	return declared
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
