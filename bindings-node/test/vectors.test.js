'use strict'
// The vectors that every language reproduces.
const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const remigrate = require('..')

const project = path.join(__dirname, '../..')
const { functions } = JSON.parse(fs.readFileSync(path.join(project, 'tests/contract/schema.json'), 'utf8'))
const folder = path.join(project, 'tests/vectors')

const camel = (name) => name.replace(/_./g, (match) => match[1].toUpperCase())

// The vector's answer as Node gives it; `before` and `after` are parts of a catalog, which keeps its form.
function expected(value) {
  if (Array.isArray(value)) return value.map(expected)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      camel(key),
      key === 'before' || key === 'after' ? inner : expected(inner),
    ])
  )
}

let count = 0
for (const file of fs.readdirSync(folder).sort()) {
  for (const vector of JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))) {
    count += 1
    const { positional, answer } = functions[vector.function]
    const named = Object.entries(vector.arguments).filter(([name]) => !positional.includes(name))
    const options = Object.fromEntries(named.map(([name, value]) => [camel(name), value]))
    const values = [...positional.map((name) => vector.arguments[name]), options]
    const name = camel(vector.function)
    const catalog = answer.$ref?.endsWith('/Catalog')
    test(`${file}: ${vector.about}`, async () => {
      if (vector.error) {
        const code = `RMG_${vector.error.kind.toUpperCase().replaceAll('-', '_')}`
        const like = { name: 'RemigrateError', code, ...vector.error }
        assert.throws(() => remigrate[`${name}Sync`](...values), like)
        await assert.rejects(remigrate[name](...values), like)
      } else {
        const wanted = catalog ? vector.answer : expected(vector.answer)
        assert.deepEqual(remigrate[`${name}Sync`](...values), wanted)
        assert.deepEqual(await remigrate[name](...values), wanted)
      }
    })
  }
}

test('there are vectors', () => assert.ok(count >= 10))
