package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// The functions behind the statistics views answer from the views' rows, so
// that both always agree.

// rowStat is a column of a statistics view's row, found by an OID. Counters of
// what there is not are 0, times NULL.
func rowStat(view, key, column string) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		r, err := c.rowWhere(view, []string{key}, a[0])
		if err != nil {
			return null, err
		}
		if r == nil {
			return statNothing(column), nil
		}
		return r.Get(column), nil
	}
}

// statNothing is what is counted of nothing.
func statNothing(column string) datum {
	switch column {
	case "last_vacuum", "last_autovacuum", "last_analyze", "last_autoanalyze", "stats_reset", "checksum_last_failure", "checksum_failures":
		return null
	}
	return datum{}
}

// rowStatOnly is a column of the one row of a view.
func rowStatOnly(view, column string) RowFunc {
	return func(c *Ctx, _ []datum) (datum, error) {
		rows, err := c.catalog().CatalogAll(c, view)
		if err != nil || len(rows) == 0 {
			return null, err
		}
		return rows[0].Get(column), nil
	}
}

// rowStatRecord is the one row of a view.
func rowStatRecord(view string, names names, ts oids) RowFunc {
	return func(c *Ctx, _ []datum) (datum, error) {
		rows, err := c.catalog().CatalogAll(c, view)
		if err != nil || len(rows) == 0 {
			return null, err
		}
		vals := make([]datum, len(names))
		for i, n := range names {
			vals[i] = rows[0].Get(n)
		}
		return recordOf(names, ts, vals...), nil
	}
}

// setStatRows are the rows of a view. An argument that is not NULL picks those
// of one process.
func setStatRows(view string, names names) SetFunc {
	return func(c *Ctx, a []datum) (SetIter, error) {
		rows, err := c.catalog().CatalogAll(c, view)
		var out [][]datum
		for _, r := range rows {
			if len(a) > 0 && !a[0].Null && r.Get("pid").I != a[0].I {
				continue
			}
			vals := make([]datum, len(names))
			for i, n := range names {
				vals[i] = r.Get(n)
			}
			out = append(out, vals)
		}
		return &rowsIter{out}, err
	}
}

// clientBackends are the rows of pg_stat_activity, which backend numbers count
// from 1.
func clientBackends(c *Ctx) ([]CatalogRow, error) {
	return c.catalog().CatalogAll(c, "pg_stat_activity")
}

func rowBackend(column string) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		rows, err := clientBackends(c)
		if err != nil || a[0].I < 1 || a[0].I > int64(len(rows)) {
			return null, err
		}
		return rows[a[0].I-1].Get(column), nil
	}
}

func setBackends(c *Ctx, _ []datum) (SetIter, error) {
	rows, err := clientBackends(c)
	out := make([][]datum, len(rows))
	for i := range rows {
		out[i] = datums{types.Int(int64(i + 1))}
	}
	return &rowsIter{out}, err
}

// rowVoid is for what there is nothing to do for: no statistics are kept apart
// from what is there, none are cached, none wait to be written.
func rowVoid(*Ctx, []datum) (datum, error) { return types.Text(""), nil }

func rowStatResetShared(_ *Ctx, a []datum) (datum, error) {
	switch a[0].S {
	case "archiver", "bgwriter", "recovery_prefetch", "wal":
		return types.Text(""), nil
	}
	return null, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized reset target: \"%s\"", a[0].S).
		WithHint("Target must be \"archiver\", \"bgwriter\", \"recovery_prefetch\", or \"wal\".")
}

func errNoSlot(_ *Ctx, a []datum) (datum, error) {
	if a[0].Null { // all of them
		return types.Text(""), nil
	}
	return null, sqlerr.New(sqlerr.InvalidParameterValue, "replication slot \"%s\" does not exist", a[0].S)
}

// rowHaveStats is pg_stat_have_stats.
func rowHaveStats(c *Ctx, a []datum) (datum, error) {
	switch a[0].S {
	case "archiver", "bgwriter", "checkpointer", "slru", "wal":
		return types.Bool(true), nil
	case "database":
		r, err := c.rowWhere("pg_stat_database", []string{"datid"}, a[1])
		return types.Bool(r != nil && a[2].I == 0), err
	case "relation":
		r, err := c.rowWhere("pg_stat_all_tables", []string{"relid"}, a[2])
		return types.Bool(r != nil), err
	case "function", "replslot", "subscription":
		return types.Bool(false), nil
	}
	return null, sqlerr.New(sqlerr.InvalidParameterValue, "invalid statistics kind: \"%s\"", a[0].S)
}
