package knowledge

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxJSONDepth is how deep JSON may nest.
const MaxJSONDepth = 5000

// MaxJSONText is how long a canonical JSON text may grow in bytes:
// 1e131071 is nine bytes that print as 131,072.
const MaxJSONText = 16 << 20

// JSONError says why text is not JSON that we take. Kind is Unparsable for bad
// syntax, Malformed for what jsonb cannot hold (\u0000, a number beyond
// numeric), TooLarge for nesting or size.
type JSONError struct {
	Kind    ErrorKind
	Offset  int // of the fault, in bytes from the start; -1: none
	Message string
	// Untranslatable: an escape of a character that text cannot hold, \u0000
	// (SQLSTATE 22P05).
	Untranslatable bool
}

// Error returns the message with the place.
func (e *JSONError) Error() string {
	if e.Offset < 0 {
		return e.Message
	}
	return fmt.Sprintf("%s at byte %d", e.Message, e.Offset)
}

// CanonicalJSON returns JSON text as PostgreSQL prints it as jsonb: keys by
// length, then bytes; of repeated keys the last; ", " and ": " between; numbers
// as numeric with their scale; escapes decoded. \u0000 and half a surrogate
// pair are refused. Errors are *JSONError.
func CanonicalJSON(text string) (string, error) {
	var c JSONCanon
	out, err := c.Append(nil, text, MaxJSONText)
	if err != nil {
		return "", err
	}
	return string(out), nil
}

// JSONCanon rewrites JSON with reused scratch memory. The zero value is ready;
// one goroutine at a time.
type JSONCanon struct {
	text  string
	pos   int
	depth int
	nodes []jsonNode
	arena []byte  // decoded strings
	stack []int32 // member lists being sorted
	limit int     // of the output's length
	key   bool    // numbers by value instead of as numeric prints them
}

// jsonNode is one JSON value, or one member of an object: then its text is the
// key and its child the value.
type jsonNode struct {
	kind        jsonKind
	decoded     bool // lo, hi are in the arena instead of the text
	lo, hi      int32
	child, next int32 // 0: none, as node 0 is the root
}

type jsonKind uint8

const (
	jsonLiteral jsonKind = iota // true, false, null
	jsonNumber
	jsonString
	jsonArray
	jsonObject
	jsonMember
)

// Append appends JSON text in jsonb's form; more than limit bytes are
// TooLarge. Errors are *JSONError, and dst is then returned as it was.
func (c *JSONCanon) Append(dst []byte, text string, limit int) ([]byte, error) {
	c.key = false
	return c.run(dst, text, limit)
}

// AppendKey appends bytes that are equal for two JSON texts exactly when they
// are equal as jsonb: as Append, but numbers in canonical form, so that 1.0
// equals 1.
func (c *JSONCanon) AppendKey(dst []byte, text string) ([]byte, error) {
	c.key = true
	return c.run(dst, text, MaxJSONText)
}

