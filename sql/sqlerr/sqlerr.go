// Package sqlerr is the one place that knows SQLSTATEs. Every error that a
// client sees is an *Error; other packages wrap sentinels and this package's
// callers translate them at the edge of sql.
//
// Class XX is for bugs only.
package sqlerr

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
)

// Error is an error or notice as PostgreSQL's protocol carries it.
type Error struct {
	Severity string // ERROR, FATAL, PANIC, WARNING, NOTICE, …; empty means ERROR
	Code     string // SQLSTATE, five characters
	Message  string
	Detail   string
	Hint     string
	Position int // 1-based, in characters of the statement's text; 0: none
	// InternalPosition is a position in InternalQuery, a text that the client did not send.
	InternalPosition int
	InternalQuery    string
	Where            string
	Schema           string
	Table            string
	Column           string
	DataType         string
	Constraint       string
	Routine          string // of PostgreSQL that raises it, where drivers look at that
	Err              error  // the cause, not shown to the client

	pc uintptr // where New made it; 0: elsewhere
}

// Error returns the message with its SQLSTATE.
func (e *Error) Error() string { return e.Message + " (SQLSTATE " + e.Code + ")" }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error with a SQLSTATE and a formatted message.
func New(code, format string, args ...any) *Error {
	var pc [1]uintptr
	runtime.Callers(2, pc[:])
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), pc: pc[0]}
}

// Source is where in the program's text the error was made: a file's name without its
// folder, a line from 1, a function with its package. line is 0 where that is not known.
func (e *Error) Source() (file string, line int, function string) {
	if e.pc == 0 {
		return "", 0, ""
	}
	frame, _ := runtime.CallersFrames([]uintptr{e.pc}).Next()
	return filepath.Base(frame.File), frame.Line, path.Base(frame.Function)
}

// PlanChanged is the error of a prepared statement whose columns are not what its
// client was told. Drivers prepare it again when they see who raises it.
func PlanChanged() *Error {
	e := New(FeatureNotSupported, "cached plan must not change result type")
	e.Routine = "RevalidateCachedQuery"
	return e
}

// WithHint returns a copy with a hint.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// WithDetail returns a copy with a detail line.
func (e *Error) WithDetail(format string, args ...any) *Error {
	c := *e
	c.Detail = fmt.Sprintf(format, args...)
	return &c
}

// At returns a copy with a position, 1-based in characters, unless one is set.
func (e *Error) At(position int) *Error {
	if e.Position != 0 || position <= 0 {
		return e
	}
	c := *e
	c.Position = position
	return &c
}

// OnColumn returns a copy that names the column at fault.
func (e *Error) OnColumn(table, column string) *Error {
	c := *e
	c.Table, c.Column = table, column
	return &c
}

// Wrap returns a copy that keeps its cause.
func (e *Error) Wrap(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// From returns err as an *Error: itself when it is one anywhere in its chain,
// else an XX000 that keeps the cause.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: InternalError, Message: err.Error(), Err: err}
}

