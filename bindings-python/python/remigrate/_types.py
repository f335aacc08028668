# Made from the library's types by tests/tests/contract; do not edit.
"""What the functions take and answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Optional, TypedDict, Union

__all__ = [
    "Certainty",
    "CheckReport",
    "Dialect",
    "DiffChange",
    "DiffReport",
    "DriftReport",
    "ErrorKind",
    "Finding",
    "HistoryReport",
    "Hypothesis",
    "ImpactReport",
    "LedgerRow",
    "LedgerState",
    "MigrationVerdict",
    "RollbackClass",
    "RollbackReport",
    "RollbackStep",
    "RulePage",
    "Session",
    "Severity",
    "StatementImpact",
    "Summary",
    "TableLock",
    "Timeouts",
    "TransactionUse",
    "Verdict",
    "VerifyReport",
]

Certainty = Union[
    Literal["certain"],
    Literal["possible"],
]
"""How sure an answer is.

- `certain`: It follows from the statements and what is known of the schema.

- `possible`: It depends on something that is not known; the message says on what.
"""

LedgerState = Union[
    Literal["ok"],
    Literal["unproven"],
    Literal["pending"],
    Literal["failed"],
    Literal["checksum-mismatch"],
    Literal["checksum-line-ends"],
    Literal["missing-file"],
    Literal["name-mismatch"],
    Literal["ahead-of-schema"],
    Literal["behind-schema"],
    Literal["out-of-order"],
]
"""What an audit says of one migration.

- `ok`: Ledger and file agree by checksum, or ledger and schema agree; nothing that is known
  contradicts them.

- `unproven`: In the ledger as applied, and the file is there; but the ledger has no checksum of
  it and the schema does not tell whether it is applied, so nothing proves it and nothing
  contradicts it.

- `pending`: In the directory, not in the ledger, and the schema does not show it applied; or a
  repeatable migration that changed since it last ran.

- `failed`: In the ledger as failed or dirty.

- `checksum-mismatch`: In the ledger; the file has another checksum.

- `checksum-line-ends`: In the ledger; the file differs in line ends, byte order mark or
  trailing white space only.

- `missing-file`: In the ledger; there is no such file.

- `name-mismatch`: In the ledger under that version with another name.

- `ahead-of-schema`: In the ledger as applied; the schema shows that it is not.

- `behind-schema`: Not in the ledger; the schema shows that it is applied.

- `out-of-order`: In the directory with a version below the newest applied one, and not in the
  ledger.
"""

RollbackClass = Union[
    Literal["exact"],
    Literal["loses-new-data"],
    Literal["needs-capture"],
    Literal["structure-only"],
    Literal["state-dependent"],
    Literal["irreversible"],
    Literal["unknown"],
]
"""How good an inverse is, from best to worst.

- `exact`: Schema and rows come back as they were.

- `loses-new-data`: Exact for what was there before; what was written into new objects since is
  lost.

- `needs-capture`: Exact when `capture` has been run before the migration; without it, rows are
  lost.

- `structure-only`: The structure comes back, data does not.

- `state-dependent`: Depends on whether an object existed before (`IF [NOT] EXISTS`) or on the
  rows: the queries of the step tell.

- `irreversible`: There is no way back but a backup.

- `unknown`: It cannot be known what the statement did.
"""

Severity = Union[
    Literal["info"],
    Literal["warning"],
    Literal["error"],
]
"""How bad a finding is.

- `info`: Worth knowing.

- `warning`: Could go wrong.

- `error`: Fails, destroys data or stops the application.
"""

TransactionUse = Union[
    Literal["allowed"],
    Literal["forbidden"],
    Literal["implicit-commit"],
]
"""How a statement goes with transactions.

- `allowed`: It may run in a transaction and is undone by a rollback.

- `forbidden`: The server refuses it in a transaction block.

- `implicit-commit`: It commits the open transaction, and cannot be undone by a rollback.
"""

Verdict = Union[
    Literal["applied"],
    Literal["superseded"],
    Literal["not-applied"],
    Literal["partial"],
    Literal["undecidable"],
    Literal["edited"],
]
"""What is known about one migration.

- `applied`: A trace that only this migration leaves is there.

- `superseded`: Its traces are gone because a later applied migration took them away, and that
  one could not have run without it.

- `not-applied`: A trace that it must leave is not there, and no applied migration takes it
  away.

- `partial`: Some of its statements are applied and later ones are not.

- `undecidable`: The schema does not tell; `probe` may.

- `edited`: Its objects are there, but not as the file says: the file was edited after it ran,
  or the database by hand.
