package types

import (
	"slices"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// ACLChange is a GRANT or a REVOKE of one list.
type ACLChange struct {
	Revoke bool
	// Option is WITH GRANT OPTION, or GRANT OPTION FOR.
	Option   bool
	Cascade  bool // take away what was granted on as well
	Privs    Privileges
	Grantees []OID // 0: everybody
	Grantor  OID
	Owner    OID // of the object
}

// Apply returns the list as a change leaves it. Errors: 0LP01 for options that cannot
// be granted, 2BP01 for a REVOKE that would leave grants without their grantor's
// right to make them.
func (a ACL) Apply(c ACLChange, has Has) (ACL, error) {
	u := aclUpdate{owner: c.Owner, has: has, cascade: c.Cascade}
	out := a
	for _, to := range c.Grantees {
		if !c.Revoke && c.Option && to == 0 {
			return nil, sqlerr.New(sqlerr.InvalidGrantOperation, "grant options can only be granted to roles")
		}
		it := ACLItem{Grantee: to, Grantor: c.Grantor}
		if !c.Revoke || !c.Option {
			it.Privs = c.Privs
		}
		if c.Revoke || c.Option {
			it.Options = c.Privs
		}
		var err error
		if out, err = u.update(out, it, c.Revoke); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// aclUpdate is what all steps of one change have in common.
type aclUpdate struct {
	owner   OID
	has     Has
	cascade bool
}

// update adds what an item has to the list, or takes it away.
func (u *aclUpdate) update(a ACL, it ACLItem, revoke bool) (ACL, error) {
	if !revoke && it.Options != 0 && it.Grantee != 0 {
		if err := u.circular(a, it); err != nil {
			return nil, err
		}
	}
	out := slices.Clone(a)
	at := slices.IndexFunc(out, func(x ACLItem) bool { return x.Grantee == it.Grantee && x.Grantor == it.Grantor })
	if at < 0 {
		at = len(out)
		out = append(out, ACLItem{Grantee: it.Grantee, Grantor: it.Grantor})
	}
	had := out[at].Options
	if revoke {
		out[at].Privs &^= it.Privs
		out[at].Options &^= it.Options
	} else {
		out[at].Privs |= it.Privs
		out[at].Options |= it.Options
	}
	lost := had &^ out[at].Options
	if out[at].Privs == 0 && out[at].Options == 0 {
		out = slices.Delete(out, at, at+1)
	}
	if lost == 0 {
		return out, nil
	}
	return u.orphans(out, it.Grantee, lost)
}

// orphans takes away what a role granted that may grant it no more.
func (u *aclUpdate) orphans(a ACL, grantor OID, lost Privileges) (ACL, error) {
	if grantor == u.owner {
		return a, nil
	}
	_, still := a.Mask(grantor, u.owner, u.has, 0, lost)
	lost &^= still
	for {
		i := slices.IndexFunc(a, func(x ACLItem) bool { return x.Grantor == grantor && x.Privs&lost != 0 })
		if i < 0 {
			return a, nil
		}
		if !u.cascade {
			return nil, sqlerr.New(sqlerr.DependentObjectsStillExist, "dependent privileges exist").WithHint("Use CASCADE to revoke them too.")
		}
		var err error
		if a, err = u.update(a, ACLItem{Grantee: a[i].Grantee, Grantor: grantor, Privs: lost, Options: lost}, true); err != nil {
			return nil, err
		}
	}
}

// circular refuses to give options to a role from which the grantor has them.
func (u *aclUpdate) circular(a ACL, it ACLItem) error {
	if it.Grantor == u.owner {
		return nil
	}
	without := aclUpdate{owner: u.owner, has: u.has, cascade: true}
	for {
		i := slices.IndexFunc(a, func(x ACLItem) bool { return x.Grantee == it.Grantee && x.Options != 0 })
		if i < 0 {
			break
		}
		var err error
		if a, err = without.update(a, a[i], true); err != nil {
			return err
		}
	}
	if _, own := a.Mask(it.Grantor, u.owner, u.has, 0, it.Options); it.Options&^own != 0 {
		return sqlerr.New(sqlerr.InvalidGrantOperation, "grant options cannot be granted back to your own grantor")
	}
	return nil
}

// Merge is the list with what another grants on objects of an owner.
func (a ACL) Merge(b ACL, owner OID, has Has) (ACL, error) {
	u := aclUpdate{owner: owner, has: has}
	out := a
	for _, it := range b {
		var err error
		if out, err = u.update(out, it, false); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Give is the list once the object's owner is another: what the old one has and
// granted is the new one's.
func (a ACL) Give(from, to OID) ACL {
	var out ACL
	for _, it := range a {
		if it.Grantee == from {
			it.Grantee = to
		}
		if it.Grantor == from {
			it.Grantor = to
		}
		i := slices.IndexFunc(out, func(x ACLItem) bool { return x.Grantee == it.Grantee && x.Grantor == it.Grantor })
		if i < 0 {
			out = append(out, it)
			continue
		}
		out[i].Privs |= it.Privs
		out[i].Options |= it.Options
	}
	return out
}

// Without is the list without what was granted to or by a role, and what hangs on that.
func (a ACL) Without(role, owner OID, has Has) (ACL, error) {
	u := aclUpdate{owner: owner, has: has, cascade: true}
	for {
		i := slices.IndexFunc(a, func(x ACLItem) bool { return x.Grantee == role || x.Grantor == role && role != owner })
		if i < 0 {
			return a, nil
		}
		it := a[i]
		it.Privs, it.Options = ^Privileges(0), ^Privileges(0)
		var err error
		if a, err = u.update(a, it, true); err != nil {
			return nil, err
		}
	}
}
