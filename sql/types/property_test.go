package types

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
)

// newRand returns a generator whose seed is printed when the test fails.
func newRand(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 1))
}

func randText(r *rand.Rand) string {
	const chars = "ab \t\"\\{}(),NULL'é日\n0"
	rs := []rune(chars)
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteRune(rs[r.IntN(len(rs))])
	}
	return b.String()
}

func randNumeric(r *rand.Rand) *apd.Decimal {
	var b strings.Builder
	if r.IntN(2) == 0 {
		b.WriteByte('-')
	}
	for range 1 + r.IntN(40) {
		b.WriteByte('0' + byte(r.IntN(10)))
	}
	b.WriteByte('.')
	for range r.IntN(30) {
		b.WriteByte('0' + byte(r.IntN(10)))
	}
	d, _ := ParseNumeric(b.String())
	return d
}

// randDatum makes a value of any type that has values.
func randDatum(r *rand.Rand, t OID) Datum {
	stamp := MinTimestamp + int64(r.Uint64N(uint64(EndTimestamp-1))+r.Uint64N(uint64(-MinTimestamp)))
	switch t {
	case OIDBool:
		return Int(int64(r.IntN(2)))
	case OIDInt2:
		return Int(int64(int16(r.Uint64())))
	case OIDInt4:
		return Int(int64(int32(r.Uint64())))
	case OIDInt8:
		return Int(int64(r.Uint64()))
	case OIDFloat8:
		return Float(math.Float64frombits(r.Uint64()))
	case OIDFloat4:
		return Float(float64(math.Float32frombits(r.Uint32())))
	case OIDDate:
		return Int(minDate + r.Int64N(endDate-minDate))
	case OIDTime:
		return Int(r.Int64N(microsPerDay + 1))
	case OIDTimestamp, OIDTimestamptz:
		return Int(stamp)
	case OIDInterval:
		return Any(Interval{int32(r.Uint32()), int32(r.Uint32()), int64(r.Uint64())})
	case OIDTimetz:
		return Any(TimeTZ{r.Int64N(microsPerDay), int32(r.IntN(2*57599) - 57599)})
	case OIDNumeric:
		return Any(randNumeric(r))
	case OIDUUID, OIDBytea:
		var b [16]byte
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return Text(string(b[:]))
	case OIDText:
		return Text(randText(r))
	}
	return randArray(r, ElemOf(t))
}

func randArray(r *rand.Rand, elem OID) Datum {
	dims := make([]int32, r.IntN(4))
	n := int32(1)
	a := &Array{Elem: elem}
	for i := range dims {
		dims[i] = 1 + r.Int32N(3)
		n *= dims[i]
		a.Lbound = append(a.Lbound, r.Int32N(5)-1)
	}
	if a.Dims = dims; len(dims) == 0 {
		return Any(&Array{Elem: elem})
	}
	for range n {
		if r.IntN(5) == 0 {
			a.Elems = append(a.Elems, NullDatum)
		} else {
			a.Elems = append(a.Elems, randDatum(r, elem))
		}
	}
	return Any(a)
}

var valueTypes = []OID{OIDBool, OIDInt2, OIDInt4, OIDInt8, OIDFloat4, OIDFloat8, OIDDate, OIDTime, OIDTimestamp, OIDTimestamptz,
	OIDInterval, OIDTimetz, OIDNumeric, OIDUUID, OIDBytea, OIDText, OIDTextArray, OIDInt4Array, OIDNumericArray, OIDTimestamptzArray,
	OIDFloat8Array, OIDIntervalArray, OIDByteaArray}

// TestRoundTrip: every value reads back equal from its text in every style and
// from its binary form.
func TestRoundTrip(t *testing.T) {
	r := newRand(t)
	berlin, _ := time.LoadLocation("Europe/Berlin")
	for _, typ := range valueTypes {
		for i := range 400 {
			f := &Format{ExtraFloatDigits: 1, DateStyle: DateStyle(i % 4), DateOrder: DateOrder(i / 4 % 3),
				IntervalStyle: IntervalStyle(i % 4), ByteaOutput: ByteaOutput(i % 2)}
			if i%8 == 0 && f.DateStyle == DateISO {
				f.Loc = berlin
			}
			d := randDatum(r, typ)
			if iv, ok := d.A.(Interval); ok && (iv.Micros == math.MinInt64 || iv.Months == math.MinInt32) {
				continue
			}
			text, err := AppendTextDatum(nil, typ, d, f)
			if err != nil {
				t.Fatalf("%s: %v", FormatTypeBare(typ), err)
			}
			back, err := ParseText(typ, -1, string(text), f)
			if err != nil {
				if hardInterval(typ, f) || hardYear(f) {
					continue
				}
				t.Fatalf("%s: reading %q: %v", FormatTypeBare(typ), text, err)
			}
			if !Equal(typ, d, back) && !hardInterval(typ, f) && !hardYear(f) {
				t.Errorf("%s: %q reads back as another value (style %d, order %d)", FormatTypeBare(typ), text, f.DateStyle, f.DateOrder)
			}
			bin, _ := AppendBinaryDatum(nil, typ, d)
			if back, err = ParseBinary(typ, -1, bin); err != nil || !Equal(typ, d, back) {
				t.Errorf("%s: %x reads back as another value: %v", FormatTypeBare(typ), bin, err)
			}
		}
	}
}

// hardInterval tells the styles in which intervals of extreme parts do not
// read back in PostgreSQL either.
func hardInterval(t OID, f *Format) bool {
	return (t == OIDInterval || t == OIDIntervalArray) && f.IntervalStyle != IntervalPostgres
}

