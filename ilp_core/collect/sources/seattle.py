"""Seattle's calls for service (data set 33kz-ixgy) of the Seattle Police Department.

Facts of the source (the data set's description and the shared data notes): one row per event of the dispatch system,
queued at a known second; points are blurred, and -1 or 0 stands for none; ``Call Type`` says who began the event. The
arrival is blank or of 1900 where nobody arrived, and is no end of what happened: it is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import rows_where, squeezed

#: Call types of events that the police began themselves.
_OWN: Final = ("ONVIEW", "PROACTIVE (OFFICER INITIATED)", "SCHEDULED EVENT (RECURRING)")
#: What stands where an event has no type, priority, beat or point.
_NONE: Final = frozenset({"", "-", "-1", "-1.0", "UNKNOWN", "NULL"})
_ZERO: Final = frozenset({"0", "0.0"})


def _known(text: str) -> str:
    return "" if text.strip().upper() in _NONE else squeezed(text)


def _begun(call_type: str) -> str:
    """Whether an officer began the event; blank where the source does not say."""
    kind = _known(call_type).upper()
    return "" if not kind else "true" if kind in _OWN else "false"


def _prepared(fields: Fields) -> Fields:
    # A call is known from the moment it is queued.
    fields["reported"] = fields["occurred_from"]
    fields["officer_initiated"] = fields.pop("call_type").map(_begun)
    fields["code"] = joined(
        fields["code"], fields["description"], join=lambda final, initial: _known(final) or _known(initial)
    )
    for name in ("lat", "lon"):
        fields[name] = fields[name].map(_known)
    return fields


def _odd(fields: Fields) -> Mapping[str, int]:
    return {
        "calls without a point": rows_where(fields["lat"], lambda text: not _known(text) or text.strip() in _ZERO)
    }


SEATTLE: Final = Layout(
    name="seattle",
    title="Seattle's calls for service",
    kind="call",
    zone="America/Los_Angeles",
    columns={
        "id": "CAD Event Number",
        "occurred_from": "Original Time Queued",
        "call_type": "Call Type",
        "priority": "Priority",
        "description": "Initial Call Type",
        "code": "Final Call Type",
        "outcome": "Event Clearance Description",
        "district": "Precinct",
        "beat": "Beat",
        "lat": "Blurred_Latitude",
        "lon": "Blurred_Longitude",
    },
    prepare=_prepared,
    odd=_odd,
    clean={"description": squeezed, "priority": _known, "district": _known, "beat": _known},
    cannot_answer=("Blocks: points are blurred, and this data names no street.",),
)
