"""Results kept by what they were made from."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from ilp_core.analyse.kept import Kept


def counting() -> tuple[list[str], Callable[[str], Callable[[], str]]]:
    """What was made, and how to make it."""
    made: list[str] = []

    def make(name: str) -> Callable[[], str]:
        def work() -> str:
            made.append(name)
            return name.upper()

        return work

    return made, make


def test_a_result_is_made_once() -> None:
    made, make = counting()
    kept = Kept[str](4)
    assert [kept.get(name, make(name)) for name in "aabba"] == ["A", "A", "B", "B", "A"]
    assert made == ["a", "b"]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    made, make = counting()
    kept = Kept[str](2)
    for name in "abacab":
        kept.get(name, make(name))
    assert made == ["a", "b", "c", "b"]
    assert len(kept) == 2


def test_threads_that_ask_for_the_same_wait_for_the_one_that_makes_it() -> None:
    kept, may, made = Kept[int](2), Event(), []

    def slow() -> int:
        may.wait(10)
        made.append(1)
        return 7

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(kept.get, "a", slow) for _ in range(4)]
        may.set()
        assert [each.result(10) for each in asked] == [7, 7, 7, 7]
    assert made == [1]


def test_a_failure_is_raised_and_not_kept() -> None:
    kept = Kept[int](2)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept.get("a", fail)
    assert len(kept) == 0
    assert kept.get("a", lambda: 1) == 1
