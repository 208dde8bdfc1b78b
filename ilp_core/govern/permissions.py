"""Who may ask or do what: one table, role by intent. What is not in it is denied."""

from __future__ import annotations

from typing import Final

from ilp_core.domain.officers import ROLES, Role
from ilp_core.domain.questions import Intent

_EVERYONE: Final = frozenset(ROLES)
#: A partner may file concerns and see what became of their own, and nothing else (doctrine S9).
_SWORN: Final = _EVERYONE - {"partner"}
_LEAD: Final[frozenset[Role]] = frozenset({"supervisor", "admin"})

#: Intent -> the roles that may. Dialogue and safety are for everyone who is enrolled.
PERMISSIONS: Final[dict[Intent, frozenset[Role]]] = {
    "hotspots": _SWORN,
    "why": _SWORN,
    "map": _SWORN,
    "more": _SWORN,
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
