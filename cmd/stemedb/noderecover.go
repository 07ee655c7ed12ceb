package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/replication"
	"github.com/stemedb/stemedb/replication/transport"
	"github.com/stemedb/stemedb/storage"
)

// recoverConfig is what the flags of stemedb node recover say.
type recoverConfig struct {
	DataDir  string
	NodeID   string
	CertsDir string
	Lost     []string
	Confirm  string
	JSON     bool
}

func nodeRecoverCommand() *cobra.Command {
	var cfg recoverConfig
	cmd := &cobra.Command{
		Use:   "recover --lost NODE-ID,...",
		Short: "Go on without nodes that are lost for good, when most of them are",
		Long: `Have a stopped node go on without nodes that are lost for good. It is for when most
replicas of a shard are lost, so that those left can elect nobody; while most are
there, nothing is changed, and stemedb node decommission is what takes a node out.

What only the lost nodes had is lost: claims acknowledged just before may be
missing. So it asks for a sentence to be typed (or given by --confirm).

Stop all nodes that are left, run this on each of them with the same --lost, and
start them. Do not start the lost nodes again with their data: the others refuse
them, but until they hear of it they may take claims that nobody else sees.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cfg.run(cmd.InOrStdin(), cmd.OutOrStdout()) },
	}
	f := cmd.Flags()
	f.StringVar(&cfg.DataDir, "data-dir", "data", "directory of this node's data")
	f.StringVar(&cfg.NodeID, "node-id", "", "name of this node (default that of its certificate)")
	f.StringVar(&cfg.CertsDir, "certs-dir", "", "directory with node.crt")
	f.StringSliceVar(&cfg.Lost, "lost", nil, "ids of the nodes that are lost for good")
	f.StringVar(&cfg.Confirm, "confirm", "", "the sentence that is asked for, in scripts")
	f.BoolVar(&cfg.JSON, "json", false, "print the groups as JSON; takes --confirm")
	return cmd
}

func (c *recoverConfig) check() error {
	if c.NodeID == "" && c.CertsDir != "" {
		cred, err := transport.LoadCredentials(c.CertsDir)
		if err != nil {
			return fmt.Errorf("load --certs-dir: %w", err)
		}
		c.NodeID = cred.Self.Name
	}
	switch {
	case c.NodeID == "":
		return errors.New("--node-id or --certs-dir must say which node this is")
	case len(c.Lost) == 0:
		return errors.New("--lost must name the nodes that are lost for good")
	case slices.Contains(c.Lost, c.NodeID):
		return fmt.Errorf("--lost names %s, which is this node", c.NodeID)
	}
	slices.Sort(c.Lost)
	c.Lost = slices.Compact(c.Lost)
	return nil
}

// sentence is what must be typed.
func (c *recoverConfig) sentence() string { return "go on without " + strings.Join(c.Lost, ", ") }

func (c *recoverConfig) run(in io.Reader, out io.Writer) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	shards, members, err := c.cluster()
	if err != nil {
		return err
	}
	log, err := storage.OpenLog(filepath.Join(c.DataDir, "log"), storage.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("open the log (a running node must be stopped first): %w", err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	opt := replication.RecoverOptions{Dir: c.DataDir, Log: log, Lost: c.Lost, Members: members}
	groups, err := replication.Recover(opt, shards)
	if err != nil {
		return fmt.Errorf("read the groups: %w", err)
	}
	stuck, err := c.judge(groups)
	if err != nil {
		return err
	}
	if !c.JSON {
		if err := printRecovery(out, groups); err != nil {
			return err
		}
	}
	if stuck > 0 {
		if err := c.confirm(in, out); err != nil {
			return err
		}
		opt.Apply = true
		if _, err = replication.Recover(opt, shards); err != nil {
			return fmt.Errorf("recover the groups (it can be done again): %w", err)
		}
	}
	if c.JSON {
		return printJSON(out, recoveryOf(c, stuck, groups))
	}
	if stuck == 0 {
		_, err = fmt.Fprintln(out, "no group has lost most of its replicas: nothing was changed")
		return err
	}
	_, err = fmt.Fprintf(out, "%d groups go on without %s. Do the same on every node that is left, start them, and then: stemedb node decommission %s\n",
		stuck, strings.Join(c.Lost, ", "), c.Lost[0])
	return err
}

// cluster reads the cluster's number of shards and its nodes from the node's state, and
// checks that the lost ones are among them.
func (c *recoverConfig) cluster() (shards int, members []replication.Member, err error) {
	dir := filepath.Join(c.DataDir, "state")
	if _, err := os.Stat(dir); err != nil {
		return 0, nil, fmt.Errorf("%s is not a node's data directory: %w", c.DataDir, err)
	}
	state, err := storage.Open(storage.Options{Dir: dir, ClaimID: claimID, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, nil, fmt.Errorf("open the state (a running node must be stopped first): %w", err)
	}
	shards = state.Shards()
	members, err = replication.MembersIn(state)
	if err = errors.Join(err, state.Close()); err != nil {
		return 0, nil, err
	}
	names := make([]string, len(members))
	for i := range members {
		names[i] = members[i].ID
	}
	for _, id := range c.Lost {
		if len(names) > 0 && !slices.Contains(names, id) { // a node that was always alone has no list
			return 0, nil, fmt.Errorf("--lost names %s, which is no node of the cluster: they are %s", id, strings.Join(names, ", "))
		}
	}
	return shards, members, nil
}

// judge counts the groups that stand still, and checks that the data are those of
// the node that was named.
func (c *recoverConfig) judge(groups []replication.GroupRecovery) (stuck int, err error) {
	votes := false
	for _, g := range groups {
		votes = votes || slices.Contains(g.Voters, c.NodeID)
		if !g.LostMajority {
			continue
		}
		stuck++
		if !slices.Contains(g.Kept, c.NodeID) {
			return 0, fmt.Errorf("in group %s %s are left, and not %s: is %s its data directory?", g.Group, strings.Join(g.Kept, ", "), c.NodeID, c.DataDir)
		}
	}
	if !votes {
		return 0, fmt.Errorf("%s votes in no group: is %s its data directory?", c.NodeID, c.DataDir)
	}
	return stuck, nil
}

// recovery is what --json prints; the groups as they were found.
type recovery struct {
	Node      string          `json:"node"`
	Lost      []string        `json:"lost"`
	Recovered int             `json:"recovered"` // groups that stood still
	Groups    []recoveryGroup `json:"groups"`
}

type recoveryGroup struct {
	ID       string   `json:"id"`
	Replicas []string `json:"replicas"`
	Left     []string `json:"left"`
	Last     uint64   `json:"last"`
	Term     uint64   `json:"term"`
}

func recoveryOf(c *recoverConfig, stuck int, groups []replication.GroupRecovery) recovery {
	r := recovery{Node: c.NodeID, Lost: c.Lost, Recovered: stuck}
	for _, g := range groups {
		r.Groups = append(r.Groups, recoveryGroup{g.Group, append([]string{}, g.Voters...), append([]string{}, g.Kept...), g.Last, g.Term})
	}
	return r
}

func printRecovery(out io.Writer, groups []replication.GroupRecovery) error {
	return table(out, "GROUP\tREPLICAS\tLEFT\tLAST ENTRY\tTERM\tSTANDS STILL", func(line func(string, ...any)) {
		for _, g := range groups {
			line("%s\t%s\t%s\t%d\t%d\t%s", g.Group, orDash(strings.Join(g.Voters, ",")), orDash(strings.Join(g.Kept, ",")), g.Last, g.Term, map[bool]string{true: "yes", false: "no"}[g.LostMajority])
		}
	})
}

// confirm has the sentence typed, unless --confirm holds it.
func (c *recoverConfig) confirm(in io.Reader, out io.Writer) error {
	typed := c.Confirm
	if typed == "" && !c.JSON {
		fmt.Fprintf(out, "What only the lost nodes had will be lost. To do it, type: %s\n> ", c.sentence())
		line, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the sentence: %w", err)
		}
		typed = line
	}
	if strings.TrimSpace(typed) != c.sentence() {
		return fmt.Errorf("nothing was changed: it takes the sentence %q, typed or by --confirm", c.sentence())
	}
	return nil
}
