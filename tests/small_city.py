"""A made city of two beats in one district, as files in the desk's own layout, for tests of the desk."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ilp_core.collect.load import load_incidents
from ilp_core.collect.offences.presets import load_presets
from ilp_core.domain.incidents import LoadReport
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.storage import Store

COLUMNS = (
    "id", "occurred_from", "occurred_to", "reported", "code", "description", "premise", "block", "beat",
    "district", "lat", "lon", "domestic", "officer_initiated",
)  # fmt: skip
ZONE = "America/Chicago"
AT = datetime.fromisoformat("2016-07-15T21:30:00-05:00")
#: Block -> position; 0.01 degrees of latitude are about 1.1 km.
BLOCKS = {
    "010XX W ELM ST": (41.7500, -87.6800),
    "020XX W OAK ST": (41.7600, -87.6800),
    "030XX W ASH ST": (41.7500, -87.6600),
    "040XX S FAR AVE": (41.7800, -87.6500),
}
BEAT = {"010XX W ELM ST": "0835", "020XX W OAK ST": "0835", "030XX W ASH ST": "0835", "040XX S FAR AVE": "0834"}


def row(
    number: int, block: str, when: datetime, code: str = "120", *, known: datetime | None = None, **other: str
) -> dict[str, str]:
    """One incident; ``when`` and ``known`` are local times without offset."""
    lat, lon = BLOCKS[block]
    return {
        "id": f"N{number}",
        "occurred_from": when.isoformat(),
        "occurred_to": when.isoformat(),
        "reported": (known or when).isoformat(),
        "code": code,
        "description": "",
        "premise": "STREET",
        "block": block,
        "beat": BEAT[block],
        "district": "008",
        "lat": str(lat),
        "lon": str(lon),
        "domestic": "false",
        "officer_initiated": "false",
    } | other


def history(days: int = 760) -> list[dict[str, str]]:
    """Two years: robberies at Elm every 9th evening, assaults at Oak every 20th, thefts at Far every 15th."""
    end = datetime(2016, 7, 15, 20, 10)
    rows = []
    for back in range(days):
        when = end - timedelta(days=back)
        if back % 9 == 0:
            rows.append(row(len(rows), "010XX W ELM ST", when))
        if back % 20 == 3:
            rows.append(row(len(rows), "020XX W OAK ST", when - timedelta(hours=2), "13A"))
        if back % 15 == 6:
            rows.append(row(len(rows), "040XX S FAR AVE", when, "23H"))
    return rows


def write(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    """Write rows as a file of the desk's own layout."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


async def load(store: Store, path: Path, rows: Iterable[dict[str, str]]) -> LoadReport:
    """Write and load rows."""
    return await load_incidents(
        store,
        write(path, rows),
        zone=ZONE,
        by="test",
        now=datetime(2026, 11, 22, 12, tzinfo=UTC),
        progress=lambda _done, _all: None,
    )


async def settle(store: Store) -> None:
    """Presets and the three officers of the contract."""
    await load_presets(store)
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    async with store.write() as uow:
        await uow.officers.add(Officer("4471", "officer", AreaRef("beat", "0835"), "evenings"), now)
        await uow.officers.add(Officer("2001", "supervisor", AreaRef("district", "008"), "evenings"), now)
        await uow.officers.add(Officer("9001", "admin"), now)
