package functions

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// regexFlags are the options of PostgreSQL's regular expressions.
type regexFlags struct {
	fold     bool // i
	global   bool // g, of the functions that take it
	expanded bool // x
	// newline sensitivity: dot and bracket complements stop at it, and ^ and $
	// match around it.
	dotStops    bool // n, p
	anchorLines bool // n, w
	literal     bool // q
	basic       bool // b
}

// parseRegexFlags reads the flags argument of the regexp_ functions.
func parseRegexFlags(s string) (regexFlags, error) {
	var f regexFlags
	for _, r := range s {
		if r == 'g' {
			f.global = true
			continue
		}
		if !f.set(r) {
			return f, sqlerr.New(sqlerr.InvalidParameterValue, "invalid regular expression option: \"%s\"", string(r))
		}
	}
	return f, nil
}

func (f *regexFlags) set(r rune) bool {
	switch r {
	case 'b':
		f.basic, f.literal = true, false
	case 'c':
		f.fold = false
	case 'e':
		f.basic, f.literal = false, false
	case 'i':
		f.fold = true
	case 'm', 'n':
		f.dotStops, f.anchorLines = true, true
	case 'p':
		f.dotStops, f.anchorLines = true, false
	case 'q':
		f.literal = true
	case 's':
		f.dotStops, f.anchorLines = false, false
	case 't':
		f.expanded = false
	case 'w':
		f.dotStops, f.anchorLines = false, true
	case 'x':
		f.expanded = true
	default:
		return false
	}
	return true
}

func errRegex(format string, args ...any) error {
	return sqlerr.New(sqlerr.InvalidRegularExpression, "invalid regular expression: "+format, args...)
}

// translator turns an advanced regular expression of PostgreSQL into one of
// Go's, or of the engine that has references back and looking around.
type translator struct {
	src    string
	pos    int
	out    strings.Builder
	f      regexFlags
	depth  int
	groups int
	opened []int        // the groups that are open, 0 for those that capture nothing
	ended  map[int]bool // the groups that may be referred to
	around []int        // the depths at which looking around began
	back   bool         // Go's engine cannot have it
	// atom is true when the last thing emitted can be repeated.
	atom bool
}

// translateRegex also says whether the expression must be backtracked.
func translateRegex(src string, f regexFlags) (out string, back bool, err error) {
	t := &translator{src: src, f: f, ended: map[int]bool{}}
	if err := t.prefix(); err != nil {
		return "", false, err
	}
	if t.f.basic && !t.f.literal {
		t.src, t.pos = advancedRegex(t.src[t.pos:]), 0
	}
	flags := ""
	if t.f.fold {
		flags += "i"
	}
	if !t.f.dotStops {
		flags += "s"
	}
	if t.f.anchorLines {
		flags += "m"
	}
	if flags != "" {
		t.out.WriteString("(?" + flags + ")")
	}
	if t.f.literal {
		for _, r := range t.src[t.pos:] {
			t.lit(r)
		}
		return t.out.String(), t.back, nil
	}
	for t.pos < len(t.src) {
		if err := t.step(); err != nil {
			return "", false, err
		}
	}
	if t.depth != 0 {
		return "", false, errRegex("parentheses () not balanced")
	}
	return t.out.String(), t.back, nil
}

// prefix reads the directors ***: and ***= and embedded options (?xyz).
func (t *translator) prefix() error {
	if strings.HasPrefix(t.src, "***") {
		switch {
		case strings.HasPrefix(t.src, "***:"):
			t.f.basic = false
		case strings.HasPrefix(t.src, "***="):
			t.f.literal = true
		default:
			return errRegex("quantifier operand invalid")
		}
		t.pos = 4
	}
	if t.f.literal || t.f.basic || !strings.HasPrefix(t.src[t.pos:], "(?") {
		return nil
	}
	end := strings.IndexByte(t.src[t.pos:], ')')
	if end < 3 {
		return nil
	}
	opts := t.src[t.pos+2 : t.pos+end]
	for _, r := range opts {
		if r < 'a' || r > 'z' {
			return nil
		}
	}
	for _, r := range opts {
		if !t.f.set(r) {
			return errRegex("invalid embedded option")
		}
	}
	t.pos += end + 1
	return nil
}

