"""The preset offence maps: complete for the data they are for, and true to the doctrine's rules."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from ilp_core.collect.offences.presets import load_presets, offence_rules
from ilp_core.domain.offences import OFFENCES, OffenceRule
from ilp_core.domain.shifts import PRESET_SHIFTS, Shift
from ilp_core.domain.windows import Hours
from ilp_core.storage import Store
from tests.support import SHARED, require

RULES = {(rule.source, rule.code): rule for rule in offence_rules()}

#: Doctrine 3.8: what may rank a place at all.
RANKABLE = {
    "homicide", "assault", "arson", "robbery", "burglary", "other_theft", "theft_from_person", "vehicle_theft",
    "theft_from_vehicle", "vehicle_parts", "bicycle_theft", "criminal_damage", "shots_fired",
}  # fmt: skip


def chicago(code: str) -> OffenceRule:
    return RULES["chicago", code]


def test_every_code_stands_once_and_means_something() -> None:
    assert len(RULES) == len(offence_rules())
    assert {rule.slug for rule in RULES.values()} <= set(OFFENCES)
    assert all(rule.label.strip() == rule.label and rule.label for rule in RULES.values())
    assert all(len(rule.code) == 4 for rule in RULES.values() if rule.source == "chicago")


def test_only_what_victims_report_of_the_eligible_offences_ranks() -> None:
    ranking = [rule for rule in RULES.values() if rule.rankable]
    assert {rule.slug for rule in ranking} <= RANKABLE
    assert {rule.initiation for rule in ranking} == {"victim"}
    assert all(rule.harm_days for rule in ranking)


@pytest.mark.parametrize(
    ("code", "slug", "harm", "initiation", "rankable"),
    [
        ("0110", "homicide", 5475, "victim", True),
        ("0281", "sexual", 2555, "victim", False),
        ("1563", "sexual", 182.25, "victim", False),
        ("031A", "robbery", 365, "victim", True),
        ("041A", "assault", 365, "victim", True),
        ("0460", "assault", 10, "victim", True),
        ("0486", "assault", 10, "victim", False),
        ("0454", "assault", 10, "enforcement", False),
        ("0610", "burglary", 228.5, "victim", True),
        ("0810", "other_theft", 2, "victim", True),
        ("0860", "shoplifting", 1, "victim", False),
        ("0870", "theft_from_person", 2, "victim", True),
        ("0910", "vehicle_theft", 5, "victim", True),
        ("1020", "arson", 185, "victim", True),
        ("1320", "criminal_damage", 2, "victim", True),
        ("1150", "fraud", None, "victim", False),
        ("143A", "weapons", 273.75, "enforcement", False),
        ("1477", "shots_fired", 273.75, "victim", True),
        ("1506", "prostitution", None, "enforcement", False),
        ("1811", "drugs", 3, "enforcement", False),
        ("2014", "drugs", 5, "enforcement", False),
        ("1661", "other", None, "enforcement", False),
        ("2250", "other", None, "enforcement", False),
        ("1330", "trespass", None, "mixed", False),
        ("0470", "public_order", 7.5, "mixed", False),
        ("3710", "other", 10, "enforcement", False),
    ],
)
def test_chicago_codes(code: str, slug: str, harm: float | None, initiation: str, rankable: bool) -> None:
    rule = chicago(code)
    assert (rule.slug, rule.harm_days, rule.initiation, rule.rankable) == (slug, harm, initiation, rankable)


def test_every_chicago_code_of_the_open_data_is_mapped() -> None:
    require("shared")
    table = pq.read_table(SHARED / "data/chicago_crimes_2014-2016.parquet", columns=["IUCR"])
    seen = set(table.column("IUCR").unique().to_pylist())
    with (SHARED / "data/gazetteer/chicago_iucr_codes.csv").open(encoding="utf-8") as file:
        listed = {row["IUCR"].zfill(4) for row in csv.DictReader(file)}
    mapped = {code for source, code in RULES if source == "chicago"}
    assert (seen | listed) - mapped == set()


def test_nibrs_harm_and_eligibility_are_the_reference_lists() -> None:
    require("shared")
    reference = json.loads((SHARED / "design/reference.json").read_text(encoding="utf-8"))["nibrs"]["items"]
    mine = {code: rule for (source, code), rule in RULES.items() if source == "beatdesk"}
    listed = {item["code"] for item in reference}
    assert {item["code"]: item["harm_days"] for item in reference} == {
        code: rule.harm_days for code, rule in mine.items() if code in listed
    }
    eligible = {item["code"] for item in reference if item["ranking_eligible"]}
    # Shop theft is a list of its own, off by default (doctrine 3.8).
    assert {code for code, rule in mine.items() if rule.rankable} == eligible - {"23C"}


def test_the_federal_nibrs_codes_are_there_too() -> None:
    mine = {code for source, code in RULES if source == "beatdesk"}
    federal = (  # fmt: skip
        "26H 30A 30B 30C 30D 49A 49B 49C 58A 58B 61A 61B 101 103 360 521 522 526 620 90I 90K 90L 90M"
    )
    assert set(federal.split()) - mine == set()


async def test_presets_load_once_and_leave_an_agencys_own_rows(sqlite_store: Store) -> None:
    await load_presets(sqlite_store)
    own = replace(chicago("0860"), rankable=True, harm_days=4.0)
    early = Shift("days", Hours(6 * 60, 14 * 60))
    async with sqlite_store.write() as uow:
        await uow.offences.save_many([own])
        await uow.shifts.set(None, early)
    await load_presets(sqlite_store)
    async with sqlite_store.read() as uow:
        stored = {(rule.source, rule.code): rule for rule in await uow.offences.all()}
        shifts = await uow.shifts.for_unit(None)
    assert stored == {**RULES, ("chicago", "0860"): own}
    assert shifts == [early, *PRESET_SHIFTS[1:]]
