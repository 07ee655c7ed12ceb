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

// The warnings of a GRANT or REVOKE that did not do all that it said.
const (
	privilegeNotGranted = "01007"
	privilegeNotRevoked = "01006"
)

// granting is one GRANT or REVOKE as it runs. What it has changed already is what it
// looks at next.
type granting struct {
	s        *Session
	ctx      context.Context
	u        *plan.Grant
	kind     plan.GrantedKind
	grantees []types.OID
	whole    types.Privileges
	columns  []plan.ColumnPrivileges
	all      bool
	lists    map[catalog.CommentKey]types.ACL
	order    []catalog.CommentKey
	warnings []*sqlerr.Error
}

// grant is GRANT and REVOKE of privileges on objects.
func (s *Session) grant(ctx context.Context, p *Prepared, u *plan.Grant) error {
	g, targets, err := s.newGranting(ctx, p, u)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(targets, func(t plan.GrantTarget) bool { return !ownObject(t.Key) }) {
		err = s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
			// Once more, against the objects that the change is made to.
			if g, targets, err = s.newGranting(ctx, p, u); err != nil {
				return err
			}
			if err := g.run(targets); err != nil {
				return err
			}
			return g.write(e)
		})
	} else if err = g.run(targets); err == nil {
		err = g.write(nil)
	}
	if err == nil {
		for _, w := range g.warnings {
			s.notice(w)
		}
	}
	return err
}

// ownObject reports whether an object is the session's own.
func ownObject(k catalog.CommentKey) bool {
	return k.Class == catalog.RelationClass && k.OID >= catalog.OIDTempSchema
}

// newGranting finds what a statement names.
func (s *Session) newGranting(ctx context.Context, p *Prepared, u *plan.Grant) (*granting, []plan.GrantTarget, error) {
	g := &granting{s: s, ctx: ctx, u: u, lists: map[catalog.CommentKey]types.ACL{}}
	if err := s.grantedBy(u); err != nil {
		return nil, nil, err
	}
	targets, err := plan.GrantTargets(s.bindContext(), s.names, p.stmt.tree, u)
	if err != nil {
		return nil, nil, err
	}
	return g, targets, g.read()
}

// grantedBy refuses a GRANTED BY of another role than the current one.
func (s *Session) grantedBy(u *plan.Grant) error {
	if u.Grantor == nil {
		return nil
	}
	r, err := s.role(*u.Grantor)
	if err == nil && r.OID != s.who.current {
		err = sqlerr.New(sqlerr.FeatureNotSupported, "grantor must be current user")
	}
	return err
}

// read finds the roles and the privileges that the statement names.
func (g *granting) read() (err error) {
	for _, to := range g.u.Grantees {
		if to.Public {
			g.grantees = append(g.grantees, 0)
			continue
		}
		r, err := g.s.role(to.RoleSpec)
		if err != nil {
			return err
		}
		g.grantees = append(g.grantees, r.OID)
	}
	if g.kind, err = g.u.Kind(); err != nil {
		return err
	}
	g.whole, g.columns, g.all, err = g.u.Privs(g.kind)
	return err
}

