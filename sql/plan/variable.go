package plan

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Variables are names that stand for parameters of a statement: the arguments of a
// function in its body, the variables of a block. They lie outside of the outermost
// query.
type Variables interface {
	// Variable finds what a dotted name, or its first parts, means.
	Variable(names []string) (Variable, bool)
	// Conflict says what a name means that is a column's too.
	Conflict() VariableConflict
}

// NumberedVariables are Variables of which some are known as $n too: a statement around
// which they are has no parameters beside.
type NumberedVariables interface {
	Variables
	// Numbered finds what $n means, from 1.
	Numbered(n int) (Variable, bool)
}

// VariableConflict is what a name means that a column and a variable have.
type VariableConflict uint8

// The ways to settle such a conflict.
const (
	UseColumn VariableConflict = iota
	UseVariable
	RefuseBoth
)

// Variable is a name that stands for a parameter.
type Variable struct {
	Param int // from 0
	OID   types.OID
	// Domain is the domain that it is of, or the type of arrays of one; 0: none.
	Domain types.OID
	// Parts says how many parts of the name it is; those behind them are fields.
	Parts int
	// Row describes the fields of a record; nil: they are not known.
	Row *types.Record
}

// variable binds a dotted name as a variable; nil: it is none.
func (s *scope) variable(names []string, location int32) Expr {
	b := s.b
	if b.ctx.Variables == nil || b.within != nil { // a view's query knows of none
		return nil
	}
	v, ok := b.ctx.Variables.Variable(names)
	if !ok {
		return nil
	}
	e := b.variable(v, location)
	for _, name := range names[v.Parts:] {
		e = b.field(e, name, location)
	}
	return e
}

// variable is the parameter that a variable is.
func (b *binder) variable(v Variable, location int32) Expr {
	for len(b.params) <= v.Param {
		b.params = append(b.params, 0)
	}
	b.params[v.Param] = v.OID
	e := &Param{Index: v.Param, OID: v.OID}
	b.loc[e] = location
	if v.Row != nil {
		b.shape(e, &rowShape{names: v.Row.Names, types: v.Row.Types, typmods: slices.Repeat([]int32{-1}, len(v.Row.Types))})
	}
	if v.Domain != 0 {
		if b.domains == nil {
			b.domains = map[Expr]types.OID{}
		}
		b.domains[e] = v.Domain
	}
	return e
}

// variableRef binds a dotted name as a variable where that is what it means, for there
// may be a column of that name too; nil: it is not.
func (s *scope) variableRef(names []string, location int32) Expr {
	how := s.b.ctx.Variables.Conflict()
	if how == UseVariable {
		return s.variable(names, location)
	}
	column := s.namesColumn(names, location)
	if column && how == UseColumn {
		return nil
	}
	e := s.variable(names, location)
	if column && e != nil {
		fail(s.b.at(location, sqlerr.New(sqlerr.AmbiguousColumn, `column reference "%s" is ambiguous`, strings.Join(names, ".")).
			WithDetail("It could refer to either a PL/pgSQL variable or a table column.")))
	}
	return e
}

// namesColumn reports whether the FROM items have what a dotted name says.
func (s *scope) namesColumn(names []string, location int32) bool {
	if len(names) == 1 {
		return s.columnOrRow(names[0], location) != nil
	}
	schema, table := "", names[len(names)-2]
	if len(names) > 2 {
		schema = names[len(names)-3]
	}
	it := s.item(schema, table, location)
	return it != nil && (it.has(names[len(names)-1]) || s.systemColumn(it, names[len(names)-1], location) != nil)
}
