"""Officers, the chats they enrolled and the invitations that tie the two."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.officers import Enrolment, Invite, Officer, Role
from ilp_core.domain.places import AreaKind, AreaRef
from ilp_core.storage.tables import chat, invite, officer


class Officers:
    """Members of the agency by badge."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, badge: str) -> Officer | None:
        """The officer with that badge, disabled ones included, or None."""
        row = (await self._connection.execute(select(officer).where(officer.c.badge == badge))).first()
        return _officer(row) if row else None

    async def add(self, new: Officer, created_at: datetime) -> None:
        """Keep a new officer. Raises sqlalchemy's IntegrityError where the badge is taken: ask ``get`` first."""
        disabled_at = created_at if new.disabled else None
        await self._connection.execute(
            officer.insert().values(badge=new.badge, created_at=created_at, disabled_at=disabled_at, **_duty(new))
        )

    async def update(self, changed: Officer) -> bool:
        """Replace role, area, shift and language; False where there is no such badge. Disabling has its own verb."""
        result = await self._connection.execute(
            update(officer).where(officer.c.badge == changed.badge).values(**_duty(changed))
        )
        return result.rowcount == 1

    async def disable(self, badge: str, reason: str, at: datetime) -> bool:
        """Stop answering the officer; False where there is no such badge or it was disabled before."""
        result = await self._connection.execute(
            update(officer)
            .where(officer.c.badge == badge, officer.c.disabled_at.is_(None))
            .values(disabled_at=at, disabled_reason=reason)
        )
        return result.rowcount == 1

    async def enable(self, badge: str) -> bool:
        """Let a disabled officer ask again; False where there is no such badge or it is not disabled."""
        result = await self._connection.execute(
            update(officer)
            .where(officer.c.badge == badge, officer.c.disabled_at.is_not(None))
            .values(disabled_at=None, disabled_reason=None)
        )
        return result.rowcount == 1

    async def speak(self, badge: str, language: str | None) -> bool:
        """Answer the officer in ``language``, or in the agency's; False where there is no such badge."""
        result = await self._connection.execute(
            update(officer).where(officer.c.badge == badge).values(language=language)
        )
        return result.rowcount == 1

    async def all(self) -> list[Officer]:
        """Every officer, disabled ones included, in order of badge."""
        return [_officer(row) for row in await self._connection.execute(select(officer).order_by(officer.c.badge))]


def _duty(who: Officer) -> dict[str, Any]:
    return {
        "role": who.role,
        "area_kind": who.area.kind if who.area else None,
        "area_code": who.area.code if who.area else None,
        "shift": who.shift,
        "language": who.language,
    }


def _officer(row: Row[Any]) -> Officer:
    area = AreaRef(cast(AreaKind, row.area_kind), row.area_code) if row.area_kind else None
    return Officer(row.badge, cast(Role, row.role), area, row.shift, row.disabled_at is not None, row.language)


class Chats:
    """Which chat belongs to which badge: at most one chat per badge and one badge per chat."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, chat_id: int) -> Enrolment | None:
        """The enrolment of that chat, or None."""
        row = (await self._connection.execute(select(chat).where(chat.c.chat_id == chat_id))).first()
        return _enrolment(row) if row else None

    async def of_badge(self, badge: str) -> Enrolment | None:
        """The enrolment of that badge, or None."""
        row = (await self._connection.execute(select(chat).where(chat.c.badge == badge))).first()
        return _enrolment(row) if row else None

    async def enrol(self, chat_id: int, badge: str, at: datetime) -> Enrolment:
        """Tie ``chat_id`` to ``badge``. The badge's older chat and the chat's older badge are let go."""
        await self._connection.execute(delete(chat).where(or_(chat.c.chat_id == chat_id, chat.c.badge == badge)))
        await self._connection.execute(chat.insert().values(chat_id=chat_id, badge=badge, enrolled_at=at))
        return Enrolment(chat_id, badge, at)

    async def accept_banner(self, chat_id: int, version: int, at: datetime) -> None:
        """Note that the use banner of that version was accepted in the chat (guard-rail G41)."""
        await self._connection.execute(
            update(chat).where(chat.c.chat_id == chat_id).values(banner=version, banner_at=at)
        )

    async def block(self, chat_id: int, at: datetime) -> bool:
        """Note that nothing can be sent to the chat; False where that was known, or the chat is nobody's."""
        open_chat = update(chat).where(chat.c.chat_id == chat_id, chat.c.blocked_at.is_(None))
        return (await self._connection.execute(open_chat.values(blocked_at=at))).rowcount == 1

    async def unblock(self, chat_id: int) -> bool:
        """Note that the chat can be written to again; True where that was not so."""
        blocked = update(chat).where(chat.c.chat_id == chat_id, chat.c.blocked_at.is_not(None))
        return (await self._connection.execute(blocked.values(blocked_at=None))).rowcount == 1

    async def blocked(self) -> list[Enrolment]:
        """The chats to which nothing can be sent, in order of badge."""
        wanted = select(chat).where(chat.c.blocked_at.is_not(None)).order_by(chat.c.badge)
        return [_enrolment(row) for row in await self._connection.execute(wanted)]

    async def caution(self, chat_id: int, shift_key: str) -> None:
        """Note the shift in which the chat was last told the full stop-and-search sentence."""
        await self._connection.execute(update(chat).where(chat.c.chat_id == chat_id).values(cautioned=shift_key))


def _enrolment(row: Row[Any]) -> Enrolment:
    return Enrolment(
        row.chat_id, row.badge, row.enrolled_at, row.banner, row.cautioned, blocked=row.blocked_at is not None
    )


class Invites:
    """Single-use invitations, by the hash of their code."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: Invite) -> None:
        """Keep a new invitation."""
        await self._connection.execute(
            invite.insert().values(
                code_hash=new.code_hash,
                badge=new.badge,
                issued_by=new.issued_by,
                issued_at=new.issued_at,
                expires_at=new.expires_at,
                used_at=new.used_at,
            )
        )

    async def get(self, code_hash: str) -> Invite | None:
        """The invitation with that hash, used and expired ones included, or None."""
        row = (await self._connection.execute(select(invite).where(invite.c.code_hash == code_hash))).first()
        if row is None:
            return None
        return Invite(row.code_hash, row.badge, row.issued_by, row.issued_at, row.expires_at, row.used_at)

    async def use(self, code_hash: str, chat_id: int, at: datetime) -> bool:
        """Spend the invitation; True only for the first caller, and only before it expires."""
        result = await self._connection.execute(
            update(invite)
            .where(invite.c.code_hash == code_hash, invite.c.used_at.is_(None), invite.c.expires_at > at)
            .values(used_at=at, used_chat=chat_id)
        )
        return result.rowcount == 1
