"""Police stops in Minneapolis in 2017, as the R package carData publishes them. For fairness checks only.

Facts of the source (the package's help page and the shared data notes): ``date`` is an instant of UTC; race, gender
and searches are blank where the stop was not written in the car's terminal (``MDC`` is ``other``); ``preRace`` is
what the officer assumed before the stop, and is not read.
"""

from __future__ import annotations

import re
from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import filled, yes_or_no

_OFFSET: Final = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")


def _utc(text: str) -> str:
    bare = text.strip()
    return bare if not bare or _OFFSET.search(bare, 10) else f"{bare}Z"


def _either(person: str, vehicle: str) -> str:
    answers = {yes_or_no(person), yes_or_no(vehicle)}
    return "yes" if "yes" in answers else "no" if "no" in answers else ""


def _prepared(fields: Fields) -> Fields:
    fields["occurred_from"] = fields["occurred_from"].map(_utc)
    fields["searched"] = joined(fields["searched"], fields.pop("vehicle"), join=_either)
    fields["outcome"] = fields["outcome"].map(
        lambda text: {"yes": "citation", "no": "no citation"}.get(yes_or_no(text), "")
    )
    return fields


MINNEAPOLIS_STOPS: Final = Layout(
    name="minneapolis-stops",
    title="Minneapolis police stops as carData publishes them",
    kind="stop",
    zone="America/Chicago",
    columns={
        "id": "idNum",
        "occurred_from": "date",
        "code": "problem",
        "outcome": "citationIssued",
        "searched": "personSearch",
        "vehicle": "vehicleSearch",
        "race": "race",
        "gender": "gender",
        "district": "policePrecinct",
        "neighbourhood": "neighborhood",
        "lat": "lat",
        "lon": "long",
    },
    marks={"MDC": True, "preRace": True},
    prepare=_prepared,
    clean={"race": filled, "gender": filled},
    notes=("Race is what was written down after the stop; it is blank or unknown for one stop in three.",),
)
