"""The sandbox's faults, ledger and webhooks, over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.doorway import HEADER, Doorway, Hook
from bot.metrics import Metrics
from bot.sandbox import webhooks
from bot.sandbox.server import SANDBOX_TOKEN, Persona, Sandbox
from tests.post_office import eventually

CHAT, OTHER = 1001, 1002
SECRET = "secret-of-a-test"
kills: list[None] = []


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    people = [Persona(number, "Account", "") for number in (CHAT, OTHER)]
    started = Sandbox(people, flood_control=False, acquainted=(CHAT, OTHER), on_kill=lambda: kills.append(None))
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.root, timeout=10) as client:
        yield client


async def call(http: httpx.AsyncClient, method: str, **parameters: Any) -> httpx.Response:
    return await http.post(f"/bot{SANDBOX_TOKEN}/{method}", json=parameters)


async def send(http: httpx.AsyncClient, text: str, chat: int = CHAT) -> httpx.Response:
    return await call(http, "sendMessage", chat_id=chat, text=text)


async def ledger(http: httpx.AsyncClient, after: int = 0) -> list[tuple[str, bool]]:
    rows = (await http.get("/sandbox/ledger", params={"after": after})).json()["rows"]
    return [(row["text"], row["lost"]) for row in rows]


async def test_each_fault_does_what_it_says_and_ends(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    for kind in ("429", "lost", "cut", "refuse"):
        answer = await http.post(
            "/sandbox/faults", json={"kind": kind, "method": "sendMessage", "count": 1, "retry_after": 3}
        )
        assert [fault["kind"] for fault in answer.json()["faults"]] == [kind]
        if kind == "429":
            refused = (await send(http, kind)).json()
            assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 3})
        elif kind == "refuse":
            assert (await send(http, kind)).status_code == 502
        else:
            with pytest.raises(httpx.TransportError):
                await send(http, kind)
        assert (await http.get("/sandbox/faults")).json()["faults"] == []
        assert (await send(http, f"after {kind}")).status_code == 200
    assert await ledger(http) == [
        ("after 429", False),
        ("lost", True),
        ("after lost", False),
        ("after cut", False),
        ("after refuse", False),
    ]
    assert await ledger(http, after=4) == [("after refuse", False)]
    newest = (await http.get("/sandbox/ledger", params={"last": 2})).json()["rows"]
    assert [row["n"] for row in newest] == [4, 5]


async def test_a_fault_keeps_to_its_method_its_chat_and_its_share(http: httpx.AsyncClient) -> None:
    await http.post("/sandbox/faults", json={"kind": "429", "method": "sendMessage", "chat": CHAT})
    assert (await send(http, "x", CHAT)).status_code == 429
    assert (await send(http, "x", OTHER)).status_code == 200
    assert (await call(http, "getMe")).status_code == 200
    assert (await http.delete("/sandbox/faults")).json() == {"faults": []}
    await http.post("/sandbox/faults", json={"kind": "429", "method": "*", "share": 0.5, "seed": 3})
    codes = [(await send(http, "x")).status_code for _ in range(40)]
    assert 8 <= codes.count(429) <= 32
    # A poll is struck by its name only: a storm must not look like an empty queue.
    assert (await call(http, "getUpdates")).status_code == 200


@pytest.mark.parametrize(
    "wish", [{"kind": "nonsense"}, {}, {"kind": "429", "count": "many"}, {"kind": "429", "chat": []}]
)
async def test_a_fault_that_means_nothing_is_refused(http: httpx.AsyncClient, wish: dict[str, Any]) -> None:
    answer = await http.post("/sandbox/faults", json=wish)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert (await http.post("/sandbox/faults", content=b"kind=429")).status_code == 400


async def test_the_bot_is_killed_where_one_was_started(http: httpx.AsyncClient) -> None:
    kills.clear()
    assert (await http.post("/sandbox/kill")).status_code == 200
    assert kills == [None]
    assert (await http.get("/sandbox/personas")).json()["can_kill"] is True
    alone = Sandbox([Persona(CHAT, "Account", "")])
    await alone.start()
    async with httpx.AsyncClient(base_url=alone.root) as other:
        assert (await other.post("/sandbox/kill")).status_code == 404
        assert (await other.get("/sandbox/personas")).json()["can_kill"] is False
    await alone.stop()


class Bell:
    """Who takes updates in at the webhook, and refuses as often as it is told."""

    def __init__(self) -> None:
        self.rang: list[bytes] = []
        self.refusals = 0

    async def ring(self, body: bytes) -> bool:
        if self.refusals:
            self.refusals -= 1
            return False
        self.rang.append(body)
        return True

    async def ready(self) -> dict[str, bool]:
        return {}

    async def has_rung(self, times: int) -> bool:
        return len(self.rang) >= times


async def has_failed(http: httpx.AsyncClient) -> bool:
    """Whether a delivery has failed, as the sandbox tells a bot."""
    return (await call(http, "getWebhookInfo")).json()["result"].get("last_error_message") is not None


async def test_a_webhook_gets_updates_in_order_and_again_until_they_are_taken(
    sandbox: Sandbox, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "FIRST_WAIT_S", 0.01)
    bell = Bell()
    doorway = Doorway("127.0.0.1:0", Metrics(), bell.ready, hook=Hook("/hook", SECRET, bell.ring))
    address = f"{await doorway.start()}/hook"
    sandbox.world.say(CHAT, "before")
    assert (await call(http, "setWebhook", url=address, secret_token=SECRET)).json()["result"] is True
    bell.refusals = 3
    for number in range(5):
        sandbox.world.say(CHAT, str(number))
        sandbox.world.say(OTHER, f"other {number}")
    await eventually(bell.has_rung, 11)
    words = [json.loads(body)["message"]["text"] for body in bell.rang]
    assert [word for word in words if not word.startswith("other")] == ["before", "0", "1", "2", "3", "4"]
    assert [word for word in words if word.startswith("other")] == [f"other {number}" for number in range(5)]
    conflict = await call(http, "getUpdates")
    assert (conflict.status_code, conflict.json()["error_code"]) == (409, 409)
    info = (await call(http, "getWebhookInfo")).json()["result"]
    assert (info["url"], info["pending_update_count"]) == (address, 0)
    await doorway.stop()

    sandbox.world.say(CHAT, "while it is down")
    await eventually(has_failed, http)
    # What was not delivered is polled instead.
    assert (await call(http, "deleteWebhook")).json()["result"] is True
    [update] = (await call(http, "getUpdates")).json()["result"]
    assert update["message"]["text"] == "while it is down"


@pytest.mark.parametrize(
    "wish",
    [
        {"url": "https://desk.example.org/hook"},
        {"url": "ftp://127.0.0.1/hook"},
        {"url": "http://127.0.0.1/hook", "secret_token": "no spaces"},
        {"url": "http://127.0.0.1/hook", "max_connections": 101},
    ],
)
async def test_a_webhook_that_cannot_be_is_refused(http: httpx.AsyncClient, wish: dict[str, Any]) -> None:
    assert (await call(http, "setWebhook", **wish)).status_code == 400
    assert (await call(http, "getUpdates")).status_code == 200


async def test_without_the_secret_the_webhook_takes_nothing(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    bell = Bell()
    doorway = Doorway("127.0.0.1:0", Metrics(), bell.ready, hook=Hook("/hook", SECRET, bell.ring))
    address = f"{await doorway.start()}/hook"
    await call(http, "setWebhook", url=address)
    sandbox.world.say(CHAT, "x")
    await eventually(has_failed, http)
    assert bell.rang == []
    assert HEADER == "X-Telegram-Bot-Api-Secret-Token"
    await doorway.stop()
