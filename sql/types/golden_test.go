package types

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// goldenCase is one input with PostgreSQL's answer, under a directive.
type goldenCase struct {
	where  string
	mode   string
	typ    OID
	typmod int32
	format Format
	input  string
	answer string
	err    *sqlerr.Error
}

// readGolden reads a golden file.
func readGolden(t *testing.T, path string) []goldenCase {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	cur := goldenCase{format: *DefaultFormat()}
	for n, line := range strings.Split(strings.TrimRight(string(src), "\n"), "\n") {
		cur.where = fmt.Sprintf("%s:%d", filepath.Base(path), n+1)
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "@set "):
			name, value, _ := strings.Cut(line[5:], "=")
			applySetting(t, &cur.format, name, value)
		case strings.HasPrefix(line, "@"):
			word, name, _ := strings.Cut(line[1:], " ")
			var ok bool
			cur.mode = word
			if cur.typ, cur.typmod, ok = ParseTypeName(name); !ok {
				if cur.typ, cur.typmod, ok = intervalTypeName(name); !ok {
					t.Fatalf("%s: unknown type %q", cur.where, name)
				}
			}
		case strings.HasPrefix(line, "\t"):
			addToError(cases[len(cases)-1].err, line[1:])
		default:
			cases = append(cases, goldenLine(t, cur, line))
		}
	}
	return cases
}

func goldenLine(t *testing.T, c goldenCase, line string) goldenCase {
	t.Helper()
	quoted, err := strconv.QuotedPrefix(line)
	if err != nil {
		t.Fatalf("%s: %v", c.where, err)
	}
	c.input, _ = strconv.Unquote(quoted)
	c.answer = strings.TrimPrefix(line[len(quoted):], " => ")
	if rest, ok := strings.CutPrefix(c.answer, "ERROR "); ok {
		c.err = &sqlerr.Error{Code: rest[:5], Message: rest[6:]}
	}
	return c
}

func addToError(e *sqlerr.Error, line string) {
	switch word, rest, _ := strings.Cut(line, " "); word {
	case "DETAIL":
		e.Detail = rest
	case "HINT":
		e.Hint = rest
	case "WHERE":
		e.Where = rest
	}
}

// intervalTypeName reads "interval day to second(2)".
func intervalTypeName(name string) (OID, int32, bool) {
	for fields := int32(1); fields < 1<<13; fields++ {
		words := intervalFields(fields)
		if words == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(name, "interval"+words); ok {
			if rest == "" {
				return OIDInterval, fields<<16 | intervalFullPrecision, true
			}
			if n, err := strconv.Atoi(strings.Trim(rest, "()")); err == nil {
				return OIDInterval, fields<<16 | int32(n), true
			}
		}
	}
	return 0, 0, false
}

func applySetting(t *testing.T, f *Format, name, value string) {
	t.Helper()
	switch name {
	case "DateStyle":
		for _, w := range strings.Split(value, ",") {
			switch strings.TrimSpace(w) {
			case "ISO":
				f.DateStyle = DateISO
			case "SQL":
				f.DateStyle = DateSQL
			case "Postgres":
				f.DateStyle = DatePostgres
			case "German":
				f.DateStyle = DateGerman
			case "MDY":
				f.DateOrder = OrderMDY
			case "DMY":
				f.DateOrder = OrderDMY
			case "YMD":
				f.DateOrder = OrderYMD
			}
		}
	case "IntervalStyle":
		f.IntervalStyle = map[string]IntervalStyle{"postgres": IntervalPostgres, "postgres_verbose": IntervalPostgresVerbose,
			"sql_standard": IntervalSQL, "iso_8601": IntervalISO}[value]
	case "TimeZone":
		_, loc, err := LoadZone(value)
		if err != nil {
			t.Fatal(err)
		}
		f.Loc = loc
	case "extra_float_digits":
		f.ExtraFloatDigits, _ = strconv.Atoi(value)
	case "bytea_output":
		f.ByteaOutput = map[string]ByteaOutput{"hex": ByteaHex, "escape": ByteaEscape}[value]
	default:
		t.Fatalf("unknown setting %q", name)
	}
}

// TestGolden compares the text and binary forms with PostgreSQL's.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			var order []goldenCase
			for _, c := range readGolden(t, path) {
				if c.mode != "order" {
					checkOrder(t, order)
					order = nil
					c.check(t)
					continue
				}
				if len(order) > 0 && order[0].typ != c.typ {
					checkOrder(t, order)
					order = nil
				}
				order = append(order, c)
			}
			checkOrder(t, order)
		})
	}
}

