package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// Report is what Verify found.
type Report struct {
	Claims  int64 // rows checked
	Entries int64 // index entries checked, of a log its entries
	// LogEntries is for those who verify a node's log too.
	LogEntries int64
	Problems   []Problem
	More       int64 // problems beyond those listed
}

// Problem is one thing wrong: Where names the row, index or counter, What says
// how it is wrong.
type Problem struct {
	Shard ShardID
	Where string
	What  string
}

// String is the problem as one line.
func (p Problem) String() string { return fmt.Sprintf("shard %d: %s: %s", p.Shard, p.Where, p.What) }

// OK reports that nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

// maxProblems is how many problems of a shard a report lists.
const maxProblems = 100

// Verify recomputes everything that is derived from the claims and compares:
// rows decode and match their checksums and ids, every claim has its index
// entries and every entry its claim, counters and checksums agree, transaction
// tables and row lists fit the rows. It reads one moment of the store; reads
// and writes go on. progress, if not nil, is told of keys done and about how
// many there are. The error is for reads that failed; findings are in the
// report.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (Report, error) {
	var rep Report
	if err := s.fatal.check(); err != nil {
		return rep, fmt.Errorf("verify: %w", err)
	}
	err := verifyTables(ctx, s.db, s.opts.FS, s.opts.Dir, s.popts, func(name, what string) {
		rep.Problems = append(rep.Problems, Problem{MetaShard, "table " + name, what})
	})
	if err != nil {
		return rep, fmt.Errorf("verify: %w", err)
	}
	if !rep.OK() {
		return rep, nil // what lies in it cannot be read
	}
	var total, done int64
	for _, sh := range s.shards {
		total += sh.Claims() * (1 + idxCount)
	}
	snap := s.db.NewSnapshot()
	defer func() { _ = snap.Close() }() // only lets go
	for _, sh := range s.all() {
		v := &verifier{sh: sh, snap: snap, ctx: ctx, rep: &rep, id: s.opts.ClaimID, tick: func() {
			if done++; done&8191 == 0 && progress != nil {
				progress(done, max(done, total))
			}
		}}
		if err := v.run(); err != nil {
			return rep, fmt.Errorf("verify shard %d: %w", sh.id, err)
		}
	}
	if progress != nil {
		progress(done, done)
	}
	return rep, nil
}

// verifier checks one shard.
type verifier struct {
	sh   *Shard
	snap *pebble.Snapshot
	ctx  context.Context
	rep  *Report
	id   func(*knowledge.Assertion) knowledge.ID
	tick func()
	n    int // problems of this shard

	st   shardState
	txns *txnTable
	want [idxCount]tally // of the claims
	have [idxCount]tally // of the entries

	claims          tally
	marks, intents  int64
	tagged          map[uint64]int64 // final rows, marks and intents by tag
	claim           knowledge.Assertion
	fields          RowFields
	keyBuf, lastKey []byte
}

func (v *verifier) problem(where, format string, args ...any) {
	if v.n++; v.n > maxProblems {
		v.rep.More++
		return
	}
	v.rep.Problems = append(v.rep.Problems, Problem{v.sh.id, where, fmt.Sprintf(format, args...)})
}

func (v *verifier) run() error {
	if err := v.loadState(); err != nil {
		return err
	}
	for _, step := range []func() error{v.checkClaims, v.checkMarks, v.checkIntents, v.checkIndexes, v.checkRowLists, v.checkMeta} {
		if err := step(); err != nil {
			return err
		}
	}
	v.checkCounters()
	return nil
}

// loadState reads the counters and transactions of the snapshot.
func (v *verifier) loadState() error {
	v.txns, v.tagged = newTxnTable(), map[uint64]int64{}
	b, closer, err := v.snap.Get(keys.AppendPrefix(nil, uint16(v.sh.id), keys.State))
	if err == nil {
		if err := errors.Join(v.st.decode(b), closer.Close()); err != nil {
			v.problem("state", "%v", err)
		}
	} else if !isNotFound(err) {
		return fmt.Errorf("read state: %w", err)
	} else {
		v.st = shardState{nextSeq: 1, oldest: 1}
	}
	return v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.Txn), func(key, value []byte) error {
		id := key[keys.PrefixLen:]
		if len(id) != keys.TxnIDLen {
			v.problem("transaction", "malformed key %x", key)
			return nil
		}
		r, err := decodeTxnRec(TxnID(id), value)
		if err != nil {
			v.problem(fmt.Sprintf("transaction %x", id), "%v", err)
			return nil
		}
		if v.txns.put(r); r.state == txnSettled {
			v.txns.settle(r.seq, r.at)
		}
		return nil
	})
}

// scan calls fn for every key that begins with prefix.
func (v *verifier) scan(prefix []byte, fn func(key, value []byte) error) error {
	it, err := v.snap.NewIter(iterOptions(prefix, keys.Successor(bytes.Clone(prefix))))
	if err != nil {
		return fmt.Errorf("open iterator: %w", err)
	}
	n := 0
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		var value []byte
		if value, err = it.ValueAndErr(); err == nil {
			err = fn(it.Key(), value)
		}
		v.tick()
		if n++; n&1023 == 0 && err == nil {
			err = v.ctx.Err()
		}
	}
	if err = errors.Join(err, it.Error(), it.Close()); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return nil
}

