package functions

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// ServerVersion is the version of PostgreSQL whose behaviour is kept to.
const ServerVersion = "15.18"

func rowName(f func(c *Ctx) string) RowFunc {
	return func(c *Ctx, _ []datum) (datum, error) { return types.Text(f(c)), nil }
}

// clientEncoding is the own name of what SHOW client_encoding may call otherwise.
func clientEncoding(c *Ctx) string {
	v, _, _ := c.session().Setting("client_encoding") // a setting that there is
	return cmp.Or(charset.Name(v), "UTF8")
}

func version(*Ctx) string {
	return "PostgreSQL " + ServerVersion + " (StemeDB) on " + runtime.GOARCH + "-" + runtime.GOOS + ", compiled by " + runtime.Version() + ", 64-bit"
}

// rowTempSchema is the schema of the session's temporary relations, once it has had
// one.
func rowTempSchema(c *Ctx, _ []datum) (datum, error) {
	id, _ := c.catalog().SchemaByName("pg_temp")
	return types.Int(int64(id)), nil
}

func rowCurrentSchema(c *Ctx, _ []datum) (datum, error) {
	if p := c.session().SearchPath(false); len(p) > 0 {
		return types.Text(p[0]), nil
	}
	return null, nil
}

func rowCurrentSchemas(c *Ctx, a []datum) (datum, error) {
	return types.Any(newArray(tName, textDatums(c.session().SearchPath(a[0].Bool())))), nil
}

func rowCurrentSetting(c *Ctx, a []datum) (datum, error) {
	if v, ok, err := c.session().Setting(a[0].S); ok || err != nil {
		return types.Text(v), err
	}
	if len(a) > 1 && a[1].Bool() {
		return null, nil
	}
	return null, sqlerr.New(sqlerr.UndefinedObject, "unrecognized configuration parameter \"%s\"", a[0].S)
}

func rowSetConfig(c *Ctx, a []datum) (datum, error) {
	if a[0].Null {
		return null, sqlerr.New(sqlerr.NullValueNotAllowed, "SET requires parameter name")
	}
	var v *string
	if !a[1].Null {
		v = &a[1].S
	}
	s, err := c.session().SetSetting(a[0].S, v, !a[2].Null && a[2].Bool())
	return types.Text(s), err
}

func rowSettingFlags(c *Ctx, a []datum) (datum, error) {
	flags, ok := c.session().SettingFlags(a[0].S)
	if !ok {
		return null, nil
	}
	return types.Any(newArray(tText, textDatums(flags))), nil
}

func rowAddr(f func(s Session) string) RowFunc {
	return func(c *Ctx, _ []datum) (datum, error) {
		if s := f(c.session()); s != "" {
			return types.ParseText(tInet, -1, s, &c.Format)
		}
		return null, nil
	}
}

func rowPort(f func(s Session) (string, int32)) RowFunc {
	return func(c *Ctx, _ []datum) (datum, error) {
		addr, port := f(c.session())
		if addr == "" {
			return null, nil
		}
		return types.Int(int64(port)), nil
	}
}

func rowStarted(c *Ctx, _ []datum) (datum, error) {
	if c.Started.IsZero() {
		return null, nil
	}
	return types.Int(types.MicrosOf(c.Started)), nil
}

// sleep waits, unless the statement is cancelled.
func sleep(c *Ctx, d time.Duration) (datum, error) {
	ctx := c.Context
	if ctx == nil {
		ctx = context.Background()
	}
	t := time.NewTimer(max(d, 0))
	defer t.Stop()
	select {
	case <-t.C:
		return types.Text(""), nil
	case <-ctx.Done():
		return null, context.Cause(ctx)
	}
}

func rowSleep(c *Ctx, a []datum) (datum, error) {
	return sleep(c, time.Duration(min(a[0].F, 1e9)*1e9))
}

func rowSleepFor(c *Ctx, a []datum) (datum, error) {
	i := ival(a[0])
	us := min((int64(i.Months)*30+int64(i.Days))*usPerDay/1000+i.Micros/1000, 1e12)
	return sleep(c, time.Duration(us)*time.Millisecond)
}

func rowTypeof(args []types.OID, _ types.OID) RowFunc {
	d := types.Int(int64(args[0]))
	return func(*Ctx, []datum) (datum, error) { return d, nil }
}

