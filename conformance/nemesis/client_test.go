package nemesis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	clients  = 10
	concepts = 4 // of a family
	// maxOps bounds a history, however long its faults take.
	maxOps = 4000
)

// client runs operations on one node, then on another.
type client struct {
	c      *cluster
	h      *history
	prefix string // of the history's concepts
	id     int
	r      *rand.Rand
	conn   *pgx.Conn // nil: none
	node   string    // that conn is to
	// patience is how long it waits for an answer.
	patience time.Duration
}

// concept is a concept's path.
func concept(prefix string, family, k int) string { return fmt.Sprintf("%s/%d/%d", prefix, family, k) }

// said is when a write's claims were asserted: later writes later, and all of them
// long before any node's clock, however wrong.
func said(id int) time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(id) * time.Second)
}

// run does operations until the history has enough.
func (c *client) run(ctx context.Context, families int, pause time.Duration) {
	defer c.hangUp()
	for ctx.Err() == nil {
		if all, _ := c.h.counts(); all >= maxOps {
			return
		}
		if c.conn == nil || c.conn.IsClosed() || c.r.IntN(30) == 0 {
			c.hangUp()
			if c.connect(ctx, c.c.pick(c.r)) != nil {
				c.rest(ctx, 20*time.Millisecond)
				continue
			}
		}
		c.one(ctx, families)
		c.rest(ctx, time.Duration(c.r.Int64N(int64(2*pause)+1)))
	}
}

func (c *client) rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (c *client) connect(ctx context.Context, m *member) (err error) {
	ctx, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	c.node = m.name
	c.conn, err = pgx.Connect(ctx, m.node.Load().URL())
	return err
}

// hangUp ends the connection; its node may be dead.
func (c *client) hangUp() {
	if c.conn != nil {
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		_ = c.conn.Close(ctx)
		c.conn = nil
	}
}

// one does an operation that is drawn.
func (c *client) one(ctx context.Context, families int) {
	o := &op{client: c.id, family: c.r.IntN(families), kind: []kind{write, write, members, winners}[c.r.IntN(4)]}
	o.keys = 1 << c.r.IntN(concepts)
	if c.r.IntN(2) == 0 {
		o.keys = uint(1 + c.r.IntN(1<<concepts-1))
	}
	c.do(ctx, o)
}

// do carries an operation out and records it.
func (c *client) do(ctx context.Context, o *op) {
	// The end of the history does not cut operations off.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), c.patience)
	defer stop()
	o.where = c.node
	c.h.begin(o)
	var is outcome
	switch o.kind {
	case write:
		is = c.write(ctx, o)
	case members:
		is = c.members(ctx, o)
	case winners:
		is = c.ask(ctx, o, c.conn, "SELECT concept_path, value FROM assertions USING LENS recency WHERE concept_path = ANY($1)", c.paths(o))
	}
	c.h.finish(o, is)
}

func (c *client) paths(o *op) (paths []string) {
	for k := range concepts {
		if o.has(k) {
			paths = append(paths, concept(c.prefix, o.family, k))
		}
	}
	return paths
}

const insert = "INSERT INTO assertions (concept_path, predicate, value, source, source_class, confidence, asserted_at) VALUES "

// write adds a claim to each of the concepts, by one statement or by several in
// one transaction.
func (c *client) write(ctx context.Context, o *op) outcome {
	class := []string{"community", "expert", "regulatory"}[o.id%3]
	row := func(path string) []any {
		return []any{path, "member", strconv.Itoa(o.id), source(o.client), class, float64(o.id%10) / 10, said(o.id)}
	}
	paths := c.paths(o)
	if c.r.IntN(2) == 0 {
		o.where += ", one statement"
		var args []any
		var rows []string
		for i, p := range paths {
			args = append(args, row(p)...)
			rows = append(rows, fmt.Sprintf("($%d,$%d,$%d,$%d,$%d,$%d,$%d)", 7*i+1, 7*i+2, 7*i+3, 7*i+4, 7*i+5, 7*i+6, 7*i+7))
		}
		_, err := c.conn.Exec(ctx, insert+strings.Join(rows, ", "), args...)
		return c.outcomeOf(o, err)
	}
	tx, err := c.conn.Begin(ctx)
	for _, p := range paths {
		if err == nil {
			_, err = tx.Exec(ctx, insert+"($1,$2,$3,$4,$5,$6,$7)", row(p)...)
		}
	}
	switch {
	case err == nil:
		return c.outcomeOf(o, tx.Commit(ctx))
	case tx != nil:
		_ = tx.Rollback(ctx) // it fails with its connection
	}
	return c.noAnswer(o, err) // nobody has asked for a commit
}

