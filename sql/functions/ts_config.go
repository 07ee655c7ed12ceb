package functions

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// DefaultTSParser is the OID of the one text search parser.
const DefaultTSParser types.OID = 3722

// TSTokenType is a kind of token of the parser.
type TSTokenType struct{ Alias, Doc string }

// TSTokenTypes are the parser's kinds of token, numbered from 1.
var TSTokenTypes = [...]TSTokenType{
	{"asciiword", "Word, all ASCII"},
	{"word", "Word, all letters"},
	{"numword", "Word, letters and digits"},
	{"email", "Email address"},
	{"url", "URL"},
	{"host", "Host"},
	{"sfloat", "Scientific notation"},
	{"version", "Version number"},
	{"hword_numpart", "Hyphenated word part, letters and digits"},
	{"hword_part", "Hyphenated word part, all letters"},
	{"hword_asciipart", "Hyphenated word part, all ASCII"},
	{"blank", "Space symbols"},
	{"tag", "XML tag"},
	{"protocol", "Protocol head"},
	{"numhword", "Hyphenated word, letters and digits"},
	{"asciihword", "Hyphenated word, all ASCII"},
	{"hword", "Hyphenated word, all letters"},
	{"url_path", "URL path"},
	{"file", "File or path name"},
	{"float", "Decimal notation"},
	{"int", "Signed integer"},
	{"uint", "Unsigned integer"},
	{"entity", "XML entity"},
}

// TSDict is a text search dictionary.
type TSDict struct {
	OID      types.OID
	Name     string
	Template types.OID
	Options  string
	Doc      string
	// stem gives a word's lexeme; "" of a stop word. The word is in lower case.
	stem func(string) string
}

// TSConfig is a text search configuration: which dictionary knows the words of
// each kind of token.
type TSConfig struct {
	OID   types.OID
	Name  string
	Doc   string
	words *TSDict // of words all of letters
	rest  *TSDict
}

// TSDicts and TSConfigs are all there are, by OID.
var (
	TSDicts = []*TSDict{
		{3765, "simple", 3727, "", "simple dictionary: just lower case and check for stopword", func(w string) string { return w }},
		{
			13163, "english_stem", 13150, "language = 'english', stopwords = 'english'", "snowball stemmer for english language",
			stemEnglish,
		},
	}
	TSConfigs = []*TSConfig{
		{3748, "simple", "simple configuration", TSDicts[0], TSDicts[0]},
		{13164, "english", "configuration for english language", TSDicts[1], TSDicts[0]},
	}
)

// maxStem bounds the words that are stemmed: longer ones are no language.
const maxStem = 1000

func stemEnglish(w string) string {
	if len(w) > maxStem {
		return w
	}
	if englishStops()[w] {
		return ""
	}
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	return env.Current()
}

// Dict returns the dictionary for a kind of token; nil: such tokens are left
// out.
func (c *TSConfig) Dict(kind int) *TSDict {
	switch kind {
	case tokAsciiWord, tokWord, tokPart, tokAsciiPart, tokAsciiHyphen, tokHyphen:
		return c.words
	case tokSpace, tokTag, tokProtocol, tokEntity:
		return nil
	}
	return c.rest
}

// lexeme is what a dictionary makes of a word; "" of a stop word.
func (d *TSDict) lexeme(word string) string { return d.stem(lower(word)) }

func tsConfigByOID(oid types.OID) (*TSConfig, error) {
	for _, c := range TSConfigs {
		if c.OID == oid {
			return c, nil
		}
	}
	return nil, sqlerr.New(sqlerr.InternalError, "cache lookup failed for text search configuration %d", oid)
}

func tsDictByOID(oid types.OID) (*TSDict, error) {
	for _, d := range TSDicts {
		if d.OID == oid {
			return d, nil
		}
	}
	return nil, sqlerr.New(sqlerr.InternalError, "cache lookup failed for text search dictionary %d", oid)
}

// TSObject finds a configuration or a dictionary by name.
func TSObject(reg types.OID, name string) (types.OID, bool) {
	if reg == tRegdictionary {
		for _, d := range TSDicts {
			if d.Name == name {
				return d.OID, true
			}
		}
		return 0, false
	}
	if reg == TSParsers {
		return DefaultTSParser, name == "default"
	}
	for _, c := range TSConfigs {
		if c.Name == name {
			return c.OID, true
		}
	}
	return 0, false
}

// TSParsers is the OID of pg_ts_parser. Parsers have no reg* type: this stands for
// one where names are resolved.
const TSParsers types.OID = 3601

// TSObjectName is the name of a configuration or a dictionary.
func TSObjectName(reg, oid types.OID) (string, bool) {
	if reg == tRegdictionary {
		d, err := tsDictByOID(oid)
		if err != nil {
			return "", false
		}
		return d.Name, true
	}
	c, err := tsConfigByOID(oid)
	if err != nil {
		return "", false
	}
	return c.Name, true
}

// currentTSConfig is the configuration that the session's setting names.
func (c *Ctx) currentTSConfig() (*TSConfig, error) {
	name, ok, err := c.session().Setting("default_text_search_config")
	if err != nil {
		return nil, err
	}
	if !ok || name == "" {
		name = "pg_catalog.english"
	}
	d, err := types.ParseText(tRegconfig, -1, name, &c.Format)
	if err != nil {
		return nil, err
	}
	return tsConfigByOID(oidArg(d))
}

// tsConfigArg takes the configuration from the first of n arguments when there
// are as many, else from the session, and returns the rest.
func (c *Ctx) tsConfigArg(a []datum, n int) (*TSConfig, []datum, error) {
	if len(a) < n {
		cfg, err := c.currentTSConfig()
		return cfg, a, err
	}
	cfg, err := tsConfigByOID(oidArg(a[0]))
	return cfg, a[1:], err
}
