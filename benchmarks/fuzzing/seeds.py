"""Small whole files to damage: invented rows in the shape of every layout, and of files without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from ilp_core.collect.formats import FORMATS
from ilp_core.collect.layout import Layout
from ilp_core.collect.members import tables_in
from ilp_core.collect.reading import open_table

#: Rows taken of each file of the open data.
SHARED_ROWS: Final = 300
_BEGIN: Final = datetime(2016, 1, 4)  # noqa: DTZ001 - a source's local clock, which has no zone


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table before it is written: ``name`` is that of its layout, or says what it is."""

    name: str
    header: list[str]
    rows: list[list[str]]

    def but(self, header: list[str] | None = None, rows: list[list[str]] | None = None) -> Sheet:
        """The sheet with another header or other rows."""
        return Sheet(self.name, self.header if header is None else header, self.rows if rows is None else rows)


#: How each layout writes its times; ``*`` stands for every field that is not named.
_TIMES: Final[dict[str, dict[str, str]]] = {
    "chicago": {"*": "%m/%d/%Y %I:%M:%S %p"},
    "houston": {"*": "%Y-%m-%d %H:00:00.000Z"},
    "lapd": {"*": "%m/%d/%Y 12:00:00 AM", "time": "%H%M"},
    "nypd": {"*": "%m/%d/%Y", "occurred_from_time": "%H:%M:%S", "occurred_to_time": "%H:%M:%S"},
    "nypd-shootings": {"*": "%m/%d/%Y", "time": "%H:%M:%S"},
    "sfpd": {"*": "%m/%d/%Y", "time": "%H:%M", "reported": "%Y/%m/%d %I:%M:%S %p"},
    "sfpd-legacy": {"*": "%m/%d/%Y 12:00:00 AM", "time": "%H:%M"},
    "police-uk": {"*": "%Y-%m"},
    "police-uk-stops": {"*": "%Y-%m-%dT%H:%M:%S+00:00"},
    "nyc-thefts": {"*": "%Y-%m-%d %H:%M"},
    "memphis": {"*": "%Y-%m-%d %H:%M:%S.000"},
    "seattle": {"*": "%m/%d/%Y %I:%M:%S %p"},
    "takoma-calls": {"*": "%Y-%m-%d %H:%M:%S"},
    "takoma-stops": {"*": "%Y-%m-%d", "time": "%H:%M"},
    "minneapolis-stops": {"*": "%Y-%m-%d %H:%M:%S.000Z"},
}
_TIME_FIELDS: Final = {
    "occurred_from": 0, "time": 0, "occurred_from_time": 0, "occurred_to": 50, "occurred_to_time": 50,
    "reported": 90, "stamp": 9_000,
}  # fmt: skip
_CODES: Final[dict[str, tuple[str, ...]]] = {
    "chicago": ("0820", "0486", "031A"),
    "houston": ("theft", "robbery"),
    "lapd": ("624", "510", "330"),
    "nypd": ("729", "639", ""),
    "nypd-shootings": ("FALSE", "TRUE"),
    "sfpd": ("15300", "06244"),
    "police-uk": ("Burglary", "Anti-social behaviour"),
    "memphis": ("personal robbery",),
}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "block": ("012XX ELM ST", "400 BLOCK OF OAK AVE", "MAPLE AVE / HILL RD", "On or near Park Lane"),
    "premise": ("STREET", "APARTMENT", "BAR/NIGHT CLUB", ""),
    "description": ("THEFT FROM VEHICLE", "SIMPLE BATTERY", "BURGLARY OF A DWELLING"),
    "beat": ("0835", "0422", "1911"),
    "district": ("008", "004", ""),
    "neighbourhood": ("70", "46", "E01007329"),
    "force": ("Northshire Police", "Southshire Police"),
    "domestic": ("false", "true", ""),
    "officer_initiated": ("false", "true", ""),
    "number": ("1", "2"),
    "key_code": ("113", "341"),
    "outcome": ("warning", "citation", ""),
    "searched": ("no", "yes", ""),
    "race": ("A", "B", ""),
    "gender": ("F", "M", ""),
    "age": ("18-24", "31", ""),
    "priority": ("2", "7"),
    "call_type": ("911", "ONVIEW"),
    "range": ("9600-9699", "0-99"),
    "street": ("elm", "oak"),
    "type": ("st", "ave"),
    "suffix": ("-", "E"),
    "law": ("Act of 1984 (section 1)",),
}
_PLACES: Final = {"chicago": (41.80, -87.65), "police-uk": (53.60, -1.55), "police-uk-stops": (53.60, -1.55)}
_PLACE: Final = (38.98, -77.00)


