package catalog

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// ForeignKey declares that columns have values of another relation's key.
type ForeignKey struct {
	OID        types.OID
	Name       string
	Columns    []int
	Ref        types.OID
	RefColumns []int
	RefIndex   types.OID // of the key that is meant
	// Converts says of which columns the values are compared as values of the type
	// of the column that they refer to; nil: of none.
	Converts []bool
	// Full is MATCH FULL: all columns are NULL, or none is.
	Full bool
	// OnUpdate and OnDelete are what is done when the row that is referred to
	// changes or goes; the zero value is NO ACTION.
	OnUpdate, OnDelete RefAction
	// SetColumns are the columns that ON DELETE SET NULL and SET DEFAULT set; nil:
	// all.
	SetColumns []int
	// Deferrable checks can wait for the end of the transaction, and do so from
	// its start when Deferred is set.
	Deferrable, Deferred bool
	// NotValid says that rows from before the constraint may violate it.
	NotValid bool
}

// WithoutForeign is the relation without the foreign keys of which drop says so;
// itself, when there are none.
func (r *Relation) WithoutForeign(drop func(*ForeignKey) bool) *Relation {
	if !slices.ContainsFunc(r.Foreign, func(k ForeignKey) bool { return drop(&k) }) {
		return r
	}
	c := *r
	c.Foreign = slices.DeleteFunc(slices.Clone(r.Foreign), func(k ForeignKey) bool { return drop(&k) })
	return &c
}

// ColumnNames are the names of columns, with commas.
func (r *Relation) ColumnNames(cols []int) string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = r.Columns[c].Name
	}
	return strings.Join(names, ", ")
}

// RefAction is what a foreign key does with rows whose reference is lost, as
// pg_constraint has it; 0 is NO ACTION.
type RefAction byte

// The actions.
const (
	NoAction   RefAction = 'a'
	Restrict   RefAction = 'r'
	Cascade    RefAction = 'c'
	SetNull    RefAction = 'n'
	SetDefault RefAction = 'd'
)

// Or is the action, NO ACTION when none was said.
func (a RefAction) Or() RefAction {
	if a == 0 {
		return NoAction
	}
	return a
}

// refActionWords are the actions' names.
var refActionWords = map[RefAction]string{NoAction: "NO ACTION", Restrict: "RESTRICT", Cascade: "CASCADE", SetNull: "SET NULL", SetDefault: "SET DEFAULT"}

// foreignDef is what a foreign key says behind its columns.
func (k *constraint) foreignDef() string {
	f := k.foreign
	ref := functions.QuoteIdent(k.ref.Name)
	def := " REFERENCES " + ref + "(" + columnList(k.ref, k.refCols) + ")"
	if f.Full {
		def += " MATCH FULL"
	}
	if a := f.OnUpdate.Or(); a != NoAction {
		def += " ON UPDATE " + refActionWords[a]
	}
	if a := f.OnDelete.Or(); a != NoAction {
		def += " ON DELETE " + refActionWords[a]
	}
	if len(f.SetColumns) > 0 {
		def += " (" + columnList(k.rel, f.SetColumns) + ")"
	}
	if f.Deferrable {
		def += " DEFERRABLE"
	}
	if f.Deferred {
		def += " INITIALLY DEFERRED"
	}
	if f.NotValid {
		def += " NOT VALID"
	}
	return def
}

// equality is the operator that compares a value of one type with one of another; 0:
// there is none.
func equality(left, right types.OID) types.OID {
	for _, op := range functions.Operators("=") {
		if op.Left == left && op.Right == right {
			return op.OID
		}
	}
	return 0
}

// comparedAs is the type whose operators compare values of a type.
func comparedAs(t types.OID) types.OID {
	switch t {
	case types.OIDVarchar:
		return types.OIDText
	case types.OIDCIDR:
		return types.OIDInet
	}
	return t
}

// equalities are the operators that compare the columns of a foreign key with
// those of the key it refers to, those that compare the latter, and the former.
func (k *constraint) equalities() (pf, pp, ff types.Datum) {
	var lists [3][]types.Datum
	for i, col := range k.cols {
		f, p := comparedAs(k.rel.Columns[col].Type), comparedAs(k.ref.Columns[k.refCols[i]].Type)
		both, own := equality(p, f), equality(f, f)
		if both == 0 { // the value is converted to the type of the key
			both, own = equality(p, p), equality(p, p)
		}
		for n, op := range []types.OID{both, equality(p, p), own} {
			lists[n] = append(lists[n], oid(op))
		}
	}
	return array(types.OIDOID, lists[0]...), array(types.OIDOID, lists[1]...), array(types.OIDOID, lists[2]...)
}

// refConstraint is the constraint whose key a foreign key refers to, with the places
// that the key's columns have in it; nil: it is an index only.
func (c *Catalog) refConstraint(k *constraint) *constraint {
	for i := range c.constraints {
		if u := &c.constraints[i]; u.kind != 'f' && u.kind != 'c' && u.index == k.index {
			return u
		}
	}
	return nil
}

// placeInKey is where the n-th column of a foreign key refers to in the key, from 1;
// 0: the key is that of an index only.
func (c *Catalog) placeInKey(k *constraint, n int) int {
	u := c.refConstraint(k)
	if u == nil {
		return 0
	}
	return slices.Index(u.cols, k.refCols[n]) + 1
}
