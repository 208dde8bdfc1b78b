"""Lanes: updates of one chat in order, different chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

from telegram import Update
from telegram.ext import BaseUpdateProcessor

#: Chats that are answered at the same time; the rest wait their turn.
WIDTH: Final = 32


class Lanes(BaseUpdateProcessor):
    """One lane per chat: an officer's second message never overtakes the first."""

    def __init__(self) -> None:
        super().__init__(WIDTH)
        self._lanes: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the update's handlers once those of earlier updates of its chat are done."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        lock, waiting = self._lanes.get(chat.id, (asyncio.Lock(), 0))
        self._lanes[chat.id] = (lock, waiting + 1)
        try:
            async with lock:
                await coroutine
        finally:
            lock, waiting = self._lanes[chat.id]
            if waiting == 1:
                del self._lanes[chat.id]
            else:
                self._lanes[chat.id] = (lock, waiting - 1)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close: the application waits for running updates itself."""
