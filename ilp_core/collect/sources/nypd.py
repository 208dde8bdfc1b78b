"""New York: complaints (data set qgea-i56i and its current year) and shootings (833y-fsy8) of the NYPD.

Facts of the source (the data sets' column descriptions and the shared data notes): date and time stand in columns of
their own; the end of the window and the internal code ``PD_CD`` may be blank; sex crimes have no location, to protect
victims; the report has a day and no hour. Shootings have one row per victim; those of one incident share
``INCIDENT_KEY``. Traits of suspects, perpetrators and victims are in the files and are never read (G02). Boroughs are
larger than precincts and no neighbourhoods, so they are left out.
"""

from __future__ import annotations

from typing import Final

from ilp_core.collect.coded import joined
from ilp_core.collect.layout import Fields, Layout
from ilp_core.collect.sources.spelling import digits, filled, moment, squeezed, told, yes_or_no


def _number(text: str) -> str:
    return digits(filled(text), 0)


def _moment(date: str, time: str) -> str:
    return moment(filled(date), filled(time))


def _code(internal: str, key: str) -> str:
    """The internal code; where it is blank, the three-digit key code after ``KY``."""
    number = _number(internal)
    return number or (f"KY{_number(key)}" if _number(key) else "")


def _complaints(fields: Fields) -> Fields:
    for end in ("occurred_from", "occurred_to"):
        fields[end] = joined(fields[end], fields.pop(f"{end}_time"), join=_moment)
    fields["reported"] = fields["reported"].map(lambda text: moment(filled(text), ""))
    fields["code"] = joined(fields["code"], fields.pop("key_code"), join=_code)
    fields["description"] = joined(
        fields.pop("offence"),
        fields["description"],
        join=lambda offence, detail: told(squeezed(filled(offence)), squeezed(filled(detail))),
    )
    return fields


def _shootings(fields: Fields) -> Fields:
    fields["occurred_from"] = joined(fields["occurred_from"], fields.pop("time"), join=_moment)
    fields["code"] = fields["code"].map(
        lambda flag: "SHOOTING-MURDER" if yes_or_no(flag) == "yes" else "SHOOTING" if yes_or_no(flag) else ""
    )
    return fields


NYPD: Final = Layout(
    name="nypd",
    title="the NYPD's complaint data",
    zone="America/New_York",
    columns={
        "id": "CMPLNT_NUM",
        "occurred_from": "CMPLNT_FR_DT",
        "occurred_from_time": "CMPLNT_FR_TM",
        "occurred_to": "CMPLNT_TO_DT",
        "occurred_to_time": "CMPLNT_TO_TM",
        "reported": "RPT_DT",
        "key_code": "KY_CD",
        "offence": "OFNS_DESC",
        "code": "PD_CD",
        "description": "PD_DESC",
        "premise": "PREM_TYP_DESC",
        "district": "ADDR_PCT_CD",
        "lat": "Latitude",
        "lon": "Longitude",
    },
    prepare=_complaints,
    clean={"premise": filled, "district": _number},
    cannot_answer=("Blocks: this data names no street.",),
    notes=(
        "Sex crimes have no location here on purpose, to protect victims.",
        "The report has a day and no hour: it counts as known at the end of that day.",
    ),
)

NYPD_SHOOTINGS: Final = Layout(
    name="nypd-shootings",
    title="the NYPD's shooting incidents",
    source="nypd",
    family="nypd",
    zone="America/New_York",
    columns={
        "case": "INCIDENT_KEY",
        "occurred_from": "OCCUR_DATE",
        "time": "OCCUR_TIME",
        "district": "PRECINCT",
        "premise": "LOCATION_DESC",
        "code": "STATISTICAL_MURDER_FLAG",
        "lat": "Latitude",
        "lon": "Longitude",
    },
    prepare=_shootings,
    clean={"premise": filled, "district": _number},
    cannot_answer=("Incidents: this data has one row per victim, so its counts are victims.",),
)
