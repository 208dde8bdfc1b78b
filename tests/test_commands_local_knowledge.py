"""beatdesk local-knowledge and what the doctor says of it: owners, due dates, answers, scores; never who said it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ilp_core.domain.local_knowledge import SCORED_AFTER, Nomination
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import Place
from ilp_core.storage import Store, open_store
from ilp_core.words.en import desk, local_knowledge
from tests.command_line import AT, call, refused, run

VIEW = "who says beat 0835 is hot, its dead since the zanzibar shut"
MOMENT = datetime.fromisoformat(AT)


def within(folder: Path, work: Any) -> Any:
    """What ``work`` makes of the store of the commands."""

    async def whole() -> Any:
        store = open_store(f"sqlite+aiosqlite:///{folder / 'desk.db'}")
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(whole())


@pytest.fixture
def told(city: Path) -> Path:
    """The small city with one open disagreement of badge 4471."""
    assert "Noted as D-1." in call("ask", VIEW, "--as", "4471").stdout
    return city


def listed(*words: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(call("local-knowledge", "list", "--json", *words).stdout)["items"]
    return items


def test_s16_the_list_names_owner_and_due_date_and_flags_what_is_overdue(told: Path) -> None:
    (row,) = call("local-knowledge", "list").stdout.splitlines()
    due = (datetime.now(tz=UTC) + timedelta(days=7)).date()
    assert row.split() == ["D-1", "open", "due", str(due), "owner", "2001", "not", "hot", "Beat", "0835"]
    later = (datetime.now(tz=UTC) + timedelta(days=8)).isoformat()
    assert " OVERDUE " in call("local-knowledge", "list", "--at", later).stdout
    assert [each["overdue"] for each in (listed()[0], listed("--at", later)[0])] == [False, True]


def test_g17_the_list_never_says_who_and_shows_the_words_to_the_owner_alone(told: Path) -> None:
    for words in ((), ("--as", "9001"), ("--as", "2001")):
        if words == ("--as", "9001"):
            call("officer", "add", "9001", "--role", "admin")
        shown = call("local-knowledge", "list", *words)
        assert "4471" not in shown.stdout
        assert "4471" not in json.dumps(listed(*words))
        assert ("zanzibar" in shown.stdout) == (words == ("--as", "2001"))
        assert listed(*words)[0]["words"] == (VIEW if words == ("--as", "2001") else None)
    assert refused("local-knowledge", "list", "--as", "7777").startswith("There is no badge 7777.")


def test_only_the_owner_answers_and_only_once(told: Path) -> None:
    call("officer", "add", "9001", "--role", "admin")
    answer = ("local-knowledge", "answer", "D-1", "we drop it from nights")
    assert "its owner is 2001" in refused(*answer, "--as", "9001")
    assert call(*answer, "--as", "2001").stdout.strip() == local_knowledge.ANSWERED.format(ref="D-1")
    assert "There is no open D-1." in refused(*answer, "--as", "2001")
    assert call("local-knowledge", "list").stdout.strip() == local_knowledge.LIST_NONE


@pytest.mark.parametrize(
    ("ref", "words", "why"),
    [
        ("D-1", "", local_knowledge.NO_WORDS),
        ("D-1", "x" * 401, local_knowledge.NO_WORDS),
        ("D-1", "my CI says its a stash house", desk.REFUSED["covert_source"]),
        ("D-1", "ring 312-555-0142", "The answer goes through a chat and holds a phone number: leave it out."),
        ("D-7", "fine", "There is no open D-7. See: beatdesk local-knowledge list"),
        ("7", "fine", "7 is no reference. See: beatdesk local-knowledge list"),
    ],
)
def test_g12_g24_an_answer_passes_the_guards(told: Path, ref: str, words: str, why: str) -> None:
    assert refused("local-knowledge", "answer", ref, words, "--as", "2001") == why


def test_another_owner_takes_over(told: Path) -> None:
    call("officer", "add", "3001", "--role", "analyst")
    call("local-knowledge", "assign", "D-1", "3001")
    assert listed()[0]["owner"] == "3001"
    call("local-knowledge", "assign", "D-1", "analyst")
    assert "D-1 is answered" in call("local-knowledge", "answer", "D-1", "fine", "--as", "3001").stdout


@pytest.mark.parametrize("owner", ["7777", "officer", "4471"])
def test_who_cannot_answer_does_not_own_one(told: Path, owner: str) -> None:
    assert refused("local-knowledge", "assign", "D-1", owner).startswith(f"{owner} is neither")


def test_g51_erased_words_are_gone_for_the_owner_too(told: Path) -> None:
    call("local-knowledge", "erase", "D-1")
    assert listed("--as", "2001")[0]["words"] is None
    assert "D-9 is no reference" in refused("local-knowledge", "erase", "D-9")


def test_settings_hold_for_the_next_one(told: Path) -> None:
    held = call("local-knowledge", "set").stdout
    assert "the supervisor of the officer's district, else an analyst, else an admin within 7 days" in held
    call("officer", "add", "3001", "--role", "analyst")
    assert "by analyst within 3 days" in call("local-knowledge", "set", "--owner", "analyst", "--days", "3").stdout
    call("ask", "why change, always done it my way", "--as", "4471")
    new = next(each for each in listed() if each["ref"] == "D-2")
    assert new["owner"] == "3001"
    assert datetime.fromisoformat(new["due"]) - datetime.fromisoformat(new["at"]) == timedelta(days=3)
    assert "within 3 days" in call("local-knowledge", "set", "--owner", "duty").stdout
    assert refused("local-knowledge", "set", "--days", "0") == local_knowledge.BAD_DAYS
    assert "neither" in refused("local-knowledge", "set", "--owner", "nobody")


def test_the_doctor_flags_what_is_overdue(told: Path) -> None:
    assert "ok    1 disagreements wait for an answer, none overdue" in run("doctor").stdout

    async def age(store: Store) -> None:
        async with store.write() as uow:
            (kept,) = await uow.disagreements.open()
            await uow.disagreements._change(1, {"due": kept.due - timedelta(days=8)})

    within(told, age)
    assert "MEND  D-1 overdue: officers wait for an answer." in run("doctor").stdout


def nominate(folder: Path, count: int, badges: int) -> None:
    """Spots nominated 40 days before the newest record: one at Elm, robbed every 9th day, the others at nothing."""

    async def work(store: Store) -> None:
        at = MOMENT - timedelta(days=40)
        async with store.write() as uow:
            for number in range(1, count + 1):
                badge = f"55{number % badges:02d}"
                if await uow.officers.get(badge) is None:
                    await uow.officers.add(Officer(badge, "officer"), at)
                place = Place("Elm", 41.75 + number / 100 if number > 1 else 41.75, -87.68, 75)
                spot = Nomination(number, badge, place, "district:008", None, None, at, at + SCORED_AFTER)
                assert await uow.nominations.add(spot)

    within(folder, work)


def test_d3_scores_side_by_side_from_five_nominations_on(city: Path) -> None:
    nominate(city, 4, 2)
    few = call("local-knowledge", "score", "--at", AT).stdout
    assert "4 scored now, 0 wait" in few
    assert "Fewer than 5 nominations, or of one officer alone: district 008. No figure is shown." in few
    found = json.loads(call("local-knowledge", "score", "--at", AT, "--json").stdout)
    assert (found["scored"], found["teams"], found["hidden"], found["all"]) == (0, [], ["district:008"], None)


def test_d3_officers_against_the_desk(city: Path) -> None:
    nominate(city, 6, 3)
    assert "0 scored now, 6 wait" in call("local-knowledge", "score", "--at", "2016-06-20T12:00:00-05:00").stdout
    shown = call("local-knowledge", "score", "--at", AT).stdout
    # Only the first of the six stands at Elm; of the desk's own three places each is hit again.
    assert "District 008: officers hit 1 of 6; the desk's own spots 3 of 3." in shown
    assert "All together: officers hit 1 of 6" in shown
    assert "%" not in shown, "G32: no percentage below ten"
    found = json.loads(call("local-knowledge", "score", "--at", AT, "--json").stdout)
    (team,) = found["teams"]
    assert team["officers"] == {"hits": 1, "n": 6, "rate": 0.1667, "low": 0.0042, "high": 0.6412}
    assert "55" not in json.dumps([team["team"], found["hidden"]])


def test_no_score_without_data(folder: Path) -> None:
    call("migrate")
    assert local_knowledge.SCORE_NONE in call("local-knowledge", "score").stdout
