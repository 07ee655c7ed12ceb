package storage

import (
	"bytes"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// checkIndexes sums every index and compares it with what the claims call for.
// Only where the sums differ are entries and claims looked up one by one.
func (v *verifier) checkIndexes() error {
	for seq, r := range v.txns.bySeq {
		if r.state == txnSettled {
			k := keys.AppendByRecordedTxn(nil, 0, 0, int64(r.at), seq)
			v.want[idxRecorded].add(entryHash(k[keys.IndexLen:]))
		}
	}
	for i := range idxCount {
		prefix := keys.AppendIndexPrefix(nil, uint16(v.sh.id), indexKind(i), v.st.gens[i])
		err := v.scan(prefix, func(key, value []byte) error {
			v.rep.Entries++
			v.have[i].add(v.hashEntry(i, key, value))
			return nil
		})
		if err != nil {
			return err
		}
		if v.have[i] == v.want[i] {
			continue
		}
		if err := v.compareIndex(i, prefix); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) hashEntry(i int, key, value []byte) uint64 {
	rest := key[keys.IndexLen:]
	if i == idxID {
		if len(rest) != keys.IDLen {
			return 0
		}
		return idEntryHash(rest, value)
	}
	if len(value) != 0 {
		return 0
	}
	return entryHash(rest)
}

// compareIndex finds entries without a claim and claims without an entry.
func (v *verifier) compareIndex(i int, prefix []byte) error {
	found := v.n
	name := indexNames[i] + " index"
	err := v.scan(prefix, func(key, value []byte) error {
		want, err := v.claimOfEntry(i, key, value)
		if err != nil {
			return err
		}
		if !bytes.Equal(want, key) {
			v.problem(name, "entry %x has no such claim", key[keys.IndexLen:])
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.Claim), func(key, value []byte) error {
		suffix := key[keys.PrefixLen:]
		k := v.entryOf(i, suffix, value)
		if k == nil {
			return nil
		}
		ok, err := v.has(k)
		if err == nil && !ok {
			v.problem(name, "the entry of claim %x is missing", suffix[len(suffix)-keys.IDLen:])
		}
		return err
	})
	if err == nil && v.n == found {
		v.problem(name, "%d entries, sum %x; the claims call for %d, sum %x", v.have[i].n, v.have[i].sum, v.want[i].n, v.want[i].sum)
	}
	return err
}

// entryOf is the index key that a claim calls for; nil for none.
func (v *verifier) entryOf(i int, suffix []byte, row Row) []byte {
	path, pred, id, err := keys.SplitSuffix(suffix)
	if err != nil {
		return nil
	}
	shard, gen := uint16(v.sh.id), v.st.gens[i]
	switch i {
	case idxID:
		return keys.AppendByID(nil, shard, gen, id)
	case idxPred:
		return keys.AppendByPred(nil, shard, gen, path, pred, id)
	case idxSource:
		return keys.AppendBySource(nil, shard, gen, row.Source(), suffix)
	}
	if row.Recorded() <= 0 {
		return nil
	}
	return keys.AppendByRecorded(nil, shard, gen, row.Recorded(), row.Ordinal(), suffix)
}

// claimOfEntry reads the claim that an entry names and returns the entry that
// the claim calls for: equal if all is well.
func (v *verifier) claimOfEntry(i int, key, value []byte) ([]byte, error) {
	var suffix []byte
	rest := key[keys.IndexLen:]
	switch i {
	case idxID:
		suffix = append(bytes.Clone(value), rest...)
	case idxPred:
		path, pred, id, err := keys.SplitByPred(rest)
		if err != nil {
			return nil, nil
		}
		suffix = append(keys.AppendPair(nil, path, pred), id...)
	case idxSource:
		_, s, err := keys.SplitBySource(rest)
		if err != nil {
			return nil, nil
		}
		suffix = s
	default:
		e, err := keys.SplitByRecorded(rest)
		if err != nil {
			return nil, nil
		}
		if e.Seq != 0 {
			if at, ok := v.txns.settledAt(e.Seq); ok && int64(at) == e.Recorded {
				return key, nil
			}
			return nil, nil
		}
		suffix = e.Suffix
	}
	row, closer, err := v.snap.Get(keys.AppendClaim(nil, uint16(v.sh.id), suffix))
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read claim: %w", err)
	}
	want := v.entryOf(i, suffix, row)
	return want, closer.Close()
}

// checkRowLists compares the row lists with the tagged rows.
func (v *verifier) checkRowLists() error {
	err := v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.TxnRows), func(key, value []byte) error {
		seq, first, err := keys.SplitTxnRows(key[keys.PrefixLen:])
		if err != nil {
			v.problem("row list", "malformed key %x", key)
			return nil
		}
		r := v.txns.bySeq[seq]
		if r == nil {
			v.problem("row list", "is of an unknown transaction %d", seq)
			return nil
		}
		for len(value) > 0 {
			var delta uint32
			var suffix []byte
			if delta, suffix, value, err = keys.CutRowEntry(value); err != nil {
				v.problem(fmt.Sprintf("transaction %x", r.id), "malformed row list at %d", first)
				return nil
			}
			if err := v.checkListed(r, first+delta, suffix); err != nil {
				return err
			}
		}
		return nil
	})
	for seq, n := range v.tagged {
		if n != 0 {
			v.problem(fmt.Sprintf("transaction %d", seq), "%+d tagged rows more than its row list", n)
		}
	}
	return err
}