func (c *goldenCase) parse() (Datum, error) {
	switch c.mode {
	case "assign":
		return ParseText(c.typ, c.typmod, c.input, &c.format)
	case "cast":
		d, err := ParseText(c.typ, -1, c.input, &c.format)
		if err != nil {
			return d, err
		}
		return ApplyTypmod(c.typ, c.typmod, d, true)
	}
	return ParseText(c.typ, -1, c.input, &c.format)
}

func describe(e *sqlerr.Error) string {
	return fmt.Sprintf("%s %s [%s] [%s] [%s]", e.Code, e.Message, e.Detail, e.Hint, e.Where)
}

func (c *goldenCase) check(t *testing.T) {
	t.Helper()
	d, err := c.parse()
	if err != nil {
		got := describe(sqlerr.From(err))
		if c.err == nil {
			t.Errorf("%s: %s %q: got error %s, want %s", c.where, FormatType(c.typ, c.typmod), c.input, got, c.answer)
		} else if want := describe(c.err); got != want {
			t.Errorf("%s: %s %q\n got %s\nwant %s", c.where, FormatType(c.typ, c.typmod), c.input, got, want)
		}
		return
	}
	text, err := AppendTextDatum(nil, c.typ, d, &c.format)
	if err != nil {
		t.Errorf("%s: text of %q: %v", c.where, c.input, err)
		return
	}
	bin, err := AppendBinaryDatum(nil, c.typ, d)
	if err != nil {
		t.Errorf("%s: binary of %q: %v", c.where, c.input, err)
		return
	}
	got := strconv.Quote(string(text)) + " " + hex.EncodeToString(bin)
	if got != c.answer {
		t.Errorf("%s: %s %q\n got %s\nwant %s", c.where, FormatType(c.typ, c.typmod), c.input, got, c.answer)
		return
	}
	c.checkBack(t, d, bin, string(text))
}

// checkBack reads the binary form back and passes the value through a column.
func (c *goldenCase) checkBack(t *testing.T, d Datum, bin []byte, text string) {
	t.Helper()
	if (c.typ == OIDTimestamp || c.typ == OIDTimestamptz) && d.I == EndTimestamp {
		return // rounding led out of the range, which no input function takes
	}
	back, err := ParseBinary(c.typ, -1, bin)
	if err != nil {
		t.Errorf("%s: reading binary of %q: %v", c.where, c.input, err)
		return
	}
	if Compare(c.typ, d, back) != 0 || Hash(c.typ, d, 7) != Hash(c.typ, back, 7) {
		t.Errorf("%s: %q: binary form reads back as another value", c.where, c.input)
	}
	v := NewVec(c.typ)
	v.Append(back)
	again, err := AppendText(nil, c.typ, &v, 0, &c.format)
	if err != nil || string(again) != text {
		t.Errorf("%s: %q: column prints %q (%v), want %q", c.where, c.input, again, err, text)
	}
	again, err = AppendBinary(nil, c.typ, &v, 0)
	if err != nil || string(again) != string(bin) {
		t.Errorf("%s: %q: column sends %x (%v), want %x", c.where, c.input, again, err, bin)
	}
}

// checkOrder compares the order and equality of values with PostgreSQL's
// ranks, and that equal values hash equally, one by one and by column.
func checkOrder(t *testing.T, cases []goldenCase) {
	t.Helper()
	if len(cases) == 0 {
		return
	}
	typ := cases[0].typ
	vec := NewVec(typ)
	ranks := make([]int, len(cases))
	for i, c := range cases {
		d, err := ParseText(typ, -1, c.input, &c.format)
		if err != nil {
			t.Fatalf("%s: %v", c.where, err)
		}
		vec.Append(d)
		ranks[i], _ = strconv.Atoi(c.answer)
	}
	hashes := make([]uint64, len(cases))
	HashVec(&vec, len(cases), hashes)
	for i := range cases {
		a := vec.Datum(i)
		if h := Hash(typ, a, 0); h != hashes[i] {
			t.Errorf("%s: HashVec and Hash differ", cases[i].where)
		}
		for j := range cases {
			b := vec.Datum(j)
			want := sign(ranks[i] - ranks[j])
			if got := sign(Compare(typ, a, b)); got != want || sign(CompareVec(&vec, i, &vec, j)) != want {
				t.Errorf("%s: %s: compare %q with %q: got %d, want %d", cases[i].where, FormatTypeBare(typ), cases[i].input, cases[j].input, got, want)
			}
			if Equal(typ, a, b) != (want == 0) || EqualVec(&vec, i, &vec, j) != (want == 0) {
				t.Errorf("%s: equality of %q and %q", cases[i].where, cases[i].input, cases[j].input)
			}
			if want == 0 && hashes[i] != hashes[j] {
				t.Errorf("%s: %q and %q are equal and hash differently", cases[i].where, cases[i].input, cases[j].input)
			}
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
