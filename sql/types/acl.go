package types

import (
	"cmp"
	"math/bits"
	"slices"
)

// Privileges is a set of privileges on an object.
type Privileges uint16

// The privileges, in the order in which access control lists print them.
const (
	PrivInsert Privileges = 1 << iota
	PrivSelect
	PrivUpdate
	PrivDelete
	PrivTruncate
	PrivReferences
	PrivTrigger
	PrivExecute
	PrivUsage
	PrivCreate
	PrivTemporary
	PrivConnect
	PrivSet
	PrivAlterSystem
)

// What there is to grant on objects of a kind.
const (
	ColumnPrivileges     = PrivInsert | PrivSelect | PrivUpdate | PrivReferences
	RelationPrivileges   = ColumnPrivileges | PrivDelete | PrivTruncate | PrivTrigger
	SequencePrivileges   = PrivUsage | PrivSelect | PrivUpdate
	DatabasePrivileges   = PrivCreate | PrivTemporary | PrivConnect
	FunctionPrivileges   = PrivExecute
	LanguagePrivileges   = PrivUsage
	LargePrivileges      = PrivSelect | PrivUpdate
	SchemaPrivileges     = PrivUsage | PrivCreate
	TablespacePrivileges = PrivCreate
	TypePrivileges       = PrivUsage
	ForeignPrivileges    = PrivUsage
	ParameterPrivileges  = PrivSet | PrivAlterSystem
)

// privilegeNames are the names and letters of privileges by bit.
var privilegeNames = [...]struct {
	letter byte
	name   string
}{
	{'a', "INSERT"}, {'r', "SELECT"}, {'w', "UPDATE"}, {'d', "DELETE"}, {'D', "TRUNCATE"}, {'x', "REFERENCES"}, {'t', "TRIGGER"}, {'X', "EXECUTE"},
	{'U', "USAGE"}, {'C', "CREATE"}, {'T', "TEMPORARY"}, {'c', "CONNECT"}, {'s', "SET"}, {'A', "ALTER SYSTEM"},
}

