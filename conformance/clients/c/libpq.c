// Drives libpq against the server that PGHOST and the other variables name.
//   cc -o libpq libpq.c $(pkg-config --cflags --libs libpq) && ./libpq
#define _GNU_SOURCE
#include "tap.h"
#include <libpq-fe.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>

static char key[32]; // of this run, in all rows that it writes

static PGconn *open_with(const char *more) {
	return PQconnectdb(f("connect_timeout=5 application_name=libpq-check %s", more));
}

// con opens a connection whose statements have a limit.
static PGconn *con(void) {
	PGconn *c = open_with("options='-c statement_timeout=20s'");
	if (PQstatus(c) != CONNECTION_OK) printf("# no connection: %s", PQerrorMessage(c));
	return c;
}

static const char *field(const PGresult *r, int code) {
	const char *s = PQresultErrorField(r, code);
	return s ? s : "-";
}

// show writes a result as one string and frees it: rows as a|b;c|d, commands as
// their tags, errors as SQLSTATE and message.
static char *show(PGresult *r) {
	char *s = "";
	switch (PQresultStatus(r)) {
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
		for (int i = 0; i < PQntuples(r); i++)
			for (int j = 0; j < PQnfields(r); j++)
				s = f("%s%s%s", s, j ? "|" : i ? ";" : "", PQgetisnull(r, i, j) ? "NULL" : PQgetvalue(r, i, j));
		break;
	case PGRES_COMMAND_OK:
		s = f("%s", PQcmdStatus(r));
		break;
	case PGRES_FATAL_ERROR:
		s = f("%s %s", field(r, PG_DIAG_SQLSTATE), field(r, PG_DIAG_MESSAGE_PRIMARY));
		break;
	default:
		s = f("%s", PQresStatus(PQresultStatus(r)));
	}
	PQclear(r);
	return s;
}

static char *q(PGconn *c, const char *sql) { return show(PQexec(c, sql)); }

// qp runs sql with n parameters, in text.
static char *qp(PGconn *c, const char *sql, int n, ...) {
	const char *v[16];
	va_list args;
	va_start(args, n);
	for (int i = 0; i < n; i++) v[i] = va_arg(args, const char *);
	va_end(args);
	return show(PQexecParams(c, sql, n, NULL, v, NULL, NULL, 0));
}

static char *hex(const char *p, int n) {
	char *s = malloc(2 * n + 1);
	for (int i = 0; i < n; i++) sprintf(s + 2 * i, "%02x", (unsigned char)p[i]);
	s[2 * n] = 0;
	return s;
}

