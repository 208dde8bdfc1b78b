"""Which language an officer is answered in: their own, else the agency's, else English."""

from __future__ import annotations

from ilp_core.domain.officers import Officer
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words.speech import ENGLISH, languages


def language_of(officer: Officer | None, agency: str = ENGLISH) -> str:
    """The code of the language for ``officer``, or for None the ``agency``'s; English where it has no catalogue."""
    wanted = (officer.language if officer else None) or agency
    return wanted if wanted in languages() else ENGLISH


async def language_in(uow: UnitOfWork, chat_id: int, agency: str = ENGLISH) -> str:
    """The same for whoever is enrolled in a chat."""
    enrolment = await uow.chats.get(chat_id)
    return language_of(await uow.officers.get(enrolment.badge) if enrolment else None, agency)
