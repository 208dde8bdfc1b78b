"""Who answers an officer's disagreement, and by when (doctrine S16): a named person, never the officer themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ilp_core.domain.local_knowledge import ANSWER_DAYS
from ilp_core.domain.officers import Officer, Role
from ilp_core.domain.places import AreaRef, area_key
from ilp_core.storage.settings import Settings

#: The agency's settings: a badge or a role, and days.
OWNER: Final = "disagreement_owner"
DAYS: Final = "disagreement_days"
#: Roles that may own one: who leads, analyses or commands.
MAY_OWN: Final[tuple[Role, ...]] = ("supervisor", "analyst", "command", "admin")


async def owner_setting(settings: Settings) -> str | None:
    """The badge or role that answers for the whole agency, None where duty decides."""
    return await settings.get(OWNER)


async def due_after(settings: Settings, at: datetime) -> datetime:
    """When an answer to a disagreement of ``at`` is due."""
    return at + timedelta(days=int(await settings.get(DAYS) or ANSWER_DAYS))


def owner_of(asker: Officer, areas: Sequence[AreaRef], officers: Sequence[Officer], chosen: str | None) -> str:
    """The badge of who answers ``asker``; the role ``admin`` where nobody of the agency can.

    ``areas`` are the asker's own, the nearest first, such as beat, district and unit. ``chosen`` is the agency's
    setting. Else the supervisor of the nearest area answers, of the asker's own shift where there are several; else
    an analyst, else an admin.
    """
    able = sorted(
        (each for each in officers if not each.disabled and each.badge != asker.badge),
        key=lambda each: (_distance(each, areas), each.shift != asker.shift, each.badge),
    )
    if chosen in {each.badge for each in able}:
        return str(chosen)
    near = [each for each in able if each.role == "supervisor" and _distance(each, areas) < len(areas)]
    by_role = {role: [each for each in able if each.role == role] for role in MAY_OWN}
    for candidates in (by_role.get(_role(chosen), []), near, by_role["analyst"], by_role["admin"]):
        if candidates:
            return candidates[0].badge
    return "admin"


def _role(chosen: str | None) -> Role:
    """The role that the setting names; ``officer``, who never owns one, where it names none."""
    return next((role for role in MAY_OWN if role == chosen), "officer")


def _distance(officer: Officer, areas: Sequence[AreaRef]) -> int:
    """How far down the asker's areas the officer's own one stands; their number where it is none of them."""
    if officer.area is None:
        return len(areas)
    own = (officer.area.kind, area_key(officer.area.code))
    keys = [(each.kind, area_key(each.code)) for each in areas]
    return keys.index(own) if own in keys else len(areas)
