package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
	"github.com/stemedb/stemedb/storage/backup"
)

type restoreConfig struct {
	DataDir    string
	NodeID     string
	CertsDir   string
	Shards     int
	VerifyOnly bool
	JSON       bool
}

func restoreCommand() *cobra.Command {
	var cfg restoreConfig
	cmd := &cobra.Command{
		Use:   "restore BACKUP-DIR",
		Short: "Make a new cluster's first node from a backup, or check one",
		Long: `Make a data directory from a backup. Start a node on it, which is a new cluster of
one; other nodes then join it with empty directories. Claims keep the times at which
they were recorded, so that every lens gives at every time up to the backup's what it
gave before. The number of shards may be another one than before.

With --verify-only nothing is written: all of the backup is read, and the exit status
is 1 when any of it is damaged.`,
		Example: `  stemedb restore /backups/2026-03-01 --data-dir d1 --node-id node1
  stemedb start --data-dir d1 --node-id node1`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return cfg.run(cmd.Context(), cmd.OutOrStdout(), args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&cfg.DataDir, "data-dir", "data", "directory to make, empty or not there yet")
	f.StringVar(&cfg.NodeID, "node-id", "", "name of the node that will be started on it (default that of its certificate, or node1)")
	f.StringVar(&cfg.CertsDir, "certs-dir", "", "directory with node.crt")
	f.IntVar(&cfg.Shards, "shards", 0, "number of shards, 1 to 64; 0: as many as the backup has")
	f.BoolVar(&cfg.VerifyOnly, "verify-only", false, "read and check all of the backup, and restore nothing")
	f.BoolVar(&cfg.JSON, "json", false, "print what was found as JSON")
	return cmd
}

// unfinishedName is the file in a data directory whose restore has not come to its end.
const unfinishedName = "restore-unfinished"

// checkRestored refuses a data directory that holds a part of a backup only.
func (c *nodeConfig) checkRestored() error {
	if c.InMemory {
		return nil
	}
	_, err := os.Stat(filepath.Join(c.DataDir, unfinishedName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(fmt.Errorf("stemedb restore into %s did not come to its end: remove what is in it and restore again", c.DataDir), err)
}

func (c *restoreConfig) run(ctx context.Context, out io.Writer, dir string) error {
	b, err := backup.Open(dir)
	if err != nil {
		return err
	}
	if err := c.check(b); err != nil {
		return err
	}
	what := "restored"
	if c.VerifyOnly {
		what = "checked"
		bar := newProgress(b.Bytes(), "checking", os.Stderr)
		err = b.Verify(ctx, bar.set)
		bar.done()
	} else {
		err = c.restore(ctx, b)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out, backupReport{dir, b.Records(), b.Bytes(), b.Manifest})
	}
	if _, err = fmt.Fprintf(out, "%d records as of %s %s\n", b.Records(), b.AsOf, what); err != nil || c.VerifyOnly {
		return err
	}
	_, err = fmt.Fprintf(out, "start the node: stemedb start --data-dir %s --node-id %s\n", c.DataDir, c.NodeID)
	return err
}

func (c *restoreConfig) check(b *backup.Backup) error {
	if c.Shards == 0 {
		c.Shards = b.Shards
	}
	if c.Shards < 1 || c.Shards > storage.MaxShards {
		return fmt.Errorf("--shards %d is out of range; it is from 1 to %d", c.Shards, storage.MaxShards)
	}
	if c.NodeID == "" && c.CertsDir != "" {
		cred, err := transport.LoadCredentials(c.CertsDir)
		if err != nil {
			return fmt.Errorf("load --certs-dir: %w", err)
		}
		c.NodeID = cred.Self.Name
	}
	if c.NodeID == "" {
		c.NodeID = "node1"
	}
	return transport.CheckName(c.NodeID)
}

// restore makes the data directory. What a failure leaves is removed again.
func (c *restoreConfig) restore(ctx context.Context, b *backup.Backup) (err error) {
	made, err := backup.EmptyDir(c.DataDir)
	if err != nil {
		return err
	}
	mark := filepath.Join(c.DataDir, unfinishedName)
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := c.fill(ctx, b); err != nil {
		return errors.Join(err, c.clear(made))
	}
	if err := os.Remove(mark); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return backup.SyncDir(c.DataDir)
}

func (c *restoreConfig) fill(ctx context.Context, b *backup.Backup) (err error) {
	opt := storage.Options{
		Dir: filepath.Join(c.DataDir, "state"), Shards: c.Shards, ClaimID: claimID, Logger: slog.New(slog.DiscardHandler),
		OnFatal: func(error) {}, // it comes back from the call that met it
	}
	store, err := storage.Open(opt)
	if err != nil {
		return fmt.Errorf("make the state: %w", err)
	}
	bar := newProgress(b.Bytes(), "restoring", os.Stderr)
	err = b.Restore(ctx, store, bar.set)
	bar.done()
	if err == nil {
		err = replication.Adopt(c.DataDir, c.NodeID, store)
	}
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	log, err := storage.OpenLog(filepath.Join(c.DataDir, "log"), opt) // an empty one
	if err != nil {
		return fmt.Errorf("make the log: %w", err)
	}
	return log.Close()
}

// clear removes what was written, and the directory if it was made for it.
func (c *restoreConfig) clear(made bool) error {
	if made {
		return os.RemoveAll(c.DataDir)
	}
	list, err := os.ReadDir(c.DataDir)
	errs := []error{err}
	for _, e := range list {
		errs = append(errs, os.RemoveAll(filepath.Join(c.DataDir, e.Name())))
	}
	return errors.Join(errs...)
}