func bindColumnSize(args []types.OID, _ types.OID) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		if t, ok := types.Lookup(args[0]); ok && t.Len > 0 {
			return types.Int(int64(t.Len)), nil
		}
		b, err := types.AppendBinaryDatum(nil, args[0], a[0])
		if err != nil {
			return null, err
		}
		return types.Int(int64(len(b)) + 4), nil
	}
}

func bindCollation(args []types.OID, _ types.OID) RowFunc {
	return func(*Ctx, []datum) (datum, error) {
		t, ok := types.Lookup(args[0])
		if !ok || t.Collation == 0 {
			return null, sqlerr.New(sqlerr.DatatypeMismatch, "collations are not supported by type %s", types.FormatType(args[0], -1))
		}
		if t.Collation == types.CCollation {
			return types.Text(`"C"`), nil
		}
		return types.Text(`"default"`), nil
	}
}

// The units of pg_size_pretty, each shown up to limit. All but bytes are kept
// with one bit more, which rounds.
type sizeUnit struct {
	name  string
	limit int64
	round bool
	bits  int
}

func sizeUnits() []sizeUnit {
	const limit = 20*1024 - 1
	return []sizeUnit{
		{"bytes", 10 * 1024, false, 0}, {"kB", limit, true, 10}, {"MB", limit, true, 20},
		{"GB", limit, true, 30}, {"TB", limit, true, 40}, {"PB", limit, true, 50},
	}
}

func sizePretty(d *apd.Decimal) (string, error) {
	units := sizeUnits()
	for i, u := range units {
		abs, _ := numAbs(d)
		if i == len(units)-1 || numericCmp(abs, numericFromInt(u.limit)) < 0 {
			if u.round {
				d, _ = numAdd(d, numericFromInt(int64(numSign(d))))
				d, _ = numDivTrunc(d, numericFromInt(2))
			}
			return string(types.AppendNumeric(nil, d)) + " " + u.name, nil
		}
		next := units[i+1]
		shift := next.bits - u.bits - int(b2i(next.round)) + int(b2i(u.round))
		var err error
		if d, err = numDivTrunc(d, numericFromInt(1<<shift)); err != nil {
			return "", err
		}
	}
	return "", nil
}

func rowSizePretty(_ *Ctx, a []datum) (datum, error) {
	d, ok := a[0].A.(*apd.Decimal)
	if !ok {
		d = numericFromInt(a[0].I)
	}
	s, err := sizePretty(d)
	return types.Text(s), err
}

func rowSizeBytes(c *Ctx, a []datum) (datum, error) {
	bad := sqlerr.New(sqlerr.InvalidParameterValue, "invalid size: \"%s\"", a[0].S)
	s := strings.TrimSpace(a[0].S)
	n := 0
	for n < len(s) && strings.IndexByte("0123456789.+-", s[n]) >= 0 {
		n++
	}
	if n+1 < len(s) && (s[n] == 'e' || s[n] == 'E') && strings.IndexByte("0123456789+-", s[n+1]) >= 0 {
		for n += 2; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
		}
	}
	d, err := types.ParseText(tNumeric, -1, s[:n], &c.Format)
	if err != nil || n == 0 {
		return null, bad
	}
	v := num(d)
	if unit := strings.ToLower(strings.TrimSpace(s[n:])); unit != "" {
		i := slices.Index([]string{"bytes", "kb", "mb", "gb", "tb", "pb"}, unit)
		if i < 0 {
			return null, bad.WithDetail("Invalid size unit: \"%s\".", strings.TrimSpace(s[n:])).
				WithHint(`Valid units are "bytes", "kB", "MB", "GB", "TB", and "PB".`)
		}
		if v, err = numMul(v, numericFromInt(1<<(10*i))); err != nil {
			return null, err
		}
	}
	r, err := numericInt(v, &width8)
	return types.Int(r), err
}

