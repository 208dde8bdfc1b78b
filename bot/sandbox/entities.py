"""Telegram's HTML parse mode: marked-up text in, plain text and message entities out.

Offsets and lengths count UTF-16 code units, as the Bot API does. Markup that Telegram would refuse is refused
here with the same kind of sentence. Addresses, hashtags and mentions are not detected; commands are, for they
can be tapped.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any, Final

#: Bot API, "HTML style": each tag and the entity it makes.
_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
#: Bot API, "HTML style": of the named character references only these four are read.
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE: Final = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot)(?![A-Za-z0-9]));?")
_END_TAG: Final = re.compile(r"</([^\s>]*)\s*>")
_START_TAG: Final = re.compile(r"<([^\s>]*)([^>]*)>")
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z][\w-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
#: A command is a slash and 1 to 32 letters, digits or underscores (Bot API, BotCommand), optionally at a bot.
_COMMAND: Final = re.compile(r"(?<![\w/<])/[A-Za-z0-9_]{1,32}(?:@\w{5,32})?(?![\w/])")
_LINK: Final = re.compile(r"(?:https?|tg)://\S+\Z")

Entity = dict[str, Any]


class MarkupError(ValueError):
    """The HTML cannot be read; the message says what is wrong and at which byte."""


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end tag."""

    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def utf16_length(text: str) -> int:
    """The length of ``text`` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text of ``source`` and its entities in order of offset. Raises MarkupError."""
    pieces: list[str] = []
    entities: list[Entity] = []
    waiting: list[_Open] = []
    here = 0  # UTF-16 units written so far
    at = 0
    while at < len(source):
        character = source[at]
        if character == "<":
            at = _read_tag(source, at, here, waiting, entities)
            continue
        found = _REFERENCE.match(source, at) if character == "&" else None
        if found:
            piece, at = _decode(found), found.end()
        else:
            stops = [stop for stop in (source.find("<", at + 1), source.find("&", at + 1)) if stop > 0]
            end = min(stops, default=len(source))
            piece, at = source[at:end], end
        pieces.append(piece)
        here += utf16_length(piece)
    if waiting:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{waiting[-1].tag}"')
    return _trim("".join(pieces), entities)


def command_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """``entities`` with the commands found in ``text`` added, none inside code or a link."""
    closed = [entity for entity in entities if entity["type"] in ("code", "pre", "text_link")]
    found = []
    for match in _COMMAND.finditer(text):
        offset, length = utf16_length(text[: match.start()]), len(match.group())
        if not any(e["offset"] < offset + length and offset < e["offset"] + e["length"] for e in closed):
            found.append({"type": "bot_command", "offset": offset, "length": length})
    return _ordered([*entities, *found])


def _read_tag(source: str, at: int, here: int, waiting: list[_Open], entities: list[Entity]) -> int:
    """Read the tag at ``at``: open or close an entity; returns where the text goes on."""
    byte = len(source[:at].encode())
    if source.startswith("</", at):
        end = _END_TAG.match(source, at)
        if not end:
            raise MarkupError(f"Unclosed end tag at byte offset {byte}")
        name = end.group(1).lower()
        if not waiting:
            raise MarkupError(f"Unexpected end tag at byte offset {byte}")
        start = waiting.pop()
        if name not in ("", start.tag):
            raise MarkupError(
                f'Unmatched end tag at byte offset {byte}, expected "</{start.tag}>", found "</{name}>"'
            )
        if here > start.offset:
            _close(start, here, entities, waiting)
        return end.end()
    begin = _START_TAG.match(source, at)
    if not begin:
        raise MarkupError(f"Unclosed start tag at byte offset {byte}")
    name = begin.group(1).lower()
    attributes = {
        found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(begin.group(2))
    }
    if name not in _TAGS:
        raise MarkupError(f'Unsupported start tag "{name}" at byte offset {byte}')
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {byte}')
    waiting.append(_Open(name, here, attributes))
    return begin.end()


def _close(start: _Open, here: int, entities: list[Entity], waiting: list[_Open]) -> None:
    """Add the entity of a closed tag. Code and pre hold no other entity: what stood in them is dropped."""
    entity: Entity = {"type": _TAGS[start.tag], "offset": start.offset, "length": here - start.offset}
    language = start.attributes.get("class", "")
    if start.tag == "code" and language.startswith("language-") and waiting and waiting[-1].tag == "pre":
        waiting[-1].attributes["language"] = language.removeprefix("language-")
    if start.tag == "pre" and "language" in start.attributes:
        entity["language"] = start.attributes["language"]
    if start.tag == "blockquote" and "expandable" in start.attributes:
        entity["type"] = "expandable_blockquote"
    if start.tag == "a":
        if not _LINK.match(start.attributes.get("href", "")):
            return  # Telegram keeps the words of a link it cannot follow and drops the link
        entity["url"] = start.attributes["href"]
    if start.tag in ("code", "pre"):
        entities[:] = [inner for inner in entities if inner["offset"] < start.offset]
    entities.append(entity)


def _decode(found: re.Match[str]) -> str:
    """The character of a reference; what names no character stays as it was written."""
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    usable = 0 < number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if usable else found.group()


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Text without white space at its ends, and the entities moved and cut to fit."""
    cut = len(text) - len(text.lstrip())  # white space is one UTF-16 unit a piece
    plain = text.strip()
    room = utf16_length(plain)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        end = min(room, entity["offset"] - cut + entity["length"])
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return plain, _ordered(kept)


def _ordered(entities: list[Entity]) -> list[Entity]:
    """Outer entities before inner ones, as Telegram lists them."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
