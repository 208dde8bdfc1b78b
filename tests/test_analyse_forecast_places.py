"""Analyse, forecast: a city's forecast from its frame, its reasons in words, and what must never move it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from ilp_core.analyse.evidence import point_keys
from ilp_core.analyse.forecast.history import DAY_S
from ilp_core.analyse.forecast.places import (
    HITS_M,
    CityForecast,
    PlaceForecast,
    TooLittlePastError,
    cells_of,
    find_forecast,
    past_of,
    spans_of,
)
from ilp_core.words.en.forecast import sentence
from tests.frames import DAY, NOW, RECORDING, Made, a_town_with_a_burst, days_ago, frame_of, thousand


def forecast(rows: list[Made], source: str = "made", **limits: Any) -> CityForecast:
    """The forecast of burglary at NOW from ``rows``."""
    return find_forecast(past_of(frame_of(rows, source=source), NOW, NOW, **limits), ("burglary",))


@cache
def town() -> CityForecast:
    """The forecast of a town in which one place is bursting."""
    return forecast(a_town_with_a_burst())


def shown(found: CityForecast) -> list[Any]:
    """All that a forecast would tell, not rounded."""
    return [found.total, [(place.label, place.expected, place.parts, place.hits) for place in found.places(20)]]


def best() -> PlaceForecast:
    """The place of the town with the highest expectation."""
    return town().places(1)[0]


def test_the_bursting_place_comes_first_with_the_hits_near_it() -> None:
    place = best()

    assert abs(place.x - 2_050) <= 250
    assert abs(place.y - 2_250) <= 250
    assert place.hits == 9
    assert place.hit_days == 9
    assert sum(place.parts.values()) == pytest.approx(place.expected, rel=1e-5)


def test_places_are_told_in_the_order_of_what_is_expected_and_within_an_area_only() -> None:
    found = town().places(30)
    expected = [place.expected for place in found]
    few = [place.cell for place in found[10:13]]

    assert expected == sorted(expected, reverse=True)
    assert [place.cell for place in town().places(5, inside=few)] == few


def test_the_hours_asked_for_decide_the_order_and_share_out_the_week() -> None:
    starts = NOW + np.arange(21) * 8 * 3_600
    place = town().places(1, spans=np.column_stack([starts, starts + 8 * 3_600]))[0]

    assert sum(place.spans) == pytest.approx(place.expected, rel=1e-6)


def test_the_basis_says_what_the_forecast_stands_on() -> None:
    basis = town().basis

    assert basis.rows + sum(basis.excluded.values()) == basis.considered
    assert basis.parameters["chosen"] == town().choice.method
    assert basis.rows > 0


@pytest.mark.parametrize("initiated", [1, -1], ids=["police-started", "unknown in a source that says"])
def test_g05_a_thousand_records_that_officers_started_change_no_forecast(initiated: int) -> None:
    rows = a_town_with_a_burst(initiated=0)
    more = thousand("all over", initiated=initiated)

    assert shown(forecast(rows + more, RECORDING)) == shown(forecast(rows, RECORDING))


def test_g05_a_thousand_enforcement_records_change_no_forecast() -> None:
    rows = a_town_with_a_burst()

    assert shown(forecast(rows + thousand("at a hot place", codes=["drugs", "weapons"]))) == shown(town())


def test_g46_a_thousand_domestic_records_change_no_forecast() -> None:
    assert shown(forecast(a_town_with_a_burst() + thousand("at a hot place", domestic=1))) == shown(town())


def test_a_thousand_records_of_the_public_do_change_it() -> None:
    assert shown(forecast(a_town_with_a_burst() + thousand("at one new point"))) != shown(town())


def test_what_occurred_or_became_known_later_changes_nothing() -> None:
    later = [days_ago(-1 - n, x=500.0, y=500.0) for n in range(50)]
    late = [days_ago(3, known=NOW + DAY, x=500.0, y=500.0) for _ in range(50)]

    assert shown(forecast(a_town_with_a_burst() + later)) == shown(town())
    assert shown(forecast(a_town_with_a_burst() + late)) == shown(town())


def test_a_sink_is_no_place() -> None:
    rows = a_town_with_a_burst()
    frame = frame_of(rows)
    at_burst = np.flatnonzero((np.abs(frame.column["x"] - 2_055) < 6) & (frame.column["y"] == 2_250))
    sinks = np.unique(point_keys(frame, at_burst))
    found = find_forecast(past_of(frame, NOW, NOW, sinks), ("burglary",))

    assert found.basis.excluded["sink"] == len(at_burst) > 20
    assert np.hypot(found.places(1)[0].x - best().x, found.places(1)[0].y - best().y) > 250


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([days_ago(40 + n, timed=-1) for n in range(50)], "day is known"),
        ([days_ago(1 + n, "robbery") for n in range(50)], "no record of these offences"),
        ([days_ago(5 - n / 10) for n in range(20)], "less than two weeks"),
        ([days_ago(60 + n) for n in range(400)], "newest record on file is of 2016-05-16"),
    ],
    ids=["months only", "another offence", "days only", "silence"],
)
def test_a_past_that_tells_nothing_is_refused_with_the_reason(rows: list[Made], why: str) -> None:
    with pytest.raises(TooLittlePastError, match=why):
        forecast(rows)


def test_hours_over_midnight_are_cut_where_the_week_begins_and_ends() -> None:
    spans = spans_of(22 * 60, 2 * 60, NOW)
    late = spans_of(20 * 60, 4 * 60, NOW)

    # NOW is 21:30: the first of these hours has not begun, the second is half an hour into its own.
    assert len(spans) == 7
    assert (spans[:, 1] - spans[:, 0] == 4 * 3_600).all()
    assert (late[0, 0], late[-1, 1]) == (NOW, NOW + 7 * DAY)
    assert (late[:, 1] - late[:, 0]).sum() == 7 * 8 * 3_600
    assert (spans_of(0, 0, NOW)[:, 1] - spans_of(0, 0, NOW)[:, 0]).sum() == 7 * DAY


def test_the_cells_of_an_area_are_those_where_its_records_lie() -> None:
    past = past_of(frame_of(a_town_with_a_burst()), NOW, NOW)

    assert len(cells_of(past, "beat", "0835")) > 10
    assert cells_of(past, "beat", "9999") == []


def test_a_forecast_explains_itself_in_one_sentence() -> None:
    parts = {"history": 1.94, "lately": 0.78, "neighbourhood": 0.0, "others": 0.02, "city": -0.06, "season": 0.4}

    assert sentence(3.1, parts, 2, 9, HITS_M) == (
        "3.1 expected this week: about 1.9 from its long history, 0.8 from two within 250 m in 9 days, "
        "0.4 from the season, 0.1 less for how the city goes now"
    )


def test_a_sentence_says_no_hits_where_there_were_none_and_nothing_of_nothing() -> None:
    assert sentence(0.5, {"history": 0.3, "lately": 0.2}, 0, 0, HITS_M) == (
        "0.5 expected this week: about 0.3 from its long history, 0.2 from the last months here"
    )
    assert sentence(1.0, {"lately": 1.0}, 1, 1, HITS_M) == (
        "1.0 expected this week: about 1.0 from one within 250 m in 1 day"
    )
    assert sentence(0.04, {"history": 0.04}, 0, 0, HITS_M) == "Fewer than 0.1 expected this week"


def test_days_are_those_of_the_local_clock() -> None:
    rows = [Made(row.time, row.code, row.x, row.y, local=row.time - 5 * 3_600) for row in a_town_with_a_burst()]
    found = find_forecast(past_of(frame_of(rows), NOW, NOW - 5 * 3_600), ("burglary",))

    assert found.expectation.origin == NOW - 5 * 3_600
    assert found.expectation.past.time.max() < NOW - 5 * 3_600
    assert (found.expectation.past.time // DAY_S).max() <= (NOW - 5 * 3_600) // DAY_S
