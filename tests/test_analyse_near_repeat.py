"""Analyse, near repeat: what recent crimes raise, where and until when, and what may not speak for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

from ilp_core.analyse.coverage import Coverage
from ilp_core.analyse.evidence import point_keys
from ilp_core.analyse.near_repeat.find import NearRepeat, find_near_repeat, risk_surface
from ilp_core.analyse.near_repeat.knox import KnoxTable, knox_table
from ilp_core.analyse.near_repeat.risk import LEAST_EXCESS, MOST_MULTIPLIER, Excess, behind, excess_of, raised
from ilp_core.analyse.sinks import NO_KEYS, NO_SINKS, Sinks
from ilp_core.analyse.where.grid import grid_over
from tests.frames import DAY, NOW, RECORDING, Made, days_ago, frame_of, thousand

EDGES: Final = (0.0, 1.0, 100.0, 200.0, 300.0)
WEEKS: Final = (0, 7, 14, 21)
#: The local day of NOW began 21.5 hours before it.
TODAY: Final = NOW - 21.5 * 3_600


def town(seed: int = 1, parents: int = 200, **fields: Any) -> list[Made]:
    """Burglaries of two years in 5 km x 5 km, two in three followed by another one within 150 m and a week; and a
    fresh one at 2,050 m east and north, two days ago, in a quarter of its own."""
    draw = np.random.default_rng(seed)
    rows = []
    for _ in range(parents):
        east, north = draw.uniform(0, 5_000, 2)
        if max(abs(east - 2_050), abs(north - 2_050)) < 600:
            continue
        day = draw.uniform(20, 700)
        rows.append(days_ago(day, x=east, y=north, block=block(east, north), **fields))
        if draw.random() < 2 / 3:
            east, north = east + draw.uniform(-100, 100), north + draw.uniform(-100, 100)
            rows.append(days_ago(day - draw.uniform(0, 6), x=east, y=north, block=block(east, north), **fields))
    quiet = [days_ago(150 + 170 * n, x=2_050.0, y=2_100.0, block="020XX S OLD ST", **fields) for n in range(4)]
    return [*rows, *quiet, days_ago(2, x=2_050.0, y=2_050.0, block="020XX S OLD ST", **fields)]


def block(east: float, north: float) -> str:
    return f"{int(north) // 100:03d}XX S {int(east) // 200} ST"


def found(rows: list[Made], at: float = NOW, **options: Any) -> NearRepeat:
    frame = frame_of(rows, source=options.pop("source", "made"))
    sinks = options.pop("sinks", NO_SINKS)
    return find_near_repeat(
        frame, frame.all_rows, at, options.pop("offence", "burglary"), sinks,
        **({"permutations": 199, "distance_edges": EDGES, "time_edges": WEEKS} | options),
    )  # fmt: skip


def told(finding: NearRepeat) -> list[Any]:
    """Everything an officer could be told, with the table in bytes."""
    assert finding.table is not None
    table = finding.table
    return [
        table.observed.tobytes(), table.p.tobytes(), table.near_p, finding.basis.digest,
        *((place.label, place.daily, place.until, place.extra, len(place.rows)) for place in finding.places),
    ]  # fmt: skip


def made_table(ratio: list[list[float]], p: list[list[float]], near_p: float = 0.001) -> KnoxTable:
    """A table of great numbers with these ratios and p-values in the bands of EDGES and WEEKS."""
    table = knox_table(
        np.zeros(2), np.zeros(2), np.array([0, 1]), seed=1, distance_edges=EDGES, time_edges=WEEKS, permutations=1
    )
    expected = np.full((4, 3), 1e9)
    return replace(
        table, expected=expected, observed=(np.array(ratio) * expected).astype(np.int64), p=np.array(p), near_p=near_p
    )


def test_only_significant_bands_joined_to_the_near_ones_raise_risk() -> None:
    ratio = [[9.0, 1.5, 1.5], [2.0, 1.05, 0.5], [1.4, 1.4, 1.4], [1.4, 1.4, 1.4]]
    p = [[0.001, 0.2, 0.001], [0.05, 0.01, 0.9], [0.2, 0.01, 0.2], [0.2, 0.2, 0.01]]
    excess = excess_of(made_table(ratio, p))

    # Bounded; not joined; significant but less than the least excess; reached through it; joined to nothing.
    expected = [[MOST_MULTIPLIER - 1, 0, 0], [1.0, 0, 0], [0, 0.4, 0], [0, 0, 0]]
    np.testing.assert_allclose(excess.by_band, expected, atol=1e-6)
    assert (excess.reach_m, excess.reach_d) == (200.0, 14)
    assert not excess_of(made_table(ratio, p, near_p=0.06))


def test_few_pairs_say_little() -> None:
    draw = np.random.default_rng(1)
    x, y = draw.uniform(0, 20_000, (2, 40))
    x[::2], y[::2] = x[1::2], y[1::2]
    table = knox_table(x, y, np.repeat(draw.integers(0, 700, 20), 2), seed=1, permutations=99)

    assert table.ratio[0, 0] > 20
    assert LEAST_EXCESS < excess_of(table).by_band[0, 0] < 1.0


def test_the_multiplier_is_the_brute_force_sum_over_recent_events_against_the_usual_one() -> None:
    draw = np.random.default_rng(2)
    events, places = draw.uniform(0, 800, (200, 2)), draw.uniform(0, 800, (30, 2))
    events[:5] = places[:5]
    lags = draw.integers(0, 365, 200)
    excess = Excess(EDGES, WEEKS, np.array([[0.9, 0.5, 0.2], [0.5, 0.0, 0.1], [0.2, 0.1, 0.0], [0.1, 0.0, 0.0]]))

    def band(value: float, edges: Any) -> int | None:
        return next((k for k in range(len(edges) - 1) if edges[k] <= value < edges[k + 1]), None)

    for beside in (True, False):
        by_hand = np.zeros((30, 14))
        for number, place in enumerate(places):
            rows = [band(max(float(np.hypot(*(place - event))), 1.0 if beside else 0.0), EDGES) for event in events]
            usual = sum(7 * excess.by_band[row].sum() for row in rows if row is not None) / 365
            for day in range(14):
                now = 0.0
                for row, lag in zip(rows, lags, strict=True):
                    column = band(int(lag) + day, WEEKS)
                    if row is not None and column is not None:
                        now += excess.by_band[row, column]
                by_hand[number, day] = min((1 + now) / (1 + usual), MOST_MULTIPLIER)
        np.testing.assert_allclose(raised(places, events, lags, excess, 365.0, beside=beside), by_hand, rtol=1e-12)


def test_the_mean_multiplier_of_crimes_that_have_nothing_to_do_with_one_another_is_one() -> None:
    """Over a year of days the raise of every place is what its past made usual."""
    draw = np.random.default_rng(3)
    events, places = draw.uniform(0, 500, (300, 2)), draw.uniform(100, 400, (20, 2))
    days = np.arange(300) * 364 // 300
    excess = Excess(EDGES, WEEKS, np.array([[0.9, 0.5, 0.2], [0.3, 0.2, 0.1], [0.2, 0.1, 0.0], [0.0, 0.0, 0.0]]))
    mean = np.mean(
        [
            # The year goes round: what is to come stands for what was before.
            raised(places, events, (today - days) % 364, excess, 364.0, days=1)
            for today in range(364)
        ]
    )

    assert mean == pytest.approx(1.0, abs=1e-9)


def test_the_events_behind_a_place_come_with_what_adds_most_first() -> None:
    excess = Excess(EDGES, WEEKS, np.array([[0.9, 0.9, 0.9], [0.5, 0.2, 0.0], [0.2, 0.1, 0.0], [0.0, 0.0, 0.0]]))
    events = np.array([[150.0, 0.0], [50.0, 0.0], [250.0, 0.0], [0.0, 90.0], [0.0, 0.0]])
    causes = behind((0.0, 0.0), events, np.array([0, 8, 0, 0, 30]), excess)

    assert causes.events.tolist() == [3, 0, 1]
    assert causes.metres.tolist() == [90.0, 150.0, 50.0]


def test_a_fresh_burglary_raises_its_surroundings_until_its_week_is_over() -> None:
    finding = found(town())
    places = [place for place in finding.places if place.label == "2000 blk S Old St"]

    assert finding.repeats
    assert finding.table is not None
    assert finding.table.basis is finding.basis
    assert len(places) == 1
    place = places[0]
    assert place.multiplier > 1.25
    assert place.newest_d == 2
    assert place.nearest_m == pytest.approx(np.hypot(50, 50))
    assert finding.events.rows[finding.events.lags == 2].tolist() == place.rows.tolist()
    # Days 2 to 6 after the crime are raised: today and four more.
    assert place.until == TODAY + 5 * DAY
    assert place.multiplier == pytest.approx(np.mean(place.daily[:5]))
    assert place.daily[5] < 1.25 <= place.daily[4]
    assert place.extra == pytest.approx(place.usual * sum(np.array(place.daily[:5]) - 1) / 14)
    assert (place.beat, place.district) == ("0835", "008")


def test_a_surface_is_the_mean_of_its_window_and_one_far_from_everything() -> None:
    finding = found(town())
    # The empty quarter round the fresh burglary, and a place beyond everything.
    grid = grid_over(np.array([2_050.0, 2_450.0, 9_000.0]), np.full(3, 2_050.0), 100.0)
    x, y = np.array([2_050.0, 2_450.0]), np.array([2_050.0, 2_050.0])
    near, far = grid.cell_of(x, y)
    whole = risk_surface(finding, grid, TODAY, TODAY + 14 * DAY)
    first, later = (risk_surface(finding, grid, TODAY + day * DAY, TODAY + (day + 1) * DAY) for day in (0, 10))
    both = risk_surface(finding, grid, TODAY + 0.5 * DAY, TODAY + 2 * DAY)
    second = risk_surface(finding, grid, TODAY + DAY, TODAY + 2 * DAY)

    assert first[near] > 1.25 > 1.0 >= later[near]
    assert whole[near] == pytest.approx(
        np.mean([risk_surface(finding, grid, TODAY + day * DAY, TODAY + (day + 1) * DAY)[near] for day in range(14)])
    )
    assert both[near] == pytest.approx(first[near] / 3 + second[near] * 2 / 3)
    assert first[far] <= 1.0
    for window in ((TODAY - 1, NOW), (NOW, NOW), (NOW, TODAY + 15 * DAY)):
        with pytest.raises(ValueError, match="window"):
            risk_surface(finding, grid, *window)


def test_where_no_near_repeat_is_found_nothing_is_raised_and_the_finding_says_so() -> None:
    draw = np.random.default_rng(4)
    rows = [days_ago(draw.uniform(0, 700), x=float(x), y=float(y)) for x, y in draw.uniform(0, 5_000, (300, 2))]
    finding = found([*rows, days_ago(1, x=50.0, y=50.0)])
    grid = grid_over(*finding.events.points.T, 200.0)

    assert finding.table is not None
    assert (finding.repeats, bool(finding.excess), finding.places) == (False, False, ())
    assert set(risk_surface(finding, grid, TODAY, TODAY + DAY)) == {1.0}


def test_too_few_crimes_make_no_table() -> None:
    finding = found([days_ago(day) for day in range(49)])

    assert (finding.table, finding.repeats, finding.places) == (None, False, ())
    assert finding.basis.rows == 49


@pytest.mark.parametrize("offence", ["drugs", "weapons", "public_order", "sexual"])
def test_an_offence_that_may_not_rank_is_refused(offence: str) -> None:
    with pytest.raises(ValueError, match="may not rank"):
        found(town(), offence=offence)


def test_other_offences_change_nothing() -> None:
    others = [replace(row, code="robbery") for row in town(9)]

    assert told(found(town())) == told(found([*town(), *others]))


def test_nothing_after_the_moment_and_nothing_not_yet_known_changes_anything() -> None:
    later = [days_ago(-1 - n / 10, x=2_050.0, y=2_050.0) for n in range(60)]
    unknown = [days_ago(3 + n / 10, x=2_050.0, y=2_050.0, known=NOW + 1) for n in range(60)]

    assert told(found(town())) == told(found([*town(), *later, *unknown]))


def test_what_is_older_than_the_past_changes_nothing() -> None:
    old = [days_ago(1_093 + n, x=2_050.0, y=2_050.0) for n in range(60)]

    assert told(found(town())) == told(found([*old, *town()]))


def test_a_thousand_records_that_police_started_change_nothing() -> None:
    """G05, where the source says who started a record."""
    town_of_calls = town(initiated=0)
    started = thousand("at a hot place", initiated=1, codes=["burglary"])
    one, other = found(town_of_calls, source=RECORDING), found([*town_of_calls, *started], source=RECORDING)

    assert told(one) == told(other)
    assert other.basis.excluded["police_started"] == 1_000


def test_records_at_a_sink_are_left_out_and_counted() -> None:
    counter = [days_ago(5 + n % 60 / 10, x=3_950.0, y=3_950.0) for n in range(100)]
    frame = frame_of([*town(), *counter])
    keys = point_keys(frame, np.flatnonzero(frame.column["x"] == 3_950.0)[:1])
    with_sink = found([*town(), *counter], sinks=Sinks(keys, NO_KEYS))

    assert told(with_sink) == told(found(town()))
    assert with_sink.basis.excluded["sink"] == 100
    assert told(found([*town(), *counter])) != told(with_sink)


def test_records_of_a_month_and_of_long_windows_have_no_day_and_are_left_out_and_counted() -> None:
    months = [days_ago(16, x=2_050.0, y=2_050.0, timed=-1, end=NOW - 2 * DAY) for _ in range(30)]
    long = [days_ago(12, x=2_050.0, y=2_050.0, end=NOW - 4 * DAY) for _ in range(20)]
    finding = found([*town(), *months, *long])
    only = found([replace(row, timed=-1) for row in town()])

    assert told(finding) == told(found(town()))
    assert finding.basis.excluded["day_unknown"] == 50
    assert finding.basis.considered == finding.basis.rows + sum(finding.basis.excluded.values())
    assert (only.table, only.places) == (None, ())


def test_the_day_of_a_record_is_that_of_the_middle_of_its_window_on_the_local_clock() -> None:
    rows = [
        days_ago(10, end=NOW - 6 * DAY),
        days_ago(5),
        # Five hours ahead of UTC the moment itself, 21:30, is on the next day.
        days_ago(0.75, local=NOW + (5 - 18) * 3_600),
        days_ago(0.01, local=NOW + 5 * 3_600 - 864),
    ]

    assert found(rows[:2]).events.lags.tolist() == [8, 5]
    assert found(rows[2:]).events.lags.tolist() == [1, 0]


def test_gaps_in_the_records_are_no_quiet_times() -> None:
    whole = found(town())
    half = found(town(), coverage=Coverage(0.0, ((NOW - 600 * DAY, NOW - 250 * DAY),)))

    assert half.events.covered == pytest.approx(whole.events.covered - 350)
    assert half.places[0].usual > whole.places[0].usual


def test_the_finding_is_the_same_whatever_the_threads() -> None:
    assert told(found(town(), threads=1)) == told(found(town(), threads=3))


def test_a_table_made_before_stands_for_a_new_one_and_its_basis_stays() -> None:
    frame = frame_of(town())
    earlier = find_near_repeat(frame, frame.all_rows, NOW - DAY, "burglary", NO_SINKS, permutations=199)
    later = find_near_repeat(frame, frame.all_rows, NOW, "burglary", NO_SINKS, table=earlier.table)

    assert later.table.p is earlier.table.p
    assert later.table.basis is earlier.basis
    assert later.basis.parameters["table_at"] == NOW - DAY
    assert later.basis.parameters["permutations"] == 199
    assert later.basis.rows == len(later.events.rows)
    places = [
        [place for place in finding.places if place.label == "2000 blk S Old St"] for finding in (earlier, later)
    ]
    assert [place.newest_d for (place,) in places] == [1, 2]
    with pytest.raises(ValueError, match="later moment"):
        find_near_repeat(frame, frame.all_rows, NOW - 2 * DAY, "burglary", NO_SINKS, table=earlier.table)
    with pytest.raises(ValueError, match="another offence"):
        find_near_repeat(frame, frame.all_rows, NOW, "robbery", NO_SINKS, table=earlier.table)
    nothing = find_near_repeat(frame, frame.all_rows[:0], NOW, "burglary", NO_SINKS, table=earlier.table)
    assert (nothing.repeats, nothing.places) == (True, ())
