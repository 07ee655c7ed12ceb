package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"
)

func main() {
	var c config
	flag.IntVar(&c.rows, "rows", 1_000_000, "claims to load")
	flag.IntVar(&c.seconds, "seconds", 5, "seconds a pgbench run")
	flag.IntVar(&c.rounds, "rounds", 3, "rounds of A B; the median counts")
	flag.StringVar(&c.binary, "binary", "bin/stemedb", "the node's program")
	flag.StringVar(&c.only, "only", "", "regular expression of the rows to run")
	flag.StringVar(&c.profile, "profile", "", "directory for a CPU profile of the node, one file a row")
	flag.BoolVar(&c.hold, "hold", false, "load both servers, print where they listen and wait for an interrupt, for pgbench and pprof by hand")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, &c); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type config struct {
	rows, seconds, rounds int
	binary, only, profile string
	dir, data             string
	hold                  bool
}

func run(ctx context.Context, c *config) (err error) {
	only, err := regexp.Compile(c.only)
	if err != nil {
		return err
	}
	if c.dir, err = os.MkdirTemp("", "stemedb-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.dir)) }()
	if err := os.Chmod(c.dir, 0o755); err != nil { // the peer may run as another user
		return err
	}
	c.data = filepath.Join(c.dir, "claims.tsv")
	fmt.Fprintf(os.Stderr, "writing %d claims (seed %d)\n", c.rows, dataSeed)
	if err := writeData(c.data, c.rows); err != nil {
		return err
	}
	if c.hold {
		return hold(ctx, c)
	}
	var results []result
	for round := range copyRounds(c, only) {
		fmt.Fprintf(os.Stderr, "COPY, round %d\n", round+1)
		r, err := measureCopy(ctx, c, round)
		if err != nil {
			return err
		}
		results = addRound(results, r)
	}
	more, err := measureRows(ctx, c, only)
	if err != nil {
		return err
	}
	printResults(append(results, more...))
	return nil
}

func copyRounds(c *config, only *regexp.Regexp) int {
	if !only.MatchString(copyName) {
		return 0
	}
	return c.rounds
}

// analyticsMedian is the target of the median of the analytics rows' ratios.
const analyticsMedian = 1.5

// printResults prints the table: medians, ratio, target.
func printResults(results []result) {
	if len(results) == 0 {
		return
	}
	var ratios []float64
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "row\tunit\tPostgreSQL 15\tStemeDB\tratio\ttarget\t\t")
	for _, r := range results {
		mark := "met"
		if r.ratio() < r.target {
			mark = "SHORT"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.2f\t%.1f\t%s\t\n", r.name, r.unit, number(median(r.peer)), number(median(r.ours)), r.ratio(), r.target, mark)
		if r.analytics {
			ratios = append(ratios, r.ratio())
		}
	}
	if len(ratios) > 0 {
		mark := "met"
		if median(ratios) < analyticsMedian {
			mark = "SHORT"
		}
		fmt.Fprintf(w, "median of the analytics rows\t\t\t\t%.2f\t%.1f\t%s\t\n", median(ratios), analyticsMedian, mark)
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

func number(v float64) string {
	switch {
	case v >= 1000:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", v), "0"), ".")
}
