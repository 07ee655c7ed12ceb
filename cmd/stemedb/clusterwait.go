package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// pollEvery is how often a tool looks how far the cluster has come.
const pollEvery = 500 * time.Millisecond

// waitConfig says whether a command stays until the cluster has done what it
// asked for.
type waitConfig struct {
	NoWait  bool
	Timeout time.Duration
}

func (w *waitConfig) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&w.NoWait, "no-wait", false, "return when the cluster knows of it, not when it is done")
	cmd.Flags().DurationVar(&w.Timeout, "timeout", 10*time.Minute, "how long to wait until it is done; the cluster goes on with it afterwards")
}

// until asks look again and again, until it says that nothing is left. left and
// total are what the progress bar shows; total 0 is unknown. Passing errors are
// waited out.
func (w *waitConfig) until(ctx context.Context, what string, look func(context.Context) (left, total int64, err error)) error {
	if w.NoWait {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, w.Timeout)
	defer stop()
	bar := newProgress(-1, what, os.Stderr)
	defer bar.done()
	var last error
	for {
		left, total, err := look(ctx)
		switch {
		case err == nil && left == 0:
			return nil
		case err == nil:
			last = nil
			bar.set(total-left, total)
		case passing(err):
			last = err
		case ctx.Err() == nil:
			return err
		}
		if err := sleep(ctx, pollEvery); errors.Is(err, context.DeadlineExceeded) {
			return errors.Join(fmt.Errorf("%s is not done after %s; it goes on (--timeout)", what, w.Timeout), last)
		} else if err != nil {
			return err
		}
	}
}

// table prints rows in columns.
func table(out io.Writer, header string, rows func(line func(format string, args ...any))) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, header)
	rows(func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) })
	return w.Flush()
}

// printJSON prints one value, indented.
func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
