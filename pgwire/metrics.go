package pgwire

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the listener's counters. They always count; a Registerer makes
// them visible.
type metrics struct {
	accepted      prometheus.Counter
	loginFailures *prometheus.CounterVec
	cancels       prometheus.Counter
	panics        prometheus.Counter
	lost          prometheus.Counter
}

func newMetrics(reg prometheus.Registerer, r *registry) (*metrics, error) {
	m := &metrics{
		accepted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stemedb_sql_accepted_total", Help: "SQL connections accepted.",
		}),
		loginFailures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "stemedb_sql_login_failures_total", Help: "SQL logins refused, by SQLSTATE.",
		}, []string{"sqlstate"}),
		cancels: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stemedb_sql_cancel_requests_total", Help: "Cancel requests received.",
		}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stemedb_sql_panics_total", Help: "SQL connections ended by a panic: bugs.",
		}),
		lost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stemedb_sql_lost_clients_total", Help: "Statements cancelled because their client had gone.",
		}),
	}
	if reg == nil {
		return m, nil
	}
	connections := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "stemedb_sql_connections", Help: "SQL sessions, logged in.",
	}, func() float64 { _, n := r.counts(); return float64(n) })
	pending := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "stemedb_sql_connections_pending", Help: "SQL connections that have not logged in yet.",
	}, func() float64 { n, _ := r.counts(); return float64(n) })
	return m, errors.Join(reg.Register(m.accepted), reg.Register(m.loginFailures), reg.Register(m.cancels),
		reg.Register(m.panics), reg.Register(m.lost), reg.Register(connections), reg.Register(pending))
}
