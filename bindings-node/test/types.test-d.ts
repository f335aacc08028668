// Compiled by `npm run typecheck`, not run.
import {
  check,
  checkSync,
  diff,
  explainSync,
  historySync,
  RemigrateError,
  rollbackSync,
  simulateSync,
  type Catalog,
  type CheckReport,
  type ErrorKind,
  type Finding,
  type Severity,
} from '..'

const report: CheckReport = checkSync('DROP TABLE t', { dialect: 'mysql', serverVersion: '8.0' })
const finding: Finding = report.findings[0]!
const severity: Severity = finding.severity
const help: string | null = finding.help
const place: number = finding.endColumn
const later: Promise<CheckReport> = check({ '1.sql': 'DROP TABLE t' }, { session: { searchPath: ['app'] } })
const catalog: Catalog = simulateSync([{ path: 'migrations' }])
diff(catalog, 'postgres://localhost/app').then((found) => found.changes[0]?.certainty)
rollbackSync('DROP TABLE t', { schema: catalog, to: '1' }).steps[0]?.class
historySync([{ path: 'migrations' }], { against: catalog })
explainSync('drop-table').why

// @ts-expect-error: no such dialect
checkSync('', { dialect: 'oracle' })
// @ts-expect-error: no such option
checkSync('', { dialekt: 'mysql' })
// @ts-expect-error: `against` must be given
historySync('')
// @ts-expect-error: no such word
const wrong: Severity = 'fatal'

try {
  checkSync('')
} catch (error) {
  if (error instanceof RemigrateError) {
    const kind: ErrorKind = error.kind
    const code: string = error.code
    console.log(kind, code)
  }
}
console.log(severity, help, place, later, wrong)
