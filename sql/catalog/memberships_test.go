package catalog

import (
	"testing"

	"github.com/stemedb/stemedb/sql/types"
)

// memberRoles are root ← team ← ann, of whom team does not inherit, and bob, who is
// admin of team; chief is a superuser.
func memberRoles() *Roles {
	in := func(of types.OID, admin bool) []Membership {
		return []Membership{{Role: of, Grantor: OIDSuperuser, Admin: admin}}
	}
	return newRoles([]Role{
		{OID: 100001, Name: "root", Inherit: true},
		{OID: 100002, Name: "team", MemberOf: in(100001, false)},
		{OID: 100003, Name: "ann", Inherit: true, MemberOf: in(100002, false)},
		{OID: 100004, Name: "bob", Inherit: true, MemberOf: in(100002, true)},
		{OID: 100005, Name: "chief", Super: true, Inherit: true},
		{OID: 100006, Name: "deputy", MemberOf: in(100004, false)},
		{OID: 100007, Name: "watcher", Inherit: true, MemberOf: in(OIDMonitorRole, false)},
	}, nil)
}

func TestMemberships(t *testing.T) {
	r := memberRoles()
	for _, tc := range []struct {
		role, of                 string
		has, member, admin, bare bool // bare: a member by GRANT
	}{
		{"ann", "ann", true, true, false, true},
		{"ann", "team", true, true, false, true},
		{"ann", "root", false, true, false, true}, // team does not inherit from it
		{"root", "ann", false, false, false, false},
		{"bob", "team", true, true, true, true},
		{"bob", "root", false, true, false, true},
		{"deputy", "bob", false, true, false, true},
		{"deputy", "team", false, true, true, true}, // admin through bob, INHERIT or not
		{"chief", "ann", true, true, true, false},
		{"watcher", "pg_read_all_stats", true, true, false, true},
		{"stemedb", "pg_database_owner", true, true, true, true},
		{"chief", "pg_database_owner", true, true, true, false},
	} {
		role, _ := r.Named(tc.role)
		of, _ := r.Named(tc.of)
		if has, member, admin, bare := r.HasPrivilegesOf(role.OID, of.OID), r.IsMember(role.OID, of.OID), r.IsAdmin(role.OID, of.OID), r.IsMemberByGrant(role.OID, of.OID); has != tc.has ||
			member != tc.member || admin != tc.admin || bare != tc.bare {
			t.Errorf("%s of %s: privileges %v, member %v, admin %v, by grant %v", tc.role, tc.of, has, member, admin, bare)
		}
	}
	if r.Superuser(99) || r.HasPrivilegesOf(99, 100001) || r.MayCreateRole(99) {
		t.Error("a role that is gone has rights")
	}
	if got := r.Without(100002); got.IsMember(100003, 100001) || len(got.All()) != len(r.All())-1 {
		t.Error("a role that is gone still joins others")
	}
	if ann, _ := r.Named("ann"); !r.With(ann.WithMembership(Membership{Role: 100001})).HasPrivilegesOf(ann.OID, 100001) {
		t.Error("a new membership does nothing")
	}
}

func BenchmarkHasPrivilegesOf(b *testing.B) {
	r := memberRoles()
	b.ReportAllocs()
	for b.Loop() {
		if !r.HasPrivilegesOf(100003, 100002) {
			b.Fatal()
		}
	}
}
