"""Vehicle thefts in New York, 2014 to 2017, as the R package crimedata publishes them (Crime Open Database).

Facts of the source (shared data notes): each theft has the window in which it happened, local time, without an end in
one row of twelve; ``date_single`` is the window's middle, which nobody saw, and is never read. Tables of the same
database for other cities and offences name their city and are another format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.collect.coded import constant
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import filled, rows_where

_OFFENCE: Final = "motor vehicle theft"


def _prepared(fields: Fields) -> Fields:
    fields["occurred_to"] = fields["occurred_to"].map(filled)
    fields["code"] = constant(_OFFENCE, len(fields["id"]))
    return fields


def _odd(fields: Fields) -> Mapping[str, int]:
    return {"rows without an end of their window": rows_where(fields["occurred_to"], lambda text: not filled(text))}


NYC_THEFTS: Final = Layout(
    name="nyc-thefts",
    title="New York's vehicle thefts with start and end",
    zone="America/New_York",
    columns={
        "id": "uid",
        "occurred_from": "date_start",
        "occurred_to": "date_end",
        "premise": "location_type",
        "lat": "latitude",
        "lon": "longitude",
    },
    marks={
        "date_single": True,
        "location_category": True,
        "census_block": True,
        "city_name": False,
        "offense_type": False,
    },
    prepare=_prepared,
    odd=_odd,
    clean={"premise": filled},
    cannot_answer=(
        "Other offences: this data holds vehicle thefts only.",
        "Areas and blocks: this data names neither beats nor streets.",
    ),
)
