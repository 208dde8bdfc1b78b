"""Lanes: updates of one chat in order, different chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Update
from telegram.ext import BaseUpdateProcessor

#: Chats that are answered at the same time; the rest wait their turn.
WIDTH: Final = 32
#: Updates that may wait in their lanes; only what is being answered counts towards the width.
WAITING: Final = 100_000


class Lanes(BaseUpdateProcessor):
    """One lane per chat: an officer's second message never overtakes the first, except an urgent one."""

    def __init__(self, urgent: Callable[[Update], bool] = lambda _: False) -> None:
        super().__init__(WAITING)
        self._urgent = urgent
        self._width = asyncio.Semaphore(WIDTH)
        self._lanes: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the update's handlers once those of earlier updates of its chat are done."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None or (isinstance(update, Update) and self._urgent(update)):
            await coroutine
            return
        lock, waiting = self._lanes.get(chat.id, (asyncio.Lock(), 0))
        self._lanes[chat.id] = (lock, waiting + 1)
        try:
            async with lock, self._width:
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
