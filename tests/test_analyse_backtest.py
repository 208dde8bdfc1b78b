"""Analyse, back-test: nothing leaks from the scored weeks, and the study is fixed before the first of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import hypothesis
import numpy as np
import pytest
import shapely
from hypothesis import Phase, given
from hypothesis import strategies as st

from ilp_core.analyse.backtest.methods import Counts, all_methods
from ilp_core.analyse.backtest.run import run_study
from ilp_core.analyse.backtest.study import Study, make_study
from ilp_core.analyse.forecast.history import DAY_S, History, Target
from ilp_core.analyse.where import study_area as area
from ilp_core.analyse.where.grid import Grid
from ilp_core.domain.errors import CallError
from tests.frames import DAY, Made, days_ago, frame_of, made_town

FIRST, LAST = date(2016, 3, 1), date(2016, 7, 14)
START = int(datetime(2016, 3, 1, tzinfo=UTC).timestamp())
TOWN = made_town(6, size=5_000)


def study_of(rows: list[Made], **asked: object) -> Study:
    given_ = {"first": FIRST, "last": LAST, "zone": UTC, "offences": ["burglary"]} | asked
    return make_study(frame_of(rows), **given_)


# Nothing leaks


def forecasts(study: Study) -> dict[str, list[list[float]]]:
    origin = study.origins[0]
    past, target = study.history.before(origin), study.target("burglary", origin)
    return {method.name: method.expect(past, target).tolist() for method in all_methods(study.horizon)}


# No shrinking: it would take minutes, and the first seed that fails says enough.
@hypothesis.settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 2**32 - 1), st.sampled_from(["week", "shift"]), st.sampled_from([0.0, 9.0]))
def test_what_occurred_or_became_known_at_the_origin_or_later_changes_no_forecast(
    seed: int, horizon: str, lag: float
) -> None:
    draw = np.random.default_rng(seed)
    # A third is learnt late, some of it only after the origin; in the future anything may be on file.
    rows = [
        replace(row, known=row.time + int(draw.exponential(40 * DAY))) if draw.random() < 0.3 else row
        for row in made_town(seed, size=700)
    ]
    cut = [row for row in rows if row.time < START and (row.known or row.time) + lag * DAY < START]
    burgled = [row for row in cut if row.code == "burglary" and not row.domestic and row.timed]
    spot, other = burgled[0], burgled[1]
    strange = [
        Made(START + int(draw.integers(0, 130 * DAY)), "burglary", x=float(draw.integers(-9_000, 9_000)), y=50.0,
             domestic=int(draw.random() < 0.5), initiated=int(draw.integers(-1, 2)))
        for _ in range(60)
    ]  # fmt: skip
    times = (START + draw.integers(0, 130 * DAY, 700)).tolist()
    counter = [Made(time, known=time + 60, x=other.x, y=other.y, premise="POLICE STATION") for time in times]
    # Weeks must be on file to be scored, whatever else is removed.
    marks = [Made(START + day * DAY, x=spot.x, y=spot.y) for day in range(137)]
    whole = study_of(rows + strange + counter + marks, horizon=horizon, lag_days=lag)
    kept = study_of(cut + marks, horizon=horizon, lag_days=lag)

    assert len(kept.grid) == len(whole.grid)
    assert forecasts(kept) == forecasts(whole)


@dataclass(frozen=True)
class Peeking:
    """A method that looks for what it must not see."""

    name: str = "peeking"

    def expect(self, past: History, target: Target) -> np.ndarray:
        assert past.time.max() < target.start - target.start % DAY_S
        assert past.known.max() < target.start - target.start % DAY_S
        return Counts("c").expect(past, target)


def test_a_method_that_peeks_is_given_nothing_to_peek_at() -> None:
    late = [replace(row, known=row.time + row.time % (9 * DAY)) for row in TOWN]
    for study in (study_of(TOWN), study_of(late), study_of(TOWN, horizon="shift", lag_days=2)):
        run_study(study, [Counts("naive all"), Peeking()])


def test_what_is_known_late_is_scored_but_not_forecast_from() -> None:
    rows = TOWN + [Made(START - DAY, known=START + DAY, x=100.0, y=100.0) for _ in range(50)]
    plain, late = study_of(TOWN), study_of(rows)

    assert forecasts(plain) == forecasts(late)
    assert len(late.history) == len(plain.history) + 50


def test_the_score_says_whether_reporting_times_are_on_file_and_applies_the_stated_lag_only_where_not() -> None:
    known = [replace(row, known=row.time + 3_600) for row in TOWN]
    plain, lagged, recorded = study_of(TOWN), study_of(TOWN, lag_days=3), study_of(known, lag_days=3)

    assert [(study.reporting, study.lag_days) for study in (plain, lagged, recorded)] == [
        ("not recorded; scores optimistic", 0),
        ("not recorded; stated lag applied", 3),
        ("recorded", 0),
    ]
    assert (lagged.history.known - lagged.history.time == 3 * DAY_S).all()
    assert (recorded.history.known - recorded.history.time == 3_600).all()


# The study


def test_the_study_area_is_every_cell_with_a_record_before_the_first_week_or_the_outline() -> None:
    far = Made(START + 9 * DAY, x=9_000.0, y=9_000.0)
    plain, drawn = study_of([*TOWN, far]), study_of([*TOWN, far], outline=shapely.box(0, 0, 10_000, 4_000))

    assert (plain.rings, plain.outside) == (0, 1)
    assert len(plain.grid) == len(study_of(TOWN).grid) <= 16 * 16
    assert (drawn.rings, len(drawn.grid)) == (None, 40 * 16)


def test_an_outline_that_leaves_many_records_out_is_not_the_citys() -> None:
    half = study_of(TOWN, outline=shapely.box(0, 0, 2_000, 4_000))

    assert (half.rings, len(half.grid)) == (0, len(study_of(TOWN).grid))


def test_where_records_are_few_the_study_area_is_wider_than_the_cells_that_hold_one() -> None:
    draw = np.random.default_rng(2)
    x, y = draw.uniform(0, 20_000, (2, 600))
    few, rings = area.study_area(x, y, 250.0)
    many, none = area.study_area(*draw.uniform(0, 3_000, (2, 6_000)), 250.0)
    newer = draw.uniform(0, 20_000, (2, 2_000))

    assert rings in (1, 2, 3)
    assert (few.cell_of(*newer) < 0).mean() < 0.1
    assert (few.cell_of(x, y) >= 0).all()
    assert (none, len(many)) == (0, 144)


def test_a_ring_is_every_neighbour_of_every_cell() -> None:
    one = Grid(250.0, 10, 20, np.array([[True]]))

    assert area.widened(one, 0) is one
    assert area.widened(one, 2).middles[0].min() == 8.5 * 250
    assert len(area.widened(one, 2)) == 25
    assert area.widened(one, 2).cell_of(np.array([10.5 * 250]), np.array([20.5 * 250])).tolist() == [12]


def test_rows_that_may_rank_no_place_are_neither_forecast_nor_scored() -> None:
    out = [days_ago(day / 10, domestic=1, x=55.0, y=55.0) for day in range(1_000)]
    out += [days_ago(day / 10, "drugs", x=55.0, y=55.0) for day in range(1_000)]
    plain, more = study_of(TOWN), study_of(TOWN + out)

    assert more.events == plain.events
    assert more.basis.excluded["domestic"] == plain.basis.excluded["domestic"] + 1_000
    assert more.basis.digest == plain.basis.digest
    assert forecasts(more) == forecasts(plain)


def test_records_at_a_station_are_out_as_far_as_they_showed_before_the_first_week() -> None:
    counter = [days_ago(200 + day, x=1_050.0, y=1_050.0, premise="POLICE FACILITY") for day in range(40)]

    assert study_of(TOWN + counter).basis.excluded["sink"] >= 40


def test_all_takes_every_offence_with_enough_events_and_a_family_is_one_target() -> None:
    town = made_town(1, size=9_000)
    study = study_of(town, offences=None)

    assert set(study.offences) == {
        "robbery",
        "burglary",
        "vehicle_theft",
        "other_theft",
        "criminal_damage",
        "assault",
    }
    assert min(study.events.values()) >= 1_000
    family = study_of(town, offences=["vehicle crime", "property"])
    assert family.events["vehicle crime"] == study.events["vehicle_theft"]
    assert family.events["property"] == sum(
        study.events[slug] for slug in ("burglary", "vehicle_theft", "other_theft", "criminal_damage")
    )


def test_for_shifts_only_records_with_a_real_hour_count() -> None:
    study = study_of(TOWN, horizon="shift")

    assert study.history.timed.all()
    assert study.basis.excluded["hour_unknown"] > 100


@pytest.mark.parametrize(
    ("rows", "asked", "said"),
    [
        (TOWN, {"last": date(2016, 3, 20)}, "fewer than 4 whole weeks"),
        (TOWN, {"first": date(2014, 8, 1), "last": date(2015, 1, 1)}, "not 56 days of located records"),
        (
            TOWN,
            {"first": date(2019, 1, 1), "last": date(2019, 12, 1)},
            "the records begin 2014-07-19 and end 2016-07-15",
        ),
        ([], {}, "they begin never"),
        (TOWN, {"offences": ["arson"]}, "arson has 0 located events"),
        (TOWN[:900], {"offences": None}, "No offence has 1,000 located events"),
        (
            [replace(row, timed=-1, end=row.time + 30 * DAY) for row in TOWN],
            {},
            "Of 100% of these records only the month",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused_with_what_to_do(
    rows: list[Made], asked: dict[str, object], said: str
) -> None:
    with pytest.raises(CallError, match=said):
        study_of(rows, **asked)


def test_weeks_with_nothing_on_file_are_left_out_and_counted() -> None:
    gap = [row for row in TOWN if not START + 20 * DAY <= row.time < START + 70 * DAY]

    assert study_of(TOWN).skipped == 0
    # Days 20 to 69 are of the third week and of the seven after it; the gap lasts until the next record.
    assert study_of(gap).skipped in (8, 9)
