package functions

import (
	"math"
	"strings"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// hlWord is a token of a text that a headline is made of. A token that several
// words of the query match stands there once for each.
type hlWord struct {
	kind     int
	text     string
	pos      int
	item     *types.TSNode
	repeated bool

	in, selected, replace, skip bool
}

// notWord reports tokens that do not count as words.
func (w *hlWord) notWord() bool { return w.kind == tokSpace || w.kind == tokTag || w.whole() }

// whole reports tokens whose parts come after them.
func (w *hlWord) whole() bool {
	return w.kind == tokURL || w.kind == tokNumHyphen || w.kind == tokAsciiHyphen || w.kind == tokHyphen
}

func (w *hlWord) interesting() bool { return w.item != nil && !w.repeated }

// headline is a text with what a headline of it is to be.
type headline struct {
	words []hlWord
	q     *types.TSQuery

	minWords, maxWords, short, fragments, maxCover int

	all                    bool
	start, stop, delimiter string
}

// badEnd reports words that a headline should not end with.
func (h *headline) badEnd(i int) bool {
	w := &h.words[i]
	no := w.notWord()
	switch w.kind {
	case tokScientific, tokVersion, tokDecimal, tokInt, tokUint, tokProtocol, tokEntity:
		no = true
	}
	return (no || len(w.text) <= h.short) && !w.interesting()
}

// read cuts the text into words and finds those that the query has.
func (h *headline) read(c *Ctx, cfg *TSConfig, text string) error {
	p, pos := tsScanner{s: text}, 0
	h.words = h.words[:0]
	for p.next() {
		if len(p.token) >= types.MaxLexeme {
			errTSWordLong(c)
			continue
		}
		w := hlWord{kind: p.kind, text: p.token}
		d := cfg.Dict(p.kind)
		if d == nil {
			h.words = append(h.words, w)
			continue
		}
		pos++
		lex := d.lexeme(p.token)
		if lex != "" {
			w.pos = types.MakeTSPos(pos, 0).Pos()
		}
		at := len(h.words)
		h.words = append(h.words, w)
		h.q.Root.Walk(func(n *types.TSNode) {
			if lex == "" || n.Op != types.TSWord || n.Word != lex && !(n.Prefix && strings.HasPrefix(lex, n.Word)) {
				return
			}
			if h.words[at].item == nil {
				h.words[at].item = n
				return
			}
			w := h.words[at]
			w.item, w.repeated = n, true
			h.words = append(h.words, w)
		})
	}
	return p.err
}

// first returns the first word from i on that the query has, or -1.
func (h *headline) first(i int) int {
	for ; i < len(h.words); i++ {
		if h.words[i].item != nil {
			return i
		}
	}
	return -1
}

// cover finds the earliest, shortest stretch from word i on that satisfies the
// query.
func (h *headline) cover(i int) (p, q int, ok bool) {
	if h.q.Root == nil {
		return 0, 0, false
	}
	for p = h.first(i); p >= 0; p = h.first(p + 1) {
		for q = p; q >= 0 && (q == p || q-p < h.maxCover); q = h.first(q + 1) {
			part := h.words[p : q+1]
			if tsExecute(h.q.Root, func(n *types.TSNode, places *tsPlaces) ternary { return hlCheck(part, n, places) }) {
				return p, q, true
			}
		}
	}
	return 0, 0, false
}

func hlCheck(words []hlWord, n *types.TSNode, places *tsPlaces) ternary {
	res := tsNo
	for i := range words {
		if words[i].item != n {
			continue
		}
		res = tsYes
		if places == nil {
			break
		}
		if k := len(places.pos); k == 0 || places.pos[k-1] < words[i].pos {
			places.pos = append(places.pos, words[i].pos)
		}
	}
	return res
}

// mark makes words from to to part of the headline.
func (h *headline) mark(from, to int) {
	for i := from; i <= to; i++ {
		w := &h.words[i]
		w.selected = w.selected || w.item != nil
		w.skip = w.skip || w.whole()
		w.replace = w.replace || !h.all && w.kind == tokTag
		w.in = !w.repeated
	}
}

// beginning marks the first words, of which there are enough.
func (h *headline) beginning() {
	n, i := 0, 0
	for ; i < len(h.words) && n < h.minWords; i++ {
		if !h.words[i].notWord() {
			n++
		}
	}
	h.mark(0, i-1)
}

// text puts the marked words together.
func (h *headline) text() string {
	var b strings.Builder
	fragments, inside := 0, false
	for i := range h.words {
		w := &h.words[i]
		switch {
		case w.repeated:
			continue
		case !w.in:
			inside = false
			continue
		case !inside:
			if inside = true; fragments > 0 {
				b.WriteString(h.delimiter)
			}
			fragments++
		}
		switch {
		case w.replace:
			b.WriteByte(' ')
		case w.skip:
		case w.selected:
			b.WriteString(h.start + w.text + h.stop)
		default:
			b.WriteString(w.text)
		}
	}
	return b.String()
}

// options reads the parameters of ts_headline.
func (h *headline) options(s string) error {
	h.minWords, h.maxWords, h.short, h.start, h.stop, h.delimiter = 15, 35, 3, "<b>", "</b>", " ... "
	params, err := tsParameters(s)
	if err != nil {
		return err
	}
	for _, p := range params {
		var num *int
		switch asciiLower(p.name) {
		case "maxwords":
			num = &h.maxWords
		case "minwords":
			num = &h.minWords
		case "shortword":
			num = &h.short
		case "maxfragments":
			num = &h.fragments
		case "startsel":
			h.start = p.value
		case "stopsel":
			h.stop = p.value
		case "fragmentdelimiter":
			h.delimiter = p.value
		case "highlightall":
			switch asciiLower(p.value) {
			case "1", "on", "true", "t", "y", "yes":
				h.all = true
			default:
				h.all = false
			}
		default:
			return sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized headline parameter: \"%s\"", p.name)
		}
		if num != nil {
			d, err := types.ParseText(tInt4, -1, p.value, nil)
			if err != nil {
				return err
			}
			*num = int(d.I)
		}
	}
	h.maxCover = max(h.maxWords*10, 100)
	if h.fragments > 0 {
		h.maxCover *= h.fragments
	}
	return h.checkOptions()
}

