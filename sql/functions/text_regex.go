package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

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
