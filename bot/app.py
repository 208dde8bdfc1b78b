"""The composition root: settings, store, desk, handlers and alarm joined into one running application."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from telegram import BotCommand, LinkPreviewOptions
from telegram.constants import UpdateType
from telegram.ext import Application, ApplicationBuilder, Defaults, ExtBot

from bot.alarm import Alarm
from bot.courier import Courier
from bot.lanes import WIDTH, Lanes
from handlers.dependencies import Dependencies, hand_over
from handlers.guard import is_emergency
from handlers.registry import register
from ilp_core.assistant.desk import Desk
from ilp_core.storage.engine import Store
from ilp_core.words.en import desk as words

_log = logging.getLogger(__name__)
#: What the desk reads; of all else Telegram need not tell it.
UPDATES: Final = (UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY)
App: TypeAlias = Application[ExtBot[None], Any, Any, Any, Any, Any]


def build(store: Store, desk: Desk, *, token: str, api: str) -> App:
    """The application for one bot, at the Bot API whose root is ``api``."""
    defaults = Defaults(protect_content=True, link_preview_options=LinkPreviewOptions(is_disabled=True))
    application: App = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api.rstrip('/')}/bot")
        .base_file_url(f"{api.rstrip('/')}/file/bot")
        .defaults(defaults)
        .concurrent_updates(Lanes(is_emergency))
        .connection_pool_size(WIDTH * 2)
        # With one connection an interrupted long poll can block the next for ever.
        .get_updates_connection_pool_size(4)
        .build()
    )
    hand_over(application.bot_data, Dependencies(desk, store, Courier(application.bot), _now))
    register(application)
    return application


@asynccontextmanager
async def running(application: App, store: Store, desk: Desk, *, linked: bool = True) -> AsyncIterator[str]:
    """The application, polling; yields the bot's name. Leaving it finishes what was begun.

    ``linked`` says that the name opens this bot on Telegram, so that invitations may carry a link.
    """
    alarm = Alarm(desk.view)
    await desk.view()
    async with application:
        await _introduce(application)
        name = application.bot.username
        if linked:
            async with store.write() as uow:
                await uow.settings.set("bot_name", name)
        assert application.updater is not None
        # Never drop what officers sent while the desk was down.
        await application.updater.start_polling(allowed_updates=UPDATES, drop_pending_updates=False)
        await application.start()
        alarm.start()
        try:
            yield name
        finally:
            alarm.stop()
            await application.updater.stop()
            await application.stop()


async def _introduce(application: App) -> None:
    await application.bot.set_my_commands([BotCommand(name, what) for name, what in words.COMMANDS])
    await application.bot.set_my_description(words.DESCRIPTION)


def stop_signal() -> asyncio.Event:
    """Set on Ctrl-C or a polite request to stop. Make it before anything starts, so that no start is torn."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop


def _now() -> datetime:
    return datetime.now(tz=UTC)
