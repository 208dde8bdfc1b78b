"""The mapping file: written, read back, edited, refused with the line that is wrong; and the layout it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_core.collect.coded import Coded, coded
from ilp_core.collect.generic.mapping_file import (
    ColumnMap,
    columns_of,
    draft_of,
    layout_of,
    map_of,
    read_map,
    read_map_text,
    write_map,
)
from ilp_core.collect.generic.profile import Profiler
from ilp_core.collect.generic.proposal import Hints, propose
from ilp_core.collect.generic.understood import FIELDS, Question, Truths
from ilp_core.collect.generic.usual import usual_answer
from ilp_core.domain.errors import CallError

ENOUGH = 'source = "own"\n[columns]\noccurred_from = "When"\ncode = "What"\n'

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(lambda name: bool(name.strip()))
several = st.lists(names, min_size=1, max_size=3).map(tuple)
lists = st.lists(st.text(st.characters(codec="utf-8"), max_size=10), max_size=4).map(tuple)
maps = st.builds(
    ColumnMap,
    source=st.from_regex(re.compile(r"[a-z0-9][a-z0-9_-]{0,20}", re.ASCII), fullmatch=True),
    columns=st.dictionaries(st.sampled_from([name for name in FIELDS if name not in ("lat", "lon")]), several).map(
        lambda columns: {**columns, "occurred_from": ("When",), "code": ("What",)}
    ),
    dates=st.sampled_from(["month_first", "day_first", "seconds", "milliseconds"]),
    years_until=st.none() | st.integers(1950, 2200),
    month_only=st.booleans(),
    zone=st.sampled_from([None, "America/Chicago", "Europe/London"]),
    crs=st.sampled_from([None, 27700, 3435]),
    numbers=st.sampled_from(["plain", "decimal_comma", "thousands_comma"]),
    offences=st.sampled_from(["", "nibrs"]),
    same_offence=st.text(st.characters(codec="utf-8"), max_size=10).map(str.strip),
    truths=st.dictionaries(st.sampled_from(["domestic", "officer_initiated"]), st.builds(Truths, lists, lists)),
    keyless=st.booleans(),
    samples=st.dictionaries(st.sampled_from(FIELDS), lists),
)


@given(maps)
def test_what_is_written_is_read_back(mapping: ColumnMap) -> None:
    assert read_map_text(write_map(mapping), "own.toml") == mapping


def test_a_written_mapping_shows_sample_values(tmp_path: Path) -> None:
    mapping = ColumnMap(
        source="springfield",
        columns={"occurred_from": ("DATE", "TIME"), "code": ('Crime "Cd"',)},
        zone="America/Chicago",
        samples={"code": ("624", "\x1b[2J")},
    )
    text = write_map(mapping)
    assert 'code = "Crime \\"Cd\\""  # 624, [2J\n' in text
    assert 'occurred_from = ["DATE", "TIME"]\n' in text
    (tmp_path / "own.toml").write_text(text, encoding="utf-8-sig")
    assert read_map(tmp_path / "own.toml") == mapping
    assert columns_of(mapping) == {"occurred_from": "DATE + TIME", "code": 'Crime "Cd"'}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("source = own\n", r"own\.toml, line 1: .*\. Write each line as: name = \"value\"\."),
        ("[columns]\nx\n", r"own\.toml, line 2: "),
        ("a = " + "[" * 100_000, r"own\.toml, line 1: "),
        ("", r"own\.toml has no source\. Write a short name"),
        ('source = "Own Town"\n', r"own\.toml, line 1: source cannot be Own Town\. Write a short name"),
        ('source = "own"\n', r"own\.toml has no columns\. Write \[columns\]"),
        ('source = "own"\ncolumns = 3\n', r"own\.toml has no columns\."),
        ('source = "own"\n[columns]\ncode = "What"\n', r"own\.toml has no occurred_from\. Write under \[columns\]"),
        ('source = "own"\n[columns]\noccurred_from = "When"\n', r"own\.toml has no code\. Write code or description"),
        (ENOUGH + 'lat = "Y"\n', r"own\.toml has no lon\. Write lat and lon, or point, or none of them\."),
        (
            ENOUGH + "beat = 7\n",
            r"own\.toml, line 5: beat cannot be 7\. Write a column's name, such as beat = \"Name\"",
        ),
        (ENOUGH + "beat = []\n", r"own\.toml, line 5: beat cannot be \[\]\."),
        (ENOUGH + 'beats = "B"\n', r"own\.toml: there is no key beats\. The keys are: id, stamp,"),
        ("colour = 1\n" + ENOUGH, r"own\.toml: there is no key colour\. The keys are: source, zone,"),
        ('dates = "us"\n' + ENOUGH, r"own\.toml, line 1: dates cannot be us\. Write dates = \"day_first\""),
        ('dates = ["day_first"]\n' + ENOUGH, r"own\.toml, line 1: dates cannot be \['day_first'\]\."),
        ('zone = "Mars/Base"\n' + ENOUGH, r"own\.toml, line 1: zone cannot be Mars/Base\. Write a time zone"),
        ("crs = 1\n" + ENOUGH, r"own\.toml, line 1: crs cannot be 1\. Write an EPSG code"),
        ('crs = "27700"\n' + ENOUGH, r"own\.toml, line 1: crs cannot be 27700\. Write an EPSG code"),
        ("years_until = true\n" + ENOUGH, r"own\.toml, line 1: years_until cannot be True\."),
        ('keyless = "yes"\n' + ENOUGH, r"own\.toml, line 1: keyless cannot be yes\. Write keyless = true"),
        ("domestic = true\n" + ENOUGH, r"own\.toml, line 1: domestic cannot be True\. Write under \[domestic\]"),
        (ENOUGH + "[domestic]\ntrue = [1]\n", r"own\.toml, line 5: domestic cannot be \[1\]\."),
        (ENOUGH + '[domestic]\nyes = ["Y"]\n', r"own\.toml: there is no key yes\. The keys are: true, false\."),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(CallError, match=sentence):
        read_map_text(text, "own.toml")


def test_files_that_are_no_mapping_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="There is no mapping file"):
        read_map(tmp_path / "none.toml")
    with pytest.raises(CallError, match="cannot be read as text"):
        read_map(tmp_path)
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CallError, match="Write it in UTF-8"):
        read_map(tmp_path / "own.toml")
    (tmp_path / "own.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(CallError, match="too large"):
        read_map(tmp_path / "own.toml")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read_map_text(text, "own.toml")
    except CallError as error:
        assert "own.toml" in str(error)  # noqa: PT017 (nearly every text is refused, and none may break the reader)


def layout_fields(mapping: ColumnMap, columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    layout = layout_of(mapping)
    found = layout.find(list(columns))
    batch: dict[str, Coded] = {name: coded(list(columns[column])) for name, column in found.items()}
    return {name: column.texts() for name, column in layout.prepare(batch).items()}


def test_the_layout_joins_columns_and_gives_every_row_a_code() -> None:
    mapping = ColumnMap(
        source="own",
        columns={
            "id": ("Ref",),
            "occurred_from": ("Day", "Time"),
            "code": ("Cd",),
            "description": ("Kind", "Detail"),
            "point": ("Location",),
            "domestic": ("DV",),
            "officer_initiated": ("Source",),
        },
        dates="day_first",
        truths={"domestic": Truths(("Ja",), ("Nein",)), "officer_initiated": Truths(("ONVIEW",), ("*",))},
        keyless=True,
    )
    fields = layout_fields(
        mapping,
        {
            "Ref": ["1", "2", "3"],
            "Day": ["15/07/2016 12:00:00 AM", "16/07/2016", "17/07/2016"],
            "Time": ["2230", "1", ""],
            "Cd": ["A1", "", "A2"],
            "Kind": ["THEFT", "THEFT", "ARSON"],
            "Detail": ["OVER $500", "", " "],
            "Location": ["(41.9, -87.6)", "POINT (-87.5 41.8)", "unknown"],
            "DV": ["JA", "nein", "?"],
            "Source": ["onview", "911", ""],
        },
    )
    assert fields == {
        "occurred_from": ["15/07/2016 22:30", "16/07/2016 00:01", "17/07/2016"],
        "code": ["A1", "THEFT", "A2"],
        "description": ["THEFT OVER $500", "THEFT", "ARSON"],
        "lat": ["41.9", "41.8", ""],
        "lon": ["-87.6", "-87.5", ""],
        "domestic": ["true", "false", ""],
        "officer_initiated": ["true", "false", ""],
    }
    layout = layout_of(mapping)
    assert layout.dates is not None
    read = layout.dates(fields["occurred_from"])[0]
    assert read[0] == int(datetime(2016, 7, 15, 22, 30, tzinfo=UTC).timestamp())
    assert (layout.whose, layout.format, "id" in layout.columns) == ("own", "generic", False)


def test_one_offence_for_all_rows_and_numbers_with_commas() -> None:
    mapping = ColumnMap(
        source="own",
        columns={"occurred_from": ("When",), "lat": ("Y",), "lon": ("X",)},
        same_offence="robbery",
        numbers="decimal_comma",
    )
    fields = layout_fields(mapping, {"When": ["a", "b"], "Y": ["48,137", ""], "X": ["11,575", "1.5"]})
    assert fields["code"] == ["robbery", "robbery"]
    assert (fields["lat"], fields["lon"]) == (["48.137", ""], ["11.575", "1.5"])


def test_codes_of_a_known_scheme_are_spelt_as_it_does() -> None:
    mapping = ColumnMap(source="own", columns={"occurred_from": ("When",), "code": ("Cd",)}, offences="nibrs")
    assert layout_fields(mapping, {"When": ["a", "b"], "Cd": [" 13a", "120"]})["code"] == ["13A", "120"]


def test_a_layout_needs_every_column_that_its_mapping_names() -> None:
    layout = layout_of(read_map_text(ENOUGH, "own.toml"))
    assert layout.missing(["when"]) == ["What"]
    assert layout.missing(["when", "what", "more"]) == []


def proposal_of(days: Sequence[str], **columns: Sequence[str]):  # type: ignore[no-untyped-def]
    profiler = Profiler()
    profiler.add({name: coded(list(texts)) for name, texts in {"Date": days, **columns}.items()})
    return propose(profiler.done(), hints=Hints("Europe/London", None, None, date(2026, 7, 1)))


def test_a_proposal_becomes_a_mapping_that_reads_the_file() -> None:
    columns = {"Date": ["25/07/16", "26/07/16"] * 40, "Offence": ["Robbery", "Theft"] * 40}
    mapping = map_of(proposal_of(columns["Date"], Offence=columns["Offence"]), "own-town")
    assert mapping.columns == {"occurred_from": ("Date",), "description": ("Offence",)}
    assert (mapping.dates, mapping.years_until, mapping.zone, mapping.keyless) == (
        "day_first",
        2026,
        "Europe/London",
        True,
    )
    assert read_map_text(write_map(mapping), "own.toml") == mapping
    assert layout_fields(mapping, columns)["code"][:2] == ["Robbery", "Theft"]


def test_an_open_question_and_a_missing_column_make_no_mapping() -> None:
    with pytest.raises(CallError, match=r"One thing must be said first\. 03/04/2016 can be read two ways"):
        map_of(proposal_of(["03/04/2016", "05/02/2015"] * 40, Offence=["Robbery"] * 80), "own")
    with pytest.raises(CallError, match=r"No column was found that says which offence it was\. Name the columns"):
        map_of(proposal_of(["25/07/2016"] * 80), "own")


def test_of_several_coordinate_systems_nobody_is_taken_to_mean_the_first() -> None:
    question = Question("crs", "Where is this?", ("Mississippi", "Illinois"), ("2255", "3436"))
    assert usual_answer(question, "America/Chicago") is None
    proposal = replace(proposal_of(["25/07/2016"] * 80, Offence=["Robbery"] * 80), questions=(question,))
    with pytest.raises(CallError, match=r"Mississippi / Illinois Give the right number with --crs\."):
        map_of(proposal, "own")


def test_a_draft_says_what_is_missing_and_what_is_asked() -> None:
    proposal = proposal_of(["03/04/2016", "05/02/2015"] * 40)
    draft = draft_of(proposal, "own")
    assert draft.startswith("# Missing: the offence. Write code or description under [columns],")
    assert "# To be answered: 03/04/2016 can be read two ways" in draft
    assert "# month_first. 04 March 2016 (month first)" in draft
    with pytest.raises(CallError, match=r"own\.toml has no code\."):
        read_map_text(draft, "own.toml")
    whole = draft.replace('source = "own"', 'source = "own"\nsame_offence = "robbery"')
    assert read_map_text(whole, "own.toml").columns == {"occurred_from": ("Date",)}
