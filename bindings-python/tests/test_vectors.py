"""The vectors that every language reproduces."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

import remigrate

PROJECT = Path(__file__).parents[2]
SCHEMA = json.loads((PROJECT / "tests/contract/schema.json").read_text("utf-8"))
VECTORS = [
    pytest.param(vector, id=f"{path.stem}: {vector['about']}")
    for path in sorted((PROJECT / "tests/vectors").glob("*.json"))
    for vector in json.loads(path.read_text("utf-8"))
]


def plain(answer: Any) -> Any:
    """The data behind an answer; `class_` is `class` outside Python."""
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    if dataclasses.is_dataclass(answer):
        return {field.name.rstrip("_"): plain(getattr(answer, field.name)) for field in dataclasses.fields(answer)}
    return answer


@pytest.mark.parametrize("vector", VECTORS)
def test_vector(vector: dict[str, Any]) -> None:
    named = dict(vector["arguments"])
    function = getattr(remigrate, vector["function"])
    places = [named.pop(name) for name in SCHEMA["functions"][vector["function"]]["positional"] if name in named]
    if "error" in vector:
        with pytest.raises((remigrate.RemigrateError, TypeError)) as raised:
            function(*places, **named)
        # Names that the signature does not have, or that are missing, are Python's own business.
        if isinstance(raised.value, remigrate.RemigrateError):
            assert raised.value.kind == vector["error"]["kind"]
            assert str(raised.value) == vector["error"]["message"]
        else:
            assert vector["error"]["message"].split(": ")[1].startswith(("unknown field", "missing field"))
    else:
        assert plain(function(*places, **named)) == vector["answer"]


def test_there_are_vectors() -> None:
    assert len(VECTORS) >= 10
