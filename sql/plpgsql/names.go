package plpgsql

// name is an entry of the list of names that a place of a body sees, newest first: a
// variable, or the label that begins a block or loop. Lists share their tails.
type name struct {
	prev  *name
	text  string // of a label perhaps empty
	label labelKind
	datum int // of a variable
}

// labelKind says what a label stands at.
type labelKind uint8

const (
	noLabel labelKind = iota // a variable
	blockLabel
	loopLabel
)

// found is what a dotted name means.
type found struct {
	datum int
	field string // of a record
	parts int    // of the name that were used, the field included
}

// lookup finds the variable that a dotted name, or its first parts, means. Blocks
// are looked at from within: a variable of the first part's name, or the block's
// label followed by one of its variables.
func (n *name) lookup(names []string, vars []variable) (found, bool) {
	for n != nil {
		block := n
		for ; n != nil && n.label == noLabel; n = n.prev {
			if n.text != names[0] {
				continue
			}
			if len(names) == 1 {
				return found{n.datum, "", 1}, true
			}
			if vars[n.datum].rec {
				return found{n.datum, names[1], 2}, true
			}
		}
		if n == nil {
			return found{}, false
		}
		if n.text == names[0] && n.text != "" && len(names) > 1 {
			for v := block; v != n; v = v.prev {
				switch {
				case v.text != names[1]:
				case len(names) == 2:
					return found{v.datum, "", 2}, true
				case vars[v.datum].rec:
					return found{v.datum, names[2], 3}, true
				}
			}
		}
		n = n.prev
	}
	return found{}, false
}

// declared reports whether the innermost block has a variable of the name already.
func (n *name) declared(text string) bool {
	for ; n != nil && n.label == noLabel; n = n.prev {
		if n.text == text {
			return true
		}
	}
	return false
}

// labelled finds the block or loop of a label; noLabel: there is none.
func (n *name) labelled(text string) labelKind {
	for ; n != nil; n = n.prev {
		if n.label != noLabel && n.text == text {
			return n.label
		}
	}
	return noLabel
}

// inLoop reports whether a loop is around.
func (n *name) inLoop() bool {
	for ; n != nil; n = n.prev {
		if n.label == loopLabel {
			return true
		}
	}
	return false
}
