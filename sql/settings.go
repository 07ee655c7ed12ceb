package sql

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// settingKind is how a setting's text is checked and normalised.
type settingKind uint8

const (
	settingString settingKind = iota
	settingBool
	settingInt
	settingEnum
	settingDuration // milliseconds; units ms, s, min, h, d
	settingMemory   // bytes kept as kB; units B, kB, MB, GB
)

// setting declares one run-time parameter: SET, SHOW, pg_settings and the
// documentation read the same table.
type setting struct {
	name     string
	kind     settingKind
	def      string
	values   []string // of an enum
	min, max int64
	reported bool // told to the client by ParameterStatus
	readOnly bool // 55P02 on SET
	doc      string
	// check normalises a value beyond its kind.
	check func(string) (string, error)
}

// settingTable holds every parameter in the order of SHOW ALL.
var settingTable = []setting{
	{name: "application_name", def: "", reported: true, doc: "Name of the client, for pg_stat_activity and logs."},
	{name: "bytea_output", kind: settingEnum, def: "hex", values: []string{"hex", "escape"}, doc: "Output format for bytea."},
	{name: "client_encoding", def: "UTF8", reported: true, check: checkEncoding, doc: "Encoding of the client; only UTF8."},
	{name: "client_min_messages", kind: settingEnum, def: "notice", values: []string{"debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"}, doc: "Least severe message that is sent to the client."},
	{name: "DateStyle", def: "ISO, MDY", reported: true, check: checkDateStyle, doc: "Output format of dates, and the order of ambiguous input."},
	{name: "default_transaction_isolation", kind: settingEnum, def: "read committed", values: isolationLevels, doc: "Isolation level of new transactions."},
	{name: "default_transaction_read_only", kind: settingBool, def: "off", reported: true, doc: "Whether new transactions are read-only."},
	{name: "default_transaction_deferrable", kind: settingBool, def: "off", doc: "Accepted; no effect."},
	{name: "extra_float_digits", kind: settingInt, def: "1", min: -15, max: 3, doc: "Digits of floating-point output; above 0 means shortest exact."},
	{name: "idle_in_transaction_session_timeout", kind: settingDuration, def: "0", max: 1<<31 - 1, doc: "Ends a session that idles in a transaction for so long; 0: never."},
	{name: "in_hot_standby", kind: settingBool, def: "off", reported: true, readOnly: true, doc: "Always off."},
	{name: "integer_datetimes", kind: settingBool, def: "on", reported: true, readOnly: true, doc: "Always on."},
	{name: "IntervalStyle", kind: settingEnum, def: "postgres", values: []string{"postgres", "postgres_verbose", "sql_standard", "iso_8601"}, reported: true, doc: "Output format of intervals."},
	{name: "is_superuser", kind: settingBool, def: "off", reported: true, readOnly: true, doc: "Whether the role is a superuser."},
	{name: "lc_collate", def: "C.UTF-8", readOnly: true, doc: "Collation: code-point order."},
	{name: "lc_ctype", def: "C.UTF-8", readOnly: true, doc: "Character classification."},
	{name: "lc_messages", def: "C", doc: "Language of messages; only C."},
	{name: "lc_monetary", def: "C.UTF-8", doc: "Accepted; no effect."},
	{name: "lc_numeric", def: "C.UTF-8", doc: "Accepted; no effect."},
	{name: "lc_time", def: "C.UTF-8", doc: "Accepted; no effect."},
	{name: "lock_timeout", kind: settingDuration, def: "0", max: 1<<31 - 1, doc: "Accepted; no statement waits for a lock."},
	{name: "max_identifier_length", kind: settingInt, def: "63", readOnly: true, doc: "Longest identifier in bytes."},
	{name: "max_index_keys", kind: settingInt, def: "32", readOnly: true, doc: "Most columns of an index."},
	{name: "role", def: "none", doc: "The current role."},
	{name: "row_security", kind: settingBool, def: "on", doc: "Accepted; there are no row policies."},
	{name: "search_path", def: `"$user", public`, check: checkSearchPath, doc: "Schemas searched for names; a lens's schema makes its view of the claims the default."},
	{name: "server_encoding", def: "UTF8", reported: true, readOnly: true, doc: "Always UTF8."},
	{name: "server_version", def: "15.18", reported: true, readOnly: true, doc: "The PostgreSQL version spoken."},
	{name: "server_version_num", kind: settingInt, def: "150018", readOnly: true, doc: "The same as a number."},
	{name: "session_authorization", def: "", reported: true, readOnly: true, doc: "The role that logged in."},
	{name: "standard_conforming_strings", kind: settingBool, def: "on", reported: true, check: onlyOn, doc: "Always on."},
	{name: "statement_timeout", kind: settingDuration, def: "0", max: 1<<31 - 1, doc: "Cancels a statement that runs for so long; 0: never."},
	{name: "stemedb.query_memory", kind: settingMemory, def: "256MB", min: 1 << 20, max: 1 << 40, doc: "Memory that one statement may use; sorts, groups and hash joins beyond it go on in temporary files, anything else is refused with 53200."},
	{name: "stemedb.read_consistency", kind: settingEnum, def: "linearizable", values: []string{"linearizable"}, doc: "How fresh reads are."},
	{name: "synchronous_commit", kind: settingEnum, def: "on", values: []string{"on", "off", "local", "remote_write", "remote_apply"}, doc: "Accepted; every commit is durable."},
	{name: "synchronize_seqscans", kind: settingBool, def: "on", doc: "Accepted; no effect."},
	{name: "TimeZone", def: "UTC", reported: true, check: checkTimeZone, doc: "Time zone of timestamptz text."},
	{name: "transaction_deferrable", kind: settingBool, def: "off", doc: "Accepted; no effect."},
	{name: "transaction_isolation", kind: settingEnum, def: "read committed", values: isolationLevels, doc: "Isolation level of the current transaction."},
	{name: "transaction_read_only", kind: settingBool, def: "off", doc: "Whether the current transaction is read-only."},
	{name: "stemedb.temp_memory", kind: settingMemory, def: "256MB", min: 1 << 20, max: 1 << 40, doc: "Memory that the temporary tables of a session may use; more is refused with 53200."},
	{name: "work_mem", kind: settingMemory, def: "4MB", min: 64 << 10, max: 1 << 40, doc: "Accepted; see stemedb.query_memory."},
	{name: "enable_seqscan", kind: settingBool, def: "on", doc: "Accepted; no effect."},
	{name: "enable_indexscan", kind: settingBool, def: "on", doc: "Accepted; no effect."},
	{name: "jit", kind: settingBool, def: "off", doc: "Accepted; expressions are compiled to column kernels."},
	{name: "check_function_bodies", kind: settingBool, def: "on", doc: "Accepted; no effect."},
	{name: "xmloption", kind: settingEnum, def: "content", values: []string{"content", "document"}, doc: "Accepted; there is no xml type."},
	{name: "default_table_access_method", def: "heap", doc: "Accepted; no effect."},
	{name: "default_tablespace", def: "", doc: "Accepted; no effect."},
	{name: "escape_string_warning", kind: settingBool, def: "on", doc: "Accepted; no effect."},
	{name: "geqo", kind: settingBool, def: "on", doc: "Accepted; no effect."},
	{name: "password_encryption", kind: settingEnum, def: "scram-sha-256", values: []string{"scram-sha-256"}, doc: "How passwords are kept."},
	{name: "port", kind: settingInt, def: "5432", max: 65535, readOnly: true, doc: "Port of the SQL listener."},
}

