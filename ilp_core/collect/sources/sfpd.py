"""San Francisco: incident reports of the SFPD, up to 2018 (data set tmnf-yvry) and since (wg3w-h783).

Facts of the source (the data sets' own descriptions and the shared data notes): before 2018 there is one row per
offence, ``PdId`` is the incident's number and the five digits of the offence's code, and a point at the north pole is
"unknown". Since 2018 a row is an offence of a report, and supplements repeat an incident. Its key is ``Incident ID``
followed by the five digits of ``Incident Code``, because subsets of the columns come without ``Row ID``: so a subset
and the whole file hold the same records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ilp_core.collect.coded import constant, joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import digits, moment, rows_where, squeezed, told, whole

_CODE_DIGITS: Final = 5
_OUTSIDE: Final = "out of sf"


def _district(text: str) -> str:
    """A police district; ``Out of SF`` is none."""
    return "" if text.casefold() == _OUTSIDE else text


def _legacy(fields: Fields) -> Fields:
    number = fields["id"].map(lambda text: digits(text, 0))
    # Numbers of the two data sets must never meet: they are keys of one source.
    fields["id"] = number.map(lambda text: f"L{text}" if text else "")
    fields["code"] = number.map(lambda text: text[-_CODE_DIGITS:] if len(text) > _CODE_DIGITS else "")
    fields["occurred_from"] = joined(fields["occurred_from"], fields.pop("time"), join=moment)
    fields["description"] = joined(fields.pop("category"), fields["description"], join=told)
    return fields


def _present(fields: Fields) -> Fields:
    fields["code"] = fields["code"].map(_code)
    incident = fields.pop("incident").map(lambda text: digits(text, 0))
    fields["id"] = joined(incident, fields["code"], join=lambda number, code: f"{number}{code}" if number else "")
    fields["occurred_from"] = joined(fields["occurred_from"], fields.pop("time"), join=moment)
    if "reported" in fields:
        fields["reported"] = fields["reported"].map(whole)
    blank = constant("", len(incident))
    fields["description"] = joined(fields.pop("category"), fields.get("description", blank), join=told)
    fields.pop("report", None)
    return fields


def _code(text: str) -> str:
    return digits(text, _CODE_DIGITS)


def _odd(fields: Fields) -> Mapping[str, int]:
    return {
        "rows that are supplements to an earlier report": rows_where(
            fields.get("report"), lambda text: "supplement" in text.casefold()
        ),
        "rows outside San Francisco": rows_where(
            fields.get("district"), lambda text: text.strip().casefold() == _OUTSIDE
        ),
    }


SFPD_LEGACY: Final = Layout(
    name="sfpd-legacy",
    title="the SFPD's incidents up to 2018",
    source="sfpd",
    family="sfpd",
    zone="America/Los_Angeles",
    columns={
        "id": "PdId",
        "case": "IncidntNum",
        "category": "Category",
        "description": "Descript",
        "occurred_from": "Date",
        "time": "Time",
        "district": "PdDistrict",
        "block": "Address",
        "lat": "Y",
        "lon": "X",
    },
    prepare=_legacy,
    clean={"block": squeezed, "district": _district},
    null_points=((90.0, -120.5),),
    notes=("This data has one row per offence: an incident with several offences has several rows.",),
)

SFPD: Final = Layout(
    name="sfpd",
    title="the SFPD's incidents since 2018",
    zone="America/Los_Angeles",
    columns={
        "incident": "Incident ID",
        "case": "Incident Number",
        "occurred_from": "Incident Date",
        "time": "Incident Time",
        "reported": "Report Datetime",
        "report": "Report Type Description",
        "code": "Incident Code",
        "category": "Incident Category",
        "description": "Incident Description",
        "block": "Intersection",
        "district": "Police District",
        "neighbourhood": "Analysis Neighborhood",
        "lat": "Latitude",
        "lon": "Longitude",
    },
    optional=frozenset({"case", "reported", "report", "description", "block", "lat", "lon"}),
    prepare=_present,
    odd=_odd,
    clean={"block": squeezed, "district": _district},
    notes=("Supplements repeat an incident under another number of their own: both rows are counted.",),
)
