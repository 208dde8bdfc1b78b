"""An answer as the HTML that Telegram takes: bold titles, everything from outside escaped."""

from __future__ import annotations

from html import escape
from typing import Final

from ilp_core.domain.answers import Answer

#: Telegram's limits after entities are parsed (Bot API: sendMessage, sendPhoto).
MESSAGE_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024


def html(answer: Answer) -> str:
    """``answer`` as Telegram HTML: the words of its plain text in the same order, with blank lines round places."""
    head = [f"<b>{escape(line)}</b>" for line in (answer.urgent, answer.headline) if line]
    if answer.window:
        head.append(f"<i>{escape(answer.window)}</i>")
    items = [
        "\n".join((f"<b>{item.number}. {escape(item.title)}</b>", *(escape(line) for line in item.lines)))
        for item in answer.items
    ]
    foot = [escape(line) for line in answer.notes]
    if answer.caution:
        foot.append(f"<i>{escape(answer.caution)}</i>")
    paragraphs = "\n".join(escape(text) for text in answer.paragraphs)
    parts = ("\n".join(head), paragraphs, *items, "\n".join(foot))
    # A blank line between places: a list is read standing up, in the rain.
    return ("\n\n" if items else "\n").join(part for part in parts if part)
