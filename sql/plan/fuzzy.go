package plan

import (
	"strconv"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// fieldName is PostgreSQL's name of the i-th field of an anonymous row.
func fieldName(i int) string { return "f" + strconv.Itoa(i+1) }

// maxFuzzy is how far a name may be from what was written to be offered.
const maxFuzzy = 3

// guesses collects the columns nearest to a misspelt one.
type guesses struct {
	distance int
	names    []string
}

func (g *guesses) offer(table, column, wrote string, penalty int) {
	d := levenshtein(wrote, column)
	if d > len(wrote)/2 {
		return
	}
	d += penalty
	switch {
	case d < g.distance:
		g.distance = d
		g.names = []string{table + "." + column}
	case d == g.distance && len(g.names) > 0:
		g.names = append(g.names, table+"."+column)
	}
}

// missingColumn complains of a column that does not exist and offers what may
// have been meant, as PostgreSQL does.
func (s *scope) missingColumn(table, name string, location int32) {
	e := sqlerr.New(sqlerr.UndefinedColumn, `column "%s" does not exist`, name)
	if table != "" {
		e = sqlerr.New(sqlerr.UndefinedColumn, `column %s.%s does not exist`, table, name)
	}
	g := guesses{distance: maxFuzzy + 1}
	for level := s; level != nil; level = level.parent {
		for _, it := range level.items {
			if it.alias == "" {
				continue
			}
			if table == "" && s.systemColumn(it, name, location) != nil { // of a joined item
				s.hiddenColumn(e, name, it, location)
			}
			penalty := 0
			if table != "" {
				penalty = levenshtein(table, it.alias)
			}
			for i := range it.cols {
				g.offer(it.alias, it.cols[i].name, name, penalty)
			}
		}
		for _, it := range level.hidden {
			for i := range it.cols {
				if it.cols[i].name == name && table == "" {
					s.hiddenColumn(e, name, it, location)
				}
			}
		}
	}
	switch len(g.names) {
	case 1:
		e = e.WithHint(`Perhaps you meant to reference the column "%s".`, g.names[0])
	case 2:
		e = e.WithHint(`Perhaps you meant to reference the column "%s" or the column "%s".`, g.names[0], g.names[1])
	}
	fail(s.b.at(location, e))
}

// hiddenColumn complains of a column that an item has, but not here.
func (s *scope) hiddenColumn(e *sqlerr.Error, name string, it *item, location int32) {
	fail(s.b.at(location, e.WithHint(`There is a column named "%s" in table "%s", but it cannot be referenced from this part of the query.`, name, it.alias)))
}

// levenshtein is the number of bytes to insert, delete or change.
func levenshtein(a, b string) int {
	if len(b) > 64 || len(a) > 64 {
		return 64
	}
	var row [65]int
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		prev := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next := min(row[j]+1, row[j-1]+1, prev+cost)
			prev, row[j] = row[j], next
		}
	}
	return row[len(b)]
}
