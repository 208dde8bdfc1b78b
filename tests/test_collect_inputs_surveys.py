"""Survey waves come in as aggregates: never one row per respondent, never fewer than five, always with a margin."""

from __future__ import annotations

from pathlib import Path

import pytest

from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.inputs import CONSTRUCTS, SurveyResult
from ilp_core.storage import Store
from ilp_core.words.en import inputs as words
from tests.input_files import SURVEY, kept, load, write


async def results(store: Store) -> list[SurveyResult]:
    return [SurveyResult.from_data(row) for row in (await kept(store, "survey")).values()]


async def test_a_result_is_kept_with_its_margin(store: Store, tmp_path: Path) -> None:
    report = await load(store, write(tmp_path / "s.csv", [SURVEY]), "survey")
    assert (report.loaded, report.kind, str(report.first), str(report.last)) == (
        1,
        "survey",
        "2026-02-01 00:00:00",
        "2026-02-20 00:00:00",
    )
    assert report.notes[-1] == words.RECODED
    (found,) = await results(store)
    assert (found.wave, found.area, found.construct, found.n) == (
        "spring 2026",
        "district:008",
        "fair treatment",
        412,
    )
    assert (found.mean, found.margin, found.scale_min, found.scale_max) == (3.4, 0.1, 1.0, 5.0)


async def test_a_deviation_becomes_the_margin_of_a_95_percent_interval(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [SURVEY | {"margin": "", "sd": "1.2", "n": "400"}, SURVEY | {"item": "B", "sd": "1.2"}]
    await load(sqlite_store, write(tmp_path / "s.csv", rows), "survey")
    # 1.96 * 1.2 / sqrt(400), and the margin where both are given.
    assert sorted(row.margin for row in await results(sqlite_store)) == [0.1, 0.1176]


async def test_rows_are_told_apart_by_wave_area_and_item(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [
        SURVEY,
        SURVEY | {"wave": "autumn 2025"},
        SURVEY | {"area": "All"},
        SURVEY | {"item": "Officers explain what they decide", "construct": "fair_decisions"},
    ]
    assert (await load(sqlite_store, write(tmp_path / "s.csv", rows), "survey")).loaded == 4
    again = await load(sqlite_store, write(tmp_path / "s.csv", [rows[0] | {"mean": "3.5"}, *rows[1:]]), "survey")
    assert (again.loaded, again.updated, again.known) == (0, 1, 3)
    assert sorted(row.area for row in await results(sqlite_store)) == ["", *["district:008"] * 3]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"wave": ""}, "no wave"),
        ({"n": "4"}, words.FEW),
        ({"n": "1"}, words.FEW),
        ({"date_from": "2026-02-21"}, words.BACKWARDS),
        ({"date_to": "2026-04-01"}, words.FUTURE),
        ({"mean": ""}, "no mean"),
        ({"mean": "6"}, words.OFF_SCALE),
        ({"mean": "3,4"}, "mean not understood"),
        ({"mean": "nan"}, "mean not understood"),
        ({"scale_max": "1"}, words.NO_SCALE),
        ({"margin": ""}, words.NO_MARGIN),
        ({"margin": "-1"}, "margin not understood"),
        ({"margin": "", "sd": "9"}, "sd not understood"),
        ({"margin": "1e99"}, "margin not understood"),
        ({"construct": "mood"}, words.CHOICE.format(column="construct", choices=", ".join(CONSTRUCTS))),
        ({"item": "Mr Smith is fair"}, words.NAME),
    ],
)
async def test_a_row_is_turned_away_for_its_reason(
    sqlite_store: Store, tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    rows = [SURVEY, SURVEY | {"item": "B"} | change]
    report = await load(sqlite_store, write(tmp_path / "s.csv", rows), "survey")
    assert (report.rejected, report.loaded) == ({reason: 1}, 1)


@pytest.mark.parametrize(
    "column",
    ["Respondent", "respondent_id", "Name", "E-mail", "email address", "AGE", "Last Name", "participant no", "DOB"],
)
async def test_g18_a_table_of_respondents_is_refused(sqlite_store: Store, tmp_path: Path, column: str) -> None:
    with pytest.raises(CallError, match="it looks like one row per respondent"):
        await load(sqlite_store, write(tmp_path / "s.csv", [SURVEY | {column: "1"}]), "survey")


@pytest.mark.parametrize("column", ["area name", "item_number", "weighted", "response rate", "language"])
async def test_other_columns_are_only_not_used(sqlite_store: Store, tmp_path: Path, column: str) -> None:
    report = await load(sqlite_store, write(tmp_path / "s.csv", [SURVEY | {column: "1"}]), "survey")
    assert words.UNUSED.format(names=column) in report.notes


async def test_answers_of_single_persons_without_such_a_column_are_turned_away(
    sqlite_store: Store, tmp_path: Path
) -> None:
    rows = [SURVEY | {"item": f"answer {number}", "n": "1"} for number in range(9)]
    with pytest.raises(WorkError, match=words.FEW):
        await load(sqlite_store, write(tmp_path / "s.csv", rows), "survey")


async def test_without_margin_and_deviation_the_file_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    bare = {name: value for name, value in SURVEY.items() if name not in ("margin", "sd")}
    with pytest.raises(CallError, match="neither a column 'margin' nor a column 'sd'"):
        await load(sqlite_store, write(tmp_path / "s.csv", [bare]), "survey")
