package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"
)

// Reindex is REINDEX.
type Reindex struct {
	// What is to be done anew: INDEX, TABLE, SCHEMA, SYSTEM or DATABASE.
	What string
	// Relation is an index or a table, Name a schema or the database.
	Relation     RelationName
	Name         string
	Concurrently bool
}

func (*Reindex) utility() {}

func reindexStmt(n *pg.ReindexStmt) *Reindex {
	u := &Reindex{What: strings.TrimPrefix(n.Kind.String(), "REINDEX_OBJECT_"), Relation: n.Relation, Name: n.Name}
	for _, p := range n.Params {
		if p.GetDefElem().GetDefname() == "concurrently" {
			on := strings.ToLower(constText(p.GetDefElem().Arg))
			u.Concurrently = on != "false" && on != "off" && on != "0"
		}
	}
	return u
}
