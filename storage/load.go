package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// load reads the shard's small state into memory; under mu, or before others
// know the shard.
func (sh *Shard) load() error {
	sh.st = shardState{nextSeq: 1, oldest: 1}
	v, closer, err := sh.store.db.Get(keys.AppendPrefix(nil, uint16(sh.id), keys.State))
	switch {
	case errors.Is(err, pebble.ErrNotFound):
	case err != nil:
		return fmt.Errorf("read state: %w", err)
	default:
		err = sh.st.decode(v)
		if cerr := closer.Close(); err != nil || cerr != nil {
			return errors.Join(err, cerr)
		}
	}
	txns, meta := newTxnTable(), newMetaState()
	if err := sh.loadTxns(txns); err != nil {
		return err
	}
	if err := sh.loadOutcomes(); err != nil {
		return err
	}
	if err := sh.loadDecisions(); err != nil {
		return err
	}
	if err := sh.loadMeta(meta); err != nil {
		return err
	}
	if err := sh.dropStaleIndexes(); err != nil {
		return err
	}
	sh.publish(txns, meta)
	sh.startFilter()
	return nil
}

// scan calls fn for every key of a kind, with what follows the kind.
func (sh *Shard) scan(kind keys.Kind, fn func(rest, value []byte) error) error {
	lower := keys.AppendPrefix(nil, uint16(sh.id), kind)
	it, err := sh.store.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: keys.Successor(slices.Clone(lower))})
	if err != nil {
		return fmt.Errorf("scan kind %#x: %w", byte(kind), err)
	}
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		var v []byte
		if v, err = it.ValueAndErr(); err == nil {
			err = fn(it.Key()[keys.PrefixLen:], v)
		}
	}
	if err = errors.Join(err, it.Close()); err != nil {
		return fmt.Errorf("scan kind %#x: %w", byte(kind), err)
	}
	return nil
}

func (sh *Shard) loadTxns(t *txnTable) error {
	return sh.scan(keys.Txn, func(rest, value []byte) error {
		if len(rest) != keys.TxnIDLen {
			return ErrCorrupt
		}
		r, err := decodeTxnRec(TxnID(rest), value)
		if err != nil {
			return err
		}
		if r.state == txnSettled {
			t.settle(r.seq, r.at)
		} else {
			t.put(r)
		}
		return nil
	})
}

func (sh *Shard) loadOutcomes() error {
	sh.doneMu.Lock()
	defer sh.doneMu.Unlock()
	sh.done, sh.doneSeq = map[TxnID]Outcome{}, nil
	return sh.scan(keys.Outcome, func(rest, value []byte) error {
		n, txn, err := keys.SplitOutcome(rest)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		o, err := decodeOutcome(value)
		if err != nil {
			return err
		}
		sh.done[txn] = o
		sh.doneSeq = append(sh.doneSeq, doneTxn{n, txn}) // keys come by number
		return nil
	})
}

func (sh *Shard) loadDecisions() error {
	sh.decisions = map[TxnID]Outcome{}
	return sh.scan(keys.Decision, func(rest, value []byte) error {
		if len(rest) != keys.TxnIDLen {
			return fmt.Errorf("%w: commit record", ErrCorrupt)
		}
		o, err := decodeOutcome(value)
		sh.decisions[TxnID(rest)] = o
		return err
	})
}

func (sh *Shard) loadMeta(m *metaState) error {
	err := sh.scan(keys.Meta, func(rest, value []byte) error {
		table, key, recorded, err := keys.SplitMeta(nil, rest)
		if err != nil || len(value) < 1 {
			return fmt.Errorf("%w: state row", ErrCorrupt)
		}
		m.put(table, key, metaVersion{recorded: knowledge.Micros(recorded), deleted: value[0] != 0, row: slices.Clone(value[1:])})
		return nil
	})
	if err != nil {
		return err
	}
	return sh.scan(keys.MetaChange, func(rest, _ []byte) error {
		recorded, _, err := keys.SplitMetaChange(rest)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		m.noteChange(knowledge.Micros(recorded))
		return nil
	})
}

// startFilter fills a new id filter beside everything else.
func (sh *Shard) startFilter() {
	f := newIDFilter(sh.st.claims.n, sh.store.opts.FilterBytes/int64(len(sh.store.shards)+1))
	gen := sh.st.gens[idxID]
	sh.filter.Store(f)
	if sh.st.claims.n == 0 {
		f.ready.Store(true)
		return
	}
	// The iterator is opened here, where no Apply runs: it sees every id that
	// apply did not add to this filter itself.
	lower := keys.AppendIndexPrefix(nil, uint16(sh.id), keys.ByID, gen)
	it, err := sh.store.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: keys.Successor(slices.Clone(lower))})
	if err != nil {
		return // stays unready: every insert reads
	}
	first := (*f.segments.Load())[0]
	sh.store.wg.Add(1)
	go func() {
		defer sh.store.wg.Done()
		defer it.Close()
		for ok, n := it.First(), 0; ok; ok, n = it.Next(), n+1 {
			if k := it.Key(); len(k) == keys.IndexLen+keys.IDLen {
				first.add(k[keys.IndexLen:])
			}
			if n%4096 == 0 && sh.store.stopping() {
				return
			}
		}
		f.ready.Store(it.Error() == nil)
	}()
}

func (s *Store) stopping() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// An outcome: flags (1 committed), time, claims stored.
func (o Outcome) encode(dst []byte) []byte {
	var flags byte
	if o.Committed {
		flags = 1
	}
	dst = binary.BigEndian.AppendUint64(append(dst, flags), uint64(o.At))
	return binary.BigEndian.AppendUint32(dst, uint32(o.Stored))
}

func decodeOutcome(b []byte) (Outcome, error) {
	if len(b) != 13 || b[0] > 1 {
		return Outcome{}, fmt.Errorf("decode outcome: %w", ErrCorrupt)
	}
	return Outcome{
		Decided: true, Committed: b[0] == 1,
		At: knowledge.Micros(binary.BigEndian.Uint64(b[1:])), Stored: int(binary.BigEndian.Uint32(b[9:])),
	}, nil
}
