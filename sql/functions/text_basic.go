package functions

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// maxText is the greatest size of a text result, PostgreSQL's limit of an
// allocation less the header.
const maxText = 1<<30 - 5

func errTextLen() error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "requested length too large")
}

func concat(a, b string) string { return a + b }

func charLen(s string) int64 { return int64(utf8.RuneCountInString(s)) }

func byteLen(s string) int64 { return int64(len(s)) }

// isASCII tells whether characters are bytes, which most positions then are.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// substr cuts characters from (1-based, may lie before the text) to from+n.
func substr(s string, from, n int64) string {
	end := from + n
	if end < from { // overflow: to the end
		end = math.MaxInt64
	}
	from = max(from, 1)
	if end <= from {
		return ""
	}
	lo := byteOffset(s, from)
	if end-from >= int64(len(s)) {
		return s[lo:]
	}
	return s[lo : lo+byteOffset(s[lo:], end-from+1)]
}

func rowSubstr(_ *Ctx, a []datum) (datum, error) {
	if len(a) == 2 {
		return types.Text(substr(a[0].S, a[1].I, math.MaxInt32+max(0, -a[1].I))), nil
	}
	if a[2].I < 0 {
		return null, sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
	}
	return types.Text(substr(a[0].S, a[1].I, a[2].I)), nil
}

func rowByteaSubstr(_ *Ctx, a []datum) (datum, error) {
	n := int64(math.MaxInt64 >> 1)
	if len(a) == 3 {
		if n = a[2].I; n < 0 {
			return null, sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
		}
	}
	lo := max(a[1].I, 1) - 1
	hi := min(a[1].I+n-1, int64(len(a[0].S)))
	if lo >= hi {
		return types.Text(""), nil
	}
	return types.Text(a[0].S[lo:hi]), nil
}

func strpos(s, sub string) int64 {
	i := strings.Index(s, sub)
	if i < 0 {
		return 0
	}
	return charPos(s, i)
}

func rowStrpos(_ *Ctx, a []datum) (datum, error) { return types.Int(strpos(a[0].S, a[1].S)), nil }

func rowBytePos(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(strings.Index(a[0].S, a[1].S)) + 1), nil
}

// rowTrim takes characters of a set, blanks if none is given, off the ends.
func rowTrim(left, right bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, set := a[0].S, " "
		if len(a) > 1 {
			set = a[1].S
		}
		if left {
			s = strings.TrimLeft(s, set)
		}
		if right {
			s = strings.TrimRight(s, set)
		}
		return types.Text(s), nil
	}
}

func rowByteTrim(left, right bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, set := a[0].S, a[1].S
		for left && s != "" && strings.IndexByte(set, s[0]) >= 0 {
			s = s[1:]
		}
		for right && s != "" && strings.IndexByte(set, s[len(s)-1]) >= 0 {
			s = s[:len(s)-1]
		}
		return types.Text(s), nil
	}
}

func rowReplace(_ *Ctx, a []datum) (datum, error) {
	if a[1].S == "" {
		return a[0], nil
	}
	if n := len(a[2].S) - len(a[1].S); n > 0 {
		if int64(strings.Count(a[0].S, a[1].S))*int64(n)+int64(len(a[0].S)) > maxText {
			return null, errTextLen()
		}
	}
	return types.Text(strings.ReplaceAll(a[0].S, a[1].S, a[2].S)), nil
}

func rowTranslate(_ *Ctx, a []datum) (datum, error) {
	from, to := []rune(a[1].S), []rune(a[2].S)
	return types.Text(strings.Map(func(r rune) rune {
		i := slices.Index(from, r)
		switch {
		case i < 0:
			return r
		case i < len(to):
			return to[i]
		}
		return -1
	}, a[0].S)), nil
}

// leftChars takes n characters, or all but the last -n.
func leftChars(s string, n int64) string {
	if n < 0 {
		n += charLen(s)
	}
	if n <= 0 {
		return ""
	}
	return s[:byteOffset(s, n+1)]
}

func rightChars(s string, n int64) string {
	if n == math.MinInt32 { // its negation overflows in PostgreSQL, which then cuts nothing
		return s
	}
	if n < 0 {
		n = -n
	} else {
		n = charLen(s) - n
	}
	if n <= 0 {
		return s
	}
	return s[byteOffset(s, n+1):]
}

func rowTextInt2(f func(string, int64) string) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) { return types.Text(f(a[0].S, a[1].I)), nil }
}

