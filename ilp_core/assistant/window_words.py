"""How an officer reads a window of time: its label is one English phrase for programs, told in what is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from ilp_core.words import names, times
from ilp_core.words.en import names as label_names
from ilp_core.words.en import times as labels
from ilp_core.words.speech import ENGLISH, language

_ROLLING: Final = re.compile(r"last (\d+) (.+)")
#: Names of two words and signs alone, such as ``Fri 8 Jul``, fit any phrase: they are read word by word.
_ANY: Final = frozenset({"DAY", "MONTH"})
_PART: Final = re.compile(r"\\\{(\w+)\\\}")
#: A constant of `times`, the key of a table or "", and what its labels look like.
_Form = tuple[str, str, re.Pattern[str]]


def window_words(label: str | None) -> str:
    """A window's label, such as ``last 7 days``, in the language being spoken; an unknown one as it is."""
    label = label or ""
    if language() == ENGLISH:
        return label
    rolling = _ROLLING.fullmatch(label)
    if rolling and rolling[2] in names.ROLLING:
        said: str = names.ROLLING[rolling[2]]
        return said.format(n=rolling[1])
    for constant, key, form in _forms():
        match = form.fullmatch(label)
        if match:
            parts = {name: window_words(part) for name, part in match.groupdict().items()}
            said = getattr(times, constant)[key] if key else getattr(times, constant)
            return said.format(**parts)
    return " ".join(_word(word) for word in label.split(" "))


def _word(word: str) -> str:
    """A weekday, a month or a unit in the language being spoken; anything else as it is."""
    tables: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
        (label_names.DAYS, names.DAYS),
        (label_names.MONTHS, names.MONTHS),
    )
    for table, spoken in tables:
        if word in table:
            return spoken[table.index(word)]
    units: Mapping[str, str] = times.UNITS
    return units.get(word, word)


@cache
def _forms() -> tuple[_Form, ...]:
    """What labels look like, those without a part first: ``last week`` is no rolling window."""
    forms = [
        (constant, key, re.compile(_PART.sub(_form_of_part, re.escape(text)))) for constant, key, text in _texts()
    ]
    return tuple(sorted(forms, key=lambda form: form[2].groups))


def _form_of_part(part: re.Match[str]) -> str:
    return rf"(?P<{part[1]}>{r'[0-9]+' if part[1] == 'number' else '.+'})"


def _texts() -> Iterator[tuple[str, str, str]]:
    for constant, value in vars(labels).items():
        if not constant.isupper() or constant in _ANY | {"UNITS"}:
            continue
        if isinstance(value, str):
            yield constant, "", value
        else:
            yield from ((constant, key, text) for key, text in value.items())
