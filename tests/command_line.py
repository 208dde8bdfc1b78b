"""The command line called in the test's own process, and the fixtures of a folder and a small city to call it in."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands.tree import app
from tests.small_city import ZONE, history, write

#: The moment of the contract's examples.
AT = "2016-07-15T21:30:00-05:00"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the working directory, with a database address of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BEATDESK_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}")
    return tmp_path


@pytest.fixture
def city(folder: Path) -> Path:
    """The same, migrated, with two years of the small city and the contract's officers."""
    call("migrate")
    call("import", "incidents", str(write(folder / "city.csv", history())), "--tz", ZONE)
    call("officer", "add", "4471", "--role", "officer", "--area", "beat:0835", "--shift", "evenings")
    call("officer", "add", "2001", "--role", "supervisor", "--area", "district:008", "--shift", "evenings")
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def call(*words: str) -> Result:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result


def refused(*words: str, code: int = 2) -> str:
    result = run(*words)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr
    return result.stderr.strip()
