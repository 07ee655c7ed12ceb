package catalog

import (
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// proc is one row of pg_proc: a function of the library, or one that exists
// only because a type's row names it (type I/O that is done without a call).
type proc struct {
	oid      types.OID
	name     string
	args     []types.OID
	ret      types.OID
	doc      string
	volatile byte
	fn       *functions.Func // nil: named by types only
}

// buildProcs lists the rows of pg_proc by OID.
func buildProcs() []proc {
	var out []proc
	have := map[types.OID]bool{}
	for _, f := range functions.All() {
		out = append(out, proc{f.OID, f.Name, f.Args, f.Ret, f.Doc, f.Volatility, f})
		have[f.OID] = true
	}
	add := func(f types.Fn, ret types.OID, doc string, args ...types.OID) {
		if f.OID != 0 && !have[f.OID] {
			have[f.OID] = true
			out = append(out, proc{oid: f.OID, name: f.Name, args: args, ret: ret, doc: doc, volatile: 's'})
		}
	}
	for i := range types.All() {
		t := &types.All()[i]
		// The shared functions of all arrays, ranges and the like are declared
		// on the pseudo-type.
		self := ioType(t)
		add(t.Input, self, "I/O", inputArgs(t)...)
		add(t.Output, types.OIDCString, "I/O", self)
		add(t.Receive, self, "I/O", append([]types.OID{types.OIDInternal}, inputArgs(t)[1:]...)...)
		add(t.Send, types.OIDBytea, "I/O", self)
		add(t.TypmodIn, types.OIDInt4, "I/O typmod", types.OIDCStringArray)
		add(t.TypmodOut, types.OIDCString, "I/O typmod", types.OIDInt4)
		add(t.Analyze, types.OIDBool, "typanalyze", types.OIDInternal)
		add(t.Subscript, types.OIDInternal, "standard subscripting support", types.OIDInternal)
	}
	add(domainIO[0], types.OIDAny, "I/O", types.OIDCString, types.OIDOID, types.OIDInt4)
	add(domainIO[1], types.OIDAny, "I/O", types.OIDInternal, types.OIDOID, types.OIDInt4)
	for _, a := range accessMethods {
		add(types.Fn{OID: a.handlerOID, Name: a.handler}, a.handlerType, a.comment+" handler", types.OIDInternal)
	}
	for _, l := range languages {
		add(types.Fn{OID: l.validatorOID, Name: l.validator}, types.OIDVoid, "(internal)", types.OIDOID)
	}
	slices.SortFunc(out, func(a, b proc) int { return int(int64(a.oid) - int64(b.oid)) })
	return out
}

// ioType is the type that a type's I/O functions are declared on.
func ioType(t *types.Type) types.OID {
	switch {
	case t.Input.Name == "array_in":
		return types.OIDAnyArray
	case t.Input.Name == "record_in":
		return types.OIDRecord
	case t.Kind == 'r':
		return types.OIDAnyRange
	case t.Kind == 'm':
		return types.OIDAnyMultirange
	}
	return t.OID
}

// inputArgs are the arguments of a type's input function: with the element
// type and modifier where the type has such.
func inputArgs(t *types.Type) []types.OID {
	if t.TypmodIn.OID != 0 || t.Kind == 'r' || t.Kind == 'm' || t.Kind == 'c' || types.IsArray(t.OID) && t.Input.Name == "array_in" {
		return []types.OID{types.OIDCString, types.OIDOID, types.OIDInt4}
	}
	return []types.OID{types.OIDCString}
}
