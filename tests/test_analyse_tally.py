"""What a count holds, beside counting the same records one by one with pandas."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from ilp_core.analyse.city import City
from ilp_core.analyse.counting import LAG_SHARE, count_in
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.tally import TallyAsked, compare, tally
from ilp_core.analyse.tally_blocks import list_blocks
from ilp_core.domain.offences import FOLLOW_ENFORCEMENT, OFFENCES
from ilp_core.domain.windows import Hours
from tests.frames import DAY, HOUR, NOW, RECORDING, Made, days_ago, frame_of, made_town


def table(frame: IncidentFrame) -> pd.DataFrame:
    """The frame as a table of plain columns."""
    columns = {name: np.asarray(values) for name, values in frame.column.items()}
    found = pd.DataFrame(columns)
    found["slug"] = [OFFENCES[code] for code in frame.offence]
    found["beat_code"] = [frame.words["beat"][place] if place >= 0 else "" for place in frame.column["beat"]]
    found["victim"] = frame.initiation == 0
    return found


def by_hand(frame: IncidentFrame, start: float, end: float, *, beat: str, slugs: set[str] | None, level: str) -> int:
    """The same count by going through the table."""
    rows = table(frame)
    rows = rows[(rows["beat_code"] == beat) & (rows["known"] <= NOW)]
    if end - start <= 26 * HOUR:
        has_span = rows["end"] > rows["time"]
        point = ~has_span & (rows["time"] > start) & (rows["time"] <= end)
        span = has_span & (rows["time"] < end) & (rows["end"] > start) & (rows["end"] - rows["time"] <= 7 * DAY)
        rows = rows[(point | span) & (rows["timed"] == 1)]
    else:
        rows = rows[(rows["time"] > start) & (rows["time"] <= end)]
    if slugs is not None:
        rows = rows[rows["slug"].isin(slugs)]
    rows = rows[rows["domestic"] != 1]
    if level != "wide":
        rows = rows[rows["slug"] != "sexual"]
    asked_following = (slugs or set()) & FOLLOW_ENFORCEMENT
    if level == "place":
        rows = rows[~((rows["domestic"] < 0) & rows["slug"].isin({"homicide", "assault", "sexual"}))]
        asked_following = set()
    follows = rows["slug"].isin(FOLLOW_ENFORCEMENT)
    return len(rows[(rows["victim"] & ~follows) | rows["slug"].isin(asked_following)])


def spread_town(seed: int) -> list[Made]:
    """A made town in which every third record has a window of its own, some longer than a week."""
    draw = np.random.default_rng(seed)
    rows = []
    for place, row in enumerate(made_town(seed, size=1_500, span=90 * DAY)):
        length = int(draw.integers(1, 10 * DAY)) if place % 3 == 0 else 0
        code = ("sexual", "drugs", "public_order")[place % 3] if place % 7 == 0 else row.code
        rows.append(
            Made(
                row.time,
                code,
                row.x,
                row.y,
                end=row.time + length,
                known=row.time + length + place % 5 * DAY,
                beat=row.beat,
                block=row.block,
                domestic=place % 4 - 1 if place % 2 else 0,
                timed=row.timed,
            )
        )
    return rows


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("level", ["place", "beat", "wide"])
@pytest.mark.parametrize("slugs", [None, ("burglary",), ("drugs", "robbery"), ("sexual",)])
def test_a_count_equals_counting_by_hand_in_windows_of_any_length(
    seed: int, level: str, slugs: tuple[str, ...] | None
) -> None:
    frame = frame_of(spread_town(seed))
    scope = frame.rows_in("beat", "0835")
    moments = [NOW - back * HOUR for back in (2_000, 700, 400, 60, 36, 26, 8, 0)]
    for start, end in [*pairwise(moments), (moments[0], NOW)]:
        found = count_in(frame, scope, start, end, NOW, Limits(slugs), level=level)
        assert len(found) == by_hand(frame, start, end, beat="0835", slugs=set(slugs) if slugs else None, level=level)
        assert found.evidence.considered == len(found) + sum(found.evidence.excluded.values())


def test_a_night_counts_what_overlaps_it_and_marks_what_could_be() -> None:
    night = NOW - 14 * HOUR, NOW - 6 * HOUR
    inside = Made(int(night[0]) + 60, end=int(night[1]) - 60)
    before = Made(int(night[0]) - HOUR, end=int(night[0]) + HOUR)
    after = Made(int(night[1]) - HOUR, end=int(night[1]) + HOUR)
    whole = Made(int(night[0]) - HOUR, end=int(night[1]) + HOUR)
    touching = Made(int(night[0]) - HOUR, end=int(night[0]))
    too_long = Made(int(night[0]) - 8 * DAY, end=int(night[1]))
    moment = Made(int(night[0]) + 5)
    frame = frame_of([inside, before, after, whole, touching, too_long, moment])
    found = count_in(frame, frame.all_rows, *night, NOW, Limits())
    assert (len(found), int(found.could.sum())) == (5, 3)


def test_a_record_without_an_hour_is_in_no_night_but_in_its_weeks() -> None:
    frame = frame_of([days_ago(0.3, timed=0), days_ago(0.3)])
    night = count_in(frame, frame.all_rows, NOW - DAY / 2, NOW, NOW, Limits())
    assert (len(night), night.evidence.excluded["hour_unknown"]) == (1, 1)
    assert len(count_in(frame, frame.all_rows, NOW - 7 * DAY, NOW, NOW, Limits())) == 2
    evening = Limits(hours=Hours(12 * 60, 18 * 60))
    assert count_in(frame, frame.all_rows, NOW - 7 * DAY, NOW, NOW, evening).evidence.excluded["hour_unknown"] == 1


@pytest.mark.parametrize(("now", "before"), [(12, 8), (30, 10), (0, 9), (9, 0), (3, 3), (100, 140)])
def test_two_counts_are_compared_by_the_exact_binomial_test(now: int, before: int) -> None:
    found = compare(now, before)
    expected = binomtest(now, now + before, 0.5).proportion_ci(0.95, method="exact")
    low, high = (np.inf if share == 1 else share / (1 - share) for share in expected)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.clear == (found.low > 1 or found.high < 1)


def test_months_of_different_length_are_compared_by_the_day() -> None:
    # 31 in a month of 31 days are as many a day as 28 in one of 28.
    found = compare(31, 28, 31, 28)
    assert found.low < 1 < found.high
    assert found.p == pytest.approx(1.0, abs=0.05)
    assert compare(31, 28).low != found.low


def test_the_earlier_window_counts_only_what_was_known_as_soon_then() -> None:
    week = 7 * DAY
    # Every record comes in five days late: of each week only what was early enough is seen at its end.
    rows = [days_ago(days + 0.5, known=NOW - round((days + 0.5) * DAY) + 5 * DAY) for days in range(30)]
    city = City(frame_of(rows))
    asked = TallyAsked(NOW, NOW - week, NOW, Limits(), (NOW - 2 * week, NOW - week))
    found = tally(city, city.frame.all_rows, asked)
    assert (found.count, found.versus.before) == (2, 2)


def test_g31_a_window_that_is_not_on_file_is_compared_with_nothing() -> None:
    city = City(frame_of([days_ago(days) for days in range(1, 20)]))
    week = 7 * DAY
    asked = TallyAsked(NOW, NOW - 2 * week, NOW, Limits(), (NOW - 4 * week, NOW - 2 * week))
    found = tally(city, city.frame.all_rows, asked)
    assert (found.versus, found.before_missing, found.missing) == (None, True, ())
    reaching = TallyAsked(NOW, NOW - 4 * week, NOW, Limits(), (NOW - 8 * week, NOW - 4 * week))
    found = tally(city, city.frame.all_rows, reaching)
    assert (found.versus, found.before_missing) == (None, False)
    assert found.missing == ((NOW - 4 * week, NOW - 19 * DAY),)


def test_what_is_usual_is_the_mean_of_the_like_windows_on_file() -> None:
    rows = [days_ago(7 * week + part / 10) for week in range(52) for part in range(week % 3)]
    city = City(frame_of([*rows, days_ago(370)]))
    like = tuple((NOW - 7 * DAY * back - DAY, NOW - 7.0 * DAY * back) for back in range(1, 53))
    found = tally(city, city.frame.all_rows, TallyAsked(NOW, NOW - DAY, NOW, Limits(), like=like))
    counts = [week % 3 for week in range(1, 52)] + [0]
    assert found.usual.mean == pytest.approx(np.mean(counts))
    assert found.usual.windows == 52
    assert found.usual.low == 0 <= found.usual.mean <= found.usual.high <= 3


def test_several_offences_are_compared_all_at_once() -> None:
    # One of ten offences is up by what alone would look clear; nothing may be called so among ten.
    kinds = ["burglary", "robbery", "assault", "vehicle_theft", "other_theft", "arson", "criminal_damage"]
    rows = [days_ago(back, kind) for kind in kinds for back in (1, 2, 3, 8, 9, 10)]
    rows += [days_ago(1 + part / 20, "burglary") for part in range(10)]
    city = City(frame_of([*rows, days_ago(20, "drugs"), days_ago(20)]))
    asked = TallyAsked(NOW, NOW - 7 * DAY, NOW, Limits(), (NOW - 14 * DAY, NOW - 7 * DAY))
    found = tally(city, city.frame.all_rows, asked)
    first = found.kinds[0]
    assert (first.slug, first.count, first.versus.before) == ("burglary", 13, 3)
    assert compare(13, 3).clear
    assert not first.versus.clear


def test_the_busiest_hours_spread_records_over_their_own_windows() -> None:
    midnight = NOW // DAY * DAY
    # 15 between 20:00 and 23:00, and 20 that may have happened at any time between 02:00 and 12:00.
    evening = [Made(midnight - day * DAY - 2 * HOUR - 600 * (day % 3)) for day in range(1, 16)]
    long = [Made(midnight - day * DAY + 2 * HOUR, end=midnight - day * DAY + 12 * HOUR) for day in range(1, 21)]
    city = City(frame_of(evening + long))
    found = tally(city, city.frame.all_rows, TallyAsked(NOW, NOW - 28 * DAY, NOW, Limits()))
    assert str(found.busiest.hours).startswith(("19", "20", "21"))
    assert (found.busiest.count, found.busiest.records) == (pytest.approx(15), 35)


def test_g46_a_short_list_names_no_place_of_what_may_be_domestic() -> None:
    rows = [
        days_ago(1, "assault", domestic=-1, block="010XX W ELM ST"),
        days_ago(2, "robbery", domestic=-1, block="020XX W OAK ST"),
        days_ago(3, "sexual", block="030XX W ASH ST"),
        days_ago(4, "burglary", domestic=1, block="040XX W FIR ST"),
    ]
    city = City(frame_of(rows))
    found = tally(city, city.frame.all_rows, TallyAsked(NOW, NOW - 7 * DAY, NOW, Limits(), level="wide"))
    assert (found.count, found.domestic_unknown, found.excluded["domestic"]) == (3, 1, 1)
    assert [block.label for block in list_blocks(city.frame, city.frame.all_rows, found, Limits(), NOW)] == [
        "2000 blk W Oak St"
    ]


def test_g05_what_police_started_is_not_counted_as_crime() -> None:
    rows = [
        days_ago(1, "burglary", initiated=0),
        days_ago(2, "burglary", initiated=1),
        days_ago(3, "drugs", initiated=1),
    ]
    city = City(frame_of(rows, source=RECORDING))
    week = TallyAsked(NOW, NOW - 7 * DAY, NOW, Limits())
    assert tally(city, city.frame.all_rows, week).count == 1
    drugs = TallyAsked(NOW, NOW - 7 * DAY, NOW, Limits(("drugs",)))
    assert tally(city, city.frame.all_rows, drugs).count == 1


def test_the_lag_is_when_nearly_all_records_of_the_past_year_were_known() -> None:
    rows = [days_ago(30 + part, known=NOW - (30 + part) * DAY + part % 20 * DAY) for part in range(300)]
    lag = City(frame_of(rows)).lag(NOW)
    assert lag == pytest.approx(np.quantile([part % 20 for part in range(300)], LAG_SHARE), abs=0.01)
    assert City(frame_of([days_ago(40)])).lag(NOW) is None
