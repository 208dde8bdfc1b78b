"""The frame of the next version: what is added to an earlier one is what building all of it anew would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.analyse.city import City
from ilp_core.analyse.frame import Column, IncidentFrame
from ilp_core.analyse.frame_build import MEANINGS, Placing, build_frame
from ilp_core.analyse.frame_extend import extend_frame
from ilp_core.analyse.frame_points import position_keys
from ilp_core.analyse.hotspots import Scope, figures_of, find_hotspots
from ilp_core.domain.columns import VOCABULARIES, ColumnBlock
from ilp_core.domain.places import AREA_KINDS
from tests.frames import DAY, MADE, NOW, RECORDING, RULES, YEAR, Made, a_town_with_a_burst, asked, block_of, days_ago

#: The confirmed default times of the tests: nine in the morning of the made source.
NINE: Final = ((MADE, 540),)


def said(frame: IncidentFrame, name: str) -> list[str | None]:
    """A coded column in words."""
    return [frame.words[name][position] if position >= 0 else None for position in frame.column[name].tolist()]


def same(found: IncidentFrame, wanted: IncidentFrame) -> None:
    """Fail where the two frames differ in anything that a question can see."""
    assert found.version == wanted.version
    assert found.slugs == wanted.slugs
    for name, values in wanted.column.items():
        assert found.column[name].dtype == values.dtype, name
        if name in VOCABULARIES:
            assert said(found, name) == said(wanted, name), name
        else:
            np.testing.assert_array_equal(found.column[name], values, name)
    for name in (*MEANINGS, "recorded_since", "located", "month_only"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), name)
    keys = found.points.keys[found.points.place]
    np.testing.assert_array_equal(keys, position_keys(wanted.column["x"], wanted.column["y"]))
    assert np.all(np.diff(found.points.keys[found.points.order]) > 0)
    for kind in AREA_KINDS:
        for code in {*wanted.words[kind], "none such"}:
            assert found.rows_in(kind, code).tolist() == wanted.rows_in(kind, code).tolist(), (kind, code)
    for at in (NOW - YEAR, NOW - 20 * DAY, NOW, NOW + DAY):
        assert found.first_ranked(at) == wanted.first_ranked(at)
        assert found.first_dated(at) == wanted.first_dated(at)
        assert found.signature(at, at - DAY) == wanted.signature(at, at - DAY)
        assert found.known(at, since=at - YEAR).tolist() == wanted.known(at, since=at - YEAR).tolist()
        assert found.separable(at) == wanted.separable(at)


def extended(frame: IncidentFrame, *blocks: ColumnBlock) -> IncidentFrame:
    """The frame with the blocks, which it must be able to take."""
    longer = extend_frame(frame, blocks)
    assert longer is not None
    return longer


def prepared(frame: IncidentFrame) -> IncidentFrame:
    """The frame after questions: with all that the next one may take over."""
    City(frame).prepare(NOW)
    return frame


@dataclass
class Loads:
    """Loads one after the other as a desk keeps them: numbers go up, and only what is on file is replaced."""

    draw: np.random.Generator
    blocks: list[ColumnBlock] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    rows: dict[int, tuple[str, Made]] = field(default_factory=dict)
    next: int = 1

    def add(self, kind: str, rows: int) -> ColumnBlock:
        """One load of ``rows`` rows: ``new`` ones behind all others, or anywhere: ``late``, with rows on file that it
        changed (``changed``), changed at the time that they had (``corrected``) or took back (``gone``)."""
        source = (MADE, RECORDING)[int(self.draw.integers(2))]
        made = [self._row(kind, source) for _ in range(rows)]
        old = self.draw.permutation(self.numbers)[: rows // 2].tolist()
        if kind == "corrected":
            old = [number for number in old if self.rows[number][0] == source]
        replaces = kind in ("changed", "corrected") and bool(old)
        if replaces:
            if kind == "corrected":
                kept = [self.rows[number][1] for number in old]
                made = [
                    replace(row, time=had.time, local=had.local, end=had.end, timed=had.timed)
                    for row, had in zip(made, kept, strict=False)
                ] + made[len(old) :]
            made = [replace(row, incident=number) for row, number in zip(made, old, strict=False)] + made[len(old) :]
        made = [row if row.incident else replace(row, incident=self._number()) for row in made]
        self.rows |= {row.incident: (source, row) for row in made if row.incident}
        block = block_of(made, load=len(self.blocks) + 1, source=source, replaces=replaces)
        if kind == "gone" and old:
            self.numbers = [number for number in self.numbers if number not in old]
            block = replace(block, gone=np.array(old, dtype="<i8").tobytes())
        self.blocks.append(block)
        return block

    def _number(self) -> int:
        self.numbers.append(self.next)
        self.next += 1
        return self.next - 1

    def _row(self, kind: str, source: str) -> Made:
        draw = self.draw
        last = 40 + len(self.blocks)
        day = last if kind == "new" else int(draw.integers(0, last + 1))
        time = NOW - 45 * DAY + day * DAY + int(draw.integers(0, 3)) * 3_600
        month = draw.random() < 0.1
        return Made(
            time,
            ("burglary", "robbery", "assault", "drugs", "odd code", "")[int(draw.integers(6))],
            x=float("nan") if draw.random() < 0.1 else float(draw.integers(0, 8)) * 100.04,
            y=float(draw.integers(-2, 3)) * 100.0,
            end=time + 30 * DAY if month else None,
            known=time + int(draw.integers(0, 3)) * DAY,
            local=time - time % DAY + 540 * 60 if draw.random() < 0.2 else None,
            beat=("", "0835", f"08{int(draw.integers(3, 5 + len(self.blocks)))}")[int(draw.integers(3))],
            district=("008", "")[int(draw.integers(2))],
            block=f"{int(draw.integers(0, 5 + len(self.blocks))):03d}XX S ELM ST",
            premise=("STREET", "", "POLICE FACILITY")[int(draw.integers(3))],
            domestic=int(draw.integers(-1, 2)),
            initiated=int(draw.integers(-1, 2)) if source == RECORDING else -1,
            timed=-1 if month else int(draw.integers(0, 2)),
        )


KINDS = st.sampled_from(["new", "new", "late", "changed", "corrected", "gone"])


@given(
    seed=st.integers(0, 2**32 - 1),
    first=st.integers(0, 3),
    steps=st.lists(st.lists(st.tuples(KINDS, st.integers(0, 12)), min_size=1, max_size=3), min_size=1, max_size=5),
    times=st.sampled_from([(), NINE]),
    asked_before=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_a_frame_that_grew_load_by_load_is_the_frame_of_all_loads(
    seed: int, first: int, steps: Sequence[Sequence[tuple[str, int]]], times: tuple[tuple[str, int], ...],
    asked_before: bool,
) -> None:  # fmt: skip
    loads = Loads(np.random.default_rng(seed))
    for _ in range(first):
        loads.add("late", 15)
    frame = build_frame(loads.blocks, RULES, times)
    earlier: list[tuple[IncidentFrame, list[ColumnBlock]]] = []
    for step in steps:
        earlier.append((frame, list(loads.blocks)))
        if asked_before:
            prepared(frame)
        frame = extended(frame, *(loads.add(kind, rows) for kind, rows in step))
        same(frame, build_frame(loads.blocks, RULES, times))
    for before, blocks in earlier:
        same(before, build_frame(blocks, RULES, times))


QUESTIONS = (
    asked(),
    asked(Scope()),
    asked(Scope("beat", "0831"), days=28, weighting="count"),
    asked(Scope("district", "008"), offences=("burglary", "robbery")),
    asked(Scope(x=2_000.0, y=2_000.0, radius=800.0), days=90),
    asked(at=NOW - 30 * DAY),
)


@pytest.mark.parametrize("late", [0, 3, 60], ids=lambda share: f"{share} late")
@pytest.mark.parametrize("recorded", [False, True], ids=["known at once", "known later"])
def test_every_answer_of_a_frame_that_grew_is_that_of_the_frame_built_anew(late: int, recorded: bool) -> None:
    draw = np.random.default_rng(late)
    town = sorted(a_town_with_a_burst(), key=lambda row: row.time)
    if recorded:
        town = [replace(row, known=row.time + int(draw.integers(0, 9)) * DAY) for row in town]
    town = [replace(row, incident=number) for number, row in enumerate(town, 1)]
    held = set(draw.choice(len(town) - 200, late, replace=False).tolist())
    blocks = [block_of([row for place, row in enumerate(town[:-200]) if place not in held])]
    frame = prepared(build_frame(blocks, RULES))
    parts = [town[len(town) - 200 + start : len(town) - 200 + start + 40] for start in range(0, 200, 40)]
    parts[2] = parts[2] + [town[place] for place in sorted(held)]
    for load, part in enumerate(parts, 2):
        changed = (
            [replace(row, code="robbery", x=row.x + 200) for row in town[load * 40 : load * 40 + 5]] if late else []
        )
        blocks.append(block_of(part + changed, load=load, replaces=bool(changed)))
        frame = prepared(extended(frame, blocks[-1]))
        anew = build_frame(blocks, RULES)
        for question in QUESTIONS:
            assert figures_of(find_hotspots(City(frame), question)) == figures_of(find_hotspots(City(anew), question))


def test_new_rows_behind_all_others_are_written_behind_them_in_the_same_memory() -> None:
    rows = [days_ago(10 - day) for day in range(8)]
    first = extended(build_frame([block_of(rows[:4])], RULES), block_of(rows[4:6], load=2, first=5))
    second = extended(first, block_of(rows[6:], load=3, first=7))
    assert np.shares_memory(first.column["time"], second.column["time"])
    assert np.shares_memory(first.harm, second.harm)
    assert len(first) == 6
    assert first.column["time"].tolist() == [row.time for row in rows[:6]]


def test_a_correction_at_the_same_time_takes_the_place_of_the_row_it_corrects() -> None:
    rows = [days_ago(9 - day, incident=day + 1) for day in range(6)]
    corrected = [replace(rows[1], code="robbery"), replace(rows[4], x=900.0), days_ago(1, incident=7)]
    blocks = [block_of(rows), block_of(corrected, load=2, replaces=True)]
    first = prepared(build_frame(blocks[:1], RULES))
    frame = extended(first, blocks[1])
    same(frame, build_frame(blocks, RULES))
    same(first, build_frame(blocks[:1], RULES))
    assert frame.column["incident"].tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_a_record_taken_back_and_corrected_in_one_go_stands_there_once() -> None:
    rows = [days_ago(9 - day, incident=day + 1) for day in range(4)]
    back = replace(block_of([], load=2), gone=np.array([2, 3], dtype="<i8").tobytes())
    blocks = [block_of(rows), back, block_of([replace(rows[1], code="arson")], load=3, replaces=True)]
    same(extended(build_frame(blocks[:1], RULES), *blocks[1:]), build_frame(blocks, RULES))


def test_what_says_the_same_as_the_time_is_kept_once_until_a_row_says_otherwise() -> None:
    blocks = [block_of([days_ago(9), days_ago(8)]), block_of([days_ago(7)], load=2, first=3)]
    blocks.append(block_of([days_ago(6, known=NOW)], load=3, first=4))
    second = extended(build_frame(blocks[:1], RULES), blocks[1])
    assert second.column["end"] is second.column["time"]
    assert second.column["known"] is second.column["time"]
    third = extended(second, blocks[2])
    assert third.column["end"] is third.column["time"]
    same(third, build_frame(blocks, RULES))
    same(second, build_frame(blocks[:2], RULES))


def test_no_column_of_a_frame_that_grew_can_be_written() -> None:
    frame = extended(build_frame([block_of([days_ago(3)])], RULES), block_of([days_ago(2)], load=2, first=2))
    for name, values in frame.column.items():
        assert not values.flags.writeable, name


def test_two_frames_that_grow_from_the_same_one_do_not_see_each_others_rows() -> None:
    base = extended(build_frame([block_of([days_ago(9)])], RULES), block_of([days_ago(8)], load=2, first=2))
    one = extended(base, block_of([days_ago(3, "robbery")], load=3, first=3))
    other = extended(base, block_of([days_ago(2, "arson"), days_ago(1, "arson")], load=4, first=3))
    assert (np.diff(one.column["time"]) // DAY).tolist() == [1, 5]
    assert said(one, "code") == ["burglary", "burglary", "robbery"]
    assert said(other, "code") == ["burglary", "burglary", "arson", "arson"]
    assert said(base, "code") == ["burglary", "burglary"]


def test_the_last_record_of_a_kind_that_goes_takes_with_it_when_its_source_began() -> None:
    first = block_of([days_ago(9)])
    speaking = block_of([days_ago(5, initiated=0), days_ago(3)], load=2, source=RECORDING, first=2)
    gone = replace(block_of([], load=3, source=RECORDING), gone=np.array([2], dtype="<i8").tobytes())
    frame = extended(build_frame([first, speaking], RULES), gone)
    same(frame, build_frame([first, speaking, gone], RULES))
    assert np.isinf(frame.recorded_since).all()


def by_side(column: Mapping[str, Column], words: Mapping[str, tuple[str, ...]]) -> Any:
    """Places a record without a beat west or east of 500 m, in the spelling of records where these have one."""
    codes, longer = column["beat"].copy(), list(words["beat"])
    for row in np.flatnonzero(codes < 0):
        name = "WEST" if column["x"][row] < 500 else "EAST"
        spelt = next((word for word in longer if word.upper() == name), name)
        if spelt not in longer:
            longer.append(spelt)
        codes[row] = longer.index(spelt)
    return {**column, "beat": codes}, {**words, "beat": tuple(longer)}


PLACING: Final[Placing] = by_side


def test_areas_by_position_are_given_to_new_rows_too() -> None:
    blocks = [block_of([days_ago(9, beat="")]), block_of([days_ago(8, beat="", x=900.0)], load=2, first=2)]
    frame = extended(build_frame(blocks[:1], RULES, (), PLACING), blocks[1])
    assert said(frame, "beat") == ["WEST", "EAST"]
    same(frame, build_frame(blocks, RULES, (), PLACING))


def test_an_area_that_was_only_known_by_position_and_is_now_named_wants_a_frame_built_anew() -> None:
    frame = build_frame([block_of([days_ago(9, beat="")])], RULES, (), PLACING)
    assert extend_frame(frame, [block_of([days_ago(8, beat="west")], load=2, first=2)]) is None
    assert extend_frame(frame, [block_of([days_ago(8, beat="WEST")], load=2, first=2)]) is not None


def test_rows_are_looked_up_by_area_after_so_many_loads_that_they_are_sorted_anew() -> None:
    blocks = [block_of([days_ago(400 - n) for n in range(20)])]
    frame = prepared(build_frame(blocks, RULES))
    for load in range(2, 12):
        blocks.append(block_of([days_ago(300 - load, beat=f"08{load % 3}")], load=load, first=20 + load))
        frame = prepared(extended(frame, blocks[-1]))
    same(frame, build_frame(blocks, RULES))
