package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/claimfile"
)

type exportConfig struct {
	client clientConfig
	format string
	output string
	where  string
	asOf   string
}

func exportCommand() *cobra.Command {
	var cfg exportConfig
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write claims to a CSV or NDJSON file",
		Long: `Write the claims of a running node as CSV or NDJSON, in the order in which they
were recorded, so that "stemedb import" takes them again with the same ids.`,
		Example: `  stemedb export --output claims.csv.gz
  stemedb export --format ndjson --where "concept_path LIKE 'countries/%'"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runExport(cmd.Context(), &cfg) },
	}
	cfg.client.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&cfg.format, "format", "", "csv or ndjson; by the output's name, else csv")
	f.StringVarP(&cfg.output, "output", "o", "-", `file; gzip when it ends in .gz; "-" is standard output`)
	f.StringVar(&cfg.where, "where", "", "a condition in SQL")
	f.StringVar(&cfg.asOf, "as-of", "", "the system time to export")
	return cmd
}

func runExport(ctx context.Context, cfg *exportConfig) (err error) {
	format := cfg.format
	if format == "" {
		if format, err = claimfile.FormatOf(cfg.output); err != nil {
			format = "csv"
		}
	}
	conn, err := cfg.client.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	out, closeOut, err := openOutput(cfg.output)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeOut()) }()
	switch format {
	case "csv":
		_, err = conn.CopyTo(ctx, out, "COPY ("+cfg.query(strings.Join(claimfile.Columns, ", "))+") TO STDOUT WITH (FORMAT csv, HEADER)")
		return err
	case "ndjson":
		return exportNDJSON(ctx, conn, cfg, out)
	}
	return fmt.Errorf("--format %q is not csv or ndjson", format)
}

func (cfg *exportConfig) query(list string) string {
	q := "SELECT " + list + " FROM public.assertions"
	if cfg.asOf != "" {
		q += " FOR SYSTEM_TIME AS OF '" + strings.ReplaceAll(cfg.asOf, "'", "''") + "'"
	}
	if cfg.where != "" {
		q += " WHERE " + cfg.where
	}
	return q + " ORDER BY recorded_at, id"
}

func exportNDJSON(ctx context.Context, conn *pgconn.PgConn, cfg *exportConfig, out io.Writer) error {
	q := "SELECT row_to_json(c) FROM (" + cfg.query(strings.Join(claimfile.Columns, ", ")) + ") c"
	res := conn.ExecParams(ctx, q, nil, nil, nil, nil)
	for res.NextRow() {
		if _, err := fmt.Fprintf(out, "%s\n", res.Values()[0]); err != nil {
			_, closeErr := res.Close()
			return errors.Join(err, closeErr)
		}
	}
	_, err := res.Close()
	return err
}

func openOutput(name string) (io.Writer, func() error, error) {
	f := os.Stdout
	if name != "-" {
		var err error
		if f, err = os.Create(name); err != nil {
			return nil, nil, err
		}
	}
	buf := bufio.NewWriterSize(f, 256<<10)
	if !strings.HasSuffix(name, ".gz") {
		return buf, func() error { return errors.Join(buf.Flush(), f.Close()) }, nil
	}
	z := gzip.NewWriter(buf)
	return z, func() error { return errors.Join(z.Close(), buf.Flush(), f.Close()) }, nil
}
