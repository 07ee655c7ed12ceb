package catalog

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// What statements make (views, comments, roles) is stored in state tables and
// laid over the declared catalog as a Layer, which sessions share.

// View is a view's query, bound anew wherever it is used.
type View struct {
	// Query is a SELECT statement in normalised text. Relations stand in it as
	// they were called when the view was made; Uses says what they mean.
	Query string
	// Uses are the relations that the query names.
	Uses []Use
	// Calls are the functions that it calls and that statements made.
	Calls Calls `json:",omitempty"`
	// Rule is the OID of the view's row in pg_rewrite.
	Rule types.OID
	// Types are the domains that the query names.
	Types []Use `json:",omitempty"`
	// Literals are read as when the view was made.
	Made  time.Time
	Order types.DateOrder
	Zone  string
	// Options are its storage parameters as pg_class.reloptions has them, "name=value".
	Options []string `json:",omitempty"`
}

// Use is a relation that a view's query names, as it was when the view was
// made: columns that came later are not seen, and those that were renamed go by
// their old names.
type Use struct {
	Schema, Name string // as the query writes them; Schema may be empty
	OID          types.OID
	Columns      []string
	Named        []int // the columns that the query names, from 0
}

// Renumber is the use of a relation whose columns have gone where kept says, -1
// of those that are gone.
func (u Use) Renumber(kept []int) Use {
	out := Use{Schema: u.Schema, Name: u.Name, OID: u.OID}
	for i, name := range u.Columns {
		if kept[i] >= 0 {
			out.Columns = append(out.Columns, name)
		}
	}
	for _, i := range u.Named {
		if kept[i] >= 0 {
			out.Named = append(out.Named, kept[i])
		}
	}
	return out
}

// Find returns the relation that the query means by a name.
func (v *View) Find(schema, name string) (*Use, bool) {
	i := slices.IndexFunc(v.Uses, func(u Use) bool { return u.Schema == schema && u.Name == name })
	if i < 0 {
		return nil, false
	}
	return &v.Uses[i], true
}

// DependsOn reports whether the view's query names a relation or a domain, and, with
// column >= 0, that column of it.
func (v *View) DependsOn(rel types.OID, column int) bool {
	if column < 0 && slices.ContainsFunc(v.Types, func(u Use) bool { return u.OID == rel }) {
		return true
	}
	return slices.ContainsFunc(v.Uses, func(u Use) bool {
		return u.OID == rel && (column < 0 || slices.Contains(u.Named, column))
	})
}

// Remark is what COMMENT said of an object: a text, or that there is none.
type Remark struct {
	Text string
	None bool
}

// Objects are what statements made.
type Objects struct {
	Views   []*Relation // by OID
	Types   []*Relation // domains
	Remarks map[CommentKey]Remark
	// Routines are functions and procedures.
	Routines []StoredRoutine
	// Roles are those of which something was said; see maderole.go.
	Roles        []Role
	RoleSettings map[RoleScope][]string
	// Grants and DefaultGrants are lists of privileges; see grant.go.
	Grants        map[CommentKey]types.ACL
	DefaultGrants map[DefaultScope]DefaultACL
	// Next is the OID of the next object.
	Next types.OID
}

// The catalogs that have the objects of COMMENT.
const (
	RelationClass   = classClass
	SchemaClass     = classNamespace
	FunctionClass   = classProc
	TypeClass       = classType
	DatabaseClass   = classDatabase
	ConstraintClass = classConstraint
	RoleClass       = classAuthid
	// LargeObjectClass is the catalog of the pages of large objects, by which they go.
	LargeObjectClass types.OID = 2613
)

// ObjectTypes and RemarkTypes are the columns of the two state tables: OID and
// declaration, keyed by the OID; and class, OID, column and text, keyed by the
// first three. The object 0 holds the next free OID.
var (
	ObjectTypes = []types.OID{types.OIDOID, types.OIDText}
	RemarkTypes = []types.OID{types.OIDOID, types.OIDOID, types.OIDInt4, types.OIDText}
	ObjectKey   = []int{0}
	RemarkKey   = []int{0, 1, 2}
)

// storedView is the declaration of a view, or of a domain, as it is stored.
type storedView struct {
	Schema  string
	Name    string
	Owner   types.OID `json:",omitempty"`
	Columns []storedColumn
	View    View
	Domain  *Domain `json:",omitempty"`
}

type storedColumn struct {
	Name   string
	Type   types.OID
	Typmod int32
	Domain types.OID `json:",omitempty"`
	// The default that rows take which are inserted through the view.
	Default    string    `json:",omitempty"`
	Shown      *Shown    `json:",omitempty"`
	DefaultOID types.OID `json:",omitempty"`
}

// ObjectRow is the row of a view or a domain in the state table of objects.
func ObjectRow(r *Relation) ([]types.Datum, error) {
	s := storedView{Schema: r.Schema, Name: r.Name, Owner: r.Owner, Domain: r.Domain}
	if r.View != nil {
		s.View = *r.View
	}
	for i := range r.Columns {
		c := &r.Columns[i]
		stored := storedColumn{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain, Default: c.Default, DefaultOID: c.DefaultOID}
		if c.Default != "" {
			stored.Shown = &c.Shown
		}
		s.Columns = append(s.Columns, stored)
	}
	return storedRow(s, types.Int(int64(r.OID)))
}

