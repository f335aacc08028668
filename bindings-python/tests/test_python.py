"""What is Python's own: errors, paths, threads, classes, the command line."""

import copy
import dataclasses
import doctest
import inspect
import json
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import get_args

import pytest

import remigrate

PROJECT = Path(__file__).parents[2]
DROP = "ALTER TABLE users DROP COLUMN email;"


def test_an_answer_is_plain_data() -> None:
    report = remigrate.check(DROP, dialect="postgres")
    finding = report.findings[0]
    assert isinstance(finding, remigrate.Finding)
    assert (finding.rule, finding.line, finding.column) == ("drop-column", 1, 19)
    assert report == remigrate.check(DROP, dialect="postgres")
    assert pickle.loads(pickle.dumps(report)) == report
    assert copy.deepcopy(report) == report
    assert "drop-column" in repr(finding)
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.rule = "other"  # type: ignore[misc]


def test_files_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "1_drop.sql").write_text(DROP, "utf-8")
    forms: list[tuple[remigrate.Files, str]] = [
        (DROP, "migration.sql"),
        ({"a.sql": DROP}, "a.sql"),
        ([{"path": "b.sql", "sql": DROP}], "b.sql"),
        (({"path": "c.sql", "sql": DROP},), "c.sql"),
        (tmp_path, str(tmp_path / "1_drop.sql")),
        (tmp_path / "1_drop.sql", str(tmp_path / "1_drop.sql")),
        ([tmp_path / "1_drop.sql"], str(tmp_path / "1_drop.sql")),
    ]
    for files, path in forms:
        findings = remigrate.check(files, dialect="postgres").findings
        assert [(f.rule, f.file) for f in findings if f.rule == "drop-column"] == [("drop-column", path)]


def test_schemas_in_every_form(tmp_path: Path) -> None:
    before = "CREATE TABLE users (id int);"
    catalog = remigrate.simulate(before, dialect="postgres")
    (tmp_path / "dump.sql").write_text(before, "utf-8")
    (tmp_path / "catalog.json").write_text(json.dumps(catalog), "utf-8")
    forms: list[remigrate.SchemaSource] = [
        catalog,
        before,
        {"1.sql": before},
        tmp_path / "dump.sql",
        tmp_path / "catalog.json",
    ]
    for schema in forms:
        report = remigrate.check(DROP, schema=schema, dialect="postgres")
        assert "not-found" in [finding.rule for finding in report.findings], schema
        assert remigrate.diff(schema, catalog, dialect="postgres").changes == []


@pytest.mark.parametrize(
    ("kind", "builtin", "call"),
    [
        ("invalid-options", ValueError, lambda: remigrate.check(DROP, dialect="oracle")),  # type: ignore[arg-type]
        ("invalid-options", ValueError, lambda: remigrate.check(DROP, server_version="new")),
        ("invalid-options", ValueError, lambda: remigrate.check("SELECT '\ud800'", dialect="mysql")),
        ("invalid-input", ValueError, lambda: remigrate.check([], dialect="mysql")),
        ("invalid-input", ValueError, lambda: remigrate.diff({"format": 1}, {"format": 1})),
        ("not-found", LookupError, lambda: remigrate.explain("no-such-rule")),
        ("io", OSError, lambda: remigrate.check(Path("no/such/directory"))),
        ("connection", ConnectionError, lambda: remigrate.snapshot("postgres://nobody@127.0.0.1:1/nothing")),
    ],
)
def test_errors_are_of_their_kind(kind: str, builtin: type[Exception], call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(remigrate.RemigrateError) as raised:
        call()
    assert raised.value.kind == kind
    assert isinstance(raised.value, builtin)
    assert str(raised.value)
    assert pickle.loads(pickle.dumps(raised.value)).args == raised.value.args


def test_every_kind_has_its_class() -> None:
    classes = {c.kind: c for c in remigrate.RemigrateError.__subclasses__()}
    kinds = [word for literal in get_args(remigrate.ErrorKind) for word in get_args(literal)]
    assert sorted(classes) == sorted(kinds)
    assert all(c.__name__ in remigrate.__all__ for c in classes.values())


def test_arguments_that_are_no_data() -> None:
    with pytest.raises(TypeError):
        remigrate.check(DROP, tool=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        remigrate.check(DROP, dialekt="postgres")  # type: ignore[call-arg]


def test_another_thread_runs_meanwhile() -> None:
    script = "".join(f"CREATE TABLE t{i} (a int, b int, c text);\n" for i in range(3000))
    done = threading.Event()
    report = []

    def work() -> None:
        report.append(remigrate.check(script, dialect="postgres"))
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    turns = 0
    while not done.is_set():
        turns += 1
    thread.join()
    assert report[0].summary.statements == 3000
    # With the lock held during the call there would be a turn or two.
    assert turns > 1000


def test_names_are_complete_and_described() -> None:
    for name in remigrate.__all__:
        value = getattr(remigrate, name)
        if inspect.isfunction(value) or inspect.isclass(value):
            assert value.__doc__, name


def run(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "remigrate", *arguments], cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )


def test_command_line(tmp_path: Path) -> None:
    (tmp_path / "1_drop.sql").write_text(DROP, "utf-8")
    checked = run("check", "1_drop.sql", "--dialect", "postgres", "--format", "json", cwd=tmp_path)
    assert checked.returncode == 1
    assert checked.stderr == ""
    expected = remigrate.check({"1_drop.sql": DROP}, dialect="postgres")
    assert json.loads(checked.stdout) == dataclasses.asdict(expected)
    assert run("explain", "drop-column", cwd=tmp_path).returncode == 0
    wrong = run("check", "missing", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "missing" in wrong.stderr


def test_examples_of_the_documentation() -> None:
    assert doctest.testmod(remigrate).failed == 0
    tried = doctest.testfile(str(PROJECT / "bindings-python/README.md"), module_relative=False, encoding="utf-8")
    assert tried.attempted > 0
    assert tried.failed == 0


def test_example_of_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    code, output = (text.split(f"```{language}\n")[1].split("```")[0] for language in ("python", "text"))
    exec(code, {})
    assert capsys.readouterr().out == output
