"""The desk from one data version to the next: what stands is not read again, and what was taken back is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete

from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.hotspots import Asked, Scope, figures_of, find_hotspots
from ilp_core.assistant.desk import Desk
from ilp_core.assistant.view import View
from ilp_core.collect.undo import undo_load
from ilp_core.domain.columns import VOCABULARIES
from ilp_core.storage import Store
from ilp_core.storage.tables import column_data
from tests.small_city import AT, history, load, row, settle

LATER = AT + timedelta(days=1)


def new_rows(first: int, count: int = 6, *, back: int = 0) -> list[dict[str, str]]:
    """Robberies at Ash, an hour apart, the last evening or ``back`` days before it."""
    start = datetime(2016, 7, 15, 10) - timedelta(days=back)
    return [row(first + n, "030XX W ASH ST", start + timedelta(hours=n)) for n in range(count)]


def told(view: View) -> dict[str, Any]:
    """The rows of a view in words, and an answer from them."""
    frame = view.ground.city.frame
    said = {
        name: [(*frame.words[name], None)[code] for code in values] if name in VOCABULARIES else values.tolist()
        for name, values in frame.column.items()
        if name not in ("x", "y")
    }
    at = AT.timestamp()
    asked = Asked(Scope("beat", "0835"), at, at - 364 * 86_400, at, Limits(), "harm", None, True)
    return said | {"version": view.version, "figures": figures_of(find_hotspots(view.ground.city, asked))}


async def of_all(store: Store) -> dict[str, Any]:
    """What a desk tells that has just started."""
    return told(await Desk(store).view())


async def begun(store: Store, folder: Path) -> Desk:
    """A desk that has read the first load."""
    await settle(store)
    await load(store, folder / "first.csv", history())
    desk = Desk(store)
    await desk.renew(AT)
    return desk


async def test_a_load_of_new_late_and_changed_rows_gives_the_view_of_a_desk_that_starts_anew(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await begun(sqlite_store, tmp_path)
    changed = [dict(each, code="220") for each in history()[:9]]
    for number, rows in enumerate((new_rows(9_000), new_rows(9_100, back=200), [*changed, *new_rows(9_200)])):
        await load(sqlite_store, tmp_path / f"{number}.csv", rows)
        assert told(await desk.view()) == await of_all(sqlite_store)


async def test_a_load_that_is_on_file_is_not_read_again(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await begun(sqlite_store, tmp_path)
    await load(sqlite_store, tmp_path / "second.csv", new_rows(9_000))
    async with sqlite_store.write() as uow:
        await uow.columns._connection.execute(delete(column_data).where(column_data.c.load == 1))
    view = await desk.view()
    assert view.loads == (1, 2)
    assert len(view.ground.city.frame) == len(history()) + 6
    with pytest.raises(KeyError):
        await of_all(sqlite_store)


async def test_an_earlier_view_stays_as_it_was(sqlite_store: Store, tmp_path: Path) -> None:
    desk = await begun(sqlite_store, tmp_path)
    view = await desk.view()
    before = told(view)
    await load(sqlite_store, tmp_path / "second.csv", new_rows(9_000))
    assert told(await desk.view()) != before
    assert told(view) == before


async def test_what_an_undone_load_brought_is_gone_though_the_desk_had_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await begun(sqlite_store, tmp_path)
    await load(sqlite_store, tmp_path / "second.csv", new_rows(9_000))
    with_it = told(await desk.view())
    await undo_load(sqlite_store, 2, by="9001", now=LATER)
    without = told(await desk.view())
    assert without == await of_all(sqlite_store)
    assert len(without["time"]) == len(with_it["time"]) - 6
    await load(sqlite_store, tmp_path / "third.csv", new_rows(9_500, 2))
    assert told(await desk.view()) == await of_all(sqlite_store)


async def test_a_changed_offence_map_holds_for_all_rows_and_for_those_loaded_after_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await begun(sqlite_store, tmp_path)
    old = await desk.view()
    async with sqlite_store.write() as uow:
        rules = await uow.offences.all()
        await uow.offences.save_many([replace(rule, slug="burglary") for rule in rules if rule.code == "120"])
    assert not np.array_equal((await desk.view()).ground.city.frame.offence, old.ground.city.frame.offence)
    await load(sqlite_store, tmp_path / "second.csv", new_rows(9_000))
    assert told(await desk.view()) == await of_all(sqlite_store)


async def test_a_decision_on_a_default_time_holds_for_rows_loaded_after_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    desk = await begun(sqlite_store, tmp_path)
    async with sqlite_store.write() as uow:
        source = (await uow.columns.blocks(1))[0].source
        doubt = await uow.doubts.propose(1, source, "default_time", "10:00", {})
        assert await uow.doubts.decide(doubt.id, "confirmed", by="9001", at=LATER, reason="")
    await desk.view()
    await load(sqlite_store, tmp_path / "second.csv", new_rows(9_000))
    view = await desk.view()
    assert told(view) == await of_all(sqlite_store)
    column = view.ground.city.frame.column
    assert column["timed"][column["local"] % 86_400 == 10 * 3_600].tolist() == [0]
