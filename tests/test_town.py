"""The invented town: the same for the same seed and day, inside its own beats, and worth asking about."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from shapely.geometry import Point, shape
from shapely.ops import unary_union

from bot.sandbox.town import (
    COLUMNS,
    LATEST_REPORT_DAYS,
    TOWN_NOTICE,
    TOWN_OFFICERS,
    TOWN_ZONE,
    areas_geojson,
    incidents_of_day,
    runs_on,
    street_label,
    town_csv,
    town_map,
)

SEED = 7
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
PROPERTY = ("220", "240", "23F", "23G", "290")

Record = dict[str, str]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Two years of the town."""
    return list(csv.DictReader(town_csv(SEED, FIRST, LAST)))


def began(record: Record) -> datetime:
    return datetime.fromisoformat(record["occurred_from"])


def test_a_day_is_a_function_of_seed_and_day() -> None:
    day = date(2026, 11, 21)
    once = incidents_of_day(SEED, day)
    incidents_of_day(SEED + 1, day - timedelta(days=40))
    assert incidents_of_day(SEED, day) == once
    assert incidents_of_day(SEED + 1, day) != once
    assert incidents_of_day(SEED, day + timedelta(days=1)) != once


def test_the_town_is_the_same_on_every_python() -> None:
    """A changed digest means that towns made by earlier versions no longer extend: say so in the changelog."""
    text = "".join(town_csv(SEED, date(2026, 1, 1), date(2026, 1, 14)))
    assert (
        hashlib.sha256(text.encode()).hexdigest()
        == "b4ed1bdd11f2f96b2ed981acbbcedc9ae9eef790fed97c64d435e1f9ce56deeb"
    )


def test_another_day_leaves_the_earlier_ones_alone() -> None:
    last = date(2026, 3, 9)
    shorter = list(town_csv(SEED, last - timedelta(days=20), last))
    longer = list(town_csv(SEED, last - timedelta(days=20), last + timedelta(days=1)))
    assert longer[: len(shorter)] == shorter
    assert len(longer) > len(shorter)


def test_a_later_until_only_adds_records() -> None:
    span = date(2026, 3, 1), date(2026, 3, 10)
    earlier = set(town_csv(SEED, *span, datetime.fromisoformat("2026-03-08T21:30")))
    later = set(town_csv(SEED, *span, datetime.fromisoformat("2026-03-10T21:30")))
    assert earlier < later


def test_nothing_is_later_than_until() -> None:
    until = datetime.fromisoformat("2026-03-10T21:30")
    told = list(csv.DictReader(town_csv(SEED, date(2026, 3, 1), date(2026, 3, 12), until)))
    everything = [record for day in range(1, 13) for record in incidents_of_day(SEED, date(2026, 3, day))]
    wanted = [r for r in everything if began(r) <= until and datetime.fromisoformat(r["reported"]) <= until]
    assert told == wanted
    assert any(began(record) <= until for record in everything if record not in told)


def test_until_must_be_on_the_towns_own_clock() -> None:
    with pytest.raises(ValueError, match="without one"):
        town_csv(SEED, FIRST, FIRST, datetime(2026, 3, 10, tzinfo=ZoneInfo(TOWN_ZONE)))


def test_the_header_is_the_columns_and_no_days_give_the_header_alone() -> None:
    assert list(town_csv(SEED, LAST, FIRST)) == [",".join(COLUMNS) + "\n"]


def test_every_cell_says_what_its_column_means(records: list[Record]) -> None:
    for record in records:
        start, end, reported = (
            datetime.fromisoformat(record[name]) for name in ("occurred_from", "occurred_to", "reported")
        )
        assert start.tzinfo is None
        assert start <= end < reported <= start + timedelta(days=LATEST_REPORT_DAYS)
        assert record["domestic"] in ("true", "false")
        assert record["officer_initiated"] in ("true", "false")
        number, _, street = record["block"].partition(" ")
        assert (number[:3].isdigit(), number[3:], bool(street)) == (True, "XX", True)
        assert (record["lat"] == "") == (record["lon"] == "")
    assert len({record["id"] for record in records}) == len(records)


def test_counts_are_plausible(records: list[Record]) -> None:
    days = (LAST - FIRST).days + 1
    assert 20 < len(records) / days < 30
    by_day = Counter(began(record).date() for record in records)
    assert len(by_day) == days
    codes = Counter(record["code"] for record in records)
    assert set(codes) == {
        "13A", "13B", "120", "220", "240", "23F", "23G", "23C", "23H", "290", "35A", "520", "90J", "90C",
        "23A", "200", "26A",
    }  # fmt: skip
    assert codes.most_common(1)[0][1] < len(records) / 4
    assert 0.004 < sum(record["lat"] == "" for record in records) / len(records) < 0.02


def test_assaults_are_often_domestic_and_patrols_find_only_their_own_offences(records: list[Record]) -> None:
    assaults = [record for record in records if record["code"] in ("13A", "13B")]
    assert 0.3 < sum(record["domestic"] == "true" for record in assaults) / len(assaults) < 0.4
    assert {record["code"] for record in records if record["domestic"] == "true"} == {"13A", "13B"}
    found = {record["code"] for record in records if record["officer_initiated"] == "true"}
    assert found == {"35A", "520", "90J", "90C"}


