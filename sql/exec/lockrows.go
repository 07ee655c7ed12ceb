package exec

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// RowLocker keeps rows for a transaction. Locks are between the sessions of one node:
// what another node writes is found out by the versions of rows, as always.
type RowLocker interface {
	// LockRow locks a row of a relation, by its key, until the transaction ends, and
	// waits for others unless try. held is false only when it tried in vain; waited says
	// that the row may have changed. Errors are *sqlerr.Error: 55P03 after lock_timeout,
	// 40P01 for a circle of waits, 57014.
	LockRow(ctx context.Context, rel types.OID, key []byte, shared, try bool) (held, waited bool, err error)
}

// errAnew ends an attempt of a statement that is to read anew, because it had to wait.
var errAnew = errors.New("the statement reads anew")

// maxAnew bounds the attempts of one statement.
const maxAnew = 100

// lockRow locks a row; without a locker there is nobody else.
func (e *Env) lockRow(ctx context.Context, rel types.OID, key []byte, shared, try bool) (held, waited bool, err error) {
	if e.Rows == nil {
		return true, false, nil
	}
	return e.Rows.LockRow(ctx, rel, key, shared, try)
}

// mayRenew reports whether the statement may choose another time to read at.
func (s *statement) mayRenew() bool { return s.env.AsOf == 0 && !s.timed }

// renew lets the statement choose the time that it reads at again, which is now, however
// old its reads might have been. Nothing of it may be reading.
func (s *statement) renew() {
	s.forget()
	s.env.Fresh, s.env.ReadAt = storage.ReadOptions{}, 0
	s.gen++
}

// lockRowsOp locks the rows of state tables that its input's are made of. If all rows
// are wanted it goes through its input twice: it locks them, until none has changed
// since it was read, and then gives them.
type lockRowsOp struct {
	in     operator
	node   *plan.LockRows
	tables []uint16
	t      *task
	held   map[string]bool // rows seen, by lock and key; false: it is skipped
	locked bool            // all are
	batch  *types.Batch    // limited: the input's, of which at is next
	at     int
	given  bool
	out    *rowBatch
	sel    []int32
	ts     [][]types.OID // of the relations' keys, by lock
	keys   []string      // of the present row, by lock; empty: none
	row    []types.Datum
}

func (bd *builder) lockRows(n *plan.LockRows) (operator, error) {
	in, err := bd.node(n.Input)
	bd.reads++
	cols := columnTypes(n)
	o := &lockRowsOp{in: in, node: n, out: newRowBatch(cols), keys: make([]string, len(n.Locks))}
	for _, k := range n.Locks {
		var ts []types.OID
		for _, c := range k.Key {
			ts = append(ts, cols[c])
		}
		o.ts = append(o.ts, ts)
	}
	return o, err
}

func (o *lockRowsOp) open(t *task) error {
	o.t, o.held, o.locked, o.batch, o.given = t, map[string]bool{}, false, nil, false
	o.tables = o.tables[:0]
	for _, k := range o.node.Locks {
		rel, ok := t.env.Catalog.Relation(k.Rel)
		if !ok || rel.Store != catalog.StateStore {
			return sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", k.Rel)
		}
		o.tables = append(o.tables, rel.Table)
		if t.fn.ReadOnly {
			word := "UPDATE"
			if k.Shared {
				word = "SHARE"
			}
			return sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute SELECT FOR %s in a read-only transaction", word)
		}
	}
	return o.in.open(t)
}

func (o *lockRowsOp) next() (*types.Batch, error) {
	if o.node.Limited {
		return o.nextOne()
	}
	if !o.locked {
		if err := o.lockAll(); err != nil {
			return nil, err
		}
		o.locked = true
	}
	for {
		b, err := o.in.next()
		if err != nil || b == nil {
			return nil, err
		}
		o.sel = o.sel[:0]
		for i := range b.N {
			if err := o.readKeys(b, i); err != nil {
				return nil, err
			}
			if o.keeps() {
				o.sel = append(o.sel, int32(i))
			}
		}
		if len(o.sel) == b.N {
			return b, nil
		}
		if len(o.sel) > 0 {
			return o.out.gather(b, o.sel), nil
		}
	}
}

// keeps reports whether the present row's were all locked.
func (o *lockRowsOp) keeps() bool {
	for _, key := range o.keys {
		if key != "" && !o.held[key] {
			return false
		}
	}
	return true
}

// lockAll locks the rows of the whole input, which is open again when it returns.
func (o *lockRowsOp) lockAll() error {
	for attempt := 1; ; attempt++ {
		stale, err := o.pass()
		if err == nil && !stale {
			stale, err = o.changed(o.held)
		}
		if err != nil {
			return err
		}
		o.in.close()
		if stale {
			if err := o.anew(attempt); err != nil {
				return err
			}
		}
		if err := o.in.open(o.t); err != nil || !stale {
			return err
		}
	}
}

