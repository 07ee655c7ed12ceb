package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// MaxDepth is how deep a path may nest, and how long a chain of accessors is.
const MaxDepth = 5000

// maxNesting is how deep the parser descends. It is more than a tree of MaxDepth
// needs when it is printed with all its parentheses, so that a path that was read
// once is read again from its own text.
const maxNesting = 4 * MaxDepth

// Options is what the parser has to be told.
type Options struct {
	// Number checks a number and returns its canonical text.
	Number func(text string) (string, error)
	// Regex checks a pattern of like_regex; nil: patterns go unchecked.
	Regex func(pattern string, f Flags) error
}

// checkText refuses what is no text of the encoding. Clients' text was checked
// before; what is computed may reach here unchecked.
func checkText(s string) error {
	for i, r := range s {
		if r == 0 || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": 0x%02x", s[i])
		}
	}
	return nil
}

// Parse reads a path. Errors are *sqlerr.Error in PostgreSQL's words.
func Parse(s string, o Options) (*Path, error) {
	if err := checkText(s); err != nil {
		return nil, err
	}
	p := &parser{lexer: lexer{s: s}, o: o}
	if err := p.next(); err != nil {
		return nil, err
	}
	if p.tok == tEnd {
		return nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type jsonpath: \"%s\"", s)
	}
	path := &Path{}
	if p.isWord("lax") || p.isWord("strict") {
		path.Strict = p.word == "strict"
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	n, _, err := p.any()
	if err != nil {
		return nil, err
	}
	if p.tok != tEnd {
		return nil, p.syntax()
	}
	path.Expr = n
	return path, checkScopes(n, 0, false)
}

// parser is a recursive descent over the tokens. A node that is a predicate
// can stand only where one may: the methods return that beside the node.
type parser struct {
	lexer
	o     Options
	depth int
}

func (p *parser) syntax() error { return p.fail("syntax error") }

func (p *parser) isWord(w string) bool { return p.tok == tKeyword && p.word == w }

// expect takes one token.
func (p *parser) expect(t token) error {
	if p.tok != t {
		return p.syntax()
	}
	return p.next()
}

func (p *parser) expectWord(w string) error {
	if !p.isWord(w) {
		return p.syntax()
	}
	return p.next()
}

func errTooDeep() error {
	return sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
}

