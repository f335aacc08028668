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

__all__ = ["__version__"]
__all__ += _errors.__all__
__all__ += _functions.__all__
__all__ += _inputs.__all__
__all__ += _types.__all__
