"""Towns of the open data in which scored messages are asked: their records, their areas and who asks there.

`tests/messages/NAME.jsonl` holds the messages of a town in the layout of a batch (`beatdesk ask --batch`), each with
what must be understood in `expect`: only what the contract lets one be sure of. They were written from the contract,
not from the vocabulary.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ilp_core.assistant.desk import Desk
from ilp_core.assistant.messages import Message, Reply
from ilp_core.collect.areas.load import load_areas
from ilp_core.collect.load import load_incidents
from ilp_core.collect.offences.presets import load_presets
from ilp_core.collect.places.gazetteer import ensure_gazetteer
from ilp_core.domain.errors import DeskError
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaKind, AreaRef
from ilp_core.present.contract import as_json
from ilp_core.storage import Store, open_store, upgrade
from tests.support import SHARED

CORPORA: Final = Path(__file__).resolve().parent / "messages"
EXAMPLES: Final = SHARED / "assistant/examples.jsonl"
DATA: Final = SHARED / "data"
NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)

#: One line of a batch, and what the desk made of it.
Line = Mapping[str, Any]


def _chicago() -> pd.DataFrame:
    """Three of 25 districts, and the months that the messages ask about with a year before them."""
    rows = pd.read_parquet(DATA / "chicago_crimes_2014-2016.parquet")
    month = rows["Date"].str[6:10] + rows["Date"].str[:2]
    return rows[rows["District"].isin(["008", "011", "018"]) & month.between("201503", "201611")]


def _houston() -> pd.DataFrame:
    return pd.read_parquet(DATA / "houston_crimes_2010-01_2010-08.parquet")


def _leeds() -> pd.DataFrame:
    """Leeds of West Yorkshire; of data.police.uk only months are known."""
    rows = pd.read_parquet(DATA / "policeuk_west-yorkshire_street_3months.parquet")
    return rows[rows["LSOA name"].fillna("").str.startswith("Leeds")]


def _grand() -> pd.DataFrame:
    """Chicago's district of Grand Central."""
    rows = pd.read_parquet(DATA / "chicago_crimes_2014-2016.parquet")
    return rows[rows["District"] == "025"]


def _bradford() -> pd.DataFrame:
    rows = pd.read_parquet(DATA / "policeuk_west-yorkshire_street_3months.parquet")
    return rows[rows["LSOA name"].fillna("").str.startswith("Bradford")]


def _person(badge: str, role: Any, area: str | None = None, shift: str | None = None) -> Officer:
    kind, _, code = (area or "").partition(":")
    # The kinds in the files of messages are those of areas; a wrong one fails when the town is asked.
    return Officer(badge, role, AreaRef(kind, code) if area else None, shift)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Town:
    """Where messages are asked: how its records are read, the outlines of its areas, and its people."""

    name: str
    rows: Callable[[], pd.DataFrame]
    outlines: str
    kind: AreaKind
    code_field: str
    people: tuple[Officer, ...]

    @property
    def messages(self) -> list[Line]:
        """The town's own scored messages."""
        return read_lines(CORPORA / f"{self.name}.jsonl")


CHICAGO: Final = Town(
    "chicago", _chicago, "chicago_police_beats_2012-12_simplified.geojson", "beat", "BEAT_NUM",
    (
        _person("4471", "officer", "beat:0835", "evenings"),  # these three: who is who in the shared examples
        _person("2001", "supervisor", "district:008", "evenings"),
        _person("9001", "admin"),
        _person("5512", "officer", "beat:1112", "evenings"),
        _person("6203", "officer", "beat:1834", "nights"),
        _person("3011", "supervisor", "district:011", "evenings"),
        _person("7001", "analyst"),
        _person("8101", "partner"),
    ),
)  # fmt: skip
HOUSTON: Final = Town(
    "houston", _houston, "houston_super_neighborhoods.geojson", "neighbourhood", "name",
    (
        _person("4102", "officer", "beat:18F30", "evenings"),
        _person("4220", "officer", "beat:1A20", "nights"),
        _person("4001", "supervisor", "neighbourhood:Midtown", "days"),
        _person("4900", "analyst"),
        _person("4800", "admin"),
        _person("4700", "partner"),
    ),
)  # fmt: skip
UK: Final = Town(
    "uk", _leeds, "west_yorkshire_lsoa_2011.geojson", "neighbourhood", "LSOA11CD",
    (
        _person("4417", "officer", "neighbourhood:E01033010", "evenings"),
        _person("4520", "officer", "neighbourhood:E01011677", "nights"),
        _person("4002", "supervisor", "neighbourhood:E01033010", "days"),
        _person("4900", "analyst"),
        _person("4800", "admin"),
        _person("4700", "partner"),
    ),
)  # fmt: skip
#: Written apart from the vocabulary and from the other towns: they show how new messages fare.
GRAND: Final = Town(
    "grand", _grand, "chicago_police_beats_2012-12_simplified.geojson", "beat", "BEAT_NUM",
    (
        _person("7321", "officer", "beat:2533", "days"),
        _person("7410", "officer", "beat:2521", "nights"),
        _person("3025", "supervisor", "district:025", "evenings"),
    ),
)  # fmt: skip
BRADFORD: Final = Town(
    "bradford", _bradford, "west_yorkshire_lsoa_2011.geojson", "neighbourhood", "LSOA11CD",
    (
        _person("1187", "officer", "neighbourhood:E01033690", "evenings"),
        _person("1002", "supervisor", "neighbourhood:E01033690", "days"),
    ),
)  # fmt: skip
TOWNS: Final = (CHICAGO, HOUSTON, UK, GRAND, BRADFORD)


def read_lines(path: Path) -> list[Line]:
    """The JSON lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


async def found(town: Town, folder: Path) -> Store:
    """A store in ``folder`` with the town's records, areas, gazetteer and people; the caller closes it."""
    incidents = folder / f"{town.name}.parquet"
    await asyncio.to_thread(lambda: town.rows().to_parquet(incidents))
    address = f"sqlite+aiosqlite:///{folder / f'{town.name}.db'}"
    await asyncio.to_thread(upgrade, address)
    store = open_store(address)
    await load_presets(store)
    async with store.write() as uow:
        for officer in town.people:
            await uow.officers.add(officer, NOW)
    await load_incidents(store, incidents, by="test", now=NOW, progress=lambda _done, _all: None)
    outlines = DATA / "polygons" / town.outlines
    await load_areas(store, outlines, kind=town.kind, code_field=town.code_field, by="test", now=NOW)
    await ensure_gazetteer(store)
    return store


async def asked(desk: Desk, lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The desk's answers to a batch, line for line, as the command line prints them; nothing is kept.

    Lines of one session share a conversation, as in `beatdesk ask --batch`. A line that cannot be answered gives its
    error.
    """
    contexts: dict[tuple[str, str], Any] = {}
    answers = []
    for line in lines:
        session = (line["as"], line["session"])
        message = Message(line["as"], datetime.fromisoformat(line["at"]), "command", line["text"], past=True)
        try:
            reply: Reply = await desk.ask(message, context=contexts.get(session), dry_run=True)
        except DeskError as error:
            answers.append({"id": line["id"], "error": str(error)})
            continue
        contexts[session] = reply.context
        answers.append(as_json(reply, line["id"]))
    return answers
