package sidecar

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxReason bounds the reason of a move, in bytes.
const maxReason = 256

func (s *ClusterServer) members(r *http.Request) (any, error) {
	members, err := s.opt.Cluster.Members(r.Context())
	return map[string]any{"members": orEmpty(members)}, err
}

func (s *ClusterServer) member(ctx context.Context, id string) (Member, error) {
	members, err := s.opt.Cluster.Members(ctx)
	if err != nil {
		return Member{}, err
	}
	var ids []string
	for _, m := range members {
		if m.ID == id {
			return m, nil
		}
		ids = append(ids, m.ID)
	}
	return Member{}, fmt.Errorf("%w: %q; its nodes are %s", ErrNoNode, id, strings.Join(ids, ", "))
}

func (s *ClusterServer) shards(r *http.Request) (any, error) {
	shards, err := s.opt.Cluster.Shards(r.Context())
	for i := range shards {
		shards[i].fill()
	}
	return map[string]any{"shards": orEmpty(shards)}, err
}

// fill gives scripts lists where there is nothing.
func (s *Shard) fill() {
	s.Replicas, s.Learners, s.Wanted = orEmpty(s.Replicas), orEmpty(s.Learners), orEmpty(s.Wanted)
	if s.RebalanceStatus == "" {
		s.RebalanceStatus = MoveNone
	}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *ClusterServer) shard(r *http.Request) (any, error) {
	return s.findShard(r.Context(), r.PathValue("id"))
}

func (s *ClusterServer) findShard(ctx context.Context, id string) (any, error) {
	shards, err := s.opt.Cluster.Shards(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := range shards {
		if shards[i].ID == id {
			shards[i].fill()
			return shards[i], nil
		}
		ids = append(ids, shards[i].ID)
	}
	return nil, fmt.Errorf("%w: %q; there are %s", ErrNoShard, id, strings.Join(ids, ", "))
}

// rebalanceRequest is the body of POST /admin/shards/rebalance.
type rebalanceRequest struct {
	ShardID    string `json:"shard_id"`
	TargetNode string `json:"target_node"`
	Reason     string `json:"reason"`
}

// rebalance begins a move and answers with the shard as it is then.
func (s *ClusterServer) rebalance(r *http.Request) (any, error) {
	var q rebalanceRequest
	if err := decodeBody(r, &q); err != nil {
		return nil, err
	}
	switch {
	case q.ShardID == "":
		return nil, badRequest("shard_id", "shard_id is missing", `Name the shard by its id, a text, as in {"shard_id":"3","target_node":"node2","reason":"hotspot"}.`)
	case q.TargetNode == "":
		return nil, badRequest("target_node", "target_node is missing", `Name the node by its id, as in {"shard_id":"3","target_node":"node2","reason":"hotspot"}.`)
	case len(q.Reason) > maxReason || !utf8.ValidString(q.Reason):
		return nil, badRequest("reason", fmt.Sprintf("reason is longer than %d bytes", maxReason), "Say it shorter.")
	}
	shard, err := s.opt.Cluster.Move(r.Context(), q.ShardID, q.TargetNode, q.Reason)
	if err != nil {
		return nil, err
	}
	s.opt.Logger.Info("shard move asked for", "shard", q.ShardID, "target", q.TargetNode, "reason", q.Reason)
	shard.fill()
	return accepted{shard}, nil
}

// nodeState changes what a node is to be and answers with the node as it is then.
func (s *ClusterServer) nodeState(change func(context.Context, string) error) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		id := r.PathValue("id")
		if err := change(r.Context(), id); err != nil {
			return nil, err
		}
		s.opt.Logger.Info("state of a node changed", "path", r.URL.Path)
		m, err := s.member(r.Context(), id)
		return accepted{m}, err
	}
}

// balancerState is the answer of /admin/balancer and, all of it needed, the body
// that changes it.
type balancerState struct {
	Enabled *bool `json:"enabled"`
}

func (s *ClusterServer) balancer(r *http.Request) (any, error) {
	on, err := s.opt.Cluster.Balancing(r.Context())
	return balancerState{&on}, err
}

func (s *ClusterServer) setBalancer(r *http.Request) (any, error) {
	var q balancerState
	if err := decodeBody(r, &q); err != nil {
		return nil, err
	}
	if q.Enabled == nil {
		return nil, badRequest("enabled", "enabled is missing", `Say {"enabled":true} or {"enabled":false}.`)
	}
	if err := s.opt.Cluster.SetBalancing(r.Context(), *q.Enabled); err != nil {
		return nil, err
	}
	s.opt.Logger.Info("balancer switched", "on", *q.Enabled)
	return s.balancer(r)
}
