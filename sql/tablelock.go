package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// LOCK TABLE takes locks on relations in the table of advisory locks: in PostgreSQL's
// modes, until the transaction ends. They keep other LOCK TABLE of the node out, and
// nothing else: no statement takes them by itself, since claims never change, rows of
// state tables have locks of their own, and temporary tables have one user.

// The modes of a lock on a relation are those of plan.LockMode, behind the two of other
// locks.
const firstTableMode = advisoryShared + 1

// advisoryModes counts the modes of locks of all kinds.
const advisoryModes = firstTableMode + int(plan.AccessExclusive)

func tableMode(m plan.LockMode) int { return firstTableMode + int(m) - 1 }

// tableConflicts tells by mode with which others it does not go together, as bits.
var tableConflicts = func() [advisoryModes]uint {
	with := map[plan.LockMode][]plan.LockMode{
		plan.AccessShare:          {plan.AccessExclusive},
		plan.RowShare:             {plan.Exclusive, plan.AccessExclusive},
		plan.RowExclusive:         {plan.Share, plan.ShareRowExclusive, plan.Exclusive, plan.AccessExclusive},
		plan.ShareUpdateExclusive: {plan.ShareUpdateExclusive, plan.Share, plan.ShareRowExclusive, plan.Exclusive, plan.AccessExclusive},
		plan.Share:                {plan.RowExclusive, plan.ShareUpdateExclusive, plan.ShareRowExclusive, plan.Exclusive, plan.AccessExclusive},
		plan.ShareRowExclusive:    {plan.RowExclusive, plan.ShareUpdateExclusive, plan.Share, plan.ShareRowExclusive, plan.Exclusive, plan.AccessExclusive},
		plan.Exclusive:            {plan.RowShare, plan.RowExclusive, plan.ShareUpdateExclusive, plan.Share, plan.ShareRowExclusive, plan.Exclusive, plan.AccessExclusive},
	}
	var out [advisoryModes]uint
	out[advisoryExclusive] = 1<<advisoryExclusive | 1<<advisoryShared
	out[advisoryShared] = 1 << advisoryExclusive
	for m := plan.AccessShare; m <= plan.AccessExclusive; m++ {
		for _, other := range with[m] {
			out[tableMode(m)] |= 1 << tableMode(other)
		}
		out[tableMode(plan.AccessExclusive)] |= 1 << tableMode(m)
	}
	return out
}()

// lock is LOCK TABLE.
func (s *Session) lock(ctx context.Context, p *Prepared, u *plan.Lock) error {
	if s.txn.status == 'I' {
		return sqlerr.New(sqlerr.NoActiveSQLTransaction, "LOCK TABLE can only be used in transaction blocks")
	}
	for _, n := range u.Names {
		locked, err := plan.LockedRelations(s.bindContext(), p.stmt.tree, n)
		if err != nil {
			return err
		}
		for _, l := range locked {
			role := s.who.current
			if l.View != nil {
				role = l.View.OwnerOID()
			}
			if err := s.permitRelation(role, l.Rel, lockNeeds(u.Mode)); err != nil {
				return err
			}
			if err := s.lockTable(ctx, l.Rel, u); err != nil {
				return err
			}
		}
	}
	return nil
}

// lockNeeds are the privileges of which one is enough to lock a relation in a mode.
func lockNeeds(mode plan.LockMode) types.Privileges {
	const change = types.PrivUpdate | types.PrivDelete | types.PrivTruncate
	switch mode {
	case plan.AccessShare:
		return types.PrivSelect
	case plan.RowExclusive:
		return change | types.PrivInsert
	}
	return change
}

func (s *Session) lockTable(ctx context.Context, rel *catalog.Relation, u *plan.Lock) error {
	key := lockKey{AdvisoryKey: functions.AdvisoryKey{Low: uint32(rel.OID)}, row: rel.OID, table: true}
	if rel.OID >= catalog.OIDTempSchema { // their OIDs are the session's own
		key.High = uint32(s.opt.PID)
	}
	held, err := s.acquire(ctx, advisoryRef{key, tableMode(u.Mode)}, true, u.NoWait)
	if err == nil && !held {
		err = sqlerr.New(sqlerr.LockNotAvailable, `could not obtain lock on relation "%s"`, rel.Name)
	}
	return err
}

// modeName is a lock's mode as pg_locks and deadlocks show it.
func modeName(mode int) string {
	switch {
	case mode >= firstTableMode:
		return plan.LockMode(mode - firstTableMode + 1).String()
	case mode == advisoryShared:
		return "ShareLock"
	}
	return "ExclusiveLock"
}

// tableLockRow is the row of pg_locks of a lock on a relation.
func tableLockRow(o *advisoryOwner, rel types.OID, mode int) catalog.Lock {
	return catalog.Lock{PID: o.pid, Table: rel, Mode: modeName(mode)}
}
