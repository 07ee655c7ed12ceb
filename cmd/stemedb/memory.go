package main

import (
	"os"
	"runtime/debug"
	"sync"
)

// setMemoryLimit leaves the block cache, which is C memory, out of Go's share.
func setMemoryLimit(cfg *nodeConfig) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	total := machineMemory()
	if total == 0 {
		return
	}
	if limit := total*3/4 - int64(cfg.CacheMB)<<20; limit > 256<<20 {
		debug.SetMemoryLimit(limit)
	}
}

// The heap is small beside the block cache, gcHeap about: garbage is collected
// when it is gcPercent of it.
const (
	gcPercent = 400
	gcHeap    = 256 << 20
)

// paceCollector keeps the room for garbage as it is while claims that scans keep
// make the heap larger.
func paceCollector() func(held int64) {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	var mu sync.Mutex
	var last int64
	return func(held int64) {
		mu.Lock()
		defer mu.Unlock()
		if d := held - last; d < gcHeap/4 && d > -gcHeap/4 {
			return
		}
		last = held
		debug.SetGCPercent(int(gcPercent * gcHeap / (gcHeap + held)))
	}
}