func (c *JSONCanon) run(dst []byte, text string, limit int) ([]byte, error) {
	if len(text) > MaxJSONText {
		return dst, c.tooLarge()
	}
	if !utf8.ValidString(text) {
		return dst, &JSONError{Kind: Unparsable, Offset: -1, Message: "invalid UTF-8"}
	}
	c.text, c.pos, c.depth, c.limit = text, 0, 0, len(dst)+limit
	c.nodes, c.arena, c.stack = c.nodes[:0], c.arena[:0], c.stack[:0]
	defer c.release()
	if _, err := c.value(); err != nil {
		return dst, err
	}
	c.space()
	if c.pos != len(c.text) {
		return dst, c.syntax("unexpected text after the end")
	}
	out, err := c.emit(dst, 0)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// release drops the text and whatever scratch a huge document left behind.
func (c *JSONCanon) release() {
	c.text = ""
	if cap(c.nodes) > 1<<16 {
		c.nodes = nil
	}
	if cap(c.arena) > 1<<20 {
		c.arena = nil
	}
	if cap(c.stack) > 1<<16 {
		c.stack = nil
	}
}

func (c *JSONCanon) syntax(message string) *JSONError {
	if c.pos >= len(c.text) {
		message = "unexpected end of text"
	}
	return &JSONError{Kind: Unparsable, Offset: c.pos, Message: message}
}

func (c *JSONCanon) tooLarge() *JSONError {
	return &JSONError{Kind: TooLarge, Offset: -1, Message: "too long in canonical form"}
}

func (c *JSONCanon) space() {
	for c.pos < len(c.text) {
		switch c.text[c.pos] {
		case ' ', '\t', '\n', '\r':
			c.pos++
		default:
			return
		}
	}
}

func (c *JSONCanon) node(n jsonNode) int32 {
	c.nodes = append(c.nodes, n)
	return int32(len(c.nodes) - 1)
}

// value parses one value and returns its node.
func (c *JSONCanon) value() (int32, error) {
	c.space()
	if c.pos >= len(c.text) {
		return 0, c.syntax("")
	}
	switch ch := c.text[c.pos]; {
	case ch == '{' || ch == '[':
		if c.depth++; c.depth > MaxJSONDepth {
			return 0, &JSONError{Kind: TooLarge, Offset: c.pos, Message: fmt.Sprintf("nesting deeper than %d", MaxJSONDepth)}
		}
		defer func() { c.depth-- }()
		if ch == '{' {
			return c.container(jsonObject, '}')
		}
		return c.container(jsonArray, ']')
	case ch == '"':
		return c.str(jsonString)
	case ch == '-' || ch >= '0' && ch <= '9':
		return c.number()
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(c.text[c.pos:], word) {
			lo := c.pos
			c.pos += len(word)
			return c.node(jsonNode{kind: jsonLiteral, lo: int32(lo), hi: int32(c.pos)}), nil
		}
	}
	return 0, c.syntax("unexpected character")
}

// container parses an array or object, whose opening bracket is next.
func (c *JSONCanon) container(kind jsonKind, end byte) (int32, error) {
	self := c.node(jsonNode{kind: kind})
	c.pos++
	c.space()
	if c.pos < len(c.text) && c.text[c.pos] == end {
		c.pos++
		return self, nil
	}
	for last := int32(0); ; {
		item, err := c.item(kind)
		if err != nil {
			return 0, err
		}
		if last == 0 {
			c.nodes[self].child = item
		} else {
			c.nodes[last].next = item
		}
		last = item
		c.space()
		switch {
		case c.pos >= len(c.text):
			return 0, c.syntax("")
		case c.text[c.pos] == ',':
			c.pos++
		case c.text[c.pos] == end:
			c.pos++
			return self, nil
		default:
			return 0, c.syntax("expected \",\" or \"" + string(rune(end)) + "\"")
		}
	}
}

// item parses an element of an array or a member of an object.
func (c *JSONCanon) item(kind jsonKind) (int32, error) {
	if kind == jsonArray {
		return c.value()
	}
	c.space()
	if c.pos >= len(c.text) || c.text[c.pos] != '"' {
		return 0, c.syntax("expected a key")
	}
	member, err := c.str(jsonMember)
	if err != nil {
		return 0, err
	}
	c.space()
	if c.pos >= len(c.text) || c.text[c.pos] != ':' {
		return 0, c.syntax("expected \":\"")
	}
	c.pos++
	v, err := c.value()
	if err != nil {
		return 0, err
	}
	c.nodes[member].child = v
	return member, nil
}

func (c *JSONCanon) number() (int32, error) {
	lo := c.pos
	for c.pos < len(c.text) {
		ch := c.text[c.pos]
		if (ch < '0' || ch > '9') && ch != '-' && ch != '+' && ch != '.' && ch != 'e' && ch != 'E' {
			break
		}
		c.pos++
	}
	p, err := scanNumber(c.text[lo:c.pos])
	if err == nil {
		_, _, _, err = p.layout()
	}
	switch {
	case errors.Is(err, ErrNotNumber):
		return 0, &JSONError{Kind: Unparsable, Offset: lo, Message: "malformed number"}
	case err != nil:
		return 0, &JSONError{Kind: Malformed, Offset: lo, Message: "number out of range"}
	}
	return c.node(jsonNode{kind: jsonNumber, lo: int32(lo), hi: int32(c.pos)}), nil
}

// str parses a string, whose quote is next. One without escapes stays in the
// text, the others are decoded into the arena.
func (c *JSONCanon) str(kind jsonKind) (int32, error) {
	c.pos++
	lo, from := c.pos, c.pos
	arena, decoded := len(c.arena), false
	for ; c.pos < len(c.text); c.pos++ {
		switch ch := c.text[c.pos]; {
		case ch == '"':
			hi := c.pos
			c.pos++
			if !decoded {
				return c.node(jsonNode{kind: kind, lo: int32(lo), hi: int32(hi)}), nil
			}
			c.arena = append(c.arena, c.text[from:hi]...)
			return c.node(jsonNode{kind: kind, decoded: true, lo: int32(arena), hi: int32(len(c.arena))}), nil
		case ch < 0x20:
			return 0, c.syntax("control character in a string")
		case ch == '\\':
			decoded = true
			c.arena = append(c.arena, c.text[from:c.pos]...)
			if err := c.escape(); err != nil {
				return 0, err
			}
			from = c.pos + 1
		}
	}
	return 0, c.syntax("")
}

// escape decodes the escape at pos into the arena and leaves pos on its last
// byte.
func (c *JSONCanon) escape() error {
	c.pos++
	if c.pos >= len(c.text) {
		return c.syntax("")
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(from, c.text[c.pos]); i >= 0 {
		c.arena = append(c.arena, to[i])
		return nil
	}
	if c.text[c.pos] != 'u' {
		return c.syntax("unknown escape")
	}
	r, ok := c.hex4()
	if !ok {
		return c.syntax("\\u needs four hexadecimal digits")
	}
	if r == 0 {
		return &JSONError{Kind: Malformed, Offset: c.pos, Message: "\\u0000 cannot be converted to text", Untranslatable: true}
	}
	if utf16.IsSurrogate(r) {
		low := rune(0)
		if strings.HasPrefix(c.text[c.pos+1:], `\u`) {
			c.pos += 2
			low, _ = c.hex4()
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return c.syntax("half a surrogate pair")
		}
	}
	c.arena = utf8.AppendRune(c.arena, r)
	return nil
}

// hex4 reads the four digits after the "u" at pos and moves to the last.
func (c *JSONCanon) hex4() (rune, bool) {
	if c.pos+4 >= len(c.text) {
		return 0, false
	}
	var r rune
	for i := 1; i <= 4; i++ {
		d := c.text[c.pos+i]
		switch {
		case d >= '0' && d <= '9':
			d -= '0'
		case d|0x20 >= 'a' && d|0x20 <= 'f':
			d = d | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	c.pos += 4
	return r, true
}
