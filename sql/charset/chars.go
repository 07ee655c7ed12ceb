package charset

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// encodedLen is how many bytes the character at the front of s has by its first
// bytes; s is not empty, but may end before the character does.
func encodedLen(name, s string) int {
	c := s[0]
	if c < 0x80 {
		return 1
	}
	switch name {
	case "UTF8":
		switch {
		case c&0xe0 == 0xc0:
			return 2
		case c&0xf0 == 0xe0:
			return 3
		case c&0xf8 == 0xf0:
			return 4
		}
		return 1
	case "EUC_JP", "EUC_JIS_2004":
		if c == 0x8f {
			return 3
		}
		return 2
	case "EUC_TW":
		switch c {
		case 0x8e:
			return 4
		case 0x8f:
			return 3
		}
		return 2
	case "SJIS", "SHIFT_JIS_2004":
		if c >= 0xa1 && c <= 0xdf {
			return 1
		}
		return 2
	case "EUC_KR", "EUC_CN", "JOHAB", "BIG5", "GBK", "UHC":
		return 2
	case "GB18030":
		if len(s) > 1 && s[1] >= 0x30 && s[1] <= 0x39 {
			return 4
		}
		return 2
	}
	return 1
}

// validChar reports whether a whole character is one of the encoding.
func validChar(name, ch string) bool {
	c := ch[0]
	if c < 0x80 {
		return c != 0
	}
	euc := func(s string) bool {
		for i := range len(s) {
			if s[i] < 0xa1 || s[i] > 0xfe {
				return false
			}
		}
		return true
	}
	switch name {
	case "UTF8":
		r, n := utf8.DecodeRuneInString(ch)
		return n == len(ch) && (r != utf8.RuneError || n > 1)
	case "EUC_JP", "EUC_JIS_2004":
		switch c {
		case 0x8e:
			return ch[1] >= 0xa1 && ch[1] <= 0xdf
		case 0x8f:
			return euc(ch[1:])
		}
		return euc(ch)
	case "EUC_KR", "EUC_CN", "JOHAB":
		return euc(ch)
	case "EUC_TW":
		switch c {
		case 0x8e:
			return ch[1] >= 0xa1 && ch[1] <= 0xa7 && euc(ch[2:])
		case 0x8f:
			return false
		}
		return euc(ch)
	case "SJIS", "SHIFT_JIS_2004":
		lead := c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc
		return len(ch) == 1 || lead && (ch[1] >= 0x40 && ch[1] <= 0x7e || ch[1] >= 0x80 && ch[1] <= 0xfc)
	case "BIG5", "GBK", "UHC":
		return ch[1] != 0
	case "GB18030":
		if len(ch) == 4 {
			return c >= 0x81 && c <= 0xfe && ch[2] >= 0x81 && ch[2] <= 0xfe && ch[3] >= 0x30 && ch[3] <= 0x39
		}
		return c >= 0x81 && c <= 0xfe && (ch[1] >= 0x40 && ch[1] <= 0x7e || ch[1] >= 0x80 && ch[1] <= 0xfe)
	}
	return true
}

// hexBytes lists bytes for messages.
func hexBytes(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "0x%02x", s[i])
	}
	return b.String()
}

// Each takes a text of an encoding apart into characters. What is none of the
// encoding is 22021; an error of f ends it.
func Each(name, s string, f func(ch string) error) error {
	for s != "" {
		n := encodedLen(name, s)
		if n > len(s) || !validChar(name, s[:n]) {
			return invalid(name, s[:min(n, len(s))])
		}
		if err := f(s[:n]); err != nil {
			return err
		}
		s = s[n:]
	}
	return nil
}

func invalid(name, ch string) error {
	return sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"%s\": %s", name, hexBytes(ch))
}

func untranslatable(ch, src, dst string) error {
	return sqlerr.New(sqlerr.UntranslatableCharacter, "character with byte sequence %s in encoding \"%s\" has no equivalent in encoding \"%s\"", hexBytes(ch), src, dst)
}

func checkEncoded(name, s string) error { return Each(name, s, func(string) error { return nil }) }

// convertible reports whether there is a conversion between two encodings.
func convertible(src, dst string) bool {
	if src == "UTF8" || dst == "UTF8" {
		return src != "MULE_INTERNAL" && dst != "MULE_INTERNAL"
	}
	group := func(name string) int {
		switch name {
		case "KOI8R", "WIN1251", "WIN866", "ISO_8859_5":
			return 1
		case "LATIN2", "WIN1250":
			return 2
		case "EUC_JP", "SJIS":
			return 3
		case "EUC_TW", "BIG5":
			return 4
		case "EUC_JIS_2004", "SHIFT_JIS_2004":
			return 5
		}
		return 0
	}
	if src == "MULE_INTERNAL" {
		src, dst = dst, src
	}
	if dst == "MULE_INTERNAL" {
		switch src {
		case "EUC_CN", "EUC_KR", "LATIN1", "LATIN3", "LATIN4":
			return true
		}
		return group(src) > 0 && group(src) < 5
	}
	return group(src) != 0 && group(src) == group(dst)
}

// Convert translates a text between encodings, which are named as Name names them.
// It checks the text in any case (22021). A character that the other encoding lacks
// is 22P05, encodings without a conversion are 42883 or, where PostgreSQL has one, 0A000.
func Convert(s, src, dst string) (string, error) {
	if err := checkEncoded(src, s); err != nil {
		return "", err
	}
	switch {
	case src == dst || dst == "SQL_ASCII":
		return s, nil
	case src == "SQL_ASCII":
		return s, checkEncoded(dst, s)
	case !convertible(src, dst):
		return "", sqlerr.New(sqlerr.UndefinedFunction, "default conversion function for encoding \"%s\" to \"%s\" does not exist", src, dst)
	}
	for _, name := range []string{src, dst} {
		if name != "UTF8" && codecOf(name) == nil {
			return "", sqlerr.New(sqlerr.FeatureNotSupported, "encoding conversion to or from \"%s\" is not supported", name)
		}
	}
	from, to := newCodec(src), newCodec(dst)
	var out strings.Builder
	err := Each(src, s, func(ch string) error {
		if ch[0] < 0x80 {
			out.WriteString(ch)
			return nil
		}
		r, ok := from.decode(ch)
		var t string
		if ok {
			t, ok = to.encode(r)
		}
		if !ok {
			return untranslatable(ch, src, dst)
		}
		out.WriteString(t)
		return nil
	})
	return out.String(), err
}

// MaxLen is how many bytes a character of an encoding has at most.
func MaxLen(name string) int {
	switch name {
	case "EUC_JP", "EUC_CN", "EUC_KR", "EUC_JIS_2004", "JOHAB":
		return 3
	case "EUC_TW", "UTF8", "MULE_INTERNAL", "GB18030":
		return 4
	case "SJIS", "BIG5", "GBK", "UHC", "SHIFT_JIS_2004":
		return 2
	}
	return 1
}
