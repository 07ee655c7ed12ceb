// Package runbook runs the commands of docs/runbooks, and those that operators
// were first given, against three real nodes: each must work as written, and
// print what the page says, whatever the numbers.
//
// The package has tests only, with the tag psql, since they need curl and jq
// (.ci/tools). The hosts of the pages, node1 to node3 and localhost, are mapped to
// the test's nodes by curl's configuration; ssh, sudo, systemctl and watch are
// small scripts, of which systemctl has the test really start a node anew.
package runbook
