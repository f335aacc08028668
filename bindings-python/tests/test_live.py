"""Real servers; `tests/run` starts them and names them in the environment."""

import os
from typing import get_args

import pytest

import remigrate


@pytest.mark.parametrize("dialect", [get_args(word)[0] for word in get_args(remigrate.Dialect)])
def test_snapshot(dialect: str) -> None:
    url = os.environ.get(f"REMIGRATE_TEST_{dialect.upper()}")
    assert url, "no test server: run this through `tests/run` or `with-test-servers`"
    catalog = remigrate.snapshot(url)
    assert catalog["dialect"] == dialect
    assert remigrate.diff(catalog, url).changes == []
