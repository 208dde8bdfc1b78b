"""The command line: ``beatdesk``. Its commands are in ``bot.commands``, and are imported when it is called."""

from __future__ import annotations

from bot.interrupts import catch, leave


def main() -> None:
    """The entry point of the ``beatdesk`` command."""
    catch()
    try:
        from bot.commands.tree import app

        app()
    except KeyboardInterrupt:
        leave()
