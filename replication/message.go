package replication

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Methods of calls between nodes (transport.Mux). Each has a request and an
// answer of its own below; every answer begins with a status.
const (
	methodPropose byte = iota + 1 // an entry for the log of a group that the other node leads
	methodLatest                  // the newest time of groups that it leads
	methodReady                   // makes groups that it leads final up to a time
	methodFinish                  // a transaction was committed of which groups that it leads are parts
	methodOutcome                 // how a transaction ended in the log of a coordinator that it leads
	methodOwns                    // whether it will finish transactions that it began
	methodHello                   // who it is
	methodJoin                    // takes a node into the cluster
)

const (
	methodWake byte = iota + 20 // groups that it leads are read at closed times
	methodBeat                  // heartbeats of groups that the caller leads
)

// Methods that compare replicas and rebuild them.
const (
	methodDigest     byte = iota + 40 // what a replica holds, summed at a place of the log
	methodQuarantine                  // takes a replica of the other node into quarantine
	methodState                       // a piece of the state of a group that it leads
	methodCompare                     // compares the replicas of a group that it leads
	methodSync                        // how the replicas of a group that it leads have compared
)

// status is how a method ended.
type status byte

const (
	statusOK          status = iota
	statusConflict           // storage.ErrConflict
	statusExists             // storage.ErrExists
	statusDecided            // storage.ErrTxnDecided
	statusRefused            // another refusal by the state, the same on every replica
	statusUnavailable        // the node does not lead the group, or is closing: nothing was changed
	statusUnknown            // ErrUnknownOutcome
	statusFailed             // anything else: nothing was changed
	statusFull               // ErrDiskFull
)

// statusErrors are the errors that a status stands for.
var statusErrors = []struct {
	status status
	err    error
}{
	{statusUnknown, ErrUnknownOutcome}, {statusFull, ErrDiskFull}, {statusUnavailable, ErrUnavailable}, {statusUnavailable, ErrClosed},
	{statusConflict, storage.ErrConflict}, {statusExists, storage.ErrExists}, {statusDecided, storage.ErrTxnDecided},
}

// remoteError is an error that another node had.
type remoteError struct {
	text string
	kind error // what it wraps there, of those that callers tell apart; nil: none
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.kind }

// appendStatus begins an answer: how it ended, and the error's text.
func appendStatus(b []byte, err error, other status) []byte {
	if err == nil {
		return append(b, byte(statusOK))
	}
	s := other
	for _, known := range statusErrors {
		if errors.Is(err, known.err) {
			s = known.status
			break
		}
	}
	return appendBytes(append(b, byte(s)), []byte(err.Error()))
}

func appendBytes(b, p []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(p))), p...)
}

func appendTime(b []byte, t knowledge.Micros) []byte { return binary.AppendVarint(b, int64(t)) }

func appendShard(b []byte, id storage.ShardID) []byte {
	return binary.BigEndian.AppendUint16(b, uint16(id))
}

func appendTexts(b []byte, texts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, t := range texts {
		b = appendBytes(b, []byte(t))
	}
	return b
}

func appendShards(b []byte, ids []storage.ShardID) []byte {
	b = binary.AppendUvarint(b, uint64(len(ids)))
	for _, id := range ids {
		b = appendShard(b, id)
	}
	return b
}

// errMessage is a message that another version of this program, or none, made.
var errMessage = errors.New("malformed message of another node")

// messageReader takes a message apart. After the first fault all it gives is
// zero, and err says so.
type messageReader struct {
	b   []byte
	err error
}

func (r *messageReader) fail() {
	r.b, r.err = nil, errMessage
}

func (r *messageReader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail()
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *messageReader) byte() byte {
	if p := r.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (r *messageReader) shard() storage.ShardID {
	if p := r.take(2); p != nil {
		return storage.ShardID(binary.BigEndian.Uint16(p))
	}
	return 0
}

func (r *messageReader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *messageReader) time() knowledge.Micros {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return knowledge.Micros(v)
}

// count is a number of things, each of at least one byte.
func (r *messageReader) count() int {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *messageReader) bytes() []byte { return r.take(r.count()) }
func (r *messageReader) text() string  { return string(r.bytes()) }

func (r *messageReader) texts() []string {
	out := make([]string, r.count())
	for i := range out {
		out[i] = r.text()
	}
	return out
}

func (r *messageReader) txn() (id storage.TxnID) {
	copy(id[:], r.take(len(id)))
	return id
}

func (r *messageReader) shards() []storage.ShardID {
	out := make([]storage.ShardID, r.count())
	for i := range out {
		out[i] = r.shard()
	}
	return out
}

// status reads how a method ended. refused says that the state did: the answer is
// the group's, for good.
func (r *messageReader) status() (refused bool, err error) {
	s := status(r.byte())
	if r.err != nil || s == statusOK {
		return false, r.err
	}
	e := &remoteError{text: r.text()}
	for _, known := range statusErrors {
		if known.status == s {
			e.kind = known.err
			break
		}
	}
	if r.err != nil {
		return false, r.err
	}
	switch s {
	case statusConflict, statusExists, statusDecided, statusRefused:
		return true, e
	}
	return false, e
}

// errNoGroup is a shard that this cluster does not have.
var errNoGroup = errors.New("there is no such shard here")

// askedGroup is the group that a request, which has been read, is about.
func (n *Node) askedGroup(r *messageReader, id storage.ShardID) (*Group, error) {
	if r.err != nil {
		return nil, r.err
	}
	g := n.Group(id)
	if g == nil {
		return nil, errNoGroup
	}
	return g, nil
}

// proposeRequest asks a group's leader to propose an entry, whose time is to be
// above floor.
type proposeRequest struct {
	group storage.ShardID
	floor knowledge.Micros
	entry []byte
}

func (q *proposeRequest) encode() []byte {
	b := appendShard(make([]byte, 0, len(q.entry)+16), q.group)
	return append(appendTime(b, q.floor), q.entry...)
}

func decodePropose(b []byte) (q proposeRequest, err error) {
	r := messageReader{b: b}
	q.group, q.floor = r.shard(), r.time()
	q.entry = r.b
	return q, r.err
}

// appendResult is the answer: what applying the entry gave.
func appendResult(b []byte, res *result, err error) []byte {
	b = appendStatus(b, err, statusRefused)
	b = appendTime(b, res.at)
	b = binary.AppendUvarint(b, uint64(res.stored))
	return appendOutcome(b, res.outcome)
}

func appendOutcome(b []byte, o storage.Outcome) []byte {
	flags := byte(0)
	if o.Decided {
		flags |= 1
	}
	if o.Committed {
		flags |= 2
	}
	b = appendTime(append(b, flags), o.At)
	return binary.AppendUvarint(b, uint64(o.Stored))
}

func (r *messageReader) outcome() storage.Outcome {
	flags := r.byte()
	return storage.Outcome{Decided: flags&1 != 0, Committed: flags&2 != 0, At: r.time(), Stored: int(r.uint())}
}

func decodeResult(b []byte) (res result, refused bool, err error) {
	r := messageReader{b: b}
	refused, err = r.status()
	if err != nil && !refused {
		return result{}, false, err
	}
	res.at, res.stored = r.time(), int(r.uint())
	res.outcome = r.outcome()
	if r.err != nil {
		return result{}, false, r.err
	}
	if refused {
		res.err = err
	}
	return res, refused, nil
}

// badMethod answers a method that this version does not have.
func badMethod(m byte) error { return fmt.Errorf("method %d is not known here", m) }
