package types

import (
	"encoding/binary"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Signs of numeric's binary form: int16 digits, int16 weight, uint16 sign,
// int16 display scale, then digits of base 10,000, the first worth
// 10000^weight.
const (
	numericPositive = 0x0000
	numericNegative = 0x4000
	numericNaN      = 0xC000
	numericPlusInf  = 0xD000
	numericMinusInf = 0xF000

	// infinityScale is what PostgreSQL sends as the infinities' display scale.
	infinityScale = 0x20
)

func appendNumericHeader(dst []byte, digits, weight, sign, scale int) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(digits))
	dst = binary.BigEndian.AppendUint16(dst, uint16(weight))
	dst = binary.BigEndian.AppendUint16(dst, uint16(sign))
	return binary.BigEndian.AppendUint16(dst, uint16(scale))
}

// appendNumericBinary appends numeric_send's form.
func appendNumericBinary(dst []byte, d *apd.Decimal) []byte {
	switch {
	case d.Form == apd.NaN || d.Form == apd.NaNSignaling:
		return appendNumericHeader(dst, 0, 0, numericNaN, 0)
	case d.Form == apd.Infinite && d.Negative:
		return appendNumericHeader(dst, 0, 0, numericMinusInf, infinityScale)
	case d.Form == apd.Infinite:
		return appendNumericHeader(dst, 0, 0, numericPlusInf, infinityScale)
	}
	scale := int(NumericScale(d))
	if d.Coeff.Sign() == 0 {
		return appendNumericHeader(dst, 0, 0, numericPositive, scale)
	}
	var buf [128]byte
	text := d.Coeff.Append(buf[:0], 10)
	text = appendZeros(text, max(0, int(d.Exponent)))
	// Digits stand in groups of four counted from the point.
	before := len(text) - scale
	lead := ((-before)%4 + 4) % 4 // zeros that fill the first group
	weight := (before+lead)/4 - 1
	groups := (len(text) + lead + 3) / 4
	group := func(g int) (v uint16) {
		for k := g*4 - lead; k < g*4-lead+4; k++ {
			v *= 10
			if k >= 0 && k < len(text) {
				v += uint16(text[k] - '0')
			}
		}
		return v
	}
	first := 0
	for group(first) == 0 {
		first++
	}
	for group(groups-1) == 0 {
		groups--
	}
	sign := numericPositive
	if d.Negative {
		sign = numericNegative
	}
	dst = appendNumericHeader(dst, groups-first, weight-first, sign, scale)
	for g := first; g < groups; g++ {
		dst = binary.BigEndian.AppendUint16(dst, group(g))
	}
	return dst
}

func badNumericBinary(what string) error {
	return sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid %s in external \"numeric\" value", what)
}

// parseNumericBinary reads numeric_recv's form. Digits beyond the display
// scale are cut off.
func parseNumericBinary(b []byte) (*apd.Decimal, error) {
	if len(b) < 8 {
		return nil, errShort()
	}
	n := int(binary.BigEndian.Uint16(b))
	weight := int(int16(binary.BigEndian.Uint16(b[2:])))
	sign := binary.BigEndian.Uint16(b[4:])
	scale := int(binary.BigEndian.Uint16(b[6:]))
	switch sign {
	case numericPositive, numericNegative:
	case numericNaN:
		return &apd.Decimal{Form: apd.NaN}, nil
	case numericPlusInf:
		return &apd.Decimal{Form: apd.Infinite}, nil
	case numericMinusInf:
		return &apd.Decimal{Form: apd.Infinite, Negative: true}, nil
	default:
		return nil, badNumericBinary("sign")
	}
	if scale > MaxNumericScale {
		return nil, badNumericBinary("scale")
	}
	b = b[8:]
	if len(b) < 2*n {
		return nil, errShort()
	}
	if len(b) > 2*n {
		return nil, errTrailing()
	}
	d := &apd.Decimal{Exponent: int32(-scale)}
	var buf [128]byte
	text := buf[:0]
	for i := 0; i < n; i++ {
		v := binary.BigEndian.Uint16(b[2*i:])
		if v > 9999 {
			return nil, badNumericBinary("digit")
		}
		text = append(text, '0'+byte(v/1000), '0'+byte(v/100%10), '0'+byte(v/10%10), '0'+byte(v%10))
	}
	// Bring the text to weight·4+4 digits before and scale digits after the point.
	want := (weight+1)*4 + scale
	if want <= 0 || n == 0 {
		return d, nil
	}
	if want <= len(text) {
		text = text[:want]
	} else {
		text = appendZeros(text, want-len(text))
	}
	for len(text) > 1 && text[0] == '0' {
		text = text[1:]
	}
	setDigits(&d.Coeff, text)
	d.Negative = sign == numericNegative && d.Coeff.Sign() != 0
	return d, nil
}
