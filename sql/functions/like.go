package functions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

type likeKey struct {
	pattern string
	fold    bool
	raw     bool // bytea: bytes, not characters
}

// likePattern is a LIKE pattern in compiled form. Most patterns are a literal
// with a % at one end or both, which need no matching machine.
type likePattern struct {
	kind  likeKind
	lit   string
	parts []likePart
	fold  bool
	raw   bool
}

type likeKind uint8

const (
	likeExact likeKind = iota
	likePrefix
	likeSuffix
	likeContains
	likeGeneral
)

// likePart is one step of a general pattern.
type likePart struct {
	op  byte // 'l' literal bytes, '_' any character, '%' any run
	lit string
}

const maxPatterns = 256 // a cache beyond this is dropped rather than grown

func (c *Ctx) like(pattern string, fold, raw bool) (*likePattern, error) {
	k := likeKey{pattern, fold, raw}
	m := c.patterns().like
	if p := m[k]; p != nil {
		return p, nil
	}
	p, err := compileLike(pattern, fold, raw)
	if err != nil {
		return nil, err
	}
	if len(m) >= maxPatterns {
		clear(m)
	}
	m[k] = p
	return p, nil
}

func compileLike(pattern string, fold, raw bool) (*likePattern, error) {
	p := &likePattern{fold: fold, raw: raw}
	if fold {
		pattern = strings.ToLower(pattern)
	}
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			p.parts = append(p.parts, likePart{'l', lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(pattern); i++ {
		switch ch := pattern[i]; ch {
		case '\\':
			i++
			if i == len(pattern) {
				// an error, but only once matching comes this far
				flush()
				p.parts = append(p.parts, likePart{op: 'e'})
				break
			}
			lit.WriteByte(pattern[i])
		case '%':
			flush()
			if n := len(p.parts); n == 0 || p.parts[n-1].op != '%' {
				p.parts = append(p.parts, likePart{op: '%'})
			}
		case '_':
			flush()
			p.parts = append(p.parts, likePart{op: '_'})
		default:
			lit.WriteByte(ch)
		}
	}
	flush()
	p.classify()
	return p, nil
}

// classify picks the cheapest way to match.
func (p *likePattern) classify() {
	p.kind = likeGeneral
	switch n := p.parts; {
	case len(n) == 0:
		p.kind = likeExact
	case n[len(n)-1].op == 'e':
	case len(n) == 1 && n[0].op == 'l':
		p.kind, p.lit = likeExact, n[0].lit
	case len(n) == 1 && n[0].op == '%':
		p.kind = likePrefix
	case len(n) == 2 && n[0].op == 'l' && n[1].op == '%':
		p.kind, p.lit = likePrefix, n[0].lit
	case len(n) == 2 && n[0].op == '%' && n[1].op == 'l':
		p.kind, p.lit = likeSuffix, n[1].lit
	case len(n) == 3 && n[0].op == '%' && n[1].op == 'l' && n[2].op == '%':
		p.kind, p.lit = likeContains, n[1].lit
	}
}

func (p *likePattern) match(s string) (bool, error) {
	if p.fold {
		s = strings.ToLower(s)
	}
	switch p.kind {
	case likeExact:
		return s == p.lit, nil
	case likePrefix:
		return strings.HasPrefix(s, p.lit), nil
	case likeSuffix:
		return strings.HasSuffix(s, p.lit), nil
	case likeContains:
		return strings.Contains(s, p.lit), nil
	}
	return p.general(s)
}

// general matches with a single point of return: to a later % an earlier one
// need never be tried again, so that the cost is at most the product of the
// lengths.
func (p *likePattern) general(s string) (bool, error) {
	pos, part := 0, 0
	backPos, backPart := -1, 0
	for {
		if part < len(p.parts) {
			switch q := &p.parts[part]; q.op {
			case '%':
				backPos, backPart = pos, part+1
				part++
				continue
			case 'e':
				if pos < len(s) {
					return false, sqlerr.New(sqlerr.InvalidEscapeSequence, "LIKE pattern must not end with escape character")
				}
			case '_':
				if pos < len(s) {
					pos += p.width(s[pos:])
					part++
					continue
				}
			default:
				if strings.HasPrefix(s[pos:], q.lit) {
					pos += len(q.lit)
					part++
					continue
				}
			}
		} else if pos == len(s) {
			return true, nil
		}
		if backPos < 0 || backPos >= len(s) {
			return false, nil
		}
		backPos += p.width(s[backPos:])
		pos, part = backPos, backPart
	}
}

func (p *likePattern) width(s string) int {
	if p.raw || s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

func likeRow(fold, raw, neg bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		p, err := c.like(a[1].S, fold, raw)
		if err != nil {
			return null, err
		}
		ok, err := p.match(a[0].S)
		return types.Bool(ok != neg), err
	}
}

func likeVec(fold, raw, neg bool) vecFunc {
	return func(c *Ctx, a []*vec, n int, out *vec) error {
		flip := b2i(neg)
		var p *likePattern
		for i := range n {
			if out.IsNull(i) {
				continue
			}
			if p == nil || len(a[1].S) > 1 {
				var err error
				if p, err = c.like(at(a[1].S, i), fold, raw); err != nil {
					return err
				}
			}
			ok, err := p.match(at(a[0].S, i))
			if err != nil {
				return err
			}
			out.I[i] = b2i(ok) ^ flip
		}
		return nil
	}
}

// likeEscape rewrites a pattern with another escape character into one with
// the backslash.
func likeEscape(pattern, esc string) (string, error) {
	if utf8.RuneCountInString(esc) > 1 {
		return "", sqlerr.New(sqlerr.InvalidEscapeSequence, "invalid escape string").WithHint("Escape string must be empty or one character.")
	}
	if esc == `\` {
		return pattern, nil
	}
	var b strings.Builder
	for i := 0; i < len(pattern); {
		switch {
		case esc != "" && strings.HasPrefix(pattern[i:], esc):
			i += len(esc)
			b.WriteByte('\\')
			// the escaped character is taken as it is, a backslash too
			if i < len(pattern) {
				_, n := utf8.DecodeRuneInString(pattern[i:])
				b.WriteString(pattern[i : i+n])
				i += n
			}
		case pattern[i] == '\\':
			b.WriteString(`\\`)
			i++
		default:
			b.WriteByte(pattern[i])
			i++
		}
	}
	return b.String(), nil
}

func rowLikeEscape(_ *Ctx, a []datum) (datum, error) {
	s, err := likeEscape(a[0].S, a[1].S)
	return types.Text(s), err
}

// LikePrefix returns the literal that every match of a pattern starts with,
// and whether the pattern is exactly "starts with that literal". ok is false
// for a malformed pattern.
func LikePrefix(pattern string) (prefix string, exact, ok bool) {
	p, err := compileLike(pattern, false, false)
	if err != nil {
		return "", false, false
	}
	if p.kind == likePrefix {
		return p.lit, true, true
	}
	if n := len(p.parts); n > 0 && p.parts[n-1].op == 'e' {
		return "", false, false
	}
	if len(p.parts) > 0 && p.parts[0].op == 'l' {
		return p.parts[0].lit, false, true
	}
	return "", false, true
}

// lower and upper map letters one by one, as the C.UTF-8 collation does.
func lower(s string) string { return mapCase(s, unicode.ToLower) }
func upper(s string) string { return mapCase(s, unicode.ToUpper) }

func mapCase(s string, f func(rune) rune) string { return strings.Map(f, s) }

// likeFuncs are LIKE and ILIKE.
func likeFuncs() []Func {
	return []Func{
		{
			OID: 850, Name: "textlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 1569, Name: "like", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Src: "textlike", Doc: "matches LIKE expression",
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 858, Name: "namelike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 1571, Name: "like", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Src: "namelike", Doc: "matches LIKE expression",
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 1631, Name: "bpcharlike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "textlike",
			Row: likeRow(false, false, false), Vec: likeVec(false, false, false),
		},
		{
			OID: 851, Name: "textnlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1570, Name: "notlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar, Src: "textnlike", Doc: "does not match LIKE expression",
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 859, Name: "namenlike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1572, Name: "notlike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar, Src: "namenlike", Doc: "does not match LIKE expression",
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1632, Name: "bpcharnlike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "textnlike",
			Row: likeRow(false, false, true), Vec: likeVec(false, false, true),
		},
		{
			OID: 1633, Name: "texticlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, false), Vec: likeVec(true, false, false),
		},
		{
			OID: 1635, Name: "nameiclike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, false), Vec: likeVec(true, false, false),
		},
		{
			OID: 1660, Name: "bpchariclike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "texticlike",
			Row: likeRow(true, false, false), Vec: likeVec(true, false, false),
		},
		{
			OID: 1634, Name: "texticnlike", Args: oids{tText, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, true), Vec: likeVec(true, false, true),
		},
		{
			OID: 1636, Name: "nameicnlike", Args: oids{tName, tText}, Ret: tBool, Kind: Scalar,
			Row: likeRow(true, false, true), Vec: likeVec(true, false, true),
		},
		{
			OID: 1661, Name: "bpcharicnlike", Args: oids{tBpchar, tText}, Ret: tBool, Kind: Scalar, Src: "texticnlike",
			Row: likeRow(true, false, true), Vec: likeVec(true, false, true),
		},
		{
			OID: 2005, Name: "bytealike", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, true, false), Vec: likeVec(false, true, false),
		},
		{
			OID: 2007, Name: "like", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar, Src: "bytealike", Doc: "matches LIKE expression",
			Row: likeRow(false, true, false), Vec: likeVec(false, true, false),
		},
		{
			OID: 2006, Name: "byteanlike", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar,
			Row: likeRow(false, true, true), Vec: likeVec(false, true, true),
		},
		{
			OID: 2008, Name: "notlike", Args: oids{tBytea, tBytea}, Ret: tBool, Kind: Scalar, Src: "byteanlike", Doc: "does not match LIKE expression",
			Row: likeRow(false, true, true), Vec: likeVec(false, true, true),
		},
		{
			OID: 1637, Name: "like_escape", Args: oids{tText, tText}, Ret: tText, Kind: Scalar, Doc: "convert LIKE pattern to use backslash escapes",
			Row: rowLikeEscape,
		},
		{
			OID: 2009, Name: "like_escape", Args: oids{tBytea, tBytea}, Ret: tBytea, Kind: Scalar, Src: "like_escape_bytea", Doc: "convert LIKE pattern to use backslash escapes",
			Row: rowLikeEscape,
		},
	}
}

func likeOperators() []Operator {
	return []Operator{
		{1207, "~~", tName, tText, tBool, 858, 0, 1208},
		{1208, "!~~", tName, tText, tBool, 859, 0, 1207},
		{1209, "~~", tText, tText, tBool, 850, 0, 1210},
		{1210, "!~~", tText, tText, tBool, 851, 0, 1209},
		{1211, "~~", tBpchar, tText, tBool, 1631, 0, 1212},
		{1212, "!~~", tBpchar, tText, tBool, 1632, 0, 1211},
		{1625, "~~*", tName, tText, tBool, 1635, 0, 1626},
		{1626, "!~~*", tName, tText, tBool, 1636, 0, 1625},
		{1627, "~~*", tText, tText, tBool, 1633, 0, 1628},
		{1628, "!~~*", tText, tText, tBool, 1634, 0, 1627},
		{1629, "~~*", tBpchar, tText, tBool, 1660, 0, 1630},
		{1630, "!~~*", tBpchar, tText, tBool, 1661, 0, 1629},
		{2016, "~~", tBytea, tBytea, tBool, 2005, 0, 2017},
		{2017, "!~~", tBytea, tBytea, tBool, 2006, 0, 2016},
	}
}
