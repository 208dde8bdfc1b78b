"""How far what was understood is what was meant: the scoring of the assistant's contract, by intent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

MOMENTS: Final = frozenset({"from", "to", "for_from", "for_to"})
#: Moments are the same within so many seconds.
SAME_S: Final = 60
#: An expectation of either of two intents.
EITHER: Final = {"trend_or_hotspots": ("trend", "hotspots")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One message: how many slots were expected and right, and what was wrong as key, expected and got."""

    id: str
    text: str
    expected: str | None
    got: str | None
    slots: int
    slots_right: int
    wrong: tuple[tuple[str, Any, Any], ...]

    @property
    def intent_right(self) -> bool:
        """True where no intent was expected or the expected one was understood."""
        return all(key != "intent" for key, _, _ in self.wrong)

    @property
    def whole(self) -> bool:
        """True where every listed field is right."""
        return not self.wrong

    @property
    def false_emergency(self) -> bool:
        """True where an emergency was read into a message that is none; a question back makes no alarm."""
        return self.got == "emergency" and self.expected != "emergency"


def judge(lines: Sequence[Mapping[str, Any]], answers: Iterable[Mapping[str, Any]]) -> list[Verdict]:
    """A verdict for each line; a line without an answer has everything wrong. Keys not listed are free."""
    by_id = {answer.get("id"): answer for answer in answers}
    return [_verdict(line, by_id.get(line["id"], {})) for line in lines]


def _verdict(line: Mapping[str, Any], got: Mapping[str, Any]) -> Verdict:
    expect = line["expect"]
    wrong = tuple((key, value, _shown(key, got)) for key, value in expect.items() if not _hit(key, value, got))
    slots = len(expect.keys() - {"intent"})
    missed = sum(key != "intent" for key, _, _ in wrong)
    return Verdict(
        line["id"], line["text"], expect.get("intent"), got.get("intent"), slots, slots - missed, wrong
    )  # fmt: skip


def _shown(key: str, got: Mapping[str, Any]) -> Any:
    return got.get("place") or got.get("clarify") if key == "place_contains" else got.get(key)


def _hit(key: str, value: Any, got: Mapping[str, Any]) -> bool:
    if key == "intent":
        return got.get("intent") in EITHER.get(value, (value,))
    if key == "place_contains":
        return _place_hit(value, got)
    if key in MOMENTS:
        return _same_moment(got.get(key), value)
    if key == "hours":
        hours = got.get("hours") or ""
        return hours.startswith(value) if value.endswith("-") else hours == value
    if key == "clarify":
        return bool(got.get("clarify"))
    if key == "area":
        area = got.get("area") or {}
        return area.get("kind") == value["kind"] and str(area.get("code", "")).upper() == value["code"].upper()
    if key in ("offences", "weekdays"):
        return sorted(got.get(key) or []) == sorted(value)
    return bool(got.get(key)) == value if isinstance(value, bool) else str(got.get(key)) == str(value)


def _place_hit(tokens: Sequence[str], got: Mapping[str, Any]) -> bool:
    """All tokens in the place's label, or each in one of the options offered."""
    label = str((got.get("place") or {}).get("label") or "").upper().replace(" ", "")
    if all(token.replace(" ", "") in label for token in tokens):
        return True
    options = [str(option).upper() for option in (got.get("clarify") or {}).get("options", [])]
    return bool(options) and all(any(token in option for option in options) for token in tokens)


def _same_moment(one: str | None, other: str) -> bool:
    if not one:
        return False
    return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds()) <= SAME_S
