"""What a word, a grade or a code means; and one honest sentence for each wish that has no room yet."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from ilp_core.assistant import replies, rooms
from ilp_core.assistant.define import define
from ilp_core.domain.questions import Intent, Question
from ilp_core.domain.ten_codes import TenCode
from ilp_core.storage import Store
from ilp_core.words.en import definitions, desk, unbuilt
from tests.small_city import AT
from tests.typed import desk_over, put

TEN_CODES = {"10-33": "Emergency, all units stand by.", "10-4": "Understood", "10-97": "Arrived at the scene"}


def meaning(term: str) -> str:
    return define(Question("define", ref=term), TEN_CODES).answer.text


@pytest.mark.parametrize("term", [*definitions.TERMS, *definitions.ALIASES])
def test_every_term_is_told_with_its_source_on_one_screen(term: str) -> None:
    said = meaning(term)
    assert "\nSource: " in said
    assert 20 < len(said) <= 600
    assert "!" not in said


def test_an_alias_and_its_case_mean_what_the_term_means() -> None:
    assert meaning("Micro hotspot") == meaning("micro-time") == meaning("whats a micro hotspot")
    assert meaning("what does PAI mean?").startswith("PAI\nPredictive accuracy index:")
    assert meaning("bolo").startswith("BOLO\nBe on the lookout.")
    assert set(definitions.ALIASES.values()) <= set(definitions.TERMS)
    assert not set(definitions.ALIASES) & set(definitions.TERMS)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("3 E", "3x5x2 3E: source not reliable; suspected to be false."),
        (
            "1BP",
            "3x5x2 1BP: source reliable; known indirectly to the source but corroborated; lawful sharing permitted.",
        ),
        ("[2cc]", "3x5x2 2CC: source untested; known indirectly to the source; lawful sharing permitted with"),
        ("S1", "Condition S1 of a 3x5x2 report: the originator permits unsupervised sanitisation"),
        ("f6", "Admiralty F6: source reliability cannot be judged; information truth cannot be judged."),
        ("x4", "Europol X4: source cannot be judged; information not known personally"),
        ("admiralty a1", "Admiralty A1: source reliable; information confirmed."),
        ("5x5x5 A1", "5x5x5 A1: source always reliable; information known to be true without reservation."),
        ("action code a1", "Condition A1 of a 3x5x2 report: may be combined or corroborated, no direct action"),
        ("23F", "NIBRS 23F: theft from a motor vehicle."),
        ("100", "NIBRS 100: kidnapping."),
        ("10-33", "10-33: Emergency, all units stand by."),
        ("1097", "10-97: Arrived at the scene."),
        ("ten 4", "10-4: Understood."),
    ],
)
def test_grades_and_codes_are_read_as_their_scheme_says(term: str, said: str) -> None:
    assert meaning(term).startswith(said)
    assert "Source: " in meaning(term)


def test_g33_a_grade_of_several_schemes_is_asked_back_and_never_guessed() -> None:
    reply = define(Question("define", ref="A1"), TEN_CODES)
    assert reply.question.clarify.slot == "ref"
    assert reply.question.clarify.options == ("admiralty A1", "action code A1", "5x5x5 A1", "europol A1")
    assert reply.answer.text == "A1 means different things: admiralty, action code, 5x5x5, europol. Which one?"
    assert len(reply.answer.buttons) == 4
    for button in reply.answer.buttons:
        assert len(button.data.encode()) <= 64
        # What the button says again is answered without asking back.
        again = define(Question("define", ref=button.data.removeprefix("v1:say:")), TEN_CODES)
        assert again.question.clarify is None
        assert again.answer.notes


def test_g33_a_ten_code_that_the_agency_does_not_use_is_not_guessed() -> None:
    assert meaning("10-15").startswith("10-15 is not in your agency's table of ten-codes.")
    assert define(Question("define", ref="10-33"), {}).answer.text.startswith("10-33 is not in your agency's table")


def test_an_unknown_term_is_said_to_be_unknown_with_those_most_like_it() -> None:
    assert meaning("micro-tome").startswith(
        "“micro-tome” is not in the desk's words. Did you mean micro-time hot spot"
    )
    buttons = define(Question("define", ref="dosag"), {}).answer.buttons
    assert buttons[0].label == "dosage"
    assert define(Question("define", ref=buttons[0].data.removeprefix("v1:say:")), {}).answer.headline == "Dosage"
    assert meaning("flux capacitor") == "“flux capacitor” is not in the desk's words."
    assert meaning("") == definitions.WHICH
    assert len(meaning("x" * 4_000)) < 100


async def test_the_desk_defines_with_the_agencys_own_ten_codes(sqlite_store: Store, tmp_path: Path) -> None:
    asked = await desk_over(sqlite_store, tmp_path)
    async with sqlite_store.write() as uow:
        await uow.ten_codes.replace([TenCode("10-97", "Arrived", False, True), TenCode("10-33", "Help", True, False)])
    await asked.renew(AT)
    reply = await put(asked, Question("define", ref="10-97"))
    assert reply.answer.text.startswith("10-97: Arrived.\n")
    assert reply.answer.receipt is None
    unsure = (await put(asked, Question("define", ref="10-33"))).answer.text
    assert unsure.startswith("10-33: Help (a preset that your agency has not confirmed).")
    assert (await put(asked, Question("define", ref="10-15"))).answer.text.startswith("10-15 is not in")


ANSWERED = {
    *rooms.ROOMS,
    "hotspots", "why", "more", "map", "define", "privacy", "help", "cancel", "smalltalk", "unknown", "emergency",
    "welfare", "refuse", "disagree",
}  # fmt: skip


def test_every_intent_without_a_room_is_told_so_in_one_honest_sentence() -> None:
    assert set(get_args(Intent)) == ANSWERED | set(unbuilt.NOT_YET)
    assert not ANSWERED & set(unbuilt.NOT_YET)
    for intent, sentence in unbuilt.NOT_YET.items():
        said = replies.say(Question(intent)).text
        assert said == sentence != desk.UNKNOWN
        assert len(said) <= 160


@pytest.mark.parametrize("intent", ["checkin", "checkout"])
def test_g49_a_check_in_that_is_not_kept_never_looks_like_a_radio_status(intent: Intent) -> None:
    assert "dispatch has NOT been told: radio your status" in replies.say(Question(intent)).text


@pytest.mark.parametrize("intent", ["tip", "tip_amend", "concern", "annotate"])
def test_what_is_not_kept_is_said_not_to_be_stored(intent: Intent) -> None:
    assert "Nothing was stored" in replies.say(Question(intent)).text
