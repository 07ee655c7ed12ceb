package types

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TSMode is a way of reading a query.
type TSMode uint8

// The ways of reading a query.
const (
	TSStandard TSMode = iota // operators, parentheses, quotes, modifiers
	TSPlain                  // all of it is one operand
	TSWeb                    // words, "quoted ones", or, -not
)

// TSOperand makes the tree of one operand of a query; nil stands for stop
// words.
type TSOperand func(word string, weights byte, prefix bool) (*TSNode, error)

// PlainOperand takes the word as it is: what tsquery's input does.
func PlainOperand(word string, weights byte, prefix bool) (*TSNode, error) {
	return &TSNode{Word: word, Weights: weights, Prefix: prefix}, nil
}

// TSStop makes a node that stands for a stop word of a phrase until the query
// is whole.
func TSStop() *TSNode { return &TSNode{Op: tsStop} }

// ParseTSQuery reads a query, each of whose operands becomes what operand
// makes of it. Notices go to f.
func ParseTSQuery(s string, mode TSMode, operand TSOperand, f *Format) (*TSQuery, error) {
	p := tsParser{r: tsReader{in: s, all: s, query: true, web: mode == TSWeb}, mode: mode, operand: operand, first: true}
	if err := p.expression(1); err != nil {
		return nil, err
	}
	if len(p.out) == 0 {
		f.notice("text-search query doesn't contain lexemes: \"%s\"", s)
		return &TSQuery{}, nil
	}
	q, err := NewTSQuery(p.out[0])
	if err != nil || !p.stops {
		return q, err
	}
	root, _, _ := withoutStops(q.Root)
	if root == nil {
		f.notice("text-search query contains only stop words or doesn't contain lexemes, ignored")
	}
	return NewTSQuery(root)
}

type tsToken uint8

const (
	tsEnd tsToken = iota
	tsError
	tsValue
	tsOperator
	tsOpen
	tsClose
)

type tsPending struct {
	op       TSOp
	distance uint16
}

// tsParser is an operator precedence parser.
type tsParser struct {
	r       tsReader
	mode    TSMode
	operand TSOperand
	first   bool // nothing has been read yet
	after   bool // an operand has just been read: an operator is due
	open    int  // parentheses
	stops   bool // a stop word is in the tree
	total   int  // bytes of words
	out     []*TSNode

	// the token read
	op       TSOp
	distance uint16
	word     string
	weights  byte
	prefix   bool
}

func (p *tsParser) expression(depth int) error {
	if depth > maxTSDepth {
		return errTSDepth()
	}
	var pending []tsPending
	for {
		tok, err := p.token()
		if err != nil {
			return err
		}
		switch tok {
		case tsEnd, tsClose:
			return p.reduce(&pending, TSOr)
		case tsValue:
			err = p.value()
		case tsOperator:
			if err = p.reduce(&pending, p.op); err == nil && len(pending) == maxTSPending {
				err = sqlerr.New(sqlerr.InternalError, "tsquery stack too small")
			}
			pending = append(pending, tsPending{p.op, p.distance})
		case tsOpen:
			err = p.expression(depth + 1)
		default:
			return p.r.syntax()
		}
		if err != nil {
			return err
		}
	}
}

// maxTSPending bounds the operators that wait for their right argument.
const maxTSPending = 32

// reduce applies the operators that bind tighter than op, or as tight where
// they group to the left.
func (p *tsParser) reduce(pending *[]tsPending, op TSOp) error {
	for len(*pending) > 0 {
		top := (*pending)[len(*pending)-1]
		if op.priority() > top.op.priority() || op == TSNot && op.priority() == top.op.priority() {
			return nil
		}
		*pending = (*pending)[:len(*pending)-1]
		n := &TSNode{Op: top.op, Distance: top.distance}
		args := 2
		if top.op == TSNot {
			args = 1
		}
		if len(p.out) < args {
			return sqlerr.New(sqlerr.InternalError, "malformed tsquery: operand not found")
		}
		if n.Right = p.out[len(p.out)-1]; args == 2 {
			n.Left = p.out[len(p.out)-2]
		}
		p.out = append(p.out[:len(p.out)-args], n)
	}
	return nil
}

func (p *tsParser) value() error {
	n, err := p.operand(p.word, p.weights, p.prefix)
	if err != nil {
		return err
	}
	if n == nil {
		n = TSStop()
	}
	n.Walk(func(n *TSNode) {
		switch {
		case n.Op == tsStop:
			p.stops = true
		case n.Op != TSWord || err != nil:
		case len(n.Word) >= MaxLexeme:
			err = sqlerr.New(sqlerr.ProgramLimitExceeded, "word is too long in tsquery: \"%s\"", p.r.all)
		case p.total >= MaxTSText:
			err = sqlerr.New(sqlerr.ProgramLimitExceeded, "value is too big in tsquery: \"%s\"", p.r.all)
		default:
			p.total += len(n.Word) + 1
		}
	})
	p.out = append(p.out, n)
	return err
}

func (p *tsParser) token() (tsToken, error) {
	p.weights, p.prefix, p.distance = 0, false, 0
	switch p.mode {
	case TSPlain:
		if p.r.in == "" {
			return tsEnd, nil
		}
		p.word, p.r.in = p.r.in, ""
		return tsValue, nil
	case TSWeb:
		return p.webToken()
	}
	return p.standardToken()
}

