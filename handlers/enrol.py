"""Enrolment: /start with an invitation, the notice, and /invite for supervisors."""

from __future__ import annotations

import re
from typing import Final

from telegram import Update

from handlers.dependencies import Context, Dependencies, dependencies
from handlers.drafts import INVITE, keep
from handlers.guard import acknowledge, banner, refuse, turn_away
from handlers.outgoing import plain
from handlers.turn import turn
from ilp_core.assistant.phrasing import day_clock, roles
from ilp_core.domain.errors import CallError
from ilp_core.domain.officers import Officer, Role
from ilp_core.domain.post import Draft
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.govern.enrolment import enrol, invite, invite_link, may_invite
from ilp_core.govern.permissions import may, who_may
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import desk

#: What may be a badge: one word of letters, digits and hyphens, with a digit in it.
_BADGE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9-]{1,20}")


async def start(update: Update, context: Context) -> None:
    """/start CODE enrols; /start alone greets an enrolled officer and turns a stranger away."""
    assert update.effective_chat is not None
    needs, chat_id = dependencies(context), update.effective_chat.id
    code = context.args[0] if context.args else None
    if code and not needs.strangers.worth_logging(chat_id, needs.now()):
        # Locked for a while after too many tries, right or wrong (AC-7 of the CJIS policy).
        await turn_away(update, context)
    async with turn().finish() as uow:
        enrolment = await uow.chats.get(chat_id)
        outcome, badge = (await enrol(uow, code, chat_id, needs.now())) if code else (None, None)
        if outcome == "enrolled":
            await turn().send(uow, chat_id, banner())
        elif enrolment and enrolment.banner == desk.BANNER_VERSION:
            await turn().send(uow, chat_id, plain(desk.WELCOME_BACK.format(badge=enrolment.badge)))
        elif enrolment:
            await turn().send(uow, chat_id, banner())
        elif outcome in ("used", "expired") and badge:
            await turn().send(uow, chat_id, plain(desk.INVITE_USED if outcome == "used" else desk.INVITE_EXPIRED))
        else:
            await refuse(uow, chat_id, needs)


async def accept_banner(update: Update, context: Context) -> None:
    """The first button of the notice: from here on the desk answers."""
    query, chat = update.callback_query, update.effective_chat
    assert query is not None
    assert chat is not None
    needs = dependencies(context)
    await acknowledge(query)
    async with turn().finish() as uow:
        enrolment = await uow.chats.get(chat.id)
        if enrolment is None:
            return
        known = enrolment.banner == desk.BANNER_VERSION
        if not known:
            await uow.chats.accept_banner(chat.id, desk.BANNER_VERSION, needs.now())
            detail = {"version": desk.BANNER_VERSION}
            await append(
                uow, AuditEntry(enrolment.badge, "notice", enrolment.badge, "accepted", "chat", detail), needs.now()
            )
        words = desk.WELCOME_BACK if known else desk.WELCOME
        await turn().send(uow, chat.id, plain(words.format(badge=enrolment.badge)))


async def invite_officer(update: Update, context: Context) -> None:
    """/invite BADGE: a supervisor or admin makes, and so approves, an invitation; /invite asks for the badge."""
    assert update.effective_chat is not None
    needs, chat_id = dependencies(context), update.effective_chat.id
    async with turn().finish() as uow:
        enrolment = await uow.chats.get(chat_id)
        caller = await uow.officers.get(enrolment.badge) if enrolment else None
        if caller is None:
            return
        if not may(caller.role, "admin"):
            await append(uow, AuditEntry(caller.badge, "invite", "", "refused", "chat", {}), needs.now())
            answer = desk.REFUSED["not_permitted"].format(who=roles(who_may("admin")))
        elif not context.args:
            await keep(uow, needs, chat_id, INVITE, b"")
            answer = desk.INVITE_HOW
        else:
            await uow.drafts.drop(chat_id)
            answer = await _invited(uow, needs, caller, context.args[0])
        await turn().send(uow, chat_id, plain(answer))


async def invite_badge(update: Update, context: Context, draft: Draft) -> bool:
    """The badge that /invite asked for; False for words that name none, which go the way of any others."""
    message, chat = update.message, update.effective_chat
    assert chat is not None
    words = (message.text or "").strip() if message else ""
    if not _BADGE.fullmatch(words):
        return False
    needs = dependencies(context)
    async with turn().finish() as uow:
        enrolment = await uow.chats.get(chat.id)
        caller = await uow.officers.get(enrolment.badge) if enrolment else None
        if caller is None or not may(caller.role, "admin"):
            return True
        await uow.drafts.drop(chat.id, draft.version)
        await turn().send(uow, chat.id, plain(await _invited(uow, needs, caller, words)))
    return True


async def _invited(uow: UnitOfWork, needs: Dependencies, caller: Officer, badge: str) -> str:
    """What to say to an invitation for ``badge``, made where the caller may make it."""
    if not await _may_invite(uow, caller.role, badge):
        await append(uow, AuditEntry(caller.badge, "invite", badge[:20], "refused", "chat", {}), needs.now())
        return desk.INVITE_ADMIN.format(badge=badge[:20])
    try:
        code, until = await invite(uow, badge, by=caller.badge, source="chat", at=needs.now())
    except CallError:
        return desk.INVITE_NOT.format(badge=badge[:20])
    zone = await needs.desk.zone(uow)
    link = invite_link(await uow.settings.get("bot_name"), code) or f"/start {code}"
    return desk.INVITE_MADE.format(badge=badge, until=day_clock(until, zone, needs.now()), link=link)


async def _may_invite(uow: UnitOfWork, caller: Role, badge: str) -> bool:
    invited = await uow.officers.get(badge)
    return invited is None or may_invite(caller, invited.role)
