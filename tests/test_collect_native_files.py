"""Every file of open data, recognised and loaded: its rows, its places, its times and what is said of its warts.

The counts are those of the data's own description (``README.md`` beside the files) and of counting the files by hand;
where the two differ, the line says so. The whole of Chicago is in ``test_collect_chicago.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from ilp_core.collect.formats import FORMATS
from ilp_core.collect.load import load_incidents
from ilp_core.collect.offences.presets import offence_rules
from ilp_core.collect.warts import SHARED_CASE
from ilp_core.domain.incidents import LoadReport
from ilp_core.storage import Store
from ilp_core.words.en import loads
from tests.support import SHARED, require

DATA: Final = SHARED / "data"
SAMPLES: Final = "native_samples"
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.shared


@dataclass(frozen=True)
class Expected:
    """What a load's report must say. ``located`` and ``timed`` are rows; ``warts`` and ``duplicates`` are whole."""

    file: str
    layout: str
    format: str
    rows: int
    located: int
    timed: int
    first: str
    last: str
    precision: str = "minute"
    kind: str = "incident"
    known: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    duplicates: Mapping[str, int] = field(default_factory=dict)
    warts: Mapping[str, int] = field(default_factory=dict)
    says: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        return next(layout.whose for layout in FORMATS if layout.name == self.layout)

    @property
    def passed(self) -> int:
        return self.rows - sum(self.rejected.values())


EXPECTED: Final = (
    Expected(
        f"{SAMPLES}/chicago_portal_22col_2015_10k.csv.gz", "chicago", "chicago", 9_999, 9_837, 9_999,
        "2015-01-23T08:30:30-06:00", "2015-02-08T23:43:40-06:00",
    ),
    Expected(
        f"{SAMPLES}/chicago_socrata_20col_2015-12-31.csv", "chicago", "chicago", 609, 549, 587,
        "2015-12-31T00:00:00-06:00", "2015-12-31T23:59:00-06:00",
    ),
    Expected(
        f"{SAMPLES}/chicago_socrata_20col_2016-07-04.csv", "chicago", "chicago", 846, 841, 813,
        "2016-07-04T00:00:00-05:00", "2016-07-04T23:58:00-05:00",
    ),
    # Of the 226 points that the description calls outside Houston, 16 lie within reach of the town.
    Expected(
        "houston_crimes_2010-01_2010-08.parquet", "houston", "houston", 86_314, 86_099, 76_714,
        "2010-01-01T00:00:00-06:00", "2010-08-31T23:00:00-05:00", precision="hour",
        warts={loads.WART_OFF_GROUND: 210, "rows that stand for more than one offence, each counted once": 832},
        says=("Minutes: ", "Domestic incidents: ", "Points are the geocoded middles of blocks"),
    ),
    Expected(
        f"{SAMPLES}/lapd_2020_to_present_10k.csv.gz", "lapd", "lapd", 10_000, 9_987, 9_520,
        "2020-01-01T00:01:00-08:00", "2020-12-31T23:20:00-08:00",
        warts={"rows with dates in a second shape": 4_198},
        says=("The report has a day and no hour",),
    ),
    Expected(
        f"{SAMPLES}/nypd_complaint_historic_2015_sample.csv", "nypd", "nypd", 2_464, 2_341, 686,
        "2015-01-01T00:00:00-05:00", "2015-12-31T23:45:00-05:00",
        says=("Sex crimes have no location here on purpose",),
    ),
    Expected(
        f"{SAMPLES}/nypd_shooting_incident_historic.csv.gz", "nypd-shootings", "nypd", 21_408, 21_408, 21_255,
        "2006-01-01T02:00:00-05:00", "2019-09-30T13:49:00-04:00",
        warts={SHARED_CASE: 4_546}, says=("Incidents: this data has one row per victim",),
    ),
    # The description counts the cut row among the whole ones, and 1,754 repeated numbers where there are 1,761.
    Expected(
        f"{SAMPLES}/sfpd_incidents_legacy_2016_TRUNCATED.csv", "sfpd-legacy", "sfpd", 9_647, 9_646, 9_307,
        "2016-01-01T00:01:00-08:00", "2016-12-21T18:17:00-08:00",
        rejected={"cut off": 1}, warts={SHARED_CASE: 1_761}, says=("This data has one row per offence",),
    ),
    Expected(
        f"{SAMPLES}/sfpd_incidents_2018_to_present_subset.csv.gz", "sfpd", "sfpd", 23_637, 0, 22_189,
        "2018-01-01T00:01:00-08:00", "2022-05-15T14:30:00-07:00",
        warts={
            SHARED_CASE: 389,
            "rows outside San Francisco": 265,
            "rows that are supplements to an earlier report": 3_152,
        },
        says=("Places: no row has coordinates", "Supplements repeat an incident"),
    ),
    Expected(
        "policeuk_west-yorkshire_2016-07_2017-07_2018-07.zip", "police-uk", "police-uk", 87_348, 83_576, 0,
        "2016-07-01T00:00:00+01:00", "2018-07-01T00:00:00+01:00", precision="month",
        warts={loads.WART_OFF_GROUND: 1, "rows without a Crime ID": 18_826},
        says=("Months only: ", "Domestic incidents: ", "Exact places: "),
    ),
    Expected(
        f"{SAMPLES}/policeuk_2018-07-west-yorkshire-street_first2000.csv", "police-uk", "police-uk", 2_000, 2_000, 0,
        "2018-07-01T00:00:00+01:00", "2018-07-01T00:00:00+01:00", precision="month",
        warts={"rows without a Crime ID": 317}, says=("Months only: ",),
    ),
    # Ten stops have no point; 24 lie in other parts of England than Greater Manchester.
    Expected(
        f"{SAMPLES}/policeuk_2019-06-greater-manchester-stop-and-search.csv.gz", "police-uk-stops", "police-uk",
        907, 873, 899, "2019-06-01T00:01:00+01:00", "2019-06-30T23:25:00+01:00", kind="stop",
        warts={loads.WART_OFF_GROUND: 24}, says=("Forces: ", "Every row is a search"),
    ),
    Expected(
        "nyc_vehicle_thefts_2014-2017_start-end.parquet", "nyc-thefts", "nyc-thefts", 35_746, 35_746, 34_231,
        "2010-07-09T19:40:00-04:00", "2017-12-30T12:05:00-05:00",
        warts={"rows without an end of their window": 2_852}, says=("Other offences: ",),
    ),
    Expected(
        "memphis_robberies_2019.parquet", "memphis", "memphis", 2_245, 2_245, 2_178,
        "2019-01-01T01:30:00-06:00", "2019-12-31T15:30:00-06:00", says=("Points are rounded",),
    ),
    Expected(
        f"{SAMPLES}/seattle_spd_call_data_sample.csv", "seattle", "seattle", 222, 222, 222,
        "2018-01-05T14:56:53-08:00", "2023-12-28T14:56:21-08:00", kind="call", says=("Blocks: ",),
    ),
    Expected(
        "takoma_park_cad_traffic_2018-2020.csv.gz", "takoma-calls", "takoma-calls", 11_735, 11_735, 11_678,
        "2018-01-01T00:37:00-05:00", "2020-12-31T23:32:00-05:00", kind="call", known=184,
        duplicates={"the same row again": 184}, says=("Other calls: ", "The beat is the answering officer's"),
    ),
    Expected(
        "takoma_park_traffic_stops_2015-2020.parquet", "takoma-stops", "takoma-stops", 22_392, 0, 22_297,
        "2015-01-01T02:04:00-05:00", "2020-12-31T23:35:00-05:00", kind="stop", says=("Searches: ",),
    ),
    Expected(
        "minneapolis_police_stops_2017.parquet", "minneapolis-stops", "minneapolis-stops", 51_920, 51_920, 51_830,
        "2017-01-01T00:00:42-06:00", "2017-12-31T23:52:35-06:00", kind="stop", says=("Race is what was written",),
    ),
)  # fmt: skip

