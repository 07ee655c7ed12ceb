package types

import (
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

func TestRecord(t *testing.T) {
	cols := []OID{OIDInt4, OIDText, OIDText, OIDBool}
	for _, c := range []struct{ in, out string }{
		{`(1,a,"b c",t)`, `(1,a,"b c",t)`},
		{`(,,"",)`, `(,,"",)`},
		{` ( 1,"a""b\\c",\,,f) `, `(1,"a""b\\c",",",f)`},
		{`(1,a"b,c"d,e,t)`, `(1,"ab,cd",e,t)`},
		{`1,2`, "Missing left parenthesis."},
		{`(1,a,b)`, "Too few columns."},
		{`(1,a,b,t,x)`, "Too many columns."},
		{`(1,a,b,t)x`, "Junk after right parenthesis."},
		{`(1,a,"b`, "Unexpected end of input."},
		{`(1,a,b\`, "Unexpected end of input."},
	} {
		r, err := ParseRecord(cols, nil, c.in, nil)
		if err != nil {
			if got := sqlerr.From(err).Detail; got != c.out {
				t.Errorf("%q: %v, %s", c.in, err, got)
			}
			continue
		}
		got, err := AppendTextDatum(nil, OIDRecord, Any(r), nil)
		if err != nil || string(got) != c.out {
			t.Errorf("%q: got %s (%v), want %s", c.in, got, err, c.out)
		}
		bin, err := AppendBinaryDatum(nil, OIDRecord, Any(r))
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseBinary(OIDRecord, -1, bin)
		if err != nil || Compare(OIDRecord, Any(r), back) != 0 || Hash(OIDRecord, Any(r), 0) != Hash(OIDRecord, back, 0) {
			t.Errorf("%q: binary form: %v", c.in, err)
		}
	}
	if _, err := ParseText(OIDRecord, -1, "(1)", nil); sqlerr.From(err).Code != sqlerr.FeatureNotSupported {
		t.Errorf("anonymous row: %v", err)
	}
}

// names is a catalog of one relation.
type names struct{}

func (names) AppendReg(dst []byte, reg, oid OID) ([]byte, bool) {
	if reg == OIDRegclass && oid == 16384 {
		return append(dst, "assertions"...), true
	}
	return dst, false
}

func (names) ResolveReg(reg OID, s string) (OID, error) {
	if reg == OIDRegclass && s == "assertions" {
		return 16384, nil
	}
	return 0, unknownReg(reg, s)
}

func TestReg(t *testing.T) {
	f := &Format{Names: names{}}
	for _, c := range []struct {
		typ     OID
		in, out string
	}{
		{OIDRegclass, "assertions", "assertions"},
		{OIDRegclass, "16384", "assertions"},
		{OIDRegclass, "16385", "16385"},
		{OIDRegclass, "-", "-"},
		{OIDRegclass, "0", "-"},
		{OIDRegclass, "nope", `relation "nope" does not exist (SQLSTATE 42P01)`},
		{OIDRegtype, "int4", "integer"},
		{OIDRegtype, "character varying(10)", "character varying"},
		{OIDRegtype, "timestamp (3) with time zone", "timestamp with time zone"},
		{OIDRegtype, `"char"`, `"char"`},
		{OIDRegtype, "pg_catalog.int8[]", "bigint[]"},
		{OIDRegtype, "float(24)", "real"},
		{OIDRegtype, "nope", `type "nope" does not exist (SQLSTATE 42704)`},
		{OIDRegnamespace, "x", `schema "x" does not exist (SQLSTATE 3F000)`},
		{OIDRegrole, "x", `role "x" does not exist (SQLSTATE 42704)`},
		{OIDRegproc, "x", `function "x" does not exist (SQLSTATE 42883)`},
	} {
		d, err := ParseText(c.typ, -1, c.in, f)
		if err != nil {
			if err.Error() != c.out {
				t.Errorf("%s %q: %v", FormatTypeBare(c.typ), c.in, err)
			}
			continue
		}
		if got, _ := AppendTextDatum(nil, c.typ, d, f); string(got) != c.out {
			t.Errorf("%s %q: got %s, want %s", FormatTypeBare(c.typ), c.in, got, c.out)
		}
	}
}

func TestTextIsChecked(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b":    "invalid byte sequence for encoding \"UTF8\": 0x00",
		"\xff":      "invalid byte sequence for encoding \"UTF8\": 0xff",
		"é\xe2\x28": "invalid byte sequence for encoding \"UTF8\": 0xe2 0x28",
	} {
		_, err := ParseText(OIDText, -1, in, nil)
		if e := sqlerr.From(err); e == nil || e.Code != sqlerr.CharacterNotInRepertoire || e.Message != want {
			t.Errorf("%q: %v", in, err)
		}
		if _, err := ParseBinary(OIDVarchar, -1, []byte(in)); err == nil {
			t.Errorf("%q: binary form is taken", in)
		}
	}
}

func TestBinaryIsChecked(t *testing.T) {
	for _, c := range []struct {
		typ OID
		in  string
		msg string
	}{
		{OIDInt4, "abc", "insufficient data left in message"},
		{OIDInt4, "abcde", "incorrect binary data format"},
		{OIDNumeric, "\x00\x01\x00\x00\x12\x34\x00\x00\x00\x01", "invalid sign in external \"numeric\" value"},
		{OIDNumeric, "\x00\x01\x00\x00\x00\x00\x00\x00\x27\x10", "invalid digit in external \"numeric\" value"},
		{OIDNumeric, "\x00\x01\x00\x00\x00\x00\x7f\xff\x00\x01", "invalid scale in external \"numeric\" value"},
		{OIDNumeric, "\xff\xff\x00\x00\x00\x00\x00\x00", "insufficient data left in message"},
		{OIDUUID, "short", "insufficient data left in message"},
		{OIDJSONB, "\x02{}", "unsupported jsonb version number 2"},
		{OIDTime, "\xff\xff\xff\xff\xff\xff\xff\xff", "time out of range"},
		{OIDTimestamptz, "\x80\x00\x00\x00\x00\x00\x00\x01", "timestamp out of range"},
		{OIDDate, "\x80\x00\x00\x01", "date out of range"},
		{OIDInt4Array, "\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x17", "number of array dimensions (7) exceeds the maximum allowed (6)"},
		{OIDInt4Array, "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x19", "binary data has array element type 25 (text) instead of expected 23 (integer)"},
		{OIDInt4Array, "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x17\x07\xff\xff\xff\x00\x00\x00\x01", "insufficient data left in message"},
		{OIDRecord, "\x7f\xff\xff\xff", "insufficient data left in message"},
		{OIDVarbit, "\x7f\xff\xff\xf0", "insufficient data left in message"},
	} {
		_, err := ParseBinary(c.typ, -1, []byte(c.in))
		if err == nil || sqlerr.From(err).Message != c.msg {
			t.Errorf("%s %x: %v, want %s", FormatTypeBare(c.typ), c.in, err, c.msg)
		}
	}
	deep := []byte{}
	for range 200 {
		deep = append([]byte("\x00\x00\x00\x01\x00\x00\x08\xc9"), append([]byte{0, 0, byte(len(deep) >> 8), byte(len(deep))}, deep...)...)
	}
	if _, err := ParseBinary(OIDRecord, -1, deep); err == nil || sqlerr.From(err).Code != sqlerr.StatementTooComplex {
		t.Errorf("deep rows: %v", err)
	}
}

func TestUnsupportedTypes(t *testing.T) {
	for _, typ := range []OID{OIDGTSVector, OIDAnyElement, OIDTrigger, OIDPgType} {
		_, err := ParseText(typ, -1, "x", nil)
		if e := sqlerr.From(err); e == nil || e.Code != sqlerr.FeatureNotSupported {
			t.Errorf("%s: %v", FormatTypeBare(typ), err)
		}
	}
}

func TestDeepJSON(t *testing.T) {
	for _, typ := range []OID{OIDJSON, OIDJSONB} {
		_, err := ParseText(typ, -1, strings.Repeat("[", 100000), nil)
		if err == nil {
			t.Error("deep json is taken")
		}
	}
}

// FuzzParseText: no text makes an input function panic, and what is read
// prints as something that reads back equal.
func FuzzParseText(f *testing.F) {
	fuzzed := []OID{OIDDate, OIDTime, OIDTimetz, OIDTimestamp, OIDTimestamptz, OIDInterval, OIDNumeric, OIDInt4Array, OIDTextArray,
		OIDJSONB, OIDFloat8, OIDBytea, OIDUUID, OIDVarbit, OIDInet, OIDRegtype,
		OIDPoint, OIDLseg, OIDLine, OIDBox, OIDPath, OIDPolygon, OIDCircle, OIDBoxArray}
	for i, s := range []string{"2024-01-15", "10:20:30", "04:05:06 America/New_York", "J2451187.5", "Mon Jan 15 10:20:30.5 2024 EST",
		"1 year 2 mons -3 days", "1e131071", "[0:1]={1,2}", `{"a",NULL,{b}}`, `{"a":[1,"\ud83d\ude00"]}`, "1e23", `\x00`, "P1Y2M3DT4H5M6S",
		"x1f", "10/8", "timestamp(3) with time zone[]", "y2024m1d15", "P00010203T040506", "-1-2 +3 -4:05", "t", "1:2:3:4"} {
		f.Add(i, s)
	}
	for i, s := range []string{"(1,2)", "[(1,2),(3,4)]", "{1,2,3}", "(1,2),(3,4)", "((1,2),(NaN,inf))", "1,2,3,4,0x5p1,6", "<(1,2),3>", "{1,2,3,4;5,6,7,8}"} {
		f.Add(16+i, s)
	}
	f.Add(2, "0000A20") // times with time zone that PostgreSQL prints as what it does not read
	f.Add(2, "0000A100")
	f.Fuzz(func(t *testing.T, i int, s string) {
		typ := fuzzed[uint(i)%uint(len(fuzzed))]
		d, err := ParseText(typ, -1, s, nil)
		if err != nil {
			if sqlerr.From(err).Code == sqlerr.InternalError {
				t.Fatalf("%s %q: %v", FormatTypeBare(typ), s, err)
			}
			return
		}
		text, err := AppendTextDatum(nil, typ, d, nil)
		if err != nil {
			t.Fatalf("%s %q: %v", FormatTypeBare(typ), s, err)
		}
		if z, ok := d.A.(TimeTZ); ok && (z.West <= -maxZoneSeconds || z.West >= maxZoneSeconds) {
			// As in PostgreSQL, a zone in POSIX form may lie further off than
			// a displacement may: "0:00 A20" is printed, and not read again.
			wantZoneOverflow(t, typ, d, string(text))
			return
		}
		if back, err := ParseText(typ, -1, string(text), nil); err != nil || !Equal(typ, d, back) {
			t.Fatalf("%s %q prints as %q, which reads as another value: %v", FormatTypeBare(typ), s, text, err)
		}
		bin, err := AppendBinaryDatum(nil, typ, d)
		if err != nil {
			t.Fatalf("%s %q: %v", FormatTypeBare(typ), s, err)
		}
		if back, err := ParseBinary(typ, -1, bin); err != nil || !Equal(typ, d, back) {
			t.Fatalf("%s %q: %x reads as another value: %v", FormatTypeBare(typ), s, bin, err)
		}
	})
}

// wantZoneOverflow checks that neither form of a time whose zone lies too far
// off is read back: it is refused, or "-100" is read as an hour.
func wantZoneOverflow(t *testing.T, typ OID, d Datum, text string) {
	t.Helper()
	back, err := ParseText(typ, -1, text, nil)
	if err == nil && Equal(typ, d, back) || err != nil && sqlerr.From(err).Code != sqlerr.InvalidTimeZone {
		t.Fatalf("%q: %v", text, err)
	}
	bin, err := AppendBinaryDatum(nil, typ, d)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if _, err := ParseBinary(typ, -1, bin); sqlerr.From(err).Code != sqlerr.InvalidTimeZone {
		t.Fatalf("%q: %x: %v", text, bin, err)
	}
}

// FuzzParseBinary: no bytes make a receive function panic, and what is read
// can be printed.
func FuzzParseBinary(f *testing.F) {
	all := All()
	f.Add(23, []byte{0, 0, 0, 1})
	f.Add(1700, []byte("\x00\x01\x00\x00\x00\x00\x00\x02\x00\x01"))
	f.Add(1007, []byte("\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x17\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x04\x00\x00\x00\x07"))
	f.Add(604, []byte("\x00\x00\x00\x01\x3f\xf0\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(602, []byte("\x01\x00\x00\x00\x01\x3f\xf0\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(2249, []byte("\x00\x00\x00\x01\x00\x00\x00\x17\x00\x00\x00\x04\x00\x00\x00\x07"))
	f.Fuzz(func(t *testing.T, i int, b []byte) {
		ty := &all[uint(i)%uint(len(all))]
		if byOID, ok := Lookup(OID(i)); ok {
			ty = byOID
		}
		d, err := ParseBinary(ty.OID, -1, b)
		if err != nil {
			return
		}
		if _, err := AppendTextDatum(nil, ty.OID, d, nil); err != nil {
			t.Fatalf("%s %x: %v", ty.Name, b, err)
		}
		again, err := AppendBinaryDatum(nil, ty.OID, d)
		if err != nil {
			t.Fatalf("%s %x: %v", ty.Name, b, err)
		}
		back, err := ParseBinary(ty.OID, -1, again)
		if err != nil || !Equal(ty.OID, d, back) || Hash(ty.OID, d, 3) != Hash(ty.OID, back, 3) {
			t.Fatalf("%s %x: %x reads as another value: %v", ty.Name, b, again, err)
		}
	})
}
