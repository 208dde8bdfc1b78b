"""Rules for hours of the day and single moments: "btwn 2200 n 0300", "10p-3a", "after 10pm", "approx 2am"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ilp_core.assistant.when.draft import FOLLOWED, NO_STREET, NO_UNIT, Draft, Scene, rules
from ilp_core.assistant.when.naming import DATE, DAY, DAYS, is_year, stretch_of
from ilp_core.assistant.when.periods import Period, weekday_before
from ilp_core.assistant.when.time_of_day import CLOCK, halves_of, minutes_of
from ilp_core.domain.shifts import DAY_START, Shift, next_shift
from ilp_core.domain.windows import Hours, TimeWindow

_DAY: Final = 24 * 60
#: "Around 2am" as hours of the day: an hour before and after.
_AROUND: Final = 60


def _range(match: re.Match[str], _: Scene, draft: Draft) -> Draft | None:
    if draft.hours or draft.either:
        return draft
    found = _fitting(halves_of(match["start"]), halves_of(match["end"]))
    if not found:
        return None
    return replace(draft, hours=found[0]) if len(found) == 1 else replace(draft, either=found)


def _fitting(starts: tuple[int, ...], ends: tuple[int, ...]) -> tuple[Hours, ...]:
    """The hours that two times may mean: where am or pm was left out, the span that is under twelve hours."""
    spans = [(start, end, (end - start) % _DAY) for start in starts for end in ends if start != end]
    if len(starts) + len(ends) > 2:
        spans = [span for span in spans if span[2] < 720]
    return tuple(Hours(start, end) for start, end, _ in spans)


def _dashed(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "2200-0300" and "22-03"; "10-33" is a code and "18-25" may be an age."""
    start, end = match["start"], match["end"]
    if minutes_of(start) is None or minutes_of(end) is None or start == end:
        return draft
    before = match.string[: match.start()].split()
    if len(start) == 2 and (start in ("10", "11") or (before and before[-1] in _AGED)):
        return draft
    return _range(match, scene, draft)


