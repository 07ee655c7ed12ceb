package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// clockVariable names the environment variable by which tests set a node's wall
// clock: a file that holds a duration (3s, -1h), by which the clock is off. It is
// read again and again, so that the clock jumps when the file changes. There is no
// flag for it: no node that serves anybody has use for a wrong clock.
const clockVariable = "STEMEDB_TEST_CLOCK_OFFSET_FILE"

const clockEvery = 20 * time.Millisecond

// openClock makes the node's clock the machine's, or one that tests steer.
func (n *node) openClock() error {
	file := os.Getenv(clockVariable)
	if file == "" {
		return nil
	}
	var offset atomic.Int64
	read := func() error {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read %s: %w", clockVariable, err)
		}
		d, err := time.ParseDuration(strings.TrimSpace(string(text)))
		if err != nil {
			return fmt.Errorf("%s: %s: %w", clockVariable, file, err)
		}
		offset.Store(int64(d))
		return nil
	}
	if err := read(); err != nil {
		return err
	}
	n.logger.Warn("the wall clock is off, as a test wants it", "file", file, "by", time.Duration(offset.Load()))
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(clockEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := read(); err != nil {
					n.logger.Error("the clock stays as it was", "error", err)
				}
			case <-stop:
				return
			}
		}
	}()
	n.onClose(func(context.Context) error {
		close(stop)
		<-done
		return nil
	})
	n.now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	return nil
}
