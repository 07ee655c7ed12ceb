package main

import (
	"encoding/binary"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestClockJumps: a test's file moves the node's clock, again and again.
func TestClockJumps(t *testing.T) {
	file := filepath.Join(t.TempDir(), "offset")
	if err := os.WriteFile(file, []byte("an hour"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(clockVariable, file)
	n := &node{logger: slog.New(slog.NewTextHandler(io.Discard, nil)), now: time.Now}
	if err := n.openClock(); err == nil {
		t.Fatal("an offset that is not of eight bytes was taken")
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put := func(offset time.Duration) {
		t.Helper()
		if _, err := f.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(offset)), 0); err != nil {
			t.Fatal(err)
		}
	}
	put(time.Hour)
	if err := n.openClock(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []time.Duration{time.Hour, -2 * time.Hour, 0} {
		put(want)
		if off := time.Until(n.now()).Round(time.Minute); off != want {
			t.Errorf("the clock is off by %s, not %s", off, want)
		}
	}
}
