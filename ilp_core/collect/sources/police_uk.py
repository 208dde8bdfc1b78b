"""data.police.uk: street-level crime and stop-and-search, one CSV per force and month.

Facts of the source (data.police.uk/about and the shared data notes): crimes carry a month and nothing finer, and a
point that stands for several streets ("On or near ..."); anti-social behaviour has no ``Crime ID`` and equal rows are
real events. Stops carry a time with an offset of zero, also in summer, and no key and no force.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import rows_where, squeezed, told, yes_or_no

_NO_LOCATION: Final = "no location"


def _place(text: str) -> str:
    """The publisher's own words, such as ``On or near Swithen Hill``; blank where they name nothing."""
    name = squeezed(text)
    return "" if name.casefold() in {_NO_LOCATION, "on or near", ""} else name


def _odd_crimes(fields: Fields) -> Mapping[str, int]:
    return {"rows without a Crime ID": rows_where(fields.get("id"), lambda text: not text.strip())}


def _stops(fields: Fields) -> Fields:
    fields["description"] = joined(fields["description"], fields.pop("law"), join=told)
    fields["searched"] = fields["searched"].map(yes_or_no)
    return fields


POLICE_UK: Final = Layout(
    name="police-uk",
    title="a street file of data.police.uk",
    zone="Europe/London",
    month_only=True,
    monthly=True,
    group="force",
    columns={
        "id": "Crime ID",
        "occurred_from": "Month",
        "force": "Falls within",
        "code": "Crime type",
        "block": "Location",
        "neighbourhood": "LSOA code",
        "lat": "Latitude",
        "lon": "Longitude",
    },
    marks={"Reported by": True, "Outcome type": False},
    odd=_odd_crimes,
    clean={"block": _place, "code": squeezed},
    cannot_answer=("Exact places: points are snapped to a street or a landmark that stands for several.",),
    notes=("Equal rows of anti-social behaviour are events of their own: none was dropped.",),
)

POLICE_UK_STOPS: Final = Layout(
    name="police-uk-stops",
    title="a stop-and-search file of data.police.uk",
    family="police-uk",
    kind="stop",
    zone="Europe/London",
    monthly=True,
    columns={
        "occurred_from": "Date",
        "code": "Type",
        "description": "Object of search",
        "law": "Legislation",
        "outcome": "Outcome",
        "searched": "Removal of more than just outer clothing",
        "race": "Officer-defined ethnicity",
        "gender": "Gender",
        "age": "Age range",
        "lat": "Latitude",
        "lon": "Longitude",
    },
    prepare=_stops,
    cannot_answer=("Forces: the file does not name its force, so import the stops of one force only.",),
    notes=(
        "Every row is a search: 'searched' says whether more than outer clothing was removed.",
        "Race is the ethnicity that the officer put down.",
    ),
)
