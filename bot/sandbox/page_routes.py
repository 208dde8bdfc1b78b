"""What the chat page asks of the sandbox: its files, personas, a chat's history, a stream of changes, and deeds.

Every answer is JSON except files and the stream. A deed that cannot be done is answered with 400 and a sentence.
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
from bot.sandbox.loopback import LoopbackHandler
from bot.sandbox.nouns import BOT, Change, Json, Persona, SandboxError
from bot.sandbox.rules import Refusal, photo_size
from bot.sandbox.town_map import TownMap
from bot.sandbox.world import World

#: The page's own files; nothing else is served from disk.
_PAGE: Final = {
    "index.html": "text/html; charset=utf-8",
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "bubble.js": "text/javascript; charset=utf-8",
    "map.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
#: Kinds that a browser shows in the page; every other file is handed over as a download, never opened here.
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
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


def page_routes(world: World, account: Account, streams: Streams, town: TownMap | None) -> list[Any]:
    """Tornado's routes for the page."""

    def look(path: str, show: Callable[[RequestHandler], Json]) -> tuple[str, type[LoopbackHandler], Json]:
        return path, _LookHandler, {"show": show}

    def deed(path: str, do: Callable[[Json], Json]) -> tuple[str, type[LoopbackHandler], Json]:
        return path, _DeedHandler, {"do": do}

    def say(wish: Json) -> Json:
        return world.describe(world.say(_whole(wish, "persona"), str(wish.get("text", ""))))

    def press(wish: Json) -> Json:
        user_id, message_id = _whole(wish, "persona"), _whole(wish, "message_id")
        query = world.press(user_id, message_id, _whole(wish, "row"), _whole(wish, "column"))
        return {"query_id": query.query_id}

    def share(wish: Json) -> Json:
        user_id, lat, lon = _whole(wish, "persona"), _decimal(wish, "lat"), _decimal(wish, "lon")
        return world.describe(world.share_location(user_id, lat, lon))

    def edit(wish: Json) -> Json:
        user_id, message_id = _whole(wish, "persona"), _whole(wish, "message_id")
        return world.describe(world.edit(user_id, message_id, str(wish.get("text", ""))))

    def take_back(wish: Json) -> Json:
        world.take_back(_whole(wish, "persona"), _whole(wish, "message_id"))
        return {}

    def personas(_handler: RequestHandler) -> Json:
        notice = town.notice if town else ""
        return {
            "personas": [_persona(persona) for persona in world.personas.values()],
            "notice": f"Sandbox. {notice}".strip(),
            "bot": BOT["first_name"],
            "town": town is not None,
            "unknown_methods": dict(account.unknown),
        }

    def chat(handler: RequestHandler) -> Json:
        user_id = _known(world, handler)
        return {
            "messages": [world.describe(message) for message in world.chats[user_id].values()],
            "keyboard": world.keyboards.get(user_id),
            "commands": account.commands_for(user_id),
            "about": account.description,
            "started": user_id in world.started,
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
        (r"/sandbox/photo", _PhotoHandler, {"world": world}),
        deed(r"/sandbox/say", say),
        deed(r"/sandbox/press", press),
        deed(r"/sandbox/location", share),
        deed(r"/sandbox/edit", edit),
        deed(r"/sandbox/delete", take_back),
    ]


class _PageHandler(LoopbackHandler):
    """The page and what belongs to it."""

    def initialize(self, name: str = "") -> None:
        self.name = name

    def get(self, name: str = "") -> None:
        name = name or self.name
        if name not in _PAGE:
            _fail(self, 404, "There is no such file.")
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
            _fail(self, 400, str(problem))


class _DeedHandler(LoopbackHandler):
    """Does what a persona wishes, a JSON object: a body that no form of a foreign page can send unasked."""

    def initialize(self, do: Callable[[Json], Json]) -> None:
        self.do = do

    def post(self) -> None:
        try:
            if not self.request.headers.get("Content-Type", "").startswith("application/json"):
                raise SandboxError("A wish is a JSON object.")
            wish = json.loads(self.request.body)
            if not isinstance(wish, dict):
                raise SandboxError("A wish is a JSON object.")
            self.finish(self.do(wish))
        except SandboxError as problem:
            _fail(self, 400, str(problem))
        except ValueError:
            _fail(self, 400, "A wish is a JSON object.")


class _PhotoHandler(LoopbackHandler):
    """Takes a picture's bytes from a persona: POST /sandbox/photo?persona=ID&caption=WORDS."""

    def initialize(self, world: World) -> None:
        self.world = world

    def post(self) -> None:
        mime = self.request.headers.get("Content-Type", "")
        try:
            user_id = _known(self.world, self)
            if mime not in _SHOWN:
                raise SandboxError("A picture is a PNG, JPEG, WebP or GIF file.")
            width, height = photo_size(self.request.body)
            photo = self.world.keep(self.request.body, "photo", mime, width, height)
            message = self.world.send_photo(user_id, photo, self.get_query_argument("caption", ""))
            self.finish(self.world.describe(message))
        except SandboxError as problem:
            _fail(self, 400, str(problem))
        except Refusal:
            _fail(self, 400, "That file is not a picture that can be sent.")


class _KeptFileHandler(LoopbackHandler):
    """A picture to look at, or a document to download."""

    def initialize(self, world: World) -> None:
        self.world = world

    def get(self, file_id: str) -> None:
        kept = self.world.files.get(file_id)
        if kept is None:
            _fail(self, 404, "There is no such file.")
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


def _persona(persona: Persona) -> Json:
    return {
        "id": persona.user_id,
        "name": persona.name,
        "about": persona.about,
        "start": persona.start_text,
    }


def _known(world: World, handler: RequestHandler) -> int:
    """The persona that a query string names."""
    user_id = _whole({"persona": handler.get_query_argument("persona", "")}, "persona")
    if user_id not in world.personas:
        raise SandboxError("There is no such persona.")
    return user_id


def _whole(wish: Json, name: str) -> int:
    try:
        return int(wish[name])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise SandboxError(f"{name} must be a whole number.") from None


def _decimal(wish: Json, name: str) -> float:
    try:
        return float(wish[name])
    except (KeyError, TypeError, ValueError):
        raise SandboxError(f"{name} must be a number.") from None


def _fail(handler: RequestHandler, status: int, why: str) -> None:
    handler.set_status(status)
    handler.finish({"error": why})
