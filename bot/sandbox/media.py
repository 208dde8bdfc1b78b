"""Files: what a message with one looks like, whoever sends it, and which files the Bot API takes from a bot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.sandbox import rules
from bot.sandbox.call import Call, Upload
from bot.sandbox.nouns import Json, StoredFile
from bot.sandbox.rules import Refusal, bad_request
from bot.sandbox.world import World

#: Bot API, sendDocument: bots upload at most 50 MB.
_UPLOAD_BYTES: Final = 50 * 1024 * 1024


def photo_body(photo: StoredFile) -> Json:
    """A picture, in the one size it came in."""
    return {"photo": [{**photo.as_json(), "width": photo.width, "height": photo.height}]}


def document_body(kept: StoredFile) -> Json:
    """A file of any kind."""
    return {"document": {**kept.as_json(), "file_name": kept.name, "mime_type": kept.mime}}


def voice_body(kept: StoredFile) -> Json:
    """A voice message."""
    return {"voice": {**kept.as_json(), "duration": kept.duration or 0, "mime_type": kept.mime}}


_BODIES: Final[dict[str, Callable[[StoredFile], Json]]] = {
    "photo": photo_body,
    "document": document_body,
    "voice": voice_body,
}
#: The keys of a Message that has a caption.
KINDS: Final = frozenset(_BODIES)


def file_body(world: World, call: Call, name: str, kind: str) -> Json:
    """The file under ``name`` in a call, uploaded or known by its file_id, as a message has it. Raises Refusal."""
    given = call.file(name)
    if given is None:
        raise bad_request(f"there is no {kind} in the request")
    if isinstance(given, Upload):
        kept = _keep(world, call, given, kind)
    elif given in world.files:
        kept = world.files[given]
    else:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if (kind == "photo" and not kept.width) or (kind == "voice" and kept.duration is None):
        raise bad_request("type of file mismatch")
    return _BODIES[kind](kept)


def input_media(world: World, call: Call, item: Json) -> Json:
    """The Bot API's InputMedia, a photo or a document, as a message has it. Raises Refusal."""
    kind = item.get("type")
    if kind not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: the sandbox takes a photo or a document")
    part = Call({**item}, call.uploads)
    return {**file_body(world, part, "media", kind), **caption_body(part)}


def caption_body(call: Call) -> Json:
    """The caption of a call and its entities, as a Message has them. Raises Refusal."""
    given = call.structure("caption_entities", list)
    text, entities = rules.words(
        call.text("caption"), call.text("parse_mode"), given, rules.CAPTION_LIMIT, caption=True
    )
    return {
        **({"caption": text} if text else {}),
        **({"caption_entities": entities} if entities else {}),
    }


def _keep(world: World, call: Call, upload: Upload, kind: str) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return world.keep(upload.content, upload.name, upload.mime, *rules.photo_size(upload.content))
    if len(upload.content) > _UPLOAD_BYTES:
        raise Refusal(413, "Request Entity Too Large")
    duration = max(0, call.whole("duration", 0)) if kind == "voice" else None
    return world.keep(upload.content, upload.name, upload.mime, duration=duration)
