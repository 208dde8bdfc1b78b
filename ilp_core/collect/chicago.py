"""The crime export of Chicago's data portal (data set ijzp-q8t2), with 20 or 22 columns or as its API spells them.

Facts of the source (shared data notes and the portal's column descriptions): ``Date`` is local time and
sometimes a best estimate; a row's version is ``Updated On``; addresses are hidden to the block; ``Beat`` has
four digits and ``District`` three, which spreadsheets like to shorten; IUCR codes have four signs.
"""

from __future__ import annotations

from typing import Final

from ilp_core.collect.layout import Fields, Layout


def _joined(fields: Fields) -> Fields:
    kinds = fields.pop("primary")
    details = fields["description"]
    fields["description"] = [f"{kind}: {detail}" for kind, detail in zip(kinds, details, strict=True)]
    return fields


def _digits(text: str, width: int) -> str:
    """``text`` with the leading zeros a spreadsheet took away, and without the ``.0`` it added."""
    bare = text.removesuffix(".0")
    return bare.zfill(width) if bare else ""


CHICAGO: Final = Layout(
    name="chicago",
    title="the Chicago portal export",
    zone="America/Chicago",
    columns={
        "id": "ID",
        "occurred_from": "Date",
        "block": "Block",
        "code": "IUCR",
        "primary": "Primary Type",
        "description": "Description",
        "premise": "Location Description",
        "domestic": "Domestic",
        "beat": "Beat",
        "district": "District",
        "stamp": "Updated On",
        "lat": "Latitude",
        "lon": "Longitude",
    },
    prepare=_joined,
    clean={
        "code": lambda text: _digits(text.upper(), 4),
        "beat": lambda text: _digits(text, 4),
        "district": lambda text: _digits(text, 3),
    },
    # Where the portal's projected coordinates are 0, 0: a point in Missouri.
    null_points=((36.619446, -91.686566),),
    cannot_answer=("Thefts from vehicles: this data does not separate them from other thefts.",),
)