func (g *granting) run(targets []plan.GrantTarget) error {
	for _, t := range targets {
		var err error
		if t.Rel != nil {
			err = g.relation(t)
		} else {
			err = g.object(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// object changes the list of what is no relation.
func (g *granting) object(t plan.GrantTarget) error {
	owner := g.s.names.OwnerOf(t.Key.Class, t.Key.OID)
	switch t.Key.Class {
	case catalog.FunctionClass, catalog.TypeClass:
		if t.Key.OID >= catalog.OIDTempSchema {
			return sqlerr.New(sqlerr.FeatureNotSupported, "privileges on %s %s are not supported: it is temporary", g.kind.Words, t.Name).
				WithDetail("No other session can see it.")
		}
	case catalog.LanguageClass:
		if !g.s.names.TrustedLanguage(t.Key.OID) {
			return sqlerr.New(sqlerr.WrongObjectType, `language "%s" is not trusted`, t.Name).
				WithDetail("GRANT and REVOKE are not allowed on untrusted languages, because only superusers can use untrusted languages.")
		}
	case catalog.LargeObjectClass:
		var err error
		if owner, err = g.s.large.ownerNow(g.ctx, t.Key.OID); err != nil {
			return err
		}
	}
	words := g.kind.Words
	if g.kind.Kind == types.ACLFunction {
		words = "function"
	}
	return g.change(changed{key: t.Key, owner: owner, privs: g.whole, all: g.all, whole: g.kind.All, name: t.Name, what: words + " " + t.Name})
}

// relation changes the lists of a relation and its columns.
func (g *granting) relation(t plan.GrantTarget) error {
	privs, kind := g.whole, t.Rel.KindWord()
	all := types.RelationPrivileges
	if t.Rel.Kind == 'S' {
		all = types.SequencePrivileges
		if !g.all && privs&^all != 0 {
			w := sqlerr.New(sqlerr.InvalidGrantOperation, `sequence "%s" only supports USAGE, SELECT, and UPDATE privileges`, t.Name)
			w.Severity = "WARNING"
			g.warnings = append(g.warnings, w)
		}
		privs &= all
	} else if g.all {
		privs = all
	} else if odd := privs &^ all; odd != 0 {
		return sqlerr.New(sqlerr.InvalidGrantOperation, "invalid privilege type %s for table", odd.First())
	}
	columns, err := g.columnPrivileges(t)
	if err != nil {
		return err
	}
	owner := g.s.names.OwnerOf(t.Key.Class, t.Key.OID)
	before := g.list(t.Key)
	if privs != 0 {
		if err := g.change(changed{key: t.Key, owner: owner, privs: privs, all: g.all, whole: all, name: t.Name, what: kind + " " + t.Name}); err != nil {
			return err
		}
	}
	for i, p := range columns {
		if p == 0 {
			continue
		}
		key := t.Key
		key.Sub = int32(i + 1)
		c := changed{key: key, above: before, owner: owner, privs: p, all: p == types.ColumnPrivileges, whole: types.ColumnPrivileges, name: t.Name, column: t.Rel.Columns[i].Name}
		if err := g.change(c); err != nil {
			return err
		}
	}
	return nil
}

// columnPrivileges gathers what changes by column, from 0. A REVOKE on a relation
// holds for its columns too.
func (g *granting) columnPrivileges(t plan.GrantTarget) ([]types.Privileges, error) {
	out := make([]types.Privileges, len(t.Rel.Columns))
	if g.u.Revoke && t.Rel.Kind != 'S' {
		for i := range out {
			out[i] = g.whole & types.ColumnPrivileges
		}
	}
	for _, c := range g.columns {
		for _, name := range c.Names {
			i := t.Rel.ColumnIndex(name)
			if i < 0 {
				return nil, sqlerr.New(sqlerr.UndefinedColumn, `column "%s" of relation "%s" does not exist`, name, t.Rel.Name)
			}
			out[i] |= c.Privs
		}
	}
	return out, nil
}

// changed is one list that a statement changes.
type changed struct {
	key          catalog.CommentKey
	above        types.ACL // of a column: its relation's, before the statement
	owner        types.OID
	privs, whole types.Privileges // those named, and those that there are
	all          bool
	name, column string
	what         string // the kind with the name
}

// list is a list as the statement has left it.
func (g *granting) list(k catalog.CommentKey) types.ACL {
	if acl, ok := g.lists[k]; ok {
		return acl
	}
	acl, _ := g.s.names.ACL(k)
	return acl
}

func (g *granting) change(c changed) error {
	old := g.list(c.key)
	merged := old
	if c.key.Sub != 0 { // options on the relation are options on its columns
		merged = append(slices.Clone(c.above), old...)
	}
	roles, me := g.s.roles(), g.s.who.current
	var enabled []types.OID
	if me != c.owner && !roles.Superuser(me) {
		enabled = append(enabled, me)
		for _, r := range roles.Enabled(me) {
			if r.OID != me {
				enabled = append(enabled, r.OID)
			}
		}
	}
	as, may := merged.Grantor(me, c.owner, roles.Superuser(me), enabled, c.privs)
	if may == 0 {
		p, o := merged.Mask(as, c.owner, roles.HasPrivilegesOf, c.whole, c.whole)
		switch {
		case p|o != 0:
		case c.column != "":
			return sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied for column "%s" of relation "%s"`, c.column, c.name)
		default:
			return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for %s", c.what)
		}
	}
	privs := c.privs & may
	g.warn(c, privs)
	acl, err := old.Apply(types.ACLChange{
		Revoke: g.u.Revoke, Option: g.u.Option, Cascade: g.u.Cascade, Privs: privs, Grantees: g.grantees, Grantor: as, Owner: c.owner,
	}, roles.HasPrivilegesOf)
	if err != nil {
		return err
	}
	if _, known := g.lists[c.key]; !known {
		g.order = append(g.order, c.key)
	}
	g.lists[c.key] = acl
	return nil
}

// warn tells of privileges that the current role may not grant or revoke.
func (g *granting) warn(c changed, privs types.Privileges) {
	code, format := privilegeNotGranted, [2]string{"no privileges were granted for ", "not all privileges were granted for "}
	if g.u.Revoke {
		code, format = privilegeNotRevoked, [2]string{"no privileges could be revoked for ", "not all privileges could be revoked for "}
	}
	text := format[0]
	switch {
	case privs == 0:
	case !c.all && privs != c.privs:
		text = format[1]
	default:
		return
	}
	on := `"` + c.name + `"`
	if c.column != "" {
		on = `column "` + c.column + `" of relation ` + on
	}
	w := sqlerr.New(code, "%s%s", text, on)
	w.Severity = "WARNING"
	g.warnings = append(g.warnings, w)
}

// write stores the lists; without e all are of the session's own relations.
func (g *granting) write(e *exec.ObjectsEdit) error {
	for _, k := range g.order {
		if err := g.s.putGrant(e, k, g.lists[k]); err != nil {
			return err
		}
	}
	return nil
}
