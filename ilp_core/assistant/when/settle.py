"""Bring together what the rules gathered: windows as instants, the moment that is meant, what must be asked back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ilp_core.assistant.when.clock import Clock
from ilp_core.assistant.when.compare import before
from ilp_core.assistant.when.draft import Draft
from ilp_core.assistant.when.labels import say_clock, say_period, say_since, say_stretch
from ilp_core.assistant.when.periods import Period, Stretch, current
from ilp_core.assistant.when.reading import Reading
from ilp_core.domain.questions import Compare
from ilp_core.domain.shifts import DAY_START, Shift, next_shift, shift_around
from ilp_core.domain.windows import Hours, TimeWindow
from ilp_core.words.en import times


def settle(draft: Draft, clock: Clock) -> Reading | None:
    """The reading of a whole message; None where a comparison in it makes no sense."""
    stretch, compare = _compared(draft, clock)
    if draft.versus and compare is None:
        return None
    evidence, ahead, label = _window(draft, stretch, clock)
    hours, choices = _hours(draft)
    evidence, ahead = _beside_hours(draft, hours, evidence, ahead, clock)
    moment, more = _moment(draft, stretch, evidence, ahead, clock)
    return Reading(
        advice=ahead or (draft.turn if evidence is None else None),
        evidence=evidence,
        window=label if evidence else None,
        hours=hours,
        weekdays=draft.weekdays,
        shift=draft.shift,
        compare=compare,
        instant=moment,
        so_far=draft.so_far,
        choices=(*draft.choices, *choices, *more),
    )


def _compared(draft: Draft, clock: Clock) -> tuple[Stretch | None, Compare | None]:
    """What is asked about and how it is compared: "vs last week" alone asks about this one."""
    if draft.versus is None:
        return draft.stretch, draft.compare
    if draft.stretch is not None:
        return draft.stretch, draft.compare or before(draft.stretch, draft.versus)
    if draft.window is not None or draft.since:
        return None, draft.compare
    now = current(draft.versus.first.kind, clock)
    compare = before(Stretch(now, now), draft.versus)
    return (Stretch(now, now) if compare else None), draft.compare or compare


def _window(
    draft: Draft, stretch: Stretch | None, clock: Clock
) -> tuple[TimeWindow | None, TimeWindow | None, str | None]:
    """Evidence, advice and the evidence's name. What has not begun is what advice is for."""
    if draft.window is not None:
        return draft.window.until(clock.at), draft.ahead, draft.label
    if stretch is None:
        return None, draft.ahead, None
    window = stretch.window(clock)
    if draft.since:
        return TimeWindow(window.start, clock.at), draft.ahead, say_since(stretch.first, clock)
    if draft.forward and window.end > clock.at:
        return None, draft.ahead or TimeWindow(max(window.start, clock.at), window.end), None
    if window.start > clock.at:
        return None, draft.ahead or window, None
    return window.until(clock.at), draft.ahead, say_stretch(stretch, clock)


def _hours(draft: Draft) -> tuple[Hours | None, tuple[str, ...]]:
    """The hours of the day; where am or pm was left out and nothing tells which, the phrases to choose from."""
    either = draft.either
    if not either:
        return draft.hours, ()
    if draft.dark:
        either = tuple(hours for hours in either if hours.start >= 15 * 60 or hours.start < DAY_START) or either
    if len(either) == 1:
        return either[0], ()
    return None, tuple(_say_hours(hours, before=draft.before) for hours in either)


def _say_hours(hours: Hours, *, before: bool) -> str:
    if hours.open:
        return times.AFTER.format(clock=say_clock(hours.start))
    if before:
        return times.BEFORE.format(clock=say_clock(hours.end))
    return f"{say_clock(hours.start)}-{say_clock(hours.end)}"


