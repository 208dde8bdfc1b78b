"""Small rules of the nouns: area codes, blocks, windows and hours, receipts, an answer's text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.domain.answers import Answer, AnswerItem
from ilp_core.domain.blocks import Block, block_label, parse_block, street_label
from ilp_core.domain.errors import CallError, DeskError, WorkError
from ilp_core.domain.places import AreaRef, area_key, parse_area
from ilp_core.domain.receipts import ALPHABET, CODE_LENGTH, code_from, digest_of, looks_like_code
from ilp_core.domain.windows import Hours, TimeWindow, parse_clock, parse_hours

NOON = datetime(2016, 7, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("spelling", ["0835", "835", " 08 35 ", "00835"])
def test_spellings_of_one_area_code_have_one_key(spelling: str) -> None:
    assert area_key(spelling) == area_key("0835")


@pytest.mark.parametrize(("code", "key"), [("12A", "12a"), ("000", "0"), ("", ""), ("8350", "8350")])
def test_the_key_of_an_area_code(code: str, key: str) -> None:
    assert area_key(code) == key


def test_an_area_is_read_and_written_as_kind_and_code() -> None:
    assert parse_area(" Beat:0835 ") == AreaRef("beat", "0835")
    assert str(parse_area("district:008")) == "district:008"
    assert parse_area("neighbourhood:Old Town: east") == AreaRef("neighbourhood", "Old Town: east")


@pytest.mark.parametrize("text", ["0835", "beat:", "beat: ", "street:12", ":0835", ""])
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_area(text)


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("079XX S WESTERN AVE", Block(7900, "S WESTERN AVE")),
        ("000XX E 100TH PL", Block(0, "E 100TH PL")),
        ("0000X E 100TH PL", Block(0, "E 100TH PL")),
        ("130xx S  Avenue  O", Block(13000, "S Avenue O")),
        ("7912 S WESTERN AVE", Block(7900, "S WESTERN AVE")),
        ("12 W 79TH ST", Block(0, "W 79TH ST")),
        ("800 Block of BRYANT ST", Block(800, "BRYANT ST")),
        ("1200 BLK ELM ST", Block(1200, "ELM ST")),
        ("079XX BLOCK S WESTERN AVE", Block(7900, "S WESTERN AVE")),
        ("800 BLOCK BROADWAY", Block(800, "BROADWAY")),
        ("100 BLOCK ST", Block(100, "BLOCK ST")),
        ("9600-9699 MARLIVE LN", Block(9600, "MARLIVE LN")),
        ("7912A S WESTERN AVE APT 3B", Block(7900, "S WESTERN AVE")),
        ("24 1/2 BIRCH ST, SPRINGFIELD", Block(0, "BIRCH ST")),
        ("1ST ST", None),
        ("9" * 5000 + " ELM ST", None),
        ("S WESTERN AVE", None),
        ("", None),
    ],
)
def test_a_block_is_a_hundred_of_a_street(text: str, block: Block | None) -> None:
    assert parse_block(text) == block


@given(st.integers(0, 99_999))
@settings(deadline=None)
def test_no_full_house_number_survives_in_a_block(number: int) -> None:
    block = parse_block(f"{number} S WESTERN AVE")
    assert block is not None
    assert block.number == number - number % 100
    assert block.label == f"{number // 100 * 100} blk S Western Ave"


@pytest.mark.parametrize(
    ("street", "label"),
    [
        ("S WESTERN AVE", "S Western Ave"),
        ("W 63RD ST", "W 63rd St"),
        ("NE 1ST CT", "NE 1st Ct"),
        ("N WINTHROP-KENMORE ST", "N Winthrop-Kenmore St"),
        ("  E   95TH  ST ", "E 95th St"),
    ],
)
def test_streets_are_written_as_officers_read_them(street: str, label: str) -> None:
    assert street_label(street) == label


def test_a_text_without_a_number_is_labelled_by_its_street() -> None:
    assert block_label("S WESTERN AVE") == "S Western Ave"


def test_a_window_needs_offsets_and_an_order() -> None:
    with pytest.raises(ValueError, match="offset"):
        TimeWindow(NOON, NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="offset"):
        TimeWindow(NOON.replace(tzinfo=None), NOON)
    with pytest.raises(ValueError, match="before it starts"):
        TimeWindow(NOON, NOON - timedelta(seconds=1))
    assert TimeWindow(NOON, NOON).length == timedelta(0)
    eastward = TimeWindow(NOON, datetime(2016, 7, 15, 14, 30, tzinfo=timezone(timedelta(hours=2))))
    assert eastward.length == timedelta(minutes=30)


@pytest.mark.parametrize(("hours", "start", "end"), [(-1, -1, -1), (1, 0, 1), (3, 0, 2)])
def test_what_is_over_of_a_window(hours: int, start: int, end: int) -> None:
    window = TimeWindow(NOON, NOON + timedelta(hours=2))
    over = window.until(NOON + timedelta(hours=hours))
    assert (over.start, over.end) == (NOON + timedelta(hours=start), NOON + timedelta(hours=end))


@given(st.integers(0, 1439), st.integers(0, 1439))
@settings(deadline=None)
def test_hours_are_read_as_they_are_written(start: int, end: int) -> None:
    hours = Hours(start, end)
    assert parse_hours(str(hours)) == hours
    assert hours.all_day is (start == end)


def test_an_open_end_is_not_written() -> None:
    assert str(Hours(22 * 60, 7 * 60, open=True)) == "22:00-"
    assert Hours(0, 1440).all_day


@pytest.mark.parametrize("text", ["24:00", "12:60", "12", "12:5", ":30", "1a:30", "-1:30", "", "12:345"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_clock(text)


@pytest.mark.parametrize("text", ["12:00", "12:00-", "-12:00", "12:00-25:00"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_hours(text)


def test_a_clock_may_leave_out_its_first_zero() -> None:
    assert parse_clock(" 7:05 ") == 425


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [2.5, None]}) == digest_of({"b": [2.5, None], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=5))
@settings(deadline=None)
def test_a_code_is_six_signs_that_nobody_confuses_and_a_longer_one_goes_on_from_it(parts: dict[str, int]) -> None:
    digest = digest_of(parts)
    code = code_from(digest)
    assert len(code) == CODE_LENGTH == 6
    assert not set(code) & set("01OILU")
    assert set(code) <= set(ALPHABET)
    assert code_from(digest, 9).startswith(code)
    assert looks_like_code(code)
    assert looks_like_code(code.lower())


@pytest.mark.parametrize("text", ["", "3K9Q7", "3K9Q7O", "3K9Q7T3K9Q7T3", "3K9-7T", "３K9Q7T"])
def test_what_cannot_be_a_code(text: str) -> None:
    assert not looks_like_code(text)


def test_codes_of_different_digests_rarely_meet() -> None:
    codes = {code_from(digest_of({"number": number})) for number in range(5_000)}
    # 30 signs at six places: among 5,000 codes a pair meets once in 58 tries.
    assert len(codes) >= 4_999


def test_an_answers_text_stands_in_the_order_it_is_read() -> None:
    answer = Answer(
        headline="Hot in beat 0835",
        window="For 21:30-23:00",
        items=(AnswerItem(1, "7900 blk S Western Ave", ("5 in a year.", "Go by.")),),
        notes=("Data 2 h old.",),
        caution="No grounds for a stop.",
        urgent="Old data.",
    )
    assert answer.text == (
        "Old data.\nHot in beat 0835\nFor 21:30-23:00\n1. 7900 blk S Western Ave\n5 in a year.\nGo by.\n"
        "Data 2 h old.\nNo grounds for a stop."
    )
    assert Answer(paragraphs=("Help.",)).text == "Help."


@pytest.mark.parametrize(("error", "code"), [(DeskError, 1), (WorkError, 1), (CallError, 2)])
def test_failures_name_their_exit_code(error: type[DeskError], code: int) -> None:
    assert error.exit_code == code
