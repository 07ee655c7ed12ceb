package lens

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stemedb/stemedb/knowledge"
)

const day = 86_400_000_000

// transcript is the state of one file in testdata; testdata/README.md says how
// to read and write them.
type transcript struct {
	classes []knowledge.Class
	sources []knowledge.Source
	epochs  []knowledge.Epoch
	cands   []Candidate
	names   []string
}

func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		if strings.HasSuffix(path, ".md") {
			return
		}
		tr := &transcript{classes: knowledge.DefaultClasses()}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "policy":
				return tr.policy(t, d)
			case "claims":
				return tr.claims(t, d)
			case "resolve":
				return tr.resolve(t, d)
			case "explain":
				return tr.explain(t, d)
			}
			d.Fatalf(t, "unknown command %q", d.Cmd)
			return ""
		})
	})
}

// fields splits a line into its first word and key=value pairs; _ in a value
// stands for a blank.
func fields(t *testing.T, line string) (string, map[string]string) {
	words := strings.Fields(line)
	out := map[string]string{}
	for _, w := range words[1:] {
		k, v, ok := strings.Cut(w, "=")
		if !ok {
			t.Fatalf("no = in %q", w)
		}
		out[k] = strings.ReplaceAll(v, "_", " ")
	}
	return words[0], out
}

func (tr *transcript) policy(t *testing.T, d *datadriven.TestData) string {
	tr.sources, tr.epochs = nil, nil
	for line := range strings.Lines(d.Input) {
		what, f := fields(t, line)
		switch what {
		case "source":
			s := knowledge.Source{Name: f["name"], Class: opt(f, "class"), Origin: opt(f, "origin")}
			if f["status"] != "" {
				s.Status, _ = knowledge.ParseSourceStatus(f["status"])
			}
			tr.sources = append(tr.sources, s)
		case "epoch":
			tr.epochs = append(tr.epochs, knowledge.Epoch{Name: f["name"], Supersedes: opt(f, "supersedes")})
		case "class":
			tr.classes = append(tr.classes, knowledge.Class{Name: f["name"], Tier: int16(number64(t, f["tier"])),
				Weight: number64(t, f["weight"]), DefaultConfidence: number64(t, f["confidence"])})
		case "noclasses":
			tr.classes = nil
		}
	}
	return ""
}

func opt(f map[string]string, key string) knowledge.Opt[string] {
	v, ok := f[key]
	return knowledge.Opt[string]{V: v, Valid: ok}
}

func number64(t *testing.T, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (tr *transcript) claims(t *testing.T, d *datadriven.TestData) string {
	tr.cands, tr.names = nil, nil
	for line := range strings.Lines(d.Input) {
		name, f := fields(t, line)
		times := 1
		if n, ok := f["times"]; ok {
			times = int(number64(t, n))
		}
		for i := range times {
			c := tr.claim(t, name, f)
			if times > 1 {
				c.ID[30], c.ID[31] = byte(i>>8), byte(i)
				c.Source += strconv.Itoa(i)
			}
			tr.cands, tr.names = append(tr.cands, c), append(tr.names, name)
		}
	}
	return ""
}

func (tr *transcript) claim(t *testing.T, name string, f map[string]string) Candidate {
	c := Candidate{Value: f["value"], Source: f["source"], Class: f["class"], Lifecycle: knowledge.LifecycleApproved,
		ValidFrom: knowledge.NegInfinity, ValidTo: knowledge.Infinity, RecordedAt: 0}
	copy(c.ID[:], name)
	c.ValueType = knowledge.InferValueType(c.Value)
	for k, v := range f {
		switch k {
		case "type":
			c.ValueType, _ = knowledge.ParseValueType(v)
		case "unit":
			c.HasUnit, c.Unit = true, v
		case "confidence":
			c.HasConfidence, c.Confidence = true, number64(t, v)
		case "lifecycle":
			c.Lifecycle, _ = knowledge.ParseLifecycle(v)
		case "asserted":
			c.AssertedAt = days(t, v)
		case "recorded":
			c.RecordedAt = days(t, v)
		case "from":
			c.ValidFrom = days(t, v)
		case "to":
			c.ValidTo = days(t, v)
		case "epoch":
			c.HasEpoch, c.Epoch = true, v
		case "revises":
			c.HasRevises = true
			copy(c.Revises[:], v)
		case "mayrevise":
			c.MayRevise = true
		case "elsewhere":
			c.RevisedElsewhere = true
		case "filtered":
			c.Excluded = true
		}
	}
	return c
}

func days(t *testing.T, s string) knowledge.Micros {
	return knowledge.Micros(number64(t, s) * day)
}

// resolver reads "resolve LENS param=value …"; at is the query's time in days.
func (tr *transcript) resolver(t *testing.T, d *datadriven.TestData) (*Resolver, error) {
	kind, err := ParseKind(d.CmdArgs[0].Key)
	if err != nil {
		return nil, err
	}
	p := NewParams(kind)
	q := Query{At: 100 * day, RecordedBy: 100 * day}
	for _, arg := range d.CmdArgs[1:] {
		text := strings.Join(arg.Vals, ",")
		if arg.Key == "at" {
			q.At = days(t, text)
			q.RecordedBy = q.At
			continue
		}
		if err := p.Set(arg.Key, paramValue(arg.Key, text)); err != nil {
			return nil, err
		}
	}
	return NewResolver(NewPolicy(tr.classes, tr.sources, tr.epochs), &p, q, NeedAll), nil
}

// paramValue gives a parameter's text the type that its name wants, if it can.
func paramValue(name, text string) any {
	spec, _ := LookupParam(name)
	switch spec.Type {
	case ParamFloat:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case ParamBool:
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case ParamTime, ParamTimeOrAny:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return knowledge.Micros(f * day)
		}
	}
	return text
}

func (tr *transcript) resolve(t *testing.T, d *datadriven.TestData) string {
	r, err := tr.resolver(t, d)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, row := range r.Resolve(tr.cands) {
		c := &tr.cands[row.Row]
		fmt.Fprintf(&b, "%s: %s (%s %s) e=%s support=%.3f score=%.3f candidates=%d values=%d %s",
			tr.names[row.Row], c.Value, row.Class, tierText(row.Tier), trim(row.EffectiveConfidence),
			row.Support, row.ConflictScore, row.Candidates, row.DistinctValues, row.Status)
		if row.DecidedBy != "" {
			fmt.Fprintf(&b, " by %s", row.DecidedBy)
		}
		b.WriteByte('\n')
	}
	if b.Len() == 0 {
		return "no row\n"
	}
	return b.String()
}

func (tr *transcript) explain(t *testing.T, d *datadriven.TestData) string {
	r, err := tr.resolver(t, d)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, v := range r.Explain(tr.cands) {
		name := tr.names[v.Row]
		switch {
		case v.Rank == 0:
			fmt.Fprintf(&b, "   %s %s\n", name, v.Reason)
		case v.LosesBy == "":
			fmt.Fprintf(&b, "%d. %s weighs %s\n", v.Rank, name, trim(v.Weight))
		default:
			fmt.Fprintf(&b, "%d. %s weighs %s, loses by %s\n", v.Rank, name, trim(v.Weight), v.LosesBy)
		}
	}
	return b.String()
}

func tierText(tier int16) string {
	if tier == UnknownTier {
		return "-"
	}
	return strconv.Itoa(int(tier))
}

func trim(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }
