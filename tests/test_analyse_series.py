"""How alike two incidents are, and what that is worth: held against brute force and scikit-learn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.stats import false_discovery_control
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from ilp_core.analyse.patterns.calibration import discrimination, isotonic, logistic, platt, reliability
from ilp_core.analyse.patterns.cases import (
    ONE_EVENT_M,
    REACH_DAYS,
    REACH_M,
    Cases,
    candidate_pairs,
    expected_pairs,
    one_each,
)
from ilp_core.analyse.patterns.chance import by_chance, false_shares
from ilp_core.analyse.patterns.commonness import CROWD_CELL_M, around, cells, crowd
from ilp_core.analyse.patterns.grouping import SMALL, average_groups, grouped
from ilp_core.analyse.patterns.linkage import LabelledPairs, bayes_factors, fit_linkage, scorer
from ilp_core.analyse.patterns.method_words import about_a_person, method_words, words_of
from ilp_core.analyse.patterns.similarity import (
    FEATURES,
    HOURS_APART,
    LEVELS,
    METRES_APART,
    comparer,
    hours_apart,
)
from ilp_core.collect.offences.presets import offence_rules
from tests.frames import DAY, HOUR
from tests.series_town import made_cases


def every_pair(cases: Cases) -> tuple[np.ndarray, np.ndarray]:
    found = [np.concatenate(part) for part in zip(*candidate_pairs(cases), strict=True)]
    return found[0], found[1]


def test_g02_the_features_are_the_locked_list() -> None:
    assert FEATURES == ("offence", "method", "premise", "time_of_day", "weekday", "distance", "days_apart")
    assert tuple(LEVELS) == FEATURES


def test_g02_no_method_word_of_any_preset_describes_a_person() -> None:
    words = {word for found in method_words(offence_rules()).values() for word in found}
    assert {"forcible", "unlawful", "handgun"} <= words
    assert {word for word in words if about_a_person(word)} == set()
    assert words_of("Robbery: armed, victim an elderly Hispanic woman with a knife") == {"armed", "knife"}
    assert words_of("Battery: aggravated of a senior citizen") == {"aggravated"}


def test_method_words_stand_after_the_colon_or_are_all_there_is() -> None:
    assert words_of("Burglary: forcible entry") == {"forcible", "entry"}
    assert words_of("auto theft") == {"auto", "theft"}
    assert words_of("0610") == frozenset()


@pytest.mark.parametrize("seed", range(3))
def test_candidate_pairs_are_those_of_a_double_loop(seed: int) -> None:
    cases = made_cases(seed, 250, side=9_000)
    expected = {
        (a, b)
        for a, b in itertools.combinations(range(len(cases)), 2)
        if np.hypot(cases.x[a] - cases.x[b], cases.y[a] - cases.y[b]) <= REACH_M
        and abs(cases.middle[a] - cases.middle[b]) <= REACH_DAYS
    }
    first, second = every_pair(cases)
    found = [tuple(sorted(pair)) for pair in zip(first.tolist(), second.tolist(), strict=True)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert (cases.middle[first] <= cases.middle[second]).all()


def test_how_many_pairs_there_will_be_is_known_beforehand_within_a_quarter() -> None:
    cases = made_cases(1, side=12_000)
    assert expected_pairs(cases) == pytest.approx(len(every_pair(cases)[0]), rel=0.25)


def test_hours_apart_are_those_of_every_quarter_hour_against_every_other() -> None:
    draw = np.random.default_rng(3)
    windows = np.column_stack([draw.integers(0, 96, 12), draw.integers(1, 50, 12)])
    for (a, long), (b, short) in itertools.product(windows.tolist(), repeat=2):
        steps = [abs((a + i) % 96 - (b + j) % 96) for i in range(long) for j in range(short)]
        expected = np.mean([min(step, 96 - step) / 4 for step in steps])
        found = hours_apart(np.array([[a, long], [b, short]]))[0, 1]
        assert found == pytest.approx(expected, abs=1e-12)
    assert hours_apart(np.array([[92, 1], [4, 1]]))[0, 1] == 2.0, "23:00 and 01:00"
    assert np.isnan(hours_apart(np.array([[0, 0], [4, 1]]))).any()


def plain_levels(cases: Cases, crowds: np.ndarray, a: int, b: int) -> tuple[int, int, int, int]:
    """Time of day, weekday, distance and days apart of one pair, from the definitions."""
    hours = 0
    if (
        cases.hour_known[a]
        and cases.hour_known[b]
        and cases.start[a] == cases.end[a]
        and cases.start[b] == cases.end[b]
    ):
        step = abs(int(cases.local[a]) % DAY // 900 - int(cases.local[b]) % DAY // 900)
        apart = min(step, 96 - step) / 4
        hours = next(level for level, edge in enumerate(HOURS_APART, 1) if apart <= edge)
    day = abs(int(cases.day[a] - cases.day[b])) % 7
    metres = np.hypot(cases.x[a] - cases.x[b], cases.y[a] - cases.y[b])
    step = next(level for level, edge in enumerate(METRES_APART) if metres < edge or level == len(METRES_APART) - 1)
    distance = 1 + step * 3 + max(crowds[a], crowds[b])
    gap = abs(cases.middle[a] - cases.middle[b])
    days = next(level for level, edge in enumerate((1, 2, 4, 7, 10, 14, 21, 99), 1) if gap < edge)
    return hours, 1 + min(day, 7 - day), int(distance), days


def test_levels_are_those_of_a_plain_comparison() -> None:
    cases = made_cases(5, 400)
    crowds = crowd(cases.x, cases.y)
    first, second = every_pair(cases)
    found = comparer(cases).levels(first, second)[:, 3:]
    points = (cases.start[first] == cases.end[first]) & (cases.start[second] == cases.end[second])
    for row in np.flatnonzero(points)[:4_000].tolist():
        assert tuple(found[row].tolist()) == plain_levels(cases, crowds, int(first[row]), int(second[row]))


def test_what_is_not_known_is_level_0() -> None:
    cases = made_cases(6, 300)
    first, second = every_pair(cases)
    levels = comparer(cases).levels(first, second)
    unknown = (cases.premise[first] < 0) | (cases.premise[second] < 0)
    assert np.array_equal(levels[:, 2] == 0, unknown)
    hourless = ~cases.hour_known[first] | ~cases.hour_known[second]
    assert np.array_equal(levels[:, 3] == 0, hourless)


def test_agreeing_on_what_is_common_there_says_less() -> None:
    cases = made_cases(2, 1_000)
    first, second = every_pair(cases)
    levels = comparer(cases).levels(first, second)
    same = cases.premise[first] == cases.premise[second]
    street, school = same & (cases.premise[first] == 0), same & (cases.premise[first] == 7)
    assert levels[street, 2].mean() > levels[school, 2].mean()


def test_surroundings_are_counted_as_by_hand() -> None:
    cases = made_cases(4, 300)
    cell = cells(cases.x, cases.y, CROWD_CELL_M)
    trait = cases.code
    east, north = np.floor(cases.x / CROWD_CELL_M), np.floor(cases.y / CROWD_CELL_M)
    expected = [
        sum((abs(east - east[k]) <= 1) & (abs(north - north[k]) <= 1) & (trait == trait[k])) - 1
        for k in range(len(cases))
    ]
    assert around(cell, trait).tolist() == expected


def test_one_event_with_many_records_is_one_case() -> None:
    cases = made_cases(1, 200)
    again = np.arange(5)
    double = Cases(
        *(np.concatenate([getattr(cases, name), getattr(cases, name)[again]]) for name in (
            "x", "y", "start", "end", "local", "timed", "offence", "code", "premise",
        )),
        cases.words,
    )  # fmt: skip
    kept = one_each(double)
    assert kept.tolist() == one_each(cases).tolist()
    hours = np.array([0, HOUR, 2 * HOUR, 9 * HOUR])
    none = np.zeros(4, dtype=np.int64)
    metres = np.array([0.0, ONE_EVENT_M, 2 * ONE_EVENT_M, 0.0])
    near = Cases(metres, np.zeros(4), hours, hours, hours, none == 0, none, none, none, (frozenset(),))
    assert one_each(near).tolist() == [0, 3]


def some_pairs(seed: int, count: int = 3_000) -> LabelledPairs:
    """Pairs whose first feature tells most and whose last one nothing."""
    draw = np.random.default_rng(seed)
    linked = draw.random(count) < 0.1
    levels = np.column_stack([draw.integers(0, LEVELS[name], count) for name in FEATURES]).astype(np.uint8)
    levels[linked & (draw.random(count) < 0.7), 0] = 1
    levels[linked & (draw.random(count) < 0.4), 3] = 2
    return LabelledPairs(levels, linked, draw.uniform(0.5, 3.0, count))


def test_bayes_factors_are_ratios_of_shares() -> None:
    pairs = some_pairs(1)
    found = bayes_factors(pairs, smoothing=0.0)
    for k, name in enumerate(FEATURES):
        known = pairs.levels[:, k] > 0
        for level in range(1, LEVELS[name]):
            shares = [
                pairs.weights[known & side & (pairs.levels[:, k] == level)].sum() / pairs.weights[known & side].sum()
                for side in (pairs.linked, ~pairs.linked)
            ]
            assert found[k][level] == pytest.approx(np.log(shares[0] / shares[1]), abs=1e-9)
        assert found[k][0] == 0.0


def test_the_logistic_fit_is_that_of_scikit_learn() -> None:
    draw = np.random.default_rng(2)
    design = draw.normal(size=(2_000, 4)) * (1, 5, 0.2, 1)
    linked = draw.random(2_000) < 1 / (1 + np.exp(3 - design @ (1.0, 0.5, -2.0, 0.0)))
    weights = draw.uniform(0.1, 9.0, 2_000)
    for ridge in (0.01, 1.0, 30.0):
        peer = LogisticRegression(C=1 / ridge, tol=1e-10, max_iter=5_000).fit(design, linked, weights)
        ours = logistic(design, linked, weights, ridge)
        assert ours.weights == pytest.approx(peer.coef_[0], abs=1e-4)
        assert ours.intercept == pytest.approx(peer.intercept_[0], abs=1e-4)


def test_a_logistic_fit_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="linked and unlinked"):
        logistic(np.ones((3, 1)), np.ones(3, dtype=bool))


def test_platts_curve_is_scikit_learns_without_a_penalty() -> None:
    draw = np.random.default_rng(4)
    score = draw.normal(size=1_000)
    linked = draw.random(1_000) < 1 / (1 + np.exp(2 - 1.5 * score))
    peer = LogisticRegression(C=1e9, tol=1e-10, max_iter=5_000).fit(score[:, None], linked)
    ours = platt(score, linked)
    assert (ours.intercept, ours.weights[0]) == pytest.approx((peer.intercept_[0], peer.coef_[0, 0]), abs=1e-4)


def test_the_step_curve_is_scikit_learns_isotonic_regression() -> None:
    draw = np.random.default_rng(5)
    score = np.round(draw.normal(size=800), 1)
    linked, weights = draw.random(800) < 1 / (1 + np.exp(-score)), draw.uniform(0.1, 4.0, 800)
    peer = IsotonicRegression().fit(score, linked, weights)
    assert isotonic(score, linked, weights)(score) == pytest.approx(peer.predict(score), abs=1e-9)


def test_reliability_is_what_scikit_learn_says() -> None:
    draw = np.random.default_rng(6)
    p = draw.uniform(0.001, 0.999, 3_000)
    linked, weights = draw.random(3_000) < p**1.3, draw.uniform(0.5, 2.0, 3_000)
    found = reliability(p, linked, weights)
    assert found.brier == pytest.approx(brier_score_loss(linked, p, sample_weight=weights))
    assert found.log_loss == pytest.approx(log_loss(linked, p, sample_weight=weights))
    ten = reliability(p, linked, edges=tuple(np.linspace(0, 1, 11)))
    share, said = calibration_curve(linked, p, n_bins=10)
    assert [row.found for row in ten.bins] == pytest.approx(share)
    assert [row.said for row in ten.bins] == pytest.approx(said)
    assert ten.error == pytest.approx(
        sum(row.count * abs(row.said - row.found) for row in ten.bins) / sum(row.count for row in ten.bins)
    )


def test_discrimination_is_scikit_learns_area_under_the_curve() -> None:
    draw = np.random.default_rng(7)
    score, linked = np.round(draw.normal(size=900), 1), draw.random(900) < 0.2
    weights = draw.uniform(0.5, 2.0, 900)
    assert discrimination(score, linked, weights) == pytest.approx(
        roc_auc_score(linked, score, sample_weight=weights)
    )


def test_an_agencys_own_labelled_pairs_fit_a_linkage_that_is_scikit_learns_on_the_factors() -> None:
    pairs, weighing = some_pairs(11), some_pairs(12)
    found = fit_linkage(pairs, weighing)
    design = np.column_stack([np.asarray(f)[weighing.levels[:, k]] for k, f in enumerate(found.factors)])
    used = np.asarray(found.weights) > 0
    peer = LogisticRegression(tol=1e-10, max_iter=5_000).fit(design[:, used], weighing.linked, weighing.weights)
    assert np.asarray(found.weights)[used] == pytest.approx(peer.coef_[0], abs=1e-3)
    assert found.intercept == pytest.approx(peer.intercept_[0], abs=1e-3)
    assert found.weights[0] > 0.5
    assert fit_linkage(pairs) == fit_linkage(pairs.part(np.arange(0, 3_000, 2)), pairs.part(np.arange(1, 3_000, 2)))


def test_too_few_linked_pairs_fit_nothing() -> None:
    pairs = some_pairs(1)
    few = pairs.part(np.flatnonzero(np.cumsum(pairs.linked) < 30))
    with pytest.raises(ValueError, match="at least 30"):
        fit_linkage(few)


def test_reasons_add_up_to_the_log_odds_and_the_fast_scorer_says_the_same() -> None:
    cases, found = made_cases(8, 500), fit_linkage(some_pairs(3))
    first, second = every_pair(cases)
    compared = comparer(cases)
    levels = compared.levels(first, second)
    slow = found.log_odds(levels)
    assert found.intercept + found.reasons(levels).sum(axis=1) == pytest.approx(slow)
    assert scorer(compared, found).log_odds(first, second) == pytest.approx(slow, abs=1e-4)


def test_another_base_rate_moves_every_pair_by_the_same() -> None:
    found = fit_linkage(some_pairs(3))
    levels = some_pairs(4).levels
    rarer = found.at_base_rate(found.base_rate / (found.base_rate + 10 * (1 - found.base_rate)))
    assert found.log_odds(levels) - rarer.log_odds(levels) == pytest.approx(np.log(10))


def random_log_odds(seed: int, count: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    middle = draw.normal(size=(count, 2)) * 3
    square = 1.5 - np.hypot(*(middle[:, None] - middle).transpose(2, 0, 1)) + draw.normal(size=(count, count)) * 0.1
    return (square + square.T) / 2


def by_scipy(square: np.ndarray, cut: float) -> set[tuple[int, ...]]:
    log_odds = square[np.triu_indices(len(square), k=1)]
    label = fcluster(linkage(log_odds.max() - log_odds, "average"), log_odds.max() - cut, "distance")
    return {tuple(np.flatnonzero(label == k).tolist()) for k in range(1, label.max() + 1)}


@pytest.mark.parametrize("count", [2, 7, SMALL, SMALL + 5, 120])
def test_average_linkage_is_scipys(count: int) -> None:
    for seed in range(5):
        square = random_log_odds(seed, count)
        assert {tuple(own.tolist()) for own in average_groups(square, 0.0)} == by_scipy(square, 0.0)


def test_taking_a_city_apart_changes_no_group() -> None:
    square = random_log_odds(9, 150).astype(np.float32).astype(np.float64)
    first, second = np.triu_indices(150, k=1)
    strong = square[first, second] >= 0.0
    groups = grouped(
        150, first[strong], second[strong], square[first[strong], second[strong]], 0.0, lambda i, j: square[i, j]
    )
    expected = {own for own in by_scipy(square, 0.0) if len(own) >= 3}
    assert {tuple(group.members.tolist()) for group in groups} == expected
    for group in groups:
        own = square[np.ix_(group.members, group.members)][np.triu_indices(len(group.members), k=1)]
        assert group.mean == pytest.approx(own.mean())


def test_the_share_of_chance_is_benjamini_and_hochbergs_with_counts_from_shuffles() -> None:
    draw = np.random.default_rng(10)
    strength = draw.normal(size=40)
    p = 1 / (1 + np.exp(2 * strength))
    assert false_shares(strength, p * 40) == pytest.approx(false_discovery_control(p, method="bh"))
    among = draw.normal(size=1_000)
    expected = [(1 + sum(among >= one)) / 21 for one in strength]
    assert by_chance(strength, among, 20).tolist() == pytest.approx(expected)
