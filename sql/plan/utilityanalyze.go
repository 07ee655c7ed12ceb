package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Analyze is ANALYZE, and VACUUM, which has nothing to do here unless it is to
// analyze too.
type Analyze struct {
	Vacuum  bool
	Collect bool
	Targets []AnalyzeTarget // none: all tables
}

// AnalyzeTarget is a table with those of its columns that are to be looked at;
// none: all.
type AnalyzeTarget struct {
	Name    RelationName
	Columns []string
}

func analyzeStmt(n *pg.VacuumStmt, stmt *parser.Statement) (Utility, error) {
	a := &Analyze{Vacuum: n.IsVacuumcmd, Collect: !n.IsVacuumcmd}
	word := "ANALYZE"
	if a.Vacuum {
		word = "VACUUM"
	}
	for _, o := range n.Options {
		d := o.GetDefElem()
		name := strings.ToLower(d.Defname)
		switch {
		case name == "verbose", name == "skip_locked":
		case a.Vacuum && name == "analyze":
			on, err := optionBool(d)
			if err != nil {
				return nil, err
			}
			a.Collect = on
		case a.Vacuum && (name == "full" || name == "freeze" || name == "disable_page_skipping" || name == "index_cleanup" ||
			name == "process_toast" || name == "truncate" || name == "parallel"):
		default:
			return nil, sqlerr.New(sqlerr.SyntaxError, "unrecognized %s option %q", word, d.Defname).At(stmt.Position(d.Location))
		}
	}
	for _, r := range n.Rels {
		v := r.GetVacuumRelation()
		t := AnalyzeTarget{Name: v.Relation}
		for _, c := range v.VaCols {
			t.Columns = append(t.Columns, c.GetString_().Sval)
		}
		if len(t.Columns) > 0 && !a.Collect {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "ANALYZE option must be specified when a column list is provided")
		}
		a.Targets = append(a.Targets, t)
	}
	return a, nil
}

// Find returns the relation and the numbers of the columns, 0-based.
func (t AnalyzeTarget) Find(ctx BindContext) (rl *catalog.Relation, cols []int, err error) {
	b := newBinder(ctx, &parser.Statement{})
	defer b.recover(&err)
	if rl = b.find(t.Name); rl == nil {
		return nil, nil, sqlerr.New(sqlerr.UndefinedTable, `relation "%s" does not exist`, dotted(t.Name))
	}
	for i := range rl.Columns {
		if t.Columns == nil {
			cols = append(cols, i)
		}
	}
	seen := map[int]bool{}
	for _, name := range t.Columns {
		i := rl.ColumnIndex(name)
		if i < 0 {
			return nil, nil, sqlerr.New(sqlerr.UndefinedColumn, `column "%s" of relation "%s" does not exist`, name, rl.Name)
		}
		if seen[i] {
			return nil, nil, sqlerr.New(sqlerr.DuplicateColumn, `column "%s" of relation "%s" appears more than once`, name, rl.Name)
		}
		seen[i] = true
		cols = append(cols, i)
	}
	return rl, cols, nil
}

// ScanOf is a scan of a relation's columns.
func ScanOf(rl *catalog.Relation, cols []int) *Scan {
	n := &Scan{Rel: rl.OID, Name: rl.Name, Cols: cols, Temp: rl.Store == catalog.SessionStore}
	for _, i := range cols {
		c := &rl.Columns[i]
		n.Out = append(n.Out, Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod, Rel: rl.OID, Att: int16(i + 1)})
	}
	return n
}

// SampleOf is ScanOf of the claims whose ids are from one to another. Ids are
// hashes, so these are a random sample.
func SampleOf(rl *catalog.Relation, cols []int, from, to string) *Scan {
	n := ScanOf(rl, cols)
	n.Key = KeyCond{Index: ByIDRange, IDFrom: textConst(from), IDTo: textConst(to)}
	return n
}

// Ordered reports whether values of a type have an order.
func Ordered(t types.OID) bool { return hasOp("<", t) }
