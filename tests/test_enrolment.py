"""Enrolment: one use, one day, one badge, approved; and who may let in whom (G38)."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.strangers import SPAN, TRIES, Strangers
from ilp_core.domain.errors import CallError
from ilp_core.domain.officers import INVITE_HOURS, ROLES, Officer
from ilp_core.govern.enrolment import enrol, hashed, invite, invite_link, may_invite
from ilp_core.storage import Store
from tests import command_line

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def invited(store: Store, badge: str = "4471") -> str:
    async with store.write() as uow:
        if await uow.officers.get(badge) is None:
            await uow.officers.add(Officer(badge, "officer"), NOW)
        code, until = await invite(uow, badge, by="9001", source="chat", at=NOW)
    assert until == NOW + timedelta(hours=INVITE_HOURS)
    return code


async def use(store: Store, code: str, chat: int, at: datetime = NOW) -> tuple[str, str | None]:
    async with store.write() as uow:
        return await enrol(uow, code, chat, at)


async def test_g38_an_invitation_works_once(store: Store) -> None:
    code = await invited(store)
    assert await use(store, code, 1) == ("enrolled", "4471")
    assert await use(store, code, 2) == ("used", "4471")
    async with store.read() as uow:
        assert (await uow.chats.get(1)).badge == "4471"
        assert await uow.chats.get(2) is None


async def test_g38_an_invitation_ends_after_a_day(store: Store) -> None:
    code = await invited(store)
    assert await use(store, code, 1, NOW + timedelta(hours=INVITE_HOURS)) == ("expired", "4471")
    assert await use(store, "never issued", 1) == ("unknown", None)


async def test_a_new_phone_ends_the_old_one(store: Store) -> None:
    assert await use(store, await invited(store), 1) == ("enrolled", "4471")
    assert await use(store, await invited(store), 2) == ("enrolled", "4471")
    async with store.read() as uow:
        assert await uow.chats.get(1) is None
        assert (await uow.chats.get(2)).banner is None


async def test_a_disabled_badge_is_neither_invited_nor_enrolled(store: Store) -> None:
    code = await invited(store)
    async with store.write() as uow:
        await uow.officers.disable("4471", "lost phone", NOW)
    assert await use(store, code, 1) == ("disabled", "4471")
    with pytest.raises(CallError, match="disabled"):
        await invited(store)


async def test_only_the_hash_of_a_code_is_kept_and_every_step_is_audited(sqlite_store: Store) -> None:
    code = await invited(sqlite_store)
    await use(sqlite_store, code, 1)
    await use(sqlite_store, code, 2)
    async with sqlite_store.read() as uow:
        rows = await uow.audit.rows()
        assert (await uow.invites.get(hashed(code))).issued_by == "9001"
    assert [(row.action, row.outcome) for row in rows] == [
        ("invite", "issued"),
        ("enrolment", "enrolled"),
        ("enrolment", "refused: used"),
    ]
    assert rows[1].detail["approved_by"] == "9001"
    assert not any(code in str(row) for row in rows)


def test_nobody_lets_in_a_role_above_their_own() -> None:
    assert [role for role in ROLES if may_invite("admin", role)] == list(ROLES)
    assert [role for role in ROLES if may_invite("supervisor", role)] == ["officer", "analyst", "partner"]
    assert not any(
        may_invite(caller, role) for caller in ("officer", "analyst", "command", "partner") for role in ROLES
    )


def test_a_stranger_is_logged_five_times_in_a_quarter_of_an_hour() -> None:
    strangers = Strangers()
    assert [strangers.worth_logging(1, NOW) for _ in range(TRIES + 2)] == [True] * TRIES + [False] * 2
    assert strangers.worth_logging(2, NOW)
    assert strangers.worth_logging(1, NOW + SPAN)


def test_a_link_needs_the_bots_name() -> None:
    assert invite_link(None, "abc") is None
    assert invite_link("desk_bot", "abc") == "https://t.me/desk_bot?start=abc"


@pytest.mark.usefixtures("folder")
def test_a_failed_import_of_areas_is_audited_and_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    command_line.call("migrate")
    command_line.refused("import", "areas", "none.geojson", "--kind", "beat", "--code", "BEAT")
    rows = command_line.call("audit", "verify").stdout
    assert rows.startswith("The chain holds: 2 rows.")
    bad = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")
    assert "Rename the file" in command_line.refused("import", "incidents", bad)
