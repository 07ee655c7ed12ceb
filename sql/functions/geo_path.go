package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// edges calls f with the segments of a path until it gives false: that from the
// last point to the first comes first, in a closed one.
func edges(points []point, closed bool, f func(s lseg) bool) {
	for i := range points {
		switch {
		case i > 0:
			if !f(lseg{points[i-1], points[i]}) {
				return
			}
		case closed:
			if !f(lseg{points[len(points)-1], points[0]}) {
				return
			}
		}
	}
}

func pathPoints(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(len(geoArg[*path](a[0]).Points))), nil
}

func pathClosed(_ *geo, p *path) bool { return p.Closed }
func pathIsOpen(_ *geo, p *path) bool { return !p.Closed }

func pathClose(_ *geo, p *path) *path { return &path{Closed: true, Points: p.Points} }
func pathOpen(_ *geo, p *path) *path  { return &path{Points: p.Points} }

// pathCompare compares numbers of points.
func pathCompare(op func(a, b int) bool) func(*geo, *path, *path) bool {
	return func(_ *geo, a, b *path) bool { return op(len(a.Points), len(b.Points)) }
}

// rowPathArea is the area of a closed path, which need not be simple.
func rowPathArea(c *Ctx, a []datum) (datum, error) {
	p := geoArg[*path](a[0])
	if !p.Closed {
		return null, nil
	}
	return geoNum1(func(g *geo, p *path) float64 {
		area := 0.0
		for i, v := range p.Points {
			w := p.Points[(i+1)%len(p.Points)]
			area = g.add(area, g.mul(v.X, w.Y))
			area = g.sub(area, g.mul(v.Y, w.X))
		}
		return g.div(math.Abs(area), 2)
	})(c, a)
}

func pathLength(g *geo, p *path) float64 {
	sum := 0.0
	edges(p.Points, p.Closed, func(s lseg) bool {
		sum = g.add(sum, lsegLength(g, s))
		return true
	})
	return sum
}

// pathInter reports whether two paths meet anywhere.
func pathInter(g *geo, a, b *path) bool {
	if !boxOverlap(g, types.NewPolygon(a.Points).Bound, types.NewPolygon(b.Points).Bound) {
		return false
	}
	meet := false
	edges(a.Points, a.Closed, func(s lseg) bool {
		edges(b.Points, b.Closed, func(t lseg) bool {
			meet = lsegIntersect(g, s, t)
			return !meet
		})
		return !meet && !g.stopped()
	})
	return meet
}

// edgeDistance is the least distance between the segments of two paths; false:
// one of them has none.
func (g *geo) edgeDistance(a, b *path) (dist float64, ok bool) {
	edges(a.Points, a.Closed, func(s lseg) bool {
		edges(b.Points, b.Closed, func(t lseg) bool {
			if d := lsegDistance(g, s, t); !ok || below(d, dist) {
				dist, ok = d, true
			}
			return true
		})
		return !g.stopped()
	})
	return dist, ok
}

// geoDistance2 makes the code of a distance that may not be there.
func geoDistance2[A any](f func(*geo, A, A) (float64, bool)) RowFunc {
	return geoRow(func(g *geo, a []datum) datum {
		d, ok := f(g, geoArg[A](a[0]), geoArg[A](a[1]))
		if !ok {
			return null
		}
		return types.Float(d)
	})
}

func pathDistance(g *geo, a, b *path) (float64, bool) { return g.edgeDistance(a, b) }

func distPointPath(g *geo, p point, q *path) float64 {
	dist, some := 0.0, false
	edges(q.Points, q.Closed, func(s lseg) bool {
		if d := distPointLseg(g, p, s); !some || below(d, dist) {
			dist, some = d, true
		}
		return true
	})
	return dist
}

// pointOnPath reports whether a point lies on an open path, or within a closed one.
func pointOnPath(g *geo, p point, q *path) bool {
	if q.Closed {
		return g.inside(p, q.Points)
	}
	on := false
	edges(q.Points, false, func(s lseg) bool {
		on = geoEq(g.add(g.dist(p, s[0]), g.dist(p, s[1])), lsegLength(g, s))
		return !on
	})
	return on
}

// pathAdd puts open paths behind each other.
func pathAdd(g *geo, a, b *path) (*path, bool) {
	if a.Closed || b.Closed {
		return nil, false
	}
	if len(a.Points)+len(b.Points) > maxPoints {
		g.keep(0, types.TooManyPoints())
	}
	points := make([]point, 0, len(a.Points)+len(b.Points))
	return &path{Points: append(append(points, a.Points...), b.Points...)}, true
}

// maxPoints is how many points a value may have: beyond is more than PostgreSQL
// allocates.
const maxPoints = (1<<30 - 64) / 16

// pathMap does the same with each point.
func pathMap(f func(g *geo, p, q point) point) func(*geo, *path, point) *path {
	return func(g *geo, a *path, q point) *path {
		points := make([]point, len(a.Points))
		for i, p := range a.Points {
			points[i] = f(g, p, q)
		}
		return &path{Closed: a.Closed, Points: points}
	}
}