def _beside_hours(
    draft: Draft, hours: Hours | None, evidence: TimeWindow | None, ahead: TimeWindow | None, clock: Clock
) -> tuple[TimeWindow | None, TimeWindow | None]:
    """A night begins and ends so that it holds the hours said beside it; coming hours that miss them become them."""
    if hours is None:
        return evidence, ahead
    if draft.night and evidence is not None and draft.window is not None and not draft.near:
        evidence = _with_hours(draft.window, hours, clock)
    if ahead is not None and not draft.near:
        named = Shift("named", hours)
        around = shift_around(named, ahead.start, clock.zone)
        found = around or next_shift(named, ahead.start, clock.zone)
        # "Fri night" of this week: the night of that day, not the whole of it.
        of_a_day = draft.stretch is not None and draft.stretch.first == draft.stretch.last
        if found.start >= ahead.end or (of_a_day and draft.stretch and draft.stretch.first.kind == "day"):
            ahead = TimeWindow(max(found.start, clock.at), found.end)
    return evidence, ahead


def _with_hours(night: TimeWindow, hours: Hours, clock: Clock) -> TimeWindow:
    """The night with the hours named beside it ("last night 2200-0300")."""
    evening = night.start.astimezone(clock.zone).date()
    first = evening if hours.start >= DAY_START else evening + timedelta(days=1)
    last = first if hours.end > hours.start else first + timedelta(days=1)
    start, end = clock.on(first, hours.start), clock.on(last, hours.end)
    return TimeWindow(min(night.start, start), max(night.end, end)).until(clock.at)


def _moment(
    draft: Draft, stretch: Stretch | None, evidence: TimeWindow | None, ahead: TimeWindow | None, clock: Clock
) -> tuple[datetime | None, tuple[str, ...]]:
    """The single moment that is meant, or the moments to choose from where readings differ by a day."""
    if draft.instant is not None or not draft.moment:
        return draft.instant, ()
    if draft.night and draft.window is not None:
        evening = draft.window.start.astimezone(clock.zone).date()
        return _latest([clock.on(_of_night(evening, each), each) for each in draft.moment], clock), ()
    day = draft.day
    if day is None and stretch and stretch.first == stretch.last and stretch.first.kind == "day":
        day = stretch.first
    if day is not None and (day != current("day", clock) or draft.dated):
        return _on_day(day, draft, clock)
    if ahead is not None and evidence is None:
        return min(_next(each, clock) for each in draft.moment), ()
    shown = [moment for each in draft.moment if (moment := clock.shown(each))]
    return max(shown, default=None), ()


def _of_night(evening: date, minutes: int) -> date:
    return evening if minutes >= 12 * 60 else evening + timedelta(days=1)


def _latest(found: list[datetime], clock: Clock) -> datetime | None:
    return max((moment for moment in found if moment <= clock.at), default=None)


def _next(minutes: int, clock: Clock) -> datetime:
    """The first such time from this minute on."""
    now = clock.at - timedelta(minutes=1)
    return max(next_shift(Shift("at", Hours(minutes, minutes + 1)), now, clock.zone).start, clock.at)


def _on_day(day: Period, draft: Draft, clock: Clock) -> tuple[datetime | None, tuple[str, ...]]:
    """A time before the day shift may belong to the calendar's day or to the night after: "2am yesterday"."""
    dates = [day.first_day]
    # For a day to come the two are one, unless it is past midnight and the operational day is still the last one.
    one = draft.dated or (day.start(clock) > clock.at and clock.today == clock.calendar_day)
    if draft.moment[0] < DAY_START and not one:
        dates.append(day.plus(1).first_day)
    found = [(each, minutes, clock.on(each, minutes)) for each in dates for minutes in draft.moment]
    past = [row for row in found if row[2] <= clock.at]
    found = past if past and not draft.forward else [row for row in found if row[2] > clock.at] or found
    if len({row[0] for row in found}) > 1:
        return None, tuple(
            f"{say_period(Period('day', row[0].toordinal()), clock)} {say_clock(row[1])}" for row in found
        )
    return max((row[2] for row in found), default=None), ()