"""

ErrorKind = Union[
    Literal["invalid-options"],
    Literal["invalid-input"],
    Literal["not-found"],
    Literal["io"],
    Literal["connection"],
    Literal["internal"],
]
"""What kind of error it is."""

Dialect = Union[
    Literal["postgres"],
    Literal["mysql"],
    Literal["mariadb"],
]
"""A server family. MariaDB is read by the same folder as MySQL, but it is its own dialect: locks,
types and syntax differ.

- `postgres`: PostgreSQL.

- `mysql`: MySQL.

- `mariadb`: MariaDB.
"""


@dataclass(frozen=True)
class CheckReport:
    """Findings in the order of files and places."""

    findings: list[Finding]
    """The findings."""

    summary: Summary
    """Counts."""

    dialect: str
    """The dialect that the files were read for: the one that was given, or the one that they told."""

    @classmethod
    def _from(cls, data: Any) -> CheckReport:
        return cls(
            findings=[Finding._from(item) for item in data["findings"]],
            summary=Summary._from(data["summary"]),
            dialect=data["dialect"],
        )


@dataclass(frozen=True)
class DiffChange:
    """One difference to one object."""

    object: str
    """The object as people name it: `users.email`."""

    kind: str
    """Its kind: `schema`, `extension`, `type`, `sequence`, `table`, `column`, `constraint`,
    `index`, `trigger`, `view` or `routine`; in a rollback's residual also `statement`.
    """

    change: str
    """`create`, `drop`, `alter` or `rename`."""

    before: Any
    """The object's definition before, in the form of the catalog's JSON; `None` when it is
    created.
    """

    after: Any
    """The object's definition after; `None` when it is dropped."""

    certainty: Certainty
    """`possible` when two texts differ and may still mean the same, or when what one side says is
    not certain.
    """

    doubt: Optional[str]
    """Why the difference is `possible`; `None` when it is certain."""

    @classmethod
    def _from(cls, data: Any) -> DiffChange:
        return cls(
            object=data["object"],
            kind=data["kind"],
            change=data["change"],
            before=data["before"],
            after=data["after"],
            certainty=data["certainty"],
            doubt=data["doubt"],
        )


@dataclass(frozen=True)
class DiffReport:
    """What turns one schema into another."""

    changes: list[DiffChange]
    """The differences, in an order in which they can be carried out."""

    sql: str
    """The script that carries them out."""

    @classmethod
    def _from(cls, data: Any) -> DiffReport:
        return cls(
            changes=[DiffChange._from(item) for item in data["changes"]],
            sql=data["sql"],
        )


@dataclass(frozen=True)
class DriftReport:
    """What turns the expected schema into the live one."""

    changes: list[DiffChange]
    """The differences: `before` is what the migrations make, `after` is what is there."""

    sql: str
    """The script that brings the live schema back to what the migrations make. It may destroy
    data: read it.
    """

    findings: list[Finding]
    """What is worth saying about the differences."""

    problems: list[Finding]
    """What the answer rests on less firmly than it looks: files that no migration was read from,
    text that could not be read, and statements that the server would refuse, without which the
    answer was made. Empty when there is nothing of the kind.
    """

    @classmethod
    def _from(cls, data: Any) -> DriftReport:
        return cls(
            changes=[DiffChange._from(item) for item in data["changes"]],
            sql=data["sql"],
            findings=[Finding._from(item) for item in data["findings"]],
            problems=[Finding._from(item) for item in data["problems"]],
        )


@dataclass(frozen=True)
class Finding:
    """One finding at one place.

    Columns are given in characters, in bytes of UTF-8 and in units of UTF-16, which is how
    Python, Rust and C, and JavaScript count in strings. A byte order mark is no column in any
    of them; bytes of the file that are not UTF-8 count as the character U+FFFD that replaced
    them.
    """

    rule: str
    """The rule's name in kebab-case; `explain` tells more about it."""

    severity: Severity
    """How bad it is."""

    file: str
    """Path of the file as it was given."""

    line: int
    """Line where the finding starts, from 1."""

    column: int
    """Column where the finding starts, in characters, from 1."""

    end_line: int
    """Line where the finding ends."""

    end_column: int
    """Column behind the finding's last character."""

    byte_column: int
    """Column where the finding starts, in bytes of UTF-8, from 1."""

    end_byte_column: int
    """Column behind the finding's end, in bytes of UTF-8."""

    utf16_column: int
    """Column where the finding starts, in units of UTF-16, from 1."""

    end_utf16_column: int
    """Column behind the finding's end, in units of UTF-16."""

    statement: int
    """Number of the statement within its file, from 1; 0 when the finding is about the file as a
    whole.
    """

    message: str
    """What happens, with names in backticks."""

    help: Optional[str]
    """What to do instead."""

    objects: list[str]
    """The objects in question, as people name them: `users`, `users.email`."""

    certainty: Certainty
    """How sure the finding is."""

    @classmethod
    def _from(cls, data: Any) -> Finding:
        return cls(
            rule=data["rule"],
            severity=data["severity"],
            file=data["file"],
            line=data["line"],
            column=data["column"],
            end_line=data["end_line"],
            end_column=data["end_column"],
            byte_column=data["byte_column"],
            end_byte_column=data["end_byte_column"],
            utf16_column=data["utf16_column"],
            end_utf16_column=data["end_utf16_column"],
            statement=data["statement"],
            message=data["message"],
            help=data["help"],
            objects=data["objects"],
            certainty=data["certainty"],
        )