// sysSessionFuncs answer from the session and the server.
func sysSessionFuncs() []Func {
	return []Func{
		{
			OID: 89, Name: "version", Ret: tText, Kind: Scalar, Volatility: 's', Src: "pgsql_version", Doc: "PostgreSQL version string",
			Row: rowName(version),
		},
		{
			OID: 745, Name: "current_user", Ret: tName, Kind: Scalar, Volatility: 's', Doc: "current user name",
			Row: rowName(func(c *Ctx) string { return c.session().User() }),
		},
		{
			OID: 746, Name: "session_user", Ret: tName, Kind: Scalar, Volatility: 's', Doc: "session user name",
			Row: rowName(func(c *Ctx) string { return c.session().SessionUser() }),
		},
		{
			OID: 861, Name: "current_database", Ret: tName, Kind: Scalar, Volatility: 's', Doc: "name of the current database",
			Row: rowName(func(c *Ctx) string { return c.session().Database() }),
		},
		{
			OID: 1402, Name: "current_schema", Ret: tName, Kind: Scalar, Volatility: 's', Doc: "current schema name",
			Row: rowCurrentSchema,
		},
		{
			OID: 1403, Name: "current_schemas", Args: oids{tBool}, Ret: tNameArray, Kind: Scalar, Volatility: 's', Doc: "current schema search list",
			Row: rowCurrentSchemas,
		},
		{
			OID: 2077, Name: "current_setting", Args: oids{tText}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "show_config_by_name", Doc: "SHOW X as a function",
			Row: rowCurrentSetting,
		},
		{
			OID: 3294, Name: "current_setting", Args: oids{tText, tBool}, Ret: tText, Kind: Scalar, Volatility: 's', Src: "show_config_by_name_missing_ok", Doc: "SHOW X as a function, optionally no error for missing variable",
			Row: rowCurrentSetting,
		},
		{
			OID: 2078, Name: "set_config", Args: oids{tText, tText, tBool}, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 'v', Src: "set_config_by_name", Doc: "SET X as a function",
			Row: rowSetConfig,
		},
		{
			OID: 6240, Name: "pg_settings_get_flags", Args: oids{tText}, Ret: tTextArray, Kind: Scalar, Volatility: 's', Src: "pg_settings_get_flags", Doc: "return flags for specified GUC",
			Row: rowSettingFlags,
		},
		{
			OID: 2026, Name: "pg_backend_pid", Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "statistics: current backend PID",
			Row: func(c *Ctx, _ []datum) (datum, error) { return types.Int(int64(c.session().BackendPID())), nil },
		},
		{
			OID: 2171, Name: "pg_cancel_backend", Args: oids{tInt4}, Ret: tBool, Kind: Scalar, Volatility: 'v', Doc: "cancel a server process' current query",
			Row: func(c *Ctx, a []datum) (datum, error) {
				ok, err := c.session().CancelBackend(int32(a[0].I))
				return types.Bool(ok), err
			},
		},
		{
			OID: 2096, Name: "pg_terminate_backend", Args: oids{tInt4, tInt8}, ArgNames: names{"pid", "timeout"}, Defaults: datums{types.Int(0)}, Ret: tBool, Kind: Scalar, Volatility: 'v', Doc: "terminate a server process",
			Row: func(c *Ctx, a []datum) (datum, error) {
				ok, err := c.session().TerminateBackend(int32(a[0].I))
				return types.Bool(ok), err
			},
		},
		{
			OID: 2196, Name: "inet_client_addr", Ret: tInet, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "inet address of the client",
			Row: rowAddr(Session.ClientAddr),
		},
		{
			OID: 2198, Name: "inet_server_addr", Ret: tInet, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "inet address of the server",
			Row: rowAddr(Session.ServerAddr),
		},
		{
			OID: 2197, Name: "inet_client_port", Ret: tInt4, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "client's port number for this connection",
			Row: rowPort(func(s Session) (string, int32) { return s.ClientAddr(), s.ClientPort() }),
		},
		{
			OID: 2199, Name: "inet_server_port", Ret: tInt4, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "server's port number for this connection",
			Row: rowPort(func(s Session) (string, int32) { return s.ServerAddr(), s.ServerPort() }),
		},
		{
			OID: 2560, Name: "pg_postmaster_start_time", Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "postmaster start time",
			Row: rowStarted,
		},
		{
			OID: 2034, Name: "pg_conf_load_time", Ret: tTimestamptz, Kind: Scalar, Volatility: 's', Doc: "configuration load time",
			Row: rowStarted,
		},
		{
			OID: 3073, Name: "pg_is_wal_replay_paused", Ret: tBool, Kind: Scalar, Volatility: 'v', Doc: "true if wal replay is paused",
			Row: func(*Ctx, []datum) (datum, error) {
				return null, sqlerr.New(sqlerr.ObjectNotInPrerequisite, "recovery is not in progress").
					WithHint("Recovery control functions can only be executed during recovery.")
			},
		},
		{
			OID: 3810, Name: "pg_is_in_recovery", Ret: tBool, Kind: Scalar, Volatility: 'v', Doc: "true if server is in recovery",
			Row: func(*Ctx, []datum) (datum, error) { return types.Bool(false), nil },
		},
		{
			OID: 315, Name: "pg_jit_available", Ret: tBool, Kind: Scalar, Volatility: 'v', Doc: "Is JIT compilation available in this session?",
			Row: func(*Ctx, []datum) (datum, error) { return types.Bool(false), nil },
		},
		{
			OID: 2626, Name: "pg_sleep", Args: oids{tFloat8}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Doc: "sleep for the specified time in seconds",
			Row: rowSleep,
		},
		{
			OID: 3935, Name: "pg_sleep_for", Args: oids{tInterval}, Ret: tVoid, Kind: Scalar, Volatility: 'v', Src: "", Doc: "sleep for the specified interval",
			Row: rowSleepFor,
		},
		{
			OID: 1619, Name: "pg_typeof", Args: oids{tAny}, Ret: tRegtype, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "type of the argument",
			Bind: rowTypeof,
		},
		{
			OID: 1269, Name: "pg_column_size", Args: oids{tAny}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "bytes required to store the value, perhaps with compression",
			Bind: bindColumnSize,
		},
		{
			OID: 3162, Name: "pg_collation_for", Args: oids{tAny}, Ret: tText, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "collation of the argument; implementation of the COLLATION FOR expression",
			Bind: bindCollation,
		},
		{
			OID: 2288, Name: "pg_size_pretty", Args: oids{tInt8}, Ret: tText, Kind: Scalar, Doc: "convert a long int to a human readable text using size units",
			Row: rowSizePretty,
		},
		{
			OID: 3166, Name: "pg_size_pretty", Args: oids{tNumeric}, Ret: tText, Kind: Scalar, Src: "pg_size_pretty_numeric", Doc: "convert a numeric to a human readable text using size units",
			Row: rowSizePretty,
		},
		{
			OID: 3334, Name: "pg_size_bytes", Args: oids{tText}, Ret: tInt8, Kind: Scalar, Doc: "convert a size in human-readable format with size units into bytes",
			Row: rowSizeBytes,
		},
		{
			OID: 1039, Name: "getdatabaseencoding", Ret: tName, Kind: Scalar, Volatility: 's', Doc: "encoding name of current database",
			Row: rowName(func(*Ctx) string { return "UTF8" }),
		},
		{
			OID: 810, Name: "pg_client_encoding", Ret: tName, Kind: Scalar, Volatility: 's', Doc: "encoding name of current database",
			Row: rowName(clientEncoding),
		},
		{
			OID: 3163, Name: "pg_trigger_depth", Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "current trigger depth",
			Row: func(*Ctx, []datum) (datum, error) { return types.Int(0), nil },
		},
		{
			OID: 2854, Name: "pg_my_temp_schema", Ret: tOID, Kind: Scalar, Volatility: 's', Doc: "get OID of current session's temp schema, if any",
			Row: rowTempSchema,
		},
		{
			OID: 2855, Name: "pg_is_other_temp_schema", Args: oids{tOID}, Ret: tBool, Kind: Scalar, Volatility: 's', Doc: "is schema another session's temp schema?",
			Row: func(*Ctx, []datum) (datum, error) { return types.Bool(false), nil },
		},
		{
			OID: 2561, Name: "pg_blocking_pids", Args: oids{tInt4}, Ret: tInt4Array, Kind: Scalar, Volatility: 'v', Doc: "get array of PIDs of sessions blocking specified backend PID from acquiring a heavyweight lock",
			Row: func(*Ctx, []datum) (datum, error) { return types.Any(newArray(tInt4, nil)), nil },
		},
	}
}
