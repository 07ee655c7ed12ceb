package functions

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// TestOwnFunctionsStay holds the functions that PostgreSQL does not have against
// testdata/own.txt: an OID that was given names the same function for ever, and
// a new one is added there.
func TestOwnFunctionsStay(t *testing.T) {
	rows := catalogRows(t, "../own.txt")
	own := 0
	for _, f := range All() {
		if !f.Own() {
			continue
		}
		own++
		oid, _, _ := strings.Cut(declared(f), " ")
		if declared(f) != rows[oid] {
			t.Errorf("declared %s\n listed  %s", declared(f), rows[oid])
		}
	}
	if own != len(rows) {
		t.Errorf("%d functions of our own, %d listed", own, len(rows))
	}
}

// revoked are PostgreSQL's functions that not everybody may execute there either.
var revoked = map[string]bool{"lo_import": true, "lo_export": true}

// TestOwnFunctionsAreWhole: what their catalog rows, the page and their guard
// take for granted.
func TestOwnFunctionsAreWhole(t *testing.T) {
	for _, f := range All() {
		if !f.Own() {
			if f.Restricted && !revoked[f.Name] || f.Changes {
				t.Errorf("%s: PostgreSQL's functions are guarded by their own code", f.Name)
			}
			continue
		}
		if !strings.HasPrefix(f.Name, "stemedb_") || f.Doc == "" || len(f.ArgNames) != len(f.Args) || f.OID >= 100000 {
			t.Errorf("%s (%d) has no name of its own, no words, an argument without name, or an OID of views", f.Name, f.OID)
		}
		for _, n := range f.OutNames {
			for _, a := range f.ArgNames {
				if n == a {
					t.Errorf("%s: %s is an argument and a column", f.Name, n)
				}
			}
		}
		if (f.Restricted || f.Changes) && (f.Bind != nil || f.BindSet != nil || f.Vec != nil) {
			t.Errorf("%s has code that no guard stands before", f.Name)
		}
		if f.Changes && (f.Volatility != 'v' || f.Travels() || f.Parallel() != 'r' || f.NotStrict) {
			t.Errorf("%s changes something, and may run elsewhere, again or not at all", f.Name)
		}
	}
}

// fakeCluster notes what it is told.
type fakeCluster struct {
	told []string
	err  error
}

func (c *fakeCluster) Shards(context.Context) ([]ClusterShard, error) {
	return []ClusterShard{
		{Shard: 0, Leader: "n1", Replicas: []string{"n1", "n2"}, Wanted: []string{"n1", "n2"}, Term: 3, Applied: 70, Rate: 1.5, Status: "NONE"},
		{Shard: OwnState, Status: "NONE"},
	}, c.err
}

func (c *fakeCluster) Nodes(context.Context) ([]ClusterNode, error) {
	heard := 0.25
	return []ClusterNode{{Node: "n1", Address: "h:1", Status: "UP", Leads: 2, Replicas: 1, HeardAgo: &heard}, {Node: "n2", Status: "DOWN", Lag: 2}}, c.err
}

func (c *fakeCluster) Replicas(context.Context) ([]ClusterReplica, error) {
	return []ClusterReplica{{Shard: 0, Leader: "n1", Index: 9, Node: "n1", Root: "ab", State: "OK"}, {Shard: OwnState, Node: "n2", State: "UNKNOWN", Detail: "no answer"}}, c.err
}

func (c *fakeCluster) MoveShard(_ context.Context, shard int32, node, reason string) (ClusterShard, error) {
	c.told = append(c.told, "move "+string('0'+shard)+" "+node+" "+reason)
	return ClusterShard{Shard: shard, Leader: "n1", Status: "RUNNING", Move: ClusterMove{From: "n1", To: node, Reason: reason, Started: time.Unix(0, 0)}}, c.err
}

func (c *fakeCluster) DrainNode(_ context.Context, node string) (ClusterNode, error) {
	c.told = append(c.told, "drain "+node)
	return ClusterNode{Node: node, Status: "DRAINING"}, c.err
}

func (c *fakeCluster) ResumeNode(_ context.Context, node string) (ClusterNode, error) {
	c.told = append(c.told, "resume "+node)
	return ClusterNode{Node: node, Status: "UP"}, c.err
}

func (c *fakeCluster) SyncNode(_ context.Context, node string, force bool) error {
	c.told = append(c.told, "sync "+node+map[bool]string{true: " by force"}[force])
	return c.err
}

// mayAll is a catalog in which every role may do all, or none anything.
type mayAll struct {
	noCatalog
	may bool
}

func (m mayAll) Privileges(_ types.OID, kind string, _ types.OID, _ int16, privs, _ types.Privileges) (p, o types.Privileges) {
	if !m.may || kind != "function" {
		return 0, 0
	}
	return privs & types.PrivExecute, 0
}

