package plan

import (
	"slices"
	"strconv"

	pg "github.com/pganalyze/pg_query_go/v5"
)

// Names in a printed query may differ from those that were written: columns of what it
// reads have come and gone, and a name that means something in a query around would
// hide that. So each level's items and columns are named anew, with what was written
// where that does.

// shownLabels are the names by which an item is printed.
type shownLabels struct {
	name    string // "": a join without a name
	columns []string
	// aliases says that the names of columns are printed with the item.
	aliases bool
	using   []string // of a join: its USING
	above   []string // the names of the USINGs of the joins around
}

func (l *shownLabels) column(i int) string {
	if i < len(l.columns) {
		return l.columns[i]
	}
	return ""
}

// set names a column; a join's columns are named before it knows them all.
func (l *shownLabels) set(i int, name string) {
	for len(l.columns) <= i {
		l.columns = append(l.columns, "")
	}
	l.columns[i] = name
}

// enter names the items and columns of a level.
func (d *deparser) enter(q *shownQuery) {
	taken := map[string]int{}
	if len(d.levels) == 0 { // what rules call the rows that they are about
		taken["old"], taken["new"] = 0, 0
	}
	for _, outer := range d.levels {
		for _, it := range outer.items {
			taken[it.labels.name] = 0
		}
	}
	q.using = nil
	for _, it := range q.items {
		it.labels = shownLabels{}
		if it.name != "" {
			it.labels.name = distinctName(it.name, taken)
		}
	}
	computed := false
	for _, it := range q.from {
		computed = computed || it.computes()
	}
	n := namer{q, computed}
	for _, it := range q.from {
		n.using(it, nil)
	}
	for _, it := range q.items {
		if it.kind == itemJoin {
			n.join(it)
		} else {
			n.item(it)
		}
	}
	d.levels = append(d.levels, q)
}

func (d *deparser) leave() { d.levels = d.levels[:len(d.levels)-1] }

// maxName is the length of names, in bytes.
const maxName = 63

// distinctName is a name, with a number where it is taken.
func distinctName(name string, taken map[string]int) string {
	if _, ok := taken[name]; !ok {
		taken[name] = 0
		return name
	}
	for {
		taken[name]++
		out := numbered(name, taken[name])
		if _, ok := taken[out]; !ok {
			taken[out] = 0
			return out
		}
	}
}

func numbered(name string, n int) string {
	suffix := "_" + strconv.Itoa(n)
	end := min(len(name), maxName-len(suffix))
	for end < len(name) && end > 0 && name[end]&0xC0 == 0x80 {
		end--
	}
	return name[:end] + suffix
}

// computes reports whether a join without a name below has columns that are those
// of none of its sides: its USING's names then must be unique in the whole level,
// since such a column is printed without an item.
func (it *shownItem) computes() bool {
	if it.kind != itemJoin {
		return false
	}
	return it.join.computed && it.name == "" || it.join.left.computes() || it.join.right.computes()
}

// namer names the columns of a level.
type namer struct {
	q        *shownQuery
	computed bool
}

// using settles the names of USING's columns, from the outermost join: the sides'
// columns must have the same, and so must those of joins without names below.
func (n namer) using(it *shownItem, above []string) {
	if it.kind != itemJoin {
		return
	}
	j, own := it.join, &it.labels
	left, right := &j.left.labels, &j.right.labels
	down := func(i int, name string) {
		if j.leftAtts[i] >= 0 {
			left.set(j.leftAtts[i], name)
		}
		if j.rightAtts[i] >= 0 {
			right.set(j.rightAtts[i], name)
		}
	}
	if it.name == "" {
		for i, name := range own.columns {
			if name != "" {
				down(i, name)
			}
		}
	}
	above = slices.Clip(above)
	for i, name := range j.using {
		if given := own.column(i); given != "" {
			name = given
		} else {
			if i < len(it.aliases) {
				name = it.aliases[i]
			}
			name = n.unique(name, own)
			if n.computed {
				n.q.using = append(n.q.using, name)
			}
			own.set(i, name)
		}
		own.using = append(own.using, name)
		above = append(above, name)
		down(i, name)
	}
	left.above, right.above = above, above
	n.using(j.left, above)
	n.using(j.right, above)
}

// unique is a name that no other column of an item has, nor one of USING that it
// must not meet.
func (n namer) unique(name string, own *shownLabels) string {
	free := func(s string) bool {
		return !slices.Contains(own.columns, s) && !slices.Contains(n.q.using, s) && !slices.Contains(own.above, s)
	}
	out := name
	for i := 1; !free(out); i++ {
		out = numbered(name, i)
	}
	return out
}

// item names the columns of what is no join.
func (n namer) item(it *shownItem) {
	own := &it.labels
	changed := false
	for i, given := range it.names {
		name := own.column(i)
		if name == "" {
			name = given
			if i < len(it.aliases) {
				name = it.aliases[i]
			}
			own.set(i, "")
			name = n.unique(name, own)
		}
		own.set(i, name)
		changed = changed || name != given
	}
	own.aliases = changed || it.kind == itemFunction || it.kind != itemRelation && len(it.aliases) > 0
}

// join names the columns of a join that USING has not.
func (n namer) join(it *shownItem) {
	own, j := &it.labels, it.join
	changed := false
	for i := len(own.using); i < len(it.names); i++ {
		var given string
		if j.leftAtts[i] >= 0 {
			given = j.left.labels.column(j.leftAtts[i])
		} else {
			given = j.right.labels.column(j.rightAtts[i])
		}
		name := own.column(i)
		switch {
		case it.name == "":
			name = given
		case name == "":
			name = given
			if i < len(it.aliases) {
				name = it.aliases[i]
			}
			name = n.unique(name, own)
		}
		own.set(i, name)
		changed = changed || name != given
	}
	own.aliases = it.name != "" && changed
}

// joinWords are the words of joins.
var joinWords = map[pg.JoinType]string{
	pg.JoinType_JOIN_INNER: " JOIN ", pg.JoinType_JOIN_LEFT: " LEFT JOIN ", pg.JoinType_JOIN_RIGHT: " RIGHT JOIN ", pg.JoinType_JOIN_FULL: " FULL JOIN ",
}
