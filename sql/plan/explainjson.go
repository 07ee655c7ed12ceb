package plan

import (
	"encoding/json"
	"strings"
)

// quoteJSON writes a JSON string.
func quoteJSON(s string) string {
	out, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(out)
}

// jsonNode writes a node as a JSON object.
func jsonNode(b *strings.Builder, n *described, label, indent string) {
	b.WriteString("{\n")
	in := indent + "  "
	field := func(name, value string) { b.WriteString(in + quoteJSON(name) + ": " + value + ",\n") }
	title, using, _ := strings.Cut(n.title, " using ")
	field("Node Type", quoteJSON(title))
	if using != "" {
		field("Index Name", quoteJSON(using))
	}
	if name, ok := strings.CutPrefix(n.on, " on "); ok {
		field("Relation Name", quoteJSON(name))
	}
	if label != "" {
		field("Subplan Name", quoteJSON(label))
	}
	if n.note != "" {
		field("Actual", quoteJSON(strings.TrimSpace(n.note)))
	}
	for _, p := range n.props {
		if p.list == nil {
			field(p.name, quoteJSON(p.text))
			continue
		}
		items := make([]string, len(p.list))
		for i := range p.list {
			items[i] = quoteJSON(p.list[i])
		}
		field(p.name, "["+strings.Join(items, ", ")+"]")
	}
	b.WriteString(in + `"Parallel Aware": false`)
	if len(n.kids) > 0 {
		b.WriteString(",\n" + in + "\"Plans\": [\n" + in + "  ")
		for i, k := range n.kids {
			if i > 0 {
				b.WriteString(",\n" + in + "  ")
			}
			jsonNode(b, k.node, k.label, in+"  ")
		}
		b.WriteString("\n" + in + "]")
	}
	b.WriteString("\n" + indent + "}")
}
