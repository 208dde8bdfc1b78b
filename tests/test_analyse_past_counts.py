"""Past counts brought up to the next moment and data version are those of counting anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilp_core.analyse import past_counts
from ilp_core.analyse.city import City
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.frame_extend import extend_frame
from ilp_core.analyse.micro_time import RADII_M
from ilp_core.analyse.near import count_near
from ilp_core.analyse.past_counts import Crimes, count_past
from tests.frames import DAY, NOW, RULES, YEAR, a_town_with_a_burst, block_of, days_ago, made_town


def crimes(frame: IncidentFrame, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Crimes:
    x, y = frame.column["x"][rows], frame.column["y"][rows]
    return Crimes(rows, frame.offence[rows].astype(np.int64), np.column_stack([x, y]))


def parts(frame: IncidentFrame, at: float) -> tuple[Crimes, Crimes]:
    """The recent crimes of a fortnight and the past ones of a year."""
    edge = frame.until(at - 14 * DAY)
    recent, past = np.arange(edge, frame.until(at)), np.arange(frame.until(at - YEAR), edge)
    return crimes(frame, recent), crimes(frame, past)


def anew(recent: Crimes, past: Crimes) -> list[list[int]]:
    counts: list[list[int]] = count_near(past.points, recent.points, RADII_M, (past.kind, recent.kind)).tolist()
    return counts


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("later", [0, 1, -1], ids=["same moment", "a day later", "a day earlier"])
def test_after_a_load_and_at_another_moment_counts_are_those_of_counting_anew(seed: int, later: int) -> None:
    draw = np.random.default_rng(seed)
    town = sorted(made_town(seed, size=1_200), key=lambda row: row.time)
    town = [replace(row, incident=number) for number, row in enumerate(town, 1)]
    held = {int(place) for place in draw.choice(len(town), 20, replace=False)}
    changed = [int(place) for place in draw.choice(sorted(set(range(len(town))) - held), 12, replace=False)]
    first = block_of([row for place, row in enumerate(town) if place not in held])
    corrected = [replace(town[place], x=town[place].x + 150, code="burglary") for place in changed[:6]]
    moved = [replace(town[place], time=town[place].time - DAY) for place in changed[6:9]]
    second = block_of([*(town[place] for place in held), *corrected, *moved], load=2, replaces=True)
    gone = np.array([town[place].incident for place in changed[9:]], dtype="<i8")
    frame = build_frame([first], RULES)
    count_past(frame, *parts(frame, NOW), RADII_M, NOW)
    grown = extend_frame(frame, [replace(second, gone=gone.tobytes())])
    assert grown is not None
    at = NOW + later * DAY
    recent, past = parts(grown, at)
    handed = grown.past_counts
    assert handed is not None
    brought_up = past_counts._brought_up(len(grown), handed, recent, past, RADII_M)
    assert brought_up is not None
    assert brought_up.tolist() == anew(recent, past)
    assert count_past(grown, recent, past, RADII_M, at).tolist() == anew(recent, past)
    assert sum(map(sum, anew(recent, past))) > 0


def test_where_much_is_new_all_is_counted_anew() -> None:
    frame = build_frame([block_of(made_town(1, size=1_200))], RULES)
    count_past(frame, *parts(frame, NOW - 200 * DAY), RADII_M, NOW - 200 * DAY)
    recent, past = parts(frame, NOW)
    assert frame.past_counts is not None
    assert past_counts._brought_up(len(frame), frame.past_counts, recent, past, RADII_M) is None
    assert count_past(frame, recent, past, RADII_M, NOW).tolist() == anew(recent, past)


def test_a_question_about_a_past_moment_does_not_take_the_place_of_the_latest_counts() -> None:
    frame = build_frame([block_of(made_town(1, size=1_200))], RULES)
    for at in (NOW - DAY, NOW, NOW - 100 * DAY):
        count_past(frame, *parts(frame, at), RADII_M, at)
    assert frame.past_counts is not None
    assert frame.past_counts.at == NOW


def test_a_prepared_city_brings_its_counts_up_after_a_load(monkeypatch: pytest.MonkeyPatch) -> None:
    town = a_town_with_a_burst()
    frame = build_frame([block_of(town)], RULES)
    City(frame).prepare(NOW)
    longer = extend_frame(frame, [block_of([days_ago(0.5)], load=2, first=len(town) + 1)])
    assert longer is not None
    wanted = City(build_frame([block_of([*town, days_ago(0.5)])], RULES)).findings(NOW)
    looked = []
    near = past_counts._near
    monkeypatch.setattr(past_counts, "_near", lambda *given: looked.append(len(given[1])) or near(*given))
    found = City(longer).findings(NOW)
    assert [(spot.label, spot.p, spot.q) for spot in found.micro] == [
        (spot.label, spot.p, spot.q) for spot in wanted.micro
    ]
    # What came, what left, and the one recent crime that is new.
    assert len(looked) == 3
    assert looked[-1] == 1


def test_few_centres_among_many_points_count_what_lies_near_them() -> None:
    draw = np.random.default_rng(5)
    points, centres = draw.uniform(0, 30_000, (5_000, 2)), draw.uniform(0, 30_000, (3, 2))
    kinds = draw.integers(0, 3, 5_000), np.array([0, 1, 2])
    apart = np.hypot(*(points[:, None, axis] - centres[None, :, axis] for axis in (0, 1)))
    wanted = [[int(((apart[:, n] <= r) & (kinds[0] == n)).sum()) for r in (500.0, 2_000.0)] for n in range(3)]
    assert count_near(points, centres, (500.0, 2_000.0), kinds).tolist() == wanted
    assert sum(map(sum, wanted)) > 10
