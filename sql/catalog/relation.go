package catalog

import (
	"maps"

	"github.com/stemedb/stemedb/sql/types"
)

// Relation declares one relation: everything that binder, executor, catalogs
// and documentation know of it comes from here.
type Relation struct {
	OID     types.OID
	Schema  string
	Name    string
	Owner   types.OID // the role; 0: the superuser that is always there
	Kind    byte      // pg_class.relkind: 'r', 'v', 'i', 'S'
	Store   Store
	Columns []Column
	Key     []int // primary key columns, 0-based
	Comment string
	Indexes []Index
	// Lens is the lens's name for a relation of a lens schema (Store
	// LensStore): Name of public under that lens.
	Lens string
	// Table is the state table's number (Store StateStore), and Virtual the
	// row source (Store VirtualStore).
	Table   uint16
	Virtual VirtualTable
	// Domain is set for a domain that a statement made (Kind 'd', Store TypeStore): what
	// has to do with its storage and transactions is that of relations, but it is none.
	Domain *Domain
	// View is the query of a view that a statement made (Store ViewStore).
	View *View
	// Sequence is set for a sequence of the session (Kind 'S').
	Sequence *Sequence
	// Checks are the CHECK constraints of a session's table, by name.
	Checks []Check
	// Foreign are the foreign keys to other relations.
	Foreign []ForeignKey
	// OnCommit says what a commit does to a session's table.
	OnCommit OnCommit
	// Grants are the lists of privileges that statements gave to a session's relation, 0,
	// and its columns, counted from 1.
	Grants map[int32]types.ACL
	// Writer is the number of the transaction that declared a session's relation, as it
	// is now; 0: of another relation.
	Writer int64
	// Remarks are comments on what belongs to a session's relation and has an OID of its
	// own: constraints, indexes, a domain.
	Remarks map[CommentKey]string
}

// OwnerOID is the role that owns the relation.
func (r *Relation) OwnerOID() types.OID {
	if r.Owner == 0 {
		return OIDSuperuser
	}
	return r.Owner
}

// OwnedBy is the relation with another owner.
func (r *Relation) OwnedBy(role types.OID) *Relation {
	out := *r
	if out.Domain != nil {
		d := *out.Domain
		out.Domain = &d
	}
	out.SetOwner(role)
	out.Grants = maps.Clone(r.Grants)
	for sub, acl := range r.Grants {
		out.Grants[sub] = acl.Give(r.OwnerOID(), role)
	}
	return &out
}

// SetOwner makes a role the owner of a relation that nobody else knows yet.
func (r *Relation) SetOwner(role types.OID) {
	r.Owner = role
	if r.Domain != nil {
		r.Domain.Owner = role
	}
}

// KindWord is what messages call the relation: table, view or sequence.
func (r *Relation) KindWord() string {
	switch r.Kind {
	case 'v':
		return "view"
	case 'S':
		return "sequence"
	}
	return "table"
}

// Check declares a CHECK constraint.
type Check struct {
	OID     types.OID
	Name    string
	Expr    string // as SQL text
	Shown   Shown
	Columns []int // that it names
	// NotValid says that what was there before the constraint was not checked.
	NotValid bool `json:",omitempty"`
}

// OnCommit is what a commit does to a temporary table.
type OnCommit uint8

// The kinds of ON COMMIT.
const (
	PreserveRows OnCommit = iota
	DeleteRows
	DropTable
)

// Store says where a relation's rows come from.
type Store uint8

// The stores.
const (
	ClaimStore   Store = iota // public.assertions
	StateStore                // sources, source_classes: versioned rows of the meta group
	VirtualStore              // pg_catalog, information_schema
	LensStore                 // <lens>.assertions
	SessionStore              // pg_temp: temporary tables, in the session's memory
	ViewStore                 // views that statements made
	TypeStore                 // domains that statements made, which have no rows
)

// Column declares one column.
type Column struct {
	Name    string
	Type    types.OID
	Typmod  int32
	NotNull bool
	// Domain is the domain that the column is of, or the type of arrays of one, where
	// Type and Typmod are what its values are; 0: it is of Type.
	Domain types.OID
	// Collation is that of its values, where it is not their type's own; 0: it is.
	Collation types.OID
	// Default is the default as SQL text for the catalogs; the value itself is
	// computed where rows are made. Empty: none.
	Default string
	// Generated columns are set by the server from Expr and refuse a written value.
	Generated bool
	// Identity is 'a' or 'd' of a column GENERATED ALWAYS or BY DEFAULT AS
	// IDENTITY; 0: none. Sequence is the sequence that it, or a serial column,
	// takes its values from; 0: none.
	Identity byte
	Sequence types.OID
	// DefaultOID is the default's own OID in pg_attrdef (SessionStore).
	DefaultOID types.OID
	// Expr says, as SQL text for the catalogs, how a Generated column follows
	// from the others.
	Expr    string
	Shown   Shown // Default or Expr of a session's table
	Comment string
}

// Shown is an expression as the catalogs show it: plainly, and without the
// parentheses that are not needed. Empty: as it was written.
type Shown struct{ Plain, Pretty string }

// ColumnIndex returns the 0-based number of a column, or -1.
func (r *Relation) ColumnIndex(name string) int {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return i
		}
	}
	return -1
}
