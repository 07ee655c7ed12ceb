package sql

import (
	"context"
	"math"
	"time"

	"github.com/stemedb/stemedb/sql/catalog"
)

// autoAnalyzer takes statistics of the claims when they have changed, as
// PostgreSQL's autovacuum does: plans are made for what is there now, though
// nobody types ANALYZE, and after a restart.
type autoAnalyzer struct {
	eng  *Engine
	stop context.CancelFunc
	done chan struct{}
}

// Statistics are taken anew when more claims than a constant and a share of those
// that there were came or went (autovacuum_analyze_threshold and
// autovacuum_analyze_scale_factor of PostgreSQL). It looks many claims up one by one,
// so it rests analyzeRest times as long as the last time took.
const (
	analyzeThreshold = 50
	analyzeScale     = 0.1
	analyzeRest      = 10
	analyzeTimeout   = time.Hour
)

func startAutoAnalyzer(e *Engine, every time.Duration) *autoAnalyzer {
	ctx, stop := context.WithCancel(context.Background())
	a := &autoAnalyzer{eng: e, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.run(ctx, every)
	}()
	return a
}

// close ends it and waits for it; nil has nothing to end.
func (a *autoAnalyzer) close() {
	if a != nil {
		a.stop()
		<-a.done
	}
}

func (a *autoAnalyzer) run(ctx context.Context, every time.Duration) {
	for pause := every; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = every
		if !a.due() {
			continue
		}
		start := time.Now()
		if err := a.analyze(ctx); err != nil && ctx.Err() == nil {
			a.eng.opt.Logger.Warn("taking statistics of the claims failed", "error", err)
		}
		pause = max(every, analyzeRest*time.Since(start))
	}
}

// due reports whether the claims have changed enough.
func (a *autoAnalyzer) due() bool {
	then := 0.0
	if known := a.eng.stats.get(catalog.OIDAssertions); known != nil {
		then = known.rows
	}
	now := float64(a.eng.opt.Stats.Rows(catalog.OIDAssertions))
	return math.Abs(now-then) > analyzeThreshold+analyzeScale*then
}

// analyze is ANALYZE assertions in a session of its own.
func (a *autoAnalyzer) analyze(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, analyzeTimeout)
	defer cancel()
	s, err := a.eng.NewSession(ctx, SessionOptions{User: Superuser, Database: Database, Settings: [][2]string{{"application_name", "analyze"}}})
	if err != nil {
		return err
	}
	defer s.Close()
	claims, _ := a.eng.catalog.Relation(catalog.OIDAssertions)
	return s.analyzeTargets(ctx, []analyzeTarget{wholeTable(claims)})
}
