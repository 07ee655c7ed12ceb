package types

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// jsonToken is a kind of token: the structural characters stand for
// themselves.
type jsonToken byte

const (
	jsonEnd    jsonToken = 0
	jsonString jsonToken = 's'
	jsonNumber jsonToken = 'n'
	jsonTrue   jsonToken = 't'
	jsonFalse  jsonToken = 'f'
	jsonNull   jsonToken = '0'
)

// jsonChecker validates JSON and words what is wrong as PostgreSQL does. With
// decode it also refuses what a text value could not hold, as jsonb does.
type jsonChecker struct {
	s      string
	decode bool
	tok    jsonToken
	start  int // of the current token
	end    int // behind it
	line   int
	lineAt int // where the current line starts
	depth  int
}

// checkJSON validates JSON text for type json.
func checkJSON(s string) error {
	c := jsonChecker{s: s, line: 1}
	return c.check()
}

// jsonbRefused words why well-formed JSON is no jsonb.
func jsonbRefused(s string, cause error) error {
	c := jsonChecker{s: s, line: 1, decode: true}
	if err := c.check(); err != nil {
		return err
	}
	// What is left is a number that numeric cannot hold.
	return sqlerr.From(numericOverflow()).Wrap(cause)
}

func (c *jsonChecker) check() error {
	if err := c.next(); err != nil {
		return err
	}
	if err := c.value(); err != nil {
		return err
	}
	if c.tok != jsonEnd {
		return c.expected("Expected end of input, but found \"%s\".")
	}
	return nil
}

func (c *jsonChecker) fail(detail string) error {
	e := sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type json")
	e.Detail, e.Where = detail, c.context()
	return e
}

// context shows up to 50 bytes of the line before the fault.
func (c *jsonChecker) context() string {
	from, to := c.lineAt, min(c.end, len(c.s))
	for to-from >= 50 {
		_, n := utf8.DecodeRuneInString(c.s[from:])
		from += n
	}
	prefix, suffix := "...", "..."
	if from-c.lineAt <= 3 {
		from, prefix = c.lineAt, ""
	}
	if c.tok == jsonEnd || to >= len(c.s) || c.s[to] == '\n' || c.s[to] == '\r' {
		suffix = ""
	}
	return fmt.Sprintf("JSON data, line %d: %s%s%s", c.line, prefix, c.s[from:to], suffix)
}

func (c *jsonChecker) expected(format string) error {
	if c.tok == jsonEnd {
		return c.fail("The input string ended unexpectedly.")
	}
	return c.fail(fmt.Sprintf(format, c.s[c.start:c.end]))
}

func (c *jsonChecker) value() error {
	switch c.tok {
	case '{', '[':
		if c.depth++; c.depth > knowledge.MaxJSONDepth {
			return sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
		}
		defer func() { c.depth-- }()
		if c.tok == '{' {
			return c.object()
		}
		return c.array()
	case jsonString, jsonNumber, jsonTrue, jsonFalse, jsonNull:
		return c.next()
	}
	return c.expected("Expected JSON value, but found \"%s\".")
}

func (c *jsonChecker) object() error {
	if err := c.next(); err != nil {
		return err
	}
	if c.tok != jsonString && c.tok != '}' {
		return c.expected("Expected string or \"}\", but found \"%s\".")
	}
	for c.tok != '}' {
		if c.tok != jsonString {
			return c.expected("Expected string, but found \"%s\".")
		}
		if err := c.next(); err != nil {
			return err
		}
		if c.tok != ':' {
			return c.expected("Expected \":\", but found \"%s\".")
		}
		if err := c.next(); err != nil {
			return err
		}
		if err := c.value(); err != nil {
			return err
		}
		if c.tok == '}' {
			break
		}
		if c.tok != ',' {
			return c.expected("Expected \",\" or \"}\", but found \"%s\".")
		}
		if err := c.next(); err != nil {
			return err
		}
		if c.tok == '}' {
			return c.expected("Expected string, but found \"%s\".")
		}
	}
	return c.next()
}

func (c *jsonChecker) array() error {
	if err := c.next(); err != nil {
		return err
	}
	if c.tok == ']' {
		return c.next()
	}
	for {
		if err := c.value(); err != nil {
			return err
		}
		if c.tok == ']' {
			return c.next()
		}
		if c.tok != ',' {
			return c.expected("Expected \",\" or \"]\", but found \"%s\".")
		}
		if err := c.next(); err != nil {
			return err
		}
	}
}

// next reads a token.
func (c *jsonChecker) next() error {
	i := c.end
	for i < len(c.s) && (c.s[i] == ' ' || c.s[i] == '\t' || c.s[i] == '\n' || c.s[i] == '\r') {
		if c.s[i] == '\n' {
			c.line++
			c.lineAt = i + 1
		}
		i++
	}
	c.start, c.end = i, i
	if i == len(c.s) {
		c.tok = jsonEnd
		return nil
	}
	switch b := c.s[i]; {
	case strings.IndexByte("{}[],:", b) >= 0:
		c.tok, c.end = jsonToken(b), i+1
		return nil
	case b == '"':
		c.tok = jsonString
		return c.str()
	case b == '-' || isDigit(b):
		c.tok = jsonNumber
		return c.number()
	}
	c.tok = jsonNull
	for c.end < len(c.s) && isJSONWord(c.s[c.end]) {
		c.end++
	}
	switch c.s[i:c.end] {
	case "true":
		c.tok = jsonTrue
	case "false":
		c.tok = jsonFalse
	case "null":
	case "":
		c.end++
		return c.badToken()
	default:
		return c.badToken()
	}
	return nil
}

