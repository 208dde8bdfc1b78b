"""The desk's own layout, for agencies that can shape their export, and for the invented town of the demo.

Times are ISO 8601; without an offset they are local times of the load's zone. Codes are NIBRS codes. Blank
means unknown, also for ``domestic`` and ``officer_initiated``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.own_example import refuse_example

INCIDENTS_EXAMPLE: Final[Mapping[str, str]] = {
    "id": "EXAMPLE-1",
    "occurred_from": "2016-07-15T21:30:00",
    "occurred_to": "2016-07-15T23:10:00",
    "reported": "2016-07-16T07:05:00",
    "code": "23F",
    "description": "Theft from vehicle",
    "premise": "street",
    "block": "012XX ELM ST",
    "beat": "0835",
    "district": "008",
    "neighbourhood": "Elm Heights",
    "force": "Harrow Police",
    "lat": "41.7501",
    "lon": "-87.7201",
    "domestic": "false",
    "officer_initiated": "false",
}


def _prepared(fields: Fields) -> Fields:
    for cell in fields["id"].words:
        refuse_example(cell)
    return fields


OWN: Final = Layout(
    name="beatdesk",
    title="the desk's own layout",
    columns={name: name for name in INCIDENTS_EXAMPLE},
    optional=frozenset(
        {
            "occurred_to",
            "reported",
            "description",
            "premise",
            "block",
            "district",
            "neighbourhood",
            "force",
            "domestic",
            "officer_initiated",
        }
    ),
    prepare=_prepared,
    clean={"code": str.upper},
)
