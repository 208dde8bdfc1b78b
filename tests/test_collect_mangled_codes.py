"""Codes and keys that a spreadsheet turned into numbers: every report names them, and what to do."""

from __future__ import annotations

from pathlib import Path

from ilp_core.collect.load import Options, load_files
from ilp_core.present.load_report import report_html, report_text
from ilp_core.storage import Store
from ilp_core.words.en import loads as words
from tests.small_city import ZONE
from tests.test_collect_generic_load import agreed
from tests.test_collect_load import NOW, OWN, load, portal_file, portal_row

SAID = "rows with a code or key like 3.10E+02, opened and saved in a spreadsheet: export again"


def own(number: int, **changes: str) -> dict[str, str]:
    return OWN | {"id": f"N{number}"} | changes


async def test_codes_in_scientific_notation_are_counted_and_named(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [
        own(1, code="3.10E+02"),
        own(2, code="3.10E+02", id="1.23E+11"),
        own(3, id="1,23E+11"),
        own(4, id="1E+12"),
        # No spreadsheet writes these: a code with an E, and a number.
        own(5, code="3E10", id="12E4"),
        own(6, code="310", id="1.5e+16"),
        # Numbers elsewhere are no codes.
        own(7, premise="1.20E+03"),
    ]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", rows), zone=ZONE)
    assert report.warts[words.WART_SPREADSHEET] == 4
    assert words.WART_SPREADSHEET == SAID


async def test_a_portals_own_columns_are_looked_at_too(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [portal_row(ID=str(n), IUCR="5.00E+02" if n < 3 else "0820") for n in range(9)]
    report = await load(sqlite_store, portal_file(tmp_path / "a.csv", rows))
    assert report.warts[words.WART_SPREADSHEET] == 3


async def test_offences_of_a_mapping_are_looked_at_too(sqlite_store: Store, tmp_path: Path) -> None:
    lines = "".join(f"B{n},2018-03-{n + 10} 10:00,{'3.10E+02' if n < 2 else 'Theft'}\n" for n in range(9))
    (tmp_path / "a.csv").write_text(f"Case No,When,Offence\n{lines}", encoding="utf-8")
    options = Options(zone="Europe/London", confirm=agreed)
    (report,) = await load_files(
        sqlite_store, tmp_path / "a.csv", options, by="9001", now=NOW, progress=lambda _done, _all: None
    )
    assert report.warts[words.WART_SPREADSHEET] == 2


async def test_the_report_names_them_before_what_is_less_grave(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [own(n, code="3.10E+02" if n < 2 else "120") for n in range(9)]
    report = (await load(sqlite_store, portal_file(tmp_path / "a.csv", rows), zone=ZONE)).as_json()
    # Many other things are odd in more rows.
    data = {**report, "warts": {**report["warts"], **{f"rows that are odd {n}": 100 + n for n in range(9)}}}
    lines = report_text(data).splitlines()
    assert lines[lines.index("  mended or odd:") + 1] == f"          2  {SAID}"
    page = report_html(data)
    assert page.index(SAID) < page.index("rows that are odd 8")
