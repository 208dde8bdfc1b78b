"""What words leave open: windows, shifts and areas by default, from the conversation, and what must be asked back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ilp_core.assistant.intents import Found
from ilp_core.assistant.place_names import PlaceFound
from ilp_core.assistant.resolve import BACK, NEAR_ME_M, YEAR, coming, hours_asked, near, resolve, this_shift
from ilp_core.assistant.where import Whereabouts, make_atlas
from ilp_core.domain.gazetteer import Entry
from ilp_core.domain.officers import Officer
from ilp_core.domain.places import AreaRef, Place
from ilp_core.domain.questions import Clarify, Question
from ilp_core.domain.windows import Hours, TimeWindow
from tests.test_assistant_understand import AT, CLOCK, OFFICER, ask

BEAT = AreaRef("beat", "0835")
ATLAS = make_atlas({"beat": ("0835", "0421"), "district": ("008",)}, [], {"0835": "008"}.get)
HALL = Entry("landmark", "Hall", "HALL", 41.0, -87.0, 50)
NOTHING = Found("")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-05:00")


def resolved(intent: str, found: Found = NOTHING, who: Officer = OFFICER, before: Question | None = None) -> Question:
    return resolve(intent, found, who, CLOCK, ATLAS, before)


def test_hotspots_are_of_the_own_beat_for_this_shift_from_a_year() -> None:
    question = resolved("hotspots")
    assert question.area == BEAT
    assert (question.advice, question.shift) == (TimeWindow(AT, moment("2016-07-15T23:00:00")), "evenings")
    assert (question.evidence.length, question.evidence.end) == (YEAR, AT)
    assert not question.named_window


@pytest.mark.parametrize("intent", ["trend", "patterns", "place"])
def test_counts_look_back_so_far_and_for_no_hours_to_come(intent: str) -> None:
    found = replace(NOTHING, place=PlaceFound(HALL)) if intent == "place" else NOTHING
    question = resolved(intent, found)
    assert question.advice is None
    assert question.evidence.end == AT
    assert question.evidence.start < AT
    assert not question.named_window


def test_counts_are_of_the_own_beat_and_patterns_of_its_district() -> None:
    assert resolved("trend").area == BEAT
    assert resolved("trend").evidence.length == BACK["trend"] == timedelta(days=28)
    assert resolved("patterns").area == AreaRef("district", "008")
    assert resolved("patterns").evidence.length == BACK["patterns"] == timedelta(days=14)
    said = replace(NOTHING, where=Whereabouts(BEAT))
    assert resolved("patterns", said).area == BEAT


def test_up_or_down_is_against_the_year_before() -> None:
    assert resolved("trend", replace(NOTHING, direction=True)).compare == "previous_year"
    assert resolved("trend").compare is None


def test_who_has_no_area_is_asked_which() -> None:
    nobody = Officer("9001", "admin")
    for intent in ("hotspots", "trend"):
        assert resolved(intent, who=nobody).clarify == Clarify("area", ())
    said = replace(NOTHING, where=Whereabouts(BEAT))
    assert resolved("hotspots", said, nobody).clarify is None


def test_near_me_and_an_unknown_place_ask_where() -> None:
    for found in (replace(NOTHING, where=Whereabouts(near_me=True)), replace(NOTHING, place=PlaceFound(unknown="x"))):
        question = resolved("hotspots", found)
        assert (question.clarify, question.area, question.place) == (Clarify("place", ()), None, None)
    assert resolved("place").clarify == Clarify("place", ())


def test_what_must_be_asked_back_is_kept_as_it_was_found() -> None:
    which = Clarify("place", ("Hall, beat 1", "Hall, beat 2"))
    assert resolved("place", replace(NOTHING, place=PlaceFound(clarify=which))).clarify == which
    area = Whereabouts(AreaRef("beat", "9"), clarify=Clarify("area", ("beat 0835",)))
    question = resolved("trend", replace(NOTHING, where=area))
    assert (question.clarify.slot, question.area) == ("area", AreaRef("beat", "9"))


def test_hotspots_at_a_place_reach_a_few_minutes_and_a_place_is_in_no_area() -> None:
    found = replace(NOTHING, place=PlaceFound(HALL))
    assert resolved("hotspots", found).place.radius_m == NEAR_ME_M
    assert resolved("place", found).place.radius_m < NEAR_ME_M
    assert resolved("place", found).area is None


def test_a_whole_street_is_the_callers_own_part_of_it() -> None:
    street = Entry("street", "Elm St", "ELM ST", 41.0, -87.0, 4_000)
    question = resolved("place", replace(NOTHING, place=PlaceFound(street)))
    assert (question.place.street, question.area) == ("ELM ST", BEAT)


def test_what_is_told_waits_for_no_place() -> None:
    unclear = replace(NOTHING, where=Whereabouts(AreaRef("beat", "9"), clarify=Clarify("area", ())))
    assert resolved("tip", unclear).clarify is None
    which = Clarify("place", ("a", "b"))
    assert resolved("tip", replace(NOTHING, place=PlaceFound(clarify=which))).clarify == which


@pytest.mark.parametrize("intent", ["tried", "watch", "assign", "checkin"])
def test_what_is_about_a_place_asks_for_one_that_is_unknown(intent: str) -> None:
    assert resolved(intent, replace(NOTHING, place=PlaceFound(unknown="blorvik"))).clarify == Clarify("place", ())
    assert resolved(intent).clarify is None


def test_a_running_span_is_what_is_left_of_it_and_another_the_next() -> None:
    assert coming(Hours(20 * 60, 22 * 60), CLOCK) == TimeWindow(AT, moment("2016-07-15T22:00:00"))
    assert coming(Hours(6 * 60, 8 * 60), CLOCK) == TimeWindow(
        moment("2016-07-16T06:00:00"), moment("2016-07-16T08:00:00")
    )


def test_off_duty_advice_is_for_an_hour() -> None:
    window, name = this_shift(replace(CLOCK, shifts=(), own=None))
    assert (window.start, window.length, name) == (AT, timedelta(hours=1), None)


def test_a_shared_position_keeps_what_a_list_was_limited_to() -> None:
    here = Place("near you", 41.0, -87.0, NEAR_ME_M)
    question = near(here, CLOCK, ask("robberies by count"))
    assert (question.place, question.offences, question.weighting) == (here, ("robbery",), "count")
    assert question.area is None
    for before in (None, ask("how many robberies last week")):
        assert near(here, CLOCK, before).offences is None


def test_evidence_is_limited_to_the_hours_asked() -> None:
    evenings = Hours(15 * 60, 23 * 60)
    assert hours_asked(ask("whats hot"), CLOCK) == evenings
    assert hours_asked(ask("hotspots last week"), CLOCK) is None
    assert hours_asked(ask("how many robberies"), CLOCK) is None
    assert hours_asked(ask("hotspots btwn 1000 and 1200"), CLOCK) == Hours(600, 720)
