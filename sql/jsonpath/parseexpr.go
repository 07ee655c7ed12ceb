package jsonpath

import "strings"

// expression reads what must be no predicate.
func (p *parser) expression() (*Node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	n, _, err := p.sum(false)
	return n, err
}

// sum reads a chain of + and -. A predicate in brackets is returned alone, and
// only when the caller may have one.
func (p *parser) sum(mayPredicate bool) (*Node, bool, error) {
	n, predicate, err := p.product(mayPredicate)
	for err == nil && !predicate && (p.tok == '+' || p.tok == '-') {
		k := Add
		if p.tok == '-' {
			k = Sub
		}
		n, err = p.infix(k, n, p.product)
	}
	return n, predicate, err
}

func (p *parser) product(mayPredicate bool) (*Node, bool, error) {
	n, predicate, err := p.unary(mayPredicate)
	kinds := map[token]Kind{'*': Mul, '/': Div, '%': Mod}
	for err == nil && !predicate {
		k, ok := kinds[p.tok]
		if !ok {
			break
		}
		n, err = p.infix(k, n, p.unary)
	}
	return n, predicate, err
}

func (p *parser) infix(k Kind, left *Node, operand func(bool) (*Node, bool, error)) (*Node, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	right, _, err := operand(false)
	if err != nil {
		return nil, err
	}
	return node(k, left, right)
}

func (p *parser) unary(mayPredicate bool) (*Node, bool, error) {
	k := Plus
	switch p.tok {
	case '+':
	case '-':
		k = Minus
	default:
		n, predicate, err := p.primary(mayPredicate)
		if err == nil && predicate && !mayPredicate {
			err = p.syntax()
		}
		return n, predicate, err
	}
	if err := p.enter(); err != nil {
		return nil, false, err
	}
	defer p.leave()
	if err := p.next(); err != nil {
		return nil, false, err
	}
	arg, _, err := p.unary(false)
	if err != nil {
		return nil, false, err
	}
	if arg.Kind == Number && arg.Next == nil { // the sign becomes the number's
		if k == Minus {
			arg.Text = negate(arg.Text)
		}
		return arg, false, nil
	}
	n, err := node(k, arg, nil)
	return n, false, err
}

// negate changes a number's sign; zero has none.
func negate(text string) string {
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		return rest
	}
	if strings.Trim(text, "0.") == "" {
		return text
	}
	return "-" + text
}

// primary reads a value and its accessors, or a predicate in brackets.
func (p *parser) primary(mayPredicate bool) (*Node, bool, error) {
	if p.tok == '(' {
		return p.brackets(mayPredicate)
	}
	n := &Node{Text: p.val}
	switch p.tok {
	case '$':
		n.Kind = Root
	case '@':
		n.Kind = Current
	case tString:
		n.Kind = String
	case tVariable:
		n.Kind = Variable
	case tNumber, tInteger:
		n.Kind = Number
		var err error
		if n.Text, err = p.o.Number(p.val); err != nil {
			return nil, false, err
		}
	case tKeyword:
		kinds := map[string]Kind{"null": Null, "true": True, "false": False, "last": Last}
		k, ok := kinds[p.word]
		if !ok {
			return nil, false, p.syntax()
		}
		n.Kind, n.Text = k, ""
	default:
		return nil, false, p.syntax()
	}
	if err := p.next(); err != nil {
		return nil, false, err
	}
	return n, false, p.accessors(n)
}

// brackets reads (expression) or (predicate), to both of which accessors can
// be applied.
func (p *parser) brackets(mayPredicate bool) (*Node, bool, error) {
	if err := p.next(); err != nil {
		return nil, false, err
	}
	n, predicate, err := p.any()
	if err != nil {
		return nil, false, err
	}
	if err := p.expect(')'); err != nil {
		return nil, false, err
	}
	if p.tok == '.' || p.tok == '[' || p.tok == '?' {
		return n, false, p.accessors(n)
	}
	if !predicate || !mayPredicate || !p.isWord("is") {
		return n, predicate, nil
	}
	if err := p.next(); err != nil {
		return nil, false, err
	}
	if err := p.expectWord("unknown"); err != nil {
		return nil, false, err
	}
	n, err = node(IsUnknown, n, nil)
	return n, true, err
}

