"""The doorway: one HTTP server for the webhook, for those who ask how the service is, and for its counts."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from bot.metrics import Metrics
from ilp_core.domain.errors import CallError
from ilp_core.words import commands

_log = logging.getLogger(__name__)

#: An update is a few kilobytes: larger bodies come from somebody else.
BODY_BYTES: Final = 1024 * 1024
#: Bot API, setWebhook: the header that carries the secret.
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_HIGHEST_PORT: Final = 65_535
#: So many digits of a length tell whether it is over the limit.
_MOST_DIGITS: Final = 9
#: Connections that may wait to be taken.
_BACKLOG: Final = 128
#: A caller has so long for its headers, and again for its body; a connection that says nothing is closed as late.
_SLOW_S: Final = 10.0
#: How long requests in hand may go on when the service stops, in seconds.
_STOP_S: Final = 2.0
#: How long the checks behind /ready may take, in seconds.
_READY_S: Final = 2.0
#: Refused requests are logged at most so often, in seconds.
_LOG_EVERY_S: Final = 60.0

Doorbell = Callable[[bytes], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram rings: the path, the secret it must bring, and who takes the update in."""

    path: str
    secret: str
    doorbell: Doorbell


def path_of(webhook_url: str) -> str:
    """The path at which the webhook's public address ends here."""
    return urlsplit(webhook_url).path or "/"


@dataclass
class Doorway:
    """Listens at ``listen``, HOST:PORT. ``ready`` tells what works; ``hook`` is absent where the service polls."""

    listen: str
    metrics: Metrics
    ready: Callable[[], Awaitable[dict[str, bool]]]
    hook: Hook | None = None
    slow_s: float = _SLOW_S
    leaving: bool = False
    _server: HTTPServer | None = None
    _in_hand: int = 0
    _nobody: asyncio.Event = field(default_factory=asyncio.Event)
    _logged: float = field(default=float("-inf"))

    async def start(self) -> str:
        """Listen; the address. Raises CallError for an address that is taken or is none."""
        host, _, port = self.listen.rpartition(":")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            if not 0 <= int(port) <= _HIGHEST_PORT:
                raise ValueError("no port has that number")
            listening = socket.create_server((host.strip("[]"), int(port)), family=family, backlog=_BACKLOG)
        except (OSError, ValueError) as error:
            raise CallError(commands.LISTEN_TAKEN.format(listen=self.listen, why=error)) from None
        routes: list[Any] = [
            (r"/health", _Health, {"doorway": self}),
            (r"/ready", _Ready, {"doorway": self}),
            (r"/metrics", _Counts, {"doorway": self}),
        ]
        if self.hook is not None:
            routes.insert(0, (re.escape(self.hook.path), _Ring, {"doorway": self, "hook": self.hook}))
        application = Application(routes, default_handler_class=_Nowhere, log_function=lambda _: None)
        # Twice the limit: what is larger is cut off here, what is a little too large is told so.
        self._server = HTTPServer(
            application,
            max_body_size=2 * BODY_BYTES,
            max_buffer_size=2 * BODY_BYTES,
            body_timeout=self.slow_s,
            idle_connection_timeout=self.slow_s,
        )
        listening.setblocking(False)
        self._nobody.set()
        self._server.add_socket(listening)
        return f"http://{host}:{listening.getsockname()[1]}"

    async def stop(self) -> None:
        """Say that the service leaves, take no new connection, let requests in hand end."""
        self.leaving = True
        if self._server is not None:
            server, self._server = self._server, None
            server.stop()
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_S):
                    await self._nobody.wait()
            await server.close_all_connections()

    def enter(self) -> None:
        """A request is in hand."""
        self._in_hand += 1
        self._nobody.clear()

    def leave(self) -> None:
        """A request has its answer, or its caller went away."""
        self._in_hand -= 1
        if not self._in_hand:
            self._nobody.set()

    def refused(self, why: str) -> None:
        """Count a request that was turned away, and say so now and then."""
        self.metrics.webhook_refused.labels(why).inc()
        if time.monotonic() - self._logged > _LOG_EVERY_S:
            self._logged = time.monotonic()
            _log.warning("a request at the webhook was refused: %s", why)


