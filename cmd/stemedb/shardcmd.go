package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/sidecar"
)

func shardCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "shard",
		Short: "Look at the shards of a cluster; move them",
		Long: `Look at the shards of a cluster, and move them between its nodes. Any node answers
for all of them, by its cluster listener (--cluster-addr, STEMEDB_CLUSTER_ADDR).`,
	}
	cmd.AddCommand(shardListCommand(), shardMoveCommand(), shardBalancerCommand())
	return cmd
}

// shardPage is the answer of GET /cluster/shards.
type shardPage struct {
	Shards []sidecar.Shard `json:"shards"`
}

func shardListCommand() *cobra.Command {
	var client clusterClient
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List the shards",
		Long: `List the shards: who leads them, who holds replicas, how many reads a second they
answer, and how their last move went. "meta" is the cluster's own state.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var page shardPage
			if err := client.get(cmd.Context(), "/cluster/shards", &page); err != nil {
				return err
			}
			if client.JSON {
				return printJSON(cmd.OutOrStdout(), page)
			}
			return printShards(cmd.OutOrStdout(), page.Shards)
		},
	}
	client.flags(cmd)
	return cmd
}

func printShards(out io.Writer, shards []sidecar.Shard) error {
	return table(out, "ID\tLEADER\tREPLICAS\tLEARNERS\tREADS/S\tMOVE\tTERM\tAPPLIED", func(line func(string, ...any)) {
		for _, s := range shards {
			move := s.RebalanceStatus
			if s.Move != nil {
				move += " to " + s.Move.To
			}
			line("%s\t%s\t%s\t%s\t%.1f\t%s\t%d\t%d", s.ID, orDash(s.Leader), orDash(strings.Join(s.Replicas, ",")), orDash(strings.Join(s.Learners, ",")), s.QueryRate, move, s.Term, s.Applied)
		}
	})
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func shardMoveCommand() *cobra.Command {
	var client clusterClient
	var wait waitConfig
	var reason string
	cmd := &cobra.Command{
		Use:   "move SHARD NODE-ID",
		Short: "Move a shard to a node",
		Long: `Move a shard to a node, which then leads it: if it holds no replica, it gets one in
the place of the present leader's, and votes when it has caught up. The shard is
written and read all the while.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return client.move(cmd.Context(), cmd.OutOrStdout(), args[0], args[1], reason, &wait)
		},
	}
	client.flags(cmd)
	wait.flags(cmd)
	cmd.Flags().StringVar(&reason, "reason", "by hand", "why, for those who look later")
	return cmd
}

func (c *clusterClient) move(ctx context.Context, out io.Writer, shard, target, reason string, wait *waitConfig) error {
	var s sidecar.Shard
	body := map[string]string{"shard_id": shard, "target_node": target, "reason": reason}
	if err := c.post(ctx, "/admin/shards/rebalance", body, &s); err != nil {
		return err
	}
	err := wait.until(ctx, "moving shard "+shard+" to "+target, func(ctx context.Context) (int64, int64, error) {
		if err := c.get(ctx, "/cluster/shards/"+url.PathEscape(shard), &s); err != nil || s.RebalanceStatus != sidecar.MoveRunning {
			return 0, 0, err
		}
		return 1, 0, nil
	})
	if err != nil {
		return err
	}
	if s.RebalanceStatus == sidecar.MoveFailed && s.Move != nil {
		return fmt.Errorf("shard %s did not move to %s: %s", shard, target, s.Move.Error)
	}
	if c.JSON {
		return printJSON(out, s)
	}
	_, err = fmt.Fprintf(out, "shard %s: move to %s %s, led by %s, replicas on %s\n", s.ID, target, s.RebalanceStatus, orDash(s.Leader), strings.Join(s.Replicas, ", "))
	return err
}

func shardBalancerCommand() *cobra.Command {
	var client clusterClient
	cmd := &cobra.Command{
		Use:   "balancer [on|off]",
		Short: "Say whether shards and leads are moved without being asked to, or switch it",
		Long: `Say whether the cluster moves shards and leads by itself, to spread them and what
they cost evenly over its nodes; or switch that on or off.`,
		Args: cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs), ValidArgs: []string{"on", "off"},
		RunE: func(cmd *cobra.Command, args []string) error {
			var state struct {
				Enabled bool `json:"enabled"`
			}
			var err error
			if len(args) == 0 {
				err = client.get(cmd.Context(), "/admin/balancer", &state)
			} else {
				err = client.post(cmd.Context(), "/admin/balancer", map[string]bool{"enabled": args[0] == "on"}, &state)
			}
			if err != nil {
				return err
			}
			if client.JSON {
				return printJSON(cmd.OutOrStdout(), state)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "the balancer is %s\n", map[bool]string{true: "on", false: "off"}[state.Enabled])
			return err
		},
	}
	client.flags(cmd)
	return cmd
}
