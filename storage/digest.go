package storage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/cockroachdb/pebble/v2"

	"github.com/stemedb/stemedb/storage/keys"
)

// DigestLeaves is the number of leaves of each part of a digest.
const DigestLeaves = 1024

// The parts of a digest, by their place in Digest.Parts.
const (
	partClaims = iota
	partMarks
	partIntents
	partTxns
	partMeta
	partState
	partIndex   // the first index; the others follow
	digestParts = partIndex + idxCount
)

var partNames = [digestParts]string{
	"claims", "marks", "intents", "transactions", "state tables", "counters",
	"id index", "predicate index", "source index", "recorded index",
}

// Digest is a Merkle tree over everything that a shard holds at one log index.
// Replicas that applied the same entries have equal trees, whatever is
// different on their disks: generations of indexes and the parts that row lists
// are cut into do not count.
type Digest struct {
	Shard         ShardID
	Applied, Term uint64 // the log position
	Root          [32]byte
	Parts         [digestParts]DigestPart
	// Damage says how the shard contradicts its own counters and checksums:
	// then it is wrong, whatever others hold. At most maxDamage lines.
	Damage      []string
	Keys, Bytes int64 // what was read
}

// DigestPart is the tree over one kind of keys. Its leaves are buckets by key.
type DigestPart struct {
	Name   string
	Root   [32]byte
	Leaves [DigestLeaves]DigestLeaf
}

// DigestLeaf counts a bucket's entries and sums their hashes modulo 2^64.
type DigestLeaf struct{ N, Sum uint64 }

const maxDamage = 10

// Differs lists where two digests of one shard differ: the parts by name, with
// the number of leaves.
func (d *Digest) Differs(o *Digest) []string {
	var out []string
	for i := range d.Parts {
		a, b := &d.Parts[i], &o.Parts[i]
		if a.Root == b.Root {
			continue
		}
		n := 0
		for j := range a.Leaves {
			if a.Leaves[j] != b.Leaves[j] {
				n++
			}
		}
		out = append(out, fmt.Sprintf("%s in %d of %d leaves", a.Name, n, DigestLeaves))
	}
	return out
}

// Capture holds a shard as it is now, for a digest of it. It is cheap. Close it.
type Capture struct {
	sh   *Shard
	snap *pebble.Snapshot
}

// Capture takes a shard's state as of its applied index. Errors: the store has
// failed.
func (s *Store) Capture(id ShardID) (*Capture, error) {
	sh := s.Shard(id)
	if sh == nil {
		return nil, fmt.Errorf("capture: no shard %d", id)
	}
	if err := s.fatal.check(); err != nil {
		return nil, fmt.Errorf("capture shard %d: %w", id, err)
	}
	return &Capture{sh: sh, snap: s.db.NewSnapshot()}, nil
}

// Close lets go of the state.
func (c *Capture) Close() error { return c.snap.Close() }

// Digest reads everything that was captured and sums it, at most rate bytes a
// second (0: as fast as it goes). Errors: ctx's, and reads that failed, which
// stop the store when data is corrupt.
func (c *Capture) Digest(ctx context.Context, rate int64) (*Digest, error) {
	d := &digester{cap: c, ctx: ctx, rate: rate, start: time.Now(), out: &Digest{Shard: c.sh.id}}
	for i := range d.out.Parts {
		d.out.Parts[i].Name = partNames[i]
	}
	if err := d.run(); err != nil {
		return nil, fmt.Errorf("digest of shard %d: %w", c.sh.id, c.sh.store.fatal.corruption(err))
	}
	return d.out, nil
}

// digester sums one shard.
type digester struct {
	cap   *Capture
	ctx   context.Context
	rate  int64
	start time.Time
	out   *Digest

	st             shardState
	claims         tally
	marks, intents int64
	idx            [idxCount]tally
	keyBuf         []byte
}

func (d *digester) run() error {
	if err := d.state(); err != nil {
		return err
	}
	steps := []struct {
		kind keys.Kind
		each func(rest, value []byte)
	}{
		{keys.Txn, d.plain(partTxns, keys.Txn)},
		{keys.Decision, d.plain(partTxns, keys.Decision)},
		{keys.Outcome, d.plain(partTxns, keys.Outcome)},
		{keys.Meta, d.plain(partMeta, keys.Meta)},
		{keys.MetaChange, d.plain(partMeta, keys.MetaChange)},
		{keys.Claim, d.claim},
		{keys.Mark, func(rest, value []byte) { d.marks++; d.add(partMarks, 0, rest, value) }},
		{keys.Intent, func(rest, value []byte) { d.intents++; d.add(partIntents, 0, rest, value) }},
		{keys.TxnRows, d.rowList},
	}
	for _, s := range steps {
		prefix := keys.AppendPrefix(nil, uint16(d.cap.sh.id), s.kind)
		if err := d.scan(prefix, s.each); err != nil {
			return err
		}
	}
	for i := range idxCount {
		prefix := keys.AppendIndexPrefix(nil, uint16(d.cap.sh.id), indexKind(i), d.st.gens[i])
		if err := d.scan(prefix, func(rest, value []byte) { d.entry(i, rest, value) }); err != nil {
			return err
		}
	}
	d.check()
	d.roots()
	return nil
}

// state reads the shard's record, whose generations are this node's own matter.
func (d *digester) state() error {
	v, closer, err := d.cap.snap.Get(keys.AppendPrefix(nil, uint16(d.cap.sh.id), keys.State))
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	if err := errors.Join(d.st.decode(v), closer.Close()); err != nil {
		return err
	}
	d.out.Applied, d.out.Term = d.st.applied, d.st.term
	same := d.st
	same.gens = [idxCount]uint8{}
	d.add(partState, 0, nil, same.encode(nil))
	return nil
}

