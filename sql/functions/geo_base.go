package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

type (
	point   = types.Point
	lseg    = types.Lseg
	line    = types.Line
	box     = types.Box
	circle  = types.Circle
	path    = types.Path
	polygon = types.Polygon
)

// geo calculates with coordinates. It keeps the first error, of what is out of
// range or of a statement that was canceled; what comes behind it is of no account.
type geo struct {
	c     *Ctx
	err   error
	depth int // of lsegInside
}

func (g *geo) keep(v float64, err error) float64 {
	if err != nil && g.err == nil {
		g.err = err
	}
	return v
}

func (g *geo) add(a, b float64) float64 { return g.keep(floatAdd(a, b, false)) }
func (g *geo) sub(a, b float64) float64 { return g.keep(floatSub(a, b, false)) }
func (g *geo) mul(a, b float64) float64 { return g.keep(floatMul(a, b, false)) }
func (g *geo) div(a, b float64) float64 { return g.keep(floatDiv(a, b, false)) }

// stopped reports whether nothing that comes is of account any more. Loops in loops
// over points ask it.
func (g *geo) stopped() bool {
	if g.err == nil && g.c != nil && g.c.Context != nil {
		g.err = g.c.Err()
	}
	return g.err != nil
}

// hypot is PostgreSQL's, which rounds otherwise than C's.
func (g *geo) hypot(x, y float64) float64 {
	if isInf(x) || isInf(y) {
		return math.Inf(1)
	}
	if math.IsNaN(x) || math.IsNaN(y) {
		return math.NaN()
	}
	x, y = math.Abs(x), math.Abs(y)
	if x < y {
		x, y = y, x
	}
	if y == 0 {
		return x
	}
	r := y / x
	v := x * math.Sqrt(1+float64(r*r))
	if isInf(v) {
		return g.keep(0, errFloatOverflow())
	}
	if v == 0 {
		return g.keep(0, errFloatUnderflow())
	}
	return v
}

// Comparisons of coordinates leave room for what calculation makes of them.
const geoRoom = 1e-6

func geoLt(a, b float64) bool { return a+geoRoom < b }
func geoLe(a, b float64) bool { return a <= b+geoRoom }
func geoGt(a, b float64) bool { return a > b+geoRoom }
func geoGe(a, b float64) bool { return a+geoRoom >= b }
func geoEq(a, b float64) bool { return types.GeoEqual(a, b) }
func geoNe(a, b float64) bool { return a != b && math.Abs(a-b) > geoRoom }

// below orders floats exactly, NaN being the greatest.
func below(a, b float64) bool {
	if math.IsNaN(a) {
		return false
	}
	return math.IsNaN(b) || a < b
}

func least(a, b float64) float64 {
	if below(a, b) {
		return a
	}
	return b
}

func greatest(a, b float64) float64 {
	if below(b, a) {
		return a
	}
	return b
}

func geoArg[T any](d datum) T {
	v, _ := d.A.(T)
	return v
}

// The makers of row code, by what a function gives: whether something is so, a
// number, a value, or a value that may not be there.

func geoIs1[A any](f func(*geo, A) bool) RowFunc {
	return geoRow(func(g *geo, a []datum) datum { return types.Bool(f(g, geoArg[A](a[0]))) })
}

func geoIs2[A, B any](f func(*geo, A, B) bool) RowFunc {
	return geoRow(func(g *geo, a []datum) datum { return types.Bool(f(g, geoArg[A](a[0]), geoArg[B](a[1]))) })
}

func geoNum1[A any](f func(*geo, A) float64) RowFunc {
	return geoRow(func(g *geo, a []datum) datum { return types.Float(f(g, geoArg[A](a[0]))) })
}

func geoNum2[A, B any](f func(*geo, A, B) float64) RowFunc {
	return geoRow(func(g *geo, a []datum) datum { return types.Float(f(g, geoArg[A](a[0]), geoArg[B](a[1]))) })
}

