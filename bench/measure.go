package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// result is one row of the table; higher is better.
type result struct {
	name, unit string
	target     float64
	peer, ours []float64
	analytics  bool
}

func (r *result) ratio() float64 { return median(r.ours) / median(r.peer) }

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	n := len(s)
	if n == 0 {
		return 0
	}
	return (s[(n-1)/2] + s[n/2]) / 2
}

func addRound(all []result, r result) []result {
	for i := range all {
		if all[i].name == r.name {
			all[i].peer = append(all[i].peer, r.peer...)
			all[i].ours = append(all[i].ours, r.ours...)
			return all
		}
	}
	return append(all, r)
}

const copyName = "COPY of all claims"

// measureCopy loads the file into a fresh server of each kind.
func measureCopy(ctx context.Context, c *config, round int) (result, error) {
	r := result{name: copyName, unit: "claims/s", target: 3}
	peerDir, nodeDir := filepath.Join(c.dir, fmt.Sprint("peer", round)), filepath.Join(c.dir, fmt.Sprint("node", round))
	for _, d := range []string{peerDir, nodeDir} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return r, err
		}
	}
	peer, err := startPeer(ctx, peerDir)
	if err != nil {
		return r, err
	}
	took, err := preparePeer(ctx, c, peer)
	if err = errors.Join(err, peer.stop()); err != nil {
		return r, err
	}
	r.peer = append(r.peer, float64(c.rows)/took.Seconds())
	node, err := startNode(ctx, nodeDir, c.binary)
	if err != nil {
		return r, err
	}
	stopProfile := startProfile(c, node, "copy")
	took, err = load(ctx, c, node)
	stopProfile()
	if err = errors.Join(err, node.stop(), os.RemoveAll(peerDir), os.RemoveAll(nodeDir)); err != nil {
		return r, err
	}
	r.ours = append(r.ours, float64(c.rows)/took.Seconds())
	return r, nil
}

func preparePeer(ctx context.Context, c *config, peer *server) (time.Duration, error) {
	if err := execute(ctx, peer, peerSchema+peerIndexes); err != nil {
		return 0, err
	}
	return load(ctx, c, peer)
}

// load copies the data file in one statement, all or nothing.
func load(ctx context.Context, c *config, s *server) (time.Duration, error) {
	conn, err := pgconn.Connect(ctx, s.url())
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	f, err := os.Open(c.data)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	start := time.Now()
	tag, err := conn.CopyFrom(ctx, f, "COPY assertions ("+dataColumns+") FROM STDIN")
	took := time.Since(start)
	if err == nil && tag.RowsAffected() != int64(c.rows) {
		err = fmt.Errorf("%s took %d of %d rows", s.name, tag.RowsAffected(), c.rows)
	}
	return took, err
}

func execute(ctx context.Context, s *server, text string) error {
	conn, err := pgconn.Connect(ctx, s.url())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text).ReadAll()
	return err
}

// row is one measurement by pgbench.
type row struct {
	name    string
	clients int
	target  float64
	peer    string // script
	ours    string
	// analytics says that the row counts for the median of those.
	analytics bool
}

const pick = "\\set k random(0, %d)\n"

