"""The judge: a mutated file is loaded into a store, and everything that must hold is looked at."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import traceback
from collections.abc import Mapping
from contextlib import closing, redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.fuzzing.cases import Call
from bot.commands.mapping import confirming
from ilp_core.collect.generic.mapping_file import read_map_text
from ilp_core.collect.generic.recognise import unconfirmed
from ilp_core.collect.load import Options, load_files
from ilp_core.domain.errors import DeskError
from ilp_core.domain.incidents import LoadReport
from ilp_core.present.load_report import report_html, report_text
from ilp_core.storage import Store

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: What an error may be at most: one line that a terminal shows [this project's choice].
LONGEST_ERROR: Final = 600
#: The audit is a log of what was tried; all else must stay as it was when a load fails.
_LOGS: Final = ("audit", "audit_head")
#: Two sentences, the second of which says what to do.
_SAYS_WHAT_TO_DO: Final = re.compile(r"[.?]\S? \S.*([.?]|: \S.*)$")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: ``kind`` in a few words, ``breaches`` what must not be, in words."""

    kind: str
    breaches: tuple[str, ...] = ()
    error: str = ""


async def tried(store: Store, database: Path, path: Path, call: Call) -> Outcome:
    """Load a file, look at what it left, and load it again."""
    before = content(database)
    try:
        reports = await _load(store, path, call)
    except DeskError as error:
        breaches = _bad_error(str(error))
        if content(database) != before:
            breaches.append("the load failed and the store changed")
        return Outcome(type(error).__name__, tuple(breaches), str(error)[: 2 * LONGEST_ERROR])
    except Exception:
        changed = ["the store changed"] if content(database) != before else []
        return Outcome("traceback", (traceback.format_exc(), *changed))
    breaches = [breach for report in reports for breach in _bad_report(report)]
    new = any(report.loaded or report.updated for report in reports)
    return Outcome("loaded" if new else "known", (*breaches, *await _again(store, path, call)))


async def _load(store: Store, path: Path, call: Call) -> list[LoadReport]:
    options = Options(
        format=call.format,
        zone=call.zone,
        live=call.live,
        map=read_map_text(call.map, "map.toml") if call.map else None,
        crs=call.crs,
        confirm=confirming(yes=True, save=None) if call.yes else unconfirmed,
        replace_period=call.replace_period,
        kind=call.kind,  # type: ignore[arg-type]  # plain text, so that a case can be written down
    )
    with redirect_stderr(io.TextIOWrapper(io.BytesIO(), "utf-8")):
        return await load_files(store, path, options, by="fuzz", now=NOW, progress=lambda _done, _all: None)


async def _again(store: Store, path: Path, call: Call) -> list[str]:
    try:
        reports = await _load(store, path, call)
    except Exception:
        return [f"the same file again: {traceback.format_exc()}"]
    return [
        f"the same file again: {report.loaded} new rows, {report.updated} newer, {report.withdrawn} taken away"
        for report in reports
        if report.loaded or report.updated or report.withdrawn
    ]


def _bad_error(text: str) -> list[str]:
    found = []
    if not all(sign.isprintable() for sign in text):
        found.append(f"the error has signs that cannot be printed: {text[:LONGEST_ERROR]!r}")
    if len(text) > LONGEST_ERROR:
        found.append(f"the error has {len(text):,} signs: {text[:LONGEST_ERROR]}")
    if not _SAYS_WHAT_TO_DO.search(text):
        found.append(f"the error does not say what to do: {text[:LONGEST_ERROR]}")
    return found


def _bad_report(report: LoadReport) -> list[str]:
    found = []
    counted = report.loaded + report.updated + report.known + sum(report.rejected.values())
    if report.rows != counted:
        found.append(f"{report.rows} rows are not {counted}: {report.as_json()}"[:2_000])
    data: Mapping[str, Any] = {**report.as_json(), "by": "fuzz", "started_at": NOW.isoformat()}
    try:
        again = json.loads(json.dumps(data, allow_nan=False, ensure_ascii=False).encode())
        text, page = report_text(again), report_html(again)
        page.encode()
    except Exception:
        return [*found, f"the report: {traceback.format_exc()}"]
    if not all(sign.isprintable() or sign == "\n" for sign in text):
        found.append(f"the report has signs that cannot be printed: {text!r}")
    return found


def content(database: Path) -> str:
    """A digest of every row of every table but the logs."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in sorted(set(names) - set(_LOGS)):
            digest.update(name.encode())
            rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - a name of the schema
            digest.update("".join(sorted(map(repr, rows))).encode())
    return digest.hexdigest()
