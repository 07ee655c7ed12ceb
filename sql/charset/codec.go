package charset

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codecOf returns the tables between an encoding and Unicode; nil: there are
// none.
func codecOf(name string) encoding.Encoding {
	switch name {
	case "LATIN1":
		return charmap.ISO8859_1
	case "LATIN2":
		return charmap.ISO8859_2
	case "LATIN3":
		return charmap.ISO8859_3
	case "LATIN4":
		return charmap.ISO8859_4
	case "LATIN5":
		return charmap.ISO8859_9
	case "LATIN6":
		return charmap.ISO8859_10
	case "LATIN7":
		return charmap.ISO8859_13
	case "LATIN8":
		return charmap.ISO8859_14
	case "LATIN9":
		return charmap.ISO8859_15
	case "LATIN10":
		return charmap.ISO8859_16
	case "ISO_8859_5":
		return charmap.ISO8859_5
	case "ISO_8859_6":
		return charmap.ISO8859_6
	case "ISO_8859_7":
		return charmap.ISO8859_7
	case "ISO_8859_8":
		return charmap.ISO8859_8
	case "WIN866":
		return charmap.CodePage866
	case "WIN874":
		return charmap.Windows874
	case "WIN1250":
		return charmap.Windows1250
	case "WIN1251":
		return charmap.Windows1251
	case "WIN1252":
		return charmap.Windows1252
	case "WIN1253":
		return charmap.Windows1253
	case "WIN1254":
		return charmap.Windows1254
	case "WIN1255":
		return charmap.Windows1255
	case "WIN1256":
		return charmap.Windows1256
	case "WIN1257":
		return charmap.Windows1257
	case "WIN1258":
		return charmap.Windows1258
	case "KOI8R":
		return charmap.KOI8R
	case "KOI8U":
		return charmap.KOI8U
	case "EUC_JP":
		return japanese.EUCJP
	case "SJIS":
		return japanese.ShiftJIS
	case "EUC_KR", "UHC":
		return korean.EUCKR
	case "EUC_CN", "GBK":
		return simplifiedchinese.GBK
	case "GB18030":
		return simplifiedchinese.GB18030
	case "BIG5":
		return traditionalchinese.Big5
	}
	return nil
}

// codec translates characters between one encoding and Unicode.
type codec struct {
	name string
	dec  *encoding.Decoder
	enc  *encoding.Encoder
}

// newCodec makes the codec of UTF8 or of an encoding that codecOf knows.
func newCodec(name string) codec {
	c := codec{name: name}
	if e := codecOf(name); e != nil {
		c.dec, c.enc = e.NewDecoder(), e.NewEncoder()
	}
	return c
}

// decode translates one character, which is not ASCII.
func (c codec) decode(ch string) (rune, bool) {
	if c.dec == nil {
		r, _ := utf8.DecodeRuneInString(ch)
		return r, true
	}
	for _, p := range patchesOf(c.name) {
		if p.bytes == ch && !p.encodeOnly {
			return p.r, p.r != 0
		}
	}
	if c.controls(ch) {
		return rune(ch[0]), true
	}
	if c.extension(ch) {
		return 0, false
	}
	t, err := c.dec.String(ch)
	r, n := utf8.DecodeRuneInString(t)
	return r, err == nil && r != utf8.RuneError && n == len(t)
}

// encode translates one character, which is not ASCII.
func (c codec) encode(r rune) (string, bool) {
	if c.enc == nil {
		return string(r), true
	}
	for _, p := range patchesOf(c.name) {
		if p.r == r {
			return p.bytes, true
		}
	}
	if r < 0xa0 && c.controls(string([]byte{byte(r)})) {
		return string([]byte{byte(r)}), true
	}
	if ch, ok := preferred(c.name)[r]; ok {
		return ch, true
	}
	ch, err := c.enc.String(string(r))
	if err != nil || encodedLen(c.name, ch) != len(ch) || !validChar(c.name, ch) || c.extension(ch) {
		return "", false
	}
	back, ok := c.decode(ch)
	return ch, ch[0] < 0x80 || ok && back == r
}

