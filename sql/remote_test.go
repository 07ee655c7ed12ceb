package sql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/storage"
)

// farCluster pretends that some shards lie on other nodes, n2 and n3, which are
// this one too.
type farCluster struct {
	testCluster
	here  func(storage.ShardID) bool
	serve func(ctx context.Context, request []byte, send func([]byte) error) error
	asked atomic.Int64
	bytes atomic.Int64
	// breaks says after how many frames an answer ends; 0: it does not.
	breaks func(node string) int
}

func (c *farCluster) Holds(id storage.ShardID) bool { return c.here(id) }

func (c *farCluster) Read(ctx context.Context, o storage.ReadOptions) (*storage.View, error) {
	v, err := c.testCluster.Read(ctx, o)
	if err != nil {
		return nil, err
	}
	mine := []storage.ShardID{}
	for _, id := range v.Shards() {
		if c.here(id) {
			mine = append(mine, id)
		}
	}
	o.Shards, o.At = mine, v.At()
	v.Close()
	return c.testCluster.Read(ctx, o)
}

func (c *farCluster) Sites(_ context.Context, shards []storage.ShardID, attempt int) ([]exec.Site, error) {
	var sites [2]exec.Site
	for _, id := range shards {
		k := (int(id) + attempt) % 2
		sites[k].Node = fmt.Sprintf("n%d", k+2)
		sites[k].Shards = append(sites[k].Shards, id)
	}
	return slices.DeleteFunc(sites[:], func(s exec.Site) bool { return s.Node == "" }), nil
}

