package plan

import (
	"iter"
	"math/bits"
)

// colSet is a set of column numbers: a bit for each, since rules ask again and
// again whether all columns of a wide join hold those of a condition. A nil set
// is empty and may be read.
type colSet struct{ words []uint64 }

func (s *colSet) add(ids ...int) {
	for _, id := range ids {
		at := id >> 6
		if at >= len(s.words) {
			s.grow(at + 1)
		}
		s.words[at] |= 1 << (id & 63)
	}
}

// grow makes room for so many words.
func (s *colSet) grow(n int) {
	if n <= cap(s.words) {
		s.words = s.words[:n]
		return
	}
	words := make([]uint64, n, max(n, 2*cap(s.words)))
	copy(words, s.words)
	s.words = words
}

// addSet adds all of t.
func (s *colSet) addSet(t *colSet) {
	if t == nil {
		return
	}
	if len(t.words) > len(s.words) {
		s.grow(len(t.words))
	}
	for i, w := range t.words {
		s.words[i] |= w
	}
}

// addAbsent adds what is in t and not in but.
func (s *colSet) addAbsent(t, but *colSet) {
	if len(t.words) > len(s.words) {
		s.grow(len(t.words))
	}
	for i, w := range t.words {
		if i < len(but.words) {
			w &^= but.words[i]
		}
		s.words[i] |= w
	}
}

func (s *colSet) remove(id int) {
	if s.has(id) {
		s.words[id>>6] &^= 1 << (id & 63)
	}
}

func (s *colSet) has(id int) bool {
	return s != nil && id>>6 < len(s.words) && s.words[id>>6]&(1<<(id&63)) != 0
}

// len is how many columns there are.
func (s *colSet) len() int {
	if s == nil {
		return 0
	}
	n := 0
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s *colSet) empty() bool {
	if s != nil {
		for _, w := range s.words {
			if w != 0 {
				return false
			}
		}
	}
	return true
}

// all gives the columns in ascending order.
func (s *colSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		if s == nil {
			return
		}
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				if !yield(i<<6 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// within reports whether all of s are in t.
func (s *colSet) within(t *colSet) bool {
	for i, w := range s.words {
		if i < len(t.words) {
			w &^= t.words[i]
		}
		if w != 0 {
			return false
		}
	}
	return true
}

// disjoint reports whether s and t have nothing in common.
func (s *colSet) disjoint(t *colSet) bool {
	for i := range min(len(s.words), len(t.words)) {
		if s.words[i]&t.words[i] != 0 {
			return false
		}
	}
	return true
}

func setOf(ids []int) *colSet {
	s := &colSet{}
	s.add(ids...)
	return s
}

// outSet is the set of what a rel produces.
func outSet(r rel) *colSet {
	s := &colSet{}
	s.addOuts(r)
	return s
}

func (s *colSet) addOuts(r rel) { eachOut(r, func(id int) { s.add(id) }) }

// union is a new set; either may be nil.
func union(a, b *colSet) *colSet {
	s := &colSet{}
	s.addSet(a)
	s.addSet(b)
	return s
}

func intersection(a, b *colSet) *colSet {
	s := &colSet{}
	for id := range a.all() {
		if b.has(id) {
			s.add(id)
		}
	}
	return s
}
