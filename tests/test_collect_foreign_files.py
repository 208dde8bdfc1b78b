"""Files that are no tables, whatever their names say: each is refused with what to do instead."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from ilp_core.collect.reading import open_table
from ilp_core.domain.errors import CallError
from tests.command_line import call, refused


def packed(**members: str) -> bytes:
    """A ZIP of members; ``_`` stands for ``/`` in a name, ``__`` for a dot."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", ".").replace("_", "/"), text)
    return whole.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
XLSX = packed(xl_workbook__xml="<workbook/>", xl_worksheets_sheet1__xml="<worksheet/>")
ODS = packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content__xml="<x/>")
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
GEOJSON = b'{"type": "FeatureCollection", "features": []}'
SPREADSHEET = "{file} is a spreadsheet. Save it as CSV and load that."
JSON = "{file} is not a table but JSON. Save it as CSV and load that."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (OLE, SPREADSHEET),
        (XLSX, SPREADSHEET),
        (ODS, SPREADSHEET),
        (PDF, "{file} is a PDF and holds no table. Export the records themselves, save them as CSV and load that."),
        (b'[{"id": 1}]', JSON),
        (b'\xef\xbb\xbf {\n "id": 1}', JSON),
        ('\ufeff{"id": 1}'.encode("utf-16-le"), JSON),
        (gzip.compress(b'{"rows": []}', mtime=0), JSON),
        (GEOJSON, JSON.replace("JSON", "GeoJSON") + " Outlines of areas: beatdesk import areas"),
        (
            b"<html><table><tr><td>1</td></tr></table></html>",
            "{file} is not a table but a web page or XML. Open it in a spreadsheet, save it as CSV and load that.",
        ),
    ],
    ids=["xls", "xlsx", "ods", "pdf", "json", "marked json", "wide json", "packed json", "geojson", "html"],
)
@pytest.mark.parametrize("name", ["export.csv", "export.xlsx"])
def test_what_is_no_table_says_how_to_make_one(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CallError) as caught:
        open_table(tmp_path / name)
    assert str(caught.value) == sentence.format(file=name)


def test_a_header_in_brackets_is_not_called_json(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("[Case No],[When]\n1,2\n", encoding="utf-8")
    with pytest.raises(CallError, match=r"is not a table\. Give a CSV"):
        open_table(tmp_path / "a.csv")


def test_the_command_line_says_so_too(folder: Path) -> None:
    call("migrate")
    (folder / "crimes.xlsx").write_bytes(XLSX)
    for what in ("incidents", "calls", "concerns"):
        assert refused("import", what, "crimes.xlsx") == SPREADSHEET.format(file="crimes.xlsx")
