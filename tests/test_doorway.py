"""The doorway: the webhook's secret and limits, and what it says to those who ask how the service is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.doorway import BODY_BYTES, HEADER, Doorway, Hook, path_of
from bot.metrics import Metrics
from ilp_core.domain.errors import CallError
from tests.post_office import an_update

SECRET = "a-secret_of-the-hook"


class House:
    """What stands behind the door, as a test wants it."""

    def __init__(self) -> None:
        self.rang: list[bytes] = []
        self.trouble: Exception | None = None
        self.entered = asyncio.Event()
        self.hold: asyncio.Event | None = None
        self.works = {"store": True, "data": True}
        self.metrics = Metrics()
        hook = Hook("/telegram", SECRET, self.ring)
        self.doorway = Doorway("127.0.0.1:0", self.metrics, self.ready, hook=hook)

    async def ring(self, body: bytes) -> bool:
        self.entered.set()
        if self.hold:
            await self.hold.wait()
        if self.trouble:
            raise self.trouble
        self.rang.append(body)
        return True

    async def ready(self) -> dict[str, bool]:
        if self.trouble:
            raise self.trouble
        return self.works


@pytest.fixture
async def house() -> AsyncIterator[tuple[House, httpx.AsyncClient]]:
    built = House()
    address = await built.doorway.start()
    async with httpx.AsyncClient(base_url=address) as http:
        yield built, http
    await built.doorway.stop()


Both = tuple[House, httpx.AsyncClient]


async def post(
    http: httpx.AsyncClient, body: bytes, secret: str | None = SECRET, kind: str = "application/json"
) -> int:
    headers = {"Content-Type": kind, **({HEADER: secret} if secret is not None else {})}
    return (await http.post("/telegram", content=body, headers=headers)).status_code


async def test_an_update_is_taken_as_it_came(house: Both) -> None:
    inside, http = house
    body = an_update(1, 701, "whats hot")
    assert await post(http, body) == 200
    assert inside.rang == [body]


@pytest.mark.parametrize("secret", [None, "", "a-secret_of-the-hooK", SECRET + "x", SECRET[:-1], "ä" * 20])
async def test_without_the_secret_nothing_gets_in(house: Both, secret: str | None) -> None:
    inside, http = house
    headers = [(b"content-type", b"application/json")]
    if secret is not None:
        headers.append((HEADER.lower().encode(), secret.encode()))
    answer = await http.post("/telegram", content=an_update(1, 701, "x"), headers=headers)
    assert answer.status_code == 403
    assert inside.rang == []


async def test_what_cannot_be_stored_is_asked_for_again(house: Both, caplog: pytest.LogCaptureFixture) -> None:
    inside, http = house
    inside.trouble = OSError("near zelmstone")
    assert await post(http, an_update(1, 701, "x")) == 503
    assert "zelmstone" not in caplog.text
    inside.trouble = None
    assert await post(http, an_update(1, 701, "x")) == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b'{"message": {}}', 400),
        (b'{"update_id": "7"}', 400),
        (b'{"update_id": true}', 400),
        (b"[" * 100_000, 400),
        (json.dumps({"update_id": 1, "x": "a" * BODY_BYTES}).encode(), 413),
        (b"x" * (3 * BODY_BYTES), 413),
    ],
)
async def test_what_is_no_update_is_refused(house: Both, body: bytes, status: int) -> None:
    inside, http = house
    assert await post(http, body) == status
    assert inside.rang == []


async def raw(address: httpx.URL, *parts: bytes, secret: str = SECRET, ends: bool = False) -> bytes:
    """What comes back for a request whose head names ``parts[0]`` and whose body is the rest, sent as it is."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {secret}\r\nContent-Type: application/json\r\n"
    for part in (head.encode() + parts[0] + b"\r\n\r\n", *parts[1:]):
        writer.write(part)
    if ends:
        writer.write_eof()
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


async def test_the_secret_is_checked_before_the_body_is_there(house: Both) -> None:
    _, http = house
    # The body never comes: who waited for it would never answer.
    answer = await raw(http.base_url, b"Content-Length: 1000", secret="wrong")
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"Connection: close" in answer


