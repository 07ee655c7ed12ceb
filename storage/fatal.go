package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// fatal turns the first failure that must stop the node into one call of
// OnFatal, and refuses all further writes. A failed sync is never retried: the
// kernel may have dropped the pages that it could not write.
//
// It is also Pebble's logger, because Pebble reports some failures by Fatalf.
type fatal struct {
	log  *slog.Logger
	call func(error)
	once sync.Once
	err  atomic.Pointer[error]
}

// raise reports err and returns what callers should return.
func (f *fatal) raise(err error) error {
	f.once.Do(func() {
		err = fmt.Errorf("%w: %w", ErrFatal, err)
		f.err.Store(&err)
		f.call(err)
	})
	return f.check()
}

// check returns the fatal error, if there was one.
func (f *fatal) check() error {
	if p := f.err.Load(); p != nil {
		return *p
	}
	return nil
}

// corruption raises err if it says that stored data is damaged, and returns it.
func (f *fatal) corruption(err error) error {
	if err != nil && (errors.Is(err, pebble.ErrCorruption) || errors.Is(err, ErrCorrupt)) {
		_ = f.raise(err) // the caller returns the cause
	}
	return err
}

func (f *fatal) listener() *pebble.EventListener {
	return &pebble.EventListener{
		BackgroundError: func(err error) {
			// A compaction that an excise overtook is no failure.
			if errors.Is(err, pebble.ErrCancelledCompaction) || errors.Is(err, pebble.ErrClosed) {
				return
			}
			_ = f.raise(fmt.Errorf("background write: %w", err))
		},
		DataCorruption: func(i pebble.DataCorruptionInfo) {
			_ = f.raise(fmt.Errorf("data corruption in %s: %w", i.Path, i.Details))
		},
		WriteStallBegin: func(i pebble.WriteStallBeginInfo) {
			f.log.Warn("writes stall", "reason", i.Reason)
		},
		WriteStallEnd: func() { f.log.Info("writes resume") },
	}
}

// Infof is Pebble's chatter.
func (f *fatal) Infof(format string, args ...any) {
	f.log.Debug("pebble", "message", strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// Errorf is logged; failures that matter come as events too.
func (f *fatal) Errorf(format string, args ...any) {
	f.log.Error("pebble", "message", strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// Fatalf must not return: Pebble's state is undefined behind it. OnFatal stops
// the process; until it has, this goroutine waits.
func (f *fatal) Fatalf(format string, args ...any) {
	_ = f.raise(fmt.Errorf(format, args...))
	select {}
}
