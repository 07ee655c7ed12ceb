package catalog

// infoSmallMakers are the views of information_schema over the system itself.
func infoSmallMakers() map[string]maker {
	return map[string]maker{
		"information_schema.character_sets":                        {static: makeInfoCharacterSets},
		"information_schema.collations":                            {static: makeInfoCollations},
		"information_schema.collation_character_set_applicability": {static: makeInfoCollationSets},
		"information_schema.sql_features":                          {static: makeInfoFeatures},
		"information_schema.sql_implementation_info":               {static: makeInfoImplementation},
		"information_schema.sql_parts":                             {static: makeInfoParts},
		"information_schema.sql_sizing":                            {static: makeInfoSizing},
	}
}

func makeInfoCharacterSets(_ *Catalog, b *rowBuilder) {
	b.add("character_set_name character_repertoire form_of_use default_collate_catalog", text("UTF8"), text("UCS"), text("UTF8"), here)
}

func makeInfoCollations(_ *Catalog, b *rowBuilder) {
	for _, k := range collations {
		b.add("collation_catalog collation_schema collation_name pad_attribute", here, text("pg_catalog"), text(k.name), text("NO PAD"))
	}
}

func makeInfoCollationSets(_ *Catalog, b *rowBuilder) {
	for _, k := range collations {
		b.add("collation_catalog collation_schema collation_name character_set_name", here, text("pg_catalog"), text(k.name), text("UTF8"))
	}
}

// features are the parts of the standard that matter to a client that asks.
var features = [...]struct {
	id, name  string
	supported bool
	comment   string
}{
	{"E011", "Numeric data types", true, ""},
	{"E021", "Character string types", true, ""},
	{"E031", "Identifiers", true, ""},
	{"E051", "Basic query specification", true, ""},
	{"E061", "Basic predicates and search conditions", true, ""},
	{"E071", "Basic query expressions", true, ""},
	{"E091", "Set functions", true, ""},
	{"E101", "Basic data manipulation", true, "claims are never updated or deleted"},
	{"E131", "Null value support (nulls in lieu of values)", true, ""},
	{"E141", "Basic integrity constraints", false, "constraints are fixed by the schema"},
	{"E151", "Transaction support", true, ""},
	{"F031", "Basic schema manipulation", false, "relations are fixed"},
	{"F041", "Basic joined table", true, ""},
	{"F051", "Basic date and time", true, ""},
	{"F131", "Grouped operations", true, ""},
	{"F201", "CAST function", true, ""},
	{"F261", "CASE expression", true, ""},
	{"F411", "Time zone specification", true, ""},
	{"F591", "Derived tables", true, ""},
	{"S098", "ARRAY_AGG", true, ""},
	{"T121", "WITH (excluding RECURSIVE) in query expression", true, ""},
	{"T180", "System-versioned tables", true, "FOR SYSTEM_TIME on every relation that keeps history"},
}

func makeInfoFeatures(_ *Catalog, b *rowBuilder) {
	for _, f := range features {
		b.add("feature_id feature_name sub_feature_id sub_feature_name is_supported comments",
			text(f.id), text(f.name), text(""), text(""), yesNo(f.supported), orNull(f.comment))
	}
}

func makeInfoImplementation(_ *Catalog, b *rowBuilder) {
	const columns = "implementation_info_id implementation_info_name integer_value character_value comments"
	b.add(columns, text("10003"), text("CATALOG NAME"), null, text("Y"), null)
	b.add(columns, text("17"), text("DBMS NAME"), null, text("StemeDB"), text("speaks PostgreSQL 15"))
	b.add(columns, text("26"), text("DEFAULT TRANSACTION ISOLATION"), num(2), null, text("READ COMMITTED; user-settable"))
	b.add(columns, text("28"), text("IDENTIFIER CASE"), num(3), null, text("stored in mixed case - case sensitive"))
	b.add(columns, text("85"), text("NULL COLLATION"), num(0), null, text("nulls higher than non-nulls"))
	b.add(columns, text("46"), text("TRANSACTION CAPABLE"), num(1), null, text("DML only"))
}

func makeInfoParts(_ *Catalog, b *rowBuilder) {
	for _, p := range [...][2]string{
		{"1", "Framework (SQL/Framework)"}, {"2", "Foundation (SQL/Foundation)"}, {"11", "Information and Definition Schema (SQL/Schemata)"},
	} {
		b.add("feature_id feature_name is_supported", text(p[0]), text(p[1]), yesNo(false))
	}
}

func makeInfoSizing(_ *Catalog, b *rowBuilder) {
	const columns = "sizing_id sizing_name supported_value comments"
	less := text("Might be less, depending on character set.")
	b.add(columns, num(100), text("MAXIMUM COLUMNS IN SELECT"), num(1664), null)
	b.add(columns, num(101), text("MAXIMUM COLUMNS IN TABLE"), num(1600), null)
	b.add(columns, num(34), text("MAXIMUM CATALOG NAME LENGTH"), num(maxName), less)
	b.add(columns, num(30), text("MAXIMUM COLUMN NAME LENGTH"), num(maxName), less)
	b.add(columns, num(10005), text("MAXIMUM IDENTIFIER LENGTH"), num(maxName), less)
	b.add(columns, num(32), text("MAXIMUM SCHEMA NAME LENGTH"), num(maxName), less)
	b.add(columns, num(35), text("MAXIMUM TABLE NAME LENGTH"), num(maxName), less)
	b.add(columns, num(107), text("MAXIMUM USER NAME LENGTH"), num(maxName), less)
}
