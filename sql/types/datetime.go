package types

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// stampReader reads dates, times and timestamps field by field, deciding by
// what has been seen what each field means.
type stampReader struct {
	dateReader
	f        *Format
	lex      lexer
	timeOnly bool
	label    tokKind // what the previous field said the next one is; 0: nothing
	half     int     // AM, PM or 24 hours
	west     int     // seconds west of UTC
	zone     *time.Location
	dyn      *time.Location // zone of an abbreviation with a history
	abbrev   string
	special  int    // resEpoch, resLate or resEarly; else resNow
	badZone  string // the zone's name when the fault is dtUnknownZone
}

// read takes a text apart into r.tm, r.west and r.special.
func (r *stampReader) read(s string) dtFault {
	r.order, r.half, r.special = r.f.DateOrder, val24, resNow
	if fault := r.lex.run(s); fault != dtOK {
		return fault
	}
	for i := 0; i < r.lex.n; i++ {
		mask, fault := r.field(i)
		if fault != dtOK {
			return fault
		}
		if mask&r.mask != 0 {
			return dtBadFormat
		}
		r.mask |= mask
	}
	if fault := r.validate(); fault != dtOK {
		return fault
	}
	if r.half != val24 && r.tm.hour > 12 {
		return dtOverflow
	}
	if r.half == valAM && r.tm.hour == 12 {
		r.tm.hour = 0
	} else if r.half == valPM && r.tm.hour != 12 {
		r.tm.hour += 12
	}
	if r.timeOnly {
		return r.finishTime()
	}
	if r.special != resNow {
		return dtOK
	}
	if r.mask&maskDate != maskDate {
		return dtBadFormat
	}
	return r.finishZone(r.tm)
}

// finishTime checks a time of day and finds its zone's offset, on the date
// given or today's.
func (r *stampReader) finishTime() dtFault {
	if r.tm.overflows() {
		return dtOverflow
	}
	if r.mask&maskTime != maskTime {
		return dtBadFormat
	}
	at := r.tm
	if r.mask&maskDate == 0 {
		if r.zone != nil && !fixedZone(r.zone) {
			return dtBadFormat
		}
		y, m, d := r.f.now().Date()
		at.year, at.mon, at.day = y, int(m), d
	} else if r.mask&maskDate != maskDate {
		return dtBadFormat
	}
	return r.finishZone(at)
}

// fixedZone reports whether a zone never changes its offset.
func fixedZone(loc *time.Location) bool {
	start, end := time.Unix(0, 0).In(loc).ZoneBounds()
	return start.IsZero() && end.IsZero()
}

func (r *stampReader) finishZone(tm civilTime) dtFault {
	modified := r.mask&bit(tokDTZMod) != 0
	local := (DateFromCivil(tm.year, tm.mon, tm.day)+10957)*86400 + int64((tm.hour*60+tm.min)*60+tm.sec)
	switch {
	case r.zone != nil:
		r.west = -int(zoneOffset(local, r.zone))
	case r.dyn != nil:
		r.west = -int(abbrevOffset(local, r.abbrev, r.dyn))
	case r.mask&maskZone == 0:
		r.west = -int(zoneOffset(local, r.f.loc()))
	default:
		return dtOK
	}
	if modified {
		return dtBadFormat
	}
	return dtOK
}

// field reads one field and returns the parts that it gave.
func (r *stampReader) field(i int) (uint32, dtFault) {
	switch f := r.lex.fields[i]; f.kind {
	case fieldDate:
		return r.dateField(i, f.s)
	case fieldTime:
		if r.label != 0 && !r.timeOnly {
			if r.label != tokTime {
				return 0, dtBadFormat
			}
			r.label = 0
		}
		if fault := decodeTime(f.s, false, &r.tm); fault != dtOK {
			return 0, fault
		}
		if r.tm.overflows() {
			return 0, dtOverflow
		}
		return maskTime, dtOK
	case fieldZone:
		west, fault := decodeZone(f.s)
		r.west = west
		return maskZone, fault
	case fieldNumber:
		if r.label != 0 {
			label := r.label
			r.label = 0
			return r.labelled(label, f.s)
		}
		return r.number(i, f.s)
	default:
		return r.word(i, f.s)
	}
}

// dateField reads what looks like a date: a date, unless there is one already;
// then hhmmss-zz or a zone's name.
func (r *stampReader) dateField(i int, s string) (uint32, dtFault) {
	if r.timeOnly {
		n := r.lex.n
		if i == 0 && n >= 2 && (r.lex.fields[n-1].kind == fieldDate || r.lex.fields[1].kind == fieldTime) {
			return r.decodeDate(s)
		}
		if isDigit(s[0]) {
			return r.timeAndZone(s)
		}
		return r.zoneName(s)
	}
	if r.label == tokJulian {
		r.label = 0
		return r.julianAndZone(s)
	}
	// With a month and a day it is a zone even before the year has come:
	// PostgreSQL's own format has the year last.
	if monthDay := bit(tokMonth) | bit(tokDay); r.mask&monthDay != monthDay && r.label == 0 {
		return r.decodeDate(s)
	}
	if isDigit(s[0]) || r.label != 0 {
		if r.label != 0 {
			if r.label != tokTime {
				return 0, dtBadFormat
			}
			r.label = 0
		}
		return r.timeAndZone(s)
	}
	return r.zoneName(s)
}

