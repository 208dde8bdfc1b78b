"""What a persona does, as routes: JSON wishes, and the bytes of pictures, files and voice messages.

A deed that cannot be done is answered with 400 and a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from tornado.web import RequestHandler

from bot.sandbox import deeds
from bot.sandbox.loopback import LoopbackHandler
from bot.sandbox.nouns import Json, Message, SandboxError
from bot.sandbox.rules import Refusal, photo_size
from bot.sandbox.world import World

#: Kinds of picture that a persona sends, and that a browser shows in the page.
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
#: A caller who names no period shares for fifteen minutes, the shortest that Telegram's own apps offer.
_LIVE_S: Final = 900

Deed = Callable[[World, Json], Json]


def deed_routes(world: World) -> list[Any]:
    """Tornado's routes, each a POST."""
    files = (("photo", _photo), ("document", _document), ("voice", _voice))
    return [
        *((f"/sandbox/{name}", _DeedHandler, {"world": world, "do": do}) for name, do in DEEDS.items()),
        *((f"/sandbox/{name}", _FileHandler, {"world": world, "send": send}) for name, send in files),
    ]


def _say(world: World, wish: Json) -> Json:
    return world.describe(world.say(whole(wish, "persona"), str(wish.get("text", ""))))


def _press(world: World, wish: Json) -> Json:
    user_id, message_id = _message(wish)
    return {"query_id": world.press(user_id, message_id, whole(wish, "row"), whole(wish, "column")).query_id}


def _share(world: World, wish: Json) -> Json:
    return world.describe(world.share_location(whole(wish, "persona"), *_point(wish)))


def _edit(world: World, wish: Json) -> Json:
    return world.describe(world.edit(*_message(wish), str(wish.get("text", ""))))


def _take_back(world: World, wish: Json) -> Json:
    world.take_back(*_message(wish))
    return {}


def _start_live(world: World, wish: Json) -> Json:
    period = whole({"period": _LIVE_S, **wish}, "period")
    return world.describe(deeds.start_live(world, whole(wish, "persona"), *_point(wish), period))


def _move_live(world: World, wish: Json) -> Json:
    return world.describe(deeds.move_live(world, *_message(wish), *_point(wish)))


def _stop_live(world: World, wish: Json) -> Json:
    return world.describe(deeds.stop_live(world, *_message(wish)))


def _vote(world: World, wish: Json) -> Json:
    options = wish.get("options")
    if not isinstance(options, list) or not all(isinstance(option, int) for option in options):
        raise SandboxError("options is a list of whole numbers.")
    return deeds.vote(world, *_message(wish), options).as_json()


def _block(world: World, wish: Json) -> Json:
    blocked = wish.get("blocked")
    if not isinstance(blocked, bool):
        raise SandboxError("blocked is true or false.")
    deeds.block(world, whole(wish, "persona"), blocked=blocked)
    return {}


def _delete_account(world: World, wish: Json) -> Json:
    deeds.delete_account(world, whole(wish, "persona"))
    return {}


#: The deeds that come as a JSON object, by the end of their path.
DEEDS: Final[dict[str, Deed]] = {
    "say": _say,
    "press": _press,
    "location": _share,
    "edit": _edit,
    "delete": _take_back,
    "live": _start_live,
    "live/move": _move_live,
    "live/stop": _stop_live,
    "vote": _vote,
    "block": _block,
    "delete_account": _delete_account,
}


class _DeedHandler(LoopbackHandler):
    """Does what a persona wishes, a JSON object: a body that no form of a foreign page can send unasked."""

    def initialize(self, world: World, do: Deed) -> None:
        self.world, self.do = world, do

    def post(self) -> None:
        try:
            self.finish(self.do(self.world, json_wish(self)))
        except SandboxError as problem:
            fail(self, 400, str(problem))


class _FileHandler(LoopbackHandler):
    """Takes a file's bytes from a persona, named in the query string; the kind is the request's Content-Type."""

    def initialize(self, world: World, send: Callable[[World, RequestHandler, int, str], Message]) -> None:
        self.world, self.send = world, send

    def post(self) -> None:
        mime = self.request.headers.get("Content-Type", "")
        try:
            user_id = persona_of(self.world, self)
            if not self.request.body:
                raise SandboxError("The file is empty.")
            if not mime or mime.startswith(("application/x-www-form-urlencoded", "multipart/")):
                raise SandboxError("The Content-Type says what kind of file it is.")
            self.finish(self.world.describe(self.send(self.world, self, user_id, mime)))
        except SandboxError as problem:
            fail(self, 400, str(problem))
        except Refusal:
            fail(self, 400, "That file is not a picture that can be sent.")


def _photo(world: World, handler: RequestHandler, user_id: int, mime: str) -> Message:
    if mime not in PICTURES:
        raise SandboxError("A picture is a PNG, JPEG, WebP or GIF file.")
    photo = world.keep(handler.request.body, "photo", mime, *photo_size(handler.request.body))
    caption, album = handler.get_query_argument("caption", ""), handler.get_query_argument("album", "")
    return deeds.send_photo(world, user_id, photo, caption, album)


def _document(world: World, handler: RequestHandler, user_id: int, mime: str) -> Message:
    kept = world.keep(handler.request.body, handler.get_query_argument("name", "file"), mime)
    return deeds.send_document(world, user_id, kept, handler.get_query_argument("caption", ""))


def _voice(world: World, handler: RequestHandler, user_id: int, mime: str) -> Message:
    if not mime.startswith("audio/"):
        raise SandboxError("A voice message is an audio file.")
    duration = whole({"duration": handler.get_query_argument("duration", "1")}, "duration")
    return deeds.send_voice(world, user_id, world.keep(handler.request.body, "voice", mime, duration=duration))


def json_wish(handler: RequestHandler) -> Json:
    """The JSON object in a request. Raises SandboxError."""
    try:
        typed = handler.request.headers.get("Content-Type", "").startswith("application/json")
        wish = json.loads(handler.request.body) if typed else None
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        raise SandboxError("A wish is a JSON object.")
    return wish


def persona_of(world: World, handler: RequestHandler) -> int:
    """The persona that a query string names. Raises SandboxError."""
    user_id = whole({"persona": handler.get_query_argument("persona", "")}, "persona")
    if user_id not in world.personas:
        raise SandboxError("There is no such persona.")
    return user_id


def whole(wish: Json, name: str) -> int:
    """A whole number of a wish. Raises SandboxError."""
    try:
        return int(wish[name])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise SandboxError(f"{name} must be a whole number.") from None


def fail(handler: RequestHandler, status: int, why: str) -> None:
    """Answer with a sentence."""
    handler.set_status(status)
    handler.finish({"error": why})


def _message(wish: Json) -> tuple[int, int]:
    return whole(wish, "persona"), whole(wish, "message_id")


def _point(wish: Json) -> tuple[float, float]:
    try:
        return float(wish["lat"]), float(wish["lon"])
    except (KeyError, TypeError, ValueError):
        raise SandboxError("lat and lon must be numbers.") from None
