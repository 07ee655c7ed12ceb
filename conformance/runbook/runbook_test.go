//go:build psql

package runbook

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// number is a number that stands for itself, a time or an address.
var number = regexp.MustCompile(`\b[0-9][0-9.]*(?:e[+-]?[0-9]+)?(?:-[0-9:.TZ-]+)?\b`)

// leader is who leads a shard at the moment.
var leader = regexp.MustCompile(`"leader":"node[123]"`)

// shape is a text without what differs from run to run.
func shape(text string) string {
	text = leader.ReplaceAllString(strings.ReplaceAll(text, "NaN", "0"), `"leader":"L"`)
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		lines = append(lines, strings.Join(strings.Fields(number.ReplaceAllString(line, "N")), " "))
	}
	return strings.Join(lines, "\n")
}

// settleIn is how long a cluster may take until commands print what they should:
// leads move for a while after its start, and after commands.
const settleIn = 30 * time.Second

// eventually runs commands until what they print is good.
func (h *hosts) eventually(t *testing.T, commands string, good func(string) bool) (string, error) {
	t.Helper()
	for deadline := time.Now().Add(settleIn); ; time.Sleep(100 * time.Millisecond) {
		out, err := h.run(t, commands)
		if err == nil && good(out) || time.Now().After(deadline) {
			return out, err
		}
	}
}

// block is a fenced block of a page.
type block struct {
	kind, text string
	line       int
}

func blocks(t *testing.T, path string) (out []block) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var open *block
	for i, line := range strings.Split(string(page), "\n") {
		switch kind, fence := strings.CutPrefix(line, "```"); {
		case fence && open == nil:
			open = &block{kind: kind, line: i + 1}
		case fence:
			out = append(out, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return out
}

// TestRunbooks runs the page for slow queries, then the commands that operators
// were first given, restores a backup, and at last loses two nodes of three for good.
func TestRunbooks(t *testing.T) {
	h := newHosts(t)
	conn := h.nodes["node1"].Connect(t)
	for range 20 { // so that there is something to count
		if _, err := conn.Exec(t.Context(), "SELECT count(*) FROM assertions WHERE concept_path = 'a/b'"); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("latency", func(t *testing.T) { runPage(t, h, "../../docs/runbooks/high-query-latency.md", 10) })
	t.Run("first", func(t *testing.T) {
		datadriven.RunTest(t, "testdata/first", func(t *testing.T, d *datadriven.TestData) string { return runFirst(t, h, d) })
	})
	if _, err := conn.Exec(t.Context(), "INSERT INTO assertions (concept_path, predicate, value, source) SELECT 'kept/' || i, 'p', 'v', 's' FROM generate_series(1, 100) i"); err != nil {
		t.Fatal(err)
	}
	// A read of node1 waits until its replicas have all of them: none is on the
	// lost nodes only.
	if err := kept(t, h.nodes["node1"], 100); err != nil {
		t.Fatal(err)
	}
	t.Run("upgrade", func(t *testing.T) { runPage(t, h, "../../docs/runbooks/rolling-upgrade.md", 2) })
	t.Run("restore", func(t *testing.T) {
		h.prepareRestore(t)
		runPage(t, h, "../../docs/runbooks/restore-from-backup.md", 5)
	})
	h.nodes["node2"].Kill(t)
	h.nodes["node3"].Kill(t)
	t.Run("quorum", func(t *testing.T) { runPage(t, h, "../../docs/runbooks/quorum-loss.md", 5) })
	if err := kept(t, h.nodes["node1"], 100); err != nil {
		t.Error(err)
	}
}

// kept reads the claims that must be kept on a node.
func kept(t *testing.T, n *testnode.Node, want int) error {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var got int
	err := n.Connect(t).QueryRow(ctx, "SELECT count(*) FROM assertions WHERE concept_path LIKE 'kept/%'").Scan(&got)
	if err == nil && got != want {
		err = fmt.Errorf("%d claims of %d are left", got, want)
	}
	return err
}

// runPage runs every sh block of a page. What a text block after it shows is what
// it prints, up to a line of "…". least is how many blocks there are at least.
func runPage(t *testing.T, h *hosts, path string, least int) {
	t.Helper()
	ran := 0
	page := blocks(t, path)
	for i, b := range page {
		if b.kind != "sh" {
			continue
		}
		ran++
		want := ""
		good := func(string) bool { return true }
		if i+1 < len(page) && page[i+1].kind == "text" {
			want = shape(page[i+1].text)
			head, more := strings.CutSuffix(want, "\n…")
			good = func(out string) bool { return shape(out) == want || more && strings.HasPrefix(shape(out), head) }
		}
		out, err := h.eventually(t, "set -euo pipefail\n"+b.text, good)
		if err != nil || !good(out) {
			t.Errorf("line %d: %s\nprints\n%s\nand the page says\n%s\n%v", b.line, b.text, shape(out), want, err)
		}
	}
	if ran < least {
		t.Errorf("only %d blocks of commands were found; has the page's form changed?", ran)
	}
}

// runFirst runs one command. lines=N shows the first lines of an answer only.
func runFirst(t *testing.T, h *hosts, d *datadriven.TestData) string {
	shown := func(out string) string {
		lines := strings.Split(shape(out), "\n")
		if d.HasArg("lines") {
			var n int
			d.ScanArgs(t, "lines", &n)
			lines = lines[:min(n, len(lines))]
		}
		return strings.Join(lines, "\n") + "\n"
	}
	out, err := h.eventually(t, d.Input, func(out string) bool { return d.Rewrite || shown(out) == d.Expected })
	if err != nil {
		t.Errorf("%s: %v", d.Pos, err)
	}
	return shown(out)
}