// PrivilegeNamed finds a privilege by its name in capitals; TEMP is TEMPORARY.
func PrivilegeNamed(name string) (Privileges, bool) {
	if name == "TEMP" {
		name = "TEMPORARY"
	}
	for i := range privilegeNames {
		if privilegeNames[i].name == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// PrivilegeLetter finds a privilege by its letter in an access control list.
func PrivilegeLetter(letter byte) (Privileges, bool) {
	for i := range privilegeNames {
		if privilegeNames[i].letter == letter {
			return 1 << i, true
		}
	}
	return 0, false
}

// Each calls f with each privilege of the set, in order.
func (p Privileges) Each(f func(one Privileges, name string)) {
	for i := range privilegeNames {
		if p&(1<<i) != 0 {
			f(1<<i, privilegeNames[i].name)
		}
	}
}

// First is the name of the first privilege of the set; empty of an empty one.
func (p Privileges) First() string {
	if p == 0 {
		return ""
	}
	return privilegeNames[bits.TrailingZeros16(uint16(p))].name
}

// ACLItem is what one role was granted by another. Grantee 0 is everybody.
type ACLItem struct {
	Grantee, Grantor OID
	Privs            Privileges `json:",omitempty"`
	Options          Privileges `json:",omitempty"` // that may be granted on
}

// AppendText prints the item, whose roles are called what name says.
func (i ACLItem) AppendText(dst []byte, name func(OID) string) []byte {
	if i.Grantee != 0 {
		dst = append(dst, name(i.Grantee)...)
	}
	dst = append(dst, '=')
	for k := range privilegeNames {
		if one := Privileges(1) << k; i.Privs&one != 0 {
			dst = append(dst, privilegeNames[k].letter)
			if i.Options&one != 0 {
				dst = append(dst, '*')
			}
		}
	}
	return append(append(dst, '/'), name(i.Grantor)...)
}

func (i ACLItem) compare(o ACLItem) int {
	return cmp.Or(cmp.Compare(i.Grantee, o.Grantee), cmp.Compare(i.Grantor, o.Grantor), cmp.Compare(i.Options, o.Options), cmp.Compare(i.Privs, o.Privs))
}

// ACL is an access control list: what was granted on an object. Lists are not changed
// in place.
type ACL []ACLItem

// ACLKind is a kind of object that there are lists of, by PostgreSQL's letter in
// acldefault.
type ACLKind byte

// The kinds.
const (
	ACLColumn        ACLKind = 'c'
	ACLRelation      ACLKind = 'r'
	ACLSequence      ACLKind = 's'
	ACLDatabase      ACLKind = 'd'
	ACLFunction      ACLKind = 'f'
	ACLLanguage      ACLKind = 'l'
	ACLLargeObject   ACLKind = 'L'
	ACLSchema        ACLKind = 'n'
	ACLParameter     ACLKind = 'p'
	ACLTablespace    ACLKind = 't'
	ACLForeignData   ACLKind = 'F'
	ACLForeignServer ACLKind = 'S'
	ACLType          ACLKind = 'T'
)

// All are the privileges that there are of the kind; ok is false of no kind.
func (k ACLKind) All() (all Privileges, ok bool) {
	all, ok = map[ACLKind]Privileges{
		ACLColumn: ColumnPrivileges, ACLRelation: RelationPrivileges, ACLSequence: SequencePrivileges, ACLDatabase: DatabasePrivileges,
		ACLFunction: FunctionPrivileges, ACLLanguage: LanguagePrivileges, ACLLargeObject: LargePrivileges, ACLSchema: SchemaPrivileges,
		ACLParameter: ParameterPrivileges, ACLTablespace: TablespacePrivileges, ACLForeignData: ForeignPrivileges, ACLForeignServer: ForeignPrivileges,
		ACLType: TypePrivileges,
	}[k]
	return all, ok
}

// DefaultACL is what holds of an object of which nothing was said: what everybody may,
// then what its owner may.
func DefaultACL(k ACLKind, owner OID) ACL {
	var public Privileges
	switch k {
	case ACLColumn: // an owner's rights are those on the relation
		return nil
	case ACLDatabase:
		public = PrivTemporary | PrivConnect
	case ACLFunction:
		public = PrivExecute
	case ACLLanguage, ACLType:
		public = PrivUsage
	}
	var out ACL
	if public != 0 {
		out = append(out, ACLItem{Grantor: owner, Privs: public})
	}
	if all, _ := k.All(); all != 0 {
		out = append(out, ACLItem{Grantee: owner, Grantor: owner, Privs: all})
	}
	return out
}

// Sorted is the list in the order of its items.
func (a ACL) Sorted() ACL {
	out := slices.Clone(a)
	slices.SortFunc(out, ACLItem.compare)
	return out
}

// Has reports whether one role has the privileges of another: it is that, or a member
// that inherits, or a superuser.
type Has func(role, of OID) bool

// Mask returns which of the privileges, and of the options to grant, the list gives
// to a role. The owner has all options.
func (a ACL) Mask(role, owner OID, has Has, privs, options Privileges) (Privileges, Privileges) {
	return a.mask(owner, privs, options, func(of OID) bool { return of == 0 || has(role, of) })
}

// direct is Mask of what was granted to the role itself.
func (a ACL) direct(role, owner OID, options Privileges) Privileges {
	_, o := a.mask(owner, 0, options, func(of OID) bool { return of == role })
	return o
}

func (a ACL) mask(owner OID, privs, options Privileges, counts func(OID) bool) (p, o Privileges) {
	if options != 0 && counts(owner) {
		o = options
	}
	for i := range a {
		it := &a[i]
		if (it.Privs&privs&^p != 0 || it.Options&options&^o != 0) && counts(it.Grantee) {
			p |= it.Privs & privs
			o |= it.Options & options
		}
	}
	return p, o
}

// Grantor is the role as which a statement of a role grants or revokes, and what of the
// privileges that may grant: the owner for the owner and superusers, else the first
// of the roles whose privileges the role has, itself first, that may grant all, or
// else most.
func (a ACL) Grantor(role, owner OID, super bool, roles []OID, privs Privileges) (as OID, may Privileges) {
	if role == owner || super {
		return owner, privs
	}
	as = role
	for _, r := range roles {
		got := a.direct(r, owner, privs)
		if got == privs {
			return r, got
		}
		if bits.OnesCount16(uint16(got)) > bits.OnesCount16(uint16(may)) {
			as, may = r, got
		}
	}
	return as, may
}

// Equal reports whether two lists have the same items in the same order.
func (a ACL) Equal(b ACL) bool { return slices.Equal(a, b) }
