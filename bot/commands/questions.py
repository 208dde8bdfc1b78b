"""Questions on a terminal: asked by the thread that reads a file, and given up at once when the command is."""

from __future__ import annotations

import io
import select
import sys
import threading
from typing import Final

import typer

from ilp_core.domain.errors import CallError
from ilp_core.words import loads as words

#: How often a waiting question looks whether the command was given up, in seconds [this project's choice].
_LOOK_S: Final = 0.2


class Questions:
    """What is asked of whoever sits at the terminal.

    An interrupt reaches the main thread alone; a thread that waited for a line would hold the program until it came.
    So the wait looks up now and then whether ``give_up`` was called.
    """

    def __init__(self) -> None:
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """End a question that waits for its answer."""
        self._given_up.set()

    def ask(self, text: str) -> str:
        """The answer, without blanks around it. Raises CallError where the input has ended or the command was given
        up."""
        typer.echo(f"{text}: ", nl=False, err=True)
        self._wait()
        line = "" if self._given_up.is_set() else sys.stdin.readline()
        if not line:
            typer.echo(err=True)
            raise CallError(words.NOT_CONFIRMED)
        return line.strip()

    def agree(self, text: str) -> bool:
        """True for yes, False for no or nothing; asked again for anything else."""
        while True:
            said = self.ask(f"{text} {words.YES_OR_NO}").casefold()
            if said in words.YES:
                return True
            if said in words.NO:
                return False

    def _wait(self) -> None:
        try:
            where = sys.stdin.fileno()
        except (io.UnsupportedOperation, ValueError):
            # No terminal, so the line is there already.
            return
        while not self._given_up.is_set() and not select.select([where], [], [], _LOOK_S)[0]:
            pass
