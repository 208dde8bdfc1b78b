"""Understanding: intents, areas, offences, what is inherited, and what is refused."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_core.assistant import phrasing
from ilp_core.assistant.understand import Context, understand
from ilp_core.assistant.when import Clock
from ilp_core.assistant.where import make_atlas
from ilp_core.domain.officers import ROLES, Officer
from ilp_core.domain.places import Area, AreaRef
from ilp_core.domain.questions import INTENTS, Question
from ilp_core.domain.shifts import PRESET_SHIFTS, shift_named
from ilp_core.govern.permissions import PERMISSIONS, may
from tests.support import SHARED, require

AT = datetime.fromisoformat("2016-07-15T21:30:00-05:00")
CLOCK = Clock(AT, ZoneInfo("America/Chicago"), PRESET_SHIFTS, shift_named(PRESET_SHIFTS, "evenings"))
OFFICER = Officer("4471", "officer", AreaRef("beat", "835"), "evenings")
ATLAS = make_atlas(
    {"beat": ("0835", "0421", "0834"), "district": ("008", "004")}, [Area(AreaRef("beat", "835"), "835")]
)


def ask(text: str, context: Context | None = None, who: Officer = OFFICER) -> Question:
    return understand(text, who, CLOCK, ATLAS, context or Context()).question


@pytest.mark.parametrize(
    "text",
    [
        "whats hot rn",
        "hot spots 4 tonite",
        "hotspot",
        "WHERE SHUD I BE",
        "hostpots",
        "what's hot?",
        "/hotspots",
        "/hotspots@desk_bot",
    ],
)
def test_many_ways_to_ask_where_to_be(text: str) -> None:
    question = ask(text)
    assert question.intent == "hotspots"
    assert question.area == AreaRef("beat", "0835")
    assert question.offences is None


def test_own_beat_is_given_in_the_spelling_of_the_records() -> None:
    assert ask("whats hot").area == AreaRef("beat", "0835")


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("hotspots bt 421", ("beat", "0421")),
        ("whats hot dist 8", ("district", "008")),
        ("burgs in 0835", ("beat", "0835")),
    ],
)
def test_areas_are_found_by_any_spelling(text: str, area: tuple[str, str]) -> None:
    found = ask(text).area
    assert (found.kind, found.code) == area


def test_an_unknown_area_is_asked_back_with_the_nearest() -> None:
    question = ask("whats hot beat 0836")
    assert question.clarify.slot == "area"
    assert "beat 0835" in question.clarify.options


@pytest.mark.parametrize(
    ("text", "offences"),
    [
        ("burgs", ("burglary",)),
        ("GTA hot spots", ("vehicle_theft",)),
        ("vehicle crime hotspots", ("vehicle_theft", "theft_from_vehicle", "vehicle_parts")),
        ("robberys and assualts", ("assault", "robbery")),
        ("shots fired locs last 7", ("shots_fired",)),
    ],
)
def test_offences_are_found_through_slang_and_typos(text: str, offences: tuple[str, ...]) -> None:
    assert ask(text).offences == offences


def test_a_short_follow_up_inherits_the_last_question() -> None:
    first = ask("robberies beat 0421")
    second = ask("and yesterday?", Context(first, "ABC234", 3))
    assert second.inherits
    assert (second.offences, second.area) == (first.offences, first.area)
    assert second.window == "yesterday"
    third = ask("just burgs", Context(second, "ABC235", 3))
    assert (third.offences, third.window, third.area) == (("burglary",), "yesterday", first.area)


def test_items_and_receipts_are_read() -> None:
    assert (ask("2nd one - why", Context(None, "ABC234", 3)).item, ask("why #3").item) == (2, 3)
    assert ask("why 3k9q7t").ref == "3K9Q7T"
    assert ask("why").ref is None


@pytest.mark.parametrize(
    "text",
    ["asdf", "", "qwerty zxcv", "42", "pizza or tacos", "lorem ipsum dolor sit amet", "do the thing with the stuff"],
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    question = ask(text)
    assert question == Question("unknown")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what r the priorities this wk", "priorities"),
        ("?", "help"),
        ("how many car breaks last nite", "trend"),
        ("quiz me", "train"),
        ("robberies last 28 days", "trend"),
        ("robberies", "hotspots"),
        ("robberies by count", "hotspots"),
        ("robbery count last week", "trend"),
    ],
)
def test_every_room_is_asked_for_in_its_own_words(text: str, intent: str) -> None:
    assert ask(text).intent == intent


def test_words_not_used_are_named() -> None:
    understood = understand("hotspots nr 63rd & western", OFFICER, CLOCK, ATLAS, Context())
    assert understood.unread == ("63rd", "&", "western")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("shots fired need backup 79th", "emergency"),
        ("OFFICER DOWN", "emergency"),
        ("10-33", "emergency"),
        ("CI told me theyre gonna shoot up the party on 79th tonite", "emergency"),
        ("gun pointed at me", "emergency"),
        ("They're shooting at us", "emergency"),
        ("I’m hit", "emergency"),
        ("officer hurt 5th and main", "emergency"),
        ("im done cant do this anymore", "welfare"),
        ("was an officer hurt last month", "trend"),
        ("shots fired locs last 7", "hotspots"),
        ("whats 10-33 mean", "define"),
    ],
)
def test_g36_emergency_words_stand_before_everything(text: str, intent: str) -> None:
    assert ask(text).intent == intent


def test_g03_g44_prohibited_messages_of_the_examples_are_refused() -> None:
    require("shared")
    covered = {"person_prediction", "person_lookup", "plate_check", "covert_source", "override"}
    lines = [json.loads(line) for line in (SHARED / "assistant/examples.jsonl").read_text().splitlines()]
    refused = [line for line in lines if line["expect"].get("refusal") in covered]
    assert len(refused) >= 5
    for line in refused:
        question = ask(line["text"])
        assert (question.intent, question.refusal) == ("refuse", line["expect"]["refusal"])


def test_the_examples_about_hotspots_are_understood() -> None:
    require("shared")
    lines = [json.loads(line) for line in (SHARED / "assistant/examples.jsonl").read_text().splitlines()]
    by_id = {line["id"]: line for line in lines}
    for name in ("E01", "E07", "E12", "E23", "E40", "E53"):
        expect, question = by_id[name]["expect"], ask(by_id[name]["text"])
        assert question.intent == expect["intent"]
        if "area" in expect:
            assert {"kind": question.area.kind, "code": question.area.code} == expect["area"]
        if "for_from" in expect:
            assert question.advice.start.isoformat() == expect["for_from"]
            assert question.advice.end.isoformat() == expect["for_to"]
        if "hours" in expect:
            assert str(question.hours) == expect["hours"]
        if "offences" in expect:
            assert list(question.offences) == expect["offences"]


def test_every_role_is_denied_what_the_table_does_not_give() -> None:
    for role in ROLES:
        question = ask("whats hot beat 0835", who=Officer("1", role))
        assert (question.intent == "hotspots") is may(role, "hotspots")
    assert ask("whats hot", who=Officer("1", "partner")).refusal == "not_permitted"
    for intent in INTENTS:
        if intent not in PERMISSIONS:
            assert not any(may(role, intent) for role in ROLES)


def test_without_a_beat_of_their_own_the_desk_asks_which() -> None:
    assert ask("whats hot", who=Officer("9001", "admin")).clarify.slot == "area"


@given(st.text(max_size=600))
def test_any_text_is_understood_as_something(text: str) -> None:
    assert ask(text).intent in INTENTS


def test_an_area_whose_code_is_a_word_and_a_number_is_asked_for_by_the_number() -> None:
    atlas = make_atlas({"district": ("Distrito 3", "Distrito 11", "Zona 4", "Sector 4", "Central", "W5")}, ())
    who = Officer("4471", "officer", AreaRef("district", "3"), "evenings")

    def area(text: str) -> str:
        question = understand(text, who, CLOCK, atlas, Context()).question
        return "asked back" if question.clarify else phrasing.area_name(question.area)

    assert area("whats hot dist 3") == area("whats hot dist 03") == area("whats hot") == "Distrito 3"
    assert area("whats hot dist 11") == "Distrito 11"
    # Two have a 4, and a single letter is a part of its code.
    assert (area("whats hot dist 4"), area("whats hot dist 5")) == ("asked back", "asked back")
    assert phrasing.area_name(AreaRef("district", "Central")) == "district Central"