class _Page(RequestHandler):
    """Answers in JSON and says nothing about the server."""

    def initialize(self, doorway: Doorway, hook: Hook | None = None) -> None:
        self.doorway, self.hook, self._inside = doorway, hook, False

    def prepare(self) -> None:
        self._inside = True
        self.doorway.enter()

    def on_finish(self) -> None:
        self._out()

    def on_connection_close(self) -> None:
        self._out()

    def _out(self) -> None:
        if self._inside:
            self._inside = False
            self.doorway.leave()

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish({"status": status_code})

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Log a fault without the request: its path may be known to nobody but Telegram."""
        if typ is not None and value is not None and not isinstance(value, HTTPError):
            _log.error("a request could not be answered", exc_info=(typ, value, tb))

    def say(self, code: int, **body: Any) -> None:
        self.set_status(code)
        self.finish(body)


class _Health(_Page):
    def get(self) -> None:
        self.say(200, status="alive")


class _Ready(_Page):
    async def get(self) -> None:
        try:
            async with asyncio.timeout(_READY_S):
                checks = await self.doorway.ready()
        except Exception as error:
            _log.warning("not ready: %s", type(error).__name__)
            checks = {"store": False}
        ready = all(checks.values()) and not self.doorway.leaving
        status = "leaving" if self.doorway.leaving else "ready" if ready else "not ready"
        self.say(200 if ready else 503, status=status, checks=checks)


class _Counts(_Page):
    def get(self) -> None:
        body, kind = self.doorway.metrics.page()
        self.set_header("Content-Type", kind)
        self.finish(body)


@stream_request_body
class _Ring(_Page):
    """An update from Telegram: stored before it is answered, or asked for again."""

    def initialize(self, doorway: Doorway, hook: Hook | None = None) -> None:
        super().initialize(doorway, hook)
        self._body = bytearray()

    def prepare(self) -> None:
        """Turn away by the headers alone, before anything of the body is received."""
        super().prepare()
        if self.request.method != "POST":
            return
        assert self.hook is not None
        headers = self.request.headers
        # Compared in constant time.
        if not hmac.compare_digest(headers.get(HEADER, "").encode("utf-8", "replace"), self.hook.secret.encode()):
            self._refuse(403, "secret")
        elif self.doorway.leaving:
            self.say(503, status="again")
        elif not headers.get("Content-Type", "").startswith("application/json"):
            self._refuse(415, "content type")
        elif _length(headers.get("Content-Length", "0")) > BODY_BYTES:
            self._refuse(413, "size")

    def data_received(self, chunk: bytes) -> None:
        """A part of the body; one that does not say its length is counted while it comes."""
        if self._finished:
            return
        self._body += chunk
        if len(self._body) > BODY_BYTES:
            self._refuse(413, "size")

    async def post(self) -> None:
        assert self.hook is not None
        if self._finished:
            return
        if not _is_update(bytes(self._body)):
            self._refuse(400, "no update")
        else:
            await self._take(self.hook, bytes(self._body))

    def _refuse(self, code: int, why: str) -> None:
        self.doorway.refused(why)
        self.set_header("Connection", "close")
        self.say(code, status="refused")

    async def _take(self, hook: Hook, body: bytes) -> None:
        try:
            stored = await hook.doorbell(body)
        except Exception as error:
            self.doorway.refused("store")
            _log.error("an update could not be stored; Telegram brings it again (%s)", type(error).__name__)
            stored = False
        self.say(200 if stored else 503, status="stored" if stored else "again")


class _Nowhere(RequestHandler):
    def prepare(self) -> None:
        self.clear_header("Server")
        self.set_status(404)
        self.finish({"status": 404})


def _length(given: str) -> int:
    """The length that a header names; one that is no plain number is left to the server, which refuses it."""
    return int(given[:_MOST_DIGITS]) if given.isascii() and given.isdigit() else 0


def _is_update(body: bytes) -> bool:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    number = found.get("update_id") if isinstance(found, dict) else None
    return isinstance(number, int) and not isinstance(number, bool)