static char *unhex(const char *s, int *n) {
	char *p = malloc(strlen(s) / 2 + 1);
	*n = strlen(s) / 2;
	for (int i = 0; i < *n; i++) {
		unsigned b;
		sscanf(s + 2 * i, "%2x", &b);
		p[i] = b;
	}
	return p;
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

// readable waits until the connection has something to read.
static int readable(PGconn *c, double seconds) {
	fd_set in;
	struct timeval t = {(long)seconds, (long)((seconds - (long)seconds) * 1e6)};
	FD_ZERO(&in);
	FD_SET(PQsocket(c), &in);
	return select(PQsocket(c) + 1, &in, NULL, NULL, &t) > 0 && PQconsumeInput(c);
}

// notice keeps what the server says unasked: also why it ends an idle session.
static char notices[2000];

static void notice(void *arg, const PGresult *r) {
	(void)arg;
	snprintf(notices + strlen(notices), sizeof notices - strlen(notices), "%s %s %s;", field(r, PG_DIAG_SEVERITY), field(r, PG_DIAG_SQLSTATE), field(r, PG_DIAG_MESSAGE_PRIMARY));
}

// ---------------------------------------------------------------- connecting

static void refused(const char *options, const char *why, const char *name) {
	PGconn *c = open_with(options);
	if (PQstatus(c) == CONNECTION_OK) is("connected", "refused", name);
	else has(PQerrorMessage(c), why, name);
	PQfinish(c);
}

static void accepted(const char *options, const char *sql, const char *want, const char *name) {
	PGconn *c = open_with(options);
	if (PQstatus(c) != CONNECTION_OK) is(PQerrorMessage(c), "connected", name);
	else is(q(c, sql), want, name);
	PQfinish(c);
}

static void connecting(void) {
	is_int(PQping("connect_timeout=5"), PQPING_OK, "PQping");
	is_int(PQping("connect_timeout=5 port=1"), PQPING_NO_RESPONSE, "PQping where nothing listens");
	PGconn *c = con();
	is_int(PQstatus(c), CONNECTION_OK, "PQconnectdb");
	is_int(PQsslInUse(c), 1, "PQsslInUse");
	is(PQsslAttribute(c, "protocol"), "TLSv1.3", "PQsslAttribute: TLS 1.3");
	is_int(PQprotocolVersion(c), 3, "PQprotocolVersion");
	is_int(PQserverVersion(c) / 10000, 15, "PQserverVersion");
	is(q(c, "select current_setting('server_version_num')"), f("%d", PQserverVersion(c)), "PQserverVersion is server_version_num");
	is(q(c, "select pg_backend_pid()"), f("%d", PQbackendPID(c)), "PQbackendPID is pg_backend_pid()");
	is(f("%s %s %s %s", PQuser(c), PQdb(c), PQhost(c), PQport(c)), f("%s %s %s %s", getenv("PGUSER"), getenv("PGDATABASE"), getenv("PGHOST"), getenv("PGPORT")), "PQuser, PQdb, PQhost, PQport");
	is_int(PQconnectionUsedPassword(c), 1, "PQconnectionUsedPassword");
	is(q(c, "select ssl, version, usename, application_name from pg_stat_ssl join pg_stat_activity using (pid) where pid = pg_backend_pid()"), "t|TLSv1.3|stemedb|libpq-check", "pg_stat_ssl and pg_stat_activity know the connection");
	int pid = PQbackendPID(c);
	PQreset(c);
	is(PQstatus(c) == CONNECTION_OK && PQbackendPID(c) != pid ? q(c, "select 1") : PQerrorMessage(c), "1", "PQreset gives a new session");
	PQfinish(c);

	accepted("channel_binding=require", "select 1", "1", "channel_binding=require");
	accepted("channel_binding=disable", "select 1", "1", "channel_binding=disable");
	accepted("ssl_max_protocol_version=TLSv1.2 channel_binding=require", "select version from pg_stat_ssl where pid = pg_backend_pid()", "TLSv1.2", "TLS 1.2 with channel binding");
	accepted("sslsni=0 gssencmode=disable keepalives_idle=30 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=9000 sslcompression=0", "select 1", "1", "transport options");
	accepted("hostaddr=127.0.0.1", "select 1", "1", "hostaddr with a verified host name");
	accepted("sslmode=verify-ca host=127.0.0.1", "select 1", "1", "sslmode=verify-ca");
	accepted("sslmode=require", "select 1", "1", "sslmode=require");
	accepted(f("host=localhost,localhost port=1,%s", getenv("PGPORT")), "select 1", "1", "two hosts, the first is down");
	const char *attrs[] = {"any", "read-write", "primary", "prefer-standby"};
	for (int i = 0; i < 4; i++) accepted(f("target_session_attrs=%s", attrs[i]), "select pg_is_in_recovery()", "f", f("target_session_attrs=%s", attrs[i]));
	accepted("target_session_attrs=read-only options='-c default_transaction_read_only=on'", "show transaction_read_only", "on", "target_session_attrs=read-only of a read-only session");
	refused("target_session_attrs=read-only", "session is not read-only", "target_session_attrs=read-only is refused");
	refused("target_session_attrs=read-write options='-c default_transaction_read_only=on'", "session is read-only", "target_session_attrs=read-write of a read-only session is refused");
	refused("target_session_attrs=standby", "server is not in hot standby mode", "target_session_attrs=standby is refused");
	refused("password=wrong", "FATAL:  password authentication failed for user \"stemedb\"", "wrong password");
	refused("user=nobody", "FATAL:  password authentication failed for user \"nobody\"", "unknown user, same words");
	refused("dbname=nowhere", "FATAL:  database \"nowhere\" does not exist", "unknown database");
	refused("sslmode=disable", "FATAL:  ", "no TLS, no login");
	refused("options='-c no_such_setting=1'", "FATAL:  unrecognized configuration parameter \"no_such_setting\"", "options: unknown setting");
	refused("options='-c work_mem=soup'", "FATAL:  invalid value for parameter \"work_mem\": \"soup\"", "options: invalid value");
	accepted("options='-c search_path=authority,public -c extra_float_digits=0 -c intervalstyle=iso_8601'", "select current_setting('search_path'), 0.1::float8 + 0.2, interval '1 day 2 hours', current_schema", "authority,public|0.3|P1DT2H|authority", "options: -c three times");
	accepted("options='-cwork_mem=8MB --statement-timeout=7s -c application_name=a\\\\ b'", "select current_setting('work_mem'), current_setting('statement_timeout'), current_setting('application_name')", "8MB|7s|libpq-check", "options: -cx=y, --x-y=z, a blank; application_name goes before");
	accepted("options='-c check.key=a\\\\ b'", "select current_setting('check.key')", "a b", "options: a setting of one's own with a blank");
	accepted("client_encoding=LATIN1", "show client_encoding", "LATIN1", "client_encoding=LATIN1");
	accepted("client_encoding=auto", "select count(*) from pg_settings where name = 'client_encoding' and setting in ('SQL_ASCII', 'UTF8')", "1", "client_encoding=auto");
	accepted("fallback_application_name=other", "show application_name", "libpq-check", "fallback_application_name");

	// a password file and a service file, instead of the environment
	char dir[] = "/tmp/libpq-check-XXXXXX";
	char *password = f("%s", getenv("PGPASSWORD"));
	if (mkdtemp(dir)) {
		char *pass = f("%s/pass", dir), *service = f("%s/service", dir);
		FILE *o = fopen(pass, "w");
		fprintf(o, "# host:port:database:user:password\n%s:%s:*:%s:%s\n", getenv("PGHOST"), getenv("PGPORT"), getenv("PGUSER"), password);
		fclose(o), chmod(pass, 0600);
		o = fopen(service, "w");
		fprintf(o, "[check]\ndbname=%s\napplication_name=from-service\n", getenv("PGDATABASE"));
		fclose(o);
		unsetenv("PGPASSWORD");
		accepted(f("passfile=%s", pass), "select 1", "1", "passfile");
		setenv("PGPASSWORD", password, 1), setenv("PGSERVICEFILE", service, 1);
		c = PQconnectdb("service=check connect_timeout=5");
		is(q(c, "show application_name"), "from-service", "service file");
		PQfinish(c), unsetenv("PGSERVICEFILE"), unlink(pass), unlink(service), rmdir(dir);
	}
	unsetenv("PGPASSWORD");
	c = open_with("passfile=/dev/null");
	is_int(PQconnectionNeedsPassword(c), 1, "PQconnectionNeedsPassword without one");
	PQfinish(c), setenv("PGPASSWORD", password, 1);

	// without blocking, as an event loop connects
	c = PQconnectStart("connect_timeout=5");
	PostgresPollingStatusType p = PGRES_POLLING_WRITING;
	for (double end = now() + 5; p != PGRES_POLLING_OK && p != PGRES_POLLING_FAILED && now() < end; p = PQconnectPoll(c)) {
		fd_set s;
		struct timeval t = {1, 0};
		FD_ZERO(&s);
		FD_SET(PQsocket(c), &s);
		select(PQsocket(c) + 1, p == PGRES_POLLING_READING ? &s : NULL, p == PGRES_POLLING_WRITING ? &s : NULL, NULL, &t);
	}
	is_int(p, PGRES_POLLING_OK, "PQconnectStart and PQconnectPoll");
	PQfinish(c);
}

// ---------------------------------------------------- parameters of the server

static void status(PGconn *c, const char *parameter, const char *want) {
	is(PQparameterStatus(c, parameter), want, f("PQparameterStatus: %s", parameter));
}

// resent sets a parameter in each way there is, and asks what libpq was told.
static void resent(PGconn *c, const char *parameter, const char *value, const char *reported) {
	char *was = f("%s", PQparameterStatus(c, parameter)), *said = "";
	const char *steps[] = {f("set %s = '%s'", parameter, value), f("reset %s", parameter), "begin", f("set local %s = '%s'", parameter, value), "commit",
		"begin", f("set %s = '%s'", parameter, value), "rollback", f("select set_config('%s', '%s', false)", parameter, value), "reset all"};
	const char *want[] = {reported, was, was, reported, was, was, reported, was, reported, was};
	for (int i = 0; i < 10; i++) {
		PQclear(PQexec(c, steps[i]));
		if (strcmp(PQparameterStatus(c, parameter), want[i])) said = f("%s%s -> %s, not %s. ", said, steps[i], PQparameterStatus(c, parameter), want[i]);
	}
	is(said, "", f("%s is told anew after SET, SET LOCAL, ROLLBACK, set_config, RESET", parameter));
}

static void parameters(void) {
	PGconn *c = open_with("options='-c timezone=UTC -c datestyle=ISO,MDY'");
	tap_result(!strncmp(PQparameterStatus(c, "server_version"), "15.", 3), "PQparameterStatus: server_version");
	status(c, "server_encoding", "UTF8");
	status(c, "client_encoding", "UTF8");
	status(c, "application_name", "libpq-check");
	status(c, "is_superuser", "on");
	status(c, "session_authorization", "stemedb");
	status(c, "DateStyle", "ISO, MDY");
	status(c, "IntervalStyle", "postgres");
	status(c, "TimeZone", "UTC");
	status(c, "integer_datetimes", "on");
	status(c, "standard_conforming_strings", "on");
	status(c, "default_transaction_read_only", "off");
	status(c, "in_hot_standby", "off");
	is_int(PQparameterStatus(c, "work_mem") != NULL, 0, "PQparameterStatus: work_mem is not reported");
	resent(c, "application_name", "other", "other");
	resent(c, "DateStyle", "SQL, DMY", "SQL, DMY");
	resent(c, "IntervalStyle", "iso_8601", "iso_8601");
	resent(c, "TimeZone", "Asia/Tokyo", "Asia/Tokyo");
	resent(c, "client_encoding", "LATIN1", "LATIN1");
	resent(c, "standard_conforming_strings", "off", "off");
	resent(c, "default_transaction_read_only", "on", "on");
	PQclear(PQexec(c, "set time zone 3"));
	is(PQparameterStatus(c, "TimeZone"), "<+03>-03", "a TimeZone that is a number is told");
	PQclear(PQexec(c, "set datestyle = German")), PQclear(PQexec(c, "discard all"));
	is(f("%s, %s", PQparameterStatus(c, "TimeZone"), PQparameterStatus(c, "DateStyle")), "UTC, ISO, MDY", "DISCARD ALL tells what is back");

	is_int(PQsetClientEncoding(c, "LATIN1"), 0, "PQsetClientEncoding");
	PGresult *r = PQexec(c, "select U&'\\00e9t\\00e9'");
	is(hex(PQgetvalue(r, 0, 0), PQgetlength(r, 0, 0)), "e974e9", "text comes in LATIN1");
	PQclear(r);
	is(qp(c, "select length($1), $1 = U&'\\00e9'", 1, "\xe9"), "1|t", "parameters go in LATIN1");
	is(q(c, "select U&'\\20ac'"), "22P05 character with byte sequence 0xe2 0x82 0xac in encoding \"UTF8\" has no equivalent in encoding \"LATIN1\"", "what LATIN1 does not have");
	is_int(PQsetClientEncoding(c, "UTF8") == 0 && PQclientEncoding(c) == pg_char_to_encoding("UTF8"), 1, "back to UTF8");
	PQfinish(c);
}

// --------------------------------------------------------------------- types

static struct {
	const char *type;
	unsigned oid;
	int size;
	const char *in, *out, *binary;
} types[] = {
	{"bool", 16, 1, "yes", "t", "01"},
	{"int2", 21, 2, "-32768", "-32768", "8000"},
	{"int4", 23, 4, "2147483647", "2147483647", "7fffffff"},
	{"int8", 20, 8, "-9223372036854775808", "-9223372036854775808", "8000000000000000"},
	{"numeric", 1700, -1, "12345678901234567890.000123", "12345678901234567890.000123", "000700040000000604d2162e23340d801ed2000108fc"},
	{"numeric", 1700, -1, "NaN", "NaN", "00000000c0000000"},
	{"numeric", 1700, -1, "-Infinity", "-Infinity", "00000000f0000020"},
	{"numeric", 1700, -1, "1e-20", "0.00000000000000000001", "0001fffb000000140001"},
	{"float4", 700, 4, "1.5e-10", "1.5e-10", "2f24ed3f"},
	{"float8", 701, 8, "0.1", "0.1", "3fb999999999999a"},
	{"float8", 701, 8, "-Infinity", "-Infinity", "fff0000000000000"},
	{"float8", 701, 8, "NaN", "NaN", "7ff8000000000000"},
	{"text", 25, -1, "naïve 日本 🐘", "naïve 日本 🐘", "6e61c3af766520e697a5e69cac20f09f9098"},
	{"varchar", 1043, -1, "", "", ""},
	{"bpchar", 1042, -1, "ab ", "ab ", "616220"},
	{"\"char\"", 18, 1, "x", "x", "78"},
	{"name", 19, 64, "some_name", "some_name", "736f6d655f6e616d65"},
	{"bytea", 17, -1, "\\xdeadbeef00", "\\xdeadbeef00", "deadbeef00"},
	{"date", 1082, 4, "2024-02-29", "2024-02-29", "00002279"},
	{"date", 1082, 4, "infinity", "infinity", "7fffffff"},
	{"date", 1082, 4, "0044-03-15 BC", "0044-03-15 BC", "fff49d7b"},
	{"time", 1083, 8, "23:59:59.123456", "23:59:59.123456", "000000141dca0000"},
	{"timetz", 1266, 12, "12:00:00+05:30", "12:00:00+05:30", "0000000a0eebb000ffffb2a8"},
	{"timestamp", 1114, 8, "1999-12-31 23:59:59.999999", "1999-12-31 23:59:59.999999", "ffffffffffffffff"},
	{"timestamptz", 1184, 8, "2024-06-01 12:00:00.5+02", "2024-06-01 10:00:00.5+00", "0002bccfee964920"},
	{"timestamptz", 1184, 8, "-infinity", "-infinity", "8000000000000000"},
	{"interval", 1186, 16, "1 year -2 mons 3 days 04:05:06.789", "10 mons 3 days 04:05:06.789", "000000036c97ca88000000030000000a"},
	{"uuid", 2950, 16, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11"},
	{"json", 114, -1, "{\"b\": 1, \"a\":  [null]}", "{\"b\": 1, \"a\":  [null]}", "7b2262223a20312c202261223a20205b6e756c6c5d7d"},
	{"jsonb", 3802, -1, "{\"b\": 1, \"a\":  [null, 1.50]}", "{\"a\": [null, 1.50], \"b\": 1}", "017b2261223a205b6e756c6c2c20312e35305d2c202262223a20317d"},
	{"inet", 869, -1, "192.168.1.5/24", "192.168.1.5/24", "02180004c0a80105"},
	{"inet", 869, -1, "2001:db8::1", "2001:db8::1", "0380001020010db8000000000000000000000001"},
	{"cidr", 650, -1, "10.0.0.0/8", "10.0.0.0/8", "020801040a000000"},
	{"macaddr", 829, 6, "08:00:2b:01:02:03", "08:00:2b:01:02:03", "08002b010203"},
	{"macaddr8", 774, 8, "08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03:04:05", "08002b0102030405"},
	{"bit(5)", 1560, -1, "10110", "10110", "00000005b0"},
	{"varbit", 1562, -1, "101", "101", "00000003a0"},
	{"money", 790, 8, "-1,234.50", "-$1,234.50", "fffffffffffe1dc6"},
	{"oid", 26, 4, "4294967295", "4294967295", "ffffffff"},
	{"point", 600, 16, "(1.5,-2)", "(1.5,-2)", "3ff8000000000000c000000000000000"},
	{"box", 603, 32, "(3,4),(1,2)", "(3,4),(1,2)", "400800000000000040100000000000003ff00000000000004000000000000000"},
	{"circle", 718, 24, "<(1,2),3>", "<(1,2),3>", "3ff000000000000040000000000000004008000000000000"},
	{"path", 602, -1, "[(0,0),(1,1)]", "[(0,0),(1,1)]", "0000000002000000000000000000000000000000003ff00000000000003ff0000000000000"},
	{"polygon", 604, -1, "((0,0),(1,1),(1,0))", "((0,0),(1,1),(1,0))", "00000003000000000000000000000000000000003ff00000000000003ff00000000000003ff00000000000000000000000000000"},
	{"line", 628, 24, "{1,-1,0}", "{1,-1,0}", "3ff0000000000000bff00000000000000000000000000000"},
	{"lseg", 601, 32, "[(0,0),(1,1)]", "[(0,0),(1,1)]", "000000000000000000000000000000003ff00000000000003ff0000000000000"},
	{"int4[]", 1007, -1, "{1,NULL,-3}", "{1,NULL,-3}", "00000001000000010000001700000003000000010000000400000001ffffffff00000004fffffffd"},
	{"int4[]", 1007, -1, "[2:3]={7,8}", "[2:3]={7,8}", "000000010000000000000017000000020000000200000004000000070000000400000008"},
	{"int4[]", 1007, -1, "{{1,2},{3,4}}", "{{1,2},{3,4}}", "000000020000000000000017000000020000000100000002000000010000000400000001000000040000000200000004000000030000000400000004"},
	{"text[]", 1009, -1, "{a,\"b c\",\"d\\\"e\",NULL,\"\"}", "{a,\"b c\",\"d\\\"e\",NULL,\"\"}", "000000010000000100000019000000050000000100000001610000000362206300000003642265ffffffff00000000"},
	{"numeric[]", 1231, -1, "{1.5,NaN}", "{1.5,NaN}", "0000000100000000000006a400000002000000010000000c0002000000000001000113880000000800000000c0000000"},
	{"timestamptz[]", 1185, -1, "{2020-01-01 00:00:00+00,infinity}", "{\"2020-01-01 00:00:00+00\",infinity}", "0000000100000000000004a000000002000000010000000800023e0786c26000000000087fffffffffffffff"},
	{"uuid[]", 2951, -1, "{}", "{}", "000000000000000000000b86"},
	{"jsonb[]", 3807, -1, "{\"{\\\"a\\\": 1}\"}", "{\"{\\\"a\\\": 1}\"}", "000000010000000000000eda000000010000000100000009017b2261223a20317d"},
	{"bool[]", 1000, -1, "{t,f,NULL}", "{t,f,NULL}", "000000010000000100000010000000030000000100000001010000000100ffffffff"},
	{"int4range", 3904, -1, "[1,5)", "[1,5)", "0200000004000000010000000400000005"},
	{"int8range", 3926, -1, "(1,5]", "[2,6)", "02000000080000000000000002000000080000000000000006"},
	{"numrange", 3906, -1, "[1.5,)", "[1.5,)", "120000000c000200000000000100011388"},
	{"daterange", 3912, -1, "empty", "empty", "01"},
	{"tstzrange", 3910, -1, "[2020-01-01 00:00:00+00,2020-01-02 00:00:00+00)", "[\"2020-01-01 00:00:00+00\",\"2020-01-02 00:00:00+00\")", "020000000800023e0786c260000000000800023e1ba499c000"},
	{"int4multirange", 4451, -1, "{[1,3),[5,9)}", "{[1,3),[5,9)}", "00000002000000110200000004000000010000000400000003000000110200000004000000050000000400000009"},
	{"tsvector", 3614, -1, "'fat':2A 'rat':1", "'fat':2A 'rat':1", "00000002666174000001c0027261740000010001"},
	{"tsquery", 3615, -1, "'fat' & !'rat'", "'fat' & !'rat'", "00000004020202010100007261740001000066617400"},
	{"pg_lsn", 3220, 8, "16/B374D848", "16/B374D848", "00000016b374d848"},
	{"xid8", 5069, 8, "12345", "12345", "0000000000003039"},
	{"tid", 27, 6, "(1,2)", "(1,2)", "000000010002"},
	{"jsonpath", 4072, -1, "$.\"a\"[*]", "$.\"a\"[*]", "01242e2261225b2a5d"},
	{"refcursor", 1790, -1, "cur", "cur", "637572"},
};

// Each value goes as text and as bytes and comes as text and as bytes; its type
// must be told in the description too.
static void type_values(void) {
	PGconn *c = open_with("options='-c timezone=UTC -c statement_timeout=20s'");
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		char *sql = f("select $1::%s", types[i].type), *got = "", *want = f("%u/%d", types[i].oid, types[i].size);
		const char *v[] = {types[i].in};
		Oid unknown[] = {0};
		PGresult *r = PQexecParams(c, sql, 1, unknown, v, NULL, NULL, 0);
		got = f("%u/%d", PQftype(r, 0), PQfsize(r, 0));
		got = f("%s %s", got, show(r)), want = f("%s %s", want, types[i].out);
		r = PQexecParams(c, sql, 1, unknown, v, NULL, NULL, 1);
		got = f("%s %s", got, PQntuples(r) ? hex(PQgetvalue(r, 0, 0), PQgetlength(r, 0, 0)) : field(r, PG_DIAG_MESSAGE_PRIMARY)), want = f("%s %s", want, types[i].binary);
		PQclear(r);
		int n[1], binary[] = {1};
		v[0] = unhex(types[i].binary, n);
		got = f("%s %s", got, show(PQexecParams(c, sql, 1, unknown, v, n, binary, 0))), want = f("%s %s", want, types[i].out);
		is(got, want, f("type %s: %.40s", types[i].type, types[i].in));
	}
	is(qp(c, "select $1::int, $2::text, $3::bytea, $4::int[]", 4, NULL, NULL, NULL, NULL), "NULL|NULL|NULL|NULL", "null parameters");
	PGresult *r = PQexecParams(c, "select null::int, ''::text, '\\x'::bytea", 0, NULL, NULL, NULL, NULL, 1);
	is(f("%d%d %d%d %d%d", PQgetisnull(r, 0, 0), PQgetlength(r, 0, 0), PQgetisnull(r, 0, 1), PQgetlength(r, 0, 1), PQgetisnull(r, 0, 2), PQgetlength(r, 0, 2)), "10 00 00", "null is not empty, in binary");
	PQclear(r);
	// each parameter in its own format, and the result in binary
	int n7[] = {4, 0, 2}, formats[] = {1, 0, 1};
	const char *mixed[] = {"\0\0\0\7", "5", "\0\3"};
	is(show(PQexecParams(c, "select $1::int4 * $2::int8 + $3::int2", 3, NULL, mixed, n7, formats, 0)), "38", "formats are mixed");
	Oid declared[] = {23, 25, 0};
	const char *dv[] = {"1", "x", "2.5"};
	is(show(PQexecParams(c, "select pg_typeof($1), pg_typeof($2), pg_typeof($3::numeric)", 3, declared, dv, NULL, NULL, 0)), "integer|text|numeric", "types of parameters are declared");
	int five[] = {5}, three[] = {3};
	const char *bad[] = {"\0\0\0\0\1"};
	is(show(PQexecParams(c, "select $1::int4", 1, NULL, bad, five, formats, 0)), "22P03 incorrect binary data format in bind parameter 1", "binary: a byte too many");
	is(show(PQexecParams(c, "select $1::int4", 1, NULL, bad, three, formats, 0)), "08P01 insufficient data left in message", "binary: a byte too few");
	is(qp(c, "select $1::int", 1, "soup"), "22P02 invalid input syntax for type integer: \"soup\"", "text that is no integer");
	is(qp(c, "select $1::text", 1, "\xff"), "22021 invalid byte sequence for encoding \"UTF8\": 0xff", "text that is no UTF-8");
	is(qp(c, "select $1, $2", 1, "a"), "08P01 bind message supplies 1 parameters, but prepared statement \"\" requires 2", "a parameter too few");
	is(qp(c, "select 1; select 2", 0), "42601 cannot insert multiple commands into a prepared statement", "two commands in one Parse");
	PQfinish(c);
}

// -------------------------------------------------- prepare, describe, metadata

static void inferred(PGconn *c, const char *sql, const char *want) {
	PGresult *r = PQprepare(c, "", sql, 0, NULL);
	char *got = "";
	if (PQresultStatus(r) != PGRES_COMMAND_OK) {
		got = show(r);
	} else {
		PQclear(r), r = PQdescribePrepared(c, "");
		for (int i = 0; i < PQnparams(r); i++) got = f("%s%s%u", got, i ? " " : "", PQparamtype(r, i));
		got = f("%s ->", got);
		for (int i = 0; i < PQnfields(r); i++) got = f("%s %s:%u", got, PQfname(r, i), PQftype(r, i));
		PQclear(r);
	}
	is(got, want, f("describe: %.70s", sql));
}

static void prepared(void) {
	PGconn *c = con();
	inferred(c, "insert into assertions (concept_path, predicate, value, source, confidence, valid_from, derived_from, metadata) values ($1, $2, $3, $4, $5, $6, $7, $8)", "25 25 25 25 701 1184 1009 3802 ->");
	inferred(c, "insert into assertions (concept_path, predicate, value, source) values ($1, $2, $3, $4), ($5, $6, $7, $8) on conflict (id) do nothing returning id, tier, recorded_at", "25 25 25 25 25 25 25 25 -> id:25 tier:21 recorded_at:1184");
	inferred(c, "update sources set trust = $1, note = coalesce($2, note) where source = any($3) returning source, trust", "701 25 1009 -> source:25 trust:701");
	inferred(c, "delete from sources where trust < $1 and class in ($2, $3)", "701 25 25 ->");
	inferred(c, "select predicate, count(*) from assertions where recorded_at > $1 and metadata @> $2 group by 1 having count(*) > $3 limit $4 offset $5", "1184 3802 20 20 20 -> predicate:25 count:20");
	inferred(c, "select $1 + 1, $2 || 'x', $3::numeric(5,2), $4", "23 25 1700 25 -> ?column?:23 ?column?:25 numeric:1700 ?column?:25");
	inferred(c, "select case when $1 then 1.5 else $2 end, array[$3, 1], now() - $4 < interval '1 day'", "16 1700 23 1184 -> case:1700 array:1007 ?column?:16");
	inferred(c, "select $1 is null", "42P18 could not determine data type of parameter $1");
	inferred(c, "select $2::int", "42P18 could not determine data type of parameter $1");
	inferred(c, "values ($1::int, $2::date), (1, $3)", "23 1082 1082 -> column1:23 column2:1082");
	inferred(c, "show search_path", " -> search_path:25");
	inferred(c, "set work_mem = '8MB'", " ->");
	inferred(c, "explain (format json) select 1", " -> QUERY PLAN:114");

	Oid types[] = {1043, 20};
	is(show(PQprepare(c, "p1", "select source from sources where source = $1 limit $2", 2, types)), "", "PQprepare");
	PGresult *r = PQdescribePrepared(c, "p1");
	is(f("%d %u %u", PQnparams(r), PQparamtype(r, 0), PQparamtype(r, 1)), "2 1043 20", "declared types are described");
	PQclear(r);
	is(show(PQexecPrepared(c, "p1", 2, (const char *[]){"countryjs", "1"}, NULL, NULL, 0)), "countryjs", "PQexecPrepared");
	is(q(c, "execute p1('country-js', 1)"), "country-js", "EXECUTE of what PQprepare prepared");
	is(q(c, "select name, parameter_types, from_sql from pg_prepared_statements where name = 'p1'"), "p1|{\"character varying\",bigint}|f", "pg_prepared_statements");
	is(q(c, "prepare p2(int) as select $1 * 2"), "PREPARE", "PREPARE");
	is(show(PQexecPrepared(c, "p2", 1, (const char *[]){"21"}, NULL, NULL, 0)), "42", "PQexecPrepared of what PREPARE prepared");
	is(show(PQprepare(c, "p1", "select 1", 0, NULL)), "42P05 prepared statement \"p1\" already exists", "a name twice");
	is(q(c, "deallocate p1"), "DEALLOCATE", "DEALLOCATE");
	is(show(PQexecPrepared(c, "p1", 0, NULL, NULL, NULL, 0)), "26000 prepared statement \"p1\" does not exist", "a name that is gone");
	is(show(PQdescribePrepared(c, "nothing")), "26000 prepared statement \"nothing\" does not exist", "PQdescribePrepared of nothing");
	q(c, "create temp table shape (a int)"), PQclear(PQprepare(c, "p3", "select * from shape", 0, NULL));
	is(show(PQexecPrepared(c, "p3", 0, NULL, NULL, NULL, 0)), "", "a prepared statement of an empty table");
	q(c, "alter table shape add b text");
	is(show(PQexecPrepared(c, "p3", 0, NULL, NULL, NULL, 0)), "0A000 cached plan must not change result type", "its table has changed");
	PQclear(PQprepare(c, "p4", "insert into shape values ($1, $2)", 0, NULL));
	for (int i = 0; i < 20; i++) PQclear(PQexecPrepared(c, "p4", 2, (const char *[]){f("%d", i), i % 2 ? "odd" : NULL}, NULL, NULL, 0));
	is(q(c, "select count(*), count(b), sum(a) from shape"), "20|10|190", "one statement twenty times");

	// portals: libpq describes those that DECLARE made
	q(c, "begin"), q(c, "declare cur cursor for select concept_path, value_number, tier from assertions");
	r = PQdescribePortal(c, "cur");
	is(f("%d %s:%u %s:%u %s:%u", PQnfields(r), PQfname(r, 0), PQftype(r, 0), PQfname(r, 1), PQftype(r, 1), PQfname(r, 2), PQftype(r, 2)), "3 concept_path:25 value_number:1700 tier:21", "PQdescribePortal");
	PQclear(r);
	is(show(PQdescribePortal(c, "nothing")), "34000 portal \"nothing\" does not exist", "PQdescribePortal of nothing");
	q(c, "rollback");

	r = PQexec(c, "select concept_path, value_number, tier, metadata, 1 as one, upper(value), value as other from assertions as a limit 0");
	Oid table = (Oid)strtoul(q(c, "select 'assertions'::regclass::oid"), NULL, 10);
	char *got = "";
	for (int i = 0; i < PQnfields(r); i++) got = f("%s%s %d/%d/%d ", got, PQfname(r, i), PQftable(r, i) == table ? 1 : PQftable(r, i) ? -1 : 0, PQftablecol(r, i), PQfsize(r, i));
	is(got, "concept_path 1/2/-1 value_number 1/7/-1 tier 1/10/2 metadata 1/20/-1 one 0/0/4 upper 0/0/-1 other 1/4/-1 ", "PQftable, PQftablecol, PQfsize");
	is(f("%d %d %d", PQfnumber(r, "tier"), PQfnumber(r, "TIER"), PQfnumber(r, "\"TIER\"")), "2 2 -1", "PQfnumber");
	PQclear(r);
	r = PQexec(c, "select 1::numeric(10,2), 'a'::varchar(5), 'a'::char(3), now()::timestamp(3), now()::timestamptz(0), '1'::interval day to second(2), b'10101'::bit(5), '1'::bit varying(9), '1'::numeric, 'a'::text, '12:00'::time(1), '{a}'::varchar(7)[]");
	got = "";
	for (int i = 0; i < PQnfields(r); i++) got = f("%s%d ", got, PQfmod(r, i));
	is(got, "655366 9 7 3 0 470286338 5 9 -1 -1 1 11 ", "PQfmod");
	PQclear(r);
	q(c, "create temp table mods (n numeric(6,1), v varchar(20), c char(2), t timestamp(2))");
	r = PQexec(c, "select n, v, c, t, n + 1, v || 'x' from mods");
	is(f("%d %d %d %d %d %d", PQfmod(r, 0), PQfmod(r, 1), PQfmod(r, 2), PQfmod(r, 3), PQfmod(r, 4), PQfmod(r, 5)), "393221 24 6 2 -1 -1", "PQfmod of a table's columns");
	PQclear(r);
	r = PQexec(c, "select s.source, v.predicate, z.x from sources s, authority.assertions v, (select trust as x from sources) z limit 0");
	is(f("%d %d %d", PQftablecol(r, 0), PQftablecol(r, 1), PQftablecol(r, 2)), "1 3 4", "PQftablecol through a join, a view and a subquery");
	is(f("%d %d", PQftable(r, 0) == PQftable(r, 2), PQftable(r, 1) == (Oid)strtoul(q(c, "select 'authority.assertions'::regclass::oid"), NULL, 10)), "1 1", "PQftable through a join, a view and a subquery");
	PQclear(r);
	PQfinish(c);
}

// -------------------------------------------------------------- simple queries

// all runs sql as one simple query and shows every result.
static char *all(PGconn *c, const char *sql) {
	char *s = "";
	PGresult *r;
	if (!PQsendQuery(c, sql)) return PQerrorMessage(c);
	while ((r = PQgetResult(c))) s = f("%s[%s]", s, show(r));
	return s;
}

static void simple(void) {
	PGconn *c = con();
	is(all(c, "select 1; select 2, 3; select 4 where false"), "[1][2|3][]", "several results of one query");
	is(q(c, "select 1; select 2"), "2", "PQexec gives the last");
	is(all(c, ""), "[PGRES_EMPTY_QUERY]", "an empty query");
	is(all(c, ";;"), "[PGRES_EMPTY_QUERY]", "only semicolons");
	is(all(c, "/* nothing */ -- at all"), "[PGRES_EMPTY_QUERY]", "only comments");
	is(all(c, f("insert into sources (source) values ('libpq-%s-a'); select 1/0; select 3", key)), "[INSERT 0 1][22012 division by zero]", "a query of several statements ends at an error");
	is(q(c, f("select count(*) from sources where source = 'libpq-%s-a'", key)), "0", "and undoes what went before");
	is(all(c, f("begin; insert into sources (source) values ('libpq-%s-b'); commit; select 1/0", key)), "[BEGIN][INSERT 0 1][COMMIT][22012 division by zero]", "a block of one's own within it");
	is(q(c, f("select count(*) from sources where source = 'libpq-%s-b'", key)), "1", "is kept");
	is(all(c, f("insert into sources (source) values ('libpq-%s-c'); begin; select 1", key)), "[INSERT 0 1][BEGIN][1]", "BEGIN after a statement takes it into the block");
	is(all(c, "rollback"), "[ROLLBACK]", "and it is undone");
	is(q(c, f("select count(*) from sources where source = 'libpq-%s-c'", key)), "0", "as is what went before BEGIN");
	is(all(c, "select 1; selec 2"), "[42601 syntax error at or near \"selec\"]", "a syntax error goes before all statements");
	const char *tags[][2] = {
		{"create temp table t (a int primary key, b text default 'x', c serial)", "CREATE TABLE"}, {"insert into t (a) values (1), (2), (3)", "INSERT 0 3"},
		{"update t set b = 'y' where a > 1", "UPDATE 2"}, {"delete from t where a = 3", "DELETE 1"}, {"create index on t (b)", "CREATE INDEX"}, {"select * into temp u from t", "SELECT 2"},
		{"create temp table v as select 1 as a", "SELECT 1"}, {"alter table v rename to w", "ALTER TABLE"}, {"truncate w", "TRUNCATE TABLE"}, {"drop table w", "DROP TABLE"},
		{"set work_mem = '5MB'", "SET"}, {"reset work_mem", "RESET"}, {"analyze t", "ANALYZE"}, {"vacuum", "VACUUM"}, {"begin", "BEGIN"}, {"savepoint s", "SAVEPOINT"}, {"release s", "RELEASE"},
		{"declare k cursor for select * from t", "DECLARE CURSOR"}, {"move 1 in k", "MOVE 1"}, {"close k", "CLOSE CURSOR"}, {"set constraints all deferred", "SET CONSTRAINTS"}, {"commit", "COMMIT"},
		{"create temp sequence sq", "CREATE SEQUENCE"}, {"drop sequence sq", "DROP SEQUENCE"}, {"discard plans", "DISCARD PLANS"}, {"merge into t using (values (1)) x(a) on t.a = x.a when matched then update set b = 'z'", "MERGE 1"},
		{"create temp view tv as select 1 as one", "CREATE VIEW"}, {"drop view tv", "DROP VIEW"}, {"checkpoint", "CHECKPOINT"}, {"comment on table t is 'temporary'", "COMMENT"}};
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) is(q(c, tags[i][0]), tags[i][1], f("tag of: %.60s", tags[i][0]));
	PGresult *r = PQexec(c, "update t set b = 'n'");
	is(PQcmdTuples(r), "2", "PQcmdTuples of UPDATE");
	PQclear(r), r = PQexec(c, "select * from t");
	is(PQcmdTuples(r), "2", "PQcmdTuples of SELECT");
	PQclear(r);
	is(q(c, "select '\xf0\x9f\x90\x98 na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac', length('\xf0\x9f\x90\x98')"), "\xf0\x9f\x90\x98 na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac|1", "unicode in a query");
	PQfinish(c);
}

