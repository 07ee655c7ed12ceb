package sql

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/exec/spill"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Superuser is the role that a new cluster has.
const Superuser = "stemedb"

// Database is the one database of a cluster.
const Database = "stemedb"

// Options configure an Engine.
type Options struct {
	Cluster    exec.Cluster
	Logger     *slog.Logger
	Registerer prometheus.Registerer // nil: no metrics
	NodeID     string
	// Settings change the defaults of session settings, by name.
	Settings map[string]string
	// QueryMemory bounds one statement in bytes; 0: 256 MiB.
	QueryMemory int64
	// TempDir is where statements beyond their memory go on in temporary files,
	// and TempLimit bounds the bytes of all of them (0: no bound). Without a
	// directory such statements fail with 53200.
	TempDir   string
	TempLimit int64
	// ScanMemory is how many bytes of claims are kept in memory for scans over
	// ranges of them; 0: none.
	ScanMemory int64
	// ScanMemoryHeld is told how many of them are kept, when that changes; may be
	// nil.
	ScanMemoryHeld func(bytes int64)
	// Verifier makes what is kept of a password, or takes what was made of one already;
	// nil: roles have no passwords.
	Verifier func(password string) (string, error)
	// Announce gives a message to the engines of all other nodes, whose Announced takes
	// it, each in the order of the calls; it does not wait for them. nil: there are no
	// others.
	Announce func(message []byte) error
	// Admin is the cluster as functions see and change it; nil: they have none.
	Admin Admin
	// Reindex builds the secondary indexes of claims anew on this node, while queries go
	// on; nil: there are none.
	Reindex func(ctx context.Context) error
	// Stats estimates relations' rows and bytes for the catalogs; may be nil.
	Stats catalog.Stats
	// AnalyzeEvery is how often the engine looks whether claims have changed so
	// much that their statistics are to be taken anew; 0: never by itself. It needs
	// Stats.
	AnalyzeEvery time.Duration
	// Clock gives the wall time; nil: time.Now.
	Clock func() time.Time
}

// Engine makes sessions. It is safe for concurrent use.
type Engine struct {
	opt       Options
	catalog   *catalog.Catalog
	plans     *planCache
	policies  exec.PolicyCache
	spill     *spill.Space    // nil: none
	scans     *exec.ScanCache // nil: none
	stats     tableStatistics
	objects   objectCache
	metrics   *metrics
	defaults  map[string]string // lower-case name → value, where not the declared one
	txns      *txnLog
	advisory  advisoryLocks
	listeners listeners
	started   time.Time
	serves    exec.FragmentServer
	auto      *autoAnalyzer // nil: none

	mu       sync.Mutex
	sessions map[int32]*Session
	nextPID  int32
}

// NewEngine returns an engine over a cluster.
func NewEngine(opt Options) (*Engine, error) {
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	if opt.QueryMemory == 0 {
		opt.QueryMemory = 256 << 20
	}
	e := &Engine{
		opt: opt, catalog: catalog.New(), plans: newPlanCache(maxPlans), metrics: newMetrics(opt.Registerer, opt.NodeID),
		defaults: map[string]string{}, sessions: map[int32]*Session{}, started: opt.Clock(),
		nextPID: 1000 + rand.Int32N(1000), advisory: advisoryLocks{locks: map[lockKey]*advisoryLock{}},
	}
	if opt.ScanMemory > 0 {
		e.scans = exec.NewScanCache(opt.ScanMemory, opt.Cluster.Shards(), opt.ScanMemoryHeld)
		if opt.Registerer != nil {
			opt.Registerer.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "stemedb_scan_cache_bytes", Help: "Claims and columns kept in memory for scans over ranges of concepts.",
			}, func() float64 { return float64(e.scans.Bytes()) }))
		}
	}
	if opt.TempDir != "" {
		var err error
		if e.spill, err = spill.Open(opt.TempDir, opt.TempLimit); err != nil {
			return nil, err
		}
	}
	e.serves = exec.FragmentServer{
		Cluster: opt.Cluster, Catalog: e.catalog, Policies: &e.policies, Scans: e.scans, Spill: e.spill, Memory: opt.QueryMemory,
	}
	e.txns = newTxnLog(opt.Clock().Unix()) // numbers grow over restarts
	e.defaults["stemedb.query_memory"] = formatMemory(opt.QueryMemory)
	e.catalog.SetHooks(e.hooks())
	for name, v := range opt.Settings {
		s := settingIndex[lower(name)]
		if s == nil {
			return nil, unknownSetting(name)
		}
		norm, err := s.normalize(v, settingContext{now: s.def, reset: s.def})
		if err != nil {
			return nil, fmt.Errorf("default of setting %s: %w", name, err)
		}
		e.defaults[lower(s.name)] = norm
	}
	if opt.AnalyzeEvery > 0 && opt.Stats != nil {
		e.auto = startAutoAnalyzer(e, opt.AnalyzeEvery)
	}
	return e, nil
}

