package types

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Values of type aclitem are texts, as PostgreSQL prints them: grantee=letters/grantor,
// where a star follows what may be granted on, and no grantee is everybody.

// NamedACLItem is an item with the roles as its text names them. No grantee is
// everybody; the grantor may be missing.
type NamedACLItem struct {
	Grantee, Grantor string
	ACLItem
}

// aclLetters are the letters of privileges, as a message lists them.
const aclLetters = "arwdDxtXUCTcsA"

// ParseACLItem takes an item apart, but for whom its names mean. Errors: 22P02 for
// what is none.
func ParseACLItem(s string) (it NamedACLItem, err error) {
	bad := func(format string, args ...any) *sqlerr.Error {
		return sqlerr.New(sqlerr.InvalidTextRepresentation, format, args...)
	}
	s = strings.TrimLeft(s, " ")
	for _, word := range []string{"user ", "group "} {
		s = strings.TrimPrefix(s, word)
	}
	grantee, rest, ok := cutACLName(s, '=')
	if word, _, two := strings.Cut(strings.TrimSpace(grantee), " "); !ok || two && !strings.HasPrefix(s, `"`) {
		if !ok {
			word, _, _ = strings.Cut(s, " ")
		}
		return it, bad(`unrecognized key word: "%s"`, word).WithHint(`ACL key word must be "group" or "user".`)
	}
	it.Grantee = strings.TrimSpace(grantee)
	letters, rest, signed := strings.Cut(rest, "/")
	var last Privileges
	for i := range len(letters) {
		if letters[i] == '*' {
			it.Options |= last
			continue
		}
		if last, ok = PrivilegeLetter(letters[i]); !ok {
			return it, bad(`invalid mode character: must be one of "%s"`, aclLetters)
		}
		it.Privs |= last
	}
	if !signed {
		return it, nil
	}
	it.Grantor, rest, _ = cutACLName(rest+"=", '=')
	switch {
	case it.Grantor == "":
		return it, bad(`a name must follow the "/" sign`)
	case rest != "":
		return it, bad("extra garbage at the end of the ACL specification")
	}
	return it, nil
}

// cutACLName takes a role's name up to a mark, of which a quoted one may hold any.
func cutACLName(s string, mark byte) (name, rest string, ok bool) {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"' && quoted && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == mark && !quoted:
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}

// ACLName is a role as an item names it; a role that is gone is known by its number.
func ACLName(oid OID, name string, known bool) string {
	if !known {
		return strconv.FormatUint(uint64(oid), 10)
	}
	for i := range len(name) {
		if b := name[i]; b != '_' && (b < '0' || b > '9') && (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') {
			return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	return name
}

// Resolve finds the roles that an item names by role, or by number if they are gone.
// One without a grantor is the first superuser's.
func (n NamedACLItem) Resolve(role func(name string) (OID, bool)) (ACLItem, error) {
	it := n.ACLItem
	it.Grantor = firstSuperuser
	for _, of := range []struct {
		name string
		to   *OID
	}{{n.Grantee, &it.Grantee}, {n.Grantor, &it.Grantor}} {
		if of.name == "" {
			continue
		}
		oid, ok := role(of.name)
		if !ok {
			number, err := strconv.ParseUint(of.name, 10, 32)
			if err != nil {
				return it, sqlerr.New(sqlerr.UndefinedObject, `role "%s" does not exist`, of.name)
			}
			oid = OID(number)
		}
		*of.to = oid
	}
	return it, nil
}

// firstSuperuser is the role that a new cluster has.
const firstSuperuser OID = 10

// canonicalACLItem is the text of an item as it is printed. Without the names of roles,
// which only a session knows, it stays as it is written.
func canonicalACLItem(s string, f *Format) (string, error) {
	n, err := ParseACLItem(s)
	if err != nil || f.Names == nil {
		return s, err
	}
	it, err := n.Resolve(func(name string) (OID, bool) {
		oid, err := f.Names.ResolveReg(OIDRegrole, `"`+strings.ReplaceAll(name, `"`, `""`)+`"`)
		return oid, err == nil
	})
	if err != nil {
		return "", err
	}
	if n.Grantor == "" && f.Notice != nil {
		w := sqlerr.New("0L000", "defaulting grantor to user ID %d", firstSuperuser)
		w.Severity = "WARNING"
		f.Notice(w)
	}
	return string(it.AppendText(nil, func(oid OID) string {
		for _, name := range []string{n.Grantee, n.Grantor} {
			if found, err := f.Names.ResolveReg(OIDRegrole, `"`+strings.ReplaceAll(name, `"`, `""`)+`"`); err == nil && found == oid {
				return ACLName(oid, name, true)
			}
		}
		if name, ok := f.Names.AppendReg(nil, OIDRegrole, oid); ok {
			return string(name)
		}
		return ACLName(oid, "", false)
	})), nil
}
