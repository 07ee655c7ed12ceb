package exec

import (
	"sort"
	"sync"
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/types"
)

// tempRows holds the row versions of a temporary table in the order of their
// writing. A row never changes: UPDATE ends one version and adds another. A
// statement sees what was born at its snapshot or before, and had not died by
// then. Rolling back takes versions off the end and gives the ended ones their
// life back.
//
// One goroutine, the session's, writes. Workers of the same session may read
// meanwhile: they hold snapshots (tempView) of slices whose seen part does not
// change, but for the ends, which are atomic.
type tempRows struct {
	mu      sync.RWMutex
	store   *rowStore
	births  []birth  // ascending by stamp and by row
	ends    []uint64 // by row: the stamp that ended it, 0 while it lives; nil: all live
	ended   int
	indexes []*tempIndex
	writer  int64 // of the rows that are written next
	// After rows were taken out, places has the numbers that the others had, and
	// later ones have theirs plus shift: a ctid stays while its row does.
	places []int64
	shift  int64
	texts  arena // of what is stored: others may lie in memory that serves more
}

// birth says that the rows from a number on were written by a statement of a
// transaction.
type birth struct {
	stamp  uint64
	from   int
	writer int64
}

func newTempRows(ts []types.OID) *tempRows { return &tempRows{store: newRowStore(ts)} }

// bytes estimates the memory of the rows and their indexes.
func (r *tempRows) bytes() int64 {
	n := r.store.bytes + int64(8*cap(r.ends)) + int64(8*cap(r.places))
	for _, x := range r.indexes {
		n += x.bytes()
	}
	return n
}

// live counts the rows that the newest state has.
func (r *tempRows) live() int { return r.store.n - r.ended }

// bear notes that the rows from the store's present end on are stamp's.
func (r *tempRows) bear(stamp uint64) {
	if n := len(r.births); n == 0 || r.births[n-1].stamp != stamp {
		r.births = append(r.births, birth{stamp, r.store.n, r.writer})
	}
}

// bornBy reports whether a row was written by the statement.
func (r *tempRows) bornBy(row int32, stamp uint64) bool {
	n := len(r.births)
	return n > 0 && r.births[n-1].stamp == stamp && int(row) >= r.births[n-1].from
}

// appendVecs adds n rows; it returns the number of the first.
func (r *tempRows) appendVecs(cols []types.Vec, n int, stamp uint64) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bear(stamp)
	at := r.store.n
	r.store.appendVecs(cols, n)
	r.added(at)
	return at
}

// added gives the rows from a number on texts of their own, and life.
func (r *tempRows) added(from int) {
	for i := range r.store.cols {
		s := r.store.cols[i].S
		for k := from; k < len(s); k++ {
			s[k] = r.texts.str(bytesOf(s[k]))
		}
	}
	for r.ends != nil && len(r.ends) < r.store.n {
		r.ends = append(r.ends, 0)
	}
}

// appendRow adds row i of the columns; it returns its number.
func (r *tempRows) appendRow(cols []*types.Vec, i int, stamp uint64) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bear(stamp)
	at := r.store.n
	r.store.appendRow(cols, i)
	r.added(at)
	return at
}

// lives reports whether a row is in the newest state.
func (r *tempRows) lives(row int32) bool { return r.ends == nil || r.ends[row] == 0 }

// end ends a row that lives.
func (r *tempRows) end(row int32, stamp uint64) {
	if r.ends == nil {
		r.mu.Lock()
		r.ends = make([]uint64, r.store.n, cap(r.ends)+r.store.n+16)
		r.mu.Unlock()
	}
	atomic.StoreUint64(&r.ends[row], stamp)
	r.ended++
}

// revive undoes end.
func (r *tempRows) revive(row int32) {
	atomic.StoreUint64(&r.ends[row], 0)
	r.ended--
}

// truncate takes the rows from n on away: they were never written.
func (r *tempRows) truncate(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.indexes {
		x.truncate(n)
	}
	r.store.truncate(n)
	if r.ends != nil {
		r.ends = r.ends[:n]
	}
	for k := len(r.births); k > 0 && r.births[k-1].from >= n; k-- {
		r.births = r.births[:k-1]
	}
}

