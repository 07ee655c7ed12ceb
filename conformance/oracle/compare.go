package oracle

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	oidFloat4 = 700
	oidFloat8 = 701
	// lastDigits is the relative difference that floats may have: C's and Go's
	// functions round some values differently (sql/functions' golden tests allow
	// the same).
	lastDigits = 4e-15
	// sumDigits is what the order of additions may change: rows come in another
	// order, and partial sums are merged.
	sumDigits = 1e-9
)

// How says what of two answers must agree.
type How struct {
	Ordered bool // rows in this order; else as multisets
	Sums    bool // floats are results of aggregates
}

// Compare tells how got differs from want, or "" when it does not: by
// SQLSTATE, names and types of the columns, and rows.
func Compare(want, got *Answer, how How) string {
	if want.Code != got.Code {
		return fmt.Sprintf("SQLSTATE %s, wanted %s", state(got), state(want))
	}
	if want.Code != "" {
		return ""
	}
	if !slices.Equal(want.OIDs, got.OIDs) {
		return fmt.Sprintf("types %v, wanted %v", got.OIDs, want.OIDs)
	}
	if !slices.Equal(want.Names, got.Names) {
		return fmt.Sprintf("columns %q, wanted %q", got.Names, want.Names)
	}
	if len(want.Rows) != len(got.Rows) {
		return fmt.Sprintf("%d rows, wanted %d", len(got.Rows), len(want.Rows))
	}
	a, b := want.Rows, got.Rows
	if !how.Ordered {
		a, b = sorted(a), sorted(b)
	}
	for i := range a {
		if !sameRow(want.OIDs, a[i], b[i], how) {
			return fmt.Sprintf("row %s, wanted %s", clip(rowText(b[i]), 300), clip(rowText(a[i]), 300))
		}
	}
	return ""
}

func state(a *Answer) string {
	if a.Code == "" {
		return "none"
	}
	return a.Code + " (" + clip(a.Message, 200) + ")"
}

func sorted(rows [][][]byte) [][][]byte {
	out := slices.Clone(rows)
	slices.SortFunc(out, func(a, b [][]byte) int { return slices.CompareFunc(a, b, compareValues) })
	return out
}

// compareValues orders NULL, which is no empty text, first.
func compareValues(a, b []byte) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return bytes.Compare(a, b)
}

func sameRow(oids []uint32, a, b [][]byte, how How) bool {
	for i := range a {
		if (a[i] == nil) != (b[i] == nil) {
			return false
		}
		if bytes.Equal(a[i], b[i]) {
			continue
		}
		limit := lastDigits
		if how.Sums {
			limit = sumDigits
		}
		if oids[i] == oidFloat4 {
			limit = max(limit, 1.2e-7)
		}
		if !closeEnough(string(a[i]), string(b[i]), limit, oids[i] == oidFloat4 || oids[i] == oidFloat8) {
			return false
		}
	}
	return true
}

// closeEnough allows floats the last digits; in other types, only where a
// float was turned into text, a word that is a long decimal fraction.
func closeEnough(a, b string, limit float64, float bool) bool {
	if float {
		return closeFloats(a, b, limit)
	}
	const split = " ,(){}[]\":"
	words := func(r rune) bool { return strings.ContainsRune(split, r) }
	x, y := strings.FieldsFunc(a, words), strings.FieldsFunc(b, words)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] && (min(len(x[i]), len(y[i])) < 12 || !strings.Contains(x[i], ".") || !closeFloats(x[i], y[i], limit)) {
			return false
		}
	}
	return true
}

func closeFloats(a, b string, limit float64) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err1 == nil && err2 == nil && math.Abs(x-y) <= limit*max(math.Abs(x), math.Abs(y))
}
