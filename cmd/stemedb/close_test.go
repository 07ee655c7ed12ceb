package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestCloseEnds: a node ends though a part of it does not, and gives what heeds its
// context the time to say how it went.
func TestCloseEnds(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	parts := errors.New("a part's own error")
	for _, tc := range []struct {
		name string
		part func(context.Context) error
		want error
	}{
		{"in time", func(context.Context) error { return nil }, nil},
		{"at its context's end", func(ctx context.Context) error { <-ctx.Done(); return parts }, parts},
		{"never", func(context.Context) error { <-release; return nil }, context.DeadlineExceeded},
	} {
		n := &node{}
		n.onClose(tc.part)
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
		if err := n.close(ctx); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
		stop()
	}
}
