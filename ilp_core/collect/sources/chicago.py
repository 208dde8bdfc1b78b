"""The crime export of Chicago's data portal (data set ijzp-q8t2), with 20 or 22 columns or as its API spells them.

Facts of the source (shared data notes and the portal's column descriptions): ``Date`` is local time and
sometimes a best estimate; a row's version is ``Updated On``; addresses are hidden to the block; ``Beat`` has
four digits and ``District`` three, which spreadsheets like to shorten; IUCR codes have four signs. Nearly all rows
that share a ``Case Number`` are homicides: one row per victim.
"""

from __future__ import annotations

from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import digits


def _described(fields: Fields) -> Fields:
    fields["description"] = joined(fields.pop("primary"), fields["description"], join="{}: {}".format)
    return fields


CHICAGO: Final = Layout(
    name="chicago",
    title="the Chicago portal export",
    zone="America/Chicago",
    columns={
        "id": "ID",
        "case": "Case Number",
        "occurred_from": "Date",
        "block": "Block",
        "code": "IUCR",
        "primary": "Primary Type",
        "description": "Description",
        "premise": "Location Description",
        "domestic": "Domestic",
        "beat": "Beat",
        "district": "District",
        "neighbourhood": "Community Area",
        "stamp": "Updated On",
        "lat": "Latitude",
        "lon": "Longitude",
    },
    optional=frozenset({"case", "neighbourhood"}),
    prepare=_described,
    clean={
        "code": lambda text: digits(text.upper(), 4),
        "beat": lambda text: digits(text, 4),
        "district": lambda text: digits(text, 3),
        # 0 stands for "not known" among the 77 areas.
        "neighbourhood": lambda text: digits(text, 1).lstrip("0"),
    },
    # Where the portal's projected coordinates are 0, 0: a point in Missouri.
    null_points=((36.619446, -91.686566),),
    cannot_answer=("Thefts from vehicles: this data does not separate them from other thefts.",),
)
