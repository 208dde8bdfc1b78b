"""A table of no known layout of a made-up force, on the British grid, and what loads it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.mapping_file import map_of
from ilp_core.collect.generic.understood import Proposal
from ilp_core.collect.load import Options, load_files
from ilp_core.domain.incidents import LoadReport
from ilp_core.storage import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: Places in central London on the British National Grid (EPSG:27700), made up, a few streets apart.
GRID = [(530_000 + 40 * step, 180_000 + 25 * step) for step in range(12)]


def table(path: Path, **changes: str) -> Path:
    """Twelve offences of a made-up force: day first, on the British grid, with headers of its own."""
    rows = [
        {
            "Crime Ref": f"BF/{number:04d}", "Committed": f"{number + 10:02d}/03/2018 {number + 8:02d}:15",
            "Offence": ["Burglary dwelling", "Robbery of personal property"][number % 2], "Street": "12 Elm Street",
            "Easting": str(east), "Northing": str(north), "Offender Name": "J Bloggs",
        } | changes
        for number, (east, north) in enumerate(GRID)
    ]  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def agreed(_file: str, source: str, proposal: Proposal) -> ColumnMap:
    return map_of(proposal, source)


async def load(store: Store, path: Path, **options: Any) -> LoadReport:
    given = Options(**{"zone": "Europe/London", "confirm": agreed, **options})
    return (await load_files(store, path, given, by="9001", now=NOW, progress=lambda _done, _all: None))[0]
