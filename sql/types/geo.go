package types

import (
	"encoding/binary"
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// The values of the geometric types. They lie in Datum.A as they stand here, path
// and polygon behind a pointer.
type (
	// Point is a point of the plane.
	Point struct{ X, Y float64 }
	// Lseg is a line segment between two points.
	Lseg [2]Point
	// Line is all points with Ax + By + C = 0; A and B are not both 0.
	Line struct{ A, B, C float64 }
	// Box is a rectangle along the axes; no coordinate of Low is above that of High.
	Box struct{ High, Low Point }
	// Circle is a centre and a radius.
	Circle struct {
		Center Point
		Radius float64
	}
	// Path is points one after the other; a closed one returns to its first.
	Path struct {
		Closed bool
		Points []Point
	}
	// Polygon is the area inside a closed path; Bound is the box around it.
	Polygon struct {
		Points []Point
		Bound  Box
	}
)

// shape is what all geometric values can do.
type shape interface {
	// coords appends all numbers of the value.
	coords(dst []float64) []float64
	appendText(dst []byte, digits int) []byte
	appendBinary(dst []byte) []byte
}

// NewBox returns the box with two opposite corners, NaN being the greatest number.
func NewBox(p, q Point) Box {
	if compareFloat(p.X, q.X) < 0 {
		p.X, q.X = q.X, p.X
	}
	if compareFloat(p.Y, q.Y) < 0 {
		p.Y, q.Y = q.Y, p.Y
	}
	return Box{High: p, Low: q}
}

// NewPolygon returns the polygon with the points, of which there is one at least.
func NewPolygon(points []Point) *Polygon {
	b := Box{points[0], points[0]}
	for _, p := range points[1:] {
		if compareFloat(p.X, b.Low.X) < 0 {
			b.Low.X = p.X
		}
		if compareFloat(p.X, b.High.X) > 0 {
			b.High.X = p.X
		}
		if compareFloat(p.Y, b.Low.Y) < 0 {
			b.Low.Y = p.Y
		}
		if compareFloat(p.Y, b.High.Y) > 0 {
			b.High.Y = p.Y
		}
	}
	return &Polygon{Points: points, Bound: b}
}

// geoEpsilon is how far apart coordinates may lie that count as equal.
const geoEpsilon = 1e-6

// GeoZero reports whether a coordinate counts as 0.
func GeoZero(a float64) bool { return math.Abs(a) <= geoEpsilon }

// GeoEqual reports whether two coordinates count as equal.
func GeoEqual(a, b float64) bool { return a == b || math.Abs(a-b) <= geoEpsilon }

// SamePoint reports whether two points count as equal; those with a NaN only when
// they are so exactly.
func SamePoint(p, q Point) bool {
	if p.X != p.X || p.Y != p.Y || q.X != q.X || q.Y != q.Y {
		return compareFloat(p.X, q.X) == 0 && compareFloat(p.Y, q.Y) == 0
	}
	return GeoEqual(p.X, q.X) && GeoEqual(p.Y, q.Y)
}

func (p Point) coords(dst []float64) []float64 { return append(dst, p.X, p.Y) }

func (s Lseg) coords(dst []float64) []float64 { return appendCoords(dst, s[:]) }

func (l Line) coords(dst []float64) []float64 { return append(dst, l.A, l.B, l.C) }

func (b Box) coords(dst []float64) []float64 { return b.Low.coords(b.High.coords(dst)) }

func (c Circle) coords(dst []float64) []float64 { return append(c.Center.coords(dst), c.Radius) }

func (p *Path) coords(dst []float64) []float64 {
	closed := 0.0
	if p.Closed {
		closed = 1
	}
	return appendCoords(append(dst, closed), p.Points)
}

func (p *Polygon) coords(dst []float64) []float64 { return appendCoords(dst, p.Points) }

func appendCoords(dst []float64, points []Point) []float64 {
	for _, p := range points {
		dst = p.coords(dst)
	}
	return dst
}

// appendPoints prints points between parentheses of its own for each.
func appendPoints(dst []byte, points []Point, digits int) []byte {
	for i, p := range points {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(p.appendPair(append(dst, '('), digits), ')')
	}
	return dst
}

func (p Point) appendPair(dst []byte, digits int) []byte {
	return AppendFloat(append(AppendFloat(dst, p.X, 64, digits), ','), p.Y, 64, digits)
}

func (p Point) appendText(dst []byte, digits int) []byte {
	return append(p.appendPair(append(dst, '('), digits), ')')
}

func (s Lseg) appendText(dst []byte, digits int) []byte {
	return append(appendPoints(append(dst, '['), s[:], digits), ']')
}

func (l Line) appendText(dst []byte, digits int) []byte {
	dst = Point{l.A, l.B}.appendPair(append(dst, '{'), digits)
	return append(AppendFloat(append(dst, ','), l.C, 64, digits), '}')
}

func (b Box) appendText(dst []byte, digits int) []byte {
	return appendPoints(dst, []Point{b.High, b.Low}, digits)
}

func (c Circle) appendText(dst []byte, digits int) []byte {
	dst = append(c.Center.appendText(append(dst, '<'), digits), ',')
	return append(AppendFloat(dst, c.Radius, 64, digits), '>')
}

func (p *Path) appendText(dst []byte, digits int) []byte {
	if !p.Closed {
		return append(appendPoints(append(dst, '['), p.Points, digits), ']')
	}
	return append(appendPoints(append(dst, '('), p.Points, digits), ')')
}

func (p *Polygon) appendText(dst []byte, digits int) []byte {
	return append(appendPoints(append(dst, '('), p.Points, digits), ')')
}

func appendFloats(dst []byte, floats ...float64) []byte {
	for _, v := range floats {
		dst = appendFloatBinary(dst, OIDFloat8, v)
	}
	return dst
}

// appendCounted appends how many points there are, and the points.
func appendCounted(dst []byte, points []Point) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(points)))
	for _, p := range points {
		dst = p.appendBinary(dst)
	}
	return dst
}

