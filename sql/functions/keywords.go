package functions

import (
	_ "embed"
	"strings"
	"sync"
)

// keywordText has PostgreSQL 15's key words, one a line: the word, its category, and a
// dash if it is no column label without AS.
//
//go:embed keywords.txt
var keywordText string

// keyword is a row of pg_get_keywords.
type keyword struct {
	word     string
	category byte
	bare     bool // may be a column label without AS
}

// keywordCategories are the categories' names.
var keywordCategories = map[byte]string{
	'U': "unreserved", 'C': "unreserved (cannot be function or type name)", 'T': "reserved (can be function or type name)", 'R': "reserved",
}

// keywordTable lists the key words by name.
var keywordTable = sync.OnceValue(func() (out []keyword) {
	for line := range strings.Lines(keywordText) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		out = append(out, keyword{word: word, category: rest[0], bare: len(rest) == 1})
	}
	return out
})

// quotedWords are the words that an identifier must be quoted to be.
var quotedWords = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, k := range keywordTable() {
		if k.category != 'U' {
			m[k.word] = true
		}
	}
	return m
})

func isKeyword(s string) bool { return quotedWords()[s] }
