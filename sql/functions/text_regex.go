package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// regexCall is a regexp_ function's text, compiled pattern and flags.
type regexCall struct {
	s    string
	re   *regexProgram
	f    regexFlags
	left bool // the pattern may look to the left of where it matches
}

// newRegexCall compiles a[1] for a[0]; the flags are at index flags, if there
// is such an argument. fn is for the error when g is not allowed.
func newRegexCall(c *Ctx, a []datum, flags int, allowG bool, fn string) (*regexCall, error) {
	r := &regexCall{s: a[0].S, left: looksLeft(a[1].S)}
	if flags >= 0 && flags < len(a) {
		var err error
		if r.f, err = parseRegexFlags(a[flags].S); err != nil {
			return nil, err
		}
		if r.f.global && !allowG {
			e := sqlerr.New(sqlerr.InvalidParameterValue, `%s does not support the "global" option`, fn)
			if fn == "regexp_match()" {
				e = e.WithHint("Use the regexp_matches function instead.")
			}
			return nil, e
		}
	}
	var err error
	r.re, err = c.regex(a[1].S, r.f)
	return r, err
}

// all returns every match's submatch offsets. Go's iteration drops an empty
// match right behind another match; PostgreSQL's does not, so it is looked for
// here. That look sees no text before it, which only expressions that assert
// something about it could tell.
func (r *regexCall) all() ([][]int, error) {
	if r.re.back != nil {
		return r.re.backtrack(r.s, -1)
	}
	locs := r.re.re.FindAllStringSubmatchIndex(r.s, -1)
	if !r.re.empty {
		return locs, nil
	}
	var out [][]int
	for i, loc := range locs {
		out = append(out, loc)
		end := loc[1]
		if loc[0] == end || i+1 < len(locs) && locs[i+1][0] == end {
			continue
		}
		if e := r.re.re.FindStringSubmatchIndex(r.s[end:]); e != nil && e[0] == 0 && e[1] == 0 {
			for k := range e {
				if e[k] >= 0 {
					e[k] += end
				}
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// from finds the matches from a character on. Those of a pattern that looks to
// its left are the ones found from the text's start that begin there.
func (r *regexCall) from(pos int64) ([][]int, error) {
	if pos > charLen(r.s)+1 {
		return nil, nil
	}
	off := byteOffset(r.s, pos)
	if off > 0 && !r.left {
		rest := *r
		rest.s = r.s[off:]
		out, err := rest.all()
		for _, loc := range out {
			for i := range loc {
				if loc[i] >= 0 {
					loc[i] += off
				}
			}
		}
		return out, err
	}
	all, err := r.all()
	if err != nil {
		return nil, err
	}
	var out [][]int
	for _, loc := range all {
		if loc[0] >= off {
			out = append(out, loc)
		}
	}
	return out, nil
}

// groupsOf is a match's captures, or the whole match when there are none.
func (r *regexCall) groupsOf(loc []int) datum {
	if r.re.groups == 0 {
		return textArray([]string{r.s[loc[0]:loc[1]]})
	}
	elems := make([]datum, r.re.groups)
	for i := range elems {
		if lo := loc[2*i+2]; lo >= 0 {
			elems[i] = types.Text(r.s[lo:loc[2*i+3]])
		} else {
			elems[i] = null
		}
	}
	return types.Any(newArray(tText, elems))
}

func rowRegexpMatch(c *Ctx, a []datum) (datum, error) {
	r, err := newRegexCall(c, a, 2, false, "regexp_match()")
	if err != nil {
		return null, err
	}
	loc, err := r.re.find(r.s)
	if err != nil || loc == nil {
		return null, err
	}
	return r.groupsOf(loc), nil
}

func setRegexpMatches(c *Ctx, a []datum) (SetIter, error) {
	r, err := newRegexCall(c, a, 2, true, "")
	if err != nil {
		return nil, err
	}
	all, err := r.all()
	if err != nil {
		return nil, err
	}
	var rows []datum
	for _, loc := range all {
		rows = append(rows, r.groupsOf(loc))
		if !r.f.global {
			break
		}
	}
	return newSliceIter(rows), nil
}

// split cuts the text at matches; empty matches at its ends and right behind
// another match cut nothing.
func (r *regexCall) split() ([]string, error) {
	all, err := r.all()
	if err != nil {
		return nil, err
	}
	var out []string
	last := 0
	for _, loc := range all {
		if loc[0] >= len(r.s) || loc[1] <= last {
			continue
		}
		out = append(out, r.s[last:loc[0]])
		last = loc[1]
	}
	return append(out, r.s[last:]), nil
}

func rowRegexpSplitArray(c *Ctx, a []datum) (datum, error) {
	r, err := newRegexCall(c, a, 2, false, "regexp_split_to_array()")
	if err != nil {
		return null, err
	}
	parts, err := r.split()
	return textArray(parts), err
}

func setRegexpSplit(c *Ctx, a []datum) (SetIter, error) {
	r, err := newRegexCall(c, a, 2, false, "regexp_split_to_table()")
	if err != nil {
		return nil, err
	}
	parts, err := r.split()
	return newSliceIter(textDatums(parts)), err
}

// replaceMatches replaces the n-th match from a position, or all when n is 0.
func (r *regexCall) replaceMatches(with string, pos, n int64) (string, error) {
	all, err := r.from(pos)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	last, k := 0, int64(0)
	for _, loc := range all {
		if k++; n > 0 && k != n {
			continue
		}
		b.WriteString(r.s[last:loc[0]])
		r.expand(&b, with, loc)
		last = loc[1]
		if n > 0 {
			break
		}
	}
	b.WriteString(r.s[last:])
	return b.String(), nil
}

// expand writes a replacement: \1 to \9 are captures, \& the match.
func (r *regexCall) expand(b *strings.Builder, with string, loc []int) {
	for i := 0; i < len(with); i++ {
		if with[i] != '\\' || i+1 == len(with) {
			b.WriteByte(with[i])
			continue
		}
		i++
		var group int
		switch ch := with[i]; {
		case ch >= '1' && ch <= '9':
			group = int(ch - '0')
		case ch == '&':
			group = 0
		case ch == '\\':
			b.WriteByte('\\')
			continue
		default: // not an escape: both characters stand for themselves
			b.WriteByte('\\')
			b.WriteByte(ch)
			continue
		}
		if group <= r.re.groups && loc[2*group] >= 0 {
			b.WriteString(r.s[loc[2*group]:loc[2*group+1]])
		}
	}
}

func rowRegexpReplace(c *Ctx, a []datum) (datum, error) {
	if len(a) == 4 && a[3].S != "" && a[3].S[0] >= '0' && a[3].S[0] <= '9' {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "invalid regular expression option: \"%s\"", a[3].S[:1]).
			WithHint("If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.")
	}
	r, err := newRegexCall(c, a, 3, true, "")
	if err != nil {
		return null, err
	}
	n := int64(1)
	if r.f.global {
		n = 0
	}
	out, err := r.replaceMatches(a[2].S, 1, n)
	return types.Text(out), err
}

func errBadArg(name string, v int64) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter \"%s\": %d", name, v)
}

// rowRegexpReplaceN is the form with a start and an occurrence.
func rowRegexpReplaceN(c *Ctx, a []datum) (datum, error) {
	n, withN := int64(1), len(a) > 4
	if a[3].I <= 0 {
		return null, errBadArg("start", a[3].I)
	}
	if withN {
		if n = a[4].I; n < 0 {
			return null, errBadArg("n", n)
		}
	}
	r, err := newRegexCall(c, a, 5, true, "")
	if err != nil {
		return null, err
	}
	if r.f.global && !withN {
		n = 0
	}
	out, err := r.replaceMatches(a[2].S, a[3].I, n)
	return types.Text(out), err
}

func rowRegexpCount(c *Ctx, a []datum) (datum, error) {
	pos := int64(1)
	if len(a) > 2 {
		if pos = a[2].I; pos <= 0 {
			return null, errBadArg("start", pos)
		}
	}
	r, err := newRegexCall(c, a, 3, false, "regexp_count()")
	if err != nil {
		return null, err
	}
	all, err := r.from(pos)
	return types.Int(int64(len(all))), err
}

func rowRegexpLike(c *Ctx, a []datum) (datum, error) {
	r, err := newRegexCall(c, a, 2, false, "regexp_like()")
	if err != nil {
		return null, err
	}
	ok, err := r.re.match(r.s)
	return types.Bool(ok), err
}

// nth finds a match of regexp_instr and regexp_substr: arguments are start,
// n and, from index flags on, the options and the capture.
func nthMatch(c *Ctx, a []datum, flags int, fn string) (r *regexCall, lo, hi int, err error) {
	pos, n, group := int64(1), int64(1), int64(0)
	if len(a) > 2 {
		if pos = a[2].I; pos <= 0 {
			return nil, 0, 0, errBadArg("start", pos)
		}
	}
	if len(a) > 3 {
		if n = a[3].I; n <= 0 {
			return nil, 0, 0, errBadArg("n", n)
		}
	}
	if flags == 5 && len(a) > 4 && a[4].I != 0 && a[4].I != 1 {
		return nil, 0, 0, errBadArg("endoption", a[4].I)
	}
	if len(a) > flags+1 {
		if group = a[flags+1].I; group < 0 {
			return nil, 0, 0, errBadArg("subexpr", group)
		}
	}
	if r, err = newRegexCall(c, a, flags, false, fn); err != nil {
		return nil, 0, 0, err
	}
	locs, err := r.from(pos)
	if err != nil {
		return nil, 0, 0, err
	}
	if int64(len(locs)) < n || group > int64(r.re.groups) {
		return r, -1, -1, nil
	}
	loc := locs[n-1]
	return r, loc[2*group], loc[2*group+1], nil
}

func rowRegexpSubstr(c *Ctx, a []datum) (datum, error) {
	r, lo, hi, err := nthMatch(c, a, 4, "regexp_substr()")
	if err != nil || lo < 0 {
		return null, err
	}
	return types.Text(r.s[lo:hi]), nil
}

func rowRegexpInstr(c *Ctx, a []datum) (datum, error) {
	r, lo, hi, err := nthMatch(c, a, 5, "regexp_instr()")
	if err != nil {
		return null, err
	}
	if lo < 0 {
		return types.Int(0), nil
	}
	if len(a) > 4 && a[4].I == 1 {
		lo = hi
	}
	return types.Int(charPos(r.s, lo)), nil
}

// rowSubstringRegex is substring(text from pattern): the first capture, or
// the match when there is none.
func rowSubstringRegex(c *Ctx, a []datum) (datum, error) {
	re, err := c.regex(a[1].S, regexFlags{})
	if err != nil {
		return null, err
	}
	loc, err := re.find(a[0].S)
	if err != nil || loc == nil {
		return null, err
	}
	if re.groups > 0 {
		loc = loc[2:]
		if loc[0] < 0 {
			return null, nil
		}
	}
	return types.Text(a[0].S[loc[0]:loc[1]]), nil
}

func rowSubstringSimilar(c *Ctx, a []datum) (datum, error) {
	p, err := similarEscape(a[1].S, a[2].S)
	if err != nil {
		return null, err
	}
	return rowSubstringRegex(c, []datum{a[0], types.Text(p)})
}

func rowSimilarEscape(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, nil
	}
	esc := `\`
	if len(a) > 1 && !a[1].Null {
		esc = a[1].S
	}
	p, err := similarEscape(a[0].S, esc)
	return types.Text(p), err
}
