"""The project as a whole: dependencies, locks, packages, and what a tracked file must not hold."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
#: More lines than this and a Python file holds more than one noun.
MOST_LINES = 400


@cache
def project() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def tracked() -> tuple[Path, ...]:
    """The files git tracks or would add, present ones only."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout, so nothing says which files belong to it")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def split(requirement: str) -> tuple[str, str]:
    """The name of a requirement with its extras, and its range."""
    found = re.fullmatch(r"([A-Za-z0-9._-]+(?:\[[^\]]+\])?)\s*(.*)", requirement)
    assert found is not None
    return found[1], found[2]


def direct(*extras: str) -> dict[str, str]:
    """Direct dependencies by name, of running (no extra named) or of extras, without the project itself."""
    tables = project()["project"]
    named = [each for extra in extras for each in tables["optional-dependencies"][extra]]
    chosen = named if extras else tables["dependencies"]
    return {name: wanted for name, wanted in map(split, chosen) if not name.startswith("beatdesk[")}


@cache
def pins(lock: str) -> dict[str, str]:
    """Package to exact version."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text, re.M))


# Dependencies


def test_every_direct_dependency_is_documented_with_its_range_and_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \|$", page, re.M)
    listed = {name: "" if wanted == "any" else wanted.strip("`") for name, wanted, _, _ in lines}

    assert listed == direct() | direct("postgres", "cluster", "build", "dev")
    assert [name for name, _, licence, why in lines if len(licence) < 3 or len(why) < 10] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_for_every_requirement_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    whole = re.compile(r"\S+==\S+(?: ; .+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*")
    joined = text.replace("\\\n", " ").splitlines()
    loose = [line for line in joined if line.strip() and not whole.fullmatch(line)]

    assert loose == []
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_the_locks_hold_every_direct_dependency() -> None:
    def names(wanted: dict[str, str]) -> set[str]:
        return {name.partition("[")[0] for name in wanted}

    assert names(direct() | direct("postgres", "build")) - set(pins("requirements.lock")) == set()
    assert names(direct("dev")) - set(pins("requirements-dev.lock")) == set()


def test_the_development_lock_holds_the_other_one_unchanged() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_no_other_lock_is_tracked() -> None:
    # uv would write addresses of an index into its own lock file.
    assert [file.name for file in tracked() if file.name == "uv.lock"] == []


# Packages


def test_the_packages_listed_are_the_packages_there() -> None:
    there = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for top in ("bot", "handlers", "ilp_core")
        for file in (ROOT / top).rglob("__init__.py")
    }

    assert sorted(project()["tool"]["setuptools"]["packages"]) == sorted(there)


def test_the_migrations_are_no_package() -> None:
    # With an __init__.py the folder would stand before the library of the same name.
    assert list((ROOT / "alembic").rglob("__init__.py")) == []


def test_the_changelog_opens_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (\S+)", text, re.M)

    assert first is not None
    assert first[1] == project()["project"]["version"]


# Files


def test_no_python_file_is_too_long() -> None:
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in tracked() if file.suffix == ".py"}

    assert {file.name: count for file, count in lines.items() if count > MOST_LINES} == {}


def test_no_file_names_a_place_on_somebodys_machine_or_a_package_index() -> None:
    folders = "|".join(("root", "home", "Users", "tmp", "var/tmp", "work", "workspace", "mnt", "media"))
    machine = re.compile(rf"(?<![\w.>\])}}*-])/(?:{folders})(?![\w-])|[A-Z]:\\(?:Users|Temp)")
    index = re.compile(r"py(?:pi)\.(?:org|python)|pythonh(?:osted)|/sim(?:ple)/", re.I)
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures
        hits = [*machine.finditer(text), *index.finditer(text)]
        found += [f"{file.relative_to(ROOT)}: {hit[0]}" for hit in hits]

    assert found == []


def test_no_settings_file_and_no_database_is_tracked() -> None:
    kept = [
        file.name for file in tracked() if file.name == ".env" or file.suffix in (".db", ".sqlite", ".key", ".pem")
    ]

    assert kept == []