// outcomeOf tells what the end of a commit says of it.
func (c *client) outcomeOf(o *op, err error) outcome {
	o.why = err
	var e *pgconn.PgError
	switch {
	case err == nil:
		return ok
	case errors.Is(err, pgx.ErrTxCommitRollback):
		return failed
	case !errors.As(err, &e):
		// The connection has ended, or the client's patience. pgconn.SafeToRetry
		// would not do: it is true also of a COMMIT that was sent and whose answer
		// was lost.
		return unknown
	}
	c.excuse(err)
	if e.Code == "40001" || e.Code == "57P03" {
		return failed
	}
	return unknown
}

// excuse notes errors that no fault excuses.
func (c *client) excuse(err error) {
	if !excused(err) {
		c.h.complain(err)
	}
}

// excused are errors that a client of a cluster under faults must bear: connections
// that end, shards without a leader, and doubt.
func excused(err error) bool {
	var e *pgconn.PgError
	return !errors.As(err, &e) || slices.Contains([]string{"40001", "40003", "57P01", "57P03", "57014"}, e.Code)
}

// members reads all claims of the concepts: by name, by a range of concepts, or one
// after the other in a transaction that sees one time.
func (c *client) members(ctx context.Context, o *op) outcome {
	switch c.r.IntN(3) {
	case 0:
		o.where += ", by name"
		return c.ask(ctx, o, c.conn, "SELECT concept_path, value FROM assertions WHERE concept_path = ANY($1)", c.paths(o))
	case 1:
		o.keys = 1<<concepts - 1
		o.where += ", by range"
		return c.ask(ctx, o, c.conn, "SELECT concept_path, value FROM assertions WHERE starts_with(concept_path, $1)", fmt.Sprintf("%s/%d/", c.prefix, o.family))
	}
	o.where += ", in a transaction"
	tx, err := c.conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return c.noAnswer(o, err)
	}
	is := ok
	for _, p := range c.paths(o) {
		if is == ok {
			is = c.ask(ctx, o, tx, "SELECT concept_path, value FROM assertions WHERE concept_path = $1", p)
		}
	}
	_ = tx.Rollback(ctx) // it has only read
	return is
}

// querier is a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// ask notes which writes a query of paths and values sees.
func (c *client) ask(ctx context.Context, o *op, q querier, sql string, args ...any) outcome {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return c.noAnswer(o, err)
	}
	if o.seen == nil {
		o.seen = make([][]int, concepts)
	}
	var path, value string
	_, err = pgx.ForEachRow(rows, []any{&path, &value}, func() error {
		k, err := strconv.Atoi(path[strings.LastIndexByte(path, '/')+1:])
		if err != nil || k >= concepts {
			return fmt.Errorf("a row of concept %s", path)
		}
		id, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("a claim of the value %q", value)
		}
		o.seen[k] = append(o.seen[k], id)
		return nil
	})
	if err != nil {
		return c.noAnswer(o, err)
	}
	return ok
}

// noAnswer notes why an operation did nothing.
func (c *client) noAnswer(o *op, err error) outcome {
	c.excuse(err)
	o.why = err
	return failed
}

// startClients runs clients until the stop that is returned, which waits for
// what they are at.
func startClients(ctx context.Context, c *cluster, h *history, prefix string, seed uint64, families int, pause time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for i := range clients {
		cl := &client{c: c, h: h, prefix: prefix, id: i, r: rand.New(rand.NewPCG(seed, uint64(i+1))), patience: 5 * time.Second}
		wg.Go(func() { cl.run(ctx, families, pause) })
	}
	return func() {
		cancel()
		wg.Wait()
	}
}
