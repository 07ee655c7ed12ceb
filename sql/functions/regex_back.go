package functions

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// regexTime bounds one match of an expression that must be backtracked.
const regexTime = 2 * time.Second

// regexProgram is a compiled regular expression: Go's engine, whose time is
// linear in the text, or, for references back and looking around, one that
// backtracks.
type regexProgram struct {
	re     *regexp.Regexp
	back   *regexp2.Regexp
	groups int
	empty  bool // may match the empty text, whatever stands before it
}

// compileBack compiles what Go's engine cannot.
func compileBack(src string) (*regexProgram, error) {
	re, err := regexp2.Compile(src, regexp2.RE2)
	if err != nil {
		return nil, errRegex("quantifier operand invalid")
	}
	re.MatchTimeout = regexTime
	return &regexProgram{back: re, groups: len(re.GetGroupNumbers()) - 1}, nil
}

func errRegexTime() error {
	return sqlerr.New(sqlerr.StatementTooComplex, "regular expression is too complex").
		WithHint("References back and looking around take time that may double with every character.")
}

// match says whether s holds a match.
func (p *regexProgram) match(s string) (bool, error) {
	if p.re != nil {
		return p.re.MatchString(s), nil
	}
	ok, err := p.back.MatchString(s)
	if err != nil {
		return false, errRegexTime()
	}
	return ok, nil
}

// find gives the byte offsets of the first match and its groups, nil for none.
func (p *regexProgram) find(s string) ([]int, error) {
	if p.re != nil {
		return p.re.FindStringSubmatchIndex(s), nil
	}
	all, err := p.backtrack(s, 1)
	if err != nil || all == nil {
		return nil, err
	}
	return all[0], nil
}

// backtrack finds up to limit matches; all when it is negative.
func (p *regexProgram) backtrack(s string, limit int) ([][]int, error) {
	m, err := p.back.FindStringMatch(s)
	var out [][]int
	var offsets []int // of the text's characters, and of its end
	for ; m != nil && err == nil; m, err = p.back.FindNextMatch(m) {
		if offsets == nil {
			offsets = make([]int, 0, len(s)+1)
			for i := range s {
				offsets = append(offsets, i)
			}
			offsets = append(offsets, len(s))
		}
		loc := make([]int, 0, 2*p.groups+2)
		for _, g := range m.Groups() {
			if len(g.Captures) == 0 {
				loc = append(loc, -1, -1)
				continue
			}
			loc = append(loc, offsets[g.Index], offsets[g.Index+g.Length])
		}
		if out = append(out, loc); len(out) == limit {
			break
		}
	}
	if err != nil {
		return nil, errRegexTime()
	}
	return out, nil
}

// lookaround opens a group that looks around. What it captures is not kept.
func (t *translator) lookaround(open string) error {
	t.out.WriteString(open)
	t.pos += len(open)
	t.depth++
	t.opened = append(t.opened, 0)
	t.around = append(t.around, t.depth)
	t.back, t.atom = true, false
	return nil
}

// reference translates \n, which must name a group that has ended. A number of
// several digits that names none is a character in octal.
func (t *translator) reference() error {
	digits := t.src[t.pos+1:]
	digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
	n, err := strconv.Atoi(digits)
	if len(digits) > 1 && (err != nil || n > t.groups) {
		octal := digits[:min(3, len(digits)-len(strings.TrimLeft(digits, "01234567")))]
		if r, err := strconv.ParseUint(octal, 8, 32); err == nil {
			t.lit(rune(r))
			t.pos += 1 + len(octal)
			return nil
		}
	}
	if len(t.around) > 0 || !t.ended[n] {
		return errRegex("invalid backreference number")
	}
	t.out.WriteString("(?:\\" + digits + ")")
	t.pos += 1 + len(digits)
	t.back, t.atom = true, true
	return nil
}