// accessors reads all that follow and hangs them behind the head.
func (p *parser) accessors(head *Node) error {
	tail := head
	length := 0
	for ; tail.Next != nil; tail = tail.Next {
		length++
	}
	for p.tok == '.' || p.tok == '[' || p.tok == '?' {
		next, err := p.accessor()
		if err != nil {
			return err
		}
		tail.Next, tail = next, next
		length++
		if head.height = max(head.height, next.height+length, length); head.height > MaxDepth {
			return errTooDeep()
		}
	}
	return nil
}

func (p *parser) accessor() (*Node, error) {
	opening := p.tok
	if err := p.next(); err != nil {
		return nil, err
	}
	switch opening {
	case '?':
		arg, err := p.bracketed(p.predicate)
		if err != nil {
			return nil, err
		}
		return node(Filter, arg, nil)
	case '[':
		return p.subscripts()
	}
	switch p.tok {
	case '*':
		return &Node{Kind: AnyKey}, p.next()
	case tAnyPath:
		return p.anyPath()
	case tIdent, tString:
		n := &Node{Kind: Key, Text: p.val}
		return n, p.next()
	case tKeyword:
		return p.keyOrMethod()
	}
	return nil, p.syntax()
}

// keyOrMethod reads a keyword behind a dot, which is a key unless it names a
// method and brackets follow.
func (p *parser) keyOrMethod() (*Node, error) {
	n := &Node{Kind: Key, Text: p.val}
	word := p.word
	if err := p.next(); err != nil {
		return nil, err
	}
	if p.tok != '(' {
		return n, nil
	}
	switch word {
	case "abs", "size", "type", "floor", "double", "ceiling", "keyvalue":
		n.Kind, n.Text = Method, word
	case "datetime":
		n.Kind, n.Text = Datetime, ""
	default:
		return n, nil
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	if n.Kind == Datetime && p.tok == tString {
		n.Text, n.HasText = p.val, true
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	return n, p.expect(')')
}

func (p *parser) subscripts() (*Node, error) {
	if p.tok == '*' {
		if err := p.next(); err != nil {
			return nil, err
		}
		return &Node{Kind: AnyArray}, p.expect(']')
	}
	n := &Node{Kind: Index}
	for {
		from, err := p.expression()
		if err != nil {
			return nil, err
		}
		s := Subscript{From: from}
		n.height = max(n.height, from.height+1)
		if p.isWord("to") {
			if err := p.next(); err != nil {
				return nil, err
			}
			if s.To, err = p.expression(); err != nil {
				return nil, err
			}
			n.height = max(n.height, s.To.height+1)
		}
		n.Subs = append(n.Subs, s)
		if p.tok != ',' {
			return n, p.expect(']')
		}
		if err := p.next(); err != nil {
			return nil, err
		}
	}
}

// anyPath reads ** and its levels.
func (p *parser) anyPath() (*Node, error) {
	n := &Node{Kind: AnyPath, To: LastLevel}
	if err := p.next(); err != nil || p.tok != '{' {
		return n, err
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	var err error
	if n.From, err = p.level(); err != nil {
		return nil, err
	}
	n.To = n.From
	if p.isWord("to") {
		if err := p.next(); err != nil {
			return nil, err
		}
		if n.To, err = p.level(); err != nil {
			return nil, err
		}
	}
	return n, p.expect('}')
}

func (p *parser) level() (uint32, error) {
	if p.isWord("last") {
		return LastLevel, p.next()
	}
	if p.tok != tInteger {
		return 0, p.syntax()
	}
	v, err := parseLevel(p.val)
	if err != nil {
		return 0, err
	}
	return v, p.next()
}
