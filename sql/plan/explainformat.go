package plan

import (
	"encoding/json"
	"encoding/xml"
	"strings"
)

// ExplainField is a named part of EXPLAIN's result in a structured format. Value is a
// string, Number, []string, []ExplainField (a group) or [][]ExplainField (a list of groups).
type ExplainField struct {
	Name  string
	Value any
}

// Number is a number or truth value as it is written.
type Number string

// WriteExplain writes EXPLAIN's result in a structured format: json, yaml, xml.
func WriteExplain(format string, query []ExplainField) string {
	var b strings.Builder
	switch format {
	case "json":
		b.WriteString("[\n  ")
		jsonGroup(&b, query, "  ")
		b.WriteString("\n]")
	case "yaml":
		yamlGroup(&b, query, "", true)
	default:
		b.WriteString("<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n  <Query>\n")
		xmlGroup(&b, query, "    ")
		b.WriteString("  </Query>\n</explain>")
	}
	return b.String()
}

// quoteJSON writes a JSON string; < and > stay as they are, for people to read.
func quoteJSON(s string) string {
	var b strings.Builder
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if out.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func jsonGroup(b *strings.Builder, fields []ExplainField, indent string) {
	in := indent + "  "
	b.WriteString("{")
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + in + quoteJSON(f.Name) + ": ")
		switch v := f.Value.(type) {
		case string:
			b.WriteString(quoteJSON(v))
		case Number:
			b.WriteString(string(v))
		case []string:
			items := make([]string, len(v))
			for i := range v {
				items[i] = quoteJSON(v[i])
			}
			b.WriteString("[" + strings.Join(items, ", ") + "]")
		case []ExplainField:
			jsonGroup(b, v, in)
		case [][]ExplainField:
			b.WriteString("[")
			if len(v) == 0 {
				b.WriteString("\n" + in + "]")
				continue
			}
			for i := range v {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString("\n" + in + "  ")
				jsonGroup(b, v[i], in+"  ")
			}
			b.WriteString("\n" + in + "]")
		}
	}
	b.WriteString("\n" + indent + "}")
}

// yamlGroup writes a group; item says that it is one of a list, whose dash
// stands before its first line.
func yamlGroup(b *strings.Builder, fields []ExplainField, indent string, item bool) {
	for i, f := range fields {
		if i > 0 || !item {
			b.WriteString("\n")
		}
		switch {
		case item && i == 0:
			b.WriteString(indent + "- ")
		case item:
			b.WriteString(indent + "  ")
		default:
			b.WriteString(indent)
		}
		in := indent
		if item {
			in += "  "
		}
		b.WriteString(f.Name + ": ")
		switch v := f.Value.(type) {
		case string:
			b.WriteString(quoteJSON(v))
		case Number:
			b.WriteString(string(v))
		case []string:
			for _, s := range v {
				b.WriteString("\n" + in + "  - " + quoteJSON(s))
			}
		case []ExplainField:
			yamlGroup(b, v, in+"  ", false)
		case [][]ExplainField:
			for i := range v {
				b.WriteString("\n")
				yamlGroup(b, v[i], in+"  ", true)
			}
		}
	}
}

func xmlGroup(b *strings.Builder, fields []ExplainField, indent string) {
	for _, f := range fields {
		tag := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
				return r
			}
			return '-'
		}, f.Name)
		open, shut := "<"+tag+">", "</"+tag+">\n"
		switch v := f.Value.(type) {
		case string:
			b.WriteString(indent + open + escapeXML(v) + shut)
		case Number:
			b.WriteString(indent + open + string(v) + shut)
		case []string:
			b.WriteString(indent + open + "\n")
			for _, s := range v {
				b.WriteString(indent + "  <Item>" + escapeXML(s) + "</Item>\n")
			}
			b.WriteString(indent + shut)
		case []ExplainField:
			b.WriteString(indent + open + "\n")
			xmlGroup(b, v, indent+"  ")
			b.WriteString(indent + shut)
		case [][]ExplainField:
			b.WriteString(indent + open + "\n")
			for i := range v {
				b.WriteString(indent + "  <Plan>\n")
				xmlGroup(b, v[i], indent+"    ")
				b.WriteString(indent + "  </Plan>\n")
			}
			b.WriteString(indent + shut)
		}
	}
}

func escapeXML(s string) string {
	var b strings.Builder
	if xml.EscapeText(&b, []byte(s)) != nil {
		return ""
	}
	return b.String()
}
