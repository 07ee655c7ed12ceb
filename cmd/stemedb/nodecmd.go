package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/sidecar"
)

func nodeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "node",
		Short: "Look at the nodes of a cluster; drain them, take them out",
		Long: `Look at the nodes of a cluster, and say what they are to be. Any node answers for
all of them, by its cluster listener (--cluster-addr, STEMEDB_CLUSTER_ADDR).

Before work on a node: drain it, so that it leads nothing, and resume it afterwards.
A node that goes for good is decommissioned: its replicas move to the others, then
it is no member any more and can be stopped. When most nodes are lost at once, those
left are recovered, while they are stopped.`,
	}
	cmd.AddCommand(nodeListCommand(), nodeStatusCommand(), nodeDrainCommand(), nodeResumeCommand(), nodeDecommissionCommand(), nodeVersionsCommand(), nodeRecoverCommand())
	return cmd
}

// memberPage is the answer of GET /cluster/members.
type memberPage struct {
	Members []sidecar.Member `json:"members"`
}

func (c *clusterClient) members(ctx context.Context) ([]sidecar.Member, error) {
	var page memberPage
	err := c.get(ctx, "/cluster/members", &page)
	return page.Members, err
}

// find is a member by id, nil when it is none.
func (c *clusterClient) find(ctx context.Context, id string) (*sidecar.Member, error) {
	members, err := c.members(ctx)
	if i := slices.IndexFunc(members, func(m sidecar.Member) bool { return m.ID == id }); err == nil && i >= 0 {
		return &members[i], nil
	}
	return nil, err
}

func nodeListCommand() *cobra.Command {
	var client clusterClient
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List the nodes",
		Long: `List the nodes: UP is reachable and voting in all its groups, JOINING catching up,
DRAINING leads nothing or will not soon, LEAVING gives its replicas away, DOWN is not
heard of.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			members, err := client.members(cmd.Context())
			if err != nil {
				return err
			}
			if client.JSON {
				return printJSON(cmd.OutOrStdout(), memberPage{members})
			}
			return printMembers(cmd.OutOrStdout(), members)
		},
	}
	client.flags(cmd)
	return cmd
}

func printMembers(out io.Writer, members []sidecar.Member) error {
	return table(out, "ID\tSTATUS\tADDRESS\tLAG\tLEADS\tREPLICAS\tHEARD", func(line func(string, ...any)) {
		for _, m := range members {
			heard := "never"
			if m.HeardAgo != nil {
				heard = fmt.Sprintf("%.1f s ago", *m.HeardAgo)
			}
			line("%s\t%s\t%s\t%.3f s\t%d\t%d\t%s", m.ID, m.Status, m.Address, m.ReplicationLag, m.Leads, m.Replicas, heard)
		}
	})
}

func nodeStatusCommand() *cobra.Command {
	var client clusterClient
	cmd := &cobra.Command{
		Use:   "status [NODE-ID]",
		Short: "Say how the cluster, or one node of it, stands",
		Long: `Say how the cluster stands: OK, DEGRADED (all works, and something needs to be seen
to) or UNAVAILABLE (most replicas of a group cannot be reached), and what was found,
with what to do about it. With a node's id, say it of that node, and which shards it leads.
The exit status is 1 when the cluster is UNAVAILABLE or the node DOWN.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return client.clusterStatus(cmd.Context(), cmd.OutOrStdout())
			}
			return client.nodeStatus(cmd.Context(), cmd.OutOrStdout(), args[0])
		},
	}
	client.flags(cmd)
	return cmd
}

func (c *clusterClient) clusterStatus(ctx context.Context, out io.Writer) error {
	var h sidecar.Health
	if err := c.get(ctx, "/cluster/health", &h); err != nil {
		return err
	}
	quorum := 0
	for _, g := range h.Groups {
		if g.Quorum {
			quorum++
		}
	}
	var err error
	if c.JSON {
		err = printJSON(out, h)
	} else {
		fmt.Fprintf(out, "%s: %d of %d nodes can be reached, %d of %d groups have a quorum\n", h.Status, h.Nodes.Up, h.Nodes.Total, quorum, len(h.Groups))
		printFindings(out, h.Findings)
	}
	if err == nil && h.Status == sidecar.HealthUnavailable {
		err = fmt.Errorf("the cluster is %s", h.Status)
	}
	return err
}

func printFindings(out io.Writer, findings []sidecar.Finding) {
	for _, f := range findings {
		fmt.Fprintf(out, "%s: %s: %s. %s\n", f.Severity, f.Subject, f.Message, f.Hint)
	}
}

// nodeView is what stemedb node status NODE-ID --json prints.
type nodeView struct {
	sidecar.Member
	Led      []string          `json:"led_shards"`
	Held     []string          `json:"held_shards"`
	Findings []sidecar.Finding `json:"findings"`
}

func (c *clusterClient) nodeStatus(ctx context.Context, out io.Writer, id string) error {
	m, err := c.find(ctx, id)
	if err != nil {
		return err
	}
	if m == nil {
		return noNode(id)
	}
	var shards shardPage
	var h sidecar.Health
	if err := c.get(ctx, "/cluster/shards", &shards); err != nil {
		return err
	}
	if err := c.get(ctx, "/cluster/health", &h); err != nil {
		return err
	}
	v := nodeView{Member: *m, Led: []string{}, Held: []string{}, Findings: []sidecar.Finding{}}
	for _, s := range shards.Shards {
		if s.Leader == id {
			v.Led = append(v.Led, s.ID)
		}
		if slices.Contains(s.Replicas, id) || slices.Contains(s.Learners, id) {
			v.Held = append(v.Held, s.ID)
		}
	}
	for _, f := range h.Findings {
		if f.Subject == id {
			v.Findings = append(v.Findings, f)
		}
	}
	if c.JSON {
		err = printJSON(out, v)
	} else {
		err = printMembers(out, []sidecar.Member{*m})
		fmt.Fprintf(out, "leads shards %s\nholds shards %s\n", orNone(v.Led), orNone(v.Held))
		printFindings(out, v.Findings)
	}
	if err == nil && m.Status == sidecar.StatusDown {
		err = fmt.Errorf("node %s is %s", id, m.Status)
	}
	return err
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

func noNode(id string) error {
	return fmt.Errorf("there is no node %q in the cluster; stemedb node ls lists them", id)
}

// changeNode posts what a node is to be.
func (c *clusterClient) changeNode(ctx context.Context, id, what string) (m sidecar.Member, err error) {
	err = c.post(ctx, "/admin/nodes/"+url.PathEscape(id)+"/"+what, nil, &m)
	return m, err
}
