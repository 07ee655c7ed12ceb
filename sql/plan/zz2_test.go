package plan

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"os"
	"strings"
	"testing"
)

func TestOurs(t *testing.T) {
	raw, _ := os.ReadFile("/tmp/plan/errs.txt")
	var out strings.Builder
	cat := catalog.New()
	for _, q := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		out.WriteString("bind\n" + q + "\n----\n")
		st, err := parser.Parse(q)
		if err == nil {
			_, err = Bind(testContext(cat), &st[0], nil)
		}
		if err != nil {
			out.WriteString(errorText(err) + "\n")
		} else {
			out.WriteString("OK\n\n")
		}
	}
	os.WriteFile("/tmp/plan/errs.ours", []byte(out.String()), 0644)
}
