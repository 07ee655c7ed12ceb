package types

import "testing"

// BenchmarkCodecs measures the paths that every row of a result or a load
// takes.
func BenchmarkCodecs(b *testing.B) {
	f := DefaultFormat()
	num, _ := ParseNumeric("12345.6789")
	for _, c := range []struct {
		typ  OID
		d    Datum
		text string
	}{
		{OIDInt8, Int(123456789), "123456789"},
		{OIDFloat8, Float(0.95), "0.95"},
		{OIDText, Text("drugs/semaglutide"), "drugs/semaglutide"},
		{OIDTimestamptz, Int(759637230123456), "2024-01-15 10:20:30.123456+00"},
		{OIDNumeric, Any(num), "12345.6789"},
	} {
		v := NewVec(c.typ)
		v.Append(c.d)
		name := FormatTypeBare(c.typ)
		buf := make([]byte, 0, 64)
		b.Run(name+"/out", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				buf, _ = AppendText(buf[:0], c.typ, &v, 0, f)
			}
		})
		b.Run(name+"/in", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ParseText(c.typ, -1, c.text, f)
			}
		})
	}
}
