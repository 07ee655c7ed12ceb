package sql

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// settingContext is what a check may look at beside the value: what the
// setting is now, and what RESET would make it.
type settingContext struct{ now, reset string }

// normalize checks a value and gives its canonical text, as SHOW prints it.
func (s *setting) normalize(v string, at settingContext) (string, error) {
	out, err := s.normalizeKind(v)
	if err == nil && s.check != nil {
		out, err = s.check(out, at)
	}
	return out, err
}

func (s *setting) normalizeKind(v string) (string, error) {
	switch s.kind {
	case settingBool:
		b, ok := parseBoolSetting(v)
		if !ok {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "parameter %q requires a Boolean value", s.name)
		}
		return map[bool]string{true: "on", false: "off"}[b], nil
	case settingEnum:
		if w, ok := s.aliases[strings.ToLower(v)]; ok {
			return w, nil
		}
		return "", s.invalid(v).WithHint("Available values: %s.", strings.Join(s.values, ", "))
	case settingInt:
		f, err := s.parseInt(v)
		if err == nil && (f < s.min || f > s.max) {
			err = sqlerr.New(sqlerr.InvalidParameterValue, "%d%s is outside the valid range for parameter %q (%d .. %d)", int64(f), s.unit.text(), s.name, int64(s.min), int64(s.max))
		}
		return s.format(f), err
	case settingReal:
		f, err := s.parseReal(v)
		if err == nil && (f < s.min || f > s.max) {
			err = sqlerr.New(sqlerr.InvalidParameterValue, "%s%s is outside the valid range for parameter %q (%s .. %s)", sixDigits(f), s.unit.text(), s.name, s.limits[0], s.limits[1])
		}
		return s.format(f), err
	default:
		return v, nil
	}
}

func (s *setting) invalid(v string) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", s.name, v)
}

// parseInt reads what C's strtol and then strtod read, and a unit.
func (s *setting) parseInt(v string) (float64, error) {
	text := strings.TrimLeft(v, " \t\n\r\f\v")
	digits := numberPrefix(text, true)
	n, err := strconv.ParseInt(text[:digits], 0, 64)
	f := float64(n)
	if err != nil || digits < len(text) && strings.ContainsRune(".eE", rune(text[digits])) {
		digits = numberPrefix(text, false)
		if f, err = strconv.ParseFloat(text[:digits], 64); err != nil {
			return 0, s.invalid(v)
		}
	}
	if f, err = s.inUnits(v, text[digits:], f); err != nil {
		return 0, err
	}
	if f = math.RoundToEven(f); f > math.MaxInt32 || f < math.MinInt32 {
		return 0, s.invalid(v).WithHint("Value exceeds integer range.")
	}
	return f, nil
}

func (s *setting) parseReal(v string) (float64, error) {
	text := strings.TrimLeft(v, " \t\n\r\f\v")
	digits := numberPrefix(text, false)
	f, err := strconv.ParseFloat(text[:digits], 64)
	if err != nil {
		return 0, s.invalid(v)
	}
	return s.inUnits(v, text[digits:], f)
}

// numberPrefix is the length of the number that s begins with.
func numberPrefix(s string, integer bool) int {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	if integer {
		hex := len(s) > i+2 && s[i] == '0' && s[i+1]|0x20 == 'x'
		if hex {
			i += 2
		}
		for i < len(s) && (s[i] >= '0' && s[i] <= '9' || hex && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'f') {
			i++
		}
		return i
	}
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	if e := i + 1; e < len(s) && s[i]|0x20 == 'e' {
		if s[e] == '-' || s[e] == '+' {
			e++
		}
		for ; e < len(s) && s[e] >= '0' && s[e] <= '9'; e++ {
			i = e + 1
		}
	}
	return i
}

// inUnits turns f, followed by the rest of a value's text, into the setting's
// units. A fraction is rounded to the next smaller unit.
func (s *setting) inUnits(v, rest string, f float64) (float64, error) {
	suffix := strings.TrimSpace(rest)
	if suffix == "" {
		return f, nil
	}
	if s.unit == nil {
		return 0, s.invalid(v)
	}
	for i, u := range s.unit.units {
		if u.suffix != suffix {
			continue
		}
		f *= u.n / s.unit.n
		if i+1 < len(s.unit.units) {
			smaller := s.unit.units[i+1].n / s.unit.n
			f = math.RoundToEven(f/smaller) * smaller
		}
		return f, nil
	}
	return 0, s.invalid(v).WithHint("Valid units for this parameter are %s.", s.unit.names)
}

