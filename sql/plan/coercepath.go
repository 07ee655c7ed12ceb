package plan

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// castContext says how much a cast may do, as pg_cast.castcontext does.
type castContext uint8

const (
	implicit castContext = iota
	assignment
	explicit
)

// pathKind is a way from one type to another.
type pathKind uint8

const (
	noPath pathKind = iota
	relabel
	byFunc
	byText
	byElement
)

// castPath finds the way from a type to another that the context allows.
func castPath(source, target types.OID, ctx castContext) (pathKind, *functions.Cast) {
	if source == target {
		return relabel, nil
	}
	if c, ok := functions.CastBetween(source, target); ok {
		if !allowed(c.Context, ctx) {
			return noPath, nil
		}
		switch c.Method {
		case 'f':
			return byFunc, c
		case 'i':
			return byText, c
		}
		return relabel, c
	}
	// The vectors are arrays for many purposes, but not targets of this one:
	// they would capture what should go to real arrays.
	vector := target == types.OIDOIDVector || target == types.OIDInt2Vector
	if se, te := types.ElemOf(source), types.ElemOf(target); se != 0 && te != 0 && !vector {
		if k, c := castPath(se, te, ctx); k != noPath {
			return byElement, c
		}
	}
	// Casts to and from strings go through the text form: to them on
	// assignment, from them when written.
	if ctx >= assignment && category(target) == 'S' || ctx >= explicit && category(source) == 'S' {
		return byText, nil
	}
	return noPath, nil
}

func allowed(declared byte, ctx castContext) bool {
	switch declared {
	case 'i':
		return true
	case 'a':
		return ctx >= assignment
	}
	return ctx >= explicit
}

// category returns pg_type.typcategory.
func category(t types.OID) byte {
	if ty, ok := types.Lookup(t); ok {
		return ty.Category
	}
	return 'X'
}

// preferred reports whether t is its category's preferred type.
func preferred(t types.OID) bool {
	ty, ok := types.Lookup(t)
	return ok && ty.Preferred
}

// isPseudo reports whether t takes values of several types.
func takesAny(t types.OID) bool { return t == types.OIDAny || types.IsPolymorphic(t) }

// hasInput reports whether a literal for a polymorphic type goes to its input
// function, which refuses it, and does not stay as it is.
func hasInput(t types.OID) bool {
	switch t {
	case types.OIDAnyArray, types.OIDAnyEnum, types.OIDAnyRange, types.OIDAnyMultirange,
		types.OIDAnyCompatibleArray, types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange:
		return true
	}
	return false
}

// canCoerce reports whether arguments of types in may go where the types out
// are declared. Polymorphic ones are checked for agreeing with each other.
func canCoerce(in, out []types.OID, ctx castContext) bool {
	generic := false
	for i, t := range out {
		s := in[i]
		switch {
		case s == t, t == types.OIDAny:
		case types.IsPolymorphic(t):
			generic = true
		case s == types.OIDUnknown:
		case s == types.OIDRecord && isRow(t), t == types.OIDRecord && isRow(s),
			t == types.OIDRecordArray && types.ElemOf(s) != 0 && isRow(types.ElemOf(s)):
		default:
			if k, _ := castPath(s, t, ctx); k == noPath {
				return false
			}
		}
	}
	if generic {
		return consistent(in, out)
	}
	return true
}

// isRow reports whether t is a row type.
func isRow(t types.OID) bool {
	if t == types.OIDRecord {
		return true
	}
	ty, ok := types.Lookup(t)
	return ok && ty.Kind == 'c'
}
