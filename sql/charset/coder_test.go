package charset

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// coders are those of all encodings that have tables.
func coders(t *testing.T) (out []*Coder) {
	for _, name := range encodings {
		if codecOf(name) == nil {
			continue
		}
		c, err := NewCoder(strings.ToLower(name))
		if err != nil || c.Name() != name {
			t.Fatalf("coder of %s: %v, %v", name, c, err)
		}
		out = append(out, c)
	}
	if len(out) < 30 {
		t.Fatalf("only %d encodings", len(out))
	}
	return out
}

func TestNewCoder(t *testing.T) {
	for _, name := range []string{"UTF8", "utf-8", "unicode", "SQL_ASCII"} {
		if c, err := NewCoder(name); c != nil || err != nil {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
	for name, code := range map[string]string{"LATIN11": "22023", "MULE_INTERNAL": "0A000", "EUC_TW": "0A000"} {
		if c, err := NewCoder(name); c != nil || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v; want %s", name, c, err, code)
		}
	}
}

// TestCoderConverts: a Coder says of each character what Convert says, errors too,
// whether it has met the character or not.
func TestCoderConverts(t *testing.T) {
	r, seed := seeded(t)
	for _, c := range coders(t) {
		known := 0
		for range 4000 {
			char := string(rune(0x80 + r.IntN(0xffff-0x80)))
			if r.IntN(2) == 0 {
				char = string(rune(0x80 + r.IntN(0x1000)))
			}
			if !utf8.ValidString(char) {
				continue
			}
			want, wantErr := Convert("a"+char+"z", "UTF8", c.Name())
			for range 2 {
				got, err := c.Encode([]byte("<"), []byte("a"+char+"z"))
				if wantErr != nil {
					if err == nil || err.Error() != wantErr.Error() || string(got) != "<a" {
						t.Fatalf("seed %d: %s: %q is %q, %v; want %v", seed, c.Name(), char, got, err, wantErr)
					}
					continue
				}
				if err != nil || string(got) != "<"+want {
					t.Fatalf("seed %d: %s: %q is %q, %v; want %q", seed, c.Name(), char, got, err, want)
				}
				known++
				back, err := c.DecodeString(want)
				if again, e := Convert(want, c.Name(), "UTF8"); err != nil || e != nil || back != again {
					t.Fatalf("seed %d: %s: %q is %q, %v; Convert: %q, %v", seed, c.Name(), want, back, err, again, e)
				}
			}
		}
		if known == 0 {
			t.Errorf("%s has no characters", c.Name())
		}
	}
}

// TestDecodeRandom: bytes of any kind give what Convert gives, or its error.
func TestDecodeRandom(t *testing.T) {
	r, seed := seeded(t)
	for _, c := range coders(t) {
		for range 2000 {
			s := make([]byte, 1+r.IntN(6))
			for i := range s {
				s[i] = byte(1 + r.IntN(255))
			}
			want, wantErr := Convert(string(s), c.Name(), "UTF8")
			got, err := c.Decode(nil, s)
			switch {
			case wantErr == nil && (err != nil || string(got) != want):
				t.Fatalf("seed %d: %s: %x is %q, %v; want %q", seed, c.Name(), s, got, err, want)
			case wantErr != nil && err == nil:
				t.Fatalf("seed %d: %s: %x is %q; want %v", seed, c.Name(), s, got, wantErr)
			}
		}
	}
}

// TestWhole: a text cut anywhere and decoded piece by piece is the text.
func TestWhole(t *testing.T) {
	r, seed := seeded(t)
	text := "plain, é, Ω, Ж, 日本語, 中文字, 한국어, \\ and more"
	for _, c := range coders(t) {
		var in []byte
		for _, char := range text {
			if b, err := c.Encode(nil, []byte(string(char))); err == nil {
				in = append(in, b...)
			}
		}
		want, err := c.Decode(nil, in)
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			var held, got []byte
			for rest := in; len(rest) > 0; {
				n := 1 + r.IntN(min(4, len(rest)))
				held = append(held, rest[:n]...)
				rest = rest[n:]
				whole := c.Whole(held)
				if got, err = c.Decode(got, held[:whole]); err != nil {
					t.Fatalf("seed %d: %s: %v", seed, c.Name(), err)
				}
				held = held[whole:]
			}
			if len(held) > 0 || !bytes.Equal(got, want) {
				t.Fatalf("seed %d: %s: %q with %x left; want %q", seed, c.Name(), got, held, want)
			}
		}
	}
}

func TestTell(t *testing.T) {
	c, err := NewCoder("latin1")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Tell("caf\u00e9 for 3 \u20ac"); got != "caf\xe9 for 3 ?" {
		t.Errorf("%q", got)
	}
}

func seeded(t *testing.T) (*rand.Rand, uint64) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0)), seed
}
