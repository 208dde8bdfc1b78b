"""When a handler fails: log first, then one sentence with a reference; never the traceback, never the words."""

from __future__ import annotations

import logging
import secrets

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from handlers.dependencies import Context, dependencies
from handlers.outgoing import plain
from ilp_core.domain.errors import DeskError
from ilp_core.words.en import desk

_log = logging.getLogger(__name__)


async def fail(update: object, context: Context) -> None:
    """Tell the officer that it did not work and under which reference it was logged, and end the update.

    Raises ApplicationHandlerStop always: where the guard fails, no handler behind it may see the update.
    """
    reference = secrets.token_hex(3).upper()
    _log.error("failure %s", reference, exc_info=context.error)
    if not isinstance(update, Update) or update.effective_chat is None:
        raise ApplicationHandlerStop
    try:
        await dependencies(context).courier.send(
            update.effective_chat.id, plain(desk.FAILED.format(reference=reference))
        )
    except (TelegramError, DeskError):
        # The same trouble may keep this message back too; it is logged above.
        _log.exception("failure %s could not be told", reference)
    raise ApplicationHandlerStop