func pathPolygon(g *geo, p *path) *polygon {
	if !p.Closed {
		g.keep(0, sqlerr.New(sqlerr.InvalidParameterValue, "open path cannot be converted to polygon"))
	}
	return types.NewPolygon(p.Points)
}

// Polygons.

func polyPoints(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(len(geoArg[*polygon](a[0]).Points))), nil
}

func polyPath(_ *geo, p *polygon) *path { return &path{Closed: true, Points: p.Points} }
func polyBox(_ *geo, p *polygon) box    { return p.Bound }

// polyCircle goes around the mean of the points at the mean of their distances.
func polyCircle(g *geo, p *polygon) circle {
	var c circle
	n := float64(len(p.Points))
	for _, q := range p.Points {
		c.Center = pointAdd(g, c.Center, q)
	}
	c.Center = point{X: g.div(c.Center.X, n), Y: g.div(c.Center.Y, n)}
	for _, q := range p.Points {
		c.Radius = g.add(c.Radius, g.dist(q, c.Center))
	}
	c.Radius = g.div(c.Radius, n)
	return c
}

func polyCenter(g *geo, p *polygon) point { return polyCircle(g, p).Center }

// Where polygons lie goes by their boxes, exactly.

func polyLeft(_ *geo, a, b *polygon) bool      { return a.Bound.High.X < b.Bound.Low.X }
func polyOverleft(_ *geo, a, b *polygon) bool  { return a.Bound.High.X <= b.Bound.High.X }
func polyRight(_ *geo, a, b *polygon) bool     { return a.Bound.Low.X > b.Bound.High.X }
func polyOverright(_ *geo, a, b *polygon) bool { return a.Bound.Low.X >= b.Bound.Low.X }
func polyBelow(_ *geo, a, b *polygon) bool     { return a.Bound.High.Y < b.Bound.Low.Y }
func polyOverbelow(_ *geo, a, b *polygon) bool { return a.Bound.High.Y <= b.Bound.High.Y }
func polyAbove(_ *geo, a, b *polygon) bool     { return a.Bound.Low.Y > b.Bound.High.Y }
func polyOverabove(_ *geo, a, b *polygon) bool { return a.Bound.Low.Y >= b.Bound.Low.Y }

// polySame compares point by point, from any point on and in either direction.
func polySame(g *geo, a, b *polygon) bool {
	n := len(a.Points)
	if n != len(b.Points) {
		return false
	}
	for from := range n {
		if g.stopped() {
			return false
		}
		for _, step := range []int{1, n - 1} {
			i, at := 0, from
			for i < n && types.SamePoint(b.Points[at], a.Points[i]) {
				i, at = i+1, (at+step)%n
			}
			if i == n {
				return true
			}
		}
	}
	return false
}

func polyOverlap(g *geo, a, b *polygon) bool {
	if !boxOverlap(g, a.Bound, b.Bound) {
		return false
	}
	cross := false
	edges(a.Points, true, func(s lseg) bool {
		edges(b.Points, true, func(t lseg) bool {
			cross = lsegIntersect(g, s, t)
			return !cross
		})
		return !cross && !g.stopped()
	})
	// Without a crossing one of them may lie within the other.
	return cross || g.inside(a.Points[0], b.Points) || g.inside(b.Points[0], a.Points)
}

func polyContain(g *geo, a, b *polygon) bool {
	if !boxContain(g, a.Bound, b.Bound) {
		return false
	}
	within := true
	edges(b.Points, true, func(s lseg) bool {
		within = g.lsegInside(s[0], s[1], a.Points, 0)
		return within && !g.stopped()
	})
	return within
}

// maxCuts bounds how often parts of a segment are cut again: each takes stack.
const maxCuts = 100000

// lsegInside reports whether the segment from a to b lies within a polygon, as far
// as the polygon's edges from one on tell. The parts that an edge cuts it into are
// looked at one by one.
func (g *geo) lsegInside(a, b point, poly []point, from int) bool {
	if g.depth++; g.depth > maxCuts && g.err == nil {
		g.err = sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
	}
	defer func() { g.depth-- }()
	if g.stopped() {
		return false
	}
	t := lseg{a, b}
	cut := false
	for i := from; i < len(poly); i++ {
		s := lseg{poly[(i+len(poly)-1)%len(poly)], poly[i]}
		within := true
		switch onA, onB := lsegHasPoint(g, s, a), lsegHasPoint(g, s, b); {
		case onA && onB:
			return true
		case onA:
			within = g.touchingInside(a, b, s, poly, i+1)
		case onB:
			within = g.touchingInside(b, a, s, poly, i+1)
		default:
			if at, ok := lsegInter(g, t, s); ok {
				cut = true
				within = g.lsegInside(a, at, poly, i+1) && g.lsegInside(b, at, poly, i+1)
			}
		}
		if !within {
			return false
		}
	}
	return cut || g.inside(g.middle(a, b), poly)
}

