"""Emerging problems in made towns: what is found, how often by chance, and what must change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ilp_core.analyse.patterns.emerging import DAY_PARTS, EmergingFinding, find_emerging
from ilp_core.analyse.patterns.reported import EXCLUSIONS
from ilp_core.analyse.patterns.weekly import count_weekly
from ilp_core.domain.windows import Hours
from tests.frames import DAY, HOUR, NOW, RECORDING, RULES, Made, block_of, frame_of

WEEK = 7 * DAY
OFFENCES = ("burglary", "robbery", "other_theft")
ALL_DAY = (Hours(0, 0),)
Mean = Callable[[int, str, int], float]


def _rows(seed: int, weeks: int, mean: Mean, *, districts: int = 4, **fields: Any) -> list[Made]:
    """Poisson counts of ``mean(weeks back, offence, district)`` a week, at any moment of it."""
    draw = np.random.default_rng(seed)
    rows = []
    for week in range(weeks):
        for offence in OFFENCES:
            for district in range(districts):
                moments = draw.uniform(0, WEEK, draw.poisson(mean(week, offence, district))).astype(int).tolist()
                rows.extend(
                    Made(NOW - week * WEEK - back, offence, **{"district": f"00{district}"} | fields)
                    for back in moments
                )
    return rows


def _steady(_week: int, offence: str, district: int) -> float:
    return {"burglary": 4, "robbery": 2, "other_theft": 8}[offence] * (0.6 + 0.2 * district)


def _named(finding: EmergingFinding) -> set[tuple[str, str]]:
    return {(found.kind, found.area) for found in finding.problems}


def _burst(count: int, offence: str = "burglary", days: float = 7, **fields: Any) -> list[Made]:
    """``count`` records spread over the last ``days``."""
    moments = np.linspace(HOUR, days * DAY - HOUR, count).astype(int).tolist()
    return [Made(NOW - back, offence, **{"district": "003"} | fields) for back in moments]


@pytest.mark.parametrize("weeks", [130, 70, 45, 20])
def test_a_surge_is_found_with_any_past_and_nothing_else(weeks: int) -> None:
    finding = find_emerging(frame_of([*_rows(1, weeks, _steady), *_burst(30)]), NOW, parts=ALL_DAY)
    assert _named(finding) == {("burglary", "003")}
    found = finding.problems[0]
    assert found.count == len(found.rows)
    assert found.count > found.upper > found.expected
    assert found.expected == pytest.approx(_steady(0, "burglary", 3), rel=0.35)
    assert 0 < found.p <= found.q <= finding.rate
    assert finding.tested == 12
    assert finding.seasonal == (weeks > 60)
    assert finding.basis.parameters["days"] == 7


def test_twelve_weeks_of_past_are_needed() -> None:
    finding = find_emerging(frame_of([*_rows(1, 13, _steady), *_burst(60)]), NOW)
    assert (finding.tested, finding.baseline, finding.problems) == (0, 0, ())


def test_a_doubling_of_a_big_count_is_found_within_a_week() -> None:
    hits = 0
    for seed in range(6):
        rows = _rows(seed, 45, lambda week, *_: 60 if week == 0 else 30, districts=1)
        hits += ("burglary", "000") in _named(find_emerging(frame_of(rows), NOW))
    assert hits >= 5


def test_where_nothing_changed_alarms_are_as_rare_as_stated() -> None:
    """The dates of a made town's records are dealt anew: 24 data cycles may have an alarm in 5 %, plus chance."""
    frame = frame_of(_rows(5, 90, _steady))
    alarms, draw = 0, np.random.default_rng(6)
    for _ in range(8):
        time = np.sort(draw.integers(NOW - 90 * WEEK, NOW, len(frame)))
        column = dict(frame.column)
        column |= {"time": time, "end": time, "known": time, "local": time}
        order = draw.permutation(len(frame))
        column["district"] = column["district"][order]
        dealt = replace(frame, column=column, offence=frame.offence[order], initiation=frame.initiation[order])
        alarms += sum(bool(find_emerging(dealt, NOW - back * WEEK).problems) for back in (0, 9, 18))
    assert alarms <= 4


def test_a_brand_new_type_is_flagged_in_its_first_week() -> None:
    """S11: a kind of offence that the map has learnt but no record showed before."""
    rows = [*_rows(2, 60, _steady), *_burst(5, "arson")]
    assert ("arson", "003") in _named(find_emerging(frame_of(rows), NOW))


