package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// runTool runs a command line of stemedb's.
func runTool(ctx context.Context, args ...string) (string, error) {
	root := rootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	return out.String(), err
}

// asOfQueries are what a restored cluster must give as the first one did, as of a time.
func asOfQueries(at string) (out []string) {
	asOf := " FOR SYSTEM_TIME AS OF '" + at + "'"
	out = append(out,
		"SELECT a::text FROM assertions"+asOf+" AS a ORDER BY id",
		"SELECT s::text FROM sources"+asOf+" AS s ORDER BY source",
		"SELECT c::text FROM source_classes"+asOf+" AS c ORDER BY name")
	for _, lens := range []string{"authority", "weighted", "skeptic", "layered", "consensus", "recency", "confidence"} {
		out = append(out, "SELECT a::text FROM assertions"+asOf+" USING LENS "+lens+" AS a ORDER BY 1")
	}
	return out
}

// TestBackupAndRestore backs a cluster up by a node that holds no shard, while claims
// are written and leads move, and restores it with another number of shards: both nodes
// of the new cluster give as of every time what the first cluster gives.
func TestBackupAndRestore(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	n1 := startMember(t, "n1", nil, nil)
	n2 := startMember(t, "n2", n1, nil)
	none := startMember(t, "n3", n1, func(storage.ShardID) bool { return true })
	c := connectTo(t, n1)
	var times []string
	for _, text := range []string{
		insertClaims, "INSERT INTO sources (source, class, trust) VALUES ('s1', 'regulatory', 0.9), ('s2', 'expert', 0.1)",
		"UPDATE sources SET class = 'anecdotal' WHERE source = 's1'", "DELETE FROM sources WHERE source = 's2'",
		"INSERT INTO assertions (concept_path, predicate, value, source, revises) SELECT concept_path, predicate, 'better', source, id FROM assertions WHERE source = 's3' ORDER BY id LIMIT 40",
	} {
		if _, err := c.Exec(ctx, text); err != nil {
			t.Fatal(text, err)
		}
		var at string
		if err := c.QueryRow(ctx, "SELECT clock_timestamp()::text").Scan(&at); err != nil {
			t.Fatal(err)
		}
		times = append(times, at)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	busy, rest := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { moveLeads(busy, n1, n2) })
	writer := connectTo(t, n2)
	wg.Go(func() {
		for i := 0; busy.Err() == nil; i++ {
			_, err := writer.Exec(ctx, "INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'w/' || $1::int || '/' || i, 'p', 'v', 's4' FROM generate_series(1, 3) i", i)
			if err != nil && !mayRetry(err) {
				t.Error(err)
			}
		}
	})
	time.Sleep(300 * time.Millisecond)
	out, err := runTool(ctx, "backup", "--cluster-addr", none.pagesLn.Addr().String(), "--output", dir)
	rest()
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	_, asOf, _ := strings.Cut(out, " as of ")
	asOf, _, _ = strings.Cut(asOf, " are in ")
	want := map[string]string{}
	for _, at := range append(times, asOf) {
		for _, q := range asOfQueries(at) {
			if want[q], err = answer(ctx, c, q); err != nil || want[q] == "" && strings.Contains(q, "FROM assertions") {
				t.Fatalf("%s: %q %v", q, want[q], err)
			}
		}
	}
	if q := asOfQueries(asOf)[0]; !strings.Contains(want[q], "w/0/1") {
		t.Error("what was acknowledged before the backup is not in it")
	}
	data := filepath.Join(t.TempDir(), "n4")
	if out, err := runTool(ctx, "restore", dir, "--data-dir", data, "--node-id", "n4", "--shards", "3"); err != nil {
		t.Fatal(out, err)
	}
	n4 := startMember(t, "n4", nil, nil, func(c *nodeConfig) { c.DataDir, c.Shards = data, 0 })
	n5 := startMember(t, "n5", n4, nil)
	for _, n := range []*node{n4, n5} {
		conn := connectTo(t, n)
		for q, w := range want {
			if got, err := answer(ctx, conn, q); err != nil || got != w {
				t.Errorf("%s: %s\n%v %d bytes, not %d", n.cfg.NodeID, q, err, len(got), len(w))
			}
		}
	}
	var later bool
	err = connectTo(t, n5).QueryRow(ctx, "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('after', 'p', 'v', 's') RETURNING recorded_at > '"+asOf+"'").Scan(&later)
	if err != nil || !later {
		t.Errorf("a claim after the restore: %v, %v", later, err)
	}
}

// TestRestoreRefuses: a directory that is none, that is damaged, or that holds
// something, and a data directory whose restore was cut off.
func TestRestoreRefuses(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	n := startMember(t, "n1", nil, nil)
	if _, err := connectTo(t, n).Exec(ctx, insertClaims); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(dir, "good")
	if _, err := runTool(ctx, "backup", "--cluster-addr", n.pagesLn.Addr().String(), "--output", good); err != nil {
		t.Fatal(err)
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if _, err := runTool(ctx, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
	refused("not empty", "backup", "--cluster-addr", n.pagesLn.Addr().String(), "--output", good)
	refused("holds no backup", "restore", dir, "--data-dir", filepath.Join(dir, "d"))
	refused("not empty", "restore", good, "--data-dir", n.cfg.DataDir)
	refused("65", "restore", good, "--data-dir", filepath.Join(dir, "d"), "--shards", "65")
	part := filepath.Join(good, "shard-0001.part")
	text, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 4
	if err := os.WriteFile(part, text, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(part+": the backup is damaged", "restore", good, "--verify-only")
	refused(part+": the backup is damaged", "restore", good, "--data-dir", filepath.Join(dir, "d"))
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left are %v, %v", list, err)
	}
	cut := &nodeConfig{DataDir: filepath.Join(dir, "cut"), SQLAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", CacheMB: 16, QueryMemory: 64, Insecure: true, LogLevel: "error"}
	if err := os.MkdirAll(cut.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cut.DataDir, unfinishedName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openNode(ctx, cut); err == nil || !strings.Contains(err.Error(), "did not come to its end") {
		t.Errorf("a restore that was cut off: %v", fmt.Sprint(err))
	}
}
