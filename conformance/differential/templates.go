package differential

import (
	"maps"
	"slices"
	"strings"
)

// templateFields are the fields of to_date's templates with values that they
// take, one of them not quite. FX and what only to_char knows have none.
var templateFields = map[string][]string{
	"A.D.": {"b.c.", "AD"}, "A.M.": {"p.m.", "am"}, "AD": {"bc", "AD"}, "AM": {"AM", "p.m."}, "BC": {"ad", "BC"}, "CC": {"20", "21", "-1"},
	"DAY": {"Sunday", "tue"}, "DDD": {"060", "366", "1"}, "DD": {"29", "01", "31", "-3"}, "DY": {"Sun", "tue"}, "D": {"1", "7"},
	"FF1": {"1"}, "FF3": {"25", "1234567"}, "FF6": {"123456"}, "FX": nil, "HH24": {"12", "00", "23", "24"}, "HH12": {"12", "01", "13"}, "HH": {"11"},
	"IDDD": {"001", "365"}, "ID": {"1", "7"}, "IW": {"01", "53"}, "IYYY": {"2024", "99"}, "IYY": {"024"}, "IY": {"24"}, "I": {"4"},
	"J": {"2451545", "1"}, "MI": {"34", "60", "7"}, "MM": {"02", "12", "13", "1"}, "MONTH": {"February", "MAY", "jan"}, "MON": {"Feb", "JUN"},
	"MS": {"123", "25"}, "OF": nil, "PM": {"PM"}, "Q": {"1"}, "RM": {"IV", "xii", "VIII"}, "SSSSS": {"43200", "86400"}, "SSSS": {"4320"}, "SS": {"56", "60"},
	"TZH": {"+05", "-8", " 3", "16"}, "TZM": {"30", "60"}, "TZ": nil, "US": {"123456", "1"}, "WW": {"09", "53"}, "W": {"1", "5"},
	"Y,YYY": {"2,024", "1,1", "2024"}, "YYYY": {"2024", "-44", "0000", "12345"}, "YYY": {"024", "1999"}, "YY": {"24", "99", "-5"}, "Y": {"4", "0"},
}

// betweenFields may stand between two fields, with what the text may have there.
var betweenFields = map[string]string{
	"": "", " ": " ", "-": "-", "/": "/", ":": ":", ".": ".", ",": ",", "  ": "  ", " - ": " - ", "T": "T", "x": "x", `"ab"`: "ab", `"-"`: "-", "5": "5", `\"`: `"`, "é": "é",
}

// timeTemplate is a text and a template that nearly fit each other.
func (g *Gen) timeTemplate() (text, template string) {
	var s, t strings.Builder
	if g.chance(10) {
		t.WriteString("FX")
	}
	if g.chance(10) {
		s.WriteString(" ")
	}
	for i := range 1 + g.rnd.IntN(5) {
		if i > 0 {
			sep := pick(g, sortedKeys(betweenFields))
			t.WriteString(sep)
			if g.chance(4) {
				sep = pick(g, sortedKeys(betweenFields))
			}
			s.WriteString(betweenFields[sep])
		}
		key := pick(g, sortedKeys(templateFields))
		if g.chance(2) {
			key = pick(g, []string{"YYYY", "MM", "DD", "HH24", "MI", "SS", "MON", "YY"})
		}
		if values := templateFields[key]; values != nil && !g.chance(15) {
			s.WriteString(pick(g, values))
		}
		if g.chance(10) {
			t.WriteString(pick(g, []string{"FM", "TM"}))
		}
		if g.chance(5) {
			key = strings.ToLower(key)
		}
		t.WriteString(key)
		if g.chance(12) {
			t.WriteString("TH")
			s.WriteString(pick(g, []string{"th", "x", ""}))
		}
	}
	return s.String(), t.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
