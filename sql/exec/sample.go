package exec

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// sampleBlock is how many rows in a row SYSTEM takes or leaves together.
const sampleBlock = 64

// sampleOp passes a share of its rows: those whose hash lies below it. The
// hash is of the key where rows have one, since scans give rows in any order
// and REPEATABLE must find the same ones; else of the row's place.
type sampleOp struct {
	in              operator
	percent, repeat evaluator
	blocks          bool
	key             []int
	share           uint64 // of 2^32
	seed            uint64
	place           uint64
	hashes          []uint64
	sel             []int32
	out             *rowBatch
	opened          bool
}

func (bd *builder) sample(n *plan.Sample) (operator, error) {
	in, err := bd.node(n.Input)
	if err != nil {
		return nil, err
	}
	o := &sampleOp{in: in, blocks: n.Blocks, key: n.Key, out: newRowBatch(columnTypes(n))}
	if o.percent, err = bd.expr(n.Percent); err != nil {
		return nil, err
	}
	o.repeat, err = bd.optional(n.Repeatable)
	return o, err
}

func (o *sampleOp) open(t *task) error {
	p, err := evalScalar(o.percent, t)
	switch {
	case err != nil:
		return err
	case p.Null:
		return sqlerr.New(sqlerr.InvalidTablesampleArgument, "TABLESAMPLE parameter cannot be null")
	}
	o.place, o.seed = 0, rand.Uint64()
	if o.repeat != nil {
		d, err := evalScalar(o.repeat, t)
		switch {
		case err != nil:
			return err
		case d.Null:
			return sqlerr.New(sqlerr.InvalidTablesampleRepeat, "TABLESAMPLE REPEATABLE parameter cannot be null")
		}
		o.seed = types.Hash(types.OIDFloat8, d, 0)
	}
	if !(p.F >= 0 && p.F <= 100) {
		return sqlerr.New(sqlerr.InvalidTablesampleArgument, "sample percentage must be between 0 and 100")
	}
	o.share = uint64(math.Round(p.F / 100 * (1 << 32)))
	o.opened = true
	return o.in.open(t)
}

func (o *sampleOp) next() (*types.Batch, error) {
	b, err := o.in.next()
	if err != nil || b == nil {
		return nil, err
	}
	o.number(b)
	o.sel = o.sel[:0]
	for i, h := range o.hashes[:b.N] {
		if h>>32 < o.share {
			o.sel = append(o.sel, int32(i))
		}
	}
	if len(o.sel) == b.N {
		return b, nil
	}
	return o.out.gather(b, o.sel), nil
}

// number hashes the rows of a batch.
func (o *sampleOp) number(b *types.Batch) {
	if len(o.hashes) < b.N {
		o.hashes = make([]uint64, b.N)
	}
	h := o.hashes[:b.N]
	for i := range h {
		h[i] = o.seed
	}
	if len(o.key) > 0 {
		for _, k := range o.key {
			types.HashVec(&b.Cols[k], b.N, h)
		}
		return
	}
	for i := range h {
		at := o.place + uint64(i)
		if o.blocks {
			at /= sampleBlock
		}
		hi, lo := bits.Mul64(o.seed^at*0x9e3779b97f4a7c15, 0xd6e8feb86659fd93|1)
		h[i] = hi ^ lo*0xbf58476d1ce4e5b9
	}
	o.place += uint64(b.N)
}

func (o *sampleOp) close() {
	if o.opened {
		o.in.close()
		o.opened = false
	}
}
