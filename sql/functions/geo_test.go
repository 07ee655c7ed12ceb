package functions

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// star is a polygon whose n points lie on a circle, every other one further in.
func star(n int, x, y float64) *polygon {
	points := make([]point, n)
	for i := range points {
		r, angle := 10-5*float64(i%2), 2*math.Pi*float64(i)/float64(n)
		points[i] = point{X: x + r*math.Cos(angle), Y: y + r*math.Sin(angle)}
	}
	return types.NewPolygon(points)
}

// TestGeoStops: loops over two polygons' points end when the statement does.
func TestGeoStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := &Ctx{Context: ctx}
	for name, row := range map[string]RowFunc{
		"overlap":  geoIs2(polyOverlap),
		"contain":  geoIs2(polyContain),
		"distance": geoDistance2(polyDistance),
		"same":     geoIs2(polySame),
	} {
		p, q := types.Any(star(50000, 0, 0)), types.Any(star(50000, 15, 15)) // the boxes around them meet
		if name == "contain" || name == "same" {
			q = p
		}
		if _, err := row(c, []datum{p, q}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestGeoCutsDeep: a segment that a polygon's edges cut again and again takes a
// bounded stack.
func TestGeoCutsDeep(t *testing.T) {
	comb := func(teeth int) *polygon {
		var points []point
		for i := range teeth {
			points = append(points, point{X: float64(teeth - i), Y: 1}, point{X: float64(teeth-i) - 0.5, Y: -1})
		}
		return types.NewPolygon(points)
	}
	for _, c := range []struct {
		teeth int
		code  string
	}{{50, ""}, {2 * maxCuts, sqlerr.StatementTooComplex}} {
		g := &geo{}
		g.lsegInside(point{X: -1}, point{X: float64(c.teeth) + 1}, comb(c.teeth).Points, 0)
		if c.code == "" && g.err != nil || c.code != "" && sqlerr.From(g.err).Code != c.code {
			t.Errorf("%d teeth: %v", c.teeth, g.err)
		}
	}
}

// TestGeoAgree: what operators say of random polygons fits together.
func TestGeoAgree(t *testing.T) {
	g := &geo{}
	for i := range 200 {
		a, b := star(6+i%7, 0, 0), star(6+i%5, float64(i)/5, 0)
		apart, ok := polyDistance(g, a, b)
		switch {
		case !ok || apart < 0:
			t.Errorf("%d: distance %v, %v", i, apart, ok)
		case polyOverlap(g, a, b) != (apart == 0):
			t.Errorf("%d: overlap %v, distance %v", i, polyOverlap(g, a, b), apart)
		case polyContain(g, a, b) && !polyOverlap(g, a, b):
			t.Errorf("%d: contains, but does not overlap", i)
		case !polySame(g, a, types.NewPolygon(append(a.Points[2:len(a.Points):len(a.Points)], a.Points[:2]...))):
			t.Errorf("%d: a polygon is another from its third point on", i)
		}
		if center := polyCenter(g, a); distPointPoly(g, center, a) != 0 {
			t.Errorf("%d: the centre %v lies outside", i, center)
		}
	}
	if g.err != nil {
		t.Error(g.err)
	}
}
