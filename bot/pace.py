"""Pacing: how many messages may go out, overall and to one chat, so that Telegram need not refuse any."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from telegram.constants import FloodLimit


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``messages`` in any ``seconds``."""

    messages: int
    seconds: float


#: Telegram's bot FAQ: about one message a second to a chat, with short bursts; so three in three seconds.
CHAT: Final = Limit(3 * FloodLimit.MESSAGES_PER_SECOND_PER_CHAT, 3.0)
#: Telegram's bot FAQ: 20 messages a minute to a group.
GROUP: Final = Limit(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP, 60.0)


class Pace:
    """Counts what went out. ``per_second`` is the overall limit; ``clock`` gives seconds that never go back.

    ``share`` is set to the number of replicas that send through the same bot: each keeps to its part.
    """

    def __init__(
        self, per_second: float, clock: Callable[[], float], *, chat: Limit = CHAT, group: Limit = GROUP
    ) -> None:
        self.share = 1
        self._per_second = per_second
        self._clock = clock
        self._limits = chat, group
        self._overall: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}
        self._halted_until = 0.0

    def free(self) -> int:
        """How many messages may go out now."""
        now = self._clock()
        if now < self._halted_until:
            return 0
        limit = self._overall_limit
        _forget(self._overall, now - limit.seconds)
        return max(0, limit.messages - len(self._overall))

    def count(self, chat_id: int) -> None:
        """Note that a message goes out to the chat now."""
        now = self._clock()
        self._overall.append(now)
        self._chats.setdefault(chat_id, deque()).append(now)

    def resting(self) -> list[int]:
        """The chats that have had their share for the moment."""
        now, found = self._clock(), []
        for chat_id, times in list(self._chats.items()):
            limit = self._limits[chat_id < 0]
            _forget(times, now - limit.seconds)
            if not times:
                del self._chats[chat_id]
            elif len(times) >= limit.messages:
                found.append(chat_id)
        return found

    def halt(self, seconds: float) -> None:
        """Let nothing out for so long."""
        self._halted_until = max(self._halted_until, self._clock() + seconds)

    def wait(self) -> float:
        """Seconds until there may be room again, at most half a second: an upper bound for a nap."""
        now = self._clock()
        if now < self._halted_until:
            return min(0.5, self._halted_until - now)
        limit = self._overall_limit
        if len(self._overall) < limit.messages:
            return 0.5
        return min(0.5, max(0.0, self._overall[0] + limit.seconds - now))

    @property
    def _overall_limit(self) -> Limit:
        """The overall limit as whole messages in a span: a part of less than one a second takes a longer span."""
        rate = self._per_second / max(1, self.share)
        return Limit(int(rate), 1.0) if rate >= 1 else Limit(1, 1 / rate)


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
