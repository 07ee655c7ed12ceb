package plan

import "github.com/stemedb/stemedb/sql/types"

// candidate is a function or operator that a call might mean.
type candidate struct {
	args []types.OID // as many as the call's
	what any         // *functions.Operator, or *funcMatch
}

// matching keeps the candidates that the arguments can be coerced to.
func matching(in []types.OID, cands []candidate) []candidate {
	var out []candidate
	for _, c := range cands {
		if canCoerce(in, c.args, implicit) {
			out = append(out, c)
		}
	}
	return out
}

// exact returns the candidate with just these types.
func exact(in []types.OID, cands []candidate) (candidate, bool) {
	for _, c := range cands {
		same := true
		for i := range in {
			if c.args[i] != in[i] {
				same = false
				break
			}
		}
		if same {
			return c, true
		}
	}
	return candidate{}, false
}

// best keeps the candidates with the highest score, of the same order.
func best(cands []candidate, score func(candidate) int) []candidate {
	top, out := -1, cands[:0:0]
	for _, c := range cands {
		switch n := score(c); {
		case n > top:
			top, out = n, append(out[:0], c)
		case n == top:
			out = append(out, c)
		}
	}
	return out
}

// choose picks the best of several matching candidates by PostgreSQL's rules
// (func_select_candidate); ok is false when none is best.
func choose(in []types.OID, cands []candidate) (candidate, bool) {
	unknowns := 0
	cats := make([]byte, len(in))
	for i, t := range in {
		if t == types.OIDUnknown {
			unknowns++
		} else {
			cats[i] = category(t)
		}
	}
	cands = best(cands, func(c candidate) int {
		n := 0
		for i, t := range in {
			if t != types.OIDUnknown && c.args[i] == t {
				n++
			}
		}
		return n
	})
	if len(cands) == 1 {
		return cands[0], true
	}
	cands = best(cands, func(c candidate) int {
		n := 0
		for i, t := range in {
			if t != types.OIDUnknown && (c.args[i] == t || preferred(c.args[i]) && category(c.args[i]) == cats[i]) {
				n++
			}
		}
		return n
	})
	if len(cands) == 1 {
		return cands[0], true
	}
	if unknowns == 0 {
		return candidate{}, false
	}
	cands = byUnknowns(in, cands)
	if len(cands) == 1 {
		return cands[0], true
	}
	return byKnown(in, cands, unknowns)
}

// byUnknowns judges by what the candidates take where the arguments are
// literals: strings if any does, else the one category that all take, and the
// preferred type in it.
func byUnknowns(in []types.OID, cands []candidate) []candidate {
	cats := make([]byte, len(in))
	pref := make([]bool, len(in))
	for i, t := range in {
		if t != types.OIDUnknown {
			continue
		}
		var ok bool
		if cats[i], pref[i], ok = slotCategory(i, cands); !ok {
			return cands
		}
	}
	var out []candidate
	for _, c := range cands {
		keep := true
		for i, t := range in {
			if t == types.OIDUnknown && (category(c.args[i]) != cats[i] || pref[i] && !preferred(c.args[i])) {
				keep = false
				break
			}
		}
		if keep {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return cands
	}
	return out
}

func slotCategory(slot int, cands []candidate) (cat byte, pref, ok bool) {
	conflict := false
	for k, c := range cands {
		this := category(c.args[slot])
		p := preferred(c.args[slot])
		switch {
		case k == 0:
			cat, pref = this, p
		case this == cat:
			pref = pref || p
		case this == 'S':
			cat, pref, conflict = this, p, false
		case cat != 'S':
			conflict = true
		}
	}
	return cat, pref, !conflict
}

// byKnown supposes that literals are of the one type that the other arguments
// have.
func byKnown(in []types.OID, cands []candidate, unknowns int) (candidate, bool) {
	if unknowns == len(in) {
		return candidate{}, false
	}
	known := types.OIDUnknown
	for _, t := range in {
		if t == types.OIDUnknown || t == known {
			continue
		}
		if known != types.OIDUnknown {
			return candidate{}, false
		}
		known = t
	}
	all := make([]types.OID, len(in))
	for i := range all {
		all[i] = known
	}
	var found candidate
	n := 0
	for _, c := range cands {
		if canCoerce(all, c.args, implicit) {
			found = c
			n++
		}
	}
	return found, n == 1
}
