package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// setConstraints carries out SET CONSTRAINTS. Only foreign keys of temporary tables
// are deferrable: for the rest ALL has nothing to set, and a name is of none that can
// be set.
func (s *Session) setConstraints(ctx context.Context, u *plan.SetConstraints) error {
	if s.txn.status == 'I' {
		s.warn(sqlerr.NoActiveSQLTransaction, "SET CONSTRAINTS can only be used in transaction blocks")
	}
	var keys []types.OID
	for _, n := range u.Names {
		found, err := s.deferrable(n, u.Deferred)
		if err != nil {
			return err
		}
		keys = append(keys, found...)
	}
	if len(u.Names) > 0 && len(keys) == 0 {
		return nil
	}
	t := &s.temp.tables
	t.DeferChecks(u.Deferred, keys...)
	if u.Deferred || !t.Waiting() {
		return nil
	}
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	return exec.Translate(t.Deferred(ctx, &env, true))
}

// deferrable lists the constraints of a name in the first schema that has some; to
// be deferred they must be deferrable.
func (s *Session) deferrable(n plan.QualifiedName, wait bool) (keys []types.OID, err error) {
	schemas := []string{n.Schema}
	if n.Schema == "" {
		schemas = s.searchPath(true)
	} else if _, ok := s.names.SchemaNamed(n.Schema); !ok {
		return nil, sqlerr.New(sqlerr.InvalidSchemaName, "schema \"%s\" does not exist", n.Schema)
	}
	rows, err := s.names.CatalogRows(&s.fn, "pg_constraint", "conname", types.Text(n.Name))
	if err != nil {
		return nil, err
	}
	for _, schema := range schemas {
		found := false
		oid, _ := s.names.SchemaByName(schema)
		for _, r := range rows {
			if types.OID(r.Get("connamespace").I) != oid {
				continue
			}
			found = true
			switch {
			case r.Get("condeferrable").I != 0:
				keys = append(keys, types.OID(r.Get("oid").I))
			case wait:
				return nil, sqlerr.New(sqlerr.WrongObjectType, "constraint \"%s\" is not deferrable", n.Name)
			}
		}
		if found {
			return keys, nil
		}
	}
	return nil, sqlerr.New(sqlerr.UndefinedObject, "constraint \"%s\" does not exist", n.Name)
}
