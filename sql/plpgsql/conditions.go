package plpgsql

import (
	_ "embed"
	"strconv"
	"strings"
)

// conditions.tsv holds the names of PostgreSQL's conditions and their SQLSTATEs. A few
// names stand for two.
//
//go:embed conditions.tsv
var conditionTable string

// conditionsByName are the SQLSTATEs of each name.
var conditionsByName = func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(conditionTable) {
		name, code, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out[name] = append(out[name], code)
	}
	return out
}()

// othersCode stands for OTHERS in a handler.
const othersCode = ""

// conditionCodes are the SQLSTATEs that a condition's name stands for; nil: there is no
// such condition.
func conditionCodes(name string) []string {
	if name == "others" {
		return []string{othersCode}
	}
	return conditionsByName[name]
}

// catches reports whether a handler of a code takes an error: one whose code ends in
// 000 takes all of its class.
func catches(handler, code string) bool {
	switch {
	case handler == othersCode:
		return code != "57014" && code != assertFailure
	case strings.HasSuffix(handler, "000"):
		return handler[:2] == code[:2]
	}
	return handler == code
}

// isSQLState reports whether a text can be a SQLSTATE.
func isSQLState(s string) bool {
	return len(s) == 5 && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// dollar is $n.
func dollar(n int) string { return "$" + strconv.Itoa(n) }

// SQLSTATEs of the language's own.
const (
	raiseException   = "P0001"
	noDataFound      = "P0002"
	tooManyRows      = "P0003"
	assertFailure    = "P0004"
	caseNotFound     = "20000"
	noReturn         = "2F005"
	handlerNotActive = "0Z002"
)