func (p *tsParser) skipSpace() {
	for n := spaceLen(p.r.in); n > 0; n = spaceLen(p.r.in) {
		p.r.in = p.r.in[n:]
	}
}

// operator consumes n bytes that are an operator.
func (p *tsParser) operator(op TSOp, n int) (tsToken, error) {
	p.r.in, p.op, p.first, p.after = p.r.in[n:], op, false, false
	return tsOperator, nil
}

func (p *tsParser) standardToken() (tsToken, error) {
	p.skipSpace()
	if p.after {
		return p.standardOperator()
	}
	switch {
	case strings.HasPrefix(p.r.in, "!"):
		return p.operator(TSNot, 1)
	case strings.HasPrefix(p.r.in, "("):
		p.r.in, p.first = p.r.in[1:], false
		p.open++
		return tsOpen, nil
	case strings.HasPrefix(p.r.in, ":"):
		return tsError, nil
	}
	l, ok, err := p.r.next()
	switch {
	case err != nil:
		return tsError, err
	case !ok && p.first:
		return tsEnd, nil
	case !ok:
		return tsError, sqlerr.New(sqlerr.SyntaxError, "no operand in tsquery: \"%s\"", p.r.all)
	}
	p.word, p.first, p.after = l.Word, false, true
	p.modifiers()
	return tsValue, nil
}

// modifiers reads what may follow a word: ":*AB".
func (p *tsParser) modifiers() {
	if !strings.HasPrefix(p.r.in, ":") {
		return
	}
	for p.r.in = p.r.in[1:]; p.r.in != ""; p.r.in = p.r.in[1:] {
		if p.r.in[0] == '*' {
			p.prefix = true
		} else if w, ok := tsWeight(p.r.in[0]); ok {
			p.weights |= 1 << w
		} else {
			return
		}
	}
}

func (p *tsParser) standardOperator() (tsToken, error) {
	if p.r.in == "" {
		if p.open != 0 {
			return tsError, nil
		}
		return tsEnd, nil
	}
	switch p.r.in[0] {
	case '&':
		return p.operator(TSAnd, 1)
	case '|':
		return p.operator(TSOr, 1)
	case ')':
		p.r.in = p.r.in[1:]
		if p.open--; p.open < 0 {
			return tsError, nil
		}
		return tsClose, nil
	}
	n, err := p.phrase()
	if err != nil || n == 0 {
		return tsError, err
	}
	return p.operator(TSPhrase, n)
}

// phrase recognises <-> and <N>; something has to follow.
func (p *tsParser) phrase() (n int, err error) {
	s := p.r.in
	if s[0] != '<' {
		return 0, nil
	}
	end := strings.IndexByte(s, '>')
	if strings.HasPrefix(s, "<->") {
		p.distance = 1
	} else {
		i := 1
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if i == 1 {
			return 0, nil
		}
		d, err := strconv.ParseUint(s[1:i], 10, 63)
		if err != nil || d > MaxTSPos {
			return 0, errTSDistance()
		}
		if i != end {
			return 0, nil
		}
		p.distance = uint16(d)
	}
	if end+1 == len(s) {
		return 0, nil
	}
	return end + 1, nil
}

func errTSDistance() error {
	return sqlerr.New(sqlerr.InvalidParameterValue,
		"distance in phrase operator must be an integer value between zero and %d inclusive", MaxTSPos)
}

// CheckTSDistance holds a phrase's distance to what positions allow.
func CheckTSDistance(d int64) error {
	if d < 0 || d > MaxTSPos {
		return errTSDistance()
	}
	return nil
}

func (p *tsParser) webToken() (tsToken, error) {
	for p.skipSpace(); ; p.skipSpace() {
		switch {
		case p.after && p.r.in == "":
			return tsEnd, nil
		case p.after && p.webOr():
			return p.operator(TSOr, 2)
		case !p.after && strings.HasPrefix(p.r.in, "-"):
			return p.operator(TSNot, 1)
		case !p.after && strings.HasPrefix(p.r.in, `"`):
			word, rest, _ := strings.Cut(p.r.in[1:], `"`)
			p.word, p.r.in, p.first, p.after = word, rest, false, true
			return tsValue, nil
		case p.r.in != "" && isTSOperator(p.r.in[0]): // means nothing here
			p.r.in = p.r.in[1:]
			p.first = p.first && p.after
		case p.after: // words side by side
			return p.operator(TSAnd, 0)
		default:
			return p.webWord()
		}
	}
}

func (p *tsParser) webWord() (tsToken, error) {
	l, ok, err := p.r.next()
	switch {
	case err != nil:
		return tsError, err
	case ok:
		p.word, p.first, p.after = l.Word, false, true
		return tsValue, nil
	case !p.first: // an operator has to have something
		p.out, p.stops = append(p.out, TSStop()), true
	}
	return tsEnd, nil
}

// webOr reports whether the word OR stands here with something behind it.
func (p *tsParser) webOr() bool {
	s := p.r.in
	if len(s) < 3 || !strings.EqualFold(s[:2], "or") || s[0] >= 0x80 || s[1] >= 0x80 {
		return false
	}
	r, n := utf8.DecodeRuneInString(s[2:])
	if r == '-' || r == '_' || unicode.IsLetter(r) || r >= '0' && r <= '9' {
		return false
	}
	return slices.ContainsFunc([]rune(s[2+n:]), func(r rune) bool { return !tsSpace(r) })
}
