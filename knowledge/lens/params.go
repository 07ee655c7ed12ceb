package lens

import (
	"fmt"
	"math"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
)

// LifecycleSet is a set of lifecycle states, one bit per code.
type LifecycleSet uint8

// AnyLifecycle holds every state.
const AnyLifecycle LifecycleSet = 1<<(knowledge.LifecycleRejected+1) - 1

// Has reports whether the set holds a state.
func (s LifecycleSet) Has(l knowledge.Lifecycle) bool { return s>>l&1 != 0 }

// Params are a lens and its parameters. Make them with NewParams, which sets
// the defaults; do not change them once a Resolver has them.
type Params struct {
	Kind          Kind
	MinConfidence float64 // inclusive; 0: no bound
	Lifecycle     LifecycleSet
	Classes       []string // nil: all; lower case
	Sources       []string // nil: all
	Latest        bool
	ValidAt       knowledge.Opt[knowledge.Micros] // absent: the query's time
	AnyValidity   bool                            // valid_at => 'any'
	AssertedUntil knowledge.Opt[knowledge.Micros] // absent: the query's time
	AnyEpoch      bool
	Decay         bool
	Tolerance     float64 // relative; 0: exact
	Aliases       bool    // for the caller, who maps aliases to their concepts
}

// NewParams returns a lens with the default parameters.
func NewParams(kind Kind) Params {
	return Params{Kind: kind, Lifecycle: 1 << knowledge.LifecycleApproved, Latest: true, Aliases: true}
}

// ParamType says what a parameter takes.
type ParamType uint8

// The types, and the Go types that Params.Set takes for them.
const (
	ParamFloat     ParamType = iota // float8: float64, int64
	ParamBool                       // bool
	ParamTextList                   // text[] or comma-separated text: []string, string
	ParamText                       // text: string
	ParamTime                       // timestamptz: knowledge.Micros
	ParamTimeOrAny                  // timestamptz or 'any': knowledge.Micros, string
)

// ParamSpec describes a parameter, for the binder and the documentation.
type ParamSpec struct {
	Name    string
	Type    ParamType
	Default string
	Doc     string
}

// ParamSpecs returns the parameters of every lens, in the order of the
// documentation.
func ParamSpecs() []ParamSpec {
	return []ParamSpec{
		{"min_confidence", ParamFloat, "0", "only claims of at least this stated or default confidence"},
		{"lifecycle", ParamTextList, "approved", "lifecycle states to count, or 'any'"},
		{"classes", ParamTextList, "", "only claims of these source classes"},
		{"sources", ParamTextList, "", "only claims of these sources"},
		{"latest", ParamBool, "true", "of each source only its latest statement"},
		{"valid_at", ParamTimeOrAny, "", "only claims that hold at this time, or 'any'; the query's time if not given"},
		{"asserted_until", ParamTime, "", "only claims asserted by this time; the query's time if not given"},
		{"epochs", ParamText, "current", "'any' counts claims of superseded epochs too"},
		{"decay", ParamBool, "false", "confidence halves with each half-life of the claim's class"},
		{"tolerance", ParamFloat, "0", "numbers that differ by this share or less are one value"},
		{"aliases", ParamBool, "true", "claims on an alias of the same concept count for it"},
	}
}

// LookupParam returns the description of a parameter.
func LookupParam(name string) (ParamSpec, bool) {
	for _, s := range ParamSpecs() {
		if s.Name == name {
			return s, true
		}
	}
	return ParamSpec{}, false
}

// ParamError is a parameter that does not exist or a value that it refuses.
type ParamError struct {
	Param   string
	Unknown bool // no parameter has that name
	Message string
	Hint    string
}

// Error returns the message, which names the parameter.
func (e *ParamError) Error() string { return e.Message }

func paramError(name, format string, args ...any) *ParamError {
	return &ParamError{Param: name, Message: "lens parameter " + name + " " + fmt.Sprintf(format, args...)}
}

// Set sets a parameter from a value of the Go type that its ParamType names;
// nil (SQL NULL) restores the default. Errors are *ParamError.
func (p *Params) Set(name string, value any) error {
	spec, ok := LookupParam(name)
	if !ok {
		var names []string
		for _, s := range ParamSpecs() {
			names = append(names, s.Name)
		}
		return &ParamError{Param: name, Unknown: true,
			Message: fmt.Sprintf("lens parameter %q does not exist", name),
			Hint:    "The parameters are " + strings.Join(names, ", ") + "."}
	}
	if value == nil {
		p.reset(name)
		return nil
	}
	var err *ParamError
	switch spec.Type {
	case ParamFloat:
		err = p.setFloat(name, value)
	case ParamBool:
		err = p.setBool(name, value)
	case ParamTextList:
		err = p.setList(name, value)
	case ParamText:
		err = p.setEpochs(name, value)
	default:
		err = p.setTime(name, value)
	}
	if err != nil {
		return err
	}
	return nil
}

