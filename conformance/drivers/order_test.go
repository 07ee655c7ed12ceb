package drivers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestOrderOfWrites writes the same claims to several nodes in different
// orders, with repeats, in transactions of different sizes and with restarts
// in between: every lens gives the same rows on all of them.
func TestOrderOfWrites(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	claims := randomClaims(rng, 400)
	var want string
	for variant := range 3 {
		dir := t.TempDir()
		n := testnode.Start(t, dir)
		write(t, rng, n, claims[:200], variant)
		if variant > 0 {
			if variant == 1 {
				n.Kill(t)
			} else {
				n.Stop(t)
			}
			n = testnode.Start(t, dir)
		}
		write(t, rng, n, claims, variant) // the first half again
		got := lensRows(t, n)
		switch {
		case variant == 0:
			want = got
		case got != want:
			t.Fatalf("seed %d: node %d answers differently:\n%s\n--- node 0:\n%s", seed, variant, got, want)
		}
	}
	if strings.Count(want, "\n") < 100 {
		t.Fatalf("only a few rows: %s", want)
	}
}

// randomClaims draws claims with many ties, so that every key of every order
// comes into play.
func randomClaims(rng *rand.Rand, n int) [][]any {
	classes := []any{"regulatory", "clinical", "expert", "community", "anecdotal"}
	values := []string{"1", "1.0", "1e0", "2", "2.05", "yes", "no", "true"}
	var out [][]any
	for range n {
		var confidence, class any
		if rng.IntN(3) > 0 {
			confidence = float64(rng.IntN(5)) / 4
		}
		class = classes[rng.IntN(len(classes))]
		out = append(out, []any{
			fmt.Sprintf("order/%d", rng.IntN(12)), fmt.Sprintf("p%d", rng.IntN(2)), values[rng.IntN(len(values))],
			fmt.Sprintf("s%d", rng.IntN(9)), class, confidence, time.Date(2025, 1, 1+rng.IntN(4), 0, 0, 0, 0, time.UTC),
		})
	}
	return out
}

var claimColumns = []string{"concept_path", "predicate", "value", "source", "source_class", "confidence", "asserted_at"}

func write(t *testing.T, rng *rand.Rand, n *testnode.Node, claims [][]any, variant int) {
	t.Helper()
	ctx := context.Background()
	conn := n.Connect(t)
	order := rng.Perm(len(claims))
	size := []int{1, 7, len(claims)}[variant]
	for from := 0; from < len(order); from += size {
		var part [][]any
		for _, i := range order[from:min(from+size, len(order))] {
			part = append(part, claims[i])
		}
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{"assertions"}, claimColumns, pgx.CopyFromRows(part)); err != nil {
			t.Fatal(err)
		}
	}
}

func lensRows(t *testing.T, n *testnode.Node) string {
	t.Helper()
	conn := n.Connect(t)
	var b strings.Builder
	for _, lens := range []string{
		"recency", "confidence", "authority", "consensus", "weighted", "skeptic", "layered",
		"weighted(tolerance => 0.05)", "recency(latest => false)", "consensus(min_confidence => 0.5)", "authority(classes => 'clinical,community')",
	} {
		res, err := conn.PgConn().Exec(context.Background(), `SELECT concept_path, predicate, value, source, source_class, tier, confidence, asserted_at, id, lens,
			effective_confidence, support, conflict_score, candidates, distinct_values, status, decided_by
			FROM assertions USING LENS `+lens+` ORDER BY concept_path, predicate, support DESC, tier, id`).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range res[0].Rows {
			for _, v := range row {
				b.Write(v)
				b.WriteByte('|')
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
