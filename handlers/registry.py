"""Every handler, in the order in which they are tried. The guard stands before all of them."""

from __future__ import annotations

import re
from typing import Any, Final

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from handlers import disagree
from handlers.ask import ask_location, ask_words, not_readable
from handlers.buttons import press
from handlers.drafts import ANSWER, INVITE, SPOT, go_on
from handlers.enrol import accept_banner, invite_badge, invite_officer, start
from handlers.failure import fail
from handlers.guard import ACCEPT, guard
from handlers.language import SPEAK, choose, chosen
from handlers.membership import changed
from handlers.spots import spot_location, spot_words

#: Groups of handlers; lower numbers run first. The guard before all, half-written things before new ones.
GUARD: Final = -2
DRAFTS: Final = -1
#: An owner's queue by its word.
_QUEUE: Final = re.compile(r"^\s*(?:my\s+)?disagreements\s*$", re.IGNORECASE)


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Add the handlers to the application. Order matters."""
    new = filters.UpdateType.MESSAGE
    application.add_handler(TypeHandler(Update, guard), group=GUARD)
    drafts = go_on({INVITE: invite_badge, SPOT: spot_words, ANSWER: disagree.answer_words})
    application.add_handler(MessageHandler(new & filters.TEXT & ~filters.COMMAND, drafts), group=DRAFTS)
    application.add_handler(MessageHandler(new & filters.LOCATION, spot_location), group=DRAFTS)
    application.add_handlers(
        [
            ChatMemberHandler(changed, ChatMemberHandler.MY_CHAT_MEMBER),
            CommandHandler("start", start, filters=new),
            CommandHandler("invite", invite_officer, filters=new),
            CommandHandler("language", choose, filters=new),
            CallbackQueryHandler(chosen, pattern=f"^{SPEAK}:"),
            CommandHandler("disagreements", disagree.queue, filters=new),
            MessageHandler(new & filters.Regex(_QUEUE), disagree.queue),
            CallbackQueryHandler(accept_banner, pattern=f"^{ACCEPT}"),
            CallbackQueryHandler(disagree.press, pattern=disagree.PATTERN),
            CallbackQueryHandler(press),
            MessageHandler(new & filters.LOCATION, ask_location),
            MessageHandler(new & filters.TEXT, ask_words),
            MessageHandler(new & ~filters.StatusUpdate.ALL, not_readable),
        ]
    )
    application.add_error_handler(fail)
