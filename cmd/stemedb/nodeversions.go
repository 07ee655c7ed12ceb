package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/sidecar"
)

func nodeVersionsCommand() *cobra.Command {
	var client clusterClient
	cmd := &cobra.Command{
		Use:   "versions",
		Short: "Say which version the cluster writes, and which its nodes could",
		Long: `Say which version of log entries and messages the cluster writes, and which each node's
program reads and writes. The cluster writes the newest that all of them can: it goes on
to a newer one by itself when the last node has been started with a newer program, and
never back. After that older programs are refused.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var v sidecar.Versions
			if err := client.get(cmd.Context(), "/cluster/versions", &v); err != nil {
				return err
			}
			if client.JSON {
				return printJSON(cmd.OutOrStdout(), v)
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "the cluster writes version %d\n", v.Version); err != nil {
				return err
			}
			return table(cmd.OutOrStdout(), "ID\tOLDEST\tNEWEST", func(line func(string, ...any)) {
				for _, n := range v.Nodes {
					line("%s\t%d\t%d", n.ID, n.Oldest, n.Newest)
				}
			})
		},
	}
	client.flags(cmd)
	return cmd
}