var isolationLevels = []string{"serializable", "repeatable read", "read committed", "read uncommitted"}

// settingIndex finds a declaration by its lower-case name.
var settingIndex = func() map[string]*setting {
	m := make(map[string]*setting, len(settingTable))
	for i := range settingTable {
		m[strings.ToLower(settingTable[i].name)] = &settingTable[i]
	}
	return m
}()

// lookupSetting finds a parameter by name, or by the names PostgreSQL has for
// SET TIME ZONE and SET NAMES.
func lookupSetting(name string) (*setting, error) {
	if s, ok := settingIndex[strings.ToLower(name)]; ok {
		return s, nil
	}
	return nil, sqlerr.New(sqlerr.UndefinedObject, "unrecognized configuration parameter %q", name)
}

// customSetting reports whether name is a two-part name that is not ours, as
// tools make up for their own use.
func customSetting(name string) bool {
	return strings.Contains(name, ".") && !strings.HasPrefix(strings.ToLower(name), "stemedb.")
}

// normalize checks a value and gives its canonical text.
func (s *setting) normalize(v string) (string, error) {
	out, err := s.normalizeKind(v)
	if err == nil && s.check != nil {
		out, err = s.check(out)
	}
	return out, err
}

func (s *setting) normalizeKind(v string) (string, error) {
	switch s.kind {
	case settingBool:
		b, ok := parseBoolSetting(v)
		if !ok {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "parameter %q requires a Boolean value", s.name)
		}
		if b {
			return "on", nil
		}
		return "off", nil
	case settingEnum:
		lower := strings.ToLower(v)
		if slices.Contains(s.values, lower) {
			return lower, nil
		}
		if b, ok := parseBoolSetting(v); ok && slices.Contains(s.values, "on") {
			return map[bool]string{true: "on", false: "off"}[b], nil
		}
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", s.name, v).
			WithHint("Available values: %s.", strings.Join(s.values, ", "))
	case settingInt:
		n, err := strconv.ParseInt(strings.TrimSpace(v), 0, 64)
		if err != nil {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", s.name, v)
		}
		return strconv.FormatInt(n, 10), s.inRange(n, "")
	case settingDuration:
		n, err := parseUnits(v, 1, durationUnits)
		if err != nil {
			return "", s.unitError(v, err, "ms")
		}
		return formatUnits(n, durationUnits), s.inRange(n, " ms")
	case settingMemory:
		n, err := parseUnits(v, 1024, memoryUnits)
		if err != nil {
			return "", s.unitError(v, err, "kB")
		}
		return formatUnits(n, memoryUnits), s.inRange(n, "")
	default:
		return v, nil
	}
}

