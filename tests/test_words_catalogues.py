"""Every translation is of a sentence that there is, with its placeholders; Spanish is whole where officers read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ilp_core.words import answers, definitions, desk, po, unbuilt
from ilp_core.words.speech import ENGLISH, catalogue, fits, languages, speaking
from ilp_core.words.template import sentences, template, topics

OTHERS = sorted(set(languages()) - {ENGLISH})
#: All that answers, why, map, more, help, privacy, refusals, emergencies, welfare and ask-backs are told with.
READ_BY_OFFICERS = (
    "desk", "answers", "names", "lines", "amounts", "forecast", "trends", "visits", "patterns", "unbuilt",
    "definitions", "times", "novelty",
)  # fmt: skip
#: What no language may lack, however new it is (guard-rail G36).
SAFETY = (
    "desk.EMERGENCY", "desk.EMERGENCY_DETAIL", "desk.THREAT_TO_LIFE", "desk.THREAT_DETAIL", "desk.DUTY_OFFICER",
    "desk.NOT_HEARD", "desk.WELFARE", "desk.CRISIS_LINES[us]", "desk.CRISIS_LINES[uk]", "desk.PEER_SUPPORT",
    "desk.PEER_SUPPORT_AT", "answers.CAUTION_FULL", "answers.CAUTION_SHORT",
)  # fmt: skip

each_language = pytest.mark.parametrize("code", OTHERS)


def told(code: str) -> dict[str, po.Entry]:
    return {each.context: each for each in catalogue(code).entries if each.translated}


def test_spanish_is_there_under_its_own_name() -> None:
    assert languages()["es"] == "Español"


@each_language
def test_every_translation_is_of_a_sentence_as_it_is_now(code: str) -> None:
    english = {each.context: (each.english, each.plural) for topic in topics() for each in sentences(topic)}
    for entry in catalogue(code).entries:
        assert english.get(entry.context) == (entry.english, entry.plural), entry.context


@each_language
def test_every_translation_can_be_filled_in(code: str) -> None:
    assert [each.context for each in told(code).values() if not fits(each)] == []
    for entry in told(code).values():
        # Formats too, such as {lat:.3f}.
        assert all(sorted(_fields(text)) == sorted(_fields(entry.english)) for text in entry.said), entry.context


def _fields(text: str) -> list[str]:
    return re.findall(r"\{[^}]*\}", text)


@each_language
def test_translations_are_plain(code: str) -> None:
    for entry in told(code).values():
        assert not any(sign in text for text in entry.said for sign in "!¡"), entry.context
        assert all(text == text.strip() for text in entry.said) or entry.english != entry.english.strip()


@each_language
def test_no_language_lacks_a_line_that_safety_hangs_on(code: str) -> None:
    assert [context for context in SAFETY if context not in told(code)] == []


@each_language
def test_first_screens_and_buttons_fit(code: str) -> None:
    with speaking(code):
        care = [
            desk.WELFARE.format(lines=lines, peer=desk.PEER_SUPPORT, number=999)
            for lines in desk.CRISIS_LINES.values()
        ]
        said = (desk.HELP, desk.BANNER, desk.PRIVACY, desk.STRANGER, desk.UNKNOWN, *care)
        for text in (*said, *desk.REFUSED.values(), *unbuilt.NOT_YET.values()):
            assert len(text) <= 600
        for meaning, source in definitions.TERMS.values():
            # The term itself stands above.
            assert len(f"{meaning}\n{definitions.SOURCE.format(source=source)}") <= 570
        for label in (desk.BUTTON_MAP, desk.BUTTON_WHY, desk.BUTTON_MORE, desk.BUTTON_NEAR_ME, desk.BUTTON_AGAIN):
            assert len(label) <= 10


@pytest.mark.parametrize("topic", READ_BY_OFFICERS)
def test_spanish_is_whole_where_officers_read(topic: str) -> None:
    spanish = told("es")
    assert [each.context for each in sentences(topic) if each.context not in spanish] == []


def test_spanish_keeps_the_numbers_of_safety_lines() -> None:
    spanish, digits = told("es"), re.compile(r"\d+")
    lines = ("desk.CRISIS_LINES[us]", "desk.CRISIS_LINES[uk]")
    assert all(digits.search(spanish[context].english) for context in lines)
    for context in (*lines, "desk.WELFARE", "desk.EMERGENCY", "desk.PRIVACY", "desk.INVITE_HOW"):
        assert digits.findall(spanish[context].said[0]) == digits.findall(spanish[context].english), context


def test_what_is_typed_and_what_is_only_a_part_is_not_translated() -> None:
    names = {each.context.partition("[")[0] for each in sentences("definitions")}
    assert "definitions.TERMS" in names
    assert not names & {"definitions.ALIASES", "definitions.ASK_TERM", "definitions._SHORTHAND"}


def test_a_template_holds_every_sentence_once_and_can_be_read() -> None:
    entries = template().entries
    assert len({each.context for each in entries}) == len(entries)
    assert not any(each.translated for each in entries)
    assert po.read(po.write(template().headers, entries)).entries == entries
    contexts = {each.context for each in entries}
    assert {"desk.HELP", "desk.REFUSED[override]", "names.OFFENCE[robbery]", "names.MONTHS[0]"} <= contexts


def test_a_translation_brought_up_to_date_keeps_its_words_and_marks_what_has_changed() -> None:
    spanish = catalogue("es")
    assert {each.context for each in template(spanish).entries if each.translated} == set(told("es"))
    first = spanish.entries[0]
    older = replace(spanish, entries=(replace(first, english="What English said before."), *spanish.entries[1:]))
    kept = next(each for each in template(older).entries if each.context == first.context)
    assert (kept.said, kept.unsure, kept.translated) == (first.said, True, False)
    with speaking("es"):
        assert told("es")["answers.HOT"].said[0] == answers.HOT
