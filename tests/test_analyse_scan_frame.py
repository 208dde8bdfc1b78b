"""New clusters of an incident frame: named places, what may speak for them, and what never changes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ilp_core.analyse.evidence import DAY_S, Limits, gather, point_keys
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.patterns.scan import METHOD, ScanFinding, find_new_clusters
from ilp_core.analyse.patterns.scan_search import Search
from ilp_core.analyse.where.grid import grid_over
from tests.frames import DAY, HOUR, NOW, RECORDING, RULES, Made, all_rows, block_of, days_ago, frame_of

#: Where the made cluster lies: inside one cell of 250 m, whose middle is (3,125, 4,125).
EAST, NORTH = 3_100.0, 4_150.0


def a_town(seed: int = 1, events: int = 400) -> list[Made]:
    """Burglaries all over 8 x 8 km and 60 days, and nine in six days at one place."""
    draw = np.random.default_rng(seed)
    town = [
        days_ago(float(ago), x=float(x), y=float(y), block=f"{int(y) // 100:03d}XX S {int(x) // 500} ST", beat="0831")
        for ago, x, y in zip(draw.uniform(0, 59.5, events), *draw.uniform(0, 8_000, (2, events)), strict=True)
    ]
    return town + burst()


def burst(count: int = 9, **fields: Any) -> list[Made]:
    """``count`` burglaries of the last six days at the made cluster's place."""
    place = {"x": EAST, "y": NORTH, "block": "041XX S BURST ST", "beat": "0842", "district": "008"} | fields
    return [days_ago(0.2 + 5.5 * n / count, **place) for n in range(count)]


def looked(
    frame: IncidentFrame, at: float = NOW, *, sinks: Sequence[int] = (), limits: Limits | None = None, **options: Any
) -> ScanFinding:
    """The new clusters of burglary among the records of the last 60 days, as a caller looks for them."""
    rows = frame.seen(all_rows(frame), at - 60 * DAY_S, at, at)
    limits = limits or Limits(offences=("burglary",))
    evidence = gather(frame, rows, limits, at, np.array(sinks, dtype=np.int64))
    return find_new_clusters(frame, evidence, at, seed=11, **{"search": Search(replicas=199)} | options)


def told(finding: ScanFinding) -> list[tuple[Any, ...]]:
    """All that is told of the clusters, not rounded, without the place of their rows in the frame."""
    return [
        tuple(getattr(cluster, name) for name in cluster.__dataclass_fields__ if name != "rows")
        for cluster in finding.clusters
    ] + [(finding.p, finding.searched, finding.basis.digest)]


def recorded(rows: Iterable[Made], extra: Iterable[Made]) -> IncidentFrame:
    """A frame of one source that records who initiated a record, with more records loaded after it."""
    rows, extra = list(rows), list(extra)
    blocks = [block_of(rows, source=RECORDING)]
    if extra:
        blocks.append(block_of(extra, load=2, source=RECORDING, first=len(rows) + 1))
    return build_frame(blocks, RULES)


def test_a_new_cluster_is_told_by_place_time_and_strength() -> None:
    frame = frame_of(a_town())
    finding = looked(frame)
    (cluster,) = finding.clusters
    assert (cluster.label, cluster.beat, cluster.district) == ("4100 blk S Burst St", "0842", "008")
    assert np.hypot(cluster.x - EAST, cluster.y - NORTH) <= 300
    assert cluster.count == len(cluster.rows) >= 8
    assert 0 < cluster.expected < 3
    assert cluster.days <= 14
    assert cluster.p == finding.p == 1 / 200
    assert cluster.recurrence == 200
    assert NOW - 7 * DAY < cluster.first < cluster.last <= NOW
    assert set(frame.column["time"][cluster.rows]) <= set(range(int(cluster.first), int(cluster.last) + 1))


def test_the_disc_of_a_cluster_holds_all_its_records() -> None:
    frame = frame_of([*a_town(), *burst(6, x=EAST + 300, y=NORTH + 200)])
    (cluster,) = looked(frame).clusters
    off = np.hypot(frame.column["x"][cluster.rows] - cluster.x, frame.column["y"][cluster.rows] - cluster.y)
    assert off.max() <= cluster.radius
    assert cluster.count >= 12


def test_two_places_far_apart_are_two_clusters_the_surer_first() -> None:
    finding = looked(frame_of([*a_town(), *burst(14, x=6_600.0, y=600.0, block="006XX S SECOND ST")]))
    assert [cluster.label for cluster in finding.clusters] == ["600 blk S Second St", "4100 blk S Burst St"]
    assert finding.clusters[0].statistic > finding.clusters[1].statistic


def test_a_place_that_is_always_busy_is_not_new() -> None:
    steady = [days_ago(0.5 + 59 * n / 90, x=EAST, y=NORTH) for n in range(90)]
    town = [row for row in a_town() if "BURST" not in row.block]
    assert looked(frame_of([*town, *steady])).clusters == ()


def test_a_week_that_is_busy_everywhere_is_not_new() -> None:
    draw = np.random.default_rng(5)
    week = [days_ago(float(draw.uniform(0, 6)), x=float(x), y=float(y)) for x, y in draw.uniform(0, 8_000, (200, 2))]
    town = [row for row in a_town() if "BURST" not in row.block]
    assert looked(frame_of([*town, *week])).clusters == ()


def test_the_basis_says_what_was_searched_and_adds_up() -> None:
    finding = looked(frame_of(a_town()), grid=100.0)
    basis = finding.basis
    assert basis.method == METHOD
    assert basis.parameters["cell_m"] == 100.0
    assert basis.parameters["replicas"] == 199
    assert basis.parameters["seed"] == 11
    assert basis.rows + sum(basis.excluded.values()) == basis.considered == 409


