"""What every command shares: a store that is ready, the two ways to fail, and who is calling."""

from __future__ import annotations

import asyncio
import base64
import getpass
import json
import re
import shutil
import sys
import textwrap
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, NoReturn, TypeVar

import typer

from bot import interrupts
from bot.settings import Settings
from ilp_core.domain.errors import CallError, DeskError
from ilp_core.domain.places import AreaRef, parse_area
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.storage.engine import Store, open_store
from ilp_core.storage.revision import check_revision
from ilp_core.storage.uow import UnitOfWork
from ilp_core.words import commands

T = TypeVar("T")

#: No area's code is as long as this; the audit takes no longer text than 120 signs.
_LONGEST_AREA: Final = 60
#: Columns of a terminal that nobody widened.
_WIDTH: Final = 80
#: A command to type, as far as it can reach: words and quoted words. It ends with the first that has a sign of the
#: sentence behind it. The unbroken blank holds it together while the line is wrapped.
_COMMAND: Final = re.compile(r"""\bbeatdesk(?: (?:'[^']*'|"[^"]*"|[^\s'"])+)+""")
_ENDS: Final = re.compile(r"[.,;:)](?= |$)")
_UNBROKEN: Final = "\N{NO-BREAK SPACE}"


class Stopped(DeskError):  # noqa: N818 - no error, so not named one: somebody pressed Ctrl-C
    """Somebody interrupted the work; the message says what became of it."""

    exit_code = interrupts.STOPPED_CODE


def run(work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """Run a command's work with the settings in force; a failure and an interrupt end with one sentence and their
    exit code."""
    try:
        with interrupts.raised():
            return asyncio.run(work(Settings.load()))
    except KeyboardInterrupt:
        fail(Stopped(interrupts.sentence(commands.STOPPED)))
    except DeskError as error:
        fail(error)


def fail(error: DeskError) -> NoReturn:
    """Print the sentence and leave with the failure's exit code."""
    tell(str(error), err=True)
    raise typer.Exit(error.exit_code)


def opened(settings: Settings, *, patience: float) -> Store:
    """The store with its key ring, at whatever revision it is."""
    master = settings.encryption_key
    return open_store(
        settings.database_url,
        patience=patience,
        keys=settings.keys_url,
        master=base64.urlsafe_b64decode(master.get_secret_value()) if master else None,
    )


@asynccontextmanager
async def ready_store(settings: Settings, *, patience: float = 30.0) -> AsyncIterator[Store]:
    """The store, at the revision this program needs. Raises WorkError that says which command mends it."""
    store = opened(settings, patience=patience)
    try:
        await check_revision(store)
        yield store
    finally:
        await _closed(store)


async def _closed(store: Store) -> None:
    """Close the store, to the end also where an interrupt comes in between: the driver would show where it was."""
    closing = asyncio.ensure_future(store.close())
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        await closing
        raise


def caller() -> str:
    """Who runs the command, as the audit names them: the operating system's user."""
    return f"command:{getpass.getuser()}"


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(tz=UTC)


def parse_moment(text: str | None) -> datetime | None:
    """Read ``--at``. Raises CallError for a naive or unreadable time."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CallError(commands.BAD_AT.format(text=text)) from None
    if moment.utcoffset() is None or not 1900 <= moment.year <= 2200:
        raise CallError(commands.BAD_AT.format(text=text))
    return moment


def read_area(text: str | None) -> AreaRef | None:
    """Read ``beat:0835``. Raises CallError where it is not an area."""
    if text is None:
        return None
    try:
        if len(text) <= _LONGEST_AREA:
            return parse_area(text)
    except ValueError:
        pass
    raise CallError(commands.BAD_AREA.format(text=text[:_LONGEST_AREA]))


def say(text: str, *, err: bool = False) -> None:
    """Print lines for a reader, none wider than a terminal that nobody widened."""
    for line in text.split("\n"):
        typer.echo(_wrapped(line), err=err)


def tell(text: str, *, err: bool = False) -> None:
    """Print a sentence that a script may read: on one line, wrapped only where it stands on a terminal."""
    if (sys.stderr if err else sys.stdout).isatty():
        say(text, err=err)
    else:
        typer.echo(text, err=err)


def say_row(text: str) -> None:
    """Print a row of columns on one line, which a terminal cuts at its own width."""
    width = max(shutil.get_terminal_size().columns, _WIDTH)
    fits = len(text) <= width or not sys.stdout.isatty()
    typer.echo((text if fits else f"{text[: width - 1]}…").rstrip())


def _held(command: re.Match[str]) -> str:
    """The command with blanks at which no line is broken, and what follows it, where others may stand."""
    end = _ENDS.search(command[0])
    length = end.start() if end else len(command[0])
    return command[0][:length].replace(" ", _UNBROKEN) + _COMMAND.sub(_held, command[0][length:])


def _wrapped(line: str) -> str:
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    # A path or a command is copied by its reader: neither is torn apart.
    text = _COMMAND.sub(_held, text)
    wrapped = textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped.replace(_UNBROKEN, " ")


def print_json(data: object) -> None:
    """One JSON document on standard output, and nothing else."""
    text = json.dumps(data, ensure_ascii=False)
    # Half a sign, which JSON can write and UTF-8 cannot, stays the escape that it came as.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


async def note(uow: UnitOfWork, action: str, object: str, outcome: str, **detail: object) -> None:
    """One audit row for what a command does, in the command's own transaction; append it last."""
    await append(uow, AuditEntry(caller(), action, object, outcome, "command", detail), now())


async def audited(store: Store, action: str, object: str, outcome: str, **detail: object) -> None:
    """One audit row for what changed nothing else: a batch, a failure."""
    async with store.write() as uow:
        await note(uow, action, object, outcome, **detail)
