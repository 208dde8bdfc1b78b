"""The sandbox as a server on the loopback interface: a Bot API for the bot, a chat page for the person.

Nothing here is reachable from another machine: any host but loopback is refused, and so is a request that a
foreign web page makes through a browser on this machine (its Host or its Origin gives it away).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.sandbox.account import Account
from bot.sandbox.api import call_method
from bot.sandbox.call import Call, read_call
from bot.sandbox.fault_routes import fault_routes
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.flood import Flood, Rates
from bot.sandbox.loopback import LoopbackHandler
from bot.sandbox.nouns import SANDBOX_TOKEN, Change, Persona
from bot.sandbox.page_routes import Streams, page_routes
from bot.sandbox.rules import Refusal
from bot.sandbox.town_map import TownMap
from bot.sandbox.world import World

__all__ = ["SANDBOX_TOKEN", "Persona", "Sandbox", "TownMap"]

log = logging.getLogger(__name__)

#: Bot API: uploads up to 50 MB, with room for the form around them.
_BODY_BYTES: Final = 52 * 1024 * 1024
#: Telegram answers a long poll after 50 s at the latest, whatever was asked.
_POLL_LIMIT_S: Final = 50
#: How many of the bot's calls are remembered.
_CALLS: Final = 10_000


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call that a bot made: the method, its parameters as they came in, and the names of its uploads."""

    method: str
    parameters: Mapping[str, Any]
    uploads: tuple[str, ...]


