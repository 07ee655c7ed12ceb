package pgwire

import (
	"testing"

	"github.com/jackc/pgproto3/v2"
)

func BenchmarkLib(b *testing.B) {
	bind, _ := (&pgproto3.Bind{PreparedStatement: "q", Parameters: [][]byte{[]byte("drugs/semaglutide")}, ResultFormatCodes: []int16{1}}).Encode(nil)
	bind = bind[5:]
	exec := []byte{0, 0, 0, 0, 0}
	desc := []byte{'P', 0}
	b.Run("bind-lib", func(b *testing.B) {
		b.ReportAllocs()
		var m pgproto3.Bind
		for range b.N {
			_ = m.Decode(bind)
		}
	})
	b.Run("bind-own", func(b *testing.B) {
		b.ReportAllocs()
		var m bindMessage
		for range b.N {
			_ = decodeBind(bind, &m)
		}
	})
	b.Run("exec-lib", func(b *testing.B) {
		b.ReportAllocs()
		var m pgproto3.Execute
		for range b.N {
			_ = m.Decode(exec)
		}
	})
	b.Run("exec-own", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			cur := cursor{b: exec}
			_ = cur.cstring()
			_ = cur.int32()
		}
	})
	b.Run("desc-lib", func(b *testing.B) {
		b.ReportAllocs()
		var m pgproto3.Describe
		for range b.N {
			_ = m.Decode(desc)
		}
	})
	row := &pgproto3.DataRow{Values: [][]byte{[]byte("12345678"), []byte("an answer"), nil, []byte("zz")}}
	b.Run("datarow-lib", func(b *testing.B) {
		b.ReportAllocs()
		var buf []byte
		for range b.N {
			buf, _ = row.Encode(buf[:0])
		}
	})
}
