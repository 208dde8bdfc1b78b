"""New, returned and more frequent words of coded vocabularies, and codes nobody has mapped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from ilp_core.analyse.patterns.novelty import VOCABULARIES, find_novelties, more_than_before
from tests.frames import DAY, NOW, RULES, Made, days_ago, frame_of

PREMISES = ("STREET", "GAS STATION", "SCHOOL", "PARK")


def _past(seed: int, days: int = 700, a_day: float = 3.0) -> list[Made]:
    draw = np.random.default_rng(seed)
    size = draw.poisson(days * a_day)
    return [
        days_ago(float(back), ("burglary", "robbery")[kind], premise=PREMISES[premise])
        for back, kind, premise in zip(
            draw.uniform(0.1, days, size), draw.integers(0, 2, size), draw.choice(4, size, p=[0.5, 0.3, 0.15, 0.05]),
            strict=True,
        )
    ]  # fmt: skip


def _told(rows: list[Made]) -> dict[tuple[str, str], str]:
    return {(found.vocabulary, found.word): found.how for found in find_novelties(frame_of(rows), NOW).novelties}


def test_the_exact_test_is_that_of_scipy() -> None:
    for count, before, share in ((3, 0, 0.02), (7, 90, 0.05), (40, 500, 0.04), (1, 1, 0.5)):
        exact = stats.binomtest(count, count + before, share, alternative="greater").pvalue
        found = more_than_before(np.array([float(count)]), np.array([float(before)]), share)
        assert found[0] == pytest.approx(exact, rel=1e-9)
    assert more_than_before(np.zeros(1), np.ones(1), 0.1)[0] == 1


def test_a_word_never_seen_is_new_with_its_first_record_and_count() -> None:
    rows = [*_past(1), days_ago(3, premise="SCOOTER RACK"), days_ago(5, premise="SCOOTER RACK"), days_ago(2, "arson")]
    finding = find_novelties(frame_of(rows), NOW)
    scooter = next(found for found in finding.novelties if found.word == "SCOOTER RACK")
    assert (scooter.how, scooter.count, scooter.since, scooter.last) == ("new", 2, NOW - 5 * DAY, None)
    assert len(scooter.rows) == 2
    assert _told(rows) == {
        ("premise", "SCOOTER RACK"): "new", ("code", "arson"): "new", ("offence", "arson"): "new",
    }  # fmt: skip
    assert set(finding.usual) == set(VOCABULARIES)
    assert finding.usual["premise"] == 0


def test_how_many_firsts_are_usual_is_counted_in_the_past() -> None:
    rows = [*_past(2), *(days_ago(20 + 14 * window, premise=f"NEW {window}") for window in range(13))]
    # One window in two of the last year had a first.
    assert find_novelties(frame_of(rows), NOW).usual["premise"] == pytest.approx(0.5, abs=0.04)


def test_a_word_that_was_silent_for_a_year_has_returned() -> None:
    rows = [*_past(3), days_ago(500, premise="PIER"), days_ago(4, premise="PIER"), days_ago(390, premise="DOCK")]
    assert _told(rows) == {("premise", "PIER"): "returned"}
    late = [*_past(3), days_ago(300, premise="PIER"), days_ago(4, premise="PIER")]
    assert _told(late) == {}


def test_a_silence_of_the_data_is_not_one_of_the_word() -> None:
    gone = [row for row in _past(4, days=900) if not 100 * DAY < NOW - row.time < 500 * DAY]
    assert _told([*gone, days_ago(560, premise="PIER"), days_ago(4, premise="PIER")]) == {}


def test_a_word_more_frequent_than_ever_is_told_and_a_high_one_is_not() -> None:
    quiet = _past(5)
    finding = find_novelties(frame_of([*quiet, *(days_ago(1 + n / 3, premise="PARK") for n in range(14))]), NOW)
    found = next(found for found in finding.novelties if found.word == "PARK")
    assert (found.how, found.count, len(found.rows)) == ("more", len(found.rows), found.count)
    assert found.count > found.most >= 1
    assert found.expected == pytest.approx(0.05 * 3 * 14, rel=0.35)
    assert found.p is not None
    assert found.q is not None
    assert found.p <= found.q <= finding.rate
    # As many once before: not more than ever.
    again = [*quiet, *(days_ago(back + n / 3, premise="PARK") for n in range(14) for back in (1, 57.5, 57.6))]
    assert ("premise", "PARK") not in _told(again)


def test_where_nothing_changed_nothing_is_told() -> None:
    assert [_told(_past(seed)) for seed in range(10, 16)] == [{}] * 6


def test_a_code_that_nobody_mapped_is_told_and_one_that_the_map_learns_is_an_offence() -> None:
    rows = [*_past(6), *(days_ago(back, "0999X") for back in (2, 3, 80)), days_ago(1, "0999X", domestic=1)]
    finding = find_novelties(frame_of(rows), NOW)
    assert [(one.code, one.count, one.first, len(one.rows)) for one in finding.unmapped] == [
        ("0999X", 2, NOW - 80 * DAY, 2)
    ]
    assert finding.novelties == ()
    learnt = replace(RULES[0], code="0999X", slug="cybercrime", initiation="victim")
    fresh = [row for row in rows if not (row.code == "0999X" and row.time < NOW - 20 * DAY)]
    found = find_novelties(frame_of(fresh, rules=(*RULES, learnt)), NOW)
    assert {(one.vocabulary, one.word, one.how) for one in found.novelties} == {
        ("code", "0999X", "new"), ("offence", "cybercrime", "new"),
    }  # fmt: skip
    assert found.unmapped == ()


def test_what_is_domestic_police_started_or_later_is_no_news() -> None:
    rows = _past(7)
    nothing = [
        *(days_ago(2, "drugs", premise="CELL BLOCK") for _ in range(1_000)),
        *(days_ago(2, "assault", premise="HOME", domestic=1) for _ in range(1_000)),
        *(Made(NOW + DAY, premise="LATER") for _ in range(9)),
        *(Made(NOW - DAY, premise="NOT YET KNOWN", known=NOW + DAY) for _ in range(9)),
    ]
    plain, spoiled = find_novelties(frame_of(rows), NOW), find_novelties(frame_of([*rows, *nothing]), NOW)
    assert spoiled.novelties == plain.novelties == ()
    assert spoiled.basis.excluded["police_started"] == 1_000
    assert spoiled.basis.excluded["domestic"] == 1_000


def test_twelve_weeks_of_past_are_needed_to_be_new() -> None:
    finding = find_novelties(frame_of([*_past(8, days=80), days_ago(1, "arson")]), NOW)
    assert (finding.novelties, finding.tested) == ((), 0)
    assert find_novelties(frame_of([]), NOW).novelties == ()
    with pytest.raises(ValueError, match="window"):
        find_novelties(frame_of([]), NOW, days=0)
