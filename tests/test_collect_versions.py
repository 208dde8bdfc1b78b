"""Exactly once: what a second load changes, in whatever order or parts rows come, and what undoing does."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.collect.undo import undo_load
from ilp_core.domain.errors import CallError
from ilp_core.storage import Store, open_store
from tests.on_file import content, records
from tests.small_city import AT, ZONE, history, settle
from tests.small_city import load as load_city
from tests.test_collect_load import NOW, OWN, load, portal_file, portal_row

#: A street file of data.police.uk: one row with a key, others without.
UK = {
    "Crime ID": "", "Month": "2018-07", "Reported by": "Borsetshire Police", "Falls within": "Borsetshire Police",
    "Longitude": "-1.55", "Latitude": "53.80", "Location": "On or near Elm Street", "LSOA code": "E01000001",
    "LSOA name": "Ambridge 001A", "Crime type": "Anti-social behaviour", "Last outcome category": "", "Context": "",
}  # fmt: skip


def uk(**changes: str) -> dict[str, str]:
    """A row of a street file; ``Crime_type`` stands for ``Crime type``."""
    return UK | {name.replace("_", " "): value for name, value in changes.items()}


ALIKE = [uk(), uk(), uk()]
JULY = [*ALIKE, uk(Location="On or near Oak Road"), uk(Crime_ID="c1", Crime_type="Burglary")]


async def test_rows_alike_without_a_key_are_all_kept(store: Store, tmp_path: Path) -> None:
    report = await load(store, portal_file(tmp_path / "a.csv", JULY))
    assert (report.loaded, report.precision) == (5, "month")
    assert report.duplicates == {"rows alike in all that is kept, each a record of its own": 2}
    assert any("Months only" in sentence for sentence in report.cannot_answer)
    again = await load(store, portal_file(tmp_path / "b.csv", JULY[::-1]))
    assert (again.loaded, again.known, again.withdrawn) == (0, 5, 0)


async def test_another_file_for_a_month_on_file_is_refused_unless_it_takes_its_place(
    store: Store, tmp_path: Path
) -> None:
    await load(store, portal_file(tmp_path / "a.csv", JULY))
    before = await content(store)
    changed = [uk(), uk(), uk(Location="On or near Ash Lane"), uk(Crime_ID="c1", Crime_type="Robbery")]
    path = portal_file(tmp_path / "b.csv", changed)
    with pytest.raises(CallError, match=r"2018-07-01 to 2018-07-31 of Borsetshire Police.*--replace-period"):
        await load(store, path)
    assert await content(store) == before
    report = await load(store, path, replace_period=True)
    # Two of three alike are known, one lane is new, the crime with a key is updated, one alike and one road are gone.
    assert (report.loaded, report.updated, report.known, report.withdrawn) == (1, 1, 2, 2)
    assert sorted(each["block"] for each in (await records(store)).values()) == sorted(
        ["On or near Elm Street"] * 3 + ["On or near Ash Lane"]
    )
    other = await load(store, portal_file(tmp_path / "c.csv", [uk(Month="2018-08")]))
    assert other.loaded == 1
    elsewhere = await load(store, portal_file(tmp_path / "d.csv", [uk(Falls_within="Felpersham Police")]))
    assert elsewhere.loaded == 1


async def test_a_crime_with_a_key_stays_where_a_fresh_month_no_longer_holds_it(store: Store, tmp_path: Path) -> None:
    await load(store, portal_file(tmp_path / "a.csv", JULY))
    report = await load(store, portal_file(tmp_path / "b.csv", ALIKE), replace_period=True)
    # Only what cannot be told apart is replaced as a whole (docs/feeds.md, "police.uk").
    assert (report.loaded, report.known, report.withdrawn) == (0, 3, 1)
    assert [each["key"] for each in (await records(store)).values()].count("c1") == 1


async def test_a_load_taken_back_is_as_if_it_had_never_been(store: Store, tmp_path: Path) -> None:
    await load(store, portal_file(tmp_path / "a.csv", JULY))
    before = await content(store)
    changed = portal_file(tmp_path / "b.csv", [uk(), uk(Crime_ID="c1", Crime_type="Robbery")])
    await load(store, changed, replace_period=True)
    assert await content(store) != before
    await undo_load(store, 2, by="9001", now=NOW)
    assert await content(store) == before
    with pytest.raises(CallError, match="undone already"):
        await undo_load(store, 2, by="9001", now=NOW)
    with pytest.raises(CallError, match="There is no load 77"):
        await undo_load(store, 77, by="9001", now=NOW)
    # What was undone can be loaded again.
    assert (await load(store, changed, replace_period=True)).withdrawn == 3


async def test_a_load_whose_records_changed_since_is_not_taken_back_first(store: Store, tmp_path: Path) -> None:
    await load(store, portal_file(tmp_path / "a.csv", [portal_row(ID="1"), portal_row(ID="2")]))
    newer = portal_row(ID="1", IUCR="0890", Updated_On="02/11/2018 03:50:01 PM")
    await load(store, portal_file(tmp_path / "b.csv", [newer]))
    with pytest.raises(CallError, match=r"load 2 has changed 1 of its records since\. Undo load 2 first"):
        await undo_load(store, 1, by="9001", now=NOW)
    await undo_load(store, 2, by="9001", now=NOW)
    assert {each["code"] for each in (await records(store)).values()} == {"0820"}
    await undo_load(store, 1, by="9001", now=NOW)
    assert await records(store) == {}
    async with store.read() as uow:
        audited = [entry for entry in await uow.audit.rows() if entry.action == "undo"]
    assert [entry.detail["load"] for entry in audited] == [2, 1]


async def test_an_answer_keeps_its_numbers_through_corrections_and_undoing(
    sqlite_store: Store, tmp_path: Path
) -> None:
    await settle(sqlite_store)
    rows = history()
    await load_city(sqlite_store, tmp_path / "city.csv", rows)
    desk = Desk(sqlite_store, ZONE)

    async def ask(words: str) -> Any:
        return await desk.ask(Message("4471", AT, "command", words, past=True))

    first = await ask("hotspots beat 0835")
    code = first.answer.receipt
    corrected = [each | {"code": "220"} for each in rows]
    await load_city(sqlite_store, tmp_path / "corrected.csv", corrected)
    second = await ask("hotspots beat 0835")
    assert second.answer.text != first.answer.text
    why = await ask(f"why {code}")
    assert "same numbers" in why.answer.text
    await undo_load(sqlite_store, 2, by="9001", now=NOW)
    assert (await ask("hotspots beat 0835")).answer.receipt == code
    assert "same numbers" in (await ask(f"why {second.answer.receipt}")).answer.text


async def test_a_crash_in_the_middle_leaves_the_previous_state(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load(store, portal_file(tmp_path / "a.csv", [portal_row(ID="1")]))
    before = await content(store)
    path = portal_file(tmp_path / "b.csv", [portal_row(ID=str(number)) for number in range(2, 9)])

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    # The audit row is the last thing a load writes.
    monkeypatch.setattr("ilp_core.collect.keep.append", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        await load(store, path)
    monkeypatch.undo()
    assert await content(store) == before
    async with store.read() as uow:
        assert len(await uow.loads.all()) == 1
    assert (await load(store, path)).loaded == 7


CODES = st.sampled_from(["220", "240", "13A"])
KEYED = st.lists(
    st.tuples(st.integers(1, 9), CODES, st.integers(0, 50)),
    min_size=1,
    max_size=12,
    # A key of this layout has no stamp to order its versions, so that a file holds one version of each.
    unique_by=lambda each: each[0],
).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows), st.integers(0, len(rows))))


def on_fresh_store(template: Path, work: Callable[[Store, Path], Awaitable[Any]]) -> Any:
    """What ``work`` gives on a store of its own: hypothesis calls a test many times with one set of fixtures."""

    async def run(folder: Path) -> Any:
        store = open_store(f"sqlite:///{folder / 'a.db'}")
        try:
            return await work(store, folder)
        finally:
            await store.close()

    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(template, Path(folder) / "a.db")
        return asyncio.run(run(Path(folder)))


@settings(max_examples=25)
@given(KEYED)
def test_rows_with_keys_give_one_store_in_any_order_and_any_parts(
    migrated_file: Path, drawn: tuple[list[Any], list[Any], int]
) -> None:
    rows, shuffled, cut = drawn

    def own(part: list[tuple[int, str, int]]) -> list[dict[str, str]]:
        return [OWN | {"id": f"A{key}", "code": code, "lat": f"38.{500 + at}"} for key, code, at in part]

    def loading(*parts: list[Any]) -> Callable[[Store, Path], Awaitable[Any]]:
        async def work(store: Store, folder: Path) -> Any:
            for number, part in enumerate(each for each in parts if each):
                await load(store, portal_file(folder / f"{number}.csv", own(part)), zone="Europe/London")
            return await content(store)

        return work

    whole = on_fresh_store(migrated_file, loading(rows))
    assert on_fresh_store(migrated_file, loading(shuffled)) == whole
    assert on_fresh_store(migrated_file, loading(shuffled[:cut], shuffled[cut:])) == whole
    assert on_fresh_store(migrated_file, loading(rows, shuffled[:cut])) == whole


STAMPED = st.lists(
    st.tuples(st.integers(1, 4), CODES, st.integers(1, 28)), min_size=1, max_size=10, unique=True
).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows), st.integers(0, len(rows))))


@settings(max_examples=25)
@given(STAMPED)
def test_versions_with_stamps_give_one_store_in_any_order_and_any_parts(
    migrated_file: Path, drawn: tuple[list[Any], list[Any], int]
) -> None:
    # One key has one content at one stamp: that is what a stamp is.
    rows, shuffled, cut = drawn
    content_of: dict[tuple[int, int], str] = {}
    for key, code, day in rows:
        content_of.setdefault((key, day), code)

    def portal(part: list[tuple[int, str, int]]) -> list[dict[str, str]]:
        return [
            portal_row(ID=str(key), IUCR=f"0{content_of[key, day]:0>3}", Updated_On=f"02/{day:02d}/2018 03:50:01 PM")
            for key, _, day in part
        ]

    def loading(*parts: list[Any]) -> Callable[[Store, Path], Awaitable[Any]]:
        async def work(store: Store, folder: Path) -> Any:
            for number, part in enumerate(each for each in parts if each):
                await load(store, portal_file(folder / f"{number}.csv", portal(part)))
            return await content(store)

        return work

    whole = on_fresh_store(migrated_file, loading(rows))
    assert on_fresh_store(migrated_file, loading(shuffled[:cut], shuffled[cut:])) == whole


KEYLESS = st.lists(
    st.tuples(
        st.integers(1, 3), st.sampled_from(["Elm Street", "Oak Road"]), st.sampled_from(["Ambridge", "Felpersham"])
    ),
    min_size=1,
    max_size=12,
).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows)))


@settings(max_examples=25)
@given(KEYLESS)
def test_rows_without_keys_give_one_store_in_any_order_and_split_by_publication(
    migrated_file: Path, drawn: tuple[list[Any], list[Any]]
) -> None:
    rows, shuffled = drawn

    def street(part: list[tuple[int, str, str]]) -> list[dict[str, str]]:
        return [
            uk(Month=f"2018-0{month}", Location=f"On or near {at}", Falls_within=whose) for month, at, whose in part
        ]

    def loading(*parts: list[Any]) -> Callable[[Store, Path], Awaitable[Any]]:
        async def work(store: Store, folder: Path) -> Any:
            for number, part in enumerate(each for each in parts if each):
                await load(store, portal_file(folder / f"{number}.csv", street(part)))
            return await content(store)

        return work

    whole = on_fresh_store(migrated_file, loading(rows))
    assert on_fresh_store(migrated_file, loading(shuffled)) == whole
    published = {(month, whose) for month, _, whose in shuffled}
    parts = [[each for each in shuffled if (each[0], each[2]) == one] for one in sorted(published)]
    assert on_fresh_store(migrated_file, loading(*parts)) == whole
    assert on_fresh_store(migrated_file, loading(*parts, rows)) == whole


def test_a_position_far_from_all_others_is_kept_as_given_in_any_parts(migrated_file: Path) -> None:
    near = [OWN | {"id": f"A{n}", "lat": f"38.5{n % 10}", "lon": f"-47.0{n % 7}"} for n in range(120)]
    far = [OWN | {"id": f"F{n}", "lat": "29.7", "lon": "-95.3"} for n in range(3)]

    def loading(*parts: list[dict[str, str]]) -> Callable[[Store, Path], Awaitable[Any]]:
        async def work(store: Store, folder: Path) -> Any:
            for number, part in enumerate(parts):
                await load(store, portal_file(folder / f"{number}.csv", part), zone="Europe/London")
            again = await load(store, portal_file(folder / "whole.csv", [*far, *near]), zone="Europe/London")
            return await content(store), (again.updated, again.known)

        return work

    whole = on_fresh_store(migrated_file, loading([*near, *far]))
    assert whole[1] == (0, 123)
    assert on_fresh_store(migrated_file, loading(far, near)) == whole
