"""The runaway-feedback urn on the desk's own ranking: it holds with the exclusions, and breaks without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.feedback import (
    MOST_TIMES_MEAN,
    TWO_AREAS,
    Loop,
    NoLoopError,
    Setting,
    plain_urn,
    rank_shares,
    run_loop,
    weighs,
)
from ilp_core.analyse.hotspots import Asked, Scope, find_hotspots
from ilp_core.collect.offences.presets import offence_rules
from ilp_core.domain.offences import OffenceRule
from ilp_core.domain.questions import Weighting
from tests.frames import DAY, MADE, NOW, RULES, Made, frame_of

CHICAGO = offence_rules()


def loop(
    *,
    recording: bool,
    exclusions: bool,
    rules: tuple[OffenceRule, ...] = CHICAGO,
    source: str = "chicago",
    setting: Setting | None = None,
    seed: int = 1,
) -> Loop:
    return run_loop(rules, source, setting or Setting(), recording=recording, exclusions=exclusions, seed=seed)


@pytest.mark.parametrize("weighting", ["harm", "count"])
@pytest.mark.parametrize("recording", [True, False])
def test_g06_no_place_ends_above_twice_the_mean_share_and_without_the_exclusions_one_does(
    recording: bool, weighting: Weighting
) -> None:
    setting = Setting(weighting=weighting)
    held = loop(recording=recording, exclusions=True, setting=setting)
    broken = loop(recording=recording, exclusions=False, setting=setting)
    assert held.times_mean <= MOST_TIMES_MEAN
    assert not held.runs_away
    assert broken.times_mean > 2 * MOST_TIMES_MEAN
    assert broken.runs_away
    # Of 20 places three got nearly all visits; mean share 5 %.
    assert np.sort(broken.patrols)[-3:].sum() > 0.8
    assert len(held.curve) == 52
    assert held.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("recording", [True, False])
def test_g05_with_the_exclusions_the_ranking_is_that_of_a_city_where_patrols_find_nothing(recording: bool) -> None:
    short = Setting(cycles=20)
    found = loop(recording=recording, exclusions=True, setting=short)
    nothing = loop(recording=recording, exclusions=True, setting=replace(short, discovered=0.0))
    assert found.curve.tolist() == nothing.curve.tolist()
    assert found.shares.tolist() == nothing.shares.tolist()


def test_g06_an_offence_table_that_lets_enforcement_rank_runs_away_and_is_found_out() -> None:
    wrong = tuple(
        replace(rule, initiation="victim", rankable=True) if rule.slug in ("drugs", "weapons") else rule
        for rule in CHICAGO
    )
    assert loop(recording=False, exclusions=True, rules=wrong).runs_away
    # A source that records who initiated is safe from its table.
    assert not loop(recording=True, exclusions=True, rules=wrong).runs_away


def test_g06_two_equal_areas_are_patrolled_alike() -> None:
    setting = replace(TWO_AREAS, cycles=150)
    for seed in range(2):
        assert 0.4 <= loop(recording=True, exclusions=True, setting=setting, seed=seed).patrols[0] <= 0.6


def test_the_plain_urn_ends_anywhere_as_published() -> None:
    shares = np.array([plain_urn(1_000, seed)[0] for seed in range(400)])
    assert kstest(shares, "uniform").pvalue > 0.01
    assert float(np.mean((shares >= 0.4) & (shares <= 0.6))) == pytest.approx(0.2, abs=0.07)


def test_the_loop_ranks_as_the_desk_answers() -> None:
    draw = np.random.default_rng(2)
    rows = [
        Made(NOW - int(draw.integers(1, 300 * DAY)), x=1_000.0 * place + 100, y=100.0, code=code)
        for place, code in zip(
            draw.integers(0, 6, 200), draw.choice(["burglary", "robbery", "drugs"], 200), strict=True
        )
    ]
    frame = frame_of(rows)
    question = Asked(Scope(), NOW, NOW - 364 * DAY, NOW, Limits(), "harm", None, yearly=True)
    score = np.zeros(6)
    for place in find_hotspots(City(frame), question).places:
        score[int(place.x // 1_000)] = place.score
    assert rank_shares(frame, 6, NOW, "harm") == pytest.approx(score / score.sum())


def test_one_seed_makes_one_loop() -> None:
    short = Setting(cycles=3)
    first, again = (loop(recording=True, exclusions=False, setting=short) for _ in range(2))
    assert first.shares.tolist() == again.shares.tolist()
    other = loop(recording=True, exclusions=False, setting=short, seed=2)
    assert first.shares.tolist() != other.shares.tolist()


def test_a_table_without_anything_to_report_or_to_find_has_no_loop() -> None:
    nothing = tuple(replace(rule, rankable=False) for rule in RULES)
    with pytest.raises(NoLoopError, match="may rank"):
        loop(recording=True, exclusions=True, rules=nothing, source=MADE)
    with pytest.raises(NoLoopError, match="follow enforcement"):
        loop(recording=False, exclusions=True, source="houston")
    with pytest.raises(NoLoopError, match="follow enforcement"):
        weighs(CHICAGO, "houston", "count", recording=False)


def test_offences_of_no_harm_cannot_move_a_ranking_by_harm() -> None:
    assert not weighs(CHICAGO, "beatdesk", "harm", recording=False)
    assert weighs(CHICAGO, "beatdesk", "count", recording=False)
    assert weighs(CHICAGO, "beatdesk", "harm", recording=True)