func rows(c *config) []row {
	concepts := c.rows/(predicatesEach*claimsEach) - 1
	set := fmt.Sprintf(pick, concepts)
	peerPoint := set + `SELECT DISTINCT ON (concept_path, predicate) concept_path, predicate, value, source, tier, confidence FROM assertions ` +
		`WHERE concept_path = 'concepts/' || :k AND lifecycle = 'approved' ORDER BY concept_path, predicate, tier, confidence DESC NULLS LAST, asserted_at DESC, id;`
	ourPoint := set + `SELECT concept_path, predicate, value, source, tier, effective_confidence FROM assertions USING LENS authority WHERE concept_path = 'concepts/' || :k;`
	insert := "\\set k random(0, 1000000000000)\n" +
		`INSERT INTO assertions (concept_path, predicate, value, source) VALUES ('inserted/' || :k, 'size', 'large', 'pgbench');`
	return []row{
		{name: "point lens, 1 client", clients: 1, target: 1.3, peer: peerPoint, ours: ourPoint},
		{name: "point lens, 64 clients", clients: 64, target: 2.5, peer: peerPoint, ours: ourPoint},
		{name: "point lens, 1000 clients", clients: 1000, target: 8, peer: peerPoint, ours: ourPoint},
		{name: "lens over all claims", clients: 1, target: 12,
			peer: `SELECT count(*), sum(length(value)), avg(confidence) FROM (SELECT DISTINCT ON (concept_path, predicate) * FROM assertions WHERE lifecycle = 'approved' ORDER BY concept_path, predicate, tier, confidence DESC NULLS LAST, asserted_at DESC, id) a;`,
			ours: `SELECT count(*), sum(length(value)), avg(confidence) FROM assertions USING LENS authority;`},
		{name: "durable INSERT, 1 client", clients: 1, target: 0.8, peer: insert, ours: insert},
		{name: "durable INSERT, 64 clients", clients: 64, target: 1.5, peer: insert, ours: insert},
	}
}

// analytics are statements that both sides take as they are. None may be below
// 1, and their median shall be 1.5 at least.
func analytics() []row {
	var out []row
	for _, q := range [][2]string{
		{"scan, filter, aggregate", `SELECT count(*), avg(confidence), max(asserted_at) FROM assertions WHERE confidence > 0.5 AND source_class <> 'anecdotal';`},
		{"group by two columns", `SELECT predicate, source_class, count(*), avg(confidence) FROM assertions GROUP BY predicate, source_class;`},
		{"join to sources", `SELECT s.class, count(*), avg(a.confidence) FROM assertions a JOIN sources s USING (source) GROUP BY s.class;`},
		{"rank per concept", `SELECT count(*) FROM (SELECT rank() OVER (PARTITION BY concept_path ORDER BY confidence DESC NULLS LAST, id) AS r FROM assertions) x WHERE r = 1;`},
		{"count distinct", `SELECT predicate, count(DISTINCT value), count(DISTINCT source) FROM assertions GROUP BY predicate;`},
		{"top 100 of all", `SELECT concept_path, predicate, value, confidence, id FROM assertions ORDER BY confidence DESC NULLS LAST, id LIMIT 100;`},
	} {
		out = append(out, row{name: q[0], clients: 1, target: 1, peer: q[1], ours: q[1], analytics: true})
	}
	return out
}

// measureRows runs every row against both servers in turn.
func measureRows(ctx context.Context, c *config, only *regexp.Regexp) (out []result, err error) {
	var chosen []row
	for _, r := range append(rows(c), analytics()...) {
		if only.MatchString(r.name) {
			chosen = append(chosen, r)
		}
	}
	asked, err := chosenLookups(only)
	if err != nil || len(chosen) == 0 && len(asked) == 0 {
		return nil, err
	}
	peer, node, stop, err := loadBoth(ctx, c)
	defer func() { err = errors.Join(err, stop()) }()
	if err != nil {
		return nil, err
	}
	for _, r := range chosen {
		res, err := measureRow(ctx, c, r, peer, node)
		if err != nil {
			return out, fmt.Errorf("%s: %w", r.name, err)
		}
		out = append(out, res)
	}
	if len(asked) > 0 {
		err = measureLookups(ctx, c, asked, peer, node)
	}
	return out, err
}

