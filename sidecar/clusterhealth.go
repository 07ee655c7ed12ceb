package sidecar

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The states of a cluster's health.
const (
	HealthOK = "OK"
	// HealthDegraded: all works, and something needs to be seen to.
	HealthDegraded = "DEGRADED"
	// HealthUnavailable: most replicas of a group cannot be reached, so that its
	// claims can be neither written nor read.
	HealthUnavailable = "UNAVAILABLE"
)

// lagFinding is from which replication lag on a node is a finding, in seconds.
const lagFinding = 5

// compareWait bounds what health waits for how replicas compare: leaders are asked,
// and some may be gone.
const compareWait = 2 * time.Second

// Health is the answer of GET /cluster/health.
type Health struct {
	Status   string        `json:"status"`
	Nodes    NodeCount     `json:"nodes"`
	Groups   []GroupHealth `json:"groups"`
	Findings []Finding     `json:"findings"`
}

// NodeCount counts the cluster's nodes.
type NodeCount struct {
	Total int `json:"total"`
	Up    int `json:"up"` // reachable
}

// GroupHealth tells whether a group has its quorum.
type GroupHealth struct {
	ID       string `json:"id"`
	Leader   string `json:"leader"`
	Replicas int    `json:"replicas"` // that vote
	Up       int    `json:"up"`       // of them, on nodes that can be reached
	Needed   int    `json:"needed"`   // for a quorum
	Quorum   bool   `json:"quorum"`
}

// Finding is something about the cluster that an operator should know.
type Finding struct {
	Severity string `json:"severity"` // info, warning, critical
	Subject  string `json:"subject"`  // a node's or shards' name
	Message  string `json:"message"`
	Hint     string `json:"hint"`
}

// health answers 200, or 503 when a group is without its quorum.
func (s *ClusterServer) health(r *http.Request) (any, error) {
	members, err := s.opt.Cluster.Members(r.Context())
	if err != nil {
		return nil, err
	}
	shards, err := s.opt.Cluster.Shards(r.Context())
	if err != nil {
		return nil, err
	}
	h := examine(members, shards)
	if s.opt.Comparer != nil {
		ctx, stop := context.WithTimeout(r.Context(), compareWait)
		defer stop()
		groups, err := s.opt.Comparer.SyncStatus(ctx)
		if err != nil {
			h.add("info", "sync", "how the replicas compare is not known: "+err.Error(), "Ask again when every group has a leader.")
		}
		h.compare(groups)
	}
	if s.opt.Own != nil {
		h.Findings = append(h.Findings, s.opt.Own()...)
	}
	h.settle()
	if h.Status == HealthUnavailable {
		return status{http.StatusServiceUnavailable, h}, nil
	}
	return h, nil
}

// examine looks at nodes and groups.
func examine(members []Member, shards []Shard) *Health {
	h := &Health{Groups: []GroupHealth{}, Findings: []Finding{}}
	h.Nodes.Total = len(members)
	down := map[string]bool{}
	for _, m := range members {
		if down[m.ID] = m.Status == StatusDown; !down[m.ID] {
			h.Nodes.Up++
		}
		h.node(m)
	}
	var lost, mute, fragile []string
	for i := range shards {
		switch g := h.group(&shards[i], down); {
		case !g.Quorum:
			lost = append(lost, g.ID)
		case g.Leader == "":
			mute = append(mute, g.ID)
		case g.Replicas > 1 && g.Up == g.Needed:
			fragile = append(fragile, g.ID)
		}
	}
	h.shards("critical", lost, "most of its replicas cannot be reached: it can be neither read nor written", "Start the nodes that are down.")
	// Its nodes elect one, or it changes hands: a moment's matter.
	h.shards("warning", mute, "it has no leader", "An election takes a few seconds; if it lasts, see the nodes' logs and the network between them.")
	h.shards("warning", fragile, "it does not survive the loss of another node", "Bring the missing nodes back, or add one.")
	return h
}

