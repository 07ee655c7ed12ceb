package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// largeMakers are the catalogs of large objects, which the session knows.
func largeMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_largeobject":          {stream: streamLargePages},
		"pg_catalog.pg_largeobject_metadata": {stream: streamLargeObjects},
	}
}

func streamLargeObjects(ctx *functions.Ctx, key *types.Datum, emit func(row []types.Datum) error) error {
	return ctx.EachLarge(func(oid, owner types.OID) error {
		row := []types.Datum{types.Int(int64(oid)), types.Int(int64(owner)), types.NullDatum}
		if key != nil && row[0].I != key.I {
			return nil
		}
		return emit(row)
	})
}

func streamLargePages(ctx *functions.Ctx, key *types.Datum, emit func(row []types.Datum) error) error {
	var of *types.OID
	if key != nil {
		oid := types.OID(key.I)
		of = &oid
	}
	return ctx.EachLargePage(of, func(oid types.OID, page int32, data []byte) error {
		return emit([]types.Datum{types.Int(int64(oid)), types.Int(int64(page)), types.Text(string(data))})
	})
}