func geoGive1[A, R any](f func(*geo, A) R) RowFunc {
	return geoRow(func(g *geo, a []datum) datum { return types.Any(f(g, geoArg[A](a[0]))) })
}

func geoGive2[A, B, R any](f func(*geo, A, B) R) RowFunc {
	return geoRow(func(g *geo, a []datum) datum { return types.Any(f(g, geoArg[A](a[0]), geoArg[B](a[1]))) })
}

func geoMaybe2[A, B, R any](f func(*geo, A, B) (R, bool)) RowFunc {
	return geoRow(func(g *geo, a []datum) datum {
		v, ok := f(g, geoArg[A](a[0]), geoArg[B](a[1]))
		if !ok {
			return null
		}
		return types.Any(v)
	})
}

func geoRow(f func(g *geo, a []datum) datum) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		g := geo{c: c}
		d := f(&g, a)
		if g.err != nil {
			return null, g.err
		}
		return d, nil
	}
}

// turned exchanges the arguments of a function.
func turned[A, B, R any](f func(*geo, A, B) R) func(*geo, B, A) R {
	return func(g *geo, b B, a A) R { return f(g, a, b) }
}

// Points.

func pointEq(_ *geo, p, q point) bool    { return types.SamePoint(p, q) }
func pointNe(_ *geo, p, q point) bool    { return !types.SamePoint(p, q) }
func pointLeft(_ *geo, p, q point) bool  { return geoLt(p.X, q.X) }
func pointRight(_ *geo, p, q point) bool { return geoGt(p.X, q.X) }
func pointAbove(_ *geo, p, q point) bool { return geoGt(p.Y, q.Y) }
func pointBelow(_ *geo, p, q point) bool { return geoLt(p.Y, q.Y) }
func pointVert(_ *geo, p, q point) bool  { return geoEq(p.X, q.X) }
func pointHoriz(_ *geo, p, q point) bool { return geoEq(p.Y, q.Y) }

func (g *geo) dist(p, q point) float64 { return g.hypot(g.sub(p.X, q.X), g.sub(p.Y, q.Y)) }

func pointDistance(g *geo, p, q point) float64 { return g.dist(p, q) }

func pointAdd(g *geo, p, q point) point { return point{X: g.add(p.X, q.X), Y: g.add(p.Y, q.Y)} }
func pointSub(g *geo, p, q point) point { return point{X: g.sub(p.X, q.X), Y: g.sub(p.Y, q.Y)} }

// pointMul and pointDiv are those of complex numbers: they turn and scale.
func pointMul(g *geo, p, q point) point {
	return point{
		X: g.sub(g.mul(p.X, q.X), g.mul(p.Y, q.Y)),
		Y: g.add(g.mul(p.X, q.Y), g.mul(p.Y, q.X)),
	}
}

func pointDiv(g *geo, p, q point) point {
	by := g.add(g.mul(q.X, q.X), g.mul(q.Y, q.Y))
	return point{
		X: g.div(g.add(g.mul(p.X, q.X), g.mul(p.Y, q.Y)), by),
		Y: g.div(g.sub(g.mul(p.Y, q.X), g.mul(p.X, q.Y)), by),
	}
}

func pointSlope(g *geo, p, q point) float64 { return g.keep(types.Slope(p, q)) }

// pointInvSlope is the slope of what stands upright on the way from p to q.
func pointInvSlope(g *geo, p, q point) float64 {
	switch {
	case geoEq(p.X, q.X):
		return 0
	case geoEq(p.Y, q.Y):
		return math.Inf(1)
	}
	return g.div(g.sub(p.X, q.X), g.sub(q.Y, p.Y))
}

// middle is half way between two points.
func (g *geo) middle(p, q point) point {
	return point{X: g.div(g.add(p.X, q.X), 2), Y: g.div(g.add(p.Y, q.Y), 2)}
}

func rowMakePoint(_ *Ctx, a []datum) (datum, error) {
	return types.Any(point{X: a[0].F, Y: a[1].F}), nil
}
