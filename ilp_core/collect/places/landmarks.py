"""Landmarks come in: a CSV of the places that an agency names itself, each once, and nobody's home."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ilp_core.collect.layout import plain
from ilp_core.collect.places.gazetteer import renew_landmarks
from ilp_core.collect.places.premises import is_home
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.gazetteer import Landmark
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import Store
from ilp_core.words.en import places
from ilp_core.words.en.lines import lines_of

#: The reasons for which a row is rejected.
NO_NAME: Final = "no name"
LONG_NAME: Final = "name too long"
NO_POSITION: Final = "no position in degrees"
NO_RADIUS: Final = "radius is not 10 to 5000 metres"
HOME: Final = "a home, not a landmark"
REPEATED: Final = "the name came before"
TOO_MANY: Final = "more fields than columns"
REASONS: Final[tuple[str, ...]] = (NO_NAME, LONG_NAME, NO_POSITION, NO_RADIUS, HOME, REPEATED, TOO_MANY)

#: How far a landmark reaches where its row does not say, in metres: a store with its parking [this project's choice].
RADIUS_M: Final = 150
#: Bounds that keep a wrong file harmless [this project's choice].
_RADII: Final = (10, 5_000)
_LONGEST_NAME: Final = 80
_MOST_ALIASES: Final = 20
_MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_ROWS: Final = 50_000
#: More than this share of rows rejected, and the file is not what it was taken for.
_MOST_REJECTED: Final = 0.5
#: Of each reason so many lines are named.
_LINES_NAMED: Final = 10
_WANTED: Final = ("name", "lat", "lon")


@dataclass(frozen=True, slots=True)
class LandmarkReport:
    """What a file of landmarks brought: ``rows = added + changed + same`` + all of ``rejected``.

    ``lines`` names the first lines of the file that were rejected for each reason.
    """

    file: str
    rows: int
    added: int
    changed: int
    same: int
    rejected: Mapping[str, int]
    lines: Mapping[str, tuple[int, ...]]

    def as_json(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {
            "file": self.file,
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "same": self.same,
            "rejected": dict(self.rejected),
            "lines": {reason: list(lines) for reason, lines in self.lines.items()},
        }


async def load_landmarks(store: Store, path: Path, *, by: str, now: datetime) -> LandmarkReport:
    """Load a CSV with the columns name, lat, lon and if wanted aliases (parted by ``;``) and radius_m.

    A landmark of a name that is known already is changed. The same file a second time changes nothing. Raises
    CallError where the file cannot be used and WorkError where more than half of its rows were rejected; then nothing
    was stored.
    """
    taken, rejected = _read(path)
    rows = len(taken) + sum(map(len, rejected.values()))
    if not rows:
        raise CallError(places.LANDMARKS_EMPTY.format(file=path.name))
    counts: dict[str, int] = {reason: len(rejected[reason]) for reason in REASONS if reason in rejected}
    if sum(counts.values()) > rows * _MOST_REJECTED:
        reasons = "; ".join(
            f"{reason}: {count}, {lines_of(rejected[reason], count)}" for reason, count in counts.items()
        )
        raise WorkError(
            places.LANDMARKS_REJECTED.format(
                rejected=sum(counts.values()), rows=rows, file=path.name, reasons=reasons
            )
        )
    async with store.write() as uow:
        changes: Counter[str] = Counter([await uow.landmarks.save(each) for each in taken])
        if changes["added"] or changes["changed"]:
            await renew_landmarks(uow)
        detail = {"rows": rows, "rejected": sum(counts.values()), **changes}
        await append(uow, AuditEntry(by, "import", "landmarks", "done", "command", detail), now)
    lines = {reason: tuple(rejected[reason][:_LINES_NAMED]) for reason in counts}
    return LandmarkReport(path.name, rows, changes["added"], changes["changed"], changes["same"], counts, lines)


def _read(path: Path) -> tuple[list[Landmark], dict[str, list[int]]]:
    """The landmarks of a file, and of each reason the lines that were rejected for it."""
    taken: dict[str, Landmark] = {}
    rejected: defaultdict[str, list[int]] = defaultdict(list)
    for line, row in _rows(path):
        found = TOO_MANY if row is None else _landmark(row)
        if isinstance(found, str):
            rejected[found].append(line)
        elif found.key in taken:
            rejected[REPEATED].append(line)
        else:
            taken[found.key] = found
    return list(taken.values()), dict(rejected)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str] | None]]:
    """The lines of a CSV that hold anything, as column to text; None for one with more fields than columns."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    try:
        header = [plain(name) for name in next(reader, [])]
        missing = [name for name in _WANTED if name not in header]
        if len(missing) == len(_WANTED):
            raise CallError(places.LANDMARKS_NOT_CSV.format(file=path.name))
        if missing:
            raise CallError(places.LANDMARKS_NO_COLUMN.format(file=path.name, missing=missing[0]))
        count = 0
        for fields in reader:
            if not any(field.strip() for field in fields):
                continue
            count += 1
            if count > _MOST_ROWS:
                raise CallError(places.LANDMARKS_TOO_MANY.format(file=path.name, most=f"{_MOST_ROWS:,}"))
            row = dict(zip(header, (" ".join(field.split()) for field in fields), strict=False))
            yield reader.line_num, row if len(fields) <= len(header) else None
    except csv.Error:
        raise CallError(places.LANDMARKS_NOT_CSV.format(file=path.name)) from None


def _text(path: Path) -> str:
    """The file's text; what is not UTF-8 is read as the Windows code page that spreadsheets write."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CallError(places.LANDMARKS_TOO_BIG.format(file=path.name, most=_MOST_BYTES // 1024**2))
        data = path.read_bytes()
    except OSError:
        raise CallError(places.LANDMARKS_NOT_CSV.format(file=path.name)) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _landmark(row: Mapping[str, str]) -> Landmark | str:
    """The landmark of a row, or the reason why it is none."""
    name = row.get("name", "")
    aliases = tuple(dict.fromkeys(alias.strip() for alias in row.get("aliases", "").split(";") if alias.strip()))
    lat, lon = _degrees(row.get("lat", ""), 90), _degrees(row.get("lon", ""), 180)
    radius = _radius(row.get("radius_m", ""))
    if not any(sign.isalnum() for sign in name):
        return NO_NAME
    if len(aliases) > _MOST_ALIASES or any(len(each) > _LONGEST_NAME for each in (name, *aliases)):
        return LONG_NAME
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return NO_POSITION
    if radius is None:
        return NO_RADIUS
    if any(is_home(each) for each in (name, *aliases)):
        return HOME
    return Landmark(name, lat, lon, radius, aliases)


def _degrees(text: str, most: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return round(value, 6) if math.isfinite(value) and abs(value) <= most else None


def _radius(text: str) -> int | None:
    if not text:
        return RADIUS_M
    value = _degrees(text, _RADII[1])
    return round(value) if value is not None and value >= _RADII[0] else None
