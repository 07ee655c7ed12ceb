package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// utilityColumns describes the rows of a utility statement; nil: none.
func (s *Session) utilityColumns(u plan.Utility) ([]plan.Column, error) {
	text := func(name string) plan.Column { return plan.Column{Name: name, Type: types.OIDText, Typmod: -1} }
	switch u := u.(type) {
	case *plan.Show:
		if u.Name == "all" {
			return []plan.Column{text("name"), text("setting"), text("description")}, nil
		}
		if _, ok := s.show(u.Name); !ok {
			return nil, unknownSetting(u.Name)
		}
		if d := settingIndex[lower(u.Name)]; d != nil {
			return []plan.Column{text(d.name)}, s.mayShow(d)
		}
		return []plan.Column{text(s.settings.custom[lower(u.Name)])}, nil
	case *plan.Explain:
		c := text("QUERY PLAN")
		switch u.Format {
		case "json":
			c.Type = types.OIDJSON
		case "xml":
			c.Type = types.OIDXML
		}
		return []plan.Column{c}, nil
	case *plan.Fetch:
		if u.Move {
			return nil, nil
		}
		if k, err := s.findCursor(u.Name); err == nil { // else the execution says so
			return k.cols, nil
		}
		return nil, nil
	}
	return nil, nil
}

// runUtility carries out a utility statement that is not COPY, and returns
// its rows, if any, and its tag.
func (s *Session) runUtility(ctx context.Context, p *Prepared, u plan.Utility, params []types.Datum) ([][]string, string, error) {
	if tag, ok, err := s.tableStatement(ctx, p, u, params); ok {
		return nil, tag, err
	}
	switch u := u.(type) {
	case *plan.Transaction:
		tag, err := s.transactionStatement(ctx, u, p.stmt.tree)
		return nil, tag, err
	case *plan.Do:
		return nil, "DO", s.doBlock(ctx, p, u, s.txn.status == 'I' && !p.stmt.among)
	case *plan.Lock:
		return nil, "LOCK TABLE", s.lock(ctx, p, u)
	case *plan.Set:
		tag := "SET"
		if u.Reset {
			tag = "RESET"
		}
		return nil, tag, s.setStatement(u)
	case *plan.Show:
		return s.showRows(u), "SHOW", nil
	case *plan.Explain:
		rows, err := s.explain(ctx, p, u, params)
		return rows, "EXPLAIN", err
	case *plan.SetConstraints:
		return nil, "SET CONSTRAINTS", s.setConstraints(ctx, u)
	case *plan.Discard:
		if u.What == "ALL" {
			if err := s.alonePlease(p, "DISCARD ALL"); err != nil {
				return nil, "", err
			}
		}
		return nil, "DISCARD " + u.What, s.discard(u)
	case *plan.Analyze:
		if u.Vacuum {
			if err := s.alonePlease(p, "VACUUM"); err != nil {
				return nil, "", err
			}
		}
		return nil, p.Kind, s.analyzeTables(ctx, u)
	case *plan.Reindex:
		return nil, p.Kind, s.reindex(ctx, p, u)
	case *plan.Checkpoint: // what is committed is safe without
		if !s.roles().HasPrivilegesOf(s.who.current, catalog.OIDCheckpointRole) {
			return nil, "", sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser or have privileges of pg_checkpoint to do CHECKPOINT")
		}
		return nil, p.Kind, nil
	case *plan.Notify:
		return nil, p.Kind, s.notifyStatement(u)
	case *plan.Prepare:
		return nil, "PREPARE", s.prepareNamed(ctx, p, u)
	case *plan.DeclareCursor:
		return nil, "DECLARE CURSOR", s.declare(ctx, p, u, params)
	case *plan.CloseCursor:
		tag, err := s.closeCursor(u.Name)
		return nil, tag, err
	case *plan.Deallocate:
		tag, err := s.deallocate(u.Name)
		return nil, tag, err
	}
	return nil, "", sqlerr.New(sqlerr.FeatureNotSupported, "%s is not supported", p.Kind)
}

func (s *Session) setStatement(u *plan.Set) error {
	switch {
	case u.Multi != nil && u.Session:
		if u.Multi.Isolation != "" {
			if _, err := s.assign("default_transaction_isolation", u.Multi.Isolation, false); err != nil {
				return err
			}
		}
		for name, on := range map[string]*bool{"default_transaction_read_only": u.Multi.ReadOnly, "default_transaction_deferrable": u.Multi.Deferrable} {
			if on == nil {
				continue
			}
			if _, err := s.assign(name, onOff(*on), false); err != nil {
				return err
			}
		}
		return nil
	case u.Multi != nil:
		if s.txn.status == 'I' {
			s.warn(sqlerr.NoActiveSQLTransaction, "SET TRANSACTION can only be used in transaction blocks")
		}
		if u.Multi.Isolation != "" && s.txn.queried {
			return sqlerr.New(sqlerr.ActiveSQLTransaction, "SET TRANSACTION ISOLATION LEVEL must be called before any query")
		}
		return s.transactionModes(u.Multi)
	case u.Default && u.Name == "":
		s.resetAll()
		return nil
	}
	if u.Local && s.txn.status == 'I' && s.depth == 0 {
		s.warn(sqlerr.NoActiveSQLTransaction, "SET LOCAL can only be used in transaction blocks")
	}
	if u.Default {
		return s.reset(u.Name, u.Local)
	}
	value, err := s.setValue(u)
	if err != nil {
		return err
	}
	_, err = s.assign(u.Name, value, u.Local)
	return err
}

func (s *Session) showRows(u *plan.Show) [][]string {
	if u.Name != "all" {
		v, _ := s.show(u.Name) // checked when prepared
		return [][]string{{v}}
	}
	var rows [][]string
	for i := range settingTable {
		d := &settingTable[i]
		if d.flags&flagHidden != 0 || s.mayShow(d) != nil {
			continue
		}
		v, _ := s.show(d.name)
		rows = append(rows, []string{d.name, v, d.doc})
	}
	return rows
}

// alonePlease refuses a statement that must be all of its transaction within one that
// has others.
func (s *Session) alonePlease(p *Prepared, what string) error {
	if s.txn.status != 'I' || p.stmt.among {
		return sqlerr.New(sqlerr.ActiveSQLTransaction, "%s cannot run inside a transaction block", what)
	}
	return nil
}

func (s *Session) discard(u *plan.Discard) error {
	if u.What == "TEMP" || u.What == "ALL" {
		s.dropTemporary()
	}
	if u.What == "SEQUENCES" || u.What == "ALL" {
		s.temp.tables.ForgetValues()
	}
	if u.What != "ALL" {
		return nil
	}
	if _, err := s.closeCursor(""); err != nil {
		return err
	}
	s.dropTemporary()
	s.advisory.endSession()
	if err := s.reset("session_authorization", false); err != nil {
		return err
	}
	s.resetAll()
	if _, err := s.deallocate(""); err != nil {
		return err
	}
	return s.notifyStatement(&plan.Notify{Kind: plan.NotifyUnlisten})
}
