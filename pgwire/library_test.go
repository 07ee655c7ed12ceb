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
	execute, unnamed := &pgproto3.Execute{}, make([]byte, 5)
	b.Run("execute/library", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if err := execute.Decode(unnamed); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("execute/own", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if err := decode(execute, unnamed); err != nil {
				b.Fatal(err)
			}
		}
	})
	benchmarkRows(b)
}

// benchmarkRows encodes batches of 1,000 rows of 24 columns: texts, and a
// number in each third. The library's values share one reused memory.
func benchmarkRows(b *testing.B) {
	const columns = 24
	var cols []plan.Column
	var oids []types.OID
	for i := range columns {
		oid := types.OIDText
		if i%3 == 0 {
			oid = types.OIDInt8
		}
		cols, oids = append(cols, plan.Column{Type: oid}), append(oids, oid)
	}
	batch := types.NewBatch(oids)
	for i := range 1000 {
		batch.N++
		for k, oid := range oids {
			if oid == types.OIDInt8 {
				batch.Cols[k].Append(types.Int(int64(i)))
			} else {
				batch.Cols[k].Append(types.Text("an answer of some length"))
			}
		}
	}
	b.Run("rows/library", func(b *testing.B) {
		b.ReportAllocs()
		row := &pgproto3.DataRow{Values: make([][]byte, columns)}
		var buf []byte
		scratch := make([]byte, 0, 4096)
		for range b.N {
			buf = buf[:0]
			for i := range batch.N {
				scratch = scratch[:0]
				for k := range batch.Cols {
					at := len(scratch)
					if v := &batch.Cols[k]; oids[k] == types.OIDInt8 {
						scratch = strconv.AppendInt(scratch, v.I[i], 10)
					} else {
						scratch = append(scratch, v.S[i]...)
					}
					row.Values[k] = scratch[at:]
				}
				buf, _ = row.Encode(buf)
			}
		}
	})
	b.Run("rows/own", func(b *testing.B) {
		b.ReportAllocs()
		w := &writer{mark: 1 << 30}
		e := rowEncoder{w: w}
		e.prepare(cols, nil, nil)
		for range b.N {
			w.buf = w.buf[:0]
			if err := e.Rows(batch); err != nil {
				b.Fatal(err)
			}
		}
	})
}
