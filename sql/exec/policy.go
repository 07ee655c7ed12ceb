package exec

import (
	"context"
	"fmt"
	"sync"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// policiesKept bounds a PolicyCache: the current version and a few of old
// times.
const policiesKept = 8

// PolicyCache keeps what lenses and inserts derive from the state tables
// (classes, sources), by View.MetaVersion. The zero value is ready; it is safe
// for concurrent use and must not be copied.
type PolicyCache struct {
	mu      sync.Mutex
	entries [policiesKept]policyEntry
	clock   uint64
}

type policyEntry struct {
	version uint64
	used    uint64
	policy  *lens.Policy
}

// get returns the policy as of a view.
func (c *PolicyCache) get(v *storage.View, rels Relations) (*lens.Policy, error) {
	version := v.MetaVersion()
	if version == 0 {
		return loadPolicy(v, rels) // shows what its own transaction wrote
	}
	if p := c.find(version); p != nil {
		return p, nil
	}
	p, err := loadPolicy(v, rels)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	oldest := &c.entries[0]
	for i := range c.entries {
		if e := &c.entries[i]; e.used < oldest.used {
			oldest = e
		}
	}
	c.clock++
	*oldest = policyEntry{version, c.clock, p}
	return p, nil
}

func (c *PolicyCache) find(version uint64) *lens.Policy {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.entries {
		if e := &c.entries[i]; e.policy != nil && e.version == version {
			c.clock++
			e.used = c.clock
			return e.policy
		}
	}
	return nil
}

// policy returns the policy as of a view of this statement.
func (s *statement) policy(v *storage.View) (*lens.Policy, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lastView == v && s.lastPolicy != nil {
		return s.lastPolicy, nil
	}
	p, err := s.policies().get(v, s.env.Catalog)
	if err == nil {
		s.lastView, s.lastPolicy = v, p
	}
	return p, err
}

// statePolicy returns the policy at the statement's read time.
func (s *statement) statePolicy(ctx context.Context) (*lens.Policy, error) {
	v, err := s.view(ctx, []storage.ShardID{}, 0)
	if err != nil {
		return nil, err
	}
	return s.policy(v)
}

// loadPolicy reads the state tables.
func loadPolicy(v *storage.View, rels Relations) (*lens.Policy, error) {
	var classes []knowledge.Class
	err := scanState(v, rels, catalog.OIDClasses, func(row []types.Datum) error {
		c := knowledge.Class{Name: row[0].S, Tier: int16(row[1].I), Weight: row[2].F, DefaultConfidence: row[4].F}
		if !row[3].Null {
			c.HalfLife = knowledge.Some(row[3].F)
		}
		classes = append(classes, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var sources []knowledge.Source
	err = scanState(v, rels, catalog.OIDSources, func(row []types.Datum) error {
		status, err := knowledge.ParseSourceStatus(row[2].S)
		if err != nil {
			return fmt.Errorf("read sources: %w", err)
		}
		sources = append(sources, knowledge.Source{
			Name: row[0].S, Class: optText(row[1]), Status: status,
			Trust: knowledge.Opt[float64]{V: row[3].F, Valid: !row[3].Null}, Origin: optText(row[4]),
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return lens.NewPolicy(classes, sources, nil), nil
}

func optText(d types.Datum) knowledge.Opt[string] {
	return knowledge.Opt[string]{V: d.S, Valid: !d.Null}
}

// scanState calls fn on each row of a state table. The datums may be kept.
func scanState(v *storage.View, rels Relations, oid types.OID, fn func(row []types.Datum) error) error {
	rel, ok := rels.Relation(oid)
	if !ok {
		return sqlerr.New(sqlerr.UndefinedTable, "relation with OID %d does not exist", oid)
	}
	ts := relationTypes(rel)
	return v.Meta(rel.Table).Scan(func(_, row []byte, _ uint64, _ knowledge.Micros) error {
		ds, err := DecodeRow(ts, row)
		if err != nil {
			return fmt.Errorf("read %s: %w", rel.Name, err)
		}
		return fn(ds)
	})
}

// scanStateSystem is scanState with the stored system columns behind the others.
func scanStateSystem(v *storage.View, rel *catalog.Relation, fn func(row []types.Datum) error) error {
	ts := relationTypes(rel)
	return v.Meta(rel.Table).Scan(func(key, row []byte, _ uint64, _ knowledge.Micros) error {
		ds, err := DecodeRow(ts, row)
		if err != nil {
			return fmt.Errorf("read %s: %w", rel.Name, err)
		}
		return fn(append(ds, storedColumns(key, row)...))
	})
}

func relationTypes(rel *catalog.Relation) []types.OID {
	return typesOf(rel.Columns, func(c *catalog.Column) types.OID { return c.Type })
}
