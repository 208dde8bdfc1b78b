"""What the time words of one message said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from ilp_core.domain.questions import Compare, Weekday
from ilp_core.domain.windows import Hours, TimeWindow


@dataclass(frozen=True, slots=True)
class Reading:
    """What the time words said; None or empty where they said nothing.

    ``advice`` are the coming or running hours, never before now; ``evidence`` is over at the moment of the question
    and ``window`` is its name. ``hours``, ``weekdays`` and ``compare`` limit and compare it. ``shift`` names the
    shift that ``advice`` or ``hours`` come from. ``so_far`` is the part of ``advice``'s shift that is over, for
    counts. ``instant`` is a single moment ("approx 2am"): the last such one before now, or the first coming one
    beside words for coming time. ``choices`` are phrases, each read one way only, where the words can be read in
    several; nothing was chosen then. ``unclear`` are words that look like time and could not be read.
    """

    advice: TimeWindow | None = None
    evidence: TimeWindow | None = None
    window: str | None = None
    hours: Hours | None = None
    weekdays: tuple[Weekday, ...] | None = None
    shift: str | None = None
    compare: Compare | None = None
    instant: datetime | None = None
    so_far: TimeWindow | None = None
    choices: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True where no time word was read."""
        return all(getattr(self, field.name) in (None, ()) for field in fields(self) if field.name != "unclear")
