package knowledge

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// vectorClaim is a claim as testdata/vectors.json writes it; absent is NULL.
type vectorClaim struct {
	ConceptPath string    `json:"concept_path"`
	Predicate   string    `json:"predicate"`
	Value       string    `json:"value"`
	ValueType   string    `json:"value_type"`
	Unit        *string   `json:"unit"`
	Source      string    `json:"source"`
	SourceClass string    `json:"source_class"`
	Confidence  *float64  `json:"confidence"`
	Lifecycle   string    `json:"lifecycle"`
	Epoch       *string   `json:"epoch"`
	Revises     *string   `json:"revises"`
	DerivedFrom *[]string `json:"derived_from"`
	Evidence    *string   `json:"evidence"`
	ValidFrom   *string   `json:"valid_from"`
	ValidTo     *string   `json:"valid_to"`
	AssertedAt  string    `json:"asserted_at"`
	Metadata    *string   `json:"metadata"`
}

type vector struct {
	Name    string
	Claim   vectorClaim
	Repeat  []any  `json:"value_repeat"`
	Encoded string `json:"encoded"`
	ID      string
}

func readVectors(t testing.TB) []vector {
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for i := range file.Vectors {
		if v := &file.Vectors[i]; v.Repeat != nil {
			v.Claim.Value = strings.Repeat(v.Repeat[0].(string), int(v.Repeat[1].(float64)))
		}
	}
	return file.Vectors
}

func optOf(s *string) Opt[string] {
	if s == nil {
		return Opt[string]{}
	}
	return Some(*s)
}

func timeOf(t testing.TB, s *string) Opt[Micros] {
	switch {
	case s == nil:
		return Opt[Micros]{}
	case *s == "infinity":
		return Some(Infinity)
	case *s == "-infinity":
		return Some(NegInfinity)
	}
	at, err := time.Parse(time.RFC3339Nano, *s)
	if err != nil {
		t.Fatal(err)
	}
	return Some(FromTime(at))
}

