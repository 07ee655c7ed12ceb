package sql

import (
	"strings"
	"testing"
)

// TestHashKeysAcrossTypes: equality between types hashes, with the answers that
// pairwise comparison gives.
func TestHashKeysAcrossTypes(t *testing.T) {
	e := newTestEngine(t)
	s := e.testSession(t)
	s.run("CREATE TEMP TABLE l (f real, n name, d date, i int, v varchar(9), c char(5), x oid)")
	s.run("CREATE TEMP TABLE r (f double precision, n text, d timestamp, i numeric, v name, c text, x bigint)")
	s.run(`INSERT INTO l VALUES (0.1, 'a', '2024-01-01', 1, 'a', 'a', 1), (0.5, 'b', 'infinity', 2, 'b', 'b', 2), ('-0', NULL, '294276-12-31', 3, 'c', 'c ', 3),
		('NaN', 'c', '294277-01-01', NULL, 'd', 'd', 4), (NULL, 'd', '5874897-12-31', 4, NULL, NULL, 5), ('Infinity', 'e', '-infinity', 5, 'e', 'e', 4294967295), (1, 'f', '4713-01-01 BC', 6, 'f', 'f', 7), (2, 'g', NULL, 7, 'g', 'g', 8)`)
	s.run(`INSERT INTO r VALUES (0.1::real, 'a', '2024-01-01', 1.0, 'a', 'a', 1), (0.1, 'b', '2024-01-01 00:00:01', 2.5, 'b', 'b', 2), (0, NULL, 'infinity', 3.00, 'c', 'c', 3),
		('NaN', 'x', '-infinity', NULL, 'e', 'd ', 4), (NULL, 'd', '294276-12-31', 4, NULL, NULL, -1), ('Infinity', 'e', '4713-01-01 BC', 5, 'f', 'e', 4294967295), (0.5, 'e', NULL, 1, 'a', 'a', 9)`)
	for _, col := range []string{"f", "n", "d", "i", "v", "c"} {
		for _, q := range []string{"SELECT l.f, l.d, r.f, r.d FROM l %s r ON COND", "SELECT r.f, r.d, l.f, l.n FROM r %s l ON COND"} {
			for _, kind := range []string{"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"} {
				cond := "l." + col + " = r." + col
				hash := strings.NewReplacer("%s", kind, "COND", cond).Replace(q) + " ORDER BY 1, 2, 3, 4"
				loop := strings.NewReplacer("%s", kind, "COND", "NOT l."+col+" <> r."+col).Replace(q) + " ORDER BY 1, 2, 3, 4"
				if plan := strings.Join(s.run("EXPLAIN "+hash), "\n"); !strings.Contains(plan, "Hash Cond") {
					t.Errorf("%s\ndoes not hash:\n%s", hash, plan)
				}
				if kind == "FULL JOIN" {
					loop = strings.NewReplacer("%s", "LEFT JOIN", "COND", "NOT l."+col+" <> r."+col).Replace(q) + " UNION ALL " +
						map[bool]string{true: "SELECT NULL, NULL, r.f, r.d FROM r WHERE NOT EXISTS (SELECT FROM l WHERE NOT l." + col + " <> r." + col + ")",
							false: "SELECT NULL, NULL, l.f, l.n FROM l WHERE NOT EXISTS (SELECT FROM r WHERE NOT l." + col + " <> r." + col + ")"}[strings.HasPrefix(q, "SELECT l")] +
						" ORDER BY 1, 2, 3, 4"
				}
				if got, want := strings.Join(s.run(hash), "\n"), strings.Join(s.run(loop), "\n"); got != want {
					t.Errorf("%s\n%s\nby loops:\n%s", hash, got, want)
				}
			}
		}
		in := "SELECT count(*) FROM l WHERE l." + col + " %s (SELECT " + col + " FROM r WHERE f > 0)"
		for _, op := range []string{"IN", "NOT IN"} {
			got := strings.Join(s.run(strings.Replace(in, "%s", op, 1)), " ")
			slow := "SELECT count(*) FROM l WHERE EXISTS (SELECT FROM r WHERE f > 0 AND NOT l." + col + " <> r." + col + ")"
			if op == "NOT IN" {
				slow = "SELECT count(*) FROM l WHERE (SELECT bool_and(l." + col + " <> r." + col + ") AND count(*) = count(l." + col + " <> r." + col + ") FROM r WHERE f > 0)"
			}
			if want := strings.Join(s.run(slow), " "); got != want {
				t.Errorf("%s %s: %s, want %s", col, op, got, want)
			}
		}
	}
}
