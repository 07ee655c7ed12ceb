package exec

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// verify checks NOT NULL and CHECK of the full rows in o.row; it returns how
// many rows, from the first, are good, with the error of the next. It notes which rows
// fail check options.
func (o *tempWriteOp) verify() (int, error) {
	good := o.row.N
	var fault error
	rel := o.table.rel
	for c := range rel.Columns {
		v := &o.row.Cols[c]
		if !rel.Columns[c].NotNull || v.Null == nil {
			continue
		}
		for i := range good {
			if v.Null[i] {
				e := sqlerr.New(sqlerr.NotNullViolation, "null value in column \"%s\" of relation \"%s\" violates not-null constraint", rel.Columns[c].Name, rel.Name)
				good, fault = i, o.failing(e.OnColumn(rel.Name, rel.Columns[c].Name), i)
				break
			}
		}
	}
	for k, e := range o.checks {
		v, err := e.eval(o.t, &o.row)
		if err != nil {
			return 0, err
		}
		for i := range good {
			if j := at(v, i); v.IsNull(j) || v.I[j] != 0 {
				continue
			}
			name := o.table.rel.Checks[k].Name
			e := sqlerr.New(sqlerr.CheckViolation, "new row for relation \"%s\" violates check constraint \"%s\"", rel.Name, name)
			e.Constraint = name
			good, fault = i, o.failing(e, i)
			break
		}
	}
	if good > 0 {
		var err error
		if o.fails, err = o.views.fails(o.t, &o.row); err != nil {
			return 0, err
		}
	}
	return good, fault
}

// failing adds the row at fault to an error.
func (o *tempWriteOp) failing(e *sqlerr.Error, i int) error {
	e.Schema, e.Table = o.table.rel.Schema, o.table.rel.Name
	return e.WithDetail("Failing row contains (%s).", strings.Join(o.texts(allColumns(o.width), i), ", "))
}

func allColumns(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// maxShown is how many bytes of a value PostgreSQL shows of a failing row.
const maxShown = 64

// texts are values of row i of o.row as an error shows them.
func (o *tempWriteOp) texts(cols []int, i int) []string {
	out := make([]string, len(cols))
	for k, c := range cols {
		v := &o.row.Cols[c]
		out[k] = shown(v.Type, v.Datum(i), &o.t.fn.Format)
	}
	return out
}

// shown is a value as an error shows it.
func shown(t types.OID, d types.Datum, f *types.Format) string {
	if d.Null {
		return "null"
	}
	text, err := types.AppendTextDatum(nil, t, d, f)
	if err != nil {
		return "?"
	}
	if len(text) > maxShown {
		return strings.ToValidUTF8(string(text[:maxShown]), "") + "..."
	}
	return string(text)
}
