package pgwire

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Authentication request codes.
const (
	authOK           = 0
	authSASL         = 10
	authSASLContinue = 11
	authSASLFinal    = 12
)

// protocolVersion is the newest version spoken, 3.0.
const protocolVersion = 3 << 16

// authentication writes an Authentication message.
func (w *writer) authentication(code int32, data []byte) {
	w.begin('R')
	w.int32(code)
	w.bytes(data)
	w.end()
}

// saslMechanisms writes AuthenticationSASL.
func (w *writer) saslMechanisms(names []string) {
	w.begin('R')
	w.int32(authSASL)
	for _, n := range names {
		w.cstring(n)
	}
	w.byte(0)
	w.end()
}

// negotiate writes NegotiateProtocolVersion with the options not known.
func (w *writer) negotiate(options []string) {
	w.begin('v')
	w.int32(protocolVersion)
	w.int32(int32(len(options)))
	for _, o := range options {
		w.cstring(o)
	}
	w.end()
}

func (w *writer) parameterStatus(name, value string) {
	w.begin('S')
	w.cstring(name)
	w.cstring(value)
	w.end()
}

func (w *writer) backendKeyData(pid int32, secret uint32) {
	w.begin('K')
	w.int32(pid)
	w.int32(int32(secret))
	w.end()
}

func (w *writer) readyForQuery(status byte) {
	w.begin('Z')
	w.byte(status)
	w.end()
}

func (w *writer) commandComplete(tag string) {
	w.begin('C')
	w.cstring(tag)
	w.end()
}

// parameterDescription writes the types of a statement's parameters.
func (w *writer) parameterDescription(params []types.OID) {
	w.begin('t')
	w.int16(int16(len(params)))
	for _, p := range params {
		w.int32(int32(p))
	}
	w.end()
}

// rowDescription writes the columns of a result, in formats of which the
// column's is at its place, or all text when formats is nil.
func (w *writer) rowDescription(cols []plan.Column, formats []int16) {
	w.begin('T')
	w.int16(int16(len(cols)))
	for i := range cols {
		c := &cols[i]
		w.cstring(c.Name)
		w.int32(int32(c.Rel))
		w.int16(c.Att)
		w.int32(int32(c.Type))
		w.int16(typeLen(c.Type))
		w.int32(c.Typmod)
		if formats == nil {
			w.int16(0)
		} else {
			w.int16(formats[i])
		}
	}
	w.end()
}

func typeLen(t types.OID) int16 {
	if ty, ok := types.Lookup(t); ok {
		return ty.Len
	}
	return -1
}

// copyResponse writes CopyInResponse ('G') or CopyOutResponse ('H').
func (w *writer) copyResponse(typ byte, overall int8, columns []int16) {
	w.begin(typ)
	w.byte(byte(overall))
	w.int16(int16(len(columns)))
	for _, f := range columns {
		w.int16(f)
	}
	w.end()
}

// report writes an ErrorResponse ('E') or NoticeResponse ('N'). offset is added
// to a position: where the statement begins in what the client sent.
func (w *writer) report(typ byte, e *sqlerr.Error, offset int) {
	severity := e.Severity
	if severity == "" {
		severity = "ERROR"
	}
	w.begin(typ)
	w.field('S', severity)
	w.field('V', severity)
	w.field('C', cmp.Or(e.Code, defaultCode(typ)))
	w.byte('M')
	w.cstring(e.Message) // required, even when empty
	w.field('D', e.Detail)
	w.field('H', e.Hint)
	if e.Position > 0 {
		w.byte('P')
		w.buf = append(strconv.AppendInt(w.buf, int64(e.Position+offset), 10), 0)
	}
	w.field('W', e.Where)
	w.field('s', e.Schema)
	w.field('t', e.Table)
	w.field('c', e.Column)
	w.field('d', e.DataType)
	w.field('n', e.Constraint)
	w.byte(0)
	w.end()
}

// defaultCode is the SQLSTATE of a report that has none.
func defaultCode(typ byte) string {
	if typ == 'E' {
		return sqlerr.InternalError
	}
	return sqlerr.SuccessfulCompletion
}

// field writes one field of a report, unless it is empty.
func (w *writer) field(code byte, value string) {
	if value == "" {
		return
	}
	w.byte(code)
	w.cstring(value)
}

// asError returns err as clients see it. Contexts end statements only by
// cancellation or by a deadline; both are 57014.
func asError(err error) *sqlerr.Error {
	var e *sqlerr.Error
	if errors.As(err, &e) {
		return e
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to statement timeout").Wrap(err)
	case errors.Is(err, context.Canceled):
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request").Wrap(err)
	}
	e = sqlerr.From(err)
	if !utf8.ValidString(e.Message) {
		e.Message = strconv.Quote(e.Message)
	}
	return e
}

// fatal makes an error that ends the connection.
func fatal(code, text string, args ...any) *sqlerr.Error {
	e := sqlerr.New(code, text, args...)
	e.Severity = "FATAL"
	return e
}

// endsConnection reports whether an error of this severity does.
func endsConnection(e *sqlerr.Error) bool {
	return e.Severity == "FATAL" || e.Severity == "PANIC"
}
