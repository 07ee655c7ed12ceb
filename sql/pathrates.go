package sql

import (
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	pathWindow  = 60 * time.Second // over which rates are counted
	pathsKept   = 1024             // counters held (space-saving: the least is replaced)
	pathsShown  = 10               // series given to Prometheus
	pathsExact  = 4096             // queries of a window that are counted one by one
	pathsSample = 64               // beyond them one query in so many is counted, with its weight
)

// pathRates estimates queries a second for the most queried concept paths, in
// bounded memory (the space-saving sketch). It is a prometheus.Collector.
type pathRates struct {
	desc  *prometheus.Desc
	mu    sync.Mutex
	now   map[string]float64
	prev  map[string]float64
	since time.Time
	tick  atomic.Uint32
}

func newPathRates() *pathRates {
	return &pathRates{
		desc: prometheus.NewDesc("concept_path_query_rate", "Queries a second by concept path; the most queried paths only.", []string{"concept_path"}, nil),
		now:  map[string]float64{}, prev: map[string]float64{}, since: time.Now(),
	}
}

// hit counts a query of one path.
func (p *pathRates) hit(path string) {
	weight := 1.0
	if n := p.tick.Add(1); n > pathsExact {
		if n%pathsSample != 0 {
			return
		}
		weight = pathsSample
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roll(time.Now())
	if _, ok := p.now[path]; !ok && len(p.now) >= pathsKept {
		p.evict()
	}
	p.now[strings.Clone(path)] += weight
}

func (p *pathRates) roll(at time.Time) {
	if at.Sub(p.since) < pathWindow {
		return
	}
	p.prev, p.now, p.since = p.now, map[string]float64{}, at
	p.tick.Store(0)
}

func (p *pathRates) evict() {
	least, n := "", -1.0
	for path, c := range p.now {
		if n < 0 || c < n {
			least, n = path, c
		}
	}
	delete(p.now, least)
}

// Describe implements prometheus.Collector.
func (p *pathRates) Describe(ch chan<- *prometheus.Desc) { ch <- p.desc }

// Collect implements prometheus.Collector.
func (p *pathRates) Collect(ch chan<- prometheus.Metric) {
	p.mu.Lock()
	at := time.Now()
	p.roll(at)
	elapsed := at.Sub(p.since).Seconds()
	total := map[string]float64{}
	// The last whole window fades out as the running one fills.
	share := 1 - min(elapsed/pathWindow.Seconds(), 1)
	for path, n := range p.prev {
		total[path] += n * share / pathWindow.Seconds()
	}
	for path, n := range p.now {
		total[path] += n / pathWindow.Seconds()
	}
	p.mu.Unlock()
	paths := make([]string, 0, len(total))
	for path := range total {
		paths = append(paths, path)
	}
	sort.Slice(paths, func(i, j int) bool {
		if total[paths[i]] != total[paths[j]] {
			return total[paths[i]] > total[paths[j]]
		}
		return paths[i] < paths[j]
	})
	for _, path := range paths[:min(len(paths), pathsShown)] {
		ch <- prometheus.MustNewConstMetric(p.desc, prometheus.GaugeValue, total[path], path)
	}
}
