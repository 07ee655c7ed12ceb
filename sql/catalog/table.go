package catalog

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Finder is a VirtualTable that finds the rows whose column col (0-based)
// equals v, which is not NULL, without going through the others. emit is as
// for Rows. Columns of the representations RepInt and RepText can be asked.
type Finder interface {
	VirtualTable
	RowsWhere(c *functions.Ctx, col int, v types.Datum, emit func(row []types.Datum) error) error
}

// maker makes the rows of a virtual relation. Exactly one of static,
// dynamic and stream is set. Static rows follow from declarations, are made when first
// asked for, and shared by all sessions; patch then brings a copy of a row up
// to date. Dynamic rows are made for every scan.
type maker struct {
	// relations says that the rows follow from the relations, so that a
	// session's own relations have some too.
	relations bool
	static    func(c *Catalog, b *rowBuilder)
	dynamic   func(c *Catalog, ctx *functions.Ctx, b *rowBuilder)
	// stream gives rows one by one, where they may be many; with a key only those
	// whose first column is that.
	stream func(ctx *functions.Ctx, key *types.Datum, emit func(row []types.Datum) error) error
	patch  func(c *Catalog, ctx *functions.Ctx, row []types.Datum)
}

// table is the rows of one virtual relation. It is safe for concurrent use.
type table struct {
	cat   *Catalog
	rel   *Relation
	maker maker

	once  sync.Once
	rows  [][]types.Datum // static ones, never changed once made
	mu    sync.Mutex
	index map[int]*rowIndex // by column, made on demand
}

// rowIndex finds static rows by the value of a column.
type rowIndex struct {
	ints  map[int64][]int32
	texts map[string][]int32
}

// staticRows makes the static rows, once.
func (t *table) staticRows() [][]types.Datum {
	t.once.Do(func() {
		b := newRowBuilder(t.rel)
		t.maker.static(t.cat, b)
		t.rows = b.rows
	})
	return t.rows
}

// Rows implements VirtualTable.
func (t *table) Rows(c *functions.Ctx, emit func(row []types.Datum) error) error {
	return t.allRows(c, t.visible(c, t.granted(c, emit)))
}

func (t *table) allRows(c *functions.Ctx, emit func(row []types.Datum) error) error {
	if err := t.sharedRows(c, t.unspoken(c, emit)); err != nil {
		return err
	}
	return t.sessionRows(c, emit)
}

func (t *table) sharedRows(c *functions.Ctx, emit func(row []types.Datum) error) error {
	switch {
	case t.maker.static != nil:
		return t.emitAll(c, t.staticRows(), emit)
	case t.maker.dynamic != nil:
		b := newRowBuilder(t.rel)
		t.maker.dynamic(t.cat, c, b)
		return t.emitAll(c, b.rows, emit)
	case t.maker.stream != nil:
		return t.maker.stream(c, nil, emit)
	}
	return nil
}

func (t *table) emitAll(c *functions.Ctx, rows [][]types.Datum, emit func(row []types.Datum) error) error {
	var scratch []types.Datum
	for _, row := range rows {
		if t.maker.patch != nil {
			scratch = append(scratch[:0], row...)
			t.maker.patch(t.cat, c, scratch)
			row = scratch
		}
		if err := emit(row); err != nil {
			return err
		}
	}
	return nil
}

// RowsWhere implements Finder.
func (t *table) RowsWhere(c *functions.Ctx, col int, v types.Datum, emit func(row []types.Datum) error) error {
	rep := types.RepOf(t.rel.Columns[col].Type)
	emit = t.visible(c, t.granted(c, emit))
	if t.maker.stream != nil && col == 0 {
		return t.maker.stream(c, &v, emit)
	}
	if t.maker.static == nil {
		return t.allRows(c, equalRows(col, v, emit))
	}
	rows, ix := t.staticRows(), t.indexOn(col, rep)
	hits := ix.ints[v.I]
	if rep == types.RepText {
		hits = ix.texts[v.S]
	}
	found := make([][]types.Datum, len(hits))
	for i, h := range hits {
		found[i] = rows[h]
	}
	if err := t.emitAll(c, found, t.unspoken(c, emit)); err != nil {
		return err
	}
	return t.sessionRows(c, equalRows(col, v, emit))
}

// equalRows passes on the rows whose column col is v.
func equalRows(col int, v types.Datum, emit func(row []types.Datum) error) func(row []types.Datum) error {
	return func(row []types.Datum) error {
		if d := &row[col]; d.Null || d.I != v.I || d.S != v.S {
			return nil
		}
		return emit(row)
	}
}

func (t *table) indexOn(col int, rep types.Rep) *rowIndex {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ix := t.index[col]; ix != nil {
		return ix
	}
	ix := &rowIndex{ints: map[int64][]int32{}, texts: map[string][]int32{}}
	for i, row := range t.rows {
		switch d := &row[col]; {
		case d.Null:
		case rep == types.RepText:
			ix.texts[d.S] = append(ix.texts[d.S], int32(i))
		default:
			ix.ints[d.I] = append(ix.ints[d.I], int32(i))
		}
	}
	if t.index == nil {
		t.index = map[int]*rowIndex{}
	}
	t.index[col] = ix
	return ix
}

// rowBuilder collects rows of a relation.
type rowBuilder struct {
	rel   *Relation
	names string // the column list at was resolved from
	at    []int
	blank []types.Datum
	rows  [][]types.Datum
	chunk []types.Datum // memory for the next rows
}

func newRowBuilder(rel *Relation) *rowBuilder {
	b := &rowBuilder{rel: rel, blank: make([]types.Datum, len(rel.Columns))}
	for i := range rel.Columns {
		col := &rel.Columns[i]
		switch {
		case !col.NotNull:
			b.blank[i] = types.NullDatum
		case types.ElemOf(col.Type) != 0:
			b.blank[i] = types.Any(&types.Array{Elem: types.ElemOf(col.Type)})
		}
	}
	return b
}

// sortBy orders the rows by a column that holds numbers.
func (b *rowBuilder) sortBy(col int) {
	slices.SortFunc(b.rows, func(x, y []types.Datum) int { return cmp.Compare(x[col].I, y[col].I) })
}

// add adds a row: values of the named columns (separated by blanks). Columns
// that are not named are NULL, or zero where they may not be NULL. A name that
// the relation lacks is a bug and panics, as does a wrong number of values.
func (b *rowBuilder) add(columns string, vals ...types.Datum) []types.Datum {
	if columns != b.names {
		b.resolve(columns)
	}
	if len(vals) != len(b.at) {
		panic("catalog: wrong number of values for " + b.rel.Name)
	}
	n := len(b.blank)
	if len(b.chunk) < n {
		b.chunk = make([]types.Datum, 64*n)
	}
	row := b.chunk[:n:n]
	b.chunk = b.chunk[n:]
	copy(row, b.blank)
	for i, v := range vals {
		row[b.at[i]] = v
	}
	b.rows = append(b.rows, row)
	return row
}

func (b *rowBuilder) resolve(columns string) {
	b.names, b.at = columns, b.at[:0]
	for name := range strings.FieldsSeq(columns) {
		i := b.rel.ColumnIndex(name)
		if i < 0 {
			panic("catalog: " + b.rel.Name + " has no column " + name)
		}
		b.at = append(b.at, i)
	}
}
