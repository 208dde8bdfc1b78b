"""Numbers, times and places as an officer reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from ilp_core.domain.blocks import block_label, is_hidden
from ilp_core.domain.officers import Role
from ilp_core.domain.places import AreaRef, Place, spoken_number
from ilp_core.domain.questions import WEEKDAYS, Question, Weekday
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.words import answers, desk, names, visits
from ilp_core.words.en import names as label_names
from ilp_core.words.en import times as labels
from ilp_core.words.en.names import NEAR_YOU

#: Reasons of exclusion that the first screen sums up as "other"; why names each.
EXCLUDED_OTHER: Final = ("unmapped", "domestic_unknown", "not_located", "hour_unknown")


#: So many offences are named in a headline.
MOST_NAMED: Final = 2


def area_name(area: AreaRef | None) -> str:
    """``beat 0835``; a code that is a word and a number (``Distrito 3``) as it is; near you without an area."""
    if area is None:
        return names.NEAR_YOU
    return area.code if spoken_number(area.code) else names.AREA[area.kind].format(code=area.code)


def place_name(place: Place) -> str:
    """A place as it is told: a block that records spell 079XX S WESTERN AVE as 7900 blk S Western Ave."""
    return block_label(place.label) if is_hidden(place.label) else place.label


def where(question: Question) -> str:
    """Where a list is of: its area, else round its place, else near you."""
    place = question.place
    if question.area is not None or place is None or place.label == NEAR_YOU:
        return area_name(question.area)
    return names.NEAR_PLACE.format(label=place_name(place))


def subject(question: Question, where_told: str) -> str:
    """What a list is of and where: ``burglaries, beat 0835``; only where, where all offences count."""
    if not question.offences:
        return where_told
    named = [names.offence(slug, 2) for slug in question.offences[:MOST_NAMED]]
    more = [names.MORE_KINDS] if len(question.offences) > len(named) else []
    return ", ".join([*named, *more, where_told])


def clock(moment: datetime, zone: tzinfo) -> str:
    """``21:30``."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """``15 Jul``, with the year where it is not that of ``now``."""
    local = moment.astimezone(zone)
    same_year = now and local.year == now.astimezone(zone).year
    date = names.DAY if same_year else names.DAY_OF_YEAR
    return date.format(day=local.day, month=names.MONTHS[local.month - 1], year=local.year)


def day_clock(moment: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """``15 Jul 21:30``."""
    return f"{day(moment, zone, now)} {clock(moment, zone)}"


def span(window: TimeWindow, zone: tzinfo, now: datetime) -> str:
    """``21:30–23:00``, with the day where the window does not start on that of ``now``."""
    hours = f"{clock(window.start, zone)}–{clock(window.end, zone)}"
    if window.start.astimezone(zone).date() == now.astimezone(zone).date():
        return hours
    return f"{names.DAYS[window.start.astimezone(zone).weekday()]} {day(window.start, zone, now)} {hours}"


def months(window: TimeWindow, zone: tzinfo) -> str:
    """The label of ``Jul 2018``, a calendar month, or of ``Jun 2018 to Jul 2018``; the end is the month after."""
    first, after = window.start.astimezone(zone), window.end.astimezone(zone)
    last = after.replace(day=1) - timedelta(days=1)
    start, end = (f"{label_names.MONTHS[each.month - 1]} {each.year}" for each in (first, last))
    return start if start == end else labels.SPAN.format(first=start, last=end)


def hours(limits: Hours) -> str:
    """``15–23h``, or ``22:30–03:00`` where minutes matter."""
    if limits.start % 60 == 0 and limits.end % 60 == 0:
        return f"{limits.start // 60:02d}–{limits.end // 60 % 24:02d}h"
    return str(Hours(limits.start, limits.end)).replace("-", "–")


def weekdays(limits: Sequence[Weekday]) -> str:
    """``Fri Sat``."""
    return " ".join(names.DAYS[WEEKDAYS.index(each)] for each in limits)


def option(text: str) -> str:
    """What may be asked for instead, such as ``beat 0835``, in the language being spoken."""
    kind, _, code = text.partition(" ")
    return names.AREA[kind].format(code=code) if code and kind in names.AREA else text


def usual(number: float) -> str:
    """An expectation to one decimal: ``0.7``; ``under 0.1`` where that would read as none."""
    if 0 < number < 0.05:
        return answers.UNDER_TENTH
    return f"{number:.1f}" if number < 10 else f"{number:.0f}"


def age(length: timedelta) -> str:
    """How old something is, in the largest fitting unit."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 120:
        return answers.AGE_MINUTES.format(n=minutes)
    if minutes < 48 * 60:
        return answers.AGE_HOURS.format(n=minutes // 60)
    return answers.AGE_DAYS.format(n=minutes // 1440)


def kinds(offences: Mapping[str, float], most: int = 2) -> str:
    """The names of the largest kinds, the first with a capital: ``Assault, robbery``."""
    largest = sorted(offences, key=lambda slug: (-offences[slug], slug))[:most]
    text = ", ".join(names.offence(slug, 1) for slug in largest)
    return text[:1].upper() + text[1:]


def counted(offences: Mapping[str, int], most: int = 2) -> str:
    """How many of the commonest kinds, and of all others together: ``3 burglaries, 1 robbery``."""
    largest = sorted(offences, key=lambda slug: (-offences[slug], slug))[:most]
    several = [names.counted(slug, offences[slug]) for slug in largest]
    rest = sum(offences.values()) - sum(offences[slug] for slug in largest)
    return ", ".join([*several, answers.EXCLUDED_REST.format(n=rest)] if rest else several)


def left_out(excluded: Mapping[str, int], *, whole: bool = False, fine: bool = False) -> str:
    """The exclusions in one sentence; ``whole`` names also those that the first screen sums up as other. ``fine`` is
    for a place no larger than a block or a street: a few domestic incidents are not counted out, as that would point
    at a home."""
    named = {reason: n for reason, n in excluded.items() if n and (whole or reason not in EXCLUDED_OTHER)}
    few = fine and 0 < excluded.get("domestic", 0) < visits.LEAST_TOLD
    reasons = [
        visits.FEW_DOMESTIC if few and reason == "domestic" else answers.EXCLUDED[reason].format(n=n)
        for reason, n in named.items()
    ]
    rest = sum(excluded.values()) - sum(named.values())
    if rest:
        reasons.append(answers.EXCLUDED_REST.format(n=rest))
    return answers.LEFT_OUT.format(reasons=", ".join(reasons)) if reasons else answers.LEFT_OUT_NOTHING


def roles(who: Sequence[Role]) -> str:
    """``A supervisor or an admin``."""
    named = [desk.ROLE_NAMES[role] for role in who]
    text = named[-1] if named else desk.NOBODY
    if len(named) > 1:
        text = desk.OR.format(several=", ".join(named[:-1]), last=named[-1])
    return text[:1].upper() + text[1:]


def quoted(words: Sequence[str], most: int = 40) -> str:
    """Words of the caller's own, cut where they would fill the screen."""
    text = " ".join(words)
    return text if len(text) <= most else f"{text[:most]}…"
