"""Speech: which language is being spoken, and the sentences of the catalogue in it.

The language belongs to the task at hand (a ``ContextVar``; ``asyncio.to_thread`` takes it along), so that officers of
different languages are answered at the same time. English is told without any look-up; in another language a sentence
that has no translation yet is told in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from ilp_core.words import po
from ilp_core.words.plural import Plural

ENGLISH: Final = "en"
_NAME_OF_ENGLISH: Final = "English"
_SENTENCES: Final = f"ilp_core.words.{ENGLISH}"
_FOLDER: Final = Path(__file__).parent
_PLACEHOLDER: Final = re.compile(r"\{\w+")
_spoken: Final[ContextVar[str]] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The code of the language that is being spoken, such as ``en``."""
    return _spoken.get()


def speak(code: str) -> None:
    """From here on this task speaks ``code``; English where there is no such catalogue."""
    _spoken.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within the block ``code`` is spoken."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def languages() -> Mapping[str, str]:
    """The languages that there are catalogues of, English first: code to the name that its own speakers use."""
    found = sorted(path.parent.name for path in _FOLDER.glob("*/messages.po"))
    return {ENGLISH: _NAME_OF_ENGLISH} | {code: _book(code).name for code in found}


def forget() -> None:
    """Read the catalogues anew: for who has just changed one."""
    languages.cache_clear()
    _book.cache_clear()


def form(forms: tuple[str, ...], count: int) -> str:
    """Of the forms of a name, as read from a catalogue just now, the one that stands beside ``count``."""
    if len(forms) == 1:
        return forms[0]
    number = _book(_spoken.get()).form_of(count)
    return forms[min(number, len(forms) - 1)]


class Sentences:
    """The sentences of one topic in the language that is being spoken, under the names they have in English."""

    _english: ModuleType

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def __getattr__(self, name: str) -> Any:
        if name == "_english":
            # Not before the first sentence is read: a topic's own functions read from it too.
            self._english = import_module(f"{_SENTENCES}.{self._topic}")
            return self._english
        value = getattr(self._english, name)
        spoken = _spoken.get()
        return value if spoken == ENGLISH else _book(spoken).say(f"{self._topic}.{name}", value)

    def __repr__(self) -> str:
        return f"<sentences of {self._topic}>"


def sentences_of(topic: str) -> Sentences | None:
    """The sentences of a topic; None where English has no such module."""
    return Sentences(topic) if find_spec(f"{_SENTENCES}.{topic}") else None


@dataclass(frozen=True, slots=True)
class _Book:
    """The translations into one language, by context and English sentence."""

    name: str
    texts: Mapping[tuple[str, str], tuple[str, ...]]
    form_of: Callable[[int], int]
    _said: dict[str, Any] = field(default_factory=dict)

    def say(self, context: str, value: Any) -> Any:
        """``value``, a sentence or a table of them, translated; whatever else it is, as it is."""
        if isinstance(value, str):
            return self.texts.get((context, value), (value,))[0]
        if not isinstance(value, dict | tuple):
            return value
        if context not in self._said:
            self._said[context] = self._table(context, value)
        return self._said[context]

    def _table(self, context: str, value: dict[Any, Any] | tuple[Any, ...]) -> Any:
        if isinstance(value, Plural):
            return self.texts.get((context, value.one), value)
        if isinstance(value, dict):
            return {key: self.say(f"{context}[{key}]", each) for key, each in value.items()}
        return tuple(self.say(f"{context}[{number}]", each) for number, each in enumerate(value))


def catalogue(code: str) -> po.File:
    """The translations into a language as they stand in its file; none where it has no file.

    Raises ValueError for a file that is no .po file.
    """
    path = _FOLDER / code / "messages.po"
    known = re.fullmatch(r"[A-Za-z_-]+", code) and path.is_file()
    return po.read(path.read_text("utf-8") if known else "")


@cache
def _book(code: str) -> _Book:
    file = catalogue(code)
    texts = {(each.context, each.english): each.said for each in file.entries if each.translated and fits(each)}
    return _Book(file.headers.get(po.NAME, code), texts, file.form_of)


def fits(entry: po.Entry) -> bool:
    """True where a translation has the placeholders of its sentence, so that filling it in cannot fail."""
    wanted = set(_PLACEHOLDER.findall(entry.english))
    return all(set(_PLACEHOLDER.findall(text)) == wanted for text in entry.said)
