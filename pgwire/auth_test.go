package pgwire

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/lib/pq"
)

func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func passwordRoles(t *testing.T) Roles {
	t.Helper()
	v, err := NewVerifier("geheim, sagt Ölaf", 4096)
	if err != nil {
		t.Fatal(err)
	}
	return Roles{"stemedb": {Superuser: true, Login: true, Password: v}, "open": {Login: true}}
}

func pgxQuery(dsn string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	var s string
	err = conn.QueryRow(ctx, "echo $1", "héllo").Scan(&s)
	return s, err
}

func pqQuery(dsn string) (string, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return "", err
	}
	defer func() { _ = db.Close() }()
	var s string
	err = db.QueryRow("echo $1", "héllo").Scan(&s)
	return s, err
}

func code(err error) string {
	var pe *pgconn.PgError
	var qe *pq.Error
	switch {
	case errors.As(err, &pe):
		return pe.Code
	case errors.As(err, &qe):
		return string(qe.Code)
	case err != nil:
		return err.Error()
	}
	return ""
}

// TestDrivers logs pgx and lib/pq in by SCRAM, with and without TLS (pgx with
// channel binding), and by trust.
func TestDrivers(t *testing.T) {
	first, second := selfSigned(t), selfSigned(t)
	current := &first
	conf := &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return current, nil }}
	_, _, withTLS := startServer(t, Options{Auth: passwordRoles(t), TLS: conf})
	_, _, plain := startServer(t, Options{Auth: passwordRoles(t)})
	for _, tc := range []struct{ name, addr, user, password, sslmode, want string }{
		{"scram", plain, "stemedb", "geheim, sagt Ölaf", "disable", ""},
		{"scram, prefer", plain, "stemedb", "geheim, sagt Ölaf", "prefer", ""},
		{"wrong password", plain, "stemedb", "geheim", "disable", "28P01"},
		{"trust", plain, "open", "", "disable", ""},
		{"unknown", plain, "nobody", "x", "disable", "28000"},
		{"tls required, none there", plain, "stemedb", "geheim, sagt Ölaf", "require", "TLS"},
		{"tls", withTLS, "stemedb", "geheim, sagt Ölaf", "require", ""},
		{"tls refused by client", withTLS, "stemedb", "geheim, sagt Ölaf", "disable", ""},
		{"tls, wrong password", withTLS, "stemedb", "geheim", "require", "28P01"},
		{"tls, unverifiable", withTLS, "stemedb", "geheim, sagt Ölaf", "verify-full", "certificate"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			host, port, _ := net.SplitHostPort(tc.addr)
			dsn := fmt.Sprintf("host=%s port=%s user=%s password='%s' dbname=stemedb sslmode=%s", host, port, tc.user, tc.password, tc.sslmode)
			for name, query := range map[string]func(string) (string, error){"pgx": pgxQuery, "pq": pqQuery} {
				if name == "pq" && tc.sslmode == "prefer" {
					dsn = strings.Replace(dsn, "prefer", "disable", 1)
				}
				got, err := query(dsn)
				switch c := code(err); {
				case tc.want == "" && (err != nil || got != "héllo"):
					t.Errorf("%s: %q, %v", name, got, err)
				case tc.want != "" && c != tc.want && !strings.Contains(c, tc.want) && !strings.Contains(c, "SSL"):
					t.Errorf("%s: %q, %v", name, c, err)
				}
			}
		})
	}
	current = &second
	dsn := fmt.Sprintf("postgres://stemedb@%s/stemedb?sslmode=require", withTLS)
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Password, cfg.ChannelBinding = "geheim, sagt Ölaf", "require"
	var shown []byte
	cfg.TLSConfig.VerifyConnection = func(s tls.ConnectionState) error {
		shown = s.PeerCertificates[0].Raw
		return nil
	}
	conn, err := pgx.ConnectConfig(context.Background(), cfg)
	if err != nil {
		t.Fatal("channel binding with a changed certificate:", err)
	}
	_ = conn.Close(context.Background())
	if string(shown) != string(second.Certificate[0]) {
		t.Error("the new certificate was not shown")
	}
}