// preferred are the bytes of characters that an encoding has twice: SJIS has
// those of IBM's rows also in rows of NEC, and EUC_JP in three bytes what the
// tables have in rows that it leaves free.
func preferred(name string) map[rune]string {
	switch name {
	case "SJIS":
		return preferredSJIS()
	case "EUC_JP":
		return preferredEUCJP()
	}
	return nil
}

var (
	preferredSJIS  = sync.OnceValue(func() map[rune]string { return decodeRows("SJIS", "", 0xfa, 0xfc) })
	preferredEUCJP = sync.OnceValue(func() map[rune]string { return decodeRows("EUC_JP", "\x8f", 0xa1, 0xfe) })
)

// decodeRows decodes all characters of rows behind a prefix.
func decodeRows(name, prefix string, from, to int) map[rune]string {
	c, out := newCodec(name), map[rune]string{}
	for row := from; row <= to; row++ {
		for cell := 0x40; cell <= 0xfe; cell++ {
			ch := prefix + string([]byte{byte(row), byte(cell)})
			if !validChar(name, ch) {
				continue
			}
			if r, ok := c.decode(ch); ok {
				if _, twice := c.tables(r); twice {
					out[r] = ch
				}
			}
		}
	}
	return out
}

// tables is what the tables encode a character to; other reports that this is
// in a row that PostgreSQL does not write.
func (c codec) tables(r rune) (ch string, other bool) {
	ch, err := c.enc.String(string(r))
	if err != nil || len(ch) < 2 {
		return ch, false
	}
	if c.name == "EUC_JP" {
		return ch, c.extension(ch)
	}
	return ch, ch[0] == 0xed || ch[0] == 0xee || ch[0] == 0x87
}

// controls reports whether a byte is a control character of ISO 8859, which
// leaves 0x80 to 0x9f to them.
func (c codec) controls(ch string) bool {
	if len(ch) != 1 || ch[0] < 0x80 || ch[0] > 0x9f {
		return false
	}
	return len(c.name) > 3 && (c.name[:3] == "LAT" || c.name[:3] == "ISO")
}

// extension reports whether a character is one of those that the tables have
// beyond the encoding, in rows that it leaves free.
func (c codec) extension(ch string) bool {
	if len(ch) != 2 {
		return false
	}
	row, cell := ch[0], ch[1]
	switch c.name {
	case "EUC_CN":
		return row == 0xa2 && (cell <= 0xaa || cell == 0xe3) || row == 0xa6 && cell >= 0xe0 && cell <= 0xf5 || row == 0xa8 && cell >= 0xbb && cell <= 0xc0 && cell != 0xbc
	case "GBK":
		return row == 0xfe && cell >= 0x50 || row == 0xa3 && cell == 0xa0 || row == 0xa2 && cell == 0xe3 || row == 0xa8 && cell == 0xbf || row == 0xa9 && cell >= 0x89 && cell <= 0x95
	case "EUC_JP":
		return row >= 0xf9
	case "BIG5":
		return row < 0xa1 || row >= 0xfa || row == 0xa3 && cell >= 0xc0 || row == 0xc8 || row == 0xf9 && cell >= 0xd6
	}
	return false
}

// patch is a character that PostgreSQL's tables have otherwise; r is 0 for one
// that they do not have.
type patch struct {
	bytes      string
	r          rune
	encodeOnly bool
}

func patchesOf(name string) []patch {
	switch name {
	case "KOI8U":
		return []patch{{"\xae", '\u255d', false}, {"\xbe", '\u256c', false}}
	case "WIN1255":
		return []patch{{"\xca", 0, false}}
	case "EUC_KR", "UHC":
		return []patch{{"\xa2\xe8", '\u327e', false}}
	case "EUC_CN":
		return []patch{{"\xa1\xa4", '\u30fb', false}, {"\xa1\xaa", '\u2015', false}}
	case "GBK":
		return []patch{{"\x80", '\u20ac', true}}
	case "SJIS":
		return []patch{
			{"\x81\x91", '\u00a2', true}, {"\x81\x92", '\u00a3', true}, {"\x5c", '\u00a5', true}, {"\x81\xca", '\u00ac', true},
			{"\x81\x61", '\u2016', true}, {"\x7e", '\u203e', true}, {"\x81\x7c", '\u2212', true}, {"\x81\x60", '\u301c', true},
		}
	}
	return nil
}
