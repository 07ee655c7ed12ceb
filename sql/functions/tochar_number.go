package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// numberFormat is a parsed template of to_char(number) and to_number.
type numberFormat struct {
	nodes     []numberNode
	pre, post int // places of digits before and behind the point
	shift     int // places behind V
	zeroAt    int // how many places come before the first 0
	zeroEnd   int // and how many up to the last
	signPlace signPlace
	signPre   int // how many places come before S
	zero      bool
	point     bool
	fm        bool
	blank     bool
	bracket   bool
	plus      bool
	minus     bool
	roman     bool
	hasV      bool
	// scientific is EEEE
	scientific bool
}

// numberNode is a pattern, or a character that stands for itself.
type numberNode struct {
	key  string // upper case, save rn and th; D is . and G is , as in locale C; empty: text
	text string
}

// signPlace says where S stands.
type signPlace uint8

const (
	signNowhere signPlace = iota
	signBefore
	signBehind
)

// numberKeys are the patterns, each before its own prefixes.
func numberKeys() []string {
	return []string{"EEEE", "FM", "MI", "B", "C", "PL", "PR", "RN", "SG", "SP", "TH", ",", ".", "0", "9", "D", "G", "L", "S", "V"}
}

func parseNumberTemplate(t string) (*numberFormat, error) {
	f := &numberFormat{}
	keys := numberKeys()
	for t != "" {
		key, word := wordOf(t, keys)
		if key == "" {
			var text string
			text, _, t = literalOf(t)
			f.nodes = append(f.nodes, numberNode{text: text})
			continue
		}
		t = t[len(word):]
		switch key {
		case "D":
			key = "."
		case "G":
			key = ","
		case "RN", "TH":
			key = word
		}
		if f.scientific && key != "EEEE" {
			return nil, errNumFormat("\"EEEE\" must be the last pattern used")
		}
		if msg := f.use(key); msg != "" {
			return nil, errNumFormat(msg)
		}
		f.nodes = append(f.nodes, numberNode{key: key})
	}
	return f, nil
}

func errNumFormat(msg string) error {
	e := sqlerr.New(sqlerr.SyntaxError, "%s", msg)
	if msg == incompatibleEEEE {
		e.Detail = "\"EEEE\" may only be used together with digit and decimal point patterns."
	}
	return e
}

const incompatibleEEEE = "\"EEEE\" is incompatible with other formats"

// use notes what a pattern asks for, and tells what forbids it here.
func (f *numberFormat) use(key string) string {
	switch key {
	case "9", "0":
		return f.digit(key)
	case "B":
		f.blank = f.blank || f.pre == 0 && f.post == 0 && !f.zero
	case ".":
		switch {
		case f.point:
			return "multiple decimal points"
		case f.hasV:
			return "cannot use \"V\" and decimal point together"
		}
		f.point = true
	case "V":
		if f.point {
			return "cannot use \"V\" and decimal point together"
		}
		f.hasV = true
	case "FM":
		f.fm = true
	case "rn", "RN":
		f.roman = true
	case "EEEE":
		switch {
		case f.scientific:
			return "cannot use \"EEEE\" twice"
		case f.blank || f.fm || f.signPlace != signNowhere || f.bracket || f.minus || f.plus || f.roman || f.hasV:
			return incompatibleEEEE
		}
		f.scientific = true
	default:
		return f.useSign(key)
	}
	return ""
}

func (f *numberFormat) digit(key string) string {
	if f.bracket {
		return "\"" + key + "\" must be ahead of \"PR\""
	}
	switch {
	case f.hasV && key == "9":
		f.shift++
		return ""
	case f.point:
		f.post++
	default:
		if key == "0" && !f.zero {
			f.zero, f.zeroAt = true, f.pre
		}
		f.pre++
	}
	if key == "0" {
		f.zeroEnd = f.pre + f.post
	}
	return ""
}

func (f *numberFormat) useSign(key string) string {
	if f.signPlace != signNowhere && (key == "MI" || key == "PL" || key == "SG") {
		return "cannot use \"S\" and \"" + key + "\" together"
	}
	switch key {
	case "S":
		switch {
		case f.signPlace != signNowhere:
			return "cannot use \"S\" twice"
		case f.plus || f.minus || f.bracket:
			return "cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together"
		case f.point:
			f.signPlace = signBehind
		default:
			f.signPlace, f.signPre = signBefore, f.pre
		}
	case "MI":
		f.minus = true
	case "PL":
		f.plus = true
	case "SG":
		f.minus, f.plus = true, true
	case "PR":
		if f.signPlace != signNowhere || f.plus || f.minus {
			return "cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together"
		}
		f.bracket = true
	}
	return ""
}
