package plpgsql

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// typesAlone is a Host that knows types, which is all that a compiler asks: all but a few
// are integers to it.
type typesAlone struct{ Host }

func (typesAlone) Type(text string) (plan.DeclaredType, error) {
	t := intType
	switch strings.ToLower(text) {
	case "record":
		t.OID = types.OIDRecord
	case "refcursor":
		t.OID = types.OIDRefCursor
	}
	_, err := parser.ParseTypeName(text)
	return t, err
}

func (typesAlone) Row([]string) (plan.DeclaredType, bool, error) {
	return plan.DeclaredType{}, false, nil
}

func (typesAlone) Column([]string) (plan.DeclaredType, bool, error) {
	return plan.DeclaredType{}, false, nil
}

func (typesAlone) Setting(string) string { return "" }

// FuzzCompile: any text is compiled or refused with an error of a known class, whose
// position is one of the text.
func FuzzCompile(f *testing.F) {
	files, err := filepath.Glob("../../conformance/sqlcases/testdata/blocks/*.sql")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i, body := range strings.Split(string(text), "$$") {
			if i%2 == 1 {
				f.Add(body)
			}
		}
	}
	f.Add(strings.Repeat("begin ", 100000))
	f.Add("begin " + strings.Repeat("if true then ", 100000))
	f.Add("begin " + strings.Repeat("loop ", 100000))
	f.Add("begin x := " + strings.Repeat("(", 100000))
	f.Add("declare x int[]; begin x" + strings.Repeat("[1]", 100000) + " := 1; end")
	f.Add("declare x" + strings.Repeat(".x", 1000) + " int; begin end")
	f.Fuzz(func(t *testing.T, body string) {
		for _, d := range []Declaration{
			{Signature: "inline_code_block", Body: body, Void: true},
			{Signature: "f(integer)", Name: "f", Body: body, Set: true, Result: intType, Args: []Argument{{Name: "a", Type: intType, In: true}, {Type: intType, Out: true}}},
			{Signature: "p()", Name: "p", Body: body, Procedure: true},
		} {
			_, err := Compile(typesAlone{}, d)
			if err == nil {
				continue
			}
			var e *sqlerr.Error
			if !errors.As(err, &e) || e.Code == sqlerr.InternalError && !strings.HasPrefix(e.Message, "unrecognized print_strict_params") {
				t.Fatalf("an error of no class: %v", err)
			}
			if n := utf8.RuneCountInString(body); e.Position < 0 || e.Position > n+1 {
				t.Fatalf("position %d of %d characters: %v", e.Position, n, err)
			}
		}
	})
}
