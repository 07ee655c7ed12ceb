package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/sidecar"
)

func nodeDrainCommand() *cobra.Command {
	var client clusterClient
	var wait waitConfig
	cmd := &cobra.Command{
		Use:   "drain NODE-ID",
		Short: "Have a node lead nothing, before work on it",
		Long: `Have a node hand its leads over and take no new ones, so that it can be stopped
without anyone noticing. It keeps its replicas and goes on answering. stemedb node
resume ends it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return client.drain(cmd.Context(), cmd.OutOrStdout(), args[0], &wait)
		},
	}
	client.flags(cmd)
	wait.flags(cmd)
	return cmd
}

func (c *clusterClient) drain(ctx context.Context, out io.Writer, id string, wait *waitConfig) error {
	m, err := c.changeNode(ctx, id, "drain")
	if err != nil {
		return err
	}
	total := int64(m.Leads)
	err = wait.until(ctx, "draining "+id, func(ctx context.Context) (int64, int64, error) {
		now, err := c.find(ctx, id)
		if err != nil {
			return 0, 0, err
		}
		if now == nil {
			return 0, 0, noNode(id)
		}
		if now.Status == sidecar.StatusUp || now.Status == sidecar.StatusJoining {
			return 0, 0, fmt.Errorf("node %s was resumed meanwhile", id)
		}
		m = *now
		total = max(total, int64(m.Leads))
		return int64(m.Leads), total, nil
	})
	if err != nil {
		return err
	}
	return c.printNode(out, m, "drained")
}

// printNode says what became of a node.
func (c *clusterClient) printNode(out io.Writer, m sidecar.Member, what string) error {
	if c.JSON {
		return printJSON(out, m)
	}
	_, err := fmt.Fprintf(out, "%s %s: %s, leads %d groups, holds %d\n", m.ID, what, m.Status, m.Leads, m.Replicas)
	return err
}

func nodeResumeCommand() *cobra.Command {
	var client clusterClient
	cmd := &cobra.Command{
		Use:   "resume NODE-ID",
		Short: "Have a drained or leaving node take part again",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := client.changeNode(cmd.Context(), args[0], "resume")
			if err != nil {
				return err
			}
			return client.printNode(cmd.OutOrStdout(), m, "resumed")
		},
	}
	client.flags(cmd)
	return cmd
}

func nodeDecommissionCommand() *cobra.Command {
	var client clusterClient
	var wait waitConfig
	cmd := &cobra.Command{
		Use:   "decommission NODE-ID",
		Short: "Take a node out of the cluster",
		Long: `Move a node's replicas to the other nodes, then take it out of the cluster. It may
be down. Until it is out, stemedb node resume ends it. A node that is out can be
stopped; to come back it joins as a new one, with an empty data directory.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return client.decommission(cmd.Context(), cmd.OutOrStdout(), args[0], &wait)
		},
	}
	client.flags(cmd)
	wait.flags(cmd)
	return cmd
}

func (c *clusterClient) decommission(ctx context.Context, out io.Writer, id string, wait *waitConfig) error {
	m, err := c.changeNode(ctx, id, "decommission")
	if err != nil {
		return err
	}
	// The node's row goes last, after its last replica: one more to wait for.
	total := int64(m.Replicas) + 1
	gone := false
	err = wait.until(ctx, "decommissioning "+id, func(ctx context.Context) (int64, int64, error) {
		now, err := c.find(ctx, id)
		if err != nil {
			return 0, 0, err
		}
		if now == nil {
			gone = true
			return 0, total, nil
		}
		if now.Status != sidecar.StatusLeaving && now.Status != sidecar.StatusDown {
			return 0, 0, fmt.Errorf("node %s was resumed meanwhile", id)
		}
		m = *now
		total = max(total, int64(m.Replicas)+1)
		return int64(m.Replicas) + 1, total, nil
	})
	switch {
	case err != nil:
		return err
	case c.JSON:
		return printJSON(out, map[string]any{"id": id, "member": !gone})
	case gone:
		_, err = fmt.Fprintf(out, "%s is out of the cluster and can be stopped\n", id)
	default:
		_, err = fmt.Fprintf(out, "%s leaves the cluster: it holds %d replicas\n", id, m.Replicas)
	}
	return err
}
