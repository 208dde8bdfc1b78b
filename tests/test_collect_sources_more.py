"""Calls, stops and the smaller sources, and what holds for all of them, on made-up rows in their shape."""

from __future__ import annotations

import numpy as np
import pytest

from ilp_core.collect.coded import coded, constant
from ilp_core.collect.formats import FORMATS
from ilp_core.collect.layout import Layout
from ilp_core.collect.sources.chicago import CHICAGO
from ilp_core.collect.sources.memphis import MEMPHIS
from ilp_core.collect.sources.minneapolis import MINNEAPOLIS_STOPS
from ilp_core.collect.sources.nyc_thefts import NYC_THEFTS
from ilp_core.collect.sources.seattle import SEATTLE
from ilp_core.collect.sources.spelling import clock, day, digits, moment, rows_where, told, whole, yes_or_no
from ilp_core.collect.sources.takoma_park import TAKOMA_CALLS, TAKOMA_STOPS
from ilp_core.collect.warts import SHARED_CASE, Warts
from tests.source_rows import batch, read, utc


def test_seattle_says_who_began_a_call() -> None:
    texts, warts = read(
        SEATTLE,
        {
            "CAD Event Number": ["1", "2", "3", "4"],
            "Event Clearance Description": ["REPORT WRITTEN (NO ARREST)", "", "", ""],
            "Call Type": ["911", "ONVIEW", "PROACTIVE (OFFICER INITIATED)", "-"],
            "Priority": ["2", "7", "-1", "3"],
            "Initial Call Type": ["BURN - RECKLESS BURNING"] * 4,
            "Final Call Type": ["--DISTURBANCE - OTHER", "ASSAULTS, OTHER", "-", "--THEFT"],
            "Original Time Queued": ["11/04/2023 6:08:26 PM"] * 4,
            "Arrived Time": ["11/04/2023 6:51:06 PM", "", "01/01/1900 12:00:00 AM", ""],
            "Precinct": ["EAST", "UNKNOWN", "EAST", "EAST"],
            "Beat": ["C3", "", "C3", "C3"],
            "Blurred_Longitude": ["-122.28", "-1", "0", "-122.29"],
            "Blurred_Latitude": ["47.61", "-1", "0", "47.62"],
        },
    )

    assert texts["officer_initiated"] == ["false", "true", "true", ""]
    assert texts["code"] == ["--DISTURBANCE - OTHER", "ASSAULTS, OTHER", "BURN - RECKLESS BURNING", "--THEFT"]
    assert texts["priority"] == ["2", "7", "", "3"]
    assert texts["district"] == ["EAST", "", "EAST", "EAST"]
    assert texts["lat"] == ["47.61", "", "0", "47.62"]
    assert texts["reported"] == texts["occurred_from"]
    assert "occurred_to" not in texts
    assert utc(SEATTLE, texts["occurred_from"])[0] == "2023-11-05 01:08:26"
    assert warts == {"calls without a point": 2}


def test_new_yorks_thefts_keep_their_window_and_not_its_middle() -> None:
    texts, warts = read(
        NYC_THEFTS,
        {
            "uid": ["1", "2"],
            "date_single": ["2014-01-01 01:15", "2014-01-01 01:25"],
            "date_start": ["2013-12-31 10:00", "2014-01-01 01:20"],
            "date_end": ["2014-01-01 16:30", ""],
            "longitude": ["-73.8", "-73.9"],
            "latitude": ["40.7", "40.8"],
            "location_type": ["street", "NA"],
        },
    )

    assert texts["code"] == ["motor vehicle theft"] * 2
    assert texts["occurred_to"] == ["2014-01-01 16:30", ""]
    assert texts["premise"] == ["street", ""]
    assert utc(NYC_THEFTS, texts["occurred_from"]) == ["2013-12-31 15:00:00", "2014-01-01 06:20:00"]
    assert warts == {"rows without an end of their window": 1}


def test_memphis_times_are_local() -> None:
    texts, warts = read(
        MEMPHIS,
        {
            "uid": ["15213800"],
            "offense_type": ["Personal Robbery"],
            "date": ["2019-07-01 01:30:00.000"],
            "longitude": ["-89.942"],
            "latitude": ["35.052"],
        },
    )

    assert texts["code"] == ["personal robbery"]
    assert utc(MEMPHIS, texts["occurred_from"]) == ["2019-07-01 06:30:00"]
    assert warts == {}


