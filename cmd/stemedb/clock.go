package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// clockVariable names the environment variable by which tests set a node's wall
// clock: a file of eight bytes, the nanoseconds by which the clock is off in the
// machine's byte order. Who writes them makes the clock jump. There is no flag for
// it: no node that serves anybody has use for a wrong clock.
const clockVariable = "STEMEDB_TEST_CLOCK_OFFSET_FILE"

const clockBytes = int(unsafe.Sizeof(int64(0)))

// openClock makes the node's clock the machine's, or one that tests steer. That one
// maps its file: to read the file again and again woke a node fifty times a second,
// and each time the runtime's monitor with it.
func (n *node) openClock() error {
	file := os.Getenv(clockVariable)
	if file == "" {
		return nil
	}
	offset, err := mapClock(file)
	if err != nil {
		return fmt.Errorf("%s: %w", clockVariable, err)
	}
	n.logger.Warn("the wall clock is off, as a test wants it", "file", file, "by", time.Duration(offset.Load()))
	n.now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	return nil
}

// mapClock maps a clock's file for as long as the process lives: whoever has the
// clock may read it until then.
func mapClock(file string) (*atomic.Int64, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return nil, err
	} else if info.Size() != int64(clockBytes) {
		return nil, fmt.Errorf("%s has %d bytes, not %d: nanoseconds in the machine's byte order", file, info.Size(), clockBytes)
	}
	mapped, err := syscall.Mmap(int(f.Fd()), 0, clockBytes, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", file, err)
	}
	return (*atomic.Int64)(unsafe.Pointer(&mapped[0])), nil
}