// callOwn calls a function of our own and prints what it gives.
func callOwn(t *testing.T, c *Ctx, name string, args ...types.Datum) (string, error) {
	t.Helper()
	f := ByName(name)[0]
	show := func(vals []types.Datum) string {
		var out []string
		for i, v := range vals {
			out = append(out, showResult(c, f.OutTypes[i], v, nil))
		}
		return strings.Join(out, " ")
	}
	if !f.RetSet {
		d, err := f.RowFor(f.Args, f.Ret)(c, args)
		if err != nil {
			return "", err
		}
		return show(d.A.(*types.Record).Vals), nil
	}
	it, err := f.SetFor(f.Args, f.Ret)(c, args)
	if err != nil {
		return "", err
	}
	var rows []string
	for {
		row, ok, err := it.Next()
		if err != nil || !ok {
			return strings.Join(rows, "\n"), err
		}
		rows = append(rows, show(row))
	}
}

func TestClusterFunctions(t *testing.T) {
	cl := &fakeCluster{}
	c := testCtx(t)
	c.Cluster, c.Catalog = cl, mayAll{may: true}
	n2, reason := types.Text("n2"), types.Text("hot")
	for _, x := range []struct {
		name string
		args []types.Datum
		want string
		told string
	}{
		{"stemedb_shards", nil, `"0" "n1" "{n1,n2}" "{}" "{n1,n2}" "3" "70" "1.5" "NONE" NULL NULL NULL NULL NULL NULL` + "\n" +
			`NULL NULL "{}" "{}" "{}" "0" "0" "0" "NONE" NULL NULL NULL NULL NULL NULL`, ""},
		{"stemedb_nodes", nil, `"n1" "h:1" "UP" "0" "2" "1" "0.25"` + "\n" + `"n2" NULL "DOWN" "2" "0" "0" NULL`, ""},
		{"stemedb_sync_status", nil, `"0" "n1" "9" NULL "n1" "ab" "OK" NULL` + "\n" + `NULL NULL "0" NULL "n2" NULL "UNKNOWN" "no answer"`, ""},
		{"stemedb_move_shard", []types.Datum{types.Int(3), n2, reason},
			`"3" "n1" "{}" "{}" "{}" "0" "0" "0" "RUNNING" "n1" "n2" "hot" NULL "1969-12-31 19:00:00-05" NULL`, "move 3 n2 hot"},
		{"stemedb_drain_node", []types.Datum{n2}, `"n2" NULL "DRAINING" "0" "0" "0" NULL`, "drain n2"},
		{"stemedb_resume_node", []types.Datum{n2}, `"n2" NULL "UP" "0" "0" "0" NULL`, "resume n2"},
		{"stemedb_sync", []types.Datum{n2, types.Bool(true)}, `NULL NULL "0" NULL "n2" NULL "UNKNOWN" "no answer"`, "sync n2 by force"},
	} {
		cl.told = nil
		got, err := callOwn(t, c, x.name, x.args...)
		if err != nil || got != x.want || strings.Join(cl.told, ";") != x.told {
			t.Errorf("%s: %v, told %q\n%s\nwant\n%s", x.name, err, cl.told, got, x.want)
		}
	}
}

// TestClusterFunctionsRefuse: who may not, in what may not, and where nothing is
// to ask, nothing reaches the cluster.
func TestClusterFunctionsRefuse(t *testing.T) {
	args := map[string][]types.Datum{
		"stemedb_move_shard": {types.Int(3), types.Text("n2"), types.Text("")}, "stemedb_drain_node": {types.Text("n2")},
		"stemedb_resume_node": {types.Text("n2")}, "stemedb_sync": {types.Text("n2"), types.Bool(false)},
	}
	code := func(err error) string {
		var e *sqlerr.Error
		if errors.As(err, &e) {
			return e.Code
		}
		return ""
	}
	for _, f := range All() {
		if !f.Own() {
			continue
		}
		if f.Changes != (args[f.Name] != nil) {
			t.Errorf("%s: changes %v", f.Name, f.Changes)
		}
		cl := &fakeCluster{}
		c := testCtx(t)
		c.Cluster, c.Catalog, c.ReadOnly = cl, mayAll{may: true}, true
		want := ""
		if f.Changes {
			want = "25006"
		}
		if _, err := callOwn(t, c, f.Name, args[f.Name]...); code(err) != want {
			t.Errorf("%s in a read-only transaction: %v", f.Name, err)
		}
		c.Catalog, want = mayAll{may: false}, ""
		if f.Restricted {
			want = "42501"
		}
		if _, err := callOwn(t, c, f.Name, args[f.Name]...); code(err) != want {
			t.Errorf("%s without the privilege: %v", f.Name, err)
		}
		c.Cluster, c.Catalog, c.ReadOnly = nil, mayAll{may: true}, false
		if _, err := callOwn(t, c, f.Name, args[f.Name]...); code(err) != "55000" {
			t.Errorf("%s without a cluster: %v", f.Name, err)
		}
		if len(cl.told) > 0 {
			t.Errorf("%s: %q", f.Name, cl.told)
		}
	}
	c := testCtx(t)
	c.Cluster, c.Catalog = &fakeCluster{}, mayAll{may: true}
	if _, err := callOwn(t, c, "stemedb_move_shard", types.Int(3), types.Text("n2"), types.Text(strings.Repeat("x", 257))); code(err) != "22023" {
		t.Errorf("a long reason: %v", err)
	}
}