// loadBoth starts a server of each kind and loads the claims into it. stop is
// never nil.
func loadBoth(ctx context.Context, c *config) (peer, node *server, stop func() error, err error) {
	stop = func() (err error) {
		for _, s := range []*server{node, peer} {
			if s != nil {
				err = errors.Join(err, s.stop())
			}
		}
		return err
	}
	if peer, err = startPeer(ctx, c.dir); err != nil {
		return nil, nil, stop, err
	}
	if node, err = startNode(ctx, c.dir, c.binary); err != nil {
		return peer, nil, stop, err
	}
	fmt.Fprintln(os.Stderr, "loading both")
	if _, err = preparePeer(ctx, c, peer); err != nil {
		return peer, node, stop, err
	}
	if _, err = load(ctx, c, node); err != nil {
		return peer, node, stop, err
	}
	for _, s := range []*server{peer, node} {
		if err = execute(ctx, s, fillSources); err != nil {
			return peer, node, stop, err
		}
	}
	for _, text := range []string{"VACUUM ANALYZE", "CHECKPOINT"} {
		if err = execute(ctx, peer, text); err != nil {
			return peer, node, stop, err
		}
	}
	// Both have their planner's statistics: else ours would be taken beside the
	// first row.
	if err = execute(ctx, node, "ANALYZE"); err != nil {
		return peer, node, stop, err
	}
	return peer, node, stop, sleep(ctx, 10*time.Second) // let background work of both settle
}

// hold leaves both servers loaded and up until the context ends.
func hold(ctx context.Context, c *config) (err error) {
	peer, node, stop, err := loadBoth(ctx, c)
	defer func() { err = errors.Join(err, stop()) }()
	if err != nil {
		return err
	}
	fmt.Printf("%s %s\n%s %s, profiles at http://127.0.0.1:%d/debug/pprof/\n", peer.name, peer.url(), node.name, node.url(), node.http)
	<-ctx.Done()
	return nil
}

func measureRow(ctx context.Context, c *config, r row, peer, node *server) (result, error) {
	res := result{name: r.name, unit: "queries/s", target: r.target, analytics: r.analytics}
	for round := range c.rounds {
		a, err := pgbench(ctx, c, peer, r, r.peer)
		if err != nil {
			return res, err
		}
		stopProfile := func() {}
		if round == 0 {
			stopProfile = startProfile(c, node, r.name)
		}
		b, err := pgbench(ctx, c, node, r, r.ours)
		stopProfile()
		if err != nil {
			return res, err
		}
		fmt.Fprintf(os.Stderr, "%s: %s %s, %s %s\n", r.name, peer.name, number(a), node.name, number(b))
		res.peer, res.ours = append(res.peer, a), append(res.ours, b)
	}
	return res, nil
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

// pgbench runs a script and returns transactions a second.
func pgbench(ctx context.Context, c *config, s *server, r row, script string) (float64, error) {
	file := filepath.Join(c.dir, "script.sql")
	if err := os.WriteFile(file, []byte(script+"\n"), 0o644); err != nil {
		return 0, err
	}
	args := []string{"-n", "-M", "prepared", "-f", file, "-c", strconv.Itoa(r.clients), "-j", strconv.Itoa(min(r.clients, 2)),
		// PostgreSQL forks a process a client, within pgbench's time.
		"-T", strconv.Itoa(max(c.seconds, r.clients/50)), "-h", "127.0.0.1", "-p", strconv.Itoa(s.port), "-U", s.user, s.db}
	out, err := exec.CommandContext(ctx, "pgbench", args...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench against %s: %w: %s", s.name, err, out)
	}
	m := tps.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench printed no rate: %s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// startProfile takes a CPU profile of the node until the returned function is
// called.
func startProfile(c *config, s *server, name string) func() {
	if c.profile == "" {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/debug/pprof/profile?seconds=%d", s.http, c.seconds)) //nolint:noctx // bounded by seconds
		if err != nil {
			fmt.Fprintln(os.Stderr, "profile:", err)
			return
		}
		defer resp.Body.Close()
		f, err := os.Create(filepath.Join(c.profile, regexp.MustCompile(`\W+`).ReplaceAllString(name, "-")+".pprof"))
		if err == nil {
			_, err = io.Copy(f, resp.Body)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "profile:", err)
		}
	}()
	return func() { <-done }
}
