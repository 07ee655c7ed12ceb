package codec

import (
	"encoding/binary"
	"hash/fnv"
	"reflect"
	"strconv"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// Version is that of the encoding itself. Layout tells declarations apart.
const Version = 2

// travelling are the nodes and expressions that may travel; a tag is a place in the
// list, from 1 on. New ones go to the end.
var travelling = []any{
	plan.Scan{}, plan.Lens{}, plan.Filter{}, plan.Project{}, plan.Sort{}, plan.Limit{}, plan.Aggregate{}, plan.Window{},
	plan.Const{}, plan.Param{}, plan.Col{}, plan.Call{}, plan.Convert{}, plan.ArrayConvert{}, plan.BoolOp{}, plan.NullTest{},
	plan.BoolTest{}, plan.DistinctTest{}, plan.Case{}, plan.CaseTest{}, plan.Coalesce{}, plan.NullIf{}, plan.ArrayExpr{},
	plan.RowExpr{}, plan.Field{}, plan.Subscript{}, plan.AnyAll{}, plan.InList{}, plan.RowCompare{},
	plan.Join{}, plan.DomainCheck{},
}

// tagOf and kinds are that list by type and by tag.
var (
	tagOf = map[reflect.Type]byte{}
	kinds = []reflect.Type{nil}
	// Layout is a hash of the declarations of what travels.
	Layout = layout()
)

var (
	exprType  = reflect.TypeFor[plan.Expr]()
	datumType = reflect.TypeFor[types.Datum]()
	constType = reflect.TypeFor[plan.Const]()
	lensType  = reflect.TypeFor[plan.Lens]()
	callType  = reflect.TypeFor[plan.Call]()
)

// stays says that a field does not travel: it is for EXPLAIN alone, or of calls that
// stay.
func stays(t reflect.Type, field string) bool {
	return t == lensType && field == "Pushed" || madeCall(t, field)
}

// madeCall says that a field is that of calls of functions that statements made.
func madeCall(t reflect.Type, field string) bool { return t == callType && field == "Made" }

func layout() [8]byte {
	h := fnv.New64a()
	seen := map[reflect.Type]bool{}
	var describe func(t reflect.Type)
	describe = func(t reflect.Type) {
		_, _ = h.Write([]byte(t.Kind().String())) // a hash does not fail
		switch t.Kind() {
		case reflect.Slice:
			describe(t.Elem())
		case reflect.Struct:
			_, _ = h.Write([]byte(t.Name()))
			if seen[t] || t == datumType {
				return
			}
			seen[t] = true
			for i := range t.NumField() {
				f := t.Field(i)
				if madeCall(t, f.Name) { // as if there were no such calls
					continue
				}
				_, _ = h.Write([]byte(strconv.Itoa(i) + f.Name))
				describe(f.Type)
			}
		}
	}
	for _, x := range travelling {
		t := reflect.TypeOf(x)
		kinds = append(kinds, t)
		tagOf[t] = byte(len(kinds) - 1)
		describe(t)
	}
	var out [8]byte
	binary.BigEndian.PutUint64(out[:], h.Sum64())
	return out
}