// scan calls fn for every key that begins with prefix, with what follows it.
func (d *digester) scan(prefix []byte, fn func(rest, value []byte)) error {
	n := len(prefix)
	it, err := d.cap.snap.NewIter(iterOptions(prefix, keys.Successor(append([]byte(nil), prefix...))))
	if err != nil {
		return fmt.Errorf("open iterator: %w", err)
	}
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		var v []byte
		if v, err = it.ValueAndErr(); err != nil {
			break
		}
		k := it.Key()
		fn(k[n:], v)
		d.out.Bytes += int64(len(k) + len(v))
		if d.out.Keys++; d.out.Keys&1023 == 0 {
			err = d.pace()
		}
	}
	if err = errors.Join(err, it.Error(), it.Close()); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return nil
}

// pace waits until the bytes read so far are within the rate.
func (d *digester) pace() error {
	if d.rate <= 0 {
		return d.ctx.Err()
	}
	due := time.Duration(float64(d.out.Bytes) / float64(d.rate) * float64(time.Second))
	ahead := due - time.Since(d.start)
	if ahead < 10*time.Millisecond {
		return d.ctx.Err()
	}
	t := time.NewTimer(ahead)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-d.ctx.Done():
		return d.ctx.Err()
	}
}

// mix spreads a hash: sums of spread hashes tell apart entries whose values
// were exchanged.
func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	h ^= h >> 29
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>32
}

func (d *digester) put(part int, key, value uint64) {
	l := &d.out.Parts[part].Leaves[key>>54]
	l.N++
	l.Sum += mix(key ^ mix(value+1))
}

// add counts an entry; salt keeps kinds of one part apart.
func (d *digester) add(part int, salt byte, rest, value []byte) {
	d.put(part, xxhash.Sum64(rest)+uint64(salt)*0x9E3779B97F4A7C15, xxhash.Sum64(value))
}

func (d *digester) plain(part int, kind keys.Kind) func(rest, value []byte) {
	return func(rest, value []byte) { d.add(part, byte(kind), rest, value) }
}

func (d *digester) claim(suffix, value []byte) {
	row := Row(value)
	if row.Check() != nil || storedSum(row) != rowSum(row) {
		d.damaged("the row of claim %x does not match its checksum", suffix[max(0, len(suffix)-keys.IDLen):])
		return
	}
	h := xxhash.Sum64(suffix)
	d.claims.add(h ^ uint64(storedSum(row))*0x9E3779B97F4A7C15)
	d.put(partClaims, h, xxhash.Sum64(value))
}

// rowList counts the rows of a list one by one: how many lie in one part of it
// depends on how entries were batched.
func (d *digester) rowList(rest, value []byte) {
	seq, first, err := keys.SplitTxnRows(rest)
	for err == nil && len(value) > 0 {
		var delta uint32
		var suffix []byte
		if delta, suffix, value, err = keys.CutRowEntry(value); err == nil {
			d.keyBuf = keys.AppendTxnRows(d.keyBuf[:0], 0, seq, first+delta)
			d.add(partTxns, byte(keys.TxnRows), d.keyBuf, suffix)
		}
	}
	if err != nil {
		d.damaged("malformed row list %x", rest)
	}
}

func (d *digester) entry(i int, rest, value []byte) {
	h := entryHash(rest)
	if i == idxID {
		if len(rest) != keys.IDLen {
			d.damaged("malformed entry of the id index: %x", rest)
			return
		}
		h = idEntryHash(rest, value)
	} else if len(value) != 0 {
		h = mix(h) // no such entry is ever written
	}
	d.idx[i].add(h)
	d.put(partIndex+i, h, 0)
}

func (d *digester) damaged(format string, args ...any) {
	if len(d.out.Damage) < maxDamage {
		d.out.Damage = append(d.out.Damage, fmt.Sprintf(format, args...))
	}
}

// check compares what was counted with what the shard's record says.
func (d *digester) check() {
	counter := func(name string, have, want tally) {
		if have != want {
			d.damaged("%s: the counter says %d, sum %x; there are %d, sum %x", name, want.n, want.sum, have.n, have.sum)
		}
	}
	counter("claims", d.claims, d.st.claims)
	counter("marks", tally{n: d.marks}, tally{n: d.st.marks})
	counter("intents", tally{n: d.intents}, tally{n: d.st.intents})
	for i := range idxCount {
		counter(partNames[partIndex+i], d.idx[i], d.st.idx[i])
	}
}

// roots hashes the leaves up to the root.
func (d *digester) roots() {
	all := sha256.New()
	for i := range d.out.Parts {
		p := &d.out.Parts[i]
		p.Root = merkleRoot(&p.Leaves)
		_, _ = all.Write(p.Root[:]) // cannot fail
	}
	all.Sum(d.out.Root[:0])
}

// merkleRoot is the root of the binary tree over leaves.
func merkleRoot(leaves *[DigestLeaves]DigestLeaf) [32]byte {
	var level [DigestLeaves][32]byte
	for i := range leaves {
		var b [17]byte // a leaf begins with 0, an inner node with 1
		binary.BigEndian.PutUint64(b[1:], leaves[i].N)
		binary.BigEndian.PutUint64(b[9:], leaves[i].Sum)
		level[i] = sha256.Sum256(b[:])
	}
	for n := DigestLeaves / 2; n > 0; n /= 2 {
		for i := range n {
			var b [65]byte
			b[0] = 1
			copy(b[1:], level[2*i][:])
			copy(b[33:], level[2*i+1][:])
			level[i] = sha256.Sum256(b[:])
		}
	}
	return level[0]
}
