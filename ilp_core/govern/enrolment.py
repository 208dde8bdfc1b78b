"""Enrolment: an invitation ties one chat to one badge (guard-rail G38: single use, expiring, approved).

An invitation is approved by who issues it: whoever runs the command, or a supervisor or admin in the chat.
Only the SHA-256 of its code is stored.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from ilp_core.domain.errors import CallError
from ilp_core.domain.officers import INVITE_HOURS, Invite, Role
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import commands

Outcome = Literal["enrolled", "unknown", "used", "expired", "disabled"]


def may_invite(caller: Role, role: Role) -> bool:
    """True where ``caller`` may approve an invitation for ``role``: nobody lets in a role above their own."""
    return caller == "admin" or (caller == "supervisor" and role in ("officer", "analyst", "partner"))


async def invite(uow: UnitOfWork, badge: str, *, by: str, source: str, at: datetime) -> tuple[str, datetime]:
    """A new invitation for ``badge``: its code and when it ends. Raises CallError for an unknown badge."""
    officer = await uow.officers.get(badge)
    if officer is None:
        raise CallError(commands.NO_BADGE.format(badge=badge[:20]))
    if officer.disabled:
        raise CallError(commands.BADGE_DISABLED.format(badge=badge))
    code = secrets.token_urlsafe(18)  # 144 bits: not to be guessed within a day
    until = at + timedelta(hours=INVITE_HOURS)
    await uow.invites.add(Invite(hashed(code), badge, by, at, until))
    detail = {"approved_by": by, "until": until.isoformat()}
    await append(uow, AuditEntry(by, "invite", badge, "issued", source, detail), at)
    return code, until


async def enrol(uow: UnitOfWork, code: str, chat_id: int, at: datetime) -> tuple[Outcome, str | None]:
    """Use an invitation for a chat; returns what came of it and the badge. An older chat of the badge ends."""
    found = await uow.invites.get(hashed(code))
    if found is None:
        return await _refused(uow, "unknown", None, chat_id, at)
    officer = await uow.officers.get(found.badge)
    if officer is None or officer.disabled:
        return await _refused(uow, "disabled", found.badge, chat_id, at)
    if found.used_at is not None:
        return await _refused(uow, "used", found.badge, chat_id, at)
    if at >= found.expires_at:
        return await _refused(uow, "expired", found.badge, chat_id, at)
    if not await uow.invites.use(found.code_hash, chat_id, at):
        return await _refused(uow, "used", found.badge, chat_id, at)
    await uow.chats.enrol(chat_id, found.badge, at)
    detail = {"approved_by": found.issued_by, "chat": chat_id}
    await append(uow, AuditEntry(found.badge, "enrolment", found.badge, "enrolled", "chat", detail), at)
    return "enrolled", found.badge


async def _refused(
    uow: UnitOfWork, outcome: Outcome, badge: str | None, chat_id: int, at: datetime
) -> tuple[Outcome, str | None]:
    entry = AuditEntry(f"chat:{chat_id}", "enrolment", badge or "unknown", f"refused: {outcome}", "chat", {})
    await append(uow, entry, at)
    return outcome, badge


def hashed(code: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def invite_link(bot_name: str | None, code: str) -> str | None:
    """The link that opens the bot with the code; None before the bot ever ran and told its name, and in the
    sandbox, whose bot's name may be somebody's on Telegram."""
    return f"https://t.me/{bot_name}?start={code}" if bot_name else None
