package sql

import "testing"

// TestUpsert: ON CONFLICT DO UPDATE of a state table, whose action sees the stored
// row and the proposed one.
func TestUpsert(t *testing.T) {
	s := newTestEngine(t).testSession(t)
	put := func(values, action string) string {
		return "INSERT INTO sources AS s (source, class, title) VALUES " + values + " ON CONFLICT (source) DO " + action
	}
	list := "; SELECT string_agg(source || '=' || coalesce(class, '-') || '/' || title || '/' || coalesce(note, '-'), ' ' ORDER BY source) FROM sources"
	s.want(put("('a', 'expert', 'A'), ('b', NULL, 'B')", "UPDATE SET title = 'no'")+list, "INSERT 0 2", "a=expert/A/- b=-/B/-", "SELECT 1")
	s.want(put("('a', NULL, 'A2'), ('c', NULL, 'C')", "UPDATE SET title = excluded.title, note = s.title || '+' || s.class RETURNING source, note")+list,
		"a|A+expert", "c|∅", "INSERT 0 2", "a=expert/A2/A+expert b=-/B/- c=-/C/-", "SELECT 1")
	s.want(put("('b', NULL, 'B2'), ('c', NULL, 'C2')", "UPDATE SET title = excluded.title, class = DEFAULT WHERE s.source = 'c' RETURNING title"),
		"C2", "INSERT 0 1")
	s.want("BEGIN; INSERT INTO sources (source, title) VALUES ('d', 'D'); "+put("('d', NULL, 'D2')", "UPDATE SET (title, note) = (excluded.title, 'in')")+"; COMMIT"+list,
		"BEGIN", "INSERT 0 1", "INSERT 0 1", "COMMIT", "a=expert/A2/A+expert b=-/B/- c=-/C2/- d=-/D2/in", "SELECT 1")
	s.want("INSERT INTO sources (source, title) VALUES ('a', 'A3') ON CONFLICT ON CONSTRAINT sources_pkey DO UPDATE SET source = 'z'; SELECT count(*) FROM sources WHERE source IN ('a', 'z') AND title = 'A2'",
		"INSERT 0 1", "1", "SELECT 1")
	for sql, want := range map[string]string{
		put("('e', NULL, ''), ('e', NULL, '')", "UPDATE SET title = ''"):                                    "21000: ON CONFLICT DO UPDATE command cannot affect row a second time",
		put("('b', NULL, '')", "UPDATE SET class = 'nothing'"):                                              `23503: insert or update on table "sources" violates foreign key constraint "sources_class_fkey"`,
		put("('b', NULL, '')", "UPDATE SET source = 'c'"):                                                   `23505: duplicate key value violates unique constraint "sources_pkey"`,
		"INSERT INTO sources (source) VALUES ('b') ON CONFLICT DO UPDATE SET title = ''":                    "42601: ON CONFLICT DO UPDATE requires inference specification or constraint name",
		"INSERT INTO sources (source) VALUES ('b') ON CONFLICT (title) DO UPDATE SET title = ''":            "42P10: there is no unique or exclusion constraint matching the ON CONFLICT specification",
		"INSERT INTO assertions (concept_path) VALUES ('b') ON CONFLICT (id) DO UPDATE SET value = 'other'": "0A000: ON CONFLICT DO UPDATE of assertions is not supported: claims never change",
	} {
		s.want(sql, want)
	}
}
