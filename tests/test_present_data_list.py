"""The list of loads: two lines each, whatever a file is called."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from ilp_core.present.load_report import data_list_text
from tests import load_reports

Report = dict[str, Any]


def listed(**parts: Any) -> Report:
    """A load as ``data_list_text`` takes it."""
    load = {"id": 7, "started_at": "2018-11-20T09:41:00+00:00", "file": "a.csv", "source": "chicago"}
    return {**load, "kind": "incident", "report": load_reports.older(), "undone_by": None, **parts}


def test_the_list_of_loads() -> None:
    loads = [
        listed(file="chicago_crimes_2014-2016.parquet", report=load_reports.chicago()),
        listed(id=8, report={**load_reports.older(), "loaded": 0, "updated": 3, "known": 9_996}, undone_by=9),
        listed(id=9, file="load 8", kind="undo"),
        listed(id=10, kind="call", report=None),
        listed(id=11, kind="concern", source="", report={"rows": 0, "loaded": 0, "rejected": {}}),
        listed(id=12, report={**load_reports.older(), "loaded": 0, "known": 9_996, "withdrawn": 5_125}),
    ]

    assert data_list_text(loads).splitlines() == [
        "load  began       file (source)",
        "   7  2018-11-20  chicago_crimes_2014-2016.parquet (chicago)",
        "      807,906 loaded · 36 rejected",
        "   8  2018-11-20  a.csv (chicago)",
        "      undone by load 9 · 3 updated · 9,996 known",
        "   9  2018-11-20  load 8 (chicago)",
        "      load taken back",
        "  10  2018-11-20  a.csv (chicago)",
        "      calls for service · not finished",
        "  11  2018-11-20  a.csv",
        "      community concerns · no rows",
        "  12  2018-11-20  a.csv (chicago)",
        "      9,996 known · 5,125 withdrawn",
    ]


def test_an_empty_list_says_how_to_begin() -> None:
    assert data_list_text([]) == "Nothing was imported yet. Begin with: beatdesk import incidents FILE"


@pytest.mark.parametrize("name", [*load_reports.NASTY, "東京都" * 40, "part of " * 30 + "export.csv"])
def test_the_list_fits_80_columns_whatever_a_file_is_called(name: str) -> None:
    lines = data_list_text([listed(file=name, source=name, kind=name)]).splitlines()

    def wide(line: str) -> int:
        signs = (sign for sign in line if not unicodedata.combining(sign))
        return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in signs)

    assert max(map(wide, lines)) <= 80
    assert len(lines) == 3


def test_a_long_file_name_keeps_its_ending() -> None:
    line = data_list_text([listed(file="part of " * 30 + "export.csv")]).splitlines()[1]

    assert line.endswith("export.csv (chicago)")
    assert "…" in line