// touchingInside is lsegInside for a segment of which a lies on the edge s and b
// does not. When the edge ends on the segment the rest of it is looked at.
func (g *geo) touchingInside(a, b point, s lseg, poly []point, from int) bool {
	t := lseg{a, b}
	ends := s[:]
	if types.SamePoint(a, s[0]) {
		ends = s[1:]
	} else if types.SamePoint(a, s[1]) {
		ends = s[:1]
	}
	for _, end := range ends {
		if lsegHasPoint(g, t, end) {
			return g.lsegInside(b, end, poly, from)
		}
	}
	return true // other edges tell
}

func polyHasPoint(g *geo, a *polygon, p point) bool { return g.inside(p, a.Points) }

func distPointPoly(g *geo, p point, a *polygon) float64 {
	if g.inside(p, a.Points) {
		return 0
	}
	first, last := a.Points[0], a.Points[len(a.Points)-1]
	dist := distPointLseg(g, p, lseg{first, last})
	edges(a.Points, false, func(s lseg) bool {
		dist = least(distPointLseg(g, p, s), dist)
		return true
	})
	return dist
}

func distCirclePoly(g *geo, c circle, a *polygon) float64 {
	return apart(g.sub(distPointPoly(g, c.Center, a), c.Radius))
}

func polyDistance(g *geo, a, b *polygon) (float64, bool) {
	if polyOverlap(g, a, b) {
		return 0, true
	}
	return g.edgeDistance(polyPath(g, a), polyPath(g, b))
}

func rowCirclePoly(c *Ctx, a []datum) (datum, error) {
	n, of := a[0].I, geoArg[circle](a[1])
	switch {
	case types.GeoZero(of.Radius):
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "cannot convert circle with radius zero to polygon")
	case n < 2:
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "must request at least 2 points")
	case n > maxPoints:
		return null, types.TooManyPoints()
	}
	g := &geo{c: c}
	points := make([]point, n)
	step := g.div(2*math.Pi, float64(n))
	for i := range points {
		angle := g.mul(step, float64(i))
		points[i] = point{
			X: g.sub(of.Center.X, g.mul(of.Radius, libmCos(angle))),
			Y: g.add(of.Center.Y, g.mul(of.Radius, libmSin(angle))),
		}
	}
	return types.Any(types.NewPolygon(points)), g.err
}

// rowCircle12 makes the polygon that a cast makes of a circle.
func rowCircle12(c *Ctx, a []datum) (datum, error) {
	return rowCirclePoly(c, []datum{types.Int(12), a[0]})
}

// inside reports whether a point lies in the area within points or on its edge: it
// counts how often the edge goes around.
func (g *geo) inside(p point, points []point) bool {
	first := pointSub(g, points[0], p)
	before, turns := first, 0
	for i := 1; i <= len(points); i++ {
		at := first
		if i < len(points) {
			at = pointSub(g, points[i], p)
		}
		n, on := g.crossing(at, before)
		if on {
			return true
		}
		turns += n
		before = at
	}
	return turns != 0
}

// crossing tells how the way between two points crosses the positive x axis: 2 for a
// whole crossing upward, -2 downward, half of it for one that begins or ends on the
// axis; or that it goes through the origin.
func (g *geo) crossing(at, before point) (n int, origin bool) {
	if types.GeoZero(at.Y) {
		return crossingAxis(at, before)
	}
	up := -1
	if geoGt(at.Y, 0) {
		up = 1
	}
	switch {
	case types.GeoZero(before.Y):
		if geoLt(before.X, 0) {
			return 0, false
		}
		return up, false
	case up < 0 && geoLt(before.Y, 0), up > 0 && geoGt(before.Y, 0):
		return 0, false
	case geoGe(at.X, 0) && geoGt(before.X, 0):
		return 2 * up, false
	case geoLt(at.X, 0) && geoLe(before.X, 0):
		return 0, false
	}
	z := g.sub(g.mul(g.sub(at.X, before.X), at.Y), g.mul(g.sub(at.Y, before.Y), at.X))
	switch {
	case types.GeoZero(z):
		return 0, true
	case up < 0 && geoLt(z, 0), up > 0 && geoGt(z, 0):
		return 0, false
	}
	return 2 * up, false
}

// crossingAxis is crossing where the way ends on the axis.
func crossingAxis(at, before point) (n int, origin bool) {
	flat := types.GeoZero(before.Y)
	switch {
	case types.GeoZero(at.X):
		return 0, true
	case geoGt(at.X, 0):
		if flat {
			return 0, !geoGt(before.X, 0)
		}
		if geoLt(before.Y, 0) {
			return 1, false
		}
		return -1, false
	case flat:
		return 0, !geoLt(before.X, 0)
	}
	return 0, false
}
