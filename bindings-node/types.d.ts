// Made from the library's types by tests/tests/contract; do not edit.

/** Options of `check`. */
export interface CheckOptions {
  /** The schema before the first file; without it anything may exist, and findings that depend on it say so. */
  schema?: SchemaSource
  /** Rules that report nothing. */
  disable?: string[]
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * Checks migrations: would they run, in this order, and what would they do to a database in use? Bad SQL is a
 * finding, not an error.
 *
 * @param files The migrations.
 */
export function check(files: Files, options?: CheckOptions): Promise<CheckReport>

/** As `check`, on the calling thread. */
export function checkSync(files: Files, options?: CheckOptions): CheckReport

/** Options of `impact`. */
export interface ImpactOptions {
  /** The schema before the first file; without it anything may exist, and answers that depend on it say so. */
  schema?: SchemaSource
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * Says for each statement what it locks, rewrites and scans, and how it goes with transactions.
 *
 * @param files The migrations.
 */
export function impact(files: Files, options?: ImpactOptions): Promise<ImpactReport>

/** As `impact`, on the calling thread. */
export function impactSync(files: Files, options?: ImpactOptions): ImpactReport

/** Options of `simulate`. */
export interface SimulateOptions {
  /** The schema before the first file; an empty database without it. */
  schema?: SchemaSource
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * The schema after the migrations, as a catalog.
 *
 * @param files The migrations.
 */
export function simulate(files: Files, options?: SimulateOptions): Promise<Catalog>

/** As `simulate`, on the calling thread. */
export function simulateSync(files: Files, options?: SimulateOptions): Catalog

/** Options of `snapshot`. */
export interface SnapshotOptions {
  /** How long the database may take. */
  timeouts?: Timeouts
}

/**
 * The schema of a live database, as a catalog. It is read in one read-only transaction with timeouts.
 *
 * @param url URL of the database: `postgres://user:password@host:port/database` or `mysql://…`.
 */
export function snapshot(url: string, options?: SnapshotOptions): Promise<Catalog>

/** As `snapshot`, on the calling thread. */
export function snapshotSync(url: string, options?: SnapshotOptions): Catalog

/** Options of `diff`. */
export interface DiffOptions {
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * What turns one schema into another, and the script that does it.
 *
 * @param from The schema to start from.
 * @param to The schema to get to.
 */
export function diff(from: SchemaSource, to: SchemaSource, options?: DiffOptions): Promise<DiffReport>

/** As `diff`, on the calling thread. */
export function diffSync(from: SchemaSource, to: SchemaSource, options?: DiffOptions): DiffReport

/** Options of `rollback`. */
export interface RollbackOptions {
  /**
   * The schema before the first file; without it anything may exist, and what a statement dropped is not known
   * unless an earlier file created it.
   */
  schema?: SchemaSource
  /** The version to get back to: everything behind it is undone. Without it everything is. */
  to?: string
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * Writes the way back from migrations. Nothing is executed.
 *
 * @param files The migrations.
 */
export function rollback(files: Files, options?: RollbackOptions): Promise<RollbackReport>

/** As `rollback`, on the calling thread. */
export function rollbackSync(files: Files, options?: RollbackOptions): RollbackReport

/** Options of `history`. */
export interface HistoryOptions {
  /** The schema to explain. */
  against: SchemaSource
  /** The schema before the first file; an empty database without it. */
  schema?: SchemaSource
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * Judges from a schema alone which of the migrations a database has.
 *
 * @param files The migrations.
 */
export function history(files: Files, options: HistoryOptions): Promise<HistoryReport>

/** As `history`, on the calling thread. */
export function historySync(files: Files, options: HistoryOptions): HistoryReport

/** Options of `verify`. */
export interface VerifyOptions {
  /** URL of the database. */
  against: string
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * Audits the ledger that a migration tool keeps in a live database against files and schema.
 *
 * @param files The migrations.
 */
export function verify(files: Files, options: VerifyOptions): Promise<VerifyReport>

/** As `verify`, on the calling thread. */
export function verifySync(files: Files, options: VerifyOptions): VerifyReport

/** Options of `drift`. */
export interface DriftOptions {
  /** The schema that is there. */
  against: SchemaSource
  /** The schema before the first file; an empty database without it. */
  schema?: SchemaSource
  /** Server family; without it the schema or the files tell, if they can. */
  dialect?: Dialect
  /** Server version like `17`, `8.0.36` or `11.8`; without it the dialect's default. */
  serverVersion?: string
  /** Migration tool whose layout the files have; detected without it. */
  tool?: string
  /** Session settings in force before the first file. */
  session?: Session
  /** How long a database may take that is read on the way. */
  timeouts?: Timeouts
}

/**
 * What differs between the schema that the migrations make and the one that is there.
 *
 * @param files The migrations.
 */
export function drift(files: Files, options: DriftOptions): Promise<DriftReport>

/** As `drift`, on the calling thread. */
export function driftSync(files: Files, options: DriftOptions): DriftReport

/**
 * A rule's page: why it matters and what to do instead, with examples.
 *
 * @param rule The rule's name.
 */
export function explain(rule: string): Promise<RulePage>

/** As `explain`, on the calling thread. */
export function explainSync(rule: string): RulePage

/** The pages of all rules, sorted by name. */
export function rules(): Promise<RulePage[]>

/** As `rules`, on the calling thread. */
export function rulesSync(): RulePage[]

/** What every function throws, or rejects its promise with. */
export class RemigrateError extends Error {
  /** What kind of error it is, in capitals: `RMG_NOT_FOUND`. */
  readonly code: `RMG_${string}`
  /** What kind of error it is. */
  readonly kind: ErrorKind
}

/** The library's version. */
export const version: string

/** A database schema in the JSON form of the catalog, the same in every language: what `simulate` and `snapshot` answer with. */
export type Catalog = Record<string, unknown>

/** How sure an answer is. */
export type Certainty =
  /** It follows from the statements and what is known of the schema. */
  | 'certain'
  /** It depends on something that is not known; the message says on what. */
  | 'possible'

/** Findings in the order of files and places. */
export interface CheckReport {
  /** The findings. */
  findings: Finding[]
  /** Counts. */
  summary: Summary
  /** The dialect that the files were read for: the one that was given, or the one that they told. */
  dialect: string
}

/** One difference to one object. */
export interface DiffChange {
  /** The object as people name it: `users.email`. */
  object: string
  /**
   * Its kind: `schema`, `extension`, `type`, `sequence`, `table`, `column`, `constraint`, `index`, `trigger`,
   * `view` or `routine`; in a rollback's residual also `statement`.
   */
  kind: string
  /** `create`, `drop`, `alter` or `rename`. */
  change: string
  /** The object's definition before, in the form of the catalog's JSON; `null` when it is created. */
  before: unknown
  /** The object's definition after; `null` when it is dropped. */
  after: unknown
  /** `possible` when two texts differ and may still mean the same, or when what one side says is not certain. */
  certainty: Certainty
  /** Why the difference is `possible`; `null` when it is certain. */
  doubt: string | null
}

/** What turns one schema into another. */
export interface DiffReport {
  /** The differences, in an order in which they can be carried out. */
  changes: DiffChange[]
  /** The script that carries them out. */
  sql: string
}

/** What turns the expected schema into the live one. */
export interface DriftReport {
  /** The differences: `before` is what the migrations make, `after` is what is there. */
  changes: DiffChange[]
  /** The script that brings the live schema back to what the migrations make. It may destroy data: read it. */
  sql: string
  /** What is worth saying about the differences. */
  findings: Finding[]
  /**
   * What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
   * be read, and statements that the server would refuse, without which the answer was made. Empty when there is
   * nothing of the kind.
   */
  problems: Finding[]
}

/**
 * One finding at one place.
 *
 * Columns are given in characters, in bytes of UTF-8 and in units of UTF-16, which is how Python, Rust and C, and JavaScript
 * count in strings. A byte order mark is no column in any of them; bytes of the file that are not UTF-8 count as the
 * character U+FFFD that replaced them.
 */
export interface Finding {
  /** The rule's name in kebab-case; `explain` tells more about it. */
  rule: string
  /** How bad it is. */
  severity: Severity
  /** Path of the file as it was given. */
  file: string
  /** Line where the finding starts, from 1. */
  line: number
  /** Column where the finding starts, in characters, from 1. */
  column: number
  /** Line where the finding ends. */
  endLine: number
  /** Column behind the finding's last character. */
  endColumn: number
  /** Column where the finding starts, in bytes of UTF-8, from 1. */
  byteColumn: number
  /** Column behind the finding's end, in bytes of UTF-8. */
  endByteColumn: number
  /** Column where the finding starts, in units of UTF-16, from 1. */
  utf16Column: number
  /** Column behind the finding's end, in units of UTF-16. */
  endUtf16Column: number
  /** Number of the statement within its file, from 1; 0 when the finding is about the file as a whole. */
  statement: number
  /** What happens, with names in backticks. */
  message: string
  /** What to do instead. */
  help: string | null
  /** The objects in question, as people name them: `users`, `users.email`. */
  objects: string[]
  /** How sure the finding is. */
  certainty: Certainty
}

/** Which migrations a database has, judged from its schema alone. */
export interface HistoryReport {
  /** One verdict a migration, in the order of the directory. */
  migrations: MigrationVerdict[]
  /** What the migrations judged as applied do not explain: `before` is what they make, `after` is what is there. */
  residual: DiffChange[]
  /** Other sets of migrations that explain the schema as well. */
  alternatives: Hypothesis[]
  /**
   * Statements that write the tool's ledger as the verdicts say; migrations that are not proven are left out and
   * named in a comment. Comments alone when the ledger cannot express the verdicts (golang-migrate's is one number);
   * empty when the files belong to no tool that keeps a ledger on this server, or when nothing is applied.
   */
  ledgerSql: string
  /**
   * What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
   * be read, and statements that the server would refuse, without which the answer was made. Empty when there is
   * nothing of the kind.
   */
  problems: Finding[]
}

/** A set of migrations that explains a schema. */
export interface Hypothesis {
  /** Versions taken as applied. */
  applied: string[]
  /** How many differences it leaves unexplained. */
  unexplained: number
}

/** One entry a statement, in the order of files and statements. */
export interface ImpactReport {
  /** The statements. */
  statements: StatementImpact[]
  /**
   * What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
   * be read, and statements that the server would refuse, without which the answer was made. Empty when there is
   * nothing of the kind.
   */
  problems: Finding[]
}

/** A migration as the ledger, the files and the schema see it. */
export interface LedgerRow {
  /** Version as the tool calls it. */
  version: string
  /** Name as the tool calls it. */
  name: string
  /** What was found. */
  state: LedgerState
  /** What was compared, what came of it, and what to do. */
  detail: string
}

/** What an audit says of one migration. */
export type LedgerState =
  /** Ledger and file agree by checksum, or ledger and schema agree; nothing that is known contradicts them. */
  | 'ok'
  /**
   * In the ledger as applied, and the file is there; but the ledger has no checksum of it and the schema does not
   * tell whether it is applied, so nothing proves it and nothing contradicts it.
   */
  | 'unproven'
  /**
   * In the directory, not in the ledger, and the schema does not show it applied; or a repeatable migration that
   * changed since it last ran.
   */
  | 'pending'
  /** In the ledger as failed or dirty. */
  | 'failed'
  /** In the ledger; the file has another checksum. */
  | 'checksum-mismatch'
  /** In the ledger; the file differs in line ends, byte order mark or trailing white space only. */
  | 'checksum-line-ends'
  /** In the ledger; there is no such file. */
  | 'missing-file'
  /** In the ledger under that version with another name. */
  | 'name-mismatch'
  /** In the ledger as applied; the schema shows that it is not. */
  | 'ahead-of-schema'
  /** Not in the ledger; the schema shows that it is applied. */
  | 'behind-schema'
  /** In the directory with a version below the newest applied one, and not in the ledger. */
  | 'out-of-order'

/** The verdict on one migration. */
export interface MigrationVerdict {
  /** Version as the tool calls it. */
  version: string
  /** Name as the tool calls it. */
  name: string
  /** The verdict. */
  verdict: Verdict
  /** How many of its statements have been applied, as far as they leave traces. */
  statementsApplied: number
  /** How many statements it has. */
  statementsTotal: number
  /** What the verdict rests on, each a sentence with the objects in backticks. */
  evidence: string[]
  /** Queries that would settle what the schema does not tell. */
  probe: string[]
}

/** How good an inverse is, from best to worst. */
export type RollbackClass =
  /** Schema and rows come back as they were. */
  | 'exact'
  /** Exact for what was there before; what was written into new objects since is lost. */
  | 'loses-new-data'
  /** Exact when `capture` has been run before the migration; without it, rows are lost. */
  | 'needs-capture'
  /** The structure comes back, data does not. */
  | 'structure-only'
  /** Depends on whether an object existed before (`IF [NOT] EXISTS`) or on the rows: the queries of the step tell. */
  | 'state-dependent'
  /** There is no way back but a backup. */
  | 'irreversible'
  /** It cannot be known what the statement did. */
  | 'unknown'

/**
 * How to get back from migrations.
 *
 * Run `capture`, then the migrations; later `sql`, then `restore`; when all is well, `cleanup`.
 */
export interface RollbackReport {
  /** One step a statement of the migrations, in the order in which the rollback undoes them: the last one first. */
  steps: RollbackStep[]
  /** Statements to run before the migrations, which save what they destroy. */
  capture: string[]
  /** The script that undoes the migrations. */
  sql: string
  /** Statements that put the captured data back, after `sql`. */
  restore: string[]
  /** Statements that drop what `capture` made. */
  cleanup: string[]
  /**
   * What differs from the start after the migrations, `sql` and `restore`, by simulation, and what may differ
   * because a statement could not be followed (`certainty` is `possible`, `before` and `after` are `null`; the kind
   * is `statement` when not even the object is known). Empty proves that the schema comes back exactly (data is what `class` tells).
   */
  residual: DiffChange[]
  /**
   * What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
   * be read, and statements that the server would refuse, without which the answer was made. Empty when there is
   * nothing of the kind.
   */
  problems: Finding[]
}

/** How to undo one statement. */
export interface RollbackStep {
  /** Path of the file as it was given. */
  file: string
  /** Number of the statement within its file, from 1. */
  statement: number
  /** The statements that undo it; empty when nothing needs to be done or nothing can be. */
  sql: string[]
  /** How good the inverse is. */
  class: RollbackClass
  /** What is lost, each a sentence. */
  loses: string[]
  /**
   * Queries for the live database before the migration: what goes with it and is not put back, or whether it will do
   * anything at all. Afterwards they find nothing, or fail.
   */
  probeBeforeMigration: string[]
  /** Queries for the live database before the rollback: what would be lost, and whether it can work. */
  probe: string[]
}

/** A rule's page. */
export interface RulePage {
  /** Name in kebab-case. */
  id: string
  /** One line. */
  summary: string
  /** Why it matters. */
  why: string
  /** What to do instead. */
  instead: string
  /** Severity of its findings unless a finding says otherwise. */
  severity: Severity
  /** Dialects it applies to: `postgres`, `mysql`, `mariadb`. */
  dialects: string[]
  /** Scripts it finds something in. */
  bad: string[]
  /** Scripts it finds nothing in. */
  good: string[]
}

/** How bad a finding is. */
export type Severity =
  /** Worth knowing. */
  | 'info'
  /** Could go wrong. */
  | 'warning'
  /** Fails, destroys data or stops the application. */
  | 'error'

/** What one statement costs a running application. */
export interface StatementImpact {
  /** Path of the file as it was given. */
  file: string
  /** Number of the statement within its file, from 1. */
  statement: number
  /** Line where the statement starts, from 1. */
  line: number
  /** The statement's text. */
  sql: string
  /** Locks on relations that existed before the statement, the strongest one for each. */
  locks: TableLock[]
  /** Relations whose rows are all written anew. */
  rewrites: string[]
  /** Relations whose rows are all read while the locks are held. */
  scans: string[]
  /** How the statement goes with transactions. */
  transaction: TransactionUse
  /**
   * MySQL family: the best algorithm the server can use: `instant`, `inplace`, `nocopy` or `copy`; `null`
   * elsewhere and where it is not known.
   */
  algorithm: string | null
  /** Whether other sessions can write to the tables in question while the statement works; `null` when not known. */
  concurrentDml: boolean | null
  /** How sure the answer is. */
  certainty: Certainty
  /** Why: one sentence for each fact that decided. */
  because: string[]
}

/** Counts of what was read and found. */
export interface Summary {
  /** Files read. */
  files: number
  /** Statements read. */
  statements: number
  /** Findings of severity `error`. */
  errors: number
  /** Findings of severity `warning`. */
  warnings: number
  /** Findings of severity `info`. */
  infos: number
}

/** A lock on a relation. */
export interface TableLock {
  /** The relation as people name it. */
  relation: string
  /**
   * PostgreSQL: the mode as in `pg_locks` without `Lock`: `AccessExclusive`, `ShareRowExclusive`, … MySQL family:
   * the metadata lock as in `performance_schema.metadata_locks`: `EXCLUSIVE`, `SHARED_UPGRADABLE`, …
   */
  mode: string
}

/** How a statement goes with transactions. */
export type TransactionUse =
  /** It may run in a transaction and is undone by a rollback. */
  | 'allowed'
  /** The server refuses it in a transaction block. */
  | 'forbidden'
  /** It commits the open transaction, and cannot be undone by a rollback. */
  | 'implicit-commit'

/** What is known about one migration. */
export type Verdict =
  /** A trace that only this migration leaves is there. */
  | 'applied'
  /**
   * Its traces are gone because a later applied migration took them away, and that one could not have run without
   * it.
   */
  | 'superseded'
  /** A trace that it must leave is not there, and no applied migration takes it away. */
  | 'not-applied'
  /** Some of its statements are applied and later ones are not. */
  | 'partial'
  /** The schema does not tell; `probe` may. */
  | 'undecidable'
  /** Its objects are there, but not as the file says: the file was edited after it ran, or the database by hand. */
  | 'edited'

/** A ledger audited against files and schema. */
export interface VerifyReport {
  /**
   * A sentence about the ledger itself: its table and how many entries it has, or that the database has none; and whether
   * the schema differs from what the applied files make.
   */
  ledger: string
  /**
   * One row for each migration that has a file or an entry, in the order of versions. Entries about no migration (a
   * note that the tool made a schema) have none; of several entries about one migration the newest counts.
   */
  rows: LedgerRow[]
  /**
   * What the answer rests on less firmly than it looks: files that no migration was read from, text that could not
   * be read, and statements that the server would refuse, without which the answer was made. Empty when there is
   * nothing of the kind.
   */
  problems: Finding[]
}

/** What kind of error it is. */
export type ErrorKind =
  | 'invalid-options'
  | 'invalid-input'
  | 'not-found'
  | 'io'
  | 'connection'
  | 'internal'

/**
 * A server family. MariaDB is read by the same folder as MySQL, but it is its own dialect: locks, types and
 * syntax differ.
 */
export type Dialect =
  /** PostgreSQL. */
  | 'postgres'
  /** MySQL. */
  | 'mysql'
  /** MariaDB. */
  | 'mariadb'

/**
 * A file or directory. With `sql` it is a file that need not exist anywhere; without it, it is read from disk,
 * directories with everything below them.
 */
export interface File {
  /** Path with `/` between folders; reports repeat it. */
  path: string
  /** Content of the file. */
  sql?: string
}

/** Migrations: one script, an object from paths to scripts, or a list of files and directories. */
export type Files = string | Record<string, string> | File[]

/** A schema: a catalog, a database's URL (`postgres://`, `mysql://`), or the files that make it on an empty database: migrations or a dump. */
export type SchemaSource = Catalog | Files

/**
 * Session settings that change how a script is read or what it does.
 *
 * Scripts may change them (`SET sql_mode = …`, `SET search_path = …`); these are the values at the start.
 */
export interface Session {
  /** MySQL family: `ANSI_QUOTES` in `sql_mode`, so that `"x"` is a name. Default `false`. */
  ansiQuotes?: boolean
  /** MySQL family: `NO_BACKSLASH_ESCAPES` in `sql_mode`. Default `false`. */
  noBackslashEscapes?: boolean
  /** MySQL family: a strict `sql_mode`, so that values that do not fit are errors. Default `true`. */
  strict?: boolean
  /** MySQL family: `foreign_key_checks`. Default `true`. */
  foreignKeyChecks?: boolean
  /**
   * MySQL family: the server's `lower_case_table_names`. 0 (the default, and that of servers on Linux): names of tables,
   * views and databases are compared with their case. 1 (Windows) and 2 (macOS): they are not; they are kept in lower
   * case here, which a server with 2 does in comparisons only.
   */
  lowerCaseTableNames?: number
  /** PostgreSQL: `standard_conforming_strings`, so that `'\'` is one backslash. Default `true`. */
  standardConformingStrings?: boolean
  /**
   * PostgreSQL: schemas that unqualified names are looked up in; the first one receives new objects.
   * MySQL family: at most one entry, the current database. Empty: `public`, or the one unnamed database.
   */
  searchPath?: string[]
  /**
   * PostgreSQL: whether the session's `TimeZone` is UTC, which makes `timestamp` ↔ `timestamptz` free of a
   * table rewrite. `None`: not known.
   */
  utc?: boolean
}

/** How long a server may take. */
export interface Timeouts {
  /** Time for connecting, in milliseconds; 0 is no limit. A URL that says its own wins. */
  connectTimeout?: number
  /** Time for one query, in milliseconds; 0 is no limit. */
  statementTimeout?: number
  /**
   * Time for waiting for one lock, in milliseconds; 0 is no limit. Reading the schema waits for nobody but those
   * who are changing it.
   */
  lockTimeout?: number
}
