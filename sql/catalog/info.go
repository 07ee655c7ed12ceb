package catalog

import (
	"strconv"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// infoMakers are the views of information_schema over relations.
func infoMakers() map[string]maker {
	return map[string]maker{
		"information_schema.information_schema_catalog_name": {static: makeInfoCatalogName},
		"information_schema.schemata":                        {static: makeInfoSchemata},
		"information_schema.tables":                          {static: makeInfoTables, patch: patchInfoTable},
		"information_schema.columns":                         {static: makeInfoColumns, patch: patchInfoColumn},
		"information_schema.element_types":                   {static: makeInfoElements},
		"information_schema.data_type_privileges":            {static: makeInfoDescriptors},
		"information_schema.column_udt_usage":                {static: makeInfoColumnTypes},
		"information_schema.views":                           {dynamic: makeInfoViews},
		"information_schema.view_table_usage":                {dynamic: makeInfoViewTables},
		"information_schema.view_column_usage":               {dynamic: makeInfoViewColumns},
		"information_schema.column_column_usage":             {static: makeInfoColumnColumns},
		"information_schema.table_constraints":               {static: makeInfoConstraints},
		"information_schema.referential_constraints":         {static: makeInfoForeign},
		"information_schema.sequences":                       {static: makeInfoSequences},
		"information_schema.check_constraints":               {static: makeInfoChecks},
		"information_schema.key_column_usage":                {static: makeInfoKeys},
		"information_schema.constraint_column_usage":         {static: makeInfoConstraintColumns},
		"information_schema.constraint_table_usage":          {static: makeInfoConstraintTables},
	}
}

// here is the one database, which every view of information_schema names.
var here = text(databaseName)

func makeInfoCatalogName(_ *Catalog, b *rowBuilder) { b.add("catalog_name", here) }

func makeInfoSchemata(c *Catalog, b *rowBuilder) {
	for _, s := range c.schemas {
		b.add("catalog_name schema_name schema_owner", here, text(s.Name), text(superuserName))
	}
}

func makeInfoTables(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		if r.Sequence != nil {
			continue
		}
		kind := "BASE TABLE"
		switch {
		case r.OID >= OIDTempSchema:
			kind = "LOCAL TEMPORARY"
		case r.Kind == 'v':
			kind = "VIEW"
		}
		b.add("table_catalog table_schema table_name table_type is_insertable_into is_typed",
			here, text(r.Schema), text(r.Name), text(kind), yesNo(r.insertable()), yesNo(false))
	}
}

// insertable reports whether rows can be added, updatable whether they can be
// changed.
func (r *Relation) insertable() bool { return r.Store == ClaimStore || r.updatable() }
func (r *Relation) updatable() bool  { return r.Store == StateStore || r.Store == SessionStore }

// typeFacts is what information_schema says of a type with a modifier.
type typeFacts struct {
	dataType, udt                types.Datum
	precision, radix, scale      types.Datum
	timePrecision                types.Datum
	collation                    types.Datum // its name; catalog and schema follow
	charLength, charOctets       types.Datum
	collationCatalog, collSchema types.Datum
}

// maxCharBytes is how many bytes a character takes at most.
const maxCharBytes = 4

