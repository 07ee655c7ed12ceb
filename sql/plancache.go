package sql

import (
	"container/list"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

const (
	maxPlans      = 2048
	maxCachedText = 16 << 10 // longer texts are not worth their memory
)

// planKey is all that a plan depends on.
type planKey struct {
	text   string
	params string // parameter types, four bytes each
	env    planEnv
}

// planned is a bound, optimised and compiled statement: immutable but for what it
// remembers.
type planned struct {
	bound   *plan.Bound
	program *exec.Program
	// allowed is the last role that was found to be allowed to run it, and the layer of
	// objects that said so; see permit.
	allowed atomic.Uint64
}

// planCache keeps parsed texts and plans, least recently used out first. It
// holds no results. Safe for concurrent use.
type planCache struct {
	mu    sync.Mutex
	max   int
	plans map[planKey]*list.Element
	texts map[string]*list.Element
	order *list.List // of *cacheEntry, newest first
}

type cacheEntry struct {
	key  planKey
	text string // for parsed texts
	plan *planned
	stmt []Statement
}

func newPlanCache(limit int) *planCache {
	return &planCache{max: limit, plans: map[planKey]*list.Element{}, texts: map[string]*list.Element{}, order: list.New()}
}

func (c *planCache) plan(k planKey) *planned {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.plans[k]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*cacheEntry).plan
	}
	return nil
}

func (c *planCache) putPlan(k planKey, p *planned) {
	if len(k.text) > maxCachedText || p.bound.Volatile {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plans[k] == nil {
		c.plans[k] = c.order.PushFront(&cacheEntry{key: k, plan: p})
		c.shrink()
	}
}

func (c *planCache) parsed(text string) []Statement {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.texts[text]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*cacheEntry).stmt
	}
	return nil
}

func (c *planCache) putParsed(text string, stmts []Statement) {
	if len(text) > maxCachedText || len(stmts) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.texts[text] == nil {
		text = strings.Clone(text)
		c.texts[text] = c.order.PushFront(&cacheEntry{text: text, stmt: stmts})
		c.shrink()
	}
}

func (c *planCache) shrink() {
	for c.order.Len() > c.max {
		e := c.order.Back()
		c.order.Remove(e)
		entry := e.Value.(*cacheEntry)
		if entry.plan != nil {
			delete(c.plans, entry.key)
		} else {
			delete(c.texts, entry.text)
		}
	}
}

// key names the plan of a text in the session's present settings.
func (s *Session) key(text string, params []types.OID) planKey {
	k := planKey{text: text, env: s.planEnv()}
	if len(params) > 0 {
		b := make([]byte, 0, 4*len(params))
		for _, p := range params {
			b = append(b, byte(p>>24), byte(p>>16), byte(p>>8), byte(p))
		}
		k.params = string(b)
	}
	return k
}

// planSettings are the settings that a plan depends on.
var planSettings = []string{"search_path", "DateStyle", "IntervalStyle", "TimeZone", "extra_float_digits", "bytea_output",
	"enable_nestloop", "enable_hashjoin"}

// fingerprint joins them; it is computed once a change.
func (s *settings) fingerprint() string {
	if s.printed == s.epoch && s.print != "" {
		return s.print
	}
	var b strings.Builder
	for _, name := range planSettings {
		b.WriteString(s.value(name))
		b.WriteByte(0)
	}
	s.print, s.printed = b.String(), s.epoch
	return s.print
}