@dataclass(frozen=True)
class HistoryReport:
    """Which migrations a database has, judged from its schema alone."""

    migrations: list[MigrationVerdict]
    """One verdict a migration, in the order of the directory."""

    residual: list[DiffChange]
    """What the migrations judged as applied do not explain: `before` is what they make, `after` is
    what is there.
    """

    alternatives: list[Hypothesis]
    """Other sets of migrations that explain the schema as well."""

    ledger_sql: str
    """Statements that write the tool's ledger as the verdicts say; migrations that are not proven
    are left out and named in a comment. Comments alone when the ledger cannot express the
    verdicts (golang-migrate's is one number); empty when the files belong to no tool that keeps
    a ledger on this server, or when nothing is applied.
    """

    problems: list[Finding]
    """What the answer rests on less firmly than it looks: files that no migration was read from,
    text that could not be read, and statements that the server would refuse, without which the
    answer was made. Empty when there is nothing of the kind.
    """

    @classmethod
    def _from(cls, data: Any) -> HistoryReport:
        return cls(
            migrations=[MigrationVerdict._from(item) for item in data["migrations"]],
            residual=[DiffChange._from(item) for item in data["residual"]],
            alternatives=[Hypothesis._from(item) for item in data["alternatives"]],
            ledger_sql=data["ledger_sql"],
            problems=[Finding._from(item) for item in data["problems"]],
        )


@dataclass(frozen=True)
class Hypothesis:
    """A set of migrations that explains a schema."""

    applied: list[str]
    """Versions taken as applied."""

    unexplained: int
    """How many differences it leaves unexplained."""

    @classmethod
    def _from(cls, data: Any) -> Hypothesis:
        return cls(
            applied=data["applied"],
            unexplained=data["unexplained"],
        )


@dataclass(frozen=True)
class ImpactReport:
    """One entry a statement, in the order of files and statements."""

    statements: list[StatementImpact]
    """The statements."""

    problems: list[Finding]
    """What the answer rests on less firmly than it looks: files that no migration was read from,
    text that could not be read, and statements that the server would refuse, without which the
    answer was made. Empty when there is nothing of the kind.
    """

    @classmethod
    def _from(cls, data: Any) -> ImpactReport:
        return cls(
            statements=[StatementImpact._from(item) for item in data["statements"]],
            problems=[Finding._from(item) for item in data["problems"]],
        )


@dataclass(frozen=True)
class LedgerRow:
    """A migration as the ledger, the files and the schema see it."""

    version: str
    """Version as the tool calls it."""

    name: str
    """Name as the tool calls it."""

    state: LedgerState
    """What was found."""

    detail: str
    """What was compared, what came of it, and what to do."""

    @classmethod
    def _from(cls, data: Any) -> LedgerRow:
        return cls(
            version=data["version"],
            name=data["name"],
            state=data["state"],
            detail=data["detail"],
        )


@dataclass(frozen=True)
class MigrationVerdict:
    """The verdict on one migration."""

    version: str
    """Version as the tool calls it."""

    name: str
    """Name as the tool calls it."""

    verdict: Verdict
    """The verdict."""

    statements_applied: int
    """How many of its statements have been applied, as far as they leave traces."""

    statements_total: int
    """How many statements it has."""

    evidence: list[str]
    """What the verdict rests on, each a sentence with the objects in backticks."""

    probe: list[str]
    """Queries that would settle what the schema does not tell."""

    @classmethod
    def _from(cls, data: Any) -> MigrationVerdict:
        return cls(
            version=data["version"],
            name=data["name"],
            verdict=data["verdict"],
            statements_applied=data["statements_applied"],
            statements_total=data["statements_total"],
            evidence=data["evidence"],
            probe=data["probe"],
        )


