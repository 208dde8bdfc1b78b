"""A question as plain JSON data and back, for receipts and for the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Question
from ilp_core.domain.windows import Hours, TimeWindow


def to_data(question: Question) -> dict[str, Any]:
    """``question`` as JSON data, without what only the asking needed (clarify, inherits)."""
    return {
        "intent": question.intent,
        "offences": list(question.offences) if question.offences else None,
        "area": [question.area.kind, question.area.code] if question.area else None,
        "place": _place(question.place),
        "advice": _window(question.advice),
        "evidence": _window(question.evidence),
        "window": question.window,
        "hours": [question.hours.start, question.hours.end, question.hours.open] if question.hours else None,
        "weekdays": list(question.weekdays) if question.weekdays else None,
        "shift": question.shift,
        "weighting": question.weighting,
        "named_window": question.named_window,
        # Written where it is asked for, so that receipts of other questions stay as they were.
        **({"compare": question.compare} if question.compare else {}),
    }


def from_data(data: Mapping[str, Any]) -> Question:
    """The question that ``to_data`` wrote."""
    return Question(
        data["intent"],
        offences=tuple(data["offences"]) if data["offences"] else None,
        area=AreaRef(*data["area"]) if data["area"] else None,
        place=Place(*data["place"]) if data["place"] else None,
        advice=_read_window(data["advice"]),
        evidence=_read_window(data["evidence"]),
        window=data["window"],
        hours=Hours(*data["hours"]) if data["hours"] else None,
        weekdays=tuple(data["weekdays"]) if data["weekdays"] else None,
        shift=data["shift"],
        weighting=data["weighting"],
        named_window=data["named_window"],
        compare=data.get("compare"),
    )


def _place(place: Place | None) -> list[object] | None:
    """The place's fields; the last, its street, only where it is one."""
    if place is None:
        return None
    return [place.label, place.lat, place.lon, place.radius_m, *([place.street] if place.street else [])]


def _window(window: TimeWindow | None) -> list[str] | None:
    return [window.start.isoformat(), window.end.isoformat()] if window else None


def _read_window(data: list[str] | None) -> TimeWindow | None:
    return TimeWindow(*(datetime.fromisoformat(text) for text in data)) if data else None
