package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

// makeBox takes the second point's coordinates for the higher ones where both are
// equal, 0 and -0: a box's input takes the first one's.
func makeBox(_ *geo, p, q point) box { return types.NewBox(q, p) }
func pointBox(_ *geo, p point) box   { return box{High: p, Low: p} }

func boxWidth(g *geo, b box) float64  { return g.sub(b.High.X, b.Low.X) }
func boxHeight(g *geo, b box) float64 { return g.sub(b.High.Y, b.Low.Y) }
func boxArea(g *geo, b box) float64   { return g.mul(boxWidth(g, b), boxHeight(g, b)) }
func boxCenter(g *geo, b box) point   { return g.middle(b.High, b.Low) }
func boxDiagonal(_ *geo, b box) lseg  { return lseg{b.High, b.Low} }

// boxCompare compares areas.
func boxCompare(op func(a, b float64) bool) func(*geo, box, box) bool {
	return func(g *geo, a, b box) bool { return op(boxArea(g, a), boxArea(g, b)) }
}

func boxSame(_ *geo, a, b box) bool {
	return types.SamePoint(a.High, b.High) && types.SamePoint(a.Low, b.Low)
}

func boxOverlap(_ *geo, a, b box) bool {
	return geoLe(a.Low.X, b.High.X) && geoLe(b.Low.X, a.High.X) && geoLe(a.Low.Y, b.High.Y) && geoLe(b.Low.Y, a.High.Y)
}

func boxContain(_ *geo, a, b box) bool {
	return geoGe(a.High.X, b.High.X) && geoLe(a.Low.X, b.Low.X) && geoGe(a.High.Y, b.High.Y) && geoLe(a.Low.Y, b.Low.Y)
}

func boxLeft(_ *geo, a, b box) bool      { return geoLt(a.High.X, b.Low.X) }
func boxOverleft(_ *geo, a, b box) bool  { return geoLe(a.High.X, b.High.X) }
func boxRight(_ *geo, a, b box) bool     { return geoGt(a.Low.X, b.High.X) }
func boxOverright(_ *geo, a, b box) bool { return geoGe(a.Low.X, b.Low.X) }
func boxBelow(_ *geo, a, b box) bool     { return geoLt(a.High.Y, b.Low.Y) }
func boxOverbelow(_ *geo, a, b box) bool { return geoLe(a.High.Y, b.High.Y) }
func boxAbove(_ *geo, a, b box) bool     { return geoGt(a.Low.Y, b.High.Y) }
func boxOverabove(_ *geo, a, b box) bool { return geoGe(a.Low.Y, b.Low.Y) }
func boxBelowEq(_ *geo, a, b box) bool   { return geoLe(a.High.Y, b.Low.Y) }
func boxAboveEq(_ *geo, a, b box) bool   { return geoGe(a.Low.Y, b.High.Y) }

// boxHasPoint leaves no room, unlike comparisons of boxes.
func boxHasPoint(_ *geo, b box, p point) bool {
	return b.High.X >= p.X && b.Low.X <= p.X && b.High.Y >= p.Y && b.Low.Y <= p.Y
}

func lsegInBox(g *geo, s lseg, b box) bool { return boxHasPoint(g, b, s[0]) && boxHasPoint(g, b, s[1]) }

func boxDistance(g *geo, a, b box) float64 { return g.dist(boxCenter(g, a), boxCenter(g, b)) }

func boxIntersect(g *geo, a, b box) (box, bool) {
	return box{
		High: point{X: least(a.High.X, b.High.X), Y: least(a.High.Y, b.High.Y)},
		Low:  point{X: greatest(a.Low.X, b.Low.X), Y: greatest(a.Low.Y, b.Low.Y)},
	}, boxOverlap(g, a, b)
}

func boundBox(_ *geo, a, b box) box {
	return box{
		High: point{X: greatest(a.High.X, b.High.X), Y: greatest(a.High.Y, b.High.Y)},
		Low:  point{X: least(a.Low.X, b.Low.X), Y: least(a.Low.Y, b.Low.Y)},
	}
}

