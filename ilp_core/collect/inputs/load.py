"""A file of concerns, surveys or partner reports comes in: checked first, then stored in one transaction."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from ilp_core.collect.inputs.concerns import CONCERNS
from ilp_core.collect.inputs.partner_reports import PARTNER_REPORTS
from ilp_core.collect.inputs.reading import InputLayout, RowRejected, open_sheet
from ilp_core.collect.inputs.surveys import SURVEYS
from ilp_core.collect.inputs.templates import refuse_example
from ilp_core.domain.errors import CallError, WorkError
from ilp_core.domain.incidents import LoadReport
from ilp_core.domain.inputs import InputKind, InputRow, SurveyResult, area_of
from ilp_core.domain.places import Area
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage import Store, UnitOfWork
from ilp_core.storage.inputs import InputVersion
from ilp_core.storage.types import canonical
from ilp_core.words import inputs as words
from ilp_core.words.en.lines import NAMED, lines_of

LAYOUTS: Final[Mapping[InputKind, InputLayout]] = {
    layout.kind: layout for layout in (CONCERNS, SURVEYS, PARTNER_REPORTS)
}

#: A file of which more than this share is rejected is not what it was taken for (interfaces.md, "Exit codes").
_MOST_REJECTED: Final = 0.5
#: A day that has begun somewhere in the world may be ahead of this machine's.
_AHEAD: Final = timedelta(days=1)
#: More names than this, and a sentence of the report is no longer read [this project's choice].
_MOST_NAMED: Final = 10
_LONGEST_NAME: Final = 40
_SAME_ROW: Final = "same row twice"


@dataclass(slots=True)
class _Parsed:
    """A file as read, before storage is asked anything: ``rows`` by key, ``repeats`` beyond the first.

    ``places`` are the lines of each key's rows, ``at`` those of rejected rows by reason.
    """

    layout: InputLayout
    total: int = 0
    rows: dict[str, InputRow] = field(default_factory=dict)
    repeats: Counter[str] = field(default_factory=Counter)
    clashing: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    at: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    unused: tuple[str, ...] = ()
    sha256: str = ""

    def take(self, row: InputRow, line: int | None) -> None:
        """Add a row. Rows with one key and different content are all turned away: nothing says which one holds."""
        key = self.layout.key(row)
        if line is not None:
            self.places[key].append(line)
        if key in self.clashing:
            self.clashing[key] += 1
        elif key not in self.rows:
            self.rows[key] = row
        elif self.rows[key] == row:
            self.repeats[key] += 1
        else:
            del self.rows[key]
            self.clashing[key] = 2 + self.repeats.pop(key, 0)

    def lines(self) -> dict[str, tuple[int, ...]]:
        """The first lines of the rows that were turned away, by reason."""
        return {reason: tuple(sorted(self.at[reason])[:NAMED]) for reason in sorted(self.at) if self.at[reason]}


async def load_inputs(store: Store, path: Path, *, kind: InputKind, by: str, now: datetime) -> LoadReport:
    """Load a file of one kind of input and say what it brought.

    A row is known by its key: the same file twice changes nothing, a later one with other content replaces it and
    keeps the earlier version. Raises CallError where the file cannot be used and WorkError where more than half of
    its rows were rejected; then nothing was stored.
    """
    parsed = await asyncio.to_thread(_parse, path, LAYOUTS[kind], now)
    async with store.write() as uow:
        load = await uow.loads.start(
            file=path.name,
            sha256=parsed.sha256,
            source=parsed.layout.name,
            format=parsed.layout.name,
            live=False,
            by_whom=by,
            at=now,
            kind=kind,
        )
        report = await _keep(uow, load, parsed, path.name)
        await uow.loads.finish(load, report.as_json(), now)
        counts = {"loaded": report.loaded, "updated": report.updated, "known": report.known, "load": load}
        await append(uow, AuditEntry(by, "import", parsed.layout.title, "done", "command", counts), now)
    return report


def _parse(path: Path, layout: InputLayout, now: datetime) -> _Parsed:
    parsed = _Parsed(layout)
    with open_sheet(path, layout, (now + _AHEAD).date()) as sheet:
        for row in sheet.rows:
            parsed.total += 1
            refuse_example(row.cells[layout.columns[0]], path.name)
            try:
                parsed.take(layout.read(row), row.line)
            except RowRejected as reason:
                parsed.rejected[str(reason)] += 1
                if row.line is not None:
                    parsed.at[str(reason)].append(row.line)
    parsed.unused = sheet.unused
    parsed.rejected += sheet.spoiled
    for spoilt, lines in sheet.spoiled_at.items():
        parsed.at[spoilt].extend(lines)
    parsed.rejected[words.CLASHING] += parsed.clashing.total()
    parsed.at[words.CLASHING] += [line for key in parsed.clashing for line in parsed.places[key]]
    parsed.rejected = +parsed.rejected
    parsed.total += sheet.spoiled.total()
    if parsed.total == 0:
        raise CallError(words.NO_ROWS.format(file=path.name))
    _refuse_if_spoiled(parsed, path.name)
    with path.open("rb") as file:
        parsed.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return parsed


def _refuse_if_spoiled(parsed: _Parsed, file: str) -> None:
    rejected = parsed.rejected.total()
    if rejected <= parsed.total * _MOST_REJECTED:
        return
    lines = parsed.lines()
    reasons = "; ".join(
        ", ".join(filter(None, [f"{reason}: {count:,}", lines_of(lines.get(reason, ()), count)]))
        for reason, count in parsed.rejected.most_common()
    )
    title = parsed.layout.title
    raise WorkError(
        words.SPOILED.format(rejected=rejected, rows=parsed.total, file=file, reasons=reasons, title=title)
    )


async def _keep(uow: UnitOfWork, load: int, parsed: _Parsed, file: str) -> LoadReport:
    """Add the versions that are new, in order of key, and report on all rows."""
    layout = parsed.layout
    known = await uow.inputs.digests(layout.kind)
    versions = [
        InputVersion(key, _digest(row), row.as_data())
        for key, row in sorted(parsed.rows.items())
        if known.get(key) != _digest(row)
    ]
    await uow.inputs.add(load, layout.kind, versions)
    updated = sum(version.key in known for version in versions)
    rows = list(parsed.rows.values())
    days = [day for row in rows for day in _days(row)]
    notes = (
        *_named(words.UNUSED, parsed.unused),
        *_named(words.UNKNOWN_AREAS, _unknown(rows, await uow.areas.all())),
        *layout.remarks(rows),
    )
    return LoadReport(
        file=file,
        format=layout.name,
        rows=parsed.total,
        loaded=len(versions) - updated,
        updated=updated,
        known=len(rows) - len(versions) + parsed.repeats.total(),
        rejected=dict(sorted(parsed.rejected.items())),
        located=None,
        timed=None,
        first=datetime.combine(min(days), time.min) if days else None,
        last=datetime.combine(max(days), time.min) if days else None,
        load=load,
        kind=layout.kind,
        layout=layout.name,
        precision="day",
        duplicates={_SAME_ROW: parsed.repeats.total()} if parsed.repeats else {},
        lines=parsed.lines(),
        notes=notes,
    )


def _digest(row: InputRow) -> int:
    """64 bits, signed, of a row's content."""
    return int.from_bytes(hashlib.blake2b(canonical(row.as_data()).encode(), digest_size=8).digest(), signed=True)


def _days(row: InputRow) -> tuple[date, ...]:
    return (row.day_from, row.day_to) if isinstance(row, SurveyResult) else (row.day,)


def _unknown(rows: Sequence[InputRow], areas: Sequence[Area]) -> list[str]:
    """The areas that rows name and no known area answers to, in order."""
    return sorted(name for name in {row.area for row in rows if row.area} if area_of(name, areas) is None)


def _named(sentence: str, names: Sequence[str]) -> tuple[str, ...]:
    """A sentence for the report about ``names``, of which it shows the first; none where there are none."""
    if not names:
        return ()
    shown = [name[:_LONGEST_NAME] for name in names[:_MOST_NAMED]]
    if len(names) > _MOST_NAMED:
        shown.append(words.AND_MORE.format(count=len(names) - _MOST_NAMED))
    return (sentence.format(names=", ".join(shown)),)
