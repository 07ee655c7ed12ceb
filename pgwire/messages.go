package pgwire

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// protocolVersion is the newest version spoken, 3.0.
const protocolVersion = pgproto3.ProtocolVersionNumber

// encoder is a message to a client: those of pgproto3, and what it lacks.
type encoder interface {
	Encode(dst []byte) ([]byte, error)
}

// backend holds a connection's messages to its client that have fields,
// reused. What they hold between two uses is small.
type backend struct {
	status   pgproto3.ParameterStatus
	ready    pgproto3.ReadyForQuery
	complete pgproto3.CommandComplete
	params   pgproto3.ParameterDescription
	rows     pgproto3.RowDescription
	report   pgproto3.ErrorResponse
}

// keepFields is how many columns a RowDescription keeps room for.
const keepFields = 64

// send appends a message. One that cannot be encoded (a body of 1 GiB) ends
// the connection, as a failed write does.
func (w *writer) send(m encoder) {
	b, err := m.Encode(w.buf)
	if err != nil {
		if w.err == nil {
			w.err = fmt.Errorf("encode %T: %w", m, err)
		}
		return
	}
	w.buf = b
}

// clean cuts a string at a NUL, which would end it on the wire: what follows
// would be taken for the next field.
func clean(s string) string {
	if i := strings.IndexByte(s, 0); i >= 0 {
		return s[:i]
	}
	return s
}

// tell is a message's text as the client has it: clean, and in its encoding, whatever
// that lacks.
func (w *writer) tell(s string) string {
	if s = clean(s); w.coder != nil {
		return w.coder.Tell(s)
	}
	return s
}

// negotiateProtocolVersion names the newest version spoken and the protocol
// options not known. pgproto3 does not have it.
type negotiateProtocolVersion struct{ options []string }

// Encode appends the message.
func (m negotiateProtocolVersion) Encode(dst []byte) ([]byte, error) {
	at := len(dst) + 1
	dst = append(dst, 'v', 0, 0, 0, 0)
	dst = binary.BigEndian.AppendUint32(dst, protocolVersion)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(m.options)))
	for _, o := range m.options {
		dst = append(append(dst, o...), 0)
	}
	binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at))
	return dst, nil
}

func (w *writer) parameterStatus(name, value string) {
	w.msg.status = pgproto3.ParameterStatus{Name: w.tell(name), Value: w.tell(value)}
	w.send(&w.msg.status)
}

func (w *writer) notification(n *sql.Notification) {
	w.send(&pgproto3.NotificationResponse{PID: uint32(n.PID), Channel: w.tell(n.Channel), Payload: w.tell(n.Payload)})
}

func (w *writer) readyForQuery(status byte) {
	w.msg.ready.TxStatus = status
	w.send(&w.msg.ready)
}

func (w *writer) commandComplete(tag string) {
	m := &w.msg.complete
	m.CommandTag = append(m.CommandTag[:0], clean(tag)...)
	w.send(m)
}

// parameterDescription writes the types of a statement's parameters.
func (w *writer) parameterDescription(params []types.OID) {
	m := &w.msg.params
	m.ParameterOIDs = m.ParameterOIDs[:0]
	for _, p := range params {
		m.ParameterOIDs = append(m.ParameterOIDs, uint32(p))
	}
	w.send(m)
	if len(params) > keepParams {
		m.ParameterOIDs = nil
	}
}

// rowDescription writes the columns of a result, in formats of which the
// column's is at its place, or all text when formats is nil.
func (w *writer) rowDescription(cols []plan.Column, formats []int16) {
	m := &w.msg.rows
	m.Fields = m.Fields[:0]
	for i := range cols {
		c := &cols[i]
		name := w.tell(c.Name)
		f := pgproto3.FieldDescription{
			Name:     unsafe.Slice(unsafe.StringData(name), len(name)), // only read
			TableOID: uint32(c.Rel), TableAttributeNumber: uint16(c.Att),
			DataTypeOID: uint32(c.Type), DataTypeSize: typeLen(c.Type), TypeModifier: c.Typmod,
		}
		if c.Row != 0 {
			f.DataTypeOID = uint32(c.Row)
		}
		if formats != nil {
			f.Format = formats[i]
		}
		m.Fields = append(m.Fields, f)
	}
	w.send(m)
	clear(m.Fields)
	if len(cols) > keepFields {
		m.Fields = nil
	}
}

func typeLen(t types.OID) int16 {
	if ty, ok := types.Lookup(t); ok {
		return ty.Len
	}
	return -1
}

// copyFormats returns the columns' formats as COPY's responses have them.
func copyFormats(columns []int16) []uint16 {
	out := make([]uint16, len(columns))
	for i, f := range columns {
		out[i] = uint16(f)
	}
	return out
}

// reportError writes an ErrorResponse. offset is added to a position: where
// the statement begins in what the client sent.
func (w *writer) reportError(e *sqlerr.Error, offset int) {
	w.fillReport(e, cmp.Or(e.Severity, "ERROR"), sqlerr.InternalError, offset)
	w.send(&w.msg.report)
	w.msg.report = pgproto3.ErrorResponse{}
}

// reportNotice writes a NoticeResponse.
func (w *writer) reportNotice(e *sqlerr.Error, offset int) {
	w.fillReport(e, cmp.Or(e.Severity, "NOTICE"), sqlerr.SuccessfulCompletion, offset)
	w.send((*pgproto3.NoticeResponse)(&w.msg.report))
	w.msg.report = pgproto3.ErrorResponse{}
}

// fillReport fills in the fields of an error or notice; code is for one that
// has none.
func (w *writer) fillReport(e *sqlerr.Error, severity, code string, offset int) {
	severity = clean(severity)
	m := &w.msg.report
	*m = pgproto3.ErrorResponse{
		Severity: severity, SeverityUnlocalized: severity,
		Code: clean(cmp.Or(e.Code, code)), Message: w.tell(e.Message),
		Detail: w.tell(e.Detail), Hint: w.tell(e.Hint), Where: w.tell(e.Where),
		SchemaName: w.tell(e.Schema), TableName: w.tell(e.Table), ColumnName: w.tell(e.Column),
		DataTypeName: w.tell(e.DataType), ConstraintName: w.tell(e.Constraint), Routine: e.Routine,
	}
	if file, line, function := e.Source(); line > 0 {
		m.File, m.Line, m.Routine = file, int32(line), cmp.Or(m.Routine, function)
	}
	if e.InternalPosition > 0 {
		m.InternalPosition, m.InternalQuery = int32(e.InternalPosition), w.tell(e.InternalQuery)
	}
	if e.Position > 0 {
		m.Position = int32(e.Position + offset)
	}
	if m.Message == "" {
		// The protocol requires the field, and the library drops an empty one.
		m.UnknownFields = map[byte]string{'M': ""}
	}
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