func (t *translator) lit(r rune) {
	if r < utf8.RuneSelf && strings.ContainsRune(`\.+*?()|[]{}^$`, r) {
		t.out.WriteByte('\\')
	}
	t.out.WriteRune(r)
	t.atom = true
}

func (t *translator) step() error {
	r, n := utf8.DecodeRuneInString(t.src[t.pos:])
	if t.f.expanded {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' || r == '\v' {
			t.pos += n
			return nil
		}
		if r == '#' {
			if i := strings.IndexByte(t.src[t.pos:], '\n'); i >= 0 {
				t.pos += i + 1
			} else {
				t.pos = len(t.src)
			}
			return nil
		}
	}
	switch r {
	case '(':
		return t.open()
	case ')':
		if t.depth == 0 {
			return errRegex("parentheses () not balanced")
		}
		t.close()
		t.pos++
	case '*', '+', '?':
		return t.quantifier(string(r), 1)
	case '{':
		return t.bound()
	case '[':
		return t.bracket()
	case '\\':
		return t.escape()
	case '^', '|':
		t.out.WriteByte(byte(r))
		t.pos++
		t.atom = false
	case '$':
		t.anchorEnd()
	case '.':
		t.out.WriteByte('.')
		t.pos++
		t.atom = true
	default:
		t.lit(r)
		t.pos += n
	}
	return nil
}

func (t *translator) anchorEnd() {
	if t.f.anchorLines {
		t.out.WriteByte('$')
	} else {
		t.out.WriteString(`\z`)
	}
	t.pos++
	t.atom = false
}

func (t *translator) open() error {
	rest := t.src[t.pos:]
	group := 0
	switch {
	case strings.HasPrefix(rest, "(?:"):
		t.out.WriteString("(?:")
		t.pos += 3
	case strings.HasPrefix(rest, "(?=") || strings.HasPrefix(rest, "(?!"):
		return t.lookaround(rest[:3])
	case strings.HasPrefix(rest, "(?<=") || strings.HasPrefix(rest, "(?<!"):
		return t.lookaround(rest[:4])
	case strings.HasPrefix(rest, "(?#"):
		i := strings.IndexByte(rest, ')')
		if i < 0 {
			return errRegex("parentheses () not balanced")
		}
		t.pos += i + 1
		return nil
	case strings.HasPrefix(rest, "(?"):
		return errRegex("quantifier operand invalid")
	case len(t.around) > 0:
		t.out.WriteString("(?:")
		t.pos++
	default:
		t.groups++
		group = t.groups
		t.out.WriteByte('(')
		t.pos++
	}
	t.opened = append(t.opened, group)
	t.depth++
	t.atom = false
	return nil
}

// close ends a group, which can be repeated unless it looks around.
func (t *translator) close() {
	t.atom = true
	t.ended[t.opened[len(t.opened)-1]] = true
	t.opened = t.opened[:len(t.opened)-1]
	if n := len(t.around); n > 0 && t.around[n-1] == t.depth {
		t.around, t.atom = t.around[:n-1], false
	}
	t.depth--
	t.out.WriteByte(')')
}

// quantifier copies a quantifier of n bytes of source, with the ? that makes
// it non-greedy.
func (t *translator) quantifier(q string, n int) error {
	if !t.atom {
		return errRegex("quantifier operand invalid")
	}
	t.out.WriteString(q)
	t.pos += n
	if t.pos < len(t.src) && t.src[t.pos] == '?' {
		t.out.WriteByte('?')
		t.pos++
	}
	t.atom = false
	return nil
}

const maxRepeat = 255 // PostgreSQL's DUPMAX

func (t *translator) bound() error {
	rest := t.src[t.pos+1:]
	if rest == "" || rest[0] < '0' || rest[0] > '9' {
		t.lit('{')
		t.pos++
		return nil
	}
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		return errRegex("braces {} not balanced")
	}
	lo, hi, comma := strings.Cut(rest[:end], ",")
	m, err := strconv.Atoi(lo)
	if err != nil || m > maxRepeat {
		return errRegex("invalid repetition count(s)")
	}
	q := "{" + lo
	if comma {
		q += ","
		if hi != "" {
			n, err := strconv.Atoi(hi)
			if err != nil || n > maxRepeat || n < m {
				return errRegex("invalid repetition count(s)")
			}
			q += hi
		}
	}
	return t.quantifier(q+"}", end+2)
}
