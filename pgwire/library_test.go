package pgwire

import (
	"strconv"
	"testing"

	"github.com/jackc/pgproto3/v2"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// BenchmarkLibrary compares what pgwire does itself with the library doing it;
// doc.go quotes the numbers.
func BenchmarkLibrary(b *testing.B) {
	m := &pgproto3.Bind{
		PreparedStatement: "stmtcache_1", ParameterFormatCodes: []int16{0}, ResultFormatCodes: []int16{1},
		Parameters: [][]byte{[]byte("drugs/semaglutide")},
	}
	whole, err := m.Encode(nil)
	if err != nil {
		b.Fatal(err)
	}
	body := whole[5:]
	b.Run("bind/library", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if err := m.Decode(body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bind/own", func(b *testing.B) {
		b.ReportAllocs()
		var m bindMessage
		for range b.N {
			if err := decodeBind(body, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
	execute := &pgproto3.Execute{}
	b.Run("execute/library", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if err := execute.Decode(make([]byte, 5)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("execute/own", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if err := decode(execute, make([]byte, 5)); err != nil {
				b.Fatal(err)
			}
		}
	})
	benchmarkRows(b)
}

// benchmarkRows encodes batches of 1,000 rows of a number and a text.
func benchmarkRows(b *testing.B) {
	batch := types.NewBatch([]types.OID{types.OIDInt4, types.OIDText})
	for i := range 1000 {
		batch.N++
		batch.Cols[0].Append(types.Int(int64(i)))
		batch.Cols[1].Append(types.Text("an answer"))
	}
	b.Run("rows/library", func(b *testing.B) {
		b.ReportAllocs()
		row := &pgproto3.DataRow{Values: make([][]byte, 2)}
		var buf, number, text []byte
		for range b.N {
			buf = buf[:0]
			for i := range batch.N {
				number = strconv.AppendInt(number[:0], batch.Cols[0].I[i], 10)
				text = append(text[:0], batch.Cols[1].S[i]...)
				row.Values[0], row.Values[1] = number, text
				buf, _ = row.Encode(buf)
			}
		}
	})
	b.Run("rows/own", func(b *testing.B) {
		b.ReportAllocs()
		w := &writer{mark: 1 << 30}
		e := rowEncoder{w: w}
		e.prepare([]plan.Column{{Type: types.OIDInt4}, {Type: types.OIDText}}, nil, nil)
		for range b.N {
			w.buf = w.buf[:0]
			if err := e.Rows(batch); err != nil {
				b.Fatal(err)
			}
		}
	})
}