func (s *setting) inRange(n int64, unit string) error {
	if s.min == 0 && s.max == 0 || n >= s.min && n <= s.max {
		return nil
	}
	return sqlerr.New(sqlerr.InvalidParameterValue, "%d%s is outside the valid range for parameter %q (%d .. %d)", n, unit, s.name, s.min, s.max)
}

func (s *setting) unitError(v string, err error, base string) error {
	e := sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", s.name, v)
	return e.WithHint("%s Without a unit the value is in %s.", err, base)
}

// unit is one suffix and how many base units it stands for.
type unit struct {
	suffix string
	n      int64
}

var (
	durationUnits = []unit{{"d", 86_400_000}, {"h", 3_600_000}, {"min", 60_000}, {"s", 1000}, {"ms", 1}}
	memoryUnits   = []unit{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"kB", 1 << 10}, {"B", 1}}
)

// parseUnits reads "250ms", "64 MB"; a bare number counts in bare base units.
func parseUnits(v string, bare int64, units []unit) (int64, error) {
	v = strings.TrimSpace(v)
	i := len(v)
	for i > 0 && (v[i-1] < '0' || v[i-1] > '9') {
		i--
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v[:i]), 64)
	suffix := strings.TrimSpace(v[i:])
	if err == nil && suffix == "" {
		return int64(f * float64(bare)), nil
	}
	var names []string
	for _, u := range units {
		if err == nil && suffix == u.suffix {
			return int64(f * float64(u.n)), nil
		}
		names = append(names, fmt.Sprintf("%q", u.suffix))
	}
	return 0, fmt.Errorf("valid units for this parameter are %s", strings.Join(names, ", ")) //nolint:staticcheck // becomes a hint
}

// formatUnits writes n in the largest unit that divides it.
func formatUnits(n int64, units []unit) string {
	if n == 0 {
		return "0"
	}
	for _, u := range units {
		if n%u.n == 0 {
			return strconv.FormatInt(n/u.n, 10) + u.suffix
		}
	}
	return strconv.FormatInt(n, 10)
}

// parseBoolSetting accepts what PostgreSQL's parse_bool does.
func parseBoolSetting(v string) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(v)) {
	case "on", "true", "t", "tr", "tru", "yes", "y", "ye", "1":
		return true, true
	case "off", "of", "false", "f", "fa", "fal", "fals", "no", "n", "0":
		return false, true
	}
	return false, false
}