// timeAndZone reads hhmmss-zz.
func (r *stampReader) timeAndZone(s string) (uint32, dtFault) {
	dash := strings.IndexByte(s, '-')
	if r.mask&maskTime == maskTime || dash < 0 {
		return 0, dtBadFormat
	}
	west, fault := decodeZone(s[dash:])
	if fault != dtOK {
		return 0, fault
	}
	r.west = west
	mask, fault := r.decodeNumberField(s[:dash], r.mask|r.timeOnlyDate())
	return mask | maskZone, fault
}

// timeOnlyDate makes numbers times where no date is wanted.
func (r *stampReader) timeOnlyDate() uint32 {
	if r.timeOnly {
		return maskDate
	}
	return 0
}

func (r *stampReader) julianAndZone(s string) (uint32, dtFault) {
	days, rest, digits, fits := leadInt(s)
	if !fits || days < 0 {
		return 0, dtOverflow
	}
	if !digits || rest == "" {
		return 0, dtBadFormat
	}
	r.setJulian(days)
	west, fault := decodeZone(rest)
	r.west = west
	return maskDate | maskTime | maskZone, fault
}

func (r *stampReader) setJulian(days int) {
	r.tm.year, r.tm.mon, r.tm.day = CivilFromDate(int64(days) - julianEpoch)
	r.julian = true
}

func (r *stampReader) zoneName(s string) (uint32, dtFault) {
	_, loc, err := LoadZone(s)
	if err != nil {
		r.badZone = s
		return 0, dtUnknownZone
	}
	r.zone = loc
	return maskZone, dtOK
}

// number reads a number without a label.
func (r *stampReader) number(i int, s string) (uint32, dtFault) {
	dot := strings.IndexByte(s, '.')
	if r.timeOnly {
		n := r.lex.n
		switch {
		case dot >= 0 && i == 0 && n >= 2 && r.lex.fields[n-1].kind == fieldDate:
			return r.decodeDate(s)
		case dot > 2 || dot < 0 && len(s) > 4:
			return r.decodeNumberField(s, r.mask|maskDate)
		case dot >= 0:
			return 0, dtBadFormat
		}
		return r.decodeNumber(s, false, r.mask|maskDate)
	}
	switch {
	case dot >= 0 && r.mask&maskDate == 0:
		return r.decodeDate(s)
	case dot > 2:
		return r.decodeNumberField(s, r.mask)
	case len(s) >= 6 && (r.mask&maskDate == 0 || r.mask&maskTime == 0):
		return r.decodeNumberField(s, r.mask)
	}
	return r.decodeNumber(s, r.textMonth, r.mask)
}

// labelled reads a number behind a label: y2001m02d04, j2451187, t040506.
func (r *stampReader) labelled(label tokKind, s string) (uint32, dtFault) {
	val, rest, _, fits := leadInt(s)
	if !fits {
		return 0, dtOverflow
	}
	dotted := strings.HasPrefix(rest, ".")
	if dotted && label != tokJulian && label != tokTime && label != tokSecond || !dotted && rest != "" {
		return 0, dtBadFormat
	}
	switch label {
	case tokYear:
		r.tm.year = val
	case tokMonth:
		if r.mask&bit(tokMonth) != 0 && r.mask&bit(tokHour) != 0 {
			r.tm.min, label = val, tokMinute
		} else {
			r.tm.mon = val
		}
	case tokDay:
		r.tm.day = val
	case tokHour:
		r.tm.hour = val
	case tokMinute:
		r.tm.min = val
	case tokSecond:
		r.tm.sec = val
		if dotted {
			micros, fault := fractionMicros(rest)
			r.tm.micros = micros
			return maskSeconds, fault
		}
	case tokJulian:
		return r.julianNumber(val, rest)
	case tokTime:
		mask, fault := r.decodeNumberField(s, r.mask|maskDate)
		if fault == dtOK && mask != maskTime {
			fault = dtBadFormat
		}
		return mask, fault
	default:
		return 0, dtBadFormat
	}
	return bit(label), dtOK
}

func (r *stampReader) julianNumber(days int, frac string) (uint32, dtFault) {
	if days < 0 {
		return 0, dtOverflow
	}
	r.setJulian(days)
	if frac == "" {
		return maskDate, dtOK
	}
	part, err := strconv.ParseFloat("0"+frac, 64)
	if err != nil {
		return 0, dtBadFormat
	}
	micros := int64(math.Trunc(part * microsPerDay))
	r.tm.hour = int(micros / microsPerHour)
	r.tm.min = int(micros / microsPerMinute % 60)
	r.tm.sec = int(micros / microsPerSecond % 60)
	r.tm.micros = micros % microsPerSecond
	return maskDate | maskTime, dtOK
}
