"""Made-up files of concerns, survey results and partner reports, and what a load of them left in the store."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ilp_core.collect.inputs.load import load_inputs
from ilp_core.domain.incidents import LoadReport
from ilp_core.domain.inputs import InputKind
from ilp_core.storage import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

CONCERN = {
    "id": "C-1",
    "date": "2026-02-10",
    "meeting": "Beat meeting 14",
    "area": "beat:0835",
    "place": "1200 block Elm St",
    "category": "speeding",
    "text": "Cars race on Friday nights",
    "n": "12",
    "state": "open",
    "partner": "Elm St Tenants Association",
}
SURVEY = {
    "wave": "spring 2026",
    "date_from": "2026-02-01",
    "date_to": "2026-02-20",
    "area": "district:008",
    "item": "Officers in my area treat people fairly",
    "construct": "fair treatment",
    "n": "412",
    "mean": "3.4",
    "margin": "0.1",
    "sd": "",
    "scale_min": "1",
    "scale_max": "5",
}
PARTNER = {
    "id": "7",
    "date": "2026-02-11",
    "partner": "Elm Housing",
    "area": "beat:0835",
    "place": "Elm Heights",
    "kind": "housing",
    "text": "Entry door broken, drinking in the stairwell at night",
    "n": "3",
}


def write(path: Path, rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> Path:
    """A CSV file of ``rows``, whose first decides the columns."""
    listed = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(listed[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(listed)
    return path


async def load(store: Store, path: Path, kind: InputKind = "concern") -> LoadReport:
    """Load ``path`` at NOW."""
    return await load_inputs(store, path, kind=kind, by="9001", now=NOW)


async def kept(store: Store, kind: InputKind = "concern") -> dict[str, dict[str, Any]]:
    """What is in force, by key."""
    async with store.read() as uow:
        return {key: data for key, _, data in await uow.inputs.current(kind)}
