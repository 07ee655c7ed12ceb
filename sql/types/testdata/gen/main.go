// Command gen asks a PostgreSQL 15 server what it makes of the inputs in
// testdata/inputs and writes the answers to testdata/golden. See
// testdata/README.md.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func main() {
	dsn := flag.String("dsn", "", "connection string of a PostgreSQL 15 server")
	dir := flag.String("dir", "sql/types/testdata", "the testdata folder")
	flag.Parse()
	if err := run(context.Background(), *dsn, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dsn, dir string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(ctx)
	files, err := filepath.Glob(filepath.Join(dir, "inputs", "*.txt"))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := answer(ctx, conn, f, filepath.Join(dir, "golden", filepath.Base(f))); err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
	}
	return catalog(ctx, conn, filepath.Join(dir, "golden"))
}

type state struct {
	conn  *pgx.Conn
	out   *bufio.Writer
	mode  string
	typ   string
	oid   uint32
	batch []string // of mode order
}

// answer runs one file of inputs.
func answer(ctx context.Context, conn *pgx.Conn, in, out string) error {
	if _, err := conn.Exec(ctx, "RESET ALL; SET TimeZone = 'UTC'"); err != nil {
		return err
	}
	src, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	dst, err := os.Create(out)
	if err != nil {
		return err
	}
	defer dst.Close()
	s := &state{conn: conn, out: bufio.NewWriter(dst)}
	fmt.Fprintln(s.out, "# Made by testdata/gen from PostgreSQL's answers. Do not edit.")
	for _, line := range strings.Split(strings.TrimRight(string(src), "\n"), "\n") {
		if err := s.line(ctx, line); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
	}
	if err := s.flushOrder(ctx); err != nil {
		return err
	}
	return s.out.Flush()
}

// line obeys one line: "@type T", "@assign T", "@cast T", "@order T",
// "@set name=value", a comment, or an input (quoted as in Go if need be).
func (s *state) line(ctx context.Context, line string) error {
	if strings.HasPrefix(line, "#") {
		return nil
	}
	if strings.HasPrefix(line, "@") {
		if err := s.flushOrder(ctx); err != nil {
			return err
		}
		fmt.Fprintln(s.out, line)
		word, rest, _ := strings.Cut(line[1:], " ")
		if word == "set" {
			name, value, _ := strings.Cut(rest, "=")
			_, err := s.conn.Exec(ctx, "SELECT set_config($1, $2, false)", name, value)
			return err
		}
		s.mode, s.typ = word, rest
		err := s.conn.QueryRow(ctx, "SELECT to_regtype($1)::oid", regexpBase(rest)).Scan(&s.oid)
		if err == nil && word == "assign" {
			_, err = s.conn.Exec(ctx, "DROP TABLE IF EXISTS pg_temp.t; CREATE TEMP TABLE t (v "+rest+")")
		}
		return err
	}
	input := line
	if strings.HasPrefix(line, "\"") {
		if u, err := strconv.Unquote(line); err == nil {
			input = u
		}
	}
	if s.mode == "order" {
		s.batch = append(s.batch, input)
		return nil
	}
	return s.value(ctx, input)
}

// regexpBase takes the modifier off a type's name.
func regexpBase(t string) string {
	if i := strings.IndexByte(t, '('); i >= 0 {
		j := strings.IndexByte(t, ')')
		return t[:i] + t[j+1:]
	}
	return t
}

func (s *state) value(ctx context.Context, input string) error {
	sql, oid := "SELECT $1", s.oid
	switch s.mode {
	case "cast":
		sql = "SELECT $1::" + s.typ
	case "assign":
		sql = "INSERT INTO t VALUES ($1) RETURNING v"
		if s.typ == "interval" || strings.HasPrefix(s.typ, "interval ") {
			sql = "INSERT INTO t VALUES ($1::interval) RETURNING v"
		}
	}
	pg := s.conn.PgConn()
	text := pg.ExecParams(ctx, sql, [][]byte{[]byte(input)}, []uint32{oid}, []int16{0}, []int16{0}).Read()
	var pgErr *pgconn.PgError
	if errors.As(text.Err, &pgErr) {
		fmt.Fprintf(s.out, "%s => ERROR %s %s\n", strconv.Quote(input), pgErr.Code, pgErr.Message)
		if pgErr.Detail != "" {
			fmt.Fprintf(s.out, "\tDETAIL %s\n", pgErr.Detail)
		}
		if pgErr.Hint != "" {
			fmt.Fprintf(s.out, "\tHINT %s\n", pgErr.Hint)
		}
		if where, _, _ := strings.Cut(pgErr.Where, "\n"); strings.HasPrefix(where, "JSON") {
			fmt.Fprintf(s.out, "\tWHERE %s\n", where)
		}
		return nil
	}
	if text.Err != nil {
		return text.Err
	}
	bin := pg.ExecParams(ctx, sql, [][]byte{[]byte(input)}, []uint32{oid}, []int16{0}, []int16{1}).Read()
	if bin.Err != nil {
		return bin.Err
	}
	fmt.Fprintf(s.out, "%s => %s %x\n", strconv.Quote(input), strconv.Quote(string(text.Rows[0][0])), bin.Rows[0][0])
	return nil
}

// flushOrder prints the rank of each input in the type's order.
func (s *state) flushOrder(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	rows, err := s.conn.Query(ctx, `SELECT i, dense_rank() OVER (ORDER BY v) FROM
		(SELECT i, x::`+s.typ+` AS v FROM unnest($1::text[]) WITH ORDINALITY AS u(x, i)) q ORDER BY i`, s.batch)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var i, rank int
		if err := rows.Scan(&i, &rank); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s => %d\n", strconv.Quote(s.batch[i-1]), rank)
	}
	s.batch = nil
	return rows.Err()
}

// catalog writes pg_type, the type names and the zone abbreviations.
func catalog(ctx context.Context, conn *pgx.Conn, dir string) error {
	queries := map[string]string{
		"pg_type.csv": `SELECT concat_ws('|', oid, typname, typlen, typbyval, typtype, typcategory, typispreferred, typdelim,
			CASE WHEN typtype = 'c' THEN 0 ELSE typsubscript::oid END, typelem, CASE WHEN typarray < 10000 THEN typarray ELSE 0 END,
			typinput::oid, typinput, typoutput::oid, typoutput, typreceive::oid, typreceive, typsend::oid, typsend,
			typmodin::oid, typmodout::oid, typanalyze::oid, typalign, typstorage, typcollation)
			FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND oid < 10000 ORDER BY oid`,
		"format_type.csv": `SELECT concat_ws('|', t.oid, coalesce(m, -2), format_type(t.oid, m)) FROM pg_type t,
			LATERAL unnest(CASE
				WHEN t.oid IN ('interval'::regtype, 'interval[]'::regtype) THEN ARRAY[NULL, -1, 2147418115, 327679, 458751, 470286338, 268435459]
				WHEN t.oid IN ('numeric'::regtype, 'numeric[]'::regtype) THEN ARRAY[NULL, -1, 655366, 198658]
				WHEN t.typmodout <> 0 THEN ARRAY[NULL, -1, 5, 6, 14]
				ELSE ARRAY[NULL, -1] END) m
			WHERE typnamespace = 'pg_catalog'::regnamespace AND t.oid < 10000 ORDER BY t.oid, m`,
	}
	for name, q := range queries {
		rows, err := conn.Query(ctx, q)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			return err
		}
	}
	return nil
}