func rowPad(left bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, n, fill := a[0].S, max(a[1].I, 0), " "
		if len(a) > 2 {
			fill = a[2].S
		}
		have := charLen(s)
		if n <= have || fill == "" {
			return types.Text(leftChars(s, min(n, have))), nil
		}
		if n*utf8.UTFMax > maxText {
			return null, errTextLen()
		}
		unit := charLen(fill)
		pad := strings.Repeat(fill, int((n-have)/unit)) + leftChars(fill, (n-have)%unit)
		if left {
			return types.Text(pad + s), nil
		}
		return types.Text(s + pad), nil
	}
}

func rowRepeat(_ *Ctx, a []datum) (datum, error) {
	n := max(a[1].I, 0)
	if n > 0 && int64(len(a[0].S)) > maxText/n {
		return null, errTextLen()
	}
	return types.Text(strings.Repeat(a[0].S, int(n))), nil
}

func reverse(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

func rowSplitPart(_ *Ctx, a []datum) (datum, error) {
	s, sep, n := a[0].S, a[1].S, a[2].I
	if n == 0 {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "field position must not be zero")
	}
	if sep == "" {
		if n == 1 || n == -1 {
			return a[0], nil
		}
		return types.Text(""), nil
	}
	if n < 0 {
		n += int64(strings.Count(s, sep)) + 2
		if n <= 0 {
			return types.Text(""), nil
		}
	}
	for ; n > 1; n-- {
		i := strings.Index(s, sep)
		if i < 0 {
			return types.Text(""), nil
		}
		s = s[i+len(sep):]
	}
	head, _, _ := strings.Cut(s, sep)
	return types.Text(head), nil
}

func initcap(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	start := true
	for _, r := range s {
		if start {
			r = unicode.ToUpper(r)
		} else {
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
		start = !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	return b.String()
}

func ascii(s string) int64 {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return int64(r)
}

func rowChr(_ *Ctx, a []datum) (datum, error) {
	v := a[0].I
	switch {
	case v < 0:
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "character number must be positive")
	case v == 0:
		return null, sqlerr.New(sqlerr.ProgramLimitExceeded, "null character not permitted")
	case v > unicode.MaxRune:
		return null, sqlerr.New(sqlerr.ProgramLimitExceeded, "requested character too large for encoding: %d", v)
	case !utf8.ValidRune(rune(v)):
		return null, sqlerr.New(sqlerr.ProgramLimitExceeded, "requested character not valid for encoding: %d", v)
	}
	return types.Text(string(rune(v))), nil
}

func overlay(s, put string, from, n int64) string {
	return substr(s, 1, max(from-1, 0)) + put + substr(s, from+n, math.MaxInt32)
}

func rowOverlay(bytes bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, put, from := a[0].S, a[1].S, a[2].I
		if from <= 0 {
			return null, sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
		}
		if len(a) > 3 && from+a[3].I > math.MaxInt32 {
			return null, errRange("integer")
		}
		if bytes {
			n := int64(len(put))
			if len(a) > 3 {
				n = a[3].I
			}
			lo := min(from-1, int64(len(s)))
			hi := min(max(from-1+n, 0), int64(len(s)))
			return types.Text(s[:lo] + put + s[hi:]), nil
		}
		n := charLen(put)
		if len(a) > 3 {
			n = a[3].I
		}
		return types.Text(overlay(s, put, from, n)), nil
	}
}

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

func vecTextInt(f func(string) int64) vecFunc {
	return func(_ *Ctx, a []*vec, n int, out *vec) error {
		for i := range out.I[:n] {
			if !out.IsNull(i) {
				out.I[i] = f(at(a[0].S, i))
			}
		}
		return nil
	}
}

func vecPrefix(_ *Ctx, a []*vec, n int, out *vec) error {
	for i := range out.I[:n] {
		out.I[i] = b2i(strings.HasPrefix(at(a[0].S, i), at(a[1].S, i)))
	}
	return nil
}

// vecConcat builds all results in one arena, which they then share.
func vecConcat(_ *Ctx, a []*vec, n int, out *vec) error {
	size := 0
	for i := range n {
		if !out.IsNull(i) {
			size += len(at(a[0].S, i)) + len(at(a[1].S, i))
		}
	}
	var arena strings.Builder
	arena.Grow(size)
	for i := range n {
		if !out.IsNull(i) {
			arena.WriteString(at(a[0].S, i))
			arena.WriteString(at(a[1].S, i))
		}
	}
	all, pos := arena.String(), 0
	for i := range n {
		if out.IsNull(i) {
			out.S[i] = ""
			continue
		}
		end := pos + len(at(a[0].S, i)) + len(at(a[1].S, i))
		out.S[i] = all[pos:end]
		pos = end
	}
	return nil
}
