package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// scripted is a cluster listener that answers each request with the next line
// of its script; the last is repeated.
type scripted struct {
	mu    sync.Mutex
	lines map[string][]string // by method and path: status and body
	got   []string            // requests with their bodies
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body bytes.Buffer
	_, _ = body.ReadFrom(r.Body) // a test's own request
	key := r.Method + " " + r.URL.Path
	s.got = append(s.got, strings.TrimSpace(key+" "+body.String()))
	lines := s.lines[key]
	if len(lines) == 0 {
		http.Error(w, `{"error":{"code":"not_found","message":"nothing here","hint":""}}`, http.StatusNotFound)
		return
	}
	if len(lines) > 1 {
		s.lines[key] = lines[1:]
	}
	var status int
	if _, err := fmt.Sscan(lines[0], &status); err != nil {
		panic(err)
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "0")
	}
	w.WriteHeader(status)
	fmt.Fprintln(w, lines[0][4:])
}

// tool runs a command line against a script.
func tool(t *testing.T, lines map[string][]string, args ...string) (string, []string, error) {
	t.Helper()
	s := &scripted{lines: lines}
	server := httptest.NewServer(s)
	defer server.Close()
	t.Setenv("STEMEDB_CLUSTER_ADDR", strings.TrimPrefix(server.URL, "http://"))
	root := rootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(args)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	err := root.ExecuteContext(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	return out.String(), s.got, err
}

func member(status string, leads, replicas int) string {
	return fmt.Sprintf(`{"id":"node2","address":"10.0.0.2:18182","status":"%s","replication_lag":0.25,"leads":%d,"replicas":%d,"heard_ago":0.1}`, status, leads, replicas)
}

func membersLine(m ...string) string { return `200 {"members":[` + strings.Join(m, ",") + `]}` }

func shardLine(status int, move string) string {
	return fmt.Sprintf(`%d {"id":"3","leader":"node2","replicas":["node1","node2"],"rebalance_status":"%s","move":{"to":"node2","error":"it went down"}}`, status, move)
}

const busy = `503 {"error":{"code":"no_quorum","message":"a group has no leader","hint":"h"}}`

// TestClusterCommands holds what the commands ask, wait for and print.
func TestClusterCommands(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  string
		lines map[string][]string
		out   string
		err   string
		asked int // requests
	}{
		{
			"a list", "node ls", map[string][]string{"GET /cluster/members": {membersLine(member("UP", 3, 8))}},
			"ID     STATUS  ADDRESS         LAG      LEADS  REPLICAS  HEARD\nnode2  UP      10.0.0.2:18182  0.250 s  3      8         0.1 s ago\n", "", 1,
		},
		{
			"a drain goes on until the node leads nothing, over a moment without leader", "node drain node2",
			map[string][]string{"POST /admin/nodes/node2/drain": {"202 " + member("UP", 3, 8)}, "GET /cluster/members": {membersLine(member("DRAINING", 3, 8)), busy, membersLine(member("DRAINING", 0, 8))}},
			"node2 drained: DRAINING, leads 0 groups, holds 8\n", "", 4,
		},
		{
			"resumed by somebody else", "node drain node2",
			map[string][]string{"POST /admin/nodes/node2/drain": {"202 " + member("DRAINING", 3, 8)}, "GET /cluster/members": {membersLine(member("UP", 3, 8))}},
			"", "node node2 was resumed meanwhile", 2,
		},
		{
			"out of patience", "node drain node2 --timeout 1ms",
			map[string][]string{"POST /admin/nodes/node2/drain": {"202 " + member("DRAINING", 3, 8)}, "GET /cluster/members": {membersLine(member("DRAINING", 3, 8))}},
			"", "draining node2 is not done after 1ms; it goes on (--timeout)", 0,
		},
		{
			"not waiting", "node drain node2 --no-wait --json", map[string][]string{"POST /admin/nodes/node2/drain": {"202 " + member("DRAINING", 3, 8)}},
			"{\n  \"id\": \"node2\",\n  \"address\": \"10.0.0.2:18182\",\n  \"status\": \"DRAINING\",\n  \"replication_lag\": 0.25,\n  \"leads\": 3,\n  \"replicas\": 8,\n  \"heard_ago\": 0.1\n}\n", "", 1,
		},
		{
			"out when it is no member any more", "node decommission node2",
			map[string][]string{"POST /admin/nodes/node2/decommission": {"202 " + member("LEAVING", 3, 8)}, "GET /cluster/members": {membersLine(member("LEAVING", 0, 2)), membersLine()}},
			"node2 is out of the cluster and can be stopped\n", "", 3,
		},
		{"a refusal says why", "node decommission node2", map[string][]string{"POST /admin/nodes/node2/decommission": {`409 {"error":{"code":"refused","message":"no other node","hint":"look"}}`}}, "", "no other node (look)", 1},
		{
			"a move", "shard move 3 node2 --reason hot", map[string][]string{"POST /admin/shards/rebalance": {"429 {}", shardLine(202, "RUNNING")}, "GET /cluster/shards/3": {shardLine(200, "RUNNING"), shardLine(200, "COMPLETE")}},
			"shard 3: move to node2 COMPLETE, led by node2, replicas on node1, node2\n", "", 4,
		},
		{"a move that fails", "shard move 3 node2", map[string][]string{"POST /admin/shards/rebalance": {shardLine(202, "RUNNING")}, "GET /cluster/shards/3": {shardLine(200, "FAILED")}}, "", "shard 3 did not move to node2: it went down", 2},
		{"the balancer", "shard balancer off", map[string][]string{"POST /admin/balancer": {`200 {"enabled":false}`}}, "the balancer is off\n", "", 1},
		{"the balancer takes on or off", "shard balancer maybe", nil, "", `invalid argument "maybe" for "stemedb shard balancer"`, 0},
		{
			"health", "node status", map[string][]string{"GET /cluster/health": {`503 {"status":"UNAVAILABLE","nodes":{"total":3,"up":1},"groups":[{"id":"0"}],"findings":[{"severity":"critical","subject":"shard 0","message":"no quorum","hint":"Start them."}]}`}},
			"UNAVAILABLE: 1 of 3 nodes can be reached, 0 of 1 groups have a quorum\ncritical: shard 0: no quorum. Start them.\n", "the cluster is UNAVAILABLE", 1,
		},
		{"no member", "node status node7", map[string][]string{"GET /cluster/members": {membersLine(member("UP", 0, 0))}}, "", `there is no node "node7" in the cluster; stemedb node ls lists them`, 1},
		{"not a cluster listener", "shard ls", map[string][]string{"GET /cluster/shards": {"200 <html>"}}, "", "does not answer as a cluster listener does", 1},
	} {
		out, asked, err := tool(t, c.lines, strings.Fields(c.args)...)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) || out != c.out || c.asked > 0 && len(asked) != c.asked {
			t.Errorf("%s: %v\n%s\nwant %s\n%s\nasked %q", c.name, err, out, c.err, c.out, asked)
		}
	}
}

// TestMoveBody: what a move asks for.
func TestMoveBody(t *testing.T) {
	_, asked, err := tool(t, map[string][]string{"POST /admin/shards/rebalance": {shardLine(202, "RUNNING")}}, "shard", "move", "3", "node2", "--no-wait", "--reason", `a "hot" one`)
	if err != nil || len(asked) != 1 || asked[0] != `POST /admin/shards/rebalance {"reason":"a \"hot\" one","shard_id":"3","target_node":"node2"}` {
		t.Errorf("%q %v", asked, err)
	}
}

// TestNoListener: an address where nobody listens is explained.
func TestNoListener(t *testing.T) {
	client := clusterClient{Addr: "127.0.0.1:1"}
	_, err := client.members(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is --cluster-addr 127.0.0.1:1 its cluster listener?") {
		t.Error(err)
	}
	if passing(err) || passing(errors.New("any")) {
		t.Error("an address without a listener is not waited for")
	}
	if got := (&clusterClient{Addr: "https://ops.example/"}).url("/x"); got != "https://ops.example/x" {
		t.Error(got)
	}
}
