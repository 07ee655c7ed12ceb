package sql

import (
	"context"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// foreignAction compiles what a foreign key between temporary tables does with rows
// whose reference is lost.
func (s *Session) foreignAction(rel *catalog.Relation, k *catalog.ForeignKey, action catalog.RefAction, gone bool) (*exec.Program, error) {
	node, err := plan.BindForeignAction(s.bindContext(), rel, k, action, gone)
	if err != nil {
		return nil, err
	}
	return exec.Compile(node)
}

// checkDeferred carries out the checks that the transaction has put off, before it
// commits.
func (s *Session) checkDeferred(ctx context.Context) error {
	t := &s.temp.tables
	if from, to := t.EmptiedApart(); from != nil {
		return sqlerr.New(sqlerr.FeatureNotSupported, "unsupported ON COMMIT and foreign key combination").
			WithDetail("Table \"%s\" references \"%s\", but they do not have the same ON COMMIT setting.", from.Name, to.Name)
	}
	if !t.Waiting() {
		return nil
	}
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	return exec.Translate(t.Deferred(ctx, &env, false))
}

// notPending refuses to rebuild or drop a table of which checks wait: they know its
// rows by their numbers.
func (s *Session) notPending(rel *catalog.Relation, what string) error {
	if s.temp.tables.Pending(rel.OID) {
		return sqlerr.New(sqlerr.ObjectInUse, "cannot %s \"%s\" because it has pending trigger events", what, rel.Name)
	}
	return nil
}

// referrersToo adds the tables that refer to those which a TRUNCATE empties; it
// refuses when there are some and cascade is not set.
func (s *Session) referrersToo(rels []*catalog.Relation, cascade bool) ([]*catalog.Relation, error) {
	for i := 0; i < len(rels); i++ {
		for _, r := range plan.Referrers(s.temp.tables.Relations(), rels[i].OID) {
			if slices.ContainsFunc(rels, func(o *catalog.Relation) bool { return o.OID == r.Rel.OID }) {
				continue
			}
			if !cascade {
				return nil, sqlerr.New(sqlerr.FeatureNotSupported, "cannot truncate a table referenced in a foreign key constraint").
					WithDetail("Table \"%s\" references \"%s\".", r.Rel.Name, rels[i].Name).
					WithHint("Truncate table \"%s\" at the same time, or use TRUNCATE ... CASCADE.", r.Rel.Name)
			}
			s.tell("truncate cascades to table \""+r.Rel.Name+"\"", "")
			rels = append(rels, r.Rel)
		}
	}
	return rels, nil
}

// withoutForeign takes foreign keys from the tables that have them.
func (s *Session) withoutForeign(keys []plan.Referrer) error {
	var done []types.OID
	for _, r := range keys {
		if slices.Contains(done, r.Rel.OID) {
			continue
		}
		done = append(done, r.Rel.OID)
		if err := s.notPending(r.Rel, "ALTER TABLE"); err != nil {
			return err
		}
		rel := r.Rel.WithoutForeign(func(k *catalog.ForeignKey) bool {
			return slices.ContainsFunc(keys, func(o plan.Referrer) bool { return o.Key.OID == k.OID })
		})
		if err := s.temp.tables.Reindex(rel, nil); err != nil {
			return err
		}
	}
	return nil
}

// unkeyed drops the foreign keys that refer to an index which goes; it refuses when
// there are some and cascade is not set. what names what is dropped.
func (s *Session) unkeyed(what string, ix *catalog.Index, rel types.OID, cascade bool) error {
	return s.dropReferrers(what, "index "+functions.QuoteIdent(ix.Name), rel, cascade, func(r plan.Referrer) bool { return r.Key.RefIndex == ix.OID })
}

// dropReferrers drops those foreign keys that refer to a relation of which something
// goes, named on, with what is dropped; it refuses when there are some and cascade is
// not set.
func (s *Session) dropReferrers(what, on string, rel types.OID, cascade bool, those func(plan.Referrer) bool) error {
	var gone []plan.Referrer
	var ends dependents
	for _, r := range plan.Referrers(s.temp.tables.Relations(), rel) {
		if those(r) {
			gone = append(gone, r)
			ends.add(r.Describe(), on)
		}
	}
	if err := s.mayDrop(what, "it", &ends, cascade); err != nil {
		return err
	}
	return s.withoutForeign(gone)
}

// keysAllow refuses an ALTER TABLE that would take away what foreign keys refer to,
// or drops those.
func (s *Session) keysAllow(alt *plan.Alteration) error {
	old, _ := s.names.Relation(alt.Rel.OID)
	for i := range alt.Unkeyed {
		ix := &alt.Unkeyed[i]
		what := "constraint " + functions.QuoteIdent(ix.Name) + " on " + s.describe(old.OID)
		if err := s.unkeyed(what, ix, old.OID, alt.Cascade); err != nil {
			return err
		}
	}
	for _, col := range alt.Dropped {
		column := "column " + functions.QuoteIdent(old.Columns[col].Name) + " of " + s.describe(old.OID)
		err := s.dropReferrers(column, column, old.OID, alt.Cascade, func(r plan.Referrer) bool {
			own := r.Rel.OID == old.OID && slices.Contains(r.Key.Columns, col)
			return !own && slices.Contains(r.Key.RefColumns, col)
		})
		if err != nil {
			return err
		}
	}
	for _, r := range plan.Referrers(s.temp.tables.Relations(), old.OID) {
		if r.Rel.OID != old.OID {
			if err := alt.RetypedReferrer(r, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// keysFollow renumbers the columns that foreign keys of other tables refer to.
func (s *Session) keysFollow(alt *plan.Alteration) error {
	if !slices.Contains(alt.Kept, -1) {
		return nil
	}
	for _, rel := range s.temp.tables.Relations() {
		if rel.OID == alt.Rel.OID || len(plan.Referrers([]*catalog.Relation{rel}, alt.Rel.OID)) == 0 {
			continue
		}
		c := *rel
		c.Foreign = slices.Clone(rel.Foreign)
		for i := range c.Foreign {
			k := &c.Foreign[i]
			if k.Ref != alt.Rel.OID {
				continue
			}
			k.RefColumns = slices.Clone(k.RefColumns)
			for n, col := range k.RefColumns {
				k.RefColumns[n] = alt.Kept[col]
			}
		}
		if err := s.temp.tables.Redeclare(&c); err != nil {
			return err
		}
	}
	return nil
}
