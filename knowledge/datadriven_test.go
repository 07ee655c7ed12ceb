package knowledge

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// TestTranscripts runs the files of testdata: one input a line, one answer a
// line. Inputs are Go-quoted where they start with a quote.
func TestTranscripts(t *testing.T) {
	for _, name := range []string{"numbers", "json", "claims"} {
		datadriven.RunTest(t, "testdata/"+name, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "claim" {
				return claimCommand(t, d)
			}
			var b strings.Builder
			for line := range strings.Lines(d.Input) {
				text := strings.TrimSuffix(line, "\n")
				if d.Cmd != "json" && strings.HasPrefix(text, `"`) {
					text, _ = strconv.Unquote(text)
				}
				fmt.Fprintln(&b, lineCommand(t, d.Cmd, text))
			}
			return b.String()
		})
	}
}

func lineCommand(t *testing.T, cmd, text string) string {
	switch cmd {
	case "number":
		c, err := CanonicalNumber(text)
		if err != nil {
			return err.Error()
		}
		numeric, err := AppendNumeric(nil, text, 1<<20)
		if err != nil {
			t.Errorf("%s is canonical but not numeric: %v", text, err)
		}
		return fmt.Sprintf("%s  decimal %s  numeric %s  float %v", c, cut(string(AppendDecimal(nil, c))), cut(string(numeric)), NumberFloat(c))
	case "infer":
		return InferValueType(text).String()
	case "json":
		out, err := CanonicalJSON(text)
		if err != nil {
			var je *JSONError
			errors.As(err, &je)
			return fmt.Sprintf("error (%s): %v", je.Kind, err)
		}
		return out
	case "json-key":
		var c JSONCanon
		out, err := c.AppendKey(nil, text)
		if err != nil {
			return err.Error()
		}
		return string(out)
	case "scheme":
		return fmt.Sprintf("%q %s", Scheme(text), SchemeClass(text))
	case "path":
		if err := ValidatePath(text); err != nil {
			return err.Error()
		}
		return "ok"
	}
	t.Fatalf("unknown command %q", cmd)
	return ""
}

func cut(s string) string {
	if len(s) > 40 {
		return fmt.Sprintf("%s…(%d)", s[:12], len(s))
	}
	return s
}

// claimCommand normalises a claim given as column=value lines, all others
// being those of a plain claim, and prints what it became.
func claimCommand(t *testing.T, d *datadriven.TestData) string {
	a := Assertion{ConceptPath: "c/p", Predicate: "p", Source: "rfc:1", Lifecycle: LifecycleApproved}
	opts := NormalizeOptions{InferType: true, KnownClass: func(c string) bool { return c != "royal" },
		ClassOf: func(s string) string { return map[string]string{"bbc": "expert"}[s] }}
	for line := range strings.Lines(d.Input) {
		col, v, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if strings.HasPrefix(v, `"`) {
			v, _ = strconv.Unquote(v)
		}
		if n, s, ok := strings.Cut(v, "*"); ok {
			if n, err := strconv.Atoi(n); err == nil {
				v = strings.Repeat(s, n)
			}
		}
		if err := setColumn(&a, &opts, col, v); err != nil {
			return describe(err)
		}
	}
	if err := Normalize(&a, opts); err != nil {
		return describe(err)
	}
	return fmt.Sprintf("%s number=%q class=%s confidence=%v metadata=%q derived=%d",
		a.ValueType, a.Number, a.SourceClass, a.Confidence.V, a.Metadata.V, len(a.DerivedFrom))
}

func setColumn(a *Assertion, opts *NormalizeOptions, col, v string) (err error) {
	micros := func() Micros {
		if v == "infinity" {
			return Infinity
		}
		n, _ := strconv.ParseInt(v, 10, 64)
		return Micros(n)
	}
	switch col {
	case "concept_path":
		a.ConceptPath = v
	case "predicate":
		a.Predicate = v
	case "value":
		a.Value = v
	case "value_type":
		opts.InferType = false
		a.ValueType, err = ParseValueType(v)
	case "lifecycle":
		a.Lifecycle, err = ParseLifecycle(v)
	case "unit":
		a.Unit = Some(v)
	case "source":
		a.Source = v
	case "source_class":
		a.SourceClass = v
	case "confidence":
		f, _ := strconv.ParseFloat(v, 64)
		a.Confidence = Some(f)
	case "epoch":
		a.Epoch = Some(v)
	case "evidence":
		a.Evidence = Some(v)
	case "metadata":
		a.Metadata = Some(v)
	case "valid_from":
		a.ValidFrom = Some(micros())
	case "valid_to":
		a.ValidTo = Some(micros())
	case "asserted_at":
		a.AssertedAt = micros()
	case "id":
		a.ID, err = ParseID(v)
	case "derived_from":
		n, _ := strconv.Atoi(v)
		for i := range n {
			a.DerivedFrom = append(a.DerivedFrom, ID{byte(i / 2), byte(i / 512)})
		}
	default:
		return fmt.Errorf("unknown column %s", col)
	}
	return err
}

func describe(err error) string {
	var fe *FieldError
	if !errors.As(err, &fe) {
		return "not a FieldError: " + err.Error()
	}
	out := fmt.Sprintf("%s %s: %s", fe.Field, fe.Kind, fe.Message)
	if fe.Hint != "" {
		out += "\nhint: " + fe.Hint
	}
	return out
}
