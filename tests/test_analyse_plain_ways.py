"""Rankings by the fast ways are, to the last digit, those by the plain ways that they stand for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ilp_core.analyse import chronic, evidence, hotspots
from ilp_core.analyse.city import City
from ilp_core.analyse.evidence import EXCLUSIONS, NO_POINTS, Evidence, Limits, gather, point_keys, within
from ilp_core.analyse.frame import IncidentFrame, Rows, along
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.frame_extend import extend_frame
from ilp_core.analyse.hotspots import Scope, find_hotspots
from ilp_core.analyse.places import cell_keys, numbered_cells
from ilp_core.assistant.view import build_view
from ilp_core.domain.questions import Weekday
from ilp_core.domain.windows import Hours
from ilp_core.storage.engine import open_store
from tests.demo_town import FRIDAY_EVENING, copied_town
from tests.frames import DAY, NOW, RECORDING, RULES, Made, all_rows, asked, block_of, days_ago, frame_of, made_town

NIGHT: Final = Hours(22 * 60, 6 * 60)
WEEKEND: Final[tuple[Weekday, ...]] = ("fri", "sat")
OFFENCES: Final = (None, ("robbery",), ("burglary", "vehicle_theft"), ("shoplifting",))


def plain_cells(frame: IncidentFrame, rows: Rows) -> tuple[NDArray[np.int64], Rows]:
    """The cells of rows by sorting all keys."""
    cells, place_of = np.unique(cell_keys(frame, rows), return_inverse=True)
    return cells, place_of


def plain_kinds(frame: IncidentFrame, rows: Rows) -> tuple[NDArray[np.int64], Rows]:
    """The pairs of offence and harm by sorting those of all rows."""
    harm = np.ascontiguousarray(frame.harm[rows], dtype=np.float32).view(np.int32)
    kinds, kind_of = np.unique((frame.offence[rows].astype(np.int64) << 32) | harm, return_inverse=True)
    return kinds, kind_of


def plain_gather(
    frame: IncidentFrame, rows: Rows, limits: Limits, at: float, sinks: NDArray[np.int64] = NO_POINTS
) -> Evidence:
    """The evidence by asking every reason of every row that no earlier one left out."""
    rows = within(frame, rows, limits)
    considered, excluded = len(rows), {}
    inferred = bool((frame.recorded_since[rows] > at).any())
    for reason in EXCLUSIONS:
        if reason == "sink":
            out = np.isin(point_keys(frame, rows), sinks)
        else:
            out = evidence._excluded(frame, rows, reason, limits, at, sinks)
        excluded[reason] = int(np.count_nonzero(out))
        rows = rows[~out]
    return Evidence(rows, considered, excluded, inferred)


def plain_order(frame: IncidentFrame, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Points and offences by sorting by time, point and offence."""
    points, offence = point_keys(frame, rows), frame.offence[rows]
    order = np.lexsort((offence, points, frame.column["time"][rows]))
    return points[order], offence[order]