func (p Point) appendBinary(dst []byte) []byte { return appendFloats(dst, p.X, p.Y) }

func (s Lseg) appendBinary(dst []byte) []byte { return s[1].appendBinary(s[0].appendBinary(dst)) }

func (l Line) appendBinary(dst []byte) []byte { return appendFloats(dst, l.A, l.B, l.C) }

func (b Box) appendBinary(dst []byte) []byte { return b.Low.appendBinary(b.High.appendBinary(dst)) }

func (c Circle) appendBinary(dst []byte) []byte {
	return appendFloats(c.Center.appendBinary(dst), c.Radius)
}

func (p *Path) appendBinary(dst []byte) []byte {
	closed := byte(0)
	if p.Closed {
		closed = 1
	}
	return appendCounted(append(dst, closed), p.Points)
}

func (p *Polygon) appendBinary(dst []byte) []byte { return appendCounted(dst, p.Points) }

// floatsOf reads n numbers at the start of b.
func floatsOf(b []byte, n int) ([]float64, error) {
	if len(b) < 8*n {
		return nil, errShort()
	}
	if len(b) > 8*n {
		return nil, errTrailing()
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Float64frombits(binary.BigEndian.Uint64(b[8*i:]))
	}
	return v, nil
}

// countedPoints reads what appendCounted wrote.
func countedPoints(t OID, b []byte) ([]Point, error) {
	if len(b) < 4 {
		return nil, errShort()
	}
	n := int32(binary.BigEndian.Uint32(b))
	if n <= 0 || n >= maxPoints {
		return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid number of points in external \"%s\" value", FormatTypeBare(t))
	}
	v, err := floatsOf(b[4:], 2*int(n))
	if err != nil {
		return nil, err
	}
	return pointsOf(v), nil
}

// maxPoints is the number of points whose size is beyond an int4.
const maxPoints = (math.MaxInt32 - 16) / 16

func pointsOf(v []float64) []Point {
	points := make([]Point, len(v)/2)
	for i := range points {
		points[i] = Point{v[2*i], v[2*i+1]}
	}
	return points
}

func parseGeoBinary(t OID, b []byte) (any, error) {
	switch t {
	case OIDPath:
		if len(b) == 0 {
			return nil, errShort()
		}
		points, err := countedPoints(t, b[1:])
		return &Path{Closed: b[0] != 0, Points: points}, err
	case OIDPolygon:
		points, err := countedPoints(t, b)
		if err != nil {
			return nil, err
		}
		return NewPolygon(points), nil
	}
	n := 4
	switch t {
	case OIDPoint:
		n = 2
	case OIDLine, OIDCircle:
		n = 3
	}
	v, err := floatsOf(b, n)
	if err != nil {
		return nil, err
	}
	switch t {
	case OIDPoint:
		return Point{v[0], v[1]}, nil
	case OIDLseg:
		return Lseg(pointsOf(v)), nil
	case OIDBox:
		p := pointsOf(v)
		return NewBox(p[0], p[1]), nil
	case OIDCircle:
		if v[2] < 0 {
			return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid radius in external \"circle\" value")
		}
		return Circle{Point{v[0], v[1]}, v[2]}, nil
	}
	if GeoZero(v[0]) && GeoZero(v[1]) {
		return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid line specification: A and B cannot both be zero")
	}
	return Line{v[0], v[1], v[2]}, nil
}

// compareShapes tells values apart exactly: no operator does that, but what moves
// values must know whether two are the same.
func compareShapes(a, b shape) int {
	var bufA, bufB [8]float64
	x, y := a.coords(bufA[:0]), b.coords(bufB[:0])
	for i := range min(len(x), len(y)) {
		if c := compareFloat(x[i], y[i]); c != 0 {
			return c
		}
	}
	return len(x) - len(y)
}

func hashShape(v shape, h uint64) uint64 {
	var buf [8]float64
	for _, x := range v.coords(buf[:0]) {
		h = hashFloat(x, h)
	}
	return h
}
