package catalog

import (
	"slices"
	"sync"

	"github.com/stemedb/stemedb/sql/types"
)

// Catalog is the set of declared objects: immutable, safe for concurrent use.
// One is made at start; what changes at run time (roles, views) will come
// from the cluster's state and carry a version.
type Catalog struct {
	schemas   []Schema
	relations []*Relation
	domains   []Domain
	// typeRemarks are the comments on a session's domains; beyond finds the domains that
	// are in layers under this one.
	typeRemarks []map[CommentKey]string
	beyond      func(oid types.OID) (d *Domain, array, ok bool)
	byOID       map[types.OID]*Relation
	byName      map[string]map[string]*Relation // schema → name
	lenses      []LensSchema

	// What follows from the relations; see derive.
	indexes     []indexEntry
	constraints []constraint
	attrdefs    []attrdef

	// remarks are the comments that COMMENT made, of the layer of made objects.
	remarks map[CommentKey]Remark
	// routines are the functions that statements made, of a layer.
	routines *routines
	over     bool // it is a layer over the declared objects
	bare     bool // the layer has relations, but no schemas of its own
	// allRoles are the roles, of that layer too; nil: those that are always there.
	allRoles     *Roles
	roleSettings map[RoleScope][]string
	// grants and defaultGrants are lists of privileges, of that layer too.
	grants        map[CommentKey]types.ACL
	defaultGrants map[DefaultScope]DefaultACL
	// grantsOnFunctions says that some of the lists are on functions.
	grantsOnFunctions bool

	hooks    Hooks
	library  func() *library
	comments func() map[CommentKey]string
}

// Schema declares a namespace.
type Schema struct {
	OID     types.OID
	Name    string
	Comment string
}

// LensSchema is a lens that has a schema of its own.
type LensSchema struct {
	Name string // of the lens and its schema
	Kind string // recency, confidence, …
	// Params are the lens's fixed parameters, name and value as text.
	Params [][2]string
}

// OIDs of our own objects: a fixed table, equal on every node for ever.
const (
	OIDPublic       types.OID = 2200 // PostgreSQL's own
	OIDPGCatalog    types.OID = 11
	OIDInfoSchema   types.OID = 16000
	OIDDatabase     types.OID = 16384
	OIDSuperuser    types.OID = 10
	OIDAssertions   types.OID = 16400
	OIDSources      types.OID = 16420
	OIDClasses      types.OID = 16440
	OIDLensSchema0  types.OID = 16600 // one per lens, in the order of lenses
	OIDLensView0    types.OID = 16700
	OIDIndex0       types.OID = 16800
	OIDConstraint0  types.OID = 16900
	OIDFirstVirtual types.OID = 17000  // virtual relations that PostgreSQL has no OID for
	OIDFirstMade    types.OID = 100000 // what statements make, up to a session's own
)

// Numbers of state tables, as storage knows them.
const (
	TableSources uint16 = 1
	TableClasses uint16 = 2
	TableObjects uint16 = 3 // what statements make: see Objects
	TableRemarks uint16 = 4 // COMMENT
	TableRoles   uint16 = 5 // what statements say of roles: see maderole.go
	// TableRoleSettings is what sessions to come begin with.
	TableRoleSettings uint16 = 6
	TableRoutines     uint16 = 10 // CREATE FUNCTION: see StoredRoutine
	// Lists of privileges, on objects and for those to come: see grant.go.
	TableGrants        uint16 = 30
	TableDefaultGrants uint16 = 31
	// Large objects, and their pages: see exec.LargeObjects.
	TableLargeObjects uint16 = 20
	TableLargePages   uint16 = 21
)

// New declares everything.
func New() *Catalog {
	c := &Catalog{byOID: map[types.OID]*Relation{}, byName: map[string]map[string]*Relation{}}
	c.schemas = []Schema{
		{OIDPGCatalog, "pg_catalog", "system catalog schema"},
		{OIDPublic, "public", "standard public schema"},
		{OIDInfoSchema, "information_schema", ""},
	}
	c.add(assertionsRelation(), sourcesRelation(), classesRelation())
	c.lenses = builtinLenses()
	for i, l := range c.lenses {
		schema := Schema{OIDLensSchema0 + types.OID(i), l.Name, "the claims as the lens " + l.Name + " resolves them"}
		c.schemas = append(c.schemas, schema)
		c.add(lensRelation(OIDLensView0+types.OID(i), l))
	}
	c.domains = informationDomains
	c.addVirtual()
	c.derive()
	c.library = sync.OnceValue(buildLibrary)
	c.comments = sync.OnceValue(c.buildComments)
	return c
}

func (c *Catalog) add(rels ...*Relation) {
	for _, r := range rels {
		if r.Domain != nil {
			c.domains = append(c.domains, *r.Domain)
			c.typeRemarks = append(c.typeRemarks, r.Remarks)
			continue
		}
		c.relations = append(c.relations, r)
		c.byOID[r.OID] = r
		if c.byName[r.Schema] == nil {
			c.byName[r.Schema] = map[string]*Relation{}
		}
		c.byName[r.Schema][r.Name] = r
	}
}

// Relation finds a relation by OID.
func (c *Catalog) Relation(oid types.OID) (*Relation, bool) {
	r, ok := c.byOID[oid]
	return r, ok
}

// Named finds a relation by schema and name.
func (c *Catalog) Named(schema, name string) (*Relation, bool) {
	r, ok := c.byName[schema][name]
	return r, ok
}

// Find finds a relation by name along a search path, which names pg_catalog
// where it is to be looked at.
func (c *Catalog) Find(path []string, name string) (*Relation, bool) {
	for _, schema := range path {
		if r, ok := c.byName[schema][name]; ok {
			return r, true
		}
	}
	return nil, false
}

// Relations lists all relations in the order of declaration.
func (c *Catalog) Relations() []*Relation { return c.relations }

// Schemas lists the namespaces.
func (c *Catalog) Schemas() []Schema { return c.schemas }

// SchemaNamed finds a namespace.
func (c *Catalog) SchemaNamed(name string) (Schema, bool) {
	i := slices.IndexFunc(c.schemas, func(s Schema) bool { return s.Name == name })
	if i < 0 {
		return Schema{}, false
	}
	return c.schemas[i], true
}

// Lens finds a lens by name.
func (c *Catalog) Lens(name string) (LensSchema, bool) {
	i := slices.IndexFunc(c.lenses, func(l LensSchema) bool { return l.Name == name })
	if i < 0 {
		return LensSchema{}, false
	}
	return c.lenses[i], true
}

// Lenses lists the lenses in order.
func (c *Catalog) Lenses() []LensSchema { return c.lenses }
