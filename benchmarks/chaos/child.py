"""``beatdesk run`` that kills itself, with no chance to tidy up, when it passes a named point for the n-th time.

    python -m benchmarks.chaos.child before:claim 7

The points lie before and after the four steps that matter: insert (an update is stored), claim (a lane takes it),
finish (its transaction), send (a message goes out), mark (it is noted as sent).
"""

from __future__ import annotations

import functools
import itertools
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from bot import courier
from bot.cli import main
from ilp_core.storage.inbox import Inbox
from ilp_core.storage.outbox import Outbox

STEPS: dict[str, tuple[Any, str]] = {
    "insert": (Inbox, "add"),
    "claim": (Inbox, "claim"),
    "finish": (Inbox, "finish"),
    "send": (courier, "deliver"),
    "mark": (Outbox, "sent"),
}
POINTS = [f"{when}:{step}" for step in STEPS for when in ("before", "after")]


def die_at(point: str, passing: int) -> None:
    """Make the process die when it passes ``point`` for the n-th time; looks that find nothing do not count."""
    when, _, step = point.partition(":")
    owner, name = STEPS[step]
    whole: Callable[..., Any] = getattr(owner, name)
    passed = itertools.count(1)

    def count() -> None:
        if next(passed) >= passing:
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(whole)
    async def fatal(*arguments: Any, **named: Any) -> Any:
        if when == "before" and step != "claim":
            count()
        result = await whole(*arguments, **named)
        if result == []:
            return result
        # A claim is known to have found something only after; its transaction is not committed yet either way.
        count()
        return result

    setattr(owner, name, fatal)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        die_at(sys.argv[1], int(sys.argv[2]))
    sys.argv = ["beatdesk", "run"]
    main()
