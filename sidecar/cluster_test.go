package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeCluster is three nodes with a shard and meta, which do as they are told.
type fakeCluster struct {
	own       []Finding
	mu        sync.Mutex
	members   []Member
	shard     []Shard
	groups    []GroupSync
	balancing bool
	err       error         // of every call, when there is one
	syncing   chan struct{} // Sync waits for it; nil: not
}

func newFake() *fakeCluster {
	f := &fakeCluster{balancing: true}
	for i := range 3 {
		f.members = append(f.members, Member{ID: fmt.Sprintf("node%d", i+1), Address: fmt.Sprintf("10.0.0.%d:18182", i+1), Status: StatusUp, ReplicationLag: 0.01})
	}
	f.members[0].Leads = 2
	f.shard = []Shard{
		{ID: "0", Leader: "node1", Replicas: []string{"node1", "node2", "node3"}, QueryRate: 1500},
		{ID: "meta", Leader: "node1", Replicas: []string{"node1", "node2", "node3"}},
	}
	return f
}

func (f *fakeCluster) Members(context.Context) ([]Member, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.members), f.err
}

func (f *fakeCluster) Shards(context.Context) ([]Shard, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.shard), f.err
}

func (f *fakeCluster) Move(_ context.Context, shard, target, reason string) (Shard, error) {
	i := slices.IndexFunc(f.shard, func(s Shard) bool { return s.ID == shard })
	switch {
	case i < 0:
		return Shard{}, fmt.Errorf("move: %q: %w", shard, ErrNoShard)
	case !slices.ContainsFunc(f.members, func(m Member) bool { return m.ID == target }):
		return Shard{}, fmt.Errorf("move: %q: %w", target, ErrNoNode)
	case f.shard[i].RebalanceStatus == MoveRunning:
		return Shard{}, ErrMoving
	}
	f.shard[i].RebalanceStatus, f.shard[i].Move = MoveRunning, &Move{From: "node1", To: target, Reason: reason}
	return f.shard[i], f.err
}

func (f *fakeCluster) set(id, status string) error {
	for i := range f.members {
		if f.members[i].ID == id {
			f.members[i].Status = status
			return nil
		}
	}
	return fmt.Errorf("%q: %w", id, ErrNoNode)
}

