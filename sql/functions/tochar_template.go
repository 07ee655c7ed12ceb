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

func parseDateTemplate(t string) []formatNode {
	var nodes []formatNode
	keys := dateKeys()
	addText := func(s string, quoted bool) {
		if n := len(nodes); n > 0 && nodes[n-1].key == "" && nodes[n-1].quoted == quoted {
			nodes[n-1].text += s
			return
		}
		nodes = append(nodes, formatNode{text: s, quoted: quoted})
	}
	for t != "" {
		node := formatNode{}
		rest := t
		for len(rest) >= 2 {
			p := strings.ToUpper(rest[:2])
			if p != "FM" && p != "TM" {
				break
			}
			node.fm = true
			rest = rest[2:]
		}
		for _, k := range keys {
			if len(rest) >= len(k) && strings.EqualFold(rest[:len(k)], k) {
				node.key, node.word, rest = k, rest[:len(k)], rest[len(k):]
				break
			}
		}
		if node.key != "" {
			if len(rest) >= 2 && (rest[:2] == "th" || rest[:2] == "TH") {
				node.th, rest = rest[0], rest[2:]
			}
			nodes = append(nodes, node)
			t = rest
			continue
		}
		if t = rest; t == "" {
			break // a prefix of nothing
		}
		n, text := literalText(t)
		addText(text, t[0] == '"' || t[0] == '\\' && n == 2)
		t = t[n:]
	}
	return nodes
}

// literalText takes what stands for itself off the front of a template: a
// quoted text, in which a backslash quotes a character, a quote behind a
// backslash, or one character. n is how many bytes it takes.
func literalText(t string) (n int, text string) {
	switch {
	case t[0] == '"':
		var b strings.Builder
		i := 1
		for ; i < len(t) && t[i] != '"'; i++ {
			if t[i] == '\\' && i+1 < len(t) {
				i++
			}
			b.WriteByte(t[i])
		}
		return min(i+1, len(t)), b.String()
	case strings.HasPrefix(t, `\"`):
		return 2, `"`
	}
	_, size := utf8.DecodeRuneInString(t)
	return size, t[:size]
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
