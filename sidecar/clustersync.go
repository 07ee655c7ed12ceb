package sidecar

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// syncTimeout bounds one sync: replicas of gigabytes are rebuilt by it.
const syncTimeout = time.Hour

// SyncRun is the last sync of a node that this one was asked for.
type SyncRun struct {
	TargetNode string     `json:"target_node"`
	Force      bool       `json:"force"`
	Status     string     `json:"status"` // RUNNING, COMPLETE or FAILED
	Error      string     `json:"error,omitempty"`
	Started    time.Time  `json:"started"`
	Ended      *time.Time `json:"ended"`
}

// syncPage is the answer of GET /cluster/sync_status.
type syncPage struct {
	// Status is OK, or UNKNOWN when a group has no leader to tell, or DIVERGED when any
	// replica differs or is being rebuilt, or UNDECIDED when replicas differ of which
	// none is known to be wrong.
	Status string      `json:"status"`
	Groups []GroupSync `json:"groups"`
	Runs   []SyncRun   `json:"runs"` // asked of this node since its start
}

func (s *ClusterServer) syncStatus(r *http.Request) (any, error) {
	groups, err := s.opt.Comparer.SyncStatus(r.Context())
	if err != nil {
		return nil, err
	}
	page := syncPage{Status: SyncOK, Groups: orEmpty(groups), Runs: s.runs()}
	for i := range page.Groups {
		g := &page.Groups[i]
		g.Replicas = orEmpty(g.Replicas)
		switch {
		case slices.ContainsFunc(g.Replicas, func(r ReplicaSync) bool { return r.State == SyncUndecided }):
			page.Status = SyncUndecided
		case page.Status != SyncUndecided && slices.ContainsFunc(g.Replicas, diverged):
			page.Status = SyncDiverged
		case page.Status == SyncOK && g.Leader == "":
			page.Status = SyncUnknown
		}
	}
	return page, nil
}

func diverged(r ReplicaSync) bool { return r.State == SyncDiverged || r.State == SyncRebuilding }

func (s *ClusterServer) runs() []SyncRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]SyncRun, 0, len(s.syncs))
	for _, run := range s.syncs {
		out = append(out, *run)
	}
	slices.SortFunc(out, func(a, b SyncRun) int { return a.Started.Compare(b.Started) })
	return out
}

// syncRequest is the body of POST /cluster/sync.
type syncRequest struct {
	TargetNode string `json:"target_node"`
	Force      bool   `json:"force"`
}

// sync begins a sync and answers at once: it may take long. How it goes is in
// /cluster/sync_status of the same node.
func (s *ClusterServer) sync(r *http.Request) (any, error) {
	var q syncRequest
	if err := decodeBody(r, &q); err != nil {
		return nil, err
	}
	if q.TargetNode == "" {
		return nil, badRequest("target_node", "target_node is missing", `Name the node by its id, as in {"target_node":"node2","force":false}.`)
	}
	m, err := s.member(r.Context(), q.TargetNode)
	if err != nil {
		return nil, err
	}
	if m.Status == StatusDown {
		return nil, fmt.Errorf("node %q is DOWN, so that its replicas cannot be compared: %w", m.ID, ErrRefused)
	}
	run, err := s.beginSync(q)
	if err != nil {
		return nil, err
	}
	return accepted{run}, nil
}

// beginSync starts the one sync that a node may have at a time.
func (s *ClusterServer) beginSync(q syncRequest) (SyncRun, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.syncs[q.TargetNode]; old != nil && old.Ended == nil {
		return SyncRun{}, &requestError{
			status: http.StatusConflict, code: "syncing", message: fmt.Sprintf("node %q is being synced", q.TargetNode),
			hint: "Wait until GET /cluster/sync_status has its run as COMPLETE or FAILED.",
		}
	}
	run := &SyncRun{TargetNode: q.TargetNode, Force: q.Force, Status: MoveRunning, Started: time.Now().UTC()}
	s.syncs[q.TargetNode] = run
	s.work.Go(func() {
		ctx, stop := context.WithTimeout(s.life, syncTimeout)
		defer stop()
		err := s.opt.Comparer.Sync(ctx, q.TargetNode, q.Force)
		if err != nil {
			s.opt.Logger.Error("sync failed", "target", q.TargetNode, "error", err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		ended := time.Now().UTC()
		run.Status, run.Ended = MoveComplete, &ended
		if err != nil {
			run.Status, run.Error = MoveFailed, err.Error()
		}
	})
	return *run, nil
}
