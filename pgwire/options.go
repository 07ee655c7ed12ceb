package pgwire

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// login sorts a start-up packet's parameters.
func (p *startupPacket) login() (Login, error) {
	var l Login
	var fromPacket [][2]string
	for _, kv := range p.params {
		name, value := kv[0], kv[1]
		switch name {
		case "user":
			l.User = value
		case "database":
			l.Database = value
		case "options":
			settings, err := parseOptions(value)
			if err != nil {
				return l, err
			}
			l.Settings = append(l.Settings, settings...)
		case "replication":
			if err := checkReplication(value); err != nil {
				return l, err
			}
		default:
			fromPacket = append(fromPacket, [2]string{name, value})
		}
	}
	if l.User == "" {
		return l, sqlerr.New(sqlerr.InvalidAuthorization, "no PostgreSQL user name specified in startup packet")
	}
	if l.Database == "" {
		l.Database = l.User
	}
	l.Settings = append(l.Settings, fromPacket...)
	return l, nil
}

func checkReplication(value string) error {
	switch strings.ToLower(value) {
	case "", "false", "off", "no", "0", "f", "n":
		return nil
	case "true", "on", "yes", "1", "t", "y", "database":
		return sqlerr.New(sqlerr.FeatureNotSupported, "replication connections are not supported")
	}
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter \"replication\": %q", value).
		WithHint("Valid values are: \"false\", 0, \"true\", 1, \"database\".")
}

// parseOptions reads the command-line switches in a start-up packet's options:
// "-c name=value" and "--name=value". Others set up a server process, which is
// not here.
func parseOptions(s string) ([][2]string, error) {
	var out [][2]string
	args := splitOptions(s)
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		var setting, shown string
		switch {
		case arg == "-c":
			if len(args) == 0 {
				return nil, badSwitch(arg)
			}
			setting, args = args[0], args[1:]
			shown = "-c " + setting
		case strings.HasPrefix(arg, "--"):
			setting, shown = arg[2:], arg
		case strings.HasPrefix(arg, "-c"):
			setting = arg[2:]
			shown = "-c " + setting
		default:
			return nil, badSwitch(arg)
		}
		name, value, ok := strings.Cut(setting, "=")
		if !ok {
			return nil, sqlerr.New(sqlerr.SyntaxError, "%s requires a value", shown)
		}
		name = strings.ReplaceAll(name, "-", "_")
		out = append(out, [2]string{name, value})
	}
	return out, nil
}

func badSwitch(arg string) error {
	return sqlerr.New(sqlerr.SyntaxError, "invalid command-line argument for server process: %s", arg).
		WithHint("Settings are given as -c name=value or --name=value.")
}

// splitOptions splits at white space; a backslash takes the next character as
// it is.
func splitOptions(s string) []string {
	var out []string
	var word []byte
	inWord := false
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; {
		case ch == '\\' && i+1 < len(s):
			i++
			word, inWord = append(word, s[i]), true
		case ch == ' ' || ch >= '\t' && ch <= '\r':
			if inWord {
				out = append(out, string(word))
			}
			word, inWord = word[:0], false
		case ch == '\\': // at the very end it stands for nothing
		default:
			word, inWord = append(word, ch), true
		}
	}
	if inWord {
		out = append(out, string(word))
	}
	return out
}