// shown is a declared default as SHOW prints it.
func (s *setting) shown(boot string) string {
	f, err := strconv.ParseFloat(boot, 64)
	if s.kind != settingInt && s.kind != settingReal || err != nil {
		return boot
	}
	return s.format(f)
}

// format writes a number in the largest unit that fits it.
func (s *setting) format(f float64) string {
	if s.flags&flagOctal != 0 {
		return fmt.Sprintf("%04o", int64(f))
	}
	number := func(f float64) string {
		if s.kind == settingInt {
			return strconv.FormatInt(int64(f), 10)
		}
		return sixDigits(f)
	}
	if s.unit == nil || f <= 0 {
		return number(f)
	}
	last := len(s.unit.units) - 1
	for i, u := range s.unit.units {
		n := f * s.unit.n / u.n
		if whole := math.RoundToEven(n); i == last || whole > 0 && math.Abs(whole/n-1) <= 1e-8 {
			return number(n) + u.suffix
		}
	}
	return number(f)
}

// counted is a value as pg_settings shows it: a bare number of units.
func (s *setting) counted(v string) string {
	if s.unit == nil {
		return v
	}
	var f float64
	var err error
	if s.kind == settingInt {
		f, err = s.parseInt(v)
	} else {
		f, err = s.parseReal(v)
	}
	if err != nil {
		return v
	}
	return sixOrWhole(s.kind, f)
}

func sixOrWhole(kind settingKind, f float64) string {
	if kind == settingInt {
		return strconv.FormatInt(int64(f), 10)
	}
	return sixDigits(f)
}

// sixDigits is C's %g.
func sixDigits(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }

// unit is one suffix and how much it stands for: bytes or microseconds.
type unit struct {
	suffix string
	n      float64
}

// baseUnit is what a setting's bare numbers count.
type baseUnit struct {
	name  string
	n     float64
	units []unit // the largest first
	names string // of units, for hints
}

// text is the unit as errors put it behind a number.
func (b *baseUnit) text() string {
	if b == nil {
		return ""
	}
	return " " + b.name
}

var (
	durationUnits = []unit{{"d", 86_400e6}, {"h", 3_600e6}, {"min", 60e6}, {"s", 1e6}, {"ms", 1000}, {"us", 1}}
	memoryUnits   = []unit{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"kB", 1 << 10}, {"B", 1}}

	baseUnits = func() map[string]*baseUnit {
		const memory, duration = `"B", "kB", "MB", "GB", and "TB"`, `"us", "ms", "s", "min", "h", and "d"`
		m := map[string]*baseUnit{"8kB": {"8kB", 8 << 10, memoryUnits, memory}}
		for _, u := range memoryUnits {
			m[u.suffix] = &baseUnit{u.suffix, u.n, memoryUnits, memory}
		}
		for _, u := range durationUnits {
			m[u.suffix] = &baseUnit{u.suffix, u.n, durationUnits, duration}
		}
		return m
	}()
)

// formatMemory writes bytes as a setting of memory is shown.
func formatMemory(bytes int64) string {
	return settingIndex["stemedb.query_memory"].format(float64(bytes) / 1024)
}

// number is the value of a setting with a unit, in its units; the value was
// checked when it was set.
func (s *setting) number(v string) int64 {
	f, err := s.parseInt(v)
	if err != nil {
		return 0
	}
	return int64(f)
}

// parseBoolSetting accepts what PostgreSQL's parse_bool does.
func parseBoolSetting(v string) (value, ok bool) {
	switch strings.ToLower(v) {
	case "on", "true", "t", "tr", "tru", "yes", "ye", "y", "1":
		return true, true
	case "off", "of", "false", "f", "fa", "fal", "fals", "no", "n", "0":
		return false, true
	}
	return false, false
}