@dataclass(frozen=True)
class RollbackReport:
    """How to get back from migrations.

    Run `capture`, then the migrations; later `sql`, then `restore`; when all is well,
    `cleanup`.
    """

    steps: list[RollbackStep]
    """One step a statement of the migrations, in the order in which the rollback undoes them: the
    last one first.
    """

    capture: list[str]
    """Statements to run before the migrations, which save what they destroy."""

    sql: str
    """The script that undoes the migrations."""

    restore: list[str]
    """Statements that put the captured data back, after `sql`."""

    cleanup: list[str]
    """Statements that drop what `capture` made."""

    residual: list[DiffChange]
    """What differs from the start after the migrations, `sql` and `restore`, by simulation, and
    what may differ because a statement could not be followed (`certainty` is `possible`,
    `before` and `after` are `None`; the kind is `statement` when not even the object is known).
    Empty proves that the schema comes back exactly (data is what `class` tells).
    """

    problems: list[Finding]
    """What the answer rests on less firmly than it looks: files that no migration was read from,
    text that could not be read, and statements that the server would refuse, without which the
    answer was made. Empty when there is nothing of the kind.
    """

    @classmethod
    def _from(cls, data: Any) -> RollbackReport:
        return cls(
            steps=[RollbackStep._from(item) for item in data["steps"]],
            capture=data["capture"],
            sql=data["sql"],
            restore=data["restore"],
            cleanup=data["cleanup"],
            residual=[DiffChange._from(item) for item in data["residual"]],
            problems=[Finding._from(item) for item in data["problems"]],
        )


@dataclass(frozen=True)
class RollbackStep:
    """How to undo one statement."""

    file: str
    """Path of the file as it was given."""

    statement: int
    """Number of the statement within its file, from 1."""

    sql: list[str]
    """The statements that undo it; empty when nothing needs to be done or nothing can be."""

    class_: RollbackClass
    """How good the inverse is."""

    loses: list[str]
    """What is lost, each a sentence."""

    probe_before_migration: list[str]
    """Queries for the live database before the migration: what goes with it and is not put back,
    or whether it will do anything at all. Afterwards they find nothing, or fail.
    """

    probe: list[str]
    """Queries for the live database before the rollback: what would be lost, and whether it can
    work.
    """

    @classmethod
    def _from(cls, data: Any) -> RollbackStep:
        return cls(
            file=data["file"],
            statement=data["statement"],
            sql=data["sql"],
            class_=data["class"],
            loses=data["loses"],
            probe_before_migration=data["probe_before_migration"],
            probe=data["probe"],
        )


@dataclass(frozen=True)
class RulePage:
    """A rule's page."""

    id: str
    """Name in kebab-case."""

    summary: str
    """One line."""

    why: str
    """Why it matters."""

    instead: str
    """What to do instead."""

    severity: Severity
    """Severity of its findings unless a finding says otherwise."""

    dialects: list[str]
    """Dialects it applies to: `postgres`, `mysql`, `mariadb`."""

    bad: list[str]
    """Scripts it finds something in."""

    good: list[str]
    """Scripts it finds nothing in."""

    @classmethod
    def _from(cls, data: Any) -> RulePage:
        return cls(
            id=data["id"],
            summary=data["summary"],
            why=data["why"],
            instead=data["instead"],
            severity=data["severity"],
            dialects=data["dialects"],
            bad=data["bad"],
            good=data["good"],
        )


@dataclass(frozen=True)
class StatementImpact:
    """What one statement costs a running application."""

    file: str
    """Path of the file as it was given."""

    statement: int
    """Number of the statement within its file, from 1."""

    line: int
    """Line where the statement starts, from 1."""

    sql: str
    """The statement's text."""

    locks: list[TableLock]
    """Locks on relations that existed before the statement, the strongest one for each."""

    rewrites: list[str]
    """Relations whose rows are all written anew."""

    scans: list[str]
    """Relations whose rows are all read while the locks are held."""

    transaction: TransactionUse
    """How the statement goes with transactions."""

    algorithm: Optional[str]
    """MySQL family: the best algorithm the server can use: `instant`, `inplace`, `nocopy` or
    `copy`; `None` elsewhere and where it is not known.
    """

    concurrent_dml: Optional[bool]
    """Whether other sessions can write to the tables in question while the statement works; `None`
    when not known.
    """

    certainty: Certainty
    """How sure the answer is."""

    because: list[str]
    """Why: one sentence for each fact that decided."""

    @classmethod
    def _from(cls, data: Any) -> StatementImpact:
        return cls(
            file=data["file"],
            statement=data["statement"],
            line=data["line"],
            sql=data["sql"],
            locks=[TableLock._from(item) for item in data["locks"]],
            rewrites=data["rewrites"],
            scans=data["scans"],
            transaction=data["transaction"],
            algorithm=data["algorithm"],
            concurrent_dml=data["concurrent_dml"],
            certainty=data["certainty"],
            because=data["because"],
        )