@pytest.mark.parametrize("length", [str(BODY_BYTES + 1), "9" * 30])
async def test_a_body_that_will_be_too_large_is_refused_before_it_comes(house: Both, length: str) -> None:
    _, http = house
    answer = await raw(http.base_url, f"Content-Length: {length}".encode())
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_body_of_untold_length_is_counted_while_it_comes(house: Both) -> None:
    inside, http = house
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = await raw(http.base_url, b"Transfer-Encoding: chunked", *[chunk] * (BODY_BYTES // 0x10000 + 1))
    assert answer.startswith(b"HTTP/1.1 413 ")
    body = an_update(1, 701, "whats hot")
    whole = [f"{len(body):x}\r\n".encode() + body + b"\r\n", b"0\r\n\r\n"]
    answer = await raw(http.base_url, b"Transfer-Encoding: chunked\r\nConnection: close", *whole)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert inside.rang == [body]


@pytest.mark.parametrize("length", [b"Content-Length: -1", b"Content-Length: ten", b"Content-Length: 7, 8"])
async def test_a_length_that_is_none_leads_nowhere(house: Both, length: bytes) -> None:
    inside, http = house
    assert b"200" not in await raw(http.base_url, length, an_update(1, 701, "x"), ends=True)
    assert inside.rang == []


@pytest.mark.parametrize("parts", [[b"Content-Length: 1000", b"{"], [b"X-Slow: 1\r\nX-Slower"]])
async def test_who_does_not_go_on_is_cut_off(parts: list[bytes]) -> None:
    slow = House()
    slow.doorway.slow_s = 0.2
    address = httpx.URL(await slow.doorway.start())
    reader, writer = await asyncio.open_connection(address.host, address.port)
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Type: application/json\r\n"
    writer.write(head.encode() + b"\r\n\r\n".join(parts))
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    await slow.doorway.stop()
    assert slow.rang == []


async def test_a_stop_lets_the_request_in_hand_end(house: Both) -> None:
    inside, http = house
    inside.hold = asyncio.Event()
    ringing = asyncio.create_task(post(http, an_update(1, 701, "x")))
    async with asyncio.timeout(5):
        await inside.entered.wait()
        stopping = asyncio.create_task(inside.doorway.stop())
        await asyncio.sleep(0.05)
        assert not stopping.done()
        inside.hold.set()
        assert await ringing == 200
        await stopping
    with pytest.raises(httpx.HTTPError):
        await post(http, an_update(2, 701, "x"))


async def test_a_fault_is_logged_without_the_request(
    house: Both, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, http = house

    def page() -> tuple[bytes, str]:
        raise ZeroDivisionError

    monkeypatch.setattr(inside.metrics, "page", page)
    assert (await http.get("/metrics", params={"token": "zelmstone"})).status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert "zelmstone" not in caplog.text
    assert "/metrics" not in caplog.text


async def test_other_methods_paths_and_kinds_lead_nowhere(house: Both) -> None:
    inside, http = house
    assert await post(http, an_update(1, 701, "x"), kind="text/plain") == 415
    assert (await http.get("/telegram")).status_code == 405
    assert (await http.get("/elsewhere")).status_code == 404
    assert (await http.post("/health")).status_code == 405
    assert "Server" not in (await http.get("/elsewhere")).headers
    assert inside.rang == []


async def test_it_says_how_the_service_is(house: Both) -> None:
    inside, http = house

    async def ready() -> tuple[int, Any]:
        answer = await http.get("/ready")
        return answer.status_code, answer.json()["status"]

    assert (await http.get("/health")).json() == {"status": "alive"}
    assert await ready() == (200, "ready")
    inside.works["data"] = False
    assert await ready() == (503, "not ready")
    inside.works["data"], inside.trouble = True, OSError()
    assert await ready() == (503, "not ready")
    inside.trouble, inside.doorway.leaving = None, True
    assert await ready() == (503, "leaving")
    assert (await http.get("/health")).status_code == 200


async def test_the_counts_tell_nothing_about_anybody(house: Both) -> None:
    inside, http = house
    inside.metrics.updates_taken.labels("message").inc()
    await post(http, b"{")
    page = (await http.get("/metrics")).text
    assert 'beatdesk_updates_taken_total{kind="message"} 1.0' in page
    assert 'beatdesk_webhook_refused_total{why="no update"} 1.0' in page


@pytest.mark.parametrize("listen", ["nonsense", "127.0.0.1:notaport", "127.0.0.1:99999999"])
async def test_an_address_that_is_none_is_named(listen: str) -> None:
    with pytest.raises(CallError, match="BEATDESK_LISTEN"):
        await Doorway(listen, Metrics(), House().ready).start()


async def test_a_port_that_is_taken_is_named(house: Both) -> None:
    _, http = house
    with pytest.raises(CallError, match="BEATDESK_LISTEN"):
        await Doorway(f"127.0.0.1:{http.base_url.port}", Metrics(), House().ready).start()


def test_the_path_is_that_of_the_public_address() -> None:
    assert path_of("https://desk.example.org/telegram/7") == "/telegram/7"
    assert path_of("https://desk.example.org") == "/"
