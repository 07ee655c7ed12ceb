package functions

import (
	"strings"
	"unicode/utf8"
)

// A template of to_char, to_date and to_timestamp is a list of nodes: fields
// and what stands between them.

type formatNode struct {
	key  string // upper case; empty: text
	word string // as written, whose case names and marks follow
	text string
	// quoted text stands for itself; what is not is a separator
	quoted bool
	fm     bool // no padding
	th     byte // 't', 'T': an ordinal's ending
}

// dateKeys are the fields, each before its own prefixes.
func dateKeys() []string {
	return []string{
		"A.D.", "A.M.", "AD", "AM", "B.C.", "BC", "CC", "DAY", "DDD", "DD", "DY", "D",
		"FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "FX", "HH24", "HH12", "HH", "IDDD", "ID", "IW", "IYYY", "IYY", "IY", "I",
		"J", "MI", "MM", "MONTH", "MON", "MS", "OF", "P.M.", "PM", "Q", "RM", "SSSSS", "SSSS", "SS", "TZH", "TZM", "TZ",
		"US", "WW", "W", "Y,YYY", "YYYY", "YYY", "YY", "Y",
	}
}

// mixedKeys are the only fields that are written in both cases.
func mixedKeys() []string { return []string{"Month", "Mon", "Day", "Dy"} }

// wordOf returns the first of the keys with which t begins, all of it in capitals
// or none of it, and as it is written there.
func wordOf(t string, keys []string) (key, word string) {
	for _, k := range keys {
		if len(t) < len(k) {
			continue
		}
		if w := t[:len(k)]; w == k || w == strings.ToLower(k) {
			return k, w
		}
	}
	return "", ""
}

// literalOf takes one character of what stands for itself from t, or what is
// between quotes.
func literalOf(t string) (text string, quoted bool, rest string) {
	if t[0] == '"' {
		var b strings.Builder
		i := 1
		for ; i < len(t) && t[i] != '"'; i++ {
			if t[i] == '\\' && i+1 < len(t) {
				i++
			}
			b.WriteByte(t[i])
		}
		return b.String(), true, t[min(i+1, len(t)):]
	}
	if strings.HasPrefix(t, `\"`) {
		return `"`, false, t[2:]
	}
	_, n := utf8.DecodeRuneInString(t)
	return t[:n], false, t[n:]
}

func parseDateTemplate(t string) []formatNode {
	var nodes []formatNode
	keys := dateKeys()
	for t != "" {
		node := formatNode{}
		prefix, written := wordOf(t, []string{"FM", "TM"})
		t = t[len(written):]
		node.key, node.word = wordOf(t, keys)
		for _, k := range mixedKeys() {
			if len(k) > len(node.word) && strings.HasPrefix(t, k) {
				node.key, node.word = strings.ToUpper(k), k
			}
		}
		// A translated name is not padded, and ours are so in every language.
		node.fm = prefix == "FM" || prefix == "TM" && (node.key == "MONTH" || node.key == "DAY")
		if node.key != "" {
			t = t[len(node.word):]
			if _, ending := wordOf(t, []string{"TH"}); ending != "" {
				node.th, t = t[0], t[2:]
			} else {
				t = strings.TrimPrefix(t, "SP") // spelled: known, and never built
			}
			nodes = append(nodes, node)
			continue
		}
		if t == "" {
			break // a prefix of nothing
		}
		var text string
		var quoted bool
		text, quoted, t = literalOf(t)
		if n := len(nodes); n > 0 && nodes[n-1].key == "" && nodes[n-1].quoted == quoted {
			nodes[n-1].text += text
			continue
		}
		nodes = append(nodes, formatNode{text: text, quoted: quoted})
	}
	return nodes
}

func monthName(m int) string {
	return []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}[m-1]
}

func dayName(d int64) string {
	return []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}[d]
}

func romanMonth(m int) string {
	return []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}[m-1]
}

// ordinal is the ending of a number: st, nd, rd, th.
func ordinal(digits string, upperCase bool) string {
	end := "th"
	if n := len(digits); n > 0 && !(n > 1 && digits[n-2] == '1') {
		switch digits[n-1] {
		case '1':
			end = "st"
		case '2':
			end = "nd"
		case '3':
			end = "rd"
		}
	}
	if upperCase {
		return strings.ToUpper(end)
	}
	return end
}

// likeWord gives a name the case of the field's word: DAY, Day, day.
func likeWord(name, word string) string {
	switch {
	case word == strings.ToUpper(word):
		return strings.ToUpper(name)
	case word[0] >= 'A' && word[0] <= 'Z':
		return name
	}
	return strings.ToLower(name)
}
