"""Disagreements and nominations on both databases: kept once while open, ended once, told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ilp_core.domain.local_knowledge import Disagreement, Nomination, parse_ref
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.windows import Hours
from ilp_core.storage import Store

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
DAY = timedelta(days=1)
PLACE = Place("1000 blk W Elm St", 41.75, -87.68, 100)


def view(number: int = 1, badge: str = "4471", **other: object) -> Disagreement:
    made = Disagreement(
        number, badge, "place:elm", PLACE, AreaRef("beat", "0835"), ("burglary",), "3K9Q7T", 2, "not hot", NOW,
        "2001", NOW + 7 * DAY, words=b"sealed",
    )  # fmt: skip
    return replace(made, **other)


def spot(number: int = 1, badge: str = "4471", **other: object) -> Nomination:
    made = Nomination(
        number, badge, PLACE, "district:008", ("robbery",), Hours(1320, 120), NOW, NOW + 28 * DAY
    )  # fmt: skip
    return replace(made, **other)


@pytest.fixture
async def staffed(store: Store) -> Store:
    async with store.write() as uow:
        for badge in ("4471", "4472"):
            await uow.officers.add(Officer(badge, "officer"), NOW)
    return store


async def test_a_disagreement_comes_back_as_it_was_kept(staffed: Store) -> None:
    bare = view(2, "4472", place=None, area=None, offences=None, receipt=None, item=None, words=None)
    async with staffed.write() as uow:
        assert await uow.disagreements.newest() == 0
        assert await uow.disagreements.add(view())
        assert await uow.disagreements.add(bare)
    async with staffed.read() as uow:
        assert await uow.disagreements.get(1) == view()
        assert await uow.disagreements.get(2) == bare
        assert await uow.disagreements.newest() == 2
        assert await uow.disagreements.get(3) is None


async def test_one_officer_has_one_open_record_of_a_place(staffed: Store) -> None:
    async with staffed.write() as uow:
        assert await uow.disagreements.add(view())
        assert not await uow.disagreements.add(view(2))
        assert not await uow.disagreements.add(view(1, "4472")), "a number is given once"
        assert await uow.disagreements.add(view(2, "4472"))
        assert await uow.disagreements.open_of("4471", "place:elm") == view()
        assert await uow.disagreements.withdraw(1, NOW)
        assert await uow.disagreements.add(view(3))


async def test_the_first_answer_stands(staffed: Store) -> None:
    async with staffed.write() as uow:
        await uow.disagreements.add(view())
        assert await uow.disagreements.answer(1, b"first", NOW + DAY)
        assert not await uow.disagreements.answer(1, b"second", NOW + DAY)
        assert not await uow.disagreements.withdraw(1, NOW)
        assert not await uow.disagreements.add_words(1, b"more")
        assert not await uow.disagreements.assign(1, "9001")
        (kept,) = await uow.disagreements.untold()
        assert (kept.state, kept.answer, kept.ended_at) == ("answered", b"first", NOW + DAY)
        assert await uow.disagreements.told(1, "told_officer", NOW + DAY)
        assert not await uow.disagreements.told(1, "told_officer", NOW + DAY)
        assert await uow.disagreements.untold() == []
        assert await uow.disagreements.open() == []


async def test_a_new_owner_is_told_anew(staffed: Store) -> None:
    async with staffed.write() as uow:
        await uow.disagreements.add(view(told_owner=NOW))
        assert await uow.disagreements.assign(1, "9001")
        (kept,) = await uow.disagreements.open()
        assert (kept.owner, kept.told_owner) == ("9001", None)


async def test_words_of_what_ended_long_ago_are_found_and_erased(staffed: Store) -> None:
    async with staffed.write() as uow:
        await uow.disagreements.add(view())
        await uow.disagreements.answer(1, b"answer", NOW)
        assert await uow.disagreements.ended_before(NOW) == []
        (old,) = await uow.disagreements.ended_before(NOW + DAY)
        await uow.disagreements.erase(old.number)
        assert await uow.disagreements.ended_before(NOW + DAY) == []
        kept = await uow.disagreements.get(1)
        assert kept
        assert (kept.words, kept.answer, kept.state) == (None, None, "answered")


async def test_a_nomination_is_kept_once_and_scored_once(staffed: Store) -> None:
    async with staffed.write() as uow:
        assert await uow.nominations.add(spot())
        assert not await uow.nominations.add(spot(2))
        assert await uow.nominations.add(spot(2, "4472", offences=None, hours=None))
        assert await uow.nominations.open_of("4471", spot().cell) == spot()
        assert await uow.nominations.score(1, hit=True, engine_hit=None, at=NOW + 30 * DAY)
        assert not await uow.nominations.score(1, hit=False, engine_hit=True, at=NOW + 31 * DAY)
        assert not await uow.nominations.withdraw(1)
        assert await uow.nominations.withdraw(2)
    async with staffed.read() as uow:
        (kept,) = await uow.nominations.standing()
        assert kept == spot(state="scored", hit=True, engine_hit=None, scored_at=NOW + 30 * DAY)
        withdrawn = await uow.nominations.get(2)
        assert withdrawn
        assert (withdrawn.offences, withdrawn.hours, withdrawn.state) == (None, None, "withdrawn")


def test_references_are_read_as_people_type_them() -> None:
    assert [parse_ref(text, "D") for text in ("D-14", "d14", " D-014 ", "N-14", "D-", "14", "D-14x")] == [
        14, 14, 14, None, None, None, None,
    ]  # fmt: skip
    assert parse_ref("n3", "N") == 3


def test_it_is_overdue_only_while_open_and_after_its_date() -> None:
    assert not view().overdue(NOW + 7 * DAY)
    assert view().overdue(NOW + 7 * DAY + timedelta(seconds=1))
    assert not view(state="answered").overdue(NOW + 9 * DAY)


def test_a_role_owns_where_nobody_could_be_named() -> None:
    assert view().owned_by(Officer("2001", "supervisor"))
    assert not view().owned_by(Officer("2002", "supervisor"))
    assert view(owner="admin").owned_by(Officer("9001", "admin"))
    assert not view(owner="admin").owned_by(Officer("9002", "analyst"))
