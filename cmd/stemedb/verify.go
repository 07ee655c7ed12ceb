package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/storage"
)

func verifyCommand() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check a stopped node's data",
		Long: `Read every claim of a stopped node's data directory: rows must decode, ids must
be those of their contents, every index entry must have its row and every row
its entries, counts and checksums must agree. The log of Raft must hold its entries
one after the other, and raft.db its terms, votes and snapshot records. The exit
status is 1 when anything is wrong.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runVerify(cmd.Context(), dir, asJSON) },
	}
	cmd.Flags().StringVar(&dir, "data-dir", "data", "directory of the node's data")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

func runVerify(ctx context.Context, dir string, asJSON bool) error {
	state := filepath.Join(dir, "state")
	if _, err := os.Stat(state); err != nil {
		return fmt.Errorf("%s is not a node's data directory: %w", dir, err)
	}
	store, err := storage.Open(storage.Options{Dir: state, ClaimID: claimID})
	if err != nil {
		return fmt.Errorf("open %s (a running node must be stopped first): %w", state, err)
	}
	bar := newProgress(0, "verifying", os.Stderr)
	report, err := store.Verify(ctx, bar.set)
	bar.done()
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	if err := verifyRaft(ctx, dir, &report); err != nil {
		return err
	}
	if asJSON {
		err = json.NewEncoder(os.Stdout).Encode(report)
	} else {
		printReport(&report)
	}
	if err != nil {
		return err
	}
	if !report.OK() {
		return errors.New("the data are damaged")
	}
	return nil
}

// verifyRaft checks what the node has for Raft, and adds it to the report.
func verifyRaft(ctx context.Context, dir string, report *storage.Report) error {
	name := filepath.Join(dir, "log")
	if _, err := os.Stat(name); err != nil {
		return fmt.Errorf("%s has no log: %w", dir, err)
	}
	log, err := storage.OpenLog(name, storage.Options{OnFatal: func(error) {}}) // it is in the report
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	bar := newProgress(0, "verifying the log", os.Stderr)
	rep, err := replication.VerifyLog(ctx, dir, log, bar.set)
	bar.done()
	if err := errors.Join(err, log.Close()); err != nil {
		return err
	}
	report.LogEntries = rep.Entries
	report.Problems, report.More = append(report.Problems, rep.Problems...), report.More+rep.More
	return nil
}

func printReport(r *storage.Report) {
	for _, p := range r.Problems {
		fmt.Println(p)
	}
	if r.More > 0 {
		fmt.Printf("and %d more\n", r.More)
	}
	fmt.Printf("%d claims, %d index entries and %d log entries checked, %d problems\n", r.Claims, r.Entries, r.LogEntries, int64(len(r.Problems))+r.More)
}
