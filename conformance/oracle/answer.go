package oracle

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Answer is what a server said to one statement: a result or an error.
type Answer struct {
	Names   []string
	OIDs    []uint32
	Rows    [][][]byte // text forms; nil is NULL
	Tag     string
	Code    string // SQLSTATE of an error; empty: none
	Message string
}

// Ask runs one statement by the simple protocol. The error is the
// connection's: what the server refuses is an Answer with a Code.
func Ask(ctx context.Context, conn *pgconn.PgConn, sql string) (*Answer, error) {
	a := &Answer{}
	results := conn.Exec(ctx, sql)
	for results.NextResult() {
		r := results.ResultReader()
		a.Names, a.OIDs, a.Rows = nil, nil, nil
		for _, f := range r.FieldDescriptions() {
			a.Names = append(a.Names, f.Name)
			a.OIDs = append(a.OIDs, f.DataTypeOID)
		}
		for r.NextRow() {
			row := make([][]byte, len(r.Values()))
			for i, v := range r.Values() {
				if v != nil {
					row[i] = append([]byte{}, v...) // the reader's memory is used again
				}
			}
			a.Rows = append(a.Rows, row)
		}
		if tag, err := r.Close(); err == nil {
			a.Tag = tag.String()
		}
	}
	err := results.Close()
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return &Answer{Code: pg.Code, Message: pg.Message}, nil
	}
	return a, err
}

// Brief shows an answer in a few lines.
func (a *Answer) Brief() string {
	if a.Code != "" {
		return "ERROR " + a.Code + ": " + a.Message
	}
	var b strings.Builder
	for i, n := range a.Names {
		fmt.Fprintf(&b, "%s:%d | ", n, a.OIDs[i])
	}
	fmt.Fprintf(&b, "%d rows", len(a.Rows))
	for i, row := range a.Rows {
		if i == 6 {
			b.WriteString("\n…")
			break
		}
		b.WriteByte('\n')
		b.WriteString(clip(rowText(row), 300))
	}
	return b.String()
}

func clip(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}

// rowText is a row as one text, NULL as ∅.
func rowText(row [][]byte) string {
	var b strings.Builder
	for i, v := range row {
		if i > 0 {
			b.WriteString(" | ")
		}
		if v == nil {
			b.WriteString("∅")
		} else {
			b.Write(v)
		}
	}
	return b.String()
}
