"""Keeping what was parsed, inside the caller's transaction: columns, areas, doubts, the report and the audit row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from ilp_core.collect.areas.codes import REPORT_KEY, RecordCodes, name_areas, recorded_codes, spell
from ilp_core.collect.areas.placing import compared
from ilp_core.collect.blocks import column_block
from ilp_core.collect.dates import Seconds
from ilp_core.collect.doubts import Doubt, as_report, find_doubts
from ilp_core.collect.generic.column_map import columns_of
from ilp_core.collect.offences.presets import adopt
from ilp_core.collect.parsing import Parsed
from ilp_core.collect.projection import Metres, project, utm_zone
from ilp_core.collect.records import Records
from ilp_core.collect.remembered import CRS, EXTENT, ZONE
from ilp_core.collect.reports import report_on
from ilp_core.collect.stored import NAMES, stored_records
from ilp_core.collect.versions import Versions, compare
from ilp_core.domain.columns import NO_TIME
from ilp_core.domain.incidents import LoadReport
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import UnitOfWork

Rows = npt.NDArray[np.int64]


async def keep(
    uow: UnitOfWork, parsed: Parsed, *, file: str, live: bool, replace_period: bool, by: str, now: datetime
) -> LoadReport:
    """Store what is new and close the load with its report. Raises CallError where a period may not be replaced."""
    layout, source = parsed.layout, parsed.layout.whose
    load = await uow.loads.start(
        file=file,
        sha256=parsed.sha256,
        source=source,
        format=layout.format,
        live=live,
        by_whom=by,
        at=now,
        kind=layout.kind,
    )
    records, fresh = _spelled_alike(parsed.records, recorded_codes(await uow.loads.all()))
    if parsed.mapping is not None and parsed.mapping.offences:
        await adopt(uow, parsed.mapping.offences, source, records.words["code"])
    stored = stored_records(await uow.columns.blocks(None, kind=layout.kind, source=source, names=NAMES))
    versions = compare(
        records, parsed.digest, stored, monthly=layout.monthly, replace=replace_period, file=parsed.tables[0]
    )
    rows = np.concatenate([versions.new, versions.newer])
    changes = bool(len(rows) or len(versions.gone))
    report = report_on(
        records,
        versions,
        file=file,
        layout=layout,
        rules=await uow.offences.all(),
        live=live,
        zone=parsed.zone,
        load=load,
        left_out=parsed.left_out,
        off_ground=parsed.off_ground,
        agreement=compared(records, await uow.areas.all()),
        doubts=await _doubts(uow, load, source, records, rows) if layout.kind == "incident" else (),
        mapping=columns_of(parsed.mapping) if parsed.mapping else None,
        notes=parsed.notes,
    )
    kept = report.as_json()
    if changes:
        await _settle(uow, parsed)
        await _store(uow, load, replace(parsed, records=records), versions, rows, live=live, now=now)
        if layout.kind != "stop":
            # Stops are walled off: what only they name is no place of the desk.
            await name_areas(uow, fresh)
            kept[REPORT_KEY] = {kind: sorted(codes.values()) for kind, codes in fresh.items()}
    await uow.loads.finish(load, kept, now)
    counts = {"loaded": report.loaded, "updated": report.updated, "known": report.known, "load": load}
    if report.withdrawn:
        counts["withdrawn"] = report.withdrawn
    await append(uow, AuditEntry(by, "import", f"{layout.kind}s", "done", "command", counts), now)
    return report


def _spelled_alike(records: Records, earlier: RecordCodes) -> tuple[Records, RecordCodes]:
    """The records with every area code in its canonical spelling, and the codes that are new."""
    words = dict(records.words)
    fresh: RecordCodes = {}
    for kind, codes in earlier.items():
        spelled = spell(records.words[kind], records.places[kind], codes)
        words[kind], fresh[kind] = spelled.words, spelled.fresh
    return replace(records, words=words), fresh


async def _doubts(uow: UnitOfWork, load: int, source: str, records: Records, rows: Rows) -> list[dict[str, Any]]:
    """What is doubtful among the rows that come in; only what nobody has decided yet is asked about."""
    asked: list[tuple[int, Doubt]] = []
    for doubt in find_doubts(records, rows):
        kept = await uow.doubts.propose(load, source, doubt.kind, doubt.mark, doubt.data)
        if kept.state == "proposed":
            asked.append((kept.id, doubt))
    return as_report(asked)


async def _settle(uow: UnitOfWork, parsed: Parsed) -> None:
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
    uow: UnitOfWork, load: int, parsed: Parsed, versions: Versions, rows: Rows, *, live: bool, now: datetime
) -> None:
    """Write the columns of ``rows``: new records under new numbers, newer versions under the old ones."""
    records = parsed.records
    first = await uow.columns.highest() + 1
    numbers = np.concatenate([np.arange(first, first + len(versions.new), dtype=np.int64), versions.replaced])
    x, y = await _metres(uow, records, rows)
    block = column_block(
        replace(records, lat=parsed.given[0], lon=parsed.given[1]),
        rows,
        numbers,
        load=load,
        source=parsed.layout.whose,
        kind=parsed.layout.kind,
        known=_known(records, rows, versions, int(now.timestamp()) if live else None),
        x=x,
        y=y,
        digest=parsed.digest,
        period=versions.period,
        periods=versions.periods,
        replaces=len(versions.newer) > 0,
        gone=versions.gone,
    )
    await uow.columns.save(block, first + len(versions.new) - 1)


async def _metres(uow: UnitOfWork, records: Records, rows: Rows) -> tuple[Metres, Metres]:
    """The rows' positions in the agency's metres; NaN where a row is not located."""
    crs = await uow.settings.get(CRS)
    if crs is None:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    return project(int(crs), records.lat[rows], records.lon[rows])


def _known(records: Records, rows: Rows, versions: Versions, live_since: int | None) -> Seconds:
    """When the agency knew of each row: reported, else its first load if that was live, else occurred.

    A record of a day or a month is known once that is over: before, it may not have happened yet.
    """
    known = np.where(records.coarse[rows], records.end[rows], records.start[rows])
    if live_since is not None:
        known[: len(versions.new)] = live_since
    since = np.concatenate([np.full(len(versions.new), NO_TIME), versions.known_since])
    known = np.where(since == NO_TIME, known, since)
    reported = records.reported[rows]
    return np.where(reported == NO_TIME, known, reported)
