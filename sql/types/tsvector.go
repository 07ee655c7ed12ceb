package types

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The limits of text search values.
const (
	MaxLexeme    = 1<<11 - 1 // bytes of a lexeme, and one
	MaxTSText    = 1<<20 - 1 // bytes of all lexemes with their positions
	MaxTSPos     = 1 << 14   // positions end below
	maxPositions = 256       // of one lexeme
)

// TSPos is a lexeme's position in a document, from 1, with its weight in the
// two highest bits: 3 is A, 0 is D.
type TSPos uint16

// MakeTSPos makes a position; what is beyond the last counts as the last.
func MakeTSPos(pos int, weight byte) TSPos {
	return TSPos(min(pos, MaxTSPos-1)) | TSPos(weight)<<14
}

// Pos is the position without the weight.
func (p TSPos) Pos() int { return int(p & (MaxTSPos - 1)) }

// Weight is the position's weight, 0 (D) to 3 (A).
func (p TSPos) Weight() byte { return byte(p >> 14) }

// Lexeme is one word of a tsvector with its positions, in order.
type Lexeme struct {
	Word string
	Pos  []TSPos
}

// TSVector is a document reduced to its lexemes, in order of their bytes and
// each once.
type TSVector struct{ Lexemes []Lexeme }

// NewTSVector makes a document of lexemes in any order, each as often as it
// comes: it sorts them and joins the positions of equal ones. It keeps the
// slice. Positions beyond the 256th are dropped.
func NewTSVector(list []Lexeme) (*TSVector, error) {
	slices.SortStableFunc(list, func(a, b Lexeme) int { return strings.Compare(a.Word, b.Word) })
	out := list[:0]
	for _, l := range list {
		if n := len(out); n > 0 && out[n-1].Word == l.Word {
			if len(l.Pos) > 0 {
				out[n-1].Pos = append(slices.Clip(out[n-1].Pos), l.Pos...)
			}
			continue
		}
		out = append(out, l)
	}
	for i := range out {
		out[i].Pos = uniquePositions(out[i].Pos)
	}
	v := &TSVector{Lexemes: out}
	if n := v.textSize(); n > MaxTSText {
		return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "string is too long for tsvector (%d bytes, max %d bytes)", n, MaxTSText)
	}
	return v, nil
}

// uniquePositions sorts positions and leaves one of each, with its highest
// weight.
func uniquePositions(p []TSPos) []TSPos {
	if len(p) < 2 {
		return p
	}
	p = slices.Clone(p)
	slices.SortStableFunc(p, func(a, b TSPos) int { return cmp.Compare(a.Pos(), b.Pos()) })
	n := 1
	for _, x := range p[1:] {
		if last := p[n-1]; x.Pos() == last.Pos() {
			p[n-1] = max(last, x)
			continue
		}
		p[n] = x
		n++
		if n == maxPositions || x.Pos() == MaxTSPos-1 {
			break
		}
	}
	return p[:n]
}

// textSize is what the words and positions take in PostgreSQL, which limits
// it and compares by it.
func (v *TSVector) textSize() int {
	n := 0
	for i := range v.Lexemes {
		n += len(v.Lexemes[i].Word)
		if p := len(v.Lexemes[i].Pos); p > 0 {
			n += n&1 + 2 + 2*p
		}
	}
	return n
}

// Find returns the index of a word, or where it would be.
func (v *TSVector) Find(word string) (int, bool) {
	return slices.BinarySearchFunc(v.Lexemes, word, func(l Lexeme, w string) int { return strings.Compare(l.Word, w) })
}

func parseTSVector(s string) (*TSVector, error) {
	r := tsReader{in: s, all: s}
	var list []Lexeme
	total := 0
	for {
		l, ok, err := r.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return NewTSVector(list)
		}
		if len(l.Word) >= MaxLexeme {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "word is too long (%d bytes, max %d bytes)", len(l.Word), MaxLexeme-1)
		}
		if total > MaxTSText {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "string is too long for tsvector (%d bytes, max %d bytes)", total, MaxTSText)
		}
		total += len(l.Word)
		list = append(list, l)
	}
}

