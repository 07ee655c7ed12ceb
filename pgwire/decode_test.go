package pgwire

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// TestDecodeGuard feeds every decoder the prefixes of a good body, and bodies
// of one byte: an error, if any, is 08P01, and nothing panics.
func TestDecodeGuard(t *testing.T) {
	messages := []pgproto3.FrontendMessage{
		&pgproto3.Query{String: "q"}, &pgproto3.Parse{Name: "n", Query: "q", ParameterOIDs: []uint32{23, 25}},
		&pgproto3.Describe{ObjectType: 'S', Name: "n"}, &pgproto3.Execute{Portal: "p", MaxRows: 7}, &pgproto3.Execute{MaxRows: 7},
		&pgproto3.Close{ObjectType: 'P', Name: "n"}, &pgproto3.Sync{}, &pgproto3.Flush{}, &pgproto3.CopyDone{},
		&pgproto3.CopyFail{Message: "m"},
		&saslInitialResponse{SASLInitialResponse: pgproto3.SASLInitialResponse{AuthMechanism: "m", Data: []byte("data")}},
	}
	for _, m := range messages {
		whole, err := m.Encode(nil)
		if err != nil {
			t.Fatal(err)
		}
		body := whole[5:]
		if err := decode(m, body); err != nil {
			t.Errorf("%T: %v", m, err)
		}
		bodies := [][]byte{append(body[:len(body):len(body)], 'x')}
		for n := range body {
			bodies = append(bodies, body[:n])
		}
		for _, b := range bodies {
			err := decode(m, b)
			var e *sqlerr.Error
			if !errors.As(err, &e) || e.Code != sqlerr.ProtocolViolation || e.Detail == "" {
				t.Errorf("%T of %x: %v", m, b, err)
			}
		}
	}
}

// TestLibraryPanics: the frames of the fuzz seeds do make the library panic,
// so that the guard is not kept for nothing.
func TestLibraryPanics(t *testing.T) {
	panics := func(m pgproto3.FrontendMessage, body string) (yes bool) {
		b, err := hex.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		if err := decode(m, b); err == nil {
			t.Errorf("%T of %q was decoded", m, body)
		}
		defer func() { yes = recover() != nil }()
		_ = m.Decode(b)
		return false
	}
	for body, m := range map[string]pgproto3.FrontendMessage{
		"":     &pgproto3.Query{},
		"4100": &pgproto3.SASLInitialResponse{},
	} {
		if !panics(m, body) {
			t.Errorf("%T of %q does not panic", m, body)
		}
	}
	if !panics(&pgproto3.CopyFail{}, "") {
		t.Error("CopyFail")
	}
}

// TestSASLLength: the length in a SASLInitialResponse is not passed over.
func TestSASLLength(t *testing.T) {
	body := func(n int32, data string) []byte {
		return append(binary.BigEndian.AppendUint32([]byte("m\x00"), uint32(n)), data...)
	}
	for _, c := range []struct {
		body       []byte
		ok, absent bool
	}{
		{body(2, "ab"), true, false}, {body(0, ""), true, false}, {body(-1, ""), true, true},
		{body(1, "ab"), false, false}, {body(3, "ab"), false, false}, {body(-1, "ab"), false, false}, {body(-2, ""), false, false},
	} {
		var m saslInitialResponse
		if err := decode(&m, c.body); (err == nil) != c.ok || c.ok && m.absent != c.absent {
			t.Errorf("%q: %v, absent %v", c.body, err, m.absent)
		}
	}
}

// TestEncodeEdges: what the library would leave out or let through.
func TestEncodeEdges(t *testing.T) {
	var w writer
	printed := func() string {
		typ, body := w.buf[0], w.buf[5:]
		if n := int(binary.BigEndian.Uint32(w.buf[1:])); n != len(body)+4 {
			t.Errorf("length %d of %d bytes", n, len(body)+4)
		}
		w.buf = w.buf[:0]
		return printMessage(typ, body)
	}
	w.reportError(&sqlerr.Error{Code: "22000"}, 0)
	if got := printed(); got != "ErrorResponse S=ERROR V=ERROR C=22000 M=" {
		t.Error(got)
	}
	w.reportNotice(&sqlerr.Error{Message: "cut\x00here", Position: 3}, 4)
	if got := printed(); got != "NoticeResponse S=NOTICE V=NOTICE C=00000 M=cut P=7" {
		t.Error(got)
	}
	w.rowDescription([]plan.Column{{Name: "a\x00b", Type: types.OIDInt4, Typmod: -1}, {Name: "", Type: types.OIDText, Att: -1}}, []int16{1, 0})
	if got := printed(); !strings.HasPrefix(got, "RowDescription a(type 23 len 4 mod -1 rel 0.0 fmt 1) (type 25") {
		t.Error(got)
	}
	w.parameterDescription([]types.OID{types.OIDInt4})
	if got := printed(); got != "ParameterDescription[23]" {
		t.Error(got)
	}
	w.commandComplete("SELECT 1\x00")
	if got := printed(); got != `CommandComplete "SELECT 1"` {
		t.Error(got)
	}
}