def test_a_code_that_the_map_has_learnt_is_a_series_of_its_own() -> None:
    """A type that is added to the offence table needs no line of code."""
    new = replace(RULES[0], code="e-scooter theft", slug="other_theft", initiation="victim")
    rows = [*_rows(2, 60, _steady), *_burst(6, "e-scooter theft")]
    finding = find_emerging(frame_of(rows, rules=(*RULES, new)), NOW, by="code")
    assert ("e-scooter theft", "003") in _named(finding)


def test_two_records_are_never_a_problem() -> None:
    frame = frame_of([*_rows(2, 60, _steady), *_burst(2, "arson")])
    assert find_emerging(frame, NOW).problems == ()


def test_a_part_of_the_day_is_told_where_the_whole_day_is_not() -> None:
    nights = [replace(row, time=row.time - row.time % DAY + 2 * HOUR) for row in _burst(14, "other_theft")]
    finding = find_emerging(frame_of([*_rows(3, 60, _steady), *nights]), NOW)
    assert Hours(23 * 60, 7 * 60) in {found.hours for found in finding.problems if found.area == "003"}
    assert DAY_PARTS[0].all_day
    night = next(found for found in finding.problems if found.hours == Hours(23 * 60, 7 * 60))
    assert night.count == len(night.rows)


def test_records_without_an_hour_count_for_the_day_and_for_no_part() -> None:
    frame = frame_of([*_rows(3, 60, _steady), *_burst(40, timed=0)])
    assert {found.hours for found in find_emerging(frame, NOW).problems} == {Hours(0, 0)}


def test_the_season_of_the_force_is_no_emerging_problem() -> None:
    def summer(week: int, offence: str, district: int) -> float:
        return 2 * _steady(week, offence, district) * np.exp(0.6 * np.cos(2 * np.pi * week * 7 / 365.25))

    frame = frame_of(_rows(4, 160, summer))
    finding = find_emerging(frame, NOW, parts=ALL_DAY)
    assert finding.problems == ()
    # Over half a year the count rose threefold: against its plain mean it would be an alarm.
    weekly = count_weekly(frame, NOW, area="district", days=7, end=NOW, periods=160)
    force = weekly.of_force(weekly.inside(Hours(0, 0)))
    assert (force[:, 0] > 1.5 * force[:, 3:29].mean(axis=1)).all()


def test_nothing_after_the_moment_changes_anything() -> None:
    rows = [*_rows(7, 60, _steady), *_burst(30)]
    later = [Made(NOW + back * HOUR, "robbery", district="001") for back in range(1, 200)]
    hidden = [replace(row, known=NOW + DAY) for row in _burst(50, "robbery")]
    plain, spoiled = (find_emerging(frame_of(made), NOW) for made in (rows, [*rows, *later, *hidden]))
    assert _told(plain) == _told(spoiled)


def test_a_thousand_police_started_records_change_nothing() -> None:
    """G05, whether the source says who started a record or the offence tells it."""
    rows = [*_rows(8, 60, _steady), *_burst(30)]
    plain = find_emerging(frame_of(rows), NOW)
    drugs = find_emerging(frame_of([*rows, *_burst(1_000, "drugs")]), NOW)
    assert _told(plain) == _told(drugs)
    assert drugs.basis.excluded["police_started"] == 1_000
    said = [replace(row, initiated=0) for row in rows]
    plain = find_emerging(frame_of(said, source=RECORDING), NOW)
    started = [*_burst(1_000, "robbery", initiated=1), *_burst(500, "drugs", initiated=0)]
    found = find_emerging(frame_of([*said, *started], source=RECORDING), NOW)
    assert _told(plain) == _told(found)
    assert found.basis.excluded["police_started"] == 1_500


def test_domestic_records_change_nothing() -> None:
    """G46."""
    rows = [*_rows(9, 60, _steady), *_burst(30)]
    plain = find_emerging(frame_of(rows), NOW)
    domestic = [*_burst(1_000, "assault", domestic=1), *_burst(700, "assault", domestic=-1)]
    found = find_emerging(frame_of([*rows, *domestic]), NOW)
    assert _told(plain) == _told(found)
    assert (found.basis.excluded["domestic"], found.basis.excluded["domestic_unknown"]) == (1_000, 700)


def test_records_without_a_place_or_of_offences_that_rank_none_count_in_their_area() -> None:
    rows = [*_rows(10, 60, _steady), *_burst(30, "shoplifting", x=float("nan"), y=float("nan"))]
    assert ("shoplifting", "003") in _named(find_emerging(frame_of(rows), NOW))


