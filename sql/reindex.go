package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// reindex is REINDEX. Of claims it builds the secondary indexes of this node's store
// anew, all of them at once, while queries go on with the old ones. Indexes of temporary
// tables are chains in memory that follow from the rows, and of the catalogs there are
// none that are stored: there is nothing to do for those.
func (s *Session) reindex(ctx context.Context, p *Prepared, u *plan.Reindex) error {
	var rels []*catalog.Relation
	switch u.What {
	case "INDEX", "TABLE":
		if u.Concurrently {
			if err := s.alonePlease(p, "REINDEX CONCURRENTLY"); err != nil {
				return err
			}
		}
		rel, err := s.toReindex(u)
		if err != nil {
			return err
		}
		rels = append(rels, rel)
	case "SCHEMA":
		if _, ok := s.names.SchemaNamed(u.Name); !ok {
			return sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", u.Name)
		}
	case "DATABASE":
		if u.Name != "" && u.Name != "stemedb" {
			return sqlerr.New(sqlerr.FeatureNotSupported, "can only reindex the currently open database")
		}
	}
	if u.Relation == nil {
		if err := s.alonePlease(p, "REINDEX "+u.What); err != nil {
			return err
		}
		for _, r := range s.eng.catalog.Relations() {
			if u.What == "DATABASE" || u.What == "SCHEMA" && r.Schema == u.Name {
				rels = append(rels, r)
			}
		}
	}
	for _, r := range rels {
		if r.Store == catalog.ClaimStore && s.eng.opt.Reindex != nil {
			return s.eng.opt.Reindex(ctx)
		}
	}
	return nil
}

// toReindex finds the table that REINDEX TABLE names, or that of the index that REINDEX
// INDEX names.
func (s *Session) toReindex(u *plan.Reindex) (*catalog.Relation, error) {
	name := u.Relation.Relname
	if schema := u.Relation.Schemaname; schema != "" {
		if _, ok := s.names.SchemaNamed(schema); !ok {
			return nil, sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", schema)
		}
		name = schema + "." + name
	}
	oid, ok := s.names.RelationByName(u.Relation.Schemaname, u.Relation.Relname)
	if !ok {
		return nil, sqlerr.New(sqlerr.UndefinedTable, "relation \"%s\" does not exist", name)
	}
	rel, isRelation := s.names.Relation(oid)
	switch {
	case u.What == "INDEX" && isRelation:
		return nil, sqlerr.New(sqlerr.WrongObjectType, "\"%s\" is not an index", u.Relation.Relname)
	case u.What == "TABLE" && (!isRelation || rel.Kind != 'r'):
		return nil, sqlerr.New(sqlerr.WrongObjectType, "\"%s\" is not a table or materialized view", u.Relation.Relname)
	case u.What == "TABLE":
		if len(rel.Indexes) == 0 {
			s.tell("table \""+rel.Name+"\" has no indexes to reindex", "")
		}
		return rel, nil
	}
	rows, err := s.names.CatalogRows(&s.fn, "pg_index", "indexrelid", types.Int(int64(oid)))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	rel, _ = s.names.Relation(types.OID(rows[0].Get("indrelid").I))
	return rel, nil
}
