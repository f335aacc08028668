'use strict'
// Real servers; `tests/run` starts them and names them in the environment.
const assert = require('node:assert/strict')
const { test } = require('node:test')
const remigrate = require('..')

for (const dialect of ['postgres', 'mysql', 'mariadb']) {
  test(`snapshot of ${dialect}`, async () => {
    const url = process.env[`REMIGRATE_TEST_${dialect.toUpperCase()}`]
    assert.ok(url, 'no test server: run this through `tests/run` or `with-test-servers`')
    const catalog = await remigrate.snapshot(url)
    assert.equal(catalog.dialect, dialect)
    assert.deepEqual((await remigrate.diff(catalog, url)).changes, [])
  })
}
