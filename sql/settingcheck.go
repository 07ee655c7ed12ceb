package sql

import (
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// settingCheck normalises a value beyond its setting's kind.
type settingCheck func(v string, at settingContext) (string, error)

// settingChecks are the checks of those settings that have one.
var settingChecks = map[string]settingCheck{
	"application_name":            plainASCII,
	"client_encoding":             checkEncoding,
	"cluster_name":                plainASCII,
	"DateStyle":                   checkDateStyle,
	"default_table_access_method": checkTableMethod,
	"default_tablespace":          checkTablespace,
	"default_text_search_config":  checkTextSearch,
	"default_with_oids":           checkOIDs,
	"lc_messages":                 checkLocale("lc_messages"),
	"lc_monetary":                 checkLocale("lc_monetary"),
	"lc_numeric":                  checkLocale("lc_numeric"),
	"lc_time":                     checkLocale("lc_time"),
	"search_path":                 checkList("search_path"),
	"temp_tablespaces":            checkTempTablespaces,
	"TimeZone":                    checkTimeZone,
	"log_timezone":                checkTimeZone,
	"timezone_abbreviations":      checkAbbreviations,
}

func invalidSetting(name, v string) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %q: %q", name, v)
}

// plainASCII puts question marks for what is no printable ASCII.
func plainASCII(v string, _ settingContext) (string, error) {
	b := []byte(v)
	for i, c := range b {
		if c < 32 || c > 126 {
			b[i] = '?'
		}
	}
	return string(b), nil
}

func checkEncoding(v string, _ settingContext) (string, error) {
	name := charset.Name(v)
	if name == "" {
		return "", invalidSetting("client_encoding", v)
	}
	if _, err := charset.NewCoder(name); err != nil {
		e := invalidSetting("client_encoding", v).WithDetail("Conversion between %s and UTF8 is not supported.", name)
		e.Code = sqlerr.FeatureNotSupported
		return "", e
	}
	if v == "UNICODE" {
		return v, nil // old drivers want to read what they set
	}
	return name, nil
}

func checkOIDs(v string, _ settingContext) (string, error) {
	if v == "off" {
		return v, nil
	}
	return "", sqlerr.New(sqlerr.FeatureNotSupported, "tables declared WITH OIDS are not supported")
}

func checkTableMethod(v string, _ settingContext) (string, error) {
	const name = "default_table_access_method"
	switch v {
	case "heap":
		return v, nil
	case "":
		return "", invalidSetting(name, v).WithDetail("%s cannot be empty.", name)
	}
	return "", invalidSetting(name, v).WithDetail("Table access method %q does not exist.", v)
}

func knownTablespace(v string) bool { return v == "" || v == "pg_default" || v == "pg_global" }

func checkTablespace(v string, _ settingContext) (string, error) {
	if knownTablespace(v) {
		return v, nil
	}
	return "", invalidSetting("default_tablespace", v).WithDetail("Tablespace %q does not exist.", v)
}

func checkTempTablespaces(v string, at settingContext) (string, error) {
	if _, err := checkList("temp_tablespaces")(v, at); err != nil {
		return "", err
	}
	names, _ := splitIdentifiers(v) // checked
	for _, n := range names {
		if !knownTablespace(n) {
			return "", sqlerr.New(sqlerr.UndefinedObject, "tablespace %q does not exist", n)
		}
	}
	return v, nil
}

func checkLocale(name string) settingCheck {
	return func(v string, _ settingContext) (string, error) {
		switch strings.ToLower(v) {
		case "c", "posix", "c.utf-8", "c.utf8", "":
			return v, nil
		}
		return "", invalidSetting(name, v)
	}
}

func checkAbbreviations(v string, _ settingContext) (string, error) {
	if v == "Default" {
		return v, nil
	}
	return "", invalidSetting("timezone_abbreviations", v)
}

