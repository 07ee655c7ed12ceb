package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// ntile deals the rows out to buckets, the first of which take one more where
// it does not come out even. The number of buckets is that of the first row
// where it is not NULL; rows before it have no bucket.
func ntile(_ *Ctx, p *Partition, out *types.Vec) error {
	n := &p.Args[0]
	first := 0
	for first < p.Rows && n.IsNull(first) {
		out.Append(null)
		first++
	}
	if first == p.Rows {
		return nil
	}
	buckets := n.I[first]
	if buckets <= 0 {
		return sqlerr.New(sqlerr.InvalidArgumentForNtile, "argument of ntile must be greater than zero")
	}
	size, more := int64(p.Rows)/buckets, int64(p.Rows)%buckets
	if size == 0 {
		more = int64(p.Rows)
	}
	bucket, left := int64(0), int64(0)
	for range p.Rows - first {
		if left == 0 {
			bucket++
			if left = size; bucket <= more {
				left++
			}
		}
		left--
		out.Append(types.Int(bucket))
	}
	return nil
}

// lagLead is lag (sign -1) or lead (1): the value so many rows away, one unless
// an argument says how many; a third argument stands in where there is no row.
func lagLead(sign int) WindowFunc {
	return func(_ *Ctx, p *Partition, out *types.Vec) error {
		for i := range p.Rows {
			away := int64(1)
			if len(p.Args) > 1 {
				if p.Args[1].IsNull(i) {
					out.Append(null)
					continue
				}
				away = p.Args[1].I[i]
			}
			at := int64(i) + int64(sign)*away
			switch {
			case at >= 0 && at < int64(p.Rows):
				out.AppendFrom(&p.Args[0], int(at))
			case len(p.Args) > 2:
				out.AppendFrom(&p.Args[2], i)
			default:
				out.Append(null)
			}
		}
		return nil
	}
}

// frameEdge is first_value, or last_value with last.
func frameEdge(last bool) WindowFunc {
	return func(_ *Ctx, p *Partition, out *types.Vec) error {
		for i := range p.Rows {
			if err := frameValue(p, i, 0, last, out); err != nil {
				return err
			}
		}
		return nil
	}
}

func frameValue(p *Partition, row, n int, last bool, out *types.Vec) error {
	at, err := p.Frame.FrameRow(row, n, last)
	if err != nil {
		return err
	}
	if at < 0 {
		out.Append(null)
		return nil
	}
	out.AppendFrom(&p.Args[0], at)
	return nil
}

func nthValue(_ *Ctx, p *Partition, out *types.Vec) error {
	for i := range p.Rows {
		if p.Args[1].IsNull(i) {
			out.Append(null)
			continue
		}
		n := p.Args[1].I[i]
		if n <= 0 {
			return sqlerr.New(sqlerr.InvalidArgumentForNthValue, "argument of nth_value must be greater than zero")
		}
		if err := frameValue(p, i, int(n)-1, false, out); err != nil {
			return err
		}
	}
	return nil
}

// windowValueFuncs are the functions that fetch another row's value.
func windowValueFuncs() []Func {
	fn := func(oid types.OID, name, src, doc string, args oids, f WindowFunc) Func {
		return Func{OID: oid, Name: name, Args: args, Ret: args[0], Kind: WindowFn, Src: src, Doc: doc, Window: f}
	}
	var (
		one   = oids{tAnyElement}
		two   = oids{tAnyElement, tInt4}
		three = oids{tAnyCompatible, tInt4, tAnyCompatible}
	)
	return []Func{
		fn(3106, "lag", "window_lag", "fetch the preceding row value", one, lagLead(-1)),
		fn(3107, "lag", "window_lag_with_offset", "fetch the Nth preceding row value", two, lagLead(-1)),
		fn(3108, "lag", "window_lag_with_offset_and_default", "fetch the Nth preceding row value with default", three, lagLead(-1)),
		fn(3109, "lead", "window_lead", "fetch the following row value", one, lagLead(1)),
		fn(3110, "lead", "window_lead_with_offset", "fetch the Nth following row value", two, lagLead(1)),
		fn(3111, "lead", "window_lead_with_offset_and_default", "fetch the Nth following row value with default", three, lagLead(1)),
		fn(3112, "first_value", "window_first_value", "fetch the first row value", one, frameEdge(false)),
		fn(3113, "last_value", "window_last_value", "fetch the last row value", one, frameEdge(true)),
		fn(3114, "nth_value", "window_nth_value", "fetch the Nth row value", two, nthValue),
	}
}
