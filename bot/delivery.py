"""One try to bring one message to Telegram, and what its failure means.

The Bot API takes no key by which it could know a message again (tdlib/telegram-bot-api#126). So it matters whether a
failed message was surely not sent, or may have arrived: the cause that the HTTP library gives tells the two apart.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

import httpx
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from handlers.outgoing import Outgoing

# Telegram's waiting times as lengths of time: the library's coming default, without its warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

#: The connection never stood or was never had: nothing reached Telegram.
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
#: Telegram's words for a chat that is not there, or no longer.
_GONE: Final = ("chat not found", "user not found", "peer_id_invalid")


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived, with this number."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Flood:
    """Telegram asks for patience; nothing was sent."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class Unsent:
    """It surely did not go out. ``everyone`` says that no other message would have either."""

    why: str
    everyone: bool


@dataclass(frozen=True, slots=True)
class Maybe:
    """It may have arrived or not."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will never take it. ``gone`` says that the chat takes nothing at all any more."""

    why: str
    gone: Literal["", "blocked", "gone"] = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another number now."""

    chat_id: int


Outcome = Sent | Flood | Unsent | Maybe | Refused | Moved


async def deliver(bot: Bot, chat_id: int, message: Outgoing) -> Sent:
    """Send the message as HTML, or its plain words where Telegram cannot read that. Raises what the bot raises."""
    try:
        return await _send(bot, chat_id, message, message.html, ParseMode.HTML)
    except BadRequest as error:
        if "parse entities" not in str(error):
            raise
        return await _send(bot, chat_id, message, message.text, None)


async def _send(bot: Bot, chat_id: int, message: Outgoing, words: str, mode: str | None) -> Sent:
    common: dict[str, Any] = {"parse_mode": mode, "reply_markup": message.markup}
    if message.picture is not None:
        sent = await bot.send_photo(chat_id, message.picture, caption=words, filename="map.png", **common)
    else:
        sent = await bot.send_message(chat_id, words, **common)
    return Sent(sent.message_id)


def meaning(error: Exception) -> Outcome:
    """What a failed try means for its message. BadRequest and TimedOut are network errors too: order matters."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return Flood(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden):
        return Refused(_kind(error), "blocked")
    if isinstance(error, InvalidToken):
        return Unsent("InvalidToken", everyone=True)
    if isinstance(error, BadRequest):
        gone = any(words in str(error).casefold() for words in _GONE)
        return Refused(_kind(error), "gone" if gone else "")
    if isinstance(error, NetworkError):
        cause = error.__cause__
        if isinstance(cause, _NOT_SENT):
            return Unsent(_kind(cause), everyone=not isinstance(cause, httpx.PoolTimeout))
        return Maybe(_kind(cause or error))
    if isinstance(error, TimeoutError):
        return Maybe(_kind(error))
    if isinstance(error, TelegramError):
        return Refused(_kind(error))
    raise error


def _kind(error: BaseException) -> str:
    """The kind of an error: its message may quote what was sent."""
    return type(error).__name__
