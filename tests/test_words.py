"""The catalogue of sentences: plain, short, and without what chat must not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ilp_core.words.en import answers, commands, desk, imports, local_knowledge, names

CATALOGUES = {
    "answers": answers, "commands": commands, "desk": desk, "imports": imports,
    "local_knowledge": local_knowledge, "names": names,
}  # fmt: skip
#: The few signs that sentences may use beyond letters, digits and common punctuation.
SIGNS = set("·–“”…")


def sentences() -> Iterator[tuple[str, str]]:
    for room, module in CATALOGUES.items():
        for name, value in vars(module).items():
            if name.isupper():
                yield from ((f"{room}.{name}", text) for text in _texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, tuple):
        yield from (text for each in value for text in _texts(each))


@pytest.mark.parametrize(("name", "text"), sorted(set(sentences())))
def test_sentences_are_plain(name: str, text: str) -> None:
    assert "!" not in text
    assert all(ord(sign) < 128 or sign in SIGNS for sign in text), name


def test_first_screens_that_need_no_data_are_short() -> None:
    for text in (desk.HELP, desk.BANNER, desk.PRIVACY, desk.WELFARE, desk.STRANGER, desk.UNKNOWN):
        assert len(text) <= 600


def test_button_labels_fit_a_quarter_of_a_phone() -> None:
    labels = [value for name, value in vars(desk).items() if name.startswith("BUTTON_")]
    assert len(labels) == 5
    assert max(len(label) for label in labels) <= 10


def test_g04_the_full_caution_says_what_the_law_asks() -> None:
    assert "High-crime location alone is not reasonable suspicion." in answers.CAUTION_FULL
    assert "kept and may be disclosed" in answers.CAUTION_FULL


def test_g17_privacy_says_who_sees_what() -> None:
    for words in (
        "no supervisor sees questions by name",
        "no command shows",
        "150 m cell",
        "Not the words you typed",
    ):
        assert words in desk.PRIVACY


def test_no_sentence_scores_a_person() -> None:
    forbidden = re.compile(r"\b(suspect score|risk score|likely offender|prolific)\b", re.IGNORECASE)
    assert [name for name, text in sentences() if forbidden.search(text)] == []
