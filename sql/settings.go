package sql

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// settingKind is how a setting's text is checked and normalised; its text is
// pg_settings' vartype.
type settingKind string

const (
	settingString settingKind = "string"
	settingBool   settingKind = "bool"
	settingInt    settingKind = "integer"
	settingReal   settingKind = "real"
	settingEnum   settingKind = "enum"
)

// settingFlags say how a setting is shown and written.
type settingFlags uint16

const (
	flagReport    settingFlags = 1 << iota // told to the client by ParameterStatus
	flagList                               // SET takes several values
	flagQuote                              // and quotes them as identifiers
	flagHidden                             // in neither SHOW ALL nor pg_settings
	flagSecret                             // shown to superusers only
	flagKept                               // RESET ALL leaves it
	flagExplain                            // EXPLAIN (SETTINGS) names it
	flagOctal                              // shown in octal
	flagUnsampled                          // for pg_settings_get_flags alone
	flagComputed                           // likewise
)

var flagNames = map[string]settingFlags{
	"report": flagReport, "list": flagList, "quote": flagQuote, "hidden": flagHidden, "secret": flagSecret, "kept": flagKept,
	"explain": flagExplain, "octal": flagOctal, "unsampled": flagUnsampled, "computed": flagComputed,
}

// setting declares one run-time parameter: SET, SHOW, pg_settings and the
// documentation read the same table.
type setting struct {
	name     string
	kind     settingKind
	unit     *baseUnit // of numbers; nil: none
	context  string    // who may set it when: pg_settings' context
	flags    settingFlags
	min, max float64
	limits   [2]string         // min and max as declared
	boot     string            // the default as declared, in units
	noBoot   bool              // there is none: NULL in pg_settings
	def      string            // the default as SHOW prints it
	values   []string          // of an enum
	aliases  map[string]string // in lower case, of values, themselves among them
	category string
	doc      string
	// check normalises a value beyond its kind.
	check settingCheck
}

// settingsFile declares the parameters; its head says how to read it.
//
//go:embed settings.tsv
var settingsFile string

// settingTable holds every parameter in the order of SHOW ALL.
var settingTable = readSettings(settingsFile)

func readSettings(file string) []setting {
	var out []setting
	for line := range strings.Lines(file) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		s := setting{
			name: f[0], kind: settingKind(f[1]), unit: baseUnits[f[2]], context: f[3], limits: [2]string{f[5], f[6]}, boot: f[7], category: f[9], doc: f[10],
			check: settingChecks[f[0]],
		}
		for w := range strings.SplitSeq(f[4], ",") {
			s.flags |= flagNames[w]
		}
		if s.boot == `\N` {
			s.boot, s.noBoot = "", true
		}
		s.readValues(f[8])
		s.min, _ = strconv.ParseFloat(f[5], 64) // none is 0, and not looked at
		s.max, _ = strconv.ParseFloat(f[6], 64)
		s.def = s.shown(s.boot)
		out = append(out, s)
	}
	return out
}

// readValues reads the words of an enum. One that can be switched takes the
// other words for that too, as PostgreSQL's do.
func (s *setting) readValues(list string) {
	if s.kind != settingEnum {
		return
	}
	s.aliases = map[string]string{}
	for w := range strings.SplitSeq(list, ",") {
		if hidden, ok := strings.CutPrefix(w, "~"); ok {
			s.aliases[hidden] = hidden
		} else if alias, word, ok := strings.Cut(w, ">"); ok {
			s.aliases[alias] = word
		} else {
			s.values = append(s.values, w)
			s.aliases[strings.ToLower(w)] = w
		}
	}
	if s.aliases["on"] != "" && s.aliases["off"] != "" {
		for alias, word := range map[string]string{"true": "on", "yes": "on", "1": "on", "false": "off", "no": "off", "0": "off"} {
			s.aliases[alias] = word
		}
	}
}

// settingIndex finds a declaration by its lower-case name.
var settingIndex = func() map[string]*setting {
	m := make(map[string]*setting, len(settingTable))
	for i := range settingTable {
		m[strings.ToLower(settingTable[i].name)] = &settingTable[i]
	}
	for old, name := range map[string]string{"sort_mem": "work_mem", "vacuum_mem": "maintenance_work_mem"} {
		m[old] = m[name]
	}
	return m
}()

// settingPrefixes are the first parts of our own two-part names.
var settingPrefixes = func() map[string]bool {
	m := map[string]bool{}
	for i := range settingTable {
		if prefix, _, ok := strings.Cut(settingTable[i].name, "."); ok {
			m[prefix] = true
		}
	}
	return m
}()

func unknownSetting(name string) error {
	return sqlerr.New(sqlerr.UndefinedObject, "unrecognized configuration parameter %q", name)
}

// checkCustomName refuses a name that is not declared and that nobody may make
// up: those have two or more parts, of which the first is not ours.
func checkCustomName(name string) error {
	if !strings.Contains(name, ".") {
		return unknownSetting(name)
	}
	bad := sqlerr.New(sqlerr.InvalidName, "invalid configuration parameter name %q", name)
	for part := range strings.SplitSeq(name, ".") {
		if !settingWord(part) {
			return bad.WithDetail("Custom parameter names must be two or more simple identifiers separated by dots.")
		}
	}
	if prefix, _, _ := strings.Cut(name, "."); settingPrefixes[prefix] {
		return bad.WithDetail("%q is a reserved prefix.", prefix)
	}
	return nil
}

func settingWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < 0x80 && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c != '$' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// permit says whether a setting may be changed: at startup, or later.
func (s *setting) permit(superuser, startup bool) error {
	why := ""
	switch s.context {
	case "internal":
		why = "cannot be changed"
	case "postmaster":
		why = "cannot be changed without restarting the server"
	case "sighup":
		why = "cannot be changed now"
	case "superuser-backend", "backend":
		if !startup {
			why = "cannot be set after connection start"
		}
	}
	if why != "" {
		return sqlerr.New(sqlerr.CantChangeRuntimeParam, "parameter %q %s", s.name, why)
	}
	if strings.HasPrefix(s.context, "superuser") && !superuser {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied to set parameter %q", s.name)
	}
	return nil
}

// identifies reports whether the setting says who a session is.
func (s *setting) identifies() bool { return s.name == "role" || s.name == "session_authorization" }

// flagWords are the flags as pg_settings_get_flags names them.
func (s *setting) flagWords() []string {
	out := []string{}
	for _, f := range []struct {
		flag settingFlags
		word string
	}{{flagExplain, "EXPLAIN"}, {flagKept, "NO_RESET_ALL"}, {flagHidden, "NO_SHOW_ALL"}, {flagUnsampled, "NOT_IN_SAMPLE"}, {flagComputed, "RUNTIME_COMPUTED"}} {
		if s.flags&f.flag != 0 {
			out = append(out, f.word)
		}
	}
	return slices.Clip(out)
}
