package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Do is DO: a block of code in a language, which runs once.
type Do struct {
	Language string
	Body     string
	Location int32 // of the constant that Body is
}

func (*Do) utility() {}

func doStmt(n *pg.DoStmt) (Utility, error) {
	d := &Do{Language: "plpgsql", Location: -1}
	var body, language bool
	for _, a := range n.Args {
		e := a.GetDefElem()
		said := &body
		if e.Defname == "language" {
			said = &language
			d.Language = e.Arg.GetString_().GetSval()
		} else {
			d.Body, d.Location = e.Arg.GetString_().GetSval(), e.Location
		}
		if *said {
			return nil, sqlerr.New(sqlerr.SyntaxError, "conflicting or redundant options")
		}
		*said = true
	}
	if !body {
		return nil, sqlerr.New(sqlerr.SyntaxError, "no inline code specified")
	}
	return d, nil
}
