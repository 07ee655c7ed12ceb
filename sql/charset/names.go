package charset

import "strings"

// encodings are PostgreSQL's names of encodings, by number.
var encodings = [...]string{
	"SQL_ASCII", "EUC_JP", "EUC_CN", "EUC_KR", "EUC_TW", "EUC_JIS_2004", "UTF8", "MULE_INTERNAL", "LATIN1", "LATIN2", "LATIN3",
	"LATIN4", "LATIN5", "LATIN6", "LATIN7", "LATIN8", "LATIN9", "LATIN10", "WIN1256", "WIN1258", "WIN866", "WIN874", "KOI8R",
	"WIN1251", "WIN1252", "ISO_8859_5", "ISO_8859_6", "ISO_8859_7", "ISO_8859_8", "WIN1250", "WIN1253", "WIN1254", "WIN1255",
	"WIN1257", "KOI8U", "SJIS", "BIG5", "GBK", "UHC", "GB18030", "JOHAB", "SHIFT_JIS_2004",
}

// encodingAlias are other names, in small letters and digits alone.
var encodingAlias = map[string]string{
	"unicode": "UTF8", "abc": "WIN1258", "tcvn": "WIN1258", "tcvn5712": "WIN1258", "vscii": "WIN1258", "alt": "WIN866",
	"win": "WIN1251", "koi8": "KOI8R", "mskanji": "SJIS", "shiftjis": "SJIS", "win932": "SJIS", "win936": "GBK", "win949": "UHC",
	"win950": "BIG5", "iso88591": "LATIN1", "iso88592": "LATIN2", "iso88593": "LATIN3", "iso88594": "LATIN4", "iso88599": "LATIN5",
	"iso885910": "LATIN6", "iso885913": "LATIN7", "iso885914": "LATIN8", "iso885915": "LATIN9", "iso885916": "LATIN10",
}

// Name is an encoding's own name, by any of its names; empty: there is none.
func Name(name string) string {
	if n := Number(name); n >= 0 {
		return encodings[n]
	}
	return ""
}

// ByNumber is the name of the encoding that PostgreSQL numbers so; empty: there is
// none.
func ByNumber(n int64) string {
	if n < 0 || n >= int64(len(encodings)) {
		return ""
	}
	return encodings[n]
}

// Number is PostgreSQL's number of an encoding, by any of its names; -1: there is none.
func Number(name string) int {
	name = plainEncoding(name)
	if rest, ok := strings.CutPrefix(name, "windows"); ok && rest != "" {
		name = "win" + rest
	}
	if other, ok := encodingAlias[name]; ok {
		name = plainEncoding(other)
	}
	for n, e := range encodings {
		if plainEncoding(e) == name {
			return n
		}
	}
	return -1
}

// plainEncoding leaves out what names of encodings do not differ in: case and
// all but letters and digits.
func plainEncoding(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, name)
}
