package sql

import (
	"context"
	"maps"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// comment is COMMENT ON.
func (s *Session) comment(ctx context.Context, p *Prepared, u *plan.Comment) error {
	key, err := plan.CommentTarget(s.bindContext(), p.stmt.tree, u)
	if err != nil {
		return err
	}
	if err := s.mustOwnObject(ctx, key); err != nil {
		return err
	}
	if key.Class != catalog.LargeObjectClass && key.OID >= catalog.OIDTempSchema {
		return s.commentOwn(key, u.Text())
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		// Once more, against the objects that the change is made to.
		key, err := plan.CommentTarget(s.bindContext(), p.stmt.tree, u)
		if err != nil {
			return err
		}
		if key.Class != catalog.LargeObjectClass { // whose owner does not depend on these objects
			if err := s.mustOwnObject(ctx, key); err != nil {
				return err
			}
		}
		if u.Text() != "" {
			return e.Remark(key, catalog.Remark{Text: u.Text()})
		}
		if _, declared := s.eng.catalog.Remarked(key); declared {
			return e.Remark(key, catalog.Remark{None: true})
		}
		if _, said := e.Objects.Remarks[key]; said {
			return e.Forget(key)
		}
		return nil
	})
}

// commentOwn comments on one of the session's own relations, whose comments go
// with their declarations.
func (s *Session) commentOwn(key catalog.CommentKey, text string) error {
	if key.Class == catalog.FunctionClass {
		return sqlerr.New(sqlerr.FeatureNotSupported, "a comment on a temporary function is not supported")
	}
	rel := s.ownerOf(key)
	if rel == nil {
		return sqlerr.New(sqlerr.UndefinedObject, "object with OID %d does not exist", key.OID)
	}
	out := *rel
	if rel.OID != key.OID || rel.Domain != nil {
		out.Remarks = maps.Clone(rel.Remarks)
		if out.Remarks == nil {
			out.Remarks = map[catalog.CommentKey]string{}
		}
		out.Remarks[key] = text
		if text == "" {
			delete(out.Remarks, key)
		}
		return s.temp.tables.Redeclare(&out)
	}
	if key.Sub == 0 {
		out.Comment = text
		return s.temp.tables.Redeclare(&out)
	}
	out.Columns = slices.Clone(rel.Columns)
	out.Columns[key.Sub-1].Comment = text
	return s.temp.tables.Redeclare(&out)
}

// ownerOf finds the session's own relation or domain that an object is, or belongs to;
// nil: there is none.
func (s *Session) ownerOf(key catalog.CommentKey) *catalog.Relation {
	for _, r := range s.temp.tables.Relations() {
		if r.Has(key.OID) {
			return r
		}
	}
	return nil
}
