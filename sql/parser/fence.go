package parser

import (
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Bounds of the fence.
const (
	// MaxText is how long a query string may be, in bytes, beside its long constants:
	// drivers that put values into the text send large ones, too.
	MaxText = 1 << 20
	// MaxQuery is how long it may be with them.
	MaxQuery = 32 << 20
	// longConstant is a constant that counts as a long one: its text weighs more than
	// the nodes of trees that are made for it.
	longConstant = 1 << 10
	// MaxNesting bounds what the C parser may have to recurse into, in tokens.
	MaxNesting = 4000
	// maxWork bounds what the C scanner reads again and again, in bytes (about
	// 4 ns each): a megabyte of "/*/*/*" would take it a quarter of an hour.
	maxWork = 16 << 20
)

// fenceLevel is one open parenthesis, bracket or CASE.
type fenceLevel struct {
	opener byte // '(' '[' 'c', or 0 for the text itself
	// tokens counts since the last thing that ends a chain at this level;
	// joins and sets count the words that build left-deep trees across such
	// ends: commas, AND and OR do not end a chain of JOINs' conditions, nor
	// commas one of UNIONs.
	tokens, joins, sets int
}

func (f *fenceLevel) depth() int { return f.tokens + f.joins + f.sets }

// scanned is what the fence learns of a text on its way.
type scanned struct {
	junkAt, junk int // see lexer
	junkParam    bool
	json         bool     // a word that begins with json was seen
	fromParen    bool     // a parenthesis was seen that may open a subquery in FROM
	constants    int      // bytes of long constants
	long         []string // identifiers that are longer than PostgreSQL keeps
}

// weight is about what a parse of the text takes, in bytes.
func (s *scanned) weight(text string) int64 {
	return int64(len(text)-s.constants)*bytesPerByte + int64(s.constants)*bytesPerConstant
}

func tooLong(bound, length int, what string) error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "query string is too long").
		WithDetail("A query string has at most %d bytes%s; this one has %d.", bound, what, length).
		WithHint("Pass long values as parameters, or use COPY.")
}

// fence refuses text that the C parser might not survive: over MaxText bytes beside
// long constants (54000), or with more than MaxNesting tokens summed over the open levels
// (54001). It refuses bytes that are not UTF-8 (22021) too.
func fence(text string) (scanned, error) {
	var s scanned
	if len(text) > MaxQuery {
		return s, tooLong(MaxQuery, len(text), "")
	}
	if err := checkEncoding(text); err != nil {
		return s, err
	}
	l := newLexer(text)
	levels := make([]fenceLevel, 1, 16)
	sum := 0
	var prev fenceWord
	for {
		t := l.next()
		if l.work > maxWork {
			return s, sqlerr.New(sqlerr.StatementTooComplex, "statement is too complex").
				WithDetail("Comments begin too often within one run of operator characters.").
				WithHint("Put blanks between the operators and the comments.").
				At(charPosition(text, t.pos))
		}
		if t.kind == tokString && t.end-t.pos > longConstant {
			s.constants += t.end - t.pos
		}
		if plain := t.end - s.constants; plain > MaxText {
			return s, tooLong(MaxText, len(text)-s.constants, " beside its long constants")
		}
		if t.kind == tokEOF {
			break
		}
		s.noteLong(text, t)
		w := classify(text, t)
		if w == wordJSON {
			s.json = true
		}
		if w == wordOpen && (prev == wordFrom || prev == wordJoin || prev == wordComma || prev == wordOpen) {
			s.fromParen = true
		}
		prev = w
		levels, sum = fenceStep(levels, sum, w)
		if sum > MaxNesting {
			return s, sqlerr.New(sqlerr.StatementTooComplex, "statement is too complex").
				WithDetail("Expressions, joins or set operations nest or chain too deeply; the bound is %d tokens.", MaxNesting).
				WithHint("Use IN or = ANY with a list, or a parameter of an array type, instead of long chains.").
				At(charPosition(text, t.pos))
		}
	}
	s.junkAt, s.junk, s.junkParam = l.junkAt, l.junk, l.junkParam
	return s, nil
}

// fenceStep counts one token and returns the levels and the sum over them.
func fenceStep(levels []fenceLevel, sum int, w fenceWord) ([]fenceLevel, int) {
	top := &levels[len(levels)-1]
	switch w {
	case wordComma:
		sum -= top.tokens + top.joins
		top.tokens, top.joins = 0, 0
		return levels, sum
	case wordSemicolon:
		return levels[:1:cap(levels)], resetLevel(&levels[0])
	case wordAnd, wordOr:
		sum -= top.tokens
		top.tokens = 0
		return levels, sum
	case wordWhen:
		if top.opener == 'c' {
			sum -= top.tokens
			top.tokens = 0
		}
		top.tokens++
		return levels, sum + 1
	case wordJoin:
		top.joins++
		return levels, sum + 1
	case wordSet:
		top.sets++
		return levels, sum + 1
	case wordOpen, wordBracket, wordCase:
		top.tokens++
		return append(levels, fenceLevel{opener: openers[w]}), sum + 1
	case wordClose, wordUnbracket, wordEnd:
		return fenceClose(levels, sum, w)
	}
	top.tokens++
	return levels, sum + 1
}

func resetLevel(l *fenceLevel) int {
	*l = fenceLevel{}
	return 0
}

// fenceClose leaves a level. A parenthesis closes CASEs left open in it (the
// word may have been a label); END outside of CASE is a word like others.
func fenceClose(levels []fenceLevel, sum int, w fenceWord) ([]fenceLevel, int) {
	want := openers[w]
	if want != 'c' {
		for len(levels) > 1 && levels[len(levels)-1].opener == 'c' {
			sum -= levels[len(levels)-1].depth()
			levels = levels[:len(levels)-1]
		}
	}
	if n := len(levels) - 1; n > 0 && levels[n].opener == want {
		sum -= levels[n].depth()
		levels = levels[:n]
	}
	levels[len(levels)-1].tokens++
	return levels, sum + 1
}

// checkEncoding refuses NUL bytes and what is not UTF-8, as PostgreSQL does
// when a query string arrives.
func checkEncoding(text string) error {
	for i := 0; i < len(text); {
		c := text[i]
		if c == 0 {
			return sqlerr.New(sqlerr.CharacterNotInRepertoire, `invalid byte sequence for encoding "UTF8": 0x00`)
		}
		if c < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			return sqlerr.New(sqlerr.CharacterNotInRepertoire,
				`invalid byte sequence for encoding "UTF8": 0x%02x`, c)
		}
		i += n
	}
	return nil
}
