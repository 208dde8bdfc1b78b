"""The developers' corner: set and end faults, read the ledger, kill the bot's process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.deed_routes import fail, json_wish
from bot.sandbox.faults import Faults
from bot.sandbox.loopback import LoopbackHandler
from bot.sandbox.nouns import SandboxError


def fault_routes(faults: Faults, on_kill: Callable[[], None] | None) -> list[Any]:
    """Tornado's routes; ``on_kill`` ends the bot's process at once, where the sandbox was started with a bot."""
    return [
        (r"/sandbox/faults", _FaultsHandler, {"faults": faults}),
        (r"/sandbox/ledger", _LedgerHandler, {"faults": faults}),
        (r"/sandbox/kill", _KillHandler, {"on_kill": on_kill}),
    ]


class _FaultsHandler(LoopbackHandler):
    """GET: the faults in force. POST: one more, or none any more. DELETE: none any more."""

    def initialize(self, faults: Faults) -> None:
        self.faults = faults

    def get(self) -> None:
        self.finish({"faults": self.faults.shown()})

    def post(self) -> None:
        try:
            self.finish({"faults": self.faults.set(json_wish(self))})
        except SandboxError as problem:
            fail(self, 400, str(problem))

    def delete(self) -> None:
        self.finish({"faults": self.faults.set({"kind": "none"})})


class _LedgerHandler(LoopbackHandler):
    """GET /sandbox/ledger?after=N: every message that took effect since; ``last=N``: no more than the newest N."""

    def initialize(self, faults: Faults) -> None:
        self.faults = faults

    def get(self) -> None:
        after, last = self.get_query_argument("after", "0"), self.get_query_argument("last", "")
        rows = self.faults.since(int(after) if after.isdigit() else 0)
        self.finish({"rows": rows[-int(last) :] if last.isdigit() and int(last) else rows})


class _KillHandler(LoopbackHandler):
    """POST: the bot's process dies at once, as in a power cut; whoever started it starts it again."""

    def initialize(self, on_kill: Callable[[], None] | None) -> None:
        self.on_kill = on_kill

    def post(self) -> None:
        if self.on_kill is None:
            fail(self, 404, "No bot was started with this sandbox.")
            return
        self.on_kill()
        self.finish({})
