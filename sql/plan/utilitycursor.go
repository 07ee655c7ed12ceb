package plan

import (
	"math"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// DeclareCursor is DECLARE name CURSOR FOR query.
type DeclareCursor struct {
	Name             string
	Query            *parser.Statement
	Binary, Hold     bool
	Scroll, NoScroll bool // neither: as the plan allows
}

// FetchAll is the count of FETCH ALL.
const FetchAll = math.MaxInt64

// FetchDirection says how Fetch.Count counts.
type FetchDirection uint8

// The directions of FETCH.
const (
	FetchForward FetchDirection = iota
	FetchBackward
	FetchAbsolute
	FetchRelative
)

// Fetch is FETCH and MOVE.
type Fetch struct {
	Name      string
	Direction FetchDirection
	Count     int64
	Move      bool
}

// CloseCursor is CLOSE; an empty name is ALL.
type CloseCursor struct{ Name string }

func (*DeclareCursor) utility() {}
func (*Fetch) utility()         {}
func (*CloseCursor) utility()   {}

// The bits of DeclareCursorStmt.options.
const (
	cursorBinary      = 1 << 0
	cursorScroll      = 1 << 1
	cursorNoScroll    = 1 << 2
	cursorInsensitive = 1 << 3
	cursorAsensitive  = 1 << 4
	cursorHold        = 1 << 5
)

func declareStmt(n *pg.DeclareCursorStmt, inner func(*pg.Node) *parser.Statement) (Utility, error) {
	has := func(bit int32) bool { return n.Options&bit != 0 }
	d := &DeclareCursor{
		Name: n.Portalname, Query: inner(n.Query), Binary: has(cursorBinary), Hold: has(cursorHold),
		Scroll: has(cursorScroll), NoScroll: has(cursorNoScroll),
	}
	d.Query.Kind = "SELECT"
	switch sel := n.Query.GetSelectStmt(); {
	case d.Scroll && d.NoScroll:
		return nil, sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot specify both %s and %s", "SCROLL", "NO SCROLL")
	case has(cursorInsensitive) && has(cursorAsensitive):
		return nil, sqlerr.New(sqlerr.InvalidCursorDefinition, "cannot specify both %s and %s", "ASENSITIVE", "INSENSITIVE")
	case sel != nil && writesInWith(sel):
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "DECLARE CURSOR must not contain data-modifying statements in WITH")
	}
	return d, nil
}

func writesInWith(sel *pg.SelectStmt) bool {
	for _, c := range sel.GetWithClause().GetCtes() {
		q := c.GetCommonTableExpr().GetCtequery()
		if q.GetInsertStmt() != nil || q.GetUpdateStmt() != nil || q.GetDeleteStmt() != nil {
			return true
		}
	}
	return false
}

func fetchStmt(n *pg.FetchStmt) Utility {
	f := &Fetch{Name: n.Portalname, Count: n.HowMany, Move: n.Ismove}
	switch n.Direction {
	case pg.FetchDirection_FETCH_BACKWARD:
		f.Direction = FetchBackward
	case pg.FetchDirection_FETCH_ABSOLUTE:
		f.Direction = FetchAbsolute
	case pg.FetchDirection_FETCH_RELATIVE:
		f.Direction = FetchRelative
	}
	return f
}

// ScansBackward reports whether PostgreSQL would run such a plan backward
// without keeping its rows: a cursor of one scrolls without being told to.
func ScansBackward(n Node) bool {
	switch n := n.(type) {
	case *Scan, *Sample, *Lens, *FunctionScan, *Sort, *CTERef:
		return true
	case *Values:
		return len(n.Rows) > 1
	case *Project:
		return ScansBackward(n.Input)
	case *Filter:
		return ScansBackward(n.Input)
	case *Gate:
		return ScansBackward(n.Input)
	case *Limit:
		return ScansBackward(n.Input)
	case *With:
		return ScansBackward(n.Body)
	case *SetOp:
		return n.Op == Union && n.All && ScansBackward(n.Left) && ScansBackward(n.Right)
	}
	return false
}
