"""What the sandbox is about: personas, their messages with one bot, files, pressed buttons and changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

#: A JSON object in the form of the Bot API.
Json = dict[str, Any]
ChangeKind = Literal["message", "deleted", "typing", "answer", "keyboard", "commands", "update", "state", "reaction"]

BOT_ID: Final = 1_000_000_001
#: Shaped like a token so that client libraries take it; Telegram never issued it and refuses it.
SANDBOX_TOKEN: Final = f"{BOT_ID}:SANDBOX-not-a-token-of-Telegram-000"
BOT: Final[Json] = {
    "id": BOT_ID,
    "is_bot": True,
    "first_name": "beatdesk",
    "username": "beatdesk_sandbox_bot",
    "can_join_groups": False,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
#: The bot as the sender of a message.
BOT_USER: Final[Json] = {key: BOT[key] for key in ("id", "is_bot", "first_name", "username")}


class SandboxError(ValueError):
    """A persona asked for what cannot be done; the message says what."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be on the chat page. ``start_code`` is what the Start button sends after /start."""

    user_id: int
    name: str
    about: str
    start_code: str | None = None

    @property
    def start_text(self) -> str:
        """What the Start button says for this persona."""
        return f"/start {self.start_code}" if self.start_code else "/start"

    def as_user(self) -> Json:
        """The Bot API's User."""
        return {"id": self.user_id, "is_bot": False, "first_name": self.name, "language_code": "en"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of a picture, voice or document: pixels where it is a picture, seconds where it is a voice."""

    file_id: str
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0
    duration: int | None = None

    def as_json(self) -> Json:
        """The keys that PhotoSize, Document and File share."""
        unique = sha256(self.content).hexdigest()[:16]
        return {"file_id": self.file_id, "file_unique_id": unique, "file_size": len(self.content)}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a private chat; ``body`` holds text, photo, document or location as the Bot API does."""

    chat_id: int
    message_id: int
    from_bot: bool
    date: int
    body: Json
    inline_keyboard: list[list[Json]] | None = None
    edit_date: int | None = None
    protected: bool = False
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll that the bot sent, and who chose which options. ``rest`` holds the keys that never change."""

    chat_id: int
    message_id: int
    options: tuple[str, ...]
    rest: Json
    closed: bool = False
    votes: tuple[tuple[int, tuple[int, ...]], ...] = ()

    @property
    def poll_id(self) -> str:
        """The poll's number."""
        return str(self.rest["id"])

    def as_json(self) -> Json:
        """The Bot API's Poll."""
        counts = Counter(option for _, chosen in self.votes for option in chosen)
        options = [
            {"persistent_id": str(number), "text": text, "voter_count": counts[number]}
            for number, text in enumerate(self.options)
        ]
        return {**self.rest, "options": options, "total_voter_count": len(self.votes), "is_closed": self.closed}


@dataclass(frozen=True, slots=True)
class Query:
    """A pressed button that waits for its answer, or has one."""

    query_id: str
    user_id: int
    asked: float
    answer: Json | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What listeners hear. ``update`` means that the bot has something to fetch."""

    kind: ChangeKind
    chat_id: int
    data: Json
