// Command stemedb is the StemeDB server and its tools: start a node, try the
// demo, import and export claims, back up and restore a cluster, verify a data
// directory.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := rootCommand().ExecuteContext(ctx)
	if errors.Is(err, errRejected) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stemedb:", err)
		os.Exit(1)
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "stemedb",
		Short: "A knowledge database that speaks PostgreSQL",
		Long: `StemeDB stores claims: who said what about which concept, when, and with what
confidence and authority. Contradictions live side by side; a lens, named in
the query, resolves them at read time.

Flags can be given as environment variables (--cache-size-mb is
STEMEDB_CACHE_SIZE_MB) and in a file of "name = value" lines (--config).`,
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return fillFlags(cmd) },
	}
	root.PersistentFlags().String("config", "", "file of flags, one name = value a line")
	root.AddCommand(startCommand(), demoCommand(), certCommand(), nodeCommand(), shardCommand(), importCommand(), exportCommand(), backupCommand(), restoreCommand(), verifyCommand(), versionCommand())
	return root
}
