"""When a handler fails: note it with the turn, which undoes everything and is tried again or set aside."""

from __future__ import annotations

import logging
from contextlib import suppress

from telegram.ext import ApplicationHandlerStop

from handlers.dependencies import Context
from handlers.turn import turn

_log = logging.getLogger(__name__)


async def fail(update: object, context: Context) -> None:  # noqa: ARG001 - every error handler takes both
    """Hand the error to the lane that runs this turn.

    Raises ApplicationHandlerStop always: where the guard fails, no handler behind it may see the update.
    """
    with suppress(LookupError):
        turn().trouble = context.error
        raise ApplicationHandlerStop
    _log.error("a failure outside of any turn", exc_info=context.error)
    raise ApplicationHandlerStop