// --------------------------------------------------------------------- errors

static void fault(PGconn *c, const char *sql, const char *want, const char *name) {
	static const struct { const char *label; int code; } fields[] = {
		{"severity", PG_DIAG_SEVERITY}, {"level", PG_DIAG_SEVERITY_NONLOCALIZED}, {"state", PG_DIAG_SQLSTATE}, {"message", PG_DIAG_MESSAGE_PRIMARY}, {"detail", PG_DIAG_MESSAGE_DETAIL},
		{"hint", PG_DIAG_MESSAGE_HINT}, {"position", PG_DIAG_STATEMENT_POSITION}, {"inner position", PG_DIAG_INTERNAL_POSITION}, {"inner query", PG_DIAG_INTERNAL_QUERY}, {"context", PG_DIAG_CONTEXT},
		{"schema", PG_DIAG_SCHEMA_NAME}, {"table", PG_DIAG_TABLE_NAME}, {"column", PG_DIAG_COLUMN_NAME}, {"type", PG_DIAG_DATATYPE_NAME}, {"constraint", PG_DIAG_CONSTRAINT_NAME}};
	PGresult *r = PQexec(c, sql);
	char *got = "";
	for (size_t i = 2; i < sizeof fields / sizeof *fields; i++)
		if (PQresultErrorField(r, fields[i].code)) got = f("%s%s=%s. ", got, fields[i].label, field(r, fields[i].code));
	if (strcmp(field(r, PG_DIAG_SEVERITY), "ERROR") || strcmp(field(r, PG_DIAG_SEVERITY_NONLOCALIZED), "ERROR")) got = f("%s severity %s", got, field(r, PG_DIAG_SEVERITY));
	PQclear(r);
	is(got, want, name);
}

