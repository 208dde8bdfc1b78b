"""Hours of places from a frame: placeholders, months and windows."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from ilp_core.analyse.evidence import Evidence, Limits, gather
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.when.find import expected_per_shift, find_profile, find_profiles
from ilp_core.domain.shifts import PRESET_SHIFTS
from tests.frames import DAY, HOUR, NOW, Made, all_rows, days_ago, frame_of, made_town

MONDAY = int(datetime(2016, 7, 4, tzinfo=UTC).timestamp())


def at_hour(hour: float, hours: float = 0, **fields: object) -> Made:
    """A burglary that began ``hour`` hours after Monday 4 July 2016 00:00 and may have lasted ``hours``."""
    start = MONDAY + round(hour * HOUR)
    return Made(start, end=start + round(hours * HOUR), **fields)


def evidence_of(frame: IncidentFrame) -> Evidence:
    return gather(frame, all_rows(frame), Limits(), NOW)


def test_hours_come_from_the_local_clock_and_the_window() -> None:
    frame = frame_of([at_hour(20, 2, local=MONDAY + 15 * HOUR)])
    found = find_profiles(frame, evidence_of(frame), smoothing=0, concentration=0.0)
    assert found.profiles is not None
    assert {int(h): found.profiles.share[0, h] for h in np.flatnonzero(found.profiles.share[0])} == {15: 0.5, 16: 0.5}


def test_placeholder_hours_do_not_feed_a_profile() -> None:
    real = [at_hour(n, beat=f"{n % 3}") for n in range(30)]
    placeholders = [at_hour(12 + 24 * (n % 7), timed=0, beat="0") for n in range(500)]
    clean, mixed = frame_of(real), frame_of([*real, *placeholders])
    without, with_them = (find_profiles(frame, evidence_of(frame)) for frame in (clean, mixed))
    assert without.profiles is not None
    assert with_them.profiles is not None
    assert without.profiles.share.tobytes() == with_them.profiles.share.tobytes()
    assert (with_them.hourless, with_them.basis.excluded["hour_unknown"]) == (500, 500)
    assert (with_them.basis.rows, with_them.basis.considered) == (30, 530)
    assert without.basis.digest == with_them.basis.digest


@pytest.mark.parametrize(("timed", "coarse"), [(-1, "month"), (0, "day")])
def test_records_without_hours_are_refused(timed: int, coarse: str) -> None:
    frame = frame_of([days_ago(n, timed=timed) for n in range(1, 60)])
    found = find_profiles(frame, evidence_of(frame))
    assert (found.profiles, found.coarse) == (None, coarse)
    shifts = expected_per_shift(frame, evidence_of(frame), None, 1, days=60, shifts=PRESET_SHIFTS)
    assert (shifts.counts, shifts.profile.coarse, shifts.records.tolist()) == (None, coarse, [59])


def test_nothing_at_all_is_no_profile_and_not_coarse() -> None:
    frame = frame_of([days_ago(3, domestic=1)])
    found = find_profiles(frame, evidence_of(frame))
    assert (found.profiles, found.coarse, found.basis.excluded["domestic"]) == (None, None, 1)


def test_windows_that_say_nothing_are_counted_out() -> None:
    frame = frame_of([at_hour(5), at_hour(6, 200), at_hour(7, -1)])
    found = find_profiles(frame, evidence_of(frame))
    assert (found.too_long, found.reversed, found.hourless) == (1, 1, 0)
    assert (found.basis.rows, found.basis.excluded["hour_unknown"]) == (1, 2)
    flat = find_profiles(frame, evidence_of(frame), beyond="flat")
    assert (flat.too_long, flat.basis.rows) == (1, 2)


def test_a_places_own_hours_are_pulled_to_the_citys() -> None:
    """Twelve beats alike, one at noon only."""
    draw = np.random.default_rng(9)
    rows = [at_hour(float(draw.normal(20, 2)) - 24 * n, beat=f"b{n % 12}") for n in range(600)]
    rows += [at_hour(12.5 - 24 * n, beat="noon") for n in range(40)]
    frame = frame_of(rows)
    evidence = evidence_of(frame)
    found = find_profile(frame, evidence, frame.rows_in("beat", "noon"))
    assert found.profiles is not None
    noon = found.profiles.share[0].reshape(7, 24).sum(axis=0)
    city = found.profiles.city.reshape(7, 24).sum(axis=0)
    assert noon[12] > 3 * city[12]
    assert found.profiles.share.shape == (1, 168)
    assert 0 < found.profiles.own_part[0] < 1


def test_each_beat_has_its_row_and_strangers_feed_the_city_only() -> None:
    frame = frame_of([at_hour(3, beat="a"), at_hour(4, beat="b"), at_hour(30, beat="")])
    place = frame.column["beat"][all_rows(frame)].astype(np.intp)
    found = find_profiles(frame, evidence_of(frame), place, 2, smoothing=0, concentration=1.0)
    assert found.profiles is not None
    assert found.profiles.records.tolist() == [1, 1]
    np.testing.assert_allclose(found.profiles.city[[3, 4, 30]], 1 / 3)
    np.testing.assert_allclose(found.profiles.share[:, [3, 4, 30]], [[2 / 3, 1 / 6, 1 / 6], [1 / 6, 2 / 3, 1 / 6]])


def test_expected_counts_of_shifts_add_up_to_all_records() -> None:
    frame = frame_of(made_town(3, size=1_500))
    evidence = evidence_of(frame)
    beats = len(frame.words["beat"])
    place = frame.column["beat"][evidence.rows].astype(np.intp)
    found = expected_per_shift(frame, evidence, place, beats, days=728, shifts=PRESET_SHIFTS)
    assert found.counts is not None
    np.testing.assert_allclose(found.counts.expected.sum(axis=(1, 2)) * 104, found.records)
    # Records at placeholder hours count for the rate, and not for the hours.
    assert found.profile.hourless > 0
    assert int(found.records.sum()) == len(evidence)
    assert found.basis.parameters["shifts"] == "days 07:00-15:00 evenings 15:00-23:00 nights 23:00-07:00"


def test_no_day_on_file_is_no_expected_count() -> None:
    frame = frame_of([days_ago(2)])
    assert expected_per_shift(frame, evidence_of(frame), None, 1, days=0, shifts=PRESET_SHIFTS).counts is None


def test_the_same_rows_give_the_same_profile_in_any_order_of_loading() -> None:
    rows = [days_ago(n / 3, beat=f"{n % 4}", end=NOW - round(n / 3 * DAY) + 4 * HOUR) for n in range(1, 200)]
    one, other = frame_of(rows), frame_of(rows[::-1])
    first, second = (find_profiles(frame, evidence_of(frame)) for frame in (one, other))
    assert first.profiles is not None
    assert second.profiles is not None
    np.testing.assert_allclose(first.profiles.share, second.profiles.share)
    assert first.basis.digest == second.basis.digest
