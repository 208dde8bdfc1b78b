"""Houston's crimes of 2010 as the R package ggmap publishes them: the police's monthly files, geocoded.

Facts of the source (shared data notes): ``time`` is an instant of UTC and always a whole hour; one row may stand for
several offences (``number``); the block is a range of house numbers and a point is that of its middle; ``location``
spells out the code in ``premise`` where the publisher knew it; ``-`` is "no suffix". Seven classes of offence only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import rows_where

_UNKNOWN: Final = frozenset({"", "-", "---"})


def _block(block: str, street: str, type: str, suffix: str) -> str:
    """``9600 MARLIVE LN``: the low end of the range stands for the block."""
    parts = (block.partition("-")[0], street, type, suffix)
    return " ".join(part.strip().upper() for part in parts if part.strip() not in _UNKNOWN)


def _prepared(fields: Fields) -> Fields:
    names = (fields.pop("range"), fields.pop("street"), fields.pop("type"), fields.pop("suffix"))
    fields["block"] = joined(*names, join=_block)
    fields["premise"] = joined(
        fields.pop("place"),
        fields["premise"],
        join=lambda place, code: place or ("" if code.strip() in _UNKNOWN else code),
    )
    fields.pop("number")
    return fields


def _odd(fields: Fields) -> Mapping[str, int]:
    return {
        "rows that stand for more than one offence, each counted once": rows_where(
            fields["number"], lambda text: text.strip().removesuffix(".0") not in {"", "0", "1"}
        )
    }


HOUSTON: Final = Layout(
    name="houston",
    title="Houston's crimes as ggmap publishes them",
    zone="America/Chicago",
    columns={
        "occurred_from": "time",
        "code": "offense",
        "premise": "premise",
        "place": "location",
        "beat": "beat",
        "range": "block",
        "street": "street",
        "type": "type",
        "suffix": "suffix",
        "number": "number",
        "lat": "lat",
        "lon": "lon",
    },
    marks={"hour": True, "month": True, "day": True, "address": True},
    prepare=_prepared,
    odd=_odd,
    clean={"code": str.casefold, "beat": str.upper},
    cannot_answer=(
        "Minutes: this data gives whole hours only.",
        "Offences: this data holds murder, rape, robbery, aggravated assault, burglary, theft and auto theft only.",
        "Thefts from vehicles: this data does not separate them from other thefts.",
    ),
    notes=("Points are the geocoded middles of blocks: many records share one.",),
)