func (c *farCluster) Ask(ctx context.Context, site exec.Site, request []byte) (exec.Answers, error) {
	c.asked.Add(1)
	left := -1
	if c.breaks != nil {
		if left = c.breaks(site.Node); left == 0 {
			left = -1
		} else if left--; left == 0 {
			return nil, errors.New("nobody is there")
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &farAnswers{frames: make(chan []byte, 2), cancel: cancel}
	request = slices.Clone(request)
	a.wg.Go(func() {
		a.err = c.serve(ctx, request, func(frame []byte) error {
			c.bytes.Add(int64(len(frame)))
			if left--; left == 0 {
				return errors.New("the line is cut")
			}
			select {
			case a.frames <- slices.Clone(frame):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		close(a.frames)
	})
	return a, nil
}

type farAnswers struct {
	frames chan []byte
	cancel context.CancelFunc
	wg     sync.WaitGroup
	err    error
}

func (a *farAnswers) Next(ctx context.Context) ([]byte, error) {
	select {
	case f, ok := <-a.frames:
		switch {
		case ok:
			return f, nil
		case a.err != nil:
			return nil, a.err
		}
		return nil, io.EOF
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (a *farAnswers) Close() {
	a.cancel()
	for range a.frames { //nolint:revive // until it is closed
	}
	a.wg.Wait()
}

// farEngine is an engine over the node of another one, which serves it: of the
// shards it holds those that here names.
func farEngine(t testing.TB, e *Engine, here func(storage.ShardID) bool) (*Engine, *farCluster) {
	t.Helper()
	c := &farCluster{testCluster: e.opt.Cluster.(testCluster), here: here, serve: e.ServeFragment}
	far, err := NewEngine(Options{Cluster: c, NodeID: "far", TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(far.Close)
	return far, c
}

func none(storage.ShardID) bool    { return false }
func odd(id storage.ShardID) bool  { return id%2 == 1 }
func some(id storage.ShardID) bool { return id == 2 }

// fillFar writes claims of 60 concepts, of several sources that disagree.
func fillFar(t testing.TB, s *testSession, rounds int) {
	t.Helper()
	if out := s.run(`INSERT INTO sources (source, class, trust) VALUES ('fda://x', 'regulatory', 0.9), ('blog://y', 'anecdotal', 0.1)`); len(out) != 1 {
		t.Fatal(out)
	}
	for k := range rounds {
		var b strings.Builder
		b.WriteString(`INSERT INTO assertions (concept_path, predicate, value, source, confidence, unit, asserted_at, metadata, valid_from) VALUES `)
		for i := range 60 {
			if i > 0 {
				b.WriteString(", ")
			}
			source := []string{"fda://x", "blog://y", "wiki://z"}[(i+k)%3]
			fmt.Fprintf(&b, `('d/%02d', 'p%d', '%d', '%s', %s, %s, timestamptz '2024-01-01Z' + interval '%d hours', '{"k": %d}', %s)`,
				i, k%4, (i*7+k*3)%11, source, []string{"NULL", "0.25", "0.1", "0.7"}[(i+k)%4], []string{"NULL", "'mg'"}[k%2], i+60*k, i,
				[]string{"NULL", "'2023-05-05Z'"}[i%2])
		}
		if out := s.run(b.String()); len(out) != 1 || !strings.HasPrefix(out[0], "INSERT") {
			t.Fatal(out)
		}
	}
}

// farQueries are statements whose answers must not depend on where the claims are.
var farQueries = []string{
	`SELECT * FROM assertions ORDER BY id`,
	`SELECT concept_path, predicate, value, tier, source_class, value_number, metadata, derived_from FROM assertions`,
	`SELECT count(*) FROM assertions`,
	`SELECT count(*), sum(value_number), avg(confidence), min(value), max(asserted_at), stddev(value_number), bool_or(unit = 'mg') FROM assertions`,
	`SELECT predicate, source, count(*), sum(confidence), avg(value_number), min(valid_from) FROM assertions GROUP BY predicate, source ORDER BY 1, 2`,
	`SELECT predicate, source, count(*), grouping(predicate) FROM assertions GROUP BY CUBE (predicate, source) ORDER BY 1, 2, 4`,
	`SELECT predicate, count(DISTINCT source), string_agg(value, ',' ORDER BY id) FROM assertions GROUP BY 1 ORDER BY 1`,
	`SELECT concept_path, array_agg(value ORDER BY value, id) FROM assertions GROUP BY 1 HAVING count(*) > 2 ORDER BY 1`,
	`SELECT sum(confidence) FROM assertions WHERE confidence > 9`,
	`SELECT concept_path, sum(confidence) FROM assertions WHERE confidence > 9 GROUP BY 1`,
	`SELECT * FROM assertions WHERE concept_path = 'd/07' ORDER BY id`,
	`SELECT value FROM assertions WHERE concept_path = 'd/07' AND predicate = 'p1' ORDER BY 1`,
	`SELECT value FROM assertions WHERE concept_path IN ('d/01', 'd/02', 'd/33', 'nowhere') ORDER BY 1`,
	`SELECT value FROM assertions WHERE concept_path = ANY (ARRAY['d/01', 'd/02', NULL]) ORDER BY 1`,
	`SELECT count(*) FROM assertions WHERE concept_path LIKE 'd/1%'`,
	`SELECT concept_path FROM assertions WHERE concept_path >= 'd/50' AND concept_path < 'd/55' ORDER BY 1 LIMIT 7`,
	`SELECT value, source FROM assertions WHERE predicate = 'p2' ORDER BY id`,
	`SELECT value FROM assertions WHERE source = 'blog://y' ORDER BY id`,
	`SELECT value FROM assertions WHERE id IN (SELECT id FROM assertions WHERE value = '3') ORDER BY id`,
	`SELECT a.value FROM (SELECT min(id) AS id FROM assertions) m JOIN assertions a ON a.id = m.id`,
	`SELECT value FROM assertions WHERE id = (SELECT max(id) FROM assertions)`,
	`SELECT concept_path, value FROM assertions ORDER BY asserted_at DESC, id LIMIT 5`,
	`SELECT concept_path, value FROM assertions ORDER BY concept_path, id LIMIT 5 OFFSET 3`,
	`SELECT concept_path FROM assertions ORDER BY concept_path FETCH FIRST 3 ROWS WITH TIES`,
	`SELECT count(*) FROM (SELECT 1 FROM assertions LIMIT 11) s`,
	`SELECT count(*) FROM (SELECT 1 FROM assertions LIMIT 11 OFFSET 2) s`,
	`SELECT DISTINCT source FROM assertions ORDER BY 1`,
	`SELECT concept_path, predicate, value, support, conflict_score, status, decided_by, candidates, tier FROM assertions USING LENS authority ORDER BY 1, 2`,
	`SELECT * FROM assertions USING LENS recency WHERE concept_path = 'd/11' ORDER BY predicate`,
	`SELECT concept_path, predicate, value, support FROM assertions USING LENS skeptic ORDER BY 1, 2, 3`,
	`SELECT value, count(*), avg(support) FROM assertions USING LENS consensus GROUP BY 1 ORDER BY 1`,
	`SELECT concept_path, value FROM assertions USING LENS weighted(min_confidence => 0.2) FILTER (WHERE source <> 'blog://y') WHERE predicate = 'p1' ORDER BY 1`,
	`SELECT concept_path, value FROM assertions USING LENS recency FILTER (WHERE source IN (SELECT source FROM sources WHERE trust > 0.5)) ORDER BY 1, predicate`,
	`SELECT count(*) FROM assertions WHERE source IN (SELECT source FROM sources)`,
	`SELECT count(*) FROM assertions a WHERE EXISTS (SELECT 1 FROM sources s WHERE s.source = a.source AND s.trust > 0.5)`,
	`SELECT count(*) FROM assertions WHERE agent = current_user AND current_setting('TimeZone') = 'Europe/Berlin'`,
	`SELECT concept_path, pg_get_userbyid(10) FROM assertions WHERE length(value) = (SELECT min(length(value)) FROM assertions) ORDER BY id LIMIT 3`,
	`SELECT count(*) FROM assertions WHERE random() < 2`,
	`SELECT count(*) FROM assertions WHERE concept_path = 'd/03' AND random() < 2`,
	`SELECT asserted_at::text, asserted_at::date, to_char(asserted_at, 'HH24 TZ'), now() > asserted_at FROM assertions ORDER BY id LIMIT 20`,
	`SELECT 'assertions'::regclass::text, value FROM assertions WHERE concept_path = 'd/05' ORDER BY id`,
	`SELECT c.path, (SELECT max(value) FROM assertions a WHERE a.concept_path = c.path) FROM (VALUES ('d/01'), ('d/02'), ('x')) c(path) ORDER BY 1`,
	`SELECT c.path, a.value FROM (VALUES ('d/01'), ('d/02')) c(path), LATERAL (SELECT value FROM assertions WHERE concept_path = c.path ORDER BY asserted_at DESC, id LIMIT 2) a ORDER BY 1, 2`,
	`SELECT a.concept_path, count(*) FROM assertions a JOIN assertions b USING (concept_path) WHERE a.value < b.value GROUP BY 1 ORDER BY 1`,
	`SELECT a.value, b.value FROM assertions a LEFT JOIN assertions b ON a.concept_path = b.concept_path AND b.predicate = 'p3' AND b.value > a.value ORDER BY a.id, b.id`,
	`SELECT count(*), sum(a.value_number) FROM assertions a JOIN assertions b ON a.concept_path = b.concept_path`,
	`SELECT l.value, count(*) FROM assertions USING LENS authority AS l JOIN assertions b USING (concept_path) WHERE b.agent = current_user AND random() < 2 GROUP BY 1 ORDER BY 1`,
	`SELECT count(*) FROM assertions a WHERE NOT EXISTS (SELECT 1 FROM assertions b WHERE b.concept_path = a.concept_path AND b.value > a.value)`,
	`SELECT concept_path, value, row_number() OVER (PARTITION BY concept_path ORDER BY asserted_at, id) FROM assertions ORDER BY 1, 3`,
	`SELECT concept_path, value, sum(confidence) OVER (PARTITION BY concept_path ORDER BY asserted_at, id) FROM assertions WHERE agent = session_user ORDER BY id`,
	`SELECT concept_path, sum(value_number) OVER (ORDER BY concept_path, id) FROM assertions ORDER BY concept_path, id LIMIT 40`,
	`WITH t AS MATERIALIZED (SELECT * FROM assertions WHERE predicate = 'p0') SELECT count(*) FROM t a, t b WHERE a.concept_path = b.concept_path`,
	`SELECT value FROM assertions WHERE predicate = 'p0' UNION SELECT value FROM assertions WHERE predicate = 'p1' ORDER BY 1`,
	`SELECT count(*) FROM assertions FOR SYSTEM_TIME AS OF '2001-01-01Z'`,
	`SELECT count(*) FROM assertions WHERE metadata @> '{"k": 4}' AND metadata->>'k' = '4'`,
	`SELECT count(1 / (value_number::int - 3)) FROM assertions WHERE value_type = 'number'`,
	`SELECT concept_path, 1 / (value_number::int - 3) FROM assertions ORDER BY 2`,
	`SELECT CASE WHEN value = '3' THEN 0 ELSE 1 / (value_number - 3) END FROM assertions ORDER BY id`,
	`SELECT count(*) FROM concepts`,
	`SELECT * FROM conflicts ORDER BY 1, 2 LIMIT 5`,
	`SELECT count(*) FROM authority.assertions`,
	`SELECT value FROM assertions TABLESAMPLE bernoulli (100) ORDER BY id LIMIT 3`,
	`SELECT concept_path FROM assertions WHERE 'x' = (SELECT 'x' WHERE value = '2') ORDER BY id`,
	`SELECT ctid, xmin, cmax, tableoid, id FROM assertions ORDER BY id`,
	`SELECT count(*), count(DISTINCT ctid), min(ctid) FROM assertions WHERE xmin::text::bigint > 3`,
	`SELECT id FROM assertions WHERE ctid >= '(2147483648,0)' ORDER BY ctid LIMIT 9`,
	`SELECT count(*) FROM assertions a JOIN assertions b ON a.ctid = b.ctid AND a.id = b.id`,
	`SELECT concept_path, value FROM assertions USING LENS recency FILTER (WHERE ctid < '(2147483648,0)') ORDER BY 1, predicate`,
}

// answers runs the corpus; rows without an order are sorted.
func answers(s *testSession, queries []string) map[string]string {
	out := map[string]string{}
	for _, q := range queries {
		lines := s.run(q)
		if !strings.Contains(q, "ORDER BY") {
			slices.Sort(lines)
		}
		out[q] = strings.Join(lines, "\n")
	}
	return out
}

func farSession(t testing.TB, e *Engine) *testSession {
	t.Helper()
	s := e.testSession(t)
	s.run(`SET TimeZone = 'Europe/Berlin'; SET DateStyle = 'German'; SET extra_float_digits = 0`)
	return s
}

// TestFarShards: every query gives the same whether its node holds all shards, some
// or none, also when the nodes that hold them break off in the middle.
func TestFarShards(t *testing.T) {
	e := newTestEngine(t)
	s := farSession(t, e)
	fillFar(t, s, 9)
	want := answers(s, farQueries)
	if n := strings.Count(want[farQueries[0]], "\n"); n != 540 {
		t.Fatalf("%d lines of claims", n)
	}
	for name, here := range map[string]func(storage.ShardID) bool{"none": none, "odd": odd, "one": some} {
		far, c := farEngine(t, e, here)
		for _, cut := range []bool{false, true} {
			if cut && name != "none" {
				continue
			}
			if cut {
				var n atomic.Int64
				c.breaks = func(string) int { return int(n.Add(1) % 4) }
			}
			c.asked.Store(0)
			got := answers(farSession(t, far), farQueries)
			for _, q := range farQueries {
				if got[q] != want[q] {
					t.Errorf("%s held, cut %v: %s\ngives\n%.600s\nand not\n%.600s", name, cut, q, got[q], want[q])
				}
			}
			if c.asked.Load() < int64(len(farQueries)) {
				t.Errorf("%s held: other nodes were asked %d times", name, c.asked.Load())
			}
		}
	}
}

// TestFarExplain: EXPLAIN names the nodes that are asked, and EXPLAIN ANALYZE counts
// what they dropped and gave.
func TestFarExplain(t *testing.T) {
	e := newTestEngine(t)
	fillFar(t, farSession(t, e), 2)
	far, _ := farEngine(t, e, some)
	s := farSession(t, far)
	const options = "EXPLAIN (COSTS OFF, TIMING OFF, SUMMARY OFF, ANALYZE "
	for _, c := range []struct{ analyze, query, want string }{
		{"OFF", `SELECT * FROM assertions`, "Seq Scan on assertions\n  Remote: shard 0 on n2; shards 1,3 on n3"},
		{"OFF", `SELECT * FROM sources`, "Seq Scan on sources"},
		{"ON", `SELECT count(*) FROM assertions WHERE predicate <> 'p1'`, `Aggregate (actual rows=1 loops=1)
  Remote: shard 0 on n2; shards 1,3 on n3
  ->  Seq Scan on assertions (actual rows=60 loops=1)
        Filter: (predicate <> 'p1'::text)
        Rows Removed by Filter: 60`},
		{"ON", `SELECT * FROM assertions WHERE predicate <> 'p1'`, `Seq Scan on assertions (actual rows=60 loops=1)
  Filter: (predicate <> 'p1'::text)
  Rows Removed by Filter: 60
  Remote: shard 0 on n2; shards 1,3 on n3`},
	} {
		lines := s.run(options + c.analyze + ") " + c.query)
		if got := strings.Join(lines[:len(lines)-1], "\n"); got != c.want {
			t.Errorf("%s\n%s\nwant\n%s", c.query, got, c.want)
		}
	}
	if out := farSession(t, e).run(options + "OFF) SELECT * FROM assertions"); strings.Contains(strings.Join(out, "\n"), "Remote") {
		t.Errorf("a node that holds all: %q", out)
	}
}
