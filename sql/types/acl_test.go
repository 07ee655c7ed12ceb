package types

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// alone is a world in which no role is a member of another.
func alone(role, of OID) bool { return role == of }

func show(a ACL) string {
	text := ""
	for _, it := range a {
		text += string(it.AppendText([]byte(" "), func(o OID) string { return fmt.Sprint(o) }))
	}
	return text
}

func TestACLChanges(t *testing.T) {
	const owner = 1
	acl := DefaultACL(ACLRelation, owner)
	for _, tc := range []struct {
		change ACLChange
		want   string // or the error
	}{
		{ACLChange{Privs: PrivSelect, Grantees: []OID{2}, Grantor: owner, Option: true}, " 1=arwdDxt/1 2=r*/1"},
		{ACLChange{Privs: PrivSelect | PrivInsert, Grantees: []OID{0, 3}, Grantor: owner}, " 1=arwdDxt/1 2=r*/1 =ar/1 3=ar/1"},
		{ACLChange{Privs: PrivSelect, Grantees: []OID{0}, Grantor: owner, Option: true}, "grant options can only be granted to roles"},
		{ACLChange{Privs: PrivSelect, Grantees: []OID{4}, Grantor: 2, Option: true}, " 1=arwdDxt/1 2=r*/1 =ar/1 3=ar/1 4=r*/2"},
		{ACLChange{Privs: PrivSelect, Grantees: []OID{2}, Grantor: 4, Option: true}, "grant options cannot be granted back to your own grantor"},
		{ACLChange{Privs: PrivSelect, Grantees: []OID{2}, Grantor: owner, Revoke: true}, "dependent privileges exist"},
		{ACLChange{Privs: PrivSelect, Grantees: []OID{2}, Grantor: owner, Revoke: true, Option: true, Cascade: true}, " 1=arwdDxt/1 2=r/1 =ar/1 3=ar/1"},
		{ACLChange{Privs: RelationPrivileges, Grantees: []OID{0, 2, 3}, Grantor: owner, Revoke: true}, " 1=arwdDxt/1"},
	} {
		tc.change.Owner = owner
		out, err := acl.Apply(tc.change, alone)
		got := show(out)
		if err != nil {
			got = err.Error()
			got = got[:min(len(got), len(tc.want))]
		} else {
			acl = out
		}
		if got != tc.want {
			t.Errorf("%+v: %s, want %s", tc.change, got, tc.want)
		}
	}
}

// TestACLInvariants: whatever is granted and revoked, every item that is no owner's was
// granted by the owner or by one who has the option to grant what it has, and there is
// one item for a grantee and grantor.
func TestACLInvariants(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const owner = 1
	for range 300 {
		acl := DefaultACL(ACLRelation, owner)
		for range 40 {
			c := ACLChange{
				Revoke: r.IntN(2) == 0, Option: r.IntN(2) == 0, Cascade: r.IntN(2) == 0, Privs: Privileges(1 + r.IntN(int(RelationPrivileges))), Owner: owner,
				Grantees: []OID{OID(r.IntN(6))},
			}
			var may Privileges
			c.Grantor, may = acl.Grantor(OID(1+r.IntN(5)), owner, false, []OID{OID(1 + r.IntN(5))}, c.Privs)
			c.Privs &= may
			out, err := acl.Apply(c, alone)
			if err != nil {
				continue
			}
			acl = out
			seen := map[[2]OID]bool{}
			for _, it := range acl {
				pair := [2]OID{it.Grantee, it.Grantor}
				_, options := acl.Mask(it.Grantor, owner, alone, 0, it.Privs)
				if seen[pair] || it.Privs&^options != 0 || it.Options&^it.Privs != 0 || it.Privs == 0 {
					t.Fatalf("after %+v: %s", c, show(acl))
				}
				seen[pair] = true
			}
		}
	}
}

func TestACLOfNewOwner(t *testing.T) {
	acl := ACL{{Grantee: 1, Grantor: 1, Privs: RelationPrivileges}, {Grantee: 2, Grantor: 1, Privs: PrivSelect}, {Grantor: 2, Privs: PrivSelect}}
	if got, want := show(acl.Give(1, 2)), " 2=arwdDxt/2 =r/2"; got != want {
		t.Errorf("given away: %s, want %s", got, want)
	}
	out, err := acl.Without(2, 1, alone)
	if got, want := show(out), " 1=arwdDxt/1"; err != nil || got != want {
		t.Errorf("without: %s, %v, want %s", got, err, want)
	}
}

func TestACLItems(t *testing.T) {
	for _, tc := range []struct{ text, grantee, grantor, err string }{
		{"ann=ar*w/bob", "ann", "bob", ""}, {"=r/bob", "", "bob", ""}, {`"a=b"=r/"c d"`, "a=b", "c d", ""}, {"group ann=r/bob", "ann", "bob", ""},
		{"ann=r", "ann", "", ""}, {"ann", "", "", `unrecognized key word: "ann"`}, {"ann=q/bob", "", "", "invalid mode character"},
		{"ann=r/", "", "", `a name must follow the "/" sign`}, {"x ann=r/bob", "", "", `unrecognized key word: "x"`},
	} {
		it, err := ParseACLItem(tc.text)
		switch {
		case err == nil && (tc.err != "" || it.Grantee != tc.grantee || it.Grantor != tc.grantor):
			t.Errorf("%s: %+v", tc.text, it)
		case err != nil && (tc.err == "" || len(err.Error()) < len(tc.err) || err.Error()[:len(tc.err)] != tc.err):
			t.Errorf("%s: %v", tc.text, err)
		}
	}
}
