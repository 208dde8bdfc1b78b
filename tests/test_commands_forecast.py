"""The command line: what the coming week may bring, where, and from what."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.command_line import AT, call, refused, run
from tests.small_city import ZONE, row, write

MOMENT = datetime.fromisoformat(AT).replace(tzinfo=None)


@pytest.fixture
def town(folder: Path) -> Path:
    """A year of burglaries and robberies, a third of them at one place."""
    draw = np.random.default_rng(1)
    rows = []
    for number in range(900):
        spot = 7 if draw.random() < 0.33 else int(draw.integers(40))
        rows.append(
            row(
                number,
                "010XX W ELM ST",
                MOMENT - timedelta(minutes=int(draw.integers(1, 364 * 1440))),
                "220" if number % 3 else "120",
                lat=str(41.75 + 0.004 * (spot // 8)),
                lon=str(-87.68 + 0.004 * (spot % 8)),
            )
        )
    call("migrate")
    call("import", "incidents", str(write(folder / "town.csv", rows)), "--tz", ZONE)
    return folder


def test_places_are_told_with_their_reasons_and_no_line_is_wider_than_a_terminal(town: Path) -> None:
    shown = call("forecast", "burglary", "--at", AT, "--most", "2").stdout

    assert shown.startswith("Burglaries in the week from 15 Jul 2016, 21:30: ")
    assert "1. " in shown
    assert "2. " in shown
    assert "3. " not in shown
    assert "expected this week: about" in shown
    assert "no ground to stop anybody" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_json_holds_the_same_and_its_parts_add_up(town: Path) -> None:
    data = json.loads(
        call("forecast", "burglary", "--at", AT, "--hours", "18:00-02:00", "--area", "beat:0835", "--json").stdout
    )

    first = data["places"][0]
    assert sum(first["parts"].values()) == pytest.approx(first["expected"], rel=1e-5)
    assert 0 < first["in_hours"] < first["expected"]
    assert data["total"]["low"] <= data["total"]["expected"] <= data["total"]["high"]
    assert data["basis"]["rows"] + sum(data["basis"]["excluded"].values()) == data["basis"]["considered"]
    assert data["at"] == AT
    expected = [place["in_hours"] for place in data["places"]]
    assert expected == sorted(expected, reverse=True)


def test_what_came_later_changes_nothing(town: Path) -> None:
    early = (MOMENT - timedelta(days=60)).isoformat() + "-05:00"
    before = run("forecast", "burglary", "--at", early, "--json").stdout
    rows = [row(5_000 + n, "020XX W OAK ST", MOMENT - timedelta(days=n % 50), "220") for n in range(200)]
    call("import", "incidents", str(write(town / "later.csv", rows)), "--tz", ZONE)
    after = run("forecast", "burglary", "--at", early, "--json").stdout

    def told(text: str) -> dict[str, object]:
        data = json.loads(text)
        del data["basis"]["version"]
        return data

    assert told(after) == told(before)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("burglry",), "Did you mean burglary"),
        (("all",), "Name one offence"),
        (("burglary", "--most", "0"), "not a number of places"),
        (("burglary", "--hours", "evening"), "18:00-02:00"),
        (("burglary", "--area", "beat:9999"), "No record that may count lies in beat:9999"),
        (("arson",), "no record of these offences"),
        (("burglary", "--at", "2020-01-01T00:00:00-05:00"), "newest record on file is of 2016-07-1"),
    ],
)
def test_a_wrong_call_says_what_to_do(town: Path, words: tuple[str, ...], why: str) -> None:
    moment = () if "--at" in words else ("--at", AT)

    assert why in refused("forecast", *words, *moment)