func (c *vectorClaim) assertion(t testing.TB) *Assertion {
	a := &Assertion{ConceptPath: c.ConceptPath, Predicate: c.Predicate, Value: c.Value, Source: c.Source, SourceClass: c.SourceClass,
		Unit: optOf(c.Unit), Epoch: optOf(c.Epoch), Evidence: optOf(c.Evidence), Metadata: optOf(c.Metadata),
		ValidFrom: timeOf(t, c.ValidFrom), ValidTo: timeOf(t, c.ValidTo), AssertedAt: timeOf(t, &c.AssertedAt).V}
	var err1, err2 error
	a.ValueType, err1 = ParseValueType(c.ValueType)
	a.Lifecycle, err2 = ParseLifecycle(c.Lifecycle)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if c.Confidence != nil {
		a.Confidence = Some(*c.Confidence)
	}
	id := func(s string) ID {
		id, err := ParseID(s)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if c.Revises != nil {
		a.Revises = Some(id(*c.Revises))
	}
	if c.DerivedFrom != nil {
		a.HasDerivedFrom = true
		for _, s := range *c.DerivedFrom {
			a.DerivedFrom = append(a.DerivedFrom, id(s))
		}
	}
	return a
}

// encodeAgain follows the text of spec §1.1 a second time, from the columns'
// text forms.
func (c *vectorClaim) encodeAgain(t *testing.T) []byte {
	var b bytes.Buffer
	b.WriteString("stemedb:claim:v1")
	b.WriteByte(0)
	field := func(valid bool, content []byte) {
		if !valid {
			b.WriteByte(0)
			return
		}
		b.WriteByte(1)
		n := len(content)
		for ; n >= 128; n /= 128 {
			b.WriteByte(byte(n%128 + 128))
		}
		b.WriteByte(byte(n))
		b.Write(content)
	}
	text := func(s *string) {
		if s == nil {
			field(false, nil)
		} else {
			field(true, []byte(*s))
		}
	}
	number := func(valid bool, bits uint64) {
		content := make([]byte, 8)
		for i := range content {
			content[i] = byte(bits >> (56 - 8*i))
		}
		field(valid, content)
	}
	at := func(s *string) { m := timeOf(t, s); number(m.Valid, uint64(m.V)) }
	for _, s := range []*string{&c.ConceptPath, &c.Predicate, &c.Value, &c.ValueType, c.Unit, &c.Source, &c.SourceClass} {
		text(s)
	}
	if c.Confidence != nil {
		number(true, math.Float64bits(*c.Confidence+0)) // -0 + 0 = 0
	} else {
		number(false, 0)
	}
	text(&c.Lifecycle)
	text(c.Epoch)
	text(c.Revises)
	if c.DerivedFrom == nil {
		text(nil)
	} else {
		ids := slices.Clone(*c.DerivedFrom)
		slices.Sort(ids)
		joined := strings.Join(slices.Compact(ids), ",")
		text(&joined)
	}
	text(c.Evidence)
	at(c.ValidFrom)
	at(c.ValidTo)
	at(&c.AssertedAt)
	text(c.Metadata)
	return b.Bytes()
}

func TestVectors(t *testing.T) {
	vectors := readVectors(t)
	if len(vectors) < 12 {
		t.Fatalf("%d vectors", len(vectors))
	}
	var h Hasher
	for _, v := range vectors {
		a := v.Claim.assertion(t)
		if err := Normalize(a, NormalizeOptions{}); err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		encoded := AppendIdentity(nil, a)
		if v.Encoded != "" && hex.EncodeToString(encoded) != v.Encoded {
			t.Errorf("%s: encoded %x", v.Name, encoded)
		}
		if again := v.Claim.encodeAgain(t); !bytes.Equal(again, encoded) {
			t.Errorf("%s: encoded\n%x, by the second way\n%x", v.Name, encoded, again)
		}
		sum := sha256.Sum256(encoded)
		for _, id := range []ID{a.ID, a.ComputeID(), h.ID(a), sum} {
			if id.String() != v.ID {
				t.Errorf("%s: id %s, want %s", v.Name, id, v.ID)
			}
		}
	}
}

// The signature vector of docs/claims.md: the key whose seed is 32 bytes of 1
// signs the first vector.
func TestSignatureVector(t *testing.T) {
	const (
		signer    = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
		signature = "f71887d84c703b364372c3a2934709140e26223410f9e7da8bb372c193f4fdfae28415d6b55bb785e988339e953137609c93a67fd62ad00534ff0a28b4698c00"
	)
	v := readVectors(t)[0]
	id, err := ParseID(v.ID)
	if err != nil {
		t.Fatal(err)
	}
	pub, sig := Sign(id, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)))
	if pub != signer || sig != signature {
		t.Errorf("signer %s\nsignature %s", pub, sig)
	}
	a := v.Claim.assertion(t)
	a.Signer, a.Signature = Some(strings.ToUpper(pub)), Some(sig)
	if err := Normalize(a, NormalizeOptions{}); err != nil || a.Signer.V != pub {
		t.Errorf("%v %+v", err, a.Signer)
	}
	for field, change := range map[string]func(a *Assertion){
		"signature": func(a *Assertion) { a.Value = "Lyon" },
		"signer":    func(a *Assertion) { a.Signer.V = "xyz" },
	} {
		a := v.Claim.assertion(t)
		a.Signer, a.Signature = Some(pub), Some(sig)
		change(a)
		var fe *FieldError
		if err := Normalize(a, NormalizeOptions{}); !errors.As(err, &fe) || fe.Field != field || fe.Kind != Malformed {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := VerifySignature(id, pub, strings.Repeat("0", 128)); err == nil {
		t.Error("a signature of zeros is taken")
	}
	if err := VerifySignature(id, pub, sig[:100]); err == nil {
		t.Error("half a signature is taken")
	}
	for _, half := range []func(a *Assertion){func(a *Assertion) { a.Signer = Some(pub) }, func(a *Assertion) { a.Signature = Some(sig) }} {
		a := v.Claim.assertion(t)
		half(a)
		if Normalize(a, NormalizeOptions{}) == nil {
			t.Error("half of the pair is taken")
		}
	}
}

// Fields do not run into each other: moving bytes between neighbours changes
// the encoding.
func TestIdentityIsInjective(t *testing.T) {
	seen := map[ID]string{}
	for _, s := range []string{"", "a", "ab", "\x01", "\x00"} {
		for _, u := range []Opt[string]{{}, Some(""), Some("a"), Some("\x01a")} {
			a := Assertion{Value: s, Unit: u}
			id := a.ComputeID()
			if old, ok := seen[id]; ok {
				t.Errorf("%q/%v has the id of %s", s, u, old)
			}
			seen[id] = s
		}
	}
}

func TestHashingDoesNotAllocate(t *testing.T) {
	a := readVectors(t)[16].Claim.assertion(t)
	var h Hasher
	h.ID(a)
	if n := testing.AllocsPerRun(100, func() { h.ID(a) }); n != 0 {
		t.Errorf("Hasher.ID allocates %v times", n)
	}
	small := readVectors(t)[0].Claim.assertion(t)
	if n := testing.AllocsPerRun(100, func() { small.ComputeID() }); n != 0 {
		t.Errorf("ComputeID allocates %v times", n)
	}
	huge := &Assertion{Value: strings.Repeat("x", MaxValue)}
	if h.ID(huge); cap(h.buf) != 0 {
		t.Error("a huge claim's buffer is kept")
	}
}

func TestNormalizeDoesNotAllocate(t *testing.T) {
	var n Normalizer
	src := readVectors(t)[1].Claim.assertion(t)
	src.Value = "68042591" // canonical as it is written
	opts := NormalizeOptions{KnownClass: func(string) bool { return true }}
	allocs := testing.AllocsPerRun(100, func() {
		a := *src
		if err := n.Normalize(&a, &opts); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 1 { // Number's own string
		t.Errorf("Normalize allocates %v times", allocs)
	}
}

func BenchmarkID(b *testing.B) {
	a := readVectors(b)[1].Claim.assertion(b)
	var h Hasher
	b.ReportAllocs()
	for b.Loop() {
		binary.BigEndian.PutUint64(a.ID[:], uint64(h.ID(a)[0]))
	}
}

func BenchmarkNormalize(b *testing.B) {
	src := readVectors(b)[1].Claim.assertion(b)
	var n Normalizer
	var opts NormalizeOptions
	b.ReportAllocs()
	for b.Loop() {
		a := *src
		if err := n.Normalize(&a, &opts); err != nil {
			b.Fatal(err)
		}
	}
}

// The published page and the vectors do not drift apart.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../docs/claims.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range readVectors(t) {
		if row := "| " + v.Name + " | `" + v.ID + "` |"; !bytes.Contains(page, []byte(row)) {
			t.Errorf("docs/claims.md lacks %s", row)
		}
	}
}
