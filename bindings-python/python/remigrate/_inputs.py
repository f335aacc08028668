"""What functions take, in Python's own terms, and the way over to the library."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Union

from . import _native
from ._errors import error

__all__ = ["Catalog", "File", "Files", "SchemaSource"]


class File(TypedDict):
    """A file with its content. It need not exist anywhere."""

    path: str
    """Path with `/` between folders; reports repeat it."""

    sql: str
    """Content of the file."""


Catalog = dict[str, Any]
"""A database schema in the JSON form of the catalog, the same in every language."""

Files = Union[str, "os.PathLike[str]", Mapping[str, str], Sequence[Union[File, "os.PathLike[str]"]]]
"""Migrations: one script, a path of a file or directory, a mapping from paths to scripts, or a sequence of files."""

SchemaSource = Union[Catalog, Files]
"""A schema: a catalog, a database's URL (`postgres://`, `mysql://`), or the files that make it on an empty database:
migrations or a dump."""


def call(function: str, arguments: dict[str, Any]) -> Any:
    """Calls a function of the library. Arguments that are `None` are left to their defaults."""
    given = {
        name: [value] if isinstance(value, os.PathLike) else value
        for name, value in arguments.items()
        if value is not None
    }
    kind, text = _native.call(function, json.dumps(given, default=_plain))
    if kind is not None:
        raise error(kind, text)
    return json.loads(text)


def _plain(value: object) -> object:
    """What JSON has for a value that it does not know."""
    if isinstance(value, os.PathLike):
        return {"path": os.fsdecode(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"arguments of type {type(value).__name__} are not known")
