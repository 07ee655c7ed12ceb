package nemesis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// kind is what an operation does.
type kind byte

const (
	write   kind = iota // adds a claim to concepts of a family
	members             // reads all claims of concepts
	winners             // reads the winner of each concept under the recency lens
)

// outcome is what its client knows of an operation.
type outcome byte

const (
	ok      outcome = iota
	failed          // it did not happen
	unknown         // it may have happened, or may yet happen
)

// op is an operation as its client saw it.
type op struct {
	client  int
	where   string // the node that was asked, and how
	kind    kind
	family  int
	keys    uint // bit k: concept k of the family
	id      int  // of a write: its number in the family, in the order of beginning
	start   time.Duration
	end     time.Duration // since the history began; valid unless outcome is unknown
	outcome outcome
	why     error   // unless it is ok
	seen    [][]int // of a read that is ok: by concept, the writes that it saw
}

// has reports whether an operation is about a concept of its family.
func (o *op) has(concept int) bool { return o.keys>>concept&1 == 1 }

func (o *op) String() string {
	name := [...]string{"write", "members", "winners"}[o.kind]
	if o.kind == write {
		name = fmt.Sprintf("write %d", o.id)
	}
	end := fmt.Sprintf("%.6f", o.end.Seconds())
	switch o.outcome {
	case failed:
		end += fmt.Sprintf(" failed (%v)", o.why)
	case unknown:
		end = fmt.Sprintf("? (%v)", o.why)
	}
	if o.seen != nil {
		end += fmt.Sprint(": ", o.seen)
	}
	return fmt.Sprintf("client %d on %s, family %d: %s of %04b from %.6f to %s", o.client, o.where, o.family, name, o.keys, o.start.Seconds(), end)
}

// history is what all clients did. Safe for concurrent use.
type history struct {
	began time.Time

	mu   sync.Mutex
	ops  []*op
	next []int // by family: the number of the next write
	odd  error // the first that no fault explains
}

func newHistory(families int) *history {
	return &history{began: time.Now(), next: make([]int, families)}
}

// begin gives an operation its start and, to a write, its number.
func (h *history) begin(o *op) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o.kind == write {
		o.id = h.next[o.family]
		h.next[o.family]++
	}
	o.start = time.Since(h.began)
}

// finish records an operation, with what is known of it.
func (h *history) finish(o *op, is outcome) {
	o.end, o.outcome = time.Since(h.began), is
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, o)
}

// complain notes an error that no fault explains.
func (h *history) complain(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.odd == nil {
		h.odd = err
	}
}

// String lists the operations in the order of their beginning.
func (h *history) String() string {
	h.mu.Lock()
	ops := slices.Clone(h.ops)
	h.mu.Unlock()
	slices.SortFunc(ops, func(a, b *op) int { return cmp.Compare(a.start, b.start) })
	var text strings.Builder
	fmt.Fprintf(&text, "began at %s\n", h.began.UTC().Format(time.RFC3339Nano))
	for _, o := range ops {
		fmt.Fprintln(&text, o)
	}
	return text.String()
}

// counts are the operations that ended, and those of them that succeeded.
func (h *history) counts() (all, good int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range h.ops {
		if o.outcome == ok {
			good++
		}
	}
	return len(h.ops), good
}

// family lists the operations on a family.
func (h *history) family(f int) []*op {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []*op
	for _, o := range h.ops {
		if o.family == f {
			out = append(out, o)
		}
	}
	return out
}
