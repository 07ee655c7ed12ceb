package plan_test
import ("testing";"fmt";"context";"strings";"time";"github.com/jackc/pgx/v5";"github.com/stemedb/stemedb/sql/catalog";"github.com/stemedb/stemedb/sql/parser";"github.com/stemedb/stemedb/sql/plan";"github.com/stemedb/stemedb/sql/exec";"github.com/stemedb/stemedb/sql/functions";"github.com/stemedb/stemedb/sql/types")
func ours(cat *catalog.Catalog, q string, plain bool) (out string, err error) {
 defer func(){ if r := recover(); r != nil { err = fmt.Errorf("PANIC %v", r) } }()
 st, err := parser.Parse(q); if err != nil { return "", err }
 f := types.DefaultFormat(); f.Now = time.Now()
 b, err := plan.Bind(plan.BindContext{Catalog: cat, SearchPath: []string{"pg_catalog","public"}, Format: f, Plain: plain}, &st[0], nil); if err != nil { return "", err }
 p, err := exec.Compile(b.Node); if err != nil { return "", err }
 fc := &functions.Ctx{Context: context.Background(), Format: *f}
 c, err := p.Run(context.Background(), &exec.Env{Funcs: fc, Catalog: cat}); if err != nil { return "", err }
 defer c.Close()
 for { bt, err := c.Next(); if err != nil { return "", err }; if bt == nil { return out, nil }
  for i := 0; i < bt.N; i++ { for k := range bt.Cols { if k > 0 { out += "|" }; if bt.Cols[k].IsNull(i) { out += "NULL"; continue }; x, err := types.AppendText(nil, bt.Cols[k].Type, &bt.Cols[k], i, f); if err != nil { return "", err }; out += string(x) }; out += "\n" } }
}
func TestE2E(t *testing.T){
 ctx := context.Background()
 db, err := pgx.Connect(ctx,"host=/tmp/pgplan port=5597 user=postgres sslmode=disable dbname=postgres default_query_exec_mode=simple_protocol"); if err!=nil {t.Fatal(err)}
 db.Exec(ctx, "set timezone='UTC'")
 cat := catalog.New()
 with := "WITH e(id, dept, sal, boss) AS (VALUES (1,'a',10.5,NULL),(2,'a',20,1),(3,'b',5,1),(4,'b',NULL,2),(5,NULL,7,3)), d(dept, name) AS (VALUES ('a','Alpha'),('b','Beta'),('c','Gamma')) "
 bad := 0
 for _, q := range strings.Split(strings.TrimSpace(queries), "\n") {
  full := with + q
  res, err := db.PgConn().Exec(ctx, full).ReadAll()
  pg := ""
  if err != nil { pg = "ERR "+err.Error() } else { for _, r := range res[0].Rows { for k, v := range r { if k>0 {pg+="|"}; if v==nil {pg+="NULL"} else {pg+=string(v)} }; pg+="\n" } }
  for _, plain := range []bool{true,false} { o, err := ours(cat, full, plain); if err != nil { o = "ERR "+err.Error() }
   if o != pg && !(strings.HasPrefix(o,"ERR") && strings.HasPrefix(pg,"ERR")) { bad++; fmt.Printf("%s [plain=%v]\n PG:   %s\n OURS: %s\n", q, plain, strings.ReplaceAll(pg,"\n"," ; "), strings.ReplaceAll(o,"\n"," ; ")) } }
 }
 fmt.Println("bad", bad)
}
const queries = `
SELECT * FROM e ORDER BY id
SELECT e.id, d.name FROM e LEFT JOIN d USING (dept) ORDER BY id
SELECT dept, count(*), sum(sal), avg(sal), max(id) FROM e GROUP BY dept ORDER BY dept
SELECT * FROM e FULL JOIN d USING (dept) ORDER BY id, dept
SELECT * FROM e RIGHT JOIN d ON e.dept = d.dept AND e.sal > 6 ORDER BY d.dept, e.id
SELECT name, (SELECT count(*) FROM e WHERE e.dept = d.dept) FROM d ORDER BY name
SELECT name FROM d WHERE EXISTS (SELECT 1 FROM e WHERE e.dept = d.dept AND sal > 15)
SELECT name FROM d WHERE NOT EXISTS (SELECT 1 FROM e WHERE e.dept = d.dept) ORDER BY 1
SELECT name FROM d WHERE dept IN (SELECT dept FROM e) ORDER BY 1
SELECT name FROM d WHERE dept NOT IN (SELECT dept FROM e WHERE dept IS NOT NULL)
SELECT name FROM d WHERE dept NOT IN (SELECT dept FROM e)
SELECT id, sal FROM e WHERE sal > ALL (SELECT sal FROM e x WHERE x.dept = 'b' AND sal IS NOT NULL) ORDER BY id
SELECT d.name, x.id FROM d, LATERAL (SELECT id FROM e WHERE e.dept = d.dept ORDER BY sal DESC NULLS LAST LIMIT 1) x ORDER BY 1
SELECT d.name, x.n FROM d LEFT JOIN LATERAL (SELECT count(*) AS n FROM e WHERE e.dept = d.dept) x ON true ORDER BY 1
SELECT DISTINCT dept FROM e ORDER BY dept
SELECT DISTINCT ON (dept) dept, id FROM e ORDER BY dept, sal DESC NULLS LAST
SELECT id FROM e UNION SELECT 2 UNION ALL SELECT 9 ORDER BY 1
SELECT dept FROM e INTERSECT SELECT dept FROM d ORDER BY 1
SELECT dept FROM d EXCEPT SELECT dept FROM e ORDER BY 1
SELECT id FROM e ORDER BY sal NULLS FIRST, id LIMIT 2 OFFSET 1
SELECT generate_series(1, id) FROM e WHERE id < 4 ORDER BY 1
SELECT id, generate_series(1, 2) g FROM e WHERE id < 3 ORDER BY id, g DESC
SELECT ARRAY(SELECT id FROM e ORDER BY id DESC), ARRAY[1,2] || 3
SELECT e.id, b.id FROM e JOIN e b ON e.boss = b.id ORDER BY 1
SELECT CASE WHEN sal > 8 THEN 'hi' WHEN sal IS NULL THEN 'none' ELSE 'lo' END c, count(*) FROM e GROUP BY c ORDER BY c
SELECT upper(dept) || '!', count(*) FILTER (WHERE sal > 8), string_agg(id::text, ',' ORDER BY id DESC) FROM e GROUP BY upper(dept) HAVING count(*) > 1 ORDER BY 1
SELECT * FROM (SELECT id, sal * 2 AS s FROM e) t WHERE s > 15 AND id < 3
SELECT count(*) FROM e, d
SELECT count(*), sum(sal) FROM e WHERE false
SELECT (1, 2) < (1, 3), (1, NULL) IS NULL, ROW(1, 2) = ROW(1, 2), 1 IN (2, NULL), 1 BETWEEN SYMMETRIC 3 AND 0
SELECT (SELECT sal FROM e WHERE id = 1), (SELECT sal FROM e WHERE id = 99)
SELECT id FROM e WHERE (dept, id) IN (SELECT dept, max(id) FROM e GROUP BY dept) ORDER BY 1
SELECT id, (SELECT max(x.id) FROM e x WHERE x.dept = e.dept AND x.id <> (SELECT min(y.id) FROM e y WHERE y.dept = e.dept)) FROM e ORDER BY 1
SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b','c']) WITH ORDINALITY
SELECT * FROM generate_series(1,3) a JOIN generate_series(2,4) b ON a = b
SELECT * FROM e NATURAL JOIN d WHERE sal > 5 ORDER BY id
SELECT t FROM (SELECT id, dept FROM e WHERE id = 1) t
SELECT (t).dept FROM (SELECT id, dept FROM e WHERE id = 1) t
SELECT key, value FROM jsonb_each('{"a":1,"b":[2]}') ORDER BY 1
SELECT extract(year from date '2026-03-01'), date '2026-03-01' + 1, '1 day'::interval * 2, timestamp '2026-01-01' AT TIME ZONE 'UTC'
SELECT coalesce(NULL, 2.5), nullif(1, 1), greatest(1, 3.5, NULL), least('b', 'a')
SELECT sum(id) FROM e WHERE dept IS DISTINCT FROM 'a'
SELECT a.n FROM (SELECT 1 AS n UNION ALL SELECT 2) a WHERE a.n = 2
SELECT id / (id - 3) FROM e WHERE id <> 3 ORDER BY id
SELECT count(DISTINCT dept), count(dept) FROM e
SELECT d.name FROM d JOIN (SELECT dept, avg(sal) a FROM e GROUP BY dept) x USING (dept) WHERE x.a > 6 ORDER BY 1
`
