package plan

import (
	"context"
	"errors"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// stepsUnseen is how many steps are made between two looks at whether the
// statement goes on: a step in a wide tree of joins takes some ten microseconds.
const stepsUnseen = 16

// step counts a step of the bind, a node of a tree bound, moved or estimated,
// and ends the bind when the statement was cancelled or its time is up.
func (b *binder) step() {
	if b.steps++; b.steps%stepsUnseen != 0 || b.ctx.Running == nil {
		return
	}
	if err := b.ctx.Running.Err(); err != nil {
		why := "user request"
		if errors.Is(err, context.DeadlineExceeded) {
			why = "statement timeout"
		}
		fail(sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to %s", why).Wrap(err))
	}
}
