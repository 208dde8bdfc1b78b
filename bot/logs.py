"""Logs without secrets and without words: tokens are cut out, and what an exception says is left out.

An exception that is raised while an officer's words are handled may quote them (guard-rail G51). So only its kind
and the places in the program are logged, unless its kind is known to quote nothing.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TypeAlias

from telegram.error import TelegramError

_ExcInfo: TypeAlias = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

#: The shape of a bot token, alone or inside an address (Bot API: digits, colon, 35 signs).
_TOKEN: Final = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}")
#: What these say comes from the system, from Telegram or from the HTTP library, never from an officer.
_QUOTES_NOTHING: Final = (OSError, TelegramError)
_secrets: Final[set[str]] = set()


def redact(*secrets: str) -> None:
    """Cut these values out of every line from here on."""
    _secrets.update(secret for secret in secrets if secret)


def _clean(line: str) -> str:
    for secret in _secrets:
        line = line.replace(secret, "<secret>")
    return _TOKEN.sub("<token>", line)


def _told(error: BaseException) -> str:
    """An exception in one line: its kind, and its message where that quotes nothing."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{kind}: {error}" if isinstance(error, _QUOTES_NOTHING) else kind


def _chain(error: BaseException | None) -> list[BaseException]:
    """An exception and what led to it, the first cause first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found[::-1]


def _frames(error: BaseException) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


class Redacted(logging.Formatter):
    """A formatter whose lines, exceptions included, hold no token and no words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line with every token replaced."""
        return _clean(super().format(record))

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the base's name
        """The kinds and places of an exception and of what led to it."""
        lines = []
        for error in _chain(ei[1]):
            lines += [f"  {frame}" for frame in _frames(error)] + [_told(error)]
        return "\n".join(lines)


class Structured(Redacted):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC, level, logger, message, and an exception's kinds and places."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _clean(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["exceptions"] = [
                {"kind": _clean(_told(error)), "frames": _frames(error)} for error in _chain(record.exc_info[1])
            ]
        return json.dumps(line)


def set_up(level: str, form: str = "text") -> None:
    """Send logs to standard error, redacted: as text, or as one JSON object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        Structured() if form == "json" else Redacted("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "telegram", "aiosqlite", "sqlalchemy", "tornado", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
