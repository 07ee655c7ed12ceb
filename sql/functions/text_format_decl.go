package functions

import "github.com/stemedb/stemedb/sql/types"

// textFormatFuncs are the functions that print values of any type.
func textFormatFuncs() []Func {
	return []Func{
		{
			OID: 3058, Name: "concat", Args: oids{tAny}, Variadic: true, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "text_concat", Doc: "concatenate values",
			Bind: bindConcat,
		},
		{
			OID: 3059, Name: "concat_ws", Args: oids{tText, tAny}, Variadic: true, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "text_concat_ws", Doc: "concatenate values with separators",
			Bind: bindConcatWS,
		},
		{
			OID: 6198, Name: "unistr", Args: oids{tText}, Ret: tText, Kind: Scalar, Doc: "unescape Unicode characters",
			Row: func(_ *Ctx, a []datum) (datum, error) {
				s, err := unistr(a[0].S)
				return types.Text(s), err
			},
		},
		{
			OID: 438, Name: "num_nulls", Args: oids{tAny}, Variadic: true, Ret: tInt4, Kind: Scalar, NotStrict: true, Src: "pg_num_nulls", Doc: "count the number of NULL arguments",
			Row: rowCountNulls(true),
		},
		{
			OID: 440, Name: "num_nonnulls", Args: oids{tAny}, Variadic: true, Ret: tInt4, Kind: Scalar, NotStrict: true, Src: "pg_num_nonnulls", Doc: "count the number of non-NULL arguments",
			Row: rowCountNulls(false),
		},
		{
			OID: 2003, Name: "textanycat", Args: oids{tText, tAnyNonArray}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "select $1 operator(pg_catalog.||) $2::pg_catalog.text",
			Bind: bindTextAny,
		},
		{
			OID: 2004, Name: "anytextcat", Args: oids{tAnyNonArray, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "select $1::pg_catalog.text operator(pg_catalog.||) $2",
			Bind: bindTextAny,
		},
		{
			OID: 3539, Name: "format", Args: oids{tText, tAny}, Variadic: true, Ret: tText, Kind: Scalar, NotStrict: true, NullArray: true, Volatility: 's', Src: "text_format", Doc: "format text message",
			Bind: bindFormat,
		},
		{
			OID: 3540, Name: "format", Args: oids{tText}, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "text_format_nv", Doc: "format text message",
			Bind: bindFormat,
		},
		{
			OID: 1282, Name: "quote_ident", Args: oids{tText}, Ret: tText, Kind: Scalar, Doc: "quote an identifier for usage in a querystring",
			Row: rowText(QuoteIdent),
		},
		{
			OID: 1283, Name: "quote_literal", Args: oids{tText}, Ret: tText, Kind: Scalar, Doc: "quote a literal for usage in a querystring",
			Row: rowText(QuoteLiteral),
		},
		{
			OID: 1285, Name: "quote_literal", Args: oids{tAnyElement}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "select pg_catalog.quote_literal($1::pg_catalog.text)", Doc: "quote a data value for usage in a querystring",
			Bind: bindQuote(false),
		},
		{
			OID: 1289, Name: "quote_nullable", Args: oids{tText}, Ret: tText, Kind: Scalar, NotStrict: true, Doc: "quote a possibly-null literal for usage in a querystring",
			Bind: bindQuote(true),
		},
		{
			OID: 1290, Name: "quote_nullable", Args: oids{tAnyElement}, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "select pg_catalog.quote_nullable($1::pg_catalog.text)", Doc: "quote a possibly-null data value for usage in a querystring",
			Bind: bindQuote(true),
		},
		{
			OID: 1268, Name: "parse_ident", Args: oids{tText, tBool}, ArgNames: names{"str", "strict"}, Defaults: datums{types.Bool(true)}, Ret: tTextArray, Kind: Scalar, Doc: "parse qualified identifier to array of identifiers",
			Row: rowParseIdent,
		},
	}
}

func textFormatOperators() []Operator {
	return []Operator{
		{2779, "||", tText, tAnyNonArray, tText, 2003, 0, 0},
		{2780, "||", tAnyNonArray, tText, tText, 2004, 0, 0},
	}
}
