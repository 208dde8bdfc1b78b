"""A reply as the one JSON object of the assistant's contract: every key always present."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ilp_core.assistant.messages import Reply
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Question


def as_json(reply: Reply, line_id: object = None) -> dict[str, Any]:
    """The contract's keys, in its order; ``line_id`` is copied from a batch line."""
    question = reply.question
    return {
        "id": line_id,
        "intent": question.intent,
        "offences": list(question.offences) if question.offences else None,
        "area": _area(question.area),
        "place": _place(question.place),
        "for_from": _moment(question.advice.start) if question.advice else None,
        "for_to": _moment(question.advice.end) if question.advice else None,
        "from": _moment(question.evidence.start) if question.evidence else None,
        "to": _moment(question.evidence.end) if question.evidence else None,
        "window": question.window,
        "hours": str(question.hours) if question.hours else None,
        "weekdays": list(question.weekdays) if question.weekdays else None,
        "compare": question.compare,
        "item": question.item,
        "ref": question.ref,
        "inherits": question.inherits,
        "clarify": _clarify(question),
        "refusal": question.refusal,
        "text": reply.answer.text,
        "receipt": reply.answer.receipt,
        "ms": round(reply.ms, 1),
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat()


def _area(area: AreaRef | None) -> dict[str, str] | None:
    return {"kind": area.kind, "code": area.code} if area else None


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"label": place.label, "lat": place.lat, "lon": place.lon, "radius_m": place.radius_m}


def _clarify(question: Question) -> dict[str, Any] | None:
    clarify = question.clarify
    return {"slot": clarify.slot, "options": list(clarify.options)} if clarify else None
