package functions

import (
	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// asciiTable gives the letters that an encoding's bytes look like, from the
// byte first on, as far as texts in UTF8 have such bytes.
func asciiTable(name string) (first byte, table string) {
	switch name {
	case "LATIN1":
		return 0xa0, "  cL Y  \"Ca  -R     'u .,      ???AAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooo"
	case "LATIN2":
		return 0xa0, " A L LS \"SSTZ-ZZ a,l'ls ,sstz\"zz??AAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoo"
	case "LATIN9":
		return 0xa0, "  cL YS sCa  -R     Zu .z   EeY???AAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooo"
	case "WIN1250":
		return 0x80, "  ' \"    %S<STZZ `'\"\".--  s>stzz   L A  \"CS  -RZ  ,l'u .,as L\"lz??AAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoo"
	}
	return 0, ""
}

// toASCII replaces byte after byte, whatever the text's encoding is.
func toASCII(s, name string) (datum, error) {
	first, table := asciiTable(name)
	if table == "" {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "encoding conversion from %s to ASCII not supported", name)
	}
	b := []byte(s)
	for i, c := range b {
		switch {
		case c < 0x80:
		case c < first || int(c-first) >= len(table):
			b[i] = ' '
		default:
			b[i] = table[c-first]
		}
	}
	return types.Text(string(b)), nil
}

func rowToASCII(_ *Ctx, a []datum) (datum, error) { return toASCII(a[0].S, "UTF8") }

func rowToASCIIByName(_ *Ctx, a []datum) (datum, error) {
	name := charset.Name(a[1].S)
	if name == "" {
		return null, sqlerr.New(sqlerr.UndefinedObject, "%s is not a valid encoding name", a[1].S)
	}
	return toASCII(a[0].S, name)
}

func rowToASCIIByNumber(_ *Ctx, a []datum) (datum, error) {
	name := charset.ByNumber(a[1].I)
	if name == "" {
		return null, sqlerr.New(sqlerr.UndefinedObject, "%d is not a valid encoding code", a[1].I)
	}
	return toASCII(a[0].S, name)
}

// convertFuncs translate texts between encodings.
func convertFuncs() []Func {
	return []Func{
		{
			OID: 1813, Name: "convert", Args: oids{tBytea, tName, tName}, Ret: tBytea, Kind: Scalar, Volatility: 's', Src: "pg_convert", Doc: "convert string with specified encoding names",
			Row: rowConvert(1, 2),
		},
		{
			OID: 1714, Name: "convert_from", Args: oids{tBytea, tName}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "pg_convert_from", Doc: "convert string with specified source encoding name",
			Row: rowConvert(1, 0),
		},
		{
			OID: 1717, Name: "convert_to", Args: oids{tText, tName}, Ret: tBytea, Kind: Scalar, Volatility: 's', Src: "pg_convert_to", Doc: "convert string with specified destination encoding name",
			Row: rowConvert(0, 1),
		},
		{
			OID: 1845, Name: "to_ascii", Args: oids{tText}, Ret: tText, Kind: Scalar, Src: "to_ascii_default", Doc: "encode text from DB encoding to ASCII text",
			Row: rowToASCII,
		},
		{
			OID: 1846, Name: "to_ascii", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Src: "to_ascii_enc", Doc: "encode text from encoding to ASCII text",
			Row: rowToASCIIByNumber,
		},
		{
			OID: 1847, Name: "to_ascii", Args: oids{tText, tName}, Ret: tText, Kind: Scalar, Src: "to_ascii_encname", Doc: "encode text from encoding to ASCII text",
			Row: rowToASCIIByName,
		},
		{
			OID: 2319, Name: "pg_encoding_max_length", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Src: "pg_encoding_max_length_sql", Doc: "maximum octet length of a character in given encoding",
			Row: rowEncodingMax,
		},
		{
			OID: 1713, Name: "length", Args: oids{tBytea, tName}, Ret: tInt4, Kind: Scalar, Volatility: 's', Src: "length_in_encoding", Doc: "length of string in specified encoding",
			Row: rowEncodedLength,
		},
	}
}
