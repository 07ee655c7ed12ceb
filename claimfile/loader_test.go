package claimfile

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// fakeTarget keeps values, and refuses those that begin with "bad": all rows
// of the batch or none, like COPY.
type fakeTarget struct {
	stored  []string
	batches int
	down    bool // refuses everything, and knows no row
}

var errDown = errors.New("the connection is gone")

func (f *fakeTarget) Copy(_ context.Context, columns []string, rows io.Reader) (int64, error) {
	if f.down {
		return 0, errDown
	}
	all, err := csv.NewReader(rows).ReadAll()
	if err != nil {
		return 0, err
	}
	value := slices.Index(columns, "value")
	var values []string
	for i, row := range all {
		if strings.HasPrefix(row[value], "bad") {
			return 0, &RowError{Row: i, Err: fmt.Errorf("%s is refused", row[value])}
		}
		values = append(values, row[value])
	}
	f.batches++
	f.stored = append(f.stored, values...)
	return int64(len(values)), nil
}

// load runs a loader over values, one a line, and returns what was refused.
func load(t *testing.T, target *fakeTarget, batch int, values []string) (Stats, []Reject, error) {
	t.Helper()
	r, err := New(strings.NewReader("value\n"+strings.Join(values, "\n")+"\n"), Options{Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	var rejects []Reject
	l := Loader{Reader: r, Target: target, BatchRows: batch, Rejected: func(r Reject) error {
		rejects = append(rejects, r)
		return nil
	}}
	st, err := l.Run(context.Background())
	return st, rejects, err
}

// TestLoaderRefusals: rows at fault, wherever they stand in a batch, are
// refused one by one with their lines; all others arrive, in order, once.
func TestLoaderRefusals(t *testing.T) {
	for _, batch := range []int{1, 2, 3, 7, 100} {
		for mask := range 1 << 7 {
			var values, good []string
			var lines []int64
			for i := range 7 {
				v := fmt.Sprintf("v%d", i)
				if mask&(1<<i) != 0 {
					v = "bad" + v
					lines = append(lines, int64(i+2))
				} else {
					good = append(good, v)
				}
				values = append(values, v)
			}
			target := &fakeTarget{}
			st, rejects, err := load(t, target, batch, values)
			if err != nil || !slices.Equal(target.stored, good) || st != (Stats{7, int64(len(good)), int64(len(lines))}) {
				t.Fatalf("batch %d, mask %b: %v %v, stored %v", batch, mask, st, err, target.stored)
			}
			for i, r := range rejects {
				if r.Line != lines[i] || string(r.Raw) != values[lines[i]-2] || r.Reason != values[lines[i]-2]+" is refused" {
					t.Fatalf("reject %+v", r)
				}
			}
		}
	}
}

// TestLoaderRejectsOfTheReader: what the reader refuses is counted with the
// rest, and in the file's order within a batch of one.
func TestLoaderRejectsOfTheReader(t *testing.T) {
	target := &fakeTarget{}
	st, rejects, err := load(t, target, 1, []string{"a", "b,c", "bad", "d"})
	if err != nil || st != (Stats{4, 2, 2}) || len(rejects) != 2 || rejects[0].Line != 3 || rejects[1].Line != 4 {
		t.Fatalf("%+v %+v %v", st, rejects, err)
	}
}

func TestLoaderErrors(t *testing.T) {
	if st, _, err := load(t, &fakeTarget{down: true}, 2, []string{"a", "b", "c"}); !errors.Is(err, errDown) || st.Accepted != 0 {
		t.Errorf("%+v %v", st, err)
	}
	r, err := New(io.MultiReader(strings.NewReader("value\na\nb\n"), failing{}), Options{Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	target := &fakeTarget{}
	var seen Stats
	l := Loader{Reader: r, Target: target, Rejected: func(Reject) error { return nil }, Progress: func(s Stats) { seen = s }}
	if st, err := l.Run(context.Background()); !errors.Is(err, errDown) || len(target.stored) != 2 || st.Accepted != 0 && seen.Accepted != 2 {
		t.Errorf("a file that fails: %+v %v, stored %v", st, err, target.stored)
	}
	full := errors.New("disk full")
	r, err = New(strings.NewReader("value\na,b\n"), Options{Format: "csv"})
	if err != nil {
		t.Fatal(err)
	}
	l = Loader{Reader: r, Target: target, Rejected: func(Reject) error { return full }}
	if _, err := l.Run(context.Background()); !errors.Is(err, full) {
		t.Errorf("a refused row that cannot be kept: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errDown }
