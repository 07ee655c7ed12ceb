package sql

import (
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// setConstraints carries out SET CONSTRAINTS. No constraint here is deferrable:
// ALL has nothing to set, and a name is of none that can be set.
func (s *Session) setConstraints(u *plan.SetConstraints) error {
	if s.txn.status == 'I' {
		s.warn(sqlerr.NoActiveSQLTransaction, "SET CONSTRAINTS can only be used in transaction blocks")
	}
	for _, n := range u.Names {
		schemas := []string{n.Schema}
		if n.Schema == "" {
			schemas = s.searchPath(true)
		} else if _, ok := s.names.SchemaNamed(n.Schema); !ok {
			return sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", n.Schema)
		}
		rows, err := s.names.CatalogRows(&s.fn, "pg_constraint", "conname", types.Text(n.Name))
		if err != nil {
			return err
		}
		found := false
		for _, schema := range schemas {
			oid, _ := s.names.SchemaByName(schema)
			for _, r := range rows {
				found = found || types.OID(r.Get("connamespace").I) == oid
			}
		}
		if !found {
			return sqlerr.New(sqlerr.UndefinedObject, "constraint \"%s\" does not exist", n.Name)
		}
		if u.Deferred {
			return sqlerr.New(sqlerr.WrongObjectType, "constraint \"%s\" is not deferrable", n.Name)
		}
	}
	return nil
}