// compactedWith is a copy without the rows that have ended, and with indexes that
// are empty yet. What is computed for an index is taken over; of one that is new
// the batches of fresh give the number of a row, and that.
func (r *tempRows) compactedWith(indexes []*tempIndex, fresh []*types.Batch) *tempRows {
	out := &tempRows{store: &rowStore{cols: make([]types.Vec, len(r.store.cols))}}
	refs := make([]*types.Vec, len(r.store.cols))
	for i := range refs {
		refs[i] = &r.store.cols[i]
		out.store.cols[i] = types.NewVec(refs[i].Type)
	}
	out.indexes = indexes
	kept := make([][]*types.Vec, len(indexes))
	for k, x := range indexes {
		kept[k] = r.keysFor(x)
	}
	given := freshRows(fresh)
	out.births = []birth{{}}
	for i := range r.store.n {
		if r.lives(int32(i)) {
			out.places = append(out.places, r.place(int32(i)))
			if w := writerOf(r.births, int32(i)); w != out.births[len(out.births)-1].writer {
				out.births = append(out.births, birth{0, out.store.n, w})
			}
			out.store.appendRow(refs, i)
			for k, x := range out.indexes {
				switch at := given.next(i); {
				case kept[k] != nil:
					x.keep(out, kept[k], i)
				case x.keys != nil:
					x.keep(out, at.keys, at.row)
				}
				x.add(out.store, int32(out.store.n-1))
			}
		}
	}
	out.shift = r.place(int32(r.store.n)) - int64(out.store.n)
	return out
}

// keysFor is what is computed for an index by the rows that are there; nil: nothing
// is, or it is new.
func (r *tempRows) keysFor(x *tempIndex) (out []*types.Vec) {
	for _, old := range r.indexes {
		if old.oid != x.oid || old.keys == nil || x.keys == nil {
			continue
		}
		for i := range old.keys.cols {
			out = append(out, &old.keys.cols[i])
		}
	}
	return out
}

// freshKeys are batches of row numbers, which ascend, with what is computed for
// a new index.
type freshKeys struct {
	batches []*types.Batch
	at      int // row of the first batch
	keys    []*types.Vec
}

// freshKey is one row of them.
type freshKey struct {
	keys []*types.Vec
	row  int
}

func freshRows(batches []*types.Batch) *freshKeys {
	f := &freshKeys{batches: batches}
	f.enter()
	return f
}

// enter begins a batch.
func (f *freshKeys) enter() {
	f.keys, f.at = nil, 0
	if len(f.batches) > 0 {
		cols := f.batches[0].Cols
		for i := range cols[1:] {
			f.keys = append(f.keys, &cols[1+i])
		}
	}
}

// next finds a row, which is not before those that were asked for.
func (f *freshKeys) next(row int) freshKey {
	for len(f.batches) > 0 {
		for b := f.batches[0]; f.at < b.N; f.at++ {
			if b.Cols[0].I[f.at] >= int64(row) {
				return freshKey{f.keys, f.at}
			}
		}
		f.batches = f.batches[1:]
		f.enter()
	}
	return freshKey{}
}

// place is the number that a row's ctid tells.
func (r *tempRows) place(row int32) int64 {
	if int(row) < len(r.places) {
		return r.places[row]
	}
	return int64(row) + r.shift
}

// writerOf is the transaction that wrote a row; 0: it is not known.
func writerOf(births []birth, row int32) int64 {
	k := sort.Search(len(births), func(i int) bool { return births[i].from > int(row) })
	if k == 0 {
		return 0
	}
	return births[k-1].writer
}

// tempView is what a statement sees of the rows, as far as it is fixed.
type tempView struct {
	cols []types.Vec
	n    int
	ends []uint64
	snap uint64
	born []birth
	rows *tempRows
}

// view fixes what a snapshot sees; cols is reused memory.
func (r *tempRows) view(snap uint64, cols []types.Vec) tempView {
	r.mu.RLock()
	defer r.mu.RUnlock()
	v := tempView{cols: append(cols[:0], r.store.cols...), n: r.store.n, ends: r.ends, snap: snap, born: r.births, rows: r}
	if k := sort.Search(len(r.births), func(i int) bool { return r.births[i].stamp > snap }); k < len(r.births) {
		v.n = r.births[k].from
	}
	return v
}

// sees reports whether the snapshot has a row below v.n.
func (v *tempView) sees(row int) bool {
	if v.ends == nil {
		return true
	}
	e := atomic.LoadUint64(&v.ends[row])
	return e == 0 || e > v.snap
}

// find appends to hits the rows that an index finds for the key, newest first.
func (r *tempRows) find(v *tempView, index int, key []types.Datum, hits []int32) []int32 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if index >= len(r.indexes) {
		return hits
	}
	x := r.indexes[index]
	for row := x.first(x.hashKey(r.store, key)); row >= 0; row = x.next[row] {
		if int(row) < v.n && v.sees(int(row)) && x.equalKey(r.store, row, key) {
			hits = append(hits, row)
		}
	}
	return hits
}
