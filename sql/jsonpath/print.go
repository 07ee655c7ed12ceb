package jsonpath

import "strconv"

// String returns the canonical form.
func (p *Path) String() string {
	var b []byte
	if p.Strict {
		b = append(b, "strict "...)
	}
	return string(appendNode(b, p.Expr, false, true))
}

// appendNode prints a node and the accessors behind it. inKey says that it
// stands behind a value, brackets that an operator needs them.
func appendNode(b []byte, n *Node, inKey, brackets bool) []byte {
	for ; n != nil; n, inKey, brackets = n.Next, true, true {
		b = appendOne(b, n, inKey, brackets)
	}
	return b
}

func appendOne(b []byte, n *Node, inKey, brackets bool) []byte {
	switch n.Kind {
	case Root:
		return append(b, '$')
	case Current:
		return append(b, '@')
	case Last:
		return append(b, "last"...)
	case Null:
		return append(b, "null"...)
	case True:
		return append(b, "true"...)
	case False:
		return append(b, "false"...)
	case Number:
		if n.Next != nil {
			return append(append(append(b, '('), n.Text...), ')')
		}
		return append(b, n.Text...)
	case String:
		return AppendQuoted(b, n.Text)
	case Variable:
		return AppendQuoted(append(b, '$'), n.Text)
	case Key, AnyKey, AnyArray, Index, AnyPath, Filter, Method, Datetime:
		return appendAccessor(b, n, inKey)
	}
	return appendOperator(b, n, brackets)
}

func appendAccessor(b []byte, n *Node, inKey bool) []byte {
	if inKey && (n.Kind == Key || n.Kind == AnyKey || n.Kind == AnyPath) {
		b = append(b, '.')
	}
	switch n.Kind {
	case Key:
		return AppendQuoted(b, n.Text)
	case AnyKey:
		return append(b, '*')
	case AnyArray:
		return append(b, "[*]"...)
	case Index:
		return appendIndex(b, n)
	case AnyPath:
		return appendLevels(append(b, "**"...), n.From, n.To)
	case Filter:
		return append(appendNode(append(b, "?("...), n.Left, false, false), ')')
	case Datetime:
		b = append(b, ".datetime("...)
		if n.HasText {
			b = AppendQuoted(b, n.Text)
		}
		return append(b, ')')
	}
	return append(append(append(b, '.'), n.Text...), "()"...)
}

func appendIndex(b []byte, n *Node) []byte {
	b = append(b, '[')
	for i, s := range n.Subs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNode(b, s.From, false, false)
		if s.To != nil {
			b = appendNode(append(b, " to "...), s.To, false, false)
		}
	}
	return append(b, ']')
}

func appendLevels(b []byte, from, to uint32) []byte {
	if from == 0 && to == LastLevel {
		return b
	}
	level := func(v uint32) {
		if v == LastLevel {
			b = append(b, "last"...)
		} else {
			b = strconv.AppendUint(b, uint64(v), 10)
		}
	}
	b = append(b, '{')
	level(from)
	if from != to {
		b = append(b, " to "...)
		level(to)
	}
	return append(b, '}')
}

func appendOperator(b []byte, n *Node, brackets bool) []byte {
	operand := func(arg *Node) {
		b = appendNode(b, arg, false, arg.Kind.priority() <= n.Kind.priority())
	}
	switch n.Kind {
	case Not:
		return append(appendNode(append(b, "!("...), n.Left, false, false), ')')
	case IsUnknown:
		return append(appendNode(append(b, '('), n.Left, false, false), ") is unknown"...)
	case Exists:
		return append(appendNode(append(b, "exists ("...), n.Left, false, false), ')')
	}
	if brackets {
		b = append(b, '(')
	}
	switch n.Kind {
	case Plus, Minus:
		b = append(b, n.Kind.Operator()...)
		operand(n.Left)
	case LikeRegex:
		operand(n.Left)
		b = AppendQuoted(append(b, " like_regex "...), n.Text)
		b = appendFlags(b, n.Flags)
	default:
		operand(n.Left)
		b = append(append(append(b, ' '), n.Kind.Operator()...), ' ')
		operand(n.Right)
	}
	if brackets {
		b = append(b, ')')
	}
	return b
}

func appendFlags(b []byte, f Flags) []byte {
	if f == 0 {
		return b
	}
	b = append(b, ` flag "`...)
	for i := range len(flagLetters) {
		if f&(1<<i) != 0 {
			b = append(b, flagLetters[i])
		}
	}
	return append(b, '"')
}

// AppendQuoted appends s as a JSON string, quoted as PostgreSQL does.
func AppendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			if c < 0x20 {
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			} else {
				b = append(b, c)
			}
		}
	}
	return append(b, '"')
}
