package exec

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/storage"
)

// lookupVersion begins the requests for claims by id, as fragmentVersion does those
// for fragments:
//
//	2 │ varint time │ transaction (16) │ uvarint shards │ uvarint each │ ids (32 each)
//
// An answer's frame is claims: text key, text row, varint recorded time.
const lookupVersion = 2

// claimsByID looks claims up in all shards, at a view's time: in those that the view
// has not, on the nodes that hold them.
func claimsByID(ctx context.Context, env *Env, v *storage.View, ids []knowledge.ID) (map[knowledge.ID]storage.Claim, error) {
	found := make(map[knowledge.ID]storage.Claim, len(ids))
	var rest []knowledge.ID
	for _, id := range ids {
		c, ok, err := v.ClaimByID(ctx, id)
		switch {
		case err != nil:
			return nil, fmt.Errorf("look up a claim: %w", err)
		case ok:
			found[id] = c
		default:
			rest = append(rest, id)
		}
	}
	remote, ok := env.Cluster.(Remote)
	if !ok || len(rest) == 0 || shows(v, nil, env.Cluster.Shards()) {
		return found, nil
	}
	return found, lookUpAway(ctx, env, remote, v, rest, found)
}

// lookUpAway asks other nodes until each shard that this one does not hold was
// looked into.
func lookUpAway(ctx context.Context, env *Env, remote Remote, v *storage.View, ids []knowledge.ID, found map[knowledge.ID]storage.Claim) error {
	var left []storage.ShardID
	for i := range env.Cluster.Shards() {
		if id := storage.ShardID(i); !slices.Contains(v.Shards(), id) {
			left = append(left, id)
		}
	}
	deadline := time.Now().Add(pullFor)
	var last error
	for attempt := 0; len(left) > 0; attempt++ {
		sites, err := remote.Sites(ctx, left, attempt)
		for _, s := range sites {
			if err = lookUpAt(ctx, remote, s, v, ids, found); err == nil {
				left = slices.DeleteFunc(left, func(id storage.ShardID) bool { return slices.Contains(s.Shards, id) })
			} else if e := (*sqlerr.Error)(nil); errors.As(err, &e) {
				return e
			}
		}
		if err != nil {
			last = err
		}
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			return unreachable(last)
		}
		select {
		case <-time.After(pullPause * time.Duration(min(attempt+1, 10))):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// unreachable is the error of a statement that could not read all shards.
func unreachable(cause error) error {
	e := sqlerr.New(sqlerr.SerializationFailure, "no node gives the rest of the claims that the statement reads")
	return e.WithHint("Run it again; /health tells which shards have no leader.").Wrap(cause)
}

func lookUpAt(ctx context.Context, remote Remote, site Site, v *storage.View, ids []knowledge.ID, found map[knowledge.ID]storage.Claim) error {
	own := v.Own()
	b := append(binary.AppendVarint([]byte{lookupVersion}, int64(v.At())), own[:]...)
	b = binary.AppendUvarint(b, uint64(len(site.Shards)))
	for _, id := range site.Shards {
		b = binary.AppendUvarint(b, uint64(id))
	}
	for _, id := range ids {
		b = append(b, id[:]...)
	}
	a, err := remote.Ask(ctx, site, b)
	if err != nil {
		return err
	}
	defer a.Close()
	for {
		frame, err := a.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("node %s: %w", site.Node, err)
		}
		r := batch.NewReader(frame)
		for r.Len() > 0 {
			if frame[0] == recFailure {
				r.Take(1)
				return readFailure(r)
			}
			r.Take(1)
			c := storage.Claim{Key: r.Take(r.Length()), Row: storage.Row(r.Take(r.Length())), RecordedAt: knowledge.Micros(r.Varint())}
			if r.Bad() || len(c.Key) < len(knowledge.ID{}) {
				return sqlerr.From(errAnswer)
			}
			found[knowledge.ID(c.Key[len(c.Key)-len(knowledge.ID{}):])] = c
		}
	}
}

// lookUp answers a request for claims by id.
func (s *FragmentServer) lookUp(ctx context.Context, request []byte, send func([]byte) error) error {
	r := batch.NewReader(request[1:])
	at := knowledge.Micros(r.Varint())
	var own storage.TxnID
	copy(own[:], r.Take(len(own)))
	shards := make([]storage.ShardID, r.Length())
	for i := range shards {
		shards[i] = storage.ShardID(r.Uvarint())
	}
	if r.Bad() || r.Len()%len(knowledge.ID{}) != 0 {
		return errRequest
	}
	v, err := s.Cluster.Read(ctx, storage.ReadOptions{Shards: shards, At: at, Own: own})
	if err != nil {
		return err
	}
	defer v.Close()
	if !shows(v, shards, len(shards)) {
		return errNotHere
	}
	var buf []byte
	for r.Len() > 0 {
		c, ok, err := v.ClaimByID(ctx, knowledge.ID(r.Take(len(knowledge.ID{}))))
		if err != nil {
			return fmt.Errorf("look up a claim: %w", err)
		}
		if !ok {
			continue
		}
		buf = appendText(appendText(append(buf, recRows), string(c.Key)), string(c.Row))
		buf = binary.AppendVarint(buf, int64(c.RecordedAt))
		if len(buf) >= answerBytes {
			if err := send(buf); err != nil {
				return &sendError{err}
			}
			buf = buf[:0]
		}
	}
	if len(buf) == 0 {
		return nil
	}
	if err := send(buf); err != nil {
		return &sendError{err}
	}
	return nil
}

// errNotHere refuses what another node asks of a shard that has moved away from here.
var errNotHere = sqlerr.New(sqlerr.CannotConnectNow, "this node holds no replica of a shard that it is asked for")
