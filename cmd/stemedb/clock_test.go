package main

import (
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
	put := func(text string) {
		t.Helper()
		if err := os.WriteFile(file+"~", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+"~", file); err != nil {
			t.Fatal(err)
		}
	}
	put("an hour")
	t.Setenv(clockVariable, file)
	n := &node{logger: slog.New(slog.NewTextHandler(io.Discard, nil)), now: time.Now}
	if err := n.openClock(); err == nil {
		t.Fatal("an offset that is no duration was taken")
	}
	put("1h")
	if err := n.openClock(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := n.close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	off := func() time.Duration { return time.Until(n.now()).Round(time.Minute) }
	if off() != time.Hour {
		t.Errorf("the clock is off by %s", off())
	}
	put("-2h\n")
	deadline := time.Now().Add(10 * time.Second)
	for off() != -2*time.Hour {
		if time.Now().After(deadline) {
			t.Fatalf("the clock is off by %s", off())
		}
		time.Sleep(time.Millisecond)
	}
}
