package functions

import (
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