// reset restores one parameter's default.
func (p *Params) reset(name string) {
	def := NewParams(p.Kind)
	switch name {
	case "min_confidence":
		p.MinConfidence = def.MinConfidence
	case "lifecycle":
		p.Lifecycle = def.Lifecycle
	case "classes":
		p.Classes = nil
	case "sources":
		p.Sources = nil
	case "latest":
		p.Latest = def.Latest
	case "valid_at":
		p.ValidAt, p.AnyValidity = def.ValidAt, false
	case "asserted_until":
		p.AssertedUntil = def.AssertedUntil
	case "epochs":
		p.AnyEpoch = false
	case "decay":
		p.Decay = def.Decay
	case "tolerance":
		p.Tolerance = def.Tolerance
	case "aliases":
		p.Aliases = def.Aliases
	}
}

// MaxTolerance bounds the tolerance; beyond 1 it already joins a number with
// everything between its opposite and its double.
const MaxTolerance = 1e6

func (p *Params) setFloat(name string, value any) *ParamError {
	var f float64
	switch v := value.(type) {
	case float64:
		f = v
	case int64:
		f = float64(v)
	case int:
		f = float64(v)
	default:
		return paramError(name, "must be a number")
	}
	most := 1.0
	if name == "tolerance" {
		most = MaxTolerance
	}
	if math.IsNaN(f) || f < 0 || f > most {
		return paramError(name, "%v is out of range: it is 0 to %v", f, most)
	}
	if name == "tolerance" {
		p.Tolerance = f
	} else {
		p.MinConfidence = f
	}
	return nil
}

func (p *Params) setBool(name string, value any) *ParamError {
	v, ok := value.(bool)
	if !ok {
		return paramError(name, "must be true or false")
	}
	switch name {
	case "latest":
		p.Latest = v
	case "decay":
		p.Decay = v
	case "aliases":
		p.Aliases = v
	}
	return nil
}

func (p *Params) setList(name string, value any) *ParamError {
	list, ok := textList(value)
	if !ok {
		return paramError(name, "must be text[] or comma-separated text")
	}
	switch name {
	case "classes":
		for i := range list {
			list[i] = strings.ToLower(list[i])
		}
		p.Classes = list
	case "sources":
		p.Sources = list
	case "lifecycle":
		return p.setLifecycle(list)
	}
	return nil
}

func (p *Params) setLifecycle(list []string) *ParamError {
	var set LifecycleSet
	for _, word := range list {
		if word == "any" {
			set = AnyLifecycle
			continue
		}
		l, err := knowledge.ParseLifecycle(word)
		if err != nil {
			e := paramError("lifecycle", "has an unknown word: %q", word)
			e.Hint = "It is 'any' or a list of " + strings.Join(knowledge.LifecycleNames(), ", ") + "."
			return e
		}
		set |= 1 << l
	}
	p.Lifecycle = set
	return nil
}

func (p *Params) setEpochs(name string, value any) *ParamError {
	switch value {
	case "any":
		p.AnyEpoch = true
	case "current":
		p.AnyEpoch = false
	default:
		return paramError(name, "must be 'any' or 'current'")
	}
	return nil
}

func (p *Params) setTime(name string, value any) *ParamError {
	switch v := value.(type) {
	case knowledge.Micros:
		if name == "valid_at" {
			p.ValidAt, p.AnyValidity = knowledge.Some(v), false
		} else {
			p.AssertedUntil = knowledge.Some(v)
		}
		return nil
	case string:
		if name == "valid_at" && v == "any" {
			p.ValidAt, p.AnyValidity = knowledge.Opt[knowledge.Micros]{}, true
			return nil
		}
	}
	if name == "valid_at" {
		return paramError(name, "must be a time or 'any'")
	}
	return paramError(name, "must be a time")
}

// textList returns a fresh list, never nil, from text[] or comma-separated
// text; blanks around the words of the latter do not count.
func textList(value any) ([]string, bool) {
	switch v := value.(type) {
	case []string:
		return append(make([]string, 0, len(v)), v...), true
	case []any:
		list := make([]string, 0, len(v))
		for _, item := range v {
			s, ok := item.(string)
			if !ok {
				return nil, false
			}
			list = append(list, s)
		}
		return list, true
	case string:
		list := make([]string, 0, strings.Count(v, ",")+1)
		for word := range strings.SplitSeq(v, ",") {
			if word = strings.TrimSpace(word); word != "" {
				list = append(list, word)
			}
		}
		return list, true
	}
	return nil, false
}
