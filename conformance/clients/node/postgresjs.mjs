// postgres.js (postgres): tagged templates over its own implementation of the protocol.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createHash } from 'node:crypto'
import { writeFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { check, columns, database, end, equal, fails, host, password, pick, port, run, sleep, ssl, start, user, version, within } from './tap.mjs'

const config = { host, port, username: user, password, database, ssl, max: 1, connect_timeout: 20, fetch_types: true, onnotice: () => {}, connection: { application_name: `js-${run}`, statement_timeout: 25_000 } }
const name = `postgresjs-${run}`, path = `clients/postgresjs/${run}`
const open = (more = {}) => postgres({ ...config, ...more })
// using hands a pool of its own to an action.
async function using(more, action) {
  const own = open(more)
  try {
    return await action(own)
  } finally {
    await within(4000, own.end({ timeout: 1 }), 'closing')
  }
}
const attempt = more => using(more, s => s`SELECT 1`)
let sql

await start(`postgres.js ${version('postgres')}`, {
  fresh: async () => { sql?.end({ timeout: 0 }).catch(() => {}); sql = open(); await sql`SELECT 1` },
  clean: async () => { await sql`DELETE FROM sources WHERE source LIKE ${name + '%'}`; await sql.end({ timeout: 2 }) },
})

// Login

await check('login with a password over TLS', async () => equal(await sql`SELECT current_user::text AS u, current_database()::text AS d, (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS s`, [{ u: user, d: database, s: true }]))
await check('a URL', async () => {
  const own = postgres(`postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?application_name=from%20url`, { ssl, max: 1 })
  equal(await own`SHOW application_name`, [{ application_name: 'from url' }])
  await own.end()
})
await check('sslmode=require of a URL encrypts without verifying', async () => {
  const own = postgres(`postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=require`, { max: 1 })
  equal(await own`SELECT 1 AS v`, [{ v: 1 }])
  await own.end()
})
await check('an authority that the client does not know is refused by the client', () => fails(attempt({ ssl: 'verify-full' }), { code: /VERIFY|SELF_SIGNED|ISSUER/ }))
await check('a wrong password is refused', () => fails(attempt({ password: 'wrong' }), { code: '28P01', severity: 'FATAL', message: `password authentication failed for user "${user}"`, name: 'PostgresError' }))
await check('a password from a function', () => using({ password: async () => password }, async s => equal(await s`SELECT 1 AS v`, [{ v: 1 }])))
await check('an unknown database is refused', () => fails(attempt({ database: 'nowhere' }), { code: '3D000', severity: 'FATAL' }))
await check('a connection without TLS is refused', () => fails(attempt({ ssl: false }), { code: '28000', severity: 'FATAL' }))
await check('parameters are reported at login and on SET', async () => {
  const seen = {}
  await using({ onparameter: (k, v) => { seen[k] = v } }, async s => {
    await s`SELECT 1`
    equal(pick(seen, 'server_encoding', 'client_encoding', 'DateStyle', 'IntervalStyle', 'integer_datetimes', 'standard_conforming_strings', 'is_superuser', 'session_authorization', 'server_version'), {
      server_encoding: 'UTF8', client_encoding: 'UTF8', DateStyle: 'ISO, MDY', IntervalStyle: 'postgres', integer_datetimes: 'on', standard_conforming_strings: 'on', is_superuser: 'on', session_authorization: user, server_version: /^15\./ })
    equal(s.parameters.server_version, seen.server_version)
    await s`SET TimeZone TO 'Asia/Tokyo'`
    equal([seen.TimeZone, s.parameters.TimeZone], ['Asia/Tokyo', 'Asia/Tokyo'])
  })
})
await check('settings of the startup message', () => using({ connection: { search_path: 'consensus', application_name: 'ä b', lock_timeout: 4321 } }, async s =>
  equal(await s`SELECT current_setting('search_path') AS p, current_setting('application_name') AS a, current_setting('lock_timeout') AS l, current_schema()::text AS c`, [{ p: 'consensus', a: /b$/, l: '4321ms', c: 'consensus' }])))
await check('target_session_attrs of a primary', () => using({ target_session_attrs: 'read-write' }, async s => equal(await s`SELECT pg_is_in_recovery() AS r`, [{ r: false }])))
await check('a second host is tried when the first does not answer', async () => {
  const own = open({ host: [host, host], port: [1, port] })
  equal(await within(8000, own`SELECT 1 AS v`), [{ v: 1 }])
  await own.end({ timeout: 1 })
})

// Types

await check('array types are fetched from pg_type', async () => {
  await using({}, async s => {
    const [r] = await s`SELECT '{1,-2}'::int[] AS i, '{t,f}'::bool[] AS b, '{"a,b","q\\"\\\\"}'::text[] AS t, '{{1.5,2},{3,4}}'::float8[] AS f, ARRAY['2024-01-01T00:00Z'::timestamptz] AS w, ARRAY['{"a": [1]}'::jsonb] AS j, ARRAY['\\x00ff'::bytea] AS y, ARRAY['\\x'::bytea]::bytea[] AS z, '{}'::uuid[] AS u`
    equal(r, { i: [1, -2], b: [true, false], t: ['a,b', 'q"\\'], f: [[1.5, 2], [3, 4]], w: [new Date('2024-01-01T00:00Z')], j: [{ a: [1] }], y: [Buffer.from([0, 255])], z: [Buffer.alloc(0)], u: [] })
    const known = Object.keys(s.options.shared.typeArrayMap).length
    equal(known > 70 && s.options.shared.typeArrayMap[23] === 1007 && s.options.shared.typeArrayMap[3802] === 3807, true, `${known} array types`)
  })
})
const types = [
  ['bool', 'false', false, false], ['int2', '-32768', -32768], ['int4', '2147483647', 2147483647], ['int8', '9223372036854775807', '9223372036854775807'], ['oid', '4294967295', 4294967295],
  ['float4', '-1.5', -1.5], ['float8', 'Infinity', Infinity], ['float8', 'NaN', NaN], ['numeric', '123456789012345678901234567890.0987654321', '123456789012345678901234567890.0987654321'], ['numeric', 'NaN', 'NaN'],
  ['text', 'Ünïcödé 🌍 \'"\\\n', 'Ünïcödé 🌍 \'"\\\n'], ['varchar(3)', 'abc', 'abc'], ['char(4)', 'ab', 'ab  '], ['bytea', '\\x0001ff', Buffer.from([0, 1, 255]), Buffer.from([0, 1, 255])],
  ['date', '2024-02-29', new Date('2024-02-29T00:00:00Z'), '2024-02-29'], ['timestamp', '2024-02-29 12:34:56.789', new Date('2024-02-29 12:34:56.789')], ['timestamptz', '2024-02-29 12:34:56.789+02', new Date('2024-02-29T10:34:56.789Z')],
  ['time', '23:59:59.999999', '23:59:59.999999'], ['timetz', '01:02:03+05:30', '01:02:03+05:30'], ['interval', '1 year -2 days 03:04:05', '1 year -2 days +03:04:05'], ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['inet', '10.0.0.1/24', '10.0.0.1/24'], ['cidr', '10.0.0.0/8', '10.0.0.0/8'], ['macaddr', '08:00:2b:01:02:03', '08:00:2b:01:02:03'], ['int8range', '(1,5]', '[2,6)'], ['daterange', '[2024-01-01,2024-02-01]', '[2024-01-01,2024-02-02)'],
  ['nummultirange', '{[1,2],[3,4)}', '{[1,2],[3,4)}'], ['bit(4)', '1010', '1010'], ['money', '12.34', '$12.34'], ['tsvector', 'b a:1', "'a':1 'b'"], ['jsonpath', '$.a[*]', '$."a"[*]'], ['xid8', '42', '42'], ['name', 'nm', 'nm'],
]
for (const [type, literal, want, value = literal] of types)
  await check(`${type} ${JSON.stringify(literal)}: literal and parameter`, async () => {
    equal(await sql.unsafe(`SELECT '${literal.replaceAll("'", "''")}'::${type} AS v`), [{ v: want }], 'simple')
    equal(await sql.unsafe(`SELECT $1::${type} AS v, $2::${type} AS n`, [value, null]), [{ v: want, n: null }], 'extended')
    equal(await sql.unsafe(`SELECT $1::${type} AS v`, [value], { prepare: true }), [{ v: want }], 'prepared')
  })
await check('JavaScript values become parameters', async () => {
  const when = new Date('2024-02-29T12:34:56.789Z')
  const [r] = await sql`SELECT ${true} AS b, ${when} AS w, ${Buffer.from('ß')} AS y, ${sql.json({ a: ['ü', 1, null] })} AS j, ${'text'} AS t, ${42}::int AS i, ${1.5}::float8 AS f, ${2n ** 60n} AS big, ${null} AS n, ${[1, 2, 3]}::int[] AS a, ${sql.array(['x,"', 'y'])} AS s, ${sql.typed(7, 20)} AS ty`
  equal(r, { b: true, w: when, y: Buffer.from('ß'), j: { a: ['ü', 1, null] }, t: 'text', i: 42, f: 1.5, big: '1152921504606846976', n: null, a: [1, 2, 3], s: ['x,"', 'y'], ty: '7' })
})
await check('json and jsonb: parameters whose type the server tells', async () =>
  equal(await sql`SELECT ${{ a: 1, b: 'ü' }}::jsonb AS o, ${[1, { x: null }]}::jsonb AS a, ${'str'}::jsonb AS s, ${5}::json AS n, ${sql.json([])}::jsonb AS e`, [{ o: { a: 1, b: 'ü' }, a: [1, { x: null }], s: 'str', n: 5, e: [] }]))
await check('nested and empty arrays as parameters', async () =>
  equal(await sql`SELECT ${[[1, 2], [3, 4]]}::int[][] AS a, ${[]}::text[] AS e, ${sql.array([true, false])} AS b, ${sql.array([new Date(0)], 1185)}::timestamptz[] AS w, array_length(${['a', 'b\\"']}::text[], 1) AS n`,
    [{ a: [[1, 2], [3, 4]], e: [], b: [true, false], w: [new Date(0)], n: 2 }]))
await check('types of one\'s own', () => using({ types: { bigint: postgres.BigInt, point: { to: 869, from: [869], serialize: x => x.ip, parse: ip => ({ ip }) } } }, async s =>
  equal(await s`SELECT ${9007199254740993n}::int8 AS b, ${s.types.point({ ip: '10.0.0.1' })} AS i`, [{ b: 9007199254740993n, i: { ip: '10.0.0.1' } }])))
await check('undefined is refused unless transformed', async () => {
  await fails(sql`SELECT ${undefined}::text`, { code: 'UNDEFINED_VALUE' })
  await using({ transform: { undefined: null } }, async s => equal(await s`SELECT ${undefined}::text AS v`, [{ v: null }]))
})
await check('names become camel case and back', () => using({ transform: postgres.camel }, async s => {
  equal(await s`SELECT 1 AS some_name, '{"in_side": 1}'::jsonb AS js_on`, [{ someName: 1, jsOn: { inSide: 1 } }])
  equal(await s`SELECT ${s(['conceptPath', 'valueType'])} FROM assertions WHERE concept_path = 'countries/at' AND predicate = 'capital' LIMIT 1`, [{ conceptPath: 'countries/at', valueType: 'text' }])
}))

// Helpers

await check('dynamic columns, identifiers and conditions', async () => {
  const cols = ['name', 'tier'], where = sql`tier < ${2}`
  equal(await sql`SELECT ${sql(cols)} FROM ${sql('source_classes')} WHERE ${where} AND ${true ? sql`weight > ${0.5}` : sql``} ORDER BY ${sql('tier')}`, [{ name: 'regulatory', tier: 0 }, { name: 'clinical', tier: 1 }])
  equal(await sql`SELECT count(*)::int AS n FROM ${sql('public.source_classes')}`, [{ n: 6 }])
})
await check('lists for IN and rows for VALUES', async () => {
  equal(await sql`SELECT name FROM source_classes WHERE tier IN ${sql([0, 3])} ORDER BY name`, [{ name: 'expert' }, { name: 'regulatory' }])
  equal(await sql`SELECT a::int + 1 AS a, b FROM (VALUES ${sql([[1, 'x'], [2, 'y']])}) AS t (a, b)`, [{ a: 2, b: 'x' }, { a: 3, b: 'y' }])
})
await check('insert, many and update by objects', async () => {
  const rows = [{ source: `${name}-1`, trust: 0.25, title: 'ä' }, { source: `${name}-2`, trust: null, title: "o'b" }]
  equal(await sql`INSERT INTO sources ${sql(rows)} RETURNING source, trust, title, status`, rows.map(r => ({ ...r, status: 'active' })))
  const r = await sql`UPDATE sources SET ${sql({ trust: 1, note: 'n' }, 'trust', 'note')} WHERE source = ${rows[0].source} RETURNING trust, note`
  equal([r.count, r.command, [...r]], [1, 'UPDATE', [{ trust: 1, note: 'n' }]])
  const d = await sql`DELETE FROM sources WHERE source IN ${sql(rows.map(r => r.source))}`
  equal([d.count, d.command, d.length], [2, 'DELETE', 0])
})
await check('update of many rows from VALUES', async () => {
  await sql`INSERT INTO sources ${sql([{ source: `${name}-m1` }, { source: `${name}-m2` }])}`
  const r = await sql`UPDATE sources SET note = d.note, trust = d.trust::float8 FROM (VALUES ${sql([[`${name}-m1`, 'eins', '0.1'], [`${name}-m2`, 'zwei', '0.2']])}) AS d (source, note, trust) WHERE sources.source = d.source`
  equal([r.count, ...await sql`SELECT note, trust FROM sources WHERE source LIKE ${name + '-m%'} ORDER BY source`], [2, { note: 'eins', trust: 0.1 }, { note: 'zwei', trust: 0.2 }])
})
await check('a claim is inserted by an object', async () => {
  const [r] = await sql`INSERT INTO assertions ${sql({ concept_path: path, predicate: 'p', value: '-7e2', source: 'countries-list', metadata: sql.json({ a: 1 }), valid_from: new Date(0) })} RETURNING value_type, value_number, source_class, tier, metadata, valid_from, agent, length(id) AS n`
  equal(r, { value_type: 'number', value_number: '-700', source_class: 'community', tier: 4, metadata: { a: 1 }, valid_from: new Date(0), agent: user, n: 64 })
})
await check('ON CONFLICT', async () => {
  const row = { source: `${name}-c`, title: 'one' }
  await sql`INSERT INTO sources ${sql(row)}`
  equal((await sql`INSERT INTO sources ${sql(row)} ON CONFLICT (source) DO NOTHING`).count, 0)
  equal(await sql`INSERT INTO sources ${sql({ ...row, title: 'two' })} ON CONFLICT (source) DO UPDATE SET title = excluded.title RETURNING title`, [{ title: 'two' }])
})
await check('nested fragments', async () => {
  const inner = n => sql`SELECT ${n}::int AS v`
  equal(await sql`WITH t AS (${inner(1)} UNION ALL ${inner(2)}) SELECT v, ${'x'}::text AS x FROM t ORDER BY v DESC`, [{ v: 2, x: 'x' }, { v: 1, x: 'x' }])
})
await check('a file of SQL', async () => {
  const file = join(tmpdir(), `${name}.sql`)
  await writeFile(file, 'SELECT $1::int + 1 AS v')
  try { equal(await sql.file(file, [41]), [{ v: 42 }]) } finally { await rm(file) }
})

// Results

await check('columns: names, types, table and attribute numbers', async () => {
  const r = await sql`SELECT * FROM assertions LIMIT 0`
  const oids = { text: 25, numeric: 1700, smallint: 21, 'double precision': 701, 'text[]': 1009, 'timestamp with time zone': 1184, jsonb: 3802 }
  const [{ oid }] = await sql`SELECT 'public.assertions'::regclass::oid AS oid`
  equal(r.columns.map(c => pick(c, 'name', 'type', 'table', 'number')), columns.assertions.map(([n, t], i) => ({ name: n, type: oids[t], table: oid, number: i + 1 })))
})
await check('describe() tells parameters and columns without running', async () => {
  const d = await sql`INSERT INTO sources (source, trust) VALUES (${'x'}, ${1}) RETURNING source, trust, 1::int8 AS k`.describe()
  equal([d.types, d.columns.map(c => [c.name, c.type])], [[25, 701], [['source', 25], ['trust', 701], ['k', 20]]])
  equal(await sql`SELECT count(*)::int AS n FROM sources WHERE source = 'x'`, [{ n: 0 }])
  const e = await sql`SELECT ${1}::int = ANY(${[1]}::int[]) AS b, ${'a'}::jsonb AS j`.describe()
  equal(e.types, [23, 1007, 3802])
})
await check('values() and raw()', async () => {
  equal(await sql`SELECT 1 AS a, 2 AS a, 'x' AS b`.values(), [[1, 2, 'x']])
  equal(await sql`SELECT 1 AS a, NULL AS b`.raw(), [[Buffer.from('1'), null]])
})
await check('a result tells its command, count, statement and backend', async () => {
  const r = await sql`SELECT pg_backend_pid() AS pid, ${1}::int AS v`
  equal([r.command, r.count, r.state.pid === r[0].pid, r.statement.types, r.statement.string], ['SELECT', 1, true, [23], 'SELECT pg_backend_pid() AS pid, $1::int AS v'])
})
await check('several statements by the simple protocol', async () => {
  const rs = await sql`CREATE TEMP TABLE simple_ AS SELECT 1 AS n; SELECT n FROM simple_; SELECT 'two' AS t, n + 1 AS m FROM simple_`.simple()
  equal(rs.map(r => [r.command, r.count, [...r]]).slice(-2), [['SELECT', 1, [{ n: 1 }]], ['SELECT', 1, [{ t: 'two', m: 2 }]]])
})
await check('an empty query and no columns', async () => {
  equal(await sql``, [])
  equal((await sql`SELECT FROM generate_series(1, 3)`).count, 3)
})
await check('1,600 columns', async () => {
  const [r] = await sql.unsafe(`SELECT ${Array.from({ length: 1600 }, (_, i) => `${i} AS c${i}`)}`)
  equal([Object.keys(r).length, r.c1599], [1600, 1599])
})
await check('2,000 rows of 3 parameters', async () => {
  await sql`CREATE TEMP TABLE bulk (a int, b text, c float8)`
  const rows = Array.from({ length: 2000 }, (_, i) => ({ a: i, b: `row ${i}`, c: i / 4 }))
  equal((await sql`INSERT INTO bulk ${sql(rows)}`).count, 2000)
  equal(await sql`SELECT sum(a)::int AS a, sum(c) AS c, max(b) AS b FROM bulk`, [{ a: 1999000, c: 499750, b: 'row 999' }])
})
const big = 'ä0123456789abcde'.repeat(1 << 19), bytes = Buffer.from(big), md5 = createHash('md5').update(bytes).digest('hex')
await check('8 MB of text both ways', async () => {
  const [r] = await sql`SELECT ${big}::text AS t, length(${big.slice(0, 1000)}::text) AS n`
  equal([r.t === big, r.n], [true, 1000])
})
await check('8 MB of bytes both ways', async () => {
  const [r] = await sql`SELECT ${bytes}::bytea AS b`
  equal(r.b.equals(bytes), true)
})
await check('44 MB in one message', async () => {
  const [r] = await sql`SELECT md5(${big}::text) AS t, md5(${bytes}::bytea) AS b, length(${bytes}::bytea) AS n`
  equal(r, { t: md5, b: md5, n: bytes.length })
})
await check('all claims in one result', async () => {
  const r = await sql`SELECT * FROM assertions WHERE concept_path LIKE 'countries/%'`
  equal([r.count, r.length, new Set(r.map(x => x.id)).size, r.every(x => x.recorded_at instanceof Date)], [10402, 10402, 10402, true])
})

// Prepared statements and pipelining

await check('a query is prepared once', async () => {
  const f = n => sql`SELECT ${n}::int * 3 AS triple`
  equal([[...await f(1)], [...await f(2)], [...await f(3)]], [[{ triple: 3 }], [{ triple: 6 }], [{ triple: 9 }]])
  equal(await sql`SELECT statement, parameter_types::text AS types, from_sql FROM pg_prepared_statements WHERE statement LIKE '%triple' AND statement LIKE '% * 3%'`, [{ statement: 'SELECT $1::int * 3 AS triple', types: '{integer}', from_sql: false }])
})
await check('without prepared statements', () => using({ prepare: false }, async s => {
  equal(await s`SELECT ${'x'}::text AS v`, [{ v: 'x' }])
  equal(await s`SELECT count(*)::int AS n FROM pg_prepared_statements`, [{ n: 0 }])
}))
await check('a prepared query is prepared again when its columns change', async () => {
  await sql`CREATE TEMP TABLE grows (a int DEFAULT 1)`
  const f = () => sql`SELECT * FROM grows`
  await sql`INSERT INTO grows DEFAULT VALUES`
  await f()
  await sql`ALTER TABLE grows ADD COLUMN b text DEFAULT 'new'`
  equal(await f(), [{ a: 1, b: 'new' }])
})
await check('queries are sent before the answers come', async () => {
  const got = await Promise.all(Array.from({ length: 100 }, (_, i) => i === 50 ? fails(sql`SELECT 1 / ${0}::int AS v`, { code: '22012' }) : sql`SELECT ${i}::int AS v`))
  equal(got.map(r => r?.[0].v), Array.from({ length: 100 }, (_, i) => i === 50 ? undefined : i))
})

// Errors

await check('a syntax error has a position', () => fails(sql`SELECT 1 FRUM sources WHERE`, { name: 'PostgresError', code: '42601', severity: 'ERROR', severity_local: 'ERROR', position: '15', message: 'syntax error at or near "sources"' }))
await check('an unknown column, with a hint', () => fails(sql`SELECT s.tilte FROM sources s`, { code: '42703', position: '8', message: 'column s.tilte does not exist', hint: 'Perhaps you meant to reference the column "s.title".' }))
await check('an unknown table', () => fails(sql`SELECT ${1}::int FROM no.where_`, { code: '42P01', message: 'relation "no.where_" does not exist', position: '21' }))
await check('a duplicate key', () => fails(sql`INSERT INTO sources (source) VALUES (${'country-js'})`, { code: '23505', schema_name: 'public', table_name: 'sources', constraint_name: 'sources_pkey', detail: 'Key (source)=(country-js) already exists.' }))
await check('a missing value', () => fails(sql`INSERT INTO assertions (concept_path, predicate, value) VALUES ('a', 'b', 'c')`, { code: '23502', schema_name: 'public', table_name: 'assertions', column_name: 'source', message: 'null value in column "source" of relation "assertions" violates not-null constraint' }))
await check('a bad parameter', () => fails(sql`SELECT ${'abc'}::uuid`, { code: '22P02', message: 'invalid input syntax for type uuid: "abc"' }))
await check('an ambiguous parameter', () => fails(sql.unsafe('SELECT $1 + $2', [1, 2], { prepare: true }), { code: '42725', message: 'operator is not unique: unknown + unknown', position: '11', hint: 'Could not choose a best candidate operator. You might need to add explicit type casts.' }))
await check('the error names the query where the client debugs', () => using({ debug: () => {} }, s => fails(s`SELECT ${5}::int / 0`, { code: '22012', query: 'SELECT $1::int / 0', parameters: ['5'] })))
await check('notices', async () => {
  const seen = []
  await using({ onnotice: n => seen.push(pick(n, 'severity', 'code', 'message')) }, async s => { await s`CREATE TEMP TABLE twice (n int)`; await s`CREATE TEMP TABLE IF NOT EXISTS twice (n int)` })
  equal(seen, [{ severity: 'NOTICE', code: '42P07', message: 'relation "twice" already exists, skipping' }])
})

// Transactions

const exists = async (s, x) => (await s`SELECT 1 FROM sources WHERE source = ${x}`).count === 1
await check('begin commits, or rolls back on an error', async () => {
  equal(await sql.begin(async t => { await t`INSERT INTO sources (source) VALUES (${name + '-t1'})`; return 'done' }), 'done')
  await fails(sql.begin(async t => { await t`INSERT INTO sources (source) VALUES (${name + '-t2'})`; throw new Error('own') }), { message: 'own' })
  await fails(sql.begin(async t => { await t`INSERT INTO sources (source) VALUES (${name + '-t3'})`; await t`SELECT 1 / 0` }), { code: '22012' })
  equal([await exists(sql, `${name}-t1`), await exists(sql, `${name}-t2`), await exists(sql, `${name}-t3`)], [true, false, false])
})
await check('begin with an array of queries', async () => {
  const r = await sql.begin(t => [t`SELECT 1 AS v`, t`SELECT ${2}::int AS v`])
  equal(r, [[{ v: 1 }], [{ v: 2 }]])
})
await check('begin with modes', async () => {
  equal(await sql.begin('isolation level repeatable read read only', t => t`SELECT current_setting('transaction_isolation') AS i, current_setting('transaction_read_only') AS r`), [{ i: 'repeatable read', r: 'on' }])
  await fails(sql.begin('read only', t => t`DELETE FROM sources WHERE source = ${name}`), { code: '25006', message: 'cannot execute DELETE in a read-only transaction' })
})
await check('begin serializable', async () => equal(await sql.begin('isolation level serializable', t => t`SHOW transaction_isolation`), [{ transaction_isolation: 'serializable' }]))
await check('savepoints, nested', async () => {
  await sql.begin(async t => {
    await t`INSERT INTO sources (source) VALUES (${name + '-s1'})`
    await fails(t.savepoint('sp', async u => {
      await u`INSERT INTO sources (source) VALUES (${name + '-s2'})`
      await u`SELECT 1 / 0`
    }), { code: '22012' })
    await t.savepoint(u => u.savepoint(v => v`INSERT INTO sources (source) VALUES (${name + '-s3'})`))
  })
  equal(await sql`SELECT source FROM sources WHERE source LIKE ${name + '-s_'} ORDER BY source`, [{ source: `${name}-s1` }, { source: `${name}-s3` }])
})
await check('a duplicate key in a savepoint leaves the transaction alive', () => sql.begin(async t => {
  await t.savepoint(u => u`INSERT INTO sources (source) VALUES ('countryjs')`).catch(e => equal(e.code, '23505'))
  equal(await t`SELECT 5 AS v`, [{ v: 5 }])
}))
await check('a transaction is hidden from others until it commits', () => using({}, other => sql.begin(async t => {
  await t`INSERT INTO sources (source) VALUES (${name + '-h'})`
  equal([await exists(t, `${name}-h`), await exists(other, `${name}-h`)], [true, false])
})))
await check('a reserved connection keeps its session', () => using({ max: 2 }, async s => {
  const r = await s.reserve()
  await r`CREATE TEMP TABLE reserved (n serial, t text DEFAULT 'd')`
  equal(await r`INSERT INTO reserved (t) VALUES ('a'), (DEFAULT) RETURNING n, t`, [{ n: 1, t: 'a' }, { n: 2, t: 'd' }])
  equal(await s`SELECT to_regclass('reserved') AS t`, [{ t: null }])
  r.release()
}))

// Cursors, COPY, large objects

await check('a cursor with a callback pages through all claims', async () => {
  let n = 0, pages = 0
  await sql`SELECT * FROM assertions WHERE concept_path LIKE ${'countries/%'}`.cursor(1000, page => { n += page.length; pages++ })
  equal([n, pages], [10402, 11])
})
await check('a cursor that the caller ends', async () => {
  const seen = []
  await sql`SELECT g FROM generate_series(1, 1000000) g`.cursor(row => { seen.push(row[0].g); if (seen.length === 3) return sql.CLOSE })
  equal([seen, await sql`SELECT 1 AS v`], [[1, 2, 3], [{ v: 1 }]])
})
await check('a cursor as an iterator, left early', async () => {
  let n = 0
  for await (const page of sql`SELECT g FROM generate_series(1, 1000000) g`.cursor(10)) if ((n += page.length) >= 30) break
  equal([n, await sql`SELECT 2 AS v`], [30, [{ v: 2 }]])
})
await check('an error in the middle of a cursor', async () => {
  let n = 0
  await fails(sql`SELECT 1 / (25 - g) AS v FROM generate_series(1, 100) g`.cursor(10, page => { n += page.length }), { code: '22012' })
  equal(n, 20)
})
await check('forEach', async () => {
  const seen = []
  const r = await sql`SELECT g FROM generate_series(1, 4) g`.forEach(row => seen.push(row.g))
  equal([seen, r.count], [[1, 2, 3, 4], 4])
})
await check('COPY from a stream and to a stream', async () => {
  await sql`CREATE TEMP TABLE copied (n int, t text)`
  await pipeline(Readable.from(['1\tü\\n\n2\t', '\\N\n']), await sql`COPY copied FROM STDIN`.writable())
  equal(await sql`SELECT * FROM copied ORDER BY n`, [{ n: 1, t: 'ü\n' }, { n: 2, t: null }])
  let out = ''
  for await (const part of await sql`COPY (SELECT * FROM copied ORDER BY n DESC) TO STDOUT (FORMAT csv, HEADER, NULL '?')`.readable()) out += part
  equal(out, 'n,t\n2,?\n1,"ü\n"\n')
})
await check('COPY of all claims out', async () => {
  let lines = 0
  for await (const part of await sql`COPY (SELECT concept_path, value FROM assertions WHERE concept_path LIKE 'countries/%') TO STDOUT`.readable()) for (const b of part) lines += b === 10
  equal(lines, 10402)
})
await check('COPY that the client gives up', async () => {
  await sql`CREATE TEMP TABLE given_up (n int)`
  const into = await sql`COPY given_up FROM STDIN`.writable()
  into.on('error', () => {})
  into.write('1\n')
  into.destroy(new Error('no more'))
  equal(await sql`SELECT count(*)::int AS n FROM given_up`, [{ n: 0 }])
})
await check('a large object is written, read and truncated', async () => {
  const text = Buffer.from('large ü object '.repeat(5000)), [{ oid }] = await sql`SELECT lo_creat(-1) AS oid`
  const lo = await sql.largeObject(oid)
  equal([await lo.write(text), await lo.tell(), await lo.seek(6)], [[{ lowrite: text.length }], [{ lo_tell64: String(text.length) }], [{ lo_lseek64: '6' }]])
  equal([(await lo.read(9))[0].data.toString(), await lo.truncate(100), (await lo.size())[0].size], ['ü object', [{ lo_truncate64: 0 }], '100'])
  await lo.close()
  equal(await sql`SELECT length(lo_get(${oid})) AS n, lo_unlink(${oid}) AS u`, [{ n: 100, u: 1 }])
})

// Others

await check('listen and notify', async () => {
  const seen = [], channel = `js ${run}`
  const sub = await sql.listen(channel, m => seen.push(m), () => seen.push('listening'))
  await sql.notify(channel, 'ünö')
  await sql.begin(t => [t`SELECT pg_notify(${channel}, 'dos')`, t`SELECT pg_notify(${channel}, 'tres')`])
  for (let i = 0; i < 20 && seen.length < 4; i++) await sleep(100)
  equal([seen, sub.state.pid > 0], [['listening', 'ünö', 'dos', 'tres'], true])
  await sub.unlisten()
  await sql.notify(channel, 'unheard')
  await sleep(200)
  equal(seen.length, 4)
})
await check('cancel() stops a running query', async () => {
  const query = sql`SELECT pg_sleep(10)`.execute()
  const failed = fails(query, { code: '57014', message: 'canceling statement due to user request' })
  await sleep(300)
  query.cancel()
  await within(4000, failed)
  equal(await sql`SELECT 1 AS v`, [{ v: 1 }])
})
await check('statement_timeout', () => sql.begin(async t => {
  await t`SET LOCAL statement_timeout = 100`
  await fails(t.savepoint(u => u`SELECT pg_sleep(5)`), { code: '57014', message: 'canceling statement due to statement timeout' })
  equal(await t`SHOW statement_timeout`, [{ statement_timeout: '100ms' }])
}))
await check('advisory locks of a transaction', () => using({}, other => sql.begin(async t => {
  const key = parseInt(run.slice(0, 7), 16)
  equal([await t`SELECT pg_try_advisory_xact_lock(${key}, 5) AS l`, await other`SELECT pg_try_advisory_xact_lock(${key}, 5) AS l`], [[{ l: true }], [{ l: false }]])
})))
await check('a pool opens what it needs, up to its maximum', () => using({ max: 3 }, async s => {
  const pids = await Promise.all(Array.from({ length: 6 }, () => s`SELECT pg_backend_pid() AS pid, pg_sleep(0.2)::text AS z`))
  equal(new Set(pids.map(r => r[0].pid)).size, 3)
}))
await check('a connection that the server ends is replaced', () => using({}, async s => {
  const [{ pid }] = await s`SELECT pg_backend_pid() AS pid`
  const failed = fails(s`SELECT pg_sleep(10)`, { code: /^(57P01|CONNECTION_CLOSED)$/ })
  await sleep(200)
  await sql`SELECT pg_terminate_backend(${pid})`
  await within(4000, failed)
  // The client may give the error of the old connection to the next query.
  const next = () => s`SELECT pg_backend_pid() AS pid`
  const [again] = await next().catch(next)
  equal(again.pid !== pid, true)
}))
await check('end() waits for what is running', async () => {
  const s = open()
  const last = s`SELECT 'late' AS v, pg_sleep(0.3)::text AS z`.execute()
  await sleep(100)
  await s.end({ timeout: 5 })
  equal(await last, [{ v: 'late', z: '' }])
  await fails(s`SELECT 1`, { code: 'CONNECTION_ENDED' })
})
await check('a connection is closed when idle', () => using({ idle_timeout: 1 }, async s => {
  const [{ pid }] = await s`SELECT pg_backend_pid() AS pid`
  for (let i = 0; i < 30 && (await sql`SELECT 1 FROM pg_stat_activity WHERE pid = ${pid}`).count; i++) await sleep(100)
  equal(await sql`SELECT pid FROM pg_stat_activity WHERE pid = ${pid}`, [])
}))
await end()
