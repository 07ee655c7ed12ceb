package catalog

import (
	"strings"
	"sync"

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
	"pg_catalog.pg_index": true, "pg_catalog.pg_constraint": true, "pg_catalog.pg_depend": true, "pg_catalog.pg_sequence": true,
	"pg_catalog.pg_tables": true, "pg_catalog.pg_indexes": true, "pg_catalog.pg_sequences": true, "information_schema.sequences": true,
	"information_schema.referential_constraints": true,
	"pg_catalog.pg_stat_all_tables":              true, "pg_catalog.pg_stat_user_tables": true,
	"pg_catalog.pg_stat_all_indexes": true, "pg_catalog.pg_stat_user_indexes": true,
	"information_schema.schemata": true, "information_schema.tables": true, "information_schema.columns": true,
	"information_schema.element_types": true, "information_schema.column_udt_usage": true,
	"information_schema.column_column_usage": true, "information_schema.table_constraints": true,
	"information_schema.check_constraints": true, "information_schema.key_column_usage": true,
	"information_schema.constraint_column_usage": true, "information_schema.constraint_table_usage": true,
	"information_schema.table_privileges": true, "information_schema.role_table_grants": true,
	"information_schema.column_privileges": true, "information_schema.role_column_grants": true,
	"pg_catalog.pg_views": true, "pg_catalog.pg_rewrite": true, "information_schema.views": true,
	"information_schema.view_table_usage": true, "information_schema.view_column_usage": true,
	"pg_catalog.pg_proc": true, "information_schema.routines": true, "information_schema.parameters": true,
	"information_schema.routine_privileges": true, "information_schema.role_routine_grants": true,
	"pg_catalog.pg_description": true, "pg_catalog.pg_type": true, "information_schema.column_domain_usage": true,
	"information_schema.domains": true, "information_schema.domain_constraints": true, "information_schema.domain_udt_usage": true,
	"information_schema.usage_privileges": true, "information_schema.role_usage_grants": true, "information_schema.data_type_privileges": true,
}

// layer is a catalog of the relations and routines of one schema that lies over c.
func (c *Catalog) layer(schema Schema, rels []*Relation, made []*functions.Routine) *Catalog {
	d := &Catalog{
		schemas: []Schema{schema}, byOID: map[types.OID]*Relation{}, byName: map[string]map[string]*Relation{},
		hooks: c.hooks, library: c.library, over: true,
		routines: newRoutines(made),
	}
	d.add(rels...)
	d.derive()
	d.comments = sync.OnceValue(func() map[CommentKey]string {
		m := map[CommentKey]string{}
		d.relationComments(m)
		return m
	})
	return d
}

// canonical turns pg_temp into the name of the layer's schema.
func (c *Catalog) canonical(schema string) string {
	if schema == TempSchema && len(c.schemas) == 1 {
		return c.schemas[0].Name
	}
	return schema
}

// SetOwn makes rels and routines, all in schema, the session's own. A schema that
// was once made stays, as PostgreSQL's do.
func (v sessionView) SetOwn(schema Schema, rels []*Relation, made []*functions.Routine) {
	own := v.Catalog.layer(schema, rels, made)
	own.beyond = v.sharedDomain
	v.own.Store(own)
}

// layers lists the session's own catalog and that of what statements made, as
// far as there are such, then the declared one.
func (v sessionView) layers() []*Catalog {
	out := make([]*Catalog, 0, 3)
	if own := v.own.Load(); own != nil {
		out = append(out, own)
	}
	if made := v.made.Load(); made != nil {
		out = append(out, made)
	}
	return append(out, v.Catalog)
}

// Relation finds a relation by OID.
func (v sessionView) Relation(oid types.OID) (*Relation, bool) {
	layer := v.Catalog
	switch {
	case oid >= OIDTempSchema:
		layer = v.own.Load()
	case oid >= OIDFirstMade:
		layer = v.made.Load()
	}
	if layer == nil {
		return nil, false
	}
	return layer.Relation(oid)
}

// Named finds a relation by schema and name.
func (v sessionView) Named(schema, name string) (*Relation, bool) {
	if own := v.own.Load(); own != nil && strings.HasPrefix(schema, TempSchema) {
		if r, ok := own.Named(own.canonical(schema), name); ok {
			return r, true
		}
	}
	if made := v.made.Load(); made != nil {
		if r, ok := made.Named(schema, name); ok {
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

// sessionRows gives the rows that follow from what statements made, and from
// the asking session's own relations.
func (t *table) sessionRows(c *functions.Ctx, emit func(row []types.Datum) error) error {
	v, ok := t.asking(c)
	if !ok {
		return nil
	}
	for _, layer := range v.layers() {
		if layer == v.Catalog || layer.bare && (t.rel.Name == "pg_namespace" || t.rel.Name == "schemata") {
			continue
		}
		b := newRowBuilder(t.rel)
		if t.maker.static != nil {
			t.maker.static(layer, b)
		} else {
			t.maker.dynamic(layer, c, b)
		}
		for _, row := range b.rows {
			if t.maker.patch != nil {
				t.maker.patch(layer, c, row)
			}
			if err := emit(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// asking returns the catalog of the session that asks, if the table's rows
// depend on it.
func (t *table) asking(c *functions.Ctx) (sessionView, bool) {
	if !t.maker.relations {
		return sessionView{}, false
	}
	return asker(c)
}
