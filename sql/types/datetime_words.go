package types

import "time"

// word reads a word: a zone's abbreviation, a month, a label, a reserved word.
func (r *stampReader) word(i int, s string) (uint32, dtFault) {
	if a, ok := findAbbrev(s); ok {
		return r.abbreviation(a, s)
	}
	kind, val := dateToken(s)
	switch kind {
	case tokIgnore:
		return 0, dtOK
	case tokReserved:
		if r.timeOnly {
			return r.reservedTime(val)
		}
		return r.reserved(val)
	case tokMonth:
		if r.timeOnly {
			return 0, dtBadFormat
		}
		mask := bit(tokMonth)
		if r.mask&bit(tokMonth) != 0 && !r.textMonth && r.mask&bit(tokDay) == 0 && r.tm.mon >= 1 && r.tm.mon <= 31 {
			// The number taken for the month was the day.
			r.tm.day = r.tm.mon
			mask = bit(tokDay)
		}
		r.textMonth, r.tm.mon = true, val
		return mask, dtOK
	case tokDTZMod:
		r.west -= val
		return bit(tokDTZMod), dtOK
	case tokAMPM:
		r.half = val
	case tokADBC:
		r.bc = val == 1
	case tokDOW:
		if r.timeOnly {
			return 0, dtBadFormat
		}
	case tokUnits:
		r.label = tokKind(val)
		return 0, dtOK
	case tokISOTime:
		return r.isoTime(i, val)
	case tokUnknown:
		if mask, fault := r.zoneName(s); fault == dtOK {
			return mask, dtOK
		}
		return 0, dtBadFormat
	default:
		return 0, dtBadFormat
	}
	return bit(kind), dtOK
}

// isoTime is the T between a date and a time.
func (r *stampReader) isoTime(i, val int) (uint32, dtFault) {
	if !r.timeOnly && r.mask&maskDate != maskDate || i+1 >= r.lex.n {
		return 0, dtBadFormat
	}
	switch r.lex.fields[i+1].kind {
	case fieldNumber, fieldTime, fieldDate:
		r.label = tokKind(val)
		return 0, dtOK
	}
	return 0, dtBadFormat
}

func (r *stampReader) abbreviation(a zoneAbbrev, s string) (uint32, dtFault) {
	if a.zone == "" {
		r.west = -int(a.offset)
		return maskZone, dtOK
	}
	_, loc, err := LoadZone(a.zone)
	if err != nil {
		r.badZone = a.zone
		return 0, dtUnknownZone
	}
	r.dyn, r.abbrev = loc, s
	return maskZone, dtOK
}

func (r *stampReader) setDate(t time.Time) {
	y, m, d := t.Date()
	r.tm.year, r.tm.mon, r.tm.day = y, int(m), d
}

func (r *stampReader) setTime(t time.Time) {
	r.tm.hour, r.tm.min, r.tm.sec = t.Clock()
	r.tm.micros = int64(t.Nanosecond() / 1000)
}

func (r *stampReader) reserved(val int) (uint32, dtFault) {
	now := r.f.now()
	switch val {
	case resNow:
		r.setDate(now)
		r.setTime(now)
		_, east := now.Zone()
		r.west = -east
		return maskDate | maskTime | maskZone, dtOK
	case resYesterday:
		r.setDate(time.Date(now.Year(), now.Month(), now.Day()-1, 12, 0, 0, 0, time.UTC))
	case resToday:
		r.setDate(now)
	case resTomorrow:
		r.setDate(time.Date(now.Year(), now.Month(), now.Day()+1, 12, 0, 0, 0, time.UTC))
	case resZulu:
		r.tm.hour, r.tm.min, r.tm.sec, r.west = 0, 0, 0, 0
		return maskTime | maskZone, dtOK
	default:
		r.special = val
		r.tm.year, r.tm.mon, r.tm.day = 2000, 1, 1
		return maskDate | maskTime | maskZone, dtOK
	}
	return maskDate, dtOK
}

func (r *stampReader) reservedTime(val int) (uint32, dtFault) {
	switch val {
	case resNow:
		r.setTime(r.f.now())
		return maskTime, dtOK
	case resZulu:
		r.tm.hour, r.tm.min, r.tm.sec, r.west = 0, 0, 0, 0
		return maskTime | maskZone, dtOK
	}
	return 0, dtBadFormat
}
