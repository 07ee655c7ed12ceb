package sql

import (
	"context"
	"strconv"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Temporary tables live in the session (exec.TempTables), which is also where
// their transactions are kept. The session's catalog shows them, and as long as
// there are any its plans are kept apart from those of other sessions.

// tempState is what a session knows of its temporary tables.
type tempState struct {
	tables exec.TempTables
	schema catalog.Schema // zero until the first table is made
	some   bool           // there are tables
	epoch  uint64         // counts changes of the tables' declarations
	plans  *planCache     // of this epoch; nil: none yet
	stats  tableStatistics

	routines tempRoutines
}

// mark and rollbackTo let savepoints take temporary tables back.
func (t *tempState) mark() int           { return int(t.tables.Mark()) }
func (t *tempState) rollbackTo(mark int) { t.tables.RollbackTo(exec.TempMark(mark)) }

// maxTempPlans bounds the plans that a session keeps for itself.
const maxTempPlans = 128

// tempSchema makes the schema of the session's temporary tables.
func (s *Session) tempSchema() {
	t := &s.temp
	if t.schema.OID != 0 {
		return
	}
	t.schema = catalog.Schema{OID: catalog.OIDTempSchema, Name: catalog.TempSchema + "_" + strconv.Itoa(int(s.opt.PID))}
	t.tables.Changed = s.tempChanged
	t.tables.SetForeignActions(s.foreignAction)
	s.tempChanged(nil)
}

// tempChanged is told the tables whenever they are not what they were.
func (s *Session) tempChanged(rels []*catalog.Relation) {
	s.temp.epoch++
	s.temp.some, s.temp.plans = len(rels)+len(s.temp.routines.list) > 0, nil
	s.temp.stats.keep(rels)
	s.names.SetOwn(s.temp.schema, rels, s.temp.routines.list)
}

// plans returns the cache that the session's plans go into.
func (s *Session) plans() *planCache {
	if !s.temp.some {
		return s.eng.plans
	}
	if s.temp.plans == nil {
		s.temp.plans = newPlanCache(maxTempPlans)
	}
	return s.temp.plans
}

// planEnv is what a plan depends on beyond its text and parameters. The zero
// value is that of no plan.
type planEnv struct {
	settings   string // their fingerprint
	temp       uint64 // epoch of the session's temporary tables; 0: it has none
	objects    uint64 // number of the layer that statements made; 0: none
	closed     string // schemas that the current role may not use
	user       string // what "$user" of search_path means; empty: nothing
	statistics uint64 // of relations that all sessions see: how often they came
}

func (s *Session) planEnv() planEnv {
	env := planEnv{settings: s.settings.fingerprint(), user: s.who.schema, closed: s.who.closed, statistics: s.eng.stats.changes.Load()}
	if s.temp.some {
		env.temp = s.temp.epoch
	}
	if s.objects.layer != nil {
		env.objects = s.objects.seq
	}
	return env
}

// tempEnd ends the transaction of the temporary tables.
func (s *Session) tempEnd(commit bool) {
	switch t := &s.temp.tables; {
	case t.Idle():
	case commit:
		t.Commit()
	default:
		t.RollbackTo(0)
	}
	s.temp.routines.end(commit)
}

// tableStatement carries out a statement about tables; ok is false when it is
// none.
func (s *Session) tableStatement(ctx context.Context, p *Prepared, u plan.Utility, params []types.Datum) (tag string, ok bool, err error) {
	var run func() (string, error)
	switch u := u.(type) {
	case *plan.CreateTable:
		run = func() (string, error) { return "CREATE TABLE", s.createTable(p, u) }
	case *plan.CreateTableAs:
		run = func() (string, error) { return s.createTableAs(ctx, p, u, params) }
	case *plan.DropTable:
		run = func() (string, error) { return p.Kind, s.dropStatement(ctx, u) }
	case *plan.CreateView:
		run = func() (string, error) { return "CREATE VIEW", s.createView(ctx, p, u) }
	case *plan.AlterTable:
		run = func() (string, error) { return p.Kind, s.alterTable(ctx, p, u) }
	case *plan.Comment:
		run = func() (string, error) { return "COMMENT", s.comment(ctx, p, u) }
	case *plan.Grant:
		run = func() (string, error) { return p.Kind, s.grant(ctx, p, u) }
	case *plan.DefaultPrivileges:
		run = func() (string, error) { return p.Kind, s.defaultPrivileges(ctx, u) }
	case *plan.AlterOwner:
		run = func() (string, error) { return p.Kind, s.alterOwner(ctx, p, u) }
	case *plan.OwnedBy:
		run = func() (string, error) { return p.Kind, s.ownedStatement(ctx, u) }
	case *plan.CreateRole:
		run = func() (string, error) { return "CREATE ROLE", s.createRole(ctx, u) }
	case *plan.DropRole:
		run = func() (string, error) { return "DROP ROLE", s.dropRole(ctx, u) }
	case *plan.GrantRole:
		run = func() (string, error) { return p.Kind, s.grantRole(ctx, u) }
	case *plan.RenameRole:
		run = func() (string, error) { return "ALTER ROLE", s.renameRole(ctx, u) }
	case *plan.AlterRole:
		run = func() (string, error) { return "ALTER ROLE", s.alterRole(ctx, u) }
	case *plan.RoleSettings:
		run = func() (string, error) { return p.Kind, s.roleSettings(ctx, u) }
	case *plan.Rename:
		run = func() (string, error) { return p.Kind, s.rename(ctx, p, u) }
	case *plan.CreateRoutine:
		run = func() (string, error) { return p.Kind, s.createRoutine(ctx, p, u) }
	case *plan.DropRoutine:
		run = func() (string, error) { return p.Kind, s.dropRoutines(ctx, p, u) }
	case *plan.AlterRoutine:
		run = func() (string, error) { return p.Kind, s.alterRoutine(ctx, p, u) }
	case *plan.Truncate:
		run = func() (string, error) { return "TRUNCATE TABLE", s.truncate(p, u) }
	case *plan.CreateSequence:
		run = func() (string, error) { return "CREATE SEQUENCE", s.createSequence(p, u) }
	case *plan.AlterSequence:
		run = func() (string, error) { return "ALTER SEQUENCE", s.alterSequence(p, u) }
	case *plan.CreateDomain:
		run = func() (string, error) { return p.Kind, s.createDomain(ctx, p, u) }
	case *plan.AlterDomain:
		run = func() (string, error) { return u.Tag(), s.alterDomain(ctx, p, u) }
	case *plan.DropType:
		run = func() (string, error) { return p.Kind, s.dropDomains(ctx, u) }
	case *plan.CreateIndex:
		run = func() (string, error) { return "CREATE INDEX", s.createIndex(ctx, p, u) }
	default:
		return "", false, nil
	}
	s.ensure()
	if s.txn.readOnly && !isTruncate(u) {
		what := p.Kind
		if _, as := u.(*plan.CreateTableAs); as {
			what = "CREATE TABLE AS"
		}
		return "", true, sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute %s in a read-only transaction", what)
	}
	tag, err = run()
	return tag, true, err
}

func isTruncate(u plan.Utility) bool {
	_, ok := u.(*plan.Truncate)
	return ok
}

func (s *Session) createTable(p *Prepared, u *plan.CreateTable) error {
	if err := s.mayMakeTemporary(); err != nil {
		return err
	}
	s.tempSchema()
	def, err := plan.DefineTable(s.bindContext(), p.stmt.tree, u, s.temp.tables.NewOID)
	if err != nil {
		return err
	}
	if def.Rel == nil {
		s.exists(u.Name())
		return nil
	}
	if err := s.permitReferences(def.Rel, nil); err != nil {
		return err
	}
	s.createOwn(append([]*catalog.Relation{def.Rel}, def.Made...)...)
	return nil
}

// createOwn makes relations that statements declared.
func (s *Session) createOwn(rels ...*catalog.Relation) {
	for _, r := range rels {
		r.SetOwner(s.who.current)
	}
	s.writes(rels...)
	for i, r := range rels {
		if acl, said := s.defaultACL(r); said {
			rels[i] = r.WithGrants(0, acl)
		}
	}
	s.temp.tables.Create(rels...)
}

// writes notes that the transaction declared relations as they are.
func (s *Session) writes(rels ...*catalog.Relation) {
	for _, r := range rels {
		r.Writer = s.txnID()
	}
}

// exists is the notice of IF NOT EXISTS.
func (s *Session) exists(name string) {
	n := sqlerr.New(sqlerr.DuplicateTable, "relation %q already exists, skipping", name)
	n.Severity = "NOTICE"
	s.notice(n)
}

func (s *Session) createTableAs(ctx context.Context, p *Prepared, u *plan.CreateTableAs, params []types.Datum) (string, error) {
	if err := s.mayMakeTemporary(); err != nil {
		return "", err
	}
	s.tempSchema()
	declared := p.Params
	if u.Execute != nil {
		var err error
		if u, declared, params, err = s.executedTableAs(ctx, p, u); err != nil {
			return "", err
		}
	}
	def, fill, err := plan.DefineTableAs(s.bindContext(), u, declared, s.temp.tables.NewOID)
	if err != nil {
		return "", err
	}
	if def.Rel == nil {
		s.exists(u.Name())
		return "CREATE TABLE AS", nil
	}
	if !u.NoData {
		if err := s.permit(&planned{bound: fill}); err != nil {
			return "", err
		}
	}
	s.createOwn(def.Rel)
	switch {
	case u.NoData && u.Execute != nil: // as if what was prepared had been run
		return "SELECT 0", nil
	case u.NoData:
		return "CREATE TABLE AS", nil
	}
	program, err := exec.Compile(fill.Node)
	if err != nil {
		return "", err
	}
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	env.Params = params
	cursor, err := program.Run(ctx, &env)
	if err != nil {
		return "", err
	}
	defer cursor.Close()
	if _, err := cursor.Next(); err != nil {
		return "", err
	}
	return "SELECT " + strconv.FormatInt(cursor.Affected(), 10), nil
}

func (s *Session) truncate(p *Prepared, u *plan.Truncate) error {
	var rels []*catalog.Relation
	for _, n := range u.Names {
		rel, err := plan.FindTable(s.bindContext(), p.stmt.tree, n, "TRUNCATE")
		if err != nil {
			return err
		}
		if err := s.permitRelation(s.who.current, rel, types.PrivTruncate); err != nil {
			return err
		}
		rels = append(rels, rel)
	}
	rels, err := s.referrersToo(rels, u.Cascade)
	if err != nil {
		return err
	}
	oids := make([]types.OID, len(rels))
	for i, rel := range rels {
		if err := s.notPending(rel, "TRUNCATE"); err != nil {
			return err
		}
		oids[i] = rel.OID
	}
	s.temp.tables.Truncate(u.Restart, oids...)
	return nil
}

func (s *Session) createIndex(ctx context.Context, p *Prepared, u *plan.CreateIndex) error {
	def, err := plan.DefineIndex(s.bindContext(), p.stmt.tree, u, s.temp.tables.NewOID)
	if err != nil {
		return err
	}
	if def.Rel == nil {
		s.exists(u.Name())
		return nil
	}
	if err := s.mustOwn(def.Rel); err != nil {
		return err
	}
	if err := s.notPending(def.Rel, "CREATE INDEX"); err != nil {
		return err
	}
	if def.Keys == nil {
		return s.temp.tables.Reindex(def.Rel, nil)
	}
	program, err := exec.Compile(def.Keys.Node)
	if err != nil {
		return err
	}
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	keys, err := program.Collect(ctx, &env)
	if err != nil {
		return err
	}
	return s.temp.tables.Reindex(def.Rel, keys)
}

// dropTemporary is DISCARD TEMP.
func (s *Session) dropTemporary() {
	if len(s.temp.routines.list) > 0 {
		s.temp.routines.set(nil)
	}
	var all []types.OID
	for _, rel := range s.temp.tables.Relations() {
		all = append(all, rel.OID)
	}
	if all != nil {
		s.temp.tables.Drop(all...)
	}
}

// renameTable renames a temporary table or a part of it.
func (s *Session) renameTable(u *plan.Rename, rel *catalog.Relation) error {
	out, err := plan.RenameTable(s.bindContext(), rel, u)
	if err != nil {
		return err
	}
	return s.temp.tables.Redeclare(out)
}
