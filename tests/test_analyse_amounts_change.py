"""What is usual, and how a window compares with it, from a frame."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ilp_core.analyse.amounts.baseline import (
    LEAST_FOR_DIRECTION,
    SEASON_PRIOR,
    baseline_of,
    chosen,
    earlier_windows,
    excess_of,
    on_file,
    season_of,
    verdict_of,
)
from ilp_core.analyse.amounts.change import Change, find_change, find_season
from ilp_core.analyse.city import City
from ilp_core.analyse.coverage import Coverage, coverage_of
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.hotspots import Scope, coarseness
from ilp_core.domain.windows import Hours
from ilp_core.words.en import amounts
from tests.frames import DAY, HOUR, NOW, Made, all_rows, days_ago, frame_of, made_town

WEEK = 7 * DAY
EVERYTHING = Coverage(0.0, ())


def change_of(frame: IncidentFrame, covered: Coverage = EVERYTHING, days: float = 7, **options: Any) -> Change:
    """The change of the last ``days`` before NOW in all of the frame, with its own season where one is asked for."""
    asked: dict[str, Any] = {"at": NOW, "start": NOW - days * DAY, "end": NOW, "limits": Limits()} | options
    if asked.pop("seasonal", False):
        asked["season"] = find_season(frame, all_rows(frame), covered, **asked)
    return find_change(frame, all_rows(frame), covered, **asked)


def weekly(per_week: int, weeks: int = 60, skip: int = 0, **fields: Any) -> list[Made]:
    """``per_week`` records in each of ``weeks`` weeks before NOW, the newest ``skip`` weeks left out."""
    return [
        days_ago(7 * week + (number + 0.5) * 7 / per_week, **fields)
        for week in range(skip, weeks)
        for number in range(per_week)
    ]


def test_windows_lie_whole_weeks_back_and_apart() -> None:
    for days, planned in ((1 / 3, 52), (7, 52), (8, 26), (28, 13), (56, 6)):
        windows = earlier_windows(NOW - days * DAY, NOW, 364)
        assert len(windows) == planned
        assert all((NOW - end) % WEEK == 0 for _start, end in windows)
        assert all(later[0] >= earlier[1] for later, earlier in pairwise(windows))
        assert windows[-1][0] >= NOW - days * DAY - 364 * DAY


def test_windows_keep_the_local_clock_over_a_clock_change() -> None:
    zone = ZoneInfo("America/Chicago")
    start = datetime(2016, 3, 16, 15, tzinfo=zone)  # clocks went forward on 13 March
    for back, (since, until) in enumerate(
        earlier_windows(start.timestamp(), start.timestamp() + 8 * HOUR, 56, zone), 1
    ):
        clock = datetime.fromtimestamp(since, zone)
        assert (clock.hour, (start.date() - clock.date()) // timedelta(days=7), until - since) == (15, back, 8 * HOUR)


def test_the_three_baselines_count_their_weeks() -> None:
    found = change_of(frame_of([*weekly(4), *weekly(5, weeks=1)]))
    assert found.now == 9
    assert [(each.days, each.windows, each.planned, each.total) for each in found.baselines] == [
        (28, 4, 4, 16),
        (56, 8, 8, 32),
        (364, 52, 52, 208),
    ]
    assert (found.usual, found.verdict) == (4.0, "more")
    assert found.low <= 4 <= found.high
    assert (
        amounts.change(found.now, found.usual, found.low, found.high, found.verdict) == "9, about 5 more than usual"
    )


def test_a_usual_week_is_as_usual() -> None:
    found = change_of(frame_of(weekly(4)))
    assert (found.now, found.usual, found.verdict, found.p) == (4, 4.0, "as_usual", pytest.approx(1.0, abs=0.1))
    assert found.ratio_low < 1 < found.ratio_high


def test_one_more_is_no_clear_change() -> None:
    found = change_of(frame_of([*weekly(3), days_ago(1.1)]))
    said = amounts.change(found.now, found.usual, found.low, found.high, found.verdict)
    assert said == "4, about 1 more than usual: no clear change"


def test_below_three_there_is_no_direction() -> None:
    rare, gone = frame_of([days_ago(1), days_ago(2), days_ago(300)]), frame_of(weekly(9, skip=1))
    assert (change_of(rare).now, change_of(rare).verdict) == (2, "few")
    assert (change_of(gone).now, change_of(gone).verdict) == (0, "few")
    assert change_of(gone).p < 0.05
    assert LEAST_FOR_DIRECTION == amounts.LEAST_FOR_DIRECTION


def test_weeks_not_on_file_are_no_quiet_weeks() -> None:
    """Of the last eight weeks four are not on file: usual stays four a week, and only the year speaks."""
    rows = [row for row in weekly(4, weeks=60) if not NOW - 6 * WEEK < row.time <= NOW - 2 * WEEK]
    frame = frame_of(rows)
    gap = Coverage(0.0, ((NOW - 6 * WEEK, NOW - 2 * WEEK),))
    found = change_of(frame, gap)
    assert [(each.windows, each.usual) for each in found.baselines] == [(1, 4.0), (4, 4.0), (48, 4.0)]
    assert [each.speaks for each in found.baselines] == [False, False, True]
    assert (found.usual, found.verdict) == (4.0, "as_usual")


def test_records_that_begin_lately_give_a_short_baseline_or_none() -> None:
    for weeks, days in ((5, None), (6, 28), (10, 56), (30, 56), (45, 364)):
        frame = frame_of(weekly(4, weeks=weeks))
        covered = coverage_of(frame, all_rows(frame), frame.first_ranked(NOW))
        found = change_of(frame, covered)
        assert found.basis.parameters["baseline"] == days
        assert (found.verdict == "unknown") == (days is None)


def test_a_window_that_is_not_all_on_file_is_not_judged() -> None:
    frame = frame_of(weekly(4, skip=1))
    covered = Coverage(0.0, ((NOW - 5 * DAY, NOW - 3 * DAY),))
    found = change_of(frame, covered)
    assert (found.verdict, found.usual, len(found.missing)) == ("unknown", None, 1)


def test_counts_that_always_vary_need_more_to_be_a_change() -> None:
    draw = np.random.default_rng(4)
    calm, wild = np.full(52, 6.0), draw.negative_binomial(1.5, 1.5 / 7.5, 52).astype(float)
    wild *= 6 / wild.mean()
    steady = baseline_of(13, calm, 364, 52, excess_of(calm))
    shaky = baseline_of(13, wild, 364, 52, excess_of(wild))
    assert (verdict_of(13, steady), verdict_of(13, shaky)) == ("more", "unclear")
    assert shaky.high > steady.high
    assert shaky.ratio_low < 1 < steady.ratio_low


def test_late_records_do_not_make_the_newest_week_quiet() -> None:
    """Half of all become known ten days late: the newest week is compared with what earlier ones held then."""
    rows = [Made(row.time, known=row.time + (10 * DAY if n % 2 else 0)) for n, row in enumerate(weekly(8))]
    found = change_of(frame_of(rows))
    assert (found.now, found.usual) == (4, 4.0)


def test_only_ranking_records_count_and_the_rest_is_told() -> None:
    rows = weekly(4)
    noise = [days_ago(n / 20 + 0.01, "drugs") for n in range(1_000)] + [days_ago(2, domestic=1)] * 5
    clean, mixed = change_of(frame_of(rows)), change_of(frame_of([*rows, *noise]))
    assert (clean.now, clean.usual, clean.p, clean.basis.digest) == (
        mixed.now,
        mixed.usual,
        mixed.p,
        mixed.basis.digest,
    )
    assert mixed.basis.excluded["domestic"] == 5
    assert mixed.basis.rows + sum(mixed.basis.excluded.values()) == mixed.basis.considered


def test_hours_asked_for_leave_placeholder_hours_out() -> None:
    evening = [days_ago(week * 7 + 1 + 2 / 24) for week in range(60) for _ in range(4)]  # Thursdays, 19:30
    noon = [days_ago(week * 7 + 1, timed=0) for week in range(60)]
    found = change_of(frame_of([*evening, *noon]), limits=Limits(hours=Hours(15 * 60, 23 * 60)))
    assert (found.now, found.usual, found.basis.excluded["hour_unknown"]) == (4, 4.0, 53)
    # A window of some hours asks for hours too.
    shift = change_of(frame_of([*evening, *noon]), start=NOW - 30 * HOUR, end=NOW - 22 * HOUR)
    assert (shift.now, shift.usual, shift.basis.excluded["hour_unknown"]) == (4, 4.0, 53)


def test_records_of_months_are_refused() -> None:
    monthly = [Made(days_ago(30 * n + 5).time, end=days_ago(30 * n - 20).time, timed=-1) for n in range(1, 14)]
    frame = frame_of(monthly)
    found = change_of(frame)
    assert (found.coarse, found.verdict, found.usual) == ("month", "unknown", None)
    assert coarseness(City(frame), Scope(), NOW) == "month"
    mixed = change_of(frame_of([*monthly, *weekly(4), Made(NOW - 3 * DAY, end=NOW + 20 * DAY, known=NOW, timed=-1)]))
    assert (mixed.coarse, mixed.now, mixed.usual, mixed.undated) == (None, 4, 4.0, 1)


def test_days_without_hours_answer_for_weeks_but_not_for_shifts() -> None:
    rows = [Made(row.time // DAY * DAY, timed=0) for row in weekly(4)]
    assert change_of(frame_of(rows)).coarse is None
    assert change_of(frame_of(rows), days=1 / 3).coarse == "day"


def test_a_window_is_cut_off_at_the_moment_and_the_earlier_ones_with_it() -> None:
    frame = frame_of([*weekly(7), days_ago(-1)])
    found = change_of(frame, start=NOW - 2 * DAY, end=NOW + 5 * DAY)
    assert (found.now, found.usual) == (2, 2.0)
    assert found.basis.parameters["end"] == NOW


def test_nothing_known_later_changes_a_past_answer() -> None:
    town = made_town(5)
    at = NOW - 200 * DAY
    asked = {"at": at, "start": at - WEEK, "end": at}
    early = [row for row in town if row.time <= at]
    whole, cut = frame_of(town), frame_of(early)
    first = change_of(whole, seasonal=True, **asked)
    second = change_of(cut, seasonal=True, **asked)
    assert (first.baselines, first.season, first.basis.digest) == (
        second.baselines,
        second.season,
        second.basis.digest,
    )


def test_the_season_is_found_again_and_few_records_have_none() -> None:
    draw = np.random.default_rng(12)
    day = np.arange(4 * 364)
    rate = 20 * (1 + 0.5 * np.cos(2 * np.pi * day / 364))  # the peak is today
    times = np.sort(np.repeat(NOW - day * DAY, draw.poisson(rate)) - draw.integers(0, DAY, draw.poisson(0) + 1)[0])
    covered = Coverage(float(NOW - 4 * 364 * DAY), ())
    high = season_of(times, covered, NOW - WEEK, NOW)
    low = season_of(times, covered, NOW - 26 * WEEK, NOW - 25 * WEEK)
    assert high is not None
    assert low is not None
    assert 1.40 < high < 1.52
    assert 0.48 < low < 0.60
    few = season_of(times[::400], covered, NOW - WEEK, NOW)
    assert few is not None
    assert 1.0 < few < 1.25
    assert season_of(times, Coverage(float(NOW - 300 * DAY), ()), NOW - WEEK, NOW) is None
    assert season_of(times, Coverage(None, ()), NOW - WEEK, NOW) is None
    assert SEASON_PRIOR == 50


def test_a_year_of_which_much_is_missing_tells_no_season() -> None:
    times = np.arange(NOW - 800 * DAY, NOW, DAY)
    whole = Coverage(float(NOW - 800 * DAY), ())
    holed = Coverage(float(NOW - 800 * DAY), ((NOW - 400 * DAY, NOW - 300 * DAY),))
    assert season_of(times, whole, NOW - WEEK, NOW) == pytest.approx(1.0, abs=0.02)
    assert season_of(times, holed, NOW - WEEK, NOW) is None


def test_the_season_moves_the_years_baseline_only() -> None:
    summer = [days_ago(364 * year + day + 0.5, beat="x") for year in range(4) for day in range(-40, 41) for _ in "ab"]
    winter = [days_ago(364 * year + day + 0.5, beat="x") for year in range(4) for day in range(41, 324)]
    frame = frame_of([row for row in (*summer, *winter) if row.time <= NOW])
    covered = Coverage(float(NOW - 3 * 364 * DAY), ())
    plain, seasonal = change_of(frame, covered), change_of(frame, covered, seasonal=True)
    assert plain.season is None
    assert seasonal.season is not None
    assert seasonal.season > 1.3
    assert [each.season for each in seasonal.baselines] == [1.0, 1.0, seasonal.season]
    assert seasonal.baselines[2].usual == pytest.approx(plain.baselines[2].usual * seasonal.season)


def test_a_window_needs_a_length() -> None:
    with pytest.raises(ValueError, match="length"):
        change_of(frame_of(weekly(1)), start=NOW, end=NOW)


def test_windows_that_touch_a_gap_are_not_on_file() -> None:
    covered = Coverage(NOW - 10 * WEEK, ((NOW - 4 * WEEK, NOW - 3.5 * WEEK),))
    windows = [(NOW - week * WEEK, NOW - (week - 1) * WEEK) for week in range(1, 13)]
    assert on_file(windows, covered) == [True, True, True, False, *[True] * 6, False, False]


def test_nothing_on_file_is_nothing_usual() -> None:
    none = baseline_of(5, np.empty(0), 28, 4, 0.0)
    assert (none.usual, none.speaks, none.p) == (None, False, 1.0)
    assert chosen((none,)) is None
    assert verdict_of(5, None) == "unknown"


def test_false_alarms_stay_near_one_in_twenty() -> None:
    """Weeks without any change, steady and over-dispersed ones, judged by their own 52 weeks."""
    draw = np.random.default_rng(13)
    for excess in (0.0, 0.15):
        for mean in (5.0, 15.0):
            rate = draw.gamma(1 / excess, excess, (400, 53)) if excess else np.ones((400, 53))
            counts = draw.poisson(mean * rate).astype(float)
            alarms = [
                verdict_of(int(row[0]), baseline_of(int(row[0]), row[1:], 364, 52, excess_of(row[1:])))
                in ("more", "fewer")
                for row in counts
            ]
            assert np.mean(alarms) < 0.075


def test_a_doubling_is_found() -> None:
    draw = np.random.default_rng(14)
    counts = draw.poisson(10.0, (300, 53)).astype(float)
    counts[:, 0] = draw.poisson(20.0, 300)
    found = [
        verdict_of(int(row[0]), baseline_of(int(row[0]), row[1:], 364, 52, excess_of(row[1:]))) for row in counts
    ]
    assert found.count("more") > 0.7 * len(found)
    assert datetime.fromtimestamp(NOW, UTC).weekday() == 4
