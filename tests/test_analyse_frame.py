"""The incident frame: wrapped without copying, merged, replaced, and blind to what was not known yet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.analyse.frame import ENFORCEMENT, VICTIM, IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.domain.columns import COLUMN_TYPES
from ilp_core.domain.offences import OFFENCE_CODE, OFFENCES
from tests.frames import DAY, HOUR, MADE, NOW, RECORDING, RULES, Made, all_rows, block_of, days_ago, frame_of

#: What may be a feature of a ranking: when, where, what and how it came to be known. No column is about a person.
RANKED_BY = {
    "incident", "time", "end", "known", "local", "x", "y", "code", "beat", "district", "neighbourhood", "force",
    "block", "premise", "domestic", "initiated", "timed",
}  # fmt: skip


def said(frame: IncidentFrame, name: str) -> list[str | None]:
    """A coded column in words."""
    return [frame.words[name][position] if position >= 0 else None for position in frame.column[name]]


def test_g02_no_column_a_ranking_reads_is_an_attribute_of_a_person() -> None:
    assert set(COLUMN_TYPES) == RANKED_BY


def test_one_block_is_wrapped_without_copying_its_columns() -> None:
    block = block_of([days_ago(3), days_ago(2), days_ago(1)])
    frame = build_frame([block], RULES)
    for name, kind in COLUMN_TYPES.items():
        stored = np.frombuffer(block.columns[name], dtype=kind)
        assert np.shares_memory(frame.column[name], stored), name
        assert not frame.column[name].flags.writeable, name


def test_a_frame_without_any_block_is_empty_and_answers() -> None:
    frame = build_frame([], RULES)
    assert len(frame) == 0
    assert frame.version == 0
    assert frame.separable(NOW) == frozenset()
    assert len(frame.rows_in("beat", "0835")) == 0
    assert len(frame.seen(all_rows(frame), 0, NOW, NOW)) == 0


def test_two_blocks_merge_their_vocabularies_and_keep_every_rows_words() -> None:
    early = [days_ago(4, "robbery", beat="0835", premise="ALLEY"), days_ago(2, "burglary", beat="0831", premise="")]
    late = [days_ago(3, "arson", beat="0111", premise="STREET"), days_ago(1, "robbery", beat="", premise="ALLEY")]
    frame = build_frame([block_of(early), block_of(late, load=2, first=3)], RULES)
    assert said(frame, "code") == ["robbery", "arson", "burglary", "robbery"]
    assert said(frame, "beat") == ["0835", "0111", "0831", None]
    assert said(frame, "premise") == ["ALLEY", "STREET", None, "ALLEY"]
    assert [OFFENCES[code] for code in frame.offence] == ["robbery", "arson", "burglary", "robbery"]
    assert frame.version == 2


def test_rows_stand_in_order_of_time_then_incident_whichever_load_brought_them() -> None:
    first = block_of([Made(NOW, incident=5), Made(NOW - DAY, incident=6)])
    second = block_of([Made(NOW, incident=2), Made(NOW - 2 * DAY, incident=9)], load=2)
    frame = build_frame([first, second], RULES)
    assert frame.column["time"].tolist() == [NOW - 2 * DAY, NOW - DAY, NOW, NOW]
    assert frame.column["incident"].tolist() == [9, 6, 2, 5]


def test_a_row_of_a_later_block_replaces_the_earlier_one() -> None:
    first = block_of([Made(NOW - DAY, "robbery", incident=1), Made(NOW - 2 * DAY, "arson", incident=2)])
    second = block_of([Made(NOW - 3 * DAY, "burglary", incident=1)], load=2, replaces=True)
    third = block_of([Made(NOW - HOUR, "assault", incident=1)], load=3, replaces=True)
    frame = build_frame([first, second, third], RULES)
    assert frame.column["incident"].tolist() == [2, 1]
    assert said(frame, "code") == ["arson", "assault"]


def test_the_meaning_of_a_code_is_that_of_its_own_source() -> None:
    rules = [rule for rule in RULES if rule.source == MADE or rule.code != "robbery"]
    frame = build_frame(
        [block_of([days_ago(2, "robbery")]), block_of([days_ago(1, "robbery")], load=2, source=RECORDING, first=2)],
        rules,
    )
    assert [OFFENCES[code] for code in frame.offence] == ["robbery", "other"]
    assert frame.rankable.tolist() == [True, False]


@pytest.mark.parametrize("code", ["9999", ""])
def test_an_unmapped_code_is_other_and_never_ranks(code: str) -> None:
    frame = frame_of([days_ago(2, "robbery"), days_ago(1, code)])
    assert frame.offence.tolist() == [OFFENCE_CODE["robbery"], OFFENCE_CODE["other"]]
    assert frame.rankable.tolist() == [True, False]
    assert frame.harm.tolist() == [365.0, 0.0]


def test_a_blank_code_of_a_second_source_is_unmapped_too() -> None:
    blocks = [block_of([days_ago(2, "robbery")]), block_of([days_ago(1, "")], load=2, source=RECORDING, first=2)]
    frame = build_frame(blocks, RULES)
    assert [OFFENCES[code] for code in frame.offence] == ["robbery", "other"]


def test_what_records_follow_is_read_from_the_offence_map() -> None:
    frame = frame_of([days_ago(2, "robbery"), days_ago(1, "drugs")])
    assert frame.initiation.tolist() == [VICTIM, ENFORCEMENT]
    assert "robbery" in frame.separable(NOW)
    assert "bicycle_theft" not in frame.separable(NOW)


def test_a_source_records_initiation_from_when_one_of_its_rows_was_known_to() -> None:
    silent = block_of([days_ago(4), days_ago(3)])
    speaking = block_of([days_ago(2, initiated=0, known=NOW), days_ago(1)], load=2, source=RECORDING, first=3)
    frame = build_frame([silent, speaking], RULES)
    assert frame.recorded_since.tolist() == [np.inf, np.inf, NOW, NOW]


def test_g05_the_first_record_is_the_earliest_known_one_that_may_rank() -> None:
    frame = frame_of(
        [Made(50, domestic=1), Made(60, code="drugs"), Made(100, known=900), Made(200, known=250), Made(300)]
    )
    assert frame.first_ranked(1_000) == 100
    assert frame.first_ranked(260) == 200
    assert frame.first_ranked(240) is None


def test_rows_of_an_area_are_its_own_in_order_of_time() -> None:
    frame = frame_of([days_ago(3, beat="0831"), days_ago(2), days_ago(1, beat="0831"), days_ago(0.5, beat="")])
    assert frame.rows_in("beat", "0831").tolist() == [0, 2]
    assert frame.rows_in("district", "008").tolist() == [0, 1, 2, 3]
    assert frame.rows_in("beat", "9999").tolist() == []
    assert frame.rows_in("street", "0831").tolist() == []


def test_until_holds_its_moment_and_counts_among_the_rows_given() -> None:
    frame = frame_of([Made(100), Made(200), Made(200), Made(300)])
    assert [frame.until(moment) for moment in (float("-inf"), 99.5, 100, 199.9, 200, 1_000)] == [0, 0, 1, 1, 3, 4]
    rows = np.array([0, 2, 3])
    assert [frame.until(moment, rows) for moment in (99, 100, 200, 300)] == [0, 1, 2, 3]


def test_seen_needs_a_row_to_have_occurred_and_to_be_known() -> None:
    frame = frame_of([Made(100, known=900), Made(200, known=250), Made(300, known=300), Made(400, known=350)])
    rows = all_rows(frame)
    assert frame.seen(rows, 0, 1_000, 300).tolist() == [1, 2]
    assert frame.seen(rows, 0, 1_000, 399).tolist() == [1, 2], "known before it occurred, but not occurred yet"
    assert frame.seen(rows, 0, 1_000, 1_000).tolist() == [0, 1, 2, 3]
    assert frame.seen(rows, 0, 250, 1_000).tolist() == [0, 1]


def test_without_reporting_times_occurred_decides_alone() -> None:
    frame = frame_of([Made(100), Made(200), Made(300)])
    assert frame.seen(all_rows(frame), 0, 1_000, 200).tolist() == [0, 1]
    assert frame.seen(np.array([0, 2]), 100, 1_000, 1_000).tolist() == [2]


moments = st.integers(0, 60)


@given(
    st.lists(st.tuples(moments, st.integers(0, 20)), min_size=1, max_size=25),
    moments,
    moments,
    st.integers(1, 30),
    st.booleans(),
)
@settings(deadline=None)
def test_equal_signatures_mean_the_same_rows_are_visible(
    spans: list[tuple[int, int]], one: int, other: int, back: int, delayed: bool
) -> None:
    frame = frame_of([Made(time, known=time + delay if delayed else None) for time, delay in spans])
    rows = all_rows(frame)
    visible = [frame.seen(rows, at - back, at, at).tolist() for at in (one, other)]
    signatures = [frame.signature(at, at - back) for at in (one, other)]
    if signatures[0] == signatures[1]:
        assert visible[0] == visible[1]


def test_signatures_differ_when_a_row_becomes_known_or_too_old() -> None:
    frame = frame_of([Made(100, known=500), Made(200, known=200)])
    assert frame.signature(499, 0) != frame.signature(500, 0)
    assert frame.signature(600, 99) != frame.signature(600, 100)
    assert frame.signature(500, 0) == frame.signature(9_999, 0)
