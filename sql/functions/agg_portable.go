package functions

import (
	"encoding/binary"
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/types"
)

// Portable is a State whose groups may go to another node, to be merged there.
type Portable interface {
	State
	// AppendGroups encodes groups [from, to).
	AppendGroups(dst []byte, from, to int) ([]byte, error)
	// ReadGroups decodes n groups into this state's first ones, for which Grow has
	// made room and to which nothing was added.
	ReadGroups(r *batch.Reader, n int)
}

// Travels reports whether a scalar function may run on another node than its
// session's: it is not volatile, and asks nothing of session or catalog.
func (f *Func) Travels() bool {
	return f.Kind == Scalar && !f.RetSet && !f.atHome && f.Volatility != 'v'
}

// atHome are the functions that ask the session, the catalog or the cluster.
func atHome() [][]Func {
	return [][]Func{
		sysSessionFuncs(), sysCatalogFuncs(), sysToolFuncs(), sysPrivilegeFuncs(), advisoryFuncs(), snapshotFuncs(), objectFuncs(),
		statRelationFuncs(), statServerFuncs(), clusterFuncs(), largeObjectFuncs(),
	}
}

func appendInts(dst []byte, vs []int64) []byte {
	for _, v := range vs {
		dst = binary.AppendVarint(dst, v)
	}
	return dst
}

func readInts(r *batch.Reader, vs []int64) {
	for i := range vs {
		vs[i] = r.Varint()
	}
}

func appendFloat(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

func readFloat(r *batch.Reader) float64 { return math.Float64frombits(r.Uint64()) }

func appendBools(dst []byte, vs []bool) []byte {
	for _, v := range vs {
		b := byte(0)
		if v {
			b = 1
		}
		dst = append(dst, b)
	}
	return dst
}

func readBools(r *batch.Reader, vs []bool) {
	for i, b := range r.Take(len(vs)) {
		vs[i] = b == 1
	}
}

// AppendGroups implements Portable.
func (s *countState) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	return appendInts(dst, s.n[from:to]), nil
}

// ReadGroups implements Portable.
func (s *countState) ReadGroups(r *batch.Reader, n int) { readInts(r, s.n[:n]) }

// AppendGroups implements Portable.
func (s *boolState) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	return append(dst, s.v[from:to]...), nil
}

// ReadGroups implements Portable.
func (s *boolState) ReadGroups(r *batch.Reader, n int) { copy(s.v[:n], r.Take(n)) }

// AppendGroups implements Portable.
func (s *bitState) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	return appendBools(appendInts(dst, s.v[from:to]), s.has[from:to]), nil
}

// ReadGroups implements Portable.
func (s *bitState) ReadGroups(r *batch.Reader, n int) {
	readInts(r, s.v[:n])
	readBools(r, s.has[:n])
}

// AppendGroups implements Portable.
func (s *intSum) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	return appendInts(appendInts(dst, s.sum[from:to]), s.n[from:to]), nil
}

// ReadGroups implements Portable.
func (s *intSum) ReadGroups(r *batch.Reader, n int) {
	readInts(r, s.sum[:n])
	readInts(r, s.n[:n])
}

// AppendGroups implements Portable.
func (s *bigSum) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	for _, v := range s.sum[from:to] {
		dst = binary.LittleEndian.AppendUint64(binary.AppendVarint(dst, v.hi), v.lo)
	}
	return appendInts(dst, s.n[from:to]), nil
}

// ReadGroups implements Portable.
func (s *bigSum) ReadGroups(r *batch.Reader, n int) {
	for i := range s.sum[:n] {
		s.sum[i] = int128{hi: r.Varint(), lo: r.Uint64()}
	}
	readInts(r, s.n[:n])
}

// AppendGroups implements Portable.
func (s *intervalSum) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	for _, v := range s.sum[from:to] {
		dst = appendInts(dst, []int64{int64(v.Months), int64(v.Days), v.Micros})
	}
	return appendInts(dst, s.n[from:to]), nil
}

// ReadGroups implements Portable.
func (s *intervalSum) ReadGroups(r *batch.Reader, n int) {
	for i := range s.sum[:n] {
		s.sum[i] = types.Interval{Months: int32(r.Varint()), Days: int32(r.Varint()), Micros: r.Varint()}
	}
	readInts(r, s.n[:n])
}

// AppendGroups implements Portable.
func (s *floatSum) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	for _, v := range s.sum[from:to] {
		dst = appendFloat(dst, v)
	}
	return appendBools(dst, s.has[from:to]), nil
}

// ReadGroups implements Portable.
func (s *floatSum) ReadGroups(r *batch.Reader, n int) {
	for i := range s.sum[:n] {
		s.sum[i] = readFloat(r)
	}
	readBools(r, s.has[:n])
}

// AppendGroups implements Portable.
func (s *floatMoments) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	for _, m := range s.m[from:to] {
		dst = appendFloat(appendFloat(appendFloat(dst, m.n), m.sx), m.sxx)
	}
	return dst, nil
}

// ReadGroups implements Portable.
func (s *floatMoments) ReadGroups(r *batch.Reader, n int) {
	for i := range s.m[:n] {
		s.m[i] = moments{readFloat(r), readFloat(r), readFloat(r)}
	}
}

// AppendGroups implements Portable.
func (s *numericStat) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	for i := from; i < to; i++ {
		x := &s.s[i]
		var err error
		for _, v := range []types.Datum{types.Any(fromBig(&x.sum, x.scale)), types.Any(fromBig(&x.squares, 2*x.scale))} {
			if dst, err = batch.AppendDatum(dst, types.OIDNumeric, v); err != nil {
				return dst, err
			}
		}
		dst = appendInts(dst, []int64{x.n, int64(x.scale), x.atScale, x.nan, x.pinf, x.ninf})
	}
	return dst, nil
}

// ReadGroups implements Portable.
func (s *numericStat) ReadGroups(r *batch.Reader, n int) {
	for i := range s.s[:n] {
		x := &s.s[i]
		sum, squares := r.Datum(types.OIDNumeric), r.Datum(types.OIDNumeric)
		if r.Bad() || !unscaled(&x.sum, sum) || !unscaled(&x.squares, squares) {
			r.Fail()
			return
		}
		x.n, x.scale, x.atScale = r.Varint(), int32(r.Varint()), r.Varint()
		x.nan, x.pinf, x.ninf = r.Varint(), r.Varint(), r.Varint()
	}
}

// AppendGroups implements Portable.
func (m *minMax) AppendGroups(dst []byte, from, to int) ([]byte, error) {
	for i := from; i < to; i++ {
		d, err := m.Result(nil, int32(i))
		if err == nil {
			dst, err = batch.AppendDatum(dst, m.t, d)
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// ReadGroups implements Portable.
func (m *minMax) ReadGroups(r *batch.Reader, n int) {
	for i := range n {
		d := r.Datum(m.t)
		if r.Bad() || d.Null {
			continue
		}
		m.has[i] = true
		switch m.rep {
		case types.RepInt:
			m.i[i] = d.I
		case types.RepFloat:
			m.f[i] = d.F
		case types.RepText:
			m.s[i] = d.S
		default:
			m.a[i] = d.A
		}
	}
}

// unscaled sets z to a decimal's digits, with its sign.
func unscaled(z *apd.BigInt, d types.Datum) bool {
	x, ok := d.A.(*apd.Decimal)
	if !ok {
		return false
	}
	z.Set(&x.Coeff)
	if x.Negative {
		z.Neg(z)
	}
	return true
}
