"""The peer: a python-telegram-bot application as its documentation shows it, answering what the desk would."""

from __future__ import annotations

import asyncio
import os
import re

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

#: As long as a small answer takes; while it does, later updates wait in the library's queue.
WORK_S = 0.03


async def answer(update: Update, _context: object) -> None:
    """Say the code that was asked about."""
    await asyncio.sleep(WORK_S)
    assert update.message is not None
    found = re.search(r"why (\w+)", update.message.text or "")
    if found:
        await update.message.reply_text(f"There is no receipt {found[1]} here.")


def main() -> None:
    """Poll until killed."""
    api = os.environ["BEATDESK_TELEGRAM_API"]
    application = Application.builder().token(os.environ["BEATDESK_TELEGRAM_TOKEN"]).base_url(f"{api}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()


if __name__ == "__main__":
    main()