// checkClaims decodes every row and sums what should be elsewhere.
func (v *verifier) checkClaims() error {
	return v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.Claim), func(key, value []byte) error {
		v.rep.Claims++
		suffix := key[keys.PrefixLen:]
		path, pred, id, err := keys.SplitSuffix(suffix)
		if err != nil {
			v.problem("claim", "malformed key %x", key)
			return nil
		}
		row := Row(value)
		if !v.checkRow(suffix, path, id, row) {
			return nil
		}
		v.claims.add(claimHash(suffix, row))
		v.want[idxID].add(idEntryHash(id, suffix[:len(suffix)-keys.IDLen]))
		k := keys.AppendByPred(v.keyBuf[:0], 0, 0, path, pred, id)
		v.want[idxPred].add(entryHash(k[keys.IndexLen:]))
		k = keys.AppendBySource(k[:0], 0, 0, v.fields.Source, suffix)
		v.want[idxSource].add(entryHash(k[keys.IndexLen:]))
		if recorded := row.Recorded(); recorded > 0 {
			k = keys.AppendByRecorded(k[:0], 0, 0, recorded, row.Ordinal(), suffix)
			v.want[idxRecorded].add(entryHash(k[keys.IndexLen:]))
		}
		v.keyBuf = k
		return nil
	})
}

func claimName(path, id []byte) string { return fmt.Sprintf("claim %x of %q", id, path) }

// checkRow checks what a row says of itself.
func (v *verifier) checkRow(suffix, path, id []byte, row Row) bool {
	if err := row.Fields(&v.fields); err != nil {
		v.problem(claimName(path, id), "%v", err)
		return false
	}
	if storedSum(row) != rowSum(row) {
		v.problem(claimName(path, id), "the row does not match its checksum")
	} else if v.id != nil {
		if err := DecodeClaim(suffix, row, &v.claim); err != nil {
			v.problem(claimName(path, id), "%v", err)
		} else if want := v.id(&v.claim); want != v.claim.ID {
			v.problem(claimName(path, id), "the content's id is %x", want[:])
		}
	}
	if v.sh.id != MetaShard {
		if want := ShardOfBytes(path, v.sh.store.opts.Shards); want != v.sh.id {
			v.problem(claimName(path, id), "belongs to shard %d", want)
		}
	}
	v.checkTag(claimName(path, id), row.Recorded())
	return true
}

// checkTag checks a recorded field and counts tags.
func (v *verifier) checkTag(where string, recorded int64) {
	switch {
	case recorded > int64(v.st.lastRecorded):
		v.problem(where, "recorded at %d, after the shard's last time %d", recorded, v.st.lastRecorded)
	case recorded == 0:
		v.problem(where, "has no recorded time")
	case recorded < 0:
		seq := uint64(-recorded)
		if v.txns.bySeq[seq] == nil {
			v.problem(where, "is of an unknown transaction %d", seq)
		}
		v.tagged[seq]++
	}
}

func (v *verifier) checkMarks() error {
	return v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.Mark), func(key, value []byte) error {
		v.marks++
		target, reviser, txn, err := keys.SplitMark(key[keys.PrefixLen:])
		if err != nil || len(value) != markLen || value[0] != markFormat {
			v.problem("mark", "malformed: key %x", key)
			return nil
		}
		where := fmt.Sprintf("mark of %x by %x", target[len(target)-keys.IDLen:], reviser)
		recorded := Row(value).Recorded()
		v.checkTag(where, recorded)
		if (len(txn) > 0) != (recorded < 0) {
			v.problem(where, "tagged in key or row only")
		}
		return nil
	})
}

func (v *verifier) checkIntents() error {
	return v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.Intent), func(key, value []byte) error {
		v.intents++
		suffix, txn, err := keys.SplitIntent(key[keys.PrefixLen:])
		if err != nil || Row(value).Check() != nil {
			v.problem("intent", "malformed: key %x", key)
			return nil
		}
		where := fmt.Sprintf("intent of %x", txn)
		recorded := Row(value).Recorded()
		v.checkTag(where, recorded)
		if r := v.txns.byID[TxnID(txn)]; r == nil || -int64(r.seq) != recorded {
			v.problem(where, "is not tagged by its transaction")
		}
		if ok, err := v.has(keys.AppendClaim(nil, uint16(v.sh.id), suffix)); err != nil {
			return err
		} else if !ok {
			v.problem(where, "there is no claim at its final key")
		}
		return nil
	})
}

// has reports whether the snapshot has a key.
func (v *verifier) has(key []byte) (bool, error) {
	_, closer, err := v.snap.Get(key)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read key: %w", err)
	}
	return true, closer.Close()
}