func factsOf(t types.OID, typmod int32) typeFacts {
	f := typeFacts{null, null, null, null, null, null, null, null, null, null, null}
	ty, ok := types.Lookup(t)
	if !ok {
		return f
	}
	f.udt = text(ty.Name)
	switch {
	case types.IsArray(t):
		f.dataType = text("ARRAY")
	case ty.Kind == 'c':
		f.dataType = text("USER-DEFINED")
	default:
		f.dataType = text(types.FormatTypeBare(t))
	}
	if ty.Collation != 0 && ty.Collation != types.DefaultCollation {
		f.collation, f.collationCatalog, f.collSchema = text("C"), here, text("pg_catalog")
	}
	switch t {
	case types.OIDInt2:
		f.precision, f.radix, f.scale = num(16), num(2), num(0)
	case types.OIDInt4:
		f.precision, f.radix, f.scale = num(32), num(2), num(0)
	case types.OIDInt8:
		f.precision, f.radix, f.scale = num(64), num(2), num(0)
	case types.OIDFloat4:
		f.precision, f.radix = num(24), num(2)
	case types.OIDFloat8:
		f.precision, f.radix = num(53), num(2)
	case types.OIDNumeric:
		f.radix = num(10)
		if precision, scale, ok := types.NumericTypmod(typmod); ok {
			f.precision, f.scale = num(precision), num(scale)
		}
	case types.OIDDate:
		f.timePrecision = num(0)
	case types.OIDTime, types.OIDTimetz, types.OIDTimestamp, types.OIDTimestamptz, types.OIDInterval:
		f.timePrecision = num(6)
		if p := int(typmod & 0xFFFF); typmod >= 0 && (t != types.OIDInterval || p != 0xFFFF) {
			f.timePrecision = num(p)
		}
	case types.OIDText, types.OIDVarchar, types.OIDBpchar:
		f.charOctets = num(1 << 30)
		if n := int(typmod) - 4; n > 0 {
			f.charLength, f.charOctets = num(n), num(n*maxCharBytes)
		}
	}
	return f
}

func makeInfoColumns(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		if r.Kind == 'S' {
			continue
		}
		w := r.writes()
		for i := range r.Columns {
			col := &r.Columns[i]
			f := factsOf(col.Type, col.Typmod).collated(col.collation())
			domainSchema, domain := c.domainOf(col)
			domainCatalog := null
			if !domain.Null {
				domainCatalog = here
			}
			udtSchema, udt := c.udtOf(col, f)
			if d, array, ok := c.Domain(col.Domain); ok && !array && c.overDomain(d) {
				f.dataType = text("USER-DEFINED")
			}
			generated, expr := "NEVER", null
			if col.Generated {
				generated, expr = "ALWAYS", orNull(col.shown(col.Expr).Plain)
			}
			def := orNull(col.shown(col.Default).Plain)
			if col.Generated {
				def = null
			}
			identity, start, step, most, least, cycle := null, null, null, null, null, false
			if col.Identity != 0 {
				def, identity = null, text(map[byte]string{'a': "ALWAYS", 'd': "BY DEFAULT"}[col.Identity])
				if seq, ok := c.Relation(col.Sequence); ok && seq.Sequence != nil {
					q := seq.Sequence
					start, step, most, least, cycle = number(q.Start), number(q.Step), number(q.Max), number(q.Min), q.Cycle
				}
			}
			b.add("table_catalog table_schema table_name column_name ordinal_position column_default is_nullable data_type "+
				"character_maximum_length character_octet_length numeric_precision numeric_precision_radix numeric_scale datetime_precision "+
				"collation_catalog collation_schema collation_name domain_catalog domain_schema domain_name udt_catalog udt_schema udt_name dtd_identifier "+
				"is_self_referencing is_identity identity_generation identity_start identity_increment identity_maximum identity_minimum identity_cycle "+
				"is_generated generation_expression is_updatable",
				here, text(r.Schema), text(r.Name), text(col.Name), num(i+1), def, yesNo(!col.NotNull), f.dataType,
				f.charLength, f.charOctets, f.precision, f.radix, f.scale, f.timePrecision,
				f.collationCatalog, f.collSchema, f.collation, domainCatalog, domainSchema, domain, here, udtSchema, udt, text(strconv.Itoa(i+1)),
				yesNo(false), yesNo(col.Identity != 0), identity, start, step, most, least, yesNo(cycle),
				text(generated), expr, yesNo(changeable(w) && w.Columns[i]))
		}
	}
}

