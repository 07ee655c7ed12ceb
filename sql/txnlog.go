package sql

import (
	"maps"
	"slices"
	"sync"
)

// txnLogSize is how many transactions' outcomes are remembered.
const txnLogSize = 1 << 20

// txnLog numbers the transactions that ask for a number, and remembers which
// of them run and how the latest ended. It is safe for concurrent use.
type txnLog struct {
	mu      sync.Mutex
	first   int64 // numbers below were given before the server's start
	next    int64
	latest  int64 // the highest that has ended
	running map[int64]struct{}
	aborted [txnLogSize / 64]uint64 // one bit each, by the number modulo the size
}

func newTxnLog(first int64) *txnLog {
	return &txnLog{first: first, next: first, latest: first - 1, running: map[int64]struct{}{}}
}

// begin gives a number.
func (l *txnLog) begin() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.next
	l.next++
	l.running[id] = struct{}{}
	word, bit := abortedBit(id)
	l.aborted[word] &^= bit
	return id
}

func (l *txnLog) end(id int64, commit bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.running, id)
	l.latest = max(l.latest, id)
	if !commit {
		word, bit := abortedBit(id)
		l.aborted[word] |= bit
	}
}

func abortedBit(id int64) (word int, bit uint64) {
	n := uint64(id) % txnLogSize
	return int(n / 64), 1 << (n % 64)
}

// snapshot tells what a transaction with number own (0: none) sees: all below
// xmin has ended, nothing from xmax on has begun, the others that still run are
// listed in order.
func (l *txnLog) snapshot(own int64) (xmin, xmax int64, running []int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	xmax = l.latest + 1
	xmin = xmax
	for _, id := range slices.Sorted(maps.Keys(l.running)) {
		if id < xmax {
			xmin = min(xmin, id)
			if id != own {
				running = append(running, id)
			}
		}
	}
	return xmin, xmax, running
}

// status tells how a transaction ended. It is empty for one that is no longer
// known; future reports a number that has not been given.
func (l *txnLog) status(id int64) (status string, future bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id >= l.next {
		return "", true
	}
	if id == 1 || id == 2 { // those that made the database
		return "committed", false
	}
	if id < l.first || id < l.next-txnLogSize {
		return "", false
	}
	if _, ok := l.running[id]; ok {
		return "in progress", false
	}
	if word, bit := abortedBit(id); l.aborted[word]&bit != 0 {
		return "aborted", false
	}
	return "committed", false
}

func (l *txnLog) upcoming() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}
