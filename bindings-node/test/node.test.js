'use strict'
// What is Node's own: errors, promises, modules, the command line, the README.
const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { test } = require('node:test')
const remigrate = require('..')

const DROP = 'ALTER TABLE users DROP COLUMN email;'
const postgres = { dialect: 'postgres' }

function temporary(files) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remigrate-'))
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text)
  return folder
}

test('files and schemas in every form', () => {
  const folder = temporary({ '1_drop.sql': DROP })
  const onDisk = path.join(folder, '1_drop.sql')
  for (const [files, file] of [
    [DROP, 'migration.sql'],
    [{ 'my_file.sql': DROP }, 'my_file.sql'],
    [[{ path: 'b.sql', sql: DROP }], 'b.sql'],
    [[{ path: folder }], onDisk],
  ]) {
    const { findings } = remigrate.checkSync(files, postgres)
    assert.deepEqual(findings.filter((f) => f.rule === 'drop-column').map((f) => f.file), [file])
  }
  const before = 'CREATE TABLE users (id int);'
  const schema = remigrate.simulateSync(before, postgres)
  for (const form of [schema, before, { 'a_b.sql': before }]) {
    const { findings } = remigrate.checkSync(DROP, { ...postgres, schema: form })
    assert.ok(findings.some((f) => f.rule === 'not-found'))
  }
  fs.rmSync(folder, { recursive: true })
})

test('names are in camelCase, but those of a catalog', () => {
  const options = { dialect: 'postgres', serverVersion: '16', session: { searchPath: ['app'] } }
  const { summary, findings } = remigrate.checkSync(DROP, options)
  assert.equal(summary.files, 1)
  assert.equal(findings[0].endColumn > findings[0].column, true)
  const catalog = remigrate.simulateSync('CREATE SCHEMA app; CREATE TABLE t (a int) WITH (fillfactor = 70);', options)
  assert.equal(catalog.server_version, '16.0.0')
  assert.deepEqual(catalog.tables[0].name, { schema: 'app', name: 't' })
})

test('errors have a class, a kind and a code', async () => {
  const wrong = { name: 'RemigrateError', kind: 'not-found', code: 'RMG_NOT_FOUND' }
  assert.throws(() => remigrate.explainSync('no-such-rule'), wrong)
  assert.throws(() => remigrate.explainSync('no-such-rule'), remigrate.RemigrateError)
  await assert.rejects(remigrate.explain('no-such-rule'), wrong)
  await assert.rejects(remigrate.check([{ path: 'no/such/directory' }]), { kind: 'io' })
  await assert.rejects(remigrate.snapshot('postgres://nobody@127.0.0.1:1/nothing'), { kind: 'connection' })
  for (const call of [
    () => remigrate.checkSync(),
    () => remigrate.checkSync(7),
    () => remigrate.checkSync(DROP, 'postgres'),
    () => remigrate.checkSync(DROP, { dialect: 'oracle' }),
    () => remigrate.checkSync(DROP, { dialekt: 'postgres' }),
    () => remigrate.checkSync(`SELECT '\ud800'`, postgres),
  ]) {
    assert.throws(call, { name: 'RemigrateError', code: 'RMG_INVALID_OPTIONS' })
  }
})

test('the event loop runs while a promise is open', async () => {
  const script = Array.from({ length: 3000 }, (_, i) => `CREATE TABLE t${i} (a int, b text);`).join('\n')
  let turns = 0
  const timer = setInterval(() => (turns += 1), 0)
  const report = await remigrate.check(script, postgres)
  clearInterval(timer)
  assert.equal(report.summary.statements, 3000)
  assert.ok(turns > 0)
})

test('modules import by name', async () => {
  const module = await import('../index.js')
  assert.equal(module.checkSync(DROP, postgres).findings[0].rule, 'drop-column')
  assert.equal(module.version, require('../package.json').version)
})

test('the command line', () => {
  const folder = temporary({ '1_drop.sql': DROP })
  const run = (...words) =>
    spawnSync(process.execPath, [path.join(__dirname, '../cli.js'), ...words], { cwd: folder, encoding: 'utf8' })
  const checked = run('check', '1_drop.sql', '--dialect', 'postgres', '--format', 'json')
  assert.equal(checked.status, 1)
  const { findings } = JSON.parse(checked.stdout)
  assert.equal(findings[0].rule, 'drop-column')
  assert.equal(run('explain', 'drop-column').status, 0)
  const wrong = run('check', 'missing')
  assert.deepEqual([wrong.status, wrong.stdout], [2, ''])
  assert.match(wrong.stderr, /missing/)
  fs.rmSync(folder, { recursive: true })
})

for (const readme of ['../README.md', '../../README.md']) {
  test(`the example of ${readme} prints what it says`, () => {
    const text = fs.readFileSync(path.join(__dirname, readme), 'utf8')
    const [, script] = text.match(/```js\n([\s\S]*?)```/)
    const [, output] = text.match(/```text\n([\s\S]*?)```/)
    const code = script.replace("require('remigrate')", `require(${JSON.stringify(path.join(__dirname, '..'))})`)
    const ran = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
    assert.equal(ran.stderr, '')
    assert.equal(ran.stdout, output)
  })
}
