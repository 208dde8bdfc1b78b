"""Flood control: how many messages Telegram takes from a bot, and the 429 that meets the rest."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.rules import Refusal


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages a second in the long run, and at most ``burst`` at once."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Rates:
    """What flood control allows.

    Telegram's bot FAQ: about one message a second in one chat, 20 a minute in a group, about 30 a second in all,
    short bursts allowed. The bursts are ours: a dialogue typed by hand never meets them, a runaway loop does at once.
    """

    chat: Rate = field(default=Rate(1.0, 20))
    group: Rate = field(default=Rate(20 / 60, 20))
    overall: Rate = field(default=Rate(30.0, 60))


class Flood:
    """A bucket of tokens for each chat and one for all of them, refilled at a constant rate."""

    def __init__(self, clock: Callable[[], float], rates: Rates | None = None) -> None:
        self._clock = clock
        self._rates = rates or Rates()
        self._buckets: dict[int | None, tuple[float, float]] = {}

    def check(self, chat_id: int, messages: int = 1) -> None:
        """Count messages to the chat; a group's number is negative.

        Raises Refusal 429, counting nothing, when a bucket has too few tokens.
        """
        now = self._clock()
        limits = {chat_id: self._rates.group if chat_id < 0 else self._rates.chat, None: self._rates.overall}
        left = {}
        for bucket, rate in limits.items():
            tokens, since = self._buckets.get(bucket, (float(rate.burst), now))
            left[bucket] = min(float(rate.burst), tokens + max(0.0, now - since) * rate.per_second)
            if left[bucket] < messages:
                wait = math.ceil((messages - left[bucket]) / rate.per_second)
                raise Refusal(429, f"Too Many Requests: retry after {wait}", wait)
        for bucket, tokens in left.items():
            self._buckets[bucket] = (tokens - messages, now)
