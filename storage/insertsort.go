package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// sortKey stands for an item while items are sorted: most comparisons end at
// the first eight bytes behind what all fields have in common, and what moves
// is 16 bytes instead of an item.
type sortKey struct {
	prefix uint64
	at     int32
}

// itemField is a field that items are sorted by.
type itemField uint8

const (
	orderSuffix itemField = iota
	orderID
	orderPred
	orderSource
)

func (it *insertItem) field(f itemField) []byte {
	switch f {
	case orderID:
		return it.id
	case orderPred:
		return it.pred
	case orderSource:
		return it.source
	}
	return it.suffix
}

// orderBy lists the items by a field, those of equal fields in their order. The
// list is valid until the next call.
func (a *Apply) orderBy(items []insertItem, f itemField) []sortKey {
	order := a.order[:0]
	skip := commonPrefix(items, f)
	for i := range items {
		order = append(order, sortKey{prefix: headOf(items[i].field(f)[skip:]), at: int32(i)})
	}
	a.order = order
	slices.SortFunc(order, func(x, y sortKey) int {
		if x.prefix != y.prefix {
			if x.prefix < y.prefix {
				return -1
			}
			return 1
		}
		if c := bytes.Compare(items[x.at].field(f)[skip:], items[y.at].field(f)[skip:]); c != 0 {
			return c
		}
		return cmp.Compare(x.at, y.at)
	})
	return order
}

// sortItems returns the items by suffix. They lie in other memory than before;
// the two halves take turns.
func (a *Apply) sortItems(items []insertItem) []insertItem {
	a.used = max(a.used, len(items))
	out := a.spare[:0]
	for _, k := range a.orderBy(items, orderSuffix) {
		out = append(out, items[k.at])
	}
	a.items, a.spare = out[:0], items
	return out
}

// commonPrefix is how many bytes the fields of all items begin with alike.
func commonPrefix(items []insertItem, f itemField) int {
	if len(items) == 0 {
		return 0
	}
	first := items[0].field(f)
	n := len(first)
	for i := 1; i < len(items) && n > 0; i++ {
		v := items[i].field(f)
		if len(v) >= n && bytes.Equal(v[:n], first[:n]) {
			continue
		}
		for n = min(n, len(v)); n > 0 && !bytes.Equal(v[:n], first[:n]); {
			n--
		}
	}
	return n
}

// headOf reads the first eight bytes, zeros for missing ones: in byte order as
// far as it goes.
func headOf(b []byte) uint64 {
	if len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	var buf [8]byte
	copy(buf[:], b)
	return binary.BigEndian.Uint64(buf[:])
}
