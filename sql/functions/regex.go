package functions

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/types"
)

type regexKey struct {
	pattern string
	flags   regexFlags
}

// regex compiles a pattern, or finds it compiled. POSIX leftmost-longest
// semantics hold for expressions without non-greedy quantifiers, as in
// PostgreSQL, whose engine takes the preference of the expression as a whole.
func (c *Ctx) regex(pattern string, f regexFlags) (*regexProgram, error) {
	f.global = false
	k := regexKey{pattern, f}
	m := c.patterns().regex
	if p := m[k]; p != nil {
		return p, nil
	}
	src, back, err := translateRegex(pattern, f)
	if err != nil {
		return nil, err
	}
	if len(m) >= maxPatterns {
		clear(m)
	}
	if back {
		p, err := compileBack(src)
		if err == nil {
			m[k] = p
		}
		return p, err
	}
	re, err := regexp.Compile(src)
	if err != nil {
		return nil, regexError(err)
	}
	if !strings.Contains(src, "*?") && !strings.Contains(src, "+?") && !strings.Contains(src, "??") && !strings.Contains(src, "}?") {
		re.Longest()
	}
	p := &regexProgram{re: re, groups: re.NumSubexp(), empty: re.MatchString("") && !strings.ContainsAny(src, "^") && !strings.Contains(src, `\b`) && !strings.Contains(src, `\B`) && !strings.Contains(src, `\A`)}
	m[k] = p
	return p, nil
}

func regexError(err error) error {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return errRegex("%s", err.Error())
	}
	switch e.Code {
	case syntax.ErrMissingParen, syntax.ErrUnexpectedParen:
		return errRegex("parentheses () not balanced")
	case syntax.ErrMissingBracket:
		return errRegex("brackets [] not balanced")
	case syntax.ErrInvalidCharRange:
		return errRegex("invalid character range")
	case syntax.ErrInvalidRepeatSize:
		return errRegex("invalid repetition count(s)")
	case syntax.ErrLarge, syntax.ErrNestingDepth:
		return errRegex("regular expression is too complex")
	}
	return errRegex("quantifier operand invalid")
}

func regexRow(fold, neg bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		p, err := c.regex(a[1].S, regexFlags{fold: fold})
		if err != nil {
			return null, err
		}
		ok, err := p.match(a[0].S)
		return types.Bool(ok != neg), err
	}
}

// charPos converts a byte offset into a 1-based character position.
func charPos(s string, byteOff int) int64 { return int64(utf8.RuneCountInString(s[:byteOff])) + 1 }

// byteOffset converts a 1-based character position into a byte offset, at
// most the length of s.
func byteOffset(s string, pos int64) int {
	if int64(len(s)) < pos-1 {
		return len(s)
	}
	off := 0
	for i := int64(1); i < pos && off < len(s); i++ {
		_, n := utf8.DecodeRuneInString(s[off:])
		off += n
	}
	return off
}

// regexFuncs are the operators ~, ~*, !~ and !~*.
func regexFuncs() []Func {
	return []Func{
		{OID: 1254, Name: "textregexeq", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(false, false)},
		{OID: 79, Name: "nameregexeq", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(false, false)},
		{
			OID: 1658, Name: "bpcharregexeq", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "textregexeq",
			Row: regexRow(false, false),
		},
		{OID: 1256, Name: "textregexne", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(false, true)},
		{OID: 1252, Name: "nameregexne", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(false, true)},
		{
			OID: 1659, Name: "bpcharregexne", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "textregexne",
			Row: regexRow(false, true),
		},
		{OID: 1238, Name: "texticregexeq", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(true, false)},
		{OID: 1240, Name: "nameicregexeq", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(true, false)},
		{
			OID: 1656, Name: "bpcharicregexeq", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "texticregexeq",
			Row: regexRow(true, false),
		},
		{OID: 1239, Name: "texticregexne", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(true, true)},
		{OID: 1241, Name: "nameicregexne", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Row: regexRow(true, true)},
		{
			OID: 1657, Name: "bpcharicregexne", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "texticregexne",
			Row: regexRow(true, true),
		},
	}
}

func regexOperators() []Operator {
	return []Operator{
		{639, "~", tName, tText, tBool, 79, 0, 640},
		{640, "!~", tName, tText, tBool, 1252, 0, 639},
		{641, "~", tText, tText, tBool, 1254, 0, 642},
		{642, "!~", tText, tText, tBool, 1256, 0, 641},
		{1055, "~", tBpchar, tText, tBool, 1658, 0, 1056},
		{1056, "!~", tBpchar, tText, tBool, 1659, 0, 1055},
		{1226, "~*", tName, tText, tBool, 1240, 0, 1227},
		{1227, "!~*", tName, tText, tBool, 1241, 0, 1226},
		{1228, "~*", tText, tText, tBool, 1238, 0, 1229},
		{1229, "!~*", tText, tText, tBool, 1239, 0, 1228},
		{1234, "~*", tBpchar, tText, tBool, 1656, 0, 1235},
		{1235, "!~*", tBpchar, tText, tBool, 1657, 0, 1234},
	}
}

// looksLeft reports whether a pattern has anchors or constraints on what
// stands before a match.
func looksLeft(pattern string) bool {
	if strings.Contains(strings.ReplaceAll(pattern, "[^", ""), "^") {
		return true
	}
	for _, s := range []string{`\A`, `\m`, `\M`, `\y`, `\Y`, "[[:<:]]", "[[:>:]]", "(?<"} {
		if strings.Contains(pattern, s) {
			return true
		}
	}
	return false
}