// TestDriverWork runs what drivers do: prepared statements, batches, COPY,
// binary formats, cancellation by context, an error and on.
func TestDriverWork(t *testing.T) {
	_, e, addr := startServer(t, Options{})
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, "postgres://stemedb@"+addr+"/stemedb?sslmode=disable&application_name=it")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if got := conn.PgConn().ParameterStatus("application_name"); got != "it" {
		t.Errorf("application_name is %q", got)
	}
	for range 2 { // prepared, then from the driver's cache
		rows, _ := conn.Query(ctx, "rows 1000")
		got, err := pgx.CollectRows(rows, pgx.RowToMap)
		if err != nil || len(got) != 1000 || got[999]["n"] != int32(1000) || got[999]["t"] != "row 1000" {
			t.Fatalf("%d rows, %v", len(got), err)
		}
	}
	b := &pgx.Batch{}
	b.Queue("rows 2")
	b.Queue("fail 22012 division by zero")
	b.Queue("rows 3")
	res := conn.SendBatch(ctx, b)
	if tag, err := res.Exec(); err != nil || tag.String() != "SELECT 2" {
		t.Errorf("%v, %v", tag, err)
	}
	if _, err := res.Exec(); code(err) != "22012" {
		t.Errorf("batch: %v", err)
	}
	_ = res.Close()
	var out strings.Builder
	if tag, err := conn.PgConn().CopyTo(ctx, &out, "copyout 3"); err != nil || tag.RowsAffected() != 3 || out.String() != "1\tline\n2\tline\n3\tline\n" {
		t.Errorf("%q, %v, %v", out.String(), tag, err)
	}
	big := strings.Repeat("1\tabcdefghij\n", 100_000)
	if tag, err := conn.PgConn().CopyFrom(ctx, strings.NewReader("1\ta\n"), "copyin"); err != nil || tag.RowsAffected() != 1 {
		t.Errorf("%v, %v", tag, err)
	}
	if _, err := conn.PgConn().CopyFrom(ctx, strings.NewReader("bad\n"+big), "copyin"); code(err) != "22P04" {
		t.Errorf("COPY: %v", err)
	}
	if _, err := conn.Exec(ctx, "rows 1"); err != nil {
		t.Error(err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := conn.Exec(short, "sleep"); err == nil {
		t.Error("sleep ended well")
	}
	eventually(t, "the statement ends", func() bool { return e.sleeping.Load() == 0 })
	db, err := sql.Open("postgres", "postgres://stemedb@"+addr+"/stemedb?sslmode=disable&search_path=authority")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var n int
	var s string
	if err := db.QueryRow("rows 1").Scan(&n, &s); err != nil || n != 1 || s != "row 1" {
		t.Errorf("%d %q %v", n, s, err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("fail 23505 taken"); code(err) != "23505" {
		t.Error(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Error(err)
	}
}

func TestVerifier(t *testing.T) {
	v, err := NewVerifier("pw", 4096)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseVerifier(v.String())
	if err != nil || again.String() != v.String() {
		t.Errorf("%v, %v", again, err)
	}
	for _, bad := range []string{"", "md5abc", "SCRAM-SHA-256$", "SCRAM-SHA-256$4096:c2FsdA==$YQ==:YQ==", "SCRAM-SHA-256$x:c2FsdA==$a:b", "SCRAM-SHA-256$0:" + v.String()[19:]} {
		if _, err := ParseVerifier(bad); !errors.Is(err, ErrVerifier) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// farConn is a connection that claims to come from another machine.
type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 4000} }

type farListener struct{ net.Listener }

func (l farListener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return farConn{nc}, nil
}

// TestRemote: beyond loopback a password is needed, and nothing tells a role
// without one, or an unknown one, from one whose password was wrong.
func TestRemote(t *testing.T) {
	dsnTo := func(o Options) string {
		s, _, _ := startServer(t, o)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = s.Serve(context.Background(), farListener{l}) }()
		return "host=127.0.0.1 dbname=stemedb port=" + strings.Split(l.Addr().String(), ":")[1]
	}
	dsn := dsnTo(Options{Auth: passwordRoles(t)}) + " sslmode=disable"
	for _, tc := range [][2]string{
		{"user=stemedb password='geheim, sagt Ölaf'", ""},
		{"user=stemedb password=no", "28P01"}, {"user=open password=no", "28P01"}, {"user=nobody password=no", "28P01"},
	} {
		if _, err := pgxQuery(dsn + " " + tc[0]); code(err) != tc[1] {
			t.Errorf("%s: %v", tc[0], err)
		}
	}
	if _, err := pgxQuery(dsnTo(Options{Auth: passwordRoles(t), TrustRemote: true}) + " sslmode=disable user=open"); err != nil {
		t.Error(err)
	}
	cert := selfSigned(t)
	dsn = dsnTo(Options{Auth: passwordRoles(t), RequireTLS: true, TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
	dsn += " user=stemedb password='geheim, sagt Ölaf' sslmode="
	if _, err := pgxQuery(dsn + "disable"); code(err) != "28000" {
		t.Error(err)
	}
	if _, err := pgxQuery(dsn + "require"); err != nil {
		t.Error(err)
	}
	dsn = dsnTo(Options{Auth: passwordRoles(t), LocalTLS: true, TLS: &tls.Config{Certificates: []tls.Certificate{cert}}})
	if _, err := pgxQuery(dsn + " user=open sslmode=disable"); code(err) != "28000" {
		t.Error(err)
	}
}
