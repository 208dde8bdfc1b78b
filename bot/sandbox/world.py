"""The sandbox's world: chats of personas with one bot, files and updates. A state machine without I/O.

Whoever drives it (the Bot API on one side, the chat page on the other) calls a verb; the verb changes the
state, queues the updates a bot would get and tells the listeners what changed. What Telegram refuses is decided
in ``rules``, not here; a persona's own impossible wish raises SandboxError.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, Literal

from bot.sandbox.entities import command_entities, utf16_length
from bot.sandbox.nouns import (
    BOT_USER,
    Change,
    ChangeKind,
    Json,
    Message,
    Persona,
    Poll,
    Query,
    SandboxError,
    StoredFile,
)

#: Bot API, sendMessage: 1-4096 characters.
TEXT_LIMIT: Final = 4096
#: Numbers of updates and messages start at four per second since 2024-01-01T00:00Z. So a sandbox started
#: later numbers higher, as a bot that remembers what it has read needs, and 32 bits suffice until 2041.
_EPOCH: Final = 1_704_067_200
_PER_SECOND: Final = 4


class World:
    """All the sandbox knows. ``clock`` gives Unix seconds; ``acquainted`` have written to the bot before."""

    def __init__(
        self, personas: Sequence[Persona], clock: Callable[[], float], acquainted: Collection[int] = ()
    ) -> None:
        self.personas: Final = {persona.user_id: persona for persona in personas}
        self.clock: Final = clock
        self.listeners: Final[list[Callable[[Change], None]]] = []
        self.started = {user_id for user_id in acquainted if user_id in self.personas}
        self.chats: Final[dict[int, dict[int, Message]]] = defaultdict(dict)
        self.keyboards: Final[dict[int, Json]] = {}
        self.files: Final[dict[str, StoredFile]] = {}
        #: Who blocked the bot, and whose account is deleted: the bot may write to neither.
        self.blocked: Final[set[int]] = set()
        self.deleted: Final[set[int]] = set()
        self.polls: Final[dict[str, Poll]] = {}
        #: The bot's reactions by chat and message.
        self.reactions: Final[dict[int, dict[int, list[Json]]]] = defaultdict(dict)
        self.queries: Final[dict[str, Query]] = {}
        self.pending: Final[deque[Json]] = deque()
        self.allowed_updates: tuple[str, ...] = ()
        #: Counts every message that came, changed or went; per chat, the count at each message's last change.
        self.revision = 0
        self._changed: Final[dict[int, OrderedDict[int, int]]] = defaultdict(OrderedDict)
        #: Takes updates instead of the queue while the bot has a webhook: the chat and the update.
        self.deliver: Callable[[int, Json], None] | None = None
        first = max(1, int((clock() - _EPOCH) * _PER_SECOND))
        self._next_update = self._next_message = self._next_query = self._next_file = first

    # What a persona does

    def say(self, user_id: int, text: str) -> Message:
        """A persona sends words; the bot gets a message update."""
        return self.arrive(user_id, _words(text))

    def share_location(self, user_id: int, lat: float, lon: float) -> Message:
        """A persona sends a point in degrees."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise SandboxError("That point is not on the earth.")
        return self.arrive(user_id, {"location": {"latitude": lat, "longitude": lon}})

    def edit(self, user_id: int, message_id: int, text: str) -> Message:
        """A persona changes their own words; the bot gets an edited_message update."""
        old = self.own(user_id, message_id)
        if "text" not in old.body:
            raise SandboxError("Only words can be edited.")
        body = _words(text)
        if body == old.body:
            return old
        return self.amend(replace(old, body=body))

    def take_back(self, user_id: int, message_id: int) -> None:
        """A persona deletes their own message. Telegram does not tell the bot."""
        self.remove(self.own(user_id, message_id))

    def press(self, user_id: int, message_id: int, row: int, column: int) -> Query:
        """A persona presses a button under the bot's message; the bot gets a callback_query update."""
        self.awake(user_id)
        message = self.find(user_id, message_id)
        keyboard = (message.inline_keyboard if message else None) or []
        if message is None or not (0 <= row < len(keyboard) and 0 <= column < len(keyboard[row])):
            raise SandboxError("That button is gone.")
        button = keyboard[row][column]
        if "callback_data" not in button:
            raise SandboxError("That button opens a link; there is nothing to send.")
        query = Query(str(self.count("query")), user_id, self.clock())
        self.queries[query.query_id] = query
        update = {
            "id": query.query_id,
            "from": self.personas[user_id].as_user(),
            "message": self.describe(message),
            "chat_instance": str(user_id),
            "data": button["callback_data"],
        }
        self.queue("callback_query", update)
        return query

    # What the bot does

    def post(
        self,
        chat_id: int,
        body: Json,
        *,
        inline_keyboard: list[list[Json]] | None = None,
        protected: bool = False,
        reply_to: int | None = None,
    ) -> Message:
        """The bot sends a message."""
        number, now = self.count("message"), int(self.clock())
        message = Message(chat_id, number, True, now, body, inline_keyboard, protected=protected, reply_to=reply_to)
        return self.put(message)

    def amend(self, message: Message) -> Message:
        """Put a changed message in the place of the one with its number, marked as edited now."""
        edited = self.put(replace(message, edit_date=int(self.clock())))
        if not edited.from_bot:
            self.queue("edited_message", self.describe(edited))
        return edited

    def remove(self, message: Message) -> None:
        """Take a message away from both sides."""
        del self.chats[message.chat_id][message.message_id]
        self.reactions[message.chat_id].pop(message.message_id, None)
        self._mark(message)
        self._tell("deleted", message.chat_id, {"message_id": message.message_id})

    def set_keyboard(self, chat_id: int, keyboard: Json | None) -> None:
        """Show a reply keyboard under the chat, or take it away."""
        if keyboard is None:
            self.keyboards.pop(chat_id, None)
        else:
            self.keyboards[chat_id] = keyboard
        self._tell("keyboard", chat_id, {"keyboard": keyboard})

    def act(self, chat_id: int, action: str) -> None:
        """The bot is typing, or busy with a picture."""
        self._tell("typing", chat_id, {"action": action})

    def answer(self, query: Query, answer: Json) -> None:
        """The bot answers a pressed button."""
        self.queries[query.query_id] = replace(query, answer=answer)
        self._tell("answer", query.user_id, {"query_id": query.query_id, **answer})

    def keep(
        self, content: bytes, name: str, mime: str, width: int = 0, height: int = 0, duration: int | None = None
    ) -> StoredFile:
        """Keep bytes and give them a file_id."""
        kept = StoredFile(f"SANDBOXFILE{self.count('file')}", name, mime, content, width, height, duration)
        self.files[kept.file_id] = kept
        return kept

    def fetch(self, offset: int, limit: int) -> list[Json]:
        """Forget updates before ``offset`` (negative: all but the last so many); show the next ``limit``."""
        if offset < 0:
            offset = self.pending[offset]["update_id"] if -offset <= len(self.pending) else 0
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()
        return list(islice(self.pending, limit))

    # What both sides see

    def hand_to(self, deliver: Callable[[int, Json], None] | None) -> None:
        """Hand updates, those that wait included, to ``deliver``, or queue them again where that is None."""
        self.deliver = deliver
        while deliver is not None and self.pending:
            update = self.pending.popleft()
            deliver(_chat_of(next(value for key, value in update.items() if key != "update_id")), update)

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """The message, if it is still there."""
        return self.chats.get(chat_id, {}).get(message_id)

    def since(self, chat_id: int, revision: int) -> tuple[list[Message], list[int]]:
        """What came or changed after ``revision``, oldest first, and the numbers of the messages gone since."""
        numbers = []
        for number, changed in reversed(self._changed[chat_id].items()):
            if changed <= revision:
                break
            numbers.append(number)
        found = {number: self.find(chat_id, number) for number in sorted(numbers)}
        return [message for message in found.values() if message], [n for n, message in found.items() if not message]

    def describe(self, message: Message, *, depth: int = 1) -> Json:
        """The Bot API's Message; a message it replies to is shown without its own reply."""
        persona = self.personas[message.chat_id]
        chat = {"id": message.chat_id, "type": "private", "first_name": persona.name}
        sender = BOT_USER if message.from_bot else persona.as_user()
        result = {"message_id": message.message_id, "from": sender, "chat": chat, "date": message.date}
        target = self.find(message.chat_id, message.reply_to) if message.reply_to and depth else None
        if target:
            result["reply_to_message"] = self.describe(target, depth=0)
        if message.edit_date is not None:
            result["edit_date"] = message.edit_date
        if message.protected:
            result["has_protected_content"] = True
        result |= message.body
        if message.inline_keyboard:
            result["reply_markup"] = {"inline_keyboard": message.inline_keyboard}
        return result

    def tell(self, kind: Literal["commands", "state"], chat_id: int = 0) -> None:
        """Let the listeners know of a change that they have to ask for; chat 0 stands for every chat."""
        self._tell(kind, chat_id, {})

    def react(self, message: Message, reactions: list[Json]) -> None:
        """The bot reacts to a message, or takes its reaction back with none."""
        self.reactions[message.chat_id][message.message_id] = reactions
        self._mark(message)
        self._tell("reaction", message.chat_id, {"message_id": message.message_id, "reactions": reactions})

    # What the deeds of a persona are made of

    def awake(self, user_id: int) -> Persona:
        """The persona, if they can do anything at all. Raises SandboxError."""
        if user_id not in self.personas:
            raise SandboxError("There is no such persona.")
        if user_id in self.deleted:
            raise SandboxError("This account is deleted.")
        if user_id in self.blocked:
            raise SandboxError("You blocked the bot. Unblock it first.")
        return self.personas[user_id]

    def arrive(self, user_id: int, body: Json) -> Message:
        """Put a persona's message into their chat; the bot gets a message update."""
        self.awake(user_id)
        self.started.add(user_id)
        message = self.put(Message(user_id, self.count("message"), False, int(self.clock()), body))
        self.queue("message", self.describe(message))
        return message

    def own(self, user_id: int, message_id: int) -> Message:
        """The persona's own message, to be changed. Raises SandboxError."""
        self.awake(user_id)
        message = self.find(user_id, message_id)
        if message is None or message.from_bot:
            raise SandboxError("That is not your message, or it is gone.")
        return message

    def put(self, message: Message) -> Message:
        """Put a message into its chat, or in the place of the one with its number."""
        self.chats[message.chat_id][message.message_id] = message
        self._mark(message)
        self._tell("message", message.chat_id, self.describe(message))
        return message

    def _mark(self, message: Message) -> None:
        self.revision += 1
        changed = self._changed[message.chat_id]
        changed[message.message_id] = self.revision
        changed.move_to_end(message.message_id)

    def queue(self, kind: str, update: Json) -> None:
        """Give the bot an update, if it wants that kind."""
        if self.allowed_updates and kind not in self.allowed_updates:
            return
        numbered = {"update_id": self.count("update"), kind: update}
        if self.deliver is not None:
            self.deliver(_chat_of(update), numbered)
            return
        self.pending.append(numbered)
        self._tell("update", 0, {})

    def count(self, what: Literal["update", "message", "query", "file"]) -> int:
        """The next number of its kind."""
        number: int = getattr(self, f"_next_{what}")
        setattr(self, f"_next_{what}", number + 1)
        return number

    def _tell(
        self,
        kind: ChangeKind,
        chat_id: int,
        data: Json,
    ) -> None:
        change = Change(kind, chat_id, data)
        for listener in list(self.listeners):
            listener(change)


def _chat_of(about: Json) -> int:
    """The chat that an update's content is about: a pressed button's and a vote's are their sender's; 0 for none."""
    whose: Json = about.get("chat") or about.get("from") or about.get("user") or {}
    return int(whose.get("id", 0))


def _words(text: str) -> Json:
    """A persona's text message, its commands marked. Raises SandboxError."""
    plain = text.encode(errors="replace").decode().strip()  # half a surrogate pair is no character
    if not plain:
        raise SandboxError("There is nothing to send.")
    if utf16_length(plain) > TEXT_LIMIT:
        raise SandboxError(f"A message holds at most {TEXT_LIMIT} characters.")
    entities = command_entities(plain, [])
    return {"text": plain, "entities": entities} if entities else {"text": plain}
