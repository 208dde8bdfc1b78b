"""``beatdesk`` that interrupts itself, as Ctrl-C would, when it reaches a named point.

    python -m tests.interrupted module:numpy import incidents a.csv

``module:NAME`` is when that module is first looked for; the others are steps of a load (``POINTS``).
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn

from bot.cli import main

#: Where a load is interrupted, and whether its rows are stored then; None where either may be.
POINTS = {"parsing": False, "storing": False, "committing": None, "stored": True}


def interrupt() -> None:
    """What the terminal does at Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


class AtModule(MetaPathFinder):
    """Interrupts when a module is first looked for, and finds nothing."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        if name == self._name:
            interrupt()
        return None


def at_step(point: str) -> None:
    """Interrupt at a step of a load, from whichever thread does it."""
    from ilp_core.collect import load
    from ilp_core.storage.in_place import Connection

    owner, name = {
        "parsing": (load, "parse"),
        "storing": (load, "keep"),
        "committing": (Connection, "commit"),
        "stored": (load, "load_files"),
    }[point]
    whole: Any = getattr(owner, name)

    left = ["once"]

    @functools.wraps(whole)
    def first(*arguments: Any, **named: Any) -> Any:
        # Readers commit too, and who asks afterwards what was stored.
        if left and getattr(arguments[0], "writes", True):
            left.clear()
            interrupt()
        return whole(*arguments, **named)

    @functools.wraps(whole)
    async def after(*arguments: Any, **named: Any) -> Any:
        done = await whole(*arguments, **named)
        interrupt()
        return done

    setattr(owner, name, after if point == "stored" else first)


def run(point: str, words: Sequence[str]) -> NoReturn:
    """The command ``words``, interrupted at ``point``."""
    if point.startswith("module:"):
        sys.meta_path.insert(0, AtModule(point.removeprefix("module:")))
    else:
        at_step(point)
    sys.argv = ["beatdesk", *words]
    main()
    raise SystemExit(0)


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
