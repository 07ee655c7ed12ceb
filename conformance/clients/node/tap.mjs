// What the programs of this folder share: where the server is, checks, and their output (TAP).
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inspect, isDeepStrictEqual } from 'node:util'

export const host = process.env.PGHOST, port = Number(process.env.PGPORT), user = process.env.PGUSER
export const password = process.env.PGPASSWORD, database = process.env.PGDATABASE
export const caFile = process.env.PGSSLROOTCERT
// None of the clients verifies by PGSSLMODE and PGSSLROOTCERT alone; all take the options of Node's tls.
export const ssl = { ca: readFileSync(caFile, 'utf8'), rejectUnauthorized: true }

export const run = randomBytes(6).toString('hex') // tells this run's rows from those of others

// version is what an installed package says of itself.
export const version = name => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version
export const sleep = ms => new Promise(done => setTimeout(done, ms))

// within ends the wait for a promise.
export function within(ms, promise, what = 'the answer') {
  let timer
  const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error(`${what} took more than ${ms} ms`)), ms) })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// plain takes the client's classes off what it returned, so that values are compared, not prototypes.
function plain(x) {
  if (Array.isArray(x)) return Array.from(x, plain)
  if (Buffer.isBuffer(x)) return Buffer.from(x)
  if (x === null || typeof x !== 'object' || x instanceof Date || x instanceof RegExp || x instanceof Set || x instanceof Map) return x
  return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)]))
}

// matches: a RegExp in what is wanted stands for the strings that it matches.
function matches(got, want) {
  if (want instanceof RegExp) return typeof got === 'string' && want.test(got)
  if (Array.isArray(want)) return Array.isArray(got) && got.length === want.length && want.every((w, i) => matches(got[i], w))
  if (want && typeof want === 'object' && Object.getPrototypeOf(want) === Object.prototype) {
    const keys = Object.keys(want)
    return got && typeof got === 'object' && isDeepStrictEqual(Object.keys(got).sort(), keys.sort()) && keys.every(k => matches(got[k], want[k]))
  }
  return isDeepStrictEqual(got, want)
}

class Mismatch extends Error {}
const show = x => inspect(x, { depth: 8, breakLength: 180, maxArrayLength: 40, maxStringLength: 600 })

export function equal(got, want, what = '') {
  got = plain(got)
  if (!matches(got, plain(want))) throw new Mismatch(`${what && what + ': '}expected ${show(want)}\ngot ${show(got)}`)
}

// pick is the wanted part of an object.
export const pick = (from, ...keys) => Object.fromEntries(keys.map(k => [k, from[k]]))

// fails demands that an action fails, with an error that has these fields. The server's error is dug out of the client's wrapper.
export async function fails(action, want) {
  let err
  try {
    await (typeof action === 'function' ? action() : action)
  } catch (e) { err = e }
  if (!err) throw new Mismatch(`expected an error ${show(want)}\ngot none`)
  while (!('code' in err && err.code) && (err.driverError || err.original || err.cause)) err = err.driverError || err.original || err.cause
  const got = pick(err, ...Object.keys(want))
  if (!matches(got, want)) throw new Mismatch(`expected an error ${show(want)}\ngot ${show(got)}: ${err.message}`)
}

let count = 0, bad = 0, names = new Set(), fresh = async () => {}, clean = async () => {}, broken = false

// start prints the client's name and version. opts.fresh makes a new connection, first and after a check that failed;
// opts.clean takes away at the end what the program has left.
export async function start(title, opts = {}) {
  console.log(`# ${title}`)
  fresh = opts.fresh ?? fresh
  clean = opts.clean ?? clean
  // It takes some 20 s; this is for a server that hangs, on a machine that is busy.
  setTimeout(() => { report('the program ends within its time', new Error('it ran for 220 s')); finish() }, 220_000).unref()
  process.on('unhandledRejection', e => console.log(`# unhandled: ${String(e?.message).split('\n')[0]}`))
  broken = true
}

function report(name, err) {
  count++
  if (names.has(name)) err ??= new Error('there is another check of this name')
  names.add(name)
  if (!err) return console.log(`ok ${count} - ${name}`)
  bad++
  console.log(`not ok ${count} - ${name}`)
  let text = err instanceof Mismatch ? err.message : `${err.message || show(err)}${err.code ? ` (${err.code})` : ''}`
  for (let e = err.cause; e && !(err instanceof Mismatch); e = e.cause) text += `\ncause: ${e.message} (${e.code})`
  for (const line of text.split('\n').slice(0, 60)) console.log(`# ${line}`)
}

export async function check(name, action, limit = 30_000) {
  try {
    if (broken) await within(25_000, fresh(), 'connecting')
    broken = false
    await within(limit, action(), 'the check')
    report(name)
  } catch (err) {
    broken = true
    report(name, err)
  }
}

function finish() {
  console.log(`1..${count}`)
  process.exit(bad ? 1 : 0)
}

export async function end() {
  try {
    if (broken) await within(25_000, fresh(), 'connecting')
    await within(25_000, clean(), 'cleaning up')
  } catch (err) {
    report('what the checks left is taken away', err)
  }
  finish()
}

// Facts about the shared tables, for the clients that introspect.
export const columns = {
  assertions: [
    ['id', 'text', false], ['concept_path', 'text', false], ['predicate', 'text', false], ['value', 'text', false], ['value_type', 'text', false],
    ['unit', 'text', true], ['value_number', 'numeric', true], ['source', 'text', false], ['source_class', 'text', false], ['tier', 'smallint', true],
    ['confidence', 'double precision', true], ['lifecycle', 'text', false], ['epoch', 'text', true], ['revises', 'text', true], ['derived_from', 'text[]', true],
    ['evidence', 'text', true], ['valid_from', 'timestamp with time zone', true], ['valid_to', 'timestamp with time zone', true],
    ['asserted_at', 'timestamp with time zone', false], ['metadata', 'jsonb', true], ['agent', 'text', false], ['recorded_at', 'timestamp with time zone', false],
    ['signer', 'text', true], ['signature', 'text', true]],
  sources: [
    ['source', 'text', false], ['class', 'text', true], ['status', 'text', false], ['trust', 'double precision', true], ['origin', 'text', true],
    ['url', 'text', true], ['title', 'text', true], ['note', 'text', true]],
  source_classes: [
    ['name', 'text', false], ['tier', 'smallint', false], ['weight', 'double precision', false], ['half_life', 'double precision', true],
    ['default_confidence', 'double precision', false]],
}
export const lenses = ['authority', 'confidence', 'consensus', 'layered', 'recency', 'skeptic', 'weighted']
