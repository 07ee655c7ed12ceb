package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// RowsAlike refuses rows that a function gives where a query expects others.
func RowsAlike(given, expected []types.OID) error {
	const unlike = "function return row and query-specified return row do not match"
	if len(given) != len(expected) {
		s := "s"
		if len(given) == 1 {
			s = ""
		}
		return sqlerr.New(sqlerr.DatatypeMismatch, unlike).
			WithDetail("Returned row contains %d attribute%s, but query expects %d.", len(given), s, len(expected))
	}
	for i, t := range given {
		if !BinaryCoercible(t, expected[i]) {
			return sqlerr.New(sqlerr.DatatypeMismatch, unlike).
				WithDetail("Returned type %s at ordinal position %d, but query expects %s.", types.FormatTypeBare(t), i+1, types.FormatTypeBare(expected[i]))
		}
	}
	return nil
}
