"""Evidence: who may speak for a place, every exclusion counted once, and nothing else able to move a ranking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.analyse.evidence import EXCLUSIONS, Evidence, Limits, fingerprint, gather, in_hours, point_keys
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.sinks import NO_SINKS
from ilp_core.domain.questions import WEEKDAYS, Weekday
from ilp_core.domain.windows import Hours
from tests.frames import (
    DAY,
    HOUR,
    NOW,
    RECORDING,
    RULES,
    Made,
    a_town_with_a_burst,
    all_rows,
    asked,
    block_of,
    days_ago,
    find,
    frame_of,
    made_town,
    ranking,
    thousand,
)

NOWHERE = float("nan")
#: What the map explains. A record of another code may be of any offence, and is counted out of every question.
KNOWN = {rule.code for rule in RULES}
NIGHT = Hours(22 * 60, 6 * 60)


def speak(frame: IncidentFrame, limits: Limits | None = None, sinks: Any = NO_SINKS.certain) -> Evidence:
    return gather(frame, all_rows(frame), limits or Limits(), NOW, sinks)


def test_each_exclusion_is_counted_once_under_its_first_reason() -> None:
    rows = [
        days_ago(9),
        days_ago(8, domestic=1),
        days_ago(7, "drugs", domestic=1, x=NOWHERE),
        days_ago(6, "drugs", x=NOWHERE),
        days_ago(5, "shoplifting", x=NOWHERE),
        days_ago(4, "sexual", x=NOWHERE),
        days_ago(3, x=NOWHERE, timed=0),
        days_ago(2, x=900.0, timed=0),
        days_ago(1, timed=0),
    ]
    frame = frame_of(rows)
    sink = point_keys(frame, np.array([7]))
    found = speak(frame, Limits(hours=Hours(15 * 60, 23 * 60)), sink)
    assert found.rows.tolist() == [0]
    assert {reason: n for reason, n in found.excluded.items() if n} == {
        "domestic": 2,
        "police_started": 1,
        "shop_theft": 1,
        "not_ranked": 1,
        "not_located": 1,
        "sink": 1,
        "hour_unknown": 1,
    }


made_rows = st.builds(
    Made,
    time=st.integers(NOW - 400 * DAY, NOW),
    code=st.sampled_from(["homicide", "assault", "burglary", "drugs", "shoplifting", "sexual", "public_order", "?"]),
    x=st.sampled_from([50.0, 250.0, NOWHERE]),
    domestic=st.sampled_from([-1, 0, 1]),
    initiated=st.sampled_from([-1, 0, 1]),
    timed=st.sampled_from([0, 1]),
)
limits = st.builds(
    Limits,
    offences=st.sampled_from([None, ("burglary",), ("shoplifting", "drugs")]),
    hours=st.sampled_from([None, Hours(0, 0), Hours(15 * 60, 23 * 60), NIGHT]),
    weekdays=st.sampled_from([None, ("fri",), ("sat", "sun")]),
)


@given(st.lists(made_rows, min_size=1, max_size=30), limits)
@settings(deadline=None)
def test_what_counts_and_what_is_left_out_add_up_to_the_rows_asked_for(rows: list[Made], limit: Limits) -> None:
    frame = frame_of(rows)
    sinks = point_keys(frame, all_rows(frame))[:1]
    found = speak(frame, limit, np.unique(sinks[sinks != 0]))
    unlimited = gather(frame, found.rows, limit, NOW)
    assert unlimited.rows.tolist() == found.rows.tolist(), "what counts counts again"
    offered = speak(frame, replace(limit, hours=None, weekdays=None), np.unique(sinks[sinks != 0]))
    assert set(found.rows) <= set(offered.rows)
    assert set(found.excluded) == set(EXCLUSIONS)
    asked_for = [
        row
        for row in range(len(frame))
        if (limit.offences is None or _code(frame, row) in limit.offences or _code(frame, row) not in KNOWN)
        and _timely(int(frame.column["local"][row]), bool(frame.column["timed"][row]), limit)
    ]
    assert len(found) + sum(found.excluded.values()) == found.considered == len(asked_for)


def _code(frame: IncidentFrame, row: int) -> str:
    return str(frame.words["code"][frame.column["code"][row]])


def _timely(local: int, timed: bool, limit: Limits) -> bool:
    """The limits of hours and weekdays, told in datetimes: the oracle."""
    moment = datetime.fromtimestamp(local, UTC)
    minute, weekday = moment.hour * 60 + moment.minute, moment.weekday()
    inside, limited = True, limit.hours is not None and not limit.hours.all_day
    if limit.hours is not None and limited:
        over_midnight = limit.hours.end < limit.hours.start
        late, early = minute >= limit.hours.start, minute < limit.hours.end
        inside = (late or early) if over_midnight else (late and early)
        inside = inside or not timed
        if over_midnight and not late:
            weekday = (weekday - 1) % 7
    return inside and (limit.weekdays is None or WEEKDAYS[weekday] in limit.weekdays)


@pytest.mark.parametrize(
    ("hours", "clock", "inside"),
    [
        (NIGHT, 22 * 60, True),
        (NIGHT, 23 * 60 + 59, True),
        (NIGHT, 0, True),
        (NIGHT, 5 * 60 + 59, True),
        (NIGHT, 6 * 60, False),
        (NIGHT, 21 * 60 + 59, False),
        (Hours(15 * 60, 23 * 60), 15 * 60, True),
        (Hours(15 * 60, 23 * 60), 23 * 60, False),
        (Hours(16 * 60, 0), 23 * 60 + 59, True),
        (Hours(16 * 60, 0), 0, False),
        (Hours(7 * 60, 7 * 60), 3 * 60, True),
        (Hours(0, 1440), 12 * 60, True),
    ],
)
def test_hours_hold_their_start_and_not_their_end_over_midnight_too(hours: Hours, clock: int, inside: bool) -> None:
    assert in_hours(np.array([clock]), hours).tolist() == [inside]


def at(day: int, hour: int) -> Made:
    """An incident in July 2016; the 15th is a Friday."""
    return Made(int(datetime(2016, 7, day, hour, 30, tzinfo=UTC).timestamp()))


@pytest.mark.parametrize(
    ("weekdays", "hours", "counted"),
    [
        (("fri",), NIGHT, [(15, 22), (16, 2)]),
        (("sat",), NIGHT, [(16, 23), (17, 5)]),
        (("fri",), None, [(15, 2), (15, 22)]),
        (("fri",), Hours(0, 12 * 60), [(15, 2)]),
        (("thu", "fri"), NIGHT, [(15, 2), (15, 22), (16, 2)]),
    ],
)
def test_an_hour_after_midnight_belongs_to_the_weekday_on_which_the_span_starts(
    weekdays: tuple[Weekday, ...], hours: Hours | None, counted: list[tuple[int, int]]
) -> None:
    frame = frame_of([at(15, 2), at(15, 22), at(16, 2), at(16, 12), at(16, 23), at(17, 5)])
    found = speak(frame, Limits(hours=hours, weekdays=weekdays))
    moments = [datetime.fromtimestamp(int(time), UTC) for time in frame.column["time"][found.rows]]
    assert [(moment.day, moment.hour) for moment in moments] == counted


def test_hours_are_those_of_the_local_clock() -> None:
    evening_in_chicago = Made(NOW, local=NOW - 5 * HOUR)
    frame = frame_of([evening_in_chicago])
    assert len(speak(frame, Limits(hours=Hours(16 * 60, 17 * 60)))) == 1
    assert len(speak(frame, Limits(hours=Hours(21 * 60, 22 * 60)))) == 0


def test_a_placeholder_hour_counts_unless_hours_are_asked_for() -> None:
    frame = frame_of([days_ago(1, timed=0)])
    assert len(speak(frame)) == 1
    assert len(speak(frame, Limits(hours=Hours(7 * 60, 7 * 60)))) == 1
    assert speak(frame, Limits(hours=NIGHT)).excluded["hour_unknown"] == 1


def test_shop_theft_ranks_only_for_who_asks_for_it_by_name() -> None:
    frame = frame_of([days_ago(2, "shoplifting"), days_ago(1)])
    assert speak(frame).excluded["shop_theft"] == 1
    assert len(speak(frame, Limits(offences=("shoplifting",)))) == 1
    assert len(speak(frame, Limits(offences=("burglary",)))) == 1


def test_sexual_offences_rank_no_place_even_when_asked_for() -> None:
    found = speak(frame_of([days_ago(1, "sexual")]), Limits(offences=("sexual",)))
    assert len(found) == 0
    assert found.excluded["not_ranked"] == 1


def test_g05_unknown_initiation_within_a_source_that_records_it_is_left_out() -> None:
    rows = [days_ago(3, initiated=0), days_ago(2, initiated=-1), days_ago(1, initiated=1)]
    found = speak(frame_of(rows, source=RECORDING))
    assert found.rows.tolist() == [0]
    assert found.excluded["police_started"] == 2
    assert found.inferred is False


def test_g05_where_no_source_says_it_initiation_is_inferred_from_the_offence_and_said_so() -> None:
    rows = [days_ago(3), days_ago(2, "drugs"), days_ago(1, "public_order")]
    found = speak(frame_of(rows))
    assert found.rows.tolist() == [0]
    assert found.excluded["police_started"] == 2
    assert found.inferred is True


def test_g05_a_source_is_read_as_it_recorded_initiation_at_the_moment_asked_for() -> None:
    frame = frame_of([days_ago(9), days_ago(2, initiated=0), days_ago(1)], source=RECORDING)
    before = gather(frame, np.array([0]), Limits(), NOW - 3 * DAY)
    assert (before.rows.tolist(), before.inferred) == ([0], True)
    after = gather(frame, all_rows(frame), Limits(), NOW)
    assert (after.rows.tolist(), after.inferred) == ([1], False)


def test_g05_one_source_that_does_not_say_is_enough_to_say_inferred() -> None:
    silent = block_of([days_ago(2)])
    speaking = block_of([days_ago(1, initiated=0)], load=2, source=RECORDING, first=2)
    frame = build_frame([silent, speaking], RULES)
    assert speak(frame).inferred is True
    assert gather(frame, np.array([1]), Limits(), NOW).inferred is False


def test_g05_a_victims_call_about_an_enforcement_offence_still_ranks_no_place() -> None:
    rows = [days_ago(2, "drugs", initiated=0), days_ago(1, "weapons", initiated=0)]
    found = speak(frame_of(rows, source=RECORDING))
    assert len(found) == 0
    assert found.excluded["not_ranked"] == 2


@pytest.mark.parametrize("code", ["homicide", "assault"])
def test_g46_violence_of_a_source_that_cannot_say_domestic_ranks_no_place(code: str) -> None:
    found = speak(frame_of([days_ago(2, code, domestic=-1), days_ago(1, "burglary", domestic=-1)]))
    assert found.rows.tolist() == [1]
    assert sum(found.excluded.values()) == 1


WHERE = pytest.mark.parametrize("where", ["at a hot place", "at the station", "at one new point", "all over"])


def unmoved(before: list[Made], added: list[Made], source: str) -> None:
    """Asserts that ``added`` moves no ranking and that every one of them is said to be left out."""
    for question in (asked(), asked(days=30, weighting="count"), asked(hours=NIGHT)):
        plain = find(frame_of(before, source=source), question)
        assert plain.places
        assert plain.micro or question.limits.hours or not question.yearly
        moved = find(frame_of(before + added, source=source), question)
        assert ranking(moved) == ranking(plain)
        assert moved.rows > plain.rows
        left_out = sum(moved.excluded.values()) - sum(plain.excluded.values())
        assert left_out > 0


@WHERE
@pytest.mark.parametrize("premise", ["STREET", "POLICE FACILITY"])
def test_g05_1000_officer_initiated_records_move_no_ranking(where: str, premise: str) -> None:
    unmoved(a_town_with_a_burst(initiated=0), thousand(where, initiated=1, premise=premise), RECORDING)


@WHERE
def test_g05_1000_drug_records_move_no_ranking(where: str) -> None:
    unmoved(a_town_with_a_burst(), thousand(where, codes=["drugs", "weapons", "prostitution"]), "made")


@WHERE
@pytest.mark.parametrize("premise", ["STREET", "HOSPITAL BUILDING/GROUNDS"])
def test_g46_1000_domestic_records_move_no_ranking(where: str, premise: str) -> None:
    unmoved(a_town_with_a_burst(), thousand(where, domestic=1, premise=premise), "made")


@given(st.permutations(range(40)))
@settings(max_examples=25, deadline=None)
def test_a_fingerprint_does_not_depend_on_the_order_of_loading(order: list[int]) -> None:
    town = made_town(5, size=40)
    plain, shuffled = frame_of(town), frame_of([town[place] for place in order])
    assert fingerprint(shuffled, all_rows(shuffled)) == fingerprint(plain, all_rows(plain))


@pytest.mark.parametrize(
    "change",
    [
        lambda row: replace(row, time=row.time + 1),
        lambda row: replace(row, x=row.x + 0.2),
        lambda row: replace(row, y=row.y + 0.2),
        lambda row: replace(row, code="arson"),
    ],
)
def test_a_fingerprint_changes_with_time_place_and_kind(change: Callable[[Made], Made]) -> None:
    rows = [days_ago(2), days_ago(1)]
    plain, changed = frame_of(rows), frame_of([rows[0], change(rows[1])])
    assert fingerprint(changed, all_rows(changed)) != fingerprint(plain, all_rows(plain))
