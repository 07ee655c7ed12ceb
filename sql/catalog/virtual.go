package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// VirtualTable makes the rows of a virtual relation when it is scanned. emit
// takes one row in column order and keeps no reference to the slice; its
// error ends the scan and is returned.
type VirtualTable interface {
	Rows(c *functions.Ctx, emit func(row []types.Datum) error) error
}

// VirtualFunc is a VirtualTable made of a function.
type VirtualFunc func(c *functions.Ctx, emit func(row []types.Datum) error) error

// Rows calls the function.
func (f VirtualFunc) Rows(c *functions.Ctx, emit func(row []types.Datum) error) error {
	return f(c, emit)
}
