"""Officers, chats and invitations on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ilp_core.domain.officers import Enrolment, Invite, Officer
from ilp_core.domain.places import AreaRef
from ilp_core.storage import Store

NOW = datetime(2026, 11, 22, 21, 30, 5, 123456, tzinfo=UTC)
OFFICER = Officer("4471", "officer", AreaRef("beat", "0835"), "evenings")
CHAT = 5_000_000_123


async def test_an_officer_is_kept_changed_and_disabled(store: Store) -> None:
    async with store.write() as uow:
        await uow.officers.add(OFFICER, NOW)
        await uow.officers.add(Officer("0007", "admin"), NOW)
        assert await uow.officers.update(Officer("4471", "supervisor", None, "nights")) is True
        assert await uow.officers.update(Officer("none", "officer")) is False
        assert await uow.officers.disable("4471", "left", NOW) is True
        assert await uow.officers.disable("4471", "again", NOW) is False
    async with store.read() as uow:
        changed = Officer("4471", "supervisor", None, "nights", disabled=True)
        assert await uow.officers.get("4471") == changed
        assert await uow.officers.get("4472") is None
        assert await uow.officers.all() == [Officer("0007", "admin"), changed]


async def test_a_chat_has_one_badge_and_a_badge_one_chat(store: Store) -> None:
    async with store.write() as uow:
        await uow.officers.add(OFFICER, NOW)
        await uow.officers.add(Officer("12", "officer"), NOW)
        await uow.chats.enrol(CHAT, "4471", NOW)
        await uow.chats.enrol(2, "12", NOW)
        await uow.chats.enrol(CHAT, "12", NOW)
    async with store.read() as uow:
        assert await uow.chats.get(CHAT) == Enrolment(CHAT, "12", NOW)
        assert await uow.chats.of_badge("12") == Enrolment(CHAT, "12", NOW)
        assert await uow.chats.of_badge("4471") is None
        assert await uow.chats.get(2) is None


async def test_banner_and_caution_belong_to_the_chat_and_end_with_the_enrolment(store: Store) -> None:
    async with store.write() as uow:
        await uow.officers.add(OFFICER, NOW)
        await uow.chats.enrol(CHAT, "4471", NOW)
        await uow.chats.accept_banner(CHAT, 2, NOW)
        await uow.chats.caution(CHAT, "2026-11-22 evenings")
        assert await uow.chats.get(CHAT) == Enrolment(CHAT, "4471", NOW, 2, "2026-11-22 evenings")
        await uow.chats.enrol(CHAT, "4471", NOW)
        assert await uow.chats.get(CHAT) == Enrolment(CHAT, "4471", NOW)


async def test_an_invitation_is_used_once_and_in_time(store: Store) -> None:
    late = NOW + timedelta(hours=24)
    invite = Invite("ab" * 32, "4471", "0007", NOW, late)
    async with store.write() as uow:
        await uow.officers.add(OFFICER, NOW)
        await uow.invites.add(invite)
        assert await uow.invites.get(invite.code_hash) == invite
        assert await uow.invites.use(invite.code_hash, CHAT, late) is False
        assert await uow.invites.use(invite.code_hash, CHAT, NOW) is True
        assert await uow.invites.use(invite.code_hash, CHAT, NOW) is False
        assert await uow.invites.use("unknown", CHAT, NOW) is False
    async with store.read() as uow:
        used = await uow.invites.get(invite.code_hash)
        assert used is not None
        assert used.used_at == NOW
