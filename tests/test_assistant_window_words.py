"""A window's label is one phrase for programs; an officer reads it in the language that is spoken."""

from __future__ import annotations

import pytest

from ilp_core.assistant.window_words import window_words
from ilp_core.words.en import times
from ilp_core.words.speech import speaking

SAID = {
    "last 28 days": "últimos 28 días",
    "28 days": "28 días",
    "364 days": "364 días",
    "last 24 hours": "últimas 24 horas",
    "last 90 minutes": "últimos 90 minutos",
    "last 3 months of 28 days": "últimos 3 meses de 28 días",
    "last week": "la semana pasada",
    "week before last": "hace dos semanas",
    "next 3 days": "siguientes 3 días",
    "3 nights ago": "hace 3 noches",
    "last Fri night": "la noche del último vie",
    "Fri 8 Jul": "vie 8 jul",
    "week of 4 Jul": "semana del 4 jul",
    "since Fri 8 Jul": "desde vie 8 jul",
    "since 21:30": "desde 21:30",
    "1 Jul to 10 Jul": "1 jul a 10 jul",
    "Jan to Mar 2016": "ene a mar 2016",
    "Q1 2015 to Q2 2015": "T1 2015 a T2 2015",
    "2015": "2015",
    "after 22:00": "después de las 22:00",
}


@pytest.mark.parametrize(("label", "said"), SAID.items())
def test_a_label_is_told_in_the_language_being_spoken(label: str, said: str) -> None:
    assert window_words(label) == label
    with speaking("es"):
        assert window_words(label) == said


def test_no_window_is_no_word_and_an_unknown_one_stands_as_it_is() -> None:
    with speaking("es"):
        assert window_words(None) == ""
        assert window_words("the long weekend") == "the long weekend"


def test_every_name_of_a_window_without_a_part_has_its_own_words() -> None:
    told = {name: value for name, value in vars(times).items() if name.isupper() and name != "UNITS"}
    plain = [text for table in told.values() if isinstance(table, dict) for text in table.values()]
    plain += [text for text in told.values() if isinstance(text, str) and "{" not in text]
    assert {"today", "last quarter", "this evening"} <= set(plain)
    with speaking("es"):
        assert [label for label in plain if window_words(label) == label] == []
        assert len({window_words(label) for label in plain}) == len(set(plain))
