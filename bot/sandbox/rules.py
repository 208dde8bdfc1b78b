"""What Telegram refuses, in Telegram's own words, so that a bot that works here is not surprised there.

Every rule raises Refusal. The limits are those of the Bot API's documentation; where it gives none, the comment at
the constant says where the figure comes from.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from bot.sandbox.entities import Entity, MarkupError, command_entities, parse_html, utf16_length
from bot.sandbox.nouns import Json, Message, Query
from bot.sandbox.world import World

#: Bot API: captions of photos and documents, 0-1024 characters.
CAPTION_LIMIT: Final = 1024
#: Bot API, InlineKeyboardButton.callback_data: 1-64 bytes.
CALLBACK_BYTES: Final = 64
#: Bot API, sendPhoto: at most 10 MB, width and height together at most 10000, their ratio at most 20.
PHOTO_BYTES: Final = 10 * 1024 * 1024
PHOTO_SIDES: Final = 10_000
PHOTO_RATIO: Final = 20
#: Telegram publishes no figure for how long a pressed button waits; a minute is short enough to find slow answers.
QUERY_LIFE_S: Final = 60


class Refusal(Exception):  # noqa: N818 - Telegram calls it an error, the sandbox means it: nothing went wrong here
    """The Bot API says no: an error code, a description and, for flood control, seconds to wait."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> Json:
        """The Bot API's error response."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad_request(why: str) -> Refusal:
    """A refusal with code 400."""
    return Refusal(400, f"Bad Request: {why}")


def reachable(world: World, chat_id: int) -> int:
    """The chat, if the bot may write there: the persona exists, wrote first, and has not gone or blocked the bot."""
    if chat_id not in world.personas:
        raise bad_request("chat not found")
    if chat_id not in world.started:
        raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
    if chat_id in world.deleted:
        raise Refusal(403, "Forbidden: user is deactivated")
    if chat_id in world.blocked:
        raise Refusal(403, "Forbidden: bot was blocked by the user")
    return chat_id


def editable(world: World, chat_id: int, message_id: int) -> Message:
    """The bot's own message, to be edited."""
    message = world.find(reachable(world, chat_id), message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or "forward_origin" in message.body:
        raise bad_request("message can't be edited")
    return message


def differs(old: Message, new: Message) -> Message:
    """``new``, if it differs from ``old`` in what is seen."""
    if (old.body, old.inline_keyboard) == (new.body, new.inline_keyboard):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    return new


def fresh(world: World, query_id: str) -> Query:
    """The pressed button, if it still waits for an answer."""
    query = world.queries.get(query_id)
    if query is None or world.clock() - query.asked > QUERY_LIFE_S:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return query


def words(
    source: str, parse_mode: str, entities: list[Entity] | None, limit: int, *, caption: bool = False
) -> tuple[str, list[Entity]]:
    """Text and entities after parsing. Length is counted in UTF-16 units, the stricter of the usual readings."""
    what = "message caption" if caption else "message"
    if parse_mode.upper() == "HTML":
        try:
            text, found = parse_html(source)
        except MarkupError as problem:
            raise bad_request(f"can't parse entities: {problem}") from problem
    elif parse_mode:
        raise bad_request("unsupported parse_mode; the sandbox reads HTML")
    else:
        found = _within(source, entities or [])
        text = source if found else source.strip()
    if not text and not caption:
        raise bad_request("message text is empty")
    if utf16_length(text) > limit:
        raise bad_request(f"{what} is too long")
    return text, command_entities(text, found)


def markup(given: Json) -> tuple[list[list[Json]] | None, Json | None, bool]:
    """The inline keyboard, the reply keyboard, and whether the reply keyboard is to go."""
    if "inline_keyboard" in given:
        return inline_keyboard(given), None, False
    if "keyboard" in given:
        return None, reply_keyboard(given), False
    return None, None, bool(given.get("remove_keyboard"))


def inline_keyboard(markup: Json) -> list[list[Json]] | None:
    """The rows of an inline keyboard without empty rows, or None for no button at all."""
    rows = _rows(markup["inline_keyboard"])
    for button in (button for row in rows for button in row):
        if not isinstance(button, dict) or not button.get("text"):
            raise bad_request("can't parse inline keyboard button: Text buttons are not allowed")
        actions = set(button) - {"text", "style", "icon_custom_emoji_id"}
        if len(actions) != 1:
            raise bad_request("can't parse inline keyboard button: exactly one action is needed")
        if actions == {"callback_data"}:
            if not 1 <= len(str(button["callback_data"]).encode()) <= CALLBACK_BYTES:
                raise bad_request("BUTTON_DATA_INVALID")
        elif actions == {"url"}:
            if not str(button["url"]).startswith(("https://", "http://", "tg://")):
                raise bad_request("inline keyboard button URL is invalid: Wrong HTTP URL")
        else:
            raise bad_request("the sandbox knows buttons with callback_data or url only")
    return rows or None


def reply_keyboard(markup: Json) -> Json:
    """A reply keyboard whose every button is an object with a text."""
    rows = [
        [button if isinstance(button, dict) else {"text": str(button)} for button in row]
        for row in _rows(markup["keyboard"])
    ]
    if not rows or not all(button.get("text") for row in rows for button in row):
        raise bad_request("can't parse keyboard button: every button needs a text")
    return {**markup, "keyboard": rows}


def photo_size(content: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels, if Telegram takes it as a photo."""
    if len(content) > PHOTO_BYTES:
        raise bad_request("file is too big")
    try:
        with Image.open(BytesIO(content)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("object expected as reply markup: rows of buttons")
    return [row for row in rows if row]


def _within(text: str, entities: list[Entity]) -> list[Entity]:
    """Entities given beside the text, if each lies inside it."""
    room = utf16_length(text)
    for entity in entities:
        try:
            start, length, _ = int(entity["offset"]), int(entity["length"]), str(entity["type"])
        except (KeyError, TypeError, ValueError):
            raise bad_request("can't parse MessageEntity") from None
        if start < 0 or length < 1 or start + length > room:
            raise bad_request("entity beyond the end of the text")
    return entities