// checkListed looks for the row that a list names. Of a settled transaction it
// may have given way to one recorded earlier.
func (v *verifier) checkListed(r *txnRec, ordinal uint32, suffix []byte) error {
	ok, err := v.hasTagged(r, suffix)
	if ok || err != nil {
		v.tagged[r.seq]--
		return err
	}
	if r.state == txnSettled {
		row, closer, err := v.snap.Get(keys.AppendClaim(nil, uint16(v.sh.id), suffix))
		if err == nil {
			recorded := Row(row).Recorded()
			if at, settled := v.txns.settledAt(uint64(-recorded)); recorded < 0 && settled {
				recorded = int64(at)
			}
			if err := closer.Close(); err != nil || (recorded > 0 && recorded <= int64(r.at)) {
				return err
			}
		} else if !isNotFound(err) {
			return fmt.Errorf("read claim: %w", err)
		}
	}
	v.problem(fmt.Sprintf("transaction %x", r.id), "row %d is missing", ordinal)
	return nil
}

// hasTagged looks for a transaction's row: a mark, a final row, an intent.
func (v *verifier) hasTagged(r *txnRec, suffix []byte) (bool, error) {
	shard := uint16(v.sh.id)
	if _, _, _, err := keys.SplitSuffix(suffix); err != nil {
		return v.has(keys.AppendMark(nil, shard, suffix, r.id[:]))
	}
	row, closer, err := v.snap.Get(keys.AppendClaim(nil, shard, suffix))
	if err != nil && !isNotFound(err) {
		return false, fmt.Errorf("read claim: %w", err)
	}
	if err == nil {
		mine := Row(row).Recorded() == -int64(r.seq)
		if err := closer.Close(); err != nil || mine {
			return mine, err
		}
	}
	return v.has(keys.AppendIntent(nil, shard, suffix, r.id[:]))
}

// checkMeta decodes the state rows and counts their changes.
func (v *verifier) checkMeta() error {
	times := map[int64]bool{}
	err := v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.Meta), func(key, value []byte) error {
		table, k, recorded, err := keys.SplitMeta(v.lastKey[:0], key[keys.PrefixLen:])
		v.lastKey = k
		if err != nil || len(value) == 0 || value[0] > 1 {
			v.problem("state row", "malformed: key %x", key)
			return nil
		}
		if recorded <= 0 || knowledge.Micros(recorded) > v.st.lastRecorded {
			v.problem(fmt.Sprintf("state row %x of table %d", k, table), "recorded at %d, after the shard's last time", recorded)
		}
		times[recorded] = true
		return nil
	})
	if err != nil {
		return err
	}
	err = v.scan(keys.AppendPrefix(nil, uint16(v.sh.id), keys.MetaChange), func(key, _ []byte) error {
		recorded, _, err := keys.SplitMetaChange(key[keys.PrefixLen:])
		if err != nil {
			v.problem("state change", "malformed key %x", key)
		}
		delete(times, recorded)
		return nil
	})
	for recorded := range times {
		v.problem("state change", "none is noted at %d, when rows were written", recorded)
	}
	return err
}

// checkCounters compares the shard's record with what was counted.
func (v *verifier) checkCounters() {
	counter := func(name string, have, want tally) {
		if have != want {
			v.problem(name, "the counter says %d, sum %x; there are %d, sum %x", have.n, have.sum, want.n, want.sum)
		}
	}
	counter("claims", v.st.claims, v.claims)
	counter("marks", tally{n: v.st.marks}, tally{n: v.marks})
	counter("intents", tally{n: v.st.intents}, tally{n: v.intents})
	for i := range idxCount {
		counter(indexNames[i]+" index", v.st.idx[i], v.have[i])
	}
}