static void errors(void) {
	PGconn *c = con();
	q(c, f("insert into sources (source, note) values ('libpq-%s-e', 'first')", key));
	fault(c, "select 1/0", "state=22012. message=division by zero. ", "fields: division by zero");
	fault(c, "select 1 +\n  xyzzy from sources", "state=42703. message=column \"xyzzy\" does not exist. position=14. ", "fields: no such column");
	fault(c, "select '\xc3\xa9', nope", "state=42703. message=column \"nope\" does not exist. position=13. ", "fields: position counts characters");
	fault(c, "select sourc from sources", "state=42703. message=column \"sourc\" does not exist. hint=Perhaps you meant to reference the column \"sources.source\".. position=8. ", "fields: a hint of a column");
	fault(c, "select nofunc(1)", "state=42883. message=function nofunc(integer) does not exist. hint=No function matches the given name and argument types. You might need to add explicit type casts.. position=8. ", "fields: a hint of a function");
	fault(c, "select * from nowhere", "state=42P01. message=relation \"nowhere\" does not exist. position=15. ", "fields: no such table");
	fault(c, f("insert into sources (source) values ('libpq-%s-e')", key), f("state=23505. message=duplicate key value violates unique constraint \"sources_pkey\". detail=Key (source)=(libpq-%s-e) already exists.. schema=public. table=sources. constraint=sources_pkey. ", key), "fields: unique");
	q(c, "create temp table e (a int primary key, b int not null, c int check (c > 0), d numeric(3,1), e varchar(2), constraint big check (a < 100))");
	char *temp = q(c, "select nspname from pg_namespace where oid = pg_my_temp_schema()");
	fault(c, "insert into e (a) values (1)", f("state=23502. message=null value in column \"b\" of relation \"e\" violates not-null constraint. detail=Failing row contains (1, null, null, null, null).. schema=%s. table=e. column=b. ", temp), "fields: not null");
	fault(c, "insert into e values (1, 2, -3)", f("state=23514. message=new row for relation \"e\" violates check constraint \"e_c_check\". detail=Failing row contains (1, 2, -3, null, null).. schema=%s. table=e. constraint=e_c_check. ", temp), "fields: check");
	fault(c, "insert into e values (1, 2, 3, 100)", "state=22003. message=numeric field overflow. detail=A field with precision 3, scale 1 must round to an absolute value less than 10^2.. ", "fields: numeric overflow");
	fault(c, "insert into e values (1, 2, 3, 1, 'abc')", "state=22001. message=value too long for type character varying(2). ", "fields: too long");
	fault(c, "select '2020-13-01'::date", "state=22008. message=date/time field value out of range: \"2020-13-01\". hint=Perhaps you need a different \"datestyle\" setting.. position=8. ", "fields: a bad date");
	fault(c, "select '{'::jsonb", "state=22P02. message=invalid input syntax for type json. detail=The input string ended unexpectedly.. position=8. context=JSON data, line 1: {. ", "fields: bad json with context");
	fault(c, "select predicate, value from assertions group by 1", "state=42803. message=column \"assertions.value\" must appear in the GROUP BY clause or be used in an aggregate function. position=19. ", "fields: grouping");
	fault(c, "insert into assertions (concept_path, predicate, value, source, value_number) values ('a', 'b', 'c', 'd', 1)", "state=428C9. message=cannot insert a non-DEFAULT value into column \"value_number\". detail=Column \"value_number\" is a generated column.. ", "fields: a generated column");
	fault(c, "insert into assertions (concept_path) values ('x') on conflict (nope) do nothing", "state=42703. message=column \"nope\" does not exist. position=64. ", "fields: conflict target");
	fault(c, "set work_mem = '1 parsec'", "state=22023. message=invalid value for parameter \"work_mem\": \"1 parsec\". hint=Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".. ", "fields: units of a setting");

	PGresult *r = PQexec(c, "selec 1");
	is(PQresultErrorMessage(r), "ERROR:  syntax error at or near \"selec\"\nLINE 1: selec 1\n        ^\n", "PQresultErrorMessage points at the place");
	is(PQerrorMessage(c), PQresultErrorMessage(r), "PQerrorMessage");
	is(PQresultVerboseErrorMessage(r, PQERRORS_SQLSTATE, PQSHOW_CONTEXT_NEVER), "ERROR:  42601\n", "PQresultVerboseErrorMessage: SQLSTATE");
	is(PQresultVerboseErrorMessage(r, PQERRORS_TERSE, PQSHOW_CONTEXT_NEVER), "ERROR:  syntax error at or near \"selec\" at character 1\n", "PQresultVerboseErrorMessage: terse");
	has(PQresultVerboseErrorMessage(r, PQERRORS_VERBOSE, PQSHOW_CONTEXT_ALWAYS), "ERROR:  42601: syntax error at or near \"selec\"\nLINE 1: selec 1\n        ^\nLOCATION:  ", "PQresultVerboseErrorMessage: verbose has a location");
	is_int(PQresultErrorField(r, PG_DIAG_SOURCE_FILE) && PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION) && atoi(field(r, PG_DIAG_SOURCE_LINE)) > 0, 1, "the source's file, line and function");
	PQclear(r);
	PQfinish(c);
}

