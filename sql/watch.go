package sql

import (
	"context"
	"errors"
	"time"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// watch makes what runs under ctx, which stop ends, cancellable, and bounds its
// time by what is left of statement_timeout. The returned function ends that
// and says in an error why it was cancelled.
func (s *Session) watch(ctx context.Context, stop context.CancelFunc) func(error) error {
	timedOut := false
	s.running = ctx
	s.mu.Lock()
	s.cancel = stop
	s.mu.Unlock()
	var timer *time.Timer
	if ms := s.settings.timeoutMillis; ms > 0 {
		timer = time.AfterFunc(max(0, time.Duration(ms)*time.Millisecond-s.spent), func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.cancel != nil {
				timedOut = true
				s.cancel()
			}
		})
	}
	return func(err error) error {
		if timer != nil {
			timer.Stop()
		}
		s.running, s.spent = nil, 0
		s.mu.Lock()
		s.cancel = nil
		late := timedOut
		s.mu.Unlock()
		asked := s.cancelled.Swap(false)
		return s.explainCancel(err, late, asked)
	}
}

// watchPlanning is watch of planning before a statement is executed. The time
// that it takes counts for the statement. What it takes runs under s.running.
func (s *Session) watchPlanning(ctx context.Context) func(error) error {
	if s.running != nil { // a part of what is being executed
		return func(err error) error { return err }
	}
	ctx, stop := context.WithCancel(ctx)
	start := time.Now()
	done := s.watch(ctx, stop)
	return func(err error) error {
		defer stop()
		spent := s.spent + time.Since(start)
		if err == nil {
			err = ctx.Err() // a cancel that planning did not notice is the statement's
		}
		err = done(err)
		s.spent = spent
		return err
	}
}

func (s *Session) explainCancel(err error, late, asked bool) error {
	if err == nil {
		return nil
	}
	err = exec.Translate(err)
	var e *sqlerr.Error
	if !errors.As(err, &e) || e.Code != sqlerr.QueryCanceled {
		return err
	}
	switch {
	case s.terminated.Load():
		return &sqlerr.Error{Severity: "FATAL", Code: sqlerr.AdminShutdown, Message: "terminating connection due to administrator command"}
	case late && !asked:
		return sqlerr.New(sqlerr.QueryCanceled, timeoutMessage).WithHint("statement_timeout is %s.", s.settings.value("statement_timeout"))
	}
	return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request")
}
