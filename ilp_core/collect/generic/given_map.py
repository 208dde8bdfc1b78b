"""A mapping that was given, or agreed on before, meets a file: what it leaves open is filled, or the file refused.

It is never read in silence as it was not meant: an order of dates that nobody said, metres that are taken for
degrees. Else one load could take the positions from all records that have them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ilp_core.collect.generic.column_map import ColumnMap
from ilp_core.collect.generic.file_order import file_order
from ilp_core.collect.generic.mapped_layout import layout_of
from ilp_core.collect.generic.profile import Distinct, Profiler
from ilp_core.collect.generic.shown import shown
from ilp_core.collect.generic.systems import is_projected
from ilp_core.collect.generic.traits import MOST, looked_at, traits_of
from ilp_core.collect.generic.understood import TIMES
from ilp_core.collect.members import Member
from ilp_core.collect.projection import WGS84
from ilp_core.collect.reading import open_table
from ilp_core.collect.row_positions import PositionCount, count_of
from ilp_core.domain.errors import CallError
from ilp_core.words import mapping as words

#: Hears of the mapping by which a table is read, with the table's name.
Save = Callable[[str, ColumnMap], None]

#: Where at least this share of the rows gives a position, and less than this share of those comes to a place on
#: Earth, the mapping reads them wrongly [this project's choice].
_FEW: Final = 0.1
#: From this share of the positions on they are what most of them are [this project's choice].
_MOST: Final = 0.5


def given_map(member: Member, mapping: ColumnMap, crs: int | None, today: date, save: Save | None) -> ColumnMap:
    """The mapping for a table, with the call's coordinate system and the order of the table's dates where it leaves
    them open. ``save`` hears of it also where the table is refused: then it can be edited.

    Raises CallError where the call contradicts it, and where the dates can be read two ways and nothing tells.
    """
    if save is not None:
        save(member.name, mapping)
    whole = _with_order(member, _with_system(member, mapping, crs), today)
    if save is not None and whole != mapping:
        save(member.name, whole)
    return whole


def check_crs(crs: int) -> None:
    """Raise CallError where ``crs`` is the EPSG code of no system that positions can be in."""
    if crs != WGS84 and not is_projected(crs):
        raise CallError(words.NO_SUCH_CRS.format(value=crs))


def _with_system(member: Member, mapping: ColumnMap, crs: int | None) -> ColumnMap:
    if crs is None or crs == mapping.crs or (crs == WGS84 and mapping.crs is None):
        return mapping
    if mapping.crs is not None:
        raise CallError(words.CRS_AGAINST_MAP.format(file=member.name, crs=mapping.crs, said=crs))
    count = count_of(member, layout_of(mapping))
    # Beside degrees a system is not used, as where the mapping is proposed.
    return mapping if count.given and count.small >= _MOST * count.given else replace(mapping, crs=crs)


def _with_order(member: Member, mapping: ColumnMap, today: date) -> ColumnMap:
    if mapping.dates is not None:
        return mapping
    layout = layout_of(mapping)
    with open_table(member) as table:
        header = table.header
    if layout.missing(header):
        # The caller says which columns are missing.
        return mapping
    found = layout.find(header)
    used = list(dict.fromkeys(found[name] for name in TIMES if name in found))
    order = file_order(_held(member, used), used, (), today=today)
    if order.question is not None:
        columns = _held(member, header)
        order = file_order(columns, used, _dates(columns, used, today), today=today)
    if order.question is None:
        return replace(mapping, dates=order.order)
    options = " / ".join(order.question.options)
    raise CallError(words.ORDER_OPEN.format(file=member.name, text=order.question.text, options=options))


def _held(member: Member, names: Sequence[str]) -> dict[str, Distinct]:
    """What columns hold over the whole table."""
    profiler = Profiler()
    with open_table(member) as table:
        for batch in table.batches(names):
            profiler.add(batch)
    return profiler.done()


def _dates(columns: dict[str, Distinct], used: Sequence[str], today: date) -> list[str]:
    """The further columns that hold dates."""
    most = looked_at(len(columns))
    return [
        name for name, column in columns.items() if name not in used and traits_of(column, most, today).dates >= MOST
    ]


def refuse_if_nowhere(count: PositionCount, mapping: ColumnMap, file: str) -> None:
    """Raise CallError where a file gives positions and the mapping makes places of almost none of them."""
    names = mapping.columns.get("point") or (*mapping.columns.get("lat", ()), *mapping.columns.get("lon", ()))
    told = {"file": file, "columns": " and ".join(shown(name) for name in names), "crs": mapping.crs}
    if count.given < _FEW * count.rows or not count.given:
        return
    if mapping.crs is not None and count.small >= _MOST * count.given:
        # Few metres from where a grid begins they would lie, in some sea.
        raise CallError(words.DEGREES_WITH_CRS.format(**told))
    if count.placed >= _FEW * count.given:
        return
    if mapping.crs is None and count.large >= _MOST * count.given:
        raise CallError(words.METRES_WITHOUT_CRS.format(**told))
    raise CallError(words.NOWHERE.format(given=count.given, placed=count.placed, **told))
