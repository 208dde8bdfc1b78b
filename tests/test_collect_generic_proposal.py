"""A file of an unknown layout: which column is proposed for which field, what is asked, and what is never read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pytest

from ilp_core.collect.coded import coded
from ilp_core.collect.generic.profile import Profiler
from ilp_core.collect.generic.proposal import Hints, Proposal, answer, describe, proposal_table, propose
from ilp_core.collect.points import Extent
from ilp_core.collect.projection import project
from ilp_core.domain.errors import CallError

ROWS = 200
HINTS = Hints(zone=None, crs=None, extent=None, today=date(2026, 7, 1))
OFFENCES = ("Robbery", "Burglary", "Theft from vehicle", "Assault")
DAYS = [date(2016, 1, 1) + timedelta(days=7 * row % 366) for row in range(ROWS)]


def proposed(columns: Mapping[str, Sequence[str]], hints: Hints = HINTS) -> Proposal:
    profiler = Profiler()
    profiler.add({name: coded(list(texts)) for name, texts in columns.items()})
    return propose(profiler.done(), hints=hints)


def chosen(proposal: Proposal) -> dict[str, tuple[str, ...]]:
    return {name: match.columns for name, match in proposal.fields.items()}


def spread(lat: float, lon: float) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(7)
    return lat + draw.normal(0, 0.03, ROWS), lon + draw.normal(0, 0.03, ROWS)


def texts(values: np.ndarray, digits: int = 6) -> list[str]:
    return [f"{value:.{digits}f}" for value in values]


def records(**more: Sequence[str]) -> dict[str, Sequence[str]]:
    return {
        "Ref": [f"A-{row:05}" for row in range(ROWS)],
        "Date": [day.strftime("%m/%d/%Y %H:%M") for day in DAYS],
        "Offence": [OFFENCES[row % 4] for row in range(ROWS)],
        **more,
    }


def in_degrees(lat: float, lon: float) -> dict[str, Sequence[str]]:
    north, east = spread(lat, lon)
    return {"Lat": texts(north), "Long": texts(east)}


@pytest.mark.parametrize(
    ("header", "order"),
    [
        ("Número de caso|Fecha del hecho|Hora|Delito|Dirección|Barrio|Latitud|Longitud", "%d/%m/%Y"),
        (
            "Numéro de procédure|Date des faits|Heure des faits|Infraction|Adresse|Quartier|Latitude|Longitude",
            "%d/%m/%Y",
        ),
        ("Aktenzeichen|Tatdatum|Uhrzeit|Delikt|Straße|Ortsteil|Breitengrad|Längengrad", "%d.%m.%Y"),
        (
            "Número da ocorrência|Data do fato|Hora do fato|Natureza|Logradouro|Bairro|Latitude|Longitude",
            "%d/%m/%Y",
        ),
        ("Zaaknummer|Pleegdatum|Pleegtijd|Delict|Straatnaam|Buurt|Breedtegraad|Lengtegraad", "%d-%m-%Y"),
        (
            "Numero denuncia|Data del fatto|Ora del fatto|Reato|Indirizzo|Quartiere|Latitudine|Longitudine",
            "%d/%m/%Y",
        ),
        ("Case No.|OccurredDate|OccurredTime|Offense Type|Block Address|Neighborhood|GEO_LAT|GEO_LON", "%m/%d/%Y"),
    ],
    ids=["Spanish", "French", "German", "Portuguese", "Dutch", "Italian", "English"],
)
def test_headers_in_seven_languages_are_understood(header: str, order: str) -> None:
    key, day, clock, offence, block, area, lat, lon = header.split("|")
    north, east = spread(48.0, 11.0)
    proposal = proposed(
        {
            key: [f"{row:06}" for row in range(ROWS)],
            day: [one.strftime(order) for one in DAYS],
            clock: [f"{row % 24:02}:{row % 60:02}" for row in range(ROWS)],
            offence: [OFFENCES[row % 4] for row in range(ROWS)],
            block: [f"{100 * (row % 90 + 1)} Elm Street" for row in range(ROWS)],
            area: [("Northside", "Old Town")[row % 2] for row in range(ROWS)],
            lat: texts(north),
            lon: texts(east),
        }
    )
    assert chosen(proposal) == {
        "id": (key,),
        "occurred_from": (day, clock),
        "description": (offence,),
        "block": (block,),
        "neighbourhood": (area,),
        "lat": (lat,),
        "lon": (lon,),
    }
    assert proposal.dates.order == ("month_first" if order == "%m/%d/%Y" else "day_first")
    assert (proposal.zone, proposal.questions, proposal.missing) == ("Europe/Berlin", (), ())


def test_a_name_with_contradicting_values_loses() -> None:
    proposal = proposed(
        {
            "Date": ["Miller", "Smith", "Jones", "Brown"] * 50,
            "Recorded": [day.isoformat() for day in DAYS],
            "Offence": [OFFENCES[row % 4] for row in range(ROWS)],
            "Beat": texts(np.linspace(0, 1, ROWS)),
        }
    )
    assert chosen(proposal) == {"occurred_from": ("Recorded",), "description": ("Offence",)}


def test_columns_about_persons_are_never_read() -> None:
    persons = {
        "Name": ["A. Miller"] * ROWS,
        "Victim Race": ["W"] * ROWS,
        "DOB": ["01/02/1980"] * ROWS,
        "Suspect Sex": ["M"] * ROWS,
        "Age": ["33"] * ROWS,
        "Phone": ["555-0100"] * ROWS,
        "Licence Plate": ["AB 123"] * ROWS,
        "Narrative": ["He said"] * ROWS,
        "Date of Birth": ["01/02/1980"] * ROWS,
    }
    proposal = proposed(records(**persons))
    assert proposal.left_out == tuple(persons)
    assert not set(persons) & {column for columns in chosen(proposal).values() for column in columns}
    assert "about persons: Name, Victim Race" in " ".join(describe(proposal).split())


def test_a_file_without_a_time_or_an_offence_says_so() -> None:
    proposal = proposed({"Ref": [str(row) for row in range(ROWS)], "Location": ["12 Elm St"] * ROWS})
    assert proposal.missing == ("time", "offence")
    assert "No column was found that says when it happened." in describe(proposal)


def test_ambiguous_dates_ask_and_show_both_readings() -> None:
    proposal = proposed(records(Date=["03/04/2016", "05/02/2015"] * 100) | in_degrees(41.88, -87.63))
    (question,) = proposal.questions
    assert question.slot == "dates"
    assert question.text == "03/04/2016 can be read two ways, and no value tells. Which day is it?"
    assert question.options == ("03 April 2016 (day first)", "04 March 2016 (month first)")
    answered = answer(proposal, "dates", question.values[0])
    assert (answered.dates.order, answered.questions) == ("day_first", ())


def test_another_column_of_dates_settles_the_order() -> None:
    ambiguous, telling = ["03/04/2016", "05/02/2015"] * 100, ["25/04/2016"] * ROWS
    proposal = proposed(records(Date=ambiguous, Cleared=telling) | in_degrees(51.5, -0.1))
    assert proposal.dates.order == "day_first"
    assert "Dates are read day first, as column Cleared of this file must be." in proposal.notes
    assert not proposal.questions


def test_dates_of_both_orders_are_asked_about_with_both_counts() -> None:
    proposal = proposed(records(Date=["25/04/2016"] * 120 + ["04/25/2016"] * 80) | in_degrees(51.5, -0.1))
    (question,) = proposal.questions
    assert question.text == (
        "120 rows have dates that can only be day first and 80 that can only be month first. "
        "Which is right? The others will be rejected."
    )


def test_two_equally_good_columns_are_asked_about() -> None:
    days = [day.isoformat() for day in DAYS]
    columns = {**records(), **in_degrees(41.88, -87.63)}
    del columns["Date"]
    proposal = proposed({**columns, "Date 1": days, "Date 2": days})
    (question,) = proposal.questions
    assert (question.slot, question.options) == ("occurred_from", ("Date 1", "Date 2"))
    assert chosen(answer(proposal, "occurred_from", "Date 2"))["occurred_from"] == ("Date 2",)
    with pytest.raises(CallError, match="Choose one of: Date 1, Date 2"):
        answer(proposal, "occurred_from", "Date 3")


@pytest.mark.parametrize(
    ("place", "crs", "zone", "names"),
    [
        ((41.85, -87.65), 3435, "America/Chicago", ("X Coordinate (State Plane)", "Y Coordinate (State Plane)")),
        ((51.51, -0.12), 27700, "Europe/London", ("Easting", "Northing")),
        ((-33.87, 151.2), 32756, "Australia/Sydney", ("Easting", "Northing")),
        ((48.86, 2.34), 2154, "Europe/Paris", ("X", "Y")),
        ((41.85, -87.65), 26971, "America/Chicago", ("X", "Y")),
        ((41.85, -87.65), 3857, "America/Chicago", ("x", "y")),
        ((40.71, -73.99), 2263, "America/New_York", ("X_COORD_CD", "Y_COORD_CD")),
    ],
)
def test_metres_and_feet_are_recognised_by_where_they_land(
    place: tuple[float, float], crs: int, zone: str, names: tuple[str, str]
) -> None:
    lat, lon = spread(*place)
    east, north = project(crs, lat, lon)
    box = Extent(place[0] - 0.5, place[1] - 0.5, place[0] + 0.5, place[1] + 0.5)
    columns = records(**{names[0]: texts(east, 1), names[1]: texts(north, 1)})
    proposal = proposed(columns, Hints(None, None, box, HINTS.today))
    assert (proposal.crs, proposal.zone) == (crs, zone)
    assert (chosen(proposal)["lon"], chosen(proposal)["lat"]) == ((names[0],), (names[1],))
    landing = next(note for note in proposal.notes if note.startswith("Coordinates are"))
    assert f"(EPSG:{crs}); their middle is {place[0]:.1f}" in landing or zone in landing
    # With the zone alone the right system is the answer, or one of the answers offered.
    by_zone = proposed(columns, Hints(zone, None, None, HINTS.today))
    offered = [value for question in by_zone.questions for value in question.values]
    assert by_zone.crs == crs or str(crs) in offered
    named = proposed(columns, Hints(None, crs, None, HINTS.today))
    assert (named.crs, named.zone, named.questions) == (crs, zone, ())


def test_coordinates_of_no_known_system_ask_for_it() -> None:
    columns = records(X=[f"{9e7 + row:.1f}" for row in range(ROWS)], Y=[f"{8e7 + row:.1f}" for row in range(ROWS)])
    proposal = proposed(columns)
    assert [question.slot for question in proposal.questions] == ["crs", "zone"]
    assert "--crs" in proposal.questions[0].text
    with pytest.raises(CallError, match="EPSG:27700 puts the middle of the coordinates nowhere on Earth"):
        answer(proposal, "crs", "27700")
    wrong = proposed(columns, Hints(None, 27700, None, HINTS.today))
    assert wrong.questions[0].text.startswith("EPSG:27700 puts the middle of the coordinates nowhere")


def test_swapped_latitudes_and_longitudes_are_read_the_right_way_round() -> None:
    north, east = spread(41.88, -97.63)
    proposal = proposed(records(Latitude=texts(east), Longitude=texts(north)))
    assert (chosen(proposal)["lat"], chosen(proposal)["lon"]) == (("Longitude",), ("Latitude",))
    assert any(note.startswith("Latitude and longitude stand in each other's column") for note in proposal.notes)
    # Where both could be either, what is known of the place decides.
    north, east = spread(51.5, -0.1)
    box = Extent(51.0, -1.0, 52.0, 1.0)
    proposal = proposed(records(Latitude=texts(east), Longitude=texts(north)), Hints(None, None, box, HINTS.today))
    assert chosen(proposal)["lat"] == ("Longitude",)


@pytest.mark.parametrize(
    ("crs", "zone", "asked"),
    [(3435, None, ["crs"]), (3435, "America/Chicago", ["crs"]), (26916, None, ["crs", "zone"])],
    ids=["an option", "an option in a zone", "a code that is typed"],
)
def test_a_system_that_is_chosen_lands_as_one_that_was_named(crs: int, zone: str | None, asked: list[str]) -> None:
    east, north = project(crs, *spread(41.85, -87.65))
    columns = records(X=texts(east, 1), Y=texts(north, 1))
    asking = proposed(columns, Hints(zone, None, None, HINTS.today))
    assert [question.slot for question in asking.questions] == asked
    picked, named = answer(asking, "crs", str(crs)), proposed(columns, Hints(zone, crs, None, HINTS.today))
    assert (picked.crs, picked.zone, picked.questions) == (named.crs, named.zone, named.questions)
    assert (picked.zone, sorted(picked.notes)) == ("America/Chicago", sorted(named.notes))
    assert any(note.startswith("Coordinates are NAD83 / ") for note in picked.notes)


SWAPPED = "Latitude and longitude stand in each other's column; they are read the right way round."


@pytest.mark.parametrize(
    ("east_name", "north_name", "is_swapped"),
    [
        ("Easting", "Northing", False),
        ("UTM_EASTING", "UTM_NORTHING", False),
        ("Rechtswert", "Hochwert", False),
        ("Coord X Este", "Coord Y Norte", False),
        ("X", "Y", True),
    ],
)
def test_names_that_say_north_and_east_are_never_swapped_to_fit(
    east_name: str, north_name: str, is_swapped: bool
) -> None:
    east, north = project(3435, *spread(41.85, -87.65))
    box = Extent(41.35, -88.15, 42.35, -87.15)
    # Only with each other's values would the columns lie in the area of the earlier data.
    columns = records(**{east_name: texts(north, 1), north_name: texts(east, 1)})
    proposal = proposed(columns, Hints("America/Chicago", None, box, HINTS.today))
    as_named = (chosen(proposal)["lat"], chosen(proposal)["lon"]) == ((north_name,), (east_name,))
    assert (as_named, SWAPPED in proposal.notes) == (not is_swapped, is_swapped)
    assert proposal.crs == (3435 if is_swapped else None)
    assert [question.slot for question in proposal.questions] == ([] if is_swapped else ["crs"])


@pytest.mark.parametrize(
    "shape", ["({lat}, {lon})", "POINT ({lon} {lat})", '{{"type": "Point", "coordinates": [{lon}, {lat}]}}']
)
def test_a_position_in_one_column_is_one(shape: str) -> None:
    north, east = spread(41.88, -87.63)
    points = [shape.format(lat=lat, lon=lon) for lat, lon in zip(texts(north), texts(east), strict=True)]
    proposal = proposed(records(Location=points))
    assert chosen(proposal)["point"] == ("Location",)
    assert proposal.zone == "America/Chicago"


def test_yes_and_no_words_are_found_for_the_flags() -> None:
    source = ["911", "ONVIEW", "TELEPHONE"] * 66 + ["911", "911"]
    proposal = proposed(records(**{"Domestic": ["Y", "N"] * 100, "Call Type": source}))
    assert proposal.truths["domestic"].true == ("Y",)
    assert proposal.truths["domestic"].false == ("N",)
    assert proposal.truths["officer_initiated"].true == ("ONVIEW",)
    assert proposal.truths["officer_initiated"].false == ("911", "TELEPHONE")


def test_month_only_dates_are_said_to_be_so() -> None:
    proposal = proposed(records(Date=["2016-07", "2016-08"] * 100))
    assert proposal.month_only
    assert any("no question about days, shifts or hours" in note for note in proposal.notes)


def test_the_table_and_the_text_fit_80_columns_and_hold_no_control_signs() -> None:
    wild = "\x1b[31mred\x1b[0m\n" * 30
    columns = records(
        **{f"Beat {wild}": ["B1", "B2"] * 100, "District\x07": [wild] * ROWS}, **in_degrees(41.88, -87.6)
    )
    proposal = proposed(columns)
    for row in proposal_table(proposal):
        assert len("  ".join(row)) <= 80
    text = describe(proposal)
    assert max(map(len, text.splitlines())) <= 80
    assert all(sign.isprintable() or sign == "\n" for sign in text)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"": ["1"]},
        {"   ": [], "Date": []},
        {"Date": [""] * 5, "Offence": [""] * 5},
        {"Date": ["2016-07-15"], "date": ["x"], "DATE ": ["y"], "Offence": ["Robbery"]},
        {"=HYPERLINK(\"http://x\")": ["=1+1"], "@SUM(A1)": ["-2+3"], "+cmd|' /C calc'!A0": ["x"]},
        {"x" * 1_000_000: ["1"], "date " * 10_000: ["2016-07-15"]},
        {"Lat": ["nan", "inf", "1e999"], "Lon": ["-inf", "0", "0"], "Date": ["0"] * 3},
        {"Lat": ["0", "0"], "Lon": ["0", "0"]},
        {"X": ["9" * 400], "Y": ["-" + "9" * 400]},
        {"Date": ["\ufffd", "\x00"], "Offence": ["\u202e", "\ufeff"]},
        {"Address": ["a/" * 60, "1" * 119 + "a"] * 40, "Offence": ["-" * 119 + "1"] * 80},
    ],
    ids=[
        "nothing", "no name", "no rows", "blank", "alike", "formulas", "huge names", "infinite", "null",
        "long numbers", "broken signs", "slow texts",
    ],
)  # fmt: skip
def test_hostile_headers_and_values_give_an_answer(columns: Mapping[str, Sequence[str]]) -> None:
    begun = time.perf_counter()
    proposal = proposed(columns)
    assert len(describe(proposal)) < 20_000
    assert time.perf_counter() - begun < 5


def test_ten_thousand_columns_take_bounded_time_and_memory() -> None:
    texts_ = coded([f"value {row}" for row in range(320)])
    profiler = Profiler()
    profiler.add({f"column {number}": texts_ for number in range(10_000)})
    columns = profiler.done()
    assert sum(len(column.words) for column in columns.values()) <= 3_000_000
    assert columns["column 7"].capped
    begun = time.perf_counter()
    proposal = propose(columns, hints=HINTS)
    assert time.perf_counter() - begun < 20
    assert proposal.missing == ("time", "offence")
    assert "and 9,960 more" in " ".join(describe(proposal).split())


def test_a_profile_counts_every_row_once() -> None:
    profiler = Profiler()
    profiler.add({"a": coded(["x", " y", "", "x "])})
    profiler.add({"a": coded(["y", "z", "  "])})
    column = profiler.done()["a"]
    assert column.words == ["x", "y", "z"]
    assert column.counts.tolist() == [2, 2, 1]
    assert (column.rows, column.blank, column.filled, column.capped) == (7, 2, 5, False)