class Sandbox:
    """A loopback Bot API and its chat page, over one world.

    ``port`` 0 takes a free one. ``clock`` gives Unix seconds. ``flood_control`` is on, off, or has rates of its own.
    The ``acquainted`` are personas who wrote to the bot in an earlier run, so that the bot may write to them first.
    ``on_kill`` ends the bot's process at once, where somebody started one with this sandbox. Raises ValueError for
    a host that is not loopback; ``start`` raises OSError when the port is taken.
    """

    def __init__(
        self,
        personas: Sequence[Persona],
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        town: TownMap | None = None,
        flood_control: bool | Rates = True,
        acquainted: Collection[int] = (),
        clock: Callable[[], float] = time.time,
        on_kill: Callable[[], None] | None = None,
    ) -> None:
        self._host = _loopback(host)
        self._port = port
        self.world = World(personas, clock, acquainted)
        rates = flood_control if isinstance(flood_control, Rates) else None
        self.account = Account(self.world, Flood(clock, rates) if flood_control else None)
        self.faults = Faults()
        self.account.webhook.strike = self.faults.strike
        #: The newest calls of the bot, whatever became of them.
        self.calls: deque[MadeCall] = deque(maxlen=_CALLS)
        self.poll = Poll()
        self._streams = Streams()
        self.world.listeners.extend((self.poll.wake, self._streams.pass_on))
        self._server: HTTPServer | None = None
        self._application = Application(
            [
                (r"/bot([^/]+)/(\w+)", _MethodHandler, {"sandbox": self}),
                (r"/file/bot([^/]+)/files/(\w+)", _FileHandler, {"sandbox": self}),
                *page_routes(self.world, self.account, self._streams, town, can_kill=on_kill is not None),
                *fault_routes(self.faults, on_kill),
            ],
            default_handler_class=_NowhereHandler,
            log_function=_log_request,
        )

    @property
    def root(self) -> str:
        """The server's address; the bot's base_url is this and /bot, its base_file_url this and /file/bot."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def page_address(self) -> str:
        """Where the chat page is."""
        return f"{self.root}/"

    async def start(self) -> None:
        """Listen. The port is known from here on."""
        sockets = bind_sockets(self._port, address=self._host)
        self._port = sockets[0].getsockname()[1]
        self._server = HTTPServer(self._application, max_body_size=_BODY_BYTES, max_buffer_size=_BODY_BYTES)
        self._server.add_sockets(sockets)

    async def stop(self) -> None:
        """Stop listening, end long polls and event streams, close every connection."""
        if self._server is None:
            return
        self._server.stop()
        self.poll.finish()
        self._streams.finish()
        await self.account.webhook.stop()
        await self._server.close_all_connections()
        self._server = None


class Poll:
    """The one long poll that may wait for updates. A second poller ends the first with 409, as at Telegram."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[None] | None = None

    def wake(self, change: Change) -> None:
        """Let the waiting poll go on when an update has come."""
        if change.kind == "update":
            self.finish()

    def finish(self) -> None:
        """Let the waiting poll go on."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    async def updates(self, fetch: Callable[[], list[Any]], timeout_s: int) -> list[Any]:
        """What ``fetch`` gives now or, while it gives nothing, once there is an update or time is up."""
        if self._waiting and not self._waiting.done():
            conflict = "terminated by other getUpdates request; make sure that only one bot instance is running"
            self._waiting.set_exception(Refusal(409, f"Conflict: {conflict}"))
        found = fetch()
        if found or timeout_s <= 0:
            return found
        mine = self._waiting = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(mine, min(timeout_s, _POLL_LIMIT_S))
        except TimeoutError:
            return []
        return fetch()

    def leave(self) -> None:
        """The waiting client has gone: free its place."""
        self.finish()


class _MethodHandler(LoopbackHandler):
    """POST or GET /bot<token>/<method>."""

    def initialize(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.polling = False

    async def post(self, token: str, method: str) -> None:
        try:
            if token != SANDBOX_TOKEN:
                raise Refusal(401, "Unauthorized")
            call = read_call(self.request)
            self.sandbox.calls.append(MadeCall(method, call.parameters, tuple(call.uploads)))
            fault = self.sandbox.faults.strike(method, call.parameters)
            if fault is not None and await self._struck_before(fault):
                return
            result = await self._result(method, call)
            lost = fault is not None and fault.kind == "lost"
            self.sandbox.faults.write_down(method, call, result, self.sandbox.world.clock(), lost=lost)
            if lost:
                self._cut()
                return
        except Refusal as refusal:
            if refusal.code == 404:
                log.warning("%s", refusal.description)
            self.set_status(refusal.code, "Refused")
            self.finish(refusal.as_json())
        else:
            self.finish({"ok": True, "result": result})

    get = post

    async def _struck_before(self, fault: Fault) -> bool:
        """What a fault does before the call takes effect; True where that is all there is."""
        if fault.kind == "429":
            wait = math.ceil(fault.wait_s)
            raise Refusal(429, f"Too Many Requests: retry after {wait}", wait)
        if fault.kind == "slow":
            await asyncio.sleep(fault.wait_s)
        elif fault.kind == "cut":
            self._cut()
            return True
        elif fault.kind == "refuse":
            self.set_status(502)
            self.set_header("Content-Type", "text/html")
            self.finish("<html><body>502 Bad Gateway</body></html>")
            return True
        return False

    def _cut(self) -> None:
        """Break the connection without an answer."""
        connection = self.request.connection
        assert connection is not None
        stream = connection.detach()  # type: ignore[attr-defined]
        stream.close()
        self._finished = True

    async def _result(self, method: str, call: Call) -> Any:
        if method.lower() != "getupdates":
            return call_method(self.sandbox.account, method, call)
        self.polling = True
        try:
            return await self.sandbox.poll.updates(
                lambda: call_method(self.sandbox.account, method, call), call.whole("timeout", 0)
            )
        finally:
            self.polling = False

    def on_connection_close(self) -> None:
        if self.polling:
            self.sandbox.poll.leave()


class _FileHandler(LoopbackHandler):
    """GET /file/bot<token>/<file_path>."""

    def initialize(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def get(self, token: str, file_id: str) -> None:
        kept = self.sandbox.world.files.get(file_id) if token == SANDBOX_TOKEN else None
        if kept is None:
            refusal = Refusal(404, "Not Found")
            self.set_status(refusal.code)
            self.finish(refusal.as_json())
            return
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(kept.content)


class _NowhereHandler(LoopbackHandler):
    """Every address that is neither the Bot API's nor the page's."""

    def prepare(self) -> None:
        super().prepare()
        if not self._finished:
            self.set_status(404)
            self.finish(Refusal(404, "Not Found").as_json())


def _loopback(host: str) -> str:
    """The address to listen at. Raises ValueError unless it is loopback."""
    if host == "localhost":
        return "127.0.0.1"  # whatever a hosts file says
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"The sandbox listens on this machine only; use 127.0.0.1 instead of {host}.")
    return host


def _log_request(handler: RequestHandler) -> None:
    """One line a request, without its path: a bot's path holds its token."""
    log.debug("%s answered with %d", handler.request.method, handler.get_status())