def _short(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """ "last nite 11-3", "9-5 mon to fri": hours beside a day; "10-4" stays a code."""
    if match["start"] == "10" or not (halves_of(match["start"]) and halves_of(match["end"])):
        return draft
    return _range(match, scene, draft)


_AGED: Final = frozenset(["aged", "age", "male", "males", "female", "females", "m", "f", "man", "woman"])


def _after(match: re.Match[str], _: Scene, draft: Draft) -> Draft | None:
    # Open-ended: to the end of the operational day, so that "after 10pm" runs on past midnight.
    return _limited(tuple(Hours(start, DAY_START, open=True) for start in halves_of(match["start"])), draft)


def _before(match: re.Match[str], _: Scene, draft: Draft) -> Draft | None:
    # In the small hours from midnight on, else from the start of the operational day.
    ends = halves_of(match["end"])
    found = _limited(tuple(Hours(0 if 0 < end <= DAY_START else DAY_START, end) for end in ends), draft)
    return replace(found, before=True) if found and found is not draft else found


def _limited(found: tuple[Hours, ...], draft: Draft) -> Draft | None:
    if draft.hours or draft.either:
        return draft
    found = tuple(each for each in found if not each.all_day)
    if not found:
        return None
    return replace(draft, hours=found[0]) if len(found) == 1 else replace(draft, either=found)


def _until(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    ends, clock = halves_of(match["end"]), scene.clock
    if not ends:
        return None
    # The next such time: a shift that starts there begins at that instant.
    coming = min(next_shift(Shift("until", Hours(end, end + 1)), clock.at, clock.zone).start for end in ends)
    return replace(draft, ahead=TimeWindow(clock.at, coming))


def _around(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    found = _moment(match, scene, draft)
    if not found or found is draft:
        return found
    minutes = found.moment
    if len(minutes) == 1 and not (draft.hours or draft.either):
        around = Hours((minutes[0] - _AROUND) % _DAY, (minutes[0] + _AROUND) % _DAY)
        return replace(found, hours=around, near=True)
    return found


def _moment(match: re.Match[str], _: Scene, draft: Draft) -> Draft | None:
    if draft.moment:
        return draft
    found = halves_of(match["clock"])
    return replace(draft, moment=found) if found else None


def _number(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """Four digits that stand where a time may stand, and are one."""
    if minutes_of(match["clock"]) is None:
        return draft
    return _moment(match, scene, draft)


def _bare(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    """Four digits beside a word for a day: "2340 last nite", but "in 0835 last nite" is a beat."""
    minutes, before = minutes_of(match["clock"]), match.string[: match.start("clock")].split()
    if minutes is None or (before and before[-1] in _CODED):
        return draft
    at_night = "night" in match["day"] and "morning" not in match["day"]
    if at_night and DAY_START < minutes < _EVENING:
        return draft
    return _moment(match, scene, draft)


#: The earliest hour that is called night.
_EVENING: Final = 18 * 60
#: In front of four digits that are a code or an address.
_CODED: Final = frozenset({
    "in", "beat", "bt", "dist", "district", "sector", "zone", "area", "post", "unit", "car", "tip", "ref", "task",
    "case", "no", "#", "code", "badge", "on", "of",
})  # fmt: skip


def _changed(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    asked = re.search(r"(?<!\S)(?:change|make|move|set|edit|amend|correct|fix)(?!\S)", match.string[: match.start()])
    return _number(match, scene, draft) if asked else draft


def _on_weekday(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    clock = scene.clock
    found = _moment(match, scene, draft)
    if not found or found is draft:
        return found
    day = weekday_before(DAYS.index(match["day"]), clock.calendar_day)
    if clock.on(day, found.moment[0]) > clock.at:
        day = day.fromordinal(day.toordinal() - 7)
    return replace(found, day=Period("day", day.toordinal()))


def _on_date(match: re.Match[str], scene: Scene, draft: Draft) -> Draft | None:
    if is_year(match["clock"], scene.clock):
        return draft
    found = _moment(match, scene, draft)
    if not found or found is draft or draft.placed:
        return found
    day = stretch_of(match["day"], scene.clock, day_first=scene.words.day_first)
    return replace(found, day=day.first, dated=True) if day else None


_ANY: Final = rf"(?:{CLOCK}|\d{{1,4}})"
_GIVEN: Final = rf"(?:{CLOCK}|\d{{4}})"
_TO: Final = r"(?:to|until|a)"
_AT: Final = r"(?:(?:at|around) )?"
_DAY_WORD: Final = r"(?:last night|yesterday|today|tonight|tomorrow|this morning|night before last)"

HOUR_RULES: Final = rules("hours", [
    (rf"(?:between|from) (?:the |at )?(?P<start>{_ANY}) (?:and|to|until|a) (?:the |at )?(?P<end>{_ANY}){NO_STREET}"
     rf"{NO_UNIT}", _range),
    (rf"(?P<start>{CLOCK}) {_TO} (?:the )?(?P<end>{_ANY}){NO_STREET}{NO_UNIT}", _range),
    (rf"(?P<start>\d{{1,4}}) {_TO} (?P<end>{CLOCK})", _range),
    (rf"(?P<start>\d{{4}}) {_TO} (?P<end>\d{{4}}){NO_STREET}", _dashed),
    (rf"(?P<start>\d\d) to (?P<end>\d\d)(?=$| \x00| {_DAY_WORD}| {DAY}){NO_UNIT}", _dashed),
    (rf"(?:{_DAY_WORD}|{DAY}) (?P<take>(?P<start>\d{{1,2}}) to (?P<end>\d{{1,2}}))(?=$| \x00){NO_UNIT}", _short),
    (rf"(?P<start>\d{{1,2}}) to (?P<end>\d{{1,2}})(?= (?:{_DAY_WORD}|{DAY})(?!\S))", _short),
    (rf"(?:after|later than|past) (?:the )?(?P<start>{_GIVEN}|\d+[ap]m?){NO_STREET}", _after),
    (rf"after (?:the )?(?P<start>\d{{1,3}}){FOLLOWED}{NO_UNIT}", _after),
    (rf"before (?:the )?(?P<end>{_GIVEN}|\d+[ap]m?){NO_STREET}", _before),
    (rf"before (?:the )?(?P<end>\d{{1,3}}){FOLLOWED}{NO_UNIT}", _before),
])  # fmt: skip
_UNTIL: Final = rules("time", [
    (rf"(?:now )?until (?:the )?(?P<end>{_GIVEN}|\d+[ap]m?){NO_STREET}", _until),
    (rf"by (?P<end>{_GIVEN}){FOLLOWED}", _until),
    (rf"(?:now )?until (?:the )?(?P<end>\d{{1,3}}){FOLLOWED}{NO_UNIT}", _until),
])  # fmt: skip
MOMENT_RULES: Final = (*_UNTIL, *rules("time", [
    (rf"(?:on )?(?P<day>{DATE}) {_AT}(?P<clock>{_GIVEN}){NO_STREET}(?! to)", _on_date),
    (rf"{_AT}(?P<clock>{_GIVEN}) (?:on )?(?P<day>{DATE})", _on_date),
    (rf"(?:on |last )?(?P<day>{DAY}) {_AT}(?P<clock>{_GIVEN}){NO_STREET}(?! to)", _on_weekday),
    (rf"{_AT}(?P<clock>{_GIVEN}) (?:on |last )?(?P<day>{DAY})(?! and| to)", _on_weekday),
    (rf"(?:at )?around (?P<clock>{_GIVEN}){NO_STREET}", _around),
    (rf"(?:at )?around (?P<clock>\d{{1,3}})(?: ish)?{FOLLOWED}{NO_UNIT}", _around),
    (rf"(?:at )?(?P<clock>{CLOCK}|\d{{1,4}}) ?ish", _around),
    (rf"(?:at )?(?P<clock>{CLOCK})(?: the)?", _moment),
    (rf"at (?P<clock>\d{{1,4}}){FOLLOWED}{NO_UNIT}{NO_STREET}", _number),
    (rf"(?P<clock>\d{{4}})(?= (?P<day>{_DAY_WORD})(?!\S))", _bare),
    (rf"(?P<day>{_DAY_WORD}) (?P<take>(?P<clock>\d{{4}})){NO_STREET}", _bare),
    (rf"to (?P<take>(?P<clock>\d{{4}})){FOLLOWED}", _changed),
]))  # fmt: skip
