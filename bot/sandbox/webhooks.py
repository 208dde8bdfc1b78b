"""Webhooks: the sandbox brings updates to the bot's own address, as Telegram does where one is set.

Updates of one chat come strictly in order; different chats side by side, as many as the bot allows. An update that
is not answered with 2xx comes again after a wait that grows. Telegram waits longer than this, and for https only.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from bot.sandbox.call import Call
from bot.sandbox.faults import DELIVERY, Fault
from bot.sandbox.nouns import Json
from bot.sandbox.rules import Refusal, bad_request

#: Bot API, setWebhook: 1-100 connections, 40 unless told; a secret of 1-256 signs.
CONNECTIONS: Final = 40
_MOST_CONNECTIONS: Final = 100
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
#: Waits before an update comes again, in seconds: doubled from the first to the longest.
FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 5.0
#: Telegram keeps updates for a day.
KEPT_S: Final = 24 * 3600
_ANSWER_S: Final = 15.0


@dataclass
class Webhook:
    """Where updates go, and what became of them. An empty address means that they are polled."""

    clock: Callable[[], float]
    url: str = ""
    secret: str = ""
    connections: int = CONNECTIONS
    last_error_date: int | None = None
    last_error_message: str | None = None
    delivered: int = 0
    #: The fault that strikes a delivery, if one does.
    strike: Callable[[str, Mapping[str, Any]], Fault | None] = lambda _method, _parameters: None
    _lanes: dict[int, deque[Json]] = field(default_factory=dict)
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))
    _client: httpx.AsyncClient | None = None

    @property
    def pending(self) -> int:
        """Updates that wait to be delivered."""
        return sum(map(len, self._lanes.values()))

    def set(self, call: Call) -> None:
        """Set or, with an empty address, take away the webhook. Raises Refusal."""
        url, secret = call.text("url"), call.text("secret_token")
        connections = call.whole("max_connections", CONNECTIONS)
        if url and not _on_this_machine(url):
            raise bad_request("bad webhook: the sandbox delivers to this machine only")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        if not 1 <= connections <= _MOST_CONNECTIONS:
            raise bad_request("max_connections must be between 1 and 100")
        self.url, self.secret, self.connections = url, secret, connections
        self._room = asyncio.Semaphore(connections)
        self.last_error_date = self.last_error_message = None

    def info(self, polled: int) -> Json:
        """The Bot API's WebhookInfo; ``polled`` updates wait for a poll."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": self.pending if self.url else polled,
        }
        if self.url:
            info["max_connections"] = self.connections
            info["ip_address"] = "127.0.0.1"
        if self.last_error_date is not None:
            info["last_error_date"] = self.last_error_date
            info["last_error_message"] = self.last_error_message
        return info

    def polling_refused(self) -> None:
        """Raise what getUpdates meets while a webhook is set."""
        if self.url:
            why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {why}")

    def bring(self, chat_id: int, update: Json) -> None:
        """Deliver an update after those of its chat that came before."""
        self._lanes.setdefault(chat_id, deque()).append({"update": update, "since": self.clock()})
        if chat_id not in self._tasks:
            self._tasks[chat_id] = asyncio.get_running_loop().create_task(self._deliver(chat_id))

    def take_back(self) -> list[Json]:
        """The updates that were not delivered, in order, to be polled instead; deliveries under way end."""
        left = [row["update"] for lane in self._lanes.values() for row in lane]
        for task in self._tasks.values():
            task.cancel()
        self._lanes.clear()
        self._tasks.clear()
        return sorted(left, key=lambda update: int(update["update_id"]))

    async def stop(self) -> None:
        """End all deliveries."""
        tasks = list(self._tasks.values())
        self.take_back()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _deliver(self, chat_id: int) -> None:
        lane, wait = self._lanes[chat_id], FIRST_WAIT_S
        while lane:
            if self.clock() - lane[0]["since"] > KEPT_S:
                lane.popleft()
                continue
            async with self._room:
                done = await self._post(chat_id, lane[0]["update"])
            if done:
                lane.popleft()
                self.delivered += 1
                wait = FIRST_WAIT_S
            else:
                await asyncio.sleep(wait)
                wait = min(LONGEST_WAIT_S, wait * 2)
        del self._lanes[chat_id], self._tasks[chat_id]

    async def _post(self, chat_id: int, update: Json) -> bool:
        """Deliver once; True where the bot took it, as far as is known here."""
        if self._client is None:
            limits = httpx.Limits(max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_MOST_CONNECTIONS)
            # Whatever proxy the environment names, this machine is reached without one.
            self._client = httpx.AsyncClient(timeout=_ANSWER_S, limits=limits, trust_env=False)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        fault = self.strike(DELIVERY, {"chat_id": chat_id})
        if fault is not None and fault.kind in ("cut", "refuse", "429"):
            return self._failed("Connection reset by peer")
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.wait_s)
        try:
            answer = await self._client.post(self.url, json=update, headers=headers)
        except httpx.TimeoutException:
            return self._failed("Read timeout expired")
        except httpx.HTTPError as error:
            return self._failed(f"Connection failed: {type(error).__name__}")
        if fault is not None and fault.kind == "lost":
            return self._failed("Connection closed")
        if not 200 <= answer.status_code < 300:
            return self._failed(f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")
        return True

    def _failed(self, why: str) -> bool:
        self.last_error_date, self.last_error_message = int(self.clock()), why
        return False


def _on_this_machine(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    try:
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False
