package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// FirstOwnOID is where functions begin that PostgreSQL does not have. They lie
// in pg_catalog beside its own, so that no search_path hides them, and their
// names begin with stemedb_. An OID, once given, stays: views and plans of other
// nodes name functions by it.
const FirstOwnOID types.OID = 17000

// Own reports whether PostgreSQL has no such function.
func (f *Func) Own() bool { return f.OID >= FirstOwnOID }

// Parallel is pg_proc.proparallel: restricted to the session's own worker are
// volatile functions, and with them all that change something.
func (f *Func) Parallel() byte {
	if f.Volatility == 'v' {
		return 'r'
	}
	return 's'
}

// Permit refuses a function to a session whose role may not execute it.
func (f *Func) Permit(c *Ctx) error {
	if !f.Restricted {
		return nil
	}
	role, _ := c.catalog().RoleByName(c.session().User())
	if held, _ := c.catalog().Privileges(role, "function", f.OID, 0, types.PrivExecute, 0); held != 0 {
		return nil
	}
	return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for function %s", f.Name)
}

// allow refuses a call that the session, or its transaction, may not make.
func (f *Func) allow(c *Ctx) error {
	if err := f.Permit(c); err != nil {
		return err
	}
	if f.Changes && c.ReadOnly {
		return sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute %s() in a read-only transaction", f.Name)
	}
	return nil
}

// guard puts allow before the code of a function that not every call may run:
// whatever way leads to the code leads past it.
func (f *Func) guard() {
	if !f.Restricted && !f.Changes {
		return
	}
	if row := f.Row; row != nil {
		f.Row = func(c *Ctx, a []datum) (datum, error) {
			if err := f.allow(c); err != nil {
				return null, err
			}
			return row(c, a)
		}
	}
	if set := f.Set; set != nil {
		f.Set = func(c *Ctx, a []datum) (SetIter, error) {
			if err := f.allow(c); err != nil {
				return nil, err
			}
			return set(c, a)
		}
	}
}
