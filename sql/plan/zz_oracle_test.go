package plan

import (
	"database/sql"
	"errors"
	"fmt"
	"github.com/lib/pq"
	"os"
	"strings"
	"testing"
)

func TestOracle(t *testing.T) {
	db, err := sql.Open("postgres", "host=/tmp/pgplan port=5597 user=postgres sslmode=disable dbname=postgres")
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile("/tmp/plan/errs.txt")
	var out strings.Builder
	for _, q := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		out.WriteString("bind\n" + q + "\n----\n")
		st, err := db.Prepare(q)
		if err == nil {
			st.Close()
			out.WriteString("OK\n\n")
			continue
		}
		var e *pq.Error
		if errors.As(err, &e) {
			p := e.Position
			if p == "" {
				p = "0"
			}
			fmt.Fprintf(&out, "ERROR %s at %s: %s\n", e.Code, p, e.Message)
			if e.Detail != "" {
				out.WriteString("DETAIL: " + e.Detail + "\n")
			}
			if e.Hint != "" {
				out.WriteString("HINT: " + e.Hint + "\n")
			}
			out.WriteString("\n")
		} else {
			fmt.Fprintln(&out, err)
		}
	}
	os.WriteFile("/tmp/plan/errs.pg", []byte(out.String()), 0644)
}
