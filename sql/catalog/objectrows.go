package catalog

import (
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// catalogRow is one row of a virtual relation.
type catalogRow struct {
	rel *Relation
	row []types.Datum
}

// Get returns the value of a column; one that the relation lacks is NULL.
func (r catalogRow) Get(column string) types.Datum {
	if i := r.rel.ColumnIndex(column); i >= 0 {
		return r.row[i]
	}
	return types.NullDatum
}

// CatalogAll gives all rows of a relation of pg_catalog.
func (v sessionView) CatalogAll(c *functions.Ctx, rel string) ([]functions.CatalogRow, error) {
	r, ok := v.Named("pg_catalog", rel)
	if !ok || r.Virtual == nil {
		return nil, nil
	}
	var out []functions.CatalogRow
	err := r.Virtual.Rows(c, func(row []types.Datum) error {
		out = append(out, catalogRow{r, slices.Clone(row)})
		return nil
	})
	return out, err
}

// CatalogRows finds rows of a relation of pg_catalog by the value of a column.
func (v sessionView) CatalogRows(c *functions.Ctx, rel, column string, val types.Datum) ([]functions.CatalogRow, error) {
	r, ok := v.Named("pg_catalog", rel)
	if !ok {
		return nil, nil
	}
	f, ok := r.Virtual.(Finder)
	col := r.ColumnIndex(column)
	if !ok || col < 0 {
		return nil, nil
	}
	var out []functions.CatalogRow
	err := f.RowsWhere(c, col, val, func(row []types.Datum) error {
		out = append(out, catalogRow{r, slices.Clone(row)})
		return nil
	})
	return out, err
}