def made(chance: Random, rows: int) -> list[Sheet]:
    """One sheet per layout and three without one."""
    return [*(sheet_of(layout, chance, rows) for layout in FORMATS), *unknown(chance, rows)]


def sheet_of(layout: Layout, chance: Random, rows: int) -> Sheet:
    """A whole table of ``layout``: every row passes every check."""
    marks = [name for name, wanted in layout.marks.items() if wanted]
    lines = [
        [*(_value(layout.name, field, number, chance) for field in layout.columns), *("x" for _ in marks)]
        for number in range(rows)
    ]
    return Sheet(layout.name, [*layout.columns.values(), *marks], lines)


def _value(name: str, field: str, number: int, chance: Random) -> str:
    if field in _TIME_FIELDS:
        formats = _TIMES.get(name, {"*": "%Y-%m-%dT%H:%M:%S"})
        # Each row has an hour of its own, so that ends and reports stay in order.
        when = _BEGIN + timedelta(hours=7 * number + 1, minutes=7 + _TIME_FIELDS[field])
        return when.strftime(formats.get(field, formats["*"]))
    if field in ("lat", "lon"):
        middle = _PLACES.get(name, _PLACE)[field == "lon"]
        return f"{middle + chance.randrange(-400, 400) / 10_000:.6f}"
    if field in ("id", "incident"):
        return f"{12_000_000 + number}06244" if name == "sfpd-legacy" else f"{9_000_000 + number}"
    if field == "case":
        return f"HX{number // 3}"
    if field == "code":
        return chance.choice(_CODES.get(name, ("23F", "13A", "220")))
    return chance.choice(_WORDS.get(field, ("this", "that")))


def unknown(chance: Random, rows: int) -> list[Sheet]:
    """Tables of no layout: with keys in degrees, without keys on the British grid, and points in one column."""
    keyed = [
        [f"R{number:05}", f"{_day(number):%m/%d/%Y}", f"{_day(number):%H:%M}", chance.choice(_WORDS["description"]),
         chance.choice(_WORDS["block"]), chance.choice(_WORDS["beat"]), _near(38.98, chance), _near(-77.0, chance)]
        for number in range(rows)
    ]  # fmt: skip
    keyless = [
        [f"{_day(number):%d/%m/%Y %H:%M}", chance.choice(_WORDS["description"]), chance.choice(_WORDS["block"]),
         str(430_000 + chance.randrange(3_000)), str(433_000 + chance.randrange(3_000))]
        for number in range(rows)
    ]  # fmt: skip
    points = [
        [str(number + 100), f"{int((_day(number) - datetime(1970, 1, 1)).total_seconds())}",  # noqa: DTZ001
         chance.choice(("N", "Y")), chance.choice(_WORDS["description"]),
         f"POINT ({_near(-77.0, chance)} {_near(38.98, chance)})"]
        for number in range(rows)
    ]  # fmt: skip
    return [
        Sheet(
            "keyed",
            ["Report No", "Date Occurred", "Time Occurred", "Offense", "Address", "Beat", "Latitude", "Longitude"],
            keyed,
        ),
        Sheet("keyless", ["Date of offence", "Offence", "Street", "Easting", "Northing"], keyless),
        Sheet("points", ["Incident ID", "Occurred", "Domestic", "Crime", "Geometry"], points),
    ]


def _day(number: int) -> datetime:
    return _BEGIN + timedelta(hours=5 * number, minutes=11)


def _near(middle: float, chance: Random) -> str:
    return f"{middle + chance.randrange(-400, 400) / 10_000:.5f}"


def shared(folder: Path) -> list[Sheet]:
    """The first rows of every file of records in a folder of open data; none where there is no such folder."""
    sheets = []
    for file in sorted([*folder.glob("*.*"), *folder.glob("native_samples/*.*")]):
        if file.suffix not in (".csv", ".gz", ".zip", ".parquet"):
            continue
        for member in tables_in(file)[:2]:
            with open_table(member) as table:
                columns = next(table.batches(table.header))
                texts = [columns[name].texts()[:SHARED_ROWS] for name in table.header]
            rows = [list(row) for row in zip(*texts, strict=True)]
            sheets.append(Sheet(member.name, list(table.header), rows))
    return sheets
