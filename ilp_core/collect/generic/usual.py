"""The usual answer to what a proposal leaves open, for a call that may not ask."""

from __future__ import annotations

from typing import Final

from ilp_core.collect.generic.understood import Question

#: Countries whose records write the month first; their zones stand under these names (IANA time zone database).
_MONTH_FIRST: Final = ("America/", "Pacific/Honolulu", "Pacific/Guam")


def usual_answer(question: Question, zone: str | None) -> str | None:
    """The value that ``--yes`` takes: for dates the order that is usual in the zone, for a column the first option,
    which is the likelier one. None where only a person can say: of several coordinate systems none is likelier, and
    a wrong one puts a town into another state."""
    if question.slot == "crs":
        return None
    if question.slot == "dates" and zone is not None:
        return "month_first" if zone.startswith(_MONTH_FIRST) else "day_first"
    if question.slot == "dates":
        return None
    return question.values[0] if question.values else None