// hardYear tells the styles whose field order is ambiguous when read.
func hardYear(f *Format) bool {
	return f.DateStyle != DateISO && f.DateOrder == OrderYMD || f.DateStyle == DateGerman
}

// TestOrderIsTotal: Compare is antisymmetric and transitive, and equal values
// hash equally.
func TestOrderIsTotal(t *testing.T) {
	r := newRand(t)
	for _, typ := range valueTypes {
		ds := make([]Datum, 24)
		for i := range ds {
			ds[i] = randDatum(r, typ)
		}
		ds[0] = NullDatum
		for _, a := range ds {
			for _, b := range ds {
				ab := sign(Compare(typ, a, b))
				if ab != -sign(Compare(typ, b, a)) {
					t.Errorf("%s: not antisymmetric", FormatTypeBare(typ))
				}
				if ab == 0 && Hash(typ, a, 1) != Hash(typ, b, 1) {
					t.Errorf("%s: equal values hash differently", FormatTypeBare(typ))
				}
				for _, c := range ds {
					if ab <= 0 && Compare(typ, b, c) <= 0 && Compare(typ, a, c) > 0 {
						t.Errorf("%s: not transitive", FormatTypeBare(typ))
					}
				}
			}
		}
	}
}

func TestCalendar(t *testing.T) {
	r := newRand(t)
	for range 20000 {
		d := minDate + r.Int64N(endDate-minDate)
		y, m, day := CivilFromDate(d)
		if back := DateFromCivil(y, m, day); back != d {
			t.Fatalf("%d is %d-%d-%d is %d", d, y, m, day, back)
		}
	}
	for range 20000 {
		v := time.Unix(r.Int64N(1<<36)-1<<35, 0).UTC()
		y, m, d := v.Date()
		if got, want := DateFromCivil(y, int(m), d), (v.Unix()-946684800-int64(v.Hour()*3600+v.Minute()*60+v.Second()))/86400; got != want {
			t.Fatalf("%s: %d, want %d", v, got, want)
		}
	}
}

// TestNow: the words that depend on the transaction's time.
func TestNow(t *testing.T) {
	ny, _ := time.LoadLocation("America/New_York")
	f := &Format{Loc: ny, Now: time.Date(2024, 3, 1, 3, 4, 5, 678901000, time.UTC)} // still February there
	for _, c := range []struct {
		typ         OID
		input, want string
	}{
		{OIDTimestamptz, "now", "2024-02-29 22:04:05.678901-05"},
		{OIDTimestamp, "now", "2024-02-29 22:04:05.678901"},
		{OIDDate, "now", "2024-02-29"},
		{OIDDate, "today", "2024-02-29"},
		{OIDDate, "tomorrow", "2024-03-01"},
		{OIDDate, "yesterday", "2024-02-28"},
		{OIDTimestamp, "today", "2024-02-29 00:00:00"},
		{OIDTimestamptz, "tomorrow 12:30", "2024-03-01 12:30:00-05"},
		{OIDTimestamptz, "yesterday allballs", "2024-02-27 19:00:00-05"},
		{OIDTime, "now", "22:04:05.678901"},
		{OIDTimetz, "now", "22:04:05.678901-05"},
		{OIDTimetz, "10:00", "10:00:00-05"},
	} {
		d, err := ParseText(c.typ, -1, c.input, f)
		if err != nil {
			t.Errorf("%s %q: %v", FormatTypeBare(c.typ), c.input, err)
			continue
		}
		if got, _ := AppendTextDatum(nil, c.typ, d, f); string(got) != c.want {
			t.Errorf("%s %q: got %s, want %s", FormatTypeBare(c.typ), c.input, got, c.want)
		}
	}
}

// TestNoAllocations holds the fast paths to their promise.
func TestNoAllocations(t *testing.T) {
	buf := make([]byte, 0, 256)
	f := DefaultFormat()
	num, _ := ParseNumeric("-12345.6789")
	datums := map[OID]Datum{OIDInt4: Int(-12345), OIDFloat8: Float(3.25e-7), OIDText: Text("hello"), OIDTimestamptz: Int(759637230123456),
		OIDDate: Int(8888), OIDBool: Int(1), OIDNumeric: Any(num), OIDUUID: Text("0123456789abcdef"), OIDBytea: Text("\x00\xff")}
	for typ, d := range datums {
		v := NewVec(typ)
		v.Append(d)
		hashes := make([]uint64, 1)
		if n := testing.AllocsPerRun(100, func() {
			if _, err := AppendText(buf, typ, &v, 0, f); err != nil {
				t.Fatal(err)
			}
			if _, err := AppendBinary(buf, typ, &v, 0); err != nil {
				t.Fatal(err)
			}
			HashVec(&v, 1, hashes)
			CompareVec(&v, 0, &v, 0)
		}); n != 0 {
			t.Errorf("%s: %v allocations", FormatTypeBare(typ), n)
		}
	}
	for typ, s := range map[OID]string{OIDText: "hello", OIDInt8: "-123", OIDFloat8: "1.5e3", OIDTimestamptz: "2024-01-15T10:20:30.5Z",
		OIDTimestamp: "2024-01-15 10:20:30", OIDDate: "2024-01-15", OIDBool: "true"} {
		if n := testing.AllocsPerRun(100, func() {
			if _, err := ParseText(typ, -1, s, f); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("reading %s: %v allocations", FormatTypeBare(typ), n)
		}
	}
}
