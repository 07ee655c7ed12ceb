package types

import (
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TSOp is an operator of tsquery.
type TSOp uint8

// The operators, by their numbers in the binary form.
const (
	TSWord TSOp = iota // no operator: a lexeme
	TSNot
	TSAnd
	TSOr
	TSPhrase
	tsStop // a stop word, which is taken out before the query is seen
)

// priority is how tightly an operator binds.
func (o TSOp) priority() int { return [...]int{0, 4, 2, 1, 3, 0}[o] }

// TSNode is a node of a query: a lexeme, or an operator over others.
type TSNode struct {
	Op       TSOp
	Left     *TSNode // nil of a lexeme and of NOT
	Right    *TSNode
	Distance uint16 // of a phrase
	Word     string
	Weights  byte // bit 3 is A, bit 0 is D; 0: any
	Prefix   bool
}

// TSQuery is a condition on documents; without a Root it matches nothing.
// Nodes never change.
type TSQuery struct {
	Root  *TSNode
	Nodes int // how many
	text  int // bytes of the words with an end each
}

// maxTSDepth bounds how deep queries nest, and so every walk over one.
const maxTSDepth = 10000

// maxTSQuery bounds a query's memory, as PostgreSQL's allocations are.
const maxTSQuery = 1<<30 - 1

// NewTSQuery makes a query of a tree, which it keeps.
func NewTSQuery(root *TSNode) (*TSQuery, error) {
	q := &TSQuery{Root: root}
	if root != nil {
		if err := q.measure(root, 1); err != nil {
			return nil, err
		}
	}
	if 8+12*q.Nodes+q.text > maxTSQuery {
		return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "tsquery is too large")
	}
	return q, nil
}

func errTSDepth() error {
	return sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
}

func (q *TSQuery) measure(n *TSNode, depth int) error {
	if depth > maxTSDepth {
		return errTSDepth()
	}
	q.Nodes++
	if n.Op == TSWord {
		q.text += len(n.Word) + 1
		return nil
	}
	if n.Right == nil { // a stop word
		return nil
	}
	if n.Left != nil {
		if err := q.measure(n.Left, depth+1); err != nil {
			return err
		}
	}
	return q.measure(n.Right, depth+1)
}

// Walk calls f for every node, an operator before its right, then its left
// argument: the order of the binary form.
func (n *TSNode) Walk(f func(*TSNode)) {
	if n == nil {
		return
	}
	f(n)
	n.Right.Walk(f)
	n.Left.Walk(f)
}

// AppendTSQuery prints a query with as few parentheses as will do.
func AppendTSQuery(dst []byte, n *TSNode) []byte {
	if n == nil {
		return dst
	}
	return appendTSNode(dst, n, -1, false)
}

func appendTSNode(dst []byte, n *TSNode, parent int, rightOfPhrase bool) []byte {
	if n.Op == TSWord {
		return appendTSWord(dst, n)
	}
	pri := n.Op.priority()
	paren := pri < parent || n.Op == TSPhrase && rightOfPhrase
	if paren {
		dst = append(dst, "( "...)
	}
	if n.Op == TSNot {
		dst = appendTSNode(append(dst, '!'), n.Right, pri, false)
	} else {
		dst = appendTSNode(dst, n.Left, pri, false)
		switch {
		case n.Op == TSAnd:
			dst = append(dst, " & "...)
		case n.Op == TSOr:
			dst = append(dst, " | "...)
		case n.Distance == 1:
			dst = append(dst, " <-> "...)
		default:
			dst = append(strconv.AppendInt(append(dst, " <"...), int64(int16(n.Distance)), 10), "> "...)
		}
		dst = appendTSNode(dst, n.Right, pri, n.Op == TSPhrase)
	}
	if paren {
		dst = append(dst, " )"...)
	}
	return dst
}

func appendTSWord(dst []byte, n *TSNode) []byte {
	dst = appendLexeme(dst, n.Word)
	if n.Weights == 0 && !n.Prefix {
		return dst
	}
	if dst = append(dst, ':'); n.Prefix {
		dst = append(dst, '*')
	}
	for i, c := range []byte("ABCD") {
		if n.Weights>>(3-i)&1 != 0 {
			dst = append(dst, c)
		}
	}
	return dst
}

// The kinds of node in the binary form.
const (
	tsKindWord = 1
	tsKindOp   = 2
)

