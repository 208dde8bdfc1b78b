"""Analyse, forecast: what a forecast looks at, and that it could be known."""

from __future__ import annotations

import numpy as np
import pytest

from ilp_core.analyse.forecast.expectation import locked
from ilp_core.analyse.forecast.features import GROUPS, LATELY, Memory, Smoothing, Surfaces, features_for
from ilp_core.analyse.forecast.history import DAY_S
from ilp_core.domain.offences import OFFENCES, RANKABLE_OFFENCES
from tests.histories import BEGUN, BURGLARY, WEEK_S, made_history
from tests.support import ROOT


def test_g02_the_features_are_the_locked_list() -> None:
    kept = (ROOT / "docs/analysis/features.txt").read_text(encoding="utf-8").splitlines()

    assert list(locked((BURGLARY,))) == [line for line in kept if line and not line.startswith("#")]


def test_g02_no_feature_is_of_a_person_a_resident_a_patrol_or_an_enforcement_record() -> None:
    for offence in range(len(OFFENCES)):
        for feature in features_for((offence,)):
            slugs = GROUPS[feature.group] if feature.group else ()
            assert set(slugs) <= RANKABLE_OFFENCES
    words = " ".join(locked((BURGLARY,)))
    assert not [
        word
        for word in ("race", "age ", "sex", "income", "resident", "arrest", "stop", "patrol", "name", "national")
        if word in words
    ]


@pytest.mark.parametrize("late", [0.0, 0.4])
def test_a_fading_count_is_what_a_loop_over_the_records_known_then_gives(late: float) -> None:
    history = made_history(3, weeks=20, late=late)
    memory = Memory(history, (14.0, np.inf), BEGUN)
    for origin in (BEGUN + 5 * WEEK_S, BEGUN + 6 * WEEK_S, BEGUN + 14 * WEEK_S):
        rates = memory.rates(origin)
        for half_life, found in rates.items():
            fading = np.log(2) / half_life
            by_hand = np.zeros(len(history.grid))
            for time, known, cell in zip(history.time, history.known, history.cell, strict=True):
                if known < origin:
                    by_hand[cell] += np.exp(-fading * (origin - time) / DAY_S)
            days = (origin - BEGUN) / DAY_S
            exposed = days if np.isinf(half_life) else (1 - np.exp(-fading * days)) / fading
            np.testing.assert_allclose(found, by_hand * 7 / exposed, rtol=1e-9)


def test_smoothing_keeps_an_even_town_even_up_to_its_edge() -> None:
    grid = made_history().grid
    even = Smoothing(grid)(np.full(len(grid), 3.0), 500.0)

    np.testing.assert_allclose(even, 3.0, rtol=1e-12)


def test_a_long_history_is_seen_in_the_light_of_how_the_streets_round_it_go_now() -> None:
    history = made_history(5, weeks=30)
    surfaces = Surfaces(history, (BURGLARY,), BEGUN)
    found = dict(zip((f.name for f in surfaces.features), surfaces.at(BEGUN + 30 * WEEK_S).T, strict=True))
    half_life, spread = LATELY[0]
    plain, moving = found["itself, all, 0 m"], found[f"itself, all, 0 m, lately {half_life:g} d, {spread:g} m"]
    now, ever = found[f"itself, {half_life:g} d, {spread:g} m"], found[f"itself, all, {spread:g} m"]

    busier = (now > ever) & (plain > 0)
    assert busier.any()
    assert (moving[busier] > plain[busier]).all()
    assert (moving[(now < ever) & (plain > 0)] < plain[(now < ever) & (plain > 0)]).all()


def test_a_peak_is_what_stands_above_the_mean() -> None:
    history = made_history(5, weeks=30)
    surfaces = Surfaces(history, (BURGLARY,), BEGUN)
    found = dict(zip((f.name for f in surfaces.features), surfaces.at(BEGUN + 30 * WEEK_S).T, strict=True))
    plain, peak = found["itself, all, 0 m"], found["itself, all, 0 m, above 5 times the mean"]

    np.testing.assert_allclose(peak, np.maximum(plain - 5 * plain.mean(), 0), rtol=1e-4, atol=1e-6)
    assert (peak > 0).any()
