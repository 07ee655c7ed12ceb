package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// The bits of the grammar's frame options.
const (
	frameNonDefault              = 0x1
	frameRows                    = 0x4
	frameGroups                  = 0x8
	frameStartUnboundedPreceding = 0x20
	frameEndUnboundedFollowing   = 0x100
	frameStartCurrent            = 0x200
	frameEndCurrent              = 0x400
	frameStartPreceding          = 0x800
	frameEndPreceding            = 0x1000
	frameStartFollowing          = 0x2000
	frameEndFollowing            = 0x4000
	frameExcludeCurrent          = 0x8000
	frameExcludeGroup            = 0x10000
	frameExcludeTies             = 0x20000

	frameRange    = 0x2
	frameDefaults = frameRange | frameStartUnboundedPreceding | frameEndCurrent
)

// frame binds a window's frame, over its keys.
func (s *scope) frame(d *windowDef, n *pg.WindowDef) {
	o := n.FrameOptions
	d.framed = o&frameNonDefault != 0
	f := &d.frame
	word := "RANGE"
	switch {
	case o&frameRows != 0:
		f.Mode, word = RowsFrame, "ROWS"
	case o&frameGroups != 0:
		f.Mode, word = GroupsFrame, "GROUPS"
	}
	f.Start = frameBound(o, frameStartPreceding, frameStartCurrent, frameStartFollowing, UnboundedPreceding)
	f.End = frameBound(o, frameEndPreceding, frameEndCurrent, frameEndFollowing, UnboundedFollowing)
	switch {
	case o&frameExcludeCurrent != 0:
		f.Exclude = ExcludeCurrentRow
	case o&frameExcludeGroup != 0:
		f.Exclude = ExcludeGroup
	case o&frameExcludeTies != 0:
		f.Exclude = ExcludeTies
	}
	offsets := n.StartOffset != nil || n.EndOffset != nil
	if f.Mode == RangeFrame && offsets && len(d.order) != 1 {
		s.failAt(n.Location, sqlerr.WindowingError, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
	}
	if f.Mode == GroupsFrame && len(d.order) == 0 {
		s.failAt(n.Location, sqlerr.WindowingError, "GROUPS mode requires an ORDER BY clause")
	}
	f.StartOffset, f.StartInRange = s.frameOffset(d, n.StartOffset, word)
	f.EndOffset, f.EndInRange = s.frameOffset(d, n.EndOffset, word)
}

func frameBound(o, preceding, current, following int32, unbounded FrameBound) FrameBound {
	switch {
	case o&preceding != 0:
		return OffsetPreceding
	case o&current != 0:
		return CurrentRow
	case o&following != 0:
		return OffsetFollowing
	}
	return unbounded
}

// frameOffset binds a bound's offset, and by RANGE finds the function that
// measures it.
func (s *scope) frameOffset(d *windowDef, n *pg.Node, word string) (Expr, types.OID) {
	if n == nil {
		return nil, 0
	}
	in := s.noAggs("window " + word)
	in.inWindow = false
	e := in.expr(n)
	want, fn := types.OIDInt8, types.OID(0)
	if d.frame.Mode == RangeFrame {
		want, fn = s.inRange(typeOf(d.order[0].Expr), typeOf(e), locate(n))
	}
	e = s.b.mustCoerce(e, want, locate(n), word)
	s.noColumns(e, locate(n), word)
	return e, fn
}

// noColumns complains of this level's columns in a clause that is evaluated
// once.
func (s *scope) noColumns(e Expr, location int32, clause string) {
	made := s.made()
	if colsOf(e).disjoint(made) {
		return
	}
	walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Col:
			if made.has(x.Index) {
				location = s.b.locOf(x)
			}
		case *subquery:
			for id := range freeCols(x.rel).all() {
				if made.has(id) {
					location = s.b.locIn(x.rel, id)
				}
			}
		}
		return true
	})
	s.failAt(location, sqlerr.InvalidColumnReference, "argument of %s must not contain variables", clause)
}

// inRange finds the in_range function of a column's type for an offset of some
// type, and the type that it takes.
func (s *scope) inRange(column, offset types.OID, location int32) (types.OID, types.OID) {
	prefer := offset
	if offset == types.OIDUnknown {
		prefer = column
	}
	have, matches := false, 0
	var want, fn types.OID
	for _, f := range functions.ByName("in_range") {
		if f.Args[0] != column {
			continue
		}
		have = true
		if !canCoerce([]types.OID{offset}, []types.OID{f.Args[2]}, implicit) {
			continue
		}
		matches++
		if want != prefer {
			want, fn = f.Args[2], f.OID
		}
	}
	col, off := types.FormatTypeBare(column), types.FormatTypeBare(offset)
	refuse := func(hint, format string, args ...any) {
		e := sqlerr.New(sqlerr.FeatureNotSupported, "RANGE with offset PRECEDING/FOLLOWING "+format, args...)
		if hint != "" {
			e = e.WithHint("%s", hint)
		}
		fail(s.b.at(location, e))
	}
	switch {
	case !have:
		refuse("", "is not supported for column type %s", col)
	case matches == 0:
		refuse("Cast the offset value to an appropriate type.", "is not supported for column type %s and offset type %s", col, off)
	case matches > 1 && want != prefer:
		refuse("Cast the offset value to the exact intended type.", "has multiple interpretations for column type %s and offset type %s", col, off)
	}
	return want, fn
}