func (h *headline) checkOptions() error {
	message := ""
	switch {
	case h.all:
	case h.minWords >= h.maxWords:
		message = "MinWords should be less than MaxWords"
	case h.minWords <= 0:
		message = "MinWords should be positive"
	case h.short < 0:
		message = "ShortWord should be >= 0"
	case h.fragments < 0:
		message = "MaxFragments should be >= 0"
	}
	switch {
	case message != "":
	case len(h.start) > math.MaxInt16:
		message = `value for "StartSel" is too long`
	case len(h.stop) > math.MaxInt16:
		message = `value for "StopSel" is too long`
	case len(h.delimiter) > math.MaxInt16:
		message = `value for "FragmentDelimiter" is too long`
	}
	if message != "" {
		return sqlerr.New(sqlerr.InvalidParameterValue, "%s", message)
	}
	return nil
}

func (h *headline) of(c *Ctx, cfg *TSConfig, text string) (string, error) {
	if err := h.read(c, cfg, text); err != nil {
		return "", err
	}
	if h.fragments == 0 {
		h.best()
	} else {
		h.bestFragments()
	}
	return h.text(), nil
}

// rowTSHeadline makes headlines of a text, or of all strings of a JSON value.
func rowTSHeadline(config bool, t types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		n := len(a) + 1
		if config {
			n = 1
		}
		cfg, a, err := c.tsConfigArg(a, n)
		if err != nil {
			return null, err
		}
		h := headline{q: tsq(a[1])}
		params := ""
		if len(a) > 2 {
			params = a[2].S
		}
		if err := h.options(params); err != nil {
			return null, err
		}
		var out string
		if t == tText {
			out, err = h.of(c, cfg, a[0].S)
		} else {
			var b []byte
			b, err = h.appendJSON(nil, c, cfg, jsonTrim(a[0].S), t == tJSONB)
			out = string(b)
		}
		return types.Text(out), err
	}
}

// appendJSON copies a JSON value with a headline in place of each string.
func (h *headline) appendJSON(b []byte, c *Ctx, cfg *TSConfig, s string, blanks bool) ([]byte, error) {
	switch jsonKind(s) {
	case '"':
		text, err := h.of(c, cfg, jsonString(s))
		return jsonpath.AppendQuoted(b, text), err
	case '{', '[':
	default:
		return append(b, s...), nil
	}
	l := openJSON(s)
	b = append(b, l.kind)
	for i, v := range l.vals {
		if i > 0 {
			if b = append(b, ','); blanks {
				b = append(b, ' ')
			}
		}
		if l.kind == '{' {
			if b = append(jsonpath.AppendQuoted(b, l.keys[i]), ':'); blanks {
				b = append(b, ' ')
			}
		}
		var err error
		if b, err = h.appendJSON(b, c, cfg, v, blanks); err != nil {
			return nil, err
		}
	}
	return append(b, l.kind+2), nil
}