func appendTSVector(dst []byte, v *TSVector) []byte {
	for i, l := range v.Lexemes {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendLexeme(dst, l.Word)
		for k, p := range l.Pos {
			if k == 0 {
				dst = append(dst, ':')
			} else {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, int64(p.Pos()), 10)
			if w := p.Weight(); w > 0 {
				dst = append(dst, "DCBA"[w])
			}
		}
	}
	return dst
}

// appendLexeme quotes a word as tsvector and tsquery print it.
func appendLexeme(dst []byte, w string) []byte {
	dst = append(dst, '\'')
	for i := 0; i < len(w); i++ {
		if w[i] == '\'' || w[i] == '\\' {
			dst = append(dst, w[i])
		}
		dst = append(dst, w[i])
	}
	return append(dst, '\'')
}

func appendTSVectorBinary(dst []byte, v *TSVector) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(v.Lexemes)))
	for _, l := range v.Lexemes {
		dst = append(append(dst, l.Word...), 0)
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(l.Pos)))
		for _, p := range l.Pos {
			dst = binary.BigEndian.AppendUint16(dst, uint16(p))
		}
	}
	return dst
}

func parseTSVectorBinary(b []byte) (*TSVector, error) {
	r := wireReader{b: b}
	n := int(int32(r.uint32()))
	if n < 0 || n > len(b)/3+1 {
		return nil, errTSBinary("invalid size of tsvector")
	}
	v := &TSVector{Lexemes: make([]Lexeme, n)}
	total := 0
	for i := range v.Lexemes {
		l := &v.Lexemes[i]
		l.Word = r.cstring()
		count := int(r.uint16())
		switch {
		case r.err != nil:
			return nil, r.err
		case len(l.Word) > MaxLexeme:
			return nil, errTSBinary("invalid tsvector: lexeme too long")
		case total > MaxTSText:
			return nil, errTSBinary("invalid tsvector: maximum total lexeme length exceeded")
		case count > maxPositions:
			return nil, errTSBinary("unexpected number of tsvector positions")
		}
		if total += len(l.Word); count > 0 {
			total += total&1 + 2 + 2*count
		}
		for k := range count {
			p := TSPos(r.uint16())
			if k > 0 && p.Pos() <= l.Pos[k-1].Pos() {
				return nil, errTSBinary("position information is misordered")
			}
			l.Pos = append(l.Pos, p)
		}
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(v.Lexemes, func(a, b Lexeme) int { return strings.Compare(a.Word, b.Word) })
	return v, nil
}

// errTSBinary is an error of a receive function that has no SQLSTATE of its
// own in PostgreSQL.
func errTSBinary(msg string) error { return sqlerr.New(sqlerr.InvalidBinaryRepresentation, "%s", msg) }

// compareTSVector orders by size first, then lexeme by lexeme: no order that
// means anything.
func compareTSVector(a, b *TSVector) int {
	x, y := a.textSize()+4*len(a.Lexemes), b.textSize()+4*len(b.Lexemes)
	if x != y {
		return cmp.Compare(x, y)
	}
	if len(a.Lexemes) != len(b.Lexemes) {
		return cmp.Compare(len(a.Lexemes), len(b.Lexemes))
	}
	for i := range a.Lexemes {
		if c := compareLexeme(&a.Lexemes[i], &b.Lexemes[i]); c != 0 {
			return c
		}
	}
	return 0
}

func compareLexeme(a, b *Lexeme) int {
	if (len(a.Pos) > 0) != (len(b.Pos) > 0) {
		return cmp.Compare(len(b.Pos), len(a.Pos))
	}
	if c := strings.Compare(a.Word, b.Word); c != 0 {
		return c
	}
	if len(a.Pos) != len(b.Pos) {
		return cmp.Compare(len(b.Pos), len(a.Pos))
	}
	for i := range a.Pos {
		if c := cmp.Compare(b.Pos[i].Pos(), a.Pos[i].Pos()); c != 0 {
			return c
		}
		if c := cmp.Compare(b.Pos[i].Weight(), a.Pos[i].Weight()); c != 0 {
			return c
		}
	}
	return 0
}

func hashTSVector(v *TSVector, h uint64) uint64 {
	for _, l := range v.Lexemes {
		h = mix(h*31 ^ xxhash.Sum64String(l.Word))
		for _, p := range l.Pos {
			h = hashInt(int64(p), h)
		}
	}
	return hashInt(int64(len(v.Lexemes)), h)
}
