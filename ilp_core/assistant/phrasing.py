"""Numbers, times and places as an officer reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from ilp_core.domain.officers import Role
from ilp_core.domain.places import AreaRef, spoken_number
from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.words.en import answers, desk, names


def area_name(area: AreaRef | None) -> str:
    """``beat 0835``; a code that is a word and a number (``Distrito 3``) as it is; near you without an area."""
    if area is None:
        return names.NEAR_YOU
    return area.code if spoken_number(area.code) else names.AREA[area.kind].format(code=area.code)


def clock(moment: datetime, zone: tzinfo) -> str:
    """``21:30``."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """``15 Jul``, with the year where it is not that of ``now``."""
    local = moment.astimezone(zone)
    year = "" if now and local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local.day} {names.MONTHS[local.month - 1]}{year}"


def day_clock(moment: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """``15 Jul 21:30``."""
    return f"{day(moment, zone, now)} {clock(moment, zone)}"


def span(window: TimeWindow, zone: tzinfo, now: datetime) -> str:
    """``21:30–23:00``, with the day where the window does not start on that of ``now``."""
    hours = f"{clock(window.start, zone)}–{clock(window.end, zone)}"
    if window.start.astimezone(zone).date() == now.astimezone(zone).date():
        return hours
    return f"{names.DAYS[window.start.astimezone(zone).weekday()]} {day(window.start, zone, now)} {hours}"


def hours(limits: Hours) -> str:
    """``15–23h``, or ``22:30–03:00`` where minutes matter."""
    if limits.start % 60 == 0 and limits.end % 60 == 0:
        return f"{limits.start // 60:02d}–{limits.end // 60 % 24:02d}h"
    return str(Hours(limits.start, limits.end)).replace("-", "–")


def weekdays(limits: Sequence[Weekday]) -> str:
    """``Fri Sat``."""
    return " ".join(names.DAYS[WEEKDAYS.index(each)] for each in limits)


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


def left_out(excluded: Mapping[str, int], *, whole: bool = False) -> str:
    """The exclusions in one sentence; ``whole`` names also those that the first screen sums up as other."""
    named = {reason: n for reason, n in excluded.items() if n and (whole or reason not in answers.EXCLUDED_OTHER)}
    reasons = [answers.EXCLUDED[reason].format(n=n) for reason, n in named.items()]
    rest = sum(excluded.values()) - sum(named.values())
    if rest:
        reasons.append(answers.EXCLUDED_REST.format(n=rest))
    return answers.LEFT_OUT.format(reasons=", ".join(reasons)) if reasons else answers.LEFT_OUT_NOTHING


def roles(who: Sequence[Role]) -> str:
    """``A supervisor or an admin``."""
    named = [desk.ROLE_NAMES[role] for role in who]
    text = " or ".join(part for part in (", ".join(named[:-1]), named[-1]) if part) if named else desk.NOBODY
    return text[:1].upper() + text[1:]


def quoted(words: Sequence[str], most: int = 40) -> str:
    """Words of the caller's own, cut where they would fill the screen."""
    text = " ".join(words)
    return text if len(text) <= most else f"{text[:most]}…"
