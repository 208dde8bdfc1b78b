"""A file of incidents comes in: parsed and checked first, then stored in one transaction, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from ilp_core.collect.area_codes import REPORT_KEY, RecordCodes, name_areas, recorded_codes, spell
from ilp_core.collect.blocks import column_block, incident_rows
from ilp_core.collect.formats import FORMATS
from ilp_core.collect.layout import Layout, choose
from ilp_core.collect.points import Extent, extent_from, extent_of, inside
from ilp_core.collect.projection import Metres, project, utm_zone
from ilp_core.collect.reading import open_table
from ilp_core.collect.records import Records, read_records
from ilp_core.collect.reports import refuse_if_spoiled, report_on
from ilp_core.collect.times import NO_TIME, Seconds, check_zone
from ilp_core.collect.versions import Versions, compare, digests
from ilp_core.domain.errors import CallError
from ilp_core.domain.incidents import LoadReport
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import Store, UnitOfWork

Rows = npt.NDArray[np.int64]
Progress = Callable[[int, int | None], None]

#: Settings this room keeps: the agency's zone, the EPSG code of its metres, the box its first load lay in.
ZONE: Final = "zone"
CRS: Final = "crs"
EXTENT: Final = "extent"

#: A load takes this many steps; reading is the first half of the way, storing the second.
_STEPS: Final = 1000
_HALF: Final = _STEPS // 2


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A file as read, before storage is asked anything."""

    layout: Layout
    zone: str
    records: Records
    digest: Rows
    sha256: str
    extent: Extent | None


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
) -> LoadReport:
    """Load a file of incidents and say what it brought.

    ``format`` is ``auto`` or the name of one of ``FORMATS``; ``zone`` is the time zone of times without an offset
    (else the format's own, else the setting). ``live`` says that the file followed a live feed, so that rows
    without a reported time count as known from their first load on. ``progress`` hears steps done of all steps,
    also from another thread. Raises CallError where the file cannot be used and WorkError where more than half of
    its rows were rejected; then nothing was stored. A file that brings nothing new makes no new data version.
    """
    async with store.read() as uow:
        stored_zone = await uow.settings.get(ZONE)
        stored_extent = await uow.settings.get(EXTENT)
    parsed = await asyncio.to_thread(
        _parse,
        path,
        format=format,
        zone=zone,
        stored_zone=stored_zone,
        earlier=extent_from(stored_extent) if stored_extent else None,
        now=now,
        progress=progress,
    )
    async with store.write() as uow:
        load = await uow.loads.start(
            file=path.name,
            sha256=parsed.sha256,
            source=parsed.layout.name,
            format=parsed.layout.name,
            live=live,
            by_whom=by,
            at=now,
        )
        report = await _keep(uow, load, parsed, file=path.name, live=live, now=now, progress=progress)
        counts = {"loaded": report.loaded, "updated": report.updated, "known": report.known, "load": load}
        await append(uow, AuditEntry(by, "import", "incidents", "done", "command", counts), now)
    progress(_STEPS, _STEPS)
    return report


def _parse(
    path: Path,
    *,
    format: str,
    zone: str | None,
    stored_zone: str | None,
    earlier: Extent | None,
    now: datetime,
    progress: Progress,
) -> _Parsed:
    with open_table(path) as table:
        layout = choose(FORMATS, table.header, path.name, format)
        named = zone or layout.zone or stored_zone
        if named is None:
            raise CallError(
                f"{path.name} does not say in which time zone its times are. Add --tz, such as --tz America/Chicago."
            )
        check_zone(named)
        records = read_records(table, layout, named, now, lambda share: progress(int(_HALF * share), _STEPS))
    if records.rows == 0:
        raise CallError(f"{path.name} has column names but no rows. Export it again.")
    refuse_if_spoiled(records, path.name)
    located = records.located
    extent = extent_of(records.lat[located], records.lon[located], earlier)
    if extent:
        off = ~inside(records.lat, records.lon, extent)
        records = replace(records, lat=np.where(off, np.nan, records.lat), lon=np.where(off, np.nan, records.lon))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return _Parsed(layout, named, records, digests(records), sha256, extent)


