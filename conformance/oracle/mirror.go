package oracle

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/testdata/countries"
)

// Tables are the plain tables in PostgreSQL that stand for a node's own.
const Tables = `
CREATE TABLE assertions (id text PRIMARY KEY, concept_path text NOT NULL, predicate text NOT NULL, value text NOT NULL,
  value_type text NOT NULL, unit text, value_number numeric, source text NOT NULL, source_class text NOT NULL, tier int2,
  confidence float8, lifecycle text NOT NULL, epoch text, revises text, derived_from text[], evidence text,
  valid_from timestamptz, valid_to timestamptz, asserted_at timestamptz NOT NULL, metadata jsonb, agent text NOT NULL,
  recorded_at timestamptz NOT NULL, signer text, signature text);
CREATE TABLE sources (source text PRIMARY KEY, class text, status text NOT NULL, trust float8, origin text, url text,
  title text, note text);
CREATE TABLE source_classes (name text PRIMARY KEY, tier int2 NOT NULL, weight float8 NOT NULL, half_life float8,
  default_confidence float8);`

// LoadCountries brings testdata/countries into a node.
func LoadCountries(ctx context.Context, node *pgconn.PgConn) error {
	for _, t := range []struct {
		table string
		data  []byte
	}{{"sources", countries.Sources}, {"assertions", countries.Claims}} { // sources first: claims take their classes
		header, _, _ := strings.Cut(string(t.data), "\n")
		sql := "COPY " + t.table + "(" + strings.TrimSpace(header) + ") FROM STDIN WITH (FORMAT csv, HEADER)"
		if _, err := node.CopyFrom(ctx, bytes.NewReader(t.data), sql); err != nil {
			return fmt.Errorf("load %s: %w", t.table, err)
		}
	}
	return nil
}

// Mirror makes the tables in PostgreSQL and fills them with the node's rows,
// so that ids and generated columns agree to the letter.
func Mirror(ctx context.Context, node, pg *pgconn.PgConn) error {
	if err := pg.Exec(ctx, Tables).Close(); err != nil {
		return err
	}
	for _, table := range []string{"assertions", "sources", "source_classes"} {
		var rows bytes.Buffer
		if _, err := node.CopyTo(ctx, &rows, "COPY (SELECT * FROM "+table+") TO STDOUT"); err != nil {
			return err
		}
		if _, err := pg.CopyFrom(ctx, &rows, "COPY "+table+" FROM STDIN"); err != nil {
			return err
		}
	}
	return pg.Exec(ctx, "ANALYZE").Close()
}
