package plan

import (
	"github.com/stemedb/stemedb/sql/types"
)

// Calls that belong to a query level are columns of it where they are run. To be
// printed they stay where they are written.

// shownPart is such an expression, which knows its parts.
type shownPart interface {
	Expr
	copied(g func(Expr) Expr, gs func([]Expr) []Expr) Expr
}

// shownAgg is an aggregate's call.
type shownAgg struct{ call AggCall }

// shownWindow is a call with OVER.
type shownWindow struct {
	call WindowCall
	over *windowDef
	star bool
}

// shownGrouping is GROUPING(…).
type shownGrouping struct{ args []Expr }

// Type methods.
func (e *shownAgg) Type() (types.OID, int32)      { return e.call.OID, -1 }
func (e *shownWindow) Type() (types.OID, int32)   { return e.call.OID, -1 }
func (e *shownGrouping) Type() (types.OID, int32) { return types.OIDInt4, -1 }

func (e *shownAgg) copied(g func(Expr) Expr, gs func([]Expr) []Expr) Expr {
	c := e.call
	c.Args, c.Direct, c.OrderBy, c.Filter = gs(c.Args), gs(c.Direct), nil, g(c.Filter)
	for _, k := range e.call.OrderBy {
		k.Expr = g(k.Expr)
		c.OrderBy = append(c.OrderBy, k)
	}
	return &shownAgg{c}
}

func (e *shownWindow) copied(g func(Expr) Expr, gs func([]Expr) []Expr) Expr {
	c := *e
	c.call.Args, c.call.Filter = gs(c.call.Args), g(c.call.Filter)
	return &c
}

func (e *shownGrouping) copied(_ func(Expr) Expr, gs func([]Expr) []Expr) Expr {
	return &shownGrouping{gs(e.args)}
}

func (e *collated) copied(g func(Expr) Expr, _ func([]Expr) []Expr) Expr {
	return &collated{g(e.Arg), e.Name}
}
