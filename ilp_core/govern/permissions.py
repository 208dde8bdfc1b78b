"""Who may ask or do what: one table, role by intent. What is not in it is denied."""

from __future__ import annotations

from typing import Final

from ilp_core.domain.officers import ROLES, Role
from ilp_core.domain.questions import Intent

_EVERYONE: Final = frozenset(ROLES)
#: A partner may file concerns and see what became of their own, and nothing else (doctrine S9).
_SWORN: Final = _EVERYONE - {"partner"}
_LEAD: Final[frozenset[Role]] = frozenset({"supervisor", "admin"})

#: Who plans and checks: they assign, schedule, edit briefings and see who has acknowledged (interfaces.md).
_SUPERVISES: Final[frozenset[Role]] = frozenset({"supervisor", "command", "admin"})
#: Who grades what officers send; never the submitter, which the review itself checks (guard-rail G22).
_REVIEWS: Final[frozenset[Role]] = frozenset({"supervisor", "analyst", "admin"})
#: Whose hand pins, suppresses and corrects (doctrine, issue of the analyst's hand).
_ANALYSES: Final[frozenset[Role]] = frozenset({"analyst", "supervisor", "admin"})
#: What a member of the agency asks and does on a shift.
_OF_THE_SWORN: Final[tuple[Intent, ...]] = (
    "hotspots", "why", "map", "more", "priorities", "patterns", "trend", "place", "tried", "briefing", "tasks",
    "community", "evaluate", "train", "tip", "tip_amend", "tip_status", "checkin", "checkout",
    "skip", "disagree", "ack", "watch", "shift_log",
)  # fmt: skip

#: Intent -> the roles that may. Dialogue and safety are for everyone who is enrolled.
PERMISSIONS: Final[dict[Intent, frozenset[Role]]] = {
    **dict.fromkeys(_OF_THE_SWORN, _SWORN),
    "concern": _EVERYONE,
    "define": _EVERYONE,
    "what_if": _EVERYONE,
    "ack_status": _SUPERVISES,
    "assign": _SUPERVISES,
    "schedule": _SUPERVISES,
    "edit_briefing": _SUPERVISES,
    "review": _REVIEWS,
    "annotate": _ANALYSES,
    "privacy": _EVERYONE,
    "help": _EVERYONE,
    "cancel": _EVERYONE,
    "smalltalk": _EVERYONE,
    "unknown": _EVERYONE,
    "refuse": _EVERYONE,
    "emergency": _EVERYONE,
    "welfare": _EVERYONE,
    "admin": _LEAD,
}


def may(role: Role, intent: Intent) -> bool:
    """True where ``role`` may use ``intent``."""
    return role in PERMISSIONS.get(intent, frozenset())


def who_may(intent: Intent) -> tuple[Role, ...]:
    """The roles that may use ``intent``, in the order of the roles."""
    return tuple(role for role in ROLES if role in PERMISSIONS.get(intent, frozenset()))