async def _keep(
    uow: UnitOfWork, load: int, parsed: _Parsed, *, file: str, live: bool, now: datetime, progress: Progress
) -> LoadReport:
    """Store what is new, inside the caller's transaction, and close the load with its report."""
    source = parsed.layout.name
    loads = await uow.loads.all()
    records, fresh = _spelled_alike(parsed.records, recorded_codes(loads))
    versions = compare(records, parsed.digest, await uow.incidents.known(source))
    report = report_on(
        records,
        versions,
        file=file,
        layout=parsed.layout,
        mapped=await uow.offences.for_source(source),
        live=live,
        zone=ZoneInfo(parsed.zone),
    )
    kept = report.as_json()
    if len(versions.new) or len(versions.newer):
        live_since = {each.id: int(each.started_at.timestamp()) for each in loads if each.live}
        await _settle(uow, parsed)
        await _store(uow, load, replace(parsed, records=records), versions, live_since, progress)
        await name_areas(uow, fresh)
        kept[REPORT_KEY] = {kind: sorted(codes.values()) for kind, codes in fresh.items()}
    await uow.loads.finish(load, kept, now)
    return report


def _spelled_alike(records: Records, earlier: RecordCodes) -> tuple[Records, RecordCodes]:
    """The records with every area code in its canonical spelling, and the codes that are new."""
    words = dict(records.words)
    fresh: RecordCodes = {}
    for kind, codes in earlier.items():
        spelled = spell(records.words[kind], records.places[kind], codes)
        words[kind], fresh[kind] = spelled.words, spelled.fresh
    return replace(records, words=words), fresh


async def _settle(uow: UnitOfWork, parsed: _Parsed) -> None:
    """Decide once and for ever what the first load decides: the zone, the metres and the extent."""
    if await uow.settings.get(ZONE) is None:
        await uow.settings.set(ZONE, parsed.zone)
    records = parsed.records
    located = records.located
    if not located.any() or parsed.extent is None:
        return
    if await uow.settings.get(EXTENT) is None:
        await uow.settings.set(EXTENT, parsed.extent.as_text())
    if await uow.settings.get(CRS) is None:
        middle = utm_zone(float(np.median(records.lat[located])), float(np.median(records.lon[located])))
        await uow.settings.set(CRS, str(middle))


async def _store(
    uow: UnitOfWork,
    load: int,
    parsed: _Parsed,
    versions: Versions,
    live_since: dict[int, int],
    progress: Progress,
) -> None:
    """Write rows and columns. ``live_since`` holds the start of every live load, this one included."""
    records, source = parsed.records, parsed.layout.name
    first = await uow.incidents.next_id()
    numbers = np.arange(first, first + len(versions.new), dtype=np.int64)
    first_loads = np.full(len(versions.new), load, dtype=np.int64)
    # Which load first brought a row matters only where loads followed a live feed.
    older_loads = await _first_loads(uow, versions.replaced) if live_since else np.zeros_like(versions.replaced)
    done, all_rows = 0, len(versions.new) + len(versions.newer)
    for rows, ids, loads, write in (
        (versions.new, numbers, first_loads, uow.incidents.insert),
        (versions.newer, versions.replaced, older_loads, uow.incidents.update),
    ):
        for chunk in incident_rows(records, rows, ids, parsed.digest, source=source, first_loads=loads, load=load):
            await write(chunk)
            done += len(chunk)
            progress(_HALF + (_HALF - 1) * done // all_rows, _STEPS)
    rows = np.concatenate([versions.new, versions.newer])
    x, y = await _metres(uow, records, rows)
    block = column_block(
        records,
        rows,
        np.concatenate([numbers, versions.replaced]),
        load=load,
        source=source,
        known=_known(records, rows, np.concatenate([first_loads, older_loads]), live_since),
        x=x,
        y=y,
        replaces=len(versions.newer) > 0,
    )
    await uow.columns.save(block)


async def _first_loads(uow: UnitOfWork, replaced: Rows) -> Rows:
    """The loads that first brought the rows that are being replaced."""
    found = [await uow.incidents.get(number) for number in replaced.tolist()]
    return np.array([row.first_load for row in found if row], dtype=np.int64)


async def _metres(uow: UnitOfWork, records: Records, rows: Rows) -> tuple[Metres, Metres]:
    """The rows' positions in the agency's metres; NaN where a row is not located."""
    crs = await uow.settings.get(CRS)
    if crs is None:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    return project(int(crs), records.lat[rows], records.lon[rows])


def _known(records: Records, rows: Rows, first_loads: Rows, live_since: dict[int, int]) -> Seconds:
    """When the agency knew of each row: reported, else the first load if that was live, else occurred."""
    known = records.start[rows].copy()
    for load, since in live_since.items():
        known[first_loads == load] = since
    reported = records.reported[rows]
    return np.where(reported == NO_TIME, known, reported)