// ---------------------------------------------------- transactions and cursors

static void transactions(void) {
	PGconn *c = con(), *d = con();
	char got[6] = "";
	static const char letter[] = "IATEX"; // of PQTRANS_IDLE, ACTIVE, INTRANS, INERROR, UNKNOWN
	got[0] = letter[PQtransactionStatus(c)], q(c, "begin"), got[1] = letter[PQtransactionStatus(c)], q(c, "select 1/0"), got[2] = letter[PQtransactionStatus(c)];
	char *aborted = q(c, "select 1"), *end = q(c, "commit");
	got[3] = letter[PQtransactionStatus(c)], PQsendQuery(c, "select 1"), got[4] = letter[PQtransactionStatus(c)];
	while (PQgetResult(c)) {}
	is(got, "ITEIA", "PQtransactionStatus: idle, in a block, failed, idle, active");
	is(aborted, "25P02 current transaction is aborted, commands ignored until end of transaction block", "in a failed block");
	is(end, "ROLLBACK", "COMMIT of a failed block is ROLLBACK");

	is(all(c, f("begin; insert into sources (source) values ('libpq-%s-s1'); savepoint a; insert into sources (source) values ('libpq-%s-s2')", key, key)), "[BEGIN][INSERT 0 1][SAVEPOINT][INSERT 0 1]", "a block with a savepoint");
	q(c, "select 1/0");
	is(q(c, "rollback to a"), "ROLLBACK", "ROLLBACK TO");
	is_int(PQtransactionStatus(c), PQTRANS_INTRANS, "and the block lives");
	is(q(d, f("select count(*) from sources where source like 'libpq-%s-s%%'", key)), "0", "another session does not see it");
	q(c, "commit");
	is(q(d, f("select string_agg(right(source, 2), ',') from sources where source like 'libpq-%s-s%%'", key)), "s1", "until it is committed");
	is(q(c, "rollback to nowhere"), "25P01 ROLLBACK TO SAVEPOINT can only be used in transaction blocks", "ROLLBACK TO outside of a block");
	is(all(c, "begin isolation level repeatable read read only; show transaction_isolation; show transaction_read_only; insert into sources (source) values ('x')"), "[BEGIN][repeatable read][on][25006 cannot execute INSERT in a read-only transaction]", "a read-only block");
	q(c, "rollback");
	is(all(c, "begin isolation level serializable read only deferrable; select 1; commit"), "[BEGIN][1][COMMIT]", "serializable, read only, deferrable");
	q(c, "begin isolation level repeatable read"), q(c, "select count(*) from sources");
	char *count = f("select count(*) from sources where source = 'libpq-%s-rr'", key);
	q(d, f("insert into sources (source) values ('libpq-%s-rr')", key));
	char *before = q(c, count);
	q(c, "commit");
	is(f("%s %s", before, q(c, count)), "0 1", "repeatable read keeps its snapshot");
	q(c, "begin"), before = q(c, f("select note from sources where source = 'libpq-%s-rr'", key));
	q(d, f("update sources set note = 'new' where source = 'libpq-%s-rr'", key));
	is(f("%s %s", before, q(c, f("select note from sources where source = 'libpq-%s-rr'", key))), "NULL new", "read committed does not");
	is(q(c, "commit and chain"), "COMMIT", "COMMIT AND CHAIN");
	is_int(PQtransactionStatus(c), PQTRANS_INTRANS, "begins the next block");
	q(c, "rollback");
	is(q(c, "begin; set transaction isolation level repeatable read; select 1; rollback"), "ROLLBACK", "SET TRANSACTION");
	is(all(c, "set session characteristics as transaction read only; show default_transaction_read_only; reset default_transaction_read_only"), "[SET][on][RESET]", "SET SESSION CHARACTERISTICS");

	// cursors
	q(c, "begin"), q(c, "declare s scroll cursor for select g from generate_series(1, 10) g");
	is(all(c, "fetch 2 from s; fetch backward 1 from s; fetch last from s; fetch absolute -2 from s; fetch relative -3 from s; fetch first from s; fetch prior from s; move forward all in s"), "[1;2][1][10][9][6][1][][MOVE 10]", "a scrolling cursor");
	q(c, "declare n no scroll cursor for select 1");
	q(c, "savepoint a");
	is(q(c, "fetch backward 1 from n"), "55000 cursor can only scan forward", "a cursor without SCROLL");
	q(c, "rollback to a"), q(c, "declare h cursor with hold for select g from generate_series(1, 5) g"), q(c, "fetch 2 from h"), q(c, "commit");
	is(q(c, "fetch all from h"), "3;4;5", "WITH HOLD outlives its block");
	is(q(c, "select name, is_holdable, is_binary, is_scrollable from pg_cursors"), "h|t|f|t", "pg_cursors");
	is(q(c, "close all"), "CLOSE CURSOR ALL", "CLOSE ALL");
	is(q(c, "fetch h"), "34000 cursor \"h\" does not exist", "a cursor that is closed");
	q(c, "begin"), q(c, "declare b binary cursor for select 258, 'x'");
	PGresult *r = PQexec(c, "fetch all from b");
	is(f("%d %s", PQfformat(r, 0), PQntuples(r) ? hex(PQgetvalue(r, 0, 0), PQgetlength(r, 0, 0)) : "no row"), "1 00000102", "a BINARY cursor answers a simple query in binary");
	PQclear(r), q(c, "rollback");
	long n = 0, pages = 0, got_n;
	q(c, "begin"), q(c, "declare p cursor for select id from assertions where concept_path like 'countries/%'");
	do r = PQexec(c, "fetch 1000 from p"), n += got_n = PQntuples(r), pages++, PQclear(r);
	while (got_n == 1000 && pages < 50);
	is(f("%ld", n), q(c, "select count(*) from assertions where concept_path like 'countries/%'"), "all claims by a cursor, 1000 at a time");
	q(c, "commit");

	// locks and limits
	is(all(c, f("select pg_advisory_lock(%u); select pg_try_advisory_lock(%u)", getpid(), getpid())), "[][t]", "an advisory lock");
	is(q(d, f("select pg_try_advisory_lock(%u)", getpid())), "f", "another session does not get it");
	q(d, "set lock_timeout = '200ms'");
	is(q(d, f("select pg_advisory_lock(%u)", getpid())), "55P03 canceling statement due to lock timeout", "lock_timeout");
	is(q(c, "select pg_advisory_unlock_all()"), "", "pg_advisory_unlock_all");
	is(q(d, f("select pg_try_advisory_lock(%u)", getpid())), "t", "now it does");
	is(all(d, "set statement_timeout = '200ms'; select pg_sleep(10)"), "[SET][57014 canceling statement due to statement timeout]", "statement_timeout");
	PQsetNoticeReceiver(d, notice, NULL), notices[0] = 0;
	q(d, "set idle_in_transaction_session_timeout = '300ms'"), q(d, "begin"), readable(d, 5), q(d, "select 1");
	is(notices, "FATAL 25P03 terminating connection due to idle-in-transaction timeout;", "idle_in_transaction_session_timeout");
	is_int(PQstatus(d), CONNECTION_BAD, "ends the connection");
	PQfinish(d), d = con(), PQsetNoticeReceiver(d, notice, NULL), notices[0] = 0;
	is(q(c, f("select pg_terminate_backend(%d, 5000)", PQbackendPID(d))), "t", "pg_terminate_backend");
	readable(d, 5), q(d, "select 1");
	is(notices, "FATAL 57P01 terminating connection due to administrator command;", "the other session is told");
	PQreset(d);
	is(q(d, "select 1"), "1", "and comes back by PQreset");
	PQfinish(c), PQfinish(d);
}

