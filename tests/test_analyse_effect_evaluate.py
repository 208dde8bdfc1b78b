"""Did it work, on a frame: controls locked before, rings that keep apart, and verdicts that hide no null (G34)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.stats import chi2_contingency

from ilp_core.analyse.effect.controls import LockBroken, Locked, NoControls, distances, lock, seal, verify
from ilp_core.analyse.effect.evaluate import (
    Effect,
    LockedAfterReading,
    NotCovered,
    Operation,
    Verdict,
    WrongControls,
    evaluate,
    foresee,
    verdict_of,
)
from ilp_core.analyse.effect.history import (
    EffectError,
    History,
    OutcomeInHistory,
    dispersion_of,
    history_of,
    spread_of,
)
from ilp_core.analyse.effect.ring import Areas, Place, areas_of, circle, rows_in
from ilp_core.analyse.effect.wdd import Pair, wdd
from ilp_core.analyse.evidence import Limits
from ilp_core.analyse.frame import IncidentFrame
from tests.frames import DAY, NOW, RECORDING, Made, all_rows, frame_of

#: A town of places a kilometre apart; the operation began half a year ago and is over.
BEGINS = NOW - 182 * DAY
BEFORE = (BEGINS - 182.0 * DAY, float(BEGINS))
AFTER = (float(BEGINS), float(NOW))
EDGES = [BEGINS - 28.0 * DAY * step for step in range(13, -1, -1)]
PLACES = [circle(f"place {n:02d}", 1_000.0 * (n % 6), 1_000.0 * (n // 6), 100) for n in range(24)]
TREATED, CANDIDATES = PLACES[:2], PLACES[2:]
OPERATION = Operation("burglary, autumn", BEFORE, AFTER, Limits())


def town(seed: int, *, effect: float = 0.0, moved: float = 0.0, rate: float = 0.3) -> list[Made]:
    """Records of 24 places of one rate a day and of their rings; ``effect`` changes the treated from BEGINS on."""
    draw = np.random.default_rng(seed)
    rows = []
    for number, place in enumerate(PLACES):
        middle = place.shape.centroid
        for time in BEGINS - 364 * DAY + np.sort(draw.integers(1, 546 * DAY, draw.poisson(rate * 546))):
            gone = number < 2 and time > BEGINS and draw.random() < -effect
            if gone and draw.random() >= moved:
                continue
            rows.append(Made(int(time), x=middle.x + (150 if gone else 5), y=middle.y))
        rows += [Made(int(BEGINS + day * DAY), x=middle.x - 150, y=middle.y) for day in (-100, -20, 20, 100)]
    return rows


def locked_on(frame: IncidentFrame, *, at: float = BEGINS - DAY, **how: Any) -> Locked:
    edges = [edge - 2 * DAY for edge in EDGES]
    history = history_of(frame, PLACES, Limits(), edges=edges, begins=BEGINS, at=at)
    return lock(history, TREATED, CANDIDATES, at=at, **how)


def judged(rows: Iterable[Made], operation: Operation = OPERATION, **how: Any) -> Effect:
    frame = frame_of(rows)
    return evaluate(frame, operation, locked_on(frame), NOW, **how)


def test_an_operation_that_worked_is_said_to_have_worked() -> None:
    found = judged(town(1, effect=-0.6))
    assert found.verdict is Verdict.FEWER
    assert found.difference.high < 0
    assert found.ratio.high < 1
    assert not found.late
    assert not found.unfinished


def test_g34_an_operation_that_changed_nothing_is_said_to_have_changed_nothing() -> None:
    found = judged(town(2))
    assert found.verdict is Verdict.NO_CLEAR_CHANGE
    assert found.difference.low < 0 < found.difference.high
    assert found.needed.reduction > 0


def test_before_an_operation_it_is_told_what_could_be_seen() -> None:
    frame = frame_of(town(1, effect=-0.6))
    before = frame_of([row for row in town(1, effect=-0.6) if row.time <= BEGINS])
    locked = locked_on(frame)
    found = foresee(frame, OPERATION, locked, BEGINS)
    assert found == foresee(before, OPERATION, locked, BEGINS), "nothing after is read"
    assert found.possible
    assert found.reduction == pytest.approx(evaluate(frame, OPERATION, locked, NOW).needed.reduction, rel=0.4)
    assert foresee(frame, replace(OPERATION, after=(AFTER[0], AFTER[0] + 7.0 * DAY)), locked, BEGINS).share > 1


@pytest.mark.parametrize(
    ("low", "estimate", "high", "verdict"),
    [
        (-9, -5, -0.1, Verdict.FEWER),
        (-9, -5, 0, Verdict.NO_CLEAR_CHANGE),
        (-1, 5, 11, Verdict.NO_CLEAR_CHANGE),
        (0.1, 5, 11, Verdict.MORE),
    ],
)
def test_g34_only_a_whole_interval_is_a_verdict(low: float, estimate: float, high: float, verdict: Verdict) -> None:
    some = judged(town(2)).difference
    assert verdict_of(replace(some, low=low, estimate=estimate, high=high)) is verdict


def test_an_operation_after_which_there_was_more_is_said_so() -> None:
    extra = [Made(int(BEGINS + step * DAY), x=TREATED[0].shape.centroid.x) for step in range(1, 120)]
    assert judged(town(3) + extra).verdict is Verdict.MORE


def test_crime_that_only_moved_into_the_ring_is_no_success() -> None:
    found = judged(town(4, effect=-0.7, moved=1.0))
    assert found.difference.local + found.difference.local_se * 1.96 < 0
    assert found.difference.displaced > 0
    assert found.verdict is Verdict.NO_CLEAR_CHANGE
    assert found.quotient == pytest.approx(-1, abs=0.5)


def test_the_counts_are_those_of_a_count_by_hand() -> None:
    rows = town(5, effect=-0.4)
    frame = frame_of(rows)
    locked = locked_on(frame)
    found = evaluate(frame, OPERATION, locked, NOW)

    def by_hand(places: Iterable[Place], span: tuple[float, float], least: float, most: float) -> int:
        middles = [place.shape.centroid for place in places]
        return sum(
            any(least <= np.hypot(row.x - middle.x, row.y - middle.y) <= most for middle in middles)
            and span[0] < row.time <= span[1]
            for row in rows
        )

    for own, places in ((found.counts.treated, locked.treated), (found.counts.control, locked.controls)):
        assert own == Pair(by_hand(places, BEFORE, 0, 100), by_hand(places, AFTER, 0, 100))
    assert found.counts.displaced == Pair(by_hand(TREATED, BEFORE, 101, 300), by_hand(TREATED, AFTER, 101, 300))
    assert found.basis.rows == sum(found.counts.array)
    assert found.basis.parameters["locked"] == locked.digest
    assert found.poisson == wdd(found.counts, sizes=found.sizes, interval="small")


def test_unequal_periods_are_told_in_records_of_the_period_after() -> None:
    longer = replace(OPERATION, before=(BEGINS - 364.0 * DAY, float(BEGINS)))
    found = judged(town(6, effect=-0.5), longer)
    assert found.days.before == pytest.approx(2 * found.days.after, rel=0.02)
    assert found.difference.local == pytest.approx(judged(town(6, effect=-0.5)).difference.local, abs=25)


def test_harm_is_weighed_by_the_offence() -> None:
    rows = [replace(row, code="assault" if n % 2 else "burglary") for n, row in enumerate(town(7, effect=-0.6))]
    frame = frame_of(rows)
    found = evaluate(frame, OPERATION, locked_on(frame), NOW)
    assert found.harm is not None
    kinds = [
        evaluate(frame, replace(OPERATION, limits=Limits(offences=(code,))), locked_on(frame), NOW).difference
        for code in ("assault", "burglary")
    ]
    assert found.harm.estimate == pytest.approx(10 * kinds[0].estimate + 228.5 * kinds[1].estimate)
    spread = found.harm.dispersion
    poisson = [
        evaluate(frame, replace(OPERATION, limits=Limits(offences=(code,))), locked_on(frame), NOW).poisson
        for code in ("assault", "burglary")
    ]
    local = (10 * poisson[0].local_se) ** 2 + (228.5 * poisson[1].local_se) ** 2
    ring = (10 * poisson[0].displaced_se) ** 2 + (228.5 * poisson[1].displaced_se) ** 2
    assert found.harm.se**2 == pytest.approx(spread.near * local + spread.ring * ring)


@pytest.mark.parametrize("fields", [{"initiated": 1}, {"code": "drugs"}, {"domestic": 1}])
def test_g05_1000_records_that_patrols_make_change_no_verdict_and_no_choice(fields: dict[str, Any]) -> None:
    source = RECORDING
    rows = [replace(row, initiated=0) for row in town(8, effect=-0.5)]
    middle = TREATED[0].shape.centroid
    span = np.linspace(EDGES[0] + 10, NOW - 10, 1_000)
    fields = {"initiated": 0, **fields}
    made = [Made(int(time), x=middle.x, y=middle.y, incident=10**6 + n, **fields) for n, time in enumerate(span)]
    plain, flooded = frame_of(rows, source=source), frame_of(rows + made, source=source)
    locks = locked_on(plain), locked_on(flooded)
    assert locks[0] == locks[1]
    found = [evaluate(frame, OPERATION, locks[0], NOW) for frame in (plain, flooded)]
    assert found[0].counts == found[1].counts
    assert found[0].difference == found[1].difference
    assert found[0].basis.digest == found[1].basis.digest


def test_nothing_that_happened_or_became_known_after_the_lock_changes_the_choice() -> None:
    rows = town(9, effect=-0.5)
    late = [replace(row, known=int(BEGINS + DAY)) if n % 5 == 0 else row for n, row in enumerate(rows)]
    known = [row for row in late if (row.known or row.time) <= BEGINS - DAY]
    assert locked_on(frame_of(late)).pairs == locked_on(frame_of(known)).pairs
    assert locked_on(frame_of(late)).history == locked_on(frame_of(known)).history


def test_nothing_that_became_known_after_the_reading_changes_the_verdict() -> None:
    rows = town(10, effect=-0.5)
    late = [Made(NOW - 5, known=NOW + DAY, x=TREATED[0].shape.centroid.x) for _ in range(50)]
    assert judged(rows).counts == judged(rows + late).counts


# The lock


@pytest.mark.parametrize(
    "change",
    [
        {"at": BEGINS - 2.0 * DAY},
        {"candidates": ("place 02",)},
        {"refused": ("place 02",)},
        {"pairs": ()},
        {"begins": BEGINS - 1.0},
        {"treated": (circle("place 00", 0, 0, 90), PLACES[1])},
        {"history": "0" * 32},
        {"dispersion": 1.0001},
        {"parameters": {}},
        {"controls": (circle("place 02", 0, 0, 100),)},
        {"digest": "0" * 32},
    ],
)
def test_a_lock_that_was_changed_does_not_open(change: dict[str, Any]) -> None:
    frame = frame_of(town(11))
    locked = locked_on(frame)
    verify(locked)
    with pytest.raises(LockBroken):
        evaluate(frame, OPERATION, replace(locked, **change), NOW)


def test_a_lock_that_was_changed_and_sealed_anew_is_not_the_one_written_down() -> None:
    frame = frame_of(town(11))
    locked = locked_on(frame)
    forged = replace(locked, controls=locked.controls[:1])
    forged = replace(forged, digest=seal(forged))
    verify(forged)
    with pytest.raises(LockBroken, match="not the controls that were locked"):
        evaluate(frame, OPERATION, forged, NOW, sealed=locked.digest)
    assert evaluate(frame, OPERATION, locked, NOW, sealed=locked.digest)


def test_a_lock_made_after_the_operation_began_is_marked_late() -> None:
    frame = frame_of(town(12))
    assert evaluate(frame, OPERATION, locked_on(frame, at=BEGINS + DAY), NOW).late


def test_a_lock_made_after_the_outcome_was_read_is_refused() -> None:
    frame = frame_of(town(12))
    locked = locked_on(frame, at=BEGINS + 10 * DAY)
    with pytest.raises(LockedAfterReading):
        evaluate(frame, OPERATION, locked, NOW, first_read=BEGINS + 9.0 * DAY)
    with pytest.raises(LockedAfterReading):
        evaluate(frame, OPERATION, locked, BEGINS + 9.0 * DAY)


def test_controls_of_another_operation_are_refused() -> None:
    frame = frame_of(town(12))
    moved = replace(OPERATION, after=(BEGINS + 7.0 * DAY, AFTER[1]))
    with pytest.raises(WrongControls):
        evaluate(frame, moved, locked_on(frame), NOW)


def test_no_history_can_hold_what_happened_after() -> None:
    counts, edges = np.ones((2, 4), dtype=np.int64), (0.0, 1.0, 2.0, 3.0, 4.0)
    assert History(("a", "b"), counts, edges, 4.0).of("b").sum() == 4
    with pytest.raises(OutcomeInHistory):
        History(("a", "b"), counts, edges, 3.9)
    with pytest.raises(OutcomeInHistory):
        history_of(frame_of(town(1)), PLACES, Limits(), edges=EDGES, begins=BEGINS - 1, at=NOW)


def test_a_history_cannot_be_written_into() -> None:
    given = np.ones((1, 4), dtype=np.int64)
    history = History(("a",), given, (0.0, 1.0, 2.0, 3.0, 4.0), 4.0)
    given[0, 0] = 9
    assert history.counts[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        history.counts[0, 0] = 9


@pytest.mark.parametrize(
    ("names", "counts", "edges"),
    [
        (("a", "a"), np.ones((2, 4), dtype=int), (0.0, 1.0, 2.0, 3.0, 4.0)),
        (("a",), np.ones((1, 3), dtype=int), (0.0, 1.0, 2.0, 3.0)),
        (("a",), np.ones((1, 4), dtype=int), (0.0, 1.0, 1.0, 3.0, 4.0)),
        (("a",), -np.ones((1, 4), dtype=int), (0.0, 1.0, 2.0, 3.0, 4.0)),
        (("a",), np.ones((2, 4), dtype=int), (0.0, 1.0, 2.0, 3.0, 4.0)),
    ],
)
def test_a_history_that_is_none_is_refused(names: Any, counts: Any, edges: Any) -> None:
    with pytest.raises(ValueError, match=r"shape|periods|one name"):
        History(names, counts, edges, 9.0)


# The match


def history(*rows: list[int]) -> History:
    names = tuple(place.name for place in PLACES[: len(rows)])
    edges = tuple(float(edge) for edge in range(len(rows[0]) + 1))
    return History(names, np.array(rows), edges, edges[-1])


def chosen(found: History, **how: Any) -> list[str]:
    places = PLACES[: len(found.names)]
    return [pair.control for pair in lock(found, places[:1], places[1:], at=0, **how).pairs]


def test_the_nearest_in_level_trend_and_season_is_chosen() -> None:
    own = [20, 10] * 6
    assert chosen(history(own, [40, 20] * 6, [20, 11] * 6, [5, 2] * 6)) == ["place 02"], "level"
    rising, falling = list(range(10, 22)), list(range(21, 9, -1))
    assert chosen(history(rising, falling, [*rising[:-1], 20])) == ["place 02"], "trend"
    assert chosen(history(own, [10, 20] * 6, [19, 11] * 6), cycle=2) == ["place 02"], "season"


def test_distances_are_in_units_of_their_own_chance_error() -> None:
    draw = np.random.default_rng(1)
    own, others = draw.poisson(30, (1_000, 26)), draw.poisson(30, (1_000, 26))
    parts = np.array([[part[0] for part in distances(a, b[None, :], 13)] for a, b in zip(own, others, strict=True)])
    assert np.sqrt(np.square(parts).mean(axis=0)) == pytest.approx([1, 1, 1], abs=0.1)


def test_pairs_are_as_near_as_possible_all_together_and_each_control_serves_once() -> None:
    found = history([20] * 6, [24] * 6, [22] * 6, [40] * 6, [19] * 6)
    places = PLACES[:5]
    pairs = lock(found, places[:2], places[2:], at=0).pairs
    assert {(pair.treated, pair.control) for pair in pairs} == {("place 00", "place 04"), ("place 01", "place 02")}


def test_the_order_of_the_places_does_not_matter() -> None:
    frame = frame_of(town(13))
    found = history_of(frame, PLACES, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    straight = lock(found, TREATED, CANDIDATES, at=BEGINS, each=3)
    assert straight == lock(found, TREATED[::-1], CANDIDATES[::-1], at=BEGINS, each=3)
    assert len(straight.controls) == 6


def test_a_pair_beyond_the_caliper_is_refused() -> None:
    with pytest.raises(NoControls, match="within"):
        chosen(history([20] * 6, [90] * 6, [80] * 6), caliper=2.0)


def test_candidates_within_reach_of_displacement_are_out() -> None:
    frame = frame_of(town(14))
    near = [circle("near", 0, 350, 100), circle("far", 0, 4_600, 100)]
    places = [*PLACES, *near]
    found = history_of(frame, places, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    locked = lock(found, TREATED, [*CANDIDATES, *near], at=BEGINS)
    assert locked.refused == ("near",)
    reach = shapely.union_all([place.shape for place in TREATED])
    assert all(shapely.distance(place.shape, reach) >= 400 for place in locked.controls)
    areas = areas_of(locked.treated, locked.controls)
    rings = areas.displaced, areas.displaced_control
    assert shapely.intersection(*rings).area == pytest.approx(0)
    with pytest.raises(NoControls, match="far enough"):
        lock(found, TREATED, [near[0], TREATED[0]], at=BEGINS)


def test_places_that_overlap_are_refused() -> None:
    frame = frame_of(town(14))
    places = [*PLACES, circle("twice", 2_050, 0, 100)]
    found = history_of(frame, places, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    with pytest.raises(ValueError, match="overlap"):
        lock(found, TREATED, places[2:], at=BEGINS)


def test_a_place_without_history_is_refused() -> None:
    with pytest.raises(ValueError, match="no history of place 23"):
        lock(history([2] * 6, [2] * 6), PLACES[:1], [PLACES[1], PLACES[23]], at=0)


def test_the_dispersion_is_one_for_poisson_places_and_more_for_places_that_drift() -> None:
    draw = np.random.default_rng(2)
    rate = np.repeat(draw.gamma(4, 4, 200)[:, None], 12, axis=1)
    edges = tuple(float(edge) for edge in range(13))
    names = tuple(str(n) for n in range(200))
    steady = History(names, draw.poisson(rate), edges, 12.0)
    assert dispersion_of(steady) == pytest.approx(1, abs=0.2)
    drifting = rate * np.where(np.arange(12) < 6, 1.0, draw.gamma(6, 1 / 6, (200, 1)))
    assert dispersion_of(History(names, draw.poisson(drifting), edges, 12.0)) > 3
    assert dispersion_of(History(names[:5], draw.poisson(drifting[:5]), edges, 12.0)) == 1


def test_the_dispersion_of_places_of_one_size_is_chi_square_over_its_freedom() -> None:
    after = np.random.default_rng(3).integers(5, 36, 30)
    table = np.stack([40 - after, after], axis=1)
    chi2 = chi2_contingency(table, correction=False).statistic
    assert spread_of(table[:, 0], table[:, 1]) == pytest.approx(chi2 / 29)


def test_the_history_is_a_count_by_hand() -> None:
    rows = town(15)
    found = history_of(frame_of(rows), PLACES, Limits(), edges=EDGES, begins=BEGINS, at=BEGINS)
    middle = PLACES[4].shape.centroid
    expected = [
        sum(start < row.time <= end and np.hypot(row.x - middle.x, row.y - middle.y) <= 100 for row in rows)
        for start, end in pairwise(EDGES)
    ]
    assert found.of("place 04").tolist() == expected


# Rings


def test_a_ring_holds_neither_the_treated_nor_the_control() -> None:
    treated, control = [circle("a", 0, 0, 100), circle("b", 250, 0, 100)], [circle("c", 450, 0, 80)]
    areas = areas_of(treated, control, 200)
    for first in range(4):
        for second in range(first):
            assert shapely.intersection(areas.all[first], areas.all[second]).area == pytest.approx(0, abs=1e-6)
    frame = frame_of([Made(NOW - n, x=x) for n, x in enumerate((0.0, 125.0, 450.0, -250.0, 600.0, 2_000.0))])
    found = [rows_in(frame, all_rows(frame), area) for area in areas.all]
    held = [sorted(frame.column["x"][rows].tolist()) for rows in found]
    assert held == [[0.0], [450.0], [-250.0, 125.0], [600.0]]


def test_rings_may_be_left_out() -> None:
    areas: Areas = areas_of(TREATED, CANDIDATES[:2], 0)
    assert areas.displaced.is_empty
    found = judged(town(16, effect=-0.5), replace(OPERATION, ring=0))
    assert found.counts.displaced == Pair(0, 0)
    assert found.difference.displaced == 0


def test_places_that_go_their_own_ways_widen_the_interval() -> None:
    steady = judged(town(21))
    draw = np.random.default_rng(21)
    wild = [
        replace(row, time=row.time + n, x=place.shape.centroid.x)
        for place in CANDIDATES
        for n, row in enumerate(
            Made(int(BEGINS + draw.integers(1, 180 * DAY)), y=place.shape.centroid.y)
            for _ in range(draw.integers(0, 90))
        )
    ]
    drifting = judged(town(21) + wild)
    assert drifting.difference.dispersion.near > 2 * steady.difference.dispersion.near
    assert drifting.difference.se > drifting.poisson.se
    assert drifting.poisson.dispersion.near == 1


def test_places_of_both_groups_must_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        areas_of([circle("a", 0, 0, 100)], [circle("b", 150, 0, 100)])


def test_a_record_on_the_line_between_two_areas_speaks_once() -> None:
    square = Place("square", shapely.box(0, 0, 100, 100))
    frame = frame_of([Made(NOW - 5, x=100.0, y=50.0)])
    areas = areas_of([square], [circle("c", 3_000, 0, 100)])
    assert [len(rows_in(frame, all_rows(frame), area)) for area in areas.all] == [1, 0, 1, 0]
    more = [*town(17), *[Made(int(BEGINS + n * DAY), x=1_100.0, y=0.0) for n in range(1, 9)]]
    found = judged(more)
    assert found.basis.rows == sum(found.counts.array)


# Coverage


def test_a_period_that_is_not_on_file_is_no_success() -> None:
    rows = [row for row in town(18) if row.time <= BEGINS + 60 * DAY]
    frame = frame_of(rows)
    with pytest.raises(NotCovered):
        evaluate(frame, OPERATION, locked_on(frame), NOW)
    hole = [row for row in town(18) if not BEGINS - 100 * DAY < row.time < BEGINS - 40 * DAY]
    frame = frame_of(hole)
    with pytest.raises(NotCovered):
        evaluate(frame, OPERATION, locked_on(frame), NOW)


def test_a_short_silence_is_told_and_divided_out() -> None:
    longer = replace(OPERATION, before=(BEGINS - 364.0 * DAY, float(BEGINS)))
    rows = [row for row in town(19) if not BEGINS - 240 * DAY < row.time < BEGINS - 204 * DAY]
    frame = frame_of(rows)
    found = evaluate(frame, longer, locked_on(frame), NOW)
    assert found.days.before == pytest.approx(328, abs=1)
    assert len(found.missing) >= 1


def test_an_operation_that_is_not_over_is_said_to_be_unfinished() -> None:
    frame = frame_of(town(20))
    found = evaluate(frame, OPERATION, locked_on(frame), BEGINS + 90.0 * DAY)
    assert found.unfinished
    assert found.days.after == pytest.approx(90, abs=1)


@pytest.mark.parametrize(
    "operation",
    [
        replace(OPERATION, before=(BEFORE[0], BEGINS + 1.0)),
        replace(OPERATION, before=(BEFORE[1], BEFORE[0])),
        replace(OPERATION, after=(float(BEGINS), float(BEGINS))),
    ],
)
def test_periods_that_cannot_be_are_refused(operation: Operation) -> None:
    with pytest.raises(EffectError, match="period"):
        judged(town(20), operation)


def test_24_operations_of_known_effect_on_made_towns_are_covered() -> None:
    held = 0
    for seed in range(24):
        effect = (-0.5, 0.0)[seed % 2]
        found = judged(town(100 + seed, effect=effect)).poisson
        held += found.low <= effect * 0.3 * 182 * 2 <= found.high
    assert held >= 20
