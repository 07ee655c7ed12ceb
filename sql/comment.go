package sql

import (
	"context"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// comment is COMMENT ON.
func (s *Session) comment(ctx context.Context, p *Prepared, u *plan.Comment) error {
	key, err := plan.CommentTarget(s.bindContext(), p.stmt.tree, u)
	if err != nil {
		return err
	}
	if key.Class == catalog.LargeObjectClass {
		if err := s.commentable(ctx, key.OID); err != nil {
			return err
		}
	} else if key.OID >= catalog.OIDTempSchema {
		return s.commentOwn(key, u.Text())
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		// Once more, against the objects that the change is made to.
		key, err := plan.CommentTarget(s.bindContext(), p.stmt.tree, u)
		if err != nil {
			return err
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

// commentable refuses a large object that is not there, or is another's.
func (s *Session) commentable(ctx context.Context, oid types.OID) error {
	s.large.begin()
	defer s.large.lock()()
	return s.large.owned(ctx, oid)
}

// commentOwn comments on one of the session's own relations, whose comments go
// with their declarations.
func (s *Session) commentOwn(key catalog.CommentKey, text string) error {
	if key.Class == catalog.FunctionClass {
		return sqlerr.New(sqlerr.FeatureNotSupported, "a comment on a temporary function is not supported")
	}
	rel, ok := s.names.Relation(key.OID)
	if !ok {
		return sqlerr.New(sqlerr.FeatureNotSupported, "a comment on an index of a temporary table is not supported")
	}
	out := *rel
	if key.Sub == 0 {
		out.Comment = text
		return s.temp.tables.Redeclare(&out)
	}
	out.Columns = slices.Clone(rel.Columns)
	out.Columns[key.Sub-1].Comment = text
	return s.temp.tables.Redeclare(&out)
}