#: Warts that the loader counts in every source: they are its own tests' business.
GENERAL: Final = {loads.WART_NOON, loads.WART_MIDNIGHT, loads.WART_LONG}


async def load(store: Store, path: Path) -> LoadReport:
    return await load_incidents(store, path, by="9001", now=NOW, progress=lambda _done, _all: None)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: Path(expected.file).name)
async def test_a_file_loads_with_the_counts_of_its_description(sqlite_store: Store, expected: Expected) -> None:
    require("shared")
    report = await load(sqlite_store, DATA / expected.file)

    assert (report.layout, report.format, report.kind) == (expected.layout, expected.format, expected.kind)
    assert report.rows == expected.rows
    assert (report.loaded, report.updated, report.known) == (expected.passed - expected.known, 0, expected.known)
    assert dict(report.rejected) == dict(expected.rejected)
    assert report.located == round(expected.located / expected.passed, 4)
    assert (report.timed, report.precision) == (round(expected.timed / expected.passed, 4), expected.precision)
    assert report.first is not None
    assert report.last is not None
    assert (report.first.isoformat(), report.last.isoformat()) == (expected.first, expected.last)
    own = {wart: n for wart, n in report.warts.items() if wart not in GENERAL}
    assert own == dict(expected.warts)
    mapped = {rule.code for rule in offence_rules() if rule.source == expected.source}
    assert set(report.unmapped) - mapped == set()
    said = (*report.cannot_answer, *report.notes)
    assert [start for start in expected.says if not any(each.startswith(start) for each in said)] == []
    assert len(set(said)) == len(said)


async def test_a_file_without_keys_keeps_every_row_and_says_which_are_alike(sqlite_store: Store) -> None:
    require("shared")
    houston = await load(sqlite_store, DATA / "houston_crimes_2010-01_2010-08.parquet")
    again = await load(sqlite_store, DATA / "houston_crimes_2010-01_2010-08.parquet")

    # 575 rows are alike in all columns (the description); more in those that the desk reads.
    assert sum(houston.duplicates.values()) >= 575
    assert (again.loaded, again.updated, again.known) == (0, 0, 86_314)


async def test_the_zip_and_the_table_of_the_same_months_are_the_same_records(sqlite_store: Store) -> None:
    require("shared")
    await load(sqlite_store, DATA / "policeuk_west-yorkshire_2016-07_2017-07_2018-07.zip")
    again = await load(sqlite_store, DATA / "policeuk_west-yorkshire_street_3months.parquet")

    assert (again.layout, again.rows, again.located) == ("police-uk", 87_348, 0.9568)
    assert (again.loaded, again.updated, again.known) == (0, 0, 87_348)
