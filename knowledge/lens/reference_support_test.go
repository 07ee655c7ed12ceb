package lens

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/stemedb/stemedb/knowledge"
)

func refValues(in *refInput, ks []*refClaim) {
	var canon knowledge.JSONCanon
	for _, k := range ks {
		k.num = nil
		u := knowledge.Opt[string]{V: k.Unit, Valid: k.HasUnit}
		k.value = string(canon.AppendValueKey(nil, k.ValueType, u, k.Value, ""))
		if k.ValueType == knowledge.ValueNumber {
			if r, ok := new(big.Rat).SetString(k.Value); ok {
				k.num = r
			}
		}
	}
	refSupport(in, ks)
	if in.params.Tolerance > 0 {
		refMerge(in, ks)
		refSupport(in, ks)
	}
}

func refMerge(in *refInput, ks []*refClaim) {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(in.params.Tolerance, 'g', -1, 64))
	nums := slices.DeleteFunc(slices.Clone(ks), func(k *refClaim) bool { return k.num == nil })
	slices.SortFunc(nums, func(a, b *refClaim) int {
		if c := b.s.Cmp(a.s); c != 0 {
			return c
		}
		if c := b.valSources.Cmp(a.valSources); c != 0 {
			return c
		}
		return a.num.Cmp(b.num)
	})
	taken := map[*refClaim]bool{}
	for _, it := range nums {
		if taken[it] {
			continue
		}
		joined := "~" + it.value
		reach := new(big.Rat).Mul(r, new(big.Rat).Abs(it.num))
		for _, x := range nums {
			d := new(big.Rat).Sub(x.num, it.num)
			if !taken[x] && x.HasUnit == it.HasUnit && x.Unit == it.Unit && d.Abs(d).Cmp(reach) <= 0 {
				taken[x] = true
				x.value = joined
			}
		}
	}
}

func refSupport(in *refInput, ks []*refClaim) {
	type vv struct{ voice, value string }
	type weighed struct {
		w    *big.Int
		tier int16
	}
	w := map[vv]weighed{}
	sources := map[string]map[string]bool{}
	for _, k := range ks {
		x := new(big.Int).Mul(k.weight, refUnits(k.e))
		x.Add(x, big.NewInt(unit/2)).Div(x, big.NewInt(unit))
		at := vv{k.voice, k.value}
		old, ok := w[at]
		if ok {
			if c := x.Cmp(old.w); c < 0 || c == 0 && k.tier >= old.tier {
				goto counted
			}
		}
		w[at] = weighed{x, k.tier}
	counted:
		if sources[k.value] == nil {
			sources[k.value] = map[string]bool{}
		}
		sources[k.value][k.Source] = true
	}
	tierSum := map[int16]*big.Int{}
	tierValue := map[int16]map[string]*big.Int{}
	voices := map[string]int64{}
	for at, x := range w {
		if tierSum[x.tier] == nil {
			tierSum[x.tier], tierValue[x.tier] = new(big.Int), map[string]*big.Int{}
		}
		tierSum[x.tier].Add(tierSum[x.tier], x.w)
		if tierValue[x.tier][at.value] == nil {
			tierValue[x.tier][at.value] = new(big.Int)
		}
		tierValue[x.tier][at.value].Add(tierValue[x.tier][at.value], x.w)
		voices[at.value]++
	}
	s := map[string]*big.Int{}
	for tier, values := range tierValue {
		limit := refCap(in, tier)
		for v, x := range values {
			if s[v] == nil {
				s[v] = new(big.Int)
			}
			if limit != nil && tierSum[tier].Cmp(limit) > 0 {
				x = new(big.Int).Div(new(big.Int).Mul(x, limit), tierSum[tier])
			}
			s[v].Add(s[v], x)
		}
	}
	for _, k := range ks {
		k.s, k.voices, k.valSources = s[k.value], big.NewInt(voices[k.value]), big.NewInt(int64(len(sources[k.value])))
	}
}

// refCap is the weight of the next better tier of the table; nil: no cap.
func refCap(in *refInput, tier int16) *big.Int {
	var best *knowledge.Class
	for i := range in.classes {
		c := &in.classes[i]
		if c.Tier < tier && (best == nil || c.Tier > best.Tier || c.Tier == best.Tier && c.Weight > best.Weight) {
			best = c
		}
	}
	if best == nil {
		return nil
	}
	return refUnits(best.Weight)
}
