package sql

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func checkEncoding(v string) (string, error) {
	switch strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(v, "-", ""), "_", "")) {
	case "UTF8", "UNICODE", "SQLASCII":
		return "UTF8", nil // a client without an encoding takes the bytes as they are
	}
	return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", "client_encoding", v).
		WithHint("The server speaks UTF8 only.")
}

func onlyOn(v string) (string, error) {
	if v == "on" {
		return v, nil
	}
	return "", sqlerr.New(sqlerr.FeatureNotSupported, "parameter %q can only be on", "standard_conforming_strings")
}

// checkDateStyle keeps PostgreSQL's rule: words in any order, the last of each
// sort wins, what is not named keeps its default.
func checkDateStyle(v string) (string, error) {
	style, order := "ISO", "MDY"
	for _, w := range strings.Split(v, ",") {
		switch w = strings.ToLower(strings.TrimSpace(w)); {
		case w == "iso":
			style = "ISO"
		case w == "sql":
			style = "SQL"
		case strings.HasPrefix(w, "postgres"):
			style = "Postgres"
		case w == "german":
			style, order = "German", "DMY"
		case w == "ymd":
			order = "YMD"
		case w == "dmy", strings.HasPrefix(w, "euro"):
			order = "DMY"
		case w == "mdy", strings.HasPrefix(w, "us"), strings.HasPrefix(w, "noneuro"):
			order = "MDY"
		case w == "default", w == "":
		default:
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", "DateStyle", v).
				WithDetail("Unrecognized key word: %q.", w)
		}
	}
	return style + ", " + order, nil
}

func checkTimeZone(v string) (string, error) {
	name, _, err := types.SessionZone(v)
	if err != nil {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", "TimeZone", v).Wrap(err)
	}
	return name, nil
}

func checkSearchPath(v string) (string, error) {
	if _, err := splitIdentifiers(v); err != nil {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", "search_path", v).WithDetail("List syntax is invalid.")
	}
	return v, nil
}

// splitIdentifiers splits a comma-separated list of possibly quoted names,
// folding the unquoted ones to lower case.
func splitIdentifiers(v string) ([]string, error) {
	var out []string
	bad := sqlerr.New(sqlerr.SyntaxError, "invalid list syntax")
	rest := strings.TrimSpace(v)
	if rest == "" {
		return nil, nil
	}
	for {
		var name string
		if strings.HasPrefix(rest, `"`) {
			i := 1
			for ; i < len(rest); i++ {
				if rest[i] != '"' {
					name += rest[i : i+1]
					continue
				}
				if i+1 < len(rest) && rest[i+1] == '"' {
					name += `"`
					i++
					continue
				}
				break
			}
			if i >= len(rest) {
				return nil, bad
			}
			rest = rest[i+1:]
		} else {
			i := strings.IndexAny(rest, ", \t\n")
			if i < 0 {
				i = len(rest)
			}
			name, rest = strings.ToLower(rest[:i]), rest[i:]
			if name == "" {
				return nil, bad
			}
		}
		out = append(out, name)
		rest = strings.TrimSpace(rest)
		if rest == "" {
			return out, nil
		}
		if rest[0] != ',' {
			return nil, bad
		}
		rest = strings.TrimSpace(rest[1:])
	}
}
