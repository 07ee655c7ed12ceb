package pgwire

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// frontend holds a connection's messages from its client, reused. Strings and
// lists are copies that the library made; handlers take them out, so that an
// idle connection keeps none.
type frontend struct {
	query    pgproto3.Query
	parse    pgproto3.Parse
	describe pgproto3.Describe
	execute  pgproto3.Execute
	close    pgproto3.Close
	sync     pgproto3.Sync
	flush    pgproto3.Flush
	copyDone pgproto3.CopyDone
	copyFail pgproto3.CopyFail
}

// decode decodes a message's body, which was read whole. Whatever the library
// makes of a body that is too short, too long or otherwise wrong, a panic
// included, is 08P01.
func decode(m pgproto3.FrontendMessage, body []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = malformed(m, body, fmt.Errorf("panic in decoder: %v", r))
		}
	}()
	if e, ok := m.(*pgproto3.Execute); ok && unnamedExecute(e, body) {
		return nil
	}
	if err := m.Decode(body); err != nil {
		return malformed(m, body, err)
	}
	if n := decodedSize(m, body); n != len(body) {
		return malformed(m, body, fmt.Errorf("%d bytes were decoded", n))
	}
	return nil
}

// unnamedExecute decodes the Execute that nearly all clients send, of the
// unnamed portal. The library allocates even for the empty name.
func unnamedExecute(m *pgproto3.Execute, body []byte) bool {
	if len(body) != 5 || body[0] != 0 {
		return false
	}
	m.Portal, m.MaxRows = "", binary.BigEndian.Uint32(body[1:])
	return true
}

// decodedSize returns the size of the body that a message was decoded from,
// where the library passes over what follows; elsewhere the body's.
func decodedSize(m pgproto3.FrontendMessage, body []byte) int {
	switch m := m.(type) {
	case *pgproto3.Parse:
		return len(m.Name) + len(m.Query) + 4 + 4*len(m.ParameterOIDs)
	case *pgproto3.Execute:
		return len(m.Portal) + 5
	}
	return len(body)
}

// malformed is a body that is not its message's.
func malformed(m pgproto3.FrontendMessage, body []byte, cause error) error {
	name := fmt.Sprintf("%T", m)
	name = name[strings.LastIndexByte(name, '.')+1:]
	return errFormat.WithDetail("The body (length %d) is not that of a message %s.", len(body), name).Wrap(cause)
}

// Faults of a message's body, shared because they carry nothing.
var (
	errShort  = sqlerr.New(sqlerr.ProtocolViolation, "insufficient data left in message")
	errString = sqlerr.New(sqlerr.ProtocolViolation, "invalid string in message")
	errFormat = sqlerr.New(sqlerr.ProtocolViolation, "invalid message format")
)

// checkText fails with PostgreSQL's 22021 unless s is UTF-8 without NUL.
func checkText(s string) error {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return nil
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if s[i] == 0 || r == utf8.RuneError && n == 1 {
			return encodingError(s[i:])
		}
		i += n
	}
	return nil
}

// encodingError names the bytes of the sequence that s starts with, as many as
// its first byte announces.
func encodingError(s string) error {
	n := 1
	switch {
	case s[0]&0xe0 == 0xc0:
		n = 2
	case s[0]&0xf0 == 0xe0:
		n = 3
	case s[0]&0xf8 == 0xf0:
		n = 4
	}
	var seq []byte
	for i, x := range []byte(s[:min(n, len(s))]) {
		if i > 0 {
			seq = append(seq, ' ')
		}
		seq = fmt.Appendf(seq, "0x%02x", x)
	}
	return sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": %s", seq)
}
