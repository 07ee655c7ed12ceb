package batch

import (
	"encoding/binary"
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

// appendGeo encodes a geometric value number by number: the types' own binary
// forms refuse and reorder what calculations may give.
func appendGeo(dst []byte, a any) ([]byte, bool) {
	switch x := a.(type) {
	case types.Point:
		return appendPoints(append(dst, tagPoint), x), true
	case types.Lseg:
		return appendPoints(append(dst, tagLseg), x[:]...), true
	case types.Line:
		return appendFloats(append(dst, tagLine), x.A, x.B, x.C), true
	case types.Box:
		return appendPoints(append(dst, tagBox), x.High, x.Low), true
	case types.Circle:
		return appendFloats(append(dst, tagCircle), x.Center.X, x.Center.Y, x.Radius), true
	case *types.Path:
		closed := byte(0)
		if x.Closed {
			closed = 1
		}
		dst = binary.AppendUvarint(append(dst, tagPath, closed), uint64(len(x.Points)))
		return appendPoints(dst, x.Points...), true
	case *types.Polygon:
		dst = binary.AppendUvarint(append(dst, tagPolygon), uint64(len(x.Points)))
		return appendPoints(dst, x.Points...), true
	}
	return dst, false
}

func appendPoints(dst []byte, points ...types.Point) []byte {
	for _, p := range points {
		dst = appendFloats(dst, p.X, p.Y)
	}
	return dst
}

func appendFloats(dst []byte, floats ...float64) []byte {
	for _, v := range floats {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst
}

// geo decodes what appendGeo wrote behind a tag.
func (r *Reader) geo(tag byte) any {
	switch tag {
	case tagPoint:
		return r.point()
	case tagLseg:
		return types.Lseg{r.point(), r.point()}
	case tagLine:
		return types.Line{A: r.float(), B: r.float(), C: r.float()}
	case tagBox:
		return types.Box{High: r.point(), Low: r.point()}
	case tagCircle:
		return types.Circle{Center: r.point(), Radius: r.float()}
	case tagPath:
		closed := r.Take(1)
		return &types.Path{Closed: len(closed) == 1 && closed[0] == 1, Points: r.points()}
	case tagPolygon:
		return types.NewPolygon(r.points())
	}
	r.bad = true
	return nil
}

// points reads as many points as a count says, one at least.
func (r *Reader) points() []types.Point {
	n := r.Length()
	if n == 0 || n > len(r.rest)/16 {
		r.Fail()
		return []types.Point{{}}
	}
	points := make([]types.Point, n)
	for i := range points {
		points[i] = r.point()
	}
	return points
}

func (r *Reader) point() types.Point { return types.Point{X: r.float(), Y: r.float()} }

func (r *Reader) float() float64 {
	b := r.Take(8)
	if len(b) < 8 {
		r.bad = true
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}
