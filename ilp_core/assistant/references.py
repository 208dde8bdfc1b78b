"""References: list positions, receipts, numbers of tips, tasks and spots, and grades."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ilp_core.assistant.spans import Span
from ilp_core.domain.receipts import looks_like_code

_NTH: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "last": -1, "primero": 1, "segundo": 2, "tercero": 3,
}  # fmt: skip
#: "2nd one", "the second", "#2", "number 2", "item 2", "why 2"; a bare "5th" is a street unless nothing else is said.
_ITEM: Final = re.compile(
    r"(?<![\w&])(?:"
    r"(?:the\s+)?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|primero|segundo|tercero)\s+"
    r"(?:one|item|spot|place|hotspot|hs|1|location|uno|punto|on the list)"
    r"|(?:items?|number|spot|place|num|no|one|punto)\s*#?\s*(?P<item>\d{1,2})(?!\d|\s*(?:min|cars?|units?|days?|weeks?|hours?))"
    r"|#\s?(?P<number>\d{1,2})"
    r"|(?<=why )(?P<after_why>\d)|(?<=\? )(?P<asked>\d)$|^(?P<alone>[1-9])$|(?P<why>\d)(?=\s+-?\s*why)"
    r"|^(?P<alone_nth>1st|2nd|3rd|4th|5th|first|second|third)(?:\s+-?\s*why)?$"
    r"|(?<=^why )(?P<why_nth>1st|2nd|3rd|4th|5th)$"
    r"|(?<=on scene )(?:the\s+)?(?P<scene>1st|2nd|3rd|first|second|third)(?=\s*$|\s+(?:now|one|spot)\b)"
    r"|(?<=skip )(?:the\s+)?(?P<skip>1st|2nd|3rd|first|second|third)(?!\s+(?:st|street|ave|and|&)\b)"
    r")(?![\w&])"
)
#: "hs2", "hs 2", "hs-14", "spot hs3".
_SPOT: Final = re.compile(r"(?<![\w&])hs\s?-?\s?(?P<spot>\d{1,3})(?![\w&])")
#: "tip 2231", "task 88", "ref 12", "case 16-004512".
_REF: Final = re.compile(
    r"(?<![\w&])(?P<kind>tips?|tasks?|ref|reference|report|concern|log|intel|(?:series|pattern|briefing)\s*#)\s*#?\s*"
    r"(?P<ref>[a-z]{0,3}-?\d{2,8}(?:-\d{2,8})?)(?![\w&:])"
)
#: "approve 2231", "merge 2231 and 2230": the number after a reviewer's word.
_REVIEWED: Final = re.compile(
    r"(?<![\w&])(?:approve|reject|accept|grade|regrade|merge|refer|review|validate|close|assign|nudge)\s+#?(?P<ref>\d{2,8})"
    r"(?![\w&:])"
)
#: 3x5x2 (doctrine 3.1): "2B P", "1BP", "3 E"; conditions after a C.
_GRADE: Final = re.compile(
    r"(?<![\w&])(?P<source>[123])\s?-?(?P<information>[a-e])\s?-?(?P<handling>[pc])?(?P<conditions>(?:\s?[as][123]){0,2})"
    r"(?![\w&])"
)
_RECEIPT: Final = re.compile(
    r"(?<![\w&])(?P<lead>/?why|receipt|code|por que)\s+(?:receipt\s+|code\s+)?#?(?P<code>[0-9a-z]{6,12})(?!\w)"
)


@dataclass(frozen=True, slots=True)
class References:
    """What a message points at. ``spot`` is the number of an "hs2", which is an item while a list is open."""

    item: int | None = None
    ref: str | None = None
    spot: int | None = None
    grade: str | None = None
    receipt: str | None = None


def read_references(text: str) -> tuple[References, tuple[Span, ...]]:
    """The references of a normalised message, and where they stand."""
    code, code_span = _receipt(text)
    if code:
        return References(receipt=code), code_span
    spans: list[Span] = []
    item = _first(_ITEM, text)
    number = None
    if item:
        said = next(value for value in item.groupdict().values() if value is not None)
        number = _NTH.get(said) or int(said)
        spans.append(Span("item", item.start(), item.end(), item[0], str(number)))
    spot = _first(_SPOT, text)
    if spot:
        spans.append(Span("ref", spot.start(), spot.end(), spot[0], f"hs{spot['spot']}"))
    ref = _first(_REVIEWED, text) or _first(_REF, text)
    if ref:
        spans.append(Span("ref", ref.start("ref"), ref.end("ref"), ref["ref"], ref["ref"]))
    grade = _first(_GRADE, text)
    graded = None
    if grade and (grade["handling"] or ref):
        graded = "".join(part or "" for part in grade.groups()).replace(" ", "").upper()
        spans.append(Span("grade", grade.start(), grade.end(), grade[0], graded))
    return References(number, ref["ref"] if ref else None, int(spot["spot"]) if spot else None, graded), tuple(spans)


def _first(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return pattern.search(text)


def _receipt(text: str) -> tuple[str | None, tuple[Span, ...]]:
    """The receipt code after "why", in capitals."""
    match = _RECEIPT.search(text)
    if not match or not looks_like_code(match["code"]):
        return None, ()
    # "why street" could be a code too; a code of letters alone must be all that is asked.
    if not any(sign.isdigit() for sign in match["code"]) and match[0].strip() != text.strip():
        return None, ()
    return match["code"].upper(), (Span("ref", match.start(), match.end(), match[0], match["code"].upper()),)
