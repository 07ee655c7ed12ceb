package pgwire

import (
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// TestScripts plays testdata/scripts. Each file is one or more connections:
//
//	startup [version=N]   a new connection; lines are "name value" parameters
//	send [until=TYPES]    messages, one a line; prints the answers up to the
//	                      message types named (default Z); "!" is up to the end
func TestScripts(t *testing.T) {
	_, _, addr := startServer(t, Options{MaxStatements: 3, MaxStatementBytes: 4096})
	datadriven.Walk(t, "testdata/scripts", func(t *testing.T, path string) {
		var c *client
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			until := "Z"
			if d.HasArg("until") {
				d.ScanArgs(t, "until", &until)
			}
			switch d.Cmd {
			case "startup":
				c = dial(t, addr)
				c.write(startupOf(t, d))
			case "packet":
				c = dial(t, addr)
				fallthrough
			case "send":
				if c == nil {
					c = login(t, addr)
				}
				for _, line := range strings.Split(strings.TrimSpace(d.Input), "\n") {
					b, err := encodeMessage(line)
					if err != nil {
						t.Fatal(err)
					}
					c.write(b)
				}
			default:
				t.Fatalf("unknown command %q", d.Cmd)
			}
			if d.Cmd == "packet" && until == "?" {
				b, _ := c.r.ReadByte()
				return string(b) + "\n"
			}
			return strings.Join(c.until(until), "\n") + "\n"
		})
	})
}

func startupOf(t *testing.T, d *datadriven.TestData) []byte {
	version := strconv.Itoa(protocolVersion)
	if d.HasArg("version") {
		d.ScanArgs(t, "version", &version)
	}
	v, err := strconv.ParseUint(version, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	var params []string
	for _, line := range strings.Split(strings.TrimSpace(d.Input), "\n") {
		name, value, _ := strings.Cut(line, " ")
		params = append(params, name, value)
	}
	return startupBytes(uint32(v), params...)
}
