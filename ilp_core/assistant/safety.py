"""Emergencies and welfare, read before everything else (guard-rail G36): which words, and why.

A message is an emergency where it tells of a danger that is there now. Dangers are of six kinds, and each kind is
overruled by other words: a call for help ("need backup", "im hit") only by a question what words mean; an armed
person also by the past, by a question or by a report that says nothing of now; the name of an offence ("shots fired")
also by an area or a shift that is asked about. Words that name a danger without saying that it is there ("fight")
count only with a word of presence. A threat to life counts whatever it stands in, but for a question about a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ilp_core.assistant.rules import Reading, Rules, ready, rules
from ilp_core.domain.questions import Intent
from ilp_core.domain.ten_codes import TenCode

_TABLE: Final = "safety"
#: Without an agency's table this code alone counts: in most places that use it, it means an emergency.
_PRESET: Final = (TenCode("10-33", "Emergency", emergency=True),)
#: What overrules a danger of each kind, in the order in which the kinds are tried.
_OVERRULED: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("call", ("meaning",)),
    ("officer", ("meaning", "records", "past", "asking")),
    ("event", ("meaning", "records", "past", "asking", "query", "report", "told")),
    ("offence", ("meaning", "records", "past", "asking", "query", "report", "window", "area", "told")),
    ("weak", ("meaning", "records", "past", "asking", "query", "report", "window", "area", "told")),
    ("threat", ("meaning", "records", "who", "joke")),
)
#: What a word such as "now" sets aside again: a gun at school now is an emergency, whatever was last week.
_SET_ASIDE: Final = frozenset({"past", "query", "report", "told", "window", "area"})


def read_safety(text: str, codes: Iterable[TenCode] | None = None) -> Intent | None:
    """``emergency`` or ``welfare`` where a normalised message is one, else None."""
    found = explain_safety(text, codes)
    if found is None:
        return None
    return "emergency" if found.kind == "emergency" else "welfare"


def explain_safety(text: str, codes: Iterable[TenCode] | None = None, *, pinned: bool = False) -> Reading | None:
    """Which rule makes a normalised message an emergency or a call for care, or None.

    ``codes`` is the agency's ten-code table; without one only 10-33 counts. ``pinned`` says that the words belong to
    a position, where "help" alone is a call for help.
    """
    table, plain = rules(_TABLE), ready(text)
    if pinned and re.search(r" (help|sos|ayuda|socorro|auxilio)(?= |\Z)", plain):
        return Reading("emergency", "help at a position", plain.strip())
    danger = table.without("harmless", plain)
    return _code(table, danger, codes) or _danger(table, danger) or _welfare(table, plain)


def _danger(table: Rules, text: str) -> Reading | None:
    now = table.has("now", text)
    for kind, overruling in _OVERRULED:
        if kind == "weak" and not table.has("present", text):
            continue
        found = table.first(kind, text)
        if found and not _overruled(table, text, overruling, now=now):
            return Reading("emergency", f"{kind}: {found.rule}", found.text)
    return None


def _overruled(table: Rules, text: str, kinds: tuple[str, ...], *, now: bool) -> bool:
    return any(table.has(kind, text) for kind in kinds if not (now and kind in _SET_ASIDE))


def _code(table: Rules, text: str, codes: Iterable[TenCode] | None) -> Reading | None:
    """An emergency code of the agency's own table, wherever it stands and is not asked about."""
    if codes is None:
        codes = _PRESET
    pattern = _codes_pattern(tuple(code.code for code in codes if code.emergency))
    found = pattern.search(text) if pattern else None
    if found is None or _overruled(table, text, ("meaning", "records", "past", "asking"), now=False):
        return None
    return Reading("emergency", "officer: code", found.group().strip())


@lru_cache(maxsize=16)
def _codes_pattern(codes: tuple[str, ...]) -> re.Pattern[str] | None:
    """The codes as officers type them: 10-33, 10 33 or 10/33."""
    forms = ("[ /-]".join(map(re.escape, re.split(r"[ /-]+", code.casefold()))) for code in codes)
    return re.compile(rf"(?<= )(?:{'|'.join(forms)})(?= |\Z)") if codes else None


def _welfare(table: Rules, text: str) -> Reading | None:
    found = table.first("welfare", text)
    if found is None or table.has("not_welfare", text) or (found.rule == "strain" and table.has("joke", text)):
        return None
    return Reading("welfare", found.rule, found.text)
