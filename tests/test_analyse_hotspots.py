"""Hotspots of an area or a circle, as of a moment: nothing that was not known then has any part in them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.analyse.city import City
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.hotspots import (
    HotspotFinding,
    Scope,
    blocks_in,
    count_records,
    figures_of,
    find_hotspots,
    has_records,
)
from ilp_core.domain.windows import Hours
from tests.frames import (
    DAY,
    HOUR,
    NOW,
    RECORDING,
    RULES,
    Made,
    asked,
    block_of,
    days_ago,
    find,
    frame_of,
    made_town,
    ranking,
)

FORCE = Scope()
DISTRICT = Scope("district", "008")
CIRCLE = Scope(x=2_000.0, y=2_000.0, radius=800.0)
EVENINGS = Hours(15 * 60, 23 * 60)


def burst(x: float = 0.0, **fields: str) -> list[Made]:
    """Six burglaries of the last days within a few metres, one of them in the evening."""
    return [days_ago(1.4 * n, x=x + n, y=0.0, **fields) for n in range(6)]


def quiet_year(reach: float = 363) -> list[Made]:
    """400 burglaries up to ``reach`` days ago but the last fortnight, evenly over 6 by 6 km, in another beat."""
    draw = np.random.default_rng(1)
    points = draw.uniform(-3_000, 3_000, (400, 2)).tolist()
    return [days_ago(draw.uniform(15, reach), x=x, y=y, beat="0111", district="001") for x, y in points]


def visible(rows: list[Made], at: int) -> list[Made]:
    """What was on file at ``at``."""
    return [row for row in rows if row.time <= at and (row.time if row.known is None else row.known) <= at]


QUESTIONS = [
    asked(),
    asked(FORCE, weighting="count"),
    asked(DISTRICT, hours=EVENINGS),
    asked(CIRCLE, offences=("burglary", "robbery")),
    asked(FORCE, days=30),
]


@given(st.integers(0, 5), st.integers(0, 700), st.sampled_from([0, 3, 40]))
@settings(max_examples=30, deadline=None)
def test_a_finding_is_the_same_when_everything_later_is_taken_away(seed: int, days: int, delay: int) -> None:
    draw = np.random.default_rng(seed)
    lags = draw.exponential(delay, 600) * DAY
    town = [replace(row, known=row.time + int(lag)) for row, lag in zip(made_town(seed, size=600), lags, strict=True)]
    at = NOW - days * DAY
    town += [Made(at - n * DAY, x=50.0, y=50.0 + n, known=at - n * DAY + (n % 3) * 2 * DAY) for n in range(12)]
    # Known from the start, so that both files reach back equally far.
    town.append(Made(NOW - 1_600 * DAY, "other", incident=9_999))
    whole, then = City(frame_of(town)), City(frame_of(visible(town, at)))
    assert len(then.frame) < len(whole.frame) or days == 0
    for question in QUESTIONS:
        question = replace(question, at=at, start=at - (question.end - question.start), end=at)
        found = figures_of(find_hotspots(whole, question))
        assert json.dumps(found) == json.dumps(figures_of(find_hotspots(then, question)))


def test_a_report_that_comes_late_does_not_say_that_the_data_reached_back_then() -> None:
    rows = [days_ago(5), days_ago(3), days_ago(1)]
    late = days_ago(900, known=NOW + DAY)
    assert figures_of(find(frame_of([*rows, late]))) == figures_of(find(frame_of(rows)))
    assert find(frame_of([*rows, late])).reaches_back is False


def test_a_source_that_learns_to_record_initiation_later_changes_no_answer_of_before() -> None:
    rows = [days_ago(5), days_ago(3), days_ago(1)]
    late = days_ago(-3, initiated=0)
    now = find(frame_of([*rows, late], source=RECORDING))
    assert figures_of(now) == figures_of(find(frame_of(rows, source=RECORDING)))


def test_evidence_leaves_out_the_start_of_its_window_and_holds_the_end() -> None:
    frame = frame_of([Made(NOW - 7 * DAY), Made(NOW - 7 * DAY + 1), Made(NOW), Made(NOW + 1)])
    assert find(frame, asked(days=7)).rows == 2


def test_the_year_has_364_days() -> None:
    finding = find(frame_of([days_ago(363.9), days_ago(364.1), days_ago(1), days_ago(900)]))
    assert finding.rows == 2
    assert finding.places[0].before == 1


@pytest.mark.parametrize(("oldest", "reaches"), [(727.9, False), (728.1, True)])
def test_the_window_before_is_given_only_where_the_data_covers_it(oldest: float, reaches: bool) -> None:
    finding = find(frame_of([days_ago(oldest), days_ago(2), days_ago(1)]))
    assert finding.reaches_back is reaches
    assert finding.places[0].before == (0 if reaches else None)


def test_a_beat_holds_its_own_and_names_its_district() -> None:
    frame = frame_of([*burst(), *(days_ago(n + 1, beat="0831", x=900.0) for n in range(4))])
    assert find(frame).rows == 6
    assert find(frame).parent == "008"
    assert find(frame, asked(DISTRICT)).rows == 10
    assert find(frame, asked(FORCE)).rows == 10
    assert find(frame, asked(Scope("beat", "9999"))).rows == 0


def test_a_circle_holds_what_lies_within_its_radius_whatever_the_beat() -> None:
    inside = [days_ago(3, x=2_800.0, y=2_000.0, beat="0111"), days_ago(2, x=2_000.0, y=1_200.0)]
    outside = [days_ago(3, x=2_800.1, y=2_000.0), days_ago(2, x=2_600.0, y=2_600.0), days_ago(1, x=float("nan"))]
    finding = find(frame_of([*inside, *outside]), asked(CIRCLE))
    assert finding.rows == 2
    assert finding.evidence == 2


def test_a_kind_of_area_that_records_do_not_name_holds_nothing_rather_than_everything() -> None:
    city = City(frame_of(burst()))
    assert not has_records(city, Scope("neighbourhood", "Old Town"), NOW)
    assert find_hotspots(city, asked(Scope("neighbourhood", "Old Town"))).rows == 0


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        (Scope("beat", "0835"), True),
        (Scope("beat", "0111"), False),
        (DISTRICT, True),
        (Scope("district", "001"), False),
        (FORCE, True),
        (Scope(x=100.0, y=0.0, radius=200.0), True),
        (Scope(x=500.0, y=0.0, radius=200.0), False),
    ],
)
def test_a_micro_time_hotspot_is_shown_where_it_lies(scope: Scope, shown: bool) -> None:
    finding = find(frame_of([*quiet_year(), *burst()]), asked(scope))
    assert bool(finding.micro) is shown


@pytest.mark.parametrize(
    ("offences", "hours", "shown"),
    [
        (("burglary",), None, True),
        (("robbery",), None, False),
        (None, Hours(21 * 60, 22 * 60), True),
        (None, Hours(22 * 60, 23 * 60), False),
    ],
)
def test_a_micro_time_hotspot_is_shown_for_its_offence_and_its_hours(
    offences: tuple[str, ...] | None, hours: Hours | None, shown: bool
) -> None:
    finding = find(frame_of([*quiet_year(), *burst()]), asked(offences=offences, hours=hours))
    assert bool(finding.micro) is shown


def test_the_forces_findings_are_made_once_while_the_same_rows_are_visible() -> None:
    city = City(frame_of([*quiet_year(), *burst(), days_ago(-1)]))
    first = city.findings(NOW)
    assert city.findings(NOW + HOUR) is first
    assert city.findings(NOW + DAY) is not first
    assert city.findings(NOW) is first


def test_findings_kept_are_those_of_a_fresh_city_at_every_moment() -> None:
    frame = frame_of(made_town(2, size=400))
    city = City(frame)
    for days in [*range(0, 90, 3), *range(0, 300, 7), 0]:
        question = asked(FORCE, at=NOW - days * DAY)
        assert figures_of(find_hotspots(city, question)) == figures_of(find(frame, question))


@pytest.mark.parametrize("reach", [120, 250, 330, 363, 800])
def test_a_finding_kept_from_a_moment_before_is_the_one_that_would_be_made_now(reach: int) -> None:
    usual = [days_ago(15 + 9.7 * n, x=5.0 * n, y=0.0, beat="0111") for n in range(10)]
    frame = frame_of([days_ago(reach, "other"), *quiet_year(min(reach, 363)), *usual, *burst(), *burst(20.0)])
    kept = City(frame)
    kept.findings(NOW)
    for hours in (0.25, 1, 9):
        question = asked(at=NOW + hours * HOUR)
        assert ranking(find_hotspots(kept, question)) == ranking(find(frame, question))


def recorded_town() -> IncidentFrame:
    """Two sources: one never says who initiated a record, the other says so from some day on; some rows come late."""
    rows = made_town(5, size=300)
    saying = [replace(row, initiated=number % 3 % 2, known=row.time + DAY * (number % 40)) for number, row in
              enumerate(made_town(6, size=200))]  # fmt: skip
    return build_frame([block_of(rows), block_of(saying, load=2, source=RECORDING, first=1_000)], RULES)


@given(
    moments=st.lists(
        st.tuples(
            st.floats(-400, 30),
            st.sampled_from([FORCE, DISTRICT, CIRCLE, Scope("beat", "0835")]),
            st.sampled_from([None, 7, 90]),
            st.sampled_from([None, ("burglary",), ("assault", "robbery")]),
            st.sampled_from([None, EVENINGS]),
            st.sampled_from(["harm", "count"]),
        ),
        min_size=2,
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_a_ranking_kept_is_the_one_that_would_be_made_now(moments: list[tuple[Any, ...]]) -> None:
    frame = recorded_town()
    city = City(frame)
    for days, scope, length, offences, hours, weighting in moments:
        # Twice a little apart: the second time the ranking is mostly one that was kept.
        for at in (NOW + days * DAY, NOW + days * DAY + 60):
            question = asked(scope, at=at, days=length, offences=offences, hours=hours, weighting=weighting)
            kept, fresh = find_hotspots(city, question), find(frame, question)
            assert as_data(kept) == as_data(fresh)


def test_a_ranking_is_made_once_while_the_same_rows_are_visible() -> None:
    city = City(frame_of([*quiet_year(), *burst(), days_ago(-1)]))
    first = find_hotspots(city, asked())
    assert find_hotspots(city, asked(at=NOW + HOUR)).places is first.places
    assert find_hotspots(city, asked(at=NOW + DAY)).places is not first.places
    assert find_hotspots(city, asked(weighting="count")).places is not first.places


def as_data(finding: HotspotFinding) -> dict[str, Any]:
    """All of a finding, rows as lists, numbers not rounded."""
    data = asdict(finding)
    for spot in (*data["places"], *data["micro"]):
        spot["rows"] = spot["rows"].tolist()
    return data


def test_the_newest_record_is_the_newest_that_was_known() -> None:
    city = City(frame_of([days_ago(9), days_ago(5), days_ago(3, known=NOW + DAY), days_ago(-1)]))
    assert city.findings(NOW).newest == days_ago(5).time
    assert city.findings(NOW + 2 * DAY).newest == days_ago(-1).time
    assert city.findings(NOW - 10 * DAY).newest is None


def test_nothing_on_file_is_a_finding_without_places() -> None:
    finding = find(build_frame([], RULES))
    assert (finding.rows, finding.evidence, finding.newest, finding.reaches_back) == (0, 0, None, False)
    assert (finding.places, finding.micro, finding.parent) == ((), (), None)


def test_g31_no_data_and_zero_are_told_apart() -> None:
    city = City(frame_of([days_ago(1, beat="0111"), days_ago(700)]))
    assert has_records(city, Scope("beat", "0835"), NOW)
    assert find_hotspots(city, asked()).rows == 0
    assert not has_records(city, Scope("beat", "9999"), NOW)
    assert has_records(city, Scope(x=60.0, y=60.0, radius=20.0), NOW)
    assert not has_records(city, Scope(x=500.0, y=500.0, radius=20.0), NOW)
    assert not has_records(City(build_frame([], RULES)), FORCE, NOW)


def test_g31_an_area_whose_records_all_come_later_has_no_data_yet() -> None:
    city = City(frame_of([days_ago(-1, beat="0111"), days_ago(1)]))
    assert not has_records(city, Scope("beat", "0111"), NOW)
    assert has_records(city, Scope("beat", "0111"), NOW + 2 * DAY)


def test_offences_that_rank_nothing_are_counted_without_domestic_ones() -> None:
    rows = [days_ago(3, "drugs"), days_ago(2, "drugs", domestic=1), days_ago(1, "drugs", x=float("nan"))]
    city = City(frame_of([*rows, days_ago(1, "weapons"), days_ago(1), days_ago(400, "drugs"), days_ago(-1, "drugs")]))
    assert count_records(city, asked(offences=("drugs",))) == 2
    assert count_records(city, asked(offences=("drugs", "weapons"))) == 3
    assert count_records(city, asked(Scope("beat", "0111"), offences=("drugs",))) == 0
    assert count_records(city, asked(offences=("drugs",), at=NOW - 1.5 * DAY)) == 1


def test_blocks_reach_a_little_past_a_circle() -> None:
    near, far = (days_ago(1, x=x, y=2_000.0, block=f"{x:.0f} A ST") for x in (2_900.0, 3_100.0))
    later = days_ago(-1, x=2_000.0, y=2_000.0, block="2000 A ST")
    city = City(frame_of([near, far, later]))
    assert blocks_in(city, CIRCLE, NOW) == {"2900 A ST": (2_900.0, 2_000.0)}


def test_g30_the_figures_of_a_finding_are_plain_data_and_hold_what_is_shown() -> None:
    elsewhere = (days_ago(days, beat="0111") for days in range(370, 810, 10))
    finding = find(frame_of([*quiet_year(), *burst(), *elsewhere]))
    figures = json.loads(json.dumps(figures_of(finding)))
    (place,) = figures["places"]
    assert place[:6] == ["7900 blk S Western Ave", 6, 0, 6, 6, 0]
    assert place[6] == pytest.approx(finding.places[0].score, abs=1e-4)
    assert figures["micro"][0][:3] == ["burglary", "7900 blk S Western Ave", 6]
    assert figures["rows"] == figures["evidence"] + sum(figures["excluded"].values())
    assert figures["newest"] == NOW
    assert (figures["missing"], figures["year_days"], figures["apart_days"]) == ([], 364, 0)


def test_a_later_load_that_replaces_a_row_moves_it() -> None:
    before = [days_ago(n + 1, incident=n + 1) for n in range(3)]
    moved = block_of([days_ago(1, x=5_000.0, beat="0111", incident=1)], load=2, replaces=True)
    frame = build_frame([block_of(before), moved], RULES)
    assert find(frame).rows == 2
    assert find(frame, asked(Scope("beat", "0111"))).rows == 1
