package functions

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// moment is what to_char prints: a broken-down local time or an interval.
type moment struct {
	civil
	days     int64 // since 2000-01-01; of no use to an interval
	zone     string
	east     int
	zoned    bool
	interval bool
}

func zeroPad(v, width int, fm bool) string {
	s := strconv.Itoa(v)
	if fm {
		return s
	}
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if n := width - len(s); n > 0 {
		s = strings.Repeat("0", n) + s
	}
	if neg {
		s = "-" + s
	}
	return s
}

// padC counts the sign among the width, as C does.
func padC(v, width int, fm bool) string {
	if v < 0 {
		width--
	}
	return zeroPad(v, width, fm)
}

func blankPad(s string, width int, fm bool) string {
	if n := width - len(s); n > 0 && !fm {
		s += strings.Repeat(" ", n)
	}
	return s
}

func errIntervalFormat() error {
	return sqlerr.New(sqlerr.InvalidDatetimeFormat, "invalid format specification for an interval value").
		WithHint("Intervals are not tied to specific calendar dates.")
}

// shownYear is the year without its era; an interval's is as it is.
func (m *moment) shownYear(y int) int {
	if m.interval {
		return y
	}
	if y <= 0 {
		return 1 - y
	}
	return y
}

func (m *moment) print(nodes []formatNode) (string, error) {
	var b strings.Builder
	for i := range nodes {
		n := &nodes[i]
		if n.key == "" {
			b.WriteString(n.text)
			continue
		}
		s, err := m.field(n)
		if err != nil {
			return "", err
		}
		if n.th != 0 && n.counts() && s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' {
			s += ordinal(s, n.th == 'T')
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// counts reports whether a field may be an ordinal, as a zone's are not.
func (n *formatNode) counts() bool { return n.key != "OF" && n.key != "TZH" && n.key != "TZM" }

// field prints the fields of a time of day, and hands on the others.
func (m *moment) field(n *formatNode) (string, error) {
	switch n.key {
	case "FX":
		return "", nil
	case "HH", "HH12":
		h := m.hour % 12
		if h == 0 {
			h = 12
		}
		return zeroPad(h, 2, n.fm), nil
	case "HH24":
		return zeroPad(m.hour, 2, n.fm), nil
	case "MI":
		return zeroPad(m.min, 2, n.fm), nil
	case "SS":
		return zeroPad(m.sec, 2, n.fm), nil
	case "MS":
		return padC(m.us/1000, 3, false), nil
	case "US":
		return padC(m.us, 6, false), nil
	case "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		places, unit := int(n.key[2]-'0'), 1
		for range 6 - places {
			unit *= 10
		}
		return padC(m.us/unit, places, false), nil
	case "SSSS", "SSSSS":
		return strconv.Itoa(m.hour*3600 + m.min*60 + m.sec), nil
	case "AM", "PM", "A.M.", "P.M.":
		s := "AM"
		if h := m.hour % 24; h >= 12 {
			s = "PM"
		}
		if n.key[1] == '.' {
			s = s[:1] + "." + s[1:] + "."
		}
		return likeWord(s, n.word), nil
	}
	if m.interval {
		return m.intervalField(n)
	}
	if s, ok := m.dateField(n); ok {
		return s, nil
	}
	return m.yearField(n), nil
}

func (m *moment) dateField(n *formatNode) (string, bool) {
	doy := int(m.days-civilDays(m.year, 1, 1)) + 1
	wd := dow(m.days)
	iso := int(wd)
	if iso == 0 {
		iso = 7
	}
	isoYear, isoW := isoWeek(m.days)
	switch n.key {
	case "MONTH":
		return blankPad(likeWord(monthName(m.month), n.word), 9, n.fm), true
	case "MON":
		return likeWord(monthName(m.month)[:3], n.word), true
	case "MM":
		return zeroPad(m.month, 2, n.fm), true
	case "DAY":
		return blankPad(likeWord(dayName(wd), n.word), 9, n.fm), true
	case "DY":
		return likeWord(dayName(wd)[:3], n.word), true
	case "DDD":
		return zeroPad(doy, 3, n.fm), true
	case "IDDD":
		monday := m.days - int64(iso) + 1 - int64(isoW-1)*7
		return zeroPad(int(m.days-monday)+1, 3, n.fm), true
	case "DD":
		return zeroPad(m.day, 2, n.fm), true
	case "D":
		return strconv.Itoa(int(wd) + 1), true
	case "ID":
		return strconv.Itoa(iso), true
	case "WW":
		return zeroPad((doy-1)/7+1, 2, n.fm), true
	case "IW":
		return zeroPad(isoW, 2, n.fm), true
	case "W":
		return strconv.Itoa((m.day-1)/7 + 1), true
	case "Q":
		return strconv.Itoa((m.month-1)/3 + 1), true
	case "RM":
		return blankPad(likeWord(romanMonth(m.month), n.word), 4, n.fm), true
	case "J":
		return strconv.FormatInt(m.days+julianEpoch, 10), true
	case "IYYY", "IYY", "IY", "I":
		return m.yearDigits(m.shownYear(isoYear), n), true
	}
	return "", false
}

// yearDigits prints the last digits of a year. There is room for a sign when the
// year in which the field lies is negative, as those of intervals may be.
func (m *moment) yearDigits(y int, n *formatNode) string {
	width := len(n.key)
	if width < 4 {
		mod := 1
		for range width {
			mod *= 10
		}
		y %= mod
	}
	if width > 1 && m.shownYear(m.year) < 0 {
		width++
	}
	return padC(y, width, n.fm)
}

func (m *moment) yearField(n *formatNode) string {
	y := m.shownYear(m.year)
	switch n.key {
	case "Y,YYY":
		return strconv.Itoa(y/1000) + "," + zeroPad(y%1000, 3, false)
	case "YYYY", "YYY", "YY", "Y":
		return m.yearDigits(y, n)
	case "CC":
		c := m.year / 100
		switch {
		case m.interval:
		case m.year > 0:
			c = (m.year-1)/100 + 1
		default:
			c = m.year/100 - 1
		}
		return zeroPad(c, 2, n.fm)
	case "AD", "BC", "A.D.", "B.C.":
		s := "AD"
		if m.year <= 0 {
			s = "BC"
		}
		if n.key[1] == '.' {
			s = s[:1] + "." + s[1:] + "."
		}
		return likeWord(s, n.word)
	}
	return m.zoneField(n)
}

func (m *moment) zoneField(n *formatNode) string {
	if !m.zoned && n.key == "TZ" {
		return ""
	}
	sign, off := "+", m.east
	if off < 0 {
		sign, off = "-", -off
	}
	switch n.key {
	case "TZ":
		return likeWord(m.zone, n.word)
	case "TZH":
		return sign + zeroPad(off/3600, 2, false)
	case "TZM":
		return zeroPad(off/60%60, 2, false)
	}
	s := sign + zeroPad(off/3600, 2, n.fm) // OF
	if off%3600 != 0 {
		s += ":" + zeroPad(off/60%60, 2, false)
	}
	return s
}

func rowToChar(t types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if a[1].S == "" || t != tInterval && !finite(a[0].I) {
			return null, nil
		}
		var m moment
		switch t {
		case tInterval:
			i := ival(a[0])
			m.interval = true
			m.year, m.month, m.day = int(i.Months/12), int(i.Months%12), int(i.Days)
			m.hour = int(i.Micros / usPerHour)
			m.min = int(i.Micros / usPerMinute % 60)
			m.sec = int(i.Micros / usPerSecond % 60)
			m.us = int(i.Micros % usPerSecond)
		case tTimestamptz:
			local := utcToLocal(c.zone(), a[0].I)
			m.civil = breakMicros(local)
			m.days, _ = floorDiv(local, usPerDay)
			m.zone, m.east = types.TimeOf(a[0].I).In(c.zone()).Zone()
			m.zoned = true
		default:
			m.civil = breakMicros(a[0].I)
			m.days, _ = floorDiv(a[0].I, usPerDay)
		}
		s, err := m.print(parseDateTemplate(a[1].S))
		return types.Text(s), err
	}
}
