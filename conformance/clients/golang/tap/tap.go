// Package tap runs named checks and prints TAP, for the programs of Go clients.
package tap

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

var ran, failed int

// Start names the client and the version of the module that is linked in, and sets a
// limit to the whole program.
func Start(client, module string) {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == module {
				version = d.Version
			}
		}
	}
	fmt.Printf("# %s %s\n", client, version)
	time.AfterFunc(170*time.Second, func() {
		result("the program ended within its time", "it", "not yet")
		os.Exit(end())
	})
}

// Check runs f within a limit; what it gives must print as want. An error is what it
// prints, so that errors can be wanted.
func Check(name, want string, f func(ctx context.Context) (any, error)) {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	got := func() (got string) {
		defer func() {
			if p := recover(); p != nil {
				got = fmt.Sprint("panic: ", p)
			}
		}()
		v, err := f(ctx)
		if err != nil {
			return "error: " + err.Error()
		}
		return fmt.Sprint(v)
	}()
	result(name, want, got)
}

func result(name, want, got string) {
	ran++
	if got == want {
		fmt.Printf("ok %d - %s\n", ran, name)
		return
	}
	failed++
	fmt.Printf("not ok %d - %s\n# expected: %s\n# got: %s\n", ran, name, line(want), line(got))
}

// line makes one line of a value, as a comment of TAP must be one.
func line(s string) string {
	s = strings.ReplaceAll(s, "\n", `\n`)
	if len(s) > 600 {
		s = s[:600] + "…"
	}
	return s
}

// End prints the plan and ends the program.
func End() { os.Exit(end()) }

func end() int {
	fmt.Printf("1..%d\n", ran)
	return min(failed, 1)
}
