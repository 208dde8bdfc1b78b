"""A phone for dialogue tests: one persona of the sandbox, over HTTP, as the chat page does it.

async with Phone(sandbox.root, 1001) as phone:
    await phone.start()
    await phone.say("whats hot tonight")
    reply = await phone.next_message()
    await phone.press("Map")
    picture = await phone.next_message()
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

#: How often the phone looks for news, in seconds. The server is on this machine.
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the person sees it. ``text`` is a picture's caption where there is a picture."""

    message_id: int
    from_bot: bool
    text: str
    buttons: tuple[str, ...]
    photo: str | None
    protected: bool
    edited: bool
    raw: dict[str, Any]


class Phone:
    """Says, presses and shares as one persona, and waits for what the bot does."""

    def __init__(self, root: str, user_id: int) -> None:
        self.user_id = user_id
        self._http = httpx.AsyncClient(base_url=f"{root}/sandbox", timeout=10)
        self._read = 0
        self._revision = 0
        self._seen: dict[int, Seen] = {}

    async def __aenter__(self) -> Phone:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def start(self) -> int:
        """Press the Start button of an empty chat."""
        personas = (await self._look("personas"))["personas"]
        return await self.say(next(who["start"] for who in personas if who["id"] == self.user_id))

    async def say(self, text: str) -> int:
        """Send words; returns the message's number."""
        return int((await self._do("say", text=text))["message_id"])

    async def share_location(self, lat: float, lon: float) -> int:
        """Send a point in degrees."""
        return int((await self._do("location", lat=lat, lon=lon))["message_id"])

    async def send_photo(self, content: bytes, mime: str = "image/png", caption: str = "") -> int:
        """Send a picture."""
        answer = await self._http.post(
            "/photo",
            params={"persona": self.user_id, "caption": caption},
            content=content,
            headers={"Content-Type": mime},
        )
        return int(_result(answer)["message_id"])

    async def send_voice(self, content: bytes) -> int:
        """Send a recorded voice."""
        sent, kind = {"persona": self.user_id, "duration": 3}, {"Content-Type": "audio/ogg"}
        answer = await self._http.post("/voice", params=sent, content=content, headers=kind)
        return int(_result(answer)["message_id"])

    async def edit(self, message_id: int, text: str) -> None:
        """Change one's own words."""
        await self._do("edit", message_id=message_id, text=text)

    async def delete(self, message_id: int) -> None:
        """Take back one's own message."""
        await self._do("delete", message_id=message_id)

    async def press(self, label: str) -> str:
        """Press the button with this text under the newest message that has one; returns the query's id."""
        for message in reversed(await self.messages()):
            rows = message.raw.get("reply_markup", {}).get("inline_keyboard", [])
            for row, buttons in enumerate(rows):
                for column, button in enumerate(buttons):
                    if button["text"] == label:
                        return await self.press_at(message.message_id, row, column)
        raise AssertionError(f"no message has a button {label!r}")

    async def press_at(self, message_id: int, row: int = 0, column: int = 0) -> str:
        """Press a button by its place under a message; returns the query's id."""
        wish = {"message_id": message_id, "row": row, "column": column}
        return str((await self._do("press", **wish))["query_id"])

    async def answer(self, query_id: str, timeout: float = 10) -> str:  # noqa: ASYNC109 - httpx has no scope
        """The toast that answers a pressed button; empty where the bot answered without words."""

        async def look() -> dict[str, Any] | None:
            answer: dict[str, Any] | None = (await self._look("answer", query=query_id))["answer"]
            return answer

        deadline = time.monotonic() + timeout
        while (found := await look()) is None:
            _in_time(deadline, "an answer to the pressed button")
            await asyncio.sleep(_LOOK_S)
        return str(found["text"])

    async def messages(self) -> list[Seen]:
        """The whole chat, oldest first. Only what is new since the last look is asked for."""
        chat = await self._look("chat", persona=self.user_id, after=self._revision)
        if chat["revision"] >= self._revision:  # two looks may come back in the other order
            self._revision = chat["revision"]
            self._seen |= {message["message_id"]: _seen(message) for message in chat["messages"]}
            for number in chat["gone"]:
                self._seen.pop(number, None)
        return [self._seen[number] for number in sorted(self._seen)]

    async def keyboard(self) -> tuple[str, ...]:
        """The labels of the reply keyboard, if there is one."""
        shown = (await self._look("chat", persona=self.user_id))["keyboard"]
        return tuple(button["text"] for row in shown["keyboard"] for button in row) if shown else ()

    async def next_message(self, timeout: float = 10) -> Seen:  # noqa: ASYNC109 - as above
        """The bot's next message that this phone has not returned yet."""
        found = await self.wait_for(lambda m: m.from_bot and m.message_id > self._read, timeout)
        self._read = found.message_id
        return found

    async def wait_for(self, wanted: Callable[[Seen], bool], timeout: float = 10) -> Seen:  # noqa: ASYNC109
        """The oldest message that is as wanted, such as one the bot has edited."""
        deadline = time.monotonic() + timeout
        while True:
            for message in await self.messages():
                if wanted(message):
                    return message
            _in_time(deadline, "a message")
            await asyncio.sleep(_LOOK_S)

    async def file(self, message: Seen) -> bytes:
        """The bytes of a message's picture."""
        assert message.photo is not None, "the message has no picture"
        answer = await self._http.get(f"/file/{message.photo}")
        answer.raise_for_status()
        return answer.content

    async def _do(self, deed: str, **wish: Any) -> dict[str, Any]:
        return _result(await self._http.post(f"/{deed}", json={"persona": self.user_id, **wish}))

    async def _look(self, what: str, **query: Any) -> dict[str, Any]:
        return _result(await self._http.get(f"/{what}", params=query))


def _result(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()
    assert answer.status_code == 200, found.get("error")
    return found


def _in_time(deadline: float, what: str) -> None:
    if time.monotonic() > deadline:
        raise AssertionError(f"the phone waited in vain for {what}")


def _seen(raw: dict[str, Any]) -> Seen:
    rows = raw.get("reply_markup", {}).get("inline_keyboard", [])
    return Seen(
        message_id=raw["message_id"],
        from_bot=raw["from"]["is_bot"],
        text=raw.get("text", raw.get("caption", "")),
        buttons=tuple(button["text"] for row in rows for button in row),
        photo=raw["photo"][-1]["file_id"] if "photo" in raw else None,
        protected=raw.get("has_protected_content", False),
        edited="edit_date" in raw,
        raw=raw,
    )
