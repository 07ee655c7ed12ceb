// Command pgx drives github.com/jackc/pgx/v5 against the server that PGHOST and the other
// variables name.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/stemedb/stemedb/conformance/clients/golang/tap"
)

// key is of this run, in all rows that it writes.
var key = "pgx-" + rand.Text()[:10]

var modes = []pgx.QueryExecMode{
	pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
	pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
}

func main() {
	tap.Start("pgx", "github.com/jackc/pgx/v5")
	session()
	for _, m := range modes {
		inMode(m)
	}
	types()
	metadata()
	faults()
	transactions()
	copies()
	batches()
	asynchronous()
	pools()
	lowLevel()
	standard()
	with("the sources of this run are deleted", "DELETE 10", func(ctx context.Context, c *pgx.Conn) (any, error) {
		return c.Exec(ctx, "delete from sources where source like $1", key+"%")
	})
	tap.End()
}

// with is a check with a connection of its own.
func with(name, want string, f func(ctx context.Context, c *pgx.Conn) (any, error)) {
	tap.Check(name, want, func(ctx context.Context) (any, error) {
		c, err := pgx.Connect(ctx, "connect_timeout=5")
		if err != nil {
			return nil, err
		}
		defer c.Close(context.Background())
		return f(ctx, c)
	})
}

// sharing gives a with whose checks have one connection, as long as it is good; close it
// at the end.
func sharing() (with func(name, want string, f func(ctx context.Context, c *pgx.Conn) (any, error)), done func()) {
	var c *pgx.Conn
	done = func() {
		if c != nil {
			c.Close(context.Background())
		}
	}
	return func(name, want string, f func(ctx context.Context, c *pgx.Conn) (any, error)) {
		tap.Check(name, want, func(ctx context.Context) (_ any, err error) {
			if c == nil || c.IsClosed() {
				if c, err = pgx.Connect(ctx, "connect_timeout=5"); err != nil {
					return nil, err
				}
			}
			return f(ctx, c)
		})
	}, done
}

// rows gives a query's rows as a|b;c|d.
func rows(ctx context.Context, c interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
}, sql string, args ...any) (string, error) {
	r, err := c.Query(ctx, sql, args...)
	if err != nil {
		return "", err
	}
	all, err := pgx.CollectRows(r, func(row pgx.CollectableRow) (string, error) {
		vs, err := row.Values()
		var s []string
		for _, v := range vs {
			s = append(s, fmt.Sprint(v))
		}
		return strings.Join(s, "|"), err
	})
	return strings.Join(all, ";"), err
}

// fault gives what of an error the checks ask for.
func fault(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return fmt.Sprint("no error of the server: ", err)
	}
	return e.Code + " " + e.Message
}

func session() {
	with("server_version and other parameters", "true UTF8 on on", func(ctx context.Context, c *pgx.Conn) (any, error) {
		p := c.PgConn().ParameterStatus
		return fmt.Sprint(strings.HasPrefix(p("server_version"), "15."), " ", p("client_encoding"), " ", p("integer_datetimes"), " ", p("standard_conforming_strings")), nil
	})
	with("the key of cancels is of this backend", "true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var pid uint32
		err := c.QueryRow(ctx, "select pg_backend_pid()").Scan(&pid)
		return pid == c.PgConn().PID(), err
	})
	tap.Check("runtime parameters of a configuration", "7s|check|authority, public", func(ctx context.Context) (any, error) {
		cfg, err := pgx.ParseConfig("")
		if err != nil {
			return nil, err
		}
		cfg.RuntimeParams = map[string]string{"statement_timeout": "7s", "application_name": "check", "search_path": "authority, public"}
		c, err := pgx.ConnectConfig(ctx, cfg)
		if err != nil {
			return nil, err
		}
		defer c.Close(ctx)
		return rows(ctx, c, "select current_setting('statement_timeout'), current_setting('application_name'), current_setting('search_path')")
	})
	tap.Check("a wrong password", `28P01 password authentication failed for user "stemedb"`, func(ctx context.Context) (any, error) {
		_, err := pgx.Connect(ctx, "password=wrong")
		return fault(err), nil
	})
	tap.Check("an unknown database", `3D000 database "nowhere" does not exist`, func(ctx context.Context) (any, error) {
		_, err := pgx.Connect(ctx, "dbname=nowhere")
		return fault(err), nil
	})
	for _, attr := range []string{"any", "read-write", "primary", "prefer-standby"} {
		tap.Check("target_session_attrs="+attr, "connected", func(ctx context.Context) (any, error) {
			c, err := pgx.Connect(ctx, "target_session_attrs="+attr)
			if err != nil {
				return nil, err
			}
			return "connected", c.Close(ctx)
		})
	}
	for _, x := range [][2]string{{"read-only", "connection is not read only"}, {"standby", "server is not in hot standby mode"}} {
		tap.Check("target_session_attrs="+x[0], "true", func(ctx context.Context) (any, error) {
			_, err := pgx.Connect(ctx, "target_session_attrs="+x[0])
			return err != nil && strings.Contains(err.Error(), x[1]), nil
		})
	}
	with("ping and a use after closing", "<nil> conn closed", func(ctx context.Context, c *pgx.Conn) (any, error) {
		ping := c.Ping(ctx)
		if err := c.Close(ctx); err != nil {
			return nil, err
		}
		_, err := c.Exec(ctx, "select 1")
		return fmt.Sprint(ping, " ", err), nil
	})
}

func ptr[T any](v T) *T { return &v }