// SQLSTATEs by PostgreSQL's names (errcodes.txt).
const (
	SuccessfulCompletion          = "00000"
	Warning                       = "01000"
	NoData                        = "02000"
	ConnectionException           = "08000"
	ProtocolViolation             = "08P01"
	FeatureNotSupported           = "0A000"
	CardinalityViolation          = "21000"
	DataException                 = "22000"
	StringDataRightTruncation     = "22001"
	NumericValueOutOfRange        = "22003"
	NullValueNotAllowed           = "22004"
	ErrorInAssignment             = "22005"
	InvalidDatetimeFormat         = "22007"
	DatetimeFieldOverflow         = "22008"
	InvalidTimeZone               = "22009"
	SubstringError                = "22011"
	DivisionByZero                = "22012"
	IntervalFieldOverflow         = "22015"
	InvalidPrecedingOrFollowing   = "22013"
	InvalidArgumentForNtile       = "22014"
	InvalidArgumentForNthValue    = "22016"
	InvalidArgumentForLog         = "2201E"
	InvalidArgumentForPower       = "2201F"
	InvalidWidthBucketArgument    = "2201G"
	InvalidRowCountInLimit        = "2201W"
	InvalidRowCountInOffset       = "2201X"
	InvalidRegularExpression      = "2201B"
	CharacterNotInRepertoire      = "22021"
	InvalidParameterValue         = "22023"
	InvalidEscapeSequence         = "22025"
	UntranslatableCharacter       = "22P05"
	StringDataLengthMismatch      = "22026"
	ArraySubscriptError           = "2202E"
	InvalidTablesampleRepeat      = "2202G"
	InvalidTablesampleArgument    = "2202H"
	InvalidEscapeCharacter        = "22019"
	InvalidTextRepresentation     = "22P02"
	InvalidBinaryRepresentation   = "22P03"
	BadCopyFileFormat             = "22P04"
	NonstandardUseOfEscape        = "22P06"
	IntegrityConstraint           = "23000"
	NotNullViolation              = "23502"
	ForeignKeyViolation           = "23503"
	UniqueViolation               = "23505"
	CheckViolation                = "23514"
	InvalidTransactionState       = "25000"
	ActiveSQLTransaction          = "25001"
	ReadOnlySQLTransaction        = "25006"
	NoActiveSQLTransaction        = "25P01"
	InFailedSQLTransaction        = "25P02"
	IdleInTransactionTimeout      = "25P03"
	InvalidSQLStatementName       = "26000"
	InvalidAuthorization          = "28000"
	InvalidTransactionTermination = "2D000"
	InvalidPassword               = "28P01"
	InvalidCursorName             = "34000"
	InvalidSavepoint              = "3B001"
	InvalidCatalogName            = "3D000"
	InvalidSchemaName             = "3F000"
	TriggerProtocolViolated       = "39P01"
	SerializationFailure          = "40001"
	SyntaxErrorOrAccessRule       = "42000"
	SyntaxError                   = "42601"
	InsufficientPrivilege         = "42501"
	CannotCoerce                  = "42846"
	GroupingError                 = "42803"
	WindowingError                = "42P20"
	InvalidRecursion              = "42P19"
	InvalidForeignKey             = "42830"
	InvalidName                   = "42602"
	NameTooLong                   = "42622"
	ReservedName                  = "42939"
	DatatypeMismatch              = "42804"
	IndeterminateDatatype         = "42P18"
	CollationMismatch             = "42P21"
	IndeterminateCollation        = "42P22"
	WrongObjectType               = "42809"
	GeneratedAlways               = "428C9"
	UndefinedColumn               = "42703"
	UndefinedFunction             = "42883"
	UndefinedTable                = "42P01"
	UndefinedParameter            = "42P02"
	UndefinedObject               = "42704"
	DuplicateColumn               = "42701"
	DuplicateCursor               = "42P03"
	DuplicatePreparedStatement    = "42P05"
	DuplicateTable                = "42P07"
	DuplicateAlias                = "42712"
	DuplicateObject               = "42710"
	AmbiguousColumn               = "42702"
	AmbiguousFunction             = "42725"
	AmbiguousParameter            = "42P08"
	AmbiguousAlias                = "42P09"
	InvalidColumnReference        = "42P10"
	InvalidColumnDefinition       = "42611"
	InvalidCursorDefinition       = "42P11"
	InvalidTableDefinition        = "42P16"
	InvalidObjectDefinition       = "42P17"
	InvalidFunctionDefinition     = "42P13"
	DuplicateFunction             = "42723"
	DiskFull                      = "53100"
	OutOfMemory                   = "53200"
	TooManyConnections            = "53300"
	ConfigurationLimitExceeded    = "53400"
	ProgramLimitExceeded          = "54000"
	StatementTooComplex           = "54001"
	TooManyColumns                = "54011"
	TooManyArguments              = "54023"
	ObjectNotInPrerequisite       = "55000"
	ObjectInUse                   = "55006"
	CantChangeRuntimeParam        = "55P02"
	LockNotAvailable              = "55P03"
	QueryCanceled                 = "57014"
	AdminShutdown                 = "57P01"
	CannotConnectNow              = "57P03"
	SystemError                   = "58000"
	IOError                       = "58030"
	InternalError                 = "XX000"
	DataCorrupted                 = "XX001"
	IndexCorrupted                = "XX002"
	InvalidGrantOperation         = "0LP01"
	DependentObjectsStillExist    = "2BP01"
	WithCheckOptionViolation      = "44000"
)
