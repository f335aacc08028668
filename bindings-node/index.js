'use strict'

// Objects out of the library's JSON, and errors out of its errors. The library's names are in snake_case, JavaScript's in
// camelCase; a catalog keeps its own form, so that one written by another language or the command line can be used.

const native = require('./native.js')
const { version } = require('./package.json')

// Fields that hold a part of a catalog, or of several forms.
const CATALOG_PARTS = new Set(['after', 'before'])

class RemigrateError extends Error {
  constructor(kind, message) {
    super(message)
    this.name = 'RemigrateError'
    this.kind = kind
    this.code = `RMG_${kind.toUpperCase().replaceAll('-', '_')}`
  }
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

function rename(object, name) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [name(key), value]))
}

function answer(value) {
  if (Array.isArray(value)) return value.map(answer)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [camel(key), CATALOG_PARTS.has(key) ? inner : answer(inner)])
  )
}

// The arguments as JSON: those given by place under their names, then the options.
function argumentsOf(places, values) {
  const options = values[places.length]
  if (options !== undefined && options !== null && !isObject(options)) {
    throw new RemigrateError('invalid-options', 'the options are no object')
  }
  const given = rename(options ?? {}, snake)
  if (isObject(given.session)) given.session = rename(given.session, snake)
  for (const name of Object.keys(given)) if (given[name] === null) delete given[name]
  return JSON.stringify({ ...given, ...Object.fromEntries(places.map((place, i) => [place, values[i]])) })
}

function result({ kind, text }) {
  if (kind !== undefined && kind !== null) throw new RemigrateError(kind, text)
  const value = JSON.parse(text)
  // Of all answers only a catalog has a format.
  return isObject(value) && 'format' in value ? value : answer(value)
}

function synchronous(name, ...places) {
  return (...values) => result(native.callSync(name, argumentsOf(places, values)))
}

function asynchronous(name, ...places) {
  return async (...values) => result(await native.callAsync(name, argumentsOf(places, values)))
}

exports.RemigrateError = RemigrateError
exports.version = version

exports.check = asynchronous('check', 'files')
exports.checkSync = synchronous('check', 'files')
exports.impact = asynchronous('impact', 'files')
exports.impactSync = synchronous('impact', 'files')
exports.simulate = asynchronous('simulate', 'files')
exports.simulateSync = synchronous('simulate', 'files')
exports.snapshot = asynchronous('snapshot', 'url')
exports.snapshotSync = synchronous('snapshot', 'url')
exports.diff = asynchronous('diff', 'from', 'to')
exports.diffSync = synchronous('diff', 'from', 'to')
exports.rollback = asynchronous('rollback', 'files')
exports.rollbackSync = synchronous('rollback', 'files')
exports.history = asynchronous('history', 'files')
exports.historySync = synchronous('history', 'files')
exports.verify = asynchronous('verify', 'files')
exports.verifySync = synchronous('verify', 'files')
exports.drift = asynchronous('drift', 'files')
exports.driftSync = synchronous('drift', 'files')
exports.explain = asynchronous('explain', 'rule')
exports.explainSync = synchronous('explain', 'rule')
exports.rules = asynchronous('rules')
exports.rulesSync = synchronous('rules')