// dateStyles finds the words of DateStyle, with what each begins that is
// longer.
var dateStyles = []struct {
	word, style, order string
	prefix             bool
}{
	{word: "iso", style: "ISO"}, {word: "sql", style: "SQL"}, {word: "postgres", style: "Postgres", prefix: true}, {word: "german", style: "German"},
	{word: "ymd", order: "YMD"}, {word: "dmy", order: "DMY"}, {word: "euro", order: "DMY", prefix: true},
	{word: "mdy", order: "MDY"}, {word: "us", order: "MDY"}, {word: "noneuro", order: "MDY", prefix: true},
}

// checkDateStyle keeps PostgreSQL's rule: words in any order, no two of a sort
// that differ; what is not named stays as it is.
func checkDateStyle(v string, at settingContext) (string, error) {
	style, order, _ := strings.Cut(at.now, ", ")
	haveStyle, haveOrder, conflict := false, false, false
	if _, err := checkList("DateStyle")(v, at); err != nil {
		return "", err
	}
	words, _ := splitIdentifiers(v) // checked
next:
	for _, w := range words {
		if w == "default" {
			s, o, _ := strings.Cut(at.reset, ", ")
			if !haveStyle {
				style = s
			}
			if !haveOrder {
				order = o
			}
			continue
		}
		for _, d := range dateStyles {
			if w != d.word && !(d.prefix && strings.HasPrefix(w, d.word)) {
				continue
			}
			if d.style != "" {
				conflict = conflict || haveStyle && style != d.style
				style, haveStyle = d.style, true
			} else {
				conflict = conflict || haveOrder && order != d.order
				order, haveOrder = d.order, true
			}
			if d.word == "german" && !haveOrder {
				order = "DMY"
			}
			continue next
		}
		return "", invalidSetting("DateStyle", v).WithDetail("Unrecognized key word: %q.", w)
	}
	if conflict {
		return "", invalidSetting("DateStyle", v).WithDetail("Conflicting \"datestyle\" specifications.")
	}
	return style + ", " + order, nil
}

// checkTimeZone takes a zone's name, hours east of UTC, or INTERVAL '…'.
func checkTimeZone(v string, _ settingContext) (string, error) {
	bad := invalidSetting("TimeZone", v)
	if rest, ok := strings.CutPrefix(strings.ToLower(v), "interval "); ok {
		d, err := types.ParseText(types.OIDInterval, -1, strings.Trim(strings.TrimSpace(rest), "'"), types.DefaultFormat())
		if err != nil {
			return "", bad
		}
		i, ok := d.A.(types.Interval)
		switch {
		case !ok:
			return "", bad
		case i.Months != 0:
			return "", bad.WithDetail("Cannot specify months in time zone interval.")
		case i.Days != 0:
			return "", bad.WithDetail("Cannot specify days in time zone interval.")
		}
		v = strconv.FormatFloat(float64(i.Micros)/3600e6, 'g', -1, 64)
	}
	name, _, err := types.SessionZone(v)
	if err == nil {
		return name, nil
	}
	if _, err := strconv.ParseFloat(v, 64); err == nil {
		return "", bad.WithDetail("UTC timezone offset is out of range.")
	}
	return "", bad
}

func checkList(name string) settingCheck {
	return func(v string, _ settingContext) (string, error) {
		if _, err := splitIdentifiers(v); err != nil {
			return "", invalidSetting(name, v).WithDetail("List syntax is invalid.")
		}
		return v, nil
	}
}

// checkTextSearch takes the name of a text search configuration, and gives it
// with its schema.
func checkTextSearch(v string, _ settingContext) (string, error) {
	names := strings.Split(v, ".")
	name := names[len(names)-1]
	if _, ok := functions.TSObject(types.OIDRegconfig, name); !ok || len(names) > 2 || len(names) == 2 && names[0] != "pg_catalog" {
		return "", invalidSetting("default_text_search_config", v)
	}
	return "pg_catalog." + name, nil
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