def test_records_after_the_moment_change_nothing() -> None:
    at = NOW - 10 * DAY
    later = [days_ago(9.9 - n / 10, x=1_000.0, y=1_000.0) for n in range(30)]
    learnt = [days_ago(12 + n / 10, x=1_000.0, y=1_000.0, known=at + HOUR) for n in range(30)]
    town = [replace(row, time=row.time - 10 * DAY) for row in a_town()]
    assert told(looked(frame_of([*town, *later, *learnt]), at)) == told(looked(frame_of(town), at))


def test_evidence_that_a_caller_did_not_cut_is_cut() -> None:
    at = NOW - 10 * DAY
    town = [replace(row, time=row.time - 10 * DAY) for row in a_town()]
    later = [days_ago(9 - n / 10, x=1_000.0, y=1_000.0, known=at - HOUR) for n in range(30)]
    older = [days_ago(75 + n, x=1_000.0, y=1_000.0) for n in range(30)]
    learnt = [days_ago(12 + n / 10, x=1_000.0, y=1_000.0, known=at + HOUR) for n in range(30)]
    frame = frame_of([*town, *later, *older, *learnt])
    evidence = gather(frame, all_rows(frame), Limits(offences=("burglary",)), at)
    finding = find_new_clusters(frame, evidence, at, seed=11, search=Search(replicas=199))
    assert told(finding) == told(looked(frame_of(town), at))
    assert finding.basis.excluded["outside_period"] == 90


def test_a_thousand_police_started_records_change_nothing() -> None:
    """G05: patrols must not make their own clusters."""
    rows = [replace(row, initiated=0) for row in a_town()]
    draw = np.random.default_rng(3)
    extra = [
        days_ago(float(draw.uniform(0, 10)), ("burglary", "drugs")[n % 2], x=1_000.0, y=1_000.0, initiated=1)
        for n in range(1_000)
    ]
    before, after = looked(recorded(rows, [])), looked(recorded(rows, extra))
    assert told(after) == told(before)
    assert len(before.clusters) == 1
    assert after.basis.excluded["police_started"] == 500


def test_a_geocode_sink_is_no_cluster() -> None:
    frame = frame_of(a_town())
    sink = int(point_keys(frame, looked(frame).clusters[0].rows)[0])
    assert looked(frame, sinks=[sink]).clusters == ()


def test_months_only_are_left_out_and_counted() -> None:
    months = [days_ago(40, x=EAST, y=NORTH, timed=-1, end=NOW - 20 * DAY) for _ in range(25)]
    finding = looked(frame_of([*a_town(), *months]))
    assert finding.basis.excluded["month_only"] == 25
    assert told(finding) == told(looked(frame_of(a_town())))


def test_a_stray_point_makes_no_grid_and_no_cluster() -> None:
    stray = [days_ago(1, x=-9_000_000.0, y=4_000_000.0)]
    (cluster,) = looked(frame_of([*a_town(), *stray])).clusters
    assert cluster.label == "4100 blk S Burst St"


def test_records_off_the_grid_are_left_out_and_counted() -> None:
    town = a_town()
    grid = grid_over(np.array([row.x for row in town]), np.array([row.y for row in town]), 250.0)
    stray = [days_ago(1 + n / 10, x=-90_000.0, y=40_000.0) for n in range(12)]
    finding = looked(frame_of([*town, *stray]), grid=grid)
    assert finding.basis.excluded["off_grid"] == 12
    assert [cluster.label for cluster in finding.clusters] == ["4100 blk S Burst St"]


@pytest.mark.parametrize(("hours_ago", "days"), [(3, 1), (6, 2)], ids=["after midnight", "the evening before"])
def test_days_are_those_of_the_local_clock(hours_ago: int, days: int) -> None:
    """Half past four in the morning, local, is half past six the evening before at Greenwich: both moments are of one
    day there, and of two here."""
    ahead = 10 * HOUR
    at = NOW // DAY * DAY - ahead + 4 * HOUR + 30 * 60
    town = [replace(row, local=row.time + ahead) for row in a_town() if "BURST" not in row.block and row.time <= at]
    gathered = at - hours_ago * HOUR
    frame = frame_of([*town, *[Made(gathered + n, x=EAST, y=NORTH, local=gathered + n + ahead) for n in range(8)]])
    (cluster,) = looked(frame, at).clusters
    assert cluster.days == days
    assert cluster.count >= 8


def test_a_placeholder_hour_still_tells_the_day() -> None:
    midnight = [replace(row, time=row.time // DAY * DAY, timed=0) for row in burst()]
    town = [row for row in a_town() if "BURST" not in row.block]
    (cluster,) = looked(frame_of([*town, *midnight])).clusters
    assert cluster.label == "4100 blk S Burst St"


def test_threads_and_finer_cells_find_the_same_place() -> None:
    frame = frame_of(a_town())
    assert told(looked(frame, threads=1)) == told(looked(frame, threads=2))
    (cluster,) = looked(frame, grid=100.0).clusters
    assert cluster.label == "4100 blk S Burst St"


@pytest.mark.parametrize("events", [0, 2])
def test_too_few_records_are_searched_for_nothing(events: int) -> None:
    finding = looked(frame_of(burst(events) or [days_ago(300)]))
    assert (finding.clusters, finding.p, finding.searched, finding.basis.rows) == ((), None, 0, events)


def test_fewer_records_than_asked_for_are_no_cluster() -> None:
    frame = frame_of([*[row for row in a_town() if "BURST" not in row.block], *burst(2)])
    assert all(cluster.count >= 3 for cluster in looked(frame, search=Search(replicas=199, level=0.9)).clusters)
