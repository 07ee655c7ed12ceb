package knowledge

import (
	"encoding/json"
	"errors"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzNumber holds the canonical form against math/big: injective, idempotent,
// equal in value, ordered.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "-0.0", "1.50e1", "1e-16383", "1e131071", "12e", "0e99", "-1.5E+3"} {
		f.Add(s, "10")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		ca, errA := CanonicalNumber(a)
		if (errA == nil || errors.Is(errA, ErrNumberRange)) != (json.Valid([]byte(a)) && a == strings.TrimSpace(a) && startsNumber(a)) {
			t.Fatalf("%q: %v", a, errA)
		}
		numeric, err := AppendNumeric(nil, a, MaxJSONText)
		if (err == nil) != (errA == nil) {
			t.Fatalf("%q: canonical %v, numeric %v", a, errA, err)
		}
		cb, errB := CanonicalNumber(b)
		if errA != nil || errB != nil || len(numeric) > 5000 {
			return
		}
		if again, err := CanonicalNumber(ca); err != nil || again != ca {
			t.Fatalf("%q: %q again is %q, %v", a, ca, again, err)
		}
		if from, err := CanonicalNumber(string(numeric)); err != nil || from != ca {
			t.Fatalf("%q: %q by way of numeric %q is %q, %v", a, ca, numeric, from, err)
		}
		if from, err := CanonicalNumber(string(AppendDecimal(nil, ca))); err != nil || from != ca {
			t.Fatalf("%q: %q by way of decimal is %q, %v", a, ca, from, err)
		}
		if _, _, exp := SplitNumber(cb); exp > 5000 || exp < -5000 {
			return
		}
		ra, _ := new(big.Rat).SetString(ca)
		rb, _ := new(big.Rat).SetString(cb)
		if want := ra.Cmp(rb); CompareNumbers(ca, cb) != want || (ca == cb) != (want == 0) {
			t.Fatalf("%q compared to %q: %d, want %d", ca, cb, CompareNumbers(ca, cb), want)
		}
	})
}

func startsNumber(s string) bool { return s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') }

// FuzzJSON: what encoding/json takes we take, but for what jsonb refuses; and
// the canonical form is a fixed point that means the same.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":[2.50,"\u00e9\ud83d\ude00"]}`, `[]`, `"\u0000"`, `{"a":1,"a":2}`, `1e5`, "[\"\x7f\"]", `{"":{}}`, `[1e131071]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out, err := CanonicalJSON(text)
		var je *JSONError
		if err != nil {
			if !errors.As(err, &je) || je.Kind == Unparsable && json.Valid([]byte(text)) && validByUs(text) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !json.Valid([]byte(text)) || !json.Valid([]byte(out)) {
			t.Fatalf("%q is taken, as %q", text, out)
		}
		if again, err := CanonicalJSON(out); err != nil || again != out {
			t.Fatalf("%q: again %q, %v", out, again, err)
		}
		var c JSONCanon
		key, err := c.AppendKey(nil, text)
		if err != nil {
			t.Fatalf("%q: canonical but no key: %v", text, err)
		}
		if same, err := c.AppendKey(nil, out); err != nil || string(same) != string(key) {
			t.Fatalf("%q: key %q, of its canonical form %q", text, key, same)
		}
	})
}

// validByUs excuses what encoding/json takes and jsonb does not: bad UTF-8 and
// half surrogate pairs.
func validByUs(text string) bool {
	return strings.ToValidUTF8(text, "") == text && !strings.Contains(strings.ToLower(text), `\ud`)
}

func TestCompareNumbersSorts(t *testing.T) {
	texts := []string{"-1e5", "-12.5", "-12", "-0.001", "0", "1e-10", "0.9", "0.99", "1", "1.1", "9", "10", "99.9", "1e131071"}
	var nums []string
	for _, s := range texts {
		c, err := CanonicalNumber(s)
		if err != nil {
			t.Fatal(err)
		}
		nums = append(nums, c)
	}
	shuffled := slices.Clone(nums)
	rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	slices.SortFunc(shuffled, CompareNumbers)
	if !slices.Equal(shuffled, nums) {
		t.Errorf("%v", shuffled)
	}
}

// Nine bytes of JSON may stand for 131,072: a megabyte of them must be refused
// before it is written out, and deep nesting before the stack is.
func TestJSONBombs(t *testing.T) {
	deep := strings.Repeat("[", MaxJSONDepth) + strings.Repeat("]", MaxJSONDepth)
	if _, err := CanonicalJSON(deep); err != nil {
		t.Errorf("%d deep: %v", MaxJSONDepth, err)
	}
	for name, text := range map[string]string{
		"numbers":  "[" + strings.Repeat("1e131071,", 100_000) + "1]",
		"brackets": strings.Repeat("[", 1<<20),
		"objects":  strings.Repeat(`{"a":`, 1<<18),
		"deep":     "[" + deep + "]",
		"long":     `"` + strings.Repeat("x", MaxJSONText) + `"`,
	} {
		_, err := CanonicalJSON(text)
		var je *JSONError
		if !errors.As(err, &je) || je.Kind != TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Members out of order at every level: still linear.
	text := strings.Repeat(`{"b":`, 4000) + `"` + strings.Repeat("x", 900_000) + `"` + strings.Repeat(`,"a":1}`, 4000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := CanonicalJSON(text); err != nil {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 256<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		text string
		want Micros
	}{
		{"2000-01-01T00:00:00Z", 0},
		{"1999-12-31T23:59:59.999999Z", -1},
		{"1999-12-31T23:59:59.9999995Z", -1},
		{"1970-01-01T00:00:00Z", -946_684_800_000_000},
		{"2024-02-29T12:00:00+02:00", 762_516_000_000_000},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := FromTime(at); got != c.want {
			t.Errorf("%s: %d, want %d", c.text, got, c.want)
		}
		if back := c.want.Time(); FromTime(back) != c.want || back.Location() != time.UTC {
			t.Errorf("%s: back %v", c.text, back)
		}
	}
	for m, want := range map[Micros]Micros{MinMicros: MinMicros, EndMicros - 1: EndMicros - 1, Infinity: Infinity, NegInfinity: MinMicros} {
		if got := FromTime(m.Time()); got != want {
			t.Errorf("%d by way of time.Time: %d", m, got)
		}
	}
	if FromTime(time.Date(-5000, 1, 1, 0, 0, 0, 0, time.UTC)) != NegInfinity || FromTime(time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC)) != Infinity {
		t.Error("times beyond the range are not infinite")
	}
	if MinMicros.Time().Year() != -4713 || EndMicros.Time().Year() != 294277 {
		t.Errorf("range %v to %v", MinMicros.Time(), EndMicros.Time())
	}
}

func TestWords(t *testing.T) {
	for i, w := range ValueTypeNames() {
		if got, err := ParseValueType(w); err != nil || int(got) != i || got.String() != w {
			t.Errorf("%s: %v %v", w, got, err)
		}
	}
	for i, w := range LifecycleNames() {
		if got, err := ParseLifecycle(w); err != nil || int(got) != i || got.String() != w {
			t.Errorf("%s: %v %v", w, got, err)
		}
	}
	for i, w := range SourceStatusNames() {
		if got, err := ParseSourceStatus(w); err != nil || int(got) != i || got.String() != w {
			t.Errorf("%s: %v %v", w, got, err)
		}
	}
	if _, err := ParseSourceStatus("gone"); err == nil {
		t.Error("gone is a status")
	}
	if ValueType(9).Valid() || Lifecycle(9).Valid() || MissingField("value").Kind != Missing {
		t.Error("words out of range")
	}
}
