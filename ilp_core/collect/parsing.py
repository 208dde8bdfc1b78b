"""A file as read and checked, before storage is asked anything: its layout, zone, records and their digests."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ilp_core.collect.coded import Coded
from ilp_core.collect.formats import FORMATS
from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.given_map import Save, check_crs, given_map, refuse_if_nowhere
from ilp_core.collect.generic.mapped_layout import layout_of
from ilp_core.collect.generic.recognise import Confirm, proposed_map, unconfirmed
from ilp_core.collect.generic.shown import shown
from ilp_core.collect.generic.understood import Hints
from ilp_core.collect.layout import Layout, choose
from ilp_core.collect.members import Member, shown_name, tables_in
from ilp_core.collect.points import Degrees, Extent, extent_of, inside
from ilp_core.collect.projection import WGS84
from ilp_core.collect.reading import Table, open_table
from ilp_core.collect.records import Records, Sheet
from ilp_core.collect.reports import refuse_if_spoiled
from ilp_core.collect.row_positions import count_of, first_positions
from ilp_core.collect.times import check_zone
from ilp_core.collect.versions import digests
from ilp_core.collect.zones import FileZone, same_clock, zone_of
from ilp_core.domain.columns import RecordKind
from ilp_core.domain.errors import CallError
from ilp_core.words.en.loads import CLOCK_BY_PLACE, NO_ZONE_SAID, OTHER_CLOCK, ZONE_UNSURE
from ilp_core.words.en.mapping import CRS_NOT_USED, MAP_UNFIT, NO_MAP_NEEDED

#: Of the columns that a mapping names and a file lacks, so many signs are shown [this project's choice].
_LONGEST_LIST: Final = 200

Rows = npt.NDArray[np.int64]
Share = Callable[[float], None]

#: How a kind of record is called in a sentence, and which command loads it.
KIND_NAMES: Final[dict[RecordKind, tuple[str, str]]] = {
    "incident": ("incidents", "beatdesk import incidents"),
    "call": ("calls for service", "beatdesk import calls"),
    "stop": ("stops", "beatdesk import stops"),
}


@dataclass(frozen=True, slots=True)
class Ways:
    """How to read a file: what the call said, and what is on file already.

    ``zone`` is the call's, ``usual_zone`` the running program's, ``first_zone`` that of the first load. ``mapping``
    is the call's mapping; ``kept`` are mappings confirmed before, by the header they are for. ``confirm`` is asked
    about a proposed mapping, and ``save`` hears of one that is there already. ``kind`` is the only kind of record
    wanted, None for any.
    """

    format: str
    zone: str | None
    usual_zone: str | None
    first_zone: str | None
    earlier: Extent | None
    now: datetime
    crs: int | None = None
    mapping: ColumnMap | None = None
    kept: Callable[[tuple[str, ...]], ColumnMap | None] = lambda _header: None
    confirm: Confirm = unconfirmed
    save: Save | None = None
    kind: RecordKind | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """The records of one layout in a file. ``tables`` and ``left_out`` name the tables read and those passed over,
    ``notes`` are sentences for the report.

    ``given`` are the positions as the file has them; in ``records`` the ``off_ground`` ones, far from all others, are
    NaN.
    """

    layout: Layout
    zone: str
    records: Records
    given: tuple[Degrees, Degrees]
    digest: Rows
    sha256: str
    extent: Extent | None
    tables: tuple[str, ...]
    left_out: tuple[str, ...]
    mapping: ColumnMap | None
    header: tuple[str, ...]
    off_ground: int
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """One layout's sheet while the tables of a file are read."""

    layout: Layout
    zone: FileZone
    sheet: Sheet
    tables: list[str]
    spoiled: Counter[str]
    mapping: ColumnMap | None
    header: tuple[str, ...]


