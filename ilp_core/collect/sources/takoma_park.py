"""Takoma Park, Maryland: traffic stops (for fairness checks only) and the traffic part of its calls for service.

Facts of the source (shared data notes): stops have a place in free text ("Maple And Lincoln") and no point; calls are
stops, parking and injury accidents only, with a row number in a column without a name; rows with one event number are
equal but for that number, so the event counts once.
"""

from __future__ import annotations

from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import filled, moment, squeezed

_MISSING: Final = "missing"


def _age(text: str) -> str:
    return "" if text.casefold() == _MISSING else filled(text)


def _stops(fields: Fields) -> Fields:
    fields["occurred_from"] = joined(fields["occurred_from"], fields.pop("time"), join=moment)
    return fields


def _calls(fields: Fields) -> Fields:
    # A call is known from the moment it is received.
    fields["reported"] = fields["occurred_from"]
    return fields


TAKOMA_STOPS: Final = Layout(
    name="takoma-stops",
    title="Takoma Park's traffic stops",
    kind="stop",
    zone="America/New_York",
    columns={
        "id": "stop.id",
        "occurred_from": "date",
        "time": "time",
        "code": "statute",
        "description": "description",
        "block": "location",
        "outcome": "outcome",
        "race": "race",
        "gender": "gender",
        "age": "age_range",
    },
    marks={"summary": True, "num_citations": True, "num_violations": True},
    prepare=_stops,
    clean={"block": squeezed, "race": filled, "gender": filled, "age": _age},
    cannot_answer=("Searches: this data does not say whether anybody was searched.",),
)

TAKOMA_CALLS: Final = Layout(
    name="takoma-calls",
    title="Takoma Park's traffic calls",
    kind="call",
    zone="America/New_York",
    columns={
        "id": "event.no.",
        "occurred_from": "received",
        "code": "type",
        "beat": "beat",
        "lat": "latitude",
        "lon": "longitude",
    },
    marks={"cr.report": True},
    prepare=_calls,
    cannot_answer=("Other calls: this data holds traffic calls only.",),
    notes=("The beat is the answering officer's, not always that of the place.",),
)
