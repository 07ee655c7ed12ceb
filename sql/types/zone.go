package types

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	// The zone database is part of the binary, so that every node gives the
	// same answers whatever its machine has installed. This is the one place
	// that imports it.
	_ "time/tzdata"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// LoadZone finds a time zone by name, in any case, or by a POSIX description
// such as EST5EDT or <+03>-3, and returns its name as PostgreSQL shows it. An
// unknown one is 22023.
func LoadZone(name string) (canonical string, loc *time.Location, err error) {
	if i, ok := slices.BinarySearchFunc(zoneNames[:], name, compareFold); ok {
		canonical = zoneNames[i]
		if canonical == "UTC" {
			return canonical, time.UTC, nil
		}
		if loc, err = time.LoadLocation(canonical); err == nil {
			return canonical, loc, nil
		}
	}
	if loc := posixZone(name); loc != nil {
		return strings.ToUpper(name), loc, nil
	}
	return "", nil, sqlerr.New(sqlerr.InvalidParameterValue, "time zone \"%s\" not recognized", name)
}

// SessionZone finds the zone that SET TimeZone names: a zone as LoadZone takes
// it, or a number of hours east of UTC.
func SessionZone(value string) (canonical string, loc *time.Location, err error) {
	hours, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.Abs(hours) > 167 {
		return LoadZone(value)
	}
	abbrev := string(appendOffset(nil, int64(hours*3600)))
	sign := "-" // POSIX counts west of UTC
	if abbrev[0] == '-' {
		sign = "+"
	}
	return LoadZone("<" + abbrev + ">" + sign + abbrev[1:])
}

// ZoneNames returns the names of the zone database.
func ZoneNames() []string { return slices.Clone(zoneNames[:]) }

// ZoneAbbrev is a row of pg_timezone_abbrevs. East is in seconds; Zone names
// the zone whose history gives the offset, when it is not fixed.
type ZoneAbbrev struct {
	Name string
	East int
	DST  bool
	Zone string
}

// ZoneAbbrevs returns the known abbreviations.
func ZoneAbbrevs() []ZoneAbbrev {
	out := make([]ZoneAbbrev, len(zoneAbbrevs))
	for i, a := range zoneAbbrevs {
		out[i] = ZoneAbbrev{strings.ToUpper(a.name), int(a.offset), a.dst, a.zone}
	}
	return out
}

// FixedZone returns a zone with a constant offset in seconds east of UTC,
// named as PostgreSQL names it.
func FixedZone(east int) *time.Location {
	abbrev := string(appendOffset(nil, int64(east)))
	return time.FixedZone(abbrev, east)
}

