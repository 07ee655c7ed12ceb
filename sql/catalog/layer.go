package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// A session's own relations, its temporary tables, are a small catalog of
// their own that lies over the shared one: the shared one never changes, and
// what a session declares is seen by nobody else. Virtual tables over
// relations give the rows of both.

// OIDs of a session's own objects: they mean nothing to another session.
const (
	OIDTempSchema types.OID = 1 << 30
	OIDTemp0      types.OID = OIDTempSchema + 1
)

// TempSchema is the name under which any session finds its own relations.
const TempSchema = "pg_temp"

// overRelations names the virtual tables whose rows follow from relations.
var overRelations = map[string]bool{
	"pg_catalog.pg_namespace": true, "pg_catalog.pg_class": true, "pg_catalog.pg_attribute": true, "pg_catalog.pg_attrdef": true,
	"pg_catalog.pg_index": true, "pg_catalog.pg_constraint": true, "pg_catalog.pg_depend": true,
	"pg_catalog.pg_tables": true, "pg_catalog.pg_indexes": true,
	"pg_catalog.pg_stat_all_tables": true, "pg_catalog.pg_stat_user_tables": true,
	"pg_catalog.pg_stat_all_indexes": true, "pg_catalog.pg_stat_user_indexes": true,
	"information_schema.schemata": true, "information_schema.tables": true, "information_schema.columns": true,
	"information_schema.element_types": true, "information_schema.column_udt_usage": true,
	"information_schema.column_column_usage": true, "information_schema.table_constraints": true,
	"information_schema.check_constraints": true, "information_schema.key_column_usage": true,
	"information_schema.constraint_column_usage": true, "information_schema.constraint_table_usage": true,
	"information_schema.table_privileges": true, "information_schema.role_table_grants": true,
	"information_schema.column_privileges": true, "information_schema.role_column_grants": true,
}

// layer is a catalog of the relations of one schema that lies over c.
func (c *Catalog) layer(schema Schema, rels []*Relation) *Catalog {
	d := &Catalog{
		schemas: []Schema{schema}, byOID: map[types.OID]*Relation{}, byName: map[string]map[string]*Relation{},
		hooks: c.hooks, procs: c.procs, procOID: c.procOID, comments: c.comments,
	}
	d.add(rels...)
	d.derive()
	return d
}

// canonical turns pg_temp into the name of the layer's schema.
func (c *Catalog) canonical(schema string) string {
	if schema == TempSchema && len(c.schemas) == 1 {
		return c.schemas[0].Name
	}
	return schema
}

// SetOwn makes rels, all in schema, the session's own relations. A schema that
// was once made stays, as PostgreSQL's do.
func (v sessionView) SetOwn(schema Schema, rels []*Relation) {
	v.own.Store(v.Catalog.layer(schema, rels))
}

// layers lists the session's own catalog, if there is one, then the shared.
func (v sessionView) layers() []*Catalog {
	if own := v.own.Load(); own != nil {
		return []*Catalog{own, v.Catalog}
	}
	return []*Catalog{v.Catalog}
}

// Relation finds a relation by OID.
func (v sessionView) Relation(oid types.OID) (*Relation, bool) {
	if oid >= OIDTempSchema {
		own := v.own.Load()
		if own == nil {
			return nil, false
		}
		return own.Relation(oid)
	}
	return v.Catalog.Relation(oid)
}

// Named finds a relation by schema and name.
func (v sessionView) Named(schema, name string) (*Relation, bool) {
	if own := v.own.Load(); own != nil && strings.HasPrefix(schema, TempSchema) {
		if r, ok := own.Named(own.canonical(schema), name); ok {
			return r, true
		}
	}
	return v.Catalog.Named(schema, name)
}

// SchemaNamed finds a namespace.
func (v sessionView) SchemaNamed(name string) (Schema, bool) {
	if own := v.own.Load(); own != nil {
		if s, ok := own.SchemaNamed(own.canonical(name)); ok {
			return s, true
		}
	}
	return v.Catalog.SchemaNamed(name)
}

func (v sessionView) indexInLayers(oid types.OID) *indexEntry {
	for _, c := range v.layers() {
		if x := c.indexByOID(oid); x != nil {
			return x
		}
	}
	return nil
}

// sessionRows gives the rows that follow from the asking session's own
// relations.
func (t *table) sessionRows(c *functions.Ctx, emit func(row []types.Datum) error) error {
	if c == nil || !t.maker.relations {
		return nil
	}
	v, ok := c.Catalog.(sessionView)
	if !ok {
		return nil
	}
	own := v.own.Load()
	if own == nil {
		return nil
	}
	b := newRowBuilder(t.rel)
	if t.maker.static != nil {
		t.maker.static(own, b)
	} else {
		t.maker.dynamic(own, c, b)
	}
	for _, row := range b.rows {
		if t.maker.patch != nil {
			t.maker.patch(own, c, row)
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}