// shards adds what holds for each of these shards as one finding.
func (h *Health) shards(severity string, ids []string, message, hint string) {
	if len(ids) > 0 {
		h.add(severity, "shard "+strings.Join(ids, ", "), message, hint)
	}
}

func (h *Health) node(m Member) {
	switch m.Status {
	case StatusDown:
		since := "the node has not been heard of"
		if m.HeardAgo != nil {
			since += fmt.Sprintf(" for %.0f s", *m.HeardAgo)
		}
		h.add("warning", m.ID, since, "Start it, or, if it is gone for good: stemedb node decommission "+m.ID+".")
		return
	case StatusJoining:
		h.add("info", m.ID, "the node is catching up", "Wait; it votes when it has.")
	case StatusDraining:
		h.add("info", m.ID, fmt.Sprintf("the node is drained; it leads %d groups", m.Leads), "When its work is done: stemedb node resume "+m.ID+".")
	case StatusLeaving:
		h.add("info", m.ID, fmt.Sprintf("the node leaves; it holds %d replicas", m.Replicas), "Stop it when it is no member any more.")
	}
	if m.Unfit {
		h.add("warning", m.ID, "the node may lead nothing: its disk is full, stalls or has failed", "Its own page says which: stemedb node status --cluster-addr of that node.")
	}
	if m.ReplicationLag > lagFinding {
		h.add("warning", m.ID, fmt.Sprintf("the node's replicas are %.1f s behind", m.ReplicationLag), "See docs/runbooks/high-query-latency.md, Replication lag.")
	}
}

// group judges one group; learners do not count. While no leader says who its
// replicas are, they are those that it is to have.
func (h *Health) group(sh *Shard, down map[string]bool) GroupHealth {
	voters := sh.Replicas
	if len(voters) == 0 {
		voters = sh.Wanted
	}
	g := GroupHealth{ID: sh.ID, Leader: sh.Leader, Replicas: len(voters), Needed: len(voters)/2 + 1}
	for _, id := range voters {
		if !down[id] {
			g.Up++
		}
	}
	g.Quorum = g.Up >= g.Needed
	h.Groups = append(h.Groups, g)
	if sh.RebalanceStatus == MoveFailed && sh.Move != nil {
		h.add("warning", "shard "+sh.ID, fmt.Sprintf("its move to %s failed: %s", sh.Move.To, sh.Move.Error), "Move it again when the cause is gone: stemedb shard move "+sh.ID+" "+sh.Move.To+".")
	}
	return g
}

// compare reports replicas that differ.
func (h *Health) compare(groups []GroupSync) {
	for _, g := range groups {
		var undecided []string
		for _, r := range g.Replicas {
			switch {
			case r.State == SyncUndecided:
				undecided = append(undecided, r.Node)
			case diverged(r):
				h.add("warning", r.Node, fmt.Sprintf("its replica of shard %s is %s and does not answer", g.Shard, r.State), "It is rebuilt by itself; GET /cluster/sync_status says how far.")
			}
		}
		if len(undecided) > 0 {
			h.add("warning", "shard "+g.Shard, fmt.Sprintf("its replicas on %s differ, and no majority says which is wrong: its answers depend on which is read", strings.Join(undecided, ", ")),
				"Find out which node's claims are wrong, then have it rebuilt: POST /cluster/sync {\"target_node\": …, \"force\": true}. With three replicas the cluster decides by itself.")
		}
	}
}

func (h *Health) add(severity, subject, message, hint string) {
	h.Findings = append(h.Findings, Finding{severity, subject, message, hint})
}

// settle makes the status out of the findings, the worst of them first.
func (h *Health) settle() {
	rank := []string{"critical", "warning", "info"}
	slices.SortStableFunc(h.Findings, func(a, b Finding) int {
		return slices.Index(rank, a.Severity) - slices.Index(rank, b.Severity)
	})
	h.Status = HealthOK
	if len(h.Findings) > 0 {
		switch h.Findings[0].Severity {
		case "critical":
			h.Status = HealthUnavailable
		case "warning":
			h.Status = HealthDegraded
		}
	}
}