def test_weeks_and_seasons_have_a_rhythm(records: list[Record]) -> None:
    bars = [began(record) for record in records if record["block"] == "012XX ELM ST"]
    nights = Counter((moment - timedelta(hours=6)).weekday() for moment in bars)
    assert nights[4] + nights[5] > 1.5 * (nights[0] + nights[1])
    shops = [began(record).hour for record in records if record["code"] == "23C"]
    assert 9 <= min(shops) <= max(shops) < 20
    assaults = Counter(began(record).month for record in records if record["code"] in ("13A", "13B"))
    assert sum(assaults[month] for month in (6, 7, 8)) > sum(assaults[month] for month in (12, 1, 2))


def test_chronic_places_stand_out(records: list[Record]) -> None:
    blocks = [block for block, _ in Counter(record["block"] for record in records).most_common(9)]
    assert set(blocks) == {
        "018XX HARBOUR ST", "027XX LIME AVE", "012XX ELM ST", "028XX 3RD ST",
        "005XX MARKET ST", "006XX MARKET ST", "007XX MARKET ST", "015XX STATION RD", "016XX STATION RD",
    }  # fmt: skip
    sink = [record for record in records if record["premise"] == "Police station" and record["lat"]]
    assert len({(record["lat"], record["lon"]) for record in sink}) == 1
    assert len({record["code"] for record in sink}) >= 5


def test_every_located_record_lies_in_its_own_beat(records: list[Record]) -> None:
    collection = json.loads(areas_geojson())
    beats = {area["properties"]["BEAT"]: area for area in collection["features"]}
    outlines = {code: shape(area["geometry"]) for code, area in beats.items()}
    for record in records:
        assert record["district"] == beats[record["beat"]]["properties"]["DISTRICT"]
        if record["lat"]:
            assert outlines[record["beat"]].contains(Point(float(record["lon"]), float(record["lat"])))
    assert {record["beat"] for record in records} == set(beats)


def test_beats_tile_the_town() -> None:
    collection = json.loads(areas_geojson())
    assert [area["properties"]["BEAT"] for area in collection["features"]] == [f"010{n}" for n in range(1, 9)]
    assert {area["properties"]["DISTRICT"] for area in collection["features"]} == {"001", "002"}
    outlines = [shape(area["geometry"]) for area in collection["features"]]
    assert all(outline.is_valid and outline.exterior.is_ccw for outline in outlines)
    town = unary_union(outlines)
    assert (town.geom_type, len(town.interiors)) == ("Polygon", 0)
    assert town.area == pytest.approx(sum(outline.area for outline in outlines), rel=1e-9)
    kilometres = town.area * 111.195**2 * math.cos(math.radians(38.5))
    assert 18 < kilometres < 21


def unexpected(records: list[Record], day: date) -> bool:
    """Whether three neighbouring blocks had far more of one property crime in 14 days than their year foretells."""
    recent, before = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]]()
    for record in records:
        age = (day - began(record).date()).days
        if record["code"] in PROPERTY and 0 <= age < 378:
            number, _, street = record["block"].partition(" ")
            for low in range(3):
                place = (record["code"], street, int(number[:3]) - low)
                (recent if age < 14 else before)[place] += 1
    return any(
        count >= 5 and poisson_tail(count, (before[place] + 1) * 14 / 364) < 1e-5 for place, count in recent.items()
    )


def poisson_tail(count: int, mean: float) -> float:
    """The chance of ``count`` or more where ``mean`` are expected."""
    return 1 - sum(math.exp(-mean) * mean**n / math.factorial(n) for n in range(count))


def test_a_run_is_going_on_most_days_and_shows_in_the_records(records: list[Record]) -> None:
    sample = [date(2025, 1, 20) + timedelta(days=17 * step) for step in range(20)]
    assert sum(bool(runs_on(SEED, day)) for day in sample) >= 18
    assert sum(unexpected(records, day) for day in sample) >= 16
    for day in sample:
        assert all(run.first <= day < run.first + timedelta(days=run.days) for run in runs_on(SEED, day))


def test_times_need_no_summer_time() -> None:
    zone = ZoneInfo(TOWN_ZONE)
    offsets = {datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}
    assert offsets == {timedelta(hours=-3)}


def test_the_map_shows_every_beat_and_street_and_says_that_it_is_invented() -> None:
    town = town_map()
    assert (town.name, town.notice) == ("Port Harrow", TOWN_NOTICE)
    assert "invented" in town.notice
    assert [label for label, _ in town.areas] == [f"010{n}" for n in range(1, 9)]
    names = [name for name, _ in town.streets]
    assert (len(names), len(set(names))) == (24, 24)
    assert {"Elm St", "3rd St", "Harbour St"} <= set(names)
    points = [point for _, line in (*town.areas, *town.streets) for point in line]
    assert all(abs(lat - 38.5) < 0.05 and abs(lon + 47.0) < 0.05 for lat, lon in points)


def test_the_records_and_the_map_name_the_same_streets(records: list[Record]) -> None:
    named = {street_label(record["block"].partition(" ")[2]) for record in records}
    assert named == {name for name, _ in town_map().streets}


def test_the_officers_have_areas_that_exist() -> None:
    areas = json.loads(areas_geojson())["features"]
    known = {f"beat:{area['properties']['BEAT']}" for area in areas}
    known |= {f"district:{area['properties']['DISTRICT']}" for area in areas}
    assert {area for _, _, area, _ in TOWN_OFFICERS if area} <= known
    assert TOWN_OFFICERS[0] == ("4471", "officer", "beat:0103", "evenings")
