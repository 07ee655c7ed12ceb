package plan

import "github.com/stemedb/stemedb/sql/sqlerr"

// PostgreSQL's limits of a statement.
const (
	maxTargets   = 1664 // columns of a query or a row, those for sorting too
	maxColumns   = 1600 // columns of a table
	maxArguments = 100  // of a function
)

// checkTargets refuses a query of too many columns.
func checkTargets(n int) {
	if n > maxTargets {
		fail(sqlerr.New(sqlerr.TooManyColumns, "target lists can have at most %d entries", maxTargets))
	}
}
