package exec

import (
	"encoding/binary"
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// The columns of public.assertions, in order (spec §1).
const (
	colID = iota
	colConceptPath
	colPredicate
	colValue
	colValueType
	colUnit
	colValueNumber
	colSource
	colSourceClass
	colTier
	colConfidence
	colLifecycle
	colEpoch
	colRevises
	colDerivedFrom
	colEvidence
	colValidFrom
	colValidTo
	colAssertedAt
	colMetadata
	colAgent
	colRecordedAt
	colSigner
	colSignature
	claimColumns
)

// walks says which columns lie in the variable part of a row, behind the
// first three fields (class, source, value), which are quick to reach.
func walks(col int) bool {
	switch col {
	case colValueNumber, colUnit, colEpoch, colRevises, colDerivedFrom, colEvidence, colValidFrom, colValidTo,
		colMetadata, colAgent, colSigner, colSignature:
		return true
	}
	return false
}

// decoder turns encoded claims into columns. Repeated texts are shared; all
// texts live in an arena of its own. One goroutine at a time.
type decoder struct {
	arena  arena
	nums   decimals
	terms  [claimColumns]*interner
	policy *lens.Policy
	fields storage.RowFields
	last   struct { // the tier of the class decoded last
		class string
		tier  int16
		known bool
	}
}

// interned returns the interner of a column whose values repeat.
func (d *decoder) interned(col int) *interner {
	if d.terms[col] == nil {
		d.terms[col] = &interner{}
	}
	return d.terms[col]
}

// appendRow appends the columns cols of a claim to out[at[i]] as row n.
func (d *decoder) appendRow(k *block, r *blockRow, cols []int, walk bool, out []column, at []int, n int) error {
	row := k.row(r)
	if walk {
		if err := row.Fields(&d.fields); err != nil {
			return err
		}
	}
	for i, col := range cols {
		d.appendCol(&out[at[i]], col, k, r, row, walk, n)
	}
	return nil
}

// appendCol appends one column. When walk is set, d.fields has the row's
// fields.
func (d *decoder) appendCol(c *column, col int, k *block, r *blockRow, row storage.Row, walk bool, n int) {
	switch col {
	case colID:
		c.S = append(c.S, d.arena.hex(k.id(r)))
	case colConceptPath:
		c.S = append(c.S, d.term(col, k, k.path(r)))
	case colPredicate:
		c.S = append(c.S, d.term(col, k, k.predicate(r)))
	case colValue:
		c.S = append(c.S, d.text(k, row.Value()))
	case colValueType:
		c.S = append(c.S, row.ValueType().String())
	case colSource:
		c.S = append(c.S, d.term(col, k, row.Source()))
	case colSourceClass:
		c.S = append(c.S, d.term(col, k, row.Class()))
	case colTier:
		d.appendTier(c, row.Class(), n)
	case colConfidence:
		if f, ok := row.Confidence(); ok {
			c.F = append(c.F, f)
		} else {
			c.appendNull(n)
		}
	case colLifecycle:
		c.S = append(c.S, row.Lifecycle().String())
	case colAssertedAt:
		c.I = append(c.I, int64(row.AssertedAt()))
	case colRecordedAt:
		c.I = append(c.I, int64(r.recorded))
	case plan.TupleID:
		c.I = append(c.I, tupleID(binary.BigEndian.Uint64(k.id(r))))
	case plan.WriterID:
		c.I = append(c.I, recordedBy(r.recorded))
	default:
		if !walk {
			if err := row.Fields(&d.fields); err != nil {
				c.appendNull(n)
				return
			}
		}
		d.appendField(c, k, col, n)
	}
}

// text makes a string of bytes in a block: of one that lasts, without a copy.
func (d *decoder) text(k *block, b []byte) string {
	if k.lasting {
		return view(b)
	}
	return d.arena.str(b)
}

// term is text of what repeats in the column.
func (d *decoder) term(col int, k *block, b []byte) string {
	if k.lasting {
		return view(b)
	}
	return d.interned(col).str(&d.arena, b)
}

func (d *decoder) appendTier(c *column, class []byte, n int) {
	if string(class) != d.last.class || class == nil {
		d.last.class = d.interned(colSourceClass).str(&d.arena, class)
		d.last.tier, d.last.known = d.policy.Tier(d.last.class)
	}
	if !d.last.known {
		c.appendNull(n)
		return
	}
	c.I = append(c.I, int64(d.last.tier))
}

// appendField appends a column of the variable part from d.fields.
func (d *decoder) appendField(c *column, k *block, col, n int) {
	f := &d.fields
	switch col {
	case colUnit:
		d.appendText(c, k, col, f.Unit, f.HasUnit, true, n)
	case colValueNumber:
		if !f.HasNumber {
			c.appendNull(n)
			return
		}
		c.A = append(c.A, scaled(numericOf(d.nums.next(), view(f.Number)), view(f.Value)))
	case colEpoch:
		d.appendText(c, k, col, f.Epoch, f.HasEpoch, true, n)
	case colRevises:
		if f.HasRevises {
			c.S = append(c.S, d.arena.hex(f.Revises))
		} else {
			c.appendNull(n)
		}
	case colDerivedFrom:
		if f.HasDerivedFrom {
			c.A = append(c.A, d.idArray(f.DerivedFrom))
		} else {
			c.appendNull(n)
		}
	case colEvidence:
		d.appendText(c, k, col, f.Evidence, f.HasEvidence, false, n)
	case colValidFrom:
		appendMicros(c, f.ValidFrom, f.HasValidFrom, n)
	case colValidTo:
		appendMicros(c, f.ValidTo, f.HasValidTo, n)
	case colMetadata:
		d.appendText(c, k, col, f.Metadata, f.HasMetadata, false, n)
	case colAgent:
		d.appendText(c, k, col, f.Agent, true, true, n)
	case colSigner:
		d.appendText(c, k, col, f.Signer, f.HasSigner, true, n)
	case colSignature:
		d.appendText(c, k, col, f.Signature, f.HasSignature, false, n)
	}
}

func (d *decoder) appendText(c *column, k *block, col int, b []byte, ok, repeats bool, n int) {
	switch {
	case !ok:
		c.appendNull(n)
	case repeats:
		c.S = append(c.S, d.term(col, k, b))
	default:
		c.S = append(c.S, d.text(k, b))
	}
}

func appendMicros(c *column, t knowledge.Micros, ok bool, n int) {
	if !ok {
		c.appendNull(n)
		return
	}
	c.I = append(c.I, int64(t))
}

// idArray makes text[] of 32-byte ids.
func (d *decoder) idArray(ids []byte) *types.Array {
	elems := make([]types.Datum, 0, len(ids)/32)
	for ; len(ids) >= 32; ids = ids[32:] {
		elems = append(elems, types.Text(d.arena.hex(ids[:32])))
	}
	return newArray(types.OIDText, elems)
}

// scaled widens a number to the scale in which its text has it: numeric has 12.50 with
// two places, where the canonical number has one.
func scaled(x *apd.Decimal, text string) *apd.Decimal {
	more := knowledge.NumberScale(text) + int(x.Exponent)
	if more <= 0 || x.Form != apd.Finite {
		return x
	}
	x.Exponent -= int32(more)
	factor := int64(1)
	for n := more; n > 0 && factor <= math.MaxInt64/10; n-- {
		if factor *= 10; n == 1 && x.Coeff.IsInt64() && x.Coeff.Int64() <= math.MaxInt64/factor {
			x.Coeff.SetInt64(x.Coeff.Int64() * factor) // all but very long ones
			return x
		}
	}
	ten := apd.NewBigInt(10)
	x.Coeff.Mul(&x.Coeff, ten.Exp(ten, apd.NewBigInt(int64(more)), nil))
	return x
}

// numericOf makes a numeric of a canonical number, with the scale that its
// digits need.
func numericOf(x *apd.Decimal, canonical string) *apd.Decimal {
	neg, digits, exp := knowledge.SplitNumber(canonical)
	x.Form, x.Negative = apd.Finite, neg
	if len(digits) <= 18 {
		var v int64
		for i := 0; i < len(digits); i++ {
			v = v*10 + int64(digits[i]-'0')
		}
		for ; exp > 0 && v < 1e17 && v != 0; exp-- {
			v *= 10 // numeric has no negative scale
		}
		if exp <= 0 {
			x.Coeff.SetInt64(v)
			x.Exponent = int32(exp)
			return x
		}
	}
	plain := string(knowledge.AppendDecimal(nil, canonical))
	if _, _, err := x.SetString(plain); err != nil {
		x.Form = apd.NaN
	}
	return x
}
