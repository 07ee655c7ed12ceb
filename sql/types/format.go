package types

import (
	"time"

	"github.com/stemedb/stemedb/sql/jsonpath"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Format holds what the text forms of values depend on: a session's settings,
// the time of its transaction and its view of names. The zero value (and nil,
// where a *Format is asked for) prints as a fresh session does, in UTC, except
// that ExtraFloatDigits is 0 rather than 1 in the zero value: start from
// DefaultFormat.
//
// A Format is read only by this package and may be shared between goroutines
// that do not change it.
type Format struct {
	DateStyle        DateStyle
	DateOrder        DateOrder
	IntervalStyle    IntervalStyle
	ExtraFloatDigits int // above 0: the shortest text that reads back equal
	ByteaOutput      ByteaOutput
	Loc              *time.Location // the session's time zone; nil: UTC
	// Now is the transaction's start: 'now', 'today', and the date that a bare
	// zone name is looked up on.
	Now time.Time
	// Names prints and reads the reg* types by name; nil: types by the built-in
	// table, all others as numbers.
	Names Names
	// Regex checks a pattern of jsonpath's like_regex; nil: it goes unchecked
	// until it is used.
	Regex func(pattern string, f jsonpath.Flags) error
	// Notice takes NOTICEs of input functions; nil: they are dropped.
	Notice func(*sqlerr.Error)
}

func (f *Format) notice(format string, args ...any) {
	if f != nil && f.Notice != nil {
		e := sqlerr.New(sqlerr.SuccessfulCompletion, format, args...)
		e.Severity = "NOTICE"
		f.Notice(e)
	}
}

// DateStyle is how dates are printed.
type DateStyle uint8

// The date styles.
const (
	DateISO DateStyle = iota
	DateSQL
	DatePostgres
	DateGerman
)

// DateOrder is how ambiguous dates are read, and printed by some styles.
type DateOrder uint8

// The field orders.
const (
	OrderMDY DateOrder = iota
	OrderDMY
	OrderYMD
)

// IntervalStyle is how intervals are printed.
type IntervalStyle uint8

// The interval styles.
const (
	IntervalPostgres IntervalStyle = iota
	IntervalPostgresVerbose
	IntervalSQL
	IntervalISO
)

// ByteaOutput is how bytea is printed.
type ByteaOutput uint8

// The forms of bytea.
const (
	ByteaHex ByteaOutput = iota
	ByteaEscape
)

// Names knows catalog objects by name. AppendReg appends the text form of an
// object of a reg* type, quoted and qualified as PostgreSQL would; ok is false
// when there is no such object, which then prints as its number. ResolveReg
// finds an object by that form, or fails with PostgreSQL's error.
type Names interface {
	AppendReg(dst []byte, reg OID, oid OID) (out []byte, ok bool)
	ResolveReg(reg OID, s string) (OID, error)
}

// DefaultFormat returns the settings of a fresh session.
func DefaultFormat() *Format { return &Format{ExtraFloatDigits: 1} }

var defaultFormat = Format{ExtraFloatDigits: 1}

// orDefault returns f, or the defaults when it is nil.
func (f *Format) orDefault() *Format {
	if f == nil {
		return &defaultFormat
	}
	return f
}

func (f *Format) loc() *time.Location {
	if f == nil || f.Loc == nil {
		return time.UTC
	}
	return f.Loc
}

// now returns the transaction's time; a Format without one is a programming
// error that must not make results depend on the clock, so it is the epoch.
func (f *Format) now() time.Time {
	if f == nil || f.Now.IsZero() {
		return time.UnixMicro(pgEpochUnixMicros).In(f.loc())
	}
	return f.Now.In(f.loc())
}

// pgEpochUnixMicros is 2000-01-01 00:00 UTC in microseconds since 1970.
const pgEpochUnixMicros = 946684800 * 1000000

// TimeOf converts microseconds since 2000-01-01 UTC into a time; not for the
// infinities.
func TimeOf(micros int64) time.Time {
	sec, us := floorDiv(micros, 1000000)
	return time.Unix(sec+946684800, us*1000).UTC()
}

// MicrosOf converts a time into microseconds since 2000-01-01 UTC.
func MicrosOf(t time.Time) int64 {
	return (t.Unix()-pgEpochUnixMicros/1000000)*1000000 + int64(t.Nanosecond()/1000)
}

// floorDiv returns the quotient rounded down and the remainder, 0 <= r < b.
func floorDiv(a, b int64) (q, r int64) {
	q, r = a/b, a%b
	if r < 0 {
		q--
		r += b
	}
	return q, r
}
