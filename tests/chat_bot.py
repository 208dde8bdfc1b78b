"""What the tests of the chat page share: two personas, a town, and a running application to talk with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.async_api import Page
from telegram import Bot, BotCommand, Update
from telegram.ext import Application, ApplicationBuilder, BaseHandler, ContextTypes, MessageHandler, filters

from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox, TownMap

OFFICER = Persona(1001, "Patrol officer 4471", "Beat 0102, evenings", "H7K2QX")
STRANGER = Persona(1003, "Stranger", "Not enrolled")
#: A square of about 1 km with one street through its middle.
TOWN = TownMap(
    "Port Harrow",
    "Port Harrow is an invented town.",
    areas=(("0102", ((38.50, -47.01), (38.50, -47.00), (38.51, -47.00), (38.51, -47.01))),),
    streets=(("Market St", ((38.505, -47.01), (38.505, -47.00))),),
)
DESKTOP = {"viewport": {"width": 1120, "height": 820}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
SIZE = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"

Handler = BaseHandler[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Talk:
    """A sandbox, the bot that talks in it, and every update that the bot's application has got."""

    sandbox: Sandbox
    bot: Bot
    updates: list[Update]


@asynccontextmanager
async def talking(sandbox: Sandbox, handlers: Sequence[Handler] = ()) -> AsyncIterator[Talk]:
    """The started sandbox with an application that polls it."""
    updates: list[Update] = []

    async def note(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        updates.append(update)

    await sandbox.start()
    builder = ApplicationBuilder().token(SANDBOX_TOKEN)
    builder = builder.base_url(f"{sandbox.root}/bot").base_file_url(f"{sandbox.root}/file/bot")
    app: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    app.add_handlers({0: list(handlers), 1: [MessageHandler(filters.ALL, note)]})
    assert app.updater
    async with app:
        await app.bot.set_my_commands([BotCommand("help", "What you can ask")])
        await app.start()
        await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        yield Talk(sandbox, app.bot, updates)
        await app.updater.stop()
        await app.stop()
    await sandbox.stop()


def drawing(colour: str = "teal") -> bytes:
    """A small picture."""
    content = BytesIO()
    Image.new("RGB", (60, 40), colour).save(content, "PNG")
    return content.getvalue()


async def attach(page: Page, what: str) -> None:
    """Choose from the composer's menu."""
    await page.get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name=what, exact=True).click()
