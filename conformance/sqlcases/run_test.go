package sqlcases

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// readStatements reads a file of statements, each ended by a semicolon at a
// line's end. Lines of comments between them are left out.
func readStatements(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	var b strings.Builder
	in := bufio.NewScanner(f)
	for in.Scan() {
		line := in.Text()
		if b.Len() == 0 && (line == "" || strings.HasPrefix(line, "--")) {
			continue
		}
		b.WriteString(line)
		if strings.HasSuffix(line, ";") {
			out = append(out, b.String())
			b.Reset()
			continue
		}
		b.WriteByte('\n')
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	if b.Len() != 0 {
		t.Fatalf("%s: the last statement has no semicolon: %s", file, b.String())
	}
	return out
}

var typeNames = pgtype.NewMap()

func typeName(oid uint32) string {
	if t, ok := typeNames.TypeForOID(oid); ok {
		return t.Name
	}
	return fmt.Sprint(oid)
}

// answer runs a statement by the simple protocol and prints what came back.
func answer(conn *pgconn.PgConn, statement string) string {
	var b strings.Builder
	results := conn.Exec(context.Background(), statement)
	for results.NextResult() {
		r := results.ResultReader()
		for i, f := range r.FieldDescriptions() {
			if i > 0 {
				b.WriteString(" | ")
			}
			fmt.Fprintf(&b, "%s:%s", f.Name, typeName(f.DataTypeOID))
		}
		if len(r.FieldDescriptions()) > 0 {
			b.WriteByte('\n')
		}
		for r.NextRow() {
			for i, v := range r.Values() {
				if i > 0 {
					b.WriteString(" | ")
				}
				if v == nil {
					b.WriteString("∅")
				} else {
					b.Write(v)
				}
			}
			b.WriteByte('\n')
		}
		if tag, err := r.Close(); err == nil {
			fmt.Fprintln(&b, tag.String())
		}
	}
	if err := results.Close(); err != nil {
		b.Reset() // what came before an error depends on what was folded when
		writeError(&b, err)
	}
	return strings.TrimRight(b.String(), "\n")
}

func writeError(b *strings.Builder, err error) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		fmt.Fprintf(b, "FAILED %v\n", err)
		return
	}
	fmt.Fprintf(b, "%s %s: %s", e.Severity, e.Code, e.Message)
	if e.Position != 0 {
		fmt.Fprintf(b, " (at %d)", e.Position)
	}
	b.WriteByte('\n')
	if e.Detail != "" {
		fmt.Fprintf(b, "DETAIL: %s\n", e.Detail)
	}
	if e.Hint != "" {
		fmt.Fprintf(b, "HINT: %s\n", e.Hint)
	}
}

// record is a statement and its answer as golden files hold them.
func record(statement, answer string) string {
	return statement + "\n----\n" + answer + "\n\n"
}