// compareFold orders ASCII strings without regard to case.
func compareFold(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		x, y := lowerByte(a[i]), lowerByte(b[i])
		if x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// LookupZoneAbbrev finds a zone abbreviation, in any case.
func LookupZoneAbbrev(s string) (ZoneAbbrev, bool) {
	a, ok := findAbbrev(strings.ToLower(s))
	return ZoneAbbrev{strings.ToUpper(a.name), int(a.offset), a.dst, a.zone}, ok
}

// findAbbrev looks up a lower-case abbreviation; only ten characters count.
func findAbbrev(s string) (zoneAbbrev, bool) {
	s = s[:min(len(s), tokenLen)]
	i, ok := slices.BinarySearchFunc(zoneAbbrevs[:], s, func(a zoneAbbrev, s string) int { return strings.Compare(a.name, s) })
	if !ok {
		return zoneAbbrev{}, false
	}
	return zoneAbbrevs[i], true
}

// zoneOffset returns the offset, seconds east of UTC, of a local time given in
// seconds since 1970. A time that a zone skips counts from before the gap, one
// that it repeats is the later.
func zoneOffset(local int64, loc *time.Location) int64 {
	if loc == time.UTC {
		return 0
	}
	prev := time.Unix(local-86400, 0).In(loc)
	_, before := prev.Zone()
	_, end := prev.ZoneBounds()
	if end.IsZero() {
		return int64(before)
	}
	_, after := end.Zone()
	boundary := end.Unix()
	beforeTime, afterTime := local-int64(before), local-int64(after)
	switch {
	case beforeTime < boundary && afterTime < boundary:
		return int64(before)
	case beforeTime > boundary && afterTime >= boundary:
		return int64(after)
	case beforeTime > afterTime:
		return int64(before)
	}
	return int64(after)
}

// LocalToUTC converts a local time, microseconds since 2000-01-01, into UTC,
// by PostgreSQL's rules for times that a zone skips or repeats. Infinities
// stay.
func LocalToUTC(v int64, loc *time.Location) int64 {
	if v == TimeInfinity || v == TimeNegInfinity {
		return v
	}
	sec, _ := floorDiv(v, microsPerSecond)
	return v - zoneOffset(sec+pgEpochUnixMicros/microsPerSecond, loc)*microsPerSecond
}

// UTCToLocal converts a time in UTC into local time, both in microseconds
// since 2000-01-01. Infinities stay.
func UTCToLocal(v int64, loc *time.Location) int64 {
	if v == TimeInfinity || v == TimeNegInfinity || loc == time.UTC {
		return v
	}
	_, east := TimeOf(v).In(loc).Zone()
	return v + int64(east)*microsPerSecond
}

// abbrevOffset returns what an abbreviation means in its zone at a local time
// in seconds.
func abbrevOffset(local int64, abbrev string, loc *time.Location) int64 {
	return abbrevOffsetAt(time.Unix(local-zoneOffset(local, loc), 0), abbrev, loc)
}

// AbbrevOffset returns what an abbreviation means in its zone at a time in UTC
// (microseconds since 2000-01-01), in seconds east of UTC.
func AbbrevOffset(utc int64, abbrev string, loc *time.Location) int64 {
	return abbrevOffsetAt(TimeOf(utc), abbrev, loc)
}

// abbrevOffsetAt is the offset in force at a time if it is called so, else
// that of the last time before, or the first after, that was called so.
func abbrevOffsetAt(at time.Time, abbrev string, loc *time.Location) int64 {
	at = at.In(loc)
	_, east := at.Zone()
	for t, steps := at, 0; steps < 400; steps++ {
		if name, off := t.Zone(); strings.EqualFold(name, abbrev) {
			return int64(off)
		}
		start, _ := t.ZoneBounds()
		if start.IsZero() {
			break
		}
		t = start.Add(-time.Second)
	}
	for t, steps := at, 0; steps < 400; steps++ {
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		t = end
		if name, off := t.Zone(); strings.EqualFold(name, abbrev) {
			return int64(off)
		}
	}
	return int64(east)
}

// posixZone reads a POSIX description of a zone; nil if it is none.
func posixZone(s string) *time.Location {
	std, rest := posixName(s)
	if rest == "" || s[0] == ':' { // the name may be empty, the offset not
		return nil
	}
	west, rest, ok := posixOffset(rest)
	if !ok {
		return nil
	}
	if rest == "" {
		return time.FixedZone(strings.ToUpper(std), -west)
	}
	dst, rest := posixName(rest)
	if dst == "" {
		return nil
	}
	dstWest := west - 3600
	if rest != "" && rest[0] != ',' && rest[0] != ';' {
		if dstWest, rest, ok = posixOffset(rest); !ok {
			return nil
		}
	}
	switch {
	case rest == "":
		rest = ",M3.2.0,M11.1.0" // the rule that PostgreSQL assumes
	case rest[0] != ',' && rest[0] != ';':
		return nil
	}
	spec := "<" + strings.ToUpper(std) + ">" + posixTime(west) + "<" + strings.ToUpper(dst) + ">" + posixTime(dstWest) + "," + rest[1:]
	loc, err := time.LoadLocationFromTZData(s, tzif(spec, std, -west))
	if err != nil || !knownRule(loc, -west, -dstWest) {
		return nil
	}
	return loc
}

// knownRule reports whether the library understood the rule: else it would
// keep standard time for ever.
func knownRule(loc *time.Location, std, dst int) bool {
	for m := time.January; m <= time.December; m++ {
		if _, off := time.Date(2001, m, 15, 12, 0, 0, 0, loc).Zone(); off == dst && off != std {
			return true
		}
	}
	return std == dst
}

// posixName takes a zone's name off the front: <quoted>, or what stands before
// a digit, comma or sign.
func posixName(s string) (name, rest string) {
	if strings.HasPrefix(s, "<") {
		end := strings.IndexByte(s, '>')
		if end < 0 {
			return "", ""
		}
		return s[1:end], s[end+1:]
	}
	i := 0
	for i < len(s) && !isDigit(s[i]) && s[i] != ',' && s[i] != '-' && s[i] != '+' {
		i++
	}
	if strings.ContainsAny(s[:i], "<>\n\x00") {
		return "", ""
	}
	return s[:i], s[i:]
}

// posixOffset takes [+-]h[:m[:s]] off the front, in seconds west of UTC.
func posixOffset(s string) (west int, rest string, ok bool) {
	sign := 1
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	unit := 3600
	for limit := 167; unit >= 1; unit, limit = unit/60, 59 {
		n, i := 0, 0
		for i < len(s) && isDigit(s[i]) && n <= limit {
			n = n*10 + int(s[i]-'0')
			i++
		}
		if i == 0 || n > limit {
			return 0, "", false
		}
		west += n * unit
		s = s[i:]
		if s == "" || s[0] != ':' {
			break
		}
		s = s[1:]
	}
	return sign * west, s, true
}

func posixTime(west int) string {
	sign := ""
	if west < 0 {
		sign, west = "-", -west
	}
	b := append2([]byte(sign), west/3600%100)
	b = append2(append(b, ':'), west/60%60)
	return string(append2(append(b, ':'), west%60))
}

// tzif wraps a POSIX rule into the smallest zone file that the standard
// library reads: two headers, one zone, the rule as footer.
func tzif(rule, std string, east int) []byte {
	var b []byte
	header := func(zones, chars int) {
		b = append(b, "TZif2"...)
		b = append(b, make([]byte, 15)...)
		for _, n := range []int{0, 0, 0, 0, zones, chars} {
			b = binary.BigEndian.AppendUint32(b, uint32(n))
		}
	}
	header(0, 0)
	header(1, len(std)+1)
	b = binary.BigEndian.AppendUint32(b, uint32(int32(east)))
	b = append(b, 0, 0)
	b = append(append(b, strings.ToUpper(std)...), 0)
	return append(b, "\n"+rule+"\n"...)
}
