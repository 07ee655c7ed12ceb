package pgwire

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// caller is what a Session may be besides: one whose functions can be called by
// their OIDs alone.
type caller interface {
	// PrepareCall prepares a call, whose parameters are the function's declared
	// arguments. Its one column is the result.
	PrepareCall(ctx context.Context, function types.OID) (Prepared, error)
}

// callMessage is a decoded FunctionCall but for its function; everything aliases
// the body.
type callMessage struct {
	argFormats   []byte // big-endian int16s
	args         int
	values       []byte // for each argument: int32 length or -1, bytes
	resultFormat int16
}

// format returns the format code of argument i.
func (m *callMessage) format(i int) int16 {
	switch len(m.argFormats) {
	case 0:
		return 0
	case 2:
		return format(m.argFormats, 0)
	}
	return format(m.argFormats, i)
}

// decodeCall decodes what follows the function's OID. Its arguments' count is
// compared with what the function takes before their values are looked at, as
// PostgreSQL does.
func decodeCall(body []byte, want int, m *callMessage) error {
	cur := cursor{b: body}
	var formats int
	m.argFormats, formats = cur.counted(2)
	m.args = int(uint16(cur.int16()))
	switch {
	case cur.err != nil:
		return cur.err
	case m.args != want:
		return sqlerr.New(sqlerr.ProtocolViolation, "function call message contains %d arguments but function requires %d", m.args, want)
	case formats > 1 && formats != m.args:
		return sqlerr.New(sqlerr.ProtocolViolation, "function call message contains %d argument formats but %d arguments", formats, m.args)
	}
	start := cur.b
	for range m.args {
		switch n := int(cur.int32()); {
		case n == -1:
		case n < 0:
			return sqlerr.New(sqlerr.ProtocolViolation, "invalid argument size %d in function call message", n)
		default:
			cur.bytes(n)
		}
		if cur.err != nil {
			return cur.err
		}
	}
	m.values = start[:len(start)-len(cur.b)]
	m.resultFormat = cur.int16()
	return cur.end()
}

// functionCall serves FunctionCall. A transaction that it is alone in has ended
// before its result is told.
func (c *conn) functionCall(ctx context.Context, body []byte) error {
	s, ok := c.session.(caller)
	if !ok {
		return sqlerr.New(sqlerr.FeatureNotSupported, "the function call protocol is not supported")
	}
	if c.session.TxStatus() == 'E' { // which is told before any fault of the message
		return errAborted
	}
	cur := cursor{b: body}
	function := types.OID(uint32(cur.int32()))
	if cur.err != nil {
		return cur.err
	}
	prepared, err := s.PrepareCall(ctx, function)
	if err != nil {
		return err
	}
	var m callMessage
	params := prepared.Params()
	if err := decodeCall(cur.b, len(params), &m); err != nil {
		return err
	}
	args, err := c.decodeArguments(&m, params)
	if err != nil {
		return err
	}
	portal, err := c.session.Bind(ctx, prepared, args)
	if err != nil {
		return err
	}
	c.session.SetFinal(true)
	cols := prepared.Columns()
	// The encoder knows formats 0 and 1; another is refused when there is a value.
	c.rows.prepare(cols, []int16{m.resultFormat}, c.session.Format())
	out := callResult{enc: &c.rows, format: m.resultFormat}
	_, err = portal.Execute(ctx, 0, &out)
	portal.Close()
	if err != nil {
		return err
	}
	if err := c.endImplicit(ctx); err != nil {
		return err
	}
	c.out.buf = append(c.out.buf, out.message...)
	return nil
}

// decodeArguments turns a call's values into datums.
func (c *conn) decodeArguments(m *callMessage, params []types.OID) ([]types.Datum, error) {
	args := make([]types.Datum, len(params))
	cur := cursor{b: m.values}
	for i, t := range params {
		n := int(cur.int32())
		if n == -1 {
			args[i] = types.NullDatum
			continue
		}
		var err error
		if args[i], err = c.decodeArgument(t, cur.bytes(n), m.format(i)); err != nil {
			e := *asError(err)
			if e.Position = 0; e.Code == sqlerr.InvalidBinaryRepresentation && e.Message == "incorrect binary data format" {
				e.Message = fmt.Sprintf("incorrect binary data format in function argument %d", i+1)
			}
			return nil, &e
		}
	}
	return args, nil
}

func (c *conn) decodeArgument(t types.OID, b []byte, code int16) (types.Datum, error) {
	if code != 0 && code != 1 {
		return types.NullDatum, sqlerr.New(sqlerr.InvalidParameterValue, "unsupported format code: %d", code)
	}
	text := code == 0 || isString(t)
	if c.out.coder != nil && !types.IsASCII(alias(b)) {
		var err error
		if b, err = c.decodeValue(t, b, text); err != nil {
			return types.NullDatum, err
		}
	}
	if !text {
		return types.ParseBinary(t, -1, b)
	}
	if err := checkText(alias(b)); err != nil {
		return types.NullDatum, err
	}
	if isString(t) {
		return types.Text(string(b)), nil
	}
	return types.ParseText(t, -1, string(b), c.session.Format())
}

// callResult is the RowSink that makes a FunctionCallResponse of the one row.
type callResult struct {
	enc     *rowEncoder
	format  int16
	message []byte
}

// Rows encodes the result. The message is kept until the transaction has ended.
func (r *callResult) Rows(b *types.Batch) error {
	if b.N != 1 || len(b.Cols) != 1 {
		return sqlerr.New(sqlerr.InternalError, "a function call has %d results", b.N)
	}
	if v := &b.Cols[0]; !v.IsNull(0) && r.format != 0 && r.format != 1 {
		return sqlerr.New(sqlerr.InvalidParameterValue, "unsupported format code: %d", r.format)
	}
	w := r.enc.w
	start := len(w.buf)
	w.buf = append(w.buf, 'V', 0, 0, 0, 0)
	err := r.enc.value(0, &b.Cols[0], 0)
	n := len(w.buf) - start - 1
	if err == nil && n > maxRow {
		err = sqlerr.New(sqlerr.ProgramLimitExceeded, "result of %d bytes is too large for the protocol", n)
	}
	if err == nil {
		binary.BigEndian.PutUint32(w.buf[start+1:], uint32(n))
		r.message = append(r.message, w.buf[start:]...)
	}
	w.buf = w.buf[:start]
	return err
}
