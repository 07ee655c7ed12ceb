package knowledge

import "time"

// unixEpochMicros is 2000-01-01 UTC in µs since 1970-01-01 UTC.
const unixEpochMicros = 946_684_800_000_000

// The finite times that PostgreSQL's timestamptz can hold: from
// 4714-11-24 BC up to, but not including, 294277-01-01.
const (
	MinMicros Micros = -211_813_488_000_000_000
	EndMicros Micros = 9_223_371_331_200_000_000
)

// FromTime converts a time to µs since 2000-01-01 UTC, rounding towards the
// past; a time that PostgreSQL cannot hold becomes the infinity on its side.
func FromTime(t time.Time) Micros {
	const (
		minUnix = (int64(MinMicros) + unixEpochMicros) / 1_000_000
		// EndMicros + unixEpochMicros would overflow; its seconds do not.
		endUnix = int64(EndMicros)/1_000_000 + unixEpochMicros/1_000_000
	)
	sec := t.Unix()
	switch {
	case sec < minUnix:
		return NegInfinity
	case sec >= endUnix:
		return Infinity
	}
	return Micros((sec-unixEpochMicros/1_000_000)*1_000_000 + int64(t.Nanosecond())/1_000)
}

// Time converts to a UTC time. The infinities become the ends of
// PostgreSQL's range; ask Finite first where that matters.
func (m Micros) Time() time.Time {
	m = max(MinMicros, min(m, EndMicros))
	sec, us := int64(m)/1_000_000, int64(m)%1_000_000
	return time.Unix(sec+unixEpochMicros/1_000_000, us*1_000).UTC()
}

// Finite reports whether m is a time and not an infinity.
func (m Micros) Finite() bool { return m != NegInfinity && m != Infinity }

// valid reports whether m is a time that PostgreSQL can hold, or infinite.
func (m Micros) valid() bool { return !m.Finite() || m >= MinMicros && m < EndMicros }
