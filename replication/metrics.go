package replication

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the node's counters; hashicorp's own sink stays off.
type metrics struct {
	applySeconds   prometheus.Histogram
	proposeSeconds prometheus.Histogram
	entries        prometheus.Counter
	bytes          prometheus.Counter
	inflight       prometheus.Gauge
	snapshots      prometheus.Counter
	txns           *prometheus.CounterVec
	direct         prometheus.Counter
	distributed    prometheus.Counter
	aborted        prometheus.Counter
	unknown        prometheus.Counter
	orphans        prometheus.Counter
	quarantined    *prometheus.GaugeVec
	comparisons    prometheus.Counter
	diverged       prometheus.Counter
	stalled        prometheus.Gauge
	full           prometheus.Gauge
}

// newMetrics makes the metrics and registers them; reg may be nil.
func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	buckets := prometheus.ExponentialBuckets(20e-6, 2, 16) // 20 µs … 0.65 s
	m := &metrics{
		applySeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "stemedb_raft_apply_seconds", Buckets: buckets,
			Help: "Time to apply a batch of committed log entries to the state.",
		}),
		proposeSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "stemedb_raft_propose_seconds", Buckets: buckets,
			Help: "Time from enqueueing an entry until it is durable and applied.",
		}),
		entries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stemedb_raft_entries_total", Help: "Log entries applied.",
		}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stemedb_raft_bytes_total", Help: "Bytes of log entries applied.",
		}),
		inflight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "stemedb_raft_proposals_inflight", Help: "Entries enqueued and not yet answered.",
		}),
		snapshots: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stemedb_raft_snapshots_total", Help: "Snapshots recorded, each of which lets a log be truncated.",
		}),
		txns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "stemedb_transactions_total",
			Help: "Transactions by how they ended: direct (one entry), distributed, aborted, unknown, orphan (ended by the sweeper).",
		}, []string{"outcome"}),
	}
	m.quarantined = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "stemedb_replica_quarantined", Help: "1 while this node's replica of a shard is in quarantine.",
	}, []string{"shard"})
	m.comparisons = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "stemedb_replica_comparisons_total", Help: "Comparisons of a shard's replicas that this node has made as its leader.",
	})
	m.diverged = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "stemedb_replicas_diverged_total", Help: "Replicas that were found to differ from the others.",
	})
	m.stalled = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "stemedb_disk_stalled", Help: "1 while a write or sync takes too long, for which this node hands its leads to others.",
	})
	m.full = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "stemedb_disk_full", Help: "1 while the disk has too little room, for which this node hands its leads to others and takes no claims.",
	})
	m.direct = m.txns.WithLabelValues("direct")
	m.distributed = m.txns.WithLabelValues("distributed")
	m.aborted = m.txns.WithLabelValues("aborted")
	m.unknown = m.txns.WithLabelValues("unknown")
	m.orphans = m.txns.WithLabelValues("orphan")
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{
		m.applySeconds, m.proposeSeconds, m.entries, m.bytes, m.inflight, m.snapshots, m.txns,
		m.quarantined, m.comparisons, m.diverged, m.stalled, m.full,
	} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("register replication metrics: %w", err)
		}
	}
	return m, nil
}

// exposeLag registers what is asked of the node itself; reg may be nil.
func (n *Node) exposeLag(reg prometheus.Registerer) error {
	if reg == nil {
		return nil
	}
	led := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "stemedb_raft_groups_led", Help: "Groups that this node leads: shards, and the one of the cluster's state.",
	}, func() float64 {
		count := 0
		n.each(func(g *Group) {
			if g.isReady() {
				count++
			}
		})
		return float64(count)
	})
	undecided := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "stemedb_shards_undecided",
		Help: "Groups that this node leads whose replicas differ, with no majority that says which is wrong: an operator has to.",
	}, func() float64 {
		count := 0
		n.each(func(g *Group) {
			if g.isReady() && g.compared.Load().undecided() {
				count++
			}
		})
		return float64(count)
	})
	if err := errors.Join(reg.Register(led), reg.Register(undecided)); err != nil {
		return fmt.Errorf("register replication metrics: %w", err)
	}
	return nil
}
