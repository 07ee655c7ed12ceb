package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Explain is EXPLAIN of a statement.
type Explain struct {
	Stmt     *parser.Statement
	Analyze  bool
	Verbose  bool
	Timing   bool
	Summary  bool
	Settings bool
	Costs    bool
	Buffers  bool
	WAL      bool
	Format   string // text, json, yaml, xml
}

func explainStmt(n *pg.ExplainStmt, stmt *parser.Statement, inner func(*pg.Node) *parser.Statement) (Utility, error) {
	e := &Explain{Stmt: inner(n.Query), Format: "text", Costs: true}
	var timing, summary, wal *bool
	for _, o := range n.Options {
		d := o.GetDefElem()
		var on bool
		var err error
		if d.Defname != "format" {
			on, err = optionBool(d)
		}
		switch d.Defname {
		case "analyze":
			e.Analyze = on
		case "verbose":
			e.Verbose = on
		case "settings":
			e.Settings = on
		case "timing":
			timing = &on
		case "summary":
			summary = &on
		case "wal":
			wal = &on
			e.WAL = on
		case "costs":
			e.Costs = on
		case "buffers":
			e.Buffers = on
		case "format":
			e.Format = strings.ToLower(constText(d.Arg))
			switch e.Format {
			case "text", "json", "yaml", "xml":
			default:
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized value for EXPLAIN option %q: %q", d.Defname, constText(d.Arg)).At(stmt.Position(d.Location))
			}
		default:
			return nil, sqlerr.New(sqlerr.SyntaxError, "unrecognized EXPLAIN option %q", d.Defname).At(stmt.Position(d.Location))
		}
		if err != nil {
			return nil, err
		}
	}
	e.Timing, e.Summary = e.Analyze, e.Analyze
	if timing != nil {
		e.Timing = *timing
	}
	if summary != nil {
		e.Summary = *summary
	}
	switch {
	case wal != nil && *wal && !e.Analyze:
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "EXPLAIN option WAL requires ANALYZE")
	case e.Timing && !e.Analyze:
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "EXPLAIN option TIMING requires ANALYZE")
	}
	return e, nil
}

// optionBool reads a truth value as PostgreSQL's options have it.
func optionBool(d *pg.DefElem) (bool, error) {
	switch strings.ToLower(constText(d.Arg)) {
	case "", "true", "on", "1":
		return true, nil
	case "false", "off", "0":
		return false, nil
	}
	return false, sqlerr.New(sqlerr.SyntaxError, "%s requires a Boolean value", d.Defname)
}
