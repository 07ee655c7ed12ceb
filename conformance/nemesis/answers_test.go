package nemesis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// mark is what lenses gave for a recorded time on some node, amid the faults.
type mark struct {
	at   string
	node string
	gave []string // by lens
}

// dial connects to a node that must be there.
func (c *cluster) dial(ctx context.Context, m *member) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, m.node.Load().URL())
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", m.name, err)
	}
	return conn, nil
}

// lenses are the names of all lenses: each is a schema with the claims under it.
func lenses(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, "SELECT table_schema::text FROM information_schema.tables WHERE table_name = 'assertions' AND table_schema <> 'public' ORDER BY 1")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// answers is what each lens gives for a history at a recorded time, byte for byte.
func answers(ctx context.Context, conn *pgx.Conn, prefix, at string) (gave []string, err error) {
	names, err := lenses(ctx, conn)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("there is no lens")
	}
	for _, lens := range names {
		var rows int
		var sum string
		err := conn.QueryRow(ctx, "SELECT count(*), coalesce(md5(string_agg(a::text, E'\\n' ORDER BY a::text)), '') FROM assertions FOR SYSTEM_TIME AS OF '"+at+"' USING LENS "+lens+
			" AS a WHERE starts_with(a.concept_path, $1)", prefix+"/").Scan(&rows, &sum)
		if err != nil {
			return nil, fmt.Errorf("lens %s at %s: %w", lens, at, err)
		}
		gave = append(gave, fmt.Sprintf("%s: %d rows, %s", lens, rows, sum))
	}
	return gave, nil
}

// takeMark asks a node for the newest recorded time and what the lenses give then.
// The mark is nil when there is no claim yet.
func (c *cluster) takeMark(ctx context.Context, m *member, prefix string) (*mark, error) {
	conn, err := c.dial(ctx, m)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	k := &mark{node: m.name}
	err = conn.QueryRow(ctx, "SELECT coalesce(max(recorded_at)::text, '') FROM assertions WHERE starts_with(concept_path, $1)", prefix+"/").Scan(&k.at)
	if err != nil || k.at == "" {
		return nil, err
	}
	k.gave, err = answers(ctx, conn, prefix, k.at)
	return k, err
}

// rows reads a history's claims from a node.
func rows(ctx context.Context, conn *pgx.Conn, prefix string) ([]stored, error) {
	found, err := conn.Query(ctx, "SELECT concept_path, value, source, (extract(epoch FROM recorded_at) * 1000000)::int8 FROM assertions WHERE starts_with(concept_path, $1)", prefix+"/")
	if err != nil {
		return nil, err
	}
	var out []stored
	var path, value string
	var r stored
	_, err = pgx.ForEachRow(found, []any{&path, &value, &r.source, &r.recorded}, func() error {
		parts := strings.Split(strings.TrimPrefix(path, prefix+"/"), "/")
		if len(parts) != 2 {
			return fmt.Errorf("a claim on %s", path)
		}
		var errs [3]error
		r.family, errs[0] = strconv.Atoi(parts[0])
		r.concept, errs[1] = strconv.Atoi(parts[1])
		r.id, errs[2] = strconv.Atoi(value)
		out = append(out, r)
		return errors.Join(errs[:]...)
	})
	return out, err
}

// checkNode compares everything that a node has of a history with what clients
// know, and its lenses with the marks.
func (c *cluster) checkNode(ctx context.Context, m *member, h *history, prefix string, marks []*mark) error {
	conn, err := c.dial(ctx, m)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	has, err := rows(ctx, conn, prefix)
	if err != nil {
		return err
	}
	errs := []error{checkStored(h.ops, has)}
	for _, k := range marks {
		gave, err := answers(ctx, conn, prefix, k.at)
		if err != nil {
			return err
		}
		for i := range max(len(gave), len(k.gave)) {
			if i >= len(gave) || i >= len(k.gave) || gave[i] != k.gave[i] {
				errs = append(errs, fmt.Errorf("at %s %s gave\n%s\nbut now\n%s", k.at, k.node, strings.Join(k.gave, "\n"), strings.Join(gave, "\n")))
				break
			}
		}
	}
	return errors.Join(errs...)
}
