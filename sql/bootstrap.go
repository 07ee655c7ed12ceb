package sql

import (
	"context"
	"fmt"
	"strings"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/types"
)

// Bootstrap gives a new cluster its default source classes (spec §1). It does
// nothing when there are classes.
func (e *Engine) Bootstrap(ctx context.Context) error {
	s, err := e.NewSession(ctx, SessionOptions{User: Superuser, Database: Database})
	if err != nil {
		return err
	}
	defer s.Close()
	n := &countingSink{}
	if err := s.runText(ctx, "SELECT name FROM public.source_classes", n); err != nil {
		return fmt.Errorf("read source classes: %w", err)
	}
	if n.rows > 0 {
		return nil
	}
	var rows []string
	for _, c := range knowledge.DefaultClasses() {
		half := "NULL"
		if c.HalfLife.Valid {
			half = fmt.Sprint(c.HalfLife.V)
		}
		rows = append(rows, fmt.Sprintf("('%s', %d, %g, %s, %g)", c.Name, c.Tier, c.Weight, half, c.DefaultConfidence))
	}
	err = s.runText(ctx, "INSERT INTO public.source_classes (name, tier, weight, half_life, default_confidence) VALUES "+strings.Join(rows, ", "), n)
	if err != nil {
		return fmt.Errorf("write default source classes: %w", err)
	}
	return nil
}

// runText runs one statement to its end in a transaction of its own.
func (s *Session) runText(ctx context.Context, text string, sink RowSink) error {
	stmts, err := s.Parse(text)
	if err != nil {
		return err
	}
	p, err := s.Prepare(ctx, stmts[0], nil)
	if err != nil {
		return err
	}
	portal, err := s.Bind(ctx, p, []types.Datum{})
	if err != nil {
		return err
	}
	defer portal.Close()
	s.SetFinal(true)
	_, err = portal.Execute(ctx, 0, sink)
	if syncErr := s.Sync(ctx); err == nil {
		err = syncErr
	}
	return err
}