// anew makes ready for another attempt, or says that there can be none.
func (o *lockRowsOp) anew(attempt int) error {
	if !o.node.Top || !o.t.stmt.mayRenew() || attempt >= maxAnew {
		return storage.ErrConflict
	}
	o.t.stmt.renew()
	clear(o.held)
	return nil
}

// pass locks the rows of the input until one had to be waited for.
func (o *lockRowsOp) pass() (waited bool, err error) {
	for {
		b, err := o.in.next()
		if err != nil || b == nil {
			return false, err
		}
		for i := range b.N {
			if err := o.readKeys(b, i); err != nil {
				return false, err
			}
			if waited, err := o.lock(); err != nil || waited {
				return waited, err
			}
		}
	}
}

// readKeys finds the keys of row i's rows: which lock, and the relation's key.
func (o *lockRowsOp) readKeys(b *types.Batch, i int) error {
	for n, k := range o.node.Locks {
		o.keys[n], o.row = "", o.row[:0]
		null := false
		for _, col := range k.Key {
			d := b.Cols[col].Datum(i)
			null = null || d.Null
			o.row = append(o.row, d)
		}
		if null {
			continue // the side of an outer join without a row
		}
		key, err := EncodeRow(o.ts[n], o.row)
		if err != nil {
			return err
		}
		o.keys[n] = string(append(binary.BigEndian.AppendUint16(nil, uint16(n)), key...))
	}
	return nil
}

// lock locks the present row's rows.
func (o *lockRowsOp) lock() (waited bool, err error) {
	for n, k := range o.node.Locks {
		key := o.keys[n]
		if _, seen := o.held[key]; seen || key == "" {
			continue
		}
		held, late, err := o.t.env.lockRow(o.t.ctx, k.Rel, []byte(key[2:]), k.Shared, k.Wait != plan.LockWaits)
		if err != nil {
			return false, err
		}
		if !held && k.Wait == plan.LockErrors {
			rel, _ := o.t.env.Catalog.Relation(k.Rel) // open has found it
			return false, sqlerr.New(sqlerr.LockNotAvailable, "could not obtain lock on row in relation \"%s\"", rel.Name)
		}
		o.held[key] = held
		waited = waited || late
	}
	return waited, nil
}

// changed reports whether rows that are held have changed since the statement read them.
func (o *lockRowsOp) changed(held map[string]bool) (bool, error) {
	env := o.t.env
	if env.AsOf != 0 || len(held) == 0 {
		return false, nil
	}
	seen, err := o.t.stmt.view(o.t.ctx, []storage.ShardID{}, 0)
	if err != nil {
		return false, err
	}
	now, err := env.Cluster.Read(o.t.ctx, storage.ReadOptions{Shards: []storage.ShardID{}})
	if err != nil {
		return false, err
	}
	defer now.Close()
	if ops := env.Pending.list(); len(ops) > 0 {
		now.OverlayMeta(ops)
	}
	for key, ok := range held {
		if !ok {
			continue
		}
		table := o.tables[binary.BigEndian.Uint16([]byte(key))]
		_, before, was := seen.Meta(table).Get([]byte(key[2:]))
		_, version, is := now.Meta(table).Get([]byte(key[2:]))
		if was != is || before != version {
			return true, nil
		}
	}
	return false, nil
}

// nextOne gives the next row that it could lock.
func (o *lockRowsOp) nextOne() (*types.Batch, error) {
	for attempt := 1; ; {
		if o.batch == nil || o.at == o.batch.N {
			var err error
			if o.batch, err = o.in.next(); err != nil || o.batch == nil {
				return nil, err
			}
			o.at = 0
			continue
		}
		if err := o.readKeys(o.batch, o.at); err != nil {
			return nil, err
		}
		stale, err := o.lock()
		if err == nil && !stale && o.keeps() {
			held := map[string]bool{}
			for _, key := range o.keys {
				held[key] = key != ""
			}
			stale, err = o.changed(held)
		}
		switch {
		case err != nil:
			return nil, err
		case stale:
			o.in.close()
			if o.given {
				return nil, storage.ErrConflict
			}
			if err := o.anew(attempt); err != nil {
				return nil, err
			}
			attempt++
			if err := o.in.open(o.t); err != nil {
				return nil, err
			}
			o.batch = nil
			continue
		}
		o.at++
		if o.keeps() {
			o.given = true
			o.sel = append(o.sel[:0], int32(o.at-1))
			return o.out.gather(o.batch, o.sel), nil
		}
	}
}

func (o *lockRowsOp) close() {
	o.in.close()
	o.held, o.batch = nil, nil
}
