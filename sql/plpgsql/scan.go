package plpgsql

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// compiler reads a body. Mistakes leave it by a panic of bailout.
type compiler struct {
	host  Host
	fn    *Function
	text  string
	toks  []parser.Token
	i     int
	top   *name
	depth int
	// lineAt and lineNo are a position whose line is known.
	lineAt, lineNo int
}

// bailout carries an error to Compile.
type bailout struct{ err *sqlerr.Error }

func fail(err *sqlerr.Error) { panic(bailout{err}) }

// reserved are the words that no variable can have for a name.
var reserved = words("all begin by case declare else end execute for foreach from if in into loop not null or strict then to using when while")

func words(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// ident is the name that a word or a quoted identifier is.
func ident(text string) string { return types.ClipName(parser.Identifier(text)) }

func (c *compiler) tok() parser.Token { return c.tokAt(c.i) }

func (c *compiler) tokAt(i int) parser.Token { return c.toks[min(i, len(c.toks)-1)] }

func (c *compiler) raw(t parser.Token) string { return c.text[t.Pos:t.End] }

// word is the token as a keyword, in lower case; empty: it is none.
func (c *compiler) word() string { return c.wordAt(c.i) }

func (c *compiler) wordAt(i int) string {
	if t := c.tokAt(i); t.Kind == parser.TokenWord {
		return strings.ToLower(c.raw(t))
	}
	return ""
}

// sign is the token when it is an operator or a sign; else empty.
func (c *compiler) sign() string { return c.signAt(c.i) }

func (c *compiler) signAt(i int) string {
	if t := c.tokAt(i); t.Kind == parser.TokenOperator || t.Kind == parser.TokenSelf {
		return c.raw(t)
	}
	return ""
}

func (c *compiler) next() parser.Token {
	t := c.tok()
	if t.Kind != parser.TokenEnd {
		c.i++
	}
	return t
}

// accept takes a keyword, if it is there.
func (c *compiler) accept(word string) bool {
	if c.word() == word {
		c.i++
		return true
	}
	return false
}

func (c *compiler) acceptSign(sign string) bool {
	if c.sign() == sign {
		c.i++
		return true
	}
	return false
}

func (c *compiler) want(word string) {
	if !c.accept(word) {
		c.syntax()
	}
}

func (c *compiler) wantSign(sign string) {
	if !c.acceptSign(sign) {
		c.syntax()
	}
}

// position is a byte of the text as errors count: characters, from 1.
func (c *compiler) position(at int) int {
	return utf8.RuneCountInString(c.text[:min(at, len(c.text))]) + 1
}

// line is the line of a byte of the text, from 1.
func (c *compiler) line(at int) int {
	if c.lineNo == 0 || at < c.lineAt {
		c.lineAt, c.lineNo = 0, 1
	}
	c.lineNo += strings.Count(c.text[c.lineAt:at], "\n")
	c.lineAt = at
	return c.lineNo
}

func (c *compiler) here() place { return place{c.line(c.tok().Pos)} }

// failAt complains at a byte of the text.
func (c *compiler) failAt(at int, code, format string, args ...any) {
	fail(sqlerr.New(code, format, args...).At(c.position(at)))
}

// syntax complains of the token.
func (c *compiler) syntax() { c.near("syntax error") }

// near complains of something at the token.
func (c *compiler) near(what string) {
	t := c.tok()
	if t.Kind == parser.TokenEnd {
		c.failAt(t.Pos, sqlerr.SyntaxError, "%s at end of input", what)
	}
	c.failAt(t.Pos, sqlerr.SyntaxError, `%s at or near "%s"`, what, c.raw(t))
}

// isName reports whether the token can be a name.
func (c *compiler) isName() bool {
	switch c.tok().Kind {
	case parser.TokenQuoted:
		return true
	case parser.TokenWord:
		return !reserved[c.word()]
	}
	return false
}

// name takes an identifier.
func (c *compiler) name() string {
	if !c.isName() {
		c.syntax()
	}
	return ident(c.raw(c.next()))
}

// anyName takes an identifier that may be a reserved word.
func (c *compiler) anyName() string {
	if k := c.tok().Kind; k != parser.TokenWord && k != parser.TokenQuoted {
		c.syntax()
	}
	return ident(c.raw(c.next()))
}

// dotted reads the parts of a dotted name from token i on, and where it ends.
func (c *compiler) dotted(i int) (names []string, end int) {
	for {
		t := c.tokAt(i)
		if t.Kind != parser.TokenWord && t.Kind != parser.TokenQuoted {
			return names, i
		}
		names = append(names, ident(c.raw(t)))
		if c.signAt(i+1) != "." || len(names) == 3 {
			return names, i + 1
		}
		if k := c.tokAt(i + 2).Kind; k != parser.TokenWord && k != parser.TokenQuoted {
			return names, i + 1
		}
		i += 2
	}
}

// datum reads a dotted name as a variable; ok is false, and nothing taken, when it
// is none.
func (c *compiler) datum() (r ref, ok bool) {
	if t := c.tok(); t.Kind == parser.TokenParam {
		f, ok := c.top.lookup([]string{c.raw(t)}, c.fn.vars)
		if ok {
			c.i++
		}
		return ref{datum: f.datum}, ok
	}
	if c.tok().Kind == parser.TokenWord && reserved[c.word()] {
		return ref{}, false
	}
	names, _ := c.dotted(c.i)
	if len(names) == 0 {
		return ref{}, false
	}
	f, ok := c.top.lookup(names, c.fn.vars)
	if !ok {
		return ref{}, false
	}
	c.i += 2*f.parts - 1
	return ref{f.datum, f.field}, true
}

// notVariable complains of a name that is no variable.
func (c *compiler) notVariable() {
	t := c.tok()
	if !c.isName() {
		c.syntax()
	}
	names, _ := c.dotted(c.i)
	c.failAt(t.Pos, sqlerr.SyntaxError, `"%s" is not a known variable`, strings.Join(names, "."))
}

// assignable refuses a constant.
func (c *compiler) assignable(r ref, at int) {
	if v := &c.fn.vars[r.datum]; v.constant {
		c.failAt(at, sqlerr.ErrorInAssignment, `variable "%s" is declared CONSTANT`, v.name)
	}
}

// push adds a name.
func (c *compiler) push(text string, label labelKind, datum int) {
	c.top = &name{prev: c.top, text: text, label: label, datum: datum}
}

// declare adds a variable and its name.
func (c *compiler) declare(v variable) int {
	n := c.hidden(v)
	c.push(v.name, noLabel, n)
	return n
}

// hidden adds a variable that has no name in the body.
func (c *compiler) hidden(v variable) int {
	c.fn.vars = append(c.fn.vars, v)
	return len(c.fn.vars) - 1
}

// describe names a variable for complaints.
func (c *compiler) describe(r ref) string {
	if r.field != "" {
		return fmt.Sprintf("%s.%s", c.fn.vars[r.datum].name, r.field)
	}
	return c.fn.vars[r.datum].name
}