// values are sent and come back, as they are and as text, in each mode.
var values = []struct {
	typ  string
	v    any
	text string
}{
	{"bool", true, "true"},
	{"int2", int16(-32768), "-32768"},
	{"int4", int32(math.MaxInt32), "2147483647"},
	{"int8", int64(math.MinInt64), "-9223372036854775808"},
	{"float4", float32(1.5), "1.5"},
	{"float8", 0.1, "0.1"},
	{"float8", math.Inf(-1), "-Infinity"},
	{"text", "naïve 日本 🐘 it's \\ \"", "naïve 日本 🐘 it's \\ \""},
	{"text", "", ""},
	{"bytea", []byte{0, 1, 0xff, '\''}, `\x0001ff27`},
	{"timestamptz", time.Date(2024, 2, 29, 12, 30, 0, 123456000, time.UTC), "2024-02-29 12:30:00.123456+00"},
	{"timestamptz", pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}, "-infinity"},
	{"timestamp", pgtype.Timestamp{Time: time.Date(1999, 12, 31, 23, 59, 59, 999999000, time.UTC), Valid: true}, "1999-12-31 23:59:59.999999"},
	{"date", pgtype.Date{Time: time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), Valid: true}, "2024-02-29"},
	{"date", pgtype.Date{InfinityModifier: pgtype.Infinity, Valid: true}, "infinity"},
	{"time", pgtype.Time{Microseconds: 86399123456, Valid: true}, "23:59:59.123456"},
	{"interval", pgtype.Interval{Months: 14, Days: -3, Microseconds: 1500000, Valid: true}, "1 year 2 mons -3 days +00:00:01.5"},
	{"numeric", pgtype.Numeric{Int: big.NewInt(-123456789012345), Exp: -6, Valid: true}, "-123456789.012345"},
	{"numeric", pgtype.Numeric{NaN: true, Valid: true}, "NaN"},
	{"numeric", pgtype.Numeric{InfinityModifier: pgtype.Infinity, Valid: true}, "Infinity"},
	{"uuid", pgtype.UUID{Bytes: [16]byte{0xa0, 0xee, 15: 0x11}, Valid: true}, "a0ee0000-0000-0000-0000-000000000011"},
	{"inet", netip.MustParsePrefix("192.168.1.5/24"), "192.168.1.5/24"},
	{"cidr", netip.MustParsePrefix("10.0.0.0/8"), "10.0.0.0/8"},
	{"int4[]", []int32{1, -2, 3}, "{1,-2,3}"},
	{"text[]", []string{"a", "b c", `d"e\`, ""}, `{a,"b c","d\"e\\",""}`},
	{"text[]", []*string{ptr("a"), nil}, "{a,NULL}"},
	{"float8[]", []float64{1.5, 2}, "{1.5,2}"},
	{"bool[]", []bool{true, false}, "{t,f}"},
	{"timestamptz[]", []time.Time{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}, `{"2020-01-01 00:00:00+00"}`},
	{"bit(5)", pgtype.Bits{Bytes: []byte{0xb0}, Len: 5, Valid: true}, "10110"},
	{"int4range", pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: 1, Valid: true}, Upper: pgtype.Int4{Int32: 5, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}, "[1,5)"},
	{"text", (*string)(nil), "null"},
	{"int4", pgtype.Int4{}, "null"},
}

func inMode(m pgx.QueryExecMode) {
	with, done := sharing()
	defer done()
	for _, x := range values {
		with(fmt.Sprintf("%s: %s %.30q", m, x.typ, x.text), fmt.Sprintf("%s and as it was", x.text), func(ctx context.Context, c *pgx.Conn) (any, error) {
			if _, err := c.Exec(ctx, "set timezone = 'UTC'"); err != nil {
				return nil, err
			}
			got := reflect.New(reflect.TypeOf(x.v))
			var text string
			err := c.QueryRow(ctx, fmt.Sprintf("select $1::%s, coalesce(($1::%s)::text, 'null')", x.typ, x.typ), m, x.v).Scan(got.Interface(), &text)
			v := got.Elem().Interface()
			if t, ok := v.(time.Time); ok {
				v = t.UTC()
			}
			if ts, ok := v.([]time.Time); ok {
				v = []time.Time{ts[0].UTC()}
			}
			if reflect.DeepEqual(v, x.v) {
				return text + " and as it was", err
			}
			return fmt.Sprintf("%s and %#v", text, v), err
		})
	}
	with(m.String()+": rows and a null", "af|<nil>|3;fr|0.5|6", func(ctx context.Context, c *pgx.Conn) (any, error) {
		return rows(ctx, c, "select x, y, n * $1::int8 from (values ('af', null::float8, 1), ('fr', 0.5, 2)) v(x, y, n) where n < $2::int4", m, int64(3), int32(9))
	})
	with(m.String()+": a claim is inserted and read", "number 7.25 true approved", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var id, typ, life string
		var n float64
		var at time.Time
		err := c.QueryRow(ctx, "insert into assertions (concept_path, predicate, value, source, confidence, valid_from) values ($1, $2, $3, $4, $5, $6) returning id, value_type, value_number::float8, lifecycle, valid_from", m,
			"clients/pgx/"+key, m.String(), "7.25", "countryjs", 0.5, time.Unix(1700000000, 0)).Scan(&id, &typ, &n, &life, &at)
		return fmt.Sprint(typ, " ", n, " ", len(id) == 64 && at.Unix() == 1700000000, " ", life), err
	})
	with(m.String()+": a source is inserted, updated, deleted", "1 0.25 1 0", func(ctx context.Context, c *pgx.Conn) (any, error) {
		s := key + m.String()
		a, err := c.Exec(ctx, "insert into sources (source, trust, note) values ($1, $2, $3)", m, s, 0.5, "x")
		if err != nil {
			return nil, err
		}
		var trust float64
		if err := c.QueryRow(ctx, "update sources set trust = trust / $2::int4 where source = $1 returning trust", m, s, int32(2)).Scan(&trust); err != nil {
			return nil, err
		}
		b, err := c.Exec(ctx, "delete from sources where source = $1", m, s)
		if err != nil {
			return nil, err
		}
		d, err := c.Exec(ctx, "delete from sources where source = $1", m, s)
		return fmt.Sprint(a.RowsAffected(), " ", trust, " ", b.RowsAffected(), " ", d.RowsAffected()), err
	})
	with(m.String()+": an error, and the connection goes on", "22012 division by zero, 42601 syntax error at or near \"selec\", 7", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var n int
		a := c.QueryRow(ctx, "select 1 / $1::int4", m, int32(0)).Scan(&n)
		_, b := c.Exec(ctx, "selec 1", m)
		err := c.QueryRow(ctx, "select $1::int4", m, int32(7)).Scan(&n)
		return fmt.Sprintf("%s, %s, %d", fault(a), fault(b), n), err
	})
	with(m.String()+": all claims", "true true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var want int
		if err := c.QueryRow(ctx, "select count(*) from assertions where concept_path like $1", m, "countries/%").Scan(&want); err != nil {
			return nil, err
		}
		r, err := c.Query(ctx, "select id, value_number, tier, asserted_at, metadata from assertions where concept_path like $1", m, "countries/%")
		if err != nil {
			return nil, err
		}
		ids := map[string]bool{}
		for r.Next() {
			vs, err := r.Values()
			if err != nil {
				return nil, err
			}
			ids[vs[0].(string)] = true
		}
		return fmt.Sprint(want > 10000, " ", len(ids) == want), r.Err()
	})
	// The simple protocol has the values within the statement, which may not be as large.
	size := 8 << 20
	if m == pgx.QueryExecModeSimpleProtocol {
		size = 256 << 10
	}
	with(fmt.Sprintf("%s: %d KB of text and of bytes", m, size>>10), "true true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		text, data := strings.Repeat("abcdefgh", size/8), bytes.Repeat([]byte{0, 1, 255, 3}, size/4)
		var t string
		var b []byte
		err := c.QueryRow(ctx, "select $1::text, $2::bytea", m, text, data).Scan(&t, &b)
		return fmt.Sprint(t == text, " ", bytes.Equal(b, data)), err
	})
	with(m.String()+": a changed table", "1;2|x", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var out []string
		if _, err := c.Exec(ctx, "create temp table shape as select 1 as a", pgx.QueryExecModeSimpleProtocol); err != nil {
			return nil, err
		}
		for _, change := range []string{"select 1", "drop table shape", "create temp table shape as select 2 as a, 'x' as b"} {
			if _, err := c.Exec(ctx, change, pgx.QueryExecModeSimpleProtocol); err != nil {
				return nil, err
			}
			if change == "drop table shape" {
				continue
			}
			s, err := rows(ctx, c, "select * from shape", m)
			if err != nil { // a cached statement is invalid once, and pgx then forgets it
				s, err = rows(ctx, c, "select * from shape", m)
			}
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		return strings.Join(out, ";"), nil
	})
}

func types() {
	with("json and jsonb to a map", "map[a:[1 <nil>] b:x] map[a:[1 <nil>] b:x]", func(ctx context.Context, c *pgx.Conn) (any, error) {
		in := map[string]any{"a": []any{1, nil}, "b": "x"}
		var j, b map[string]any
		err := c.QueryRow(ctx, "select $1::json, $2::jsonb", in, in).Scan(&j, &b)
		return fmt.Sprint(j, " ", b), err
	})
	with("json arrays, nested arrays, a slice of a slice", "[[1 2] [3 4]] 2 [map[k:v]]", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var nested [][]int32
		var dims int
		var js []map[string]any
		err := c.QueryRow(ctx, "select $1::int4[], array_ndims($1::int4[]), $2::jsonb[]", [][]int32{{1, 2}, {3, 4}}, []map[string]any{{"k": "v"}}).Scan(&nested, &dims, &js)
		return fmt.Sprint(nested, " ", dims, " ", js), err
	})
	with("multirange, hstore-less map, point, macaddr, tsvector as text", "{[1,3),[5,9)}|08:00:2b:01:02:03|'fat':2A 'rat':1", func(ctx context.Context, c *pgx.Conn) (any, error) {
		return rows(ctx, c, "select $1::int4multirange::text, '08002b010203'::macaddr::text, $2::text::tsvector::text", "{[1,3),[5,9)}", "'fat':2A 'rat':1")
	})
	with("a struct by position and by name", "{FR Paris 2} {FR Paris 2}", func(ctx context.Context, c *pgx.Conn) (any, error) {
		type row struct {
			Code, Capital string
			N             int64
		}
		q := "select 'FR' as code, 'Paris' as capital, 2::int8 as n"
		r, _ := c.Query(ctx, q)
		a, err := pgx.CollectExactlyOneRow(r, pgx.RowToStructByPos[row])
		if err != nil {
			return nil, err
		}
		r, _ = c.Query(ctx, q)
		b, err := pgx.CollectExactlyOneRow(r, pgx.RowToStructByName[row])
		return fmt.Sprint(a, " ", b), err
	})
	with("named arguments", "5", func(ctx context.Context, c *pgx.Conn) (any, error) {
		return rows(ctx, c, "select @a::int4 + @b::int4", pgx.NamedArgs{"a": 2, "b": 3})
	})
	with("LoadType of a table's row", "assertions 24 concept_path text", func(ctx context.Context, c *pgx.Conn) (any, error) {
		t, err := c.LoadType(ctx, "assertions")
		if err != nil {
			return nil, err
		}
		fields := t.Codec.(*pgtype.CompositeCodec).Fields
		return fmt.Sprint(t.Name, " ", len(fields), " ", fields[1].Name, " ", fields[1].Type.Name), nil
	})
	with("LoadType of an array and of a range", "_sources int4range", func(ctx context.Context, c *pgx.Conn) (any, error) {
		s, err := c.LoadType(ctx, "sources")
		if err != nil {
			return nil, err
		}
		c.TypeMap().RegisterType(s)
		a, err := c.LoadType(ctx, "_sources")
		if err != nil {
			return nil, err
		}
		r, err := c.LoadType(ctx, "int4range")
		if err != nil {
			return nil, err
		}
		return a.Name + " " + r.Name, nil
	})
	with("LoadTypes", "2 public.sources", func(ctx context.Context, c *pgx.Conn) (any, error) {
		ts, err := c.LoadTypes(ctx, []string{"sources", "source_classes"})
		if err != nil {
			return nil, err
		}
		found := "?"
		for _, t := range ts {
			if t.Name == "public.sources" {
				found = t.Name
			}
		}
		return fmt.Sprint(len(ts)/2, " ", found), nil
	})
	with("a row value of a registered type", "{regulatory 0 1}", func(ctx context.Context, c *pgx.Conn) (any, error) {
		t, err := c.LoadType(ctx, "source_classes")
		if err != nil {
			return nil, err
		}
		c.TypeMap().RegisterType(t)
		var v struct {
			Name     string
			Tier     int16
			Weight   float64
			HalfLife *float64
			Default  float64
		}
		err = c.QueryRow(ctx, "select c from source_classes c where name = 'regulatory'").Scan(&v)
		return fmt.Sprintf("{%s %d %v}", v.Name, v.Tier, v.Weight), err
	})
	with("a record in binary", "[1 x <nil>]", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var a int32
		var b string
		var n *int32
		err := c.QueryRow(ctx, "select row(1, 'x'::text, null::int4)").Scan(pgtype.CompositeFields{&a, &b, &n})
		return fmt.Sprintf("[%d %s %v]", a, b, n), err
	})
	with("1600 columns", "1600 1599", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var cols []string
		for i := range 1600 {
			cols = append(cols, fmt.Sprintf("%d as c%d", i, i))
		}
		r, err := c.Query(ctx, "select "+strings.Join(cols, ", "))
		if err != nil {
			return nil, err
		}
		vs, err := pgx.CollectExactlyOneRow(r, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		return fmt.Sprint(len(vs), " ", vs[1599]), err
	})
}

func metadata() {
	with("field descriptions", "concept_path:25:2:-1 value_number:1700:7:-1 tier:21:10:-1 n:1700:0:655366 v:1043:0:9 c:25:0:-1", func(ctx context.Context, c *pgx.Conn) (any, error) {
		r, err := c.Query(ctx, "select concept_path, value_number, tier, 1::numeric(10,2) as n, 'a'::varchar(5) as v, 'x' as c from assertions limit 0")
		if err != nil {
			return nil, err
		}
		r.Close()
		var s []string
		for _, f := range r.FieldDescriptions() {
			s = append(s, fmt.Sprintf("%s:%d:%d:%d", f.Name, f.DataTypeOID, f.TableAttributeNumber, f.TypeModifier))
		}
		return strings.Join(s, " "), r.Err()
	})
	with("Prepare: types of parameters and columns", "[25 25 25 25 701 1184 3802] [25 21]", func(ctx context.Context, c *pgx.Conn) (any, error) {
		d, err := c.Prepare(ctx, "p", "insert into assertions (concept_path, predicate, value, source, confidence, valid_from, metadata) values ($1, $2, $3, $4, $5, $6, $7) returning id, tier")
		if err != nil {
			return nil, err
		}
		return fmt.Sprint(d.ParamOIDs, " [", d.Fields[0].DataTypeOID, " ", d.Fields[1].DataTypeOID, "]"), nil
	})
	with("Prepare by name, Deallocate", `42 26000 prepared statement "p" does not exist`, func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Prepare(ctx, "p", "select $1::int4 * 2"); err != nil {
			return nil, err
		}
		var n int
		if err := c.QueryRow(ctx, "p", 21).Scan(&n); err != nil {
			return nil, err
		}
		if err := c.Deallocate(ctx, "p"); err != nil {
			return nil, err
		}
		r := c.PgConn().ExecPrepared(ctx, "p", [][]byte{[]byte("1")}, nil, nil).Read()
		return fmt.Sprint(n, " ", fault(r.Err)), nil
	})
	with("DeallocateAll", "0", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Prepare(ctx, "p", "select 1"); err != nil {
			return nil, err
		}
		if err := c.DeallocateAll(ctx); err != nil {
			return nil, err
		}
		return rows(ctx, c, "select count(*) from pg_prepared_statements", pgx.QueryExecModeSimpleProtocol)
	})
}

func faults() {
	for _, x := range []struct{ name, sql, want string }{
		{"unique", "insert into sources (source) values ('countryjs')", `{23505 duplicate key value violates unique constraint "sources_pkey" Key (source)=(countryjs) already exists.  0 public sources  sources_pkey}`},
		{"not null", "insert into sources (source) values (null)", `{23502 null value in column "source" of relation "sources" violates not-null constraint Failing row contains (null, null, active, null, null, null, null, null).  0 public sources source }`},
		{"no such column, with a hint", "select sourc from sources", `{42703 column "sourc" does not exist  Perhaps you meant to reference the column "sources.source". 8    }`},
		{"no such table", "select * from nowhere", `{42P01 relation "nowhere" does not exist   15    }`},
		{"no such function", "select nofunc(1)", `{42883 function nofunc(integer) does not exist  No function matches the given name and argument types. You might need to add explicit type casts. 8    }`},
	} {
		with("error: "+x.name, x.want, func(ctx context.Context, c *pgx.Conn) (any, error) {
			_, err := c.Exec(ctx, x.sql)
			var e *pgconn.PgError
			if !errors.As(err, &e) {
				return nil, err
			}
			return fmt.Sprintf("{%s %s %s %s %d %s %s %s %s}", e.Code, e.Message, e.Detail, e.Hint, e.Position, e.SchemaName, e.TableName, e.ColumnName, e.ConstraintName), nil
		})
	}
	with("ErrNoRows", "true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		var s string
		err := c.QueryRow(ctx, "select source from sources where false").Scan(&s)
		return errors.Is(err, pgx.ErrNoRows), nil
	})
	with("an error after rows", "4 22012 division by zero", func(ctx context.Context, c *pgx.Conn) (any, error) {
		r, err := c.Query(ctx, "select 10 / (5 - g) from generate_series(1, 10) g")
		if err != nil {
			return nil, err
		}
		n := 0
		for r.Next() {
			n++
		}
		return fmt.Sprint(n, " ", fault(r.Err())), nil
	})
	with("a context that ends cancels the query, and pgx closes", "true true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		short, stop := context.WithTimeout(ctx, 300*time.Millisecond)
		defer stop()
		began := time.Now()
		_, err := c.Exec(short, "select pg_sleep(20)")
		return fmt.Sprint(errors.Is(err, context.DeadlineExceeded), " ", c.IsClosed() && time.Since(began) < 3*time.Second), nil
	})
	with("CancelRequest", "57014 canceling statement due to user request 1", func(ctx context.Context, c *pgx.Conn) (any, error) {
		go func() {
			time.Sleep(300 * time.Millisecond)
			_ = c.PgConn().CancelRequest(ctx)
		}()
		_, err := c.Exec(ctx, "select pg_sleep(8)")
		var n int
		again := c.QueryRow(ctx, "select 1").Scan(&n)
		return fmt.Sprint(fault(err), " ", n), again
	})
	with("statement_timeout", "57014 canceling statement due to statement timeout", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Exec(ctx, "set statement_timeout = 200"); err != nil {
			return nil, err
		}
		_, err := c.Exec(ctx, "select pg_sleep(8)")
		return fault(err), nil
	})
}

func transactions() {
	for _, x := range []struct {
		name, want string
		o          pgx.TxOptions
	}{
		{"default", "read committed off off", pgx.TxOptions{}},
		{"repeatable read, read only", "repeatable read on off", pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}},
		{"serializable, read only, deferrable", "serializable on on", pgx.TxOptions{IsoLevel: pgx.Serializable, AccessMode: pgx.ReadOnly, DeferrableMode: pgx.Deferrable}},
		{"read uncommitted, read write", "read uncommitted off off", pgx.TxOptions{IsoLevel: pgx.ReadUncommitted, AccessMode: pgx.ReadWrite, DeferrableMode: pgx.NotDeferrable}},
		{"a BEGIN of one's own", "repeatable read on off", pgx.TxOptions{BeginQuery: "begin isolation level repeatable read read only"}},
	} {
		with("transaction: "+x.name, x.want, func(ctx context.Context, c *pgx.Conn) (any, error) {
			tx, err := c.BeginTx(ctx, x.o)
			if err != nil {
				return nil, err
			}
			defer tx.Rollback(ctx)
			var a, b, d string
			err = tx.QueryRow(ctx, "select current_setting('transaction_isolation'), current_setting('transaction_read_only'), current_setting('transaction_deferrable')").Scan(&a, &b, &d)
			return a + " " + b + " " + d, err
		})
	}
	with("a write in a read-only transaction", "25006 cannot execute INSERT in a read-only transaction", func(ctx context.Context, c *pgx.Conn) (any, error) {
		err := pgx.BeginTxFunc(ctx, c, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "insert into sources (source) values ($1)", key)
			return err
		})
		return fault(err), nil
	})
	with("nested transactions are savepoints", "outer inner2", func(ctx context.Context, c *pgx.Conn) (any, error) {
		err := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			insert := func(tx pgx.Tx, what string) error {
				_, err := tx.Exec(ctx, "insert into sources (source, note) values ($1, $2)", key+"-tx-"+what, what)
				return err
			}
			if err := insert(tx, "outer"); err != nil {
				return err
			}
			first := pgx.BeginFunc(ctx, tx, func(in pgx.Tx) error {
				if err := insert(in, "inner1"); err != nil {
					return err
				}
				return insert(in, "outer") // a duplicate: it is undone
			})
			if fault(first)[:5] != "23505" {
				return first
			}
			return pgx.BeginFunc(ctx, tx, func(in pgx.Tx) error { return insert(in, "inner2") })
		})
		if err != nil {
			return nil, err
		}
		var s string
		err = c.QueryRow(ctx, "select string_agg(note, ' ' order by note desc) from sources where source like $1", key+"-tx-%").Scan(&s)
		return s, err
	})
	with("commit of a failed transaction", "commit unexpectedly resulted in rollback I", func(ctx context.Context, c *pgx.Conn) (any, error) {
		tx, err := c.Begin(ctx)
		if err != nil {
			return nil, err
		}
		_, _ = tx.Exec(ctx, "select 1/0")
		err = tx.Commit(ctx)
		return fmt.Sprint(err, " ", string(c.PgConn().TxStatus())), nil
	})
	with("TxStatus", "I T E", func(ctx context.Context, c *pgx.Conn) (any, error) {
		a := c.PgConn().TxStatus()
		_, _ = c.Exec(ctx, "begin")
		b := c.PgConn().TxStatus()
		_, _ = c.Exec(ctx, "select 1/0")
		return fmt.Sprintf("%c %c %c", a, b, c.PgConn().TxStatus()), nil
	})
}

func copies() {
	with("CopyFrom of rows", "3 1|one|1.5|<nil>;2|zwei ü|<nil>|[x y];3|<nil>|-2|[]", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Exec(ctx, "create temp table t (id int8, name text, f float8, tags text[])"); err != nil {
			return nil, err
		}
		n, err := c.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"id", "name", "f", "tags"}, pgx.CopyFromRows([][]any{{1, "one", 1.5, nil}, {2, "zwei ü", nil, []string{"x", "y"}}, {3, nil, -2.0, []string{}}}))
		if err != nil {
			return nil, err
		}
		s, err := rows(ctx, c, "select * from t order by id")
		return fmt.Sprint(n, " ", s), err
	})
	with("CopyFrom of claims and sources", "50 50 1275 2", func(ctx context.Context, c *pgx.Conn) (any, error) {
		path := "clients/pgx/" + key + "/copy"
		n, err := c.CopyFrom(ctx, pgx.Identifier{"public", "assertions"}, []string{"concept_path", "predicate", "value", "source", "confidence", "asserted_at", "metadata"},
			pgx.CopyFromSlice(50, func(i int) ([]any, error) {
				return []any{path, "n", fmt.Sprint(i + 1), key, 0.5, time.Now(), map[string]any{"i": i}}, nil
			}))
		if err != nil {
			return nil, err
		}
		m, err := c.CopyFrom(ctx, pgx.Identifier{"sources"}, []string{"source", "trust"}, pgx.CopyFromRows([][]any{{key + "-c1", 0.5}, {key + "-c2", nil}}))
		if err != nil {
			return nil, err
		}
		var count, sum int
		err = c.QueryRow(ctx, "select count(*), sum(value_number)::int8 from assertions where concept_path = $1", path).Scan(&count, &sum)
		return fmt.Sprint(n, " ", count, " ", sum, " ", m), err
	})
	with("CopyFrom of many", "20000 200010000", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Exec(ctx, "create temp table t (a int4, b text)"); err != nil {
			return nil, err
		}
		n, err := c.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"a", "b"}, pgx.CopyFromSlice(20000, func(i int) ([]any, error) { return []any{int32(i + 1), "text"}, nil }))
		if err != nil {
			return nil, err
		}
		var sum int64
		err = c.QueryRow(ctx, "select sum(a) from t").Scan(&sum)
		return fmt.Sprint(n, " ", sum), err
	})
	with("CopyFrom that fails", "23505 0", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Exec(ctx, "create temp table t (a int4 primary key)"); err != nil {
			return nil, err
		}
		_, err := c.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"a"}, pgx.CopyFromRows([][]any{{int32(1)}, {int32(1)}}))
		var n int
		again := c.QueryRow(ctx, "select count(*) from t").Scan(&n)
		return fmt.Sprint(fault(err)[:5], " ", n), again
	})
	with("CopyFrom whose source fails", "57014 true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Exec(ctx, "create temp table t (a int4)"); err != nil {
			return nil, err
		}
		_, err := c.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"a"}, pgx.CopyFromSlice(5, func(i int) ([]any, error) {
			if i == 3 {
				return nil, errors.New("no more")
			}
			return []any{int32(i)}, nil
		}))
		return fmt.Sprint(fault(err)[:5], " ", strings.Contains(fault(err), "COPY from stdin failed")), nil
	})
	with("COPY of text through pgconn", "COPY 2 1\tx;2\t\\N;", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Exec(ctx, "create temp table t (a int4, b text)"); err != nil {
			return nil, err
		}
		tag, err := c.PgConn().CopyFrom(ctx, strings.NewReader("1,x\n2,\n"), "copy t from stdin (format csv)")
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		_, err = c.PgConn().CopyTo(ctx, &out, "copy t to stdout")
		return tag.String() + " " + strings.ReplaceAll(out.String(), "\n", ";"), err
	})
}

func batches() {
	for _, m := range modes {
		with(m.String()+": batch", "[INSERT 0 1] 0.5 [6] [UPDATE 1] 23505", func(ctx context.Context, c *pgx.Conn) (any, error) {
			s := key + "-batch-" + m.String()
			cfg := c.Config().Copy()
			cfg.DefaultQueryExecMode = m
			c, err := pgx.ConnectConfig(ctx, cfg)
			if err != nil {
				return nil, err
			}
			defer c.Close(ctx)
			var b pgx.Batch
			var trust float64
			var seven string
			var tags []string
			b.Queue("insert into sources (source, trust) values ($1, $2)", s, 0.5).Exec(func(t pgconn.CommandTag) error { tags = append(tags, t.String()); return nil })
			b.Queue("select trust from sources where source = $1", s).QueryRow(func(r pgx.Row) error { return r.Scan(&trust) })
			b.Queue("select $1::int4 * 2", int32(3)).Query(func(r pgx.Rows) error {
				for r.Next() {
					vs, err := r.Values()
					if err != nil {
						return err
					}
					seven = fmt.Sprint(vs)
				}
				return r.Err()
			})
			b.Queue("update sources set note = 'b' where source = $1", s).Exec(func(t pgconn.CommandTag) error { tags = append(tags, t.String()); return nil })
			if err := c.SendBatch(ctx, &b).Close(); err != nil {
				return nil, err
			}
			// an error undoes the whole batch
			var bad pgx.Batch
			bad.Queue("insert into sources (source) values ($1)", s+"-lost")
			bad.Queue("insert into sources (source) values ($1)", s)
			bad.Queue("select 1")
			err = c.SendBatch(ctx, &bad).Close()
			var lost int
			if e := c.QueryRow(ctx, "select count(*) from sources where source = $1", s+"-lost").Scan(&lost); e != nil || lost != 0 {
				return nil, fmt.Errorf("%d rows of the failed batch: %w", lost, e)
			}
			return fmt.Sprintf("[%s] %v %s [%s] %s", tags[0], trust, seven, tags[1], fault(err)[:5]), nil
		})
		with(m.String()+": a batch of 300", "45150", func(ctx context.Context, c *pgx.Conn) (any, error) {
			cfg := c.Config().Copy()
			cfg.DefaultQueryExecMode = m
			c, err := pgx.ConnectConfig(ctx, cfg)
			if err != nil {
				return nil, err
			}
			defer c.Close(ctx)
			var b pgx.Batch
			sum := 0
			for i := range 300 {
				b.Queue("select $1::int4 + 1", int32(i)).QueryRow(func(r pgx.Row) error {
					var n int
					err := r.Scan(&n)
					sum += n
					return err
				})
			}
			err = c.SendBatch(ctx, &b).Close()
			return sum, err
		})
	}
}

func asynchronous() {
	with("notices", "NOTICE 00000 table \"nowhere\" does not exist, skipping", func(ctx context.Context, c *pgx.Conn) (any, error) {
		cfg := c.Config().Copy()
		var got string
		cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { got = n.Severity + " " + n.Code + " " + n.Message }
		c, err := pgx.ConnectConfig(ctx, cfg)
		if err != nil {
			return nil, err
		}
		defer c.Close(ctx)
		_, err = c.Exec(ctx, "drop table if exists nowhere")
		return got, err
	})
	with("WaitForNotification", "pgx_check héllo true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		if _, err := c.Exec(ctx, "listen pgx_check"); err != nil {
			return nil, err
		}
		d, err := pgx.Connect(ctx, "")
		if err != nil {
			return nil, err
		}
		defer d.Close(ctx)
		if _, err := d.Exec(ctx, "select pg_notify($1, $2)", "pgx_check", "héllo"); err != nil {
			return nil, err
		}
		wait, stop := context.WithTimeout(ctx, 3*time.Second)
		defer stop()
		n, err := c.WaitForNotification(wait)
		if err != nil {
			return nil, err
		}
		return fmt.Sprint(n.Channel, " ", n.Payload, " ", n.PID == d.PgConn().PID()), nil
	})
	with("advisory locks of two sessions", "true false true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		d, err := pgx.Connect(ctx, "")
		if err != nil {
			return nil, err
		}
		defer d.Close(ctx)
		id := time.Now().UnixNano()
		var got [3]bool
		ask := func(c *pgx.Conn, i int, f string) {
			if err == nil {
				err = c.QueryRow(ctx, "select "+f+"($1)", id).Scan(&got[i])
			}
		}
		ask(c, 0, "pg_try_advisory_lock")
		ask(d, 1, "pg_try_advisory_lock")
		ask(c, 2, "pg_advisory_unlock")
		return fmt.Sprint(got[0], " ", got[1], " ", got[2]), err
	})
	with("a cursor through a transaction", "true", func(ctx context.Context, c *pgx.Conn) (any, error) {
		tx, err := c.Begin(ctx)
		if err != nil {
			return nil, err
		}
		defer tx.Rollback(ctx)
		var want, got int
		if err := tx.QueryRow(ctx, "select count(*) from assertions where concept_path like 'countries/%'").Scan(&want); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, "declare c cursor for select id from assertions where concept_path like $1", "countries/%"); err != nil {
			return nil, err
		}
		for {
			tag, err := tx.Exec(ctx, "fetch 1000 from c")
			if err != nil {
				return nil, err
			}
			got += int(tag.RowsAffected())
			if tag.RowsAffected() == 0 {
				break
			}
		}
		return got == want && want > 10000, nil
	})
}

func pools() {
	tap.Check("pgxpool: 40 queries of 8 goroutines", "780 true", func(ctx context.Context) (any, error) {
		cfg, err := pgxpool.ParseConfig("pool_max_conns=4")
		if err != nil {
			return nil, err
		}
		after := 0
		cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
			after++
			_, err := c.Exec(ctx, "set application_name = 'pool'")
			return err
		}
		p, err := pgxpool.NewWithConfig(ctx, cfg)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		if err := p.Ping(ctx); err != nil {
			return nil, err
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		sum := 0
		for g := range 8 {
			wg.Go(func() {
				for i := range 5 {
					var n int
					e := p.QueryRow(ctx, "select $1::int4 where current_setting('application_name') = 'pool'", g*5+i).Scan(&n)
					mu.Lock()
					sum += n
					err = errors.Join(err, e)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		return fmt.Sprint(sum, " ", p.Stat().TotalConns() <= 4 && after <= 4), err
	})
	tap.Check("pgxpool: a connection that is killed is replaced", "1", func(ctx context.Context) (any, error) {
		p, err := pgxpool.New(ctx, "pool_max_conns=1")
		if err != nil {
			return nil, err
		}
		defer p.Close()
		var pid int32
		if err := p.QueryRow(ctx, "select pg_backend_pid()").Scan(&pid); err != nil {
			return nil, err
		}
		c, err := pgx.Connect(ctx, "")
		if err != nil {
			return nil, err
		}
		defer c.Close(ctx)
		if _, err := c.Exec(ctx, "select pg_terminate_backend($1, 3000)", pid); err != nil {
			return nil, err
		}
		_, _ = p.Exec(ctx, "select 1") // may still meet the dead one
		var n int
		err = p.QueryRow(ctx, "select 1").Scan(&n)
		return n, err
	})
	tap.Check("pgxpool: transaction, batch, copy", "3 2", func(ctx context.Context) (any, error) {
		p, err := pgxpool.New(ctx, "pool_max_conns=1")
		if err != nil {
			return nil, err
		}
		defer p.Close()
		if _, err := p.Exec(ctx, "create temp table t (a int4)"); err != nil {
			return nil, err
		}
		n, err := p.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"a"}, pgx.CopyFromRows([][]any{{int32(1)}, {int32(2)}, {int32(3)}}))
		if err != nil {
			return nil, err
		}
		var rest int
		err = pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
			var b pgx.Batch
			b.Queue("delete from t where a = $1", int32(2))
			b.Queue("select count(*) from t").QueryRow(func(r pgx.Row) error { return r.Scan(&rest) })
			return tx.SendBatch(ctx, &b).Close()
		})
		return fmt.Sprint(n, " ", rest), err
	})
}

func lowLevel() {
	with("pgconn: several results of one query", "1;a|b;SELECT 1,SELECT 1,SET", func(ctx context.Context, c *pgx.Conn) (any, error) {
		rs, err := c.PgConn().Exec(ctx, "select 1; select 'a', 'b'; set work_mem = '5MB'").ReadAll()
		if err != nil {
			return nil, err
		}
		var tags []string
		s := ""
		for _, r := range rs {
			tags = append(tags, r.CommandTag.String())
			for _, row := range r.Rows {
				s += string(bytes.Join(row, []byte("|"))) + ";"
			}
		}
		return s + strings.Join(tags, ","), nil
	})
	with("pgconn: several statements are one transaction", "22012 0", func(ctx context.Context, c *pgx.Conn) (any, error) {
		_, err := c.PgConn().Exec(ctx, "insert into sources (source) values ('"+key+"-multi'); select 1/0").ReadAll()
		var n int
		again := c.QueryRow(ctx, "select count(*) from sources where source = $1", key+"-multi").Scan(&n)
		return fmt.Sprint(fault(err)[:5], " ", n), again
	})
	with("pgconn pipeline: results, an error, a sync", "[42] [22012] aborted sync [7] sync", func(ctx context.Context, c *pgx.Conn) (any, error) {
		p := c.PgConn().StartPipeline(ctx)
		one := func(sql string, v string) { p.SendQueryParams(sql, [][]byte{[]byte(v)}, nil, nil, nil) }
		one("select $1::int4 * 2", "21")
		one("select 1 / $1::int4", "0")
		one("select $1::int4", "3")
		if err := p.Sync(); err != nil {
			return nil, err
		}
		one("select $1::int4", "7")
		if err := p.Sync(); err != nil {
			return nil, err
		}
		var out []string
		for range 9 {
			r, err := p.GetResults()
			if err != nil {
				out = append(out, "["+fault(err)[:5]+"]", "aborted")
				continue
			}
			switch r := r.(type) {
			case nil:
				return strings.Join(out, " "), p.Close()
			case *pgconn.ResultReader:
				x := r.Read()
				if x.Err != nil {
					out = append(out, "["+fault(x.Err)[:5]+"]", "aborted")
				} else {
					out = append(out, "["+string(x.Rows[0][0])+"]")
				}
			case *pgconn.PipelineSync:
				out = append(out, "sync")
			}
		}
		return out, p.Close()
	})
	with("pgconn pipeline: prepare and describe", "[23] int4", func(ctx context.Context, c *pgx.Conn) (any, error) {
		p := c.PgConn().StartPipeline(ctx)
		p.SendPrepare("x", "select $1 + 1 as int4", nil)
		if err := p.Sync(); err != nil {
			return nil, err
		}
		r, err := p.GetResults()
		if err != nil {
			return nil, err
		}
		d := r.(*pgconn.StatementDescription)
		out := fmt.Sprint(d.ParamOIDs, " ", d.Fields[0].Name)
		return out, p.Close()
	})
	with("pgconn: text and binary formats", "00000102 258", func(ctx context.Context, c *pgx.Conn) (any, error) {
		r := c.PgConn().ExecParams(ctx, "select $1::int4, $1::int4", [][]byte{{0, 0, 1, 2}}, []uint32{23}, []int16{1}, []int16{1, 0}).Read()
		if r.Err != nil {
			return nil, r.Err
		}
		return fmt.Sprintf("%x %s", r.Rows[0][0], r.Rows[0][1]), nil
	})
	with("pgconn: an empty query", "0", func(ctx context.Context, c *pgx.Conn) (any, error) {
		rs, err := c.PgConn().Exec(ctx, " ; ").ReadAll()
		n := 0
		for _, r := range rs {
			n += len(r.Rows)
		}
		return n, err
	})
	with("EscapeString, Identifier", `it''s "a""b"`, func(ctx context.Context, c *pgx.Conn) (any, error) {
		s, err := c.PgConn().EscapeString("it's")
		return s + " " + pgx.Identifier{`a"b`}.Sanitize(), err
	})
}

