package functions

// textRegexFuncs are the functions over regular expressions.
func textRegexFuncs() []Func {
	return []Func{
		{
			OID: 3396, Name: "regexp_match", Args: oids{tText, tText}, Ret: tTextArray, Kind: Scalar, Src: "regexp_match_no_flags", Doc: "find first match for regexp",
			Row: rowRegexpMatch,
		},
		{
			OID: 3397, Name: "regexp_match", Args: oids{tText, tText, tText}, Ret: tTextArray, Kind: Scalar, Doc: "find first match for regexp",
			Row: rowRegexpMatch,
		},
		{
			OID: 2763, Name: "regexp_matches", Args: oids{tText, tText}, Ret: tTextArray, RetSet: true, Kind: Scalar, Src: "regexp_matches_no_flags", Doc: "find match(es) for regexp",
			Set: setRegexpMatches,
		},
		{
			OID: 2764, Name: "regexp_matches", Args: oids{tText, tText, tText}, Ret: tTextArray, RetSet: true, Kind: Scalar, Doc: "find match(es) for regexp",
			Set: setRegexpMatches,
		},
		{
			OID: 2767, Name: "regexp_split_to_array", Args: oids{tText, tText}, Ret: tTextArray, Kind: Scalar, Src: "regexp_split_to_array_no_flags", Doc: "split string by pattern",
			Row: rowRegexpSplitArray,
		},
		{
			OID: 2768, Name: "regexp_split_to_array", Args: oids{tText, tText, tText}, Ret: tTextArray, Kind: Scalar, Doc: "split string by pattern",
			Row: rowRegexpSplitArray,
		},
		{
			OID: 2765, Name: "regexp_split_to_table", Args: oids{tText, tText}, Ret: tText, RetSet: true, Kind: Scalar, Src: "regexp_split_to_table_no_flags", Doc: "split string by pattern",
			Set: setRegexpSplit,
		},
		{
			OID: 2766, Name: "regexp_split_to_table", Args: oids{tText, tText, tText}, Ret: tText, RetSet: true, Kind: Scalar, Doc: "split string by pattern",
			Set: setRegexpSplit,
		},
		{
			OID: 2284, Name: "regexp_replace", Args: oids{tText, tText, tText}, Ret: tText, Kind: Scalar, Src: "textregexreplace_noopt", Doc: "replace text using regexp",
			Row: rowRegexpReplace,
		},
		{
			OID: 2285, Name: "regexp_replace", Args: oids{tText, tText, tText, tText}, Ret: tText, Kind: Scalar, Src: "textregexreplace", Doc: "replace text using regexp",
			Row: rowRegexpReplace,
		},
		{
			OID: 6253, Name: "regexp_replace", Args: oids{tText, tText, tText, tInt4}, Ret: tText, Kind: Scalar, Src: "textregexreplace_extended_no_n", Doc: "replace text using regexp",
			Row: rowRegexpReplaceN,
		},
		{
			OID: 6252, Name: "regexp_replace", Args: oids{tText, tText, tText, tInt4, tInt4}, Ret: tText, Kind: Scalar, Src: "textregexreplace_extended_no_flags", Doc: "replace text using regexp",
			Row: rowRegexpReplaceN,
		},
		{
			OID: 6251, Name: "regexp_replace", Args: oids{tText, tText, tText, tInt4, tInt4, tText}, Ret: tText, Kind: Scalar, Src: "textregexreplace_extended", Doc: "replace text using regexp",
			Row: rowRegexpReplaceN,
		},
		{
			OID: 6254, Name: "regexp_count", Args: oids{tText, tText}, Ret: tInt4, Kind: Scalar, Src: "regexp_count_no_start", Doc: "count regexp matches",
			Row: rowRegexpCount,
		},
		{
			OID: 6255, Name: "regexp_count", Args: oids{tText, tText, tInt4}, Ret: tInt4, Kind: Scalar, Src: "regexp_count_no_flags", Doc: "count regexp matches",
			Row: rowRegexpCount,
		},
		{
			OID: 6256, Name: "regexp_count", Args: oids{tText, tText, tInt4, tText}, Ret: tInt4, Kind: Scalar, Doc: "count regexp matches",
			Row: rowRegexpCount,
		},
		{
			OID: 6263, Name: "regexp_like", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Src: "regexp_like_no_flags", Doc: "test for regexp match",
			Row: rowRegexpLike,
		},
		{
			OID: 6264, Name: "regexp_like", Args: oids{tText, tText, tText}, Ret: tBool, Kind: Scalar, Doc: "test for regexp match",
			Row: rowRegexpLike,
		},
		{
			OID: 6265, Name: "regexp_substr", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Src: "regexp_substr_no_start", Doc: "extract substring that matches regexp",
			Row: rowRegexpSubstr,
		},
		{
			OID: 6266, Name: "regexp_substr", Args: oids{tText, tText, tInt4}, Ret: tText, Kind: Scalar, Src: "regexp_substr_no_n", Doc: "extract substring that matches regexp",
			Row: rowRegexpSubstr,
		},
		{
			OID: 6267, Name: "regexp_substr", Args: oids{tText, tText, tInt4, tInt4}, Ret: tText, Kind: Scalar, Src: "regexp_substr_no_flags", Doc: "extract substring that matches regexp",
			Row: rowRegexpSubstr,
		},
		{
			OID: 6268, Name: "regexp_substr", Args: oids{tText, tText, tInt4, tInt4, tText}, Ret: tText, Kind: Scalar, Src: "regexp_substr_no_subexpr", Doc: "extract substring that matches regexp",
			Row: rowRegexpSubstr,
		},
		{
			OID: 6269, Name: "regexp_substr", Args: oids{tText, tText, tInt4, tInt4, tText, tInt4}, Ret: tText, Kind: Scalar, Doc: "extract substring that matches regexp",
			Row: rowRegexpSubstr,
		},
		{
			OID: 6257, Name: "regexp_instr", Args: oids{tText, tText}, Ret: tInt4, Kind: Scalar, Src: "regexp_instr_no_start", Doc: "position of regexp match",
			Row: rowRegexpInstr,
		},
		{
			OID: 6258, Name: "regexp_instr", Args: oids{tText, tText, tInt4}, Ret: tInt4, Kind: Scalar, Src: "regexp_instr_no_n", Doc: "position of regexp match",
			Row: rowRegexpInstr,
		},
		{
			OID: 6259, Name: "regexp_instr", Args: oids{tText, tText, tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Src: "regexp_instr_no_endoption", Doc: "position of regexp match",
			Row: rowRegexpInstr,
		},
		{
			OID: 6260, Name: "regexp_instr", Args: oids{tText, tText, tInt4, tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Src: "regexp_instr_no_flags", Doc: "position of regexp match",
			Row: rowRegexpInstr,
		},
		{
			OID: 6261, Name: "regexp_instr", Args: oids{tText, tText, tInt4, tInt4, tInt4, tText}, Ret: tInt4, Kind: Scalar, Src: "regexp_instr_no_subexpr", Doc: "position of regexp match",
			Row: rowRegexpInstr,
		},
		{
			OID: 6262, Name: "regexp_instr", Args: oids{tText, tText, tInt4, tInt4, tInt4, tText, tInt4}, Ret: tInt4, Kind: Scalar, Doc: "position of regexp match",
			Row: rowRegexpInstr,
		},
		{
			OID: 2073, Name: "substring", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Src: "textregexsubstr", Doc: "extract text matching regular expression",
			Row: rowSubstringRegex,
		},
		{
			OID: 2074, Name: "substring", Args: oids{tText, tText, tText}, Ret: tText, Kind: Scalar, Src: "", Doc: "extract text matching SQL regular expression",
			Row: rowSubstringSimilar,
		},
		{
			OID: 1623, Name: "similar_escape", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, NotStrict: true, Doc: "convert SQL regexp pattern to POSIX style",
			Row: rowSimilarEscape,
		},
		{
			OID: 1986, Name: "similar_to_escape", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Src: "similar_to_escape_2", Doc: "convert SQL regexp pattern to POSIX style",
			Row: rowSimilarEscape,
		},
		{
			OID: 1987, Name: "similar_to_escape", Args: oids{tText}, Ret: tText, Kind: Scalar, Src: "similar_to_escape_1", Doc: "convert SQL regexp pattern to POSIX style",
			Row: rowSimilarEscape,
		},
	}
}
