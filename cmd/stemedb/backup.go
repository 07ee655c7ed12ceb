package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/storage/backup"
)

type backupConfig struct {
	client clusterClient
	output string
}

func backupCommand() *cobra.Command {
	var cfg backupConfig
	cmd := &cobra.Command{
		Use:   "backup --output DIR",
		Short: "Write a backup of the whole cluster into a directory",
		Long: `Write all claims, and the cluster's own state with its history (sources, classes,
epochs, views, roles, …), as of one recorded time into an empty directory, while the
cluster goes on. Any node takes the command, whatever it holds itself. What was
acknowledged before the command is in the backup.

The directory holds all that stemedb restore needs, password verifiers of roles too:
keep it as safe as the database. It is a backup when manifest.json is there, which is
written last.`,
		Example: `  stemedb backup --output /backups/2026-03-01
  stemedb restore --verify-only /backups/2026-03-01`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cfg.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	cfg.client.flags(cmd)
	cmd.Flags().StringVarP(&cfg.output, "output", "o", "", "directory to write into, empty or not there yet")
	return cmd
}

// backupReport is what --json prints.
type backupReport struct {
	Directory string `json:"directory"`
	Records   uint64 `json:"records"`
	Bytes     int64  `json:"bytes"`
	backup.Manifest
}

func (c *backupConfig) run(ctx context.Context, out io.Writer) error {
	if c.output == "" {
		return errors.New("--output must name the directory to write into")
	}
	var cut backup.Cut
	if err := c.client.post(ctx, "/admin/backup", nil, &cut); err != nil {
		return err
	}
	w, err := backup.NewWriter(c.output, cut, version())
	if err != nil {
		return err
	}
	bar := newProgress(cut.Claims, "backing up", os.Stderr)
	defer bar.done()
	done := int64(0)
	for _, q := range w.Requests() {
		n := int64(0)
		progress := func(records uint64) {
			n = int64(records)
			bar.set(done+n, max(cut.Claims, done+n))
		}
		if err := c.part(ctx, w, q, progress); err != nil {
			return fmt.Errorf("back up part %s: %w", q.Name(), err)
		}
		done += n
	}
	m, err := w.Finish()
	if err != nil {
		return err
	}
	bar.done()
	if c.client.JSON {
		return printJSON(out, backupReport{c.output, m.Records(), m.Bytes(), m})
	}
	_, err = fmt.Fprintf(out, "%d records of %d shards as of %s are in %s (%d bytes)\n", m.Records(), m.Shards, m.AsOf, c.output, m.Bytes())
	return err
}

// backupTries is how often a part is asked for: what has been recorded by a time stays,
// so it is the same each time.
const backupTries = 5

func (c *backupConfig) part(ctx context.Context, w *backup.Writer, q backup.Request, progress func(uint64)) error {
	for try := 1; ; try++ {
		err := c.partOnce(ctx, w, q, progress)
		var e *clusterError
		if err == nil || try == backupTries || ctx.Err() != nil || errors.As(err, &e) && !passing(err) {
			return err
		}
		if err := sleep(ctx, time.Duration(try)*200*time.Millisecond); err != nil {
			return err
		}
	}
}

func (c *backupConfig) partOnce(ctx context.Context, w *backup.Writer, q backup.Request, progress func(uint64)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	path := fmt.Sprintf("/admin/backup/parts/%s?from=%d&at=%d", url.PathEscape(q.Name()), q.From, q.To)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.client.url(path), nil)
	if err != nil {
		return fmt.Errorf("--cluster-addr %s: %w", c.client.Addr, err)
	}
	stalled := time.AfterFunc(partStall, cancel)
	defer stalled.Stop()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask the node: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, err := io.ReadAll(io.LimitReader(resp.Body, clusterAnswer))
		if e := asError(resp, text); e != nil {
			return e
		}
		return errors.Join(fmt.Errorf("the node answered %s", resp.Status), err)
	}
	return w.Part(ctx, q, &movingReader{resp.Body, stalled}, progress)
}

// partStall is how long a node may take to send the next piece.
const partStall = 2 * time.Minute

// movingReader puts a timer off as long as something comes.
type movingReader struct {
	r       io.Reader
	stalled *time.Timer
}

func (m *movingReader) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	if n > 0 {
		m.stalled.Reset(partStall)
	}
	return n, err
}
