# Made from the library's types by tests/tests/contract; do not edit.
"""The functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from ._inputs import Catalog, Files, SchemaSource, call
from ._types import (
    CheckReport,
    Dialect,
    DiffReport,
    DriftReport,
    HistoryReport,
    ImpactReport,
    RollbackReport,
    RulePage,
    Session,
    Timeouts,
    VerifyReport,
)

__all__ = [
    "check",
    "diff",
    "drift",
    "explain",
    "history",
    "impact",
    "rollback",
    "rules",
    "simulate",
    "snapshot",
    "verify",
]


def check(
    files: Files,
    *,
    schema: Optional[SchemaSource] = None,
    disable: Sequence[str] = (),
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> CheckReport:
    """Checks migrations: would they run, in this order, and what would they do to a database in
    use? Bad SQL is a finding, not an error.

    :param files: The migrations.
    :param schema: The schema before the first file; without it anything may exist, and findings
        that depend on it say so.
    :param disable: Rules that report nothing.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "check",
        {
            "files": files,
            "schema": schema,
            "disable": disable,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    return CheckReport._from(data)


def impact(
    files: Files,
    *,
    schema: Optional[SchemaSource] = None,
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> ImpactReport:
    """Says for each statement what it locks, rewrites and scans, and how it goes with
    transactions.

    :param files: The migrations.
    :param schema: The schema before the first file; without it anything may exist, and answers
        that depend on it say so.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "impact",
        {
            "files": files,
            "schema": schema,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    return ImpactReport._from(data)


def simulate(
    files: Files,
    *,
    schema: Optional[SchemaSource] = None,
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> Catalog:
    """The schema after the migrations, as a catalog.

    :param files: The migrations.
    :param schema: The schema before the first file; an empty database without it.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "simulate",
        {
            "files": files,
            "schema": schema,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    answer: Catalog = data
    return answer


def snapshot(
    url: str,
    *,
    timeouts: Optional[Timeouts] = None,
) -> Catalog:
    """The schema of a live database, as a catalog. It is read in one read-only transaction with
    timeouts.

    :param url: URL of the database: `postgres://user:password@host:port/database` or
        `mysql://…`.
    :param timeouts: How long the database may take.
    """
    data = call(
        "snapshot",
        {
            "url": url,
            "timeouts": timeouts,
        },
    )
    answer: Catalog = data
    return answer


def diff(
    from_: SchemaSource,
    to: SchemaSource,
    *,
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> DiffReport:
    """What turns one schema into another, and the script that does it.

    :param from_: The schema to start from.
    :param to: The schema to get to.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "diff",
        {
            "from": from_,
            "to": to,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    return DiffReport._from(data)


def rollback(
    files: Files,
    *,
    schema: Optional[SchemaSource] = None,
    to: Optional[str] = None,
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> RollbackReport:
    """Writes the way back from migrations. Nothing is executed.

    :param files: The migrations.
    :param schema: The schema before the first file; without it anything may exist, and what a
        statement dropped is not known unless an earlier file created it.
    :param to: The version to get back to: everything behind it is undone. Without it everything
        is.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "rollback",
        {
            "files": files,
            "schema": schema,
            "to": to,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    return RollbackReport._from(data)


def history(
    files: Files,
    *,
    against: SchemaSource,
    schema: Optional[SchemaSource] = None,
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> HistoryReport:
    """Judges from a schema alone which of the migrations a database has.

    :param files: The migrations.
    :param against: The schema to explain.
    :param schema: The schema before the first file; an empty database without it.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "history",
        {
            "files": files,
            "against": against,
            "schema": schema,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    return HistoryReport._from(data)


def verify(
    files: Files,
    *,
    against: str,
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> VerifyReport:
    """Audits the ledger that a migration tool keeps in a live database against files and schema.

    :param files: The migrations.
    :param against: URL of the database.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "verify",
        {
            "files": files,
            "against": against,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    return VerifyReport._from(data)


def drift(
    files: Files,
    *,
    against: SchemaSource,
    schema: Optional[SchemaSource] = None,
    dialect: Optional[Dialect] = None,
    server_version: Optional[str] = None,
    tool: Optional[str] = None,
    session: Optional[Session] = None,
    timeouts: Optional[Timeouts] = None,
) -> DriftReport:
    """What differs between the schema that the migrations make and the one that is there.

    :param files: The migrations.
    :param against: The schema that is there.
    :param schema: The schema before the first file; an empty database without it.
    :param dialect: Server family; without it the schema or the files tell, if they can.
    :param server_version: Server version like `17`, `8.0.36` or `11.8`; without it the
        dialect's default.
    :param tool: Migration tool whose layout the files have; detected without it.
    :param session: Session settings in force before the first file.
    :param timeouts: How long a database may take that is read on the way.
    """
    data = call(
        "drift",
        {
            "files": files,
            "against": against,
            "schema": schema,
            "dialect": dialect,
            "server_version": server_version,
            "tool": tool,
            "session": session,
            "timeouts": timeouts,
        },
    )
    return DriftReport._from(data)


def explain(
    rule: str,
) -> RulePage:
    """A rule's page: why it matters and what to do instead, with examples.

    :param rule: The rule's name.
    """
    data = call(
        "explain",
        {
            "rule": rule,
        },
    )
    return RulePage._from(data)


def rules() -> list[RulePage]:
    """The pages of all rules, sorted by name."""
    data = call("rules", {})
    return [RulePage._from(item) for item in data]