def test_minneapolis_times_are_utc_and_either_search_counts() -> None:
    texts, _ = read(
        MINNEAPOLIS_STOPS,
        {
            "idNum": ["17-1", "17-2", "17-3", "17-4"],
            "date": ["2017-01-01 06:00:42.000Z", "2017-01-01 06:00:42", "2017-07-01 06:00:42.000Z", ""],
            "problem": ["suspicious", "traffic", "traffic", "traffic"],
            "citationIssued": ["", "YES", "NO", "NO"],
            "personSearch": ["NO", "YES", "NO", ""],
            "vehicleSearch": ["YES", "NO", "NO", ""],
            "race": ["Black", "Unknown", "", "White"],
            "gender": ["Male", "Unknown", "", "Female"],
            "lat": ["44.9"] * 4,
            "long": ["-93.2"] * 4,
            "policePrecinct": ["1"] * 4,
            "neighborhood": ["Whittier"] * 4,
        },
    )

    assert texts["searched"] == ["yes", "yes", "no", ""]
    assert texts["outcome"] == ["", "citation", "no citation", "no citation"]
    assert utc(MINNEAPOLIS_STOPS, texts["occurred_from"]) == [
        "2017-01-01 06:00:42",
        "2017-01-01 06:00:42",
        "2017-07-01 06:00:42",
        "-",
    ]


def test_takoma_parks_stops_have_a_place_in_words() -> None:
    texts, _ = read(
        TAKOMA_STOPS,
        {
            "stop.id": ["a", "b"],
            "date": ["2016-04-21", "2015-01-22"],
            "time": ["07:16", "13:12"],
            "location": ["Takoma  And Albany", "New Hampshire@University Blvd"],
            "statute": ["TA 21-201(a1)", "TA 23-105(a1)"],
            "description": ["Failure To Stop", "Stop Lights (*)"],
            "outcome": ["Warning", "Citation"],
            "race": ["Hispanic", ""],
            "gender": ["Man", "Woman"],
            "age_range": ["40-49", "Missing"],
        },
    )

    assert utc(TAKOMA_STOPS, texts["occurred_from"]) == ["2016-04-21 11:16:00", "2015-01-22 18:12:00"]
    assert texts["block"] == ["Takoma And Albany", "New Hampshire@University Blvd"]
    assert texts["age"] == ["40-49", ""]


def test_takoma_parks_calls_are_known_when_received() -> None:
    texts, warts = read(
        TAKOMA_CALLS,
        {
            "event.no.": ["P1", "P1"],
            "type": ["Traffic Stop"] * 2,
            "received": ["2020-11-01 14:09:00"] * 2,
            "beat": ["8T3"] * 2,
            "latitude": ["38.9"] * 2,
            "longitude": ["-76.9"] * 2,
        },
    )

    assert texts["id"] == ["P1", "P1"]
    assert texts["reported"] == texts["occurred_from"]
    assert warts == {}


@pytest.mark.parametrize("layout", FORMATS, ids=lambda layout: layout.name)
def test_hostile_texts_pass_through_every_source(layout: Layout) -> None:
    texts = ["", "\x00\x1b[31m", "=1+1", "9" * 400, "-", "()", "２０１６", "2016-02-30", "a\nb"]
    read(layout, dict.fromkeys(layout.columns.values(), texts))


@pytest.mark.parametrize("layout", FORMATS, ids=lambda layout: layout.name)
def test_a_part_of_a_batch_keeps_its_rows(layout: Layout) -> None:
    columns = {name: ["5", "6", "7"] for name in layout.columns.values()}
    fields = {name: column.take(np.array([2, 0])) for name, column in batch(layout, columns).items()}
    fields.pop("case", None)

    assert {len(column) for column in layout.prepare(fields).values()} == {2}


def test_cases_are_counted_over_batches_and_blanks_are_none() -> None:
    warts = Warts(CHICAGO)
    for numbers in (["1", "2", "1"], ["2", "", "3"], ["", " "]):
        warts.see({"case": coded(numbers)})

    assert warts.counts() == {SHARED_CASE: 2}


def test_spellings() -> None:
    assert [digits(text, 4) for text in ("835", "0835.0", "", "12345")] == ["0835", "0835", "", "12345"]
    assert [clock(text) for text in ("1", "2230", "7:05", "23:45:00", "12:05:00 AM", "12:05 pm", "noon", "")] == [
        "00:01", "22:30", "07:05", "23:45:00", "00:05:00", "12:05", "noon", "",
    ]  # fmt: skip
    assert [day(text) for text in ("01/08/2020 00:00", "2020-01-08T00:00", "2020/1/8", "")] == [
        "01/08/2020", "2020-01-08", "2020-01-08", "",
    ]  # fmt: skip
    assert [moment("", "0100"), moment("01/08/2020", ""), whole("2020/01/08 1:00 PM"), whole("2020/01/08")] == [
        "", "01/08/2020", "2020-01-08 13:00", "2020-01-08",
    ]  # fmt: skip
    assert [told("A", "B"), told("", "B"), told("A ", ""), told("", "")] == ["A: B", "B", "A", ""]
    assert [yes_or_no(text) for text in ("TRUE", "no", "", "maybe")] == ["yes", "no", "", ""]
    assert rows_where(constant("x", 3), str.isalpha) == 3
    assert rows_where(None, str.isalpha) == 0
