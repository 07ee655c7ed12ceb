package backup

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Cluster is what a Source needs of replication's node.
type Cluster interface {
	Shards() int
	// ID names the cluster.
	ID(ctx context.Context) (string, error)
	// Holds reports whether this node has a replica of a shard to read.
	Holds(storage.ShardID) bool
	// Read begins a read at one recorded time, as of the executor's.
	Read(context.Context, storage.ReadOptions) (*storage.View, error)
	// Local tells which state tables are about the nodes of this cluster, and mean
	// nothing to another one.
	Local(table uint16) bool
	// Ask has another node that holds a shard serve a request; each attempt may ask
	// another one. recv gives the answer's pieces, and io.EOF at its end; end lets go of it.
	Ask(ctx context.Context, shard storage.ShardID, attempt int, request []byte) (recv func() ([]byte, error), end func() error, err error)
}

// Source makes the parts of backups on a node. Safe for concurrent use.
type Source struct{ Cluster Cluster }

// Cut is a time to back up, and what there is to it.
type Cut struct {
	Cluster string           `json:"cluster_id"`
	At      knowledge.Micros `json:"at"` // µs since 2000-01-01 UTC
	AsOf    string           `json:"as_of"`
	Shards  int              `json:"shards"`
	Claims  int64            `json:"claims"` // about
}

// Cut takes the newest time: all that was acknowledged before the call is in a backup
// as of it. Errors: those of Cluster.
func (s *Source) Cut(ctx context.Context) (Cut, error) {
	id, err := s.Cluster.ID(ctx)
	if err != nil {
		return Cut{}, err
	}
	v, err := s.Cluster.Read(ctx, storage.ReadOptions{})
	if err != nil {
		return Cut{}, err
	}
	defer v.Close()
	c := Cut{Cluster: id, At: v.At(), AsOf: timeText(v.At()), Shards: s.Cluster.Shards()}
	held := v.Shards()
	for _, shard := range held {
		n, _ := v.Counts(shard)
		c.Claims += n
	}
	if len(held) > 0 {
		c.Claims = c.Claims * int64(c.Shards) / int64(len(held))
	}
	return c, nil
}

// Request asks for a part.
type Request struct {
	Kind     Kind
	Shard    storage.ShardID
	From, To knowledge.Micros
}

// ErrRequest is a request for a part that there cannot be.
var ErrRequest = errors.New("there is no such part")

// ParseRequest reads a part's name, "state" or a shard's number, and its times.
func (s *Source) ParseRequest(name, from, to string) (q Request, err error) {
	q = Request{Kind: KindState, Shard: storage.MetaShard}
	if name != "state" {
		n, err := strconv.Atoi(name)
		if err != nil || n < 0 || n >= s.Cluster.Shards() {
			return q, fmt.Errorf("%w: %q; parts are state and 0 to %d", ErrRequest, name, s.Cluster.Shards()-1)
		}
		q.Kind, q.Shard = KindClaims, storage.ShardID(n)
	}
	for _, t := range []struct {
		name, text string
		to         *knowledge.Micros
	}{{"from", from, &q.From}, {"at", to, &q.To}} {
		if t.text == "" {
			continue
		}
		n, err := strconv.ParseInt(t.text, 10, 64)
		if *t.to = knowledge.Micros(n); err != nil || n < 0 {
			return q, fmt.Errorf("%w: %s is %q, and is to be µs since 2000-01-01", ErrRequest, t.name, t.text)
		}
	}
	if q.To <= q.From || !q.To.Finite() {
		return q, fmt.Errorf("%w: times after %d up to %d", ErrRequest, q.From, q.To)
	}
	return q, nil
}

func (q *Request) encode() []byte {
	b := binary.BigEndian.AppendUint16([]byte{byte(q.Kind)}, uint16(q.Shard))
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, uint64(q.From)), uint64(q.To))
}

func decodeRequest(b []byte) (q Request, err error) {
	if len(b) != 19 {
		return q, fmt.Errorf("%w: a request of %d bytes", ErrRequest, len(b))
	}
	q.Kind, q.Shard = Kind(b[0]), storage.ShardID(binary.BigEndian.Uint16(b[1:]))
	q.From, q.To = knowledge.Micros(binary.BigEndian.Uint64(b[3:])), knowledge.Micros(binary.BigEndian.Uint64(b[11:]))
	return q, nil
}

