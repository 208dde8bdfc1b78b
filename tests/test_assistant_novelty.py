"""What is news to an officer comes first among places whose intervals overlap, each with a reason (D1)."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from ilp_core.analyse.expected import Expected
from ilp_core.assistant.novelty import FIRST_ITEMS, Known, News, arrange

ALIKE = [Expected(1.0, 9.0)] * 6
MONDAY, TUESDAY = Known(3, 1_000.0, 900.0), Known(2, 2_000.0, 1_900.0)
Place = tuple[Expected, Known | None, dict[str, int]]
CAME = {"burglary": 3}

PLACES = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 12), st.integers(0, 9)).map(lambda ends: Expected(ends[0], sum(ends))),
        st.none() | st.builds(Known, st.integers(1, 90), st.sampled_from([1.0, 2.0, 3.0]), st.just(1.0)),
        st.sampled_from([{}, {}, {"robbery": 1}]),
    ),
    max_size=9,
)


def order(
    known: list[Known | None], came: dict[int, dict[str, int]] | None = None, expected: list[Expected] = ALIKE
) -> list[int]:
    came = came or {}
    found = arrange(expected[: len(known)], known, [came.get(each, {}) for each in range(len(known))])
    return [each for each, _ in found]


def test_never_told_comes_before_changed_and_changed_before_told() -> None:
    assert order([MONDAY, TUESDAY, None], {1: CAME}) == [2, 1, 0]


def test_equal_news_stands_by_rank() -> None:
    assert order([None] * 6) == [0, 1, 2, 3, 4, 5]
    assert order([TUESDAY, TUESDAY, TUESDAY]) == [0, 1, 2]


def test_what_was_told_longer_ago_comes_before_what_was_told_lately() -> None:
    assert order([TUESDAY, TUESDAY, MONDAY]) == [2, 0, 1]


def test_the_highest_place_without_news_keeps_the_last_place_of_the_first_screen() -> None:
    assert order([TUESDAY, MONDAY, None, None, None, None]) == [2, 3, 0, 4, 5, 1]


def test_no_news_lifts_a_place_above_one_that_lies_wholly_higher() -> None:
    sure = [Expected(20.0, 30.0), Expected(1.0, 9.0), Expected(2.0, 8.0)]
    assert order([TUESDAY, None, TUESDAY], expected=sure) == [0, 1, 2]
    # The place that is still hot is no exception.
    sure = [Expected(1.0, 5.0), *[Expected(4.0, 30.0)] * 3, Expected(6.0, 9.0)]
    assert order([TUESDAY, None, None, None, None], expected=sure) == [1, 2, 3, 4, 0]


def test_every_place_is_told_with_its_reason() -> None:
    found = arrange(ALIKE[:4], [TUESDAY, None, MONDAY, TUESDAY], [{}, {}, CAME, {}])
    assert dict(found) == {
        1: News("untold"),
        2: News("changed", 3, 1_000.0, CAME),
        0: News("still", 2, 2_000.0),
        3: News("told", 2, 2_000.0),
    }
    assert [news.new for _, news in found] == [True, True, False, False]


@given(PLACES)
@settings(max_examples=500)
def test_d1_the_order_holds_its_rules_for_any_list(
    places: list[Place],
) -> None:
    expected, known, came = [list(part) for part in zip(*places, strict=True)] if places else ([], [], [])
    found = arrange(expected, known, came)
    assert found == arrange(expected, known, came), "the same again"
    assert sorted(each for each, _ in found) == list(range(len(places)))
    reasons = [news.reason for _, news in found]
    assert reasons.count("still") == min(1, reasons.count("still") + reasons.count("told"))
    for (above, _), (below, _) in itertools.combinations(found, 2):
        assert not expected[below].wholly_above(expected[above])
    for each, news in found:
        assert news.new == (known[each] is None or bool(came[each]))


@given(PLACES)
@settings(max_examples=300)
def test_d1_where_all_overlap_the_first_screen_is_news_and_one_place_that_is_still_hot(
    places: list[Place],
) -> None:
    found = [news for _, news in arrange([Expected(0, 1)] * len(places), *_columns(places))]
    several = sum(news.new for news in found)
    told = len(found) - several
    first = found[:FIRST_ITEMS]
    assert sum(news.new for news in first) == min(several, FIRST_ITEMS - min(1, told))
    assert sum(news.reason == "still" for news in first) == min(1, told)


def _columns(
    places: list[Place],
) -> tuple[list[Known | None], list[dict[str, int]]]:
    return [known for _, known, _ in places], [came for _, _, came in places]
