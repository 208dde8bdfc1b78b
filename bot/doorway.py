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
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.metrics import Metrics
from ilp_core.domain.errors import CallError
from ilp_core.words.en import commands

_log = logging.getLogger(__name__)

#: An update is a few kilobytes: larger bodies come from somebody else.
BODY_BYTES: Final = 1024 * 1024
#: Bot API, setWebhook: the header that carries the secret.
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_HIGHEST_PORT: Final = 65_535
#: Connections that may wait to be taken.
_BACKLOG: Final = 128
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
    leaving: bool = False
    _server: HTTPServer | None = None
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
        self._server = HTTPServer(application, max_body_size=BODY_BYTES, max_buffer_size=BODY_BYTES * 2)
        listening.setblocking(False)
        self._server.add_socket(listening)
        return f"http://{host}:{listening.getsockname()[1]}"

    async def stop(self) -> None:
        """Say that the service leaves, take no new connection, let requests in hand end."""
        self.leaving = True
        if self._server is not None:
            server, self._server = self._server, None
            server.stop()
            await server.close_all_connections()

    def refused(self, why: str) -> None:
        """Count a request that was turned away, and say so now and then."""
        self.metrics.webhook_refused.labels(why).inc()
        if time.monotonic() - self._logged > _LOG_EVERY_S:
            self._logged = time.monotonic()
            _log.warning("a request at the webhook was refused: %s", why)


class _Page(RequestHandler):
    """Answers in JSON and says nothing about the server."""

    def initialize(self, doorway: Doorway, hook: Hook | None = None) -> None:
        self.doorway, self.hook = doorway, hook

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish({"status": status_code})

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


class _Ring(_Page):
    """An update from Telegram: stored before it is answered, or asked for again."""

    async def post(self) -> None:
        assert self.hook is not None
        given = self.request.headers.get(HEADER, "")
        # Compared in constant time, and before anything of the body is read.
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.hook.secret.encode()):
            self.doorway.refused("secret")
            self.say(403, status="refused")
        elif not self.request.headers.get("Content-Type", "").startswith("application/json"):
            self.doorway.refused("content type")
            self.say(415, status="refused")
        elif not _is_update(self.request.body):
            self.doorway.refused("no update")
            self.say(400, status="refused")
        else:
            await self._take(self.hook)

    async def _take(self, hook: Hook) -> None:
        try:
            stored = await hook.doorbell(self.request.body)
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


def _is_update(body: bytes) -> bool:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    number = found.get("update_id") if isinstance(found, dict) else None
    return isinstance(number, int) and not isinstance(number, bool)
