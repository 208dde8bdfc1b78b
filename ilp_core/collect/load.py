"""A file of records comes in: parsed and checked first, then stored in one transaction, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.given_map import Save
from ilp_core.collect.generic.mapping_file import read_map, read_map_text, write_map
from ilp_core.collect.generic.recognise import Confirm, unconfirmed
from ilp_core.collect.keep import keep
from ilp_core.collect.parsing import Ways, parse
from ilp_core.collect.points import extent_from
from ilp_core.collect.remembered import EXTENT, MAPPING, ZONE
from ilp_core.domain.columns import RecordKind
from ilp_core.domain.incidents import LoadReport
from ilp_core.storage import Store, UnitOfWork

Progress = Callable[[int, int | None], None]

#: A load takes this many steps; reading is the first half of the way, storing the second.
STEPS: Final = 1000
_HALF: Final = STEPS // 2


@dataclass(frozen=True, slots=True)
class Options:
    """What a call may say about a file beside its name.

    ``format`` is ``auto``, ``generic`` or the name of a format; ``zone`` is the time zone of times without an offset
    (else the format's own, else ``usual_zone``, else that at the positions, else that of the first load). ``live``
    says that the file follows a live feed, so that rows without a reported time count as known from their first load
    on. ``map`` says which column holds what, ``crs`` in which system the positions of a file without a format are.
    ``confirm`` is asked where a mapping has to be agreed on; ``save`` hears of a mapping that was given or agreed on
    before, with the name of the table that it is for. ``replace_period`` lets records without a key take the
    place of others of the same period. ``kind`` is the only kind of record wanted, None for any.
    """

    format: str = "auto"
    zone: str | None = None
    usual_zone: str | None = None
    live: bool = False
    map: ColumnMap | None = None
    crs: int | None = None
    confirm: Confirm = unconfirmed
    save: Save | None = None
    replace_period: bool = False
    kind: RecordKind | None = None


async def load_files(
    store: Store, path: Path, options: Options, *, by: str, now: datetime, progress: Progress
) -> list[LoadReport]:
    """Load a file of records and say what it brought: one report for each layout in it.

    ``progress`` hears steps done of all steps, also from another thread. Raises CallError where the file cannot be
    used and WorkError where more than half of its rows were rejected; then nothing was stored. A file that brings
    nothing new makes no new data version.
    """
    async with store.read() as uow:
        stored_zone = await uow.settings.get(ZONE)
        stored_extent = await uow.settings.get(EXTENT)
        kept = await _kept_mappings(uow)
    ways = Ways(
        format=options.format,
        zone=options.zone,
        usual_zone=options.usual_zone,
        first_zone=stored_zone,
        earlier=extent_from(stored_extent) if stored_extent else None,
        now=now,
        crs=options.crs,
        mapping=options.map,
        kept=lambda header: kept.get(_header_key(header)),
        confirm=options.confirm,
        save=options.save,
        kind=options.kind,
    )
    parsed = await asyncio.to_thread(parse, path, ways, lambda share: progress(int(_HALF * share), STEPS))
    reports = []
    async with store.write() as uow:
        for each in parsed:
            reports.append(
                await keep(
                    uow,
                    each,
                    file=path.name,
                    live=options.live,
                    replace_period=options.replace_period,
                    by=by,
                    now=now,
                )
            )
            if each.mapping is not None:
                await uow.settings.set(MAPPING + _header_key(each.header), write_map(each.mapping))
            progress(_HALF + _HALF * len(reports) // (len(parsed) + 1), STEPS)
    progress(STEPS, STEPS)
    return reports


async def load_incidents(
    store: Store,
    path: Path,
    *,
    format: str = "auto",
    zone: str | None = None,
    live: bool = False,
    by: str,
    now: datetime,
    progress: Progress,
    map: Path | None = None,
    replace_period: bool = False,
    kind: RecordKind | None = None,
) -> LoadReport:
    """``load_files`` for a file of one layout, with the options spelled out and ``map`` as a file: its only report,
    or its first."""
    mapping = await asyncio.to_thread(read_map, map) if map is not None else None
    options = Options(format=format, zone=zone, live=live, map=mapping, replace_period=replace_period, kind=kind)
    return (await load_files(store, path, options, by=by, now=now, progress=progress))[0]


async def _kept_mappings(uow: UnitOfWork) -> dict[str, ColumnMap]:
    kept = await uow.settings.starting(MAPPING)
    return {name.removeprefix(MAPPING): read_map_text(text, name) for name, text in kept.items()}


def _header_key(header: tuple[str, ...]) -> str:
    """The same for two tables with the same columns, in whatever order they stand."""
    return hashlib.sha256("\n".join(sorted(header)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