func appendTSQueryBinary(dst []byte, q *TSQuery) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(q.Nodes))
	q.Root.Walk(func(n *TSNode) {
		if n.Op == TSWord {
			dst = append(dst, tsKindWord, n.Weights, byte(Bool(n.Prefix).I))
			dst = append(append(dst, n.Word...), 0)
			return
		}
		if dst = append(dst, tsKindOp, byte(n.Op)); n.Op == TSPhrase {
			dst = binary.BigEndian.AppendUint16(dst, n.Distance)
		}
	})
	return dst
}

func parseTSQueryBinary(b []byte) (*TSQuery, error) {
	r := wireReader{b: b}
	n := r.uint32()
	if uint64(n) > uint64(len(b)) {
		return nil, errTSBinary("invalid size of tsquery")
	}
	if n == 0 {
		return &TSQuery{}, r.end()
	}
	left, total := int(n), 0
	root, err := readTSNode(&r, &left, &total, 1)
	switch {
	case err != nil:
		return nil, err
	case left != 0:
		return nil, errTSBinary("malformed tsquery: extra nodes")
	case r.end() != nil:
		return nil, r.err
	}
	return NewTSQuery(root)
}

func readTSNode(r *wireReader, left, total *int, depth int) (*TSNode, error) {
	if depth > maxTSDepth {
		return nil, errTSDepth()
	}
	if *left == 0 {
		return nil, errTSBinary("malformed tsquery: operand not found")
	}
	*left--
	kind := r.uint8()
	if r.err == nil && kind != tsKindWord && kind != tsKindOp {
		return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "unrecognized tsquery node type: %d", int8(kind))
	}
	if kind == tsKindWord {
		n := &TSNode{Weights: r.uint8(), Prefix: r.uint8() != 0}
		n.Word = r.cstring()
		switch {
		case r.err != nil:
			return nil, r.err
		case n.Weights > 0xF:
			return nil, errTSBinary("invalid tsquery: invalid weight bitmap")
		case len(n.Word) > MaxLexeme:
			return nil, errTSBinary("invalid tsquery: operand too long")
		case *total > MaxTSText:
			return nil, errTSBinary("invalid tsquery: total operand length exceeded")
		}
		*total += len(n.Word) + 1
		return n, nil
	}
	n := &TSNode{Op: TSOp(r.uint8())}
	switch {
	case r.err != nil:
		return nil, r.err
	case n.Op < TSNot || n.Op > TSPhrase:
		return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid tsquery: unrecognized operator type %d", int8(n.Op))
	case *left == 0:
		return nil, errTSBinary("invalid pointer to right operand")
	}
	if n.Op == TSPhrase {
		n.Distance = r.uint16()
	}
	var err error
	if n.Right, err = readTSNode(r, left, total, depth+1); err == nil && n.Op != TSNot {
		n.Left, err = readTSNode(r, left, total, depth+1)
	}
	return n, err
}

func compareTSQuery(a, b *TSQuery) int {
	if c := cmp.Compare(a.Nodes, b.Nodes); c != 0 {
		return c
	}
	if c := cmp.Compare(a.text, b.text); c != 0 || a.Root == nil {
		return c
	}
	return CompareTSNode(a.Root, b.Root)
}

// CompareTSNode orders nodes as tsquery's order does once sizes are equal:
// not in a way that means anything, and without regard to weights.
func CompareTSNode(a, b *TSNode) int {
	switch {
	case (a.Op == TSWord) != (b.Op == TSWord):
		if a.Op == TSWord {
			return 1
		}
		return -1
	case a.Op == TSWord:
		if c := cmp.Compare(b.WordHash(), a.WordHash()); c != 0 {
			return c
		}
		return strings.Compare(a.Word, b.Word)
	case a.Op != b.Op:
		return cmp.Compare(b.Op, a.Op)
	}
	if c := CompareTSNode(a.Right, b.Right); c != 0 {
		return c
	}
	if a.Op == TSNot {
		return 0
	}
	if c := CompareTSNode(a.Left, b.Left); c != 0 {
		return c
	}
	return cmp.Compare(int16(b.Distance), int16(a.Distance))
}

// WordHash is the checksum that PostgreSQL keeps with a word and orders by: a
// CRC-32 that shifts the wrong way.
func (n *TSNode) WordHash() int32 {
	crc := ^uint32(0)
	for i := range len(n.Word) {
		crc = crc32.IEEETable[byte(crc>>24)^n.Word[i]] ^ crc<<8
	}
	return int32(^crc)
}

func hashTSQuery(q *TSQuery, h uint64) uint64 {
	q.Root.Walk(func(n *TSNode) {
		h = mix(h*31 ^ xxhash.Sum64String(n.Word) ^ uint64(n.Op)<<32 ^ uint64(n.Distance))
	})
	return hashInt(int64(q.Nodes), h)
}
