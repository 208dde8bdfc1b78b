"""One mutated file and the call that loads it, drawn from a seed and a number: the same two give the same case."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.fuzzing import packed, parquet, tables, texts
from benchmarks.fuzzing.seeds import Sheet
from ilp_core.collect.formats import FORMATS

#: Rows of a seed; those of the open data are cut to these, but for one file in ten.
ROWS: Final = 40
_NAMES: Final = (
    "a\nb.csv", "\u202evsc.a", "a b.csv", "🚓.csv", "x" * 240 + ".csv", "-rf.csv", "%s{0}.csv", "'\".csv", ".csv",
    "..csv",
    "\x1b[2J.csv", "<b>.csv", "a.zip", "a.parquet", "a.csv.gz", "chicago.csv", "2016.csv", "\x7f",
)  # fmt: skip
_ZONES: Final = (
    "America/Chicago", "Europe/London", "UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Africa/Monrovia",
    "Etc/GMT+12",
    "Nowhere/Town", "../etc/passwd", "", "EST5EDT", "America/chicago", "/etc/localtime", "Europe", "x" * 2_000,
    "a\0b",
)  # fmt: skip
_FAMILIES: Final = {layout.name: layout.format for layout in FORMATS}
_CRS: Final = (27_700, 3_435, 4_326, 999_999, -1, 0, 2**40, 4_979, 5_773, 32_661)
#: Mapping files for the sheets without a layout, and one for nothing in particular.
_MAPS: Final[dict[str, tuple[str, ...]]] = {
    "keyed": (
        'source = "mapped"', "[columns]", 'occurred_from = "Date Occurred"', 'code = "Offense"', 'lat = "Latitude"',
        'lon = "Longitude"',
    ),
    "keyless": (
        'source = "mapped"', "crs = 27700", 'dates = "day_first"', 'zone = "Europe/London"', "[columns]",
        'lat = "Northing"', 'lon = "Easting"', 'occurred_from = "Date of offence"', 'code = "Offence"',
        'block = ["Street", "Offence"]',
    ),
    "points": (
        'source = "mapped"', 'dates = "seconds"', 'same_offence = "=1+1"', "[columns]", 'occurred_from = "Occurred"',
        'point = "Geometry"', 'domestic = "Domestic"', "[domestic]", 'true = ["Y"]', 'false = ["*"]',
    ),
    "": (
        'source = "chicago"', 'zone = "UTC"', 'same_offence = "theft"', "keyless = true", "[columns]", 'id = "id"',
        'occurred_from = "Date"',
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """How a file is loaded, in plain values. ``yes`` agrees to a proposed mapping; ``map`` is the text of one."""

    format: str = "auto"
    zone: str | None = None
    live: bool = False
    yes: bool = True
    replace_period: bool = False
    kind: str | None = None
    crs: int | None = None
    map: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The call as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Case:
    """A file, the call, and ``about``: a few words on how the file was made."""

    number: int
    path: Path
    call: Call
    about: str


def made_case(seed: int, number: int, sheets: Sequence[Sheet], folder: Path) -> Case:
    """Write the mutated file of ``seed`` and ``number`` into ``folder``."""
    chance = Random(f"{seed}/{number}")  # noqa: S311 - damage that can be repeated, no secret
    sheet = chance.choice(sheets)
    if chance.random() < 0.9:
        sheet = sheet.but(rows=sheet.rows[:ROWS])
    call = _call(sheet, chance)
    suffix, about = ".csv", sheet.name
    if chance.random() < 0.02:
        return Case(number, _odd_file(folder, chance), call, "no ordinary file")
    if chance.random() < 0.015:
        data, suffix = _bomb(sheet, chance)
        about += " as a bomb"
    else:
        data, suffix = _packed(sheet, sheets, chance)
    name = chance.choice(_NAMES) if chance.random() < 0.08 else f"{_letters(sheet.name)}{suffix}"
    path = folder / name
    path.write_bytes(data)
    return Case(number, path, call, f"{about}{suffix}, {len(data):,} bytes")


def _letters(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in name)[:80]


def _packed(sheet: Sheet, sheets: Sequence[Sheet], chance: Random) -> tuple[bytes, str]:
    kind = chance.randrange(20)
    if kind < 3:
        return parquet.written(tables.damaged(sheet, chance), chance), ".parquet"
    data = texts.written(tables.damaged(sheet, chance), chance)
    if kind < 5:
        return packed.gzipped(data, chance), ".csv.gz"
    if kind < 9:
        files = [("a.csv", data)]
        for place in range(chance.choice((0, 0, 1, 3))):
            other = sheet if chance.random() < 0.5 else chance.choice(sheets)
            other = other.but(rows=other.rows[:ROWS])
            files.append((f"b{place}.csv", texts.written(tables.damaged(other, chance), chance)))
        return packed.zipped(files, chance), ".zip"
    return data, ".csv"


def _bomb(sheet: Sheet, chance: Random) -> tuple[bytes, str]:
    kind = chance.randrange(3)
    if kind == 0:
        return parquet.bomb(sheet, chance), ".parquet"
    head, _, rest = texts.plain(sheet).partition(b"\r\n")
    line = rest.partition(b"\r\n")[0][:400]
    if kind == 1:
        return packed.gzip_bomb(line, head, chance), ".csv.gz"
    return packed.zip_bomb(line, head, chance), ".zip"


def _odd_file(folder: Path, chance: Random) -> Path:
    path = folder / "odd.csv"
    kind = chance.randrange(7)
    if kind == 0:
        path.mkdir()
    elif kind == 1:
        os.mkfifo(path)
    elif kind == 2:
        path.write_bytes(chance.choice((b"", b" ", b"\n" * 5_000, b"\xef\xbb\xbf", b"PAR1", b"PK\x03\x04", b"\x1f")))
    elif kind == 3:
        path.symlink_to(path)
    elif kind == 4:
        path.symlink_to("/dev/zero")
    elif kind == 5:
        path = folder / chance.choice(("missing.csv", "x" * 300, "a\0b.csv", "missing/a.csv"))
    else:
        path.symlink_to(folder / "missing.csv")
    return path


def _call(sheet: Sheet, chance: Random) -> Call:
    def maybe(share: float) -> bool:
        return chance.random() < share

    own = _FAMILIES.get(sheet.name, "generic")
    named = chance.choice((own, own, own, "generic", chance.choice(FORMATS).format, "excel"))
    map_ = _MAPS.get(sheet.name, _MAPS[""]) if maybe(0.3 if sheet.name in _MAPS else 0.01) else None
    return Call(
        format=named if maybe(0.2) else "auto",
        zone=chance.choice(_ZONES) if maybe(0.1) else "America/Chicago" if maybe(0.2) else None,
        live=maybe(0.1),
        yes=maybe(0.95),
        replace_period=maybe(0.4),
        kind=chance.choice(("incident", "call", "stop")) if maybe(0.04) else None,
        crs=chance.choice(_CRS) if maybe(0.06) else None,
        map="\n".join(map_) if map_ else None,
    )
