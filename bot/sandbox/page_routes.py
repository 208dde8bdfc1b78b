"""What the chat page asks of the sandbox: its files, personas, a chat's history and a stream of changes.

Every answer is JSON except files and the stream. What a persona does stands in ``deed_routes``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import files
from typing import Any, Final

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from bot.sandbox.account import Account
from bot.sandbox.deed_routes import PICTURES, deed_routes, fail, persona_of, whole
from bot.sandbox.loopback import LoopbackHandler
from bot.sandbox.nouns import BOT, Change, Json, Persona, SandboxError
from bot.sandbox.town_map import TownMap
from bot.sandbox.world import World

#: The page's own files; nothing else is served from disk.
_PAGE: Final = {
    "index.html": "text/html; charset=utf-8",
    "icon.svg": "image/svg+xml",
    **dict.fromkeys(("chat.css", "bubble.css", "panel.css"), "text/css; charset=utf-8"),
    **dict.fromkeys(
        (
            "attach.js",
            "bubble.js",
            "chat.js",
            "dom.js",
            "map.js",
            "media.js",
            "panel.js",
            "personas.js",
            "places.js",
            "poll.js",
            "recorder.js",
            "server.js",
            "words.js",
        ),
        "text/javascript; charset=utf-8",
    ),
}
#: What a browser shows or plays in the page; every other file is handed over as a download, never opened here.
_SHOWN: Final = PICTURES | {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/webm", "audio/wav"}
#: A comment on an idle stream, so that a vanished browser is noticed.
_HEARTBEAT_S: Final = 15


class Streams:
    """The open event streams. Each has its own queue of changes; finishing ends them all."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Change | None]] = set()

    def pass_on(self, change: Change) -> None:
        """Give a change to every stream. Updates concern the bot alone."""
        if change.kind != "update":
            for queue in self._queues:
                queue.put_nowait(change)

    def open(self) -> asyncio.Queue[Change | None]:
        """A new stream's queue; None in it means the end."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._queues.add(queue)
        return queue

    def close(self, queue: asyncio.Queue[Change | None]) -> None:
        """Forget a stream."""
        self._queues.discard(queue)

    def finish(self) -> None:
        """End every stream."""
        for queue in self._queues:
            queue.put_nowait(None)


def page_routes(
    world: World, account: Account, streams: Streams, town: TownMap | None, *, can_kill: bool = False
) -> list[Any]:
    """Tornado's routes for the page; ``can_kill`` where the sandbox was started with a bot."""

    def look(path: str, show: Callable[[RequestHandler], Json]) -> tuple[str, type[LoopbackHandler], Json]:
        return path, _LookHandler, {"show": show}

    def personas(_handler: RequestHandler) -> Json:
        notice = town.notice if town else ""
        return {
            "personas": [_persona(world, persona) for persona in world.personas.values()],
            "notice": f"Sandbox. {notice}".strip(),
            "bot": BOT["first_name"],
            "town": town is not None,
            "can_kill": can_kill,
            "unknown_methods": dict(account.unknown),
        }

    def chat(handler: RequestHandler) -> Json:
        user_id, after = persona_of(world, handler), handler.get_query_argument("after", "0")
        messages, gone = world.since(user_id, whole({"after": after}, "after"))
        return {
            "revision": world.revision,
            "messages": [world.describe(message) for message in messages],
            "gone": gone,
            "keyboard": world.keyboards.get(user_id),
            "commands": account.commands_for(user_id),
            "about": account.description,
            "started": user_id in world.started,
            "blocked": user_id in world.blocked,
            "deleted": user_id in world.deleted,
            "reactions": world.reactions[user_id],
            "votes": _votes(world, user_id),
        }

    def answer(handler: RequestHandler) -> Json:
        query = world.queries.get(handler.get_query_argument("query", ""))
        return {"answer": query.answer if query else None}

    return [
        (r"/", _PageHandler, {"name": "index.html"}),
        (r"/sandbox/page/([a-z.]+)", _PageHandler),
        look(r"/sandbox/personas", personas),
        look(r"/sandbox/chat", chat),
        look(r"/sandbox/town", lambda _handler: asdict(town) if town else {}),
        look(r"/sandbox/answer", answer),
        (r"/sandbox/events", _EventsHandler, {"streams": streams}),
        (r"/sandbox/file/(\w+)", _KeptFileHandler, {"world": world}),
        *deed_routes(world),
    ]


class _PageHandler(LoopbackHandler):
    """The page and what belongs to it."""

    def initialize(self, name: str = "") -> None:
        self.name = name

    def get(self, name: str = "") -> None:
        name = name or self.name
        if name not in _PAGE:
            fail(self, 404, "There is no such file.")
            return
        self.set_header("Content-Type", _PAGE[name])
        self.finish((files("bot.sandbox") / "page" / name).read_bytes())


class _LookHandler(LoopbackHandler):
    """Shows a part of the state."""

    def initialize(self, show: Callable[[RequestHandler], Json]) -> None:
        self.show = show

    def get(self) -> None:
        try:
            self.finish(self.show(self))
        except SandboxError as problem:
            fail(self, 400, str(problem))


class _KeptFileHandler(LoopbackHandler):
    """A picture to look at, or a document to download."""

    def initialize(self, world: World) -> None:
        self.world = world

    def get(self, file_id: str) -> None:
        kept = self.world.files.get(file_id)
        if kept is None:
            fail(self, 404, "There is no such file.")
            return
        shown = kept.mime in _SHOWN
        self.set_header("Content-Type", kept.mime if shown else "application/octet-stream")
        self.set_header("Content-Disposition", "inline" if shown else "attachment")
        self.finish(kept.content)


class _EventsHandler(LoopbackHandler):
    """Server-sent events: every change of every chat, each a JSON object with kind, chat_id and data."""

    def initialize(self, streams: Streams) -> None:
        self.streams = streams
        self.queue = streams.open()

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        line: str | None = ": open\n\n"
        try:
            while line is not None:
                self.write(line)
                await self.flush()
                line = await self._next_line()
        except StreamClosedError:
            return

    def on_finish(self) -> None:
        self.streams.close(self.queue)

    def on_connection_close(self) -> None:
        self.queue.put_nowait(None)

    async def _next_line(self) -> str | None:
        try:
            change = await asyncio.wait_for(self.queue.get(), _HEARTBEAT_S)
        except TimeoutError:
            return ": still here\n\n"
        return None if change is None else f"data: {json.dumps(asdict(change))}\n\n"


def _votes(world: World, user_id: int) -> Json:
    """What the persona chose in each poll, by the poll's message: counts alone do not tell."""
    chosen = {poll.message_id: dict(poll.votes).get(user_id) for poll in world.polls.values()}
    return {str(number): list(options) for number, options in chosen.items() if options}


def _persona(world: World, persona: Persona) -> Json:
    newest = next(reversed(world.chats.get(persona.user_id, {}).values()), None)
    return {
        "id": persona.user_id,
        "name": persona.name,
        "about": persona.about,
        "start": persona.start_text,
        "last": world.describe(newest) if newest else None,
    }
