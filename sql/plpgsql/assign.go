package plpgsql

import (
	"slices"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// assignment runs variable := expression.
func (c *call) assignment(s *assignStmt) error {
	if s.to.field != "" && len(s.steps) == 0 {
		if t, _, err := c.field(s.to); err == nil && (s.value.to == nil || s.value.to.OID != t) {
			s.value.to, s.value.plan = &plan.DeclaredType{OID: t, Typmod: -1}, nil
		}
	}
	d, t, err := c.eval(s.value)
	if err != nil {
		return err
	}
	if len(s.steps) > 0 {
		return c.assignPart(s, d, t)
	}
	if s.to.field == "" {
		if v := &c.fn.vars[s.to.datum]; v.rec && t != types.OIDRecord && !d.Null {
			return c.assignText(s.to.datum, d, t)
		}
		return c.assignTo(s.to.datum, d, t)
	}
	if err := c.assign(s.to, d, t); err != nil {
		if e := sqlerr.From(err); e.Code == sqlerr.UndefinedColumn || e.Code == sqlerr.ObjectNotInPrerequisite {
			return s.value.wrap(err)
		}
		return err
	}
	return nil
}

// assignText makes a record of a value that is none, through its text.
func (c *call) assignText(n int, d types.Datum, t types.OID) error {
	row := c.fn.vars[n].typ.Row
	if row == nil {
		return sqlerr.New(sqlerr.FeatureNotSupported, "input of anonymous composite types is not implemented")
	}
	text, err := c.text(d, t)
	if err != nil {
		return err
	}
	shape := nullRow(row)
	rec, err := types.ParseRecord(shape.Types, nil, text, c.host.Format())
	if err != nil {
		return err
	}
	rec.Names = shape.Names
	return c.assignTo(n, types.Any(rec), types.OIDRecord)
}

// assign gives a variable or a field a value.
func (c *call) assign(to ref, d types.Datum, t types.OID) error {
	if to.field == "" {
		return c.assignTo(to.datum, d, t)
	}
	rec, err := c.record(to.datum)
	if err != nil {
		return err
	}
	i := slices.Index(rec.Names, to.field)
	if i < 0 {
		return sqlerr.New(sqlerr.UndefinedColumn, `record "%s" has no field "%s"`, c.fn.vars[to.datum].name, to.field)
	}
	want := plan.DeclaredType{OID: rec.Types[i], Typmod: -1}
	if row := c.fn.vars[to.datum].typ.Row; row != nil {
		want = row.Columns[i].Type
	}
	if d, err = c.cast(d, t, want); err != nil {
		return err
	}
	next := *rec // others may have the record
	next.Vals = slices.Clone(rec.Vals)
	next.Vals[i] = d
	return c.store(to.datum, types.Any(&next))
}

// assignTo gives a variable a value of some type.
func (c *call) assignTo(n int, d types.Datum, t types.OID) error {
	v := &c.fn.vars[n]
	if v.rec {
		return c.assignRecord(n, d, t)
	}
	if t != v.typ.OID || v.typ.Typmod >= 0 || v.typ.Domain != 0 {
		var err error
		if d, err = c.cast(d, t, v.typ); err != nil {
			return err
		}
	}
	return c.store(n, d)
}

// store gives a variable a value of its own type.
func (c *call) store(n int, d types.Datum) error {
	v := &c.fn.vars[n]
	if d.Null && v.notNull {
		return sqlerr.New(sqlerr.NullValueNotAllowed, `null value cannot be assigned to variable "%s" declared NOT NULL`, v.name)
	}
	if err := c.account(&c.vals[n], &d); err != nil {
		return err
	}
	c.vals[n], c.owned[n] = d, false
	return nil
}

// assignRecord gives a record variable a row.
func (c *call) assignRecord(n int, d types.Datum, t types.OID) error {
	v := &c.fn.vars[n]
	switch {
	case d.Null:
		return c.store(n, types.NullDatum)
	case t != types.OIDRecord:
		return sqlerr.New(sqlerr.DatatypeMismatch, "cannot assign non-composite value to a record variable")
	}
	rec, _ := d.A.(*types.Record)
	if rec == nil {
		return c.store(n, types.NullDatum)
	}
	if v.typ.Row == nil {
		return c.store(n, types.Any(named(rec)))
	}
	out, err := c.toRow(rec, v.typ.Row)
	if err != nil {
		return err
	}
	return c.store(n, out)
}

// named gives the fields of a row that has no names those that PostgreSQL gives them.
func named(rec *types.Record) *types.Record {
	if rec.Names != nil {
		return rec
	}
	out := *rec
	for i := range rec.Vals {
		out.Names = append(out.Names, fieldName(i))
	}
	return &out
}

func fieldName(i int) string { return "f" + dollar(i + 1)[1:] }

// toRow converts a record to a row type, column by column: what is too much is left
// out, and what is missing is NULL.
func (c *call) toRow(rec *types.Record, row *plan.RowType) (types.Datum, error) {
	out := nullRow(row)
	for i := range out.Vals {
		d, t := types.NullDatum, out.Types[i]
		if i < len(rec.Vals) {
			d, t = rec.Vals[i], rec.Types[i]
		}
		var err error
		if out.Vals[i], err = c.cast(d, t, row.Columns[i].Type); err != nil {
			return types.NullDatum, err
		}
	}
	return types.Any(out), nil
}

// assignRow gives the columns of a row to targets: to one record all of them, else
// one to each. names may be nil.
func (c *call) assignRow(to []ref, names []string, ts []types.OID, vals []types.Datum) error {
	if len(to) == 1 && to[0].field == "" && c.fn.vars[to[0].datum].rec {
		return c.assignRecord(to[0].datum, types.Any(named(&types.Record{Names: names, Types: ts, Vals: vals})), types.OIDRecord)
	}
	if len(to) == 1 && len(vals) == 1 {
		return c.assign(to[0], vals[0], ts[0])
	}
	for i, r := range to {
		d, t := types.NullDatum, types.OIDText
		if i < len(vals) {
			d, t = vals[i], ts[i]
		}
		if err := c.assign(r, d, t); err != nil {
			return err
		}
	}
	return nil
}

// assignColumns gives a row of a batch to targets; b is nil for the row of NULLs that
// stands for none.
func (c *call) assignColumns(to []ref, cols []plan.Column, b *types.Batch, i int) error {
	if len(to) == 1 && len(cols) == 1 && cols[0].Type == types.OIDRecord && to[0].field == "" && c.fn.vars[to[0].datum].rec && b != nil {
		return c.assignTo(to[0].datum, b.Cols[0].Datum(i), types.OIDRecord) // the row itself
	}
	if len(to) == 1 && len(cols) > 0 && (to[0].field != "" || !c.fn.vars[to[0].datum].rec) {
		d := types.NullDatum
		if b != nil {
			d = b.Cols[0].Datum(i)
		}
		return c.assign(to[0], d, cols[0].Type)
	}
	names, ts, vals := make([]string, len(cols)), make([]types.OID, len(cols)), make([]types.Datum, len(cols))
	for k := range cols {
		names[k], ts[k], vals[k] = cols[k].Name, cols[k].Type, types.NullDatum
		if b != nil {
			vals[k] = b.Cols[k].Datum(i)
		}
	}
	return c.assignRow(to, names, ts, vals)
}

// assignPart gives an element or a field within a variable a value.
func (c *call) assignPart(s *assignStmt, d types.Datum, t types.OID) error {
	at, cur := c.fn.vars[s.to.datum].typ, c.vals[s.to.datum]
	if s.to.field != "" {
		ft, v, err := c.field(s.to)
		if err != nil {
			return s.value.wrap(err)
		}
		at, cur = plan.DeclaredType{OID: ft, Typmod: -1}, v
	}
	plain := s.to.field == "" && at.Typmod < 0 && at.Domain == 0 // nothing is to be done to the array as a whole
	if plain && c.owned[s.to.datum] && len(s.steps) == 1 && !s.steps[0].slice {
		if done, err := c.inPlace(s, at, d, t); done || err != nil {
			return err
		}
	}
	out, err := c.changed(s, s.steps, at, cur, d, t)
	if err != nil {
		return err
	}
	if err := c.assign(s.to, out, at.OID); err != nil {
		return err
	}
	slice := slices.ContainsFunc(s.steps, func(st step) bool { return st.slice })
	c.owned[s.to.datum] = plain && !slice && types.ElemOf(at.OID) != 0 // Set made it
	return nil
}

// inPlace assigns to an element of an array that nobody else has, or adds one at its end.
func (c *call) inPlace(s *assignStmt, at plan.DeclaredType, d types.Datum, t types.OID) (done bool, err error) {
	arr := c.vals[s.to.datum].A.(*types.Array)
	i, err := c.bound(s.steps[0].upper)
	if err != nil || len(arr.Dims) != 1 {
		return false, err
	}
	k := *i - int64(arr.Lbound[0])
	if k < 0 || k > int64(len(arr.Elems)) || k == maxInPlace {
		return false, nil
	}
	v, err := c.cast(d, t, plan.DeclaredType{OID: types.ElemOf(at.OID), Typmod: -1})
	if err != nil {
		return false, err
	}
	if k < int64(len(arr.Elems)) {
		arr.Elems[k] = v
		return true, nil
	}
	arr.Elems = append(arr.Elems, v)
	arr.Dims[0]++
	return true, c.grow(elementSize)
}

// maxInPlace is where an array has its most elements.
const maxInPlace = 1 << 27

// changed returns a value with the part that steps lead to changed.
func (c *call) changed(s *assignStmt, steps []step, at plan.DeclaredType, cur, d types.Datum, t types.OID) (types.Datum, error) {
	if steps[0].field != "" {
		return types.NullDatum, s.value.wrap(sqlerr.New(sqlerr.DatatypeMismatch,
			`cannot assign to field "%s" of column "%s" because its type %s is not a composite type`,
			steps[0].field, c.describe(s.to), types.FormatTypeBare(at.OID)))
	}
	n := 1
	for n < len(steps) && steps[n].field == "" {
		n++
	}
	if n < len(steps) {
		return types.NullDatum, s.value.wrap(sqlerr.New(sqlerr.FeatureNotSupported, "an assignment to a field of an array's element is not supported").
			WithHint("Assign the whole element."))
	}
	elem := types.ElemOf(at.OID)
	if at.OID == types.OIDJSONB {
		return types.NullDatum, s.value.wrap(sqlerr.New(sqlerr.FeatureNotSupported, "an assignment to a part of a jsonb value is not supported").
			WithHint("Use jsonb_set."))
	}
	if elem == 0 {
		e := sqlerr.New(sqlerr.DatatypeMismatch, "cannot subscript type %s because it does not support subscripting", types.FormatTypeBare(at.OID))
		e.InternalPosition, e.InternalQuery = 1, s.value.text
		return types.NullDatum, e
	}
	slice := slices.ContainsFunc(steps, func(st step) bool { return st.slice })
	lower, upper := make([]*int64, n), make([]*int64, n)
	for i := range steps {
		var err error
		if upper[i], err = c.bound(steps[i].upper); err != nil {
			return types.NullDatum, err
		}
		if slice && !steps[i].slice {
			one := int64(1)
			lower[i] = &one
			continue
		}
		if lower[i], err = c.bound(steps[i].lower); err != nil {
			return types.NullDatum, err
		}
	}
	arr, _ := cur.A.(*types.Array)
	if cur.Null || arr == nil {
		arr = &types.Array{Elem: elem}
	}
	if slice {
		v, err := c.cast(d, t, plan.DeclaredType{OID: at.OID, Typmod: at.Typmod})
		if err != nil || v.Null {
			return cur, err
		}
		from, _ := v.A.(*types.Array)
		out, err := arr.SetSlice(lower, upper, from)
		return types.Any(out), err
	}
	v, err := c.cast(d, t, plan.DeclaredType{OID: elem, Typmod: at.Typmod})
	if err != nil {
		return types.NullDatum, err
	}
	out, err := arr.Set(upper, v)
	return types.Any(out), err
}

// bound computes a subscript; nil: it is left out.
func (c *call) bound(e *expr) (*int64, error) {
	if e == nil {
		return nil, nil
	}
	d, t, err := c.eval(e)
	if err == nil {
		d, err = c.cast(d, t, intType)
	}
	if err != nil {
		return nil, err
	}
	if d.Null {
		return nil, sqlerr.New(sqlerr.NullValueNotAllowed, "array subscript in assignment must not be null")
	}
	return &d.I, nil
}

// describe names what is assigned.
func (c *call) describe(r ref) string {
	if r.field != "" {
		return r.field
	}
	return c.fn.vars[r.datum].name
}
