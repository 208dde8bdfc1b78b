"""Who answers a disagreement (S16): the nearest supervisor, else an analyst, else an admin; never the asker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef
from ilp_core.govern.answering import DAYS, due_after, owner_of
from ilp_core.storage import Store

BEAT, DISTRICT = AreaRef("beat", "0835"), AreaRef("district", "008")
ASKER = Officer("4471", "officer", BEAT, "evenings")
SERGEANT = Officer("2001", "supervisor", AreaRef("district", "8"), "days")
EVENING = Officer("2009", "supervisor", DISTRICT, "evenings")
ELSEWHERE = Officer("2002", "supervisor", AreaRef("district", "009"), "evenings")
ANALYST, ADMIN = Officer("3001", "analyst"), Officer("9001", "admin")
EVERYONE = (ASKER, SERGEANT, ELSEWHERE, ANALYST, ADMIN)


@pytest.mark.parametrize(
    ("officers", "chosen", "owner"),
    [
        (EVERYONE, None, "2001"),
        ((*EVERYONE, EVENING), None, "2009"),
        ((*EVERYONE, Officer("2008", "supervisor", BEAT)), None, "2008"),
        ((ASKER, ELSEWHERE, ANALYST, ADMIN), None, "3001"),
        ((ASKER, ELSEWHERE, ADMIN), None, "9001"),
        ((ASKER, ELSEWHERE), None, "admin"),
        ((ASKER,), "4471", "admin"),
        (EVERYONE, "3001", "3001"),
        (EVERYONE, "admin", "9001"),
        (EVERYONE, "7777", "2001"),
        ((*EVERYONE, Officer("3000", "analyst", disabled=True)), "analyst", "3001"),
    ],
)
def test_the_owner_is_a_named_person(officers: tuple[Officer, ...], chosen: str | None, owner: str) -> None:
    assert owner_of(ASKER, (BEAT, DISTRICT), officers, chosen) == owner


def test_a_supervisor_does_not_answer_themselves() -> None:
    assert owner_of(SERGEANT, (DISTRICT,), EVERYONE, None) == "3001"
    assert owner_of(ANALYST, (), EVERYONE, "analyst") == "9001"


async def test_the_due_date_is_the_agencys(sqlite_store: Store) -> None:
    at = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    async with sqlite_store.write() as uow:
        assert await due_after(uow.settings, at) == at + timedelta(days=7)
        await uow.settings.set(DAYS, "3")
        assert await due_after(uow.settings, at) == at + timedelta(days=3)
