"""Faults: what can go wrong between a bot and Telegram, made to go wrong on purpose.

A fault is set by a call or on the page and strikes calls of the Bot API until it is used up or ended. The ledger
writes down every message that took effect, and whether its answer was lost: so a double is known for what it is.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final, Literal, get_args

from bot.sandbox.call import Call
from bot.sandbox.nouns import Json, SandboxError

#: 429: too many requests. lost: it takes effect, its answer does not arrive. cut: the connection breaks before it
#: takes effect. refuse: a gateway answers 502. slow: the answer takes its time.
FaultKind = Literal["429", "lost", "cut", "refuse", "slow"]
KINDS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)
#: Methods whose effect an officer sees.
_SENDS: Final = ("send", "edit", "copy", "forward")
_LEDGER: Final = 200_000
#: What a fault strikes only where it names it. A delivery to the bot's webhook is no method, but has a name here.
DELIVERY: Final = "webhook"
_ONLY_BY_NAME: Final = frozenset({"getupdates", DELIVERY})


@dataclass
class Fault:
    """One fault: it strikes ``share`` of the calls of ``method`` (``*``: all), ``count`` times at most."""

    kind: FaultKind
    method: str = "*"
    count: int | None = None
    share: float = 1.0
    wait_s: float = 1.0
    chat: int | None = None
    struck: int = 0

    def as_json(self) -> Json:
        """The fault as the page shows it."""
        return {
            "kind": self.kind,
            "method": self.method,
            "left": None if self.count is None else max(0, self.count - self.struck),
            "share": self.share,
            "wait_s": self.wait_s,
            "chat": self.chat,
            "struck": self.struck,
        }


@dataclass
class Faults:
    """The faults in force, and the ledger. ``seed`` makes chance repeatable."""

    seed: int = 0
    active: list[Fault] = field(default_factory=list)
    ledger: deque[Json] = field(default_factory=lambda: deque(maxlen=_LEDGER))
    counted: int = 0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a fault is no secret

    def set(self, wish: Json) -> list[Json]:
        """Add a fault, or end all with the kind ``none``. Raises SandboxError for a wish that means nothing."""
        kind = wish.get("kind")
        if kind == "none":
            self.active.clear()
            return []
        if kind not in KINDS:
            raise SandboxError(f"A fault is one of: {', '.join(KINDS)}, none.")
        try:
            count = wish.get("count")
            seed = wish.get("seed")
            fault = Fault(
                kind,
                str(wish.get("method", "*")).lower(),
                None if count is None else int(count),
                float(wish.get("share", 1.0)),
                float(wish.get("retry_after") or wish.get("seconds") or 1.0),
                None if wish.get("chat") is None else int(wish["chat"]),
            )
            if seed is not None:
                self._random.seed(int(seed))
        except (TypeError, ValueError):
            raise SandboxError("A fault's count, share, seconds, seed and chat are numbers.") from None
        if not (0 < fault.share <= 1 and fault.wait_s >= 0 and (fault.count is None or fault.count > 0)):
            raise SandboxError("A fault strikes a share from 0 to 1, at least once, and lasts no negative time.")
        self.active.append(fault)
        return self.shown()

    def shown(self) -> list[Json]:
        """The faults in force."""
        return [fault.as_json() for fault in self.active]

    def strike(self, method: str, parameters: Mapping[str, Any]) -> Fault | None:
        """The fault that strikes this call, if one does. ``*`` strikes neither polls nor deliveries to a webhook."""
        name = method.lower()
        for fault in self.active:
            if fault.method not in (name, "*") or (fault.method == "*" and name in _ONLY_BY_NAME):
                continue
            if fault.chat is not None and str(parameters.get("chat_id")) != str(fault.chat):
                continue
            if fault.share < 1.0 and self._random.random() >= fault.share:
                continue
            fault.struck += 1
            if fault.count is not None and fault.struck >= fault.count:
                self.active.remove(fault)
            return fault
        return None

    def write_down(self, method: str, call: Call, result: Any, at: float, *, lost: bool) -> None:
        """Keep what took effect in the ledger, where an officer sees it: a row for each message."""
        if not method.lower().startswith(_SENDS):
            return
        for message in result if isinstance(result, list) else [result]:
            if not isinstance(message, dict):
                continue
            self.counted += 1
            self.ledger.append(
                {
                    "n": self.counted,
                    "chat": message["chat"]["id"] if "chat" in message else call.chat(),
                    "message_id": message.get("message_id"),
                    "method": method,
                    "text": message.get("text", message.get("caption", "")),
                    "at": at,
                    "lost": lost,
                }
            )

    def since(self, after: int) -> list[Json]:
        """What took effect after number ``after`` of the ledger."""
        rows = list(takewhile(lambda row: row["n"] > after, reversed(self.ledger)))
        return rows[::-1]
