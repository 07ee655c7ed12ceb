package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stemedb/stemedb/replication/transport"
)

func certCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cert",
		Short: "Make the certificates by which nodes know each other, and those of SQL clients",
		Long: `Make the certificates by which the nodes of a cluster know each other. The CA is
made once, where its key is safe; each node gets a directory of its own with
node.crt, node.key and ca.crt (--certs-dir of stemedb start):

  stemedb cert create-ca --ca-dir ca
  stemedb cert create-node node1 db1.example 10.0.0.1 --ca-dir ca --certs-dir node1-certs

SQL clients may log in by certificates too, which a CA of their own signs: that of the
nodes never does. Nodes get client-ca.crt (--client-ca), the client its two files:

  stemedb cert create-client-ca --ca-dir client-ca
  stemedb cert create-client stemedb --ca-dir client-ca --certs-dir .
  psql "host=db1.example user=stemedb sslmode=verify-full sslrootcert=ca.crt sslcert=client.stemedb.crt sslkey=client.stemedb.key"

Nothing is ever overwritten.`,
	}
	cmd.AddCommand(createCACommand(), createNodeCommand(), createClientCACommand(), createClientCommand())
	return cmd
}

func createCACommand() *cobra.Command {
	var dir, cluster string
	cmd := &cobra.Command{
		Use:   "create-ca",
		Short: "Make a cluster's CA and its id",
		Long: `Make ca.crt and ca.key, which signs the certificates of a cluster's nodes and
belongs on none of them. The cluster's id stands in all certificates: nodes speak
only to nodes of the same one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			id, err := transport.CreateCA(dir, cluster)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "CA of cluster %s in %s\n", id.Cluster, dir)
			return err
		},
	}
	cmd.Flags().StringVar(&dir, "ca-dir", "ca", "directory of the CA")
	cmd.Flags().StringVar(&cluster, "cluster-id", "", "the cluster's id (default: a random one)")
	return cmd
}

func createNodeCommand() *cobra.Command {
	var dir, ca string
	cmd := &cobra.Command{
		Use:   "create-node NODE-ID [HOST...]",
		Short: "Make a node's certificate and key",
		Long: `Make node.crt and node.key, and put a copy of ca.crt beside. The hosts are names
and addresses under which SQL clients reach the node: its certificate serves as
--tls-cert too.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := transport.CreateNode(dir, ca, args[0], args[1:])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "certificate of %s in %s\n", id, dir)
			return err
		},
	}
	cmd.Flags().StringVar(&ca, "ca-dir", "ca", "directory of the CA")
	cmd.Flags().StringVar(&dir, "certs-dir", "certs", "directory for the node's files")
	return cmd
}

func createClientCACommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "create-client-ca",
		Short: "Make a CA for SQL clients",
		Long: `Make client-ca.crt, which nodes get by --client-ca, and client-ca.key, which signs the
certificates by which roles log in and belongs on no node.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := transport.CreateClientCA(dir); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "CA of SQL clients in %s\n", dir)
			return err
		},
	}
	cmd.Flags().StringVar(&dir, "ca-dir", "client-ca", "directory of the CA for SQL clients")
	return cmd
}

func createClientCommand() *cobra.Command {
	var dir, ca string
	cmd := &cobra.Command{
		Use:   "create-client ROLE",
		Short: "Make the certificate by which a role logs in",
		Long: `Make client.ROLE.crt and client.ROLE.key, by which a SQL client logs in as that role
and no other, without a password, where nodes were started with --client-ca. It is
good for a year.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := transport.CreateClient(dir, ca, args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "certificate of role %s in %s\n", args[0], file)
			return err
		},
	}
	cmd.Flags().StringVar(&ca, "ca-dir", "client-ca", "directory of the CA for SQL clients")
	cmd.Flags().StringVar(&dir, "certs-dir", "certs", "directory for the client's files")
	return cmd
}