// ---------------------------------------------------------- rows one at a time

static void single_rows(void) {
	PGconn *c = con();
	PQsendQuery(c, "select id, value from assertions where concept_path like 'countries/%'");
	is_int(PQsetSingleRowMode(c), 1, "PQsetSingleRowMode");
	long rows = 0, last = -1;
	PGresult *r;
	for (; (r = PQgetResult(c)); PQclear(r)) {
		if (PQresultStatus(r) == PGRES_SINGLE_TUPLE) rows += PQntuples(r);
		else last = PQresultStatus(r) == PGRES_TUPLES_OK ? PQntuples(r) : -2;
	}
	is(f("%ld %ld", rows, last), f("%s 0", q(c, "select count(*) from assertions where concept_path like 'countries/%'")), "all claims one at a time, and an empty last");
	PQsendQuery(c, "select 10 / (5 - g) from generate_series(1, 10) g"), PQsetSingleRowMode(c);
	char *got = "";
	while ((r = PQgetResult(c))) got = f("%s[%s]", got, show(r));
	is(got, "[2][3][5][10][22012 division by zero]", "an error after four rows");
	PQsendQuery(c, "select 1; select 2; select 3 where false"), PQsetSingleRowMode(c), got = "";
	while ((r = PQgetResult(c))) got = f("%s[%s]", got, show(r));
	is(got, "[1][][2][][]", "single rows of several statements");
	// a reader that gives up in the middle must still come to the end
	PQsendQuery(c, "select repeat('x', 1000) from generate_series(1, 5000)"), PQsetSingleRowMode(c);
	for (rows = 0; rows < 10 && (r = PQgetResult(c)); rows++) PQclear(r);
	while ((r = PQgetResult(c))) rows++, PQclear(r);
	is(f("%ld %s", rows, q(c, "select 1")), "5001 1", "the rest is skipped, the connection goes on");
	PQfinish(c);
}

// ------------------------------------------------------------------ pipelines

// drain shows all results up to n synchronisation points.
static char *drain(PGconn *c, int syncs) {
	char *s = "";
	double end = now() + 10;
	while (syncs > 0 && now() < end && PQstatus(c) == CONNECTION_OK) {
		PGresult *r = PQgetResult(c);
		if (!r) continue; // between the results of two commands
		if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) syncs--, s = f("%s sync", s), PQclear(r);
		else if (PQresultStatus(r) == PGRES_PIPELINE_ABORTED) s = f("%s aborted", s), PQclear(r);
		else s = f("%s [%s]", s, show(r));
	}
	return s;
}

static void queue(PGconn *c, const char *sql, const char *value) {
	PQsendQueryParams(c, sql, value ? 1 : 0, NULL, &value, NULL, NULL, 0);
}

static void pipelines(void) {
	PGconn *c = con();
	is_int(PQenterPipelineMode(c), 1, "PQenterPipelineMode");
	for (int i = 0; i < 3; i++) queue(c, "select $1::int * 2", f("%d", i));
	PQpipelineSync(c);
	is(drain(c, 1), " [0] [2] [4] sync", "three queries, one sync");
	queue(c, "select 1", NULL), queue(c, "select 1/0", NULL), queue(c, "select 3", NULL), PQpipelineSync(c), queue(c, "select 4", NULL), PQpipelineSync(c);
	is(drain(c, 2), " [1] [22012 division by zero] aborted sync [4] sync", "an error aborts until the sync");
	is_int(PQpipelineStatus(c), PQ_PIPELINE_ON, "PQpipelineStatus");
	char *insert = "insert into sources (source) values ($1)";
	queue(c, insert, f("libpq-%s-p1", key)), queue(c, "select 1/0", NULL), PQpipelineSync(c), queue(c, insert, f("libpq-%s-p2", key)), PQpipelineSync(c), queue(c, "select $1::int", "soup"), PQpipelineSync(c);
	queue(c, "select string_agg(right(source, 2), ',') from sources where source like $1", f("libpq-%s-p%%", key)), PQpipelineSync(c);
	is(drain(c, 4), " [INSERT 0 1] [22012 division by zero] sync [INSERT 0 1] sync [22P02 invalid input syntax for type integer: \"soup\"] sync [p2] sync", "what a sync ends is a transaction");
	PQsendPrepare(c, "pp", "select $1::int + 1", 0, NULL), PQsendDescribePrepared(c, "pp");
	PQsendQueryPrepared(c, "pp", 1, (const char *[]){"41"}, NULL, NULL, 0), queue(c, "begin", NULL), queue(c, insert, f("libpq-%s-p3", key)), queue(c, "rollback", NULL), PQpipelineSync(c);
	is(drain(c, 1), " [] [] [42] [BEGIN] [INSERT 0 1] [ROLLBACK] sync", "prepare, describe, execute and a block in one go");
	PQclear(PQexec(c, "select 1"));
	has(PQerrorMessage(c), "not allowed in pipeline mode", "PQexec is refused in a pipeline");
	// results come before a sync if the server is asked to flush
	queue(c, "select 'early'", NULL), PQsendFlushRequest(c), PQflush(c);
	char *early = "";
	for (double end = now() + 5; *early == 0 && now() < end;) {
		readable(c, 1);
		if (!PQisBusy(c)) {
			PGresult *r = PQgetResult(c);
			if (r) early = show(r);
		}
	}
	is(early, "early", "PQsendFlushRequest");
	PQpipelineSync(c), drain(c, 1);
	for (int i = 0; i < 500; i++) queue(c, "select $1::int, repeat('y', 100)", f("%d", i));
	PQpipelineSync(c);
	long rows = 0, sum = 0;
	for (double end = now() + 10; now() < end;) {
		PGresult *r = PQgetResult(c);
		if (!r) continue;
		int s = PQresultStatus(r);
		if (s == PGRES_TUPLES_OK) rows++, sum += atoi(PQgetvalue(r, 0, 0));
		PQclear(r);
		if (s == PGRES_PIPELINE_SYNC) break;
	}
	is(f("%ld %ld", rows, sum), "500 124750", "500 queries in a pipeline");
	int left = PQexitPipelineMode(c);
	is(f("%d %s", left, q(c, "select 1")), "1 1", "PQexitPipelineMode");
	PQenterPipelineMode(c), queue(c, "select g from generate_series(1, 3) g", NULL), PQpipelineSync(c), PQsetSingleRowMode(c);
	is(drain(c, 1), " [1] [2] [3] [] sync", "single rows in a pipeline");
	PQfinish(c);
}

// ----------------------------------------------------------------------- COPY

// copy_in sends data to a COPY … FROM STDIN and shows how it ended.
static char *copy_in(PGconn *c, const char *sql, const char *data, int n, const char *fail) {
	PGresult *r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_COPY_IN) return show(r);
	PQclear(r);
	// in small pieces, that may end anywhere within a row
	for (int i = 0; i < n; i += 7)
		if (PQputCopyData(c, data + i, n - i < 7 ? n - i : 7) != 1) break;
	PQputCopyEnd(c, fail);
	char *s = show(PQgetResult(c));
	while ((r = PQgetResult(c))) s = f("%s+%s", s, show(r));
	return s;
}

static char *copy_out(PGconn *c, const char *sql, int *size) {
	PGresult *r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_COPY_OUT) return show(r);
	PQclear(r);
	char *out = malloc(1), *row;
	int n = 0, k;
	while ((k = PQgetCopyData(c, &row, 0)) > 0) out = realloc(out, n + k + 1), memcpy(out + n, row, k), n += k, PQfreemem(row);
	out[n] = 0;
	if (size) *size = n;
	r = PQgetResult(c);
	if (PQresultStatus(r) != PGRES_COMMAND_OK) out = f("%s%s", out, show(r));
	PQgetResult(c);
	return out;
}

static char *in(PGconn *c, const char *sql, const char *data) { return copy_in(c, sql, data, strlen(data), NULL); }

