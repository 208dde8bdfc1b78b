"""Whatever personas and the bot do in whatever order, the sandbox's world stays one that Telegram could show."""

from __future__ import annotations

from typing import Any

import telegram
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.sandbox import deeds
from bot.sandbox.nouns import SandboxError
from bot.sandbox.rules import Refusal
from tests.sandbox_desk import OFFICER, STRANGER, Desk, picture

PEOPLE = st.sampled_from([OFFICER, STRANGER])
WORDS = st.sampled_from(["whats hot", "/why", "<b>x", "", "\N{POLICE CAR}" * 3])
#: Which of the chat's messages an operation is about, counted from the newest; some are not there.
BACK = st.integers(0, 4)
KEYS = {"inline_keyboard": [[{"text": "Map", "callback_data": "m"}]]}


class Chats(RuleBasedStateMachine):
    """Two personas and a bot. A wish that cannot be done, or a call that is refused, changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(flood=False)
        self.world = self.desk.world
        self.shown: dict[int, dict[int, Any]] = {OFFICER: {}, STRANGER: {}}
        self.revision = 0
        self.updates: list[dict[str, Any]] = []

    def attempt(self, deed: Any, *given: Any, **named: Any) -> None:
        """Do it; where it is refused, nothing may have changed."""
        before = (self.world.revision, len(self.world.pending))
        try:
            deed(*given, **named)
        except (SandboxError, Refusal):
            assert (self.world.revision, len(self.world.pending)) == before

    def number(self, user: int, back: int) -> int:
        numbers = [*self.world.chats[user]][::-1]
        return numbers[back] if back < len(numbers) else 1

    @rule(user=PEOPLE, words=WORDS, seconds=st.integers(0, 100))
    def say(self, user: int, words: str, seconds: int) -> None:
        self.desk.now += seconds
        self.attempt(self.world.say, user, words)

    @rule(user=PEOPLE, back=BACK, words=WORDS, delete=st.booleans())
    def change(self, user: int, back: int, words: str, delete: bool) -> None:
        if delete:
            self.attempt(self.world.take_back, user, self.number(user, back))
        else:
            self.attempt(self.world.edit, user, self.number(user, back), words)

    @rule(user=PEOPLE, back=BACK)
    def press(self, user: int, back: int) -> None:
        self.attempt(self.world.press, user, self.number(user, back), 0, 0)

    @rule(user=PEOPLE, back=BACK, lat=st.floats(-100, 100), deed=st.sampled_from(["start", "move", "stop"]))
    def live(self, user: int, back: int, lat: float, deed: str) -> None:
        if deed == "start":
            self.attempt(deeds.start_live, self.world, user, lat, 0.0, 60)
        elif deed == "move":
            self.attempt(deeds.move_live, self.world, user, self.number(user, back), lat, 1.0)
        else:
            self.attempt(deeds.stop_live, self.world, user, self.number(user, back))

    @rule(user=PEOPLE, back=BACK, options=st.lists(st.integers(0, 2), max_size=2))
    def vote(self, user: int, back: int, options: list[int]) -> None:
        self.attempt(deeds.vote, self.world, user, self.number(user, back), options)

    @rule(user=PEOPLE, blocked=st.booleans())
    def block(self, user: int, blocked: bool) -> None:
        self.attempt(deeds.block, self.world, user, blocked=blocked)

    @rule(user=PEOPLE, text=WORDS, protect=st.booleans())
    def send(self, user: int, text: str, protect: bool) -> None:
        more = {"parse_mode": "HTML", "protect_content": protect, "reply_markup": KEYS}
        self.attempt(self.desk.call, "sendMessage", chat_id=user, text=text, **more)

    @rule(user=PEOPLE, multiple=st.booleans())
    def send_more(self, user: int, multiple: bool) -> None:
        poll = {"question": "Q", "options": ["A", "B"], "allows_multiple_answers": multiple}
        self.attempt(self.desk.call, "sendPoll", chat_id=user, **poll)
        self.attempt(self.desk.call, "sendPhoto", uploads={"photo": picture(2, 2)}, chat_id=user)

    @rule(
        user=PEOPLE,
        other=PEOPLE,
        back=BACK,
        method=st.sampled_from(
            ["editMessageText", "editMessageCaption", "deleteMessage", "copyMessage", "forwardMessage", "stopPoll"]
        ),
        words=WORDS,
    )
    def again(self, user: int, other: int, back: int, method: str, words: str) -> None:
        about = {"from_chat_id": other, "message_id": self.number(other, back), "text": words}
        self.attempt(self.desk.call, method, chat_id=user, **about)

    @rule(limit=st.integers(1, 5))
    def poll(self, limit: int) -> None:
        offset = self.updates[-1]["update_id"] + 1 if self.updates else 0
        self.updates += self.desk.call("getUpdates", offset=offset, limit=limit)

    @invariant()
    def updates_come_once_and_in_order(self) -> None:
        numbers = [update["update_id"] for update in self.updates]
        assert numbers == sorted(set(numbers))

    @invariant()
    def every_message_can_be_shown(self) -> None:
        for chat in self.world.chats.values():
            assert [*chat] == sorted(chat)
            for message in chat.values():
                shown = telegram.Message.de_json(self.world.describe(message), None)
                assert not shown.api_kwargs
                assert bool(shown.from_user and shown.from_user.is_bot) == message.from_bot

    @invariant()
    def who_looks_at_changes_alone_sees_the_whole(self) -> None:
        for user, shown in self.shown.items():
            messages, gone = self.world.since(user, self.revision)
            shown |= {message.message_id: message for message in messages}
            for number in gone:
                shown.pop(number, None)
            assert shown == self.world.chats[user]
        self.revision = self.world.revision

    @invariant()
    def a_poll_counts_its_voters(self) -> None:
        for poll in self.world.polls.values():
            counted = poll.as_json()
            assert counted["total_voter_count"] == len(dict(poll.votes))
            assert all(option["voter_count"] <= counted["total_voter_count"] for option in counted["options"])
            message = self.world.find(poll.chat_id, poll.message_id)
            assert message is None or message.body["poll"] == counted


TestChats = Chats.TestCase
TestChats.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
