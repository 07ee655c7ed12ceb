package plan

// conflict tells of ON CONFLICT: of which indexes it is, and what is done.
func (d *describer) conflict(x *described, doNothing bool, arbiters []string, c *Conflict) {
	switch {
	case c != nil && c.Update:
		x.add("Conflict Resolution", "UPDATE")
	case c != nil || doNothing:
		x.add("Conflict Resolution", "NOTHING")
	default:
		return
	}
	if c != nil {
		arbiters = c.Arbiters
	}
	x.addList("Conflict Arbiter Indexes", arbiters)
	if c != nil && c.Where != nil {
		x.add("Conflict Filter", d.cond(c.Where))
	}
}

// Conflicts is what EXPLAIN ANALYZE tells of ON CONFLICT: how many rows were inserted, how
// many met one that was there, and of those how many its condition left as they were;
// filtered says that there is one.
func Conflicts(inserted, met, removed float64, filtered bool) []Detail {
	var out []Detail
	if filtered {
		out = append(out, countedRows("Rows Removed by Conflict Filter", removed))
	}
	return append(out, counted("Tuples Inserted", inserted), countedRows("Conflicting Tuples", met))
}
