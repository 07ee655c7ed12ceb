package exec

import (
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// account is a statement's memory budget. Operators charge what they keep
// across batches; scratch of bounded size is not charged. Safe for concurrent
// use.
type account struct {
	used  atomic.Int64
	limit int64 // bytes; 0: none
}

func (a *account) reset(limit int64) {
	a.used.Store(0)
	a.limit = limit
}

// charge adds n bytes (n may be negative), or fails with 53200.
func (a *account) charge(n int64) error {
	used := a.used.Add(n)
	if n > 0 && a.limit > 0 && used > a.limit {
		return a.refusal()
	}
	return nil
}

// refusal is the error of a statement that needs more than its budget.
func (a *account) refusal() error {
	return sqlerr.New(sqlerr.OutOfMemory, "out of memory").
		WithDetail("The query needs more than its memory budget of %d MiB (stemedb.query_memory).", a.limit>>20).
		WithHint("Narrow the query, or raise stemedb.query_memory.")
}

// holding is one operator's part of the account: it charges differences and
// gives all back at the end.
type holding struct {
	mem  *account
	n    int64
	free int64 // bytes that are not charged
	peak int64 // the most bytes held since it was opened
}

func (h *holding) open(mem *account) { h.release(); h.mem, h.peak = mem, 0 }

// spills opens the holding of an operator that can go to disk. What it needs to
// work there is its own whatever others hold.
func (h *holding) spills(t *task) {
	h.open(&t.stmt.mem)
	if t.env.Spill != nil {
		h.free = worthSpilling
	}
}

// set says that the operator now holds n bytes.
func (h *holding) set(n int64) error {
	h.peak = max(h.peak, n)
	n = max(n-h.free, 0)
	d := n - h.n
	h.n = n
	if d == 0 || h.mem == nil {
		return nil
	}
	return h.mem.charge(d)
}

// add says that the operator holds n more bytes.
func (h *holding) add(n int64) error { return h.set(h.n + h.free + n) }

func (h *holding) release() {
	if h.mem != nil && h.n != 0 {
		h.mem.used.Add(-h.n)
	}
	h.mem, h.n, h.free = nil, 0, 0
}
