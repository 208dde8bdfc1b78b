"""Analyse, forecast: which prior a city's own past lets teach, the place's or the neighbourhood's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy.stats import multinomial

from ilp_core.analyse.forecast.additive import (
    Week,
    Weights,
    fit,
    lesson,
    neighbourhood_shares,
    prior_shares,
    with_everywhere,
)
from ilp_core.analyse.forecast.features import Feature, features_for
from ilp_core.analyse.forecast.learning import TRIAL_WEEKS, learn, trial_of, where_likelihood
from tests.histories import BURGLARY

FEATURES = features_for((BURGLARY,))
NAMES = [feature.name for feature in FEATURES]
PLACE, NEAR = NAMES.index("itself, all, 0 m"), NAMES.index("itself, all, 250 m")


def weeks_where(truth: int, seed: int, count: int = 52, rate: float = 6.0, cells: int = 300) -> list[Week]:
    """Weeks with ``rate`` records each that lie as one of the features says; no other feature knows where."""
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        surface = draw.gamma(0.3, 0.1, (cells, len(FEATURES))).astype(np.float32)
        wanted = surface[:, truth].astype(np.float64)
        found.append(lesson(surface, draw.multinomial(draw.poisson(rate), wanted / wanted.sum()).astype(np.float64)))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("truth", "shares"), [(PLACE, prior_shares), (NEAR, neighbourhood_shares)], ids=["place", "neighbourhood"]
)
def test_the_prior_that_forecast_the_last_half_year_better_teaches(
    truth: int, shares: Callable[[Sequence[Feature]], Weights], seed: int
) -> None:
    weeks = weeks_where(truth, seed)

    np.testing.assert_array_equal(learn(weeks, FEATURES), fit(weeks, shares(FEATURES)))


def test_only_the_weeks_before_those_tried_have_taught_what_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    taught: list[int] = []

    def noted(weeks: Sequence[Week], shares: Weights) -> Weights:
        taught.append(len(weeks))
        return fit(weeks, shares)

    monkeypatch.setattr("ilp_core.analyse.forecast.learning.fit", noted)
    learn(weeks_where(PLACE, 4, count=40), FEATURES)

    assert taught == [20, 20, 40]
    assert (trial_of(40), trial_of(52), trial_of(200), trial_of(1)) == (20, 26, TRIAL_WEEKS, 0)


@pytest.mark.parametrize("empty", [slice(0, 26), slice(26, 52)], ids=["none before", "none tried"])
def test_where_nothing_can_be_tried_the_place_itself_is_trusted(empty: slice) -> None:
    weeks = weeks_where(NEAR, 5)
    weeks[empty] = [lesson(np.ones((300, len(FEATURES)), dtype=np.float32), np.zeros(300))] * 26

    np.testing.assert_array_equal(learn(weeks, FEATURES), fit(weeks, prior_shares(FEATURES)))


def test_without_any_record_nothing_is_learned() -> None:
    with pytest.raises(ValueError, match="at least one record"):
        learn(weeks_where(NEAR, 6, rate=0.0), FEATURES)


def test_the_likelihood_of_where_is_that_of_the_multinomial_law() -> None:
    draw = np.random.default_rng(7)
    surface = draw.gamma(0.5, 0.2, (40, len(FEATURES))).astype(np.float32)
    occurred = draw.multinomial(25, np.full(40, 1 / 40)).astype(np.float64)
    one, other = draw.random(1 + len(FEATURES)), draw.random(1 + len(FEATURES))

    def oracle(weights: np.ndarray) -> float:
        expected = with_everywhere(surface).astype(np.float64) @ weights
        return float(multinomial.logpmf(occurred, 25, expected / expected.sum()))

    found = where_likelihood([lesson(surface, occurred)], one) - where_likelihood([lesson(surface, occurred)], other)

    assert found == pytest.approx(oracle(one) - oracle(other), rel=1e-4)
    assert where_likelihood([lesson(surface, occurred)], 3 * one) == pytest.approx(
        where_likelihood([lesson(surface, occurred)], one)
    )


def test_either_prior_is_a_whole_and_trusts_what_it_says_most() -> None:
    place, near = prior_shares(FEATURES), neighbourhood_shares(FEATURES)

    assert place.sum() == pytest.approx(1.0)
    assert near.sum() == pytest.approx(1.0)
    assert (place > 0).all()
    assert (near > 0).all()
    assert np.argmax(near) == 1 + NEAR
    assert place[1 + PLACE] == place.max() > place[1 + NEAR]
    assert near[1 + PLACE] < place[1 + PLACE]
