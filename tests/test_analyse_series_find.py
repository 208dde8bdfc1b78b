"""Possible series: found where planted, calibrated on injected ones, seldom returned where there is none."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from ilp_core.analyse.evidence import Evidence, Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.patterns.account import next_of, pattern_of, usual_hours
from ilp_core.analyse.patterns.calibration import discrimination, reliability
from ilp_core.analyse.patterns.cases import Cases
from ilp_core.analyse.patterns.injection import NO_SERIES, SHAPES, inject, labelled, shuffled
from ilp_core.analyse.patterns.linkage import scorer
from ilp_core.analyse.patterns.series import LEAST_CASES, PossibleSeries, SeriesFinding, find_series
from ilp_core.analyse.patterns.similarity import FEATURES, comparer
from ilp_core.analyse.patterns.strength import Learned, design, find_groups, is_series, learn
from ilp_core.domain.windows import Hours
from tests.frames import DAY, HOUR, NOW, RECORDING, Made, frame_of
from tests.series_town import made_cases, planted, town_rows


def evidence_of(frame: IncidentFrame, at: float = NOW) -> Evidence:
    return gather(frame, frame.seen(frame.all_rows, at - 364 * DAY, at, at), Limits(), at)


def search(rows: list[Made], at: float = NOW, **options: Any) -> SeriesFinding:
    frame = frame_of(rows)
    return find_series(frame, evidence_of(frame, at), at, **options)


#: Enough to see whether two searches say the same.
QUICK: dict[str, Any] = {"rounds": 3, "shuffles": 10}


def told(finding: SeriesFinding) -> list[dict[str, Any]]:
    """All of each series but the positions of its rows in the frame."""
    return [
        {field.name: getattr(one, field.name) for field in fields(PossibleSeries) if field.name != "rows"}
        for one in finding.series
    ]


@pytest.fixture(scope="module")
def town() -> list[Made]:
    return [*town_rows(1), *planted()]


@pytest.fixture(scope="module")
def found(town: list[Made]) -> SeriesFinding:
    return search(town)


def test_a_planted_series_is_found_and_explained(town: list[Made], found: SeriesFinding) -> None:
    one = found.series[0]
    frame = frame_of(town)
    own = frame.column["premise"][one.rows] == frame.words["premise"].index("SCHOOL")
    assert np.count_nonzero(own) >= 7
    # Like cases nearby may be taken along; how well each case fits tells them.
    assert len(one.rows) <= 14
    assert np.asarray(one.fit)[own].min() > np.asarray(one.fit)[~own].max(initial=-99.0)
    assert one.pattern == "series"
    assert dict(one.offences) == {"robbery": len(one.rows)}
    assert one.next.hours in (Hours(22 * 60, 0), Hours(23 * 60, 60))
    assert one.last < one.next.start < one.next.end
    reasons = {reason.feature: reason for reason in one.reasons}
    assert (reasons["premise"].value, reasons["premise"].agree) == ("SCHOOL", np.count_nonzero(own))
    assert reasons["premise"].log_odds > 0
    assert reasons["time_of_day"].log_odds > 0
    assert [reason.log_odds for reason in one.reasons] == sorted((r.log_odds for r in one.reasons), reverse=True)
    assert one.probability > 0.5


def test_the_chance_rate_is_told_and_kept(found: SeriesFinding) -> None:
    chance = found.chance
    assert chance.bar is not None
    assert all(one.log_odds >= chance.bar and one.false_share <= chance.rate for one in found.series)
    assert chance.expected <= chance.rate * chance.returned
    assert chance.returned >= len(found.series)
    assert found.basis.parameters["features"] == " ".join(FEATURES)
    assert found.basis.method.startswith("series")


def test_the_same_records_give_the_same_answer() -> None:
    town = [*town_rows(3, 500), *planted()]
    once, again = search(town, **QUICK), search(town[::-1], **QUICK)
    assert told(again) == told(once)
    assert (again.chance, again.basis) == (once.chance, once.basis)


def test_what_was_learnt_serves_the_next_search(town: list[Made], found: SeriesFinding) -> None:
    again = search(town, learned=found.learned)
    assert again.learned is found.learned
    assert told(again) == told(found)
    assert again.chance == found.chance


def test_g05_a_thousand_police_started_records_change_nothing() -> None:
    public = [replace(row, initiated=0) for row in [*town_rows(1, 600), *planted()]]
    own = [Made(NOW - k * 3_000, "robbery", x=2_500.0, y=2_500.0, initiated=1) for k in range(1_000)]

    def answer(rows: list[Made]) -> tuple[list[dict[str, Any]], str, Any]:
        frame = frame_of(rows, source=RECORDING)
        at = float(NOW + HOUR)
        finding = find_series(frame, evidence_of(frame, at), at, **QUICK)
        return told(finding), finding.basis.digest, finding.chance

    before = answer(public)
    assert before[0]
    assert answer([*public, *own]) == before


def test_g46_domestic_records_make_no_series(found: SeriesFinding) -> None:
    at_home = [replace(row, domestic=1) for row in planted()]
    finding = search([*town_rows(1), *at_home], learned=found.learned)
    assert finding.basis.excluded["domestic"] == 8
    assert all("SCHOOL" not in [reason.value for reason in one.reasons] for one in finding.series)


def test_nothing_after_the_moment_counts() -> None:
    town = [*town_rows(3, 500), *planted()]
    at = NOW - 2 * DAY - 12 * HOUR
    later = [Made(NOW - DAY, "robbery", x=2_500.0, y=2_500.0 + k, premise="SCHOOL") for k in range(20)]
    late_known = [replace(row, known=NOW) for row in planted(3) if row.time < at]
    whole = search([*town, *later, *late_known], at, **QUICK)
    cut = search([row for row in town if row.time <= at], at, **QUICK)
    assert told(whole) == told(cut)
    assert whole.chance == cut.chance
    # Whoever gathers too much: the search itself looks at no row that was not known.
    frame = frame_of([*town, *later])
    wide = replace(evidence_of(frame, at), rows=evidence_of(frame, NOW).rows)
    assert told(find_series(frame, wide, at, **QUICK)) == told(cut)


def test_a_series_whose_last_case_is_old_is_over(found: SeriesFinding, town: list[Made]) -> None:
    old = search(town, learned=found.learned, active_days=0)
    assert (old.series, old.chance.returned) == ((), found.chance.returned)


def test_too_few_records_say_nothing() -> None:
    finding = search(planted(LEAST_CASES // 50))
    assert (finding.series, finding.learned, finding.chance.groups) == ((), None, 0)
    assert search([]).series == ()


def test_months_records_make_no_series(found: SeriesFinding) -> None:
    months = [replace(row, timed=-1, end=row.time + 29 * DAY) for row in [*town_rows(1), *planted()]]
    assert search(months, learned=found.learned).series == ()


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_dates_keep_all_but_the_dates(seed: int) -> None:
    cases = made_cases(seed)
    mixed = shuffled(cases, np.random.default_rng(seed))
    assert np.array_equal(mixed.local % DAY, cases.local % DAY)
    assert np.array_equal((mixed.day + 3) % 7, (cases.day + 3) % 7)
    for offence in np.unique(cases.offence):
        own = cases.offence == offence
        assert sorted(mixed.day[own]) == sorted(cases.day[own])
    assert np.array_equal(mixed.end - mixed.start, cases.end - cases.start)
    assert np.mean(mixed.day != cases.day) > 0.8


@pytest.mark.parametrize("seed", range(3))
def test_injected_series_are_of_their_shape_and_lose_no_case(seed: int) -> None:
    cases = made_cases(seed)
    mixed, series = inject(cases, np.random.default_rng(seed))
    assert np.array_equal(np.column_stack([mixed.x, mixed.y]), np.column_stack([cases.x, cases.y]))
    assert np.array_equal(mixed.local % DAY, cases.local % DAY)
    assert np.array_equal(mixed.day[series == NO_SERIES], cases.day[series == NO_SERIES])
    share = np.mean(series != NO_SERIES)
    assert share == pytest.approx(sum(shape.share for shape in SHAPES), abs=0.01)
    for number in range(series.max() + 1):
        own = np.flatnonzero(series == number)
        assert len(own) >= 3
        assert np.ptp(mixed.day[own]) < 28
        assert cases.day.min() <= mixed.day[own].min() <= mixed.day[own].max() <= cases.day.max()


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(made_cases(20, 2_000), np.random.default_rng(20), most_rounds=5)


def held_out(seed: int) -> tuple[Cases, np.ndarray]:
    draw = np.random.default_rng(seed)
    return inject(shuffled(made_cases(seed, 2_000), draw), draw)


def test_pairs_of_held_out_series_are_told_from_others_and_their_probabilities_hold(learned: Learned) -> None:
    draw = np.random.default_rng(0)
    mixed, series = held_out(21)
    pairs = labelled(mixed, series, draw, learned.linkage)
    log_odds = learned.linkage.log_odds(pairs.levels)
    assert discrimination(log_odds, pairs.linked, pairs.weights) > 0.85
    found = reliability(expit(log_odds), pairs.linked, pairs.weights)
    assert found.expected_over_found == pytest.approx(1.0, abs=0.25)
    assert found.error < pairs.base_rate / 2
    assert found.brier < found.constant


def test_a_sample_of_the_unlinked_pairs_stands_for_all_of_them(learned: Learned) -> None:
    mixed, series = held_out(22)
    whole = labelled(mixed, series, np.random.default_rng(1), most_unlinked=10**9)
    part = labelled(mixed, series, np.random.default_rng(1), learned.linkage, most_unlinked=20_000)
    assert len(part) < len(whole) / 4
    assert part.linked.sum() == whole.linked.sum()
    assert part.base_rate == pytest.approx(whole.base_rate, rel=0.1)


def test_probabilities_of_held_out_groups_hold(learned: Learned) -> None:
    said, true = [], []
    for seed in range(23, 28):
        mixed, series = held_out(seed)
        groups = find_groups(mixed, scorer(comparer(mixed), learned.linkage))
        said.append(learned.probability(mixed, groups))
        true.append(is_series(groups, series))
    p, linked = np.concatenate(said), np.concatenate(true)
    found = reliability(p, linked, edges=(0.0, 0.25, 0.5, 1.0))
    assert linked.sum() > 50
    assert found.error < 0.1
    assert found.brier < found.constant
    assert discrimination(p, linked) > 0.65


def test_where_dates_are_shuffled_the_search_returns_no_more_than_the_stated_rate() -> None:
    cases = made_cases(30, 800, side=8_000.0)
    draw = np.random.default_rng(30)
    known = learn(cases, draw, most_rounds=3)
    rows = town_rows(30, 800)
    returned = 0
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(len(rows))
        mixed = [
            replace(row, x=rows[k].x, y=rows[k].y, premise=rows[k].premise)
            for row, k in zip(rows, order, strict=True)
        ]
        frame = frame_of(mixed)
        finding = find_series(frame, evidence_of(frame), NOW, learned=known, seed=seed, shuffles=10)
        returned += finding.chance.returned > 0
    # One in ten is stated; of 16 towns, six or more would come by that rate once in 500 times.
    assert returned <= 5


def few(hours: list[float], days: list[int], metres: list[float], offence: int = 3) -> Cases:
    local = np.array([day * DAY + round(hour * HOUR) for hour, day in zip(hours, days, strict=True)])
    count = len(local)
    return Cases(
        np.array(metres), np.zeros(count), local, local, local, np.ones(count, dtype=bool), np.full(count, offence),
        np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64), (frozenset(),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "metres", "pattern"),
    [
        ([0, 5, 9, 14], [0.0, 20.0, 10.0, 0.0], "hot_place"),
        ([0, 0, 1, 1], [0.0, 500.0, 900.0, 1_500.0], "spree"),
        ([0, 5, 9, 14], [0.0, 500.0, 900.0, 1_500.0], "series"),
    ],
)
def test_the_kind_of_pattern_follows_place_and_pace(days: list[int], metres: list[float], pattern: str) -> None:
    cases = few([22.0] * 4, days, metres)
    assert pattern_of(cases, np.arange(4), ()) == pattern


def test_the_next_hours_are_the_shortest_that_hold_half_of_the_cases() -> None:
    cases = few([22.5, 23.5, 0.5, 1.5, 12.0], [0, 3, 6, 9, 12], [0.0] * 5)
    everything = np.arange(5)
    assert usual_hours(cases, everything) == Hours(22 * 60, 60)
    assert usual_hours(cases, everything[:2]) is None


def test_the_next_days_are_the_middle_half_of_the_gaps() -> None:
    cases = few([12.0] * 5, [0, 2, 4, 8, 10], [0.0] * 5)
    after = next_of(cases, np.arange(5))
    last = float(cases.start[-1])
    assert ((after.start - last) / DAY, (after.end - last) / DAY) == (2.0, 3.0)


def test_weekdays_are_told_where_most_cases_share_them() -> None:
    fridays = few([12.0] * 5, [1, 8, 15, 22, 24], [0.0] * 5)  # 2 January 1970 was a Friday
    assert next_of(fridays, np.arange(5)).weekdays == ("fri",)
    assert next_of(few([12.0] * 5, [0, 1, 3, 5, 9], [0.0] * 5), np.arange(5)).weekdays == ()


def test_a_group_is_a_series_where_most_of_it_is_one() -> None:
    cases = made_cases(1, 400)
    groups = [g for g in _groups(cases) if len(g.members) >= 4][:1]
    series = np.full(400, NO_SERIES)
    series[groups[0].members[:2]] = 0
    assert is_series(groups, series).tolist() == [False]
    series[groups[0].members] = 0
    assert is_series(groups, series).tolist() == [True]
    assert design(cases, groups).shape == (1, 3)


def _groups(cases: Cases) -> list[Any]:
    draw = np.random.default_rng(1)
    known = learn(made_cases(2, 600), draw, most_rounds=1)
    return find_groups(cases, scorer(comparer(cases), known.linkage), -6.0)
