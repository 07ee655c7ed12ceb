package sql

import "maps"

// settings are one session's values. Keys are lower case.
type settings struct {
	server  map[string]string // the engine's defaults, shared
	session map[string]string // what RESET goes back to
	values  map[string]string // set since
	// undo holds what values were when the transaction began to change them;
	// local holds what those set by SET LOCAL go back to when it commits.
	undo  map[string]undoValue
	local map[string]undoValue
	// custom are the names that were made up, by their lower case. They stay
	// known when their values go.
	custom map[string]string
	paths  []string // of search_path, parsed
	epoch  uint64   // counts changes
	// parsed, for every statement
	timeoutMillis int64
	idleMillis    int64
	memory        int64
	tempMemory    int64
	// reads may be as old as this
	bounded         bool
	stalenessMillis int64
	repeatable      bool   // transactions begin as REPEATABLE READ, or stricter
	serializable    bool   // and as SERIALIZABLE
	readOnly        bool   // and as READ ONLY
	deferrable      bool   // and as DEFERRABLE
	escapes         bool   // backslashes escape in plain string constants
	print           string // see fingerprint
	printed         uint64 // the epoch of print
}

type undoValue struct {
	v  string
	ok bool
}

func (s *settings) init(server map[string]string) {
	s.server = server
	s.session = map[string]string{}
	s.values = map[string]string{}
	s.undo = map[string]undoValue{}
	s.local = map[string]undoValue{}
	s.custom = map[string]string{}
}

// base sets what RESET goes back to.
func (s *settings) base(name, v string) { s.session[lower(name)] = v }

// settled is called after changes: it parses what is needed often.
func (s *settings) settled() {
	s.epoch++
	s.paths, _ = splitIdentifiers(s.value("search_path")) // checked when set
	s.timeoutMillis = s.integer("statement_timeout")
	s.idleMillis = s.integer("idle_in_transaction_session_timeout")
	s.tempMemory = s.integer("stemedb.temp_memory") << 10
	s.memory = s.integer("stemedb.query_memory") << 10
	s.bounded = s.value("stemedb.read_consistency") == "bounded_staleness"
	s.stalenessMillis = s.integer("stemedb.max_staleness")
	isolation := s.value("default_transaction_isolation")
	s.serializable = isolation == "serializable"
	s.repeatable = s.serializable || isolation == "repeatable read"
	s.readOnly = s.on("default_transaction_read_only")
	s.deferrable = s.on("default_transaction_deferrable")
	s.escapes = !s.on("standard_conforming_strings")
}

func (s *settings) path() []string { return s.paths }

// get returns the value of a declared setting.
func (s *settings) get(d *setting) string {
	name := lower(d.name)
	if v, ok := s.lookup(name); ok {
		return v
	}
	return d.def
}

func (s *settings) lookup(name string) (string, bool) {
	for _, m := range []map[string]string{s.values, s.session, s.server} {
		if v, ok := m[name]; ok {
			return v, true
		}
	}
	return "", false
}

// value returns a declared setting by name; custom ones are empty until set.
func (s *settings) value(name string) string {
	name = lower(name)
	if v, ok := s.lookup(name); ok {
		return v
	}
	if d := settingIndex[name]; d != nil {
		return d.def
	}
	return ""
}

// integer is the number of a declared setting, in its units.
func (s *settings) integer(name string) int64 { return settingIndex[name].number(s.value(name)) }

// at is what a check may look at.
func (s *settings) at(d *setting) settingContext {
	return settingContext{now: s.get(d), reset: s.reset(d)}
}

// reset is what RESET makes of a declared setting.
func (s *settings) reset(d *setting) string {
	for _, m := range []map[string]string{s.session, s.server} {
		if v, ok := m[lower(d.name)]; ok {
			return v
		}
	}
	return d.def
}

func (s *settings) on(name string) bool { return s.value(name) == "on" }

// set changes a value within the transaction. ok false means reset.
func (s *settings) set(name, v string, ok, local bool) {
	name = lower(name)
	if _, noted := s.undo[name]; !noted {
		old, had := s.values[name]
		s.undo[name] = undoValue{old, had}
	}
	if !local {
		delete(s.local, name)
	} else if _, noted := s.local[name]; !noted {
		old, had := s.values[name]
		s.local[name] = undoValue{old, had}
	}
	if ok {
		s.values[name] = v
	} else {
		delete(s.values, name)
	}
}

// end finishes the transaction: after a roll back everything goes back, after
// a commit only SET LOCAL's do. It returns the names whose value may differ.
func (s *settings) end(commit bool) []string {
	var changed []string
	back := s.undo
	if commit {
		back = s.local
	}
	for name, old := range back {
		if old.ok {
			s.values[name] = old.v
		} else {
			delete(s.values, name)
		}
		changed = append(changed, name)
	}
	clear(s.undo)
	clear(s.local)
	return changed
}

// settingsMark is what a transaction has changed by some point of it.
type settingsMark struct {
	values map[string]string
	undo   map[string]undoValue
	local  map[string]undoValue
}

// mark notes the present values, for rollbackTo.
func (s *settings) mark() settingsMark {
	return settingsMark{maps.Clone(s.values), maps.Clone(s.undo), maps.Clone(s.local)}
}

// rollbackTo brings the values of a mark back and returns the names whose value
// may differ.
func (s *settings) rollbackTo(m settingsMark) []string {
	var changed []string
	for name := range s.undo { // holds whatever the transaction has touched
		now, set := s.values[name]
		if old, had := m.values[name]; had != set || old != now {
			changed = append(changed, name)
		}
	}
	s.values, s.undo, s.local = maps.Clone(m.values), maps.Clone(m.undo), maps.Clone(m.local)
	return changed
}
