package functions

import (
	"math"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// floatToChar prints a float from its exact value, as C's printf does: halves of
// decimals are seldom halves of the value. digits is how many the type has: no
// more are shown.
func (f *numberFormat) floatToChar(v float64, digits int) (string, error) {
	if math.IsNaN(v) {
		v = math.NaN() // a machine's own, of 0 times infinity, has a sign
	}
	switch {
	case f.roman:
		return f.romanText(numericFromFloat(math.RoundToEven(v), digits))
	case f.scientific:
		return f.scientificFloat(v), nil
	}
	if f.hasV {
		f.hasV = false
		if v *= math.Pow(10, float64(f.shift)); digits == 6 {
			v = float64(float32(v))
		}
	}
	if name := floatName(v); name != "" {
		f.post = max(0, min(f.post, digits-len(name)))
		if f.pre >= len(name) {
			return f.specialText(name, math.Signbit(v))
		}
		whole, frac, _ := f.split(&apd.Decimal{Form: apd.Infinite})
		return f.layout(whole, frac, math.Signbit(v)), nil
	}
	abs := math.Abs(v)
	f.post = max(0, min(f.post, digits-len(strconv.FormatFloat(abs, 'f', 0, 64))))
	d, _, err := apd.NewFromString(strconv.FormatFloat(abs, 'f', f.post, 64))
	if err != nil {
		return "", err
	}
	whole, frac, overflow := f.split(d)
	if f.post == 0 && !overflow {
		f.point = false
	}
	return f.layout(whole, frac, math.Signbit(v)), nil
}

// floatName is specialName for floats.
func floatName(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 0):
		return "Infinity"
	}
	return ""
}

func (f *numberFormat) scientificFloat(v float64) string {
	if floatName(v) != "" {
		return f.scientificText(&apd.Decimal{Form: apd.Infinite})
	}
	s := strconv.FormatFloat(v, 'e', f.post, 64)
	if !strings.HasPrefix(s, "-") {
		s = " " + s
	}
	return s
}