// askTries is how many nodes are asked for a shard that this one does not hold.
const askTries = 4

// Part writes a part to w. Errors: w's, those of Cluster; a part without its end is
// not whole, and may be asked for again.
func (s *Source) Part(ctx context.Context, q Request, w io.Writer) error {
	if q.Kind == KindState || s.Cluster.Holds(q.Shard) {
		return s.write(ctx, q, w)
	}
	var last error
	for attempt := range askTries {
		began, err := s.relay(ctx, q, attempt, w)
		if err == nil || began || ctx.Err() != nil {
			return err
		}
		last = err
	}
	return last
}

// relay has another node make a part. began tells that some of it was written.
func (s *Source) relay(ctx context.Context, q Request, attempt int, w io.Writer) (began bool, err error) {
	recv, end, err := s.Cluster.Ask(ctx, q.Shard, attempt, q.encode())
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, end()) }()
	for {
		piece, err := recv()
		if errors.Is(err, io.EOF) {
			return began, nil
		}
		if err != nil {
			return began, err
		}
		began = true
		if _, err := w.Write(piece); err != nil {
			return began, err
		}
	}
}

// Serve answers another node's request.
func (s *Source) Serve(ctx context.Context, request []byte, send func([]byte) error) error {
	q, err := decodeRequest(request)
	if err == nil && (q.Kind != KindClaims || int(q.Shard) >= s.Cluster.Shards() || !s.Cluster.Holds(q.Shard)) {
		err = fmt.Errorf("%w: this node does not hold shard %d", ErrRequest, q.Shard)
	}
	if err != nil {
		return err
	}
	return s.write(ctx, q, sender(send))
}

// sender is a writer to another node. What is sent may be kept.
type sender func([]byte) error

func (s sender) Write(b []byte) (n int, err error) {
	for n < len(b) {
		piece := append([]byte(nil), b[n:min(n+partBuffer, len(b))]...)
		if err := s(piece); err != nil {
			return n, err
		}
		n += len(piece)
	}
	return n, nil
}

func (s *Source) write(ctx context.Context, q Request, w io.Writer) error {
	o := storage.ReadOptions{At: q.To, Shards: []storage.ShardID{}}
	if q.Kind == KindClaims {
		o.Shards = []storage.ShardID{q.Shard}
	}
	v, err := s.Cluster.Read(ctx, o)
	if err != nil {
		return err
	}
	defer v.Close()
	p := newPartWriter(w, Header(q))
	if q.Kind == KindState {
		err = s.writeState(v, q, p)
	} else {
		err = writeClaims(ctx, v, q, p)
	}
	if err != nil {
		return err
	}
	return p.end()
}

func (s *Source) writeState(v *storage.View, q Request, p *partWriter) error {
	all, err := v.StateHistory(func(table uint16) bool { return !s.Cluster.Local(table) })
	if err != nil {
		return err
	}
	var key []byte
	for i := range all {
		if all[i].Recorded <= q.From {
			continue
		}
		key = appendStateKey(key[:0], &all[i])
		if err := p.add(key, all[i].Row); err != nil {
			return err
		}
	}
	return nil
}

func writeClaims(ctx context.Context, v *storage.View, q Request, p *partWriter) (err error) {
	it := v.Claims(ctx, q.Shard, storage.ClaimBounds{})
	defer func() { err = errors.Join(err, it.Close()) }()
	var rec storage.ClaimRec
	var buf []byte
	mark := func(m storage.ClaimRec) error {
		if storage.Row(m.Row).Recorded() <= int64(q.From) {
			return nil
		}
		return p.add(m.Key, m.Row)
	}
	for it.Next() {
		if it.RecordedAt() > q.From {
			rec, buf = it.Record(buf[:0])
			if err := p.add(rec.Key, rec.Row); err != nil {
				return err
			}
		}
		if err := it.Marks(mark); err != nil {
			return err
		}
	}
	return it.Err()
}
