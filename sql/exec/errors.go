package exec

import (
	"context"
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/storage"
)

// Translate turns an error of the rooms below into what a client may see: an
// *sqlerr.Error with the SQLSTATE that the sentinel stands for. Errors that
// are one already pass; what nothing is known of becomes XX000.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	return translate(err)
}

// translate is Translate of an error.
func translate(err error) *sqlerr.Error {
	var e *sqlerr.Error
	var fe *knowledge.FieldError
	var pe *lens.ParamError
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &fe):
		return fieldError(fe)
	case errors.As(err, &pe):
		p := sqlerr.New(sqlerr.InvalidParameterValue, "%s", pe.Message)
		p.Hint = pe.Hint
		return p
	case errors.Is(err, context.Canceled):
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request").Wrap(err)
	case errors.Is(err, context.DeadlineExceeded):
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to statement timeout").Wrap(err)
	case errors.Is(err, storage.ErrConflict):
		return sqlerr.New(sqlerr.SerializationFailure, "could not serialize access due to concurrent update").Wrap(err)
	case errors.Is(err, storage.ErrEmptied):
		e := sqlerr.New(sqlerr.SerializationFailure, "a shard was moved to another node while it was read").Wrap(err)
		e.Hint = "Try the statement again: it is read where it lies now."
		return e
	case errors.Is(err, storage.ErrExists):
		return sqlerr.New(sqlerr.UniqueViolation, "duplicate key value violates unique constraint").Wrap(err)
	case errors.Is(err, storage.ErrUndecided):
		return sqlerr.New(sqlerr.LockNotAvailable, "a prepared transaction was not decided in time").Wrap(err)
	case errors.Is(err, storage.ErrCorrupt):
		return sqlerr.New(sqlerr.DataCorrupted, "%v", err).Wrap(err)
	case errors.Is(err, storage.ErrFatal):
		return sqlerr.New(sqlerr.IOError, "%v", err).Wrap(err)
	case errors.Is(err, storage.ErrClosed):
		return sqlerr.New(sqlerr.AdminShutdown, "the database is shutting down").Wrap(err)
	}
	return sqlerr.From(err)
}

// fieldError gives a fault of a claim's field its SQLSTATE and column.
func fieldError(fe *knowledge.FieldError) *sqlerr.Error {
	code := sqlerr.CheckViolation
	switch fe.Kind {
	case knowledge.Missing:
		code = sqlerr.NotNullViolation
	case knowledge.TooLarge:
		code = sqlerr.ProgramLimitExceeded
	case knowledge.Unparsable:
		code = sqlerr.InvalidTextRepresentation
	}
	e := sqlerr.New(code, "%s", fe.Message)
	e.Hint, e.Schema, e.Table, e.Column, e.Err = fe.Hint, "public", "assertions", fe.Field, fe.Err
	return e
}

// rowError is the cause of an error that one input row of an INSERT made.
type rowError struct {
	row int
	err error // what went before, may be nil
}

func (e *rowError) Error() string { return fmt.Sprintf("input row %d", e.row) }

func (e *rowError) Unwrap() error { return e.err }

// atRow notes the input row at fault.
func atRow(err error, row int) error {
	e := translate(err)
	return e.Wrap(&rowError{row, e.Err})
}

// ErrorRow returns the number, from 0, of the input row that made an INSERT
// fail, or -1 when the error is not that of a row.
func ErrorRow(err error) int {
	var e *rowError
	if errors.As(err, &e) {
		return e.row
	}
	return -1
}
