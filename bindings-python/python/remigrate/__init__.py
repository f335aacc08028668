"""Is this SQL migration valid, is it dangerous, how do I get back, and where is this database?

>>> import remigrate
>>> report = remigrate.check("ALTER TABLE users DROP COLUMN email;", dialect="postgres")
>>> [finding.rule for finding in report.findings]
['drop-column']

Every function takes plain data and answers with plain data; nothing is executed on any database. Files are given as one
script, as a mapping from paths to scripts, or as a ``pathlib.Path`` of a file or migrations directory. Calls release the
interpreter's lock and may be made from any thread (``asyncio.to_thread(remigrate.check, …)``).

Bad SQL is a finding. What is raised is a :class:`RemigrateError`: misuse, or a failure of the outside world.
"""

from . import _errors, _functions, _inputs, _types
from ._errors import *
from ._functions import *
from ._inputs import *
from ._native import __version__
from ._types import *

# Made by tests/tests/contract.
__all__ = [
    "Catalog",
    "Certainty",
    "CheckReport",
    "DatabaseError",
    "Dialect",
    "DiffChange",
    "DiffReport",
    "DriftReport",
    "ErrorKind",
    "File",
    "FileError",
    "Files",
    "Finding",
    "HistoryReport",
    "Hypothesis",
    "ImpactReport",
    "InternalError",
    "InvalidInputError",
    "InvalidOptionsError",
    "LedgerRow",
    "LedgerState",
    "MigrationVerdict",
    "NotFoundError",
    "RemigrateError",
    "RollbackClass",
    "RollbackReport",
    "RollbackStep",
    "RulePage",
    "SchemaSource",
    "Session",
    "Severity",
    "StatementImpact",
    "Summary",
    "TableLock",
    "Timeouts",
    "TransactionUse",
    "Verdict",
    "VerifyReport",
    "__version__",
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

# Where users find them, in tracebacks and pickles.
for _name in _errors.__all__ + _functions.__all__ + _types.__all__:
    if hasattr(_value := globals()[_name], "__qualname__"):
        _value.__module__ = __name__
