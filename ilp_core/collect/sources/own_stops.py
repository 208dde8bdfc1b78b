"""The desk's own layout for stops. They serve fairness checks only: no ranking ever reads them.

Times are ISO 8601; without an offset they are local times of the load's zone. Age is kept as a band, whatever the
file gives; the bands are those of data.police.uk, so that agencies can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.own_example import refuse_example
from ilp_core.collect.sources.spelling import filled, yes_or_no
from ilp_core.words import inputs as words

STOPS_EXAMPLE: Final[Mapping[str, str]] = {
    "id": "EXAMPLE-1",
    "time": "2016-07-15T21:30:00",
    "type": "TRAFFIC",
    "description": "Traffic stop",
    "outcome": "warning",
    "searched": "no",
    "race": "",
    "gender": "",
    "age": "18-24",
    "beat": "0835",
    "district": "008",
    "neighbourhood": "Elm Heights",
    "block": "012XX ELM ST",
    "lat": "41.7501",
    "lon": "-87.7201",
}
_RENAMED: Final = {"time": "occurred_from", "type": "code"}
_COLUMNS: Final = {_RENAMED.get(name, name): name for name in STOPS_EXAMPLE}
#: Enough of them that no other file with an id and a time is taken for stops; their cells may be blank but for three.
_NEEDED: Final = frozenset({"id", "occurred_from", "code", "outcome", "searched"})

#: From so many years on, up to the next: the bands of data.police.uk's stop-and-search files.
_BANDS: Final = ((0, "under 10"), (10, "10-17"), (18, "18-24"), (25, "25-34"), (35, "over 34"))
_OLDEST: Final = 120
#: A narrower band says the year of birth, more or less [this project's choice].
_NARROWEST: Final = 5
_YEARS: Final = re.compile(r"(\d{1,3})(?:\.\d+)?")
_BAND: Final = re.compile(r"(\d{1,3}) ?(?:-|–|to) ?(\d{1,3})")
_OPEN: Final = re.compile(r"(under|over) \d{1,3}|\d{1,3} ?\+")


def age_band(text: str) -> str:
    """An age as a band: years become one, a band of five years or more stays, and anything else is unknown.

    A birth date or a year of birth is unknown too: it must not be kept.
    """
    bare = " ".join(text.casefold().split())
    if _OPEN.fullmatch(bare):
        return bare.replace(" +", "+")
    band = _BAND.fullmatch(bare)
    if band and int(band[2]) <= _OLDEST and int(band[2]) - int(band[1]) + 1 >= _NARROWEST:
        return f"{int(band[1])}-{int(band[2])}"
    years = band or _YEARS.fullmatch(bare)
    if years is None or int(years[1]) > _OLDEST:
        return ""
    return next(name for least, name in reversed(_BANDS) if int(years[1]) >= least)


def _prepared(fields: Fields) -> Fields:
    for cell in fields["id"].words:
        refuse_example(cell)
    return fields


OWN_STOPS: Final = Layout(
    name="beatdesk-stops",
    title="the desk's own layout of stops",
    kind="stop",
    columns=_COLUMNS,
    optional=frozenset(_COLUMNS) - _NEEDED,
    prepare=_prepared,
    clean={"code": str.upper, "searched": yes_or_no, "race": filled, "gender": filled, "age": age_band},
    notes=(words.STOPS_ONLY,),
)
