package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/jsonpath"
)

// pathTruth is a predicate's value.
type pathTruth uint8

const (
	pathFalse pathTruth = iota
	pathTrue
	pathUnknown
)

func truthOf(b bool) pathTruth {
	if b {
		return pathTrue
	}
	return pathFalse
}

// nested is a filter's predicate over the item that it filters.
func (x *pathExec) nested(n *jsonpath.Node, it pathItem) (pathTruth, error) {
	saved := x.current
	x.current = it
	t, err := x.truth(n, it)
	x.current = saved
	return t, err
}

func (x *pathExec) truth(n *jsonpath.Node, it pathItem) (pathTruth, error) {
	switch n.Kind {
	case jsonpath.And, jsonpath.Or:
		return x.connective(n, it)
	case jsonpath.Not:
		t, err := x.truth(n.Left, it)
		if t != pathUnknown {
			t = truthOf(t == pathFalse)
		}
		return t, err
	case jsonpath.IsUnknown:
		t, err := x.truth(n.Left, it)
		return truthOf(t == pathUnknown), err
	case jsonpath.Exists:
		return x.exists(n, it)
	case jsonpath.StartsWith:
		return x.predicate(n, it, false, func(a, b *pathItem) (pathTruth, error) {
			if a.kind != '"' || b.kind != '"' {
				return pathUnknown, nil
			}
			return truthOf(strings.HasPrefix(jsonString(a.s), jsonString(b.s))), nil
		})
	case jsonpath.LikeRegex:
		return x.predicate(n, it, false, func(a, _ *pathItem) (pathTruth, error) {
			if a.kind != '"' {
				return pathUnknown, nil
			}
			re, err := x.c.regex(n.Text, pathRegexFlags(n.Flags))
			if err != nil {
				return pathUnknown, err
			}
			ok, err := re.match(jsonString(a.s))
			return truthOf(ok), err
		})
	}
	return x.predicate(n, it, true, func(a, b *pathItem) (pathTruth, error) { return x.compare(n.Kind, a, b) })
}

// pathRegexFlags turns flags of XQuery into those of PostgreSQL's engine.
func pathRegexFlags(f jsonpath.Flags) regexFlags {
	if f&jsonpath.Quote != 0 {
		return regexFlags{fold: f&jsonpath.FoldCase != 0, literal: true}
	}
	return regexFlags{fold: f&jsonpath.FoldCase != 0, dotStops: f&jsonpath.DotAll == 0, anchorLines: f&jsonpath.MultiLine != 0}
}

// CheckPathRegex says whether like_regex can use a pattern: it is what
// types.Format.Regex asks.
func CheckPathRegex(pattern string, f jsonpath.Flags) error {
	_, err := new(Ctx).regex(pattern, pathRegexFlags(f))
	return err
}

func (x *pathExec) connective(n *jsonpath.Node, it pathItem) (pathTruth, error) {
	decided := truthOf(n.Kind == jsonpath.Or)
	a, err := x.truth(n.Left, it)
	if err != nil || a == decided {
		return a, err
	}
	b, err := x.truth(n.Right, it)
	if err != nil || b == decided || b == pathUnknown {
		return b, err
	}
	return a, nil
}

func (x *pathExec) exists(n *jsonpath.Node, it pathItem) (pathTruth, error) {
	throw := x.throw
	x.throw = false
	defer func() { x.throw = throw }()
	var all *pathItems
	if !x.lax {
		all = &pathItems{}
	}
	r, err := x.item(n.Left, it, all)
	switch {
	case err != nil || r == pathFailed:
		return pathUnknown, err
	case all != nil:
		return truthOf(len(all.list) > 0), nil
	}
	return truthOf(r == pathSome), nil
}

// predicate holds each item on the left against each on the right. In lax mode
// the first that is true decides, in strict mode one that is unknown.
func (x *pathExec) predicate(n *jsonpath.Node, it pathItem, unwrapRight bool, f func(a, b *pathItem) (pathTruth, error)) (pathTruth, error) {
	throw := x.throw
	x.throw = false
	defer func() { x.throw = throw }()
	left, r, err := x.operand(n.Left, it, true)
	if err != nil || r == pathFailed {
		return pathUnknown, err
	}
	right := []pathItem{{}}
	if n.Right != nil {
		if right, r, err = x.operand(n.Right, it, unwrapRight); err != nil || r == pathFailed {
			return pathUnknown, err
		}
	}
	result := pathFalse
	for i := range left {
		for k := range right {
			t, err := f(&left[i], &right[k])
			switch {
			case err != nil:
				return pathUnknown, err
			case t == pathUnknown && !x.lax, t == pathTrue && x.lax:
				return t, nil
			case t != pathFalse:
				result = t
			}
		}
	}
	return result, nil
}

// compare is a comparison: of null with anything else it is false, and of
// items of different types unknown.
func (x *pathExec) compare(op jsonpath.Kind, a, b *pathItem) (pathTruth, error) {
	ka, kb := a.kind, b.kind
	if ka == 'f' {
		ka = 't'
	}
	if kb == 'f' {
		kb = 't'
	}
	if ka != kb {
		if ka == 'n' || kb == 'n' {
			return truthOf(op == jsonpath.NotEqual), nil
		}
		return pathUnknown, nil
	}
	cmp, ok, err := x.comparePathItems(a, b)
	if err != nil || !ok {
		return pathUnknown, err
	}
	switch op {
	case jsonpath.Equal:
		return truthOf(cmp == 0), nil
	case jsonpath.NotEqual:
		return truthOf(cmp != 0), nil
	case jsonpath.Less:
		return truthOf(cmp < 0), nil
	case jsonpath.LessEqual:
		return truthOf(cmp <= 0), nil
	case jsonpath.Greater:
		return truthOf(cmp > 0), nil
	}
	return truthOf(cmp >= 0), nil
}