func boxAdd(g *geo, b box, p point) box {
	return box{High: pointAdd(g, b.High, p), Low: pointAdd(g, b.Low, p)}
}

func boxSub(g *geo, b box, p point) box {
	return box{High: pointSub(g, b.High, p), Low: pointSub(g, b.Low, p)}
}

// boxMul and boxDiv turn the corners, so that others may become the highest and
// the lowest.
func boxMul(g *geo, b box, p point) box {
	return makeBox(g, pointMul(g, b.High, p), pointMul(g, b.Low, p))
}

func boxDiv(g *geo, b box, p point) box {
	return makeBox(g, pointDiv(g, b.High, p), pointDiv(g, b.Low, p))
}

func boxPolygon(_ *geo, b box) *polygon {
	return types.NewPolygon([]point{b.Low, {X: b.Low.X, Y: b.High.Y}, b.High, {X: b.High.X, Y: b.Low.Y}})
}

func boxCircle(g *geo, b box) circle {
	c := boxCenter(g, b)
	return circle{Center: c, Radius: g.dist(c, b.High)}
}

// boxSides are the sides of a box: left, top, bottom, right.
func boxSides(b box) [4]lseg {
	highLeft, lowRight := point{X: b.Low.X, Y: b.High.Y}, point{X: b.High.X, Y: b.Low.Y}
	return [4]lseg{{b.Low, highLeft}, {b.High, highLeft}, {b.Low, lowRight}, {b.High, lowRight}}
}

func lsegMeetsBox(g *geo, s lseg, b box) bool {
	around := box{
		High: point{X: greatest(s[0].X, s[1].X), Y: greatest(s[0].Y, s[1].Y)},
		Low:  point{X: least(s[0].X, s[1].X), Y: least(s[0].Y, s[1].Y)},
	}
	if !boxOverlap(g, around, b) {
		return false
	}
	if boxHasPoint(g, b, s[0]) || boxHasPoint(g, b, s[1]) {
		return true
	}
	for _, side := range boxSides(b) {
		if lsegIntersect(g, side, s) {
			return true
		}
	}
	return false
}

func lineMeetsBox(g *geo, l line, b box) bool {
	for _, side := range boxSides(b) {
		if lsegMeetsLine(g, side, l) {
			return true
		}
	}
	return false
}

// boxNearest is the point of a box, which is an area, that is nearest to a point.
func (g *geo) boxNearest(b box, p point) (at point, dist float64) {
	if boxHasPoint(g, b, p) {
		return p, 0
	}
	for i, side := range boxSides(b) {
		if q, d := g.lsegNearest(side, p); i == 0 || below(d, dist) {
			at, dist = q, d
		}
	}
	return at, dist
}

// boxNearestLseg is that to a segment. Where they meet it is the segment's nearest
// point to the box's centre.
func (g *geo) boxNearestLseg(b box, s lseg) (at point, dist float64) {
	if lsegMeetsBox(g, s, b) {
		at, _ = g.lsegNearest(s, boxCenter(g, b))
		return at, 0
	}
	for i, side := range boxSides(b) {
		if q, d := g.lsegNearestLseg(side, s); i == 0 || below(d, dist) {
			at, dist = q, d
		}
	}
	return at, dist
}

func distPointBox(g *geo, p point, b box) float64 {
	_, d := g.boxNearest(b, p)
	return d
}

func distLsegBox(g *geo, s lseg, b box) float64 {
	_, d := g.boxNearestLseg(b, s)
	return d
}

func closePointBox(g *geo, p point, b box) (point, bool) { return reached(g.boxNearest(b, p)) }
func closeLsegBox(g *geo, s lseg, b box) (point, bool)   { return reached(g.boxNearestLseg(b, s)) }

// Circles.

func circleArea(g *geo, c circle) float64     { return g.mul(g.mul(c.Radius, c.Radius), math.Pi) }
func circleDiameter(g *geo, c circle) float64 { return g.mul(c.Radius, 2) }
func circleRadius(_ *geo, c circle) float64   { return c.Radius }
func circleCenter(_ *geo, c circle) point     { return c.Center }