@dataclass(frozen=True)
class Summary:
    """Counts of what was read and found."""

    files: int
    """Files read."""

    statements: int
    """Statements read."""

    errors: int
    """Findings of severity `error`."""

    warnings: int
    """Findings of severity `warning`."""

    infos: int
    """Findings of severity `info`."""

    @classmethod
    def _from(cls, data: Any) -> Summary:
        return cls(
            files=data["files"],
            statements=data["statements"],
            errors=data["errors"],
            warnings=data["warnings"],
            infos=data["infos"],
        )


@dataclass(frozen=True)
class TableLock:
    """A lock on a relation."""

    relation: str
    """The relation as people name it."""

    mode: str
    """PostgreSQL: the mode as in `pg_locks` without `Lock`: `AccessExclusive`,
    `ShareRowExclusive`, … MySQL family: the metadata lock as in
    `performance_schema.metadata_locks`: `EXCLUSIVE`, `SHARED_UPGRADABLE`, …
    """

    @classmethod
    def _from(cls, data: Any) -> TableLock:
        return cls(
            relation=data["relation"],
            mode=data["mode"],
        )


@dataclass(frozen=True)
class VerifyReport:
    """A ledger audited against files and schema."""

    ledger: str
    """A sentence about the ledger itself: its table and how many entries it has, or that the
    database has none; and whether the schema differs from what the applied files make.
    """

    rows: list[LedgerRow]
    """One row for each migration that has a file or an entry, in the order of versions. Entries
    about no migration (a note that the tool made a schema) have none; of several entries about
    one migration the newest counts.
    """

    problems: list[Finding]
    """What the answer rests on less firmly than it looks: files that no migration was read from,
    text that could not be read, and statements that the server would refuse, without which the
    answer was made. Empty when there is nothing of the kind.
    """

    @classmethod
    def _from(cls, data: Any) -> VerifyReport:
        return cls(
            ledger=data["ledger"],
            rows=[LedgerRow._from(item) for item in data["rows"]],
            problems=[Finding._from(item) for item in data["problems"]],
        )


class Session(TypedDict, total=False):
    """Session settings that change how a script is read or what it does.

    Scripts may change them (`SET sql_mode = …`, `SET search_path = …`); these are the values at
    the start.
    """

    ansi_quotes: bool
    """MySQL family: `ANSI_QUOTES` in `sql_mode`, so that `"x"` is a name. Default `False`."""

    no_backslash_escapes: bool
    """MySQL family: `NO_BACKSLASH_ESCAPES` in `sql_mode`. Default `False`."""

    strict: bool
    """MySQL family: a strict `sql_mode`, so that values that do not fit are errors. Default
    `True`.
    """

    foreign_key_checks: bool
    """MySQL family: `foreign_key_checks`. Default `True`."""

    lower_case_table_names: int
    """MySQL family: the server's `lower_case_table_names`. 0 (the default, and that of servers on
    Linux): names of tables, views and databases are compared with their case. 1 (Windows) and 2
    (macOS): they are not; they are kept in lower case here, which a server with 2 does in
    comparisons only.
    """

    standard_conforming_strings: bool
    """PostgreSQL: `standard_conforming_strings`, so that `'\\'` is one backslash. Default `True`."""

    search_path: list[str]
    """PostgreSQL: schemas that unqualified names are looked up in; the first one receives new
    objects. MySQL family: at most one entry, the current database. Empty: `public`, or the one
    unnamed database.
    """

    utc: Optional[bool]
    """PostgreSQL: whether the session's `TimeZone` is UTC, which makes `timestamp` ↔ `timestamptz`
    free of a table rewrite. `None`: not known.
    """


class Timeouts(TypedDict, total=False):
    """How long a server may take."""

    connect_timeout: int
    """Time for connecting, in milliseconds; 0 is no limit. A URL that says its own wins."""

    statement_timeout: int
    """Time for one query, in milliseconds; 0 is no limit."""

    lock_timeout: int
    """Time for waiting for one lock, in milliseconds; 0 is no limit. Reading the schema waits for
    nobody but those who are changing it.
    """
