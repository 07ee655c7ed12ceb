package sidecar

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/stemedb/stemedb/sql"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Options configure a Server.
type Options struct {
	Engine   *sql.Engine
	Gatherer prometheus.Gatherer
	Logger   *slog.Logger
	// Timeout bounds one request; 0: 30 s.
	Timeout time.Duration
	// Indexes rebuilds and describes the secondary indexes; nil: 404.
	Indexes Indexes
	// Unready lists why the node cannot serve, though a query may find an answer;
	// empty: it can. nil: it always can.
	Unready func() []string
	Version string
	// Profiling serves Go's profiles at /debug/pprof.
	Profiling bool
}

// Indexes is what the sidecar needs of storage's maintenance.
type Indexes interface {
	// Rebuild builds the secondary indexes anew; queries go on meanwhile.
	Rebuild(ctx context.Context) error
	// Status is "ready" or "rebuilding", and when the last rebuild ended (zero:
	// never).
	Status() (status string, last time.Time)
}

// Server serves the HTTP API.
type Server struct {
	opt  Options
	http *http.Server
	pool sessionPool
}

const (
	defaultTimeout = 30 * time.Second
	bodyLimit      = 1 << 20
	assertLimit    = 16 << 20
	headerLimit    = 64 << 10
)

// New returns a server; Serve starts it.
func New(opt Options) *Server {
	if opt.Timeout == 0 {
		opt.Timeout = defaultTimeout
	}
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{opt: opt}
	s.pool.engine = opt.Engine
	s.http = newHTTP(s.routes(), opt.Timeout, opt.Logger)
	return s
}

// newHTTP is a server with bounds on everything that a client may draw out.
func newHTTP(h http.Handler, timeout time.Duration, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: timeout + 30*time.Second,
		WriteTimeout: timeout + 30*time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: headerLimit,
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}

// Serve accepts on l until Shutdown; it returns http.ErrServerClosed then.
func (s *Server) Serve(l net.Listener) error { return s.http.Serve(l) }

// Shutdown stops accepting and waits for running requests, up to ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	s.pool.close()
	return err
}

// Handler returns the routes, for tests.
func (s *Server) Handler() http.Handler { return s.http.Handler }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health/live", s.live)
	mux.HandleFunc("GET /health/ready", s.ready)
	metrics := promhttp.HandlerFor(s.opt.Gatherer, promhttp.HandlerOpts{})
	if s.opt.Gatherer != nil {
		mux.Handle("GET /metrics", metrics)
	}
	mux.Handle("POST /v1/query", s.endpoint(bodyLimit, s.query))
	mux.Handle("POST /v1/assert", s.endpoint(assertLimit, s.assert))
	mux.Handle("GET /v1/skeptic", s.endpoint(bodyLimit, s.lensRows("skeptic")))
	mux.Handle("GET /v1/layered", s.endpoint(bodyLimit, s.lensRows("layered")))
	if s.opt.Indexes != nil {
		mux.Handle("POST /v1/admin/indexes/rebuild", s.endpoint(bodyLimit, s.rebuild))
		mux.Handle("GET /v1/admin/indexes/status", s.endpoint(bodyLimit, s.indexStatus))
	}
	if s.opt.Profiling {
		mux.HandleFunc("/debug/pprof/", pprof.Index)
		mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
		mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	}
	return sameOrigin(jsonNotFound(mux))
}

func (s *Server) endpoint(limit int64, h func(*http.Request) (any, error)) http.Handler {
	return endpoint(s.opt.Timeout, limit, h)
}

func (s *Server) live(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "live", "version": s.opt.Version})
}

// ready answers 200 when a real query over the claims does, and nothing is wrong.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.opt.Unready != nil {
		if why := s.opt.Unready(); len(why) > 0 {
			writeStatus(w, http.StatusServiceUnavailable, &requestError{
				code: sqlerr.CannotConnectNow, message: "this node cannot serve: " + strings.Join(why, "; "),
				hint: "Ask another node; this one tries to recover by itself.",
			})
			return
		}
	}
	ctx, stop := context.WithTimeout(r.Context(), 5*time.Second)
	defer stop()
	_, err := s.pool.run(ctx, "SELECT count(*) FROM assertions WHERE concept_path = $1", []any{"stemedb/health"}, 1)
	if err != nil {
		writeStatus(w, http.StatusServiceUnavailable, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

func (s *Server) rebuild(r *http.Request) (any, error) {
	// A rebuild outlives the request's deadline on large stores.
	ctx := context.WithoutCancel(r.Context())
	go func() {
		if err := s.opt.Indexes.Rebuild(ctx); err != nil {
			s.opt.Logger.Error("index rebuild failed", "error", err)
		}
	}()
	return s.indexStatus(r)
}

func (s *Server) indexStatus(*http.Request) (any, error) {
	status, last := s.opt.Indexes.Status()
	out := map[string]any{"status": status, "last_rebuild": nil}
	if !last.IsZero() {
		out["last_rebuild"] = last.UTC().Format(time.RFC3339)
	}
	return out, nil
}