func (f *fakeCluster) Drain(_ context.Context, id string) error  { return f.set(id, StatusDraining) }
func (f *fakeCluster) Resume(_ context.Context, id string) error { return f.set(id, StatusUp) }
func (f *fakeCluster) Decommission(_ context.Context, id string) error {
	if len(f.members) < 4 {
		return fmt.Errorf("%w: three replicas take three nodes", ErrRefused)
	}
	return f.set(id, StatusLeaving)
}
func (f *fakeCluster) Balancing(context.Context) (bool, error) { return f.balancing, f.err }
func (f *fakeCluster) SetBalancing(_ context.Context, on bool) error {
	f.balancing = on
	return f.err
}
func (f *fakeCluster) SyncStatus(context.Context) ([]GroupSync, error) { return f.groups, f.err }
func (f *fakeCluster) Sync(ctx context.Context, _ string, force bool) error {
	if force {
		return errors.New("no snapshot")
	}
	if f.syncing != nil {
		select {
		case <-f.syncing:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func clusterServer(t *testing.T, f *fakeCluster, opt ClusterOptions) *ClusterServer {
	t.Helper()
	opt.Cluster, opt.Comparer = f, f
	s := NewCluster(opt)
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask sends a request and returns status and body.
func ask(s *ClusterServer, method, path, body string) (int, string, http.Header) {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w.Code, strings.TrimSpace(w.Body.String()), w.Header()
}

// TestClusterPages holds paths, fields, statuses and errors.
func TestClusterPages(t *testing.T) {
	s := clusterServer(t, newFake(), ClusterOptions{})
	const shard0 = `{"id":"0","leader":"node1","replicas":["node1","node2","node3"],"learners":[],"wanted":[],"term":0,"applied":0,"query_rate":1500,"rebalance_status":"NONE","move":null}`
	const moved = `{"id":"0","leader":"node1","replicas":["node1","node2","node3"],"learners":[],"wanted":[],"term":0,"applied":0,"query_rate":1500,"rebalance_status":"RUNNING","move":{"from":"node1","to":"node2","reason":"hotspot_mitigation","started":null,"ended":null}}`
	const node2 = `{"id":"node2","address":"10.0.0.2:18182","status":"%s","replication_lag":0.01,"leads":0,"replicas":0,"heard_ago":null}`
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string // the whole answer, or, of errors, code, message, hint
	}{
		{"GET", "/cluster/members", "", 200, `{"members":[{"id":"node1","address":"10.0.0.1:18182","status":"UP","replication_lag":0.01,"leads":2,"replicas":0,"heard_ago":null},` + fmt.Sprintf(node2, "UP") + `,{"id":"node3","address":"10.0.0.3:18182","status":"UP","replication_lag":0.01,"leads":0,"replicas":0,"heard_ago":null}]}`},
		{"GET", "/cluster/shards/0", "", 200, shard0},
		{"GET", "/cluster/shards", "", 200, `{"shards":[` + shard0 + `,{"id":"meta","leader":"node1","replicas":["node1","node2","node3"],"learners":[],"wanted":[],"term":0,"applied":0,"query_rate":0,"rebalance_status":"NONE","move":null}]}`},
		{"GET", "/cluster/shards/abc123", "", 404, `no_shard|there is no such shard: "abc123"; there are 0, meta|GET /cluster/shards lists them; their ids are texts.`},
		{"GET", "/cluster/shards/", "", 404, "not_found|there is nothing at /cluster/shards/|See docs/http.md for the endpoints."},
		{"GET", "/cluster/sync_status", "", 200, `{"status":"OK","groups":[],"runs":[]}`},
		{"POST", "/cluster/members", "", 405, "method_not_allowed|/cluster/members does not take POST|Use GET, HEAD."},
		{"POST", "/admin/shards/rebalance", `{"shard_id":"0","target_node":"node2","reason":"hotspot_mitigation"}`, 202, moved},
		{"POST", "/admin/shards/rebalance", `{"shard_id":"0","target_node":"node3"}`, 409, "moving|the shard is being moved|Wait until its rebalance_status is COMPLETE or FAILED (GET /cluster/shards/{id})."},
		{"POST", "/admin/shards/rebalance", `{"shard_id":"meta","target_node":"node2-id"}`, 404, `no_node|move: "node2-id": there is no such node in the cluster|GET /cluster/members lists them by their ids.`},
		{"POST", "/admin/shards/rebalance", `{"shard_id":0,"target_node":"node2"}`, 400, "bad_request|shard_id is a JSON number, not what it should be|It takes a string."},
		{"POST", "/admin/shards/rebalance", `{"target_node":"node2"}`, 400, `bad_request|shard_id is missing|Name the shard by its id, a text, as in {"shard_id":"3","target_node":"node2","reason":"hotspot"}.`},
		{"POST", "/admin/shards/rebalance", `{"shard_id":"0"}`, 400, `bad_request|target_node is missing|Name the node by its id, as in {"shard_id":"3","target_node":"node2","reason":"hotspot"}.`},
		{"POST", "/admin/shards/rebalance", `{"shard":"0"}`, 400, `bad_request|there is no field "shard"|Fields are shard_id, target_node, reason.`},
		{"POST", "/admin/shards/rebalance", `{"shard_id":"0","target_node":"node2","reason":"` + strings.Repeat("x", 257) + `"}`, 400, "bad_request|reason is longer than 256 bytes|Say it shorter."},
		{"POST", "/admin/nodes/node2/drain", "", 202, fmt.Sprintf(node2, "DRAINING")},
		{"POST", "/admin/nodes/node2/resume", "", 202, fmt.Sprintf(node2, "UP")},
		{"POST", "/admin/nodes/node9/resume", "", 404, `no_node|"node9": there is no such node in the cluster|GET /cluster/members lists them by their ids.`},
		{"POST", "/admin/nodes/node2/decommission", "", 409, "refused|the cluster refuses: three replicas take three nodes|GET /cluster/health says how the cluster stands."},
		{"GET", "/admin/balancer", "", 200, `{"enabled":true}`},
		{"POST", "/admin/balancer", `{"enabled":false}`, 200, `{"enabled":false}`},
		{"POST", "/admin/balancer", `{}`, 400, `bad_request|enabled is missing|Say {"enabled":true} or {"enabled":false}.`},
		{"POST", "/admin/balancer", `{"enabled":1}`, 400, "bad_request|enabled is a JSON number, not what it should be|It takes true or false."},
		{"POST", "/cluster/sync", `{"force":true}`, 400, `bad_request|target_node is missing|Name the node by its id, as in {"target_node":"node2","force":false}.`},
		{"POST", "/cluster/sync", `{"target_node":"lagging-node-id","force":true}`, 404, `no_node|there is no such node in the cluster: "lagging-node-id"; its nodes are node1, node2, node3|GET /cluster/members lists them by their ids.`},
	} {
		status, got, _ := ask(s, c.method, c.path, c.body)
		if status >= 400 {
			got = errorText(t, got)
		}
		if status != c.status || got != c.want {
			t.Errorf("%s %s %s: %d\n%s\nwant %d\n%s", c.method, c.path, c.body, status, got, c.status, c.want)
		}
	}
}

func errorText(t *testing.T, body string) string {
	t.Helper()
	var e errorBody
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return e.Error.Code + "|" + e.Error.Message + "|" + e.Error.Hint
}

// TestClusterErrors: errors of the cluster itself, and what comes with them.
func TestClusterErrors(t *testing.T) {
	f := newFake()
	s := clusterServer(t, f, ClusterOptions{PostRate: 0.4, PostBurst: 2})
	for _, c := range []struct {
		err    error
		status int
		code   string
		retry  string
	}{
		{fmt.Errorf("read: %w", context.DeadlineExceeded), 504, "timeout", ""},
		{fmt.Errorf("read: %w", ErrNoQuorum), 503, "no_quorum", "1"},
		{errors.Join(ErrNoQuorum, context.DeadlineExceeded), 503, "no_quorum", "1"},
		{fmt.Errorf("write: %w", ErrInDoubt), 504, "timeout", ""},
		{errors.New("broken"), 500, "internal", ""},
	} {
		f.err = c.err
		status, body, header := ask(s, "GET", "/cluster/shards", "")
		if text := errorText(t, body); status != c.status || !strings.HasPrefix(text, c.code+"|") || header.Get("Retry-After") != c.retry {
			t.Errorf("%v: %d %s %q", c.err, status, text, header.Get("Retry-After"))
		}
	}
	f.err = nil
	var last int
	for range 3 {
		last, _, _ = ask(s, "POST", "/admin/balancer", `{"enabled":true}`)
	}
	status, body, header := ask(s, "POST", "/admin/balancer", `{"enabled":true}`)
	if last != 429 || status != 429 || header.Get("Retry-After") != "3" || !strings.HasPrefix(errorText(t, body), "too_many_requests|/admin/balancer takes 0.4 requests a second|") {
		t.Errorf("after the burst: %d, %d %q %s", last, status, header.Get("Retry-After"), body)
	}
	if status, _, _ := ask(s, "POST", "/admin/nodes/node1/resume", ""); status != 202 {
		t.Errorf("each endpoint has a limit of its own: %d", status)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/admin/nodes/node1/drain", nil)
	r.Header.Set("Origin", "https://evil.example")
	s.Handler().ServeHTTP(w, r)
	if w.Code != 403 || f.members[0].Status != StatusUp {
		t.Errorf("a page of another site: %d, %s", w.Code, f.members[0].Status)
	}
}

// TestSyncPage holds the one word for the comparisons of all shards.
func TestSyncPage(t *testing.T) {
	f := newFake()
	s := clusterServer(t, f, ClusterOptions{})
	group := func(leader string, states ...string) GroupSync {
		g := GroupSync{Leader: leader}
		for _, state := range states {
			g.Replicas = append(g.Replicas, ReplicaSync{State: state})
		}
		return g
	}
	ok, lost := group("node1", SyncOK, SyncBehind, SyncUnknown), group("", SyncUnknown, SyncUnknown)
	wrong, torn := group("node1", SyncOK, SyncRebuilding), group("node1", SyncUndecided, SyncUndecided)
	for _, c := range []struct {
		groups []GroupSync
		status string
	}{
		{nil, SyncOK},
		{[]GroupSync{ok, ok}, SyncOK},
		{[]GroupSync{ok, lost}, SyncUnknown},
		{[]GroupSync{lost, wrong, lost}, SyncDiverged},
		{[]GroupSync{lost, torn, wrong}, SyncUndecided},
	} {
		f.groups = c.groups
		_, body, _ := ask(s, "GET", "/cluster/sync_status", "")
		if !strings.HasPrefix(body, `{"status":"`+c.status+`"`) {
			t.Errorf("want %s: %s", c.status, body)
		}
	}
}

// TestSyncRuns: a sync goes on behind its request, one a node, and ends with the
// server.
func TestSyncRuns(t *testing.T) {
	f := newFake()
	f.syncing = make(chan struct{})
	f.members[2].Status = StatusDown
	s := clusterServer(t, f, ClusterOptions{})
	runs := func() map[string]SyncRun {
		t.Helper()
		_, body, _ := ask(s, "GET", "/cluster/sync_status", "")
		var page syncPage
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		out := map[string]SyncRun{}
		for _, r := range page.Runs {
			out[r.TargetNode] = r
		}
		return out
	}
	wait := func(node, status string) SyncRun {
		t.Helper()
		for range 1000 {
			if r := runs()[node]; r.Status == status {
				return r
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("the sync of %s does not become %s: %+v", node, status, runs())
		return SyncRun{}
	}
	status, body, _ := ask(s, "POST", "/cluster/sync", `{"target_node":"node2","force":false}`)
	if status != 202 || !strings.Contains(body, `"status":"RUNNING"`) {
		t.Fatalf("%d %s", status, body)
	}
	if status, body, _ = ask(s, "POST", "/cluster/sync", `{"target_node":"node2"}`); status != 409 || !strings.HasPrefix(errorText(t, body), "syncing|") {
		t.Errorf("a second one: %d %s", status, body)
	}
	if status, body, _ = ask(s, "POST", "/cluster/sync", `{"target_node":"node3"}`); status != 409 || !strings.HasPrefix(errorText(t, body), `refused|node "node3" is DOWN`) {
		t.Errorf("of a node that is down: %d %s", status, body)
	}
	close(f.syncing)
	if r := wait("node2", MoveComplete); r.Ended == nil || r.Error != "" {
		t.Errorf("%+v", r)
	}
	ask(s, "POST", "/cluster/sync", `{"target_node":"node1","force":true}`)
	if r := wait("node1", MoveFailed); r.Error != "no snapshot" || !r.Force {
		t.Errorf("%+v", r)
	}
	f.syncing = make(chan struct{}) // never closed: Shutdown must end it
	if status, body, _ = ask(s, "POST", "/cluster/sync", `{"target_node":"node2"}`); status != 202 {
		t.Errorf("after the first: %d %s", status, body)
	}
}

// TestHealth judges clusters by their nodes and groups.
func TestHealth(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*fakeCluster)
		status int
		want   string // status, nodes up, then severity and subject of each finding
	}{
		{"all is well", func(*fakeCluster) {}, 200, "OK 3/3"},
		{"one down", func(f *fakeCluster) { f.members[1].Status = StatusDown }, 200, "DEGRADED 2/3; warning node2; warning shard 0, meta"},
		{"two down", func(f *fakeCluster) {
			f.members[1].Status, f.members[2].Status = StatusDown, StatusDown
		}, 503, "UNAVAILABLE 1/3; critical shard 0, meta; warning node2; warning node3"},
		{"two down, and no leader to say whose replicas they are", func(f *fakeCluster) {
			f.members[1].Status, f.members[2].Status = StatusDown, StatusDown
			for i := range f.shard {
				f.shard[i].Leader, f.shard[i].Replicas, f.shard[i].Wanted = "", nil, f.shard[i].Replicas
			}
		}, 503, "UNAVAILABLE 1/3; critical shard 0, meta; warning node2; warning node3"},
		{"no leader", func(f *fakeCluster) { f.shard[0].Leader = "" }, 200, "DEGRADED 3/3; warning shard 0"},
		{"lag", func(f *fakeCluster) { f.members[2].ReplicationLag = 6 }, 200, "DEGRADED 3/3; warning node3"},
		{"drained", func(f *fakeCluster) { f.members[2].Status = StatusDraining }, 200, "OK 3/3; info node3"},
		{"a failed move", func(f *fakeCluster) {
			f.shard[0].RebalanceStatus, f.shard[0].Move = MoveFailed, &Move{To: "node2", Error: "it went down"}
		}, 200, "DEGRADED 3/3; warning shard 0"},
		{"a replica that differs", func(f *fakeCluster) {
			f.groups = []GroupSync{{Shard: "0", Replicas: []ReplicaSync{{Node: "node1", State: SyncOK}, {Node: "node3", State: SyncDiverged}}}}
		}, 200, "DEGRADED 3/3; warning node3"},
		{"two replicas that differ, and one that is not there to say which is right", func(f *fakeCluster) {
			f.groups = []GroupSync{{Shard: "0", Replicas: []ReplicaSync{{Node: "node1", State: SyncUndecided}, {Node: "node3", State: SyncUndecided}}}}
		}, 200, "DEGRADED 3/3; warning shard 0"},
		{"a full disk here", func(f *fakeCluster) {
			f.own = []Finding{{"warning", "node1", "the disk is full", "Make room."}}
		}, 200, "DEGRADED 3/3; warning node1"},
		{"a full disk elsewhere", func(f *fakeCluster) { f.members[2].Unfit = true }, 200, "DEGRADED 3/3; warning node3"},
		{"alone", func(f *fakeCluster) {
			f.members = f.members[:1]
			f.shard[0].Replicas, f.shard[1].Replicas = []string{"node1"}, []string{"node1"}
		}, 200, "OK 1/1"},
	} {
		f := newFake()
		c.change(f)
		own := func() []Finding { return f.own }
		status, body, _ := ask(clusterServer(t, f, ClusterOptions{Own: own}), "GET", "/cluster/health", "")
		var h Health
		if err := json.Unmarshal([]byte(body), &h); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		got := fmt.Sprintf("%s %d/%d", h.Status, h.Nodes.Up, h.Nodes.Total)
		for _, fi := range h.Findings {
			got += "; " + fi.Severity + " " + fi.Subject
			if fi.Message == "" || fi.Hint == "" {
				t.Errorf("%s: %+v", c.name, fi)
			}
		}
		if status != c.status || got != c.want || len(h.Groups) != 2 {
			t.Errorf("%s: %d %s, want %s\n%s", c.name, status, got, c.want, body)
		}
	}
}
