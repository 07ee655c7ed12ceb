package parser

import "strings"

// fenceWord is what a token means to the fence.
type fenceWord uint8

const (
	wordOther fenceWord = iota
	wordComma
	wordSemicolon
	wordAnd
	wordOr
	wordWhen
	wordJoin
	wordSet // UNION, INTERSECT, EXCEPT
	wordOpen
	wordClose
	wordBracket
	wordUnbracket
	wordCase
	wordEnd
	wordFrom // FROM, LATERAL
	wordJSON
)

// openers names the level that a word opens or closes.
var openers = [...]byte{
	wordOpen: '(', wordClose: '(', wordBracket: '[', wordUnbracket: '[',
	wordCase: 'c', wordEnd: 'c', wordFrom: 0, wordJSON: 0,
}

// classify looks a token up without allocating.
func classify(text string, t token) fenceWord {
	switch t.kind {
	case tokSelf:
		switch text[t.pos] {
		case ',':
			return wordComma
		case ';':
			return wordSemicolon
		case '(':
			return wordOpen
		case ')':
			return wordClose
		case '[':
			return wordBracket
		case ']':
			return wordUnbracket
		}
	case tokIdent:
		return classifyWord(text[t.pos:t.end])
	}
	return wordOther
}

func classifyWord(w string) fenceWord {
	switch len(w) {
	case 2:
		if strings.EqualFold(w, "or") {
			return wordOr
		}
	case 3:
		if strings.EqualFold(w, "and") {
			return wordAnd
		}
		if strings.EqualFold(w, "end") {
			return wordEnd
		}
	case 4:
		return classifyFour(w)
	case 5:
		if strings.EqualFold(w, "union") {
			return wordSet
		}
	case 6:
		if strings.EqualFold(w, "except") {
			return wordSet
		}
	case 7:
		if strings.EqualFold(w, "lateral") {
			return wordFrom
		}
	case 9:
		if strings.EqualFold(w, "intersect") {
			return wordSet
		}
	}
	if len(w) > 4 && strings.EqualFold(w[:4], "json") {
		return wordJSON
	}
	return wordOther
}

func classifyFour(w string) fenceWord {
	switch {
	case strings.EqualFold(w, "case"):
		return wordCase
	case strings.EqualFold(w, "when"):
		return wordWhen
	case strings.EqualFold(w, "join"):
		return wordJoin
	case strings.EqualFold(w, "from"):
		return wordFrom
	case strings.EqualFold(w, "json"):
		return wordJSON
	}
	return wordOther
}

// isWord reports whether a token is an unquoted word.
func isWord(text string, t token, word string) bool {
	return t.kind == tokIdent && t.end-t.pos == len(word) && strings.EqualFold(text[t.pos:t.end], word)
}

// isSelf reports whether a token is a punctuation mark.
func isSelf(text string, t token, c byte) bool { return t.kind == tokSelf && text[t.pos] == c }
