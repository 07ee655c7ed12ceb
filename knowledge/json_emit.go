package knowledge

import (
	"cmp"
	"slices"
	"strings"
)

// emit appends a node in canonical form. The tree is at most MaxJSONDepth
// deep, which bounds the recursion.
func (c *JSONCanon) emit(dst []byte, at int32) ([]byte, error) {
	n := c.nodes[at]
	var err error
	switch n.kind {
	case jsonLiteral:
		dst = append(dst, c.text[n.lo:n.hi]...)
	case jsonString:
		dst = c.emitString(dst, at)
	case jsonNumber:
		dst, err = c.emitNumber(dst, n)
	case jsonArray:
		dst, err = c.emitArray(dst, n)
	case jsonObject:
		dst, err = c.emitObject(dst, n)
	}
	if err == nil && len(dst) > c.limit {
		err = c.tooLarge()
	}
	return dst, err
}

func (c *JSONCanon) emitArray(dst []byte, n jsonNode) ([]byte, error) {
	dst = append(dst, '[')
	var err error
	for at := n.child; at != 0; at = c.nodes[at].next {
		if at != n.child {
			dst = c.separator(dst, ',')
		}
		if dst, err = c.emit(dst, at); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func (c *JSONCanon) emitObject(dst []byte, n jsonNode) ([]byte, error) {
	base := len(c.stack)
	for at := n.child; at != 0; at = c.nodes[at].next {
		c.stack = append(c.stack, at)
	}
	end := len(c.stack)
	// Nodes are numbered in the order of the text: of repeats the last stays.
	slices.SortFunc(c.stack[base:end], func(a, b int32) int {
		return cmp.Or(c.compareKeys(a, b), cmp.Compare(a, b))
	})
	dst = append(dst, '{')
	first := true
	var err error
	for i := base; i < end; i++ {
		at := c.stack[i]
		if i+1 < end && c.compareKeys(at, c.stack[i+1]) == 0 {
			continue
		}
		if !first {
			dst = c.separator(dst, ',')
		}
		first = false
		dst = c.separator(c.emitString(dst, at), ':')
		if dst, err = c.emit(dst, c.nodes[at].child); err != nil {
			return dst, err
		}
	}
	c.stack = c.stack[:base]
	return append(dst, '}'), nil
}

func (c *JSONCanon) separator(dst []byte, ch byte) []byte { return append(dst, ch, ' ') }

// compareKeys orders members as jsonb does: by length, then bytes.
func (c *JSONCanon) compareKeys(a, b int32) int {
	na, nb := &c.nodes[a], &c.nodes[b]
	if d := (na.hi - na.lo) - (nb.hi - nb.lo); d != 0 {
		return int(d)
	}
	switch {
	case na.decoded && nb.decoded:
		return slices.Compare(c.arena[na.lo:na.hi], c.arena[nb.lo:nb.hi])
	case na.decoded:
		return -compareText(c.text[nb.lo:nb.hi], c.arena[na.lo:na.hi])
	case nb.decoded:
		return compareText(c.text[na.lo:na.hi], c.arena[nb.lo:nb.hi])
	}
	return strings.Compare(c.text[na.lo:na.hi], c.text[nb.lo:nb.hi])
}

// compareText compares a string and bytes of one length without a copy.
func compareText(s string, b []byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] != b[i] {
			return int(s[i]) - int(b[i])
		}
	}
	return 0
}

// emitString appends a string or key in quotes, escaped as PostgreSQL does.
func (c *JSONCanon) emitString(dst []byte, at int32) []byte {
	n := &c.nodes[at]
	dst = append(dst, '"')
	if !n.decoded { // as it had no escape it needs none
		dst = append(dst, c.text[n.lo:n.hi]...)
		return append(dst, '"')
	}
	const hex = "0123456789abcdef"
	for _, ch := range c.arena[n.lo:n.hi] {
		switch ch {
		case '"', '\\':
			dst = append(dst, '\\', ch)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			if ch < 0x20 {
				dst = append(dst, '\\', 'u', '0', '0', hex[ch>>4], hex[ch&15])
			} else {
				dst = append(dst, ch)
			}
		}
	}
	return append(dst, '"')
}

// emitNumber appends a number, whose syntax and range were checked when it was
// parsed: what is left to go wrong is the room.
func (c *JSONCanon) emitNumber(dst []byte, n jsonNode) ([]byte, error) {
	var err error
	if text := c.text[n.lo:n.hi]; c.key {
		dst, err = AppendNumber(dst, text)
	} else {
		dst, err = AppendNumeric(dst, text, c.limit-len(dst)+3)
	}
	if err != nil {
		return dst, c.tooLarge()
	}
	return dst, nil
}
