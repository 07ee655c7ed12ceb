package exec

import (
	"github.com/stemedb/stemedb/sql/plan"
)

func (bd *builder) insert(n *plan.Insert) (operator, error)     { return nil, nil }
func (bd *builder) update(n *plan.Update) (operator, error)     { return nil, nil }
func (bd *builder) deleteRows(n *plan.Delete) (operator, error) { return nil, nil }
