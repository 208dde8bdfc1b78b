"""Rules for coming and running hours and for shifts: "rn", "tonight", "rest of the shift", "this evening", "mids"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Final

from ilp_core.assistant.when.draft import Draft, Rule, Scene, rules
from ilp_core.assistant.when.periods import Stretch, current
from ilp_core.assistant.when.tokens import plain_line
from ilp_core.assistant.when.vocabulary import TimeWords
from ilp_core.domain.shifts import Shift, ago, next_shift, shift_around, shift_named
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.words.en import times

_AFTERNOON: Final = Hours(12 * 60, 18 * 60)


def _now(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.ahead:
        return draft
    clock = scene.clock
    if not clock.running:
        return replace(draft, ahead=TimeWindow(clock.at, ago(-timedelta(hours=1), clock.at, clock.zone)))
    shift, window = clock.running
    return _from_now(shift, window, scene, draft)


def _from_now(shift: Shift, window: TimeWindow, scene: Scene, draft: Draft) -> Draft:
    """The shift from now on, and what of it is over."""
    at = scene.clock.at
    if window.start >= at:
        return replace(draft, ahead=window, shift=shift.name)
    return replace(draft, ahead=TimeWindow(at, window.end), so_far=TimeWindow(window.start, at), shift=shift.name)


def _tonight(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    night = shift_named(scene.clock.shifts, "nights")
    draft = replace(draft, dark=True)
    if draft.ahead:
        return draft
    if scene.clock.on_duty or night is None:
        return _now(match, scene, draft)
    return _running_or_next(night, scene, draft)


def _running_or_next(shift: Shift, scene: Scene, draft: Draft) -> Draft:
    clock = scene.clock
    window = shift_around(shift, clock.at, clock.zone) or next_shift(shift, clock.at, clock.zone)
    return _from_now(shift, window, scene, draft)


def _next_shift(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    clock = scene.clock
    if not clock.shifts:
        return None
    coming = [(next_shift(shift, clock.at, clock.zone), shift) for shift in clock.shifts]
    window, shift = min(coming, key=lambda row: row[0].start)
    return replace(draft, ahead=window, shift=shift.name)


def _since_shift(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    clock = scene.clock
    if not clock.running:
        return None
    start = clock.running[1].start
    clock_face = start.astimezone(clock.zone)
    label = times.SINCE.format(start=f"{clock_face:%H:%M}")
    return replace(draft, window=TimeWindow(start, clock.at), label=label)


def _this_morning(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if draft.placed:
        return draft
    today = current("day", scene.clock)
    return replace(
        draft, window=Stretch(today, today).window(scene.clock).until(scene.clock.at), label=times.THIS_MORNING
    )


def _this_afternoon(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    return _part_of_today(Shift("afternoon", _AFTERNOON), times.THIS_AFTERNOON, scene, draft, named=False)


def _this_evening(_: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    evenings = shift_named(scene.clock.shifts, "evenings")
    return _part_of_today(evenings, times.THIS_EVENING, scene, draft, named=True) if evenings else None


def _part_of_today(shift: Shift, label: str, scene: Scene, draft: Draft, *, named: bool) -> Draft:
    """Coming or running it is what advice is for; once over it is where the evidence comes from."""
    clock = scene.clock
    window = shift.on(clock.today, clock.zone)
    if window.end > clock.at:
        found = _from_now(shift, window, scene, draft)
        return found if named else replace(found, shift=draft.shift)
    return draft if draft.placed else replace(draft, window=window, label=label)


def _shift_word(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """A shift's name limits the hours to its own, and advice is for the one that runs or comes next."""
    before = match.string[: match.start()].split()
    if match["shift"] in _ALSO_COUNTED and _is_counted(before):
        return draft
    shift = shift_named(scene.clock.shifts, shift_phrases(scene.words)[match["shift"]])
    if shift is None:
        return None
    draft = replace(draft, dark=draft.dark or shift.name == "nights")
    if draft.hours or draft.either:
        return draft if draft.shift else replace(draft, shift=shift.name)
    found = replace(draft, hours=shift.hours, shift=shift.name)
    if draft.placed or draft.ahead or draft.weekdays:
        return found
    return replace(found, turn=_running_or_next(shift, scene, found).ahead)


#: Words for a shift that also count something: "off 4 days", but "dist 8 days".
_ALSO_COUNTED: Final = frozenset({"days", "nights", "evenings", "afternoons"})
_COUNTED: Final = frozenset({"these", "those", "other", "some", "most", "all", "off", "many", "of", "x"})
_AREAS: Final = frozenset({
    "beat", "bt", "dist", "district", "dst", "sector", "zone", "area", "precinct", "pct", "ward", "division", "unit",
})  # fmt: skip


def _is_counted(before: list[str]) -> bool:
    if not before:
        return False
    number = re.fullmatch(r"n?\d+", before[-1]) is not None
    return before[-1] in _COUNTED or (number and not (len(before) > 1 and before[-2] in _AREAS))


DUTY_RULES: Final = rules("time", [
    (r"(?:for |the )*this shift|(?:rest of )?(?:now )?until end of (?:the |my |this )?shift", _now),
    (r"(?:for |on |in )?(?:the )?(?:next|coming) shift", _next_shift),
    (r"since shift|earlier (?:tonight|this shift|in (?:the|my) shift)", _since_shift),
    (r"(?:for |from )?this morning", _this_morning),
    (r"(?:for )?this afternoon", _this_afternoon),
    (r"(?:for )?this evening", _this_evening),
    (r"(?:for |later )?tonight|(?:rest|remainder) of (?:the |this )?night", _tonight),
    (r"(?:for |from )?now", _now),
])  # fmt: skip


@lru_cache(maxsize=32)
def shift_phrases(words: TimeWords) -> dict[str, str]:
    """Phrase in the plain form -> the shift it names."""
    return {plain_line(phrase, words).text: shift for phrase, shift in reversed(words.shifts)}


@lru_cache(maxsize=32)
def shift_rule(words: TimeWords) -> Rule:
    """The rule for any phrase that names a shift, longest first."""
    phrases = sorted(shift_phrases(words), key=len, reverse=True)
    names = "|".join(re.escape(phrase) for phrase in phrases) or "(?!)"
    pattern = rf"(?<!\S)(?:(?:on|for|during|in) )?(?:the )?(?P<shift>{names})(?!\S)"
    return Rule("hours", re.compile(pattern), _shift_word)
