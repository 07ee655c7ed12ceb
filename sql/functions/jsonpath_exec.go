package functions

import (
	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// pathFound is what a step came to. Errors that the caller does not want
// thrown are pathFailed; those that are thrown travel as Go's errors.
type pathFound uint8

const (
	pathNothing pathFound = iota
	pathSome
	pathFailed
)

// pathItems collects results; a nil one asks only whether there are any, which
// ends the search at the first.
type pathItems struct{ list []pathItem }

// pathBase is the document that offsets count in, and its number.
type pathBase struct {
	s  string
	id int64
}

// pathExec runs one path over one value.
type pathExec struct {
	c       *Ctx
	vars    string // empty: none are known, and each is null
	lax     bool
	ignore  bool // structural errors
	throw   bool
	zoned   bool // may use the session's time zone
	root    pathItem
	current pathItem
	base    pathBase
	objects int64 // numbers given to objects made
	last    int   // the size of the array around, -1: none
	steps   uint
}

// fail is a failure of the path that silent suppresses.
func (x *pathExec) fail(code, format string, args ...any) (pathFound, error) {
	if !x.throw {
		return pathFailed, nil
	}
	return pathFailed, sqlerr.New(code, format, args...)
}

// structural is fail, unless the shape of the data is not to be minded.
func (x *pathExec) structural(code, format string, args ...any) (pathFound, error) {
	if x.ignore {
		return pathNothing, nil
	}
	return x.fail(code, format, args...)
}

// ended says that a loop over parts ends here.
func (r pathFound) ended(out *pathItems) bool {
	return r == pathFailed || r == pathSome && out == nil
}

// run is the whole path. In strict mode all of it is computed, so that no
// error goes unseen.
func (x *pathExec) run(p *jsonpath.Path, target string, out *pathItems) (pathFound, error) {
	x.lax = !p.Strict
	x.ignore = x.lax
	x.root = newPathItem(target, 0)
	x.current = x.root
	x.objects, x.last = 2, -1
	if p.Strict && out == nil {
		var all pathItems
		r, err := x.item(p.Expr, x.root, &all)
		if r == pathFailed || err != nil {
			return r, err
		}
		return foundIf(len(all.list) > 0), nil
	}
	return x.item(p.Expr, x.root, out)
}

func foundIf(b bool) pathFound {
	if b {
		return pathSome
	}
	return pathNothing
}

// next goes on with what follows a node, or takes the item.
func (x *pathExec) next(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	if n.Next != nil {
		return x.item(n.Next, it, out)
	}
	if out != nil {
		out.list = append(out.list, it)
	}
	return pathSome, nil
}

func (x *pathExec) item(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	return x.step(n, it, out, x.lax)
}

// step applies a node to an item. unwrap lets accessors of members go into the
// elements of an array.
func (x *pathExec) step(n *jsonpath.Node, it pathItem, out *pathItems, unwrap bool) (pathFound, error) {
	if x.steps++; x.steps%1024 == 0 && x.c.Context != nil && x.c.Err() != nil {
		return pathFailed, x.c.Err()
	}
	switch n.Kind {
	case jsonpath.Root:
		saved := x.base
		x.base = pathBase{x.root.s, 0}
		r, err := x.next(n, x.root, out)
		x.base = saved
		return r, err
	case jsonpath.Current:
		return x.next(n, x.current, out)
	case jsonpath.Last:
		return x.next(n, numericItem(numericFromInt(int64(x.last-1))), out)
	case jsonpath.Null, jsonpath.True, jsonpath.False, jsonpath.Number, jsonpath.String:
		return x.next(n, literalItem(n), out)
	case jsonpath.Variable:
		return x.variable(n, out)
	case jsonpath.AnyArray:
		return x.anyArray(n, it, out)
	case jsonpath.Index:
		return x.index(n, it, out)
	case jsonpath.AnyPath:
		return x.anyPath(n, it, out)
	case jsonpath.Add, jsonpath.Sub, jsonpath.Mul, jsonpath.Div, jsonpath.Mod:
		return x.arithmetic(n, it, out)
	case jsonpath.Plus, jsonpath.Minus:
		return x.sign(n, it, out)
	case jsonpath.Key, jsonpath.AnyKey, jsonpath.Filter, jsonpath.Method, jsonpath.Datetime:
		if unwrap && it.kind == '[' && unwraps(n) {
			return x.parts(n, it, out, partsOf{first: 1, last: 1})
		}
		return x.accessor(n, it, out)
	}
	truth, err := x.truth(n, it)
	if err != nil {
		return pathFailed, err
	}
	switch truth {
	case pathUnknown:
		return x.next(n, pathItem{kind: 'n', s: "null"}, out)
	default:
		return x.next(n, boolItem(truth == pathTrue), out)
	}
}

// unwraps says whether an accessor is for the elements of an array rather than
// for the array.
func unwraps(n *jsonpath.Node) bool {
	return n.Kind != jsonpath.Method || n.Text != "type" && n.Text != "size"
}

func literalItem(n *jsonpath.Node) pathItem {
	switch n.Kind {
	case jsonpath.Null:
		return pathItem{kind: 'n', s: "null"}
	case jsonpath.Number:
		return pathItem{kind: '0', s: n.Text}
	case jsonpath.String:
		return stringItem(n.Text)
	}
	return boolItem(n.Kind == jsonpath.True)
}

func (x *pathExec) variable(n *jsonpath.Node, out *pathItems) (pathFound, error) {
	if x.vars == "" {
		return x.next(n, pathItem{kind: 'n', s: "null"}, out)
	}
	vars := newPathItem(x.vars, 0)
	v, ok := vars.member(n.Text)
	if !ok {
		return pathFailed, sqlerr.New(sqlerr.UndefinedObject, "could not find jsonpath variable \"%s\"", n.Text)
	}
	saved := x.base
	x.base = pathBase{x.vars, 1}
	r, err := x.next(n, v, out)
	x.base = saved
	return r, err
}

// accessor applies what is not for arrays.
func (x *pathExec) accessor(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	switch n.Kind {
	case jsonpath.Key:
		if it.kind != '{' {
			return x.structural(sqlerr.SQLJSONMemberNotFound, "jsonpath member accessor can only be applied to an object")
		}
		v, ok := it.member(n.Text)
		if !ok {
			return x.structural(sqlerr.SQLJSONMemberNotFound, "JSON object does not contain key \"%s\"", n.Text)
		}
		return x.next(n, v, out)
	case jsonpath.AnyKey:
		if it.kind != '{' {
			return x.structural(sqlerr.SQLJSONObjectNotFound, "jsonpath wildcard member accessor can only be applied to an object")
		}
		return x.parts(n.Next, it, out, partsOf{first: 1, last: 1, unwrap: x.lax})
	case jsonpath.Filter:
		truth, err := x.nested(n.Left, it)
		if err != nil || truth != pathTrue {
			return pathNothing, err
		}
		return x.next(n, it, out)
	case jsonpath.Datetime:
		return x.datetime(n, it, out)
	}
	return x.method(n, it, out)
}

// partsOf says which parts of a container parts goes through.
type partsOf struct {
	first, last uint32 // levels
	ignore      bool   // structural errors
	unwrap      bool   // let the next step unwrap
}

// parts applies a node, or nothing when it is nil, to the parts of a
// container on the levels asked for.
func (x *pathExec) parts(n *jsonpath.Node, it pathItem, out *pathItems, p partsOf) (pathFound, error) {
	return x.level(n, it, out, p, 1)
}

func (x *pathExec) level(n *jsonpath.Node, it pathItem, out *pathItems, p partsOf, level uint32) (found pathFound, err error) {
	if level > p.last {
		return pathNothing, nil
	}
	leaves := p.first == jsonpath.LastLevel && p.last == jsonpath.LastLevel
	eachPart(it.s, func(_, v string, off int) bool {
		part := newPathItem(v, it.off+off)
		container := part.kind == '{' || part.kind == '['
		if level >= p.first || leaves && !container {
			if found, err = x.part(n, part, out, p); err != nil || found.ended(out) {
				return false
			}
		}
		if container && level < p.last {
			found, err = x.level(n, part, out, p, level+1)
		}
		return err == nil && !found.ended(out)
	})
	return found, err
}

func (x *pathExec) part(n *jsonpath.Node, part pathItem, out *pathItems, p partsOf) (pathFound, error) {
	if n == nil {
		if out != nil {
			out.list = append(out.list, part)
		}
		return pathSome, nil
	}
	saved := x.ignore
	x.ignore = saved || p.ignore
	r, err := x.step(n, part, out, p.unwrap)
	x.ignore = saved
	return r, err
}

func (x *pathExec) anyArray(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	switch {
	case it.kind == '[':
		return x.parts(n.Next, it, out, partsOf{first: 1, last: 1, unwrap: x.lax})
	case x.lax:
		return x.next(n, it, out)
	}
	return x.structural(sqlerr.SQLJSONArrayNotFound, "jsonpath wildcard array accessor can only be applied to an array")
}

// anyPath is .**: the item itself when level 0 is asked for, then its parts.
func (x *pathExec) anyPath(n *jsonpath.Node, it pathItem, out *pathItems) (pathFound, error) {
	r := pathNothing
	if n.From == 0 {
		saved := x.ignore
		x.ignore = true
		var err error
		r, err = x.next(n, it, out)
		x.ignore = saved
		if err != nil || r == pathSome && out == nil {
			return r, err
		}
	}
	if it.kind != '{' && it.kind != '[' {
		return r, nil
	}
	return x.parts(n.Next, it, out, partsOf{first: n.From, last: n.To, ignore: true, unwrap: x.lax})
}
