package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// dropStatement is DROP TABLE, DROP VIEW and DROP INDEX.
func (s *Session) dropStatement(ctx context.Context, u *plan.DropTable) error {
	var rels []*catalog.Relation
	for _, n := range u.Names {
		if u.What == "index" {
			if err := s.pass(u, s.dropIndex(n, u.Cascade)); err != nil {
				return err
			}
			continue
		}
		rel, err := plan.Droppable(s.bindContext(), n, u.What)
		if err != nil {
			if err := s.pass(u, err); err != nil {
				return err
			}
			continue
		}
		if err := s.mustOwn(rel); err != nil {
			return err
		}
		if !slices.Contains(rels, rel) {
			rels = append(rels, rel)
		}
	}
	if len(rels) == 0 {
		return nil
	}
	return s.dropRelations(ctx, rels, u.Cascade)
}

// pass lets an error be a notice where IF EXISTS says so.
func (s *Session) pass(u *plan.DropTable, err error) error {
	if err == nil || !u.IfExists {
		return err
	}
	switch sqlerr.From(err).Code {
	case sqlerr.UndefinedTable, sqlerr.UndefinedObject, sqlerr.InvalidSchemaName:
		s.skipping(err)
		return nil
	}
	return err
}

func (s *Session) dropIndex(n plan.RelationName, cascade bool) error {
	rel, ix, err := plan.WithoutIndex(n, s.temp.tables.Relations())
	if err != nil {
		return err
	}
	if !s.owns(rel.OwnerOID()) {
		return notOwner("index", ix.Name)
	}
	if err := s.notPending(rel, "DROP INDEX"); err != nil {
		return err
	}
	if err := s.unkeyed("index "+functions.QuoteIdent(ix.Name), ix, rel.OID, cascade); err != nil {
		return err
	}
	rel, _, err = plan.WithoutIndex(n, s.temp.tables.Relations()) // which may have lost foreign keys
	if err != nil {
		return err
	}
	return s.temp.tables.Reindex(rel, nil)
}

// dropRelations drops tables and views, with what depends on them if cascade
// says so.
func (s *Session) dropRelations(ctx context.Context, rels []*catalog.Relation, cascade bool) error {
	shared := slices.ContainsFunc(rels, func(r *catalog.Relation) bool { return r.OID < catalog.OIDTempSchema })
	if !shared {
		// Only the session's own views can depend on what is the session's own.
		gone, err := s.toDrop(rels, cascade)
		if err == nil {
			s.dropOwn(gone)
		}
		return err
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		gone, err := s.toDrop(rels, cascade)
		if err != nil {
			return err
		}
		return s.dropObjects(e, gone)
	})
}

// toDrop lists the relations to drop and what depends on them; it refuses when
// something does and cascade is not set.
func (s *Session) toDrop(rels []*catalog.Relation, cascade bool) ([]types.OID, error) {
	var gone []types.OID
	for _, r := range rels {
		gone = append(gone, r.OID)
	}
	named := len(gone)
	var on dependents
	var keys []plan.Referrer
	for _, r := range rels {
		if err := s.notPending(r, "DROP TABLE"); err != nil {
			return nil, err
		}
		for _, k := range plan.Referrers(s.temp.tables.Relations(), r.OID) {
			if slices.Contains(gone, k.Rel.OID) {
				continue
			}
			keys = append(keys, k)
			on.add(k.Describe(), s.describe(r.OID))
		}
		uses, err := s.sequenceUses(r, gone)
		if err != nil {
			return nil, err
		}
		for _, u := range uses {
			on.add(u.text, s.describe(r.OID))
			if cascade {
				if err := s.temp.tables.Redeclare(u.without); err != nil {
					return nil, err
				}
			}
		}
		for _, d := range plan.Dependents(s.names.Views(), r.OID, -1) {
			if slices.Contains(gone, d.View.OID) {
				continue
			}
			gone = append(gone, d.View.OID)
			on.add(s.describe(d.View.OID), s.describe(d.On))
		}
	}
	all, more := s.dependentsOf(gone) // of the views all are there
	gone = all
	on.lines, on.dropped = append(on.lines, more.lines...), append(on.dropped, more.dropped...)
	what, it := "desired object(s)", "them"
	if named == 1 {
		what, it = s.describe(rels[0].OID), "it"
	}
	if err := s.mayDrop(what, it, &on, cascade); err != nil {
		return nil, err
	}
	return gone, s.withoutForeign(keys)
}

// dependents are what depends on objects that are to be dropped, as messages say it.
type dependents struct{ lines, dropped []string }

func (d *dependents) add(what, on string) {
	d.lines = append(d.lines, what+" depends on "+on)
	d.dropped = append(d.dropped, "drop cascades to "+what)
}

// mayDrop tells what CASCADE drops besides, and refuses without it if there is
// something. it stands for what is dropped in the message.
func (s *Session) mayDrop(what, it string, on *dependents, cascade bool) error {
	switch n := len(on.lines); {
	case n == 0:
		return nil
	case !cascade:
		return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop %s because other objects depend on %s", what, it).
			WithDetail("%s", strings.Join(on.lines, "\n")).WithHint("Use DROP ... CASCADE to drop the dependent objects too.")
	case n == 1:
		s.tell(on.dropped[0], "")
	default:
		s.tell(fmt.Sprintf("drop cascades to %d other objects", n), strings.Join(on.dropped, "\n"))
	}
	return nil
}

// tell sends a notice, with or without a detail.
func (s *Session) tell(message, detail string) {
	n := sqlerr.New(sqlerr.SuccessfulCompletion, "%s", message)
	n.Severity, n.Detail = "NOTICE", detail
	s.notice(n)
}

// describe names a relation or a domain as messages do: by its kind, with its schema where
// the name alone does not find it.
func (s *Session) describe(oid types.OID) string {
	rel, ok := s.names.Relation(oid)
	if !ok {
		if d, _, domain := s.names.Domain(oid); domain {
			return s.describeType(d)
		}
		return fmt.Sprintf("relation %d", oid)
	}
	kind := rel.KindWord() + " "
	if visible, _ := s.names.RelationVisible(oid); !visible {
		return kind + functions.QuoteIdent(rel.Schema) + "." + functions.QuoteIdent(rel.Name)
	}
	return kind + functions.QuoteIdent(rel.Name)
}
