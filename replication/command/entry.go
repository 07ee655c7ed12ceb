package command

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Version is the version of the layout that this program writes.
const Version = 1

// Bounds that Decode enforces and that a Builder's caller keeps.
const (
	MaxKey     = 4 << 10  // bytes of a key
	MaxRow     = 8 << 20  // bytes of a row
	MaxRecords = 1 << 16  // claim records, and state operations, of an entry
	MaxEntry   = 32 << 20 // bytes of an entry
)

const (
	offVersion     = 0
	offKind        = 1
	offCoordinator = 2
	offRecords     = 4
	offAt          = 8
	offTxn         = 16
	headerSize     = 32
)

// Errors of Decode. Both mean that the replica must stop: it cannot know what
// the entry did elsewhere.
var (
	// ErrMalformed is an entry that breaks the layout.
	ErrMalformed = errors.New("malformed log entry")
	// ErrUnknown is an entry of a version or kind of a later program.
	ErrUnknown = errors.New("log entry of an unknown version or kind")
)

// Kind says what an entry does.
type Kind uint8

// The kinds of entries. Numbers are on disk.
const (
	// Insert stores claims at once: a transaction of one shard and one entry.
	Insert Kind = 1
	// Tag stores claims tagged with their transaction, not yet visible.
	Tag Kind = 2
	// Prepare stores its claims like Tag and then votes: the shard can commit.
	// State operations ride in the Prepare of the meta group.
	Prepare Kind = 3
	// Commit stores its claims like Tag and then decides: it is the commit
	// record, in the coordinator's shard, and its time is the commit time.
	Commit Kind = 4
	// Resolve makes committed transactions' claims ordinary ones: one record
	// each, Builder.AddDecision's.
	Resolve Kind = 5
	// Abort drops a transaction's claims; in the coordinator's shard it decides.
	Abort Kind = 6
	// PutMeta writes state tables: a transaction of the meta group alone.
	PutMeta Kind = 7
	// Forget drops commit records whose transactions every shard has resolved;
	// the records' keys are transaction ids.
	Forget Kind = 8

	// Close closes its time: whatever comes later in the log is recorded above it,
	// so that a replica that has applied it may be read at that time. It carries
	// nothing.
	Close Kind = 20

	// Digest changes nothing: every replica sums what it holds at this place of
	// the log, so that they can be compared. Its transaction id names the
	// comparison; Coordinator is 1 when it is urgent, else 0.
	Digest Kind = 40
)

