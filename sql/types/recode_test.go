package types

import (
	"bytes"
	"testing"

	"github.com/stemedb/stemedb/sql/charset"
)

// TestRecodeBinary: the texts in a binary form are translated wherever they stand, with
// their lengths, and the rest is as it was.
func TestRecodeBinary(t *testing.T) {
	latin, err := charset.NewCoder("LATIN1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		t    OID
		text string
	}{
		{OIDText, "née"}, {OIDJSON, `{"é": 1}`}, {OIDJSONB, `{"é": "ü"}`}, {OIDName, "é"}, {OIDJSONPath, `$."é"`},
		{OIDTextArray, `{é,NULL,"",ü}`}, {OIDTextArray, `[2:3][0:1]={{é,x},{y,üü}}`}, {OIDTextArray, `{}`},
		{OIDTSVector, `'été':1,3A 'x' 'ö':2`}, {OIDTSQuery, `'é' & ( 'ü':*A <3> 'x' ) | !'ö'`},
		{OIDInt4Array, `{1,2}`}, {OIDBytea, `\xc3a9`}, {OIDInt8, "50089"},
	} {
		d, err := ParseText(c.t, -1, c.text, DefaultFormat())
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		utf, err := AppendBinaryDatum(nil, c.t, d)
		if err != nil {
			t.Fatal(err)
		}
		out, err := RecodeBinary([]byte("<"), c.t, utf, latin.Encode)
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		if want := bytes.Count([]byte(c.text), []byte{0xc3}); len(out)-1 != len(utf)-want {
			t.Errorf("%s: %x of %x", c.text, out[1:], utf)
		}
		back, err := RecodeBinary(nil, c.t, out[1:], latin.Decode)
		if err != nil || !bytes.Equal(back, utf) {
			t.Errorf("%s: %x, %v; want %x", c.text, back, err, utf)
		}
	}
	// What a client sends may be anything; it comes through for the parser to refuse.
	for _, b := range [][]byte{{}, {0, 0}, {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1}, {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 9, 9}} {
		for _, o := range []OID{OIDTextArray, OIDTSVector, OIDTSQuery, OIDRecord} {
			if out, err := RecodeBinary(nil, o, b, latin.Decode); err != nil || !bytes.Equal(out, b) {
				t.Errorf("%d: %x has become %x, %v", o, b, out, err)
			}
		}
	}
}
