"""Did it work, on a frame: controls locked before, rings that keep apart, and verdicts that hide no null (G34)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ilp_core.analyse.effect.controls import LockBrokenError, seal, verify
from ilp_core.analyse.effect.evaluate import (
    LockedAfterReadingError,
    NotCoveredError,
    Operation,
    Verdict,
    WrongControlsError,
    evaluate,
    foresee,
    verdict_of,
)
from ilp_core.analyse.effect.history import (
    EffectError,
)
from ilp_core.analyse.effect.ring import Place, circle
from ilp_core.analyse.effect.wdd import Pair, wdd
from ilp_core.analyse.evidence import Limits
from tests.frames import DAY, NOW, RECORDING, Made, frame_of
from tests.operations import (
    AFTER,
    BEFORE,
    BEGINS,
    EDGES,
    OPERATION,
    PLACES,
    TREATED,
    judged,
    locked_on,
    town,
)


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
    with pytest.raises(LockBrokenError):
        evaluate(frame, OPERATION, replace(locked, **change), NOW)


def test_a_lock_that_was_changed_and_sealed_anew_is_not_the_one_written_down() -> None:
    frame = frame_of(town(11))
    locked = locked_on(frame)
    forged = replace(locked, controls=locked.controls[:1])
    forged = replace(forged, digest=seal(forged))
    verify(forged)
    with pytest.raises(LockBrokenError, match="not the controls that were locked"):
        evaluate(frame, OPERATION, forged, NOW, sealed=locked.digest)
    assert evaluate(frame, OPERATION, locked, NOW, sealed=locked.digest)


def test_a_lock_made_after_the_operation_began_is_marked_late() -> None:
    frame = frame_of(town(12))
    assert evaluate(frame, OPERATION, locked_on(frame, at=BEGINS + DAY), NOW).late


def test_a_lock_made_after_the_outcome_was_read_is_refused() -> None:
    frame = frame_of(town(12))
    locked = locked_on(frame, at=BEGINS + 10 * DAY)
    with pytest.raises(LockedAfterReadingError):
        evaluate(frame, OPERATION, locked, NOW, first_read=BEGINS + 9.0 * DAY)
    with pytest.raises(LockedAfterReadingError):
        evaluate(frame, OPERATION, locked, BEGINS + 9.0 * DAY)


def test_controls_of_another_operation_are_refused() -> None:
    frame = frame_of(town(12))
    moved = replace(OPERATION, after=(BEGINS + 7.0 * DAY, AFTER[1]))
    with pytest.raises(WrongControlsError):
        evaluate(frame, moved, locked_on(frame), NOW)


# Coverage


def test_a_period_that_is_not_on_file_is_no_success() -> None:
    rows = [row for row in town(18) if row.time <= BEGINS + 60 * DAY]
    frame = frame_of(rows)
    with pytest.raises(NotCoveredError):
        evaluate(frame, OPERATION, locked_on(frame), NOW)
    hole = [row for row in town(18) if not BEGINS - 100 * DAY < row.time < BEGINS - 40 * DAY]
    frame = frame_of(hole)
    with pytest.raises(NotCoveredError):
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
