// Package codec puts plans into bytes for other nodes: the plan nodes and
// expressions that may run where the data lies. Functions, types and relations
// travel by their OIDs, which are equal on every node.
//
//	plan  version (1) │ layout (8) │ node
//	node, expression
//	      tag (1, 0: none) │ its fields in the order of their declaration
//	field bool: 1 byte │ integers: varint │ text, list: uvarint length + 1 │ parts
//	      (0: a nil list) │ a constant: null flag, then package batch
//
// The layout is a hash of the declarations: nodes that run different versions of this
// program do not take each other's plans for something else, but say ErrVersion.
//
// What may not travel is ErrStays: subqueries, what refers to rows around the plan,
// temporary tables. Who encodes may give a value in its place (Encode's replace).
//
// A decoded plan is well-formed, but not checked against the catalog: it comes from a
// node of the cluster.
package codec