def parse(path: Path, ways: Ways, progress: Share) -> list[Parsed]:
    """Read a whole file: one ``Parsed`` per layout in it. ``progress`` hears the share read. Blocking.

    Raises CallError where the file cannot be used and WorkError where most of its rows are bad.
    """
    members = tables_in(path)
    readings: dict[tuple[str, tuple[str, ...]], _Reading] = {}
    left_out: list[str] = []
    for number, member in enumerate(members):
        with open_table(member) as table:
            found = _recognised(member, table, ways, alone=len(members) == 1)
            if found is None:
                left_out.append(member.name)
                continue
            layout, mapping = found
            if mapping is not None and ways.mapping is None:
                layout, mapping = _apart(mapping, table.header, readings.values())
            key = (layout.name, _read_alike(table.header, mapping, given=ways.mapping is not None))
            reading = readings.get(key) or _begin(layout, mapping, member, table, ways)
            readings[key] = reading
            _read(table, reading, partial(_part, progress, number, len(members)))
    if not readings:
        raise CallError(
            f"None of the {len(members)} tables in {shown_name(path)} fits a format the desk knows. "
            "Unpack it and import one file at a time."
        )
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return [_parsed(reading, shown_name(path), sha256, tuple(left_out), ways) for reading in readings.values()]


def _apart(mapping: ColumnMap, header: tuple[str, ...], readings: Iterable[_Reading]) -> tuple[Layout, ColumnMap]:
    """The mapping under a name of its own, where a table with other columns in the same file has taken its name: two
    tables of one source would correct one another."""
    taken = {each.layout.name for each in readings if sorted(each.header) != sorted(header)}
    numbered = (f"{mapping.source}-{number}" for number in count(2))
    name = next(name for name in chain([mapping.source], numbered) if name not in taken)
    renamed = replace(mapping, source=name)
    return layout_of(renamed), renamed


def _read_alike(header: tuple[str, ...], mapping: ColumnMap | None, *, given: bool) -> tuple[str, ...]:
    """The same for tables that are read as one: all of a known layout, and by a mapping those that it was made for,
    or was given for, whose dates are in one order."""
    if mapping is None:
        return ()
    return (mapping.dates or "",) if given else tuple(sorted(header))


def _part(progress: Share, done: int, whole: int, share: float) -> None:
    progress((done + share) / whole)


def _recognised(member: Member, table: Table, ways: Ways, *, alone: bool) -> tuple[Layout, ColumnMap | None] | None:
    """A table's layout, with the mapping that made it; None for one table of several that fits no layout."""
    mapping = ways.mapping or (ways.kept(table.header) if ways.format in ("auto", "generic") else None)
    if mapping is None and ways.format != "generic":
        layout = choose(FORMATS, table.header, member.name, ways.format)
        if layout is not None:
            _refuse_other_kind(layout, member.name, ways.kind)
            _refuse_options_of_maps(layout, member.name, ways)
            return layout, None
        if not alone:
            return None
    if ways.kind not in (None, "incident"):
        name = KIND_NAMES[ways.kind][0] if ways.kind else ""
        raise CallError(
            f"The columns of {member.name} are not those of {name}. "
            f"Get the columns with: beatdesk import template {ways.kind}s"
        )
    if ways.crs is not None:
        check_crs(ways.crs)
    if mapping is None:
        hints = Hints(ways.zone or ways.usual_zone, ways.crs, ways.earlier, ways.now.date(), ways.first_zone)
        mapping = proposed_map(member, hints, ways.confirm)
    else:
        mapping = given_map(member, mapping, ways.crs, ways.now.date(), ways.save)
    layout = layout_of(mapping)
    missing = layout.missing(table.header)
    if not missing:
        return layout, mapping
    if not alone:
        return None
    raise CallError(MAP_UNFIT.format(file=member.name, columns=shown(", ".join(missing))[:_LONGEST_LIST]))


def _refuse_other_kind(layout: Layout, file: str, wanted: RecordKind | None) -> None:
    if wanted is None or layout.kind == wanted:
        return
    name, command = KIND_NAMES[layout.kind]
    raise CallError(f"{file} is {layout.title} and holds {name}. Load it with: {command} {file}")


def _refuse_options_of_maps(layout: Layout, file: str, ways: Ways) -> None:
    given = [name for name, value in (("--crs", ways.crs), ("--save-map", ways.save)) if value is not None]
    if given:
        raise CallError(NO_MAP_NEEDED.format(file=file, layout=layout.format, options=" and ".join(given)))


