package functions

import (
	"math"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// best marks the best stretch of the text: one that holds a whole cover before
// one that does not, then the one with most words of the query, then one with
// a good end.
func (h *headline) best() {
	if h.all {
		h.mark(0, len(h.words)-1)
		return
	}
	type stretch struct {
		from, to, items int
		whole           bool
	}
	best := stretch{items: -1}
	for p, q, ok := h.cover(0); ok; p, q, ok = h.cover(p + 1) {
		var s stretch
		s.from, s.to, s.items = h.fit(p, q)
		s.whole = s.from <= p && s.to >= q
		if s.whole && !best.whole || s.whole == best.whole && (s.items > best.items ||
			s.items == best.items && !h.badEnd(s.to) && h.badEnd(best.to)) {
			best = s
		}
	}
	if best.items < 0 {
		h.beginning()
		return
	}
	h.mark(best.from, best.to)
}

// hlCount counts words and words of the query.
type hlCount struct{ words, items int }

func (n *hlCount) add(w *hlWord, by int) {
	if !w.notWord() {
		n.words += by
	}
	if w.interesting() {
		n.items += by
	}
}

// fit makes a cover longer or shorter, to be a headline.
func (h *headline) fit(p, q int) (from, to, items int) {
	var n hlCount
	from, to = p, p
	i := p
	for ; i <= q && n.words < h.maxWords; i++ {
		n.add(&h.words[i], 1)
		to = i
	}
	if n.words >= h.maxWords {
		for i = min(i, q); n.words > h.minWords && h.badEnd(i); i-- {
			n.add(&h.words[i], -1)
			to = i - 1
		}
		return from, to, n.items
	}
	for i--; i < len(h.words) && n.words < h.maxWords; i++ {
		if i > q {
			n.add(&h.words[i], 1)
		}
		to = i
		if !h.badEnd(i) && n.words >= h.minWords {
			break
		}
	}
	if n.words < h.minWords { // the text has ended: to the left then
		for i = p - 1; i >= 0; i-- {
			n.add(&h.words[i], 1)
			if n.words >= h.maxWords || !h.badEnd(i) && n.words >= h.minWords {
				break
			}
		}
		from = max(i, 0)
	}
	return from, to, n.items
}

// hlFragment is a part of a cover that a headline may hold.
type hlFragment struct {
	from, to        int
	hlCount         hlCount
	taken, excluded bool
}

// bestFragments marks the best parts of covers, each stretched to both sides.
func (h *headline) bestFragments() {
	var list []hlFragment
	for p, q, ok := h.cover(0); ok; p, q, ok = h.cover(p + 1) {
		for from := p; from <= q; {
			f := h.fragment(from, q)
			list = append(list, f)
			from = f.to + 1
		}
	}
	marked := false
	for range h.fragments {
		best, items, words := -1, 0, math.MaxInt32
		for i := range list {
			f := &list[i]
			if !f.taken && !f.excluded && (items < f.hlCount.items || items == f.hlCount.items && words > f.hlCount.words) {
				best, items, words = i, f.hlCount.items, f.hlCount.words
			}
		}
		if best < 0 {
			break
		}
		f := &list[best]
		f.taken, marked = true, true
		h.stretch(f)
		h.mark(f.from, f.to)
		for i := range list {
			if g := &list[i]; i != best && g.from <= f.to && g.to >= f.from {
				g.excluded = true
			}
		}
	}
	if !marked {
		h.beginning()
	}
}

// fragment cuts the first part off a cover: both its ends are words of the
// query, and it is no longer than a headline may be.
func (h *headline) fragment(from, to int) hlFragment {
	f := hlFragment{from: from, to: to}
	for i := from; i <= to; i++ {
		if f.from = i; h.words[i].interesting() {
			break
		}
	}
	i := f.from
	for ; i <= to && f.hlCount.words < h.maxWords; i++ {
		f.hlCount.add(&h.words[i], 1)
	}
	if to > i {
		for f.to = i; f.to >= f.from && !h.words[f.to].interesting(); f.to-- {
			if !h.words[f.to].notWord() {
				f.hlCount.words--
			}
		}
		f.to = max(f.to, f.from)
	}
	return f
}

// stretch makes a fragment longer to both sides, up to good ends.
func (h *headline) stretch(f *hlFragment) {
	room := h.maxWords - f.hlCount.words
	if room <= 0 {
		return
	}
	count := func(i, by int) {
		if !h.words[i].notWord() {
			f.hlCount.words += by
		}
	}
	enough := f.hlCount.words + room/2
	at := f.from
	for i := f.from - 1; i >= 0 && f.hlCount.words < enough && !h.words[i].in; i-- {
		count(i, 1)
		at = i
	}
	for ; at < f.from && h.badEnd(at); at++ {
		count(at, -1)
	}
	f.from, at = at, f.to
	for i := f.to + 1; i < len(h.words) && f.hlCount.words < h.maxWords && !h.words[i].in; i++ {
		count(i, 1)
		at = i
	}
	for ; at > f.to && h.badEnd(at); at-- {
		count(at, -1)
	}
	f.to = at
}

// tsParameter is one of the parameters of a dictionary or a headline.
type tsParameter struct{ name, value string }

// tsParameters reads "name = value, …"; values and names may be quoted.
func tsParameters(s string) ([]tsParameter, error) {
	bad := sqlerr.New(sqlerr.SyntaxError, "invalid parameter list format: \"%s\"", s)
	blank := func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r", r) }
	var out []tsParameter
	rest := s
	for {
		rest = strings.TrimLeftFunc(rest, func(r rune) bool { return r == ',' || blank(r) })
		if rest == "" {
			return out, nil
		}
		var p tsParameter
		if rest[0] == '"' {
			var ok bool
			if p.name, rest, ok = tsQuoted(rest[1:], '"', false); !ok {
				return nil, bad
			}
		} else {
			end := strings.IndexFunc(rest[1:], func(r rune) bool { return r == '=' || blank(r) }) + 1
			if end == 0 {
				return nil, bad
			}
			p.name, rest = rest[:end], rest[end:]
		}
		rest = strings.TrimLeftFunc(rest, blank)
		if !strings.HasPrefix(rest, "=") {
			return nil, bad
		}
		if rest = strings.TrimLeftFunc(rest[1:], blank); rest == "" {
			return nil, bad
		}
		ok := true
		switch {
		case rest[0] == '\'':
			p.value, rest, ok = tsQuoted(rest[1:], '\'', true)
		case strings.HasPrefix(rest, "E'"):
			p.value, rest, ok = tsQuoted(rest[2:], '\'', true)
		case rest[0] == '"':
			p.value, rest, ok = tsQuoted(rest[1:], '"', false)
		default:
			end := strings.IndexFunc(rest, func(r rune) bool { return r == ',' || blank(r) })
			if end < 0 {
				end = len(rest)
			}
			p.value, rest = rest[:end], rest[end:]
		}
		if !ok {
			return nil, bad
		}
		out = append(out, p)
	}
}

// tsQuoted reads up to a quote; doubled quotes, and doubled backslashes where
// they count, are one.
func tsQuoted(s string, quote byte, backslashes bool) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		double := i+1 < len(s) && s[i+1] == s[i]
		switch {
		case s[i] == quote && !double:
			return b.String(), s[i+1:], true
		case s[i] == quote || backslashes && s[i] == '\\' && double:
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}
