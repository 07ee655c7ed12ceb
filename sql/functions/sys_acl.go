package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Access privilege items are texts, as PostgreSQL prints them: grantee=letters/grantor,
// where a star follows what may be granted on, and no grantee is everybody.

// aclPrivileges are the privileges in the order of their letters.
var aclPrivileges = []struct {
	letter byte
	name   string
}{
	{'a', "INSERT"}, {'r', "SELECT"}, {'w', "UPDATE"}, {'d', "DELETE"}, {'D', "TRUNCATE"}, {'x', "REFERENCES"}, {'t', "TRIGGER"}, {'X', "EXECUTE"},
	{'U', "USAGE"}, {'C', "CREATE"}, {'T', "TEMPORARY"}, {'c', "CONNECT"}, {'s', "SET"}, {'A', "ALTER SYSTEM"},
}

// aclItem is an item taken apart. What is granted and what may be granted on are
// letters.
type aclItem struct {
	grantee, grantor   string
	granted, grantable string
}

func parseACLItem(s string) (aclItem, bool) {
	var it aclItem
	var ok bool
	if it.grantee, s, ok = cutACLName(s, '='); !ok {
		return it, false
	}
	letters, rest, ok := strings.Cut(s, "/")
	if !ok {
		return it, false
	}
	for i := range len(letters) {
		switch {
		case letters[i] != '*':
			it.granted += letters[i : i+1]
		case i > 0:
			it.grantable += letters[i-1 : i]
		}
	}
	it.grantor, rest, ok = cutACLName(rest+"=", '=')
	return it, ok && rest == ""
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

// aclName is a role as an item names it; 0 is everybody.
func (c *Ctx) aclName(oid types.OID) string {
	if oid == 0 {
		return ""
	}
	name, ok := c.catalog().RoleName(oid)
	if !ok {
		return itoa(int(oid))
	}
	for i := range len(name) {
		if b := name[i]; b != '_' && (b < '0' || b > '9') && (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') {
			return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	return name
}

// defaultACLs say by kind of object what everybody and what the owner may.
var defaultACLs = map[byte][2]string{
	'c': {}, 'r': {"", "arwdDxt"}, 's': {"", "rwU"}, 'd': {"Tc", "CTc"}, 'f': {"X", "X"}, 'l': {"U", "U"}, 'L': {"", "rw"}, 'n': {"", "UC"},
	'p': {"", "sA"}, 't': {"", "C"}, 'F': {"", "U"}, 'S': {"", "U"}, 'T': {"U", "U"},
}

func rowACLDefault(c *Ctx, a []datum) (datum, error) {
	d, ok := defaultACLs[byte(a[0].I)]
	if !ok {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized object type abbreviation: %c", rune(byte(a[0].I)))
	}
	owner := c.aclName(oidArg(a[1]))
	var items []datum
	if d[0] != "" {
		items = append(items, types.Text("="+d[0]+"/"+owner))
	}
	if d[1] != "" {
		items = append(items, types.Text(owner+"="+d[1]+"/"+owner))
	}
	return types.Any(types.NewArray(types.OIDACLItem, items)), nil
}

func setACLExplode(c *Ctx, a []datum) (SetIter, error) {
	var rows [][]datum
	for _, e := range arr(a[0]).Elems {
		if e.Null {
			return nil, sqlerr.New(sqlerr.NullValueNotAllowed, "ACL arrays must not contain null values")
		}
		it, ok := parseACLItem(e.S)
		if !ok {
			return nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type aclitem: %q", e.S)
		}
		grantor, _ := c.catalog().RoleByName(it.grantor)
		grantee, _ := c.catalog().RoleByName(it.grantee)
		for _, p := range aclPrivileges {
			if strings.IndexByte(it.granted, p.letter) >= 0 {
				rows = append(rows, []datum{
					types.Int(int64(grantor)), types.Int(int64(grantee)), types.Text(p.name), types.Bool(strings.IndexByte(it.grantable, p.letter) >= 0),
				})
			}
		}
	}
	return &rowsIter{rows}, nil
}

func rowMakeACLItem(c *Ctx, a []datum) (datum, error) {
	name := strings.ToUpper(strings.TrimSpace(a[2].S))
	if name == "TEMP" {
		name = "TEMPORARY"
	}
	for _, p := range aclPrivileges {
		if p.name != name {
			continue
		}
		letters := string(p.letter)
		if a[3].I != 0 {
			letters += "*"
		}
		return types.Text(c.aclName(oidArg(a[0])) + "=" + letters + "/" + c.aclName(oidArg(a[1]))), nil
	}
	return null, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized privilege type: %q", a[2].S)
}

// rowACLContains reports whether a list grants all that an item does.
func rowACLContains(_ *Ctx, a []datum) (datum, error) {
	want, ok := parseACLItem(a[1].S)
	if !ok {
		return null, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type aclitem: %q", a[1].S)
	}
	for _, e := range arr(a[0]).Elems {
		it, ok := parseACLItem(e.S)
		if ok && it.grantee == want.grantee && it.grantor == want.grantor && hasLetters(it.granted, want.granted) && hasLetters(it.grantable, want.grantable) {
			return types.Bool(true), nil
		}
	}
	return types.Bool(false), nil
}

func hasLetters(of, all string) bool {
	for i := range len(all) {
		if strings.IndexByte(of, all[i]) < 0 {
			return false
		}
	}
	return true
}
