"""The courier: the one way out to Telegram. HTML first, the plain words where Telegram rejects the HTML."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter

from handlers.outgoing import Outgoing

# Telegram's waiting times as lengths of time: the library's coming default, without its warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")
_log = logging.getLogger(__name__)


class Courier:
    """Sends answers through one bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, chat_id: int, message: Outgoing) -> None:
        """Bring one message to a chat. Waits once where Telegram asks for patience; a blocked chat is logged."""
        try:
            try:
                await self._try(chat_id, message)
            except RetryAfter as error:
                wait = error.retry_after
                await asyncio.sleep(wait.total_seconds() if isinstance(wait, timedelta) else wait)
                await self._try(chat_id, message)
        except Forbidden:
            _log.warning("chat %s cannot be written to: the bot is blocked or the account is gone", chat_id)

    async def _try(self, chat_id: int, message: Outgoing) -> None:
        try:
            await self._deliver(chat_id, message, message.html, ParseMode.HTML)
        except BadRequest as error:
            if "parse entities" not in str(error):
                raise
            _log.warning("Telegram rejected the HTML of a reply, sent as plain text: %s", error)
            await self._deliver(chat_id, message, message.text, None)

    async def _deliver(self, chat_id: int, message: Outgoing, words: str, mode: str | None) -> None:
        common: dict[str, Any] = {"parse_mode": mode, "reply_markup": message.markup}
        if message.picture is not None:
            await self._bot.send_photo(chat_id, message.picture, caption=words, filename="map.png", **common)
        else:
            await self._bot.send_message(chat_id, words, **common)
