package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/claimfile"
)

type importConfig struct {
	client     clientConfig
	format     string
	maps       []string
	source     string
	class      string
	assertedAt string
	rejects    string
	delimiter  string
	json       bool
}

func importCommand() *cobra.Command {
	var cfg importConfig
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Load claims from CSV or NDJSON files",
		Long: `Load claims from CSV (with a header) or NDJSON files, plain or gzip, into a
running node; "-" is standard input. Columns are named like those of assertions;
--map gives others a name, or drops them with --map theirs=. A blank field is
"not given". Rows that give no asserted_at share one time a file, --asserted-at
or else the file's modification time, so that importing a file again changes
nothing.

Rows that are refused go to FILE.rejected with the line and the reason, and the
exit status is then 2; everything else is stored.`,
		Example: `  stemedb import claims.csv
  stemedb import --map subject=concept_path --map said_by=source posts.ndjson.gz
  zcat claims.csv.gz | stemedb import --format csv --source fda.gov --class regulatory -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error { return runImport(cmd.Context(), &cfg, files) },
	}
	f := cmd.Flags()
	cfg.client.flags(cmd)
	f.StringVar(&cfg.format, "format", "", "csv or ndjson; by the file's name when left out")
	f.StringArrayVar(&cfg.maps, "map", nil, "theirs=ours: take our column from theirs; theirs= drops it")
	f.StringVar(&cfg.source, "source", "", "source of rows that name none")
	f.StringVar(&cfg.class, "class", "", "source class of rows that name none")
	f.StringVar(&cfg.assertedAt, "asserted-at", "", "time of rows that give none")
	f.StringVar(&cfg.rejects, "rejects", "", "file for refused rows; FILE.rejected when left out")
	f.StringVar(&cfg.delimiter, "delimiter", "", "of csv; a comma, or a tab for .tsv, when left out")
	f.BoolVar(&cfg.json, "json", false, "print the counts as JSON")
	return cmd
}

// errRejected makes the exit status 2.
var errRejected = fmt.Errorf("some rows were refused")

func runImport(ctx context.Context, cfg *importConfig, files []string) error {
	conn, err := cfg.client.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var total claimfile.Stats
	for _, name := range files {
		st, err := importFile(ctx, cfg, copyTarget{conn}, name)
		total.Read += st.Read
		total.Accepted += st.Accepted
		total.Rejected += st.Rejected
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if cfg.json {
		if err := json.NewEncoder(os.Stdout).Encode(total); err != nil {
			return err
		}
	} else {
		fmt.Printf("%d read, %d accepted, %d rejected\n", total.Read, total.Accepted, total.Rejected)
	}
	if total.Rejected > 0 {
		return errRejected
	}
	return nil
}

func importFile(ctx context.Context, cfg *importConfig, target claimfile.Target, name string) (claimfile.Stats, error) {
	in, size, at, err := openInput(name)
	if err != nil {
		return claimfile.Stats{}, err
	}
	defer in.Close()
	opt, err := cfg.options(name, at)
	if err != nil {
		return claimfile.Stats{}, err
	}
	bar := newProgress(size, "importing "+name, os.Stderr)
	reader, err := claimfile.New(bar.reader(in), opt)
	if err != nil {
		return claimfile.Stats{}, err
	}
	rejects := &rejectFile{name: cfg.rejectName(name)}
	loader := claimfile.Loader{Reader: reader, Target: target, Rejected: rejects.add}
	st, err := loader.Run(ctx)
	bar.done()
	if closeErr := rejects.close(); err == nil {
		err = closeErr
	}
	if st.Rejected > 0 {
		fmt.Fprintf(os.Stderr, "%d rows were refused; %s has them with the reasons\n", st.Rejected, rejects.name)
	}
	return st, err
}

func openInput(name string) (in io.ReadCloser, size int64, at time.Time, err error) {
	if name == "-" {
		return io.NopCloser(os.Stdin), -1, time.Now(), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, at, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, at, err
	}
	return f, info.Size(), info.ModTime(), nil
}

func (cfg *importConfig) rejectName(name string) string {
	switch {
	case cfg.rejects != "":
		return cfg.rejects
	case name == "-":
		return "stdin.rejected"
	}
	return name + ".rejected"
}

func (cfg *importConfig) options(name string, at time.Time) (claimfile.Options, error) {
	opt := claimfile.Options{Format: cfg.format, Map: map[string]string{}}
	for _, m := range cfg.maps {
		theirs, ours, ok := strings.Cut(m, "=")
		if !ok || theirs == "" {
			return opt, fmt.Errorf("--map %q is not theirs=ours", m)
		}
		opt.Map[theirs] = ours
	}
	var err error
	if opt.Format == "" {
		if opt.Format, err = claimfile.FormatOf(name); err != nil {
			return opt, err
		}
	}
	switch {
	case cfg.delimiter == "tab" || cfg.delimiter == "" && strings.Contains(name, ".tsv"):
		opt.Delimiter = '\t'
	case len(cfg.delimiter) == 1:
		opt.Delimiter = cfg.delimiter[0]
	case cfg.delimiter != "":
		return opt, fmt.Errorf("--delimiter %q is not one character or the word tab", cfg.delimiter)
	}
	assertedAt := cfg.assertedAt
	if assertedAt == "" {
		assertedAt = at.UTC().Format(time.RFC3339Nano)
	}
	opt.Defaults = map[string]string{"source": cfg.source, "source_class": cfg.class, "asserted_at": assertedAt}
	return opt, nil
}

// rejectFile is made when the first row is refused.
type rejectFile struct {
	name string
	f    *os.File
	w    *bufio.Writer
}

func (r *rejectFile) add(rej claimfile.Reject) error {
	if r.f == nil {
		var err error
		if r.f, err = os.Create(r.name); err != nil {
			return fmt.Errorf("write refused rows: %w", err)
		}
		r.w = bufio.NewWriter(r.f)
	}
	_, err := fmt.Fprintf(r.w, "# line %d: %s\n%s\n", rej.Line, strings.ReplaceAll(rej.Reason, "\n", " "), rej.Raw)
	return err
}

func (r *rejectFile) close() error {
	if r.f == nil {
		return nil
	}
	err := r.w.Flush()
	if closeErr := r.f.Close(); err == nil {
		err = closeErr
	}
	return err
}
