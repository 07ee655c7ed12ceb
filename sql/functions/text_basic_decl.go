package functions

import (
	"strings"
)

// textFuncs are the functions of strings that need neither formats nor
// patterns.
func textFuncs() []Func {
	return []Func{
		{OID: 1258, Name: "textcat", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Row: rowTextText(concat), Vec: vecConcat},
		{OID: 2011, Name: "byteacat", Args: oids{tBytea, tBytea}, Ret: tBytea, Kind: Scalar, Row: rowTextText(concat)},
		{
			OID: 1257, Name: "textlen", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Doc: "length",
			Row: rowTextInt(charLen), Vec: vecTextInt(charLen),
		},
		{
			OID: 1317, Name: "length", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Src: "textlen", Doc: "length",
			Row: rowTextInt(charLen), Vec: vecTextInt(charLen),
		},
		{
			OID: 1381, Name: "char_length", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Src: "textlen", Doc: "character length",
			Row: rowTextInt(charLen), Vec: vecTextInt(charLen),
		},
		{
			OID: 1369, Name: "character_length", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Src: "textlen", Doc: "character length",
			Row: rowTextInt(charLen), Vec: vecTextInt(charLen),
		},
		{
			OID: 1318, Name: "length", Args: oids{tBpchar}, Ret: tInt4, Kind: Scalar, Src: "bpcharlen", Doc: "character length",
			Row: rowTextInt(func(s string) int64 { return charLen(trimBlanks(s)) }),
		},
		{
			OID: 1372, Name: "char_length", Args: oids{tBpchar}, Ret: tInt4, Kind: Scalar, Src: "bpcharlen", Doc: "character length",
			Row: rowTextInt(func(s string) int64 { return charLen(trimBlanks(s)) }),
		},
		{
			OID: 1367, Name: "character_length", Args: oids{tBpchar}, Ret: tInt4, Kind: Scalar, Src: "bpcharlen", Doc: "character length",
			Row: rowTextInt(func(s string) int64 { return charLen(trimBlanks(s)) }),
		},
		{
			OID: 1374, Name: "octet_length", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Src: "textoctetlen", Doc: "octet length",
			Row: rowTextInt(byteLen),
		},
		{
			OID: 1375, Name: "octet_length", Args: oids{tBpchar}, Ret: tInt4, Kind: Scalar, Src: "bpcharoctetlen", Doc: "octet length",
			Row: rowTextInt(byteLen),
		},
		{
			OID: 720, Name: "octet_length", Args: oids{tBytea}, Ret: tInt4, Kind: Scalar, Src: "byteaoctetlen", Doc: "octet length",
			Row: rowTextInt(byteLen),
		},
		{
			OID: 2010, Name: "length", Args: oids{tBytea}, Ret: tInt4, Kind: Scalar, Src: "byteaoctetlen", Doc: "octet length",
			Row: rowTextInt(byteLen),
		},
		{
			OID: 1811, Name: "bit_length", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Src: "", Doc: "length in bits",
			Row: rowTextInt(func(s string) int64 { return 8 * byteLen(s) }),
		},
		{
			OID: 1810, Name: "bit_length", Args: oids{tBytea}, Ret: tInt4, Kind: Scalar, Src: "", Doc: "length in bits",
			Row: rowTextInt(func(s string) int64 { return 8 * byteLen(s) }),
		},
		{OID: 870, Name: "lower", Args: oids{tText}, Ret: tText, Kind: Scalar, Doc: "lowercase", Row: rowText(lower)},
		{OID: 871, Name: "upper", Args: oids{tText}, Ret: tText, Kind: Scalar, Doc: "uppercase", Row: rowText(upper)},
		{OID: 872, Name: "initcap", Args: oids{tText}, Ret: tText, Kind: Scalar, Doc: "capitalize each word", Row: rowText(initcap)},
		{
			OID: 883, Name: "substr", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Src: "text_substr_no_len", Doc: "extract portion of string",
			Row: rowSubstr,
		},
		{
			OID: 937, Name: "substring", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Src: "text_substr_no_len", Doc: "extract portion of string",
			Row: rowSubstr,
		},
		{
			OID: 877, Name: "substr", Args: oids{tText, tInt4, tInt4}, Ret: tText, Kind: Scalar, Src: "text_substr", Doc: "extract portion of string",
			Row: rowSubstr,
		},
		{
			OID: 936, Name: "substring", Args: oids{tText, tInt4, tInt4}, Ret: tText, Kind: Scalar, Src: "text_substr", Doc: "extract portion of string",
			Row: rowSubstr,
		},
		{
			OID: 2086, Name: "substr", Args: oids{tBytea, tInt4}, Ret: tBytea, Kind: Scalar, Src: "bytea_substr_no_len", Doc: "extract portion of string",
			Row: rowByteaSubstr,
		},
		{
			OID: 2013, Name: "substring", Args: oids{tBytea, tInt4}, Ret: tBytea, Kind: Scalar, Src: "bytea_substr_no_len", Doc: "extract portion of string",
			Row: rowByteaSubstr,
		},
		{
			OID: 2085, Name: "substr", Args: oids{tBytea, tInt4, tInt4}, Ret: tBytea, Kind: Scalar, Src: "bytea_substr", Doc: "extract portion of string",
			Row: rowByteaSubstr,
		},
		{
			OID: 2012, Name: "substring", Args: oids{tBytea, tInt4, tInt4}, Ret: tBytea, Kind: Scalar, Src: "bytea_substr", Doc: "extract portion of string",
			Row: rowByteaSubstr,
		},
		{
			OID: 868, Name: "strpos", Args: oids{tText, tText}, Ret: tInt4, Kind: Scalar, Src: "textpos", Doc: "position of substring",
			Row: rowStrpos,
		},
		{
			OID: 849, Name: "position", Args: oids{tText, tText}, Ret: tInt4, Kind: Scalar, Src: "textpos", Doc: "position of substring",
			Row: rowStrpos,
		},
		{
			OID: 2014, Name: "position", Args: oids{tBytea, tBytea}, Ret: tInt4, Kind: Scalar, Src: "byteapos", Doc: "position of substring",
			Row: rowBytePos,
		},
		{
			OID: 885, Name: "btrim", Args: oids{tText}, Ret: tText, Kind: Scalar, Src: "btrim1", Doc: "trim spaces from both ends of string",
			Row: rowTrim(true, true),
		},
		{
			OID: 884, Name: "btrim", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Doc: "trim selected characters from both ends of string",
			Row: rowTrim(true, true),
		},
		{
			OID: 881, Name: "ltrim", Args: oids{tText}, Ret: tText, Kind: Scalar, Src: "ltrim1", Doc: "trim spaces from left end of string",
			Row: rowTrim(true, false),
		},
		{
			OID: 875, Name: "ltrim", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Doc: "trim selected characters from left end of string",
			Row: rowTrim(true, false),
		},
		{
			OID: 882, Name: "rtrim", Args: oids{tText}, Ret: tText, Kind: Scalar, Src: "rtrim1", Doc: "trim spaces from right end of string",
			Row: rowTrim(false, true),
		},
		{
			OID: 876, Name: "rtrim", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Doc: "trim selected characters from right end of string",
			Row: rowTrim(false, true),
		},
		{
			OID: 2015, Name: "btrim", Args: oids{tBytea, tBytea}, Ret: tBytea, Kind: Scalar, Src: "byteatrim", Doc: "trim selected bytes from both ends of string",
			Row: rowByteTrim(true, true),
		},
		{
			OID: 6195, Name: "ltrim", Args: oids{tBytea, tBytea}, Ret: tBytea, Kind: Scalar, Src: "bytealtrim", Doc: "trim selected bytes from left end of string",
			Row: rowByteTrim(true, false),
		},
		{
			OID: 6196, Name: "rtrim", Args: oids{tBytea, tBytea}, Ret: tBytea, Kind: Scalar, Src: "byteartrim", Doc: "trim selected bytes from right end of string",
			Row: rowByteTrim(false, true),
		},
		{
			OID: 2087, Name: "replace", Args: oids{tText, tText, tText}, Ret: tText, Kind: Scalar, Src: "replace_text", Doc: "replace all occurrences in string of old_substr with new_substr",
			Row: rowReplace,
		},
		{
			OID: 878, Name: "translate", Args: oids{tText, tText, tText}, Ret: tText, Kind: Scalar, Doc: "map a set of characters appearing in string",
			Row: rowTranslate,
		},
		{
			OID: 3060, Name: "left", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Src: "text_left", Doc: "extract the first n characters",
			Row: rowTextInt2(leftChars),
		},
		{
			OID: 3061, Name: "right", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Src: "text_right", Doc: "extract the last n characters",
			Row: rowTextInt2(rightChars),
		},
		{
			OID: 879, Name: "lpad", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Src: "", Doc: "left-pad string to length",
			Row: rowPad(true),
		},
		{
			OID: 873, Name: "lpad", Args: oids{tText, tInt4, tText}, Ret: tText, Kind: Scalar, Doc: "left-pad string to length",
			Row: rowPad(true),
		},
		{
			OID: 880, Name: "rpad", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Src: "", Doc: "right-pad string to length",
			Row: rowPad(false),
		},
		{
			OID: 874, Name: "rpad", Args: oids{tText, tInt4, tText}, Ret: tText, Kind: Scalar, Doc: "right-pad string to length",
			Row: rowPad(false),
		},
		{OID: 1622, Name: "repeat", Args: oids{tText, tInt4}, Ret: tText, Kind: Scalar, Doc: "replicate string n times", Row: rowRepeat},
		{
			OID: 3062, Name: "reverse", Args: oids{tText}, Ret: tText, Kind: Scalar, Src: "text_reverse", Doc: "reverse text",
			Row: rowText(reverse),
		},
		{
			OID: 2088, Name: "split_part", Args: oids{tText, tText, tInt4}, Ret: tText, Kind: Scalar, Doc: "split string by field_sep and return field_num",
			Row: rowSplitPart,
		},
		{
			OID: 3696, Name: "starts_with", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Src: "text_starts_with",
			Row: rowTextTextBool(strings.HasPrefix), Vec: vecPrefix,
		},
		{
			OID: 1620, Name: "ascii", Args: oids{tText}, Ret: tInt4, Kind: Scalar, Doc: "convert first char to int4",
			Row: rowTextInt(ascii),
		},
		{OID: 1621, Name: "chr", Args: oids{tInt4}, Ret: tText, Kind: Scalar, Doc: "convert int4 to char", Row: rowChr},
		{
			OID: 1405, Name: "overlay", Args: oids{tText, tText, tInt4}, Ret: tText, Kind: Scalar, Src: "textoverlay_no_len", Doc: "substitute portion of string",
			Row: rowOverlay(false),
		},
		{
			OID: 1404, Name: "overlay", Args: oids{tText, tText, tInt4, tInt4}, Ret: tText, Kind: Scalar, Src: "textoverlay", Doc: "substitute portion of string",
			Row: rowOverlay(false),
		},
		{
			OID: 752, Name: "overlay", Args: oids{tBytea, tBytea, tInt4}, Ret: tBytea, Kind: Scalar, Src: "byteaoverlay_no_len", Doc: "substitute portion of string",
			Row: rowOverlay(true),
		},
		{
			OID: 749, Name: "overlay", Args: oids{tBytea, tBytea, tInt4, tInt4}, Ret: tBytea, Kind: Scalar, Src: "byteaoverlay", Doc: "substitute portion of string",
			Row: rowOverlay(true),
		},
		{
			OID: 458, Name: "text_larger", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Doc: "larger of two",
			Row: rowTextText(func(a, b string) string { return max(a, b) }),
		},
		{
			OID: 459, Name: "text_smaller", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Doc: "smaller of two",
			Row: rowTextText(func(a, b string) string { return min(a, b) }),
		},
	}
}

func textOperators() []Operator {
	return []Operator{
		{3877, "^@", tText, tText, tBool, 3696, 0, 0},
		{654, "||", tText, tText, tText, 1258, 0, 0},
		{2018, "||", tBytea, tBytea, tBytea, 2011, 0, 0},
	}
}
