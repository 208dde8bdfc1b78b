"""A table as bytes of separated text, in any encoding, and damage to its text and to its bytes."""

from __future__ import annotations

import csv
import io
from random import Random
from typing import Final

from benchmarks.fuzzing.seeds import Sheet
from benchmarks.fuzzing.tables import odd_text

#: Encodings and how often each is drawn.
_ENCODINGS: Final = (
    ("utf-8", 60), ("utf-8-sig", 6), ("utf-16", 4), ("utf-16-le", 2), ("utf-16-be", 1), ("cp1252", 6), ("shift_jis",
    4),
    ("utf-32", 1), ("utf-7", 1), ("latin-1", 3),
)  # fmt: skip
_SPLINTERS: Final = (
    b"\x00", b"\x00" * 50, b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xed\xa0\x80", b"\xc0\xaf",
    b"\xf8\x88\x80\x80",
    b"\x1b[2J", b"\r", b"\n\n", b'"', b'"""', b",,,,,", b";", b"\x1a", b"\x85", b"\xff" * 20, b"\x81\x8d\x8f\x90\x9d",
)  # fmt: skip


def written(sheet: Sheet, chance: Random) -> bytes:
    """The sheet as a CSV, mostly an ordinary one; a third of all have their text or their bytes damaged."""
    text = _damaged_text(_text(sheet, chance), chance)
    encodings, weights = zip(*_ENCODINGS, strict=True)
    data = text.encode(chance.choices(encodings, weights)[0], "replace")
    return damaged_bytes(data, chance) if chance.random() < 0.2 else data


def plain(sheet: Sheet) -> bytes:
    """The sheet as an ordinary CSV in UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([sheet.header, *sheet.rows])
    return out.getvalue().encode("utf-8", "replace")


def _text(sheet: Sheet, chance: Random) -> str:
    delimiter = chance.choices((",", ";", "\t", "|", "^"), (80, 8, 6, 4, 1))[0]
    ends = chance.choices(("\r\n", "\n", "\r", ""), (50, 50, 4, 1))[0]
    if chance.random() < 0.03:
        # No quoting at all: what a careless program writes.
        return ends.join(delimiter.join(row) for row in [sheet.header, *sheet.rows])
    quoting = csv.QUOTE_ALL if chance.random() < 0.1 else csv.QUOTE_MINIMAL
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows([sheet.header, *sheet.rows])
    return out.getvalue()


def _damaged_text(text: str, chance: Random) -> str:
    while chance.random() < 0.2:
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(100)
        if kind < 30:
            text = text[:at] + chance.choice(('"', '""', ",", ";", "\n", "\t", ' "x" ')) + text[at:]
        elif kind < 50:
            text = text[:at] + odd_text(chance) + text[at:]
        elif kind < 60:
            text = text.replace('"', "") if chance.random() < 0.5 else text.replace(",", ";", chance.randrange(1, 20))
        elif kind < 70:
            head, _, rest = text.partition("\n")
            more = f"{text}\nTotal,{len(text)}\n"
            text = chance.choice((f"{head}\n{head}\n{rest}", rest, f"A report\n\n{text}", more, more))
        elif kind < 80:
            text = chance.choice(("\n", "\n\n\n", " ", "\ufeff", "sep=,\n", "\x00")) + text
        elif kind < 84:
            text += chance.choice(("\n" * 10**6, "," * 400_000, "\r\n" * 10**5, ",\n" * 200_000, '"\n",' * 200_000))
        elif kind < 90:
            text = text.replace("\r\n", "").replace("\n", "")
        else:
            text = text.upper() if chance.random() < 0.5 else text.swapcase()
    return text


def damaged_bytes(data: bytes, chance: Random) -> bytes:
    """The bytes cut, flipped, repeated, left out or splintered, mostly near the start, where headers are."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(chance.choice((min(len(found), 200), len(found))) or 1)
        size = chance.randrange(1, 80)
        kind = chance.randrange(6)
        if kind == 0:
            found = found[:at] if chance.random() < 0.5 else found[at:]
        elif kind == 1:
            found[at : at + size] = chance.randbytes(size)
        elif kind == 2:
            del found[at : at + size]
        elif kind == 3:
            found[at:at] = found[at : at + size]
        elif kind == 4:
            found[at:at] = chance.choice(_SPLINTERS)
        else:
            for _ in range(chance.choice((1, 8))):
                if found:
                    found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)
