package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/types"
)

// Lines.

func makeLine(g *geo, p, q point) line {
	l, err := types.NewLine(p, q)
	g.keep(0, err)
	return l
}

// lineAt is the line through a point with a slope.
func (g *geo) lineAt(p point, m float64) line {
	l, err := types.LineAt(p, m)
	g.keep(0, err)
	return l
}

func lineEq(g *geo, l, m line) bool {
	if hasNaN(l) || hasNaN(m) {
		return sameFloat(l.A, m.A) && sameFloat(l.B, m.B) && sameFloat(l.C, m.C)
	}
	ratio := 1.0
	switch {
	case !types.GeoZero(m.A):
		ratio = g.div(l.A, m.A)
	case !types.GeoZero(m.B):
		ratio = g.div(l.B, m.B)
	case !types.GeoZero(m.C):
		ratio = g.div(l.C, m.C)
	}
	return geoEq(l.A, g.mul(ratio, m.A)) && geoEq(l.B, g.mul(ratio, m.B)) && geoEq(l.C, g.mul(ratio, m.C))
}

func hasNaN(l line) bool { return math.IsNaN(l.A) || math.IsNaN(l.B) || math.IsNaN(l.C) }

func sameFloat(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func (g *geo) lineSlope(l line) float64 {
	switch {
	case types.GeoZero(l.A):
		return 0
	case types.GeoZero(l.B):
		return math.Inf(1)
	}
	return g.div(l.A, -l.B)
}

func (g *geo) lineInvSlope(l line) float64 {
	switch {
	case types.GeoZero(l.A):
		return math.Inf(1)
	case types.GeoZero(l.B):
		return 0
	}
	return g.div(l.B, l.A)
}

// lineInter is where two lines cross. It solves for the line that is not upright.
func lineInter(g *geo, l, m line) (point, bool) {
	if types.GeoZero(l.B) {
		if types.GeoZero(m.B) {
			return point{}, false
		}
		l, m = m, l
	}
	if geoEq(m.A, g.mul(l.A, g.div(m.B, l.B))) {
		return point{}, false
	}
	x := g.div(g.sub(g.mul(l.B, m.C), g.mul(m.B, l.C)), g.sub(g.mul(l.A, m.B), g.mul(m.A, l.B)))
	y := g.div(-g.add(g.mul(l.A, x), l.C), l.B)
	if x == 0 {
		x = 0 // not -0
	}
	if y == 0 {
		y = 0
	}
	return point{X: x, Y: y}, true
}

func lineIntersect(g *geo, l, m line) bool {
	_, ok := lineInter(g, l, m)
	return ok
}

func lineParallel(g *geo, l, m line) bool { return !lineIntersect(g, l, m) }

func linePerp(g *geo, l, m line) bool {
	switch {
	case types.GeoZero(l.A):
		return types.GeoZero(m.B)
	case types.GeoZero(m.A):
		return types.GeoZero(l.B)
	case types.GeoZero(l.B):
		return types.GeoZero(m.A)
	case types.GeoZero(m.B):
		return types.GeoZero(l.A)
	}
	return geoEq(g.div(g.mul(l.A, m.A), g.mul(l.B, m.B)), -1)
}

func lineVertical(_ *geo, l line) bool   { return types.GeoZero(l.B) }
func lineHorizontal(_ *geo, l line) bool { return types.GeoZero(l.A) }

func lineDistance(g *geo, l, m line) float64 {
	if lineIntersect(g, l, m) {
		return 0
	}
	usable := func(a, b float64) bool {
		return !types.GeoZero(a) && !math.IsNaN(a) && !types.GeoZero(b) && !math.IsNaN(b)
	}
	ratio := 1.0
	if usable(l.A, m.A) {
		ratio = g.div(l.A, m.A)
	} else if usable(l.B, m.B) {
		ratio = g.div(l.B, m.B)
	}
	return g.div(math.Abs(g.sub(l.C, g.mul(ratio, m.C))), g.hypot(l.A, l.B))
}

func lineHasPoint(g *geo, l line, p point) bool {
	return types.GeoZero(g.add(g.add(g.mul(l.A, p.X), g.mul(l.B, p.Y)), l.C))
}

// lineNearest is the point of a line that is nearest to another, and how far that
// is; NaN: there is none.
func (g *geo) lineNearest(l line, p point) (point, float64) {
	at, ok := lineInter(g, g.lineAt(p, g.lineInvSlope(l)), l)
	if !ok {
		return p, math.NaN()
	}
	return at, g.dist(at, p)
}

func distPointLine(g *geo, p point, l line) float64 {
	_, d := g.lineNearest(l, p)
	return d
}

// Segments.

func makeLseg(_ *geo, p, q point) lseg { return lseg{p, q} }

func lsegEq(_ *geo, s, t lseg) bool {
	return types.SamePoint(s[0], t[0]) && types.SamePoint(s[1], t[1])
}
func lsegNe(g *geo, s, t lseg) bool { return !lsegEq(g, s, t) }

// lsegCompare compares lengths.
func lsegCompare(op func(a, b float64) bool) func(*geo, lseg, lseg) bool {
	return func(g *geo, s, t lseg) bool { return op(lsegLength(g, s), lsegLength(g, t)) }
}

func lsegLength(g *geo, s lseg) float64   { return g.dist(s[0], s[1]) }
func lsegCenter(g *geo, s lseg) point     { return g.middle(s[0], s[1]) }
func lsegVertical(_ *geo, s lseg) bool    { return geoEq(s[0].X, s[1].X) }
func lsegHorizontal(_ *geo, s lseg) bool  { return geoEq(s[0].Y, s[1].Y) }
func lsegParallel(g *geo, s, t lseg) bool { return geoEq(g.lsegSlope(s), g.lsegSlope(t)) }
func lsegPerp(g *geo, s, t lseg) bool {
	return geoEq(g.lsegSlope(s), pointInvSlope(g, t[0], t[1]))
}

func (g *geo) lsegSlope(s lseg) float64 { return pointSlope(g, s[0], s[1]) }

func (g *geo) lsegLine(s lseg) line { return g.lineAt(s[0], g.lsegSlope(s)) }

func lsegHasPoint(g *geo, s lseg, p point) bool {
	return geoEq(g.dist(p, s[0])+g.dist(p, s[1]), lsegLength(g, s))
}

// lsegLineInter is where a segment crosses a line. An end that is as good as there
// is it itself.
func (g *geo) lsegLineInter(s lseg, l line) (point, bool) {
	at, ok := lineInter(g, g.lsegLine(s), l)
	switch {
	case !ok || !lsegHasPoint(g, s, at):
		return point{}, false
	case types.SamePoint(s[0], at):
		return s[0], true
	case types.SamePoint(s[1], at):
		return s[1], true
	}
	return at, true
}

func lsegMeetsLine(g *geo, s lseg, l line) bool {
	_, ok := g.lsegLineInter(s, l)
	return ok
}

func lsegInter(g *geo, s, t lseg) (point, bool) {
	at, ok := g.lsegLineInter(s, g.lsegLine(t))
	if !ok || !lsegHasPoint(g, t, at) {
		return point{}, false
	}
	return at, true
}

func lsegIntersect(g *geo, s, t lseg) bool {
	_, ok := lsegInter(g, s, t)
	return ok
}

// The nearest point of a segment to a line, a point and another segment.

func (g *geo) lsegNearestLine(s lseg, l line) (point, float64) {
	if at, ok := g.lsegLineInter(s, l); ok {
		return at, 0
	}
	d0, d1 := distPointLine(g, s[0], l), distPointLine(g, s[1], l)
	if d0 < d1 {
		return s[0], d0
	}
	return s[1], d1
}

func (g *geo) lsegNearest(s lseg, p point) (point, float64) {
	at, _ := g.lsegNearestLine(s, g.lineAt(p, pointInvSlope(g, s[0], s[1])))
	return at, g.dist(at, p)
}

func (g *geo) lsegNearestLseg(on, to lseg) (point, float64) {
	if at, ok := lsegInter(g, on, to); ok {
		return at, 0
	}
	at, dist := g.lsegNearest(on, to[0])
	if p, d := g.lsegNearest(on, to[1]); below(d, dist) {
		at, dist = p, d
	}
	for _, p := range on {
		if _, d := g.lsegNearest(to, p); below(d, dist) {
			at, dist = p, d
		}
	}
	return at, dist
}

func distLsegLine(g *geo, s lseg, l line) float64 {
	_, d := g.lsegNearestLine(s, l)
	return d
}

func distPointLseg(g *geo, p point, s lseg) float64 {
	_, d := g.lsegNearest(s, p)
	return d
}

func lsegDistance(g *geo, s, t lseg) float64 {
	_, d := g.lsegNearestLseg(s, t)
	return d
}

// reached is a nearest point, unless it is no distance at all away.
func reached(p point, d float64) (point, bool) { return p, !math.IsNaN(d) }

func closePointLine(g *geo, p point, l line) (point, bool) { return reached(g.lineNearest(l, p)) }
func closePointLseg(g *geo, p point, s lseg) (point, bool) { return reached(g.lsegNearest(s, p)) }

func closeLineLseg(g *geo, l line, s lseg) (point, bool) {
	if g.lsegSlope(s) == g.lineSlope(l) {
		return point{}, false
	}
	return reached(g.lsegNearestLine(s, l))
}

func closeLsegLseg(g *geo, s, t lseg) (point, bool) {
	if g.lsegSlope(s) == g.lsegSlope(t) {
		return point{}, false
	}
	return reached(g.lsegNearestLseg(t, s))
}

func pointOnLine(g *geo, p point, l line) bool { return lineHasPoint(g, l, p) }
func pointOnLseg(g *geo, p point, s lseg) bool { return lsegHasPoint(g, s, p) }
func lsegOnLine(g *geo, s lseg, l line) bool {
	return lineHasPoint(g, l, s[0]) && lineHasPoint(g, l, s[1])
}
