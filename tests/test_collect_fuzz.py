"""A short run of damaged files through the import: they load or are refused in a sentence, and nothing else happens.

``make fuzz`` is the long one. The judge itself is tested too: a check that cannot fail shows nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.fuzzing import trial
from benchmarks.fuzzing.cases import Call
from benchmarks.fuzzing.run import MOST_MEMORY, fuzz
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store
from tests.test_collect_load import OWN, portal_file


def test_damaged_files_load_or_are_refused_and_leave_nothing_half_done() -> None:
    tally = fuzz(120, seed=3, shared=None)
    assert tally.breaches == []
    assert tally.files == 120
    assert tally.peak < MOST_MEMORY
    # Neither is everything refused, nor does everything pass.
    assert min(tally.outcomes["loaded"], tally.outcomes["CallError"]) > 20


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("boom"), "boom"),
        (CallError("Bad\nfile. Mend it."), "signs that cannot be printed"),
        (CallError("x" * 700 + ". Mend it."), "signs: xxx"),
        (CallError("No"), "does not say what to do"),
    ],
    ids=["traceback", "two lines", "long", "no help"],
)
async def test_the_judge_sees_a_bad_end(
    sqlite_store: Store,
    sqlite_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    async def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(trial, "_load", fail)
    database = Path(sqlite_database.removeprefix("sqlite:///"))
    outcome = await trial.tried(sqlite_store, database, tmp_path / "a.csv", Call())
    assert any(said in breach for breach in outcome.breaches)


async def test_the_judge_sees_what_a_failed_load_left_behind_and_what_a_second_one_changed(
    sqlite_store: Store, sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load_presets(sqlite_store)
    database = Path(sqlite_database.removeprefix("sqlite:///"))
    path = portal_file(tmp_path / "a.csv", [OWN])
    real, call = trial._load, Call(zone="UTC")
    calls = 0

    async def leaving(store: Store, file: Path, given: Call) -> Any:
        async with store.write() as uow:
            await uow.settings.set("left", "behind")
        raise CallError("It failed. Try again.")

    async def growing(store: Store, file: Path, given: Call) -> Any:
        nonlocal calls
        calls += 1
        return await real(store, portal_file(tmp_path / "b.csv", [OWN | {"id": f"B{calls}"}]), given)

    monkeypatch.setattr(trial, "_load", leaving)
    assert "the load failed and the store changed" in (await trial.tried(sqlite_store, database, path, call)).breaches
    monkeypatch.setattr(trial, "_load", growing)
    (breach,) = (await trial.tried(sqlite_store, database, path, call)).breaches
    assert breach.startswith("the same file again: 1 new rows")
