package clients

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// check is a named check of a client.
type check struct {
	name   string
	ok     bool
	detail string // what it said besides, line by line
}

// report is what a client's program has printed.
type report struct {
	version string // of the client, by its own words
	checks  []check
}

var tapLine = regexp.MustCompile(`^(not )?ok (\d+) - (.+)$`)

// readTAP reads a program's output: a comment with the client's name and version,
// checks that are numbered from 1 and differ in their names, comments on the check
// before them, and how many checks there are. Lines of any other form are comments,
// too: some clients print by themselves. Errors: what is missing or out of order,
// and directives, for a check that may be skipped shows nothing.
func readTAP(r io.Reader) (rep report, err error) {
	var problems []error
	names := map[string]bool{}
	plan := -1
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := in.Text()
		m := tapLine.FindStringSubmatch(line)
		switch count, isPlan := strings.CutPrefix(line, "1.."); {
		case m != nil:
			if number, _ := strconv.Atoi(m[2]); number != len(rep.checks)+1 {
				problems = append(problems, fmt.Errorf("check %q has number %s, not %d", m[3], m[2], len(rep.checks)+1))
			}
			if strings.Contains(m[3], "# ") {
				problems = append(problems, fmt.Errorf("check %q has a directive", m[3]))
			}
			if names[m[3]] {
				problems = append(problems, fmt.Errorf("two checks are called %q", m[3]))
			}
			names[m[3]] = true
			rep.checks = append(rep.checks, check{name: m[3], ok: m[1] == ""})
		case isPlan:
			if plan, err = strconv.Atoi(count); err != nil {
				problems = append(problems, fmt.Errorf("plan %q: %w", line, err))
			}
		case rep.version == "" && strings.HasPrefix(line, "# "):
			rep.version = line[2:]
		case len(rep.checks) > 0:
			rep.checks[len(rep.checks)-1].detail += line + "\n"
		}
	}
	if len(rep.checks) == 0 || plan != len(rep.checks) {
		problems = append(problems, fmt.Errorf("%d checks were run, where the plan has %d", len(rep.checks), plan))
	}
	if rep.version == "" {
		problems = append(problems, errors.New("the client's name and version are missing"))
	}
	return rep, errors.Join(append(problems, in.Err())...)
}

// failed are the checks that did not hold.
func (r report) failed() (out []check) {
	for _, c := range r.checks {
		if !c.ok {
			out = append(out, c)
		}
	}
	return out
}