def test_months_of_missing_data_are_not_quiet_weeks() -> None:
    rows = _rows(11, 80, lambda week, *where: 0 if 6 <= week < 22 else 2 * _steady(week, *where))
    finding = find_emerging(frame_of(rows), NOW)
    assert finding.problems == ()
    full = find_emerging(frame_of(_rows(11, 80, _steady)), NOW)
    assert finding.baseline < full.baseline


def test_an_area_that_is_newly_named_is_no_surge_of_everything() -> None:
    rows = _rows(12, 60, lambda week, _offence, district: 9 if district < 3 or week < 9 else 0)
    assert find_emerging(frame_of(rows), NOW).problems == ()


def test_a_date_that_stands_for_no_date_is_counted_out() -> None:
    """Sources put what has no date on the first of a month at midnight."""
    first = NOW - 14 * DAY - 21 * HOUR - HOUR // 2
    undated = [Made(first, "burglary", district="003", timed=0) for _ in range(80)]
    finding = find_emerging(frame_of([*_rows(13, 60, _steady), *undated]), NOW - 12 * DAY)
    assert finding.problems == ()
    assert finding.basis.excluded["day_unknown"] == 80
    months = [Made(NOW - 10 * DAY, "burglary", timed=-1, end=NOW - DAY) for _ in range(9)]
    told = find_emerging(frame_of([*_rows(13, 60, _steady), *months]), NOW)
    assert told.basis.excluded["day_unknown"] == 9
    assert tuple(told.basis.excluded) == EXCLUSIONS


def test_days_that_the_source_has_not_yet_reported_are_left_out_of_the_window() -> None:
    """The last five days hold hardly anything yet: the surge lies in the week before them."""
    moments = np.linspace(5.2 * DAY, 11.8 * DAY, 30).astype(int).tolist()
    old = [row for row in _rows(14, 60, _steady) if row.time <= NOW - 5 * DAY]
    frame = frame_of([*old, *(Made(NOW - back, district="003") for back in moments)])
    finding = find_emerging(frame, NOW, complete_until=NOW - 5 * DAY)
    assert ("burglary", "003") in _named(finding)
    assert (finding.start, finding.end) == (NOW - 12 * DAY, NOW - 5 * DAY)
    assert finding.basis.parameters["complete_until"] == NOW - 5 * DAY
    assert find_emerging(frame, NOW).problems == ()


def test_beats_districts_and_the_force_are_asked_the_same_way() -> None:
    frame = frame_of([*_rows(15, 60, _steady, beat="0322"), *_burst(60, beat="0322")])
    for area, code in (("beat", "0322"), ("district", "003"), ("force", "")):
        assert ("burglary", code) in _named(find_emerging(frame, NOW, area=area))


def test_a_fortnight_is_compared_with_fortnights() -> None:
    finding = find_emerging(frame_of([*_rows(16, 90, _steady), *_burst(40, days=14)]), NOW, days=14)
    assert _named(finding) == {("burglary", "003")}
    assert finding.problems[0].expected == pytest.approx(2 * _steady(0, "burglary", 3), rel=0.3)


def test_sexual_offences_are_marked_for_command_only() -> None:
    sexual = replace(next(rule for rule in RULES if rule.slug == "sexual"))
    assert sexual.initiation == "victim"
    finding = find_emerging(frame_of([*_rows(17, 60, _steady), *_burst(20, "sexual")]), NOW)
    assert {found.command_only for found in finding.problems if found.kind == "sexual"} == {True}
    assert {found.command_only for found in finding.problems if found.kind != "sexual"} <= {False}


def test_loads_in_several_blocks_say_the_same() -> None:
    rows = sorted([*_rows(18, 60, _steady), *_burst(30)], key=lambda row: row.time)
    from ilp_core.analyse.frame_build import build_frame

    halves = [block_of(rows[::2], load=1), block_of(rows[1::2], load=2, first=len(rows))]
    assert _named(find_emerging(build_frame(halves, RULES), NOW)) == _named(find_emerging(frame_of(rows), NOW))


def test_days_and_rates_that_mean_nothing_are_refused() -> None:
    frame = frame_of([])
    for wrong in ({"days": 0}, {"rate": 0.0}, {"rate": 1.0}):
        with pytest.raises(ValueError, match="window"):
            find_emerging(frame, NOW, **wrong)
    assert find_emerging(frame, NOW).problems == ()


def _told(finding: EmergingFinding) -> list[tuple[Any, ...]]:
    """A finding as it is told, but for what numbers rows."""
    return [
        (found.kind, found.area, found.hours, found.count, found.expected, found.upper, found.p, len(found.rows))
        for found in finding.problems
    ]
