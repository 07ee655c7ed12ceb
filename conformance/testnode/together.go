package testnode

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// BulkClaims is how many claims InsertTogether writes by COPY instead of by an
// INSERT each.
const BulkClaims = 300

// InsertTogether writes a transaction of so many claims, whose value is its id, on
// concepts of their own below prefix: CountTogether tells how many of them are
// there. Errors: the first of any step.
func InsertTogether(ctx context.Context, conn *pgx.Conn, prefix, id string, claims int) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	rows := make([][]any, claims)
	for k := range rows {
		rows[k] = []any{fmt.Sprintf("%s%s/%d", prefix, id, k), "member", id, "writer"}
	}
	if claims == BulkClaims {
		_, err = tx.CopyFrom(ctx, pgx.Identifier{"assertions"}, []string{"concept_path", "predicate", "value", "source"}, pgx.CopyFromRows(rows))
	} else {
		for _, row := range rows {
			if _, err = tx.Exec(ctx, "INSERT INTO assertions (concept_path, predicate, value, source) VALUES ($1, $2, $3, $4)", row...); err != nil {
				break
			}
		}
	}
	if err != nil {
		return errors.Join(err, tx.Rollback(ctx))
	}
	return tx.Commit(ctx)
}

// CountTogether counts the claims of each transaction below prefix, by its id.
func CountTogether(ctx context.Context, conn *pgx.Conn, prefix string) (map[string]int, error) {
	rows, err := conn.Query(ctx, "SELECT value, count(*) FROM assertions WHERE starts_with(concept_path, $1) GROUP BY value", prefix)
	if err != nil {
		return nil, err
	}
	stored := map[string]int{}
	var id string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		stored[id] = n
		return nil
	})
	return stored, err
}
