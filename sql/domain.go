package sql

import (
	"context"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Domains are stored beside views, or are the session's own in pg_temp. Values of
// them lie in temporary tables alone: a change is held against those of the session
// that makes it, others go on with the values that they have.

// createDomain is CREATE DOMAIN.
func (s *Session) createDomain(ctx context.Context, p *Prepared, u *plan.CreateDomain) error {
	s.tempSchema()
	rel, temp, err := plan.DefineDomain(s.bindContext(), p.stmt.tree, u, s.temp.tables.NewOID)
	if err != nil {
		return err
	}
	if temp {
		s.createOwn(rel)
		return nil
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		// Once more, against the objects that the change is made to.
		rel, _, err := plan.DefineDomain(s.bindContext(), p.stmt.tree, u, e.NewOID)
		if err != nil {
			return err
		}
		owner, err := s.roleByOID(s.who.current) // it may be gone
		if err != nil {
			return err
		}
		rel.SetOwner(owner.OID)
		if acl, said := s.defaultACL(rel); said {
			if err := e.PutGrant(catalog.CommentKey{Class: catalog.TypeClass, OID: rel.OID}, acl, false); err != nil {
				return err
			}
		}
		return e.Put(rel)
	})
}

// alterDomain is ALTER DOMAIN.
func (s *Session) alterDomain(ctx context.Context, p *Prepared, u *plan.AlterDomain) error {
	d, err := s.findDomain(ctx, u.Name, u.Use)
	if err != nil {
		return err
	}
	if err := s.mustOwnDomain(d); err != nil {
		return err
	}
	if d.OID < catalog.OIDTempSchema {
		return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
			c, err := s.domainChange(ctx, p, u, e.NewOID)
			if err != nil {
				return err
			}
			if c.Dropped != 0 {
				if err := e.ForgetAll(c.Dropped); err != nil {
					return err
				}
			}
			return s.putOwner(e, d.Relation(), c.Domain.Relation())
		})
	}
	c, err := s.domainChange(ctx, p, u, s.temp.tables.NewOID)
	if err != nil {
		return err
	}
	rel := c.Domain.Relation()
	rel.Remarks = s.ownRemarks(rel.OID)
	return s.temp.tables.Redeclare(rel)
}

// findDomain finds a domain, if need be by what other nodes made a moment ago.
func (s *Session) findDomain(ctx context.Context, n *plan.TypeName, use plan.TypeUse) (*catalog.Domain, error) {
	d, err := plan.FindDomain(s.bindContext(), n, use)
	if err == nil || s.objectsPending() || sqlerr.From(err).Code != sqlerr.UndefinedObject {
		return d, err
	}
	if err := s.seeObjects(ctx, true); err != nil {
		return nil, err
	}
	return plan.FindDomain(s.bindContext(), n, use)
}

// domainChange says what an ALTER DOMAIN does, once the values that there are allow it.
func (s *Session) domainChange(ctx context.Context, p *Prepared, u *plan.AlterDomain, newOID func() types.OID) (*plan.DomainChange, error) {
	c, err := plan.DefineAlterDomain(s.bindContext(), p.stmt.tree, u, newOID)
	if err != nil {
		return nil, err
	}
	if u.Owner != nil {
		r, err := s.role(*u.Owner)
		if err != nil {
			return nil, err
		}
		if err := s.mayGive(c.Domain.Relation(), r); err != nil {
			return nil, err
		}
		c.Domain.Owner = r.OID
	}
	if c.Notice != "" {
		s.skipping(sqlerr.New(sqlerr.SuccessfulCompletion, "%s", c.Notice))
	}
	if c.NotNull {
		err = s.verifyDomain(ctx, c.Domain, "IS NULL", "", sqlerr.NotNullViolation, "contains null values")
	}
	if k := c.Check; err == nil && k != nil {
		err = s.verifyDomain(ctx, c.Domain, "", k.Expr, sqlerr.CheckViolation, "contains values that violate the new constraint")
	}
	return c, err
}

// verifyDomain looks for values of a domain, and of those over it, in the session's
// tables that pass a test or break a condition over VALUE.
func (s *Session) verifyDomain(ctx context.Context, d *catalog.Domain, test, cond, code, what string) error {
	var columns []tableColumn
	for _, rel := range s.temp.tables.Relations() {
		for i := range rel.Columns {
			is, within := s.isDomain(rel.Columns[i].Domain, d.OID)
			if within {
				return sqlerr.New(sqlerr.FeatureNotSupported, "cannot alter type \"%s\" because column \"%s.%s\" uses it", d.Name, rel.Name, rel.Columns[i].Name)
			}
			if is && rel.Kind == 'r' {
				columns = append(columns, tableColumn{rel, i})
			}
		}
	}
	for _, c := range columns {
		rel, col := c.rel, &c.rel.Columns[c.col]
		text := "SELECT 1 FROM (SELECT " + functions.QuoteIdent(col.Name) + " AS value FROM " +
			functions.QuoteIdent(rel.Schema) + "." + functions.QuoteIdent(rel.Name) + ") d WHERE "
		if test != "" {
			text += "value " + test
		} else {
			text += "NOT (" + cond + ")"
		}
		found, err := s.anyRow(ctx, text+" LIMIT 1")
		if err != nil {
			return err
		}
		if found {
			e := sqlerr.New(code, "column \"%s\" of table \"%s\" %s", col.Name, rel.Name, what)
			e.Schema = rel.Schema
			return e.OnColumn(rel.Name, col.Name)
		}
	}
	return nil
}

// isDomain reports whether a domain is another one, or over it at any remove; within
// says that arrays of it lie between.
func (s *Session) isDomain(oid, of types.OID) (is, within bool) {
	for oid != 0 && oid != of {
		d, array, ok := s.names.Domain(oid)
		switch {
		case !ok:
			return false, false
		case array:
			oid, within = d.OID, true
		default:
			oid = d.Over
		}
	}
	return oid == of && !within, oid == of && within
}

// anyRow reports whether a query whose names are all qualified gives a row.
func (s *Session) anyRow(ctx context.Context, text string) (bool, error) {
	stmts, err := parser.Parse(text)
	if err != nil {
		return false, err
	}
	bc := s.bindContext()
	bc.SearchPath = []string{"pg_catalog"}
	bound, err := plan.Bind(bc, &stmts[0], nil)
	if err != nil {
		return false, err
	}
	program, err := exec.Compile(bound.Node)
	if err != nil {
		return false, err
	}
	var env exec.Env
	var fn functions.Ctx
	s.environment(&env, &fn)
	batches, err := program.Collect(ctx, &env)
	if err != nil {
		return false, exec.Translate(err)
	}
	return slices.ContainsFunc(batches, func(b *types.Batch) bool { return b.N > 0 }), nil
}

// ownRemarks are the comments on what belongs to one of the session's own relations or
// domains.
func (s *Session) ownRemarks(oid types.OID) map[catalog.CommentKey]string {
	for _, r := range s.temp.tables.Relations() {
		if r.OID == oid {
			return r.Remarks
		}
	}
	return nil
}
