"""beatdesk places and beatdesk import landmarks, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ilp_core.words.en import places
from tests.command_line import call, refused


@pytest.fixture
def named(folder: Path) -> Path:
    """A migrated folder with two landmarks."""
    call("migrate")
    file = folder / "landmarks.csv"
    file.write_text(
        "name,lat,lon,aliases\nOak Mall,41.5,-87.5,the mall\nRiverside Park,41.6,-87.6,\nSmith house,1,1,\n"
    )
    call("import", "landmarks", str(file))
    return folder


def test_landmarks_are_counted_and_rejected_rows_named(named: Path) -> None:
    told = call("import", "landmarks", str(named / "landmarks.csv")).stdout

    assert told.splitlines() == [
        "landmarks.csv: 3 rows of landmarks",
        "  added 0 · changed 0 · same 2",
        "  rejected 1: a home, not a landmark (line 4)",
    ]


def test_the_report_as_json(named: Path) -> None:
    report = json.loads(call("import", "landmarks", str(named / "landmarks.csv"), "--json").stdout)

    assert report == {
        "file": "landmarks.csv", "rows": 3, "added": 0, "changed": 0, "same": 2,
        "rejected": {"a home, not a landmark": 1}, "lines": {"a home, not a landmark": [4]},
    }  # fmt: skip


def test_a_place_is_looked_up(named: Path) -> None:
    assert call("places", "the", "mall").stdout == "100  Oak Mall  (landmark)\n"
    assert call("places", "zzyzx").stdout.strip() == places.NO_MATCH


def test_a_place_as_json(named: Path) -> None:
    found = json.loads(call("places", "riversde park", "--near", "beat:0835", "--limit", "1", "--json").stdout)

    assert found["items"][0].pop("score") > 80
    assert found == {
        "items": [
            {
                "kind": "landmark", "label": "Riverside Park", "key": "riverside park", "lat": 41.6, "lon": -87.6,
                "radius_m": 150, "beat": None, "district": None, "count": 0, "areas": [], "aliases": [],
            }
        ]
    }  # fmt: skip


def test_before_any_data_there_are_no_places(folder: Path) -> None:
    call("migrate")

    assert call("places", "oak").stdout.strip() == places.NO_GAZETTEER
    assert json.loads(call("places", "oak", "--json").stdout) == {"items": []}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("oak", "--limit", "0"), "--limit 0 cannot be used"),
        (("oak", "--near", "western"), "is not an area"),
        ((" ",), "No place was named"),
        (("x" * 201,), "at most 200 letters"),
    ],
)
def test_a_wrong_call_is_refused(named: Path, words: tuple[str, ...], why: str) -> None:
    assert why in refused("places", *words)


def test_a_missing_file_is_refused_and_the_failure_audited(named: Path) -> None:
    assert "is not a CSV" in refused("import", "landmarks", "nothing.csv")
    assert json.loads(call("audit", "verify", "--json").stdout)["rows"] >= 2


def test_a_load_makes_the_places_that_its_records_name(city: Path) -> None:
    block = json.loads(call("places", "1042 w elm", "--limit", "1", "--json").stdout)["items"][0]

    assert (block["kind"], block["label"], block["key"]) == ("block", "1000 blk W Elm St", "010XX W ELM ST")
    assert (block["beat"], block["district"], block["count"]) == ("0835", "008", 85)
    assert call("places", "bt 834").stdout == "100  Beat 0834  (area)\n"
    assert call("places", "far ave").stdout == "100  S Far Ave  (street, beat 0834)\n"
