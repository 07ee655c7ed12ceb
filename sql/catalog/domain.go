package catalog

import (
	"slices"

	"github.com/stemedb/stemedb/sql/types"
)

// Domain declares a type that has some of another's values. To everything but
// casts and the catalogs a value of it is one of the type below.
type Domain struct {
	OID, Array   types.OID // its own, and that of arrays of it
	Schema, Name string
	// Type and Typmod are those of its values.
	Type   types.OID
	Typmod int32
	// Over is the domain that it is made over, or the type of arrays of one, whose
	// conditions hold of its values too; 0: it is over Type.
	Over types.OID `json:",omitempty"`
	// Collation is that of its values; 0: their type has none.
	Collation types.OID
	NotNull   bool
	// Owner is a role; 0: the superuser.
	Owner types.OID `json:",omitempty"`
	// Default is the value where a column of the domain has no default of its own,
	// as SQL text; empty: NULL. Shown is how the catalogs show it.
	Default string
	Shown   Shown
	// Checks are conditions over VALUE, by name.
	Checks []Check
}

// informationDomains are the domains of information_schema.
var informationDomains = []Domain{
	{OID: 13221, Array: 13220, Schema: "information_schema", Name: "cardinal_number", Type: types.OIDInt4, Typmod: -1, Checks: []Check{{
		OID: 13222, Name: "cardinal_number_domain_check", Expr: "value >= 0", Shown: Shown{"(VALUE >= 0)", "VALUE >= 0"}}}},
	{OID: 13224, Array: 13223, Schema: "information_schema", Name: "character_data", Type: types.OIDVarchar, Typmod: -1, Collation: types.CCollation},
	{OID: 13226, Array: 13225, Schema: "information_schema", Name: "sql_identifier", Type: types.OIDName, Typmod: -1, Collation: types.CCollation},
	{OID: 13232, Array: 13231, Schema: "information_schema", Name: "time_stamp", Type: types.OIDTimestamptz, Typmod: 2, Default: "CURRENT_TIMESTAMP(2)"},
	{OID: 13234, Array: 13233, Schema: "information_schema", Name: "yes_or_no", Type: types.OIDVarchar, Typmod: 7, Collation: types.CCollation, Checks: []Check{{
		OID: 13235, Name: "yes_or_no_check", Expr: "value IN ('YES', 'NO')", Shown: Shown{
			"((VALUE)::text = ANY ((ARRAY['YES'::character varying, 'NO'::character varying])::text[]))",
			"VALUE::text = ANY (ARRAY['YES'::character varying, 'NO'::character varying]::text[])"}}}},
}

// declaredDomain finds a domain of information_schema.
func declaredDomain(oid types.OID) *Domain {
	i := slices.IndexFunc(informationDomains, func(d Domain) bool { return d.OID == oid })
	if i < 0 {
		return nil
	}
	return &informationDomains[i]
}

// Domain finds a domain by its OID, or by that of arrays of it.
func (c *Catalog) Domain(oid types.OID) (d *Domain, array, ok bool) {
	for i := range c.domains {
		if d = &c.domains[i]; d.OID == oid || d.Array == oid {
			return d, d.Array == oid, true
		}
	}
	if c.beyond != nil && oid != 0 {
		return c.beyond(oid)
	}
	return nil, false, false
}

// DomainNamed finds a domain by schema and name.
func (c *Catalog) DomainNamed(schema, name string) (*Domain, bool) {
	i := slices.IndexFunc(c.domains, func(d Domain) bool { return d.Schema == schema && d.Name == name })
	if i < 0 {
		return nil, false
	}
	return &c.domains[i], true
}

// domainChecks calls do with each condition of a domain.
func (c *Catalog) domainChecks(do func(d *Domain, k *Check)) {
	for i := range c.domains {
		for k := range c.domains[i].Checks {
			do(&c.domains[i], &c.domains[i].Checks[k])
		}
	}
}

// domainName is the name of a domain, or of arrays of it, as SQL writes it.
func (v sessionView) domainName(oid types.OID) (string, bool) {
	d, array, ok := v.Domain(oid)
	if !ok {
		return "", false
	}
	visible, _ := v.TypeVisible(d.OID)
	name := string(appendQualified(nil, d.Schema, d.Name, visible))
	if array {
		name += "[]"
	}
	return name, true
}

