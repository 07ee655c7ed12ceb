package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// collect reads a stream to its end.
func collect(t *testing.T, s *Stream) (frames [][]byte, end error) {
	t.Helper()
	for {
		f, err := s.Next(t.Context())
		if err != nil {
			return frames, err
		}
		frames = append(frames, f)
	}
}

// TestStreams: many streams at once share a connection; frames come in order and
// each to its stream, more of them than a window holds; failures come at their place.
func TestStreams(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	a, _ := start(t, nodes[0])
	b, log := start(t, nodes[1])
	addr := b.Address()
	if _, err := a.OpenStream(t.Context(), addr, nil); !errors.Is(err, ErrNotSent) || !errors.Is(err, ErrNoGroup) {
		t.Errorf("a node that takes no streams: %v", err)
	}
	log.wait(t, "no calls are taken yet")
	b.ServeStreams(func(_ context.Context, request []byte, send func([]byte) error) error {
		for i := range 100 {
			if err := send(fmt.Appendf(bytes.Repeat([]byte("."), 40_000), "%s/%d", request, i)); err != nil {
				return err
			}
		}
		if string(request) == "3" {
			return errors.New("no luck")
		}
		return nil
	})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := a.OpenStream(t.Context(), addr, fmt.Append(nil, i))
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			frames, end := collect(t, s)
			for k, f := range frames {
				if want := fmt.Sprintf("%d/%d", i, k); string(f[40_000:]) != want {
					t.Errorf("frame %q, want %q", f[40_000:], want)
				}
			}
			var failed *CallError
			if len(frames) != 100 || i != 3 && !errors.Is(end, io.EOF) || i == 3 && (!errors.As(end, &failed) || failed.Text != "no luck") {
				t.Errorf("stream %d ends after %d frames: %v", i, len(frames), end)
			}
		})
	}
	wg.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.conns) != 1 {
		t.Errorf("%d connections", len(a.conns))
	}
}

// TestSlowReader: who does not read stops the sender at the window, and no other
// stream; when it reads on, all comes.
func TestSlowReader(t *testing.T) {
	a, _ := start(t, nil)
	b, _ := start(t, nil)
	const frame, frames = 64 << 10, 200
	var sent atomic.Int64
	b.ServeStreams(func(_ context.Context, request []byte, send func([]byte) error) error {
		for range frames {
			if err := send(make([]byte, frame)); err != nil {
				return err
			}
			if len(request) > 0 {
				sent.Add(frame)
			}
		}
		return nil
	})
	slow, err := a.OpenStream(t.Context(), b.Address(), []byte("slow"))
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	for range 3 { // others pass
		s, err := a.OpenStream(t.Context(), b.Address(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, end := collect(t, s); len(got) != frames || !errors.Is(end, io.EOF) {
			t.Errorf("%d frames, %v", len(got), end)
		}
		s.Close()
	}
	if n := sent.Load(); n > Window+frame {
		t.Errorf("%d bytes are on their way to who reads nothing", n)
	}
	if got, end := collect(t, slow); len(got) != frames || !errors.Is(end, io.EOF) {
		t.Errorf("%d frames, %v", len(got), end)
	}
}

// TestStreamEnds: a handler hears that its caller has closed the stream, that its
// time is over, and that the connection is gone; a caller that its peer has died.
func TestStreamEnds(t *testing.T) {
	a, _ := start(t, nil)
	b, _ := start(t, nil)
	ended := make(chan error, 1)
	b.ServeStreams(func(ctx context.Context, request []byte, send func([]byte) error) error {
		err := send(request)
		for err == nil {
			if string(request) == "quiet" {
				<-ctx.Done()
				err = ctx.Err()
				break
			}
			err = send(make([]byte, 100_000))
		}
		ended <- err
		return err
	})
	hear := func(want error) {
		t.Helper()
		select {
		case err := <-ended:
			if !errors.Is(err, want) {
				t.Errorf("the handler ends with %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the handler hears of nothing")
		}
	}
	begin := func(ctx context.Context, request string) *Stream {
		t.Helper()
		s, err := a.OpenStream(ctx, b.Address(), []byte(request))
		if err != nil {
			t.Fatal(err)
		}
		if f, err := s.Next(ctx); err != nil || string(f) != request {
			t.Fatalf("first frame %q, %v", f, err)
		}
		return s
	}
	for _, request := range []string{"quiet", "loud"} {
		s := begin(t.Context(), request)
		s.Close()
		hear(context.Canceled)
		if _, err := s.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("a closed stream: %v", err)
		}
		s.Close()

		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		s = begin(ctx, request)
		hear(context.DeadlineExceeded)
		cancel()
		s.Close()

		s = begin(t.Context(), request)
		b.mu.Lock()
		for c := range b.conns {
			go func() { _ = c.Close() }() // once the lock is free
		}
		b.mu.Unlock()
		if _, end := collect(t, s); !errors.Is(end, ErrLost) {
			t.Errorf("the peer died: %v", end)
		}
		if err := <-ended; err == nil { // by its context, or what it could not send
			t.Error("the handler does not hear that its caller is gone")
		}
		s.Close()
	}
	s := begin(t.Context(), "quiet") // over a connection of its own
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if _, end := collect(t, s); !errors.Is(end, ErrLost) {
		t.Errorf("the peer closed: %v", end)
	}
	s.Close()
	if _, err := a.OpenStream(t.Context(), b.Address(), nil); !errors.Is(err, ErrNotSent) && !errors.Is(err, ErrLost) {
		t.Error(err)
	}
}
