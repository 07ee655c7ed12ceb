package storage

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// ClaimCount returns how many claims the store holds, those of open
// transactions included.
func (s *Store) ClaimCount() int64 {
	var n int64
	for _, sh := range s.shards {
		n += sh.Claims()
	}
	return n
}

// DiskBytes returns what the state takes on disk.
func (s *Store) DiskBytes() int64 { return int64(s.db.Metrics().DiskSpaceUsage()) }

// collector gives storage's figures to Prometheus when it asks.
type collector struct {
	store                              *Store
	entries, building, claims          *prometheus.Desc
	disk, cacheUsed, flushes, compacts *prometheus.Desc
}

// Register adds the store's metrics to r.
func (s *Store) Register(r prometheus.Registerer) error {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	c := &collector{
		store:     s,
		entries:   desc("stemedb_index_entries", "Entries of a secondary index, over all shards.", "index"),
		building:  desc("stemedb_index_rebuilding", "Shards whose indexes are being rebuilt."),
		claims:    desc("stemedb_claims", "Claims stored."),
		disk:      desc("stemedb_state_disk_bytes", "Bytes of the state on disk."),
		cacheUsed: desc("stemedb_cache_used_bytes", "Bytes of the block cache in use."),
		flushes:   desc("stemedb_state_flushes_total", "Write buffers written to disk."),
		compacts:  desc("stemedb_state_compactions_total", "Compactions."),
	}
	if err := r.Register(c); err != nil {
		return fmt.Errorf("register storage metrics: %w", err)
	}
	return nil
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, ch) }

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	entries := map[string]int64{}
	building := map[ShardID]bool{}
	for _, st := range c.store.IndexStatus() {
		entries[st.Name] += st.Entries
		if st.Building {
			building[st.Shard] = true
		}
	}
	for name, n := range entries {
		ch <- prometheus.MustNewConstMetric(c.entries, prometheus.GaugeValue, float64(n), name)
	}
	m := c.store.db.Metrics()
	gauge := func(d *prometheus.Desc, v float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	gauge(c.building, float64(len(building)))
	gauge(c.claims, float64(c.store.ClaimCount()))
	gauge(c.disk, float64(m.DiskSpaceUsage()))
	gauge(c.cacheUsed, float64(m.BlockCache.Size))
	ch <- prometheus.MustNewConstMetric(c.flushes, prometheus.CounterValue, float64(m.Flush.Count))
	ch <- prometheus.MustNewConstMetric(c.compacts, prometheus.CounterValue, float64(m.Compact.Count))
}
