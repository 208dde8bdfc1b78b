"""The issue's own sentence on real data: officer 4471 of beat 0835 on 15 July 2016 at 21:30, Chicago time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message
from ilp_core.collect.areas.load import load_areas
from ilp_core.collect.load import load_incidents
from ilp_core.present.contract import as_json
from ilp_core.storage import open_store, upgrade
from tests.small_city import settle
from tests.support import SHARED, require

AT = datetime.fromisoformat("2016-07-15T21:30:00-05:00")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
QUESTIONS = (
    "whats hot tonight", "robberies", "burgs last 7", "GTA hot spots dist 8 mids", "whats hot by count",
    "and yesterday", "drug spots dist 8", "car breaks", "shoplifting dist 8", "weekends btwn 2200 n 0300",
    "whats hot dist 8",
)  # fmt: skip
pytestmark = pytest.mark.shared


async def _answers(folder: Path, rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Load ``rows`` into a store of its own and ask everything."""
    await asyncio.to_thread(folder.mkdir)
    rows.to_parquet(folder / "incidents.parquet")
    address = f"sqlite+aiosqlite:///{folder / 'desk.db'}"
    await asyncio.to_thread(upgrade, address)
    store = open_store(address)
    try:
        await settle(store)
        await load_incidents(
            store, folder / "incidents.parquet", by="test", now=NOW, progress=lambda _done, _all: None
        )
        beats = SHARED / "data/polygons/chicago_police_beats_2012-12_simplified.geojson"
        await load_areas(store, beats, kind="beat", code_field="BEAT_NUM", by="test", now=NOW)
        desk = Desk(store)
        replies = {
            text: await desk.ask(Message("4471", AT, "command", text, past=True), dry_run=True) for text in QUESTIONS
        }
    finally:
        await store.close()
    return {text: as_json(reply) | {"items": reply.items, "ms": None} for text, reply in replies.items()}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Answers over all of district 008 and its neighbours, and over the rows that had occurred by the moment."""
    require("shared")
    rows = pd.read_parquet(SHARED / "data/chicago_crimes_2014-2016.parquet")
    rows = rows[rows["District"].isin(["008", "007", "009"])]
    occurred = pd.to_datetime(rows["Date"], format="%m/%d/%Y %I:%M:%S %p")
    folder = tmp_path_factory.mktemp("chicago")
    whole = asyncio.run(_answers(folder / "whole", rows))
    cut = asyncio.run(_answers(folder / "cut", rows[occurred <= AT.replace(tzinfo=None)]))
    return whole, cut


def test_whats_hot_tonight_on_real_data(answers: tuple[dict[str, Any], dict[str, Any]]) -> None:
    answer = answers[0]["whats hot tonight"]
    assert answer["area"] == {"kind": "beat", "code": "0835"}
    assert (answer["for_from"], answer["for_to"]) == ("2016-07-15T21:30:00-05:00", "2016-07-15T23:00:00-05:00")
    assert (answer["from"], answer["to"]) == ("2015-07-17T21:30:00-05:00", "2016-07-15T21:30:00-05:00")
    labels = [item["place"]["label"] for item in answer["items"]]
    assert "7800 blk S Western Ave" in labels[:3]
    assert "Initiation inferred from offence type." in answer["text"]
    assert "80 domestic" in answer["text"]


def test_nothing_after_the_moment_influences_any_answer(answers: tuple[dict[str, Any], dict[str, Any]]) -> None:
    whole, cut = answers
    assert whole == cut


def test_what_the_data_cannot_separate_is_said(answers: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert answers[0]["car breaks"]["text"].startswith("This data does not separate thefts from vehicles.")
    assert answers[0]["car breaks"]["offences"] == ["theft_from_vehicle"]


def test_every_answer_fits_the_first_screen(answers: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert {text: len(answer["text"]) for text, answer in answers[0].items() if len(answer["text"]) > 600} == {}