// String returns the kind's name.
func (k Kind) String() string {
	switch k {
	case Insert:
		return "insert"
	case Tag:
		return "tag"
	case Prepare:
		return "prepare"
	case Commit:
		return "commit"
	case Resolve:
		return "resolve"
	case Abort:
		return "abort"
	case PutMeta:
		return "put_meta"
	case Forget:
		return "forget"
	case Close:
		return "close"
	case Digest:
		return "digest"
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Entry is a decoded log entry. Recs and Ops alias the entry's bytes.
type Entry struct {
	Kind        Kind
	At          knowledge.Micros // the time the leader gave it
	Txn         storage.TxnID
	Coordinator storage.ShardID
	Recs        []storage.ClaimRec
	Ops         []storage.MetaOp
}

// Decode reads an entry into e, whose slices are reused. The contents alias
// data. Errors wrap ErrMalformed or ErrUnknown.
func Decode(data []byte, e *Entry) error {
	e.Recs, e.Ops = e.Recs[:0], e.Ops[:0]
	if len(data) < headerSize || len(data) > MaxEntry {
		return fmt.Errorf("%w: %d bytes", ErrMalformed, len(data))
	}
	if data[offVersion] != Version {
		return fmt.Errorf("%w: version %d", ErrUnknown, data[offVersion])
	}
	e.Kind = Kind(data[offKind])
	if (e.Kind < Insert || e.Kind > Forget) && e.Kind != Close && e.Kind != Digest {
		return fmt.Errorf("%w: %v", ErrUnknown, e.Kind)
	}
	e.Coordinator = storage.ShardID(binary.BigEndian.Uint16(data[offCoordinator:]))
	e.At = knowledge.Micros(binary.BigEndian.Uint64(data[offAt:]))
	copy(e.Txn[:], data[offTxn:])
	n := binary.BigEndian.Uint32(data[offRecords:])
	r := reader{rest: data[headerSize:]}
	if err := r.records(int64(n), e); err != nil {
		return err
	}
	if err := r.ops(e); err != nil {
		return err
	}
	if len(r.rest) != 0 {
		return fmt.Errorf("%w: %d bytes after its end", ErrMalformed, len(r.rest))
	}
	return nil
}

// KindOf returns the kind of an encoded entry.
func KindOf(data []byte) Kind { return Kind(data[offKind]) }

// Writes reports whether an encoded entry brings what a transaction writes, or its
// vote or commit, rather than how one ended or what groups tell themselves.
func Writes(data []byte) bool {
	switch KindOf(data) {
	case Insert, Tag, Prepare, Commit, PutMeta:
		return true
	}
	return false
}

// Time returns the time that the leader gave an encoded entry.
func Time(data []byte) knowledge.Micros {
	return knowledge.Micros(binary.BigEndian.Uint64(data[offAt:]))
}

// SetTime patches the time of an encoded entry that nobody else holds yet.
func SetTime(data []byte, at knowledge.Micros) {
	binary.BigEndian.PutUint64(data[offAt:], uint64(at))
}

// Decision reads a record of a Resolve. Errors wrap ErrMalformed.
func Decision(rec storage.ClaimRec) (txn storage.TxnID, at knowledge.Micros, err error) {
	if len(rec.Key) != len(txn) || len(rec.Row) != 8 {
		return txn, 0, fmt.Errorf("%w: decision of %d and %d bytes", ErrMalformed, len(rec.Key), len(rec.Row))
	}
	return storage.TxnID(rec.Key), knowledge.Micros(binary.BigEndian.Uint64(rec.Row)), nil
}

// reader walks an entry's body.
type reader struct{ rest []byte }

func (r *reader) records(n int64, e *Entry) error {
	// A record takes at least two bytes, so the count cannot make the slice
	// greater than the entry itself.
	if n > MaxRecords || n > int64(len(r.rest)/2) {
		return fmt.Errorf("%w: %d records in %d bytes", ErrMalformed, n, len(r.rest))
	}
	if int64(cap(e.Recs)) < n {
		e.Recs = make([]storage.ClaimRec, 0, n)
	}
	for range n {
		key, row, err := r.pair()
		if err != nil {
			return err
		}
		e.Recs = append(e.Recs, storage.ClaimRec{Key: key, Row: row})
	}
	return nil
}

func (r *reader) ops(e *Entry) error {
	n, err := r.uvarint(MaxRecords)
	if err != nil {
		return err
	}
	for range n {
		table, err := r.uvarint(1<<16 - 1)
		if err != nil {
			return err
		}
		if len(r.rest) < 9 {
			return fmt.Errorf("%w: truncated operation", ErrMalformed)
		}
		flags, expect := r.rest[0], binary.BigEndian.Uint64(r.rest[1:])
		if flags > 1 {
			return fmt.Errorf("%w: operation flags %#x", ErrUnknown, flags)
		}
		r.rest = r.rest[9:]
		key, row, err := r.pair()
		if err != nil {
			return err
		}
		e.Ops = append(e.Ops, storage.MetaOp{
			Table: uint16(table), Key: key, Row: row, Delete: flags&1 != 0, Expect: expect,
		})
	}
	return nil
}

// pair reads two lengths and the bytes they measure.
func (r *reader) pair() (key, row []byte, err error) {
	k, err := r.uvarint(MaxKey)
	if err != nil {
		return nil, nil, err
	}
	v, err := r.uvarint(MaxRow)
	if err != nil {
		return nil, nil, err
	}
	if uint64(len(r.rest)) < k+v {
		return nil, nil, fmt.Errorf("%w: truncated record", ErrMalformed)
	}
	// The capacities are cut so that an append cannot reach the neighbour.
	key, row = r.rest[:k:k], r.rest[k:k+v:k+v]
	r.rest = r.rest[k+v:]
	return key, row, nil
}

func (r *reader) uvarint(most uint64) (uint64, error) {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > most {
		return 0, fmt.Errorf("%w: bad length", ErrMalformed)
	}
	r.rest = r.rest[n:]
	return v, nil
}
