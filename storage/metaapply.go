package storage

import (
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// PutMeta writes state rows recorded at a time above LastRecorded: all, or
// none when a precondition fails (ErrExists, ErrConflict). Of several ops on
// one row the first is checked and the last counts.
func (a *Apply) PutMeta(at knowledge.Micros, ops []MetaOp) error {
	if a.err != nil {
		return a.err
	}
	if err := a.checkMeta(TxnID{}, ops); err != nil {
		return err
	}
	a.raise(at)
	a.applyMeta(at, ops)
	return a.err
}

// PutMetaDirect is PutMeta for the one entry of a transaction: retried, it
// writes nothing and returns the first outcome. A failed one is not remembered.
func (a *Apply) PutMetaDirect(txn TxnID, at knowledge.Micros, ops []MetaOp) (Outcome, error) {
	if a.err != nil {
		return Outcome{}, a.err
	}
	if o, ok := a.known(txn); ok {
		return o, nil
	}
	if err := a.PutMeta(at, ops); err != nil {
		return Outcome{}, err
	}
	o := Outcome{Decided: true, Committed: true, At: at}
	a.remember(txn, o)
	return o, nil
}

// checkMeta tests preconditions and that no other transaction holds a row.
func (a *Apply) checkMeta(txn TxnID, ops []MetaOp) error {
	if len(ops) == 0 {
		return nil
	}
	type rowKey struct {
		table uint16
		key   string
	}
	held := map[rowKey]bool{}
	for id, r := range a.txns.byID {
		if id == txn {
			continue
		}
		for i := range r.ops {
			held[rowKey{r.ops[i].Table, string(r.ops[i].Key)}] = true
		}
	}
	seen := make(map[rowKey]bool, len(ops))
	for i := range ops {
		k := rowKey{ops[i].Table, string(ops[i].Key)}
		if held[k] {
			return ErrConflict
		}
		if seen[k] {
			continue
		}
		seen[k] = true
		if err := a.meta.check(&ops[i]); err != nil {
			return err
		}
	}
	return nil
}

// applyMeta writes ops whose preconditions hold.
func (a *Apply) applyMeta(at knowledge.Micros, ops []MetaOp) {
	if len(ops) == 0 {
		return
	}
	if !a.metaDirty {
		a.meta, a.metaDirty = a.meta.clone(), true
	}
	st := &a.sh.st
	for i := range ops {
		op := &ops[i]
		var del byte
		if op.Delete {
			del = 1
		}
		a.keyBuf = keys.AppendMeta(a.keyBuf[:0], uint16(a.sh.id), op.Table, op.Key, int64(at))
		a.valueBuf = append(append(a.valueBuf[:0], del), op.Row...)
		a.set(a.valueBuf)
		a.meta.put(op.Table, slices.Clone(op.Key), metaVersion{recorded: at, deleted: op.Delete, row: slices.Clone(op.Row)})
	}
	a.keyBuf = keys.AppendMetaChange(a.keyBuf[:0], uint16(a.sh.id), int64(at), st.nextSeq)
	st.nextSeq++
	a.set(nil)
	a.meta.noteChange(at)
}
