"""What is said where the desk understands a wish that it cannot fulfil yet: one honest sentence each."""

from __future__ import annotations

from typing import Final

NOT_YET: Final[dict[str, str]] = {
    "priorities": "The desk keeps no priorities yet. Ask your supervisor, or “whats hot” for where harm is reported.",
    "tried": "The desk has no record yet of what was tried at a place. Ask your supervisor.",
    "briefing": "The desk gives no briefings yet. Ask “whats hot” or “patterns” for your area.",
    "tasks": "The desk keeps no tasks yet. Ask your supervisor what is open.",
    "community": "The desk cannot tell yet what residents say. Ask your community officer.",
    "evaluate": "The desk cannot show in the chat yet whether an operation worked. Ask your analyst.",
    "what_if": "The desk cannot try other weights yet. Nothing was changed.",
    "train": "The desk has no training scenarios yet.",
    "tip": "The desk takes no tips yet. Nothing was stored: report it the usual way.",
    "tip_amend": "The desk takes no tips yet, so there is none to change. Nothing was stored.",
    "tip_status": "The desk takes no tips yet, so it has no state of one. Ask where you filed it.",
    "checkin": (
        "The desk times no visits yet. Nothing was recorded and dispatch has NOT been told: radio your status."
    ),
    "checkout": (
        "The desk times no visits yet. Nothing was recorded and dispatch has NOT been told: radio your status."
    ),
    "skip": "The desk assigns no spots yet, so there is none to skip. Nothing was recorded.",
    "concern": (
        "The desk takes no residents' concerns in the chat yet. Nothing was stored: tell your community officer."
    ),
    "ack": "The desk sends nothing to acknowledge yet. Nothing was recorded.",
    "ack_status": "The desk keeps no acknowledgements yet.",
    "assign": "The desk assigns nothing yet. Nobody was told.",
    "schedule": "The desk schedules nothing yet. Nothing was changed.",
    "edit_briefing": "The desk has no briefings yet, so there is none to edit. Nothing was changed.",
    "review": "The desk has nothing to review yet. Nothing was changed.",
    "annotate": "The desk takes no notes on places yet. Nothing was stored: tell your analyst.",
    "watch": "The desk cannot watch a place for you yet. Nothing was set: ask again when you want to know.",
    "shift_log": "The desk keeps no log of your shift yet.",
    "admin": "That is done on the command line. Here /invite and a badge make an invitation.",
}
