package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/claimfile"
	"github.com/stemedb/stemedb/testdata/countries"
)

func demoCommand() *cobra.Command {
	cfg := nodeConfig{InMemory: true}
	var exit bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Start a node in memory with real claims that disagree",
		Long: `Start a node on the default ports with its data in memory, register nine public
packages as sources, load their 10,402 claims about 250 countries, print six
queries with their answers, and keep serving.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), &cfg, exit) },
	}
	cfg.flags(cmd)
	cmd.Flags().BoolVar(&exit, "exit", false, "stop after the queries")
	return cmd
}

// demoQuery is one question of the demonstration.
type demoQuery struct{ title, sql string }

var demoQueries = []demoQuery{
	{"What does one pay with in Venezuela? Three lenses, three answers; and one package says Vanuatu's vatu.", `
SELECT lens, value, source, asserted_at::date AS said, status, decided_by
FROM (SELECT * FROM assertions USING LENS authority
      UNION ALL SELECT * FROM assertions USING LENS consensus
      UNION ALL SELECT * FROM assertions USING LENS recency) a
WHERE concept_path = 'countries/ve' AND predicate = 'currency'`},
	{"Bulgaria took the euro in 2026. Seven of nine sources are out of date, and the crowd is wrong.", `
SELECT c.value AS consensus, round(c.support::numeric, 2) AS support, r.value AS recency, r.source AS newest,
       (SELECT count(DISTINCT source) FROM assertions x
        WHERE x.concept_path = c.concept_path AND x.predicate = c.predicate AND x.value <> r.value) AS out_of_date
FROM consensus.assertions c JOIN recency.assertions r USING (concept_path, predicate)
WHERE concept_path = 'countries/bg' AND predicate = 'currency'`},
	{"Who differs most from the rest? One package has Iran paying in XDR, which no country uses.", `
SELECT a.source, count(*) AS claims, count(*) FILTER (WHERE a.value <> c.value) AS differs,
       round(100.0 * count(*) FILTER (WHERE a.value <> c.value) / count(*), 1) AS percent,
       max(a.value) FILTER (WHERE a.concept_path = 'countries/ir') AS iran_pays_in
FROM assertions a JOIN assertions USING LENS consensus AS c USING (concept_path, predicate)
WHERE predicate = 'currency'
GROUP BY a.source ORDER BY percent DESC, a.source`},
	{"The capital of Bolivia: nobody is simply right, so the skeptic lens gives every answer.", `
SELECT value, round(support::numeric, 2) AS support, conflict_score, candidates, status
FROM assertions USING LENS skeptic
WHERE concept_path = 'countries/bo' AND predicate = 'capital'`},
	{"The most contested facts that are not numbers.", `
SELECT concept_path, predicate, value, source, round(conflict_score::numeric, 2) AS conflict, distinct_values AS answers, candidates
FROM assertions USING LENS authority
WHERE value_type <> 'number'
ORDER BY conflict_score DESC, distinct_values DESC, candidates DESC, concept_path, predicate LIMIT 10`},
	{"How a lens query runs: conditions on the key go below the lens.", `
EXPLAIN SELECT value, source FROM assertions USING LENS authority
WHERE concept_path LIKE 'countries/%' AND predicate = 'capital' AND conflict_score > 0.5`},
}

func runDemo(ctx context.Context, cfg *nodeConfig, exit bool) error {
	n, err := openNode(ctx, cfg)
	if err != nil {
		return err
	}
	err = n.demo(ctx)
	if err == nil && !exit {
		fmt.Printf("\nServing; end with Ctrl-C. Try:\n  psql -h %s -p %s -U stemedb\n  curl -s http://%s/v1/skeptic?concept_path=countries/bo\\&predicate=capital\n",
			hostOf(cfg.SQLAddr), portOf(n.sqlLn.Addr().String()), n.httpLn.Addr())
		err = n.wait(ctx)
	}
	closeCtx, stop := context.WithTimeout(context.Background(), closeTimeout)
	defer stop()
	return errors.Join(err, n.close(closeCtx))
}

func hostOf(addr string) string { return addr[:strings.LastIndexByte(addr, ':')] }
func portOf(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// demo loads the claims over the wire, as any client would, and asks.
func (n *node) demo(ctx context.Context) error {
	n.printListeners(os.Stdout)
	client := clientConfig{URL: fmt.Sprintf("postgres://stemedb@%s/stemedb", n.sqlLn.Addr())}
	conn, err := client.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := loadDemo(ctx, conn); err != nil {
		return err
	}
	for i, q := range demoQueries {
		fmt.Printf("\n%d. %s\n%s;\n\n", i+1, q.title, q.sql)
		res, err := conn.Exec(ctx, q.sql).ReadAll()
		if err != nil {
			return fmt.Errorf("query %d: %w", i+1, err)
		}
		printTable(os.Stdout, res[0])
	}
	return nil
}

func loadDemo(ctx context.Context, conn *pgconn.PgConn) error {
	header, _, _ := strings.Cut(string(countries.Sources), "\n")
	_, err := conn.CopyFrom(ctx, bytes.NewReader(countries.Sources), "COPY public.sources ("+strings.TrimSpace(header)+") FROM STDIN WITH (FORMAT csv, HEADER match)")
	if err != nil {
		return fmt.Errorf("register sources: %w", err)
	}
	reader, err := claimfile.New(bytes.NewReader(countries.Claims), claimfile.Options{Format: "csv"})
	if err != nil {
		return err
	}
	loader := claimfile.Loader{Reader: reader, Target: copyTarget{conn}, Rejected: func(r claimfile.Reject) error {
		return fmt.Errorf("claim in line %d of the demonstration was refused: %s", r.Line, r.Reason)
	}}
	st, err := loader.Run(ctx)
	if err != nil {
		return fmt.Errorf("load claims: %w", err)
	}
	fmt.Printf("loaded %d claims of 9 sources about 250 countries\n", st.Accepted)
	return nil
}

// printTable prints a result the way psql does.
func printTable(w io.Writer, res *pgconn.Result) {
	width := make([]int, len(res.FieldDescriptions))
	right := make([]bool, len(width))
	for i, f := range res.FieldDescriptions {
		width[i] = utf8.RuneCountInString(f.Name)
		switch f.DataTypeOID {
		case 20, 21, 23, 700, 701, 1700: // numbers stand to the right
			right[i] = true
		}
		for _, row := range res.Rows {
			width[i] = max(width[i], utf8.RuneCount(row[i]))
		}
	}
	line := func(cell func(i int) (string, bool)) {
		for i := range width {
			text, toRight := cell(i)
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(text))
			if toRight {
				text = pad + text
			} else if i < len(width)-1 {
				text += pad
			}
			fmt.Fprint(w, map[bool]string{true: " ", false: " | "}[i == 0], text)
		}
		fmt.Fprintln(w)
	}
	line(func(i int) (string, bool) { return res.FieldDescriptions[i].Name, false })
	for i := range width {
		fmt.Fprint(w, map[bool]string{true: "-", false: "+-"}[i == 0], strings.Repeat("-", width[i]+1))
	}
	fmt.Fprintln(w)
	for _, row := range res.Rows {
		line(func(i int) (string, bool) { return string(row[i]), right[i] })
	}
	fmt.Fprintf(w, "(%d rows)\n", len(res.Rows))
}
