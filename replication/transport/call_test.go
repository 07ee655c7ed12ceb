package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestCalls: many calls at once share a connection, answers find their requests,
// failures and large payloads come through.
func TestCalls(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	a, _ := start(t, nodes[0])
	b, log := start(t, nodes[1])
	addr := b.opts.Listener.Addr().String()
	if _, err := a.Call(t.Context(), addr, 1, nil); !errors.Is(err, ErrNotSent) || !errors.Is(err, ErrNoGroup) {
		t.Errorf("a node that takes no calls: %v", err)
	}
	log.wait(t, "no calls are taken yet")
	b.Serve(func(_ context.Context, method byte, payload []byte) ([]byte, error) {
		if method == 2 {
			return nil, fmt.Errorf("no luck with %q", payload)
		}
		return append([]byte{method}, payload...), nil
	})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			for k := range 40 {
				want := fmt.Sprintf("%d/%d", i, k)
				if got, err := a.Call(t.Context(), addr, 'm', []byte(want)); err != nil || string(got) != "m"+want {
					t.Errorf("%q: %q, %v", want, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
	var failed *CallError
	if _, err := a.Call(t.Context(), addr, 2, []byte("x")); !errors.As(err, &failed) || failed.Text != `no luck with "x"` {
		t.Error(err)
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), MaxCall/16-1)
	if got, err := a.Call(t.Context(), addr, 'm', large); err != nil || !bytes.Equal(got[1:], large) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := a.Call(t.Context(), addr, 'm', append(large, make([]byte, 17)...)); !errors.Is(err, ErrNotSent) {
		t.Error(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.conns) != 1 {
		t.Errorf("%d connections", len(a.conns))
	}
}

// TestCallEnds: a call ends with its context, which its handler hears of, and
// with the connection; the next one connects anew.
func TestCallEnds(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	a, _ := start(t, nodes[0])
	b, _ := start(t, nodes[1])
	addr := b.opts.Listener.Addr().String()
	var asked atomic.Int32
	ended := make(chan error, 8) // what handlers that waited saw
	hear := func(want error) {
		t.Helper()
		if err := <-ended; !errors.Is(err, want) {
			t.Errorf("the handler sees %v", err)
		}
	}
	b.Serve(func(ctx context.Context, method byte, _ []byte) ([]byte, error) {
		asked.Add(1)
		if method == 'q' {
			return []byte("quick"), nil
		}
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for asked.Load() < 1 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := a.Call(ctx, addr, 'w', nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	hear(context.Canceled)
	ctx, cancel = context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := a.Call(ctx, addr, 'w', nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	hear(context.Canceled) // by its caller, who does not wait for the handler's own clock
	var ends atomic.Int32
	a.OnLost(func(of string) {
		if of == addr {
			ends.Add(1)
		}
	})
	lost := make(chan error)
	go func() {
		_, err := a.Call(t.Context(), addr, 'w', nil)
		lost <- err
	}()
	for asked.Load() < 3 {
		time.Sleep(time.Millisecond)
	}
	b.mu.Lock()
	for c := range b.conns {
		go func() { _ = c.Close() }() // once the lock is free
	}
	b.mu.Unlock()
	if err := <-lost; !errors.Is(err, ErrLost) {
		t.Error(err)
	}
	hear(context.Canceled)
	if got, err := a.Call(t.Context(), addr, 'q', nil); err != nil || string(got) != "quick" {
		t.Errorf("%q, %v", got, err)
	}
	go func() {
		_, err := a.Call(t.Context(), addr, 'w', nil)
		lost <- err
	}()
	for asked.Load() < 5 {
		time.Sleep(time.Millisecond)
	}
	a.Drop(addr)
	a.Drop("nowhere")
	if err := <-lost; !errors.Is(err, ErrLost) {
		t.Errorf("a call to a node that was given up: %v", err)
	}
	hear(context.Canceled)
	for deadline := time.Now().Add(10 * time.Second); ends.Load() < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("heard of %d connections that ended, there were 2", ends.Load())
		}
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if _, err := a.Call(t.Context(), addr, 'q', nil); !errors.Is(err, ErrNotSent) && !errors.Is(err, ErrLost) {
		t.Error(err)
	}
}

// TestCallsToOneThatHangs: calls to a node that takes connections and says nothing
// fail together, soon, and have not been sent.
func TestCallsToOneThatHangs(t *testing.T) {
	_, nodes := certificates(t, "", "a")
	a, _ := start(t, nodes[0])
	hung, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hung.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*callDialTimeout)
	defer cancel()
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			if _, err := a.Call(ctx, hung.Addr().String(), 1, nil); !errors.Is(err, ErrNotSent) || ctx.Err() != nil {
				t.Errorf("a call to a node that hangs: %v", err)
			}
		})
	}
	wg.Wait()
}

// TestQuickCalls: a quick handler answers from where it likes, in any order; what it
// leaves is the handler's; and a caller who has given up is not answered.
func TestQuickCalls(t *testing.T) {
	_, nodes := certificates(t, "", "a", "b")
	a, _ := start(t, nodes[0])
	b, _ := start(t, nodes[1])
	held := make(chan func([]byte), 1)
	b.ServeQuick(func(method byte, payload []byte, answer func([]byte)) bool {
		switch method {
		case 'q':
			answer(append([]byte("quick "), payload...))
		case 'h':
			held <- answer
		default:
			return false
		}
		return true
	})
	b.Serve(func(_ context.Context, _ byte, payload []byte) ([]byte, error) {
		return append([]byte("slow "), payload...), nil
	})
	addr := b.opts.Listener.Addr().String()
	late := make(chan string, 1)
	go func() {
		out, err := a.Call(t.Context(), addr, 'h', nil)
		late <- fmt.Sprint(string(out), err)
	}()
	answer := <-held
	var wg sync.WaitGroup
	for i := range 50 {
		method, want := byte('q'), "quick "
		if i%5 == 0 {
			method, want = 's', "slow "
		}
		wg.Go(func() {
			for k := range 20 {
				text := fmt.Sprintf("%d/%d", i, k)
				if got, err := a.Call(t.Context(), addr, method, []byte(text)); err != nil || string(got) != want+text {
					t.Errorf("%q: %q, %v", text, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
	answer([]byte("at last"))
	if got := <-late; got != "at last<nil>" {
		t.Errorf("the first call gets %q", got)
	}
	ctx, giveUp := context.WithCancel(t.Context())
	go func() {
		answer = <-held
		giveUp()
	}()
	if _, err := a.Call(ctx, addr, 'h', nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	answer([]byte("too late"))
	if got, err := a.Call(t.Context(), addr, 'q', nil); err != nil || string(got) != "quick " {
		t.Errorf("after that: %q, %v", got, err)
	}
}

// TestQuickCallsWaitForReader: who does not read its answers is asked nothing more,
// so that answers do not pile up.
func TestQuickCallsWaitForReader(t *testing.T) {
	near, far := net.Pipe()
	m := &Mux{ctx: t.Context()}
	m.opts.Logger, m.opts.WriteTimeout = slog.New(slog.DiscardHandler), time.Minute
	var taken atomic.Int64
	m.ServeQuick(func(_ byte, _ []byte, answer func([]byte)) bool {
		taken.Add(1)
		answer(make([]byte, maxQueued/4))
		return true
	})
	served := make(chan struct{})
	go func() {
		defer close(served)
		m.serve(near, func(context.Context, byte, []byte) ([]byte, error) { return nil, nil })
	}()
	go func() {
		w := newFrameWriter(far, time.Minute)
		for i := range uint64(100) {
			if w.send(requestFrame(i, 1, 0), nil) != nil {
				return
			}
		}
	}()
	for taken.Load() < 4 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	if n := taken.Load(); n > 12 {
		t.Errorf("%d requests were taken while nobody reads the answers", n)
	}
	_ = far.Close()
	<-served
	m.work.Wait()
}
