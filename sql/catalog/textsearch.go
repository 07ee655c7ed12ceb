package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// textSearchMakers are the catalogs of text search.
func textSearchMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_ts_parser":     {static: makeTSParser},
		"pg_catalog.pg_ts_template":   {static: makeTSTemplate},
		"pg_catalog.pg_ts_dict":       {static: makeTSDict},
		"pg_catalog.pg_ts_config":     {static: makeTSConfig},
		"pg_catalog.pg_ts_config_map": {static: makeTSConfigMap},
	}
}

// OIDs of the catalogs of text search, whose objects have comments.
const (
	classTSDict     types.OID = 3600
	classTSParser             = functions.TSParsers
	classTSConfig   types.OID = 3602
	classTSTemplate types.OID = 3764
)

// tsTemplate is a kind of dictionary, with its functions in PostgreSQL. Dictionaries
// of the kinds that read files are not made here.
type tsTemplate struct {
	oid          types.OID
	name         string
	init, lexize types.OID
	doc          string
}

var tsTemplates = []tsTemplate{
	{3727, "simple", 3725, 3726, "simple dictionary: just lower case and check for stopword"},
	{3730, "synonym", 3728, 3729, "synonym dictionary: replace word by its synonym"},
	{3733, "ispell", 3731, 3732, "ispell dictionary"},
	{3742, "thesaurus", 3740, 3741, "thesaurus dictionary: phrase by phrase substitution"},
	{13150, "snowball", 13148, 13149, "snowball stemmer"},
}

func makeTSParser(_ *Catalog, b *rowBuilder) {
	b.add("oid prsname prsnamespace prsstart prstoken prsend prsheadline prslextype",
		oid(functions.DefaultTSParser), text("default"), oid(OIDPGCatalog), oid(3717), oid(3718), oid(3719), oid(3720), oid(3721))
}

func makeTSTemplate(_ *Catalog, b *rowBuilder) {
	for _, t := range tsTemplates {
		b.add("oid tmplname tmplnamespace tmplinit tmpllexize", oid(t.oid), text(t.name), oid(OIDPGCatalog), oid(t.init), oid(t.lexize))
	}
}

func makeTSDict(_ *Catalog, b *rowBuilder) {
	for _, d := range functions.TSDicts {
		b.add("oid dictname dictnamespace dictowner dicttemplate dictinitoption",
			oid(d.OID), text(d.Name), oid(OIDPGCatalog), oid(OIDSuperuser), oid(d.Template), orNull(d.Options))
	}
}

func makeTSConfig(_ *Catalog, b *rowBuilder) {
	for _, c := range functions.TSConfigs {
		b.add("oid cfgname cfgnamespace cfgowner cfgparser",
			oid(c.OID), text(c.Name), oid(OIDPGCatalog), oid(OIDSuperuser), oid(functions.DefaultTSParser))
	}
}

func makeTSConfigMap(_ *Catalog, b *rowBuilder) {
	for _, c := range functions.TSConfigs {
		for kind := range functions.TSTokenTypes {
			if d := c.Dict(kind + 1); d != nil {
				b.add("mapcfg maptokentype mapseqno mapdict", oid(c.OID), num(kind+1), num(1), oid(d.OID))
			}
		}
	}
}

// textSearchComments calls put with each comment on an object of text search.
func textSearchComments(put func(class, oid types.OID, sub int, comment string)) {
	put(classTSParser, functions.DefaultTSParser, 0, "default word parser")
	for _, t := range tsTemplates {
		put(classTSTemplate, t.oid, 0, t.doc)
	}
	for _, d := range functions.TSDicts {
		put(classTSDict, d.OID, 0, d.Doc)
	}
	for _, c := range functions.TSConfigs {
		put(classTSConfig, c.OID, 0, c.Doc)
	}
}

// resolveTextSearch finds a configuration, a dictionary or a parser by name.
func (v sessionView) resolveTextSearch(reg types.OID, s string) (types.OID, error) {
	name, full, system, err := v.systemName(s)
	if err != nil {
		return 0, err
	}
	if system {
		if oid, ok := functions.TSObject(reg, name); ok {
			return oid, nil
		}
	}
	return 0, unknownTextSearch(reg, full)
}

func unknownTextSearch(reg types.OID, name string) error {
	kind := "configuration"
	switch reg {
	case types.OIDRegdictionary:
		kind = "dictionary"
	case functions.TSParsers:
		kind = "parser"
	}
	return sqlerr.New(sqlerr.UndefinedObject, "text search %s \"%s\" does not exist", kind, name)
}