// errObject is a row that a state table of objects should not have.
var errObject = errors.New("unreadable declaration of an object")

// AddRow takes a row of the state table of objects in.
func (o *Objects) AddRow(row []types.Datum) error {
	id := types.OID(row[0].I)
	if id == 0 {
		return readStored(row[1].S, &o.Next)
	}
	var s storedView
	if err := readStored(row[1].S, &s); err != nil {
		return err
	}
	if s.Domain != nil {
		o.Types = append(o.Types, s.Domain.Relation())
		return nil
	}
	r := &Relation{OID: id, Schema: s.Schema, Name: s.Name, Owner: s.Owner, Kind: 'v', Store: ViewStore, View: &s.View}
	for _, c := range s.Columns {
		col := Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Domain: c.Domain, Default: c.Default, DefaultOID: c.DefaultOID}
		if c.Shown != nil {
			col.Shown = *c.Shown
		}
		r.Columns = append(r.Columns, col)
	}
	o.Views = append(o.Views, r)
	return nil
}

// RemarkRow is the row of a comment in its state table.
func RemarkRow(k CommentKey, m Remark) []types.Datum {
	text := types.Text(m.Text)
	if m.None {
		text = types.NullDatum
	}
	return []types.Datum{types.Int(int64(k.Class)), types.Int(int64(k.OID)), types.Int(int64(k.Sub)), text}
}

// AddRemark takes a row of the state table of comments in.
func (o *Objects) AddRemark(row []types.Datum) {
	if o.Remarks == nil {
		o.Remarks = map[CommentKey]Remark{}
	}
	o.Remarks[CommentKey{types.OID(row[0].I), types.OID(row[1].I), int32(row[2].I)}] = Remark{row[3].S, row[3].Null}
}

// Empty reports whether nothing was made.
func (o *Objects) Empty() bool {
	return o == nil || len(o.Views)+len(o.Types)+len(o.Remarks)+len(o.Routines)+len(o.Roles)+len(o.RoleSettings)+len(o.Grants)+len(o.DefaultGrants) == 0
}

// Layer is what statements made, as a catalog to lay over the declared one.
type Layer struct{ cat *Catalog }

// catalog is the layer's; nil of a nil one.
func (l *Layer) catalog() *Catalog {
	if l == nil {
		return nil
	}
	return l.cat
}

// NewLayer makes a layer of objects; nil when there are none.
func (c *Catalog) NewLayer(o *Objects) *Layer {
	if o.Empty() {
		return nil
	}
	d := &Catalog{
		schemas: c.schemas, beyond: c.Domain, byOID: map[types.OID]*Relation{}, byName: map[string]map[string]*Relation{},
		hooks: c.hooks, library: c.library, remarks: o.Remarks, over: true, bare: true,
		allRoles: newRoles(o.Roles, o.RoleSettings), roleSettings: o.RoleSettings,
	}
	d.comments = sync.OnceValue(func() map[CommentKey]string {
		m := map[CommentKey]string{}
		for k, r := range o.Remarks {
			if !r.None {
				m[k] = r.Text
			}
		}
		return m
	})
	d.grants, d.defaultGrants = o.Grants, o.DefaultGrants
	for k := range o.Grants {
		d.grantsOnFunctions = d.grantsOnFunctions || k.Class == FunctionClass
	}
	made := make([]*functions.Routine, len(o.Routines))
	for i := range o.Routines {
		made[i] = o.Routines[i].Routine()
	}
	d.routines = newRoutines(made)
	d.add(o.Views...)
	d.add(o.Types...)
	d.derive()
	return &Layer{d}
}

// SetMade shows the session what statements made; nil: nothing.
func (v sessionView) SetMade(l *Layer) {
	if l == nil {
		v.made.Store(nil)
		return
	}
	v.made.Store(l.cat)
}

// remark returns what COMMENT said of an object, or what its declaration says.
func (v sessionView) remark(k CommentKey) (string, bool) {
	if made := v.made.Load(); made != nil {
		if r, ok := made.remarks[k]; ok {
			return r.Text, !r.None
		}
	}
	if own := v.own.Load(); own != nil && k.OID >= OIDTempSchema {
		s, ok := own.comments()[k]
		return s, ok
	}
	s, ok := v.comments()[k]
	return s, ok
}

// Remarked returns what a declaration says of an object, COMMENT aside.
func (c *Catalog) Remarked(k CommentKey) (string, bool) {
	s, ok := c.comments()[k]
	return s, ok
}

// Views lists the views that statements made, as the session sees them.
func (v sessionView) Views() []*Relation {
	var out []*Relation
	for _, c := range v.layers() {
		if c == v.Catalog {
			continue
		}
		for _, r := range c.relations {
			if r.View != nil {
				out = append(out, r)
			}
		}
	}
	return out
}
