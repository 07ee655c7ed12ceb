// Package nemesis breaks a cluster of real nodes in every way that it must bear,
// while clients write and read, and has what the clients saw checked by porcupine:
// transactions over shards and reads of several shards must be linearizable.
//
// A history is what the clients of one run did and saw: a thousand operations and
// more, on nodes that are killed, stopped, cut off, that lose one direction of
// their connections, or whose clocks jump. Its seed gives its faults and its
// operations, but not their timing.
//
//	client ─► node 1 ═╗        ╔═► front of node 2 ─► node 2
//	          127.x.y.1 ╚═ link ═╝   (its advertised address)
//
// Each node has a loopback host of its own, and dials the others from it, so the
// front of a node knows by a connection's source which link its bytes take. There
// is a link for each direction of each pair. Nothing is needed of the system: no
// firewall, no name spaces, no rights.
//
// The model (model.go) is of families of concepts, on several shards. A write adds
// a claim to some concepts of its family, in one transaction, and is asserted
// later than every write that began before it. A read gives all claims of some
// concepts, or the winner of each under the recency lens: one state explains both.
// Families share no concept, so porcupine checks each for itself. A write whose
// outcome is not known stays open: it may happen at any later time, or never.
//
// Beside porcupine, check.go counts: at the end every node has each acknowledged
// claim once, no failed one, no transaction in half; times follow the order of
// acknowledgements; every lens gives the same bytes on every node at the same
// recorded time, and those that it gave in the middle of the faults.
package nemesis
