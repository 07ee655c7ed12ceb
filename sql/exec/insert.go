package exec

import (
	"context"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// insertOp writes the rows of its input. All is written, and in autocommit
// committed, before the first row of RETURNING.
type insertOp struct {
	in     operator
	node   *plan.Insert
	ret    *returning
	wins   []int32
	before *storage.View                  // in a block: what was there before the statement
	known  map[knowledge.ID]storage.Claim // of that, what other nodes hold

	writer ClaimWriter
	block  block // claims kept for RETURNING and ON CONFLICT
	done   bool
	row    int
	t      *task
	hold   holding
	state  stateWrite
	upsert *stateConflict // of a state table; nil: there is none
	alone  operator       // in, if this is the whole statement
	views  *viewChecks
	counts conflictCounts // of DO NOTHING
}

func (bd *builder) insert(n *plan.Insert) (operator, error) {
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	bd.reads++
	o := &insertOp{in: in, node: n}
	if bd.alone(n) {
		o.alone = in
	}
	if o.ret, err = bd.returning(n.Returning); err != nil {
		return nil, err
	}
	if o.views, err = bd.viewChecks(n.ViewChecks); err != nil {
		return nil, err
	}
	if n.Conflict != nil {
		o.upsert, err = bd.stateConflict(n.Conflict)
	}
	return o, err
}

func (o *insertOp) open(t *task) error {
	o.t, o.done, o.row, o.before, o.known = t, false, 0, nil, nil
	o.block.reset()
	o.wins = o.wins[:0]
	o.state.reset()
	o.hold.open(&t.stmt.mem)
	return o.in.open(t)
}

func (o *insertOp) next() (*types.Batch, error) {
	rel, ok := o.t.env.Catalog.Relation(o.node.Rel)
	if !ok {
		return nil, sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", o.node.Rel)
	}
	if !o.done {
		o.done = true
		if err := o.run(rel); err != nil {
			return nil, err
		}
	}
	if o.ret == nil {
		return nil, nil
	}
	if rel.Store == catalog.StateStore {
		return o.ret.stored(o.t, &o.state)
	}
	return o.returnClaims()
}

func (o *insertOp) run(rel *catalog.Relation) error {
	switch rel.Store {
	case catalog.ClaimStore:
		return inTransaction(o.t, o.writeClaims, o.committed)
	case catalog.StateStore:
		o.state.views = o.views
		return o.state.run(o.t, rel, o.alone, o.insertState)
	}
	return sqlerr.New(sqlerr.WrongObjectType, "cannot insert into %q", rel.Name)
}

// inTransaction runs write in the statement's transaction: in autocommit it
// begins and commits one, then calls after.
func inTransaction(t *task, write func(Txn) error, after func(storage.CommitResult) error) error {
	txn := t.env.Txn
	if !t.env.Autocommit {
		if txn == nil {
			return sqlerr.New(sqlerr.InternalError, "no transaction to write in")
		}
		return write(txn)
	}
	if txn == nil {
		txn = t.env.Cluster.Begin()
	}
	if err := write(txn); err != nil {
		_ = txn.Rollback(context.WithoutCancel(t.ctx)) // the first error is the one to tell
		return err
	}
	res, err := txn.Commit(t.ctx)
	if err != nil {
		return err
	}
	t.env.CommittedAt = res.RecordedAt
	if after == nil {
		return nil
	}
	return after(res)
}

// keeps reports whether the rows are wanted after they are written.
func (o *insertOp) keeps() bool { return o.ret != nil || o.node.DoNothing }

// writeClaims adds the input's rows to the transaction.
func (o *insertOp) writeClaims(txn Txn) error {
	if o.keeps() && !o.t.env.Autocommit {
		// Which claims are new must be seen before they are added.
		v, err := o.t.stmt.view(o.t.ctx, nil, 0)
		if err != nil {
			return err
		}
		o.before = v
	}
	policy, err := o.t.stmt.statePolicy(o.t.ctx)
	if err != nil {
		return err
	}
	w := &o.writer
	defer w.Close()
	if err := w.begin(o.t.env, txn, o.node.Cols, policy); err != nil {
		return err
	}
	w.NullIsDefault = o.node.NullDefault
	if o.keeps() || o.views != nil {
		w.Keep = func(rec storage.ClaimRec) error {
			o.block.addRec(rec)
			return o.hold.set(int64(cap(o.block.buf)))
		}
	}
	if o.before != nil {
		w.before = o.lookAway
	}
	row, done := make([]types.Datum, len(o.node.Cols)), 0
	for {
		b, err := o.in.next()
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		for i := range b.N {
			for c := range row {
				row[c] = b.Cols[c].Datum(i)
			}
			if err := w.AddDatums(o.t.ctx, row); err != nil {
				return atRow(err, done+i)
			}
		}
		done += b.N
	}
	o.in.close()
	if err := w.Finish(o.t.ctx); err != nil {
		return err
	}
	if err := o.checkClaims(); err != nil {
		return err
	}
	if o.before != nil {
		known, err := o.lookup(o.before, knowledge.Infinity)
		if err != nil {
			return err
		}
		o.notice(known)
	}
	o.t.stmt.affected = w.Count()
	if !o.t.env.Autocommit && o.node.DoNothing {
		o.t.stmt.affected = int64(len(o.wins))
	}
	return nil
}

// committed completes the rows after autocommit.
func (o *insertOp) committed(res storage.CommitResult) error {
	if o.node.DoNothing {
		o.t.stmt.affected -= res.Known
	} else {
		o.notice(res.Known)
	}
	if o.ret == nil {
		return nil
	}
	if res.Known == 0 {
		for i := range o.block.rows {
			o.block.rows[i].recorded = res.RecordedAt
			o.wins = append(o.wins, int32(i))
		}
		return nil
	}
	v, err := o.t.env.Cluster.Read(o.t.ctx, storage.ReadOptions{})
	if err != nil {
		return err
	}
	defer v.Close()
	_, err = o.lookup(v, res.RecordedAt)
	return err
}

// lookup sets wins to the rows that RETURNING gives, with their recorded
// times: those stored before have theirs, new ones get fresh. In autocommit
// the view is of after the commit and finds all of them. known counts what was
// stored before, or twice in this statement.
func (o *insertOp) lookup(v *storage.View, fresh knowledge.Micros) (known int64, err error) {
	ids := make([]knowledge.ID, len(o.block.rows))
	for i := range o.block.rows {
		ids[i] = knowledge.ID(o.block.id(&o.block.rows[i]))
	}
	stored, err := o.stored(v, ids)
	if err != nil {
		return 0, err
	}
	seen := make(map[knowledge.ID]struct{}, len(o.block.rows))
	for i := range o.block.rows {
		id := ids[i]
		_, twice := seen[id]
		seen[id] = struct{}{}
		c, ok := stored(id)
		isNew := !twice && (!ok || c.RecordedAt == fresh && o.t.env.Autocommit)
		if !isNew {
			known++
			if o.node.DoNothing {
				continue
			}
		}
		if ok {
			o.block.replace(i, &c)
		} else {
			o.block.rows[i].recorded = fresh
		}
		o.wins = append(o.wins, int32(i))
	}
	return known, nil
}

// stored returns what finds the claims among ids that a view sees. Before the
// statement's claims were added other nodes have been asked already.
func (o *insertOp) stored(v *storage.View, ids []knowledge.ID) (func(knowledge.ID) (storage.Claim, bool), error) {
	if v != o.before {
		found, err := claimsByID(o.t.ctx, o.t.env, v, ids)
		return func(id knowledge.ID) (storage.Claim, bool) {
			c, ok := found[id]
			return c, ok
		}, err
	}
	found := o.known
	for _, id := range ids {
		c, ok, err := v.ClaimByID(o.t.ctx, id)
		if err != nil {
			return nil, fmt.Errorf("look up a claim: %w", err)
		}
		if ok {
			if found == nil {
				found = map[knowledge.ID]storage.Claim{}
			}
			found[id] = c
		}
	}
	return func(id knowledge.ID) (storage.Claim, bool) {
		c, ok := found[id]
		return c, ok
	}, nil
}

// lookAway notes which claims, that are about to be added, other nodes hold.
func (o *insertOp) lookAway(ctx context.Context, recs []storage.ClaimRec) error {
	if shows(o.before, nil, o.t.env.Cluster.Shards()) {
		return nil
	}
	var ids []knowledge.ID
	for _, r := range recs {
		ids = append(ids, knowledge.ID(r.Key[len(r.Key)-len(knowledge.ID{}):]))
	}
	found, err := claimsByID(ctx, o.t.env, o.before, ids)
	if o.known == nil {
		o.known = found
	}
	for id, c := range found {
		o.known[id] = c
	}
	return err
}

func (o *insertOp) notice(known int64) {
	if known == 0 || o.node.DoNothing {
		return
	}
	noun := "claims"
	if known == 1 {
		noun = "claim"
	}
	o.t.env.notice(sqlerr.New(sqlerr.SuccessfulCompletion, "%d %s already known", known, noun))
}

// returnClaims gives the next rows of RETURNING.
func (o *insertOp) returnClaims() (*types.Batch, error) {
	n := min(len(o.wins)-o.row, types.BatchSize)
	if n <= 0 {
		return nil, nil
	}
	policy, err := o.t.stmt.statePolicy(o.t.ctx)
	if err != nil {
		return nil, err
	}
	sel := o.wins[o.row : o.row+n]
	o.row += n
	return o.ret.claims(o.t, &o.block, sel, policy)
}

func (o *insertOp) report() []plan.Detail {
	switch {
	case o.upsert != nil:
		return o.upsert.report(o.upsert.where != nil)
	case o.node.DoNothing:
		if n := len(o.block.rows); n > 0 { // of claims
			o.counts.inserted = float64(o.t.stmt.affected)
			o.counts.met = float64(n) - o.counts.inserted
		}
		return o.counts.report(false)
	}
	return nil
}

func (o *insertOp) close() {
	o.in.close()
	o.block = block{}
	o.state.reset()
	o.hold.release()
}

// addRec copies an encoded claim.
func (k *block) addRec(rec storage.ClaimRec) {
	c := storage.Claim{Key: rec.Key, Row: storage.Row(rec.Row), RecordedAt: knowledge.Infinity}
	k.addClaim(&c)
}

// replace puts a stored claim in the place of row i.
func (k *block) replace(i int, c *storage.Claim) {
	k.addClaim(c)
	last := len(k.rows) - 1
	k.rows[i] = k.rows[last]
	k.rows = k.rows[:last]
}
