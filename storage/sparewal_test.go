package storage

import (
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// TestSpareGrows checks that spare logs are as large as the logs that come next: a
// node that writes little makes few zeros, one that writes much has full ones.
func TestSpareGrows(t *testing.T) {
	const full = 1 << 20
	fs := vfs.NewMem()
	if err := fs.MkdirAll("log", 0o755); err != nil {
		t.Fatal(err)
	}
	s := newSpareWAL(fs, "log", full, func(err error) { t.Error(err) })
	var sizes []int64
	for i, name := range []string{"log/1", "log/2", "log/3", "log/4", "log/5"} {
		f, err := s.Create(name, walCategory)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			s.start()
		}
		deadline := time.Now().Add(10 * time.Second)
		for !s.isReady() {
			if time.Now().After(deadline) {
				t.Fatal("no spare after 10 s")
			}
			time.Sleep(time.Millisecond)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if want := []int64{0, 512 << 10, full, full, full}; !slices.Equal(sizes, want) {
		t.Errorf("logs began with %d bytes, want %d", sizes, want)
	}
}

func (s *spareWAL) isReady() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready
}
