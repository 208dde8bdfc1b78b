"""The city: what is found once for the whole force is what the slow way finds, and is found once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ilp_core.analyse.city import City
from ilp_core.analyse.coverage import LEAST_GAP_DAYS, MEAN_WAITS, Coverage, coverage_of
from ilp_core.analyse.evidence import Limits, fingerprint, gather, point_keys, speaking
from ilp_core.analyse.frame import IncidentFrame, Rows
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.frame_extend import extend_frame
from ilp_core.analyse.sinks import SAME_POINT_M, find_sinks, keys_near
from tests.frames import (
    DAY,
    NOW,
    RULES,
    YEAR,
    Made,
    a_town_with_a_burst,
    all_rows,
    block_of,
    days_ago,
    frame_of,
    made_town,
)

#: Records that no question without their own name may use, and some that it may.
MIXED = [
    days_ago(day, code, domestic=domestic, x=x, timed=timed)
    for day, (code, domestic, x, timed) in enumerate(
        (code, domestic, x, timed)
        for code in ("burglary", "assault", "shoplifting", "drugs", "odd code", "")
        for domestic in (-1, 0, 1)
        for x in (50.0, 250.0, float("nan"))
        for timed in (-1, 0, 1)
    )
]


def test_the_rows_that_may_speak_are_those_that_the_counted_exclusions_leave() -> None:
    loads = [block_of(MIXED), block_of(MIXED, load=2, source="recording", first=1_000)]
    said = [replace(row, initiated=number % 3 - 1, known=row.time + DAY) for number, row in enumerate(MIXED)]
    frame = build_frame([*loads, block_of(said, load=3, source="recording", first=2_000)], RULES)
    sinks = np.unique(point_keys(frame, np.flatnonzero(frame.column["x"] == 250.0)))
    for at in (NOW - 10 * DAY, NOW, NOW + YEAR):
        for off in (np.empty(0, dtype=np.int64), sinks, np.array([1, 2, 3])):
            rows = frame.known(at)
            wanted = gather(frame, rows, Limits(), at, off).rows.tolist()
            assert speaking(frame, rows, at, off).tolist() == wanted
            assert wanted


def slow_coverage(frame: IncidentFrame, rows: Rows, first: float | None) -> Coverage:
    """Coverage by looking at the wait before every record."""
    times = frame.column["time"][rows].tolist()
    waits = [later - earlier for earlier, later in pairwise(times)]
    least = max(LEAST_GAP_DAYS * DAY, MEAN_WAITS * sum(waits) / len(waits)) if waits else 0
    spans = [(frame.latest(rows[: place + 1]), times[place + 1]) for place, wait in enumerate(waits) if wait > least]
    return Coverage(first, tuple((a, b) for a, b in spans if a is not None and a < b))


@pytest.mark.parametrize("seed", range(8))
def test_gaps_are_found_among_all_rows_and_among_some_also_after_loads(seed: int) -> None:
    draw = np.random.default_rng(seed)
    # Two or three days between records, but for a few silences of one to four months.
    waits = np.where(draw.random(300) < 0.04, draw.integers(30, 120, 300), draw.integers(1, 4, 300))
    rows = [days_ago(int(day), incident=number) for number, day in enumerate(np.cumsum(waits)[::-1], 1)]
    late = {int(place) for place in draw.choice(250, 5 * seed, replace=False)}
    blocks = [block_of([row for place, row in enumerate(rows[:250]) if place not in late])]
    blocks.append(block_of([*(rows[place] for place in sorted(late)), *rows[250:]], load=2))
    frame = build_frame(blocks[:1], RULES)
    City(frame).prepare(NOW)
    longer = extend_frame(frame, blocks[1:])
    assert longer is not None
    for known in (all_rows(longer), all_rows(longer)[3:-3], all_rows(longer)[::2], all_rows(longer)[:1]):
        assert coverage_of(longer, known, 0.0) == slow_coverage(longer, known, 0.0)
    assert coverage_of(longer, all_rows(longer), 0.0).gaps
    assert longer.silences.tolist() == build_frame(blocks, RULES).silences.tolist()


def test_what_holds_for_the_force_is_the_same_after_a_load_as_built_anew() -> None:
    town = sorted(a_town_with_a_burst(), key=lambda row: row.time)
    town = [replace(row, incident=number) for number, row in enumerate(town, 1)]
    blocks = [block_of(town[:-30]), block_of(town[-30:], load=2)]
    frame = build_frame(blocks[:1], RULES)
    City(frame).prepare(NOW)
    longer = extend_frame(frame, blocks[1:])
    assert longer is not None
    found, wanted = City(longer).findings(NOW), City(build_frame(blocks, RULES)).findings(NOW)
    assert found.micro
    assert [(spot.label, spot.q, spot.rows.tolist()) for spot in found.micro] == [
        (spot.label, spot.q, spot.rows.tolist()) for spot in wanted.micro
    ]
    assert (found.sinks.key, found.coverage, found.newest) == (wanted.sinks.key, wanted.coverage, wanted.newest)


def test_findings_are_made_once_for_the_same_visible_rows() -> None:
    city = City(frame_of(made_town(1, size=300)))
    assert city.findings(NOW) is city.findings(NOW + 1)


def test_the_sinks_of_rows_that_may_speak_are_those_of_the_counted_evidence() -> None:
    frame = frame_of(a_town_with_a_burst())
    rows = frame.known(NOW, since=NOW - YEAR)
    counted = find_sinks(frame, gather(frame, rows, Limits(), NOW).rows)
    assert City(frame).findings(NOW).sinks.key == counted.key
    assert len(counted.certain)


def whole_digest(frame: IncidentFrame, rows: Rows) -> str:
    """The digest by sorting all rows, as receipts were made so far."""
    time, points, offence = frame.column["time"][rows], point_keys(frame, rows), frame.offence[rows]
    order = np.lexsort((offence, points, time))
    digest = hashlib.blake2b(digest_size=16)
    for values in (time[order], points[order], offence[order]):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("step", [1, 3_600, DAY, 90 * DAY, 10**9], ids=lambda seconds: f"equal within {seconds} s")
def test_a_fingerprint_is_that_of_sorting_every_row(step: int) -> None:
    town = [replace(row, time=row.time - row.time % step) for row in made_town(6, size=900)]
    frame = frame_of(town)
    for rows in (all_rows(frame), all_rows(frame)[::3], all_rows(frame)[::-1], all_rows(frame)[:1]):
        assert fingerprint(frame, rows) == whole_digest(frame, rows)
    shuffled = np.random.default_rng(1).permutation(len(frame))
    assert fingerprint(frame, shuffled) == whole_digest(frame, shuffled)


def test_a_fingerprint_of_no_rows_is_that_of_nothing_and_leaves_the_frame_as_it_is() -> None:
    frame = frame_of([Made(NOW, "robbery", x=9.0), Made(NOW, "arson", x=3.0), Made(NOW, "arson", x=1.0)])
    before = frame.column["time"].tobytes(), frame.offence.tobytes(), frame.points.keys.tobytes()
    assert fingerprint(frame, all_rows(frame)[:0]) == hashlib.blake2b(digest_size=16).hexdigest()
    fingerprint(frame, all_rows(frame))
    assert (frame.column["time"].tobytes(), frame.offence.tobytes(), frame.points.keys.tobytes()) == before


def test_the_points_near_a_position_are_those_of_the_rows_within_a_metre_on_all_sides_of_the_origin() -> None:
    draw = np.random.default_rng(3)
    places = draw.uniform(-40, 40, (400, 2)).round(2)
    rows = [days_ago(1 + number / 100, x=float(x), y=float(y)) for number, (x, y) in enumerate(places)]
    frame = frame_of([*rows, days_ago(9, x=float("nan"), y=float("nan"))])
    positions = [(float(x), float(y)) for x, y in [*draw.uniform(-40, 40, (40, 2)), (0.0, 0.0)]]
    near = [
        row
        for row, (x, y) in enumerate(zip(frame.column["x"], frame.column["y"], strict=True))
        if any(abs(x - east) < SAME_POINT_M and abs(y - north) < SAME_POINT_M for east, north in positions)
    ]
    assert len(near) > 10
    assert keys_near(frame, positions).tolist() == sorted({*point_keys(frame, np.array(near)).tolist()})
    assert keys_near(frame, []).tolist() == []
