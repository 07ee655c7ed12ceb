package functions

import (
	"bytes"
	"strings"
)

// numberWriter prints a number by a template, pattern after pattern; what it
// does with each is what PostgreSQL does.
type numberWriter struct {
	f      *numberFormat
	out    []byte
	digits string // the number without its sign, or # for what does not fit
	at     int    // the next of them
	last   int    // in digits: the last that FM lets show; -1 shows all
	sign   byte
	lead   int // places before the digits
	place  int // the places that were passed, the point among them
	count  int // of places, a sign's among them
	// signDone: it is written, or MI, PL and SG write it
	signDone bool
	// inNumber: the last place showed a digit
	inNumber bool
}

// write lays digits out; lead is how many places they leave empty.
func (f *numberFormat) write(digits string, lead int, sign byte) (string, error) {
	g := *f
	if g.roman { // nothing else counts then
		g = numberFormat{nodes: f.nodes, fm: f.fm, roman: true}
	}
	w := &numberWriter{f: &g, digits: digits, last: -1, sign: sign, lead: lead, count: g.post + g.pre - 1}
	w.start()
	for i := range g.nodes {
		if err := w.node(&g.nodes[i]); err != nil {
			return "", err
		}
	}
	if i := bytes.IndexByte(w.out, 0); i >= 0 { // where digits are missing, the text ends
		w.out = w.out[:i]
	}
	return string(w.out), nil
}

func (w *numberWriter) start() {
	f := w.f
	if f.plus || f.minus {
		w.signDone = f.minus
	} else {
		if w.sign != '-' && f.fm {
			f.bracket = false
		}
		w.signDone = w.sign == '+' && f.fm && f.signPlace == signNowhere
		if f.signPlace == signBefore && f.pre == f.signPre {
			f.signPlace = signBehind
		}
	}
	if f.fm && f.point {
		w.findLast()
	}
	if !w.signDone && w.lead == 0 {
		w.count++
	}
}

// findLast finds the last digit behind the point that is not 0, or the point, and
// does not cut what places of 0 ask for.
func (w *numberWriter) findLast() {
	w.last = strings.IndexByte(w.digits, '.')
	if w.last < 0 {
		return
	}
	for i := w.last + 1; i < len(w.digits); i++ {
		if w.digits[i] != '0' {
			w.last = i
		}
	}
	if w.f.zeroEnd > w.lead {
		w.last = max(w.last, min(len(w.digits)-1, w.f.zeroEnd-w.lead))
	}
}

// digit is the next digit; 0 behind the last.
func (w *numberWriter) digit() byte {
	if w.at < len(w.digits) {
		return w.digits[w.at]
	}
	return 0
}

func (w *numberWriter) lastIsPoint() bool { return w.last >= 0 && w.digits[w.last] == '.' }

// leadingZero: the next digit is a 0 before the point that is not shown.
func (w *numberWriter) leadingZero() bool {
	return !w.f.zero && w.at == 0 && w.digit() == '0' && w.f.post != 0
}

func (w *numberWriter) node(n *numberNode) error {
	switch n.key {
	case "":
		w.out = append(w.out, n.text...)
	case "9", "0", ".":
		if !w.f.roman {
			w.digitPlace(n.key)
		}
	case ",":
		if w.inNumber {
			w.out = append(w.out, ',')
		} else {
			w.blank()
		}
	case "L":
		w.out = append(w.out, ' ')
	case "RN", "rn":
		w.roman(n.key == "rn")
	case "TH", "th":
		if w.f.roman || strings.HasPrefix(w.digits, "#") || w.sign == '-' || w.f.point {
			return nil
		}
		if d := w.digits[len(w.digits)-1]; d < '0' || d > '9' {
			return errNotNumber(w.digits)
		}
		w.out = append(w.out, ordinal(w.digits, n.key == "TH")...)
	case "MI":
		w.signPattern('-')
	case "PL":
		w.signPattern('+')
	case "SG":
		w.out = append(w.out, w.sign)
	}
	return nil
}

func (w *numberWriter) blank() {
	if !w.f.fm {
		w.out = append(w.out, ' ')
	}
}

func (w *numberWriter) signPattern(sign byte) {
	if w.sign == sign {
		w.out = append(w.out, sign)
	} else {
		w.blank()
	}
}

func (w *numberWriter) roman(lower bool) {
	s := w.digits
	if lower {
		s = strings.ToLower(s)
	}
	if n := romanWidth - len(s); n > 0 && !w.f.fm {
		w.out = append(w.out, strings.Repeat(" ", n)...)
	}
	w.out = append(w.out, s...)
}

// digitPlace is a place of a digit or of the point.
func (w *numberWriter) digitPlace(key string) {
	f := w.f
	w.inNumber = false
	if !w.signDone && (w.place >= w.lead || f.zero && f.zeroAt == w.place) && (!w.leadingZero() || w.lastIsPoint()) {
		w.signBefore()
	}
	switch {
	case w.place >= w.lead:
		w.digitOrPoint(key)
	case !f.zero || f.zeroAt > w.place:
		w.blank()
	default:
		w.out = append(w.out, '0')
		w.inNumber = true
	}
	end := w.count
	if w.lead != 0 {
		end++
	}
	if f.point {
		end++
	}
	if w.last >= 0 && w.last == w.at {
		end = w.place
	}
	if w.place+1 == end {
		w.signBehind()
	}
	w.place++
}

func (w *numberWriter) digitOrPoint(key string) {
	switch d := w.digit(); {
	case d == '.':
		w.out = append(w.out, '.')
	case w.last >= 0 && w.at > w.last && key != "0":
	case w.leadingZero():
		switch {
		case !w.f.fm:
			w.out = append(w.out, ' ')
		case w.lastIsPoint():
			w.out = append(w.out, '0')
		}
	default:
		w.out = append(w.out, d)
		w.inNumber = true
	}
	w.at = min(w.at+1, len(w.digits))
}

func (w *numberWriter) signBefore() {
	f := w.f
	switch {
	case f.signPlace == signBefore:
		w.out = append(w.out, w.sign)
	case f.signPlace == signBehind:
		return
	case f.bracket && w.sign == '+':
		w.out = append(w.out, ' ')
	case f.bracket:
		w.out = append(w.out, '<')
	case w.sign == '+':
		w.blank()
	default:
		w.out = append(w.out, w.sign)
	}
	w.signDone = true
}

func (w *numberWriter) signBehind() {
	switch f := w.f; {
	case w.signDone && f.bracket && w.sign == '+':
		w.out = append(w.out, ' ')
	case w.signDone && f.bracket:
		w.out = append(w.out, '>')
	case f.signPlace == signBehind:
		w.out = append(w.out, w.sign)
	}
}
