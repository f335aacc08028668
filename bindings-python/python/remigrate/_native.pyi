from collections.abc import Sequence
from typing import Optional

__all__ = ["__version__", "call", "run"]

__version__: str

def call(function: str, arguments: str) -> tuple[Optional[str], str]: ...
def run(arguments: Sequence[str]) -> int: ...
