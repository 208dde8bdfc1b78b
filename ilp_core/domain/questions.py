"""The one typed question that every front end asks (assistant contract)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.windows import Hours, TimeWindow

Intent = Literal[
    "hotspots", "why", "priorities", "patterns", "trend", "place", "tried", "briefing", "tasks", "community",
    "evaluate", "what_if", "define", "train", "privacy", "tip", "tip_amend", "tip_status", "checkin", "checkout",
    "skip", "concern", "disagree", "ack", "ack_status", "assign", "schedule", "edit_briefing", "review", "annotate",
    "watch", "shift_log", "admin", "more", "map", "cancel", "smalltalk", "help", "unknown", "emergency", "welfare",
    "refuse",
]  # fmt: skip
INTENTS: Final[tuple[Intent, ...]] = get_args(Intent)

Refusal = Literal[
    "person_prediction", "person_lookup", "plate_check", "protected_trait", "protected_activity",
    "source_identity", "covert_source", "misuse", "override", "not_permitted",
]  # fmt: skip

REFUSALS: Final[tuple[Refusal, ...]] = get_args(Refusal)

Compare = Literal["previous_period", "previous_year"]
Weighting = Literal["harm", "count"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)


@dataclass(frozen=True, slots=True)
class Clarify:
    """What the desk asks back instead of guessing: the missing slot and the answers to choose from."""

    slot: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What one message was understood to ask. See assistant/contract.md for the meaning of every field.

    ``advice`` holds for_from and for_to, ``evidence`` from and to; ``window`` is the label shown to the officer.
    ``shift`` names the shift whose hours the advice is for; its hours limit the evidence of hotspots.
    """

    intent: Intent
    offences: tuple[str, ...] | None = None
    area: AreaRef | None = None
    place: Place | None = None
    advice: TimeWindow | None = None
    evidence: TimeWindow | None = None
    window: str | None = None
    hours: Hours | None = None
    weekdays: tuple[Weekday, ...] | None = None
    compare: Compare | None = None
    item: int | None = None
    ref: str | None = None
    inherits: bool = False
    clarify: Clarify | None = None
    refusal: Refusal | None = None
    shift: str | None = None
    weighting: Weighting = "harm"
    named_window: bool = False
    """True where the words named an evidence window themselves ("yesterday"), False for the method's own."""
