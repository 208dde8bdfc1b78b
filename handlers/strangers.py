"""Strangers' tries: each is answered alike, but nobody can grow the audit without end by knocking."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

#: The tries of one chat that are logged within a span (AC-7 of the CJIS policy counts 5 in 15 minutes).
TRIES: Final = 5
SPAN: Final = timedelta(minutes=15)
#: Chats remembered at once; the oldest is forgotten first.
MOST_CHATS: Final = 10_000


class Strangers:
    """Remembers when unknown chats last tried."""

    def __init__(self) -> None:
        self._tries: dict[int, deque[datetime]] = {}

    def worth_logging(self, chat_id: int, at: datetime) -> bool:
        """True for a chat's first tries within the span."""
        tries = self._tries.pop(chat_id, deque(maxlen=TRIES))
        self._tries[chat_id] = tries
        if len(self._tries) > MOST_CHATS:
            del self._tries[next(iter(self._tries))]
        if len(tries) == TRIES and at - tries[0] < SPAN:
            return False
        tries.append(at)
        return True
