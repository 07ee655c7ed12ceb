package sql

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// metrics are the statement metrics of spec §6.
type metrics struct {
	latency  prometheus.Observer
	queries  prometheus.Counter
	timeouts prometheus.Counter
	failures *prometheus.CounterVec
	paths    *pathRates
	onPath   func(string)
}

func newMetrics(r prometheus.Registerer, node string) *metrics {
	latency := prometheus.NewSummary(prometheus.SummaryOpts{
		Name: "stemedb_query_latency_seconds", Help: "Time from the start of a statement's execution to its last row.",
		Objectives: map[float64]float64{0.5: 0.05, 0.9: 0.01, 0.99: 0.001}, MaxAge: time.Minute, AgeBuckets: 3, BufCap: 4096,
	})
	queries := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "stemedb_query_total", Help: "Statements executed, by node."}, []string{"node"})
	timeouts := prometheus.NewCounter(prometheus.CounterOpts{Name: "stemedb_query_timeout_total", Help: "Statements cancelled by statement_timeout."})
	failures := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "stemedb_query_failures_total", Help: "Statements that failed, by SQLSTATE class."}, []string{"class"})
	m := &metrics{latency: latency, queries: queries.WithLabelValues(node), timeouts: timeouts, failures: failures, paths: newPathRates()}
	m.onPath = m.paths.hit
	if r != nil {
		r.MustRegister(latency, queries, timeouts, failures, m.paths)
	}
	return m
}

// done records a statement's end.
func (m *metrics) done(start, end time.Time, err error) {
	m.queries.Inc()
	m.latency.Observe(end.Sub(start).Seconds())
	if err == nil {
		return
	}
	var e *sqlerr.Error
	if errors.As(err, &e) && len(e.Code) == 5 {
		m.failures.WithLabelValues(e.Code[:2]).Inc()
		if e.Code == sqlerr.QueryCanceled && e.Message == timeoutMessage {
			m.timeouts.Inc()
		}
	}
}

const timeoutMessage = "canceling statement due to statement timeout"
