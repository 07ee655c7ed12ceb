package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/claimfile"
)

// clientConfig says how a tool reaches a node.
type clientConfig struct{ URL string }

func (c *clientConfig) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.URL, "url", "postgres://stemedb@127.0.0.1:5432/stemedb", "the node, as a PostgreSQL connection string")
}

func (c *clientConfig) connect(ctx context.Context) (*pgconn.PgConn, error) {
	ctx, stop := context.WithTimeout(ctx, 15*time.Second)
	defer stop()
	conn, err := pgconn.Connect(ctx, c.URL)
	if err != nil {
		return nil, fmt.Errorf("connect (is the node started? see stemedb start --help): %w", err)
	}
	return conn, nil
}

// copyTarget stores import batches through COPY.
type copyTarget struct{ conn *pgconn.PgConn }

var copyLine = regexp.MustCompile(`^COPY \S+, line (\d+)`)

// Copy implements claimfile.Target.
func (t copyTarget) Copy(ctx context.Context, columns []string, rows io.Reader) (int64, error) {
	text := "COPY public.assertions (" + strings.Join(columns, ", ") + ") FROM STDIN WITH (FORMAT csv, DEFAULT '')"
	tag, err := t.conn.CopyFrom(ctx, rows, text)
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return 0, rowError(pe)
	}
	return tag.RowsAffected(), err
}

// rowError finds the row in the server's context line.
func rowError(pe *pgconn.PgError) error {
	reason := errors.New(pe.Message)
	if pe.Detail != "" {
		reason = fmt.Errorf("%w; %s", reason, pe.Detail)
	}
	if pe.Hint != "" {
		reason = fmt.Errorf("%w (%s)", reason, pe.Hint)
	}
	m := copyLine.FindStringSubmatch(pe.Where)
	if m == nil {
		return pe
	}
	line, err := strconv.Atoi(m[1])
	if err != nil {
		return pe
	}
	return &claimfile.RowError{Row: line - 1, Err: reason}
}