static void copying(void) {
	PGconn *c = con();
	int n = 0;
	q(c, "create temp table t (a int primary key, b text, c numeric(6,2) default 9.5, d date)");
	is(in(c, "copy t from stdin", "1\tone\t1.5\t2020-02-29\n2\ttab\\there\\nline\\\\\t\\N\t\\N\n3\t\t0\t-infinity\n\\.\n"), "COPY 3", "COPY in: text");
	is(copy_out(c, "copy t to stdout", NULL), "1\tone\t1.50\t2020-02-29\n2\ttab\\there\\nline\\\\\t\\N\t\\N\n3\t\t0.00\t-infinity\n", "COPY out: text");
	is(copy_out(c, "copy t to stdout (format csv, header, force_quote (b), null '-')", NULL), "a,b,c,d\n1,\"one\",1.50,2020-02-29\n2,\"tab\there\nline\\\",-,-\n3,\"\",0.00,-infinity\n", "COPY out: csv");
	is(in(c, "copy t (a, b) from stdin (format csv, header match, quote '''', delimiter ';')", "a;b\n4;'it''s; \"so\"'\n5;\n"), "COPY 2", "COPY in: csv with header match");
	is(q(c, "select b, c from t where a > 3 order by a"), "it's; \"so\"|9.50;NULL|9.50", "defaults of columns that are not in the file");
	is(copy_out(c, "copy (select a, b from t where a < 3 order by a desc) to stdout (delimiter '|', null 'NIL')", NULL), "2|tab\\there\\nline\\\\\n1|one\n", "COPY out of a query");
	char *binary = copy_out(c, "copy (select a, b, c, d from t order by a) to stdout (format binary)", &n);
	is(hex(binary, n < 36 ? n : 36), "5047434f50590aff0d0a00" "00000000" "00000000" "0004" "0000000400000001" "000000036f6e65", "COPY out: binary");
	q(c, "create temp table u (like t)");
	is(copy_in(c, "copy u from stdin (format binary)", binary, n, NULL), "COPY 5", "COPY in: binary");
	is(q(c, "select count(*) from (table t except table u) x"), "0", "all is the same");
	is(copy_in(c, "copy u from stdin (format binary)", binary, n - 5, NULL), "22P04 unexpected EOF in COPY data", "COPY in: binary that ends early");
	PGresult *r = PQexec(c, "copy u (a, b) from stdin (format binary)");
	is(f("%d %d %d %d", PQbinaryTuples(r), PQnfields(r), PQfformat(r, 0), PQresultStatus(r) == PGRES_COPY_IN), "1 2 1 1", "PQbinaryTuples, PQnfields, PQfformat of COPY in");
	PQclear(r), PQputCopyEnd(c, "no more"), r = PQgetResult(c);
	is(f("%s %s", field(r, PG_DIAG_SQLSTATE), field(r, PG_DIAG_MESSAGE_PRIMARY)), "57014 COPY from stdin failed: no more", "PQputCopyEnd with an error");
	PQclear(r), PQgetResult(c);
	r = PQexec(c, "copy u from stdin"), PQclear(r), PQputCopyData(c, "7\tx\t1\t\\N\n", 9), PQputCopyEnd(c, "stop"), r = PQgetResult(c);
	is(f("%s %s. %s", field(r, PG_DIAG_SQLSTATE), field(r, PG_DIAG_MESSAGE_PRIMARY), field(r, PG_DIAG_CONTEXT)), "57014 COPY from stdin failed: stop. COPY u, line 2", "failing after a row");
	PQclear(r), PQgetResult(c);
	is(q(c, "select count(*) from u"), "5", "nothing of it stays");
	r = PQexec(c, "copy t from stdin"), PQclear(r), PQputCopyData(c, "8\tx\t1\t\\N\nsoup\tx\t1\t\\N\n", 21), PQputCopyEnd(c, NULL), r = PQgetResult(c);
	is(f("%s %s", field(r, PG_DIAG_SQLSTATE), field(r, PG_DIAG_CONTEXT)), "22P02 COPY t, line 2, column a: \"soup\"", "a bad value: line and column");
	PQclear(r), PQgetResult(c);
	is(in(c, "copy t from stdin", "1\n"), "22P04 missing data for column \"b\"", "a column too few");
	is(in(c, "copy t from stdin", "1\ta\t1\t\\N\t5\n"), "22P04 extra data after last expected column", "a column too many");
	is(in(c, "copy t (a, b) from stdin (format csv, header match)", "a,bee\n1,2\n"), "22P04 column name mismatch in header line field 2: got \"bee\", expected \"b\"", "header match that does not");
	has(in(c, "copy t from stdin", "9\tx\t1\t\\N\n1\tx\t1\t\\N\n"), "23505 duplicate key", "a key twice");
	is(in(c, "copy t from stdin where a % 2 = 0", "10\tx\t1\t\\N\n11\tx\t1\t\\N\n12\tx\t1\t\\N\n"), "COPY 2", "COPY in with WHERE");
	is(in(c, "copy t (a, b) from stdin where c > 9 and t.b <> 'y'", "13\tx\n14\ty\n15\t\\N\n"), "COPY 1", "WHERE sees defaults, and drops what is null");
	r = PQexec(c, "copy t (a) from stdin where 10 / (a - 16) > 0"), PQclear(r), PQputCopyData(c, "17\n16\n", 6), PQputCopyEnd(c, NULL), r = PQgetResult(c);
	is(f("%s %.14s", field(r, PG_DIAG_SQLSTATE), field(r, PG_DIAG_CONTEXT)), "22012 COPY t, line 2", "WHERE fails: the line");
	PQclear(r), PQgetResult(c);
	is(q(c, "copy t (a) from stdin where count(*) > 0"), "42803 aggregate functions are not allowed in COPY FROM WHERE conditions", "an aggregate in COPY's WHERE");
	is(q(c, "copy t (a) from stdin where exists (select 1)"), "0A000 cannot use subquery in COPY FROM WHERE condition", "a subquery in it");
	is(q(c, "copy t (a) from stdin where a"), "42804 argument of WHERE must be type boolean, not type integer", "a number for it");
	is(q(c, "copy t (a) from stdin where $1"), "42P02 there is no parameter $1", "a parameter in it");
	is(in(c, "copy t (a, b) from stdin (format csv, force_null (b), force_not_null (a))", "20,\"\"\n"), "COPY 1", "force_null");
	is(q(c, "select b is null from t where a = 20"), "t", "makes a quoted empty value null");
	is(in(c, "copy t (a, b) from stdin (encoding 'LATIN1')", "21\t\xe9\n"), "COPY 1", "COPY in with an encoding");
	is(q(c, "select b from t where a = 21"), "\xc3\xa9", "is read in it");
	is(q(c, "copy nowhere from stdin"), "42P01 relation \"nowhere\" does not exist", "COPY of nothing");
	PQsendQuery(c, "select 1; copy (select 2) to stdout; select 3");
	char *got = show(PQgetResult(c)), *row = NULL;
	PQclear(PQgetResult(c));
	while (PQgetCopyData(c, &row, 0) > 0) got = f("%s %.1s", got, row), PQfreemem(row);
	while ((r = PQgetResult(c))) got = f("%s %s", got, show(r));
	is(got, "1 2 COPY 1 3", "COPY out within a query of several");
	is(in(c, "copy assertions (concept_path, predicate, value, source, confidence, metadata) from stdin (format csv)", f("clients/libpq/%s,size,12.5,libpq-%s,0.5,\"{\"\"a\"\": [1, 2]}\"\nclients/libpq/%s,name,Zo\xc3\xab,libpq-%s,,\n", key, key, key, key)), "COPY 2", "COPY of claims in");
	is(q(c, f("select predicate, value, value_number, value_type, confidence, metadata->'a'->>1, tier is not null, agent from assertions where concept_path = 'clients/libpq/%s' order by 1", key)), "name|Zo\xc3\xab|NULL|text|NULL|NULL|t|stemedb;size|12.5|12.5|number|0.5|2|t|stemedb", "they are there, with what the server makes of them");
	is(in(c, "copy sources (source, trust) from stdin", f("libpq-%s-c1\t0.25\nlibpq-%s-c2\t\\N\n", key, key)), "COPY 2", "COPY of sources in");
	copy_out(c, "copy (select id from assertions where concept_path like 'countries/%') to stdout", &n);
	is_int(n, 65 * atol(q(c, "select count(*) from assertions where concept_path like 'countries/%'")), "COPY of all claims out");
	r = PQexec(c, "copy assertions to stdout");
	is(f("%d %d", PQresultStatus(r) == PGRES_COPY_OUT, PQnfields(r)), "1 20", "COPY of the whole table begins with its columns that are not generated");
	PQclear(r), PQfinish(c); // and a client may leave in the middle
}

// ------------------------------------------------------ cancel, notices, notify

static void noticed(PGconn *c, const char *sql, const char *want) {
	notices[0] = 0;
	PQclear(PQexec(c, sql));
	is(notices, want, f("notice of: %.70s", sql));
}

static void asynchronous(void) {
	PGconn *c = con(), *d = con();
	PQsetNoticeReceiver(c, notice, NULL);
	noticed(c, "drop table if exists nowhere", "NOTICE 00000 table \"nowhere\" does not exist, skipping;");
	noticed(c, "commit", "WARNING 25P01 there is no transaction in progress;");
	noticed(c, "begin; begin; rollback", "WARNING 25001 there is already a transaction in progress;");
	noticed(c, "create temp table if not exists t (a int); create temp table if not exists t (a int)", "NOTICE 42P07 relation \"t\" already exists, skipping;");
	noticed(c, "set local work_mem = '8MB'", "WARNING 25P01 SET LOCAL can only be used in transaction blocks;");
	noticed(c, "select 1 as a123456789012345678901234567890123456789012345678901234567890123456789", "NOTICE 42622 identifier \"a123456789012345678901234567890123456789012345678901234567890123456789\" will be truncated to \"a12345678901234567890123456789012345678901234567890123456789012\";");
	noticed(c, "set client_min_messages = error; drop table if exists nowhere; reset client_min_messages", "");

	PQsendQuery(c, "select pg_sleep(20)");
	double start = now();
	usleep(200000);
	char why[256] = "";
	PGcancel *cancel = PQgetCancel(c);
	is_int(PQcancel(cancel, why, sizeof why), 1, "PQcancel");
	is(show(PQgetResult(c)), "57014 canceling statement due to user request", "the query is cancelled");
	is_int(now() - start < 5, 1, "at once");
	PQgetResult(c);
	is(q(c, "select 1"), "1", "and the session goes on");
	PQcancel(cancel, why, sizeof why), usleep(100000);
	is(q(c, "select 2"), "2", "a cancel of an idle session does nothing");
	PQsendQuery(c, "select count(*) from generate_series(1, 1000000000)"), usleep(200000), PQcancel(cancel, why, sizeof why);
	is(show(PQgetResult(c)), "57014 canceling statement due to user request", "a query that computes is cancelled");
	PQgetResult(c), PQfreeCancel(cancel);

	// without blocking: libpq gives what came, and does not wait for the rest
	is_int(PQsetnonblocking(c, 1), 0, "PQsetnonblocking");
	PQsendQuery(c, "select pg_sleep(0.3), 7"), PQflush(c), PQconsumeInput(c);
	is_int(PQisBusy(c), 1, "PQisBusy while the query runs");
	for (double end = now() + 5; PQisBusy(c) && now() < end;) readable(c, 1);
	is(show(PQgetResult(c)), "|7", "PQconsumeInput brings the result");
	PQgetResult(c);
	// a parameter larger than the socket takes at once
	char *big = malloc((4 << 20) + 1);
	memset(big, 'z', 4 << 20), big[4 << 20] = 0;
	PQsendQueryParams(c, "select length($1)", 1, NULL, (const char *[]){big}, NULL, NULL, 0);
	int left;
	for (double end = now() + 10; (left = PQflush(c)) == 1 && now() < end;) {
		fd_set w;
		struct timeval t = {1, 0};
		FD_ZERO(&w);
		FD_SET(PQsocket(c), &w);
		select(PQsocket(c) + 1, NULL, &w, NULL, &t), PQconsumeInput(c);
	}
	for (double end = now() + 10; PQisBusy(c) && now() < end;) readable(c, 1);
	is(left ? "not sent" : show(PQgetResult(c)), "4194304", "PQflush of 4 MB");
	PQgetResult(c), PQsetnonblocking(c, 0), free(big);

	is(q(c, "listen libpq_check"), "LISTEN", "LISTEN");
	is(q(d, "select pg_notify('libpq_check', 'h\xc3\xa9llo')"), "", "pg_notify of another session");
	PGnotify *n = NULL;
	for (double end = now() + 3; !(n = PQnotifies(c)) && now() < end && PQstatus(c) == CONNECTION_OK;) readable(c, 0.5);
	is(n ? f("%s %s %d", n->relname, n->extra, n->be_pid == PQbackendPID(d)) : "none", "libpq_check h\xc3\xa9llo 1", "PQnotifies");
	q(c, "begin"), q(c, "notify libpq_check, 'own'"), q(c, "notify libpq_check, 'own'");
	n = PQnotifies(c);
	char *early = n ? n->extra : "none";
	q(c, "commit"), n = PQnotifies(c);
	is(f("%s %s %s", early, n ? n->extra : "none", PQnotifies(c) ? "again" : "once"), "none own once", "NOTIFY waits for the commit, and comes once though said twice");
	is(q(c, "select pg_listening_channels()"), "libpq_check", "pg_listening_channels");
	is(q(c, "unlisten *"), "UNLISTEN", "UNLISTEN");
	PQfinish(c), PQfinish(d);
}