func isJSONWord(b byte) bool { return isAlpha(b) || isDigit(b) || b == '_' || b >= 0x80 }

func (c *jsonChecker) badToken() error {
	return c.fail(fmt.Sprintf("Token \"%s\" is invalid.", c.s[c.start:c.end]))
}

func (c *jsonChecker) number() error {
	i, ok := c.start, true
	digits := func() {
		from := i
		for i < len(c.s) && isDigit(c.s[i]) {
			i++
		}
		ok = ok && i > from
	}
	if c.s[i] == '-' {
		i++
	}
	if i < len(c.s) && c.s[i] == '0' {
		i++
	} else {
		digits()
	}
	if i < len(c.s) && c.s[i] == '.' {
		i++
		digits()
	}
	if i < len(c.s) && c.s[i]|0x20 == 'e' {
		i++
		if i < len(c.s) && (c.s[i] == '+' || c.s[i] == '-') {
			i++
		}
		digits()
	}
	for i < len(c.s) && isJSONWord(c.s[i]) {
		i++
		ok = false
	}
	c.end = i
	if !ok {
		return c.badToken()
	}
	return nil
}

func (c *jsonChecker) str() error {
	high := false // the last escape was the first half of a surrogate pair
	i := c.start + 1
	for ; i < len(c.s) && c.s[i] != '"'; i++ {
		if c.s[i] < 0x20 {
			c.end = i
			return c.fail(fmt.Sprintf("Character with value 0x%02x must be escaped.", c.s[i]))
		}
		if c.s[i] != '\\' {
			if high {
				return c.surrogate(c.behind(i), "Unicode low surrogate must follow a high surrogate.")
			}
			continue
		}
		n, err := c.escape(i, &high)
		if err != nil {
			return err
		}
		i += n
	}
	if i >= len(c.s) {
		c.end = len(c.s)
		return c.badToken()
	}
	if high {
		return c.surrogate(c.behind(i), "Unicode low surrogate must follow a high surrogate.")
	}
	c.end = i + 1
	return nil
}

// behind returns where the character at i ends.
func (c *jsonChecker) behind(i int) int {
	_, n := utf8.DecodeRuneInString(c.s[i:])
	return i + n
}

func (c *jsonChecker) surrogate(at int, detail string) error {
	c.end = at
	return c.fail(detail)
}

// escape checks the escape at i and returns how many bytes follow the
// backslash.
func (c *jsonChecker) escape(i int, high *bool) (int, error) {
	if i+1 >= len(c.s) {
		c.end = len(c.s)
		return 0, c.badToken()
	}
	if c.s[i+1] != 'u' {
		if *high {
			return 0, c.surrogate(c.behind(i+1), "Unicode low surrogate must follow a high surrogate.")
		}
		if strings.IndexByte(`"\/bfnrt`, c.s[i+1]) < 0 {
			_, n := utf8.DecodeRuneInString(c.s[i+1:])
			c.end = i + 1 + n
			return 0, c.fail(fmt.Sprintf("Escape sequence \"\\%s\" is invalid.", c.s[i+1:c.end]))
		}
		return 1, nil
	}
	for k := i + 2; k < i+6; k++ {
		if k >= len(c.s) {
			c.end = len(c.s)
			return 0, c.badToken()
		}
		if hexVal(c.s[k]) > 15 {
			_, n := utf8.DecodeRuneInString(c.s[k:])
			c.end = k + n
			return 0, c.fail("\"\\u\" must be followed by four hexadecimal digits.")
		}
	}
	if !c.decode {
		return 5, nil
	}
	v, _ := strconv.ParseUint(c.s[i+2:i+6], 16, 32)
	return 5, c.codeUnit(rune(v), i+6, high)
}

// codeUnit checks a \u escape for pairs and for NUL.
func (c *jsonChecker) codeUnit(v rune, at int, high *bool) error {
	isHigh, isLow := v >= 0xD800 && v < 0xDC00, v >= 0xDC00 && v < 0xE000
	switch {
	case isHigh && *high:
		return c.surrogate(at, "Unicode high surrogate must not follow a high surrogate.")
	case isLow != *high:
		return c.surrogate(at, "Unicode low surrogate must follow a high surrogate.")
	case v == 0:
		c.end = at
		e := sqlerr.New(sqlerr.UntranslatableCharacter, "unsupported Unicode escape sequence")
		e.Detail, e.Where = `\u0000 cannot be converted to text.`, c.context()
		return e
	}
	*high = isHigh
	return nil
}
