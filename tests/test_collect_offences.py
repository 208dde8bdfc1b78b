"""The presets of every source: complete for the shared data, and true to guard-rails G05 and G46."""

from __future__ import annotations

import gzip
import io
import re

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ilp_core.collect.offences.presets import offence_rules
from ilp_core.domain.offences import RANKABLE_OFFENCES, OffenceRule
from tests.support import SHARED, require

RULES = {(rule.source, rule.code): rule for rule in offence_rules()}
DATA = SHARED / "data"
SAMPLES = DATA / "native_samples"


def codes(source: str) -> set[str]:
    return {code for whose, code in RULES if whose == source}


def meaning(source: str, code: str) -> tuple[str, float | None, str, bool]:
    rule = RULES[source, code]
    return rule.slug, rule.harm_days, rule.initiation, rule.rankable


def seen(name: str, *columns: str) -> pd.DataFrame:
    """The columns of a sample as texts; what follows a cut is left out."""
    raw = (SAMPLES / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8", "replace")
    return pd.read_csv(io.StringIO(text[: text.rfind("\n") + 1]), dtype=str, usecols=list(columns)).fillna("")


@pytest.mark.parametrize(
    ("source", "file", "column"),
    [
        ("houston", "houston_crimes_2010-01_2010-08.parquet", "offense"),
        ("police-uk", "policeuk_west-yorkshire_street_3months.parquet", "Crime type"),
        ("memphis", "memphis_robberies_2019.parquet", "offense_type"),
    ],
)
def test_every_class_of_the_tables_is_mapped(source: str, file: str, column: str) -> None:
    require("shared")
    occurring = set(pq.read_table(DATA / file, columns=[column]).column(column).unique().to_pylist())

    assert occurring - codes(source) == set()


def test_every_code_of_the_los_angeles_sample_is_mapped() -> None:
    require("shared")
    occurring = set(seen("lapd_2020_to_present_10k.csv.gz", "Crm Cd")["Crm Cd"])

    assert occurring - codes("lapd") == set()


def test_every_code_of_the_new_york_sample_is_mapped() -> None:
    require("shared")
    rows = seen("nypd_complaint_historic_2015_sample.csv", "KY_CD", "PD_CD")

    assert set(rows["PD_CD"]) - {""} - codes("nypd") == set()
    assert {f"KY{code}" for code in rows["KY_CD"]} - codes("nypd") == set()


def test_every_code_of_the_san_francisco_samples_is_mapped() -> None:
    require("shared")
    old = set(seen("sfpd_incidents_legacy_2016_TRUNCATED.csv", "PdId")["PdId"].str[-5:])
    new = set(seen("sfpd_incidents_2018_to_present_subset.csv.gz", "Incident Code")["Incident Code"].str.zfill(5))

    assert (old | new) - codes("sfpd") == set()


def test_every_call_type_of_the_seattle_sample_is_mapped() -> None:
    require("shared")
    rows = seen("seattle_spd_call_data_sample.csv", "Final Call Type", "Initial Call Type")
    types = {" ".join(text.split()) for text in {*rows["Final Call Type"], *rows["Initial Call Type"]}}

    assert types - codes("seattle") == set()


def test_the_new_york_thefts_have_their_one_code() -> None:
    assert {code: meaning("nyc-thefts", code) for code in codes("nyc-thefts")} == {
        "motor vehicle theft": ("vehicle_theft", 5, "victim", True)
    }


@pytest.mark.parametrize(
    ("source", "code", "expected"),
    [
        ("houston", "theft", ("other_theft", 2, "victim", True)),
        ("houston", "auto theft", ("vehicle_theft", 5, "victim", True)),
        ("police-uk", "Burglary", ("burglary", 221.61, "victim", True)),
        ("police-uk", "Vehicle crime", ("theft_from_vehicle", 5, "victim", True)),
        ("police-uk", "Anti-social behaviour", ("antisocial", None, "mixed", False)),
        ("lapd", "330", ("theft_from_vehicle", 5, "victim", True)),
        ("lapd", "510", ("vehicle_theft", 5, "victim", True)),
        ("lapd", "480", ("bicycle_theft", 2, "victim", True)),
        ("lapd", "442", ("shoplifting", 1, "victim", False)),
        ("lapd", "753", ("shots_fired", 273.75, "victim", True)),
        ("lapd", "231", ("assault", 365, "enforcement", False)),
        ("nypd", "421", ("theft_from_vehicle", 5, "victim", True)),
        ("nypd", "357", ("vehicle_parts", 5, "victim", True)),
        ("nypd", "415", ("theft_from_person", 2, "victim", True)),
        ("nypd", "478", ("fraud", None, "enforcement", False)),
        ("nypd", "KY110", ("vehicle_theft", 5, "victim", True)),
        ("nypd", "KY109", ("other_theft", 2, "victim", False)),
        ("nypd", "SHOOTING", ("shots_fired", 365, "victim", False)),
        ("nypd", "SHOOTING-MURDER", ("homicide", 5475, "victim", False)),
        ("sfpd", "06244", ("theft_from_vehicle", 5, "victim", True)),
        ("sfpd", "06234", ("vehicle_parts", 5, "victim", True)),
        ("sfpd", "05043", ("burglary", 273.5, "victim", True)),
        ("sfpd", "05151", ("burglary", 183.5, "victim", True)),
        ("sfpd", "07055", ("other", None, "mixed", False)),
        ("sfpd", "64085", ("other", None, "enforcement", False)),
        ("memphis", "personal robbery", ("robbery", 365, "victim", True)),
        ("seattle", "--THEFT - CAR PROWL", ("theft_from_vehicle", 5, "victim", False)),
        ("seattle", "SHOTS HEARD - IN PROGRESS", ("shots_fired", 273.75, "victim", True)),
    ],
)
def test_codes_that_move_patrols(source: str, code: str, expected: tuple[str, float | None, str, bool]) -> None:
    assert meaning(source, code) == expected


def ranking() -> list[OffenceRule]:
    return [rule for rule in offence_rules() if rule.rankable]


def test_g05_only_what_victims_report_ranks_and_never_what_follows_enforcement() -> None:
    assert {rule.initiation for rule in ranking()} == {"victim"}
    assert {rule.slug for rule in ranking()} - RANKABLE_OFFENCES == set()
    # By their words too, whatever slug they were given.
    found = re.compile(r"possess|narcot|drug|marijuana|prostitut|warrant|arrest$|police|officer|\bPO\b|gambl", re.I)
    assert [rule for rule in ranking() if found.search(rule.label)] == []


def test_g46_nothing_domestic_and_nothing_sexual_ranks() -> None:
    found = re.compile(
        r"domestic|intimate|cohabit|spouse|dating|family|\bDV\b|child(?! and)|rape|sex|sodom|lewd|indecen", re.I
    )
    named = {(rule.source, rule.code) for rule in ranking() if found.search(rule.label)}

    # Chicago's records say of each battery of a child whether it was domestic; its own column decides.
    assert named == {("chicago", "0475"), ("chicago", "0485"), ("chicago", "0487")}
    assert [rule for rule in ranking() if rule.slug == "sexual"] == []


@pytest.mark.parametrize("source", ["police-uk", "houston", "memphis", "nypd"])
def test_g46_violence_of_a_source_that_cannot_tell_domestic_never_ranks(source: str) -> None:
    violent = [rule for rule in ranking() if rule.source == source and rule.slug in ("homicide", "assault")]

    assert violent == []


def test_calls_rank_only_where_shots_were_heard() -> None:
    assert {rule.slug for rule in ranking() if rule.source == "seattle"} == {"shots_fired"}


def test_a_code_of_which_only_the_category_is_published_ranks_nothing_by_a_guess() -> None:
    guessed = [rule for rule in ranking() if "only the category is published" in rule.label]

    assert [rule.code for rule in guessed] == []