def in_full(value: Any) -> Any:
    """Everything a finding holds, to the last bit."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tobytes()
    if hasattr(value, "__dataclass_fields__"):
        return {name: in_full(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [in_full(one) for one in value]
    return dict(value) if hasattr(value, "keys") else value


def rankings(frame: IncidentFrame, at: float, *scopes: Scope) -> list[Any]:
    """The findings of many questions, each of a city that has found nothing yet."""
    questions = [
        replace(asked(scope, at=at - back * DAY, days=days, weighting=weighting), limits=limits, advice=limits.hours)
        for scope in scopes
        for back in (0, 45)
        for days, weighting in ((None, "harm"), (None, "count"), (28, "harm"))
        for limits in (*(Limits(slugs) for slugs in OFFENCES), Limits(None, NIGHT), Limits(None, None, WEEKEND))
    ]  # fmt: skip
    return [in_full(find_hotspots(City(frame), question)) for question in questions]


def plainly(patch: pytest.MonkeyPatch) -> None:
    """From here on everything is ranked by the plain ways."""
    patch.setattr(chronic, "numbered_cells", plain_cells)
    patch.setattr(chronic, "_kinds", plain_kinds)
    patch.setattr(hotspots, "gather", plain_gather)
    patch.setattr(evidence, "_in_order", plain_order)


def strange_town(seed: int) -> list[Made]:
    """A town on all sides of the origin, with points on the edges of cells, equal times, and rows of every kind."""
    draw = np.random.default_rng(seed)
    codes, shares = ("odd code", "shoplifting", "", "assault"), (0.05, 0.1, 0.05, 0.1)
    rows = []
    for row in made_town(seed, size=1_500):
        coarse = DAY if draw.random() < 0.5 else 60
        time = row.time - row.time % coarse
        code = str(draw.choice([row.code, *codes], p=[0.7, *shares]))
        month = seed % 3 == 2 and draw.random() < 0.1
        rows.append(
            replace(
                row,
                time=time,
                end=time + 30 * DAY if month else None,
                known=time + int(draw.integers(0, 9)) * DAY if seed % 2 else None,
                code=code,
                x=float("nan") if draw.random() < 0.05 else row.x - 2_000 + float(draw.choice([0, 0.04, -0.04])),
                y=row.y - 1_500,
                premise=str(draw.choice(["STREET", "POLICE FACILITY"], p=[0.97, 0.03])),
                domestic=int(draw.choice([-1, 0, 1], p=[0.1, 0.8, 0.1])),
                initiated=int(draw.choice([-1, 0, 1], p=[0.1, 0.8, 0.1])),
                timed=-1 if month else row.timed,
            )
        )
    if seed % 4 == 3:
        rows[0] = replace(rows[0], x=3e6, y=-2e6)
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_a_ranking_is_that_of_sorting_and_asking_every_row(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = strange_town(seed)
    first, second = block_of(rows[:900]), block_of(rows[900:], load=2, source=RECORDING, first=901)
    grown = extend_frame(build_frame([first], RULES), [second])
    assert grown is not None
    scopes = (Scope(), Scope("beat", "0835"), Scope(x=0.0, y=0.0, radius=900.0))
    found = [rankings(frame, NOW, *scopes) for frame in (build_frame([first, second], RULES), grown)]
    plainly(monkeypatch)
    wanted = [rankings(frame, NOW, *scopes) for frame in (build_frame([first, second], RULES), grown)]
    assert found == wanted
    assert sum(len(finding["places"]) for finding in found[0]) > 100


async def test_the_rankings_of_the_demos_town_are_those_of_the_plain_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite+aiosqlite:///{await copied_town(tmp_path)}")
    async with store.read() as uow:
        view = await build_view(uow, await uow.loads.latest() or 0, [], ())
    await store.close()
    frame = view.ground.city.frame
    scopes = (Scope(), *(Scope("beat", beat) for beat in frame.words["beat"][:3]))
    at = FRIDAY_EVENING.timestamp()
    found = rankings(frame, at, *scopes)
    plainly(monkeypatch)
    assert found == rankings(frame, at, *scopes)
    assert sum(finding["evidence"] for finding in found) > 1_000


POSITIONS = st.one_of(st.floats(-1_000, 1_000), st.floats(-5e6, 5e6), st.sampled_from([-200.0, -0.0, 199.99, 200.0]))


@given(st.lists(st.tuples(POSITIONS, POSITIONS), max_size=60))
@settings(deadline=None)
def test_cells_are_numbered_as_by_sorting_their_keys(points: list[tuple[float, float]]) -> None:
    frame = frame_of([days_ago(1, x=x, y=y) for x, y in points])
    found, wanted = numbered_cells(frame, all_rows(frame)), plain_cells(frame, all_rows(frame))
    assert [values.tolist() for values in found] == [values.tolist() for values in wanted]
    assert [values.dtype for values in found] == [values.dtype for values in wanted]


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 9)), st.booleans())
@settings(deadline=None)
def test_values_along_rows_are_those_of_each_row_in_whatever_order(seed: int, rows: list[int], run: bool) -> None:
    values = np.random.default_rng(seed).integers(0, 100, 10)
    places = np.arange(min(rows, default=0), 10) if run else np.array(rows, dtype=np.intp)
    assert along(values, places).tolist() == values[places].tolist()


@pytest.mark.parametrize("at", [NOW - 10 * DAY, NOW - 5 * DAY, NOW])
def test_initiation_is_inferred_where_any_source_did_not_record_it_yet(at: float) -> None:
    said = [days_ago(7, initiated=0), days_ago(6)]
    for blocks in (
        [block_of(said)],
        [block_of(said, source=RECORDING), block_of([days_ago(8)], load=2, first=3)],
        [],
    ):
        frame = build_frame(blocks, RULES)
        for rows in (all_rows(frame), all_rows(frame)[1:], all_rows(frame)[::2], all_rows(frame)[:0]):
            assert frame.infers(rows, at) == bool((frame.recorded_since[rows] > at).any())


def test_a_record_at_a_sink_is_left_out_as_by_its_key() -> None:
    frame = frame_of([days_ago(n, x=float(n % 3) * 100) for n in range(1, 20)])
    sinks = np.unique(point_keys(frame, np.flatnonzero(frame.column["x"] == 100.0)))
    for off in (sinks, sinks[:0], np.array([-5, *sinks.tolist(), 7 << 40])):
        one, other = (way(frame, all_rows(frame), Limits(), NOW, off) for way in (gather, plain_gather))
        assert (one.rows.tolist(), one.excluded) == (other.rows.tolist(), other.excluded)