func makeInfoElements(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		for i := range r.Columns {
			elem := types.ElemOf(r.Columns[i].Type)
			if elem == 0 {
				continue
			}
			f := factsOf(elem, -1)
			n := strconv.Itoa(i + 1)
			b.add("object_catalog object_schema object_name object_type collection_type_identifier data_type udt_catalog udt_schema udt_name dtd_identifier",
				here, text(r.Schema), text(r.Name), text("TABLE"), text(n), f.dataType, here, text("pg_catalog"), f.udt, text("a"+n))
		}
	}
}

func makeInfoDescriptors(c *Catalog, b *rowBuilder) {
	for i := range c.domains {
		b.add("object_catalog object_schema object_name object_type dtd_identifier",
			here, text(c.domains[i].Schema), text(c.domains[i].Name), text("DOMAIN"), text("1"))
	}
	for _, r := range c.relations {
		for i := range r.Columns {
			b.add("object_catalog object_schema object_name object_type dtd_identifier",
				here, text(r.Schema), text(r.Name), text("TABLE"), text(strconv.Itoa(i+1)))
		}
	}
}

func makeInfoColumnTypes(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		for i := range r.Columns {
			udtSchema, udt := c.udtOf(&r.Columns[i], factsOf(r.Columns[i].Type, -1))
			b.add("udt_catalog udt_schema udt_name table_catalog table_schema table_name column_name",
				here, udtSchema, udt, here, text(r.Schema), text(r.Name), text(r.Columns[i].Name))
		}
	}
}

func makeInfoViews(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	for _, r := range c.relations {
		if r.Kind == 'v' {
			no, w := yesNo(false), writesOf(ctx, r)
			b.add("table_catalog table_schema table_name view_definition check_option is_updatable is_insertable_into "+
				"is_trigger_updatable is_trigger_deletable is_trigger_insertable_into",
				here, text(r.Schema), text(r.Name), definitionOf(ctx, r), checkOption(r), yesNo(changeable(w)), yesNo(w.Insert), no, no, no)
		}
	}
}

// viewBases calls do with each view and the relations that it shows, with the
// columns of them that it names.
func (c *Catalog) viewBases(ctx *functions.Ctx, do func(view, base *Relation, named []int)) {
	for _, r := range c.relations {
		if base, ok := c.Named("public", r.Name); ok && r.Store == LensStore {
			all := make([]int, len(base.Columns))
			for i := range all {
				all[i] = i
			}
			do(r, base, all)
		}
		if r.View == nil || ctx == nil {
			continue
		}
		v, ok := ctx.Catalog.(sessionView)
		for i := 0; ok && i < len(r.View.Uses); i++ {
			if base, ok := v.Relation(r.View.Uses[i].OID); ok {
				do(r, base, r.View.Uses[i].Named)
			}
		}
	}
}

func makeInfoViewTables(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	c.viewBases(ctx, func(view, base *Relation, _ []int) {
		b.add("view_catalog view_schema view_name table_catalog table_schema table_name",
			here, text(view.Schema), text(view.Name), here, text(base.Schema), text(base.Name))
	})
}

func makeInfoViewColumns(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	c.viewBases(ctx, func(view, base *Relation, named []int) {
		for _, i := range named {
			b.add("view_catalog view_schema view_name table_catalog table_schema table_name column_name",
				here, text(view.Schema), text(view.Name), here, text(base.Schema), text(base.Name), text(base.Columns[i].Name))
		}
	})
}

// makeInfoColumnColumns lists on which columns the generated ones depend.
func makeInfoColumnColumns(c *Catalog, b *rowBuilder) {
	claims, ok := c.Relation(OIDAssertions)
	if !ok {
		return
	}
	for _, pair := range [][2]string{{"value", "value_number"}, {"value_type", "value_number"}, {"source_class", "tier"}} {
		b.add("table_catalog table_schema table_name column_name dependent_column",
			here, text(claims.Schema), text(claims.Name), text(pair[0]), text(pair[1]))
	}
}
