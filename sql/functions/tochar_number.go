package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// numberFormat is a parsed template of to_char(number) and to_number.
type numberFormat struct {
	nodes             []string // upper case, 9 0 . , S MI PL SG PR L TH and texts as 'x
	pre, post, shift  int
	zeroAt            int // how many digit places come before the first 0; -1 none
	point, fm         bool
	sign              string // "", S, MI, SG, PR, PL
	signFirst         bool
	roman, scientific bool
	lowerRoman        bool
	hasV              bool
}

func errNumFormat(msg string) error { return sqlerr.New(sqlerr.SyntaxError, "%s", msg) }

func parseNumberTemplate(t string) (*numberFormat, error) {
	f := &numberFormat{zeroAt: -1}
	for t != "" {
		key, n := numberKey(t)
		switch key {
		case "":
			text, _, rest := literalOf(t)
			f.nodes = append(f.nodes, "'"+text)
			t = rest
			continue
		case "FM":
			f.fm = true
			t = t[n:]
			continue
		case "B", "C", "SP": // blanks for zero, the currency, spelled: PostgreSQL reads and forgets them
			t = t[n:]
			continue
		}
		if f.scientific {
			return nil, errNumFormat("\"EEEE\" must be the last pattern used")
		}
		if err := f.use(key, t[:n]); err != nil {
			return nil, err
		}
		f.nodes = append(f.nodes, key)
		t = t[n:]
	}
	return f, nil
}

func numberKey(t string) (string, int) {
	k, word := wordOf(t, []string{"EEEE", "FM", "MI", "B", "C", "PL", "PR", "RN", "SG", "SP", "TH", ",", ".", "0", "9", "D", "G", "L", "S", "V"})
	switch k {
	case "D":
		return ".", 1
	case "G":
		return ",", 1
	case "TH":
		return word, 2
	}
	return k, len(k)
}

func (f *numberFormat) use(key, word string) error {
	switch key {
	case "9", "0":
		if f.sign == "PR" {
			return errNumFormat("\"9\" must be ahead of \"PR\"")
		}
		switch {
		case f.hasV:
			f.shift++
			f.pre++
		case f.point:
			f.post++
		default:
			if key == "0" && f.zeroAt < 0 {
				f.zeroAt = f.pre
			}
			f.pre++
		}
	case ".":
		if f.point {
			return errNumFormat("multiple decimal points")
		}
		if f.hasV {
			return errNumFormat("cannot use \"V\" and decimal point together")
		}
		f.point = true
	case "V":
		if f.point {
			return errNumFormat("cannot use \"V\" and decimal point together")
		}
		f.hasV = true
	case "S", "MI", "SG", "PR", "PL":
		if f.sign == "S" && key == "S" {
			return errNumFormat("cannot use \"S\" twice")
		}
		if f.sign != "" && (f.sign == "S" || key == "S" || f.sign == "PR" || key == "PR") {
			return errNumFormat("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together")
		}
		f.signFirst = f.pre == 0 && !f.point
		f.sign = key
	case "RN":
		f.roman, f.lowerRoman = true, word == "rn"
	case "EEEE":
		f.scientific = true
	}
	return nil
}