func standard() {
	db, err := sql.Open("pgx", "")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	tap.Check("stdlib: a query, a null, column types", "countryjs {0 false} TEXT,FLOAT8,INT8", func(ctx context.Context) (any, error) {
		r, err := db.QueryContext(ctx, "select source, trust, 1::int8 from sources where source = $1", "countryjs")
		if err != nil {
			return nil, err
		}
		defer r.Close()
		cts, err := r.ColumnTypes()
		if err != nil {
			return nil, err
		}
		var names []string
		for _, t := range cts {
			names = append(names, t.DatabaseTypeName())
		}
		var s string
		var f sql.NullFloat64
		var n int64
		r.Next()
		err = r.Scan(&s, &f, &n)
		return fmt.Sprint(s, " ", f, " ", strings.Join(names, ",")), err
	})
	tap.Check("stdlib: a transaction with options", "repeatable read on", func(ctx context.Context) (any, error) {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
		if err != nil {
			return nil, err
		}
		defer tx.Rollback()
		var a, b string
		err = tx.QueryRowContext(ctx, "select current_setting('transaction_isolation'), current_setting('transaction_read_only')").Scan(&a, &b)
		return a + " " + b, err
	})
	tap.Check("stdlib: a prepared statement, rows affected", "2 1", func(ctx context.Context) (any, error) {
		st, err := db.PrepareContext(ctx, "insert into sources (source, trust) values ($1, $2) on conflict do nothing")
		if err != nil {
			return nil, err
		}
		defer st.Close()
		var total int64
		for _, s := range []string{"-std1", "-std2", "-std2"} {
			r, err := st.ExecContext(ctx, key+s, 0.5)
			if err != nil {
				return nil, err
			}
			n, err := r.RowsAffected()
			if err != nil {
				return nil, err
			}
			total += n
		}
		r, err := db.ExecContext(ctx, "delete from sources where source = $1", key+"-std1")
		if err != nil {
			return nil, err
		}
		n, err := r.RowsAffected()
		return fmt.Sprint(total, " ", n), err
	})
}
