"""The desk's own layout for calls for service, for agencies that can shape their export.

Times are ISO 8601; without an offset they are local times of the load's zone. ``type`` is the dispatcher's code.
A call is known from the moment it is received. Blank means unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.own_example import refuse_example

CALLS_EXAMPLE: Final[Mapping[str, str]] = {
    "id": "EXAMPLE-1",
    "received": "2016-07-15T21:30:00",
    "cleared": "2016-07-15T22:05:00",
    "type": "DISTURB",
    "description": "Disturbance",
    "priority": "2",
    "beat": "0835",
    "district": "008",
    "neighbourhood": "Elm Heights",
    "block": "012XX ELM ST",
    "premise": "street",
    "lat": "41.7501",
    "lon": "-87.7201",
    "officer_initiated": "false",
    "domestic": "false",
    "outcome": "no report",
}
_RENAMED: Final = {"received": "occurred_from", "cleared": "occurred_to", "type": "code"}
_COLUMNS: Final = {_RENAMED.get(name, name): name for name in CALLS_EXAMPLE}
#: Enough of them that no other file with an id and a type is taken for calls; their cells may be blank but for three.
_NEEDED: Final = frozenset({"id", "occurred_from", "code", "priority", "lat", "lon"})


def _prepared(fields: Fields) -> Fields:
    for cell in fields["id"].words:
        refuse_example(cell)
    fields["reported"] = fields["occurred_from"]
    return fields


OWN_CALLS: Final = Layout(
    name="beatdesk-calls",
    title="the desk's own layout of calls",
    kind="call",
    columns=_COLUMNS,
    optional=frozenset(_COLUMNS) - _NEEDED,
    prepare=_prepared,
    clean={"code": str.upper},
)