// domainTypeNamed finds a domain's type by its name in text, or that of arrays of it.
func (v sessionView) domainTypeNamed(s string) (types.OID, bool) {
	schema, name, array, ok := v.typeName(s)
	if !ok {
		return 0, false
	}
	path := []string{schema}
	if schema == "" {
		path = v.path(true)
	}
	for _, schema := range path {
		// Arrays are known by a name of their own, too.
		for _, c := range v.layers() {
			at := c.canonical(schema)
			for i := range c.domains {
				switch d := &c.domains[i]; {
				case d.Schema != at:
				case d.Name == name && !array:
					return d.OID, true
				case d.Name == name, arrayTypeName(d.Name) == name && !array:
					return d.Array, true
				}
			}
		}
	}
	return 0, false
}

// domainVisible reports whether a domain's name alone finds it.
func (v sessionView) domainVisible(d *Domain) bool {
	for _, schema := range v.path(true) {
		if found, ok := v.DomainNamed(schema, d.Name); ok {
			return found == d
		}
	}
	return false
}

// Declare makes a column one of the domain.
func (d *Domain) Declare(c *Column) {
	c.Type, c.Typmod, c.Domain, c.Collation = d.Type, d.Typmod, d.OID, d.Collation
}

// declaredType is the type that a column was declared to be of.
func (c *Column) declaredType() (t types.OID, typmod int32) {
	if c.Domain != 0 {
		return c.Domain, -1
	}
	return c.Type, c.Typmod
}

// domainIO are the functions that read values of domains.
var domainIO = [...]types.Fn{{OID: 2597, Name: "domain_in"}, {OID: 2598, Name: "domain_recv"}}

// Relation is the domain as what layers and tables of objects keep.
func (d *Domain) Relation() *Relation {
	return &Relation{OID: d.OID, Schema: d.Schema, Name: d.Name, Owner: d.Owner, Kind: 'd', Store: TypeStore, Domain: d}
}

// shown is the default as the catalogs show it.
func (d *Domain) shown() string {
	if d.Shown.Plain == "" {
		return d.Default
	}
	return d.Shown.Plain
}

// OwnerOID is the role that owns the domain.
func (d *Domain) OwnerOID() types.OID {
	if d.Owner == 0 {
		return OIDSuperuser
	}
	return d.Owner
}

const domainTypeColumns = typeColumns + " typnotnull typbasetype typdefaultbin typdefault"

// makeDomainTypes lists the domains, and the types of arrays of them, in pg_type.
func makeDomainTypes(c *Catalog, b *rowBuilder) {
	for i := range c.domains {
		d := &c.domains[i]
		t, _ := types.Lookup(d.Type)
		base := d.Type
		if d.Over != 0 {
			base = d.Over
		}
		b.add(domainTypeColumns, oid(d.OID), text(d.Name), oid(c.schemaOID(d.Schema)), oid(d.OwnerOID()), num(int(t.Len)), yes(t.ByVal),
			char('d'), char(t.Category), yes(false), yes(true), char(t.Delim), oid(0), oid(0), oid(0), oid(d.Array),
			oid(domainIO[0].OID), oid(t.Output.OID), oid(domainIO[1].OID), oid(t.Send.OID), oid(0), oid(0), oid(0),
			char(t.Align), char(t.Storage), num(int(d.Typmod)), oid(d.Collation), yes(d.NotNull), oid(base), orNull(d.shown()), orNull(d.shown()))
		align := byte('i')
		if t.Align == 'd' {
			align = 'd'
		}
		b.add(typeColumns, oid(d.Array), text(arrayTypeName(d.Name)), oid(c.schemaOID(d.Schema)), oid(d.OwnerOID()), num(-1), yes(false),
			char('b'), char('A'), yes(false), yes(true), char(t.Delim), oid(0), oid(arraySubscript), oid(d.OID), oid(0),
			oid(arrayIO[0]), oid(arrayIO[1]), oid(arrayIO[2]), oid(arrayIO[3]), oid(0), oid(0), oid(arrayAnalyze),
			char(align), char('x'), num(-1), oid(d.Collation))
	}
}

// infoDomainMakers are the views of information_schema over domains.
func infoDomainMakers() map[string]maker {
	return map[string]maker{
		"information_schema.domains":             {static: makeInfoDomains},
		"information_schema.domain_constraints":  {static: makeInfoDomainConstraints},
		"information_schema.domain_udt_usage":    {static: makeInfoDomainTypes},
		"information_schema.column_domain_usage": {static: makeInfoColumnDomains},
	}
}

