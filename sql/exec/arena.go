package exec

import (
	"unsafe"

	"github.com/cockroachdb/apd/v3"
)

// arena makes immutable strings from bytes. Its chunks are never written
// twice: what is left of one serves the next batch or execution, and a full
// one is left to those who hold strings in it.
type arena struct {
	chunk []byte
	next  int
}

const (
	arenaFirst = 512
	arenaMost  = 64 << 10
)

// alloc returns n fresh bytes to be filled once.
func (a *arena) alloc(n int) []byte {
	if cap(a.chunk)-len(a.chunk) < n {
		if a.next < arenaMost {
			a.next = max(arenaFirst, 2*a.next)
		}
		if n > a.next/4 {
			return make([]byte, n) // a large value shares no chunk
		}
		a.chunk = make([]byte, 0, a.next)
	}
	at := len(a.chunk)
	a.chunk = a.chunk[:at+n]
	return a.chunk[at : at+n : at+n]
}

// str copies b into the arena.
func (a *arena) str(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	p := a.alloc(len(b))
	copy(p, b)
	return unsafe.String(&p[0], len(p))
}

// hex writes b as lower-case hex.
func (a *arena) hex(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	const digits = "0123456789abcdef"
	p := a.alloc(2 * len(b))
	for i, x := range b {
		p[2*i], p[2*i+1] = digits[x>>4], digits[x&15]
	}
	return unsafe.String(&p[0], len(p))
}

// view is b as a string, for as long as b is not written.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf is s as bytes, which must not be written.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// decimals hands out decimals from chunks.
type decimals struct{ chunk []apd.Decimal }

func (d *decimals) next() *apd.Decimal {
	if len(d.chunk) == 0 {
		d.chunk = make([]apd.Decimal, 64)
	}
	x := &d.chunk[0]
	d.chunk = d.chunk[1:]
	return x
}

// interner makes strings that repeat (predicates, sources, classes) once: a
// small direct-mapped cache before the arena.
type interner struct {
	last  string
	slots [64]string
}

func (n *interner) str(a *arena, b []byte) string {
	if string(b) == n.last {
		return n.last
	}
	if len(b) == 0 {
		return ""
	}
	k := (uint(len(b))*7 + uint(b[0]) + uint(b[len(b)/2])*5 + uint(b[len(b)-1])*31) & 63
	if n.slots[k] != string(b) {
		n.slots[k] = a.str(b)
	}
	n.last = n.slots[k]
	return n.last
}