func (p *parser) enter() error {
	if p.depth++; p.depth > maxNesting {
		return errTooDeep()
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// node makes a node over operands, the second of which may be nil.
func node(k Kind, left, right *Node) (*Node, error) {
	n := &Node{Kind: k, Left: left, Right: right}
	if left != nil {
		n.height = left.height + 1
	}
	if right != nil {
		n.height = max(n.height, right.height+1)
	}
	if n.height > MaxDepth {
		return nil, errTooDeep()
	}
	return n, nil
}

// any reads an expression or a predicate.
func (p *parser) any() (n *Node, predicate bool, err error) {
	if err := p.enter(); err != nil {
		return nil, false, err
	}
	defer p.leave()
	n, predicate, err = p.conjunction()
	for err == nil && p.tok == tOr {
		n, err = p.connective(Or, n, predicate, p.conjunction)
	}
	return n, predicate, err
}

func (p *parser) conjunction() (n *Node, predicate bool, err error) {
	n, predicate, err = p.term()
	for err == nil && p.tok == tAnd {
		n, err = p.connective(And, n, predicate, p.term)
	}
	return n, predicate, err
}

// connective reads the right operand of && or ||.
func (p *parser) connective(k Kind, left *Node, predicate bool, operand func() (*Node, bool, error)) (*Node, error) {
	if !predicate {
		return nil, p.syntax()
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	right, predicate, err := operand()
	if err != nil {
		return nil, err
	}
	if !predicate {
		return nil, p.syntax()
	}
	return node(k, left, right)
}

// predicate reads what must be one.
func (p *parser) predicate() (*Node, error) {
	n, ok, err := p.any()
	if err == nil && !ok {
		err = p.syntax()
	}
	return n, err
}

// bracketed reads '(' body ')'.
func (p *parser) bracketed(body func() (*Node, error)) (*Node, error) {
	if err := p.expect('('); err != nil {
		return nil, err
	}
	n, err := body()
	if err != nil {
		return nil, err
	}
	return n, p.expect(')')
}

// term reads what && and || stand between, or an expression.
func (p *parser) term() (*Node, bool, error) {
	switch {
	case p.tok == '!':
		n, err := p.negation()
		return n, true, err
	case p.isWord("exists"):
		n, err := p.exists()
		return n, true, err
	}
	n, predicate, err := p.sum(true)
	if err != nil || predicate {
		return n, predicate, err
	}
	kinds := map[token]Kind{
		tEqual: Equal, tNotEqual: NotEqual, '<': Less, tLessEqual: LessEqual, '>': Greater, tGreaterEqual: GreaterEqual,
	}
	if k, ok := kinds[p.tok]; ok {
		if err := p.next(); err != nil {
			return nil, false, err
		}
		right, _, err := p.sum(false)
		if err != nil {
			return nil, false, err
		}
		n, err = node(k, n, right)
		return n, true, err
	}
	switch {
	case p.isWord("starts"):
		n, err = p.startsWith(n)
		return n, true, err
	case p.isWord("like_regex"):
		n, err = p.likeRegex(n)
		return n, true, err
	}
	return n, false, nil
}

func (p *parser) negation() (*Node, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	var arg *Node
	var err error
	if p.isWord("exists") {
		arg, err = p.exists()
	} else {
		arg, err = p.bracketed(p.predicate)
	}
	if err != nil {
		return nil, err
	}
	return node(Not, arg, nil)
}

func (p *parser) exists() (*Node, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	arg, err := p.bracketed(p.expression)
	if err != nil {
		return nil, err
	}
	return node(Exists, arg, nil)
}

func (p *parser) startsWith(left *Node) (*Node, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	if err := p.expectWord("with"); err != nil {
		return nil, err
	}
	right := &Node{Kind: String, Text: p.val}
	switch p.tok {
	case tString:
	case tVariable:
		right.Kind = Variable
	default:
		return nil, p.syntax()
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	return node(StartsWith, left, right)
}

func (p *parser) likeRegex(left *Node) (*Node, error) {
	n, err := node(LikeRegex, left, nil)
	if err != nil {
		return nil, err
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	n.Text = p.val
	if err := p.expect(tString); err != nil {
		return nil, err
	}
	if p.isWord("flag") {
		if err := p.next(); err != nil {
			return nil, err
		}
		letters := p.val
		if err := p.expect(tString); err != nil {
			return nil, err
		}
		if n.Flags, err = parseFlags(letters); err != nil {
			return nil, err
		}
	}
	if n.Flags&Expanded != 0 && n.Flags&Quote == 0 {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "XQuery \"x\" flag (expanded regular expressions) is not implemented")
	}
	if p.o.Regex != nil {
		err = p.o.Regex(n.Text, n.Flags)
	}
	return n, err
}

func parseFlags(letters string) (Flags, error) {
	var f Flags
next:
	for _, r := range letters {
		for i := range len(flagLetters) {
			if r == rune(flagLetters[i]) {
				f |= 1 << i
				continue next
			}
		}
		return 0, sqlerr.New(sqlerr.SyntaxError, "invalid input syntax for type jsonpath").
			WithDetail("Unrecognized flag character \"%s\" in LIKE_REGEX predicate.", string(r))
	}
	return f, nil
}

// checkScopes refuses @ outside of filters and last outside of subscripts.
func checkScopes(n *Node, filters int, subscript bool) error {
	for ; n != nil; n = n.Next {
		inner := filters
		switch n.Kind {
		case Current:
			if filters == 0 {
				return sqlerr.New(sqlerr.SyntaxError, "@ is not allowed in root expressions")
			}
		case Last:
			if !subscript {
				return sqlerr.New(sqlerr.SyntaxError, "LAST is allowed only in array subscripts")
			}
		case Filter:
			inner++
		}
		if err := checkScopes(n.Left, inner, subscript); err != nil {
			return err
		}
		if err := checkScopes(n.Right, inner, subscript); err != nil {
			return err
		}
		for _, s := range n.Subs {
			if err := checkScopes(s.From, filters, true); err != nil {
				return err
			}
			if err := checkScopes(s.To, filters, true); err != nil {
				return err
			}
		}
	}
	return nil
}

func parseLevel(text string) (uint32, error) {
	v, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "value \"%s\" is out of range for type integer", text)
	}
	return uint32(v), nil
}
