package main

import (
	"context"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// storeStats answers the catalogs' questions about sizes from storage: of shards that
// lie elsewhere it takes that they are like those that lie here.
type storeStats struct {
	store *storage.Store
	holds func(storage.ShardID) bool
}

// all scales what the shards held here have to all.
func (s storeStats) all(n int64) int64 {
	held, all := 0, s.store.Shards()
	for i := range all {
		if s.holds(storage.ShardID(i)) {
			held++
		}
	}
	if held == 0 || held == all {
		return n
	}
	return n * int64(all) / int64(held)
}

// Rows implements catalog.Stats.
func (s storeStats) Rows(oid types.OID) int64 {
	if oid == catalog.OIDAssertions {
		return s.all(s.store.ClaimCount())
	}
	return 0
}

// Bytes implements catalog.Stats.
func (s storeStats) Bytes(oid types.OID) int64 {
	if oid == catalog.OIDAssertions {
		return s.all(s.store.DiskBytes())
	}
	return 0
}

// indexes lends storage's maintenance to the sidecar, and remembers when the
// last rebuild ended.
type indexes struct {
	store *storage.Store
	last  *atomic.Int64 // Unix seconds; 0: none since the start
}

// Rebuild implements sidecar.Indexes.
func (i indexes) Rebuild(ctx context.Context) error {
	err := i.store.RebuildIndexes(ctx, nil)
	if err == nil {
		i.last.Store(time.Now().Unix())
	}
	return err
}

// Status implements sidecar.Indexes.
func (i indexes) Status() (string, time.Time) {
	status := "ready"
	for _, st := range i.store.IndexStatus() {
		if st.Building {
			status = "rebuilding"
		}
	}
	var last time.Time
	if at := i.last.Load(); at != 0 {
		last = time.Unix(at, 0)
	}
	return status, last
}

// newLagGauge tells how far this node's replicas may be behind what is committed.
func newLagGauge(node string, lag func() time.Duration) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "replication_lag_seconds", Help: "Seconds that this node may lag behind what is committed.", ConstLabels: prometheus.Labels{"node": node},
	}, func() float64 { return lag().Seconds() })
}

// machineMemory reads the memory that this process may use, 0 when unknown.
func machineMemory() int64 {
	limit := int64(0)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		for _, line := range strings.Split(string(text), "\n") {
			if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
				kb, err := strconv.ParseInt(f[1], 10, 64)
				if err == nil {
					limit = kb << 10
				}
			}
		}
	}
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && (limit == 0 || n < limit) {
			limit = n
		}
	}
	return limit
}

// version is the module's version, or the commit that was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	if v == "" {
		v = "devel"
	}
	return v
}
