package plan

import (
	"testing"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
)

func BenchmarkBindPointLens(b *testing.B) {
	ctx := testContext(catalog.New())
	stmts, err := parser.Parse("SELECT value, source, conflict_score FROM assertions USING LENS authority WHERE concept_path = $1 AND predicate = $2")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Bind(ctx, &stmts[0], nil); err != nil {
			b.Fatal(err)
		}
	}
}
