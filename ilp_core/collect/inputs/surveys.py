"""Survey waves, as aggregates: one row per wave, area and item, never one per respondent (doctrine 3.12, S21)."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Final, cast

from ilp_core.collect.inputs.privacy import personal
from ilp_core.collect.inputs.reading import InputLayout, Row, RowRejected
from ilp_core.domain.inputs import CONSTRUCTS, FEWEST_ANSWERS, SurveyResult
from ilp_core.words import inputs as words

#: The normal distribution's 97.5 % point: half the width of a 95 % interval in standard errors.
_Z: Final = 1.96

#: Columns that only a table of respondents has, in the form in which spellings are compared.
_IDENTITY: Final = frozenset(
    {
        "address", "age", "birth_date", "birthdate", "birthday", "dob", "email", "ethnicity", "first_name",
        "full_name", "gender", "ip", "last_name", "mail", "mobile", "name", "phone", "phone_number", "postcode",
        "race", "sex", "surname", "telephone", "zip", "zip_code",
    }
)  # fmt: skip
#: Words that tell a table of respondents wherever they stand in a column's name.
_IDENTITY_WORDS: Final = frozenset(
    {"respondent", "respondents", "participant", "participants", "interviewee", "email", "dob", "surname"}
)


def _read(row: Row) -> SurveyResult:
    n = row.count("n")
    if n < FEWEST_ANSWERS:
        raise RowRejected(words.FEW)
    day_from, day_to = row.day("date_from"), row.day("date_to")
    if day_to < day_from:
        raise RowRejected(words.BACKWARDS)
    mean, low, high = (_number(row, column) for column in ("mean", "scale_min", "scale_max"))
    if high <= low:
        raise RowRejected(words.NO_SCALE)
    if not low <= mean <= high:
        raise RowRejected(words.OFF_SCALE)
    result = SurveyResult(
        wave=row.needed("wave"),
        day_from=day_from,
        day_to=day_to,
        area=_area(row),
        item=row.needed("item"),
        construct=row.choice("construct", CONSTRUCTS, {}),
        n=n,
        mean=mean,
        margin=_margin(row, n, high - low),
        scale_min=low,
        scale_max=high,
    )
    for text in (result.wave, result.item, result.area if " " in result.area else ""):
        if reason := personal(text, numbered=True):
            raise RowRejected(reason)
    return result


def _area(row: Row) -> str:
    area = row.area("area")
    return "" if area.casefold() == "all" else area


def _number(row: Row, column: str) -> float:
    number = row.number(column)
    if number is None:
        raise RowRejected(words.NOTHING.format(column=column))
    return number


def _margin(row: Row, n: int, span: float) -> float:
    """The margin as given, else that of a simple random sample with the deviation given."""
    margin, deviation = row.number("margin"), row.number("sd")
    if margin is None and deviation is None:
        raise RowRejected(words.NO_MARGIN)
    column, given = ("margin", margin) if margin is not None else ("sd", deviation)
    if given is None or not 0 <= given <= span:
        raise RowRejected(words.ODD.format(column=column))
    return given if column == "margin" else round(_Z * given / math.sqrt(n), 6)


def _unfit(file: str, header: Sequence[str]) -> str | None:
    for name in header:
        bare = name.replace("-", "").replace(".", "_")
        if bare in _IDENTITY or _IDENTITY_WORDS & set(bare.split("_")):
            return words.IDENTITY.format(file=file, column=name)
    # A file without these is no survey at all, which the missing columns then say.
    if {"wave", "item"} <= set(header) and "margin" not in header and "sd" not in header:
        return words.NEITHER.format(file=file)
    return None


def _key(row: SurveyResult) -> str:
    return json.dumps([part.casefold() for part in (row.wave, row.area, row.item)], ensure_ascii=False)


SURVEYS: Final = InputLayout(
    kind="survey",
    title="surveys",
    columns=(
        "wave", "date_from", "date_to", "area", "item", "construct", "n", "mean", "margin", "sd", "scale_min",
        "scale_max",
    ),
    optional=frozenset({"margin", "sd"}),
    dates=("date_from", "date_to"),
    example={
        "wave": "EXAMPLE-1",
        "date_from": "2016-04-01",
        "date_to": "2016-04-30",
        "area": "district:008",
        "item": "Officers in my area treat people fairly",
        "construct": "fair treatment",
        "n": "412",
        "mean": "3.4",
        "margin": "0.1",
        "sd": "",
        "scale_min": "1",
        "scale_max": "5",
    },
    read=_read,
    key=lambda row: _key(cast(SurveyResult, row)),
    unfit=_unfit,
    remarks=lambda _rows: (words.RECODED,),
)  # fmt: skip
