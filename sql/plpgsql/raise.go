package plpgsql

import (
	"strings"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// raise runs RAISE.
func (c *call) raise(s *raiseStmt) error {
	if s.again {
		if len(c.handling) == 0 {
			return sqlerr.New(handlerNotActive, "RAISE without parameters cannot be used outside an exception handler")
		}
		e := c.handling[len(c.handling)-1]
		return &traced{e}
	}
	e := sqlerr.New(s.code, "")
	said := map[string]bool{}
	if s.message {
		m, err := c.formatted(s)
		if err != nil {
			return err
		}
		e.Message, said["MESSAGE"] = m, true
	}
	if s.code != "" {
		said["ERRCODE"] = true
	}
	name := s.name
	for _, o := range s.options {
		text, null, err := c.textOf(o.value)
		if err != nil {
			return err
		}
		if null {
			return sqlerr.New(sqlerr.NullValueNotAllowed, "RAISE statement option cannot be null")
		}
		if said[o.name] {
			return sqlerr.New(sqlerr.SyntaxError, "RAISE option already specified: %s", o.name)
		}
		said[o.name] = true
		if o.name == "ERRCODE" {
			if e.Code, err = errorCode(text); err != nil {
				return err
			}
			name = text
			continue
		}
		*raiseField(e, o.name) = text
	}
	return c.raised(s, e, name, said["MESSAGE"])
}

// raised throws the error, or tells the client.
func (c *call) raised(s *raiseStmt, e *sqlerr.Error, name string, message bool) error {
	e.Severity = s.level
	if e.Code == "" {
		switch s.level {
		case "ERROR":
			e.Code = raiseException
		case "WARNING":
			e.Code = sqlerr.Warning
		default:
			e.Code = sqlerr.SuccessfulCompletion
		}
	}
	if !message {
		if e.Message = name; name == "" {
			e.Message = e.Code
		}
	}
	if s.level == "ERROR" {
		e.Severity = ""
		return e
	}
	c.host.Notice(withContext(e, c.context()))
	return nil
}

// errorCode is the SQLSTATE of ERRCODE: one, or the name of a condition.
func errorCode(text string) (string, error) {
	if isSQLState(text) {
		return text, nil
	}
	if codes := conditionsByName[text]; codes != nil {
		return codes[0], nil
	}
	return "", sqlerr.New(sqlerr.UndefinedObject, `unrecognized exception condition "%s"`, text)
}

// raiseField is the field of an error that an option of RAISE sets.
func raiseField(e *sqlerr.Error, option string) *string {
	switch option {
	case "MESSAGE":
		return &e.Message
	case "DETAIL":
		return &e.Detail
	case "HINT":
		return &e.Hint
	case "COLUMN":
		return &e.Column
	case "CONSTRAINT":
		return &e.Constraint
	case "DATATYPE":
		return &e.DataType
	case "TABLE":
		return &e.Table
	}
	return &e.Schema
}

// formatted puts the parameters into the format.
func (c *call) formatted(s *raiseStmt) (string, error) {
	var b strings.Builder
	next := 0
	for i := 0; i < len(s.format); i++ {
		ch := s.format[i]
		if ch != '%' {
			b.WriteByte(ch)
			continue
		}
		if i+1 < len(s.format) && s.format[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		text, null, err := c.textOf(s.params[next])
		if err != nil {
			return "", err
		}
		if null {
			text = "<NULL>"
		}
		b.WriteString(text)
		next++
	}
	return b.String(), nil
}

// assert runs ASSERT.
func (c *call) assert(s *assertStmt) error {
	switch c.host.Setting("plpgsql.check_asserts") {
	case "off", "false", "no", "0":
		return nil
	}
	ok, err := c.holds(s.cond)
	if err != nil || ok {
		return err
	}
	e := sqlerr.New(assertFailure, "assertion failed")
	if s.message != nil {
		text, null, err := c.textOf(s.message)
		if err != nil {
			return err
		}
		if !null {
			e.Message = text
		}
	}
	return e
}

// diagnostics runs GET [STACKED] DIAGNOSTICS.
func (c *call) diagnostics(s *diagStmt) error {
	if s.stacked && len(c.handling) == 0 {
		return sqlerr.New(handlerNotActive, "GET STACKED DIAGNOSTICS cannot be used outside an exception handler")
	}
	for _, item := range s.items {
		var err error
		switch item.what {
		case "row_count":
			err = c.assign(item.to, types.Int(c.rowCount), types.OIDInt8)
		case "pg_context":
			err = c.assign(item.to, types.Text(c.context()), types.OIDText)
		default:
			err = c.assign(item.to, types.Text(stackedItem(c.handling[len(c.handling)-1], item.what)), types.OIDText)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stackedItem is what GET STACKED DIAGNOSTICS tells of an error.
func stackedItem(e *sqlerr.Error, what string) string {
	switch what {
	case "returned_sqlstate":
		return e.Code
	case "message_text":
		return e.Message
	case "pg_exception_detail":
		return e.Detail
	case "pg_exception_hint":
		return e.Hint
	case "pg_exception_context":
		return e.Where
	case "column_name":
		return e.Column
	case "constraint_name":
		return e.Constraint
	case "pg_datatype_name":
		return e.DataType
	case "table_name":
		return e.Table
	}
	return e.Schema
}

// returns runs RETURN.
func (c *call) returns(s *returnStmt) (outcome, error) {
	if s.value == nil {
		return returned, nil
	}
	d, t, err := c.eval(s.value)
	if err != nil {
		return went, err
	}
	c.result, c.resultType, c.returned = d, t, true
	return returned, nil
}

// rowOfResult are the columns of the rows that a set has: nil where they are values.
func (c *call) rowOfResult() *plan.RowType { return c.fn.decl.Result.Row }

// returnNext gives the set a row.
func (c *call) returnNext(s *returnNext) error {
	if s.value == nil {
		vals := make([]types.Datum, len(c.fn.outs))
		for i, n := range c.fn.outs {
			vals[i], c.owned[n] = c.vals[n], false
		}
		return c.emit(vals)
	}
	d, t, err := c.eval(s.value)
	if err != nil {
		return err
	}
	want := c.fn.decl.Result
	if want.OID != types.OIDRecord {
		if t == types.OIDRecord {
			return sqlerr.New(sqlerr.DatatypeMismatch, "wrong result type supplied in RETURN NEXT")
		}
		if d, err = c.cast(d, t, want); err != nil {
			return err
		}
		return c.emit([]types.Datum{d})
	}
	rec, _ := d.A.(*types.Record)
	switch {
	case t != types.OIDRecord:
		return sqlerr.New(sqlerr.DatatypeMismatch, "cannot return non-composite value from function returning composite type")
	case c.rowOfResult() == nil:
		return c.emit([]types.Datum{d})
	case rec == nil:
		return c.emit(nullRow(c.rowOfResult()).Vals)
	}
	if err := matchRow(rec, c.rowOfResult()); err != nil {
		e := *sqlerr.From(err)
		e.Message = "wrong record type supplied in RETURN NEXT"
		return &e
	}
	out, err := c.toRow(rec, c.rowOfResult())
	if err != nil {
		return err
	}
	return c.emit(out.A.(*types.Record).Vals)
}

// resultColumns are the types of the columns of a set's rows.
func (c *call) resultColumns() []plan.DeclaredType {
	var out []plan.DeclaredType
	for _, n := range c.fn.outs {
		out = append(out, c.fn.vars[n].typ)
	}
	if len(out) > 0 {
		return out
	}
	if row := c.rowOfResult(); row != nil {
		for _, col := range row.Columns {
			out = append(out, col.Type)
		}
		return out
	}
	return []plan.DeclaredType{c.fn.decl.Result}
}

// returnQuery gives the set the rows of a query.
func (c *call) returnQuery(s *returnQuery) error {
	e := s.query
	var p Plan
	var args []types.Datum
	if s.dyn != nil {
		var err error
		if e, p, args, err = c.one(s.dyn); err != nil {
			return err
		}
	} else {
		made, err := c.plan(e)
		if err != nil {
			return err
		}
		p, args = made.plan, make([]types.Datum, len(made.params))
		if err := c.arguments(made, args); err != nil {
			return err
		}
		if p.Columns() == nil {
			return sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot open %s query as cursor", p.Kind())
		}
	}
	want := c.resultColumns()
	open := c.fn.decl.Result.OID == types.OIDRecord && c.rowOfResult() == nil && len(c.fn.outs) == 0
	if err := matchColumns(p.Columns(), want); err != nil && !open {
		return e.wrap(err)
	}
	n, err := c.runDynamic(e, p, args, 0, func(b *types.Batch) error {
		for i := range b.N {
			rec := rowOf(b, i)
			if open {
				for _, col := range p.Columns() {
					rec.Names, rec.Types = append(rec.Names, col.Name), append(rec.Types, col.Type)
				}
				rec.Vals = []types.Datum{types.Any(&types.Record{Names: rec.Names, Types: rec.Types, Vals: rec.Vals})}
			}
			if err := c.emit(rec.Vals); err != nil {
				return &refused{err}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.rowCount = n
	c.vals[c.fn.found] = types.Bool(n != 0)
	return nil
}

// matchColumns refuses a query whose columns are not those of the result.
func matchColumns(cols []plan.Column, want []plan.DeclaredType) error {
	e := sqlerr.New(sqlerr.DatatypeMismatch, "structure of query does not match function result type")
	if len(cols) != len(want) {
		return e.WithDetail("Number of returned columns (%d) does not match expected column count (%d).", len(cols), len(want))
	}
	for i := range cols {
		if cols[i].Type != want[i].OID {
			return e.WithDetail("Returned type %s does not match expected type %s in column %d.",
				types.FormatType(cols[i].Type, cols[i].Typmod), types.FormatType(want[i].OID, want[i].Typmod), i+1)
		}
	}
	return nil
}
