package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// fillFlags gives flags that the command line left out the value of their
// environment variable, else of the config file.
func fillFlags(cmd *cobra.Command) error {
	path, _ := cmd.Flags().GetString("config") // declared on the root
	if v := os.Getenv("STEMEDB_CONFIG"); path == "" {
		path = v
	}
	file, err := readConfig(path)
	if err != nil {
		return err
	}
	var first error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		delete(file.unused, f.Name)
		if f.Changed || first != nil {
			return
		}
		name := "STEMEDB_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		v, from := os.Getenv(name), "environment variable "+name
		if v == "" {
			v, from = file.values[f.Name], path
		}
		if v == "" {
			return
		}
		if err := cmd.Flags().Set(f.Name, v); err != nil {
			first = fmt.Errorf("%s: --%s: %w", from, f.Name, err)
		}
	})
	if first != nil {
		return first
	}
	for name, line := range file.unused {
		if !knownFlag(cmd.Root(), name) {
			return fmt.Errorf("%s line %d: there is no setting %q; settings are named like the flags of stemedb start --help", path, line, name)
		}
	}
	return nil
}

type configFile struct {
	values map[string]string
	unused map[string]int // name → line
}

func readConfig(path string) (configFile, error) {
	c := configFile{map[string]string{}, map[string]int{}}
	if path == "" {
		return c, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return c, fmt.Errorf("read config: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return c, fmt.Errorf("%s line %d: %q is not name = value", path, n, line)
		}
		name = strings.ReplaceAll(strings.TrimSpace(name), "_", "-")
		c.values[name] = strings.Trim(strings.TrimSpace(value), `"`)
		c.unused[name] = n
	}
	return c, lines.Err()
}

// knownFlag tells whether any command has the flag: one file serves them all.
func knownFlag(root *cobra.Command, name string) bool {
	for _, c := range root.Commands() {
		if c.Flags().Lookup(name) != nil {
			return true
		}
	}
	return false
}
