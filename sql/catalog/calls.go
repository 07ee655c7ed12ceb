package catalog

import (
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Calls are the functions, made by statements, that the text of an object calls: what
// their names meant when it was made.
type Calls []CallUse

// CallUse is a function as a text names it.
type CallUse struct {
	Written string // with its schema, if that was written
	OID     types.OID
}

// With is the calls with another.
func (c Calls) With(written string, oid types.OID) Calls {
	if slices.Contains(c, CallUse{written, oid}) {
		return c
	}
	return append(c, CallUse{written, oid})
}

// Named lists the functions that a name means in the text.
func (c Calls) Named(find func(types.OID) (*functions.Func, bool), written string) []*functions.Func {
	var out []*functions.Func
	for _, u := range c {
		if u.Written != written {
			continue
		}
		if f, ok := find(u.OID); ok {
			out = append(out, f)
		}
	}
	return out
}

// Has reports whether a function is among them.
func (c Calls) Has(oid types.OID) bool {
	return slices.ContainsFunc(c, func(u CallUse) bool { return u.OID == oid })
}
