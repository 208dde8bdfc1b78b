"""On duty: whose unit, which shift, and the clock of a past answer's moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ilp_core.analyse.hotspots import parent_of
from ilp_core.assistant.view import View
from ilp_core.assistant.when import Clock
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.domain.questions import Question
from ilp_core.domain.receipts import Receipt
from ilp_core.domain.shifts import Shift, instant
from ilp_core.domain.windows import Hours
from ilp_core.storage.units import Unit


def unit_of(officer: Officer, units: Sequence[Unit], view: View) -> Unit | None:
    """The unit of the officer's own area, else that of the district their beat lies in, else None."""
    if officer.area is None or not units:
        return None
    own = view.atlas.canonical(officer.area)
    district = parent_of(view.ground.city, own.code) if own.kind == "beat" else None
    areas = (own, AreaRef("district", district)) if district else (own,)
    by_area = {view.atlas.canonical(unit.area): unit for unit in units if unit.area}
    return next((by_area[area] for area in areas if area in by_area), None)


def clock_then(receipt: Receipt, asked: Question, clock: Clock) -> Clock:
    """The clock of the receipt's moment, with its shift's hours as they were, whoever asks why."""
    hours = receipt.question.get("evidence_hours")
    then = replace(clock, at=instant(receipt.at, clock.zone))
    return replace(then, shifts=(Shift(asked.shift, Hours(*hours)),)) if hours and asked.shift else then


def shift_key(clock: Clock) -> str:
    """Names the caller's running shift, or the day off duty: the span in which a caution is told in full once."""
    running = clock.running
    if running is None:
        return clock.at.astimezone(clock.zone).date().isoformat()
    shift, window = running
    return f"{shift.name} {window.start.isoformat()}"
