"""Errors: one class for each kind, each also the built-in exception that it resembles."""

from __future__ import annotations

from typing import ClassVar

from ._types import ErrorKind

__all__ = [
    "DatabaseError",
    "FileError",
    "InternalError",
    "InvalidInputError",
    "InvalidOptionsError",
    "NotFoundError",
    "RemigrateError",
]


class RemigrateError(Exception):
    """What every function raises. The text says what happened and what to do."""

    kind: ClassVar[ErrorKind] = "internal"
    """What kind of error it is."""


class InvalidOptionsError(RemigrateError, ValueError):
    """An option has an unknown name or an impossible value."""

    kind = "invalid-options"


class InvalidInputError(RemigrateError, ValueError):
    """A migrations directory, dump or catalog cannot be understood."""

    kind = "invalid-input"


class NotFoundError(RemigrateError, LookupError):
    """A migration version, rule or tool of that name does not exist."""

    kind = "not-found"


class FileError(RemigrateError, OSError):
    """A file could not be read."""

    kind = "io"


class DatabaseError(RemigrateError, ConnectionError):
    """A database could not be reached or refused a query."""

    kind = "connection"


class InternalError(RemigrateError, RuntimeError):
    """A bug in Remigrate: please report it."""

    kind = "internal"


_CLASSES: dict[str, type[RemigrateError]] = {
    "invalid-options": InvalidOptionsError,
    "invalid-input": InvalidInputError,
    "not-found": NotFoundError,
    "io": FileError,
    "connection": DatabaseError,
    "internal": InternalError,
}


def error(kind: str, message: str) -> RemigrateError:
    """The error of a kind."""
    return _CLASSES[kind](message)