// Close ends what the engine does in the background. Sessions are closed before.
func (e *Engine) Close() {
	e.auto.close()
	e.scans.Close()
}

// ServeFragment answers another node, which runs a statement over shards that this
// one holds (exec.FragmentServer).
func (e *Engine) ServeFragment(ctx context.Context, request []byte, send func(frame []byte) error) error {
	return e.serves.Serve(ctx, request, send)
}

// Catalog returns the declared objects.
func (e *Engine) Catalog() *catalog.Catalog { return e.catalog }

// NewSession logs a role in. The settings of opt are applied in order, and all
// reported parameters are told to opt.Client. The session must be closed.
func (e *Engine) NewSession(ctx context.Context, opt SessionOptions) (*Session, error) {
	if opt.User == "" {
		opt.User = Superuser
	}
	switch opt.Database {
	case "":
		opt.Database = opt.User
	case "postgres": // which tools connect to when nobody has said a name
		opt.Database = Database
	}
	seen, ok := e.objects.current(e.opt.Cluster.StateVersion())
	if !ok {
		var err error
		if seen, err = e.objects.refresh(ctx, e, true); err != nil {
			return nil, err
		}
	}
	role, ok := seen.layer.Roles().Named(opt.User)
	if !ok {
		return nil, &sqlerr.Error{Severity: "FATAL", Code: sqlerr.InvalidAuthorization, Message: fmt.Sprintf("role %q does not exist", opt.User)}
	}
	if opt.Database != Database {
		return nil, &sqlerr.Error{
			Severity: "FATAL", Code: sqlerr.InvalidCatalogName, Message: fmt.Sprintf("database %q does not exist", opt.Database),
			Hint: "There is one database, " + Database + ".",
		}
	}
	if opt.Client == nil {
		opt.Client = discardClient{}
	}
	e.mu.Lock()
	if opt.PID == 0 {
		e.nextPID++
		opt.PID = e.nextPID
	}
	s := newSession(e, opt, role.OID)
	limited := role.ConnLimit >= 0 && !role.Super && e.sessionsOf(role.OID) >= int(role.ConnLimit)
	if !limited {
		e.sessions[opt.PID] = s
	}
	e.mu.Unlock()
	if limited {
		return nil, &sqlerr.Error{Severity: "FATAL", Code: sqlerr.TooManyConnections, Message: fmt.Sprintf("too many connections for role %q", role.Name)}
	}
	if err := s.startup(seen.layer); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (e *Engine) forget(s *Session) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.sessions[s.opt.PID] == s {
		delete(e.sessions, s.opt.PID)
	}
}

// sessionsOf counts the sessions that a role has logged in, with e.mu held.
func (e *Engine) sessionsOf(role types.OID) (n int) {
	for _, s := range e.sessions {
		if s.login == role {
			n++
		}
	}
	return n
}

// session finds a live session by its process number.
func (e *Engine) session(pid int32) *Session {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sessions[pid]
}

// Sessions returns how many sessions are open.
func (e *Engine) Sessions() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.sessions)
}

// discardClient is the front end of a session that has none.
type discardClient struct{}

func (discardClient) Notice(*sqlerr.Error)           {}
func (discardClient) ParameterStatus(string, string) {}
