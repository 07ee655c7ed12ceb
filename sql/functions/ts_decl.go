package functions

import "github.com/stemedb/stemedb/sql/types"

// tsFuncs are the functions that make documents and queries of text, and rank them.
func tsFuncs() []Func {
	return []Func{
		{
			OID: 3759, Name: "get_current_ts_config", Ret: tRegconfig, Kind: Scalar, Volatility: 's', Doc: "get current tsearch configuration",
			Row: rowTSCurrent,
		},
		{
			OID: 3745, Cost: 100, Name: "to_tsvector", Args: oids{tRegconfig, tText}, Ret: tTSVector, Kind: Scalar, Src: "to_tsvector_byid",
			Doc: "transform to tsvector", Row: rowToTSVector,
		},
		{
			OID: 3749, Cost: 100, Name: "to_tsvector", Args: oids{tText}, Ret: tTSVector, Kind: Scalar, Volatility: 's', Doc: "transform to tsvector",
			Row: rowToTSVector,
		},
		{
			OID: 4209, Cost: 100, Name: "to_tsvector", Args: oids{tJSONB}, Ret: tTSVector, Kind: Scalar, Volatility: 's', Src: "jsonb_string_to_tsvector",
			Doc: "transform string values from jsonb to tsvector", Row: rowJSONToTSVector(false),
		},
		{
			OID: 4210, Cost: 100, Name: "to_tsvector", Args: oids{tJSON}, Ret: tTSVector, Kind: Scalar, Volatility: 's', Src: "json_string_to_tsvector",
			Doc: "transform string values from json to tsvector", Row: rowJSONToTSVector(false),
		},
		{
			OID: 4211, Cost: 100, Name: "to_tsvector", Args: oids{tRegconfig, tJSONB}, Ret: tTSVector, Kind: Scalar, Src: "jsonb_string_to_tsvector_byid",
			Doc: "transform string values from jsonb to tsvector", Row: rowJSONToTSVector(false),
		},
		{
			OID: 4212, Cost: 100, Name: "to_tsvector", Args: oids{tRegconfig, tJSON}, Ret: tTSVector, Kind: Scalar, Src: "json_string_to_tsvector_byid",
			Doc: "transform string values from json to tsvector", Row: rowJSONToTSVector(false),
		},
		{
			OID: 4213, Cost: 100, Name: "jsonb_to_tsvector", Args: oids{tJSONB, tJSONB}, Ret: tTSVector, Kind: Scalar, Volatility: 's',
			Doc: "transform specified values from jsonb to tsvector",
			Row: rowJSONToTSVector(true),
		},
		{
			OID: 4214, Cost: 100, Name: "jsonb_to_tsvector", Args: oids{tRegconfig, tJSONB, tJSONB}, Ret: tTSVector, Kind: Scalar, Src: "jsonb_to_tsvector_byid",
			Doc: "transform specified values from jsonb to tsvector",
			Row: rowJSONToTSVector(true),
		},
		{
			OID: 4215, Cost: 100, Name: "json_to_tsvector", Args: oids{tJSON, tJSONB}, Ret: tTSVector, Kind: Scalar, Volatility: 's',
			Doc: "transform specified values from json to tsvector", Row: rowJSONToTSVector(true),
		},
		{
			OID: 4216, Cost: 100, Name: "json_to_tsvector", Args: oids{tRegconfig, tJSON, tJSONB}, Ret: tTSVector, Kind: Scalar, Src: "json_to_tsvector_byid",
			Doc: "transform specified values from json to tsvector", Row: rowJSONToTSVector(true),
		},
		{
			OID: 3746, Cost: 100, Name: "to_tsquery", Args: oids{tRegconfig, tText}, Ret: tTSQuery, Kind: Scalar, Src: "to_tsquery_byid", Doc: "make tsquery",
			Row: rowToTSQuery(types.TSStandard, types.TSPhrase),
		},
		{
			OID: 3750, Cost: 100, Name: "to_tsquery", Args: oids{tText}, Ret: tTSQuery, Kind: Scalar, Volatility: 's', Doc: "make tsquery",
			Row: rowToTSQuery(types.TSStandard, types.TSPhrase),
		},
		{
			OID: 3747, Cost: 100, Name: "plainto_tsquery", Args: oids{tRegconfig, tText}, Ret: tTSQuery, Kind: Scalar, Src: "plainto_tsquery_byid",
			Doc: "transform to tsquery", Row: rowToTSQuery(types.TSPlain, types.TSAnd),
		},
		{
			OID: 3751, Cost: 100, Name: "plainto_tsquery", Args: oids{tText}, Ret: tTSQuery, Kind: Scalar, Volatility: 's', Doc: "transform to tsquery",
			Row: rowToTSQuery(types.TSPlain, types.TSAnd),
		},
		{
			OID: 5001, Cost: 100, Name: "phraseto_tsquery", Args: oids{tText}, Ret: tTSQuery, Kind: Scalar, Volatility: 's', Doc: "transform to tsquery",
			Row: rowToTSQuery(types.TSPlain, types.TSPhrase),
		},
		{
			OID: 5006, Cost: 100, Name: "phraseto_tsquery", Args: oids{tRegconfig, tText}, Ret: tTSQuery, Kind: Scalar, Src: "phraseto_tsquery_byid",
			Doc: "transform to tsquery", Row: rowToTSQuery(types.TSPlain, types.TSPhrase),
		},
		{
			OID: 5007, Cost: 100, Name: "websearch_to_tsquery", Args: oids{tRegconfig, tText}, Ret: tTSQuery, Kind: Scalar, Src: "websearch_to_tsquery_byid",
			Doc: "transform to tsquery", Row: rowToTSQuery(types.TSWeb, types.TSPhrase),
		},
		{
			OID: 5009, Cost: 100, Name: "websearch_to_tsquery", Args: oids{tText}, Ret: tTSQuery, Kind: Scalar, Volatility: 's', Doc: "transform to tsquery",
			Row: rowToTSQuery(types.TSWeb, types.TSPhrase),
		},
		{
			OID: 6183, Cost: 100, Name: "ts_debug", Args: oids{tRegconfig, tText}, ArgNames: names{"config", "document"}, Ret: tRecord, RetSet: true,
			OutNames: names{"alias", "description", "token", "dictionaries", "dictionary", "lexemes"},
			OutTypes: oids{tText, tText, tText, tRegdictionaryArray, tRegdictionary, tTextArray}, Kind: Scalar, Volatility: 's',
			Doc: "debug function for text search configuration", Set: setTSDebug,
		},
		{
			OID: 6184, Cost: 100, Name: "ts_debug", Args: oids{tText}, ArgNames: names{"document"}, Ret: tRecord, RetSet: true,
			OutNames: names{"alias", "description", "token", "dictionaries", "dictionary", "lexemes"},
			OutTypes: oids{tText, tText, tText, tRegdictionaryArray, tRegdictionary, tTextArray}, Kind: Scalar, Volatility: 's',
			Doc: "debug function for current text search configuration",
			Set: setTSDebug,
		},
		{
			OID: 3743, Cost: 100, Name: "ts_headline", Args: oids{tRegconfig, tText, tTSQuery, tText}, Ret: tText, Kind: Scalar, Src: "ts_headline_byid_opt",
			Doc: "generate headline", Row: rowTSHeadline(true, tText),
		},
		{
			OID: 3744, Cost: 100, Name: "ts_headline", Args: oids{tRegconfig, tText, tTSQuery}, Ret: tText, Kind: Scalar, Src: "ts_headline_byid",
			Doc: "generate headline", Row: rowTSHeadline(true, tText),
		},
		{
			OID: 3754, Cost: 100, Name: "ts_headline", Args: oids{tText, tTSQuery, tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "ts_headline_opt",
			Doc: "generate headline", Row: rowTSHeadline(false, tText),
		},
		{
			OID: 3755, Cost: 100, Name: "ts_headline", Args: oids{tText, tTSQuery}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "generate headline",
			Row: rowTSHeadline(false, tText),
		},
		{
			OID: 4201, Cost: 100, Name: "ts_headline", Args: oids{tRegconfig, tJSONB, tTSQuery, tText}, Ret: tJSONB, Kind: Scalar,
			Src: "ts_headline_jsonb_byid_opt", Doc: "generate headline from jsonb",
			Row: rowTSHeadline(true, tJSONB),
		},
		{
			OID: 4202, Cost: 100, Name: "ts_headline", Args: oids{tRegconfig, tJSONB, tTSQuery}, Ret: tJSONB, Kind: Scalar, Src: "ts_headline_jsonb_byid",
			Doc: "generate headline from jsonb", Row: rowTSHeadline(true, tJSONB),
		},
		{
			OID: 4203, Cost: 100, Name: "ts_headline", Args: oids{tJSONB, tTSQuery, tText}, Ret: tJSONB, Kind: Scalar, Volatility: 's',
			Src: "ts_headline_jsonb_opt", Doc: "generate headline from jsonb",
			Row: rowTSHeadline(false, tJSONB),
		},
		{
			OID: 4204, Cost: 100, Name: "ts_headline", Args: oids{tJSONB, tTSQuery}, Ret: tJSONB, Kind: Scalar, Volatility: 's', Src: "ts_headline_jsonb",
			Doc: "generate headline from jsonb", Row: rowTSHeadline(false, tJSONB),
		},
		{
			OID: 4205, Cost: 100, Name: "ts_headline", Args: oids{tRegconfig, tJSON, tTSQuery, tText}, Ret: tJSON, Kind: Scalar,
			Src: "ts_headline_json_byid_opt", Doc: "generate headline from json",
			Row: rowTSHeadline(true, tJSON),
		},
		{
			OID: 4206, Cost: 100, Name: "ts_headline", Args: oids{tRegconfig, tJSON, tTSQuery}, Ret: tJSON, Kind: Scalar, Src: "ts_headline_json_byid",
			Doc: "generate headline from json", Row: rowTSHeadline(true, tJSON),
		},
		{
			OID: 4207, Cost: 100, Name: "ts_headline", Args: oids{tJSON, tTSQuery, tText}, Ret: tJSON, Kind: Scalar, Volatility: 's',
			Src: "ts_headline_json_opt", Doc: "generate headline from json",
			Row: rowTSHeadline(false, tJSON),
		},
		{
			OID: 4208, Cost: 100, Name: "ts_headline", Args: oids{tJSON, tTSQuery}, Ret: tJSON, Kind: Scalar, Volatility: 's', Src: "ts_headline_json",
			Doc: "generate headline from json", Row: rowTSHeadline(false, tJSON),
		},
		{
			OID: 3723, Name: "ts_lexize", Args: oids{tRegdictionary, tText}, Ret: tTextArray, Kind: Scalar, Doc: "normalize one word by dictionary",
			Row: rowTSLexize,
		},
		{
			OID: 3715, Name: "ts_parse", Args: oids{tOID, tText}, ArgNames: names{"parser_oid", "txt"}, Ret: tRecord, RetSet: true,
			OutNames: names{"tokid", "token"}, OutTypes: oids{tInt4, tText}, Kind: Scalar, Src: "ts_parse_byid", Doc: "parse text to tokens",
			Set: setTSParse(false),
		},
		{
			OID: 3716, Name: "ts_parse", Args: oids{tText, tText}, ArgNames: names{"parser_name", "txt"}, Ret: tRecord, RetSet: true,
			OutNames: names{"tokid", "token"}, OutTypes: oids{tInt4, tText}, Kind: Scalar, Volatility: 's', Src: "ts_parse_byname",
			Doc: "parse text to tokens", Set: setTSParse(true),
		},
		{
			OID: 3713, Name: "ts_token_type", Args: oids{tOID}, ArgNames: names{"parser_oid"}, Ret: tRecord, RetSet: true,
			OutNames: names{"tokid", "alias", "description"}, OutTypes: oids{tInt4, tText, tText}, Kind: Scalar, Src: "ts_token_type_byid",
			Doc: "get parser's token types", Set: setTSTokenTypes(false),
		},
		{
			OID: 3714, Name: "ts_token_type", Args: oids{tText}, ArgNames: names{"parser_name"}, Ret: tRecord, RetSet: true,
			OutNames: names{"tokid", "alias", "description"}, OutTypes: oids{tInt4, tText, tText}, Kind: Scalar, Volatility: 's',
			Src: "ts_token_type_byname", Doc: "get parser's token types",
			Set: setTSTokenTypes(true),
		},
		{
			OID: 3703, Name: "ts_rank", Args: oids{tFloat4Array, tTSVector, tTSQuery, tInt4}, Ret: tFloat4, Kind: Scalar, Src: "ts_rank_wttf",
			Doc: "relevance", Row: rowTSRank(true, tsRank),
		},
		{
			OID: 3704, Name: "ts_rank", Args: oids{tFloat4Array, tTSVector, tTSQuery}, Ret: tFloat4, Kind: Scalar, Src: "ts_rank_wtt",
			Doc: "relevance", Row: rowTSRank(true, tsRank),
		},
		{
			OID: 3705, Name: "ts_rank", Args: oids{tTSVector, tTSQuery, tInt4}, Ret: tFloat4, Kind: Scalar, Src: "ts_rank_ttf", Doc: "relevance",
			Row: rowTSRank(false, tsRank),
		},
		{
			OID: 3706, Name: "ts_rank", Args: oids{tTSVector, tTSQuery}, Ret: tFloat4, Kind: Scalar, Src: "ts_rank_tt", Doc: "relevance",
			Row: rowTSRank(false, tsRank),
		},
		{
			OID: 3707, Name: "ts_rank_cd", Args: oids{tFloat4Array, tTSVector, tTSQuery, tInt4}, Ret: tFloat4, Kind: Scalar, Src: "ts_rankcd_wttf",
			Doc: "relevance", Row: rowTSRank(true, tsRankCover),
		},
		{
			OID: 3708, Name: "ts_rank_cd", Args: oids{tFloat4Array, tTSVector, tTSQuery}, Ret: tFloat4, Kind: Scalar, Src: "ts_rankcd_wtt",
			Doc: "relevance", Row: rowTSRank(true, tsRankCover),
		},
		{
			OID: 3709, Name: "ts_rank_cd", Args: oids{tTSVector, tTSQuery, tInt4}, Ret: tFloat4, Kind: Scalar, Src: "ts_rankcd_ttf", Doc: "relevance",
			Row: rowTSRank(false, tsRankCover),
		},
		{
			OID: 3710, Name: "ts_rank_cd", Args: oids{tTSVector, tTSQuery}, Ret: tFloat4, Kind: Scalar, Src: "ts_rankcd_tt", Doc: "relevance",
			Row: rowTSRank(false, tsRankCover),
		},
		{OID: 3736, Name: "regconfigin", Args: oids{tCString}, Ret: tRegconfig, Kind: Scalar, Volatility: 's', Row: ioIn(tRegconfig)},
		{OID: 3737, Name: "regconfigout", Args: oids{tRegconfig}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 3739, Name: "regconfigsend", Args: oids{tRegconfig}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
		{
			OID: 3771, Name: "regdictionaryin", Args: oids{tCString}, Ret: tRegdictionary, Kind: Scalar, Volatility: 's',
			Row: ioIn(tRegdictionary),
		},
		{OID: 3772, Name: "regdictionaryout", Args: oids{tRegdictionary}, Ret: tCString, Kind: Scalar, Volatility: 's', Bind: ioOut},
		{OID: 3774, Name: "regdictionarysend", Args: oids{tRegdictionary}, Ret: tBytea, Kind: Scalar, Bind: ioSend},
	}
}