// -------------------------------------------------------------- sizes, quoting

static void sizes(void) {
	PGconn *c = con();
	int n = 8 << 20;
	char *big = malloc(n + 1);
	for (int i = 0; i < n; i++) big[i] = 'a' + i % 26;
	big[n] = 0;
	PGresult *r = PQexecParams(c, "select $1::text, right($1::text, 5), length($1::text)", 1, NULL, (const char *[]){big}, NULL, NULL, 0);
	is_int(PQntuples(r) == 1 && PQgetlength(r, 0, 0) == n && !memcmp(PQgetvalue(r, 0, 0), big, n), 1, "8 MB of text there and back");
	is(PQntuples(r) ? f("%s %s", PQgetvalue(r, 0, 1), PQgetvalue(r, 0, 2)) : PQresultErrorMessage(r), f("%s %d", big + n - 5, n), "its end and its length");
	PQclear(r);
	for (int i = 0; i < n; i++) big[i] = (char)(i * 7);
	r = PQexecParams(c, "select $1::bytea", 1, NULL, (const char *[]){big}, &n, (const int[]){1}, 1);
	is_int(PQntuples(r) == 1 && PQgetlength(r, 0, 0) == n && !memcmp(PQgetvalue(r, 0, 0), big, n), 1, "8 MB of bytes there and back");
	PQclear(r);
	char *sql = malloc(1 << 16), *p = sql + sprintf(sql, "select 0 as c0");
	for (int i = 1; i < 1664; i++) p += sprintf(p, ", %d as c%d", i, i);
	r = PQexec(c, sql);
	is(PQnfields(r) == 1664 ? f("%s %s", PQfname(r, 1663), PQgetvalue(r, 0, 1663)) : PQresultErrorMessage(r), "c1663 1663", "1664 columns");
	PQclear(r), strcpy(p, ", 1664");
	is(q(c, sql), "54011 target lists can have at most 1664 entries", "1665 are too many");
	p = sql + sprintf(sql, "create temp table wide (c0 int");
	for (int i = 1; i < 1600; i++) p += sprintf(p, ", c%d int", i);
	strcpy(p, ")");
	is(q(c, sql), "CREATE TABLE", "a table of 1600 columns");
	q(c, "insert into wide (c0, c1599) values (1, 2)"), r = PQexec(c, "select * from wide");
	is(PQnfields(r) == 1600 ? f("%s %d %s", PQgetvalue(r, 0, 0), PQgetisnull(r, 0, 800), PQgetvalue(r, 0, 1599)) : PQresultErrorMessage(r), "1 1 2", "and a row of it");
	PQclear(r);
	const char *many[1000];
	p = sql + sprintf(sql, "select $1::int");
	for (int i = 0; i < 1000; i++) many[i] = "1";
	for (int i = 2; i <= 1000; i++) p += sprintf(p, "+$%d", i);
	is(show(PQexecParams(c, sql, 1000, NULL, many, NULL, NULL, 0)), "1000", "1000 parameters");
	free(big), free(sql);

	const char *nasty[] = {"it's", "back\\slash", "\"double\"", "caf\xc3\xa9 \xf0\x9f\x90\x98", "a\nb\tc", "", "$1 %s ?", "\\'; drop"};
	char *got = "";
	for (int i = 0; i < 8; i++) {
		const char *name = *nasty[i] ? nasty[i] : "x"; // no identifier is empty
		char *l = PQescapeLiteral(c, nasty[i], strlen(nasty[i])), *id = PQescapeIdentifier(c, name, strlen(name)), s[64];
		PQescapeStringConn(c, s, nasty[i], strlen(nasty[i]), NULL);
		r = PQexec(c, f("select %s as %s, '%s'", l, id, s));
		if (PQntuples(r) != 1 || strcmp(PQgetvalue(r, 0, 0), nasty[i]) || strcmp(PQfname(r, 0), name) || strcmp(PQgetvalue(r, 0, 1), nasty[i])) got = f("%s [%s]", got, nasty[i]);
		PQclear(r), PQfreemem(l), PQfreemem(id);
	}
	is(got, "", "PQescapeLiteral, PQescapeIdentifier and PQescapeStringConn come back as they were");
	is_int(PQescapeLiteral(c, "\xc3", 1) != NULL, 0, "PQescapeLiteral refuses what is no UTF-8");
	q(c, "set standard_conforming_strings = off"), q(c, "set escape_string_warning = off");
	char s[64];
	PQescapeStringConn(c, s, "back\\slash", 10, NULL);
	is(f("%s %s", s, q(c, f("select '%s'", s))), "back\\\\slash back\\slash", "PQescapeStringConn without standard_conforming_strings");
	q(c, "reset standard_conforming_strings");
	size_t len;
	unsigned char bytes[] = {0, 1, '\'', '\\', 255, 'a'}, *e = PQescapeByteaConn(c, bytes, 6, &len), *back;
	const char *outputs[] = {"hex", "escape"}, *text[] = {"\\x0001275cff61", "\\000\\001'\\\\\\377a"};
	for (int i = 0; i < 2; i++) {
		q(c, f("set bytea_output = %s", outputs[i])), r = PQexec(c, f("select '%s'::bytea", e));
		back = PQunescapeBytea((unsigned char *)PQgetvalue(r, 0, 0), &len);
		is(f("%s %s", PQgetvalue(r, 0, 0), hex((char *)back, len)), f("%s 0001275cff61", text[i]), f("PQescapeByteaConn and PQunescapeBytea, bytea_output = %s", outputs[i]));
		PQclear(r), PQfreemem(back);
	}
	PQfreemem(e);

	has(PQencryptPasswordConn(c, "sesame", "someone", "scram-sha-256"), "SCRAM-SHA-256$4096:", "PQencryptPasswordConn: scram-sha-256");
	is(PQencryptPasswordConn(c, "sesame", "someone", "md5"), f("md5%s", q(c, "select md5('sesamesomeone')")), "PQencryptPasswordConn: md5");
	has(PQencryptPasswordConn(c, "sesame", "someone", NULL), "SCRAM-SHA-256$4096:", "PQencryptPasswordConn asks the server for its algorithm");
	// the fast path: int4mul, in binary
	int reply_len, product = 0;
	PQArgBlock a[] = {{4, 1, {.integer = 6}}, {4, 1, {.integer = 7}}};
	r = PQfn(c, (int)strtol(q(c, "select 'int4mul'::regproc::oid"), NULL, 10), &product, &reply_len, 1, a, 2);
	is(PQresultStatus(r) == PGRES_COMMAND_OK ? f("%d", product) : PQresultErrorMessage(r), "42", "PQfn");
	PQclear(r), PQfinish(c);
}

// -------------------------------------------------------------------- writing

static void writing(void) {
	PGconn *c = con();
	char *path = f("clients/libpq/%s/w", key);
	char *id = qp(c, "insert into assertions (concept_path, predicate, value, source, derived_from, valid_from, metadata) values ($1, 'size', '7', 'countryjs', array[repeat('a', 64), repeat('b', 64)], '2020-01-01 00:00+00', $2) returning id", 2, path, "{\"k\": \"\xc3\xa9\"}");
	is_int(strspn(id, "0123456789abcdef"), 64, "INSERT RETURNING id");
	is(qp(c, "select value_type, value_number, source_class, tier, lifecycle, agent, derived_from[2] = repeat('b', 64), valid_from at time zone 'UTC', metadata, recorded_at > now() - interval '1 minute', signer from assertions where id = $1", 1, id), "number|7|community|4|approved|stemedb|t|2020-01-01 00:00:00|{\"k\": \"\xc3\xa9\"}|t|NULL", "what the server generates");
	is(qp(c, "insert into assertions (id, concept_path, predicate, value, source, derived_from, valid_from, metadata, asserted_at) select id, concept_path, predicate, value, source, derived_from, valid_from, metadata, asserted_at from assertions where id = $1 on conflict (id) do nothing", 1, id), "INSERT 0 0", "ON CONFLICT DO NOTHING of the same claim");
	is(qp(c, "insert into sources as s (source, trust) values ($1, 0.5), ($2, 0.25) returning s.source = $1, trust, status", 2, f("libpq-%s-w1", key), f("libpq-%s-w2", key)), "t|0.5|active;f|0.25|active", "INSERT of two sources RETURNING");
	is(qp(c, "insert into sources (source, trust) values ($1, 0.75) on conflict (source) do update set trust = excluded.trust, note = 'was ' || sources.trust returning trust, note", 1, f("libpq-%s-w1", key)), "0.75|was 0.5", "ON CONFLICT DO UPDATE");
	is(qp(c, "update sources set (status, note) = ('flagged', default) where source = $1 returning *", 1, f("libpq-%s-w2", key)), f("libpq-%s-w2|NULL|flagged|0.25|NULL|NULL|NULL|NULL", key), "UPDATE RETURNING *");
	is(qp(c, "delete from sources where source = $1 returning source", 1, f("libpq-%s-w2", key)), f("libpq-%s-w2", key), "DELETE RETURNING");
	is(qp(c, "with new as (insert into sources (source) values ($1) returning source) select count(*) from new", 1, f("libpq-%s-w3", key)), "1", "INSERT within WITH");
	q(c, "create temp table g (id int generated always as identity, s serial, x int default 5, y int generated always as (x * 2) stored)");
	is(q(c, "insert into g default values returning *"), "1|1|5|10", "identity, serial, default and generated");
	is(q(c, "insert into g (x) values (default), (7) returning id, y"), "2|10;3|14", "DEFAULT in VALUES");
	is(q(c, "select lastval(), currval(pg_get_serial_sequence('g', 's'))"), "3|3", "lastval and currval");
	is(q(c, "insert into g (id) values (1)"), "428C9 cannot insert a non-DEFAULT value into column \"id\"", "GENERATED ALWAYS");
	is(q(c, f("delete from sources where source like 'libpq-%s-%%'", key)), "DELETE 9", "the sources of this run are deleted");
	PQfinish(c);
}

int main(void) {
	tap_limit(170);
	snprintf(key, sizeof key, "%lx%x", (long)time(NULL), getpid());
	int v = PQlibVersion();
	printf("# libpq %d.%d\n", v / 10000, v % 10000);
	connecting();
	parameters();
	type_values();
	prepared();
	simple();
	errors();
	transactions();
	single_rows();
	pipelines();
	copying();
	asynchronous();
	sizes();
	writing();
	return tap_end();
}