def _begin(layout: Layout, mapping: ColumnMap | None, member: Member, table: Table, ways: Ways) -> _Reading:
    named = ways.zone or layout.zone or ways.usual_zone
    mapped = mapping is not None
    if named is not None:
        zone: FileZone | None = FileZone(check_zone(named))
    else:
        zone = zone_of(*first_positions(member, layout, mapped=mapped), ways.first_zone)
    if zone is None:
        if mapping is not None:
            # Positions that were read rightly would tell the zone.
            refuse_if_nowhere(count_of(member, layout), mapping, member.name)
        raise CallError(NO_ZONE_SAID.format(file=member.name))
    if mapping is not None and zone.by_place:
        # The next file of these columns is of the same clock, also where it has no positions.
        mapping = replace(mapping, zone=zone.name)
    sheet = Sheet(layout, zone.name, ways.now, counted=mapped)
    return _Reading(layout, zone, sheet, [], Counter(), mapping, table.header)


def _read(table: Table, reading: _Reading, progress: Share) -> None:
    found = reading.layout.find(table.header)
    for batch in table.batches(list(found.values())):
        fields: dict[str, Coded] = {part: batch[name] for part, name in found.items()}
        reading.sheet.add(fields)
        progress(table.share_read())
    reading.spoiled += table.spoiled
    reading.tables.append(table.name)


def _parsed(reading: _Reading, file: str, sha256: str, left_out: tuple[str, ...], ways: Ways) -> Parsed:
    records = reading.sheet.records(reading.spoiled)
    if records.rows == 0:
        raise CallError(f"{file} has column names but no rows. Export it again.")
    refuse_if_spoiled(records, file)
    if reading.mapping is not None and reading.sheet.positions is not None:
        refuse_if_nowhere(reading.sheet.positions, reading.mapping, file)
    notes = (
        *_clock_notes(reading.zone, ways.first_zone, records, file),
        *_system_notes(reading.mapping, ways.crs),
    )
    located = records.located
    extent = extent_of(records.lat[located], records.lon[located], ways.earlier)
    given = records.lat, records.lon
    # What a record says is digested and kept as it is: whether a position is off depends on the rest of its file.
    digest = digests(records)
    off = located & ~inside(records.lat, records.lon, extent) if extent else np.zeros(len(located), dtype=bool)
    records = replace(records, lat=np.where(off, np.nan, records.lat), lon=np.where(off, np.nan, records.lon))
    return Parsed(
        layout=reading.layout,
        zone=reading.zone.name,
        records=records,
        given=given,
        digest=digest,
        sha256=sha256,
        extent=extent,
        tables=tuple(reading.tables),
        left_out=left_out,
        mapping=reading.mapping,
        header=reading.header,
        off_ground=int(off.sum()),
        notes=notes,
    )


def _system_notes(mapping: ColumnMap | None, crs: int | None) -> tuple[str, ...]:
    """What is said where the call's coordinate system was not used."""
    if crs is None or mapping is None or mapping.crs is not None or crs == WGS84 or not _places(mapping):
        return ()
    return (CRS_NOT_USED.format(crs=crs),)


def _places(mapping: ColumnMap) -> bool:
    return "point" in mapping.columns or {"lat", "lon"} <= mapping.columns.keys()


def _clock_notes(zone: FileZone, first: str | None, records: Records, file: str) -> tuple[str, ...]:
    """What is said where a file's clock is not that of the first load. Raises CallError where its positions lie in
    several clocks, and none of them is the first load's."""
    if first is None:
        return ()
    if any(not same_clock(zone.name, other, records.start) for other in zone.others):
        zones = ", ".join((zone.name, *zone.others))
        raise CallError(ZONE_UNSURE.format(file=file, zones=zones, zone=zone.name, first=first))
    if same_clock(zone.name, first, records.start):
        return ()
    return ((CLOCK_BY_PLACE if zone.by_place else OTHER_CLOCK).format(zone=zone.name, first=first),)