// circleCompare compares areas.
func circleCompare(op func(a, b float64) bool) func(*geo, circle, circle) bool {
	return func(g *geo, a, b circle) bool { return op(circleArea(g, a), circleArea(g, b)) }
}

func circleSame(_ *geo, a, b circle) bool {
	return (math.IsNaN(a.Radius) && math.IsNaN(b.Radius) || geoEq(a.Radius, b.Radius)) && types.SamePoint(a.Center, b.Center)
}

func circleOverlap(g *geo, a, b circle) bool {
	return geoLe(g.dist(a.Center, b.Center), g.add(a.Radius, b.Radius))
}

func circleContain(g *geo, a, b circle) bool {
	return geoLe(g.dist(a.Center, b.Center), g.sub(a.Radius, b.Radius))
}

func (g *geo) left(c circle) float64   { return g.sub(c.Center.X, c.Radius) }
func (g *geo) right(c circle) float64  { return g.add(c.Center.X, c.Radius) }
func (g *geo) bottom(c circle) float64 { return g.sub(c.Center.Y, c.Radius) }
func (g *geo) top(c circle) float64    { return g.add(c.Center.Y, c.Radius) }

func circleLeft(g *geo, a, b circle) bool      { return geoLt(g.right(a), g.left(b)) }
func circleOverleft(g *geo, a, b circle) bool  { return geoLe(g.right(a), g.right(b)) }
func circleRight(g *geo, a, b circle) bool     { return geoGt(g.left(a), g.right(b)) }
func circleOverright(g *geo, a, b circle) bool { return geoGe(g.left(a), g.left(b)) }
func circleBelow(g *geo, a, b circle) bool     { return geoLt(g.top(a), g.bottom(b)) }
func circleOverbelow(g *geo, a, b circle) bool { return geoLe(g.top(a), g.top(b)) }
func circleAbove(g *geo, a, b circle) bool     { return geoGt(g.bottom(a), g.top(b)) }
func circleOverabove(g *geo, a, b circle) bool { return geoGe(g.bottom(a), g.bottom(b)) }

func circleAdd(g *geo, c circle, p point) circle {
	return circle{Center: pointAdd(g, c.Center, p), Radius: c.Radius}
}

func circleSub(g *geo, c circle, p point) circle {
	return circle{Center: pointSub(g, c.Center, p), Radius: c.Radius}
}

func circleMul(g *geo, c circle, p point) circle {
	return circle{Center: pointMul(g, c.Center, p), Radius: g.mul(c.Radius, g.hypot(p.X, p.Y))}
}

func circleDiv(g *geo, c circle, p point) circle {
	return circle{Center: pointDiv(g, c.Center, p), Radius: g.div(c.Radius, g.hypot(p.X, p.Y))}
}

// apart is a distance that is not below 0: what overlaps is none apart.
func apart(d float64) float64 {
	if d < 0 {
		return 0
	}
	return d
}

func circleDistance(g *geo, a, b circle) float64 {
	return apart(g.sub(g.dist(a.Center, b.Center), g.add(a.Radius, b.Radius)))
}

func circleHasPoint(g *geo, c circle, p point) bool { return g.dist(c.Center, p) <= c.Radius }

func distPointCircle(g *geo, p point, c circle) float64 {
	return apart(g.sub(g.dist(p, c.Center), c.Radius))
}

func circleBox(g *geo, c circle) box {
	half := g.div(c.Radius, math.Sqrt2)
	return box{
		High: point{X: g.add(c.Center.X, half), Y: g.add(c.Center.Y, half)},
		Low:  point{X: g.sub(c.Center.X, half), Y: g.sub(c.Center.Y, half)},
	}
}

func rowMakeCircle(_ *Ctx, a []datum) (datum, error) {
	return types.Any(circle{Center: geoArg[point](a[0]), Radius: a[1].F}), nil
}
