package plpgsql

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

var boolType = plan.DeclaredType{OID: types.OIDBool, Typmod: -1}

// holds computes a condition; NULL does not hold.
func (c *call) holds(e *expr) (bool, error) {
	d, t, err := c.eval(e)
	if err != nil {
		return false, err
	}
	if t != types.OIDBool {
		if d, err = c.cast(d, t, boolType); err != nil {
			return false, err
		}
	}
	return d.Bool(), nil
}

// number computes a bound of a loop over numbers.
func (c *call) number(e *expr, what string) (int64, error) {
	d, t, err := c.eval(e)
	if err == nil && t != types.OIDInt4 {
		d, err = c.cast(d, t, intType)
	}
	if err != nil {
		return 0, err
	}
	if d.Null {
		return 0, sqlerr.New(sqlerr.NullValueNotAllowed, "%s of FOR loop cannot be null", what)
	}
	return d.I, nil
}

func (c *call) ifs(s *ifStmt) (outcome, error) {
	for i := range s.arms {
		ok, err := c.holds(s.arms[i].cond)
		if err != nil {
			return went, err
		}
		if ok {
			return c.list(s.arms[i].body)
		}
	}
	return c.list(s.other)
}

func (c *call) cases(s *caseStmt) (outcome, error) {
	if s.test != nil {
		d, t, err := c.eval(s.test)
		if err != nil {
			return went, err
		}
		v := &c.fn.vars[s.datum]
		if v.typ.OID != t { // the conditions are planned again for it
			v.typ = plan.DeclaredType{OID: t, Typmod: -1}
			for i := range s.arms {
				s.arms[i].cond.plan = nil
			}
		}
		c.vals[s.datum] = d
		defer func() { c.vals[s.datum] = types.NullDatum }()
	}
	for i := range s.arms {
		ok, err := c.holds(s.arms[i].cond)
		if err != nil {
			return went, err
		}
		if ok {
			return c.list(s.arms[i].body)
		}
	}
	if !s.hasElse {
		return went, sqlerr.New(caseNotFound, "case not found").WithHint("CASE statement is missing ELSE part.")
	}
	return c.list(s.other)
}

// loop runs LOOP and WHILE.
func (c *call) loop(s *loopStmt) (outcome, error) {
	for {
		if err := c.round(); err != nil {
			return went, err
		}
		if s.cond != nil {
			if ok, err := c.holds(s.cond); err != nil || !ok {
				return went, err
			}
		}
		if goOn, ends, err := c.body(s.body, s.label); !goOn {
			return ends, err
		}
	}
}

func (c *call) intLoop(s *intLoop) (outcome, error) {
	at, err := c.number(s.lower, "lower bound")
	if err != nil {
		return went, err
	}
	last, err := c.number(s.upper, "upper bound")
	if err != nil {
		return went, err
	}
	by := int64(1)
	if s.by != nil {
		if by, err = c.number(s.by, "BY value"); err != nil {
			return went, err
		}
		if by <= 0 {
			return went, sqlerr.New(sqlerr.InvalidParameterValue, "BY value of FOR loop must be greater than zero")
		}
	}
	if s.reverse {
		at, last = -at, -last // counted upwards, and shown negated
	}
	found := false
	ends := went
	for ; at <= last; at += by {
		if err := c.round(); err != nil {
			return went, err
		}
		found = true
		value := at
		if s.reverse {
			value = -at
		}
		c.vals[s.datum] = types.Int(value)
		var goOn bool
		if goOn, ends, err = c.body(s.body, s.label); err != nil {
			return went, err
		} else if !goOn {
			break
		}
	}
	c.vals[c.fn.found] = types.Bool(found)
	return ends, nil
}

func (c *call) exit(s *exitStmt) (outcome, error) {
	if s.cond != nil {
		if ok, err := c.holds(s.cond); err != nil || !ok {
			return went, err
		}
	}
	c.label = s.label
	if s.next {
		return continued, nil
	}
	return exited, nil
}

// foreach runs over the elements or the slices of an array.
func (c *call) foreach(s *foreachLoop) (outcome, error) {
	d, t, err := c.eval(s.array)
	if err != nil {
		return went, err
	}
	elem := types.ElemOf(t)
	switch {
	case d.Null:
		return went, sqlerr.New(sqlerr.NullValueNotAllowed, "FOREACH expression must not be null")
	case elem == 0:
		return went, sqlerr.New(sqlerr.DatatypeMismatch, "FOREACH expression must yield an array, not type %s", types.FormatTypeBare(t))
	}
	arr, ok := d.A.(*types.Array)
	if !ok {
		return went, sqlerr.New(sqlerr.DatatypeMismatch, "FOREACH expression must yield an array, not type %s", types.FormatTypeBare(t))
	}
	if s.slice > len(arr.Dims) || s.slice < 0 {
		return went, sqlerr.New(sqlerr.ArraySubscriptError, "slice dimension (%d) is out of the valid range 0..%d", s.slice, len(arr.Dims))
	}
	to := c.declared(s.to[0])
	switch isArray := types.ElemOf(to) != 0; {
	case s.slice > 0 && !isArray:
		return went, sqlerr.New(sqlerr.DatatypeMismatch, "FOREACH ... SLICE loop variable must be of an array type")
	case s.slice == 0 && isArray:
		return went, sqlerr.New(sqlerr.DatatypeMismatch, "FOREACH loop variable must not be of an array type")
	}
	each, size := elem, 1
	if s.slice > 0 {
		each = t
		for _, n := range arr.Dims[len(arr.Dims)-s.slice:] {
			size *= int(n)
		}
	}
	found, ends := false, went
	for i := 0; i+size <= len(arr.Elems) && size > 0; i += size {
		if err := c.round(); err != nil {
			return went, err
		}
		found = true
		v := arr.Elems[i]
		if s.slice > 0 {
			k := len(arr.Dims) - s.slice
			v = types.Any(&types.Array{Elem: arr.Elem, Dims: arr.Dims[k:], Lbound: arr.Lbound[k:], Elems: arr.Elems[i : i+size : i+size]})
		}
		if err := c.spread(s.to, v, each); err != nil {
			return went, err
		}
		var goOn bool
		if goOn, ends, err = c.body(s.body, s.label); err != nil {
			return went, err
		} else if !goOn {
			break
		}
	}
	c.vals[c.fn.found] = types.Bool(found)
	return ends, nil
}

// declared is the type that a target has now.
func (c *call) declared(r ref) types.OID {
	if r.field == "" {
		return c.fn.vars[r.datum].typ.OID
	}
	if t, _, err := c.field(r); err == nil {
		return t
	}
	return 0
}

// spread assigns a value to one target, or the fields of a record to several.
func (c *call) spread(to []ref, d types.Datum, t types.OID) error {
	if len(to) == 1 {
		return c.assign(to[0], d, t)
	}
	rec, _ := d.A.(*types.Record)
	if t != types.OIDRecord || rec == nil {
		rec = &types.Record{Types: []types.OID{t}, Vals: []types.Datum{d}}
	}
	return c.assignRow(to, nil, rec.Types, rec.Vals)
}