func makeInfoDomains(c *Catalog, b *rowBuilder) {
	for i := range c.domains {
		d := &c.domains[i]
		f := factsOf(d.Type, d.Typmod).collated(d.Collation)
		udtSchema, udt := c.underOf(d, f)
		switch {
		case d.Over != 0:
			f.dataType = text("USER-DEFINED")
		case types.IsArray(d.Type):
			f.dataType = text(types.FormatTypeBare(d.Type))
		}
		b.add("domain_catalog domain_schema domain_name data_type character_maximum_length character_octet_length "+
			"collation_catalog collation_schema collation_name numeric_precision numeric_precision_radix numeric_scale datetime_precision "+
			"domain_default udt_catalog udt_schema udt_name dtd_identifier",
			here, text(d.Schema), text(d.Name), f.dataType, f.charLength, f.charOctets,
			f.collationCatalog, f.collSchema, f.collation, f.precision, f.radix, f.scale, f.timePrecision,
			orNull(d.shown()), here, udtSchema, udt, text("1"))
	}
}

// underOf names the type that a domain is over, with its schema; f are the facts of what
// its values are.
func (c *Catalog) underOf(d *Domain, f typeFacts) (schema, name types.Datum) {
	over, array, ok := c.Domain(d.Over)
	switch {
	case !ok:
		return text("pg_catalog"), f.udt
	case array:
		return text(over.Schema), text(arrayTypeName(over.Name))
	}
	return text(over.Schema), text(over.Name)
}

// udtOf is underOf of a column: of the domain that it is of, its array type itself.
func (c *Catalog) udtOf(col *Column, f typeFacts) (schema, name types.Datum) {
	d, array, ok := c.Domain(col.Domain)
	switch {
	case !ok:
		return text("pg_catalog"), f.udt
	case array:
		return text(d.Schema), text(arrayTypeName(d.Name))
	}
	return c.underOf(d, f)
}

// overDomain reports whether a domain is over another one, rather than an array.
func (c *Catalog) overDomain(d *Domain) bool {
	_, array, ok := c.Domain(d.Over)
	return ok && !array
}

func makeInfoDomainConstraints(c *Catalog, b *rowBuilder) {
	c.domainChecks(func(d *Domain, k *Check) {
		b.add("constraint_catalog constraint_schema constraint_name domain_catalog domain_schema domain_name is_deferrable initially_deferred",
			here, text(d.Schema), text(k.Name), here, text(d.Schema), text(d.Name), yesNo(false), yesNo(false))
	})
}

func makeInfoDomainTypes(c *Catalog, b *rowBuilder) {
	for i := range c.domains {
		d := &c.domains[i]
		udtSchema, udt := c.underOf(d, factsOf(d.Type, d.Typmod))
		b.add("udt_catalog udt_schema udt_name domain_catalog domain_schema domain_name",
			here, udtSchema, udt, here, text(d.Schema), text(d.Name))
	}
}

func makeInfoColumnDomains(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		for i := range r.Columns {
			if schema, name := c.domainOf(&r.Columns[i]); !name.Null {
				b.add("domain_catalog domain_schema domain_name table_catalog table_schema table_name column_name",
					here, schema, name, here, text(r.Schema), text(r.Name), text(r.Columns[i].Name))
			}
		}
	}
}

// domainOf names the domain that a column is of; NULL: it is of none.
func (c *Catalog) domainOf(col *Column) (schema, name types.Datum) {
	d, array, ok := c.Domain(col.Domain)
	if !ok || array {
		return null, null
	}
	return text(d.Schema), text(d.Name)
}

// collated are the facts of a type whose values have a collation of their own.
func (f typeFacts) collated(collation types.OID) typeFacts {
	if collation == types.CCollation {
		f.collation, f.collationCatalog, f.collSchema = text("C"), here, text("pg_catalog")
	}
	return f
}

// makeDomainConstraints lists the conditions of domains in pg_constraint.
func makeDomainConstraints(c *Catalog, b *rowBuilder) {
	c.domainChecks(func(d *Domain, k *Check) {
		b.add("oid conname connamespace contype convalidated contypid confupdtype confdeltype confmatchtype conislocal conbin",
			oid(k.OID), text(k.Name), oid(c.schemaOID(d.Schema)), char('c'), yes(!k.NotValid), oid(d.OID), char(' '), char(' '), char(' '), yes(true), text(k.Shown.Plain))
	})
}

// collation is pg_attribute.attcollation.
func (col *Column) collation() types.OID {
	if col.Collation != 0 {
		return col.Collation
	}
	t, _ := types.Lookup(col.Type)
	return t.Collation
}
