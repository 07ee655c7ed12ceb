package claimfile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// read renders everything a file gives, a line for each record and reject:
// the line number, then the given fields or the reason.
func read(t *testing.T, file string, opt Options) string {
	t.Helper()
	r, err := New(strings.NewReader(file), opt)
	if err != nil {
		return "error: " + err.Error()
	}
	var b strings.Builder
	for {
		rec, rej, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return b.String()
		case err != nil:
			return b.String() + "error: " + err.Error()
		case rej != nil:
			fmt.Fprintf(&b, "%d rejected: %s: %q\n", rej.Line, rej.Reason, rej.Raw)
		default:
			fmt.Fprintf(&b, "%d", rec.Line)
			for i, f := range rec.Fields {
				if f.Given {
					fmt.Fprintf(&b, " %s=%q", Columns[i], f.Text)
				}
			}
			b.WriteByte('\n')
		}
	}
}

func TestCSV(t *testing.T) {
	csv := Options{Format: "csv"}
	for _, c := range []struct {
		name, file, want string
		opt              Options
	}{
		{"plain", "concept_path,value\na,1\nb,\n", "2 concept_path=\"a\" value=\"1\"\n3 concept_path=\"b\"\n", csv},
		{"no last newline, CRLF, byte order mark", "\xef\xbb\xbfvalue,unit\r\n1,kg\r\n\r\n2,m", "2 value=\"1\" unit=\"kg\"\n4 value=\"2\" unit=\"m\"\n", csv},
		{"quotes", "value,unit\n\"a, \"\"b\"\"\nc\",x\nd,e\n", "2 value=\"a, \\\"b\\\"\\nc\" unit=\"x\"\n4 value=\"d\" unit=\"e\"\n", csv},
		{"too few and too many fields", "value,unit\n1\n2,m\n3,m,x\n", "2 rejected: there are 1 fields where the header has 2: \"1\"\n3 value=\"2\" unit=\"m\"\n4 rejected: there are 3 fields where the header has 2: \"3,m,x\"\n", csv},
		{"a bare quote", "value,unit\na\"b\"c,m\n2,m\n", "2 rejected: bare \" in non-quoted-field at column 2: \"a\\\"b\\\"c,m\"\n3 value=\"2\" unit=\"m\"\n", csv},
		{"a quote never closed", "value,unit\n\"1,m\n2,m\n\"3\",m\n", "2 rejected: a quote is opened and never closed: \"\\\"1,m\"\n3 value=\"2\" unit=\"m\"\n4 value=\"3\" unit=\"m\"\n", csv},
		{"two of them", "value,unit\n\"1,m\r\n2,m\n\"3,m\n4,m\n\"5,m", "2 rejected: extraneous or missing \" in quoted-field at column 1: \"\\\"1,m\\r\\n2,m\\n\\\"3,m\"\n" +
			"5 value=\"4\" unit=\"m\"\n6 rejected: extraneous or missing \" in quoted-field at column 5: \"\\\"5,m\"\n", csv},
		{"one at the end", "value\n\"1", "2 rejected: extraneous or missing \" in quoted-field at column 3: \"\\\"1\"\n", csv},
		{"delimiter", "value\tunit\n1,5\tm\n", "2 value=\"1,5\" unit=\"m\"\n", Options{Format: "csv", Delimiter: '\t'}},
		{"mapping and defaults", "subject,junk,unit\na,x,\nb,y,m\n", "2 concept_path=\"a\" unit=\"kg\"\n3 concept_path=\"b\" unit=\"m\"\n",
			Options{Format: "csv", Map: map[string]string{"subject": "concept_path", "junk": ""}, Defaults: map[string]string{"unit": "kg", "source": ""}}},
		{"unknown column", "value,colour\n", `error: csv header: a claim has no column "colour"; map it (--map colour=concept_path) or drop it (--map colour=)`, csv},
		{"a column twice", "value,v\n", `error: csv header: columns "value" and "v" are both value`, Options{Format: "csv", Map: map[string]string{"v": "value"}}},
		{"empty", "", "error: csv header: the file is empty", csv},
		{"a server-set column", "tier\n", `error: csv header: a claim has no column "tier"; map it (--map tier=concept_path) or drop it (--map tier=)`, csv},
		{"a bad map", "", `error: column "a" is mapped to "b", which a claim does not have; it has ` + strings.Join(Columns, ", "), Options{Format: "csv", Map: map[string]string{"a": "b"}}},
		{"a bad default", "", `error: a claim has no column "b"; it has ` + strings.Join(Columns, ", "), Options{Format: "csv", Defaults: map[string]string{"b": "x"}}},
		{"a bad format", "", `error: format "xml" is not csv or ndjson`, Options{Format: "xml"}},
	} {
		if got := read(t, c.file, c.opt); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestNDJSON(t *testing.T) {
	file := `{"concept_path":"a","value":1.50,"confidence":0.5,"unit":null,"source":""}

{"value":{"k": [1, 2]},"metadata":{"x": "y"},"derived_from":["a\"b","c\\d"]}
{"value":true,"derived_from":"{x}"}
not json
[1]
{"value":1,"colour":"red"}
{"source":{"a":1}}
{"derived_from":[1]}
{"value":"last"}`
	want := `1 concept_path="a" value="1.50" confidence="0.5"
3 value="{\"k\":[1,2]}" derived_from="{\"a\\\"b\",\"c\\\\d\"}" metadata="{\"x\":\"y\"}"
4 value="true" derived_from="{x}"
5 rejected: the line is not a JSON object: invalid character 'o' in literal null (expecting 'u'): "not json"
6 rejected: the line is not a JSON object: json: cannot unmarshal array into Go value of type map[string]json.RawMessage: "[1]"
7 rejected: a claim has no column "colour"; map it (--map colour=concept_path) or drop it (--map colour=): "{\"value\":1,\"colour\":\"red\"}"
8 rejected: source is a JSON object or list, and should be a string: "{\"source\":{\"a\":1}}"
9 rejected: derived_from is not a list of ids: "{\"derived_from\":[1]}"
10 value="last"
`
	if got := read(t, file, Options{Format: "ndjson"}); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestLongRecords: a record over the bound is refused and the next one is read,
// however it grew so long.
func TestLongRecords(t *testing.T) {
	long := strings.Repeat("x", maxRecord)
	for _, c := range []struct {
		format, file, line, reason, next string
	}{
		{"csv", "value\n" + long + "y\nb\n", "2", errTooLong.Error(), `3 value="b"`},
		{"csv", "value\n\"" + long + "\"\nb\n", "2", errTooLong.Error(), `3 value="b"`},
		{"csv", "value\n\"a\nb\n" + strings.Repeat(long[:1<<20]+"\n", 9), "2", errOpenQuote.Error(), `3 value="b"`},
		{"ndjson", `{"value":"` + long + "\"}\n{\"value\":\"b\"}\n", "1", errTooLong.Error(), `2 value="b"`},
	} {
		lines := strings.SplitN(read(t, c.file, Options{Format: c.format}), "\n", 3)
		if !strings.HasPrefix(lines[0], c.line+" rejected: "+c.reason) || lines[1] != c.next {
			t.Errorf("%s: %.80q, %.80q", c.format, lines[0], lines[1])
		}
	}
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte("value\n" + strings.Repeat("abc\n", 1000))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	whole := read(t, b.String(), Options{Format: "csv"})
	if strings.Count(whole, "value=\"abc\"\n") != 1000 || strings.Contains(whole, "error") {
		t.Errorf("%.200s", whole)
	}
	if cut := read(t, b.String()[:b.Len()-9], Options{Format: "csv"}); !strings.Contains(cut, "error: unexpected EOF") {
		t.Errorf("cut off: %q", cut[max(0, len(cut)-100):])
	}
	if got := read(t, "\x1f\x8b", Options{Format: "csv"}); !strings.HasPrefix(got, "error: open gzip data") {
		t.Error(got)
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]string{"a.csv": "csv", "A.TSV": "csv", "a.csv.gz": "csv", "x/a.ndjson.gz": "ndjson", "a.jsonl": "ndjson", "a.json": "ndjson", "a.txt": "", "-": ""} {
		if got, err := FormatOf(name); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func TestFieldTextErrors(t *testing.T) {
	for _, column := range Columns {
		_, err := FieldText(column, []byte(`{"a":1}`))
		var bad *FieldError
		if free := column == "value" || column == "metadata"; free != (err == nil) || !free && (!errors.As(err, &bad) || bad.Column != column) {
			t.Errorf("%s: %v", column, err)
		}
	}
	if !slices.Contains(Columns, "metadata") {
		t.Error("no metadata")
	}
}
