"""How much, in words: exact wording, and the thresholds of G32."""

from __future__ import annotations

import pytest

from ilp_core.words.en import amounts


@pytest.mark.parametrize(
    ("now", "usual", "said"),
    [
        (4, 3.1, "about 1 more than usual"),
        (4, 4.4, "about as many as usual"),
        (3, 5.2, "about 2 fewer than usual"),
        (30, 21.0, "about 9 more than usual"),
        # Below three no direction.
        (2, 0.2, "no clear change"),
        (0, 9.0, "no clear change"),
        (2, 2.0, "no clear change"),
    ],
)
def test_a_difference_in_words(now: int, usual: float, said: str) -> None:
    assert amounts.difference(now, usual) == said


@pytest.mark.parametrize(
    ("now", "usual", "said"),
    [
        (24, 12.0, "about 12 more than usual (100 % more)"),
        (10, 20.0, "about 10 fewer than usual (50 % fewer)"),
        (10, 10.2, "about as many as usual"),
        (1002, 1000.0, "about 2 more than usual"),
        # Below ten, on either side, no percentage.
        (9, 20.0, "about 11 fewer than usual"),
        (24, 9.9, "about 14 more than usual"),
    ],
)
def test_percentages_from_ten_on(now: int, usual: float, said: str) -> None:
    assert amounts.with_percent(now, usual) == said


@pytest.mark.parametrize(
    ("now", "usual", "low", "high", "verdict", "said"),
    [
        (4, 3.1, 2, 5, "unclear", "4, about 1 more than usual: no clear change"),
        (4, 3.9, 2, 6, "as_usual", "4, about as many as usual"),
        (12, 4.1, 2, 6, "more", "12, about 8 more than usual"),
        (4, 13.0, 9, 17, "fewer", "4, about 9 fewer than usual"),
        (40, 20.0, 15, 25, "more", "40, about 20 more than usual (100 % more)"),
        (2, 0.1, 0, 1, "few", "2, usually about 0 to 1"),
        (2, 0.1, 0, 1, "more", "2, usually about 0 to 1"),
        (0, 9.0, 5, 13, "few", "0, usually about 5 to 13"),
        (1, 0.0, 0, 0, "few", "1, usually about 0"),
        (4, None, 0, 0, "unknown", "4, usual not known yet"),
    ],
)
def test_a_change_in_words(now: int, usual: float | None, low: int, high: int, verdict: str, said: str) -> None:
    assert amounts.change(now, usual, low, high, verdict) == said


def test_the_range_in_words() -> None:
    assert amounts.usually(4, 2, 5) == "4, usually about 2 to 5"


@pytest.mark.parametrize(
    ("mean", "low", "high", "said"),
    [
        (0.93, 0, 3, "0.9 expected, usually 0 to 3"),
        (0.04, 0, 0, "under 0.1 expected, usually 0"),
        (12.4, 7, 18, "12 expected, usually 7 to 18"),
    ],
)
def test_what_a_shift_is_expected_to_bring(mean: float, low: int, high: int, said: str) -> None:
    assert amounts.expected(mean, low, high) == said


def test_no_count_below_ten_gets_a_percentage_and_none_below_three_a_direction() -> None:
    for now in range(12):
        for usual in (0.0, 0.4, 2.6, 5.0, 9.5, 11.0, 40.0):
            for verdict in ("more", "fewer", "as_usual", "unclear", "few", "unknown"):
                said = amounts.change(now, usual, 0, 9, verdict)
                assert ("%" in said) <= (now >= 10 and usual >= 10)
                assert ("more" in said or "fewer" in said) <= (now >= 3)
                assert len(said) <= 60
                assert all(ord(sign) < 128 for sign in said)
