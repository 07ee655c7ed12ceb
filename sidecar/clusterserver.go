package sidecar

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// ClusterOptions configure a ClusterServer.
type ClusterOptions struct {
	Cluster Cluster
	// Comparer compares replicas; nil: 404.
	Comparer Comparer
	// Versions tells which versions the cluster and its nodes write; nil: 404.
	Versions func(context.Context) (Versions, error)
	// Backups makes parts of backups; nil: 404.
	Backups Backups
	// Own is what is wrong with this node itself; nil: it does not look.
	Own    func() []Finding
	Logger *slog.Logger
	// Timeout bounds one request; 0: 10 s.
	Timeout time.Duration
	// PostRate is how many requests a second each endpoint takes that changes
	// something, and PostBurst how many at once; 0: 2 and 20.
	PostRate  float64
	PostBurst int
}

// ClusterServer serves the cluster's pages: /cluster and /admin.
type ClusterServer struct {
	opt  ClusterOptions
	http *http.Server

	life   context.Context // of what outlives its request
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu    sync.Mutex
	syncs map[string]*SyncRun // by target
}

const (
	clusterTimeout   = 10 * time.Second
	clusterPostRate  = 2
	clusterPostBurst = 20
)

// NewCluster returns a server; Serve starts it.
func NewCluster(opt ClusterOptions) *ClusterServer {
	if opt.Timeout == 0 {
		opt.Timeout = clusterTimeout
	}
	if opt.PostRate == 0 {
		opt.PostRate = clusterPostRate
	}
	if opt.PostBurst == 0 {
		opt.PostBurst = clusterPostBurst
	}
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	s := &ClusterServer{opt: opt, syncs: map[string]*SyncRun{}}
	s.life, s.cancel = context.WithCancel(context.Background())
	s.http = newHTTP(s.routes(), opt.Timeout, opt.Logger)
	return s
}

// Serve accepts on l until Shutdown; it returns http.ErrServerClosed then.
func (s *ClusterServer) Serve(l net.Listener) error { return s.http.Serve(l) }

// Handler returns the routes, for tests.
func (s *ClusterServer) Handler() http.Handler { return s.http.Handler }

// Shutdown stops accepting, ends what runs behind requests, and waits for both,
// up to ctx.
func (s *ClusterServer) Shutdown(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	s.cancel()
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		err = errors.Join(err, fmt.Errorf("wait for a sync to end: %w", ctx.Err()))
	}
	return err
}

func (s *ClusterServer) routes() http.Handler {
	mux := http.NewServeMux()
	get := func(path string, h func(*http.Request) (any, error)) {
		mux.Handle("GET "+path, endpoint(s.opt.Timeout, bodyLimit, s.explained(h)))
	}
	post := func(path string, h func(*http.Request) (any, error)) {
		limit := rate.NewLimiter(rate.Limit(s.opt.PostRate), s.opt.PostBurst)
		mux.Handle("POST "+path, endpoint(s.opt.Timeout, bodyLimit, limited(limit, s.explained(h))))
	}
	get("/cluster/members", s.members)
	get("/cluster/health", s.health)
	get("/cluster/shards", s.shards)
	get("/cluster/shards/{id}", s.shard)
	if s.opt.Comparer != nil {
		get("/cluster/sync_status", s.syncStatus)
		post("/cluster/sync", s.sync)
	}
	if s.opt.Versions != nil {
		get("/cluster/versions", func(r *http.Request) (any, error) { return s.opt.Versions(r.Context()) })
	}
	if s.opt.Backups != nil {
		post("/admin/backup", s.backupCut)
		mux.HandleFunc("GET /admin/backup/parts/{id}", s.backupPart)
	}
	post("/admin/shards/rebalance", s.rebalance)
	post("/admin/nodes/{id}/drain", s.nodeState(s.opt.Cluster.Drain))
	post("/admin/nodes/{id}/resume", s.nodeState(s.opt.Cluster.Resume))
	post("/admin/nodes/{id}/decommission", s.nodeState(s.opt.Cluster.Decommission))
	get("/admin/balancer", s.balancer)
	post("/admin/balancer", s.setBalancer)
	return sameOrigin(jsonNotFound(mux))
}

// limited refuses requests beyond the limit with 429.
func limited(l *rate.Limiter, h func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		wait := l.Reserve()
		if d := wait.Delay(); d > 0 {
			wait.Cancel()
			return nil, &requestError{
				status: http.StatusTooManyRequests, code: "too_many_requests", retryAfter: d,
				message: fmt.Sprintf("%s takes %g requests a second", r.URL.Path, float64(l.Limit())),
				hint:    "Ask again after the seconds that Retry-After says.",
			}
		}
		return h(r)
	}
}

// explained gives the cluster's errors a status and a hint.
func (s *ClusterServer) explained(h func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		out, err := h(r)
		if err == nil {
			return out, nil
		}
		var re *requestError
		var tooLarge *http.MaxBytesError
		if errors.As(err, &re) || errors.As(err, &tooLarge) {
			return nil, err
		}
		e := &requestError{message: err.Error()}
		switch {
		case errors.Is(err, ErrNoShard):
			e.status, e.code, e.hint = http.StatusNotFound, "no_shard", "GET /cluster/shards lists them; their ids are texts."
		case errors.Is(err, ErrNoNode):
			e.status, e.code, e.hint = http.StatusNotFound, "no_node", "GET /cluster/members lists them by their ids."
		case errors.Is(err, ErrNoPart):
			e.status, e.code, e.hint = http.StatusBadRequest, "no_part", "POST /admin/backup tells the time to name, and how many shards there are."
		case errors.Is(err, ErrMoving):
			e.status, e.code, e.hint = http.StatusConflict, "moving", "Wait until its rebalance_status is COMPLETE or FAILED (GET /cluster/shards/{id})."
		case errors.Is(err, ErrRefused):
			e.status, e.code, e.hint = http.StatusConflict, "refused", "GET /cluster/health says how the cluster stands."
		case errors.Is(err, ErrNoQuorum):
			e.status, e.code, e.hint, e.retryAfter = http.StatusServiceUnavailable, "no_quorum", "GET /cluster/health says which nodes are down.", time.Second
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, ErrInDoubt):
			e.status, e.code, e.hint = http.StatusGatewayTimeout, "timeout", "What was asked may still happen: look, then ask again. GET /cluster/health says whether every group has a leader."
		default:
			s.opt.Logger.Error("cluster page failed", "path", r.URL.Path, "error", err)
			e.status, e.code = http.StatusInternalServerError, "internal"
		}
		return nil, e
	}
}
