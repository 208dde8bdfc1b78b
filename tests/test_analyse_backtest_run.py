"""Analyse, back-test: the same result for any workers and on a cluster, what comes out, and the choice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from operator import attrgetter

import numpy as np
import pytest

from ilp_core.analyse.backtest.choose import chosen
from ilp_core.analyse.backtest.data import result_data
from ilp_core.analyse.backtest.methods import Counts, all_methods, rivals
from ilp_core.analyse.backtest.origins import on_clock
from ilp_core.analyse.backtest.result import BacktestResult, result_of
from ilp_core.analyse.backtest.run import run_study, units_of
from ilp_core.analyse.backtest.study import Study
from ilp_core.analyse.forecast.history import DAY_S, History, Target
from tests.test_analyse_backtest import FIRST, START, TOWN, study_of

EVERY = len(all_methods("week"))


def result(study: Study, *more: object) -> BacktestResult:
    methods = [*(rivals if more else all_methods)(study.horizon), *more]
    return result_of(study, run_study(study, methods, workers=2))


@pytest.fixture(scope="module")
def weeks() -> BacktestResult:
    return result(study_of(TOWN))


@pytest.fixture(scope="module")
def shifts() -> BacktestResult:
    return result(study_of(TOWN, horizon="shift"))


# The run


def same(one: BacktestResult, other: BacktestResult) -> bool:
    return json.dumps(result_data(one)) == json.dumps(result_data(other))


@dataclass
class Remembering:
    """A learned method that counts the origins it has seen: only in order, and alone, are they one after another."""

    name: str = "remembering"
    seen: list[float] = field(default_factory=list)

    def expect(self, past: History, target: Target) -> np.ndarray:
        assert self.seen == sorted(self.seen)
        assert not self.seen or past.origin - self.seen[-1] == 7 * DAY_S
        self.seen.append(past.origin)
        return Counts("c").expect(past, target) * len(self.seen)


def test_the_result_is_the_same_for_any_number_of_workers(weeks: BacktestResult) -> None:
    study = study_of(TOWN)
    results = [result_of(study, run_study(study, all_methods("week"), workers=n)) for n in (1, 3)]

    assert same(results[0], results[1])
    assert same(results[0], weeks)


@pytest.fixture
def cluster() -> Iterator[object]:
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            protocol="tcp",
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


def test_a_cluster_gives_the_same_result(cluster: object, weeks: BacktestResult) -> None:
    study = study_of(TOWN)
    heard: list[tuple[int, int]] = []
    table = run_study(study, all_methods("week"), cluster=cluster, progress=lambda *done: heard.append(done))

    assert same(result_of(study, table), weeks)
    assert heard[-1] == (19 * EVERY, 19 * EVERY)


def test_a_learned_method_sees_its_origins_in_order_and_leaves_its_memory_behind() -> None:
    method = Remembering()
    study = study_of(TOWN, offences=["burglary", "robbery"])
    table = run_study(study, [Counts("naive all"), method], workers=3)

    assert method.seen == []
    assert table["robbery", "remembering"].expected.sum() > table["robbery", "naive all"].expected.sum()
    assert [unit.methods[0].name for unit in units_of(study, [Counts("naive all"), method])][:2] == [
        "remembering"
    ] * 2


def test_progress_counts_every_forecast_once() -> None:
    heard: list[tuple[int, int]] = []
    run_study(study_of(TOWN), all_methods("week"), workers=2, progress=lambda *done: heard.append(done))

    assert heard[-1] == (19 * EVERY, 19 * EVERY)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_every_method_can_be_sent_to_another_process() -> None:
    methods = all_methods("shift")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        sent = list(other.map(attrgetter("name"), methods))

    assert sent == [method.name for method in methods]


def test_two_methods_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="share a name"):
        run_study(study_of(TOWN), [Counts("naive all"), Counts("naive all", days=3)])


# What comes out


KEYS = {
    "offence", "method", "horizon", "area_share", "hit_rate", "pai", "pai_lo", "pai_hi", "pei", "n", "paired_lo",
    "paired_hi", "expected_over_observed",
}  # fmt: skip


def test_the_json_has_every_key_and_no_number_that_is_none(weeks: BacktestResult) -> None:
    data = json.loads(json.dumps(result_data(weeks), allow_nan=False))

    assert data["chosen"] in {row["method"] for row in data["rows"]}
    assert len(data["rows"]) == EVERY * 4
    assert all(row.keys() >= KEYS for row in data["rows"])
    assert data["reporting"] == "not recorded; scores optimistic"
    assert data["basis"]["rows"] + sum(data["basis"]["excluded"].values()) == data["basis"]["considered"]


def test_rows_agree_with_each_other(weeks: BacktestResult) -> None:
    for row in weeks.rows:
        assert row.pai == pytest.approx(row.hit_rate / (row.cells / weeks.cells))
        assert row.pai_lo <= row.pai <= row.pai_hi
        assert 0 <= row.pei <= 1
        assert row.n == weeks.of("burglary", 0.01)[0].n
    best = max((row for row in weeks.of("burglary", 0.01) if row.kind == "naive"), key=lambda row: row.pai)
    assert {row.best_naive for row in weeks.of("burglary", 0.01)} == {best.method}
    assert (best.paired_lo, best.gain, best.paired_hi) == (0, 0, 0)


def test_a_made_town_is_forecast_far_better_than_by_chance(weeks: BacktestResult) -> None:
    assert weeks.of("burglary", 0.05)[0].pai_lo > 2
    assert weeks.of("burglary", 0.05)[0].expected_over_observed == pytest.approx(1, abs=0.25)


def test_over_the_week_places_and_times_are_one_and_for_shifts_they_are_not(
    weeks: BacktestResult, shifts: BacktestResult
) -> None:
    assert all(row.pai_time == row.pai for row in weeks.rows)
    assert any(row.pai_time != row.pai for row in shifts.rows)
    assert {"naive all × hour", "naive 365 d × hour"} < {row.method for row in shifts.rows}
    assert shifts.rows[0].n == pytest.approx(weeks.rows[0].n, rel=0.15)


@dataclass(frozen=True)
class Knowing:
    """A learned method that is told the truth: the best there could be; with ``lies``, the worst."""

    name: str
    history: History
    lies: bool = False

    def expect(self, _past: History, target: Target) -> np.ndarray:
        truth = target.observed(self.history)
        return truth.max() - truth if self.lies else truth


def test_a_perfect_learned_method_is_chosen_and_one_that_is_worse_is_not() -> None:
    study = study_of(TOWN)
    good, bad = Knowing("truth", study.history), Knowing("lies", study.history, lies=True)
    right, wrong, both = (result(study, *more) for more in ((good,), (bad,), (bad, good)))

    assert [(choice.method, choice.reason) for choice in chosen(right)] == [("truth", "shown")]
    assert [(choice.method, choice.reason) for choice in chosen(both)] == [("truth", "shown")]
    (choice,) = chosen(wrong)
    assert (choice.method, choice.reason, choice.compared) == (choice.naive, "not_earned", "lies")
    assert choice.gain_hi < 0
    truth = [row for row in right.rows if row.method == "truth"]
    assert all((row.pei, row.pei_star, row.expected_over_observed) == (1, 1, 1) for row in truth)
    assert all(row.rival_lo > 0 and row.log_gain_lo > 0 and row.coverage == 1 for row in truth)


def test_without_a_learned_method_the_best_plain_count_is_chosen() -> None:
    study = study_of(TOWN)
    weeks = result_of(study, run_study(study, rivals("week")))
    (choice,) = chosen(weeks)
    best = max((row for row in weeks.of("burglary", 0.01) if row.kind == "naive"), key=lambda row: row.pai)

    assert (choice.method, choice.reason, choice.compared) == (best.method, "no_learned", "")


def graded(weeks: BacktestResult, gains: list[float], lows: list[float], highs: list[float]) -> BacktestResult:
    """The result with one learned method of such gains at the four shares."""
    learned = [
        replace(row, method="model", kind="learned", gain=gain, paired_lo=low, paired_hi=high)
        for row, gain, low, high in zip(weeks.rows[:4], gains, lows, highs, strict=True)
    ]
    return replace(weeks, rows=(*weeks.rows, *learned))


@pytest.mark.parametrize(
    ("gains", "lows", "highs", "reason"),
    [
        ([0.0, 0.1, 0.0, 0.0], [-1, 0.1, -1, -1], [1, 1, 1, 1], "shown"),
        ([0.1, 0.1, 0.1, 0.1], [-1, -1, -1, -1], [1, 1, 1, 1], "on_average"),
        ([0.3, 0.1, 0.1, -0.1], [-1, -1, -1, -1], [1, 1, 1, -0.01], "not_earned"),
        ([-0.3, 0.1, 0.1, 0.0], [-1, -1, -1, -1], [1, 1, 1, 1], "not_earned"),
    ],
)
def test_a_learned_method_must_earn_its_place(
    weeks: BacktestResult, gains: list[float], lows: list[float], highs: list[float], reason: str
) -> None:
    (choice,) = chosen(graded(weeks, gains, lows, highs))

    assert choice.reason == reason
    assert (choice.method == "model") == (reason != "not_earned")


def test_scored_weeks_hold_what_occurred_from_their_first_second_on() -> None:
    study = study_of(TOWN)
    table = run_study(study, [Counts("naive all")])
    local = np.array([row.time for row in TOWN if row.code == "burglary" and not row.domestic])
    plain = [int(((local >= origin) & (local < origin + 7 * DAY_S)).sum()) for origin in study.origins]

    assert study.origins[0] == on_clock(FIRST) == START
    assert (sum(plain) - table["burglary", "naive all"].events.sum()) == study.outside
