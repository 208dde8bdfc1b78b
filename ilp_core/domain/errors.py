"""The two ways in which a command can fail, as exit codes name them."""

from __future__ import annotations


class DeskError(Exception):
    """A failure whose message is written for the person who reads it: what is wrong and what to do."""

    exit_code = 1


class WorkError(DeskError):
    """The call was right, but the work could not be done; nothing half-written stays. Exit code 1."""


class CallError(DeskError):
    """The call itself was wrong: a file, a name or a time that cannot be used. Exit code 2."""

    exit_code = 2
