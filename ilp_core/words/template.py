"""The catalogue for translators: every sentence with its place, and a translation brought up to date with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final

from ilp_core.words import en, po
from ilp_core.words.plural import Plural

#: Topics that officers read most come first; the others follow by name.
FIRST: Final = (
    "desk", "answers", "names", "lines", "amounts", "forecast", "trends", "visits", "patterns", "unbuilt",
    "definitions", "times", "novelty",
)  # fmt: skip
#: What is typed, not told: these words belong to the reading of each language, not to its sentences.
TYPED: Final = frozenset({"vocabulary", "places"})
#: The same, of a topic whose other constants are told.
TYPED_NAMES: Final = frozenset({"definitions.ALIASES", "definitions.ASK_TERM"})


def topics() -> list[str]:
    """The names of the English modules that hold sentences."""
    found = {module.name for module in iter_modules(en.__path__)} - TYPED
    return [*FIRST, *sorted(found - set(FIRST))]


def sentences(topic: str, forms: int = 2) -> Iterator[po.Entry]:
    """The sentences of a topic, without translation, for a language with so many plural ``forms``."""
    module: ModuleType = import_module(f"{en.__name__}.{topic}")
    for name, value in vars(module).items():
        # A private one is a part of others, which are told.
        if name.isupper() and not name.startswith("_") and f"{topic}.{name}" not in TYPED_NAMES:
            yield from _entries(f"{topic}.{name}", value, forms)


def _entries(context: str, value: Any, forms: int) -> Iterator[po.Entry]:
    if isinstance(value, Plural):
        yield po.Entry(context, value.one, value.several, ("",) * forms)
    elif isinstance(value, str):
        if any(sign.isalpha() for sign in value):
            yield po.Entry(context, value)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _entries(f"{context}[{key}]", each, forms)
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _entries(f"{context}[{number}]", each, forms)


def template(there: po.File | None = None) -> po.File:
    """All sentences, with the translations of ``there`` where their English is the same.

    A translation whose English has changed is kept as a guess, which is not told until somebody has looked at it.
    """
    headers = dict(there.headers) if there else dict(_HEADERS)
    found = re.search(r"nplurals=(\d)", headers.get("Plural-Forms", ""))
    said = {each.context: each for each in there.entries} if there else {}
    forms = int(found[1]) if found else 2
    entries = (_kept(each, said.get(each.context)) for topic in topics() for each in sentences(topic, forms))
    return po.File(headers, tuple(entries))


def _kept(entry: po.Entry, old: po.Entry | None) -> po.Entry:
    if old is None or not any(old.said) or len(old.said) != len(entry.said):
        return entry
    changed = old.english != entry.english
    return po.Entry(entry.context, entry.english, entry.plural, old.said, old.unsure or changed, old.notes)


_HEADERS: Final = {
    "Project-Id-Version": "beatdesk",
    "Language": "",
    po.NAME: "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
