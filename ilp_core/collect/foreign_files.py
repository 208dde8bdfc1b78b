"""Files that hold no table this desk reads, known by their content: the sentence that says how to make one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from typing import Final

from ilp_core.words import loads as words

#: What older Office files begin with (Microsoft, [MS-CFB] 2.2).
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF: Final = b"%PDF-"
#: JSON begins with an object or a list of something: a column's name may stand in brackets, too.
_JSON: Final = re.compile(r'\{\s*["}]|\[\s*[{\["\d\]-]')
_GEOJSON: Final = re.compile(r'"type"\s*:\s*"(?:Feature(?:Collection)?|GeometryCollection)"')
#: A part of every workbook of Excel, and of every document of OpenOffice and its kin.
_EXCEL: Final = "xl/"
_OPEN_DOCUMENT: Final = frozenset({"mimetype", "content.xml"})


def foreign(start: bytes) -> str | None:
    """Why a file that begins with ``start`` is no table, as a sentence for its name; None where it may be one."""
    if start.startswith(_OLE):
        return words.SPREADSHEET
    if start.lstrip().startswith(_PDF):
        return words.PDF
    text = _text(start).lstrip("\ufeff \t\r\n")
    if _JSON.match(text):
        return words.GEOJSON if _GEOJSON.search(text) else words.JSON
    return words.WEB_PAGE if text.startswith("<") else None


def foreign_zip(names: Collection[str]) -> str | None:
    """The same for a ZIP of files with these names."""
    is_spreadsheet = any(name.startswith(_EXCEL) for name in names) or set(names) >= _OPEN_DOCUMENT
    return words.SPREADSHEET if is_spreadsheet else None


def _text(start: bytes) -> str:
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return start.decode("utf-16" if wide else "utf-8", "replace")
