"""Ctrl-C outside of any work: the program ends at once, with a sentence in place of Python's traceback.

Modules take most of a second to import, and an exception that is raised in the middle of an import shows where it
was, or is swallowed. Nothing is stored then, so the process may simply end. While a command works, interrupts are
raised instead, as asyncio expects it, so that the work can tidy up and say what became of it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, NoReturn

from ilp_core.words import commands

#: What a shell gives to a program that SIGINT ended.
STOPPED_CODE: Final = 130


def leave_early(_signal: int = signal.SIGINT, _frame: FrameType | None = None) -> NoReturn:
    """End now, before any work was begun."""
    _end(commands.STOPPED_EARLY)


def leave(_signal: int = signal.SIGINT, _frame: FrameType | None = None) -> NoReturn:
    """End now, after or between pieces of work."""
    _end(commands.STOPPED)


def catch() -> None:
    """From now on an interrupt ends the program, unless it was started to ignore them."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, leave_early)


@contextmanager
def raised() -> Iterator[None]:
    """Interrupts are exceptions here. Where ``catch`` was not called they are so anyway."""
    if signal.getsignal(signal.SIGINT) not in (leave_early, leave):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, leave)


def sentence(text: str) -> str:
    """A sentence on a line of its own: a terminal has just written ``^C``."""
    return f"\n{text}" if sys.stderr.isatty() else text


def _end(text: str) -> NoReturn:
    # What was printed before stays printed; a stream in the middle of a write cannot be flushed from here.
    with suppress(Exception):
        sys.stdout.flush()
    with suppress(OSError):
        os.write(2, f"{sentence(text)}\n".encode())
    os._exit(STOPPED_CODE)
