"""A file that comes in: the bar on a terminal, and what is said where somebody interrupts it."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot import interrupts
from bot.commands.console import Stopped, caller, opened
from bot.settings import Settings
from ilp_core.domain.errors import DeskError
from ilp_core.words import commands

Progress = Callable[[int, int | None], None]

#: The audit keeps hundredths of a second.
_SAME: Final = timedelta(milliseconds=10)
#: Rows that others may have audited since a commit which was under way a moment ago [this project's choice].
_LOOKED_AT: Final = 1000
#: Seconds to wait for another program's write before it is said that nothing was stored [this project's choice].
_PATIENCE_S: Final = 10.0


class Left(Exception):  # noqa: N818 - no error, so not named one: whoever waited for the file has left
    """Raised in the thread that reads a file for which nobody waits any more."""


@asynccontextmanager
async def coming_in(settings: Settings, file: Path, moment: datetime) -> AsyncIterator[Progress]:
    """The progress of a file that is loaded at ``moment``. Where that is interrupted, raises Stopped, which says
    whether the file was stored: the commit may have been under way."""
    left = threading.Event()
    try:
        with _progress_bar(file.name) as bar:

            def heard(done: int, total: int | None) -> None:
                # A thread cannot be stopped from outside: it stops itself at its next step.
                if left.is_set():
                    raise Left
                bar(done, total)

            yield heard
    except asyncio.CancelledError:
        left.set()
        raise Stopped(interrupts.sentence(await _became(settings, file.name, moment))) from None


async def _became(settings: Settings, file: str, moment: datetime) -> str:
    """What became of a file whose loading was interrupted."""
    loads = await _stored(settings, moment)
    if loads is None:
        return commands.STOPPED_NOTHING.format(file=file)
    if not loads:
        return commands.STOPPED_STORED.format(file=file)
    return commands.STOPPED_LOADED.format(file=file, loads=", ".join(map(str, loads)), load=loads[0])


async def _stored(settings: Settings, moment: datetime) -> list[int] | None:
    """The loads that this user's import of ``moment`` left, as the audit has them; None where it stored nothing."""
    try:
        store = opened(settings, patience=_PATIENCE_S)
    except DeskError:
        return None
    try:
        # Whoever writes waits until a commit that is under way has ended.
        async with store.write() as uow:
            await uow.loads.wait()
            last = await uow.audit.last()
            rows = await uow.audit.rows(after=last.seq - _LOOKED_AT, limit=_LOOKED_AT) if last else []
    except DeskError:
        return None
    finally:
        await store.close()
    mine = [
        row
        for row in rows
        if (row.actor, row.action, row.outcome) == (caller(), "import", "done")
        and abs(datetime.fromisoformat(row.at) - moment) < _SAME
    ]
    return [int(row.detail["load"]) for row in mine if "load" in row.detail] if mine else None


@contextmanager
def _progress_bar(name: str) -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere; what it is told may come from another thread."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task(name, total=None)

    def heard(done: int, total: int | None) -> None:
        # Drawn from the first step on: before, a mapping may be asked about on the same terminal.
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield heard
    finally:
        bar.stop()
