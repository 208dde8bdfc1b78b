"""Logs without secrets: the bot's token is cut out of every line, and httpx does not log addresses."""

from __future__ import annotations

import logging
import re
from typing import Final

#: The shape of a bot token, alone or inside an address (Bot API: digits, colon, 35 signs).
_TOKEN: Final = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}")


class Redacted(logging.Formatter):
    """A formatter whose lines, tracebacks included, hold no token."""

    def format(self, record: logging.LogRecord) -> str:
        """The line with every token replaced."""
        return _TOKEN.sub("<token>", super().format(record))


def set_up(level: str) -> None:
    """Send logs to standard error, redacted."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "telegram", "aiosqlite", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
