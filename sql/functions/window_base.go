package functions

import "github.com/stemedb/stemedb/sql/types"

// WindowFunc computes a window function over one partition: it appends the
// value of each row to out. The partition is the caller's and is not kept.
type WindowFunc func(c *Ctx, p *Partition, out *types.Vec) error

// Partition is what a window function sees: rows that agree in PARTITION BY,
// in order, numbered from 0.
type Partition struct {
	Rows int
	// Group is the number of each row's peer group: rows that agree in ORDER BY.
	Group []int32
	// Starts are the first rows of the peer groups, and Rows behind the last.
	Starts []int32
	// Args are the arguments' columns, Rows long.
	Args []types.Vec
	// Frame finds rows of a row's frame.
	Frame FrameRows
}

// FrameRows finds the n-th row (from 0) of the frame of a row, from the
// frame's end when last is set; -1 when there is none.
type FrameRows interface {
	FrameRow(row, n int, last bool) (int, error)
}

// Remover is a State that can take rows out again, so that a frame which moves
// on need not be added up anew. The rows removed have been added; ok is false
// when only adding all rest anew gives the result, and the group must not be
// used any more. What it leaves is, to the letter, what adding the rest gives:
// so floating point sums have no Remove.
type Remover interface {
	Remove(c *Ctx, groups []int32, args []*types.Vec) (ok bool, err error)
}

// peers returns the peer group of a row: its first row, and the one behind.
func (p *Partition) peers(row int) (first, end int) {
	g := p.Group[row]
	return int(p.Starts[g]), int(p.Starts[g+1])
}

func rowNumber(_ *Ctx, p *Partition, out *types.Vec) error {
	for i := range p.Rows {
		out.I = append(out.I, int64(i)+1)
	}
	return nil
}

func rank(_ *Ctx, p *Partition, out *types.Vec) error {
	for i := range p.Rows {
		first, _ := p.peers(i)
		out.I = append(out.I, int64(first)+1)
	}
	return nil
}

func denseRank(_ *Ctx, p *Partition, out *types.Vec) error {
	for i := range p.Rows {
		out.I = append(out.I, int64(p.Group[i])+1)
	}
	return nil
}

func percentRank(_ *Ctx, p *Partition, out *types.Vec) error {
	for i := range p.Rows {
		v := 0.0
		if p.Rows > 1 {
			first, _ := p.peers(i)
			v = float64(first) / float64(p.Rows-1)
		}
		out.F = append(out.F, v)
	}
	return nil
}

func cumeDist(_ *Ctx, p *Partition, out *types.Vec) error {
	for i := range p.Rows {
		_, end := p.peers(i)
		out.F = append(out.F, float64(end)/float64(p.Rows))
	}
	return nil
}

// rankFuncs are the functions that number rows.
func rankFuncs() []Func {
	return []Func{
		{
			OID: 3100, Name: "row_number", Args: oids{}, Ret: tInt8, Kind: WindowFn, NotStrict: true, Src: "window_row_number",
			Doc: "row number within partition", Window: rowNumber,
		},
		{
			OID: 3101, Name: "rank", Args: oids{}, Ret: tInt8, Kind: WindowFn, NotStrict: true, Src: "window_rank",
			Doc: "integer rank with gaps", Window: rank,
		},
		{
			OID: 3102, Name: "dense_rank", Args: oids{}, Ret: tInt8, Kind: WindowFn, NotStrict: true, Src: "window_dense_rank",
			Doc: "integer rank without gaps", Window: denseRank,
		},
		{
			OID: 3103, Name: "percent_rank", Args: oids{}, Ret: tFloat8, Kind: WindowFn, NotStrict: true, Src: "window_percent_rank",
			Doc: "fractional rank within partition", Window: percentRank,
		},
		{
			OID: 3104, Name: "cume_dist", Args: oids{}, Ret: tFloat8, Kind: WindowFn, NotStrict: true, Src: "window_cume_dist",
			Doc: "fractional row number within partition", Window: cumeDist,
		},
		{
			OID: 3105, Name: "ntile", Args: oids{tInt4}, Ret: tInt4, Kind: WindowFn, Src: "window_ntile",
			Doc: "split rows into N groups", Window: ntile,
		},
	}
}
