package sql

import (
	"context"
	"fmt"

	"github.com/stemedb/stemedb/sql/exec"
)

// Bootstrap gives a new cluster its default source classes (spec §1). It may
// be called at every start.
func (e *Engine) Bootstrap(ctx context.Context) error {
	if err := exec.Bootstrap(ctx, e.opt.Cluster, e.catalog); err != nil {
		return fmt.Errorf("bootstrap: %w", exec.Translate(err))
	}
	return nil
}
