package functions

import (
	"strings"
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
		if len(a[1].S) == 1 && !fold && len(a[0].S) == n {
			var err error
			if p, err = c.like(a[1].S[0], fold, raw); err != nil {
				return err
			}
			if p.kind == likePrefix {
				for i, s := range a[0].S {
					out.I[i] = b2i(strings.HasPrefix(s, p.lit)) ^ flip
				}
				return nil
			}
		}
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
